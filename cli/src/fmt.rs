//! `tamias fmt`

use crate::args::EditionArg;
use crate::exit::Exit;
use crate::{input, report};
use anstream::println;
use similar::TextDiff;
use std::io::{self, Write};
use std::path::Path;
use std::{env, fs, process};
use tamias_compiler::format::{FormatError, format};

/// `tamias fmt`
#[derive(clap::Args)]
pub struct Fmt {
    /// Source texts; `-` formats standard input to standard output.
    #[arg(required_unless_present = "stdin")]
    files: Vec<String>,
    /// Format standard input to standard output: the same as `-`.
    #[arg(long, conflicts_with = "files")]
    stdin: bool,
    /// Change nothing; list the files that are not formatted, and exit with 1 if there are any.
    #[arg(long)]
    check: bool,
    /// Change nothing; show what would change, and exit with 1 if anything would.
    #[arg(long, conflicts_with = "check")]
    diff: bool,
    /// The dialect.
    #[arg(long, value_enum, default_value_t = EditionArg::Imp)]
    edition: EditionArg,
}

/// Formats source texts in place. A file with syntax errors is left as it is; the others are formatted nevertheless.
pub fn fmt(args: &Fmt) -> Exit {
    let stdin = ["-".to_string()];
    let files = if args.stdin { &stdin[..] } else { &args.files };
    let mut worst = Exit::Success;
    for file in files {
        worst = worse(worst, format_file(file, args).unwrap_or_else(|exit| exit));
    }
    worst
}

/// The one of two results that the caller has to know about: codes are in this order.
fn worse(one: Exit, other: Exit) -> Exit {
    if one as u8 >= other as u8 { one } else { other }
}

fn format_file(file: &str, args: &Fmt) -> Result<Exit, Exit> {
    let source = input::read(file)?;
    let text = format(&source, args.edition.into()).map_err(|error| report_error(file, &source, error))?;
    if args.check || args.diff {
        return Ok(show_change(file, &source, &text, args));
    }
    if file == "-" {
        // A closed pipe is the reader's decision.
        let _ = io::stdout().lock().write_all(&text);
    } else if text != source {
        replace(file, &text)?;
    }
    Ok(Exit::Success)
}

fn report_error(file: &str, source: &[u8], error: FormatError) -> Exit {
    match error {
        FormatError::Syntax(diagnostics) => {
            report::list(file, source, &diagnostics);
            Exit::SourceErrors
        }
        FormatError::TokensDiffer { offset } => {
            let name = input::display_name(file);
            report::error(&format!(
                "the formatter is at fault: it would change the program `{name}` at byte {offset}; the file is as it was"
            ));
            Exit::Internal
        }
    }
}

fn show_change(file: &str, source: &[u8], text: &[u8], args: &Fmt) -> Exit {
    if text == source {
        return Exit::Success;
    }
    let name = input::display_name(file);
    if args.check {
        println!("{name}");
    } else {
        let (old, new) = (String::from_utf8_lossy(source), String::from_utf8_lossy(text));
        let diff = TextDiff::from_lines(old.as_ref(), new.as_ref());
        print_diff(&diff.unified_diff().header(name, name).to_string());
    }
    Exit::ScriptFailed
}

fn print_diff(diff: &str) {
    for line in diff.lines() {
        match line.as_bytes().first() {
            Some(b'+') => println!("\x1b[32m{line}\x1b[0m"),
            Some(b'-') => println!("\x1b[31m{line}\x1b[0m"),
            _ => println!("{line}"),
        }
    }
}

/// Writes a file so that a reader, or a crash, never sees half of it.
fn replace(file: &str, text: &[u8]) -> Result<(), Exit> {
    try_replace(Path::new(file), text).map_err(|error| {
        report::error(&format!("cannot write `{file}`: {error}"));
        Exit::Usage
    })
}

fn try_replace(file: &Path, text: &[u8]) -> io::Result<()> {
    // A link is followed: it is to stay a link.
    let file = fs::canonicalize(file)?;
    let folder = file.parent().map_or_else(env::current_dir, |folder| Ok(folder.to_path_buf()))?;
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let new = folder.join(format!(".{name}.{}.tmp", process::id()));
    let result = fs::write(&new, text)
        .and_then(|()| fs::set_permissions(&new, fs::metadata(&file)?.permissions()))
        .and_then(|()| fs::rename(&new, &file));
    if result.is_err() {
        let _ = fs::remove_file(&new);
    }
    result
}
