//! Where the texts of programs come from: included files and libraries.
//!
//! What stands for them in a program is described in docs/builder.md. The
//! compiler says what it is looking for, and [`Files`] reads it.

use crate::input;
use clap::ValueEnum;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use tamias_build::files::{Files, Mapping, location_of};
use tamias_compiler::preprocess::{Options, Preprocessed, Program, UseBuilder, preprocess};

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
    #[arg(long = "remote", value_name = "REMOTE=PATH", value_parser = Mapping::from_str)]
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
        let mut files = Files { libraries: self.library.clone(), mappings: self.mappings.clone(), here };
        preprocess(&program, &options, &mut files)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn definitions_have_names() {
        assert_eq!(definition("A=b=c"), Ok(("A".to_owned(), "b=c".to_owned())));
        assert_eq!(definition("A"), Ok(("A".to_owned(), "true".to_owned())));
        assert!(definition("1=2").is_err() && definition("=2").is_err());
    }
}
