//! `tamias compile`

use crate::args::{Compile, Emit};
use crate::exit::Exit;
use crate::{footprint, input, report};
use anstream::eprintln;
use std::fmt::Display;
use std::fs;
use std::io::{self, Write};
use tamias_build::emit::{self, Placement};
use tamias_compiler::preprocess::Preprocessed;
use tamias_stdlib_imp::board::{ModuleProfile, modules};

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
    let placement = placement(args)?;
    let source = input::read(&args.file)?;
    let program = args.sources.preprocess(&args.file, &source);
    let image = report::compile_preprocessed(&args.file, &program, args.edition, args.strip)?;
    check_size(&image, profile)?;
    if let Some(output) = &args.output {
        write(output, &emitted(args, &image, &placement)?)?;
        if let Some(depfile) = &args.depfile {
            write(depfile, rule(output, &args.file, &program).as_bytes())?;
        }
        let percent = percent(&image, profile);
        eprintln!("{} bytes; {percent:.2}% program storage used ({})", image.len(), profile.name);
    }
    if args.map {
        write("-", footprint::map(&image, profile).as_bytes())?;
    }
    Ok(())
}

fn check_size(image: &[u8], profile: &ModuleProfile) -> Result<(), Exit> {
    if image.len() <= profile.code_space {
        return Ok(());
    }
    let (size, percent, name) = (image.len(), percent(image, profile), profile.name);
    report::error(&format!(
        "out of space: the image has {size} bytes, {percent:.2}% of the program storage of an {name}"
    ));
    Err(Exit::Limit)
}

fn percent(image: &[u8], profile: &ModuleProfile) -> f64 {
    image.len() as f64 * 100.0 / profile.code_space as f64
}

/// Where the image goes in what it becomes a part of.
fn placement(args: &Compile) -> Result<Placement, Exit> {
    let options = [
        ("--symbol", args.symbol.is_some()),
        ("--align", args.align.is_some()),
        ("--section", args.section.is_some()),
    ];
    if let Some((option, _)) = options.iter().find(|(_, is_given)| *is_given && args.emit == Emit::Image) {
        return Err(usage(&format!("`{option}` is for arrays and objects: say which with `--emit`")));
    }
    if args.target.is_some() && args.emit != Emit::Object {
        return Err(usage(&"`--target` is for `--emit object`"));
    }
    let mut placement = match &args.symbol {
        Some(symbol) => Placement::new(symbol).map_err(|error| usage(&error))?,
        None => Placement::for_file(args.output.as_deref().filter(|file| *file != "-").unwrap_or(&args.file)),
    };
    if let Some(align) = args.align {
        placement = placement.align(align).map_err(|error| usage(&error))?;
    }
    if let Some(section) = &args.section {
        placement = placement.section(section).map_err(|error| usage(&error))?;
    }
    Ok(placement)
}

fn usage(error: &dyn Display) -> Exit {
    report::error(&error.to_string());
    Exit::Usage
}

/// The image in the form that was asked for.
fn emitted(args: &Compile, image: &[u8], placement: &Placement) -> Result<Vec<u8>, Exit> {
    Ok(match args.emit {
        Emit::Image => image.to_vec(),
        Emit::CArray => emit::c_array(image, placement).into_bytes(),
        Emit::RustArray => emit::rust_array(image, placement).into_bytes(),
        Emit::Object => {
            let here = format!("{}-{}", std::env::consts::ARCH, std::env::consts::OS);
            let target = args.target.as_deref().unwrap_or(&here);
            emit::object(image, placement, target).map_err(|error| usage(&error))?
        }
    })
}

/// A rule for make: what is written depends on all files of the program.
fn rule(output: &str, file: &str, program: &Preprocessed) -> String {
    let mut rule = format!("{}:", escaped(output));
    let included = program.map.files().iter().map(|included| included.name()).filter(|name| *name != file);
    for name in [file].into_iter().chain(included) {
        rule.push(' ');
        rule.push_str(&escaped(name));
    }
    rule.push('\n');
    rule
}

/// The name of a file as make wants it.
fn escaped(name: &str) -> String {
    name.replace('\\', "/").replace('$', "$$").replace('#', "\\#").replace(' ', "\\ ")
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
