//! The image of a random program with a few bytes changed: rejected, or run for a while.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tamias_compiler::{CompileOptions, compile, edition::Edition};
use tamias_difftest::choices::Choices;
use tamias_difftest::generate::{Dialect, generate};

/// Changes that the first bytes of the input describe: a position and a value, each in four bytes.
const CHANGES: usize = 6;

fuzz_target!(|data: &[u8]| {
    let (changes, choices) = data.split_at(data.len().min(CHANGES * 4));
    let source = generate(&mut Choices::from_bytes(choices), Dialect::Squirrel3).to_string();
    let Some(mut image) = compile(source.as_bytes(), &CompileOptions::new("fuzz.nut", Edition::Squirrel3)).image
    else {
        return;
    };
    for change in changes.chunks_exact(4) {
        let position = u32::from_le_bytes([change[0], change[1], change[2], 0]) as usize % image.len();
        image[position] = change[3];
    }
    tamias_fuzz::seal(&mut image);
    tamias_fuzz::run_if_valid(&image);
});
