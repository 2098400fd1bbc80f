//! The dependency arrows and the addresses of `unsafe`, as ARCHITECTURE.md states them.

use cargo_metadata::{DependencyKind, MetadataCommand};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Which crates of the workspace each crate may use.
const ARROWS: &[(&str, &[&str])] = &[
    ("tamias-bytecode", &[]),
    ("tamias-compiler", &["tamias-bytecode"]),
    ("tamias-vm", &["tamias-bytecode"]),
    ("tamias-stdlib-imp", &["tamias-vm"]),
    ("tamias-simulator", &["tamias-stdlib-imp", "tamias-vm"]),
    ("tamias-firmware-shim", &["tamias-bytecode", "tamias-stdlib-imp", "tamias-vm"]),
    ("tamias-c", &["tamias-firmware-shim", "tamias-vm"]),
    ("tamias-build", &["tamias-bytecode", "tamias-compiler", "tamias-stdlib-imp"]),
    (
        "tamias-cli",
        &[
            "tamias-build",
            "tamias-bytecode",
            "tamias-compiler",
            "tamias-simulator",
            "tamias-stdlib-imp",
            "tamias-vm",
        ],
    ),
    ("tamias-conformance", &["tamias-compiler", "tamias-stdlib-imp", "tamias-vm"]),
    ("tamias-difftest", &["tamias-compiler", "tamias-stdlib-imp", "tamias-vm"]),
    ("tamias-benches", &["tamias-stdlib-imp", "tamias-vm"]),
];

/// What the crates that go into firmware may use from elsewhere.
const LEAN: &[(&str, &[&str])] = &[
    ("tamias-bytecode", &[]),
    ("tamias-vm", &["libm"]),
    ("tamias-stdlib-imp", &["libm"]),
    ("tamias-firmware-shim", &["embedded-hal", "embedded-io", "embedded-storage", "linked_list_allocator"]),
    ("tamias-c", &[]),
];

/// The only places where `unsafe` may stand.
const UNSAFE: &[&str] = &[
    "vm/src/value.rs",
    "vm/src/heap/",
    "vm/src/interp/",
    "firmware-shim/src/ffi/",
    // Reference Squirrel, which is C, in one process with us.
    "benches/benches/peers/",
    // Declares an unsafe function, but contains no unsafe code.
    "bytecode/src/image.rs",
    // Writes the word into files of Rust, but contains no unsafe code itself.
    "build/src/emit.rs",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The normal dependencies of each crate of the workspace.
fn dependencies() -> BTreeMap<String, Vec<String>> {
    let metadata = MetadataCommand::new()
        .manifest_path(root().join("Cargo.toml"))
        .no_deps()
        .exec()
        .expect("cargo can read the workspace");
    let normal = |package: &cargo_metadata::Package| {
        let kinds =
            package.dependencies.iter().filter(|dependency| dependency.kind == DependencyKind::Normal);
        kinds.map(|dependency| dependency.name.clone()).collect()
    };
    metadata.packages.iter().map(|package| (package.name.to_string(), normal(package))).collect()
}

/// The README begins with `cargo run`, which has to know what.
#[test]
fn there_is_one_command_to_run() {
    let metadata = MetadataCommand::new()
        .manifest_path(root().join("Cargo.toml"))
        .no_deps()
        .exec()
        .expect("cargo can read the workspace");
    let packages = metadata.workspace_default_packages();
    let targets = packages.iter().flat_map(|package| &package.targets);
    let commands: Vec<&str> = targets.filter(|target| target.is_bin()).map(|target| &*target.name).collect();
    assert_eq!(commands, ["tamias"]);
}

#[test]
fn arrows_point_one_way() {
    for (name, used) in dependencies() {
        let Some((_, allowed)) = ARROWS.iter().find(|(known, _)| *known == name) else {
            panic!("{name} is not in the list of crates");
        };
        for dependency in used.iter().filter(|dependency| dependency.starts_with("tamias-")) {
            assert!(allowed.contains(&dependency.as_str()), "{name} must not depend on {dependency}");
        }
    }
}

#[test]
fn firmware_crates_stay_lean() {
    let all = dependencies();
    for (name, allowed) in LEAN {
        for dependency in all[*name].iter().filter(|dependency| !dependency.starts_with("tamias-")) {
            assert!(allowed.contains(&dependency.as_str()), "{name} must not depend on {dependency}");
        }
    }
}

#[test]
fn unsafe_has_an_address() {
    let mut files = Vec::new();
    for folder in [
        "bytecode",
        "compiler",
        "vm",
        "stdlib-imp",
        "simulator",
        "firmware-shim",
        "firmware-shim/c",
        "build",
        "cli",
        "difftest",
        "benches",
    ] {
        find_sources(&root().join(folder).join("src"), &mut files);
    }
    find_sources(&root().join("benches/benches"), &mut files);
    for file in files {
        let name = file.strip_prefix(root()).expect("below the root").to_string_lossy().replace('\\', "/");
        if UNSAFE.iter().any(|address| name.starts_with(address)) {
            continue;
        }
        let text = fs::read_to_string(&file).expect("sources are text");
        let mut code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
        let is_unsafe = |line: &&str| {
            let words = |line: &str| {
                line.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == "unsafe")
            };
            words(line)
        };
        assert_eq!(code.find(is_unsafe), None, "`unsafe` in {name}");
    }
}

fn find_sources(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("source folders can be read").flatten() {
        let path = entry.path();
        if path.is_dir() {
            find_sources(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

#[test]
fn firmware_crates_are_no_std() {
    for folder in ["bytecode", "vm", "stdlib-imp", "firmware-shim"] {
        let text = fs::read_to_string(root().join(folder).join("src/lib.rs")).expect("crates have a root");
        assert!(text.lines().any(|line| line == "#![no_std]"), "{folder} is not no_std");
    }
}
