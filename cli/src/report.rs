//! Messages on standard error.

use crate::args::EditionArg;
use crate::exit::Exit;
use crate::input::display_name;
use crate::sources::Sources;
use anstream::{AutoStream, ColorChoice, eprintln};
use std::collections::BTreeSet;
use std::io;
use tamias_compiler::diagnostic::{Code, Diagnostic, Severity};
use tamias_compiler::preprocess::Preprocessed;
use tamias_compiler::render::{Renderer, Style};
use tamias_compiler::source_map::SourceMap;
use tamias_compiler::{CompileOptions, ConstantValue, compile_program};
use tamias_vm::Edition;

/// At most so many codes are offered for explanation.
const MAX_CODES: usize = 5;

/// Prints an error message.
pub fn error(message: &str) {
    eprintln!("error: {message}");
}

/// The options for a file: the edition and the constants of its API.
pub fn options(file: &str, edition: EditionArg) -> CompileOptions {
    let mut options = CompileOptions::new(display_name(file), edition.into());
    options.constants = constants(edition);
    options
}

/// The constants that programs of an edition find.
pub fn constants(edition: EditionArg) -> Vec<(String, ConstantValue)> {
    match Edition::from(edition) {
        Edition::Squirrel3 => Vec::new(),
        Edition::Imp | Edition::ImpCompat => {
            let constants = tamias_stdlib_imp::api::constants::CONSTANTS.iter();
            constants.map(|(name, value)| ((*name).to_string(), ConstantValue::Int(*value))).collect()
        }
    }
}

/// Compiles a source text with everything that it includes, and prints its diagnostics.
pub fn compile_source(
    file: &str,
    source: &[u8],
    edition: EditionArg,
    strip: bool,
    sources: &Sources,
) -> Result<Vec<u8>, Exit> {
    compile_preprocessed(file, &sources.preprocess(file, source), edition, strip)
}

/// Compiles a program and prints its diagnostics.
pub fn compile_preprocessed(
    file: &str,
    program: &Preprocessed,
    edition: EditionArg,
    strip: bool,
) -> Result<Vec<u8>, Exit> {
    let options = CompileOptions { strip, ..options(file, edition) };
    let compilation = compile_program(program, &options);
    let mut tally = Tally::default();
    tally.print(&program.map, &compilation.diagnostics);
    tally.print_summary();
    compilation.image.ok_or(Exit::SourceErrors)
}

/// Prints the diagnostics of one file with their number.
pub fn list(file: &str, source: &[u8], diagnostics: &[Diagnostic]) {
    let mut tally = Tally::default();
    tally.print(&SourceMap::of_file(display_name(file), source), diagnostics);
    tally.print_summary();
}

/// Prints diagnostics and counts them.
#[derive(Default)]
pub struct Tally {
    n_errors: usize,
    n_warnings: usize,
    codes: BTreeSet<Code>,
}

impl Tally {
    /// Prints the diagnostics of a program.
    pub fn print(&mut self, map: &SourceMap, diagnostics: &[Diagnostic]) {
        if diagnostics.is_empty() {
            return;
        }
        let style = match AutoStream::choice(&io::stderr()) {
            ColorChoice::Never => Style::Plain,
            _ => Style::Colored,
        };
        let renderer = Renderer::with_map(map, style);
        // Each of them ends with an empty line.
        anstream::eprint!("{}", renderer.render_all(diagnostics));
        for diagnostic in diagnostics {
            self.codes.insert(diagnostic.code);
            match diagnostic.severity {
                Severity::Error => self.n_errors += 1,
                Severity::Warning => self.n_warnings += 1,
            }
        }
    }

    /// Says how much was found and where to read more, unless it was nothing.
    pub fn print_summary(&self) {
        if self.codes.is_empty() {
            return;
        }
        let counts = [counted(self.n_errors, "error"), counted(self.n_warnings, "warning")];
        let counts: Vec<String> = counts.into_iter().flatten().collect();
        let codes: Vec<String> = self.codes.iter().take(MAX_CODES).map(Code::to_string).collect();
        eprintln!("{}", counts.join(", "));
        eprintln!("for more: tamias explain {}", codes.join(" "));
    }
}

fn counted(number: usize, noun: &str) -> Option<String> {
    match number {
        0 => None,
        1 => Some(format!("1 {noun}")),
        _ => Some(format!("{number} {noun}s")),
    }
}
