//! What is wrong with programs that can be parsed: names, scopes and jumps.

use tamias_compiler::edition::Edition;
use tamias_compiler::lines::LineIndex;
use tamias_compiler::{CompileOptions, ConstantValue, compile};

/// Lines and titles of all diagnostics.
fn messages(source: &str) -> Vec<(u32, String)> {
    let mut options = CompileOptions::new("test.nut", Edition::Imp);
    options.constants.push(("LIMIT".to_string(), ConstantValue::Int(10)));
    options.enums.push(("Color".to_string(), vec![("RED".to_string(), ConstantValue::Str(b"r".to_vec()))]));
    let compilation = compile(source.as_bytes(), &options);
    assert_eq!(compilation.image.is_some(), compilation.diagnostics.is_empty());
    let lines = LineIndex::new(source.as_bytes());
    let line_of = |offset| lines.line(offset);
    compilation
        .diagnostics
        .iter()
        .map(|diagnostic| (line_of(diagnostic.span.start), diagnostic.title.clone()))
        .collect()
}

fn check(source: &str, expected: &[(u32, &str)]) {
    let expected: Vec<(u32, String)> =
        expected.iter().map(|(line, title)| (*line, title.to_string())).collect();
    assert_eq!(messages(source), expected, "{source}");
}

#[test]
fn jumps_need_a_loop() {
    let (no_break, no_continue) =
        ("'break' has to be in a loop block", "'continue' has to be in a loop block");
    check("break", &[(1, no_break)]);
    check("while (a) {\n local f = function () {\n break } }", &[(3, no_break)]);
    check("switch (a) { case 1: break; default:\n continue }", &[(2, no_continue)]);
    check("while (a) switch (a) { case 1: continue; default: break }", &[]);
    check("break\ncontinue", &[(1, no_break), (2, no_continue)]);
}

#[test]
fn locals_are_no_slots() {
    check("local a; a <- 1", &[(1, "can't 'create' a local slot")]);
    check("local a; local f = @() a <- 1", &[(1, "can't 'create' a local slot")]);
    check("local a;\ndelete a", &[(2, "cannot delete an (outer) local")]);
    let title = "cannot create a class in a local with the syntax(class <local>)";
    check("local a; class a {}", &[(1, title)]);
}

#[test]
fn constants_do_not_change() {
    check("const A = 1\nA = 2", &[(2, "can't assign expression")]);
    check("const A = 1\nA += 2", &[(2, "can't assign expression")]);
    check("const A = 1\nA <- 2", &[(2, "can't assign expression")]);
    check("const A = 1\nA++", &[(2, "can't '++' or '--' an expression")]);
    check("const A = 1\ndelete A", &[(2, "can't delete an expression")]);
    check("const A = 1\nclass A {}", &[(2, "invalid class name")]);
    check("enum E { X }\nE.X = 1", &[(2, "can't assign expression")]);
    check("enum E { X }\ndelete E.X", &[(2, "can't delete an expression")]);
    check("LIMIT = 1", &[(1, "can't assign expression")]);
}

#[test]
fn enums_are_no_values() {
    check("enum E { X }\nf(E)", &[(2, "expected '.'")]);
    check("enum E { X }\nf(E[\"X\"])", &[(2, "expected '.'")]);
    check("enum E { X }\nf(E.Y)", &[(2, "invalid constant [E.Y]")]);
    check("enum E { X }\nf(E.Y.z())", &[(2, "invalid constant [E.Y]")]);
    check("f(Color.RED, Color.BLUE)", &[(1, "invalid constant [Color.BLUE]")]);
}

#[test]
fn a_constant_holds_from_its_place_in_the_text() {
    check("A = 1\nconst A = 2", &[]);
    check("while (f(A = 1)) { const A = 2 }", &[]);
    check("function f() { const A = 2 }\nA = 1", &[(2, "can't assign expression")]);
    check("const A = 1\nlocal A = 2; A = 3", &[]);
}

#[test]
fn errors_in_unreachable_code_are_errors() {
    check("return\nbreak", &[(2, "'break' has to be in a loop block")]);
    check("if (false) {\nlocal a; delete a }", &[(2, "cannot delete an (outer) local")]);
}

#[test]
fn a_syntax_error_hides_no_other_and_makes_none() {
    check(
        "local a = ;\nlocal b; delete b",
        &[(1, "expression expected"), (2, "cannot delete an (outer) local")],
    );
    check("while (a b) { break }", &[(1, "expected ')'")]);
}

#[test]
fn declared_constants_are_returned() {
    let source = b"const A = 1\nenum E { X, Y = \"y\" }\nconst A = 2.5";
    let compilation = compile(source, &CompileOptions::new("test.nut", Edition::Imp));
    assert_eq!(compilation.constants, [("A".to_string(), ConstantValue::Float(2.5))]);
    let members =
        vec![("X".to_string(), ConstantValue::Int(0)), ("Y".to_string(), ConstantValue::Str(b"y".to_vec()))];
    assert_eq!(compilation.enums, [("E".to_string(), members)]);
}
