//! Puts the linker script where the linker looks for it, and the program where the firmware includes it.

use std::path::Path;
use std::{env, fs};

/// The regions of memory.
const MEMORY: &str = include_str!("memory.x");
/// Puts a program that is linked in where one that is loaded beside the firmware would be.
const LINKED_PROGRAM: &str = "
SECTIONS
{
    .tamias_image : ALIGN(8) { KEEP(*(.tamias_image)); } > IMAGE
}
";

fn main() {
    println!("cargo:rerun-if-changed=memory.x");
    println!("cargo:rerun-if-env-changed=TAMIAS_PROGRAM");
    let folder = env::var("OUT_DIR").expect("cargo sets it");
    let folder = Path::new(&folder);
    let mut script = MEMORY.to_string();
    if env::var_os("CARGO_FEATURE_LINKED_PROGRAM").is_some() {
        script += LINKED_PROGRAM;
        let program = env::var("TAMIAS_PROGRAM").expect("TAMIAS_PROGRAM is the path of the image to link in");
        println!("cargo:rerun-if-changed={program}");
        fs::copy(&program, folder.join("program.cnut")).expect("the image can be copied");
    }
    fs::write(folder.join("memory.x"), script).expect("the folder is cargo's");
    println!("cargo:rustc-link-search={}", folder.display());
}
