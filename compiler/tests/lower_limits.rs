//! Large and broken programs: they compile to valid images, or it is said what is wrong.

use std::fmt::Write;
use tamias_bytecode::Image;
use tamias_compiler::codes;
use tamias_compiler::diagnostic::Code;
use tamias_compiler::edition::Edition;
use tamias_compiler::{CompileOptions, compile};

/// Enough for the recursion that the height of trees bounds, also in debug builds.
const STACK: usize = 1024 * 1024;

/// The code of the first diagnostic, if there is one. Images are verified.
fn outcome_here(source: &str) -> Option<Code> {
    let compilation = compile(source.as_bytes(), &CompileOptions::new("test.nut", Edition::Squirrel3));
    let first = compilation.diagnostics.first().map(|diagnostic| diagnostic.code);
    match compilation.image {
        Some(image) => drop(Image::from_bytes(&image).expect("images are valid")),
        None => assert!(first.is_some(), "there is an image or a reason"),
    }
    first
}

/// The same on a small stack.
fn outcome(source: String) -> Option<Code> {
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(move || outcome_here(&source));
    thread.expect("a thread can be started").join().expect("compiling does not overflow the stack")
}

fn numbered(count: usize, mut write: impl FnMut(&mut String, usize)) -> String {
    let mut source = String::new();
    (0..count).for_each(|number| write(&mut source, number));
    source
}

fn repeated(before: &str, part: &str, count: usize, after: &str) -> String {
    format!("{before}{}{after}", part.repeat(count))
}

#[test]
fn programs_may_end_anywhere() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lower");
    for entry in std::fs::read_dir(folder).expect("the folder exists") {
        let source = std::fs::read_to_string(entry.expect("it can be read").path()).expect("it is text");
        for end in 0..source.len() {
            outcome_here(&source[..end]);
            // The same without the beginning, where things are declared.
            outcome_here(&source[end..]);
        }
    }
}

#[test]
fn chains_have_any_length() {
    let chains = [
        repeated("local a = 1; return a", " + a", 50_000, ""),
        repeated("return 1", " + 1", 50_000, ""),
        repeated("return a", ".b()", 50_000, ""),
        repeated("return a", "[1].c", 50_000, ""),
        repeated("return f", "()", 50_000, ""),
        repeated("if (a) b", "\nelse if (c) d", 50_000, ""),
        repeated("local a", ", b = 1", 200, ""),
        repeated("return [1", ", 2", 50_000, "]"),
        repeated("return {", "a = 1, ", 50_000, "}"),
        repeated("a = (1", ", f()", 50_000, ")"),
        repeated("", "f();\n", 50_000, ""),
        repeated("switch (x) { ", "case 1: f(); break; ", 10_000, "}"),
        repeated("", "class A { function f() { yield; } }\n", 10_000, ""),
    ];
    for chain in chains {
        let start = chain[..40].to_string();
        assert_eq!(outcome(chain), None, "{start}");
    }
}

#[test]
fn trees_of_the_greatest_height_fit_on_the_stack() {
    let nested = |before: &str, middle: &str, after: &str, levels| {
        before.repeat(levels) + middle + &after.repeat(levels)
    };
    let sources = [
        nested("f(", "1", ")", 120),
        nested("a[", "1", "] + 1", 120),
        nested("x = [", "1", "]", 120),
        nested("a || b && ", "c", "", 120),
        nested("x = @(a = ", "1", ") 2", 120),
        nested("a ? b : ", "c", "", 240),
        nested("while (a) { ", "break;", " }", 120),
        nested("try { ", "f();", " } catch (e) { throw e; }", 120),
        nested("local f = function () { ", "return 1;", " }", 80),
        nested("if (a) { ", "b", " } else { c }", 120),
        nested("switch (a) { case 1: ", "b", "}", 240),
        nested("class A { function f() { ", "b", " } }", 60),
    ];
    for source in sources {
        let start = source[..30].to_string();
        assert_eq!(outcome(source), None, "{start}");
    }
}

#[test]
fn a_jump_may_be_long() {
    let body = "if (a) b(c); else d = e;\n".repeat(8_000);
    let loops = [
        format!("local a = 0; while (a < 10) {{ {body} }}"),
        format!("local a = 0; do {{ {body} }} while (a != 10)"),
        format!("for (local i = 0; i < 10; i++) {{ {body} }}"),
        format!("foreach (x in y) {{ {body} }}"),
        format!("while (a) {{ {body} continue; }}"),
        format!("switch (a) {{ case 1: {body} case \"b\": {body} }}"),
        format!("try {{ {body} }} catch (e) {{ {body} }}"),
        format!("x = a && (function () {{ {body} }})()"),
    ];
    for source in loops {
        let start = source[..40].to_string();
        assert_eq!(outcome(source), None, "{start}");
    }
}

#[test]
fn a_function_has_255_registers() {
    let locals =
        |count| numbered(count, |source, number| writeln!(source, "local v{number} = {number}").unwrap());
    // `this` and `vargv` are the others.
    assert_eq!(outcome(locals(253)), None);
    assert_eq!(outcome(locals(254)), Some(codes::TOO_MANY_LOCALS));
    assert_eq!(outcome(locals(300)), Some(codes::TOO_MANY_LOCALS));
    assert_eq!(outcome(locals(250) + "f(1, 2)"), Some(codes::TOO_MANY_LOCALS));
    assert_eq!(outcome(repeated("f(", "x,", 300, "x)")), Some(codes::TOO_MANY_LOCALS));
    let parameters = numbered(300, |source, number| write!(source, "p{number},").unwrap());
    assert_eq!(outcome(format!("function f({parameters} last) {{}}")), Some(codes::TOO_MANY_LOCALS));
}

#[test]
fn a_function_has_65535_constants_of_a_kind() {
    let ints = |count| numbered(count, |source, number| writeln!(source, "f({})", number + 40_000).unwrap());
    assert_eq!(outcome(ints(65_000)), None);
    assert_eq!(outcome(ints(70_000)), Some(codes::TOO_MANY_LITERALS));
    let names =
        |count| numbered(count, |source, number| writeln!(source, "t.name{number} <- n{number}").unwrap());
    assert_eq!(outcome(names(30_000)), None);
    assert_eq!(outcome(names(40_000)), Some(codes::TOO_MANY_LITERALS));
}

#[test]
fn a_program_has_65536_functions() {
    let functions = |count| "@() 1\n".repeat(count);
    assert_eq!(outcome(functions(65_535)), None);
    assert_eq!(outcome(functions(65_536)), Some(codes::TOO_MANY_LITERALS));
}

#[test]
fn a_closure_has_255_outers() {
    let variables = |count: usize| {
        let locals = |from, to| {
            let names = (from..to).map(|number| format!("local v{number} = 0;"));
            names.collect::<String>()
        };
        let uses = (0..count).map(|number| format!("v{number}++;")).collect::<String>();
        let inner = format!("function () {{ {} return function () {{ {uses} }} }}", locals(count / 2, count));
        format!("{} return {inner}", locals(0, count / 2))
    };
    assert_eq!(outcome(variables(255)), None);
    assert_eq!(outcome(variables(256)), Some(codes::TOO_MANY_LOCALS));
}
