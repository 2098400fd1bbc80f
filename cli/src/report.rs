//! Messages on standard error.

use crate::args::EditionArg;
use crate::exit::Exit;
use crate::input::display_name;
use anstream::{AutoStream, ColorChoice, eprintln};
use std::io;
use tamias_compiler::diagnostic::Severity;
use tamias_compiler::render::{Renderer, Style};
use tamias_compiler::{Compilation, CompileOptions, ConstantValue, compile};
use tamias_vm::Edition;

/// Prints an error message.
pub fn error(message: &str) {
    eprintln!("error: {message}");
}

/// Compiles a source text and prints its diagnostics.
pub fn compile_source(file: &str, source: &[u8], edition: EditionArg, strip: bool) -> Result<Vec<u8>, Exit> {
    let mut options = CompileOptions::new(display_name(file), edition.into());
    options.strip = strip;
    if Edition::from(edition) != Edition::Squirrel3 {
        let constants = tamias_stdlib_imp::api::constants::CONSTANTS.iter();
        options.constants =
            constants.map(|(name, value)| ((*name).to_string(), ConstantValue::Int(*value))).collect();
    }
    let compilation = compile(source, &options);
    diagnostics(file, source, &compilation);
    compilation.image.ok_or(Exit::SourceErrors)
}

/// Prints the diagnostics of a compilation.
fn diagnostics(file: &str, source: &[u8], compilation: &Compilation) {
    if compilation.diagnostics.is_empty() {
        return;
    }
    let style = match AutoStream::choice(&io::stderr()) {
        ColorChoice::Never => Style::Plain,
        _ => Style::Colored,
    };
    let renderer = Renderer::new(source, display_name(file), style);
    eprintln!("{}", renderer.render_all(&compilation.diagnostics));
    let errors = compilation.diagnostics.iter().filter(|found| found.severity == Severity::Error).count();
    if errors > 0 {
        let plural = if errors == 1 { "" } else { "s" };
        error(&format!("{errors} error{plural} in `{}`", display_name(file)));
    }
}
