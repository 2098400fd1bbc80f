//! A random program, made from the input, in all of our own configurations.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tamias_difftest::choices::Choices;
use tamias_difftest::configuration::Configuration;
use tamias_difftest::generate::{Dialect, generate};

const OTHERS: &[Configuration] = &[
    Configuration::Match,
    Configuration::Unoptimised,
    Configuration::Audit,
    Configuration::Stripped,
    Configuration::Interrupted,
    Configuration::Cramped,
];

fuzz_target!(|data: &[u8]| {
    let source = generate(&mut Choices::from_bytes(data), Dialect::Squirrel3).to_string();
    let plain = Configuration::Plain.run(&source);
    for other in OTHERS {
        assert_eq!(other.contradiction(&plain, &other.run(&source)), None, "in {other:?}:\n{source}");
    }
});
