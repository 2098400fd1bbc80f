//! Reading source texts and images.

use crate::exit::Exit;
use crate::report;
use std::fs;
use std::io::{self, Read};

/// What a file holds.
pub enum Input {
    /// Source text.
    Source(Vec<u8>),
    /// An image, by its first bytes.
    Image(Vec<u8>),
}

/// The name of a file in messages.
pub fn display_name(file: &str) -> &str {
    if file == "-" { "<stdin>" } else { file }
}

/// Reads a file, or standard input for `-`. The failure has been reported when this returns.
pub fn read(file: &str) -> Result<Vec<u8>, Exit> {
    let mut bytes = Vec::new();
    let result = if file == "-" {
        io::stdin().lock().read_to_end(&mut bytes).map(drop)
    } else {
        fs::read(file).map(|contents| bytes = contents)
    };
    match result {
        Ok(()) => Ok(bytes),
        Err(error) => {
            report::error(&format!("cannot read `{}`: {error}", display_name(file)));
            Err(Exit::Usage)
        }
    }
}

/// Reads a file and tells source text from images.
pub fn read_any(file: &str) -> Result<Input, Exit> {
    let bytes = read(file)?;
    let is_image =
        bytes.starts_with(&tamias_bytecode::layout::MAGIC) && bytes.get(4).is_some_and(|byte| *byte < 9);
    Ok(if is_image { Input::Image(bytes) } else { Input::Source(bytes) })
}
