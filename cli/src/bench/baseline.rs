//! Baselines: results that are kept for later.
//!
//! A baseline is a text file in the directory for the state of programs, with
//! one line for each program: its median in nanoseconds, a blank and its name.

use super::measure::Figures;
use crate::exit::Exit;
use crate::{report, state};
use std::path::PathBuf;
use std::{fs, io};

/// Medians by name, in seconds.
pub struct Baseline {
    entries: Vec<(String, f64)>,
}

impl Baseline {
    pub fn new(figures: &[Figures]) -> Baseline {
        Baseline { entries: figures.iter().map(|figure| (figure.name.clone(), figure.median)).collect() }
    }

    /// The median of a program.
    pub fn median(&self, name: &str) -> Option<f64> {
        self.entries.iter().find(|(known, _)| known == name).map(|(_, median)| *median)
    }

    pub fn load(name: &str) -> Result<Baseline, Exit> {
        let text = path(name).and_then(fs::read_to_string).map_err(|error| {
            report::error(&format!("cannot read the baseline `{name}`: {error}"));
            Exit::Usage
        })?;
        let entry = |line: &str| {
            let (nanos, name) = line.split_once(' ')?;
            Some((name.to_string(), nanos.parse::<f64>().ok()? / 1e9))
        };
        Ok(Baseline { entries: text.lines().filter_map(entry).collect() })
    }

    pub fn save(&self, name: &str) -> Result<(), Exit> {
        let line = |(name, median): &(String, f64)| format!("{:.0} {name}\n", median * 1e9);
        let text: String = self.entries.iter().map(line).collect();
        let write = |path: PathBuf| {
            fs::create_dir_all(path.parent().unwrap_or(&path))?;
            fs::write(path, text)
        };
        path(name).and_then(write).map_err(|error| {
            report::error(&format!("cannot keep the baseline `{name}`: {error}"));
            Exit::Usage
        })
    }
}

fn path(name: &str) -> io::Result<PathBuf> {
    let is_plain = |character: char| character.is_alphanumeric() || matches!(character, '-' | '_' | '.');
    if name.is_empty() || name.starts_with('.') || !name.chars().all(is_plain) {
        return Err(io::Error::other("names consist of letters, digits, `-`, `_` and `.`"));
    }
    let folder = state::folder().ok_or_else(|| io::Error::other("there is no home directory"))?;
    Ok(folder.join("bench").join(format!("{name}.txt")))
}
