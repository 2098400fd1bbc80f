//! Reading source texts and images.

use crate::exit::Exit;
use crate::report;
use std::fs;
use std::io::{self, Read};

/// Longest file that is read, in bytes. Devices might never end.
const MAX_INPUT: u64 = 256 << 20;

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
        io::stdin().lock().take(MAX_INPUT + 1).read_to_end(&mut bytes)
    } else {
        fs::File::open(file).and_then(|opened| opened.take(MAX_INPUT + 1).read_to_end(&mut bytes))
    };
    match result {
        Ok(length) if length as u64 > MAX_INPUT => {
            let name = display_name(file);
            report::error(&format!("`{name}` is larger than {} MiB", MAX_INPUT >> 20));
            Err(Exit::SourceErrors)
        }
        Ok(_) => Ok(bytes),
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
