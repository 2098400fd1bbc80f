//! Trees of small programs, one construct for each file of `parse/`.
//!
//! Files ending in `.3.nut` are in the edition `squirrel-3`, the others in `imp`.

#[path = "support/outline.rs"]
mod outline;

use bumpalo::Bump;
use tamias_compiler::ast::{ExprKind, StmtKind};
use tamias_compiler::edition::Edition;
use tamias_compiler::parse::parse;

fn outline_of(source: &[u8], edition: Edition) -> String {
    let arena = Bump::new();
    let parsed = parse(&arena, source, "test.nut", edition);
    assert_eq!(parsed.diagnostics, [], "{}", source.escape_ascii());
    outline::outline(&parsed.program)
}

#[test]
fn trees() {
    insta::glob!("parse/*.nut", |path| {
        let source = std::fs::read(path).expect("the file exists");
        let is_squirrel_3 = path.to_string_lossy().ends_with(".3.nut");
        let edition = if is_squirrel_3 { Edition::Squirrel3 } else { Edition::Imp };
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
            let text = String::from_utf8_lossy(&source);
            insta::assert_snapshot!("tree", format!("{text}\n----\n\n{}", outline_of(&source, edition)));
        });
    });
}

/// What differs from edition to edition: the same source, both trees.
#[test]
fn editions_differ() {
    let both =
        |source: &str| Edition::ALL.map(|edition| outline_of(source.as_bytes(), edition).trim().to_owned());

    let loose = "(In \"a\" (Eq t true))";
    assert_eq!(both("\"a\" in t == true"), [loose, loose, "(Eq (In \"a\" t) true)"]);
    let names = "(Add rawcall (Set __LINE__ 1))".to_owned();
    assert_eq!(outline_of(b"rawcall + (__LINE__ = 1)", Edition::Imp).trim(), names);
    assert_eq!(outline_of(b"\n__LINE__ + __FILE__", Edition::Squirrel3).trim(), "(Add 2 \"test.nut\")");
    assert_eq!(both(r#""\x41B""#), ["\"\\x1b\"", "\"\\x1b\"", "\"AB\""]);
}

#[test]
fn an_operand_next_to_an_assignment_is_its_target_in_imp_compat() {
    let compat = |source: &str| outline_of(source.as_bytes(), Edition::ImpCompat).trim().to_owned();
    assert_eq!(compat("a == b || c = d"), "(Or (Eq a b) (Set c d))");
    assert_eq!(compat("!a = b"), "(Not (Set a b))");
}

#[test]
fn a_branch_needs_no_terminator_before_else_in_imp() {
    let expected = "if a\n  b\nelse\n  c\n";
    assert_eq!(outline_of(b"if (a) b else c", Edition::Imp), expected);
    assert_eq!(outline_of(b"if (a) b; else c", Edition::Squirrel3), expected);
    let braces = "if a\n  block\n    b\nelse\n  c\n";
    assert_eq!(outline_of(b"if (a) { b }; else c", Edition::Imp), braces);
}

#[test]
fn a_byte_order_mark_is_no_character() {
    assert_eq!(outline_of(b"\xef\xbb\xbflocal a", Edition::Imp), "local a = -\n");
}

#[test]
fn strings_and_comments_may_contain_any_bytes() {
    assert_eq!(outline_of(b"a = \"\xff\xfe\" // \xff\n/* \xc3 */", Edition::Imp), "(Set a \"\\xff\\xfe\")\n");
}

#[test]
fn spans_cover_the_source_of_a_node() {
    let arena = Bump::new();
    let source = b"  foo(1, (2))[ -3 ].bar = 4;";
    let parsed = parse(&arena, source, "test.nut", Edition::Imp);
    let text = |span: tamias_compiler::ast::Span| &source[span.start as usize..span.end as usize];
    let StmtKind::Expr(assignment) = parsed.program.body[0].kind else { panic!("not an expression") };
    assert_eq!(text(assignment.span), b"foo(1, (2))[ -3 ].bar = 4");
    let ExprKind::Assign(_, target, _) = assignment.kind else { panic!("not an assignment") };
    assert_eq!(text(target.span), b"foo(1, (2))[ -3 ].bar");
    let ExprKind::Member(index, _) = target.kind else { panic!("not a member") };
    let ExprKind::Index(call, key) = index.kind else { panic!("not an index") };
    assert_eq!(text(key.span), b"-3");
    let ExprKind::Call(_, arguments) = call.kind else { panic!("not a call") };
    assert_eq!(text(arguments[1].span), b"(2)");
}
