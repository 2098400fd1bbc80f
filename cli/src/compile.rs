//! `tamias compile`

use crate::args::Compile;
use crate::exit::Exit;
use crate::{input, report};
use anstream::eprintln;
use std::fs;
use std::io::{self, Write};
use tamias_stdlib_imp::board::modules;

/// Compiles a source text to an image.
pub fn compile(args: &Compile) -> Exit {
    match try_compile(args) {
        Ok(()) => Exit::Success,
        Err(exit) => exit,
    }
}

fn try_compile(args: &Compile) -> Result<(), Exit> {
    let Some(profile) = modules::find(&args.module) else {
        report::error(&unknown_module(&args.module));
        return Err(Exit::Usage);
    };
    let source = input::read(&args.file)?;
    let image = report::compile_source(&args.file, &source, args.edition, args.strip, &args.sources)?;
    let limit = profile.code_space;
    let percent = image.len() as f64 * 100.0 / limit as f64;
    if image.len() > limit {
        let (size, name) = (image.len(), profile.name);
        report::error(&format!(
            "out of space: the image has {size} bytes, {percent:.2}% of the program storage of an {name}"
        ));
        return Err(Exit::Limit);
    }
    write(&args.output, &image)?;
    eprintln!("{} bytes; {percent:.2}% program storage used ({})", image.len(), profile.name);
    Ok(())
}

/// What to say about a module that does not exist.
pub fn unknown_module(name: &str) -> String {
    let known: Vec<_> = modules::ALL.iter().map(|profile| profile.name).collect();
    format!("unknown module `{name}`: use one of {}", known.join(", "))
}

/// Writes a result to a file, or to standard output for `-`.
pub fn write(file: &str, bytes: &[u8]) -> Result<(), Exit> {
    let result = if file == "-" { io::stdout().lock().write_all(bytes) } else { fs::write(file, bytes) };
    result.map_err(|error| {
        report::error(&format!("cannot write `{file}`: {error}"));
        Exit::Usage
    })
}
