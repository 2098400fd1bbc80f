//! The libraries that cases require.

use std::fs;
use std::path::Path;
use tamias_compiler::preprocess::{LibraryFailure, LoadFailure, Loaded, SourceLoader};

/// A folder in which each library is a file, `NAME@VERSION`. Cases include nothing else.
pub(crate) struct Folder<'f>(pub(crate) Option<&'f Path>);

impl SourceLoader for Folder<'_> {
    fn load(&mut self, _: &str) -> Result<Loaded, LoadFailure> {
        Err(LoadFailure::NotFound)
    }

    fn library(&mut self, name: &str, version: &str) -> Result<Loaded, LibraryFailure> {
        let file = format!("{name}@{version}");
        let text = self.0.and_then(|folder| fs::read(folder.join(&file)).ok());
        text.map(|text| Loaded { name: file, text: text.into() }).ok_or_else(|| LibraryFailure {
            message: format!("there is no library `{name}:{version}`"),
            help: None,
            is_optional: self.0.is_none(),
        })
    }

    fn has_libraries(&self) -> bool {
        self.0.is_some()
    }
}
