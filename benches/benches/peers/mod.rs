//! The interpreters beside which Tamias is measured in one process.

pub mod lua;
pub mod squirrel;

use std::fs;
use tamias_benches::{at_small_size, folder};

/// A version of a benchmark at its small size, by the ending of its file name.
fn program(name: &str, ending: &str) -> String {
    let file = folder().join(name).join(format!("{name}.{ending}"));
    at_small_size(&fs::read_to_string(file).expect("every benchmark has this version"))
}
