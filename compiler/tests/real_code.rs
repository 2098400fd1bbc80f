//! Shapes of programs that people have written and that are easily gotten wrong, reduced to what matters.

use tamias_compiler::edition::Edition;
use tamias_compiler::{CompileOptions, compile};

fn is_accepted(source: &str, edition: Edition) -> bool {
    compile(source.as_bytes(), &CompileOptions::new("real.nut", edition)).image.is_some()
}

/// The reference before 3.1 reads `a || b = c` as `a || (b = c)`, and programs for imps rely on it.
#[test]
fn the_last_operand_of_a_condition_can_be_assigned_to() {
    let sources = [
        "local a, b, c;\nif (a == b || c = 3) a = 1;",
        "local a, b;\nwhile (a && b = 0) a = 1;",
        "local t = {x = 0};\nif (!t.x = 1) t.x = 2;",
    ];
    for source in sources {
        assert!(is_accepted(source, Edition::Imp), "{source}");
        assert!(is_accepted(source, Edition::ImpCompat), "{source}");
        assert!(!is_accepted(source, Edition::Squirrel3), "{source}");
    }
    for source in ["local a, b;\na + b = 1;", "local a, b;\na == b = 1;", "f() || g() = 1;"] {
        assert!(!is_accepted(source, Edition::Imp), "{source}");
    }
}

#[test]
fn a_branch_that_ends_with_a_table_can_be_followed_by_else() {
    let source = "local a = 1, b;\nif (a) b = {x = 1}; else b = {x = 2};";
    assert!(Edition::ALL.into_iter().all(|edition| is_accepted(source, edition)));
}
