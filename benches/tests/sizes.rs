//! Images of the benchmarks are as large as `sizes.json` says; `sizes.py --write` measures them again.

use std::fs;
use tamias_benches::{folder, small_benchmarks};
use tamias_compiler::edition::Edition;
use tamias_compiler::{CompileOptions, compile};

#[test]
fn images_have_not_grown() {
    let results = fs::read_to_string(folder().join("sizes.json")).expect("the results exist");
    for benchmark in small_benchmarks() {
        let name = benchmark.name;
        let source = fs::read(folder().join(&name).join(format!("{name}.nut"))).expect("the program exists");
        let mut options = CompileOptions::new(&name, Edition::Squirrel3);
        options.strip = true;
        let image = compile(&source, &options).image.expect("benchmarks compile");
        assert_eq!(image.len(), recorded(&results, &name), "{name}: run sizes.py --write");
    }
}

/// The size of an image in the results.
fn recorded(results: &str, name: &str) -> usize {
    let entry = results.split(&format!("\"{name}\": {{")).nth(1).expect("every benchmark has an entry");
    let after = entry.split("\"tamias\": ").nth(1).expect("entries have the size of the image");
    let digits: String = after.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().expect("sizes are numbers")
}
