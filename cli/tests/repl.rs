//! Transcripts of the prompt: what goes in through a pipe, and what comes out.

mod support;

use std::process::Command;
use support::with_input;

/// What the prompt prints, messages included, and how it ends.
fn session(arguments: &[&str], input: &str) -> (String, Option<i32>) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tamias"));
    command.args([&["repl", "--color", "never"], arguments].concat());
    let output = with_input(&mut command, input.as_bytes());
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&output.stdout) + &text(&output.stderr), output.status.code())
}

#[test]
fn results_are_shown_and_remembered() {
    let input = "1 + 2\n_ * 2\n\"a\\n\" + 'b'\nnull\nlocal x = 5\nx\nx = 6\nx\n";
    assert_eq!(session(&[], input), ("3\n6\n\"a\\n98\"\n5\n6\n".to_string(), Some(0)));
}

#[test]
fn tables_and_functions_are_shown_readably() {
    let input = "{a=1}\nlocal t = { a = [1, 2.5, true], \"b c\": { d = { e = { f = 1 } } } }\nt\nfunction f(a, b = 1) {}\nf\n\
                 class A { x = 1; function m() {} }\nA()\nprint\nblob(3)\n[]\n";
    let (text, code) = session(&["--edition", "squirrel-3"], &input.replacen("{a=1}\n", "", 1));
    let expected = "{ a = [1, 2.5, true], [\"b c\"] = { d = { e = (table …) } } }\n(function f(a, b))\n\
                    instance { x = 1 }\n(native function)\n(blob of 3 bytes)\n[]\n";
    assert_eq!((text.as_str(), code), (expected, Some(0)));
}

#[test]
fn pieces_go_on_while_something_is_open() {
    let input = "function f(x) {\n  local y = x\n  return y * 2\n}\nf(\n  21\n)\nconst C = 7\nenum E {\n A = 1 }\nC + E.A\n";
    assert_eq!(session(&[], input), ("42\n8\n".to_string(), Some(0)));
}

#[test]
fn mistakes_are_reported_and_the_session_goes_on() {
    let (text, code) =
        session(&[], "local = 1\nfunction f() { throw \"no\" }\nf()\nnothing\n\"still here\"\n");
    assert!(text.contains("ERROR: no\n"), "{text}");
    assert!(text.contains("ERROR:   in f "), "{text}");
    assert!(text.contains("the index 'nothing' does not exist"), "{text}");
    assert!(text.contains("\"still here\"\n"), "{text}");
    assert!(text.contains("error[SQ0202]: expected 'IDENTIFIER'\n --> <input>:1:7"), "{text}");
    assert_eq!(code, Some(1));
}

#[test]
fn timers_run_when_virtual_time_passes() {
    let input = "imp.wakeup(2, function() { server.log(\"two\") })\nimp.wakeup(0, function() { server.log(\"now\") });\n\
                 .wait 1s\nserver.log(\"one\")\n.wait 1s\nserver.log(hardware.millis() / 1000)\n";
    let (text, code) = session(&["--module", "imp001"], input);
    let expected = "instance {}\nnow\ninstance {}\none\n0\ntwo\n2\n0\n";
    assert_eq!((text.as_str(), code), (expected, Some(0)));
}

#[test]
fn commands_do_what_help_says() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("lib.nut");
    std::fs::write(&file, "function twice(x) {\n    return x * 2\n}\n").unwrap();
    let input = format!(
        ".help\n.load {}\ntwice(4)\n.disasm twice(1)\n.edition squirrel-3\nsqrt(16)\ntwice\n.nonsense\n.exit\n1\n",
        file.display()
    );
    let (text, _) = session(&[], &input);
    for part in [
        ".load FILE",
        "\n8\n",
        "call",
        "edition squirrel-3\n4\n",
        "the index 'twice' does not exist",
        "unknown command `.nonsense`",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.ends_with("1\n"), "{text}");
}
