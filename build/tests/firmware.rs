//! What comes out of a program is what compilers and linkers take, and has the bytes of the image.

use std::env;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use tamias_build::Program;
use tamias_build::emit::{Placement, c_array, object, rust_array};
use tempfile::TempDir;

/// Not a multiple of anything, and with all bytes in it.
fn image() -> Vec<u8> {
    (0..=u8::MAX).cycle().take(1003).collect()
}

fn folder() -> TempDir {
    TempDir::new().expect("there is room for a folder")
}

fn placement() -> Placement {
    let placement = Placement::new("device").and_then(|placement| placement.align(256));
    placement.expect("it is a name and a power of two")
}

/// The C compiler. `None`, and a word about it, if there is none.
fn compiler() -> Option<String> {
    let name = env::var("CC").unwrap_or_else(|_| "cc".into());
    let found = Command::new(&name).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    if found.is_err() {
        eprintln!("skipped: there is no C compiler");
    }
    found.is_ok().then_some(name)
}

fn succeed(command: &mut Command) -> Vec<u8> {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}\n{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// Writes the image if it stands where it should.
const MAIN: &str = "
#include <stdint.h>
#include <stdio.h>
extern const unsigned char device[];
extern const size_t device_size;
int main(void)
{
    if ((uintptr_t)device % 256 != 0)
        return 1;
    return fwrite(device, 1, device_size, stdout) == device_size ? 0 : 2;
}
";

/// Links files with [`MAIN`] and returns what the program writes.
fn linked(compiler: &str, folder: &Path, file: &str) -> Vec<u8> {
    let (main, program) = (folder.join("main.c"), folder.join("program"));
    fs::write(&main, MAIN).expect("the file can be written");
    let flags = ["-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic"];
    succeed(Command::new(compiler).args(flags).arg(&main).arg(folder.join(file)).arg("-o").arg(&program));
    succeed(&mut Command::new(&program))
}

#[test]
fn the_array_in_c_is_the_image() {
    let Some(compiler) = compiler() else { return };
    let folder = folder();
    fs::write(folder.path().join("device.c"), c_array(&image(), &placement()))
        .expect("the file can be written");
    assert_eq!(linked(&compiler, folder.path(), "device.c"), image());
}

#[test]
#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
fn the_object_is_the_image() {
    let Some(compiler) = compiler() else { return };
    for section in [None, Some(".rodata.programs")] {
        let folder = folder();
        let placement = match section {
            Some(section) => placement().section(section).expect("it is a name"),
            None => placement(),
        };
        let object = object(&image(), &placement, env::consts::ARCH).expect("this computer is known");
        fs::write(folder.path().join("device.o"), object).expect("the file can be written");
        assert_eq!(linked(&compiler, folder.path(), "device.o"), image());
    }
}

#[test]
fn the_array_in_rust_is_the_image() {
    let folder = folder();
    let (source, program) = (folder.path().join("main.rs"), folder.path().join("main"));
    for section in [None, Some(".rodata.programs")] {
        // The names of sections are another matter on other systems.
        if section.is_some() && !cfg!(target_os = "linux") {
            continue;
        }
        let placement = match section {
            Some(section) => placement().section(section).expect("it is a name"),
            None => placement(),
        };
        let array = rust_array(&image(), &placement);
        let main = "fn main() {
            use std::io::Write;
            assert_eq!(DEVICE.as_ptr() as usize % 256, 0);
            std::io::stdout().write_all(DEVICE).unwrap();
        }";
        fs::write(&source, format!("{array}\n{main}\n")).expect("the file can be written");
        let rustc = env::var("RUSTC").unwrap_or_else(|_| "rustc".into());
        let mut command = Command::new(rustc);
        command.args(["--edition", "2024", "-D", "warnings"]).arg(&source).arg("-o").arg(&program);
        succeed(&mut command);
        assert_eq!(succeed(&mut Command::new(&program)), image());
    }
}

#[test]
fn a_build_script_gets_what_the_program_consists_of() {
    let folder = folder();
    let path = |name: &str| folder.path().join(name);
    fs::write(path("device.nut"), "@include \"led.nut\"\nblink(@{RATE});\n")
        .expect("the file can be written");
    fs::write(path("led.nut"), "function blink(rate) { server.log(rate); }\n")
        .expect("the file can be written");
    let program = Program::new(path("device.nut")).module("imp001").define("RATE", "2").strip();
    let files = program.try_build(folder.path()).expect("the program is right");
    assert_eq!(files.len(), 2, "{files:?}");
    assert!(files[1].ends_with("led.nut"), "{files:?}");
    let array = fs::read_to_string(path("device.rs")).expect("it was written");
    // The first bytes of an image.
    assert!(array.contains("pub static DEVICE: &[u8]") && array.contains("84, 97, 109, 105,"), "{array}");
}

#[test]
fn a_program_with_errors_says_what_they_are() {
    let folder = folder();
    let path = folder.path().join("device.nut");
    fs::write(&path, "local = 1;\n").expect("the file can be written");
    let error = Program::new(&path).try_build(folder.path()).expect_err("it is wrong").to_string();
    assert!(error.contains("device.nut:1:7"), "{error}");
    let error =
        Program::new("no/such.nut").try_build(folder.path()).expect_err("it is not there").to_string();
    assert!(error.contains("no/such.nut"), "{error}");
    fs::write(&path, "return 1;\n").expect("the file can be written");
    let error = Program::new(&path).module("imp9").try_build(folder.path()).expect_err("no such module");
    assert_eq!(error.to_string(), "unknown module `imp9`");
    let error = Program::new(&path).align(3).try_build(folder.path()).expect_err("no power of two");
    assert!(error.to_string().contains("3 bytes"), "{error}");
}
