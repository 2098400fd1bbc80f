//! The texts of programs on this computer.
//!
//! The compiler reads nothing itself: it says what it is looking for, and here
//! it is found. What stands for files and libraries in a program is described
//! in docs/builder.md.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf, absolute};
use std::str::FromStr;
use tamias_compiler::preprocess::{LibraryFailure, LoadFailure, Loaded, SourceLoader};

/// Longest file that is included, in bytes.
const MAX_FILE: u64 = 32 << 20;

/// What stands for a remote file or folder, as in `github:user/repo=../repo`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapping {
    /// The location without its reference and without `/` at its end.
    remote: String,
    /// The only reference for which it holds.
    reference: Option<String>,
    path: PathBuf,
}

/// A path as the compiler knows it: absolute, with `/` between its parts.
pub fn location_of(path: &Path) -> String {
    let path = absolute(path).unwrap_or_else(|_| path.to_owned());
    path.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/")
}

/// The files of this computer, as far as programs may include them.
#[derive(Clone, Debug, Default)]
pub struct Files {
    /// Folders with the libraries of `#require`.
    pub libraries: Vec<PathBuf>,
    /// What stands for remote files.
    pub mappings: Vec<Mapping>,
    /// The current folder, relative to which names in messages are.
    pub here: PathBuf,
}

impl SourceLoader for Files {
    fn load(&mut self, location: &str) -> Result<Loaded, LoadFailure> {
        let path = Path::new(location);
        if path.is_absolute() {
            return self.read(path);
        }
        let Some(path) = self.mapped(location) else {
            let root = location.rsplit_once('/').map_or(location, |(folder, _)| folder);
            return Err(LoadFailure::Unreadable {
                message: "it is not on this computer".to_owned(),
                help: Some(format!("say where its folder is: --remote '{root}=FOLDER'")),
            });
        };
        self.read(&path).map_err(|failure| match failure {
            LoadFailure::NotFound => LoadFailure::Unreadable {
                message: format!("there is no `{}`", path.display()),
                help: Some("check the `--remote` that leads there".to_owned()),
            },
            other => other,
        })
    }

    fn library(&mut self, name: &str, version: &str) -> Result<Loaded, LibraryFailure> {
        let folders = &self.libraries;
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
        !self.libraries.is_empty()
    }

    fn environment(&self, name: &str) -> Option<String> {
        std::env::var(name).ok()
    }
}

impl Files {
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
        let fitting = self.mappings.iter().filter_map(|mapping| {
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

impl FromStr for Mapping {
    type Err = String;

    fn from_str(text: &str) -> Result<Mapping, String> {
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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_exact_mapping_counts() {
        let mappings = ["github:u/r=all", "github:u/r/lib=lib", "github:u/r@v1=old", "https://host/x@y=web"];
        let mappings = mappings.map(|text| text.parse().expect("it is a mapping")).to_vec();
        let files = Files { mappings, ..Files::default() };
        let mapped = |location| files.mapped(location).map(|path| path.to_string_lossy().replace('\\', "/"));
        assert_eq!(mapped("github:u/r/a.nut").as_deref(), Some("all/a.nut"));
        assert_eq!(mapped("github:u/r/lib/a.nut@v2").as_deref(), Some("lib/a.nut"));
        assert_eq!(mapped("github:u/r/a.nut@v1").as_deref(), Some("old/a.nut"));
        assert_eq!(mapped("github:u/r2/a.nut"), None);
        assert_eq!(mapped("https://host/x@y/a.nut").as_deref(), Some("web/a.nut"));
    }
}
