//! Where the texts of programs come from: included files and libraries.
//!
//! What stands for them in a program is described in docs/builder.md. The
//! compiler says what it is looking for, and here it is read.

use crate::input;
use clap::ValueEnum;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf, absolute};
use tamias_compiler::preprocess::{
    LibraryFailure, LoadFailure, Loaded, Options, Preprocessed, Program, SourceLoader, UseBuilder, preprocess,
};

/// Longest file that is included, in bytes.
const MAX_FILE: u64 = 32 << 20;

/// Options of all commands that read programs.
#[derive(clap::Args, Clone, Debug, Default)]
pub struct Sources {
    /// Set a variable of the Builder; without a value it is `true`.
    #[arg(short = 'D', long = "define", value_name = "NAME=VALUE", value_parser = definition)]
    definitions: Vec<(String, String)>,
    /// Look for included files in this folder, too.
    #[arg(short = 'I', long, value_name = "FOLDER")]
    include: Vec<String>,
    /// Take the libraries of `#require "Name:1.0.0"` from this folder, where they are called `Name:1.0.0` or
    /// `Name@1.0.0`.
    #[arg(long, value_name = "FOLDER")]
    library: Vec<PathBuf>,
    /// Where on this computer a repository or web site is, for example `github:user/repo=../repo`.
    #[arg(long = "map", value_name = "REMOTE=PATH", value_parser = mapping)]
    mappings: Vec<Mapping>,
    /// When programs go through the Builder.
    #[arg(long, value_enum, default_value_t = BuilderArg::Auto, value_name = "WHEN")]
    builder: BuilderArg,
}

/// When programs go through the Builder.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum BuilderArg {
    /// If there are directives such as `@include` or expressions such as `@{NAME}` in them.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// What stands for a remote file or folder.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Mapping {
    /// The location without its reference and without `/` at its end.
    remote: String,
    /// The only reference for which it holds.
    reference: Option<String>,
    path: PathBuf,
}

impl Sources {
    /// Puts everything that belongs to a program into one text.
    pub fn preprocess(&self, file: &str, source: &[u8]) -> Preprocessed {
        let here = std::env::current_dir().unwrap_or_default();
        let options = Options {
            builder: match self.builder {
                BuilderArg::Auto => UseBuilder::Auto,
                BuilderArg::Always => UseBuilder::Always,
                BuilderArg::Never => UseBuilder::Never,
            },
            variables: self.definitions.clone(),
            folders: std::iter::once(location_of(&here))
                .chain(self.include.iter().map(|folder| location_of(Path::new(folder))))
                .collect(),
        };
        let name = input::display_name(file);
        let location = location_of(Path::new(name));
        let program = Program { name, location: &location, text: source };
        preprocess(&program, &options, &mut Files { sources: self, here })
    }
}

/// A path as the compiler knows it: absolute, with `/` between its parts.
fn location_of(path: &Path) -> String {
    let path = absolute(path).unwrap_or_else(|_| path.to_owned());
    path.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/")
}

/// The files of this computer.
struct Files<'s> {
    sources: &'s Sources,
    /// The current folder, relative to which names in messages are.
    here: PathBuf,
}

impl SourceLoader for Files<'_> {
    fn load(&mut self, location: &str) -> Result<Loaded, LoadFailure> {
        let path = Path::new(location);
        if path.is_absolute() {
            return self.read(path);
        }
        let Some(path) = self.mapped(location) else {
            let root = location.rsplit_once('/').map_or(location, |(folder, _)| folder);
            return Err(LoadFailure::Unreadable {
                message: "it is not on this computer".to_owned(),
                help: Some(format!("say where its folder is: --map '{root}=FOLDER'")),
            });
        };
        self.read(&path).map_err(|failure| match failure {
            LoadFailure::NotFound => LoadFailure::Unreadable {
                message: format!("there is no `{}`", path.display()),
                help: Some("check the `--map` that leads there".to_owned()),
            },
            other => other,
        })
    }

    fn library(&mut self, name: &str, version: &str) -> Result<Loaded, LibraryFailure> {
        let folders = &self.sources.library;
        let wanted = format!("{name}:{version}");
        if folders.is_empty() {
            return Err(LibraryFailure {
                message: format!("the library `{wanted}` is left out"),
                help: Some("name the folder with the libraries: --library FOLDER".to_owned()),
                is_optional: true,
            });
        }
        let failure = |message: String| LibraryFailure {
            message,
            help: Some(format!("put it into the library folder as `{name}@{version}`")),
            is_optional: false,
        };
        for folder in folders {
            for file in [wanted.clone(), format!("{name}@{version}")] {
                match self.read(&folder.join(file)) {
                    Ok(loaded) => return Ok(loaded),
                    Err(LoadFailure::NotFound) => {}
                    Err(LoadFailure::Unreadable { message, .. }) => {
                        return Err(failure(format!("cannot read the library `{wanted}`: {message}")));
                    }
                }
            }
        }
        Err(failure(format!("there is no library `{wanted}`")))
    }

    fn has_libraries(&self) -> bool {
        !self.sources.library.is_empty()
    }

    fn environment(&self, name: &str) -> Option<String> {
        std::env::var(name).ok()
    }
}

impl Files<'_> {
    fn read(&self, path: &Path) -> Result<Loaded, LoadFailure> {
        let unreadable = |message: String| LoadFailure::Unreadable { message, help: None };
        let text = read_bounded(path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => LoadFailure::NotFound,
            io::ErrorKind::IsADirectory => unreadable("it is a folder".to_owned()),
            io::ErrorKind::FileTooLarge => unreadable(format!("it is larger than {} MiB", MAX_FILE >> 20)),
            _ => unreadable(error.to_string()),
        })?;
        let absolute_path = absolute(path).unwrap_or_else(|_| path.to_owned());
        let shown = absolute_path.strip_prefix(&self.here).unwrap_or(&absolute_path);
        Ok(Loaded { name: shown.to_string_lossy().into_owned(), text: text.into() })
    }

    /// The path that the most exact mapping gives for a location.
    fn mapped(&self, location: &str) -> Option<PathBuf> {
        let (remote, reference) = split_reference(location);
        let fitting = self.sources.mappings.iter().filter_map(|mapping| {
            let rest = remote.strip_prefix(&*mapping.remote)?;
            let is_whole = rest.is_empty() || rest.starts_with('/');
            let fits = is_whole && (mapping.reference.is_none() || mapping.reference.as_deref() == reference);
            fits.then_some((mapping, rest.trim_start_matches('/')))
        });
        let (mapping, rest) =
            fitting.max_by_key(|(mapping, _)| (mapping.remote.len(), mapping.reference.is_some()))?;
        Some(if rest.is_empty() { mapping.path.clone() } else { mapping.path.join(rest) })
    }
}

/// Reads an ordinary file that is not too large. Devices and pipes might never end.
fn read_bounded(path: &Path) -> io::Result<Vec<u8>> {
    let metadata = fs::metadata(path)?;
    if metadata.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    if !metadata.is_file() {
        return Err(io::Error::other("it is no ordinary file"));
    }
    let mut text = Vec::new();
    fs::File::open(path)?.take(MAX_FILE + 1).read_to_end(&mut text)?;
    if text.len() as u64 > MAX_FILE { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok(text) }
}

/// A location without its reference, and that. Addresses of web pages have none.
fn split_reference(location: &str) -> (&str, Option<&str>) {
    match location.rsplit_once('@') {
        Some((remote, reference)) if !location.contains("://") => (remote, Some(reference)),
        _ => (location, None),
    }
}

fn definition(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').unwrap_or((text, "true"));
    let is_name = |character: char| character.is_ascii_alphanumeric() || matches!(character, '_' | '$');
    if name.is_empty() || !name.chars().all(is_name) || name.starts_with(|first: char| first.is_ascii_digit())
    {
        return Err(format!("`{name}` is no name of a variable"));
    }
    Ok((name.to_owned(), value.to_owned()))
}

fn mapping(text: &str) -> Result<Mapping, String> {
    let Some((remote, path)) = text.split_once('=') else {
        return Err("write what is mapped and where it is: REMOTE=PATH".to_owned());
    };
    let (remote, reference) = split_reference(remote);
    let remote = remote.trim_end_matches('/').to_owned();
    if !remote.contains(':') {
        return Err(format!("`{remote}` is neither a repository nor a web site"));
    }
    Ok(Mapping { remote, reference: reference.map(str::to_owned), path: PathBuf::from(path) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_exact_mapping_counts() {
        let mappings = ["github:u/r=all", "github:u/r/lib=lib", "github:u/r@v1=old", "https://host/x@y=web"];
        let mappings = mappings.map(|text| mapping(text).expect("it is a mapping")).to_vec();
        let sources = Sources { mappings, ..Sources::default() };
        let files = Files { sources: &sources, here: PathBuf::new() };
        let mapped = |location| files.mapped(location).map(|path| path.to_string_lossy().replace('\\', "/"));
        assert_eq!(mapped("github:u/r/a.nut").as_deref(), Some("all/a.nut"));
        assert_eq!(mapped("github:u/r/lib/a.nut@v2").as_deref(), Some("lib/a.nut"));
        assert_eq!(mapped("github:u/r/a.nut@v1").as_deref(), Some("old/a.nut"));
        assert_eq!(mapped("github:u/r2/a.nut"), None);
        assert_eq!(mapped("https://host/x@y/a.nut").as_deref(), Some("web/a.nut"));
    }

    #[test]
    fn definitions_have_names() {
        assert_eq!(definition("A=b=c"), Ok(("A".to_owned(), "b=c".to_owned())));
        assert_eq!(definition("A"), Ok(("A".to_owned(), "true".to_owned())));
        assert!(definition("1=2").is_err() && definition("=2").is_err());
    }
}
