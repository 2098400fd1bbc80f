//! Which images list the constants of their program.

use tamias_bytecode::Image;
use tamias_compiler::edition::Edition;
use tamias_compiler::{CompileOptions, ListConstants, compile};

/// How many constants the image of a source text lists.
fn listed(source: &str, edition: Edition, list_constants: ListConstants) -> usize {
    let options = CompileOptions { list_constants, ..CompileOptions::new("device.nut", edition) };
    let image = compile(source.as_bytes(), &options).image.expect("the text is correct");
    Image::from_bytes(&image).expect("the image is valid").constants().count()
}

#[test]
fn only_programs_that_can_tell_have_their_constants_in_the_image() {
    use ListConstants::{Always, IfNamed};
    let silent = "const A = 1; enum E { X } print(A);";
    let asking = "const A = 1; enum E { X } print(getconsttable().A);";
    let compiling = "const A = 1; enum E { X } local f = compilestring; print(A);";
    assert_eq!(listed(silent, Edition::Squirrel3, IfNamed), 0);
    assert_eq!(listed(silent, Edition::Squirrel3, Always), 2);
    assert_eq!(listed(asking, Edition::Squirrel3, IfNamed), 2);
    assert_eq!(listed(compiling, Edition::Squirrel3, IfNamed), 2);
    for edition in [Edition::Imp, Edition::ImpCompat] {
        assert_eq!(listed(asking, edition, Always), 0, "impOS has no such functions");
    }
}
