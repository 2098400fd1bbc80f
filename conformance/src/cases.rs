//! The cases of the collection as files.

use std::fs;
use std::path::{Path, PathBuf};

/// The folder of the cases.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("cases")
}

/// A case of the collection.
#[derive(Clone, Debug)]
pub struct Case {
    /// Its area and name, such as `closures/counter`.
    pub name: String,
    /// Its program; what it has to print stands beside it.
    pub program: PathBuf,
}

/// All cases, sorted by name.
pub fn all() -> Vec<Case> {
    let root = folder();
    let mut programs = Vec::new();
    find(&root, &mut programs);
    programs.sort();
    programs
        .into_iter()
        .map(|program| {
            let name = program.strip_prefix(&root).expect("cases are below the root").with_extension("");
            Case { name: name.to_string_lossy().replace('\\', "/"), program }
        })
        .collect()
}

fn find(folder: &Path, programs: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the folder of cases can be read").flatten() {
        let path = entry.path();
        if path.is_dir() {
            find(&path, programs);
        } else if path.extension().is_some_and(|extension| extension == "nut") {
            programs.push(path);
        }
    }
}

/// The names in a list of exceptions beside the cases, one in a line, each with its reason after a colon.
pub fn exceptions(list: &str) -> Vec<String> {
    let text = fs::read_to_string(folder().join(list)).unwrap_or_default();
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| line.split(':').next().unwrap_or(line).trim().to_string()).collect()
}
