//! `tamias compile --emit` and `--map`: images as parts of firmware.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

const PROGRAM: &str = "@include \"led.nut\"\n\
    enum State { Off, On }\n\
    names <- [\"off\", \"on\"];\n\
    function describe(state) { return names[state] + \" \" + 0.5; }\n\
    blink(State.On);\n";

fn folder() -> TempDir {
    let folder = TempDir::new().expect("there is room for a folder");
    fs::write(folder.path().join("device.nut"), PROGRAM).expect("the file can be written");
    let led = "function blink(state) {\n    server.log(describe(state));\n}\n";
    fs::write(folder.path().join("led.nut"), led).expect("the file can be written");
    folder
}

fn tamias(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tamias"));
    command.current_dir(folder).args(arguments).args(["--color", "never"]);
    command.output().expect("tamias starts")
}

/// Compiles with options that must be right, and returns what is printed.
fn compile(folder: &Path, options: &[&str]) -> String {
    let output = tamias(folder, &[&["compile", "device.nut"], options].concat());
    assert_eq!(output.status.code(), Some(0), "{options:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).replace("\r\n", "\n")
}

fn read(folder: &Path, file: &str) -> String {
    fs::read_to_string(folder.join(file)).expect("it was written").replace("\r\n", "\n")
}

#[test]
fn arrays_are_placed_as_the_options_say() {
    let folder = folder();
    let folder = folder.path();
    compile(folder, &["--emit", "c-array", "-o", "room.c", "--align", "256", "--section", ".programs"]);
    let text = read(folder, "room.c");
    assert!(text.contains("__attribute__((aligned(256), section(\".programs\")))"), "{text}");
    assert!(text.contains("const unsigned char room["), "{text}");
    compile(
        folder,
        &["--emit", "rust-array", "-o", "room.rs", "--symbol", "program", "--section", ".programs"],
    );
    let text = read(folder, "room.rs");
    assert!(text.contains("pub static PROGRAM: &[u8]"), "{text}");
    assert!(text.contains("#[unsafe(link_section = \".programs\")]"), "{text}");
}

#[test]
fn all_forms_have_the_bytes_of_the_image() {
    let folder = folder();
    let folder = folder.path();
    compile(folder, &["-o", "device.cnut", "--strip"]);
    let image = fs::read(folder.join("device.cnut")).expect("it was written");
    let hexadecimal: Vec<String> = image.iter().map(|byte| format!("0x{byte:02x}")).collect();
    let c = compile(folder, &["--strip", "--emit", "c-array", "-o", "-"]);
    let found: Vec<&str> = c.split([' ', ',', '\n']).filter(|word| word.starts_with("0x")).collect();
    assert_eq!(found, hexadecimal);
    for target in ["thumbv7em-none-eabihf", "riscv32imac-unknown-none-elf", "x86_64-unknown-linux-gnu"] {
        compile(folder, &["--strip", "--emit", "object", "--target", target, "-o", "device.o"]);
        let object = fs::read(folder.join("device.o")).expect("it was written");
        assert!(object.windows(image.len()).any(|bytes| bytes == image), "{target}");
    }
}

#[test]
fn wrong_options_are_refused() {
    let folder = folder();
    for (options, message) in [
        (&["--align", "8"][..], "error: `--align` is for arrays and objects: say which with `--emit`\n"),
        (
            &["--emit", "c-array", "--align", "24"],
            "error: cannot align to 24 bytes: use a power of two from 4 to 65536\n",
        ),
        (&["--emit", "c-array", "--symbol", "a-b"], "error: `a-b` is no name of a variable in C and Rust\n"),
        (&["--emit", "c-array", "--target", "x86_64"], "error: `--target` is for `--emit object`\n"),
        (&["--emit", "object", "--section", "a b"], "error: `a b` is no name of a section\n"),
    ] {
        let output = tamias(folder.path(), &[&["compile", "device.nut", "-o", "x"], options].concat());
        assert_eq!(String::from_utf8_lossy(&output.stderr), message, "{options:?}");
        assert_eq!(output.status.code(), Some(2));
        assert!(!folder.path().join("x").exists());
    }
    let output =
        tamias(folder.path(), &["compile", "device.nut", "-o", "x", "--emit", "object", "--target", "z80"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        String::from_utf8_lossy(&output.stderr)
            .starts_with("error: unknown target `z80`: it should begin with")
    );
}

#[test]
fn the_depfile_names_all_files() {
    let folder = folder();
    compile(folder.path(), &["-o", "device.cnut", "--depfile", "device.d"]);
    assert_eq!(read(folder.path(), "device.d"), "device.cnut: device.nut led.nut\n");
}

/// The number at the beginning of the line that says this.
fn number(map: &str, says: &str) -> usize {
    let line = map.lines().find(|line| line.contains(says)).unwrap_or_else(|| panic!("`{says}` in {map}"));
    line.split_whitespace().next().and_then(|word| word.parse().ok()).unwrap_or_else(|| panic!("{line}"))
}

#[test]
fn the_map_adds_up() {
    let folder = folder();
    let folder = folder.path();
    compile(folder, &["-o", "device.cnut"]);
    let size = fs::metadata(folder.join("device.cnut")).expect("it was written").len() as usize;
    let map = compile(folder, &["--map"]);
    let functions = ["main led.nut:1", "blink led.nut:2", "describe device.nut:4"];
    let sum: usize = functions.iter().map(|function| number(&map, function)).sum();
    assert_eq!(sum, number(&map, "in 3 functions"), "{map}");
    let parts = ["in 3 functions", " strings", "indexes", "enumerations", "debug tables", "header"];
    let sum: usize = parts.iter().map(|part| number(&map, part)).sum();
    assert_eq!((sum, number(&map, "in all")), (size, size), "{map}");
    assert_eq!(number(&map, "to load it"), 56 + 3 * 32);
    // A table slot for each name, an array, closures.
    assert!((200..20_000).contains(&number(&map, "measured here")), "{map}");
    fs::write(folder.join("failing.nut"), "throw 1;").expect("the file can be written");
    let output = tamias(folder, &["compile", "failing.nut", "--map"]);
    assert!(String::from_utf8_lossy(&output.stdout).contains("it fails on a bare module"));
}

/// The function of `firmware-shim/cmake`, where CMake is installed.
#[test]
fn cmake_links_images() {
    let has_cmake = |name: &str| {
        Command::new(name).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
    };
    if !has_cmake("cmake") || !has_cmake("cc") {
        eprintln!("skipped: there is no CMake or no C compiler");
        return;
    }
    let folder = folder();
    let folder = folder.path();
    let module = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../firmware-shim/cmake/Tamias.cmake");
    let lists = format!(
        "cmake_minimum_required(VERSION 3.20)\nproject(firmware C)\ninclude(\"{}\")\n\
         add_executable(firmware main.c)\n\
         tamias_add_image(firmware device.nut MODULE imp001 ALIGN 64 STRIP DEFINE A=1 B=2)\n",
        module.display()
    );
    fs::write(folder.join("CMakeLists.txt"), lists).expect("the file can be written");
    let main = "#include <stdio.h>\nextern const unsigned char device[];\nextern const size_t device_size;\n\
                int main(void) { return fwrite(device, 1, device_size, stdout) != device_size; }\n";
    fs::write(folder.join("main.c"), main).expect("the file can be written");
    let run = |command: &mut Command| {
        let output = command.current_dir(folder).output().expect("it starts");
        let messages =
            [output.stdout.as_slice(), &output.stderr].map(|text| String::from_utf8_lossy(text).into_owned());
        assert!(output.status.success(), "{command:?}: {messages:?}");
        output.stdout
    };
    let tamias = format!("-DTAMIAS_COMMAND={}", env!("CARGO_BIN_EXE_tamias"));
    run(Command::new("cmake").args(["-S", ".", "-B", "out", &tamias]));
    for round in ["false", "true"] {
        // An included file has changed: the image is compiled again.
        let led = format!("function blink(state) {{ server.log({round}); }}\n");
        fs::write(folder.join("led.nut"), led).expect("the file can be written");
        run(Command::new("cmake").args(["--build", "out"]));
        compile(folder, &["-o", "device.cnut", "--strip"]);
        let image = fs::read(folder.join("device.cnut")).expect("it was written");
        assert_eq!(run(&mut Command::new(folder.join("out/firmware"))), image);
    }
}
