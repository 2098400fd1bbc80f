//! Decides how the interpreter is built.
//!
//! `cfg(in_place)`: constants stay in the image and take no memory, and a VM
//! runs one image. This is for microcontrollers.
//!
//! `cfg(compact)`: what the bodies of instructions have in common is called rather than repeated, and what differs
//! little is decided while running. This is for builds that optimise for size.
//!
//! `cfg(tail_calls)`: there is a tail-call driver. That a call in tail position becomes a jump is something that LLVM does for these targets when it
//! optimises, and nothing that Rust promises. So the driver exists only where that is known, and
//! `vm/tests/drivers.rs` fails if it ceases to be true. Everywhere else a `match` drives.
//!
//! `TAMIAS_DRIVER=match` leaves the tail-call driver out, `TAMIAS_DRIVER=tail` insists on it.

use std::env;

fn main() {
    println!("cargo::rustc-check-cfg=cfg(tail_calls)");
    println!("cargo::rustc-check-cfg=cfg(in_place)");
    println!("cargo::rustc-check-cfg=cfg(compact)");
    if env::var("OPT_LEVEL").is_ok_and(|level| level == "s" || level == "z") {
        println!("cargo::rustc-cfg=compact");
    }
    let is_small = env::var("CARGO_CFG_TARGET_POINTER_WIDTH").is_ok_and(|width| width == "32");
    if env::var_os("CARGO_FEATURE_IN_PLACE").is_some()
        || is_small && env::var_os("CARGO_FEATURE_STD").is_none()
    {
        println!("cargo::rustc-cfg=in_place");
    }
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=TAMIAS_DRIVER");
    let is_wanted = match env::var("TAMIAS_DRIVER").as_deref() {
        Ok("match") => false,
        Ok("tail") => true,
        _ => is_known_to_work(),
    };
    if is_wanted {
        println!("cargo::rustc-cfg=tail_calls");
    }
}

fn is_known_to_work() -> bool {
    let is = |name: &str, values: &[&str]| env::var(name).is_ok_and(|value| values.contains(&value.as_str()));
    let is_target =
        is("CARGO_CFG_TARGET_ARCH", &["x86_64", "aarch64"]) && is("CARGO_CFG_TARGET_POINTER_WIDTH", &["64"]);
    let is_optimised = is("OPT_LEVEL", &["2", "3", "s", "z"]);
    let is_instrumented =
        ["MIRI", "FUZZING", "SANITIZE"].iter().any(|tool| env::var_os(format!("CARGO_CFG_{tool}")).is_some())
            || env::var("CARGO_ENCODED_RUSTFLAGS").is_ok_and(|flags| flags.contains("instrument-coverage"));
    is_target && is_optimised && !is_instrumented
}
