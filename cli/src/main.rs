//! The `tamias` command.
//!
//! Results go to standard output, messages to standard error, and the exit
//! code says what happened (see [`exit`]). Everything that the command does is
//! in the libraries; here are arguments, files and the terminal.
#![forbid(unsafe_code)]

mod args;
mod bench;
mod check;
mod compile;
mod disasm;
mod exit;
mod explain;
mod fmt;
mod footprint;
mod input;
mod json;
mod lint;
mod names;
mod preprocess;
mod repl;
mod report;
mod run;
mod sources;
mod state;

use args::{Args, Command};
use clap::Parser;
use clap::error::ErrorKind;
use exit::Exit;
use std::process::ExitCode;
use tamias_vm::Driver;

/// Scripts never recurse on the native stack, but the compiler walks trees, whose depth it limits to what
/// fits here with room to spare.
const STACK_SIZE: usize = 64 << 20;

fn main() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => {
            // Help and version are answers, not mistakes.
            let _ = error.print();
            if error.kind() == ErrorKind::DisplayVersion && std::env::args().any(|arg| arg == "--verbose") {
                print_build();
            }
            return if error.use_stderr() { Exit::Usage.into() } else { Exit::Success.into() };
        }
    };
    args.color.apply();
    let worker = std::thread::Builder::new().stack_size(STACK_SIZE).spawn(move || dispatch(&args.command));
    match worker.map(|worker| worker.join()) {
        Ok(Ok(exit)) => exit.into(),
        // The panic has printed itself.
        Ok(Err(_)) | Err(_) => Exit::Internal.into(),
    }
}

/// Says how this build runs programs.
fn print_build() {
    println!("interpreter: {}", Driver::FASTEST.name());
    println!("values: {}", tamias_vm::VALUE_LAYOUT);
    println!("site caches: {}", tamias_vm::SITE_CACHES);
}

fn dispatch(command: &Command) -> Exit {
    match command {
        Command::Run(run) => run::run(run),
        Command::Compile(compile) => compile::compile(compile),
        Command::Check(check) => check::check(check),
        Command::Lint(lint) => lint::lint(lint),
        Command::Explain(explain) => explain::explain(explain),
        Command::Preprocess(args) => preprocess::preprocess(args),
        Command::Bench(args) => bench::bench(args),
        Command::Repl(args) => repl::repl(args),
        Command::Fmt(args) => fmt::fmt(args),
        Command::Disasm(disasm) => disasm::disasm(disasm),
    }
}
