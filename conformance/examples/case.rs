//! Runs a program as the cases of the collection are run, and prints what its `.out` file would hold:
//!
//!     cargo run -p tamias-conformance --example case -- imp program.nut
//!
//! The first argument is an edition, or `agent` for edition `imp` on the side of the agent. A third one can be the
//! folder of the libraries for `#require`.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use tamias_conformance::{Ending, Mode, Run, run, run_agent, run_with_libraries};
use tamias_vm::Edition;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [edition, path, libraries @ ..] = arguments.as_slice() else {
        eprintln!("usage: case EDITION PROGRAM [LIBRARIES]");
        return ExitCode::from(2);
    };
    let source = match std::fs::read(path) {
        Ok(source) => source,
        Err(error) => {
            eprintln!("cannot read {path}: {error}");
            return ExitCode::from(2);
        }
    };
    let run = match Edition::from_name(edition) {
        Some(edition) => match libraries.first() {
            Some(folder) => run_with_libraries(&source, edition, Mode::Normal, Path::new(folder)),
            None => run(&source, edition, Mode::Normal),
        },
        None if edition == "agent" => run_agent(&source, Edition::Imp, Mode::Normal),
        None => {
            eprintln!("there is no edition {edition}");
            return ExitCode::from(2);
        }
    };
    match std::io::stdout().write_all(&out_file(run)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

/// What a case expects that behaves like this run.
fn out_file(run: Run) -> Vec<u8> {
    let mut out = run.output;
    let end = match run.ending {
        Ending::Done => return out,
        Ending::Rejected(errors) => errors
            .first()
            .map_or(String::new(), |(line, title)| format!("COMPILE ERROR: line {line}: {title}\n")),
        Ending::Error(message) => {
            let trace = run.trace.iter().map(|line| format!("ERROR:   {line}\n"));
            format!("ERROR: {message}\n") + &trace.collect::<String>()
        }
        Ending::OutOfMemory => "ERROR: out of memory\n".to_string(),
        Ending::Timeout => "ERROR: it takes too long\n".to_string(),
    };
    if !out.is_empty() && !out.ends_with(b"\n") {
        out.push(b'\n');
    }
    out.extend_from_slice(end.as_bytes());
    out
}
