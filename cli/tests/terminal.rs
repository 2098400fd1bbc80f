//! The prompt at a real terminal: editing, history, completion and the control keys.
//!
//! What is waited for never stands in what is typed, because a terminal shows that, too. The next line is typed when
//! the prompt is there; nothing is waited for by time, so that only a machine that does nothing for minutes fails.
#![cfg(unix)]

use rexpect::error::Error;
use rexpect::session::{PtySession, spawn_command};
use std::path::Path;
use std::process::Command;

/// How long a slow machine may take for one answer, in milliseconds.
const PATIENCE: u64 = 120_000;

/// The key that goes back in the history, as terminals send it.
const UP: &str = "\x1b[A";

/// Starts the prompt and waits until it is there.
fn start(state: &Path) -> Result<PtySession, Error> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tamias"));
    command.args(["repl", "--color", "never"]);
    command.env("TERM", "xterm").env("XDG_STATE_HOME", state);
    let mut terminal = spawn_command(command, Some(PATIENCE))?;
    terminal.exp_string(".help lists the commands")?;
    terminal.exp_string("> ")?;
    Ok(terminal)
}

/// Types a line and waits for what it gives and for the next prompt.
fn enter(terminal: &mut PtySession, line: &str, answer: &str) -> Result<(), Error> {
    terminal.send_line(line)?;
    terminal.exp_string(answer)?;
    terminal.exp_string("> ")?;
    Ok(())
}

/// Ends it with Ctrl-D.
fn end(mut terminal: PtySession) -> Result<(), Error> {
    terminal.send_control('d')?;
    terminal.exp_eof()?;
    Ok(())
}

#[test]
fn pieces_of_several_lines_are_one_input() -> Result<(), Error> {
    let state = tempfile::tempdir().expect("a folder");
    let mut terminal = start(state.path())?;
    for line in ["print(\"do\" +", "    \"ne\\n\"", ")"] {
        terminal.send_line(line)?;
    }
    terminal.exp_string("done")?;
    terminal.exp_string("> ")?;
    enter(&mut terminal, "6 * 7", "42")?;
    end(terminal)
}

#[test]
fn tab_completes_names() -> Result<(), Error> {
    let state = tempfile::tempdir().expect("a folder");
    let mut terminal = start(state.path())?;
    enter(&mut terminal, "local thermometer = 31; 5 * 5", "25")?;
    enter(&mut terminal, "thermo\t * 3", "93")?;
    end(terminal)
}

#[test]
fn the_history_outlives_the_prompt() -> Result<(), Error> {
    let state = tempfile::tempdir().expect("a folder");
    let mut terminal = start(state.path())?;
    enter(&mut terminal, "123 * 1000 + 456", "123456")?;
    end(terminal)?;
    let mut terminal = start(state.path())?;
    enter(&mut terminal, UP, "123456")?;
    end(terminal)
}

#[test]
fn control_c_stops_what_runs_and_not_the_prompt() -> Result<(), Error> {
    let state = tempfile::tempdir().expect("a folder");
    let mut terminal = start(state.path())?;
    terminal.send_line("print(\"star\" + \"ted\\n\"); while (true) {}")?;
    terminal.exp_string("started")?;
    terminal.send_control('c')?;
    terminal.exp_string("interrupted")?;
    terminal.exp_string("> ")?;
    enter(&mut terminal, "6 * 7", "42")?;
    end(terminal)
}

#[test]
fn control_c_at_the_prompt_forgets_what_was_typed() -> Result<(), Error> {
    let state = tempfile::tempdir().expect("a folder");
    let mut terminal = start(state.path())?;
    terminal.send("nothing.of.this +")?;
    terminal.flush()?;
    terminal.exp_string("this +")?;
    terminal.send_control('c')?;
    terminal.exp_string("> ")?;
    enter(&mut terminal, "6 * 7", "42")?;
    end(terminal)
}
