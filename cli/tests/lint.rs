//! `tamias check`, `lint` and `explain`: what they print, and how they exit.

mod support;

use serde_json::Value;
use std::process::{Command, Output};
use support::with_input;

fn tamias(arguments: &[&str], source: &str) -> Output {
    with_input(Command::new(env!("CARGO_BIN_EXE_tamias")).args(arguments), source.as_bytes())
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

const WARNS: &str = "local level = imp.rssi();\nif (level = 0) server.log(\"no signal\");\n";

#[test]
fn a_warning_is_shown_and_is_no_failure() {
    let output = tamias(&["check", "-"], WARNS);
    let expected = "warning[SQ0601]: an assignment is used as a condition\n \
                    --> <stdin>:2:5\n  |\n\
                    2 | if (level = 0) server.log(\"no signal\");\n  |     ^^^^^^^^^ assigns, and tests the value\n  |\n  \
                    = help: compare with `level == …`\n\n\
                    1 warning\nfor more: tamias explain SQ0601\n";
    assert_eq!(text(&output.stderr), expected);
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stdout.is_empty());
}

#[test]
fn errors_and_warnings_are_counted_over_all_files() {
    let folder = tempfile::tempdir().expect("there is a folder");
    let path = |name: &str, source: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, source).expect("it can be written");
        path.to_string_lossy().into_owned()
    };
    let files =
        [path("a.nut", WARNS), path("b.nut", "local = 1;\nlocal b = ;"), path("c.nut", "server.log(1);")];
    let output = tamias(&["check", &files[0], &files[1], &files[2]], "");
    let messages = text(&output.stderr);
    assert!(
        messages.ends_with("\n2 errors, 1 warning\nfor more: tamias explain SQ0201 SQ0202 SQ0601\n"),
        "{messages}"
    );
    assert_eq!(output.status.code(), Some(3));
}

#[test]
fn nothing_is_said_about_a_program_that_is_right() {
    let output = tamias(&["check", "-"], "server.log(1);");
    assert_eq!((text(&output.stdout), text(&output.stderr)), (String::new(), String::new()));
}

#[test]
fn lints_are_chosen_by_name_or_code() {
    let code = |arguments: &[&str]| tamias(&[&["lint", "-"], arguments].concat(), WARNS).status.code();
    assert_eq!(code(&[]), Some(0));
    assert_eq!(code(&["--deny-warnings"]), Some(3));
    assert_eq!(code(&["--deny", "assignment-in-condition"]), Some(3));
    assert_eq!(code(&["--deny-warnings", "--allow", "SQ0601"]), Some(0));
    assert_eq!(code(&["--deny", "no-such-lint"]), Some(2));
    assert_eq!(code(&["--module", "imp999"]), Some(2));
    let unused = "local unused = 1;";
    assert!(tamias(&["lint", "-"], unused).stderr.is_empty());
    let found = text(&tamias(&["lint", "-", "--warn", "unused-local"], unused).stderr);
    assert!(found.starts_with("warning[SQ0615]"), "{found}");
}

#[test]
fn the_module_and_the_side_decide_what_exists() {
    let found = |source: &str, arguments: &[&str]| {
        let output = tamias(&[&["check", "-", "--format", "json"], arguments].concat(), source);
        let lines = text(&output.stdout);
        let labels = lines.lines().map(|line| serde_json::from_str::<Value>(line).expect("it is JSON"));
        labels.map(|object| object["label"].as_str().expect("it is a text").to_owned()).collect::<Vec<_>>()
    };
    let pin = "hardware.pin1.write(1);";
    assert!(found(pin, &[]).is_empty());
    assert!(found(pin, &["--module", "imp001"]).is_empty());
    assert_eq!(found(pin, &["--module", "imp003"]), ["does not exist on imp003; imp001, imp002 have it"]);
    let json = "server.log(http.jsonencode({}));";
    assert!(found(json, &["--side", "agent"]).is_empty());
    assert_eq!(found(json, &["--side", "device"]), ["exists in agents only"]);
}

#[test]
fn json_has_places_in_characters_and_bytes() {
    let output = tamias(&["check", "-", "--format", "json"], "local ä = 1;\n\tlocal x = \"é\" 2;\n");
    let lines = text(&output.stdout);
    let last: Value =
        serde_json::from_str(lines.lines().last().expect("something was found")).expect("it is JSON");
    assert_eq!(last["code"], "SQ0203");
    assert_eq!(last["severity"], "error");
    assert_eq!(last["file"], "<stdin>");
    assert_eq!(last["start"], serde_json::json!({ "line": 2, "column": 16, "offset": 30 }));
    assert!(output.stderr.is_empty());
    assert_eq!(output.status.code(), Some(3));
}

#[test]
fn colours_are_for_terminals_and_those_who_ask() {
    assert!(!text(&tamias(&["check", "-"], WARNS).stderr).contains('\u{1b}'));
    assert!(text(&tamias(&["check", "-", "--color", "always"], WARNS).stderr).contains('\u{1b}'));
}

#[test]
fn a_message_is_explained_by_code_number_or_name() {
    let page = text(&tamias(&["explain", "SQ0203"], "").stdout);
    assert!(page.starts_with("# SQ0203: statement-not-ended\n"), "{page}");
    assert_eq!(text(&tamias(&["explain", "203"], "").stdout), page);
    assert_eq!(text(&tamias(&["explain", "statement-not-ended"], "").stdout), page);
    let both = text(&tamias(&["explain", "SQ0203", "SQ0501"], "").stdout);
    assert!(both.contains("# SQ0501: unknown-name\n"), "{both}");
    assert_eq!(tamias(&["explain", "SQ9999"], "").status.code(), Some(2));
}

#[test]
fn all_lints_are_listed() {
    let list = text(&tamias(&["lint", "--list"], "").stdout);
    assert!(list.contains("SQ0501 unknown-name"), "{list}");
    assert!(list.lines().any(|line| line.contains("unused-local") && line.contains(" off ")), "{list}");
}
