//! Preprocessing: from the files that people write to the text that is compiled.
//!
//! Programs for imps are often put together by the *Builder*, whose directives
//! begin with `@`: they include files, leave out parts, repeat others and
//! compute what stands in between. After that `#require` lines are replaced by
//! libraries. `docs/builder.md` describes both.
//!
//! Nothing here reads a file: a [`SourceLoader`] does. The result is one text
//! and a [`SourceMap`], which knows the file and line of every byte.
//!
//! ```
//! use tamias_compiler::preprocess::{NoFiles, Options, Program, preprocess};
//!
//! let text = b"@repeat 2\nserver.log(\"@{NAME} @{loop.iteration}\");\n@end\n";
//! let program = Program { name: "device.nut", location: "/home/me/device.nut", text };
//! let mut options = Options::default();
//! options.variables.push(("NAME".to_owned(), "turn".to_owned()));
//! let preprocessed = preprocess(&program, &options, &mut NoFiles);
//! assert_eq!(preprocessed.text, b"server.log(\"turn 1\");\nserver.log(\"turn 2\");\n");
//! ```
//!
//! [`detect`] decides whether a text is the Builder's, [`block`] finds the
//! directives, [`expression`] and [`evaluate`] are about what stands in them,
//! [`machine`] executes them, [`location`] knows where included files can be,
//! and [`require`] is about libraries.

mod block;
mod detect;
mod evaluate;
mod expression;
mod functions;
mod location;
mod machine;
mod require;
mod value;

use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Severity};
use crate::source_map::SourceMap;

pub use detect::uses_builder;

/// Whether a line that begins with `@` is a directive of the Builder.
pub(crate) fn is_builder_directive(line: &[u8]) -> bool {
    block::directive_of(line).is_some()
}

/// Where the `}` of the `@{` is that a line begins with.
pub(crate) fn end_of_builder_expression(line: &[u8]) -> Option<usize> {
    block::inline_end(line, 0)
}

/// A program before preprocessing.
#[derive(Clone, Copy, Debug)]
pub struct Program<'p> {
    /// Its name in messages.
    pub name: &'p str,
    /// Where it is: an absolute path, from which `__FILE__` and `__PATH__` come.
    pub location: &'p str,
    /// Its text.
    pub text: &'p [u8],
}

/// When a program goes through the Builder.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UseBuilder {
    /// If it has directives or inline expressions, see [`uses_builder`].
    #[default]
    Auto,
    /// In any case.
    Always,
    /// In no case.
    Never,
}

/// What preprocessing depends on besides the program.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Whether the Builder is used.
    pub builder: UseBuilder,
    /// Variables that exist without `@set`, which does not change them.
    pub variables: Vec<(String, String)>,
    /// Folders in which included files are looked for after the folders of the including file and of the program.
    pub folders: Vec<String>,
}

/// A text that a [`SourceLoader`] has found.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// Its name in messages.
    pub name: String,
    /// Its bytes.
    pub text: Arc<[u8]>,
}

/// Why a text cannot be included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LoadFailure {
    /// There is none; it may be somewhere else.
    NotFound,
    /// There is something, but it is no text, or cannot be had.
    Unreadable {
        /// What is wrong: the end of a sentence.
        message: String,
        /// What to do about it.
        help: Option<String>,
    },
}

/// Why a library is not put into a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LibraryFailure {
    /// What is wrong: a sentence.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// Whether the program is compiled without it, with a warning.
    pub is_optional: bool,
}

/// Finds the texts that programs include.
pub trait SourceLoader {
    /// Reads the text at a location: a path with `/` between its parts, or for example
    /// `github:user/repository/path@reference`.
    fn load(&mut self, location: &str) -> Result<Loaded, LoadFailure>;

    /// Reads a library in exactly this version.
    fn library(&mut self, name: &str, version: &str) -> Result<Loaded, LibraryFailure>;

    /// Whether there are libraries at all; if not, nothing that is wrong with a `#require` is an error.
    fn has_libraries(&self) -> bool;

    /// The value of a variable of the environment.
    fn environment(&self, _name: &str) -> Option<String> {
        None
    }
}

/// A [`SourceLoader`] that finds nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoFiles;

impl SourceLoader for NoFiles {
    fn load(&mut self, _location: &str) -> Result<Loaded, LoadFailure> {
        Err(LoadFailure::NotFound)
    }

    fn library(&mut self, name: &str, version: &str) -> Result<Loaded, LibraryFailure> {
        let message = format!("the library `{name}:{version}` is left out");
        Err(LibraryFailure { message, help: None, is_optional: true })
    }

    fn has_libraries(&self) -> bool {
        false
    }
}

/// A program after preprocessing.
#[derive(Clone, Debug)]
pub struct Preprocessed {
    /// The text that is to be compiled.
    pub text: Vec<u8>,
    /// Where it comes from.
    pub map: SourceMap,
    /// What is wrong with the directives.
    pub diagnostics: Vec<Diagnostic>,
}

impl Preprocessed {
    /// Whether the text is not worth compiling.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }
}

/// Preprocesses a program: the Builder first, then the libraries.
pub fn preprocess(program: &Program<'_>, options: &Options, loader: &mut dyn SourceLoader) -> Preprocessed {
    let uses_builder = match options.builder {
        UseBuilder::Auto => uses_builder(program.text),
        UseBuilder::Always => true,
        UseBuilder::Never => false,
    };
    let (mut text, mut map, mut diagnostics) = if uses_builder {
        let mut machine = machine::Machine::new(options, loader);
        machine.run(program.name, program.location, program.text);
        (machine.text, machine.map, machine.diagnostics)
    } else {
        (program.text.to_vec(), SourceMap::of_file(program.name, program.text), Vec::new())
    };
    require::require(&mut text, &mut map, loader, &mut diagnostics);
    Preprocessed { text, map, diagnostics }
}

/// The text with control lines that say where its lines come from.
///
/// A line `#line 12 "file"` precedes every line that does not follow the one before in the same file.
pub fn with_control_lines(preprocessed: &Preprocessed) -> Vec<u8> {
    let lines = crate::lines::LineIndex::new(&preprocessed.text);
    let mut out = Vec::with_capacity(preprocessed.text.len());
    let mut at = 0;
    for range in preprocessed.map.ranges(&lines) {
        let start = lines.start(range.first_line) as usize;
        out.extend_from_slice(&preprocessed.text[at..start]);
        let name = range.name.replace('"', "\\\"");
        out.extend_from_slice(format!("#line {} \"{name}\"\n", range.line).as_bytes());
        at = start;
    }
    out.extend_from_slice(&preprocessed.text[at..]);
    out
}
