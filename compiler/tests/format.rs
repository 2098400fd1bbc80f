//! The formatter: its style, and what it must never do.
//!
//! Each file of `format/` holds one group of constructs. Files ending in
//! `.3.nut` are in the edition `squirrel-3`, the others in `imp`.

use std::path::{Path, PathBuf};

use tamias_compiler::edition::Edition;
use tamias_compiler::format::{FormatError, format};
use tamias_compiler::{CompileOptions, compile};

fn formatted(source: &[u8], edition: Edition) -> Vec<u8> {
    format(source, edition).unwrap_or_else(|error| panic!("{error:?}: {}", source.escape_ascii()))
}

#[test]
fn style() {
    insta::glob!("format/*.nut", |path| {
        let source = std::fs::read(path).expect("the file exists");
        let is_squirrel_3 = path.to_string_lossy().ends_with(".3.nut");
        let edition = if is_squirrel_3 { Edition::Squirrel3 } else { Edition::Imp };
        let text = formatted(&source, edition);
        assert_eq!(formatted(&text, edition).escape_ascii().to_string(), text.escape_ascii().to_string());
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!("format", String::from_utf8_lossy(&text));
        });
    });
}

/// Programs of the neighbours: the conformance collection, the benchmarks and the examples.
fn programs() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut files = Vec::new();
    for folder in ["conformance", "benches", "examples", "compiler/tests"] {
        find_programs(&root.join(folder), &mut files);
    }
    assert!(files.len() > 500, "{} programs", files.len());
    files
}

fn find_programs(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("the folder exists").flatten() {
        let path = entry.path();
        if path.is_dir() {
            find_programs(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "nut") {
            files.push(path);
        }
    }
}

/// The image without lines and names, which the layout does not change.
fn image(source: &[u8], edition: Edition) -> Option<Vec<u8>> {
    let options = CompileOptions { strip: true, ..CompileOptions::new("program.nut", edition) };
    compile(source, &options).image
}

#[test]
fn programs_mean_the_same_and_formatting_twice_changes_nothing() {
    let mut n_formatted = 0;
    for path in programs() {
        let source = std::fs::read(&path).expect("it exists");
        for edition in [Edition::Imp, Edition::Squirrel3] {
            let text = match format(&source, edition) {
                Ok(text) => text,
                Err(FormatError::Syntax(diagnostics)) => {
                    assert!(!diagnostics.is_empty());
                    continue;
                }
                Err(error) => panic!("{}: {error:?}", path.display()),
            };
            n_formatted += 1;
            assert!(formatted(&text, edition) == text, "{} changes again", path.display());
            let names_lines = source.windows(8).any(|bytes| bytes == b"__LINE__");
            assert!(names_lines || image(&text, edition) == image(&source, edition), "{}", path.display());
        }
    }
    assert!(n_formatted > 900, "{n_formatted} programs");
}

/// Line breaks that mean something survive, whatever the layout would like.
#[test]
fn line_breaks_that_separate_stay() {
    let of =
        |source: &str| String::from_utf8(formatted(source.as_bytes(), Edition::Imp)).expect("it is text");
    assert_eq!(of("a\n++b"), "a\n++b\n");
    assert_eq!(of("f(a\n++b)"), "f(\n    a\n    ++b\n)\n");
    assert_eq!(of("if (a) return\nb"), "if (a) return\nb\n");
    assert_eq!(of("x = a\n(b)"), "x = a(b)\n");
    assert_eq!(of("if (a) { if (b) { c } }\nelse d"), "if (a) {\n    if (b) { c }\n} else d\n");
    assert_eq!(of("if (a) if (b) c\nelse { d }\nelse e"), "if (a) if (b) c\nelse { d }\nelse e\n");
}

/// What the formatter gave lines of its own is not pulled up again the next time.
#[test]
fn nested_arrays_among_arguments_stay() {
    let pair = ["start_of_a_long_name", "end_of_a_long_name"].join(", ");
    for source in [
        format!("find([[{pair}], [{pair}]], [[{pair}], [{pair}]], rest)"),
        format!("find([[{pair}, {pair}, {pair}]], [[{pair}]], rest)"),
        format!("find([[{pair} /*, and a comment*/]], [[{pair}]], rest)"),
        format!("find({{ a = [{pair}] }}, [[{pair}], [{pair}]])"),
    ] {
        let once = formatted(source.as_bytes(), Edition::Imp);
        let twice = formatted(&once, Edition::Imp);
        assert_eq!(String::from_utf8_lossy(&twice), String::from_utf8_lossy(&once));
    }
}

#[test]
fn a_file_keeps_its_mark_and_its_line_endings() {
    assert_eq!(
        formatted(b"\xef\xbb\xbfa=1\r\n\r\n\r\n// b  \r\nc=2", Edition::Imp),
        b"\xef\xbb\xbfa = 1\r\n\r\n// b\r\nc = 2\r\n"
    );
    assert_eq!(formatted(b"", Edition::Imp), b"");
    assert_eq!(formatted(b"\n\n", Edition::Imp), b"");
    assert_eq!(formatted(b"x = \"\xff\xfe\"", Edition::Imp), b"x = \"\xff\xfe\"\n");
}

#[test]
fn syntax_errors_are_handed_back() {
    let Err(FormatError::Syntax(diagnostics)) = format(b"local = 1", Edition::Imp) else {
        panic!("that is no program")
    };
    assert_eq!(diagnostics[0].title, "expected 'IDENTIFIER'");
}

/// Half-typed programs are refused or formatted, and never anything else.
#[test]
fn cut_programs_do_no_harm() {
    let source = std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/format/comments.nut"))
        .expect("it exists");
    for end in 0..source.len() {
        match format(&source[..end], Edition::Imp) {
            Ok(text) => assert!(formatted(&text, Edition::Imp) == text, "cut at {end}"),
            Err(FormatError::Syntax(_)) => {}
            Err(error) => panic!("cut at {end}: {error:?}"),
        }
    }
}

/// One line of a megabyte takes no time that grows faster than its length.
#[test]
fn a_huge_line_is_formatted() {
    let source = "f(a, {b = [1, 2]}) ; x = y ;".repeat(20_000);
    let text = formatted(source.as_bytes(), Edition::Imp);
    assert!(text.starts_with(b"f(a, { b = [1, 2] });\nx = y;\nf("));
    let deep = format!("{}1{}", "[".repeat(200), "]".repeat(200));
    assert!(!formatted(deep.as_bytes(), Edition::Imp).is_empty());
}
