//! Rendered diagnostics of small wrong programs, one kind of mistake for each file of `errors/`.
//!
//! Files ending in `.3.nut` are in the edition `squirrel-3`, the others in `imp`.

use bumpalo::Bump;
use tamias_compiler::codes;
use tamias_compiler::edition::Edition;
use tamias_compiler::parse::parse;
use tamias_compiler::render::{Renderer, Style};

fn rendered(source: &[u8], edition: Edition) -> String {
    let arena = Bump::new();
    let parsed = parse(&arena, source, "test.nut", edition);
    Renderer::new(source, "test.nut", Style::Plain).render_all(&parsed.diagnostics)
}

#[test]
fn messages() {
    insta::glob!("errors/*.nut", |path| {
        let source = std::fs::read(path).expect("the file exists");
        let is_squirrel_3 = path.to_string_lossy().ends_with(".3.nut");
        let edition = if is_squirrel_3 { Edition::Squirrel3 } else { Edition::Imp };
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!("message", rendered(&source, edition));
        });
    });
}

#[test]
fn every_code_of_the_front_end_is_provoked_by_a_file() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/errors");
    let mut provoked = Vec::new();
    for entry in std::fs::read_dir(folder).expect("the folder exists") {
        let path = entry.expect("the folder can be read").path();
        if path.extension().is_some_and(|extension| extension == "nut") {
            let arena = Bump::new();
            let source = std::fs::read(&path).expect("the file exists");
            let edition =
                if path.to_string_lossy().ends_with(".3.nut") { Edition::Squirrel3 } else { Edition::Imp };
            let parsed = parse(&arena, &source, "test.nut", edition);
            provoked.extend(parsed.diagnostics.iter().map(|diagnostic| diagnostic.code));
        }
    }
    let missing: Vec<_> =
        codes::ALL.iter().filter(|info| info.code.0 < 300 && !provoked.contains(&info.code)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn colours_can_be_switched_on() {
    let arena = Bump::new();
    let parsed = parse(&arena, b"= 1", "test.nut", Edition::Imp);
    let text = Renderer::new(b"= 1", "test.nut", Style::Colored).render(&parsed.diagnostics[0]);
    assert!(text.contains("\u{1b}["), "{text}");
}

/// One message for each of many mistakes, and only a bounded number in all.
#[test]
fn a_text_full_of_mistakes_is_given_up() {
    let source = "a = ;\n".repeat(1000);
    let arena = Bump::new();
    let diagnostics = parse(&arena, source.as_bytes(), "test.nut", Edition::Imp).diagnostics;
    assert!(diagnostics.len() > 50, "{}", diagnostics.len());
    assert!(diagnostics.len() < 200, "{}", diagnostics.len());
    assert_eq!(diagnostics.last().map(|diagnostic| diagnostic.code), Some(codes::TOO_MANY_ERRORS));
}
