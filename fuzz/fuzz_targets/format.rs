//! Any bytes, as source text to be formatted: the same tokens, and formatting the result changes nothing.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tamias_compiler::format::{FormatError, format};

fuzz_target!(|data: &[u8]| {
    let Some((edition, source)) = tamias_fuzz::edition_and_rest(data) else { return };
    match format(source, edition) {
        Ok(text) => assert_eq!(format(&text, edition).as_ref(), Ok(&text), "formatting again changes it"),
        Err(FormatError::TokensDiffer { offset }) => panic!("the token at {offset} would change"),
        Err(FormatError::Syntax(diagnostics)) => assert!(!diagnostics.is_empty()),
    }
});
