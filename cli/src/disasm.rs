//! `tamias disasm`

use crate::args::Disasm;
use crate::exit::Exit;
use crate::input::Input;
use crate::{input, report};
use std::io::{self, Write};
use tamias_bytecode::Image;
use tamias_bytecode::disasm::disassemble;
use tamias_compiler::source_map::SourceMap;

/// Prints the instructions of a program, with its source lines between them if they are known.
pub fn disasm(args: &Disasm) -> Exit {
    match try_disasm(args) {
        Ok(()) => Exit::Success,
        Err(exit) => exit,
    }
}

fn try_disasm(args: &Disasm) -> Result<(), Exit> {
    let (image, map) = match input::read_any(&args.file)? {
        Input::Image(image) => (image, SourceMap::default()),
        Input::Source(source) => {
            let preprocessed = args.sources.preprocess(&args.file, &source);
            (report::compile_preprocessed(&args.file, &preprocessed, args.edition, false)?, preprocessed.map)
        }
    };
    let image = Image::from_bytes(&image).map_err(|error| {
        report::error(&format!("`{}`: {error}", input::display_name(&args.file)));
        Exit::ImageRejected
    })?;
    let mut text = String::new();
    // Writing to a string does not fail.
    let find = |name: &[u8]| {
        let mut files = map.files().iter();
        files.find(|file| file.name().as_bytes() == name).map(|file| file.text())
    };
    let _ = disassemble(&image, &find, &mut text);
    // A closed pipe is the reader's decision.
    let _ = io::stdout().lock().write_all(text.as_bytes());
    Ok(())
}
