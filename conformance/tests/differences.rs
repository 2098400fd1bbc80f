//! The deliberate differences from impOS and from the reference: each is a program that shows it, and
//! COMPATIBILITY.md lists them all. `UPDATE_DOCS=1 cargo test -p tamias-conformance` rewrites the lists.
//!
//! A difference is `NAME.nut`, its output `NAME.out`, and `NAME.md`: a heading, and a list of the edition, of what
//! others do there and of what Tamias does here.

#[path = "../../bytecode/tests/common/generated.rs"]
mod generated;

use generated::with_part;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use tamias_conformance::{Mode, check, run};
use tamias_vm::Edition;

/// A row of the page.
struct Difference {
    name: String,
    topic: String,
    edition: Edition,
    there: String,
    here: String,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("differences")
}

/// All differences, by name.
fn differences() -> Vec<Difference> {
    let files = fs::read_dir(root()).expect("the folder can be read").flatten().map(|entry| entry.path());
    let programs = files.filter(|path| path.extension().is_some_and(|extension| extension == "nut"));
    let mut paths: Vec<PathBuf> = programs.collect();
    paths.sort();
    paths.iter().map(|path| difference(path)).collect()
}

fn difference(program: &Path) -> Difference {
    let page = program.with_extension("md");
    let text = fs::read_to_string(&page).unwrap_or_else(|_| panic!("there is no {}", page.display()));
    let line = |start: &str| {
        let found = text.lines().find_map(|line| line.strip_prefix(start));
        found.unwrap_or_else(|| panic!("{} has no line `{start}`", page.display())).to_string()
    };
    Difference {
        name: program.file_stem().expect("programs have names").to_string_lossy().into_owned(),
        topic: line("# "),
        edition: Edition::from_name(&line("- Edition: ")).expect("the edition exists"),
        there: line("- There: "),
        here: line("- Here: "),
    }
}

#[test]
fn every_difference_is_as_described() {
    let mut wrong = Vec::new();
    for difference in differences() {
        let program = root().join(&difference.name).with_extension("nut");
        let source = fs::read(&program).expect("the program can be read");
        let expected = fs::read(program.with_extension("out")).expect("the output can be read");
        let run = run(&source, difference.edition, Mode::Normal);
        if let Err(problem) = check(&run, &expected) {
            wrong.push(format!("{}: {problem}", difference.name));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The table of the differences of an edition.
fn table(edition: Edition, others: &str) -> String {
    let mut text = format!("| topic | {others} | Tamias | program |\n| --- | --- | --- | --- |\n");
    for difference in differences().iter().filter(|difference| difference.edition == edition) {
        let Difference { name, topic, there, here, .. } = difference;
        let link = format!("[{name}](conformance/differences/{name}.nut)");
        writeln!(text, "| {topic} | {there} | {here} | {link} |").expect("strings can be written to");
    }
    text
}

#[test]
fn the_page_lists_every_difference() {
    let path = root().join("../../COMPATIBILITY.md");
    let document = fs::read_to_string(&path).expect("the page can be read");
    let expected = with_part(&document, "imp", &table(Edition::Imp, "impOS 42"));
    let expected = with_part(&expected, "squirrel-3", &table(Edition::Squirrel3, "reference"));
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(path, expected).expect("the page can be written");
    } else {
        assert!(document == expected, "COMPATIBILITY.md is out of date: run UPDATE_DOCS=1 cargo test");
    }
}
