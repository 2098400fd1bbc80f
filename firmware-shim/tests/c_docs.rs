//! The pieces of C in docs/embedding-c.md are one program, which compiles.

#[path = "support/c.rs"]
#[allow(dead_code, reason = "other tests use the rest")]
mod c;

use std::fs;
use std::process::Command;
use tamias_compiler::{CompileOptions, compile};
use tamias_vm::Edition;
use tempfile::TempDir;

/// The contents of the blocks of a language, one after the other.
fn blocks(page: &str, language: &str) -> String {
    let fence = format!("```{language}\n");
    let pieces = page.split(&fence).skip(1).filter_map(|rest| rest.split_once("```"));
    pieces.map(|(block, _)| format!("{block}\n")).collect()
}

fn page() -> String {
    fs::read_to_string(c::folder().join("../docs/embedding-c.md")).expect("there is the page")
}

#[test]
fn the_c_compiles() {
    let Some(compiler) = c::compiler() else { return };
    let folder = TempDir::new().expect("there is room for a folder");
    let source = folder.path().join("firmware.c");
    let program = blocks(&page(), "c");
    assert!(program.contains("int main(void)"), "the page has a main loop");
    fs::write(&source, program).expect("the file can be written");
    let mut command = Command::new(compiler);
    command.args(c::FLAGS).arg("-I").arg(c::folder().join("include"));
    c::succeed(command.arg("-c").arg(&source).arg("-o").arg(folder.path().join("firmware.o")));
}

#[test]
fn the_squirrel_compiles() {
    let program = blocks(&page(), "squirrel");
    let compiled = compile(program.as_bytes(), &CompileOptions::new("device.nut", Edition::Imp));
    assert!(!program.is_empty() && compiled.image.is_some(), "{:?}", compiled.diagnostics);
}
