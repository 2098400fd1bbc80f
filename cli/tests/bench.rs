//! `tamias bench`: what it prints and keeps.

use std::path::Path;
use std::process::{Command, Output};

fn bench(state: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tamias"))
        .arg("bench")
        .args(arguments)
        .args(["--repetitions", "2"])
        .env("XDG_STATE_HOME", state)
        .output()
        .expect("tamias starts")
}

#[test]
fn results_are_printed_kept_compared_and_drawn() {
    let folder = tempfile::tempdir().expect("a folder");
    let program = folder.path().join("loop.nut").to_string_lossy().into_owned();
    let chart = folder.path().join("chart.svg").to_string_lossy().into_owned();
    std::fs::write(&program, "function f() {}\nfor (local i = 0; i < 100; i++) { f(); [i]; }\nprint(1);\n")
        .unwrap();

    let first = bench(folder.path(), &[&program, "--save", "main"]);
    let table = String::from_utf8_lossy(&first.stdout).into_owned();
    assert_eq!(first.status.code(), Some(0), "{table}");
    let row: Vec<_> = table.lines().nth(1).expect("a row").split_whitespace().collect();
    // Two durations with their units, and the runs. Each round has the instructions of the loop, of the call and of
    // the array, which is an object and its elements.
    assert_eq!(row[5], "2", "{table}");
    assert!((600..1000).contains(&row[6].parse::<u64>().unwrap()), "{table}");
    assert!((200..250).contains(&row[7].parse::<u64>().unwrap()), "{table}");

    let second = bench(folder.path(), &[&program, "--baseline", "main", "--chart", &chart]);
    let table = String::from_utf8_lossy(&second.stdout).into_owned();
    assert!(table.contains("against before") && table.contains('×'), "{table}");
    let drawing = std::fs::read_to_string(&chart).unwrap();
    assert!(drawing.starts_with("<svg ") && drawing.contains(" before</text>"), "{drawing}");

    assert_eq!(bench(folder.path(), &[&program, "--baseline", "nothing"]).status.code(), Some(2));
    assert_eq!(bench(folder.path(), &[&program, "--save", "../up"]).status.code(), Some(2));
    std::fs::write(&program, "throw 1").unwrap();
    assert_eq!(bench(folder.path(), &[&program]).status.code(), Some(1));
}
