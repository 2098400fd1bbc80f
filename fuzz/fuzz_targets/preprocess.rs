//! Files of a program for the Builder, separated by NUL bytes: preprocessing ends, and every place of the result
//! and of the messages is one in a file.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::sync::Arc;
use tamias_compiler::preprocess::{
    LibraryFailure, LoadFailure, Loaded, Options, Program, SourceLoader, UseBuilder, preprocess, with_control_lines,
};
use tamias_compiler::{CompileOptions, compile};
use tamias_vm::Edition;

/// The files of the input: `0` is the program.
struct Files<'d>(Vec<&'d [u8]>);

impl Files<'_> {
    fn find(&self, name: &str) -> Option<Loaded> {
        let number = name.rsplit('/').next()?.trim_end_matches(".nut").parse::<usize>().ok()?;
        Some(Loaded { name: format!("{number}.nut"), text: Arc::from(*self.0.get(number)?) })
    }
}

impl SourceLoader for Files<'_> {
    fn load(&mut self, location: &str) -> Result<Loaded, LoadFailure> {
        self.find(location).ok_or(LoadFailure::NotFound)
    }

    fn library(&mut self, name: &str, _version: &str) -> Result<Loaded, LibraryFailure> {
        let message = format!("there is no library `{name}`");
        self.find(name).ok_or(LibraryFailure { message, help: None, is_optional: false })
    }

    fn has_libraries(&self) -> bool {
        true
    }
}

fuzz_target!(|data: &[u8]| {
    let mut files = Files(data.split(|byte| *byte == 0).collect());
    let text = files.0[0];
    let program = Program { name: "0.nut", location: "/0.nut", text };
    let options = Options { builder: UseBuilder::Always, ..Options::default() };
    let result = preprocess(&program, &options, &mut files);
    for diagnostic in &result.diagnostics {
        result.map.place(result.map.locate(diagnostic.span));
    }
    with_control_lines(&result);
    if !result.has_errors() {
        for diagnostic in compile(&result.text, &CompileOptions::new("0.nut", Edition::Imp)).diagnostics {
            result.map.place(result.map.locate(diagnostic.span));
        }
    }
});
