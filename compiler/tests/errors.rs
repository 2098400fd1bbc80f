//! Rendered diagnostics of small wrong programs, one kind of mistake for each file of `errors/`.
//!
//! Files ending in `.3.nut` are in the edition `squirrel-3`, the others in `imp`.

use std::path::Path;
use tamias_compiler::codes;
use tamias_compiler::diagnostic::Diagnostic;
use tamias_compiler::edition::Edition;
use tamias_compiler::render::{Renderer, Style};
use tamias_compiler::{CompileOptions, compile};

/// The only function of this file that touches the compiler.
fn diagnostics(source: &[u8], edition: Edition) -> Vec<Diagnostic> {
    compile(source, &CompileOptions::new("test.nut", edition)).diagnostics
}

fn edition_of(path: &Path) -> Edition {
    if path.to_string_lossy().ends_with(".3.nut") { Edition::Squirrel3 } else { Edition::Imp }
}

#[test]
fn messages() {
    insta::glob!("errors/*.nut", |path| {
        let source = std::fs::read(path).expect("the file exists");
        let found = diagnostics(&source, edition_of(path));
        let rendered = Renderer::new(&source, "test.nut", Style::Plain).render_all(&found);
        let text = String::from_utf8_lossy(&source);
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!("message", format!("{text}\n----\n\n{rendered}"));
        });
    });
}

#[test]
fn every_code_of_the_front_end_is_provoked_by_a_file() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/errors");
    let mut provoked = Vec::new();
    for entry in std::fs::read_dir(folder).expect("the folder exists") {
        let path = entry.expect("the folder can be read").path();
        if path.extension().is_some_and(|extension| extension == "nut") {
            let source = std::fs::read(&path).expect("the file exists");
            let found = diagnostics(&source, edition_of(&path));
            provoked.extend(found.iter().map(|diagnostic| diagnostic.code));
        }
    }
    let missing: Vec<_> =
        codes::ALL.iter().filter(|info| info.code.0 < 300 && !provoked.contains(&info.code)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn colours_can_be_switched_on() {
    let found = diagnostics(b"= 1", Edition::Imp);
    let text = Renderer::new(b"= 1", "test.nut", Style::Colored).render(&found[0]);
    assert!(text.contains("\u{1b}["), "{text}");
}

/// One message for each of many mistakes, and only a bounded number in all.
#[test]
fn a_text_full_of_mistakes_is_given_up() {
    let found = diagnostics("a = ;\n".repeat(1000).as_bytes(), Edition::Imp);
    assert!(found.len() > 50, "{}", found.len());
    assert!(found.len() < 200, "{}", found.len());
    assert_eq!(found.last().map(|diagnostic| diagnostic.code), Some(codes::TOO_MANY_ERRORS));
}
