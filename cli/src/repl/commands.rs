//! The commands of the prompt: lines that begin with a dot.

use super::session::{Ended, Session};
use crate::args::{EditionArg, parse_duration};
use crate::exit::Exit;
use crate::{input, report};
use anstream::println;
use clap::ValueEnum;

const HELP: &str = "\
.help              this list
.exit              the end (also Ctrl-D)
.load FILE         run a file as if it had been typed
.edition [NAME]    say which edition this is, or begin anew in another: imp, imp-compat, squirrel-3
.disasm [SOURCE]   show the instructions of a piece of program, or of the last one
.wait DURATION     let virtual time pass, for example `5s` or `15m`; timers run when they are due
.reset             begin anew

The last result is in the slot `_`. Variables declared with `local` are slots of the root table.
A piece goes on in the next line while brackets, strings, comments or statements are open.
Ctrl-C stops a program that runs.";

/// The names of the commands, for completion.
pub const NAMES: &[&str] = &[".help", ".exit", ".load", ".edition", ".disasm", ".wait", ".reset"];

/// Runs a command, without its dot.
pub fn run(session: &mut Session, command: &str) -> Result<(), Ended> {
    let (name, argument) = command.split_once(char::is_whitespace).unwrap_or((command, ""));
    let argument = argument.trim();
    match (name, argument) {
        ("help", _) => println!("{HELP}"),
        ("exit" | "quit", _) => return Err(Ended::Exit),
        ("edition", "") => println!("{}", session.description()),
        ("edition", edition) => {
            let edition = EditionArg::from_str(edition, true).map_err(|_| {
                usage(&format!("unknown edition `{edition}`: use imp, imp-compat or squirrel-3"))
            })?;
            session.restart(edition)?;
        }
        ("reset", _) => session.restart(session.edition_arg())?,
        ("load", "") => return Err(usage("`.load` needs the name of a file")),
        ("load", file) => {
            let source = input::read(file).map_err(Ended::Failed)?;
            session.run_named(&source, file)?;
        }
        ("disasm", source) => session.disassemble(source)?,
        ("wait", duration) => {
            let micros = parse_duration(duration).map_err(|error| usage(&error))?;
            session.wait(micros)?;
        }
        _ => return Err(usage(&format!("unknown command `.{name}`: .help lists them"))),
    }
    Ok(())
}

fn usage(message: &str) -> Ended {
    report::error(message);
    Ended::Failed(Exit::Usage)
}
