//! Any bytes, as source text: compiled or rejected, and what is compiled is valid.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tamias_bytecode::Image;
use tamias_compiler::{CompileOptions, Optimisation, compile};

fuzz_target!(|data: &[u8]| {
    let Some((edition, source)) = tamias_fuzz::edition_and_rest(data) else { return };
    let mut options = CompileOptions::new("fuzz.nut", edition);
    let compilation = compile(source, &options);
    match &compilation.image {
        Some(image) => drop(Image::from_bytes(image).expect("the image is valid")),
        None => assert!(!compilation.diagnostics.is_empty(), "rejected without a reason"),
    }
    options.optimisation = Optimisation::Off;
    let other = compile(source, &options);
    assert_eq!(compilation.image.is_some(), other.image.is_some());
});
