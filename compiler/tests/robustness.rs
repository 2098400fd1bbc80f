//! What the front end must survive: deep nesting on a small stack, any bytes,
//! and all programs of the conformance suite. Programs that end anywhere are in
//! `half_typed.rs`.

use std::path::{Path, PathBuf};

use bumpalo::Bump;
use tamias_compiler::codes;
use tamias_compiler::diagnostic::Diagnostic;
use tamias_compiler::edition::Edition;
use tamias_compiler::lines::LineIndex;
use tamias_compiler::parse::parse;
use tamias_compiler::render::{Renderer, Style};

const DEPTH: usize = 50_000;

/// Enough for a thread, but not for recursion that follows the program.
const SMALL_STACK: usize = 256 * 1024;

fn diagnostics(source: &[u8], edition: Edition) -> Vec<Diagnostic> {
    let arena = Bump::new();
    parse(&arena, source, "test.nut", edition).diagnostics
}

fn diagnostics_on_a_small_stack(source: String) -> Vec<Diagnostic> {
    let thread = std::thread::Builder::new().stack_size(SMALL_STACK);
    let parsing = thread.spawn(move || diagnostics(source.as_bytes(), Edition::Squirrel3));
    parsing.expect("a thread can be started").join().expect("parsing does not overflow the stack")
}

fn nested(before: &str, middle: &str, after: &str) -> String {
    before.repeat(DEPTH) + middle + &after.repeat(DEPTH)
}

#[test]
fn deep_nesting_is_an_error() {
    let sources = [
        nested("(", "1", ")"),
        nested("[", "1", "]"),
        nested("{", "", "}"),
        nested("!", "a", ""),
        nested("- ", "a", ""),
        nested("typeof ", "a", ""),
        nested("f(", "1", ")"),
        nested("a[", "1", "]"),
        nested("x = {a = ", "1", "}"),
        nested("x = class { a = ", "1", "}"),
        nested("function f() {", "", "}\n"),
        nested("x = function() { return ", "1", "}"),
        nested("@() ", "1", ""),
        nested("x = @(a = ", "1", ") 2"),
        nested("a ? b : ", "c", ""),
        nested("a ? ", "c", " : b"),
        nested("a = ", "1", ""),
        nested("a || ", "b", ""),
        nested("if (a) ", ";", ""),
        nested("while (a) ", ";", ""),
        nested("do ", "{}", " while (a)"),
        nested("try ", "{}", " catch (e) ;"),
        nested("try {} catch (e) ", "{}", ""),
        nested("switch (a) { case 1: ", "", "}\n"),
        nested("foreach (a in b) ", ";", ""),
        nested("a() { b = ", "1", "}"),
    ];
    for source in sources {
        let start = source[..20].to_owned();
        let found = diagnostics_on_a_small_stack(source);
        assert_eq!(found.len(), 1, "{start}");
        assert_eq!(found[0].code, codes::NESTED_TOO_DEEPLY, "{start}");
    }
}

#[test]
fn long_chains_are_legal() {
    let sources = [
        nested("1 + ", "1", ""),
        nested("a * b + ", "c", ""),
        nested("a.", "b", ""),
        nested("", "a", "()"),
        nested("", "a", "[0]"),
        nested("1, ", "1", ""),
        nested("if (a) b\nelse ", "c", ""),
        nested("if (a) { b } else ", "{ c }", ""),
    ];
    for source in sources {
        let start = source[..10].to_owned();
        assert_eq!(diagnostics_on_a_small_stack(source), [], "{start}");
    }
}

/// Truncated nesting leaves the parser with a full stack and an error.
#[test]
fn unfinished_nesting_does_not_take_forever() {
    let nesting = ["(", "[", "{", "!", "do ", "try ", "if (a) ", "function f() {", "a = ", "x ? "];
    let mistakes = [
        "x[a b ",
        "(a b ",
        "x = { a 1 ",
        "f(a b: ",
        "function f(a b) : (c ",
        "class A { if (a) { ",
        "if a { ",
    ];
    for before in nesting.into_iter().chain(mistakes) {
        for after in ["", " else = ) , :"] {
            assert!(!diagnostics_on_a_small_stack(before.repeat(DEPTH) + after).is_empty(), "{before}");
        }
    }
}

#[test]
fn any_bytes_may_be_a_program() {
    // A linear congruential generator is random enough, and the same everywhere.
    let mut state = 12345u32;
    let mut next_byte = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    let words: [&[u8]; 24] = [
        b"function ",
        b"class ",
        b"{",
        b"}",
        b"(",
        b")",
        b"[",
        b"]",
        b";",
        b",",
        b"=",
        b"a ",
        b"1 ",
        b"\"s\"",
        b"if ",
        b"else ",
        b"local ",
        b"do ",
        b"while ",
        b"</",
        b"/>",
        b"\n",
        b"switch ",
        b"case ",
    ];
    for round in 0..2000 {
        let bytes: Vec<u8> = match round % 2 {
            0 => (0..100).map(|_| next_byte()).collect(),
            _ => (0..60).flat_map(|_| words[next_byte() as usize % words.len()]).copied().collect(),
        };
        for edition in Edition::ALL {
            let found = diagnostics(&bytes, edition);
            Renderer::new(&bytes, "random.nut", Style::Plain).render_all(&found);
        }
    }
}

/// Programs that compile parse without a message, and those with a syntax
/// error are rejected at the line that the reference reports.
#[test]
fn conformance_programs_parse() {
    let mut n_programs = 0;
    for path in programs_in(&conformance_cases()) {
        let source = std::fs::read(&path).expect("the program can be read");
        let output = std::fs::read_to_string(path.with_extension("out")).unwrap_or_default();
        let found = diagnostics(&source, Edition::Squirrel3);
        let line = found.first().map(|diagnostic| LineIndex::new(&source).line(diagnostic.span.start));
        match output.strip_prefix("COMPILE ERROR: line ") {
            // Without a message the mistake is one of names, which the front end does not look at.
            Some(expected) if line.is_some() => {
                assert_eq!(
                    line.map(|line| line.to_string()).as_deref(),
                    Some(expected.trim()),
                    "{}",
                    path.display()
                );
            }
            Some(_) => {}
            None => assert_eq!(found, [], "{}", path.display()),
        }
        n_programs += 1;
    }
    assert!(n_programs > 400, "only {n_programs} programs found");
}

fn conformance_cases() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../conformance/cases")
}

fn programs_in(folder: &Path) -> Vec<PathBuf> {
    let mut programs = Vec::new();
    for entry in std::fs::read_dir(folder).expect("the folder exists") {
        let path = entry.expect("the folder can be read").path();
        if path.is_dir() {
            programs.extend(programs_in(&path));
        } else if path.extension().is_some_and(|extension| extension == "nut") {
            programs.push(path);
        }
    }
    programs
}
