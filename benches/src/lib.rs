//! Benchmarks.
//!
//! The programs beside this crate exist in Squirrel and several other
//! languages; `compare.py` runs them against any set of interpreters in one
//! interleaved run and prints ratios. `tests/results.rs` checks that the
//! Squirrel versions print what they should at their small sizes.
#![forbid(unsafe_code)]

use std::path::{Path, PathBuf};

/// The folder with the benchmark programs.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf()
}
