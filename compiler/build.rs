//! Generates the parsers from `src/grammar.lalrpop`: one that recovers from errors, and one that does not.
//!
//! What recovery returns is the largest thing that a parser's stack can hold, and the only one that has to be dropped.
//! Most texts have no error, so a parser without it reads them first.

use std::path::PathBuf;
use std::{env, fs};

const GRAMMAR: &str = "src/grammar.lalrpop";

/// The nonterminal that stands for what could not be understood. It stands in lines of its own.
const RECOVERY: &str = "Unreadable";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed={GRAMMAR}");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let grammar = fs::read_to_string(GRAMMAR)?;
    let (recovering, strict): (Vec<&str>, Vec<&str>) =
        grammar.lines().partition(|line| line.contains(RECOVERY));
    for line in recovering {
        let is_whole = line.trim_start().starts_with("//") || line.ends_with([',', ';']);
        assert!(is_whole, "{RECOVERY} is in a part of a rule: {line}");
    }
    let strict_path = out.join("strict.lalrpop");
    fs::write(&strict_path, strict.join("\n"))?;

    let mut configuration = lalrpop::Configuration::new();
    configuration.emit_rerun_directives(false).force_build(true).set_out_dir(&out);
    configuration.process_file(GRAMMAR)?;
    configuration.process_file(strict_path)?;
    Ok(())
}
