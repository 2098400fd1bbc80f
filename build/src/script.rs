//! Programs in build scripts.

use crate::emit::{Placement, PlacementError, rust_array};
use crate::files::{Files, location_of};
use std::fmt;
use std::path::{Path, PathBuf};
use std::{env, fs, io};
use tamias_bytecode::Edition;
use tamias_compiler::preprocess::{Options, Program as Text, preprocess};
use tamias_compiler::render::{Renderer, Style};
use tamias_compiler::{CompileOptions, ConstantValue, compile_program};
use tamias_stdlib_imp::board::modules;

/// A program that is compiled by a build script.
///
/// ```no_run
/// use tamias_build::Program;
///
/// Program::new("src/device.nut")
///     .module("imp001")
///     .define("VERSION", "1.2.0")
///     .library("libraries")
///     .section(".program")
///     .build();
/// ```
#[derive(Clone, Debug)]
pub struct Program {
    file: PathBuf,
    edition: Edition,
    module: Option<String>,
    is_stripped: bool,
    symbol: Option<String>,
    align: u32,
    section: Option<String>,
    options: Options,
    libraries: Vec<PathBuf>,
}

/// Why a program was not built.
#[derive(Debug)]
pub enum BuildError {
    /// A file cannot be read or written.
    File(PathBuf, io::Error),
    /// The program has errors: what they are, as text.
    Source(String),
    /// There is no such module.
    Module(String),
    /// The image has so many bytes, more than the module has space for.
    TooLarge(usize, usize),
    /// The place of the image is none.
    Placement(PlacementError),
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BuildError::File(path, error) => write!(f, "`{}`: {error}", path.display()),
            BuildError::Source(messages) => f.write_str(messages),
            BuildError::Module(name) => write!(f, "unknown module `{name}`"),
            BuildError::TooLarge(size, limit) => {
                write!(f, "out of space: the image has {size} bytes, and the module has space for {limit}")
            }
            BuildError::Placement(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for BuildError {}

impl From<PlacementError> for BuildError {
    fn from(error: PlacementError) -> BuildError {
        BuildError::Placement(error)
    }
}

/// An image with what it was made from.
struct Built {
    image: Vec<u8>,
    /// The names of all files that went into it.
    files: Vec<String>,
    /// Warnings, as text.
    warnings: String,
}

impl Program {
    /// The program in this file, relative to the folder of the package.
    pub fn new(file: impl Into<PathBuf>) -> Program {
        Program {
            file: file.into(),
            edition: Edition::Imp,
            module: None,
            is_stripped: false,
            symbol: None,
            align: 4,
            section: None,
            options: Options::default(),
            libraries: Vec::new(),
        }
    }

    /// The dialect; `imp` by default.
    #[must_use]
    pub fn edition(self, edition: Edition) -> Program {
        Program { edition, ..self }
    }

    /// The module whose space for programs the image must fit.
    #[must_use]
    pub fn module(self, name: &str) -> Program {
        Program { module: Some(name.to_owned()), ..self }
    }

    /// Leaves out line numbers and names of local variables.
    #[must_use]
    pub fn strip(self) -> Program {
        Program { is_stripped: true, ..self }
    }

    /// The name of the static, written in capitals then; by default that of the file.
    #[must_use]
    pub fn symbol(self, symbol: &str) -> Program {
        Program { symbol: Some(symbol.to_owned()), ..self }
    }

    /// Places the image at a multiple of so many bytes, for example of a page of flash; 4 by default.
    #[must_use]
    pub fn align(self, align: u32) -> Program {
        Program { align, ..self }
    }

    /// Places the image in this section. The file that is included then has an `unsafe` attribute.
    #[must_use]
    pub fn section(self, section: &str) -> Program {
        Program { section: Some(section.to_owned()), ..self }
    }

    /// Sets a variable of the Builder.
    #[must_use]
    pub fn define(mut self, name: &str, value: &str) -> Program {
        self.options.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Takes the libraries of `#require` from this folder, too.
    #[must_use]
    pub fn library(mut self, folder: impl Into<PathBuf>) -> Program {
        self.libraries.push(folder.into());
        self
    }

    /// Compiles the program to `<file>.rs` in `OUT_DIR`, and tells cargo what that depends on. For the `main` of a
    /// build script: an error ends it with its message.
    pub fn build(&self) {
        let out = env::var_os("OUT_DIR").expect("cargo sets OUT_DIR for build scripts");
        match self.try_build(Path::new(&out)) {
            Ok(files) => {
                files.iter().for_each(|file| println!("cargo::rerun-if-changed={file}"));
            }
            Err(error) => {
                println!("cargo::rerun-if-changed={}", self.file.display());
                eprintln!("{error}");
                std::process::exit(1);
            }
        }
    }

    /// Compiles the program to `<file>.rs` in a folder. Returns the names of all files that it consists of.
    ///
    /// # Errors
    /// See [`BuildError`].
    pub fn try_build(&self, out: &Path) -> Result<Vec<String>, BuildError> {
        let placement = self.placement()?;
        let built = self.compile()?;
        built.warnings.lines().for_each(|line| println!("cargo::warning={line}"));
        let stem = self.file.file_stem().unwrap_or_default();
        let path = out.join(stem).with_extension("rs");
        fs::write(&path, rust_array(&built.image, &placement))
            .map_err(|error| BuildError::File(path.clone(), error))?;
        Ok(built.files)
    }

    fn placement(&self) -> Result<Placement, BuildError> {
        let placement = match &self.symbol {
            Some(symbol) => Placement::new(symbol)?,
            None => Placement::for_file(&self.file.to_string_lossy()),
        };
        let placement = placement.align(self.align)?;
        Ok(match &self.section {
            Some(section) => placement.section(section)?,
            None => placement,
        })
    }

    fn compile(&self) -> Result<Built, BuildError> {
        let text = fs::read(&self.file).map_err(|error| BuildError::File(self.file.clone(), error))?;
        let name = self.file.to_string_lossy().into_owned();
        let here = env::current_dir().unwrap_or_default();
        let folders = [location_of(&here)].into_iter().chain(self.options.folders.iter().cloned());
        let options = Options { folders: folders.collect(), ..self.options.clone() };
        let program = Text { name: &name, location: &location_of(&self.file), text: &text };
        let mut files = Files { libraries: self.libraries.clone(), here, ..Files::default() };
        let preprocessed = preprocess(&program, &options, &mut files);
        let mut options = CompileOptions::new(&name, self.edition);
        options.strip = self.is_stripped;
        options.constants = constants(self.edition);
        let compilation = compile_program(&preprocessed, &options);
        let renderer = Renderer::with_map(&preprocessed.map, Style::Plain);
        let messages = renderer.render_all(&compilation.diagnostics);
        let image = compilation.image.ok_or(BuildError::Source(messages.clone()))?;
        self.check_size(image.len())?;
        let files = preprocessed.map.files().iter().map(|file| file.name().to_owned()).collect();
        Ok(Built { image, files, warnings: messages })
    }

    fn check_size(&self, size: usize) -> Result<(), BuildError> {
        let Some(name) = &self.module else { return Ok(()) };
        let module = modules::find(name).ok_or_else(|| BuildError::Module(name.clone()))?;
        if size > module.code_space { Err(BuildError::TooLarge(size, module.code_space)) } else { Ok(()) }
    }
}

/// The constants that programs of an edition find.
fn constants(edition: Edition) -> Vec<(String, ConstantValue)> {
    match edition {
        Edition::Squirrel3 => Vec::new(),
        Edition::Imp | Edition::ImpCompat => {
            let constants = tamias_stdlib_imp::api::constants::CONSTANTS.iter();
            constants.map(|(name, value)| ((*name).to_owned(), ConstantValue::Int(*value))).collect()
        }
    }
}
