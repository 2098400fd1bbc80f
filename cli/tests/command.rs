//! The command as people use it: what it prints and how it exits.

mod support;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use support::with_input;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tamias"));
    command.current_dir(root()).args(arguments);
    command
}

fn tamias(arguments: &[&str]) -> Output {
    command(arguments).output().expect("tamias starts")
}

/// Runs with a program on standard input.
fn tamias_with(arguments: &[&str], source: &[u8]) -> Output {
    with_input(&mut command(arguments), source)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

const BOARD: &str = "examples/thermostat/board.toml";
const THERMOSTAT: &str = "examples/thermostat/device.nut";

#[test]
fn a_day_of_the_thermostat_is_as_expected() {
    let output = tamias(&["run", THERMOSTAT, "--board", BOARD, "--for", "24h", "--timestamps"]);
    let expected =
        std::fs::read_to_string(root().join("examples/thermostat/expected.log")).expect("it exists");
    assert_eq!(text(&output.stdout), expected);
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn an_image_does_what_its_source_does_and_is_reproducible() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let (first, second) = (path("first.cnut"), path("second.cnut"));
    for image in [&first, &second] {
        let output = tamias(&["compile", THERMOSTAT, "-o", image]);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        assert!(text(&output.stderr).contains("% program storage used (imp006)"), "{}", text(&output.stderr));
    }
    assert_eq!(std::fs::read(&first).unwrap(), std::fs::read(&second).unwrap());
    let from_source = tamias(&["run", THERMOSTAT, "--board", BOARD, "--for", "2h"]);
    let from_image = tamias(&["run", &first, "--board", BOARD, "--for", "2h"]);
    assert_eq!(text(&from_image.stdout), text(&from_source.stdout));
    assert!(!from_source.stdout.is_empty());
    let stripped = path("stripped.cnut");
    tamias(&["compile", THERMOSTAT, "-o", &stripped, "--strip"]);
    assert!(std::fs::metadata(&stripped).unwrap().len() < std::fs::metadata(&first).unwrap().len());
    assert_eq!(tamias(&["run", &stripped, "--board", BOARD, "--for", "2h"]).stdout, from_source.stdout);
}

#[test]
fn exit_codes_say_what_happened() {
    let code = |arguments: &[&str], source: &str| tamias_with(arguments, source.as_bytes()).status.code();
    assert_eq!(code(&["run", "-"], "server.log(1);"), Some(0));
    assert_eq!(code(&["run", "-"], "throw 1;"), Some(1));
    assert_eq!(code(&["run", "-", "--edition", "squirrel-3"], "throw 1"), Some(1));
    assert_eq!(code(&["run", "-", "--module", "imp999"], ""), Some(2));
    assert_eq!(code(&["run", "no/such/file.nut"], ""), Some(2));
    assert_eq!(code(&["jump"], ""), Some(2));
    assert_eq!(code(&["run", "-"], "local = 5"), Some(3));
    assert_eq!(code(&["check", "-"], "local = 5"), Some(3));
    assert_eq!(code(&["run", "-"], "Tami\u{1}\u{0}"), Some(4));
    assert_eq!(code(&["run", "-", "--budget", "1000"], "while (true) {}"), Some(5));
    assert_eq!(code(&["run", "-", "--heap", "60000"], "local a = []; while (true) a.append([])"), Some(5));
    assert_eq!(code(&["run", "-", "--edition", "squirrel-3", "--budget", "9"], "while (1) {}"), Some(5));
    assert_eq!(code(&["--help"], ""), Some(0));
}

#[test]
fn an_uncaught_error_is_reported_as_the_log_of_a_device_does() {
    let source =
        b"function read() { local t = {}; return t.foo; }\nfunction loop() {\n  read();\n}\nloop();\n";
    let output = tamias_with(&["run", "-"], source);
    let expected = "ERROR: the index 'foo' does not exist\n\
                    ERROR:   in read device_code:1\n\
                    ERROR:   from loop device_code:3\n\
                    ERROR:   from main device_code:5\n";
    assert_eq!(text(&output.stdout), expected);
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn agents_find_what_agents_have() {
    let source = b"server.log(regexp2(\"a|ab\").match(\"ab\"));\nserver.log(1 << 33);\n\
                   imp.wakeup(2, function() { server.log(\"later\"); hardware.pin1; });\n";
    let output = tamias_with(&["run", "-", "--side", "agent"], source);
    let expected = "true\n2\nlater\nERROR: the index 'hardware' does not exist\n\
                    ERROR:   in unknown agent_code:3\n";
    assert_eq!(text(&output.stdout), expected);
    let output = tamias_with(&["run", "-"], b"server.log(1 << 33);\nregexp2(\"a\");");
    let expected = "0\nERROR: the index 'regexp2' does not exist\nERROR:   in main device_code:2\n";
    assert_eq!(text(&output.stdout), expected);
}

#[test]
fn all_mistakes_are_shown_in_one_run() {
    let output = tamias_with(
        &["check", "-", "--color", "never"],
        b"local = 1;\nlocal y = 2; delete y;\nlocal x = (2;\n",
    );
    let messages = text(&output.stderr);
    assert_eq!(messages.matches("error[SQ").count(), 3, "{messages}");
    assert!(messages.contains("cannot delete an (outer) local"), "{messages}");
    assert!(messages.contains("<stdin>:2:"), "{messages}");
}

#[test]
fn disassembly_shows_source_lines() {
    let output = tamias_with(&["disasm", "-"], b"local a = 1;\nserver.log(a + 2);\n");
    let listing = text(&output.stdout);
    assert!(listing.contains("addi"), "{listing}");
    assert!(listing.contains("server.log(a + 2);"), "{listing}");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn plain_squirrel_prints_on_standard_output() {
    let source = b"print(\"sum \" + (1 + 2) + \"\\n\"); error(\"warned\\n\"); print(sqrt(16));";
    let output = tamias_with(&["run", "--edition", "squirrel-3", "-"], source);
    assert_eq!(text(&output.stdout), "sum 3\n4");
    assert_eq!(text(&output.stderr), "warned\n");
}

#[test]
fn the_verbose_version_says_how_programs_run() {
    let output = tamias(&["--version", "--verbose"]);
    assert!(output.status.success());
    let said = text(&output.stdout);
    let lines: Vec<&str> = said.lines().collect();
    assert!(lines[0].starts_with("tamias "), "{said}");
    let topics: Vec<&str> = lines[1..].iter().filter_map(|line| line.split(": ").next()).collect();
    assert_eq!(topics, ["interpreter", "values", "site caches"], "{said}");
}

#[test]
fn programs_are_formatted_in_place() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("device.nut").to_string_lossy().into_owned();
    let fmt = |arguments: &[&str]| tamias(&[&["fmt"], arguments].concat());
    std::fs::write(&file, "if(a)b( 1 )\n").unwrap();

    let check = fmt(&["--check", &file]);
    assert_eq!((check.status.code(), text(&check.stdout)), (Some(1), format!("{file}\n")));
    let diff = fmt(&["--diff", &file]);
    assert_eq!(diff.status.code(), Some(1));
    assert!(text(&diff.stdout).contains("-if(a)b( 1 )\n+if (a) b(1)\n"), "{}", text(&diff.stdout));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "if(a)b( 1 )\n");

    assert_eq!(fmt(&[&file]).status.code(), Some(0));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "if (a) b(1)\n");
    assert_eq!(fmt(&["--check", &file]).status.code(), Some(0));

    std::fs::write(&file, "if(a\n").unwrap();
    let broken = fmt(&[&file]);
    assert_eq!(broken.status.code(), Some(3));
    assert!(text(&broken.stderr).contains("error[SQ"), "{}", text(&broken.stderr));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "if(a\n");

    let piped = tamias_with(&["fmt", "-"], b"x=1");
    assert_eq!(text(&piped.stdout), "x = 1\n");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}
