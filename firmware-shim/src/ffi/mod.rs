//! The C face: what a firmware written in C calls.
//!
//! Its header is `include/tamias.h`, made from this module by cbindgen and
//! compared with it by a test. The package `tamias-c` (folder `c/`) makes the
//! static library. How to use both is told in `docs/embedding-c.md`.
//!
//! A [`Machine`](machine::Machine) is a virtual machine in memory of the caller, with everything
//! that belongs to it: nothing is shared between two of them, and nothing is
//! allocated elsewhere. What C hands over is checked as far as that is
//! possible: a null pointer, a handle that is stale, forged or of another
//! machine, a number that is no member of its enumeration, and a call at the
//! wrong time lead to an error code. What cannot be checked stands as a
//! precondition in the header: that a pointer points to what its type says.
//!
//! | file | what it knows |
//! | --- | --- |
//! | [`status`] | the codes that functions return |
//! | [`machine`] | creation, release, and who may use a machine when |
//! | [`value`] | values and handles, in both directions |
//! | [`native`] | functions of C that programs call |
//! | [`program`] | images, runs, events |
//! | [`object`] | strings, tables and arrays |
//! | [`report`] | errors and statistics |
//! | [`memory`] | working memory of the standard library on microcontrollers |
//!
//! Interrupts may call `tamias_post` and nothing else. So the functions never
//! make a reference to a whole machine, only to its parts: the queue of events
//! is shared with interrupts, the rest is not.

// The names of C functions say what they belong to.
#![allow(
    clippy::missing_safety_doc,
    reason = "the preconditions are those of the header, stated there for C"
)]
#![allow(unsafe_code)]

pub mod machine;
pub mod memory;
pub mod native;
pub mod object;
pub mod program;
pub mod report;
pub mod status;
pub mod value;
