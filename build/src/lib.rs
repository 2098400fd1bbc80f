//! Squirrel programs as parts of firmware.
//!
//! A firmware that carries its program links the image in. It gets it as an
//! array in C or Rust, or as an object file ([`mod@emit`]): from the command
//! `tamias compile --emit`, from the CMake function `tamias_add_image()` in
//! `firmware-shim/cmake`, or from a build script with this crate:
//!
//! ```no_run
//! // build.rs
//! fn main() {
//!     tamias_build::Program::new("src/device.nut").module("imp001").strip().build();
//! }
//! ```
//!
//! ```ignore
//! // src/main.rs: a `pub static DEVICE: &[u8]`, aligned and in flash.
//! include!(concat!(env!("OUT_DIR"), "/device.rs"));
//! ```
//!
//! The script runs again when the program or anything that it includes changes.
//! [`files`] finds what programs include.
//!
//! It is not for firmware itself, but for what builds it: it needs `std`.
// A build script is a whole program.
#![allow(clippy::needless_doctest_main)]
#![forbid(unsafe_code)]

pub mod emit;
pub mod files;
mod object;
mod script;

pub use script::{BuildError, Program};
