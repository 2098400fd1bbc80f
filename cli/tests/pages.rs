//! The pages in `docs/errors/`: each code has one, each page has a code, and
//! its examples do what it says.
//!
//! The first example of a page fails with that code and no other; the second
//! one gives no message at all.

mod support;

use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use support::with_input;
use tamias_compiler::codes::{self, CodeInfo};

/// Codes whose programs are too large for a page or have several files.
const WITHOUT_EXAMPLE: [u16; 4] = [402, 406, 712, 721];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/errors")
}

/// An example: what stands after the fence, and its text.
struct Example {
    attributes: Vec<String>,
    text: String,
}

impl Example {
    fn has(&self, attribute: &str) -> bool {
        self.attributes.iter().any(|known| known == attribute)
    }
}

/// The examples of a page.
fn examples(page: &str) -> Vec<Example> {
    let mut examples = Vec::new();
    let mut current: Option<Example> = None;
    for line in page.lines() {
        match (&mut current, line.strip_prefix("```")) {
            (None, Some(attributes)) => {
                let attributes = attributes.split_whitespace().map(str::to_owned).collect();
                current = Some(Example { attributes, text: String::new() });
            }
            (Some(_), Some(_)) => examples.extend(current.take()),
            (Some(example), None) => example.text.extend([line, "\n"]),
            (None, None) => {}
        }
    }
    for example in &mut examples {
        // The fence is no part of a text that ends without a line break.
        example.text.pop();
    }
    examples
}

/// The codes of the messages about a program, with the lint of the page switched on.
fn found(info: &CodeInfo, example: &Example) -> Vec<String> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tamias"));
    command.args(["lint", "-", "--format", "json"]);
    if tamias_compiler::lint::find(info.name).is_some() {
        command.args(["--warn", info.name]);
    }
    if example.has("edition=squirrel-3") {
        command.args(["--edition", "squirrel-3"]);
    }
    let output = with_input(&mut command, example.text.as_bytes());
    let lines = String::from_utf8(output.stdout).expect("JSON is text");
    let objects = lines.lines().map(|line| serde_json::from_str::<Value>(line).expect("each line is JSON"));
    objects.map(|object| object["code"].as_str().expect("each has a code").to_owned()).collect()
}

#[test]
fn every_code_has_a_page_and_every_page_a_code() {
    let names = fs::read_dir(folder()).expect("the folder exists");
    let names = names.map(|entry| entry.expect("it can be read").file_name().into_string().expect("ASCII"));
    let pages: BTreeSet<String> = names.filter(|name| name != "README.md").collect();
    let codes: BTreeSet<String> = codes::ALL.iter().map(|info| format!("{}.md", info.code)).collect();
    assert_eq!(pages, codes);
    for info in codes::ALL {
        let page = codes::page(info.code).expect("it is embedded");
        assert!(page.starts_with(&format!("# {}: {}\n", info.code, info.name)), "{}", info.code);
    }
}

#[test]
fn examples_do_what_the_pages_say() {
    let (first, second) = codes::ALL.split_at(codes::ALL.len() / 2);
    let mut complaints: Vec<String> = std::thread::scope(|scope| {
        let others = scope.spawn(|| second.iter().flat_map(complaints).collect::<Vec<_>>());
        let mut all: Vec<String> = first.iter().flat_map(complaints).collect();
        all.extend(others.join().expect("the other half is looked at"));
        all
    });
    complaints.sort();
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

/// What is wrong with the examples of a page.
fn complaints(info: &CodeInfo) -> Vec<String> {
    let examples = examples(codes::page(info.code).expect("it is embedded"));
    let code = info.code.to_string();
    if WITHOUT_EXAMPLE.contains(&info.code.0) {
        return if examples.is_empty() {
            Vec::new()
        } else {
            vec![format!("{code} has an example after all")]
        };
    }
    let [fails, repaired] = examples.as_slice() else { return vec![format!("{code} has no two examples")] };
    let mut complaints = Vec::new();
    let codes = found(info, fails);
    // The example of too many errors is full of others.
    let is_expected = |found: &String| *found == code || info.code == codes::TOO_MANY_ERRORS;
    if !fails.has("fails") || !codes.contains(&code) || !codes.iter().all(is_expected) {
        complaints.push(format!("{code}: the first example gives {codes:?}"));
    }
    let codes = found(info, repaired);
    if repaired.has("fails") || !codes.is_empty() {
        complaints.push(format!("{code}: the repaired example gives {codes:?}"));
    }
    complaints
}

/// `UPDATE_DOCS=1 cargo test -p tamias-cli --test pages` writes the index.
#[test]
fn the_index_is_up_to_date() {
    let path = folder().join("README.md");
    let index = index();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, &index).expect("the index can be written");
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == index,
        "docs/errors/README.md is out of date: run UPDATE_DOCS=1 cargo test -p tamias-cli"
    );
}

fn index() -> String {
    let mut index = String::from(
        "# Messages\n\n\
         Every error and warning of the compiler has a code that never changes its meaning, and a page.\n\
         `tamias explain SQ0203` prints the page.\n\
         Pages have an example that fails and one that is repaired; a test compiles both.\n\
         This list is made from `compiler/src/codes.rs`.\n",
    );
    let mut chapter = 0;
    for info in codes::ALL {
        if info.code.0 / 100 != chapter {
            chapter = info.code.0 / 100;
            index += &format!("\n## {}\n\n", title(chapter));
        }
        let state = match tamias_compiler::lint::find(info.name) {
            Some(_) if tamias_compiler::lint::is_opt_in(info.code, Default::default()) => " (off by default)",
            _ => "",
        };
        index += &format!("- [{0} {1}]({0}.md): {2}{state}.\n", info.code, info.name, info.title);
    }
    index
}

fn title(chapter: u16) -> &'static str {
    match chapter {
        1 => "Errors in words, numbers and strings",
        2 => "Errors of syntax",
        3 => "Errors about names",
        4 => "Limits",
        5 => "Warnings about names and callbacks",
        6 => "Other warnings",
        7 => "The Builder and libraries",
        _ => panic!("a new chapter needs a title"),
    }
}
