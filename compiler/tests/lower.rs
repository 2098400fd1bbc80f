//! Code of small programs, one construct for each file of `lower/`.
//!
//! Files ending in `.3.nut` are in the edition `squirrel-3`, the others in `imp`.

use tamias_bytecode::Image;
use tamias_bytecode::disasm::disassemble;
use tamias_compiler::edition::Edition;
use tamias_compiler::{CompileOptions, compile};

/// The only function of this file that touches the APIs.
fn lowered(source: &[u8], edition: Edition) -> String {
    let mut options = CompileOptions::new("test.nut", edition);
    let compilation = compile(source, &options);
    assert_eq!(compilation.diagnostics, [], "{}", source.escape_ascii());
    let bytes = compilation.image.expect("there are no diagnostics");
    assert_eq!(compile(source, &options).image.as_deref(), Some(&bytes[..]), "images are reproducible");
    options.strip = true;
    let stripped = compile(source, &options).image.expect("there are no diagnostics");
    Image::from_bytes(&stripped).expect("stripped images are valid");

    let image = Image::from_bytes(&bytes).expect("images are valid");
    let mut text = String::new();
    disassemble(&image, &|_| Some(source), &mut text).expect("strings can be written to");
    text
}

#[test]
fn code() {
    insta::glob!("lower/*.nut", |path| {
        let source = std::fs::read(path).expect("the file exists");
        let is_squirrel_3 = path.to_string_lossy().ends_with(".3.nut");
        let edition = if is_squirrel_3 { Edition::Squirrel3 } else { Edition::Imp };
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!("code", lowered(&source, edition));
        });
    });
}
