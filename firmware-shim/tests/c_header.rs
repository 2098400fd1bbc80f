//! The header of the C face is what cbindgen makes of `src/ffi`.

#[path = "support/c.rs"]
#[allow(dead_code)]
mod c;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// In the order of the header.
const FILES: &[&str] = &["status", "value", "machine", "native", "program", "object", "report"];

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn generated() -> String {
    let config =
        cbindgen::Config::from_file(folder().join("cbindgen.toml")).expect("the configuration is right");
    let mut builder = cbindgen::Builder::new().with_config(config);
    for file in FILES {
        builder = builder.with_src(folder().join("src/ffi").join(file).with_extension("rs"));
    }
    let mut text = Vec::new();
    builder.generate().expect("cbindgen understands the sources").write(&mut text);
    let text = String::from_utf8(text).expect("headers are text");
    text.split_inclusive('\n').filter(|line| !is_fence(line)).map(with_prefix).collect()
}

/// Whether a line only says of what language the lines after it are, which rustdoc wants to know.
fn is_fence(line: &str) -> bool {
    line.trim_start().starts_with("* ```")
}

/// Members of enumerations get the prefix of the library, which cbindgen cannot give them.
fn with_prefix(line: &str) -> String {
    let is_name = |name: &str| name.chars().all(|letter| letter.is_ascii_uppercase() || letter == '_');
    match line.strip_prefix("    ").and_then(|member| member.split_once(" = ")) {
        Some((name, _)) if is_name(name) => format!("    TAMIAS_{}", line.trim_start()),
        _ => line.to_string(),
    }
}

#[test]
fn the_header_is_up_to_date() {
    let path: &Path = &folder().join("include/tamias.h");
    let generated = generated();
    if std::env::var_os("TAMIAS_UPDATE_HEADER").is_some() {
        fs::write(path, &generated).expect("the header can be written");
    }
    let committed = fs::read_to_string(path).expect("there is a header");
    assert!(
        committed == generated,
        "run this test with TAMIAS_UPDATE_HEADER=1, and look at what has changed"
    );
}

/// Programs in C++ include it as well.
#[test]
fn the_header_is_cpp_too() {
    let compiler = std::env::var("CXX").unwrap_or_else(|_| "c++".into());
    if !c::is_there(&compiler) {
        return;
    }
    let build = TempDir::new().expect("there is room for a folder");
    let source = build.path().join("program.cpp");
    fs::write(&source, PROGRAM).expect("the file can be written");
    for standard in ["-std=c++11", "-std=c++20"] {
        let mut command = Command::new(&compiler);
        command
            .args([standard, "-Wall", "-Wextra", "-Werror", "-c", "-o"])
            .arg(build.path().join("program.o"));
        c::succeed(command.arg("-I").arg(folder().join("include")).arg(&source));
    }
}

const PROGRAM: &str = r#"
#include "tamias.h"

static tamias_status answer(tamias_vm *, const tamias_value *, size_t, tamias_value *result, void *) {
    *result = tamias_integer(42);
    return TAMIAS_OK;
}

static const tamias_native natives[] = {{"answer", answer, ".", nullptr}};

tamias_status add_answer(tamias_vm *vm) {
    return tamias_register(vm, nullptr, natives, 1);
}
"#;
