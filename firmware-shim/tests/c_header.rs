//! The header of the C face is what cbindgen makes of `src/ffi`.

use std::fs;
use std::path::{Path, PathBuf};

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
    text.split_inclusive('\n').map(with_prefix).collect()
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
