//! `tamias explain`

use crate::args::Explain;
use crate::exit::Exit;
use crate::report;
use std::io::{self, Write};
use tamias_compiler::codes::{self, CodeInfo};

/// Prints the pages about codes.
pub fn explain(args: &Explain) -> Exit {
    let mut pages = Vec::new();
    for code in &args.codes {
        match find(code).and_then(|info| codes::page(info.code)) {
            Some(page) => pages.push(page),
            None => {
                report::error(&format!("there is no message with the code or name `{code}`"));
                return Exit::Usage;
            }
        }
    }
    // A closed pipe is the reader's decision.
    let _ = io::stdout().lock().write_all(pages.join("\n").as_bytes());
    Exit::Success
}

/// An entry by its code, with or without the letters and zeros in front, or by its name.
fn find(text: &str) -> Option<&'static CodeInfo> {
    let digits = text.trim_start_matches(|letter: char| letter.is_ascii_alphabetic());
    let number: Option<u16> = digits.parse().ok();
    codes::ALL.iter().find(|info| info.name == text || Some(info.code.0) == number)
}
