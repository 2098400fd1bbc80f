//! Puts the linker scripts where the linker looks for them, and the program where the firmware includes it.

use std::{env, fs, path::Path};

fn main() {
    let folder = env::var("CARGO_MANIFEST_DIR").expect("cargo sets it");
    println!("cargo:rustc-link-search={folder}");
    println!("cargo:rerun-if-changed=memory.x");
    println!("cargo:rerun-if-changed=image.x");
    println!("cargo:rerun-if-env-changed=TAMIAS_PROGRAM");
    if env::var_os("CARGO_FEATURE_LINKED_PROGRAM").is_some() {
        println!("cargo:rustc-link-arg=-Timage.x");
        let program = env::var("TAMIAS_PROGRAM").expect("TAMIAS_PROGRAM is the path of the image to link in");
        println!("cargo:rerun-if-changed={program}");
        let copy = Path::new(&env::var("OUT_DIR").expect("cargo sets it")).join("program.cnut");
        fs::copy(&program, copy).expect("the image can be copied");
    }
}
