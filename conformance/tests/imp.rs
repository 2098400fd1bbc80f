//! The cases of the imp editions: one test for each case, edition and mode.
//!
//! | folder | runs in |
//! | --- | --- |
//! | `imp` | edition `imp`, also audited, and edition `imp-compat` unless `not-in-compat.txt` says why not |
//! | `imp/agent` | the same, on the side of the agent |
//! | `imp/require` | the same, with the libraries in `imp/require/libraries` |
//! | `imp-compat` | edition `imp-compat`, also audited |

use libtest_mimic::{Arguments, Failed, Trial};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use tamias_conformance::{Mode, check, run, run_agent, run_with_libraries};
use tamias_vm::Edition;

fn main() {
    let arguments = Arguments::from_args();
    let mut trials = Vec::new();
    let not_in_compat = exceptions(&root().join("imp/not-in-compat.txt"));
    for name in cases("imp") {
        add(&mut trials, "imp", &name, Edition::Imp, Mode::Normal);
        add(&mut trials, "imp", &name, Edition::Imp, Mode::Audit);
        if !not_in_compat.contains(&name) {
            add(&mut trials, "imp", &name, Edition::ImpCompat, Mode::Normal);
        }
    }
    for name in cases("imp-compat") {
        add(&mut trials, "imp-compat", &name, Edition::ImpCompat, Mode::Normal);
        add(&mut trials, "imp-compat", &name, Edition::ImpCompat, Mode::Audit);
    }
    trials.push(Trial::test("every exception is a case", move || {
        let cases: BTreeSet<String> = cases("imp").into_iter().collect();
        match not_in_compat.iter().find(|name| !cases.contains(*name)) {
            Some(name) => Err(format!("there is no case {name}").into()),
            None => Ok(()),
        }
    }));
    trials.push(Trial::test("imp/README.md lists every case", || every_case_is_listed("imp")));
    trials.push(Trial::test("imp-compat/README.md lists every case", || every_case_is_listed("imp-compat")));
    trials.push(Trial::test("every message of the catalogue has a case", every_message_has_a_case));
    libtest_mimic::run(&arguments, trials).exit();
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf()
}

fn add(trials: &mut Vec<Trial>, folder: &str, name: &str, edition: Edition, mode: Mode) {
    let audited = if mode == Mode::Audit { " audited" } else { "" };
    let program = root().join(folder).join(name).with_extension("nut");
    let area = name.split('/').next().unwrap_or_default().to_string();
    trials.push(Trial::test(format!("{folder}/{name} ({edition}{audited})"), move || {
        run_case(&program, &area, edition, mode)
    }));
}

fn run_case(program: &Path, area: &str, edition: Edition, mode: Mode) -> Result<(), Failed> {
    let source = fs::read(program)?;
    let expected = fs::read(program.with_extension("out"))?;
    let run = match area {
        "agent" => run_agent(&source, edition, mode),
        "require" => run_with_libraries(&source, edition, mode, &root().join("imp/require/libraries")),
        _ => run(&source, edition, mode),
    };
    check(&run, &expected).map_err(Failed::from)
}

/// The names of the cases in a folder, without endings.
fn cases(folder: &str) -> Vec<String> {
    let top = root().join(folder);
    let mut names = Vec::new();
    let mut folders = vec![top.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("the folder of cases can be read").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "nut") {
                let name = path.strip_prefix(&top).expect("the case is in the folder").with_extension("");
                names.push(name.to_string_lossy().replace('\\', "/"));
            }
        }
    }
    names.sort();
    names
}

/// Reads a list of cases, one in a line, each with its reason after a colon.
fn exceptions(list: &Path) -> Vec<String> {
    let text = fs::read_to_string(list).expect("the list of exceptions can be read");
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| line.split(':').next().unwrap_or(line).trim().to_string()).collect()
}

/// The last cells of the tables in the index of the folder name its cases: all of them, and nothing else.
fn every_case_is_listed(folder: &str) -> Result<(), Failed> {
    let text = fs::read_to_string(root().join(folder).join("README.md"))?;
    let cells = text.lines().filter(|line| line.starts_with("| ")).filter_map(|row| row.rsplit('|').nth(1));
    let quoted = cells.flat_map(|cell| cell.split('`').skip(1).step_by(2));
    let listed: BTreeSet<String> = quoted.map(str::to_string).collect();
    let found: BTreeSet<String> = cases(folder).into_iter().collect();
    let differing: Vec<&String> = listed.symmetric_difference(&found).collect();
    if differing.is_empty() { Ok(()) } else { Err(format!("either listed or there: {differing:?}").into()) }
}

/// Every message of the catalogue is in the output of a case, and what is said to be unreachable in none.
fn every_message_has_a_case() -> Result<(), Failed> {
    let catalogue = fs::read_to_string(root().join("imp/messages/catalogue.txt"))?;
    let mut lines = BTreeSet::new();
    for name in cases("imp") {
        let output = fs::read(root().join("imp").join(name).with_extension("out"))?;
        lines.extend(String::from_utf8_lossy(&output).lines().map(str::to_string));
    }
    let mut wrong = Vec::new();
    for entry in catalogue.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        match entry.strip_prefix("never: ") {
            None if !lines.iter().any(|line| shows(line, entry)) => wrong.push(entry),
            Some(entry) => {
                let (message, _reason) = entry.rsplit_once(": ").ok_or("a message without a reason")?;
                if lines.iter().any(|line| shows(line, message)) {
                    wrong.push(message);
                }
            }
            None => {}
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(format!("{wrong:#?}").into()) }
}

/// Whether a line of output ends with the message; `…` in it stands for anything.
fn shows(line: &str, message: &str) -> bool {
    let mut parts = message.split('…');
    let Some(first) = parts.next() else { return false };
    let Some(start) = line.find(first) else { return false };
    let mut rest = &line[start + first.len()..];
    let mut is_open = false;
    for part in parts {
        is_open = part.is_empty();
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    is_open || rest.is_empty()
}
