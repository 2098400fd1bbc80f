//! Programs in C on the static library: the example, and calls that are wrong.

#[path = "support/c.rs"]
mod c;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tamias_compiler::{CompileOptions, compile};
use tamias_vm::Edition;
use tempfile::TempDir;

fn example(file: &str) -> PathBuf {
    c::folder().join("examples/c-host").join(file)
}

/// Compiles a program of Squirrel into a file.
fn image(source: &Path, image: &Path) {
    let text = fs::read(source).expect("there is a program");
    let name = source.file_name().expect("it is a file").to_string_lossy();
    let compiled = compile(&text, &CompileOptions::new(&name, Edition::Imp));
    fs::write(image, compiled.image.expect("the program is right")).expect("the image can be written");
}

/// A folder with the example and its image. `None` if there is no C compiler.
fn built(source: &Path, options: &[&str]) -> Option<TempDir> {
    let compiler = c::compiler()?;
    let folder = TempDir::new().expect("there is room for a folder");
    c::build(&compiler, source, &folder.path().join("program"), options);
    image(&example("room.nut"), &folder.path().join("room.cnut"));
    Some(folder)
}

fn program(folder: &TempDir) -> Command {
    let mut command = Command::new(folder.path().join("program"));
    command.arg(folder.path().join("room.cnut"));
    command
}

#[test]
fn the_example_does_what_it_says() {
    let Some(folder) = built(&example("main.c"), &["-O2"]) else { return };
    let expected = fs::read_to_string(example("expected.txt")).expect("there is an expectation");
    assert_eq!(c::succeed(&mut program(&folder)), expected);
}

#[test]
fn wrong_calls_are_refused() {
    let Some(folder) = built(&c::folder().join("tests/c_face/misuse.c"), &["-O1"]) else { return };
    assert_eq!(c::succeed(&mut program(&folder)), "all is well\n");
}

#[test]
fn nothing_leaks_and_nothing_is_read_that_was_not_written() {
    if !c::is_there("valgrind") {
        return;
    }
    for source in [example("main.c"), c::folder().join("tests/c_face/misuse.c")] {
        let Some(folder) = built(&source, &["-g"]) else { return };
        let mut command = Command::new("valgrind");
        command.args(["--quiet", "--error-exitcode=9", "--leak-check=full", "--show-leak-kinds=all"]);
        command.arg("--errors-for-leak-kinds=all").arg(folder.path().join("program"));
        c::succeed(command.arg(folder.path().join("room.cnut")));
    }
}

#[test]
fn the_address_sanitizer_is_content() {
    let Some(compiler) = c::compiler() else { return };
    let folder = TempDir::new().expect("there is room for a folder");
    let empty = folder.path().join("empty.c");
    fs::write(&empty, "int main(void) { return 0; }\n").expect("the file can be written");
    let mut probe = Command::new(&compiler);
    probe.arg("-fsanitize=address,undefined").arg(&empty).arg("-o").arg(folder.path().join("empty"));
    if !c::run(&mut probe).status.success() {
        eprintln!("skipped: the C compiler has no address sanitizer");
        return;
    }
    for source in [example("main.c"), c::folder().join("tests/c_face/misuse.c")] {
        let options = ["-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"];
        let Some(folder) = built(&source, &options) else { return };
        c::succeed(&mut program(&folder));
    }
}
