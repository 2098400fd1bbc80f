//! The Squirrel versions of the benchmarks print what `expected.json` says, at their small sizes.

use std::fs;
use std::path::Path;
use tamias_conformance::{Ending, Mode, run};
use tamias_vm::Edition;

/// The line that a benchmark prints at its small size.
fn expected(list: &str, name: &str) -> String {
    let entry = list.split(&format!("\"{name}\": {{")).nth(1).expect("every benchmark has an entry");
    let after = entry.split("\"quick\": \"").nth(1).expect("entries have a small size");
    after.split('"').next().expect("strings end").to_string()
}

/// The program with its constant `N` replaced by the small size that stands beside it.
fn at_small_size(source: &str) -> String {
    let (before, rest) = source.split_once("N = ").expect("the size is a constant");
    let (_, rest) = rest.split_once("quick: ").expect("the small size stands beside it");
    let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    format!("{before}N = {};{}", &rest[..digits], &rest[digits..])
}

#[test]
fn results_are_right() {
    let folder = tamias_benches::folder();
    let list = fs::read_to_string(folder.join("expected.json")).expect("the list exists");
    let mut count = 0;
    for entry in fs::read_dir(&folder).expect("the folder can be read").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let program = entry.path().join(Path::new(&name).with_extension("nut"));
        let Ok(source) = fs::read_to_string(&program) else { continue };
        let result = run(at_small_size(&source).as_bytes(), Edition::Squirrel3, Mode::Normal);
        assert!(matches!(result.ending, Ending::Done), "{name}: {:?}", result.ending);
        assert_eq!(String::from_utf8_lossy(&result.output).trim_end(), expected(&list, &name), "{name}");
        count += 1;
    }
    assert_eq!(count, 26);
}
