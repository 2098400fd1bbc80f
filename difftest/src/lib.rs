//! Differential tests: random programs that have to do the same everywhere.
//!
//! [`generate`](generate::generate) makes a program from a number. It runs in
//! several of our own [configurations](configuration::Configuration) and, if a
//! developer has installed it, in the reference implementation
//! ([`reference::Reference`]). A program for which the results differ is
//! [minimised](minimise::minimise).
//!
//! A few thousand programs run with the tests. To run many:
//!
//! ```text
//! pip install squirrel-lang==0.3.1
//! cargo run --release -p tamias-difftest -- --count 100000 --reference python3
//! ```
#![forbid(unsafe_code)]

pub mod choices;
pub mod configuration;
pub mod generate;
pub mod minimise;
pub mod program;
pub mod reference;
pub mod result;
