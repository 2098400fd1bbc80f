//! Any bytes, as source text, compiled and run for a while.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tamias_compiler::{CompileOptions, compile};

fuzz_target!(|data: &[u8]| {
    let Some((edition, source)) = tamias_fuzz::edition_and_rest(data) else { return };
    if let Some(image) = compile(source, &CompileOptions::new("fuzz.nut", edition)).image {
        tamias_fuzz::run_if_valid(&image);
    }
});
