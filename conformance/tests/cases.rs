//! One test for each conformance case, edition and mode.

use libtest_mimic::{Arguments, Failed, Trial};
use std::fs;
use std::path::{Path, PathBuf};
use tamias_conformance::{Mode, check, run};
use tamias_vm::Edition;

fn main() {
    let arguments = Arguments::from_args();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let mut cases = Vec::new();
    find_cases(&root, &mut cases);
    cases.sort();
    let not_in_imp = exceptions(&root.join("not-in-imp.txt"));
    let mut trials = Vec::new();
    for case in &cases {
        let name = case.strip_prefix(&root).expect("cases are below the root").with_extension("");
        let name = name.to_string_lossy().replace('\\', "/");
        let mut add = |group: &str, edition, mode| {
            let case = case.clone();
            trials.push(Trial::test(format!("{group}/{name}"), move || run_case(&case, edition, mode)));
        };
        add("squirrel-3", Edition::Squirrel3, Mode::Normal);
        add("audit", Edition::Squirrel3, Mode::Audit);
        if !not_in_imp.iter().any(|excepted| excepted == &name) {
            add("imp", Edition::Imp, Mode::Normal);
        }
    }
    libtest_mimic::run(&arguments, trials).exit();
}

fn find_cases(folder: &Path, cases: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the folder of cases can be read").flatten() {
        let path = entry.path();
        if path.is_dir() {
            find_cases(&path, cases);
        } else if path.extension().is_some_and(|extension| extension == "nut") {
            cases.push(path);
        }
    }
}

/// Reads a list of cases, one in a line, each with its reason after a colon.
fn exceptions(list: &Path) -> Vec<String> {
    let text = fs::read_to_string(list).unwrap_or_default();
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| line.split(':').next().unwrap_or(line).trim().to_string()).collect()
}

fn run_case(case: &Path, edition: Edition, mode: Mode) -> Result<(), Failed> {
    let source = fs::read(case)?;
    let expected = fs::read(case.with_extension("out"))?;
    check(&run(&source, edition, mode), &expected).map_err(Failed::from)
}
