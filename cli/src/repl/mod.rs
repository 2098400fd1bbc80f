//! `tamias repl`: a prompt.
//!
//! [`lines`] reads pieces of program, from a terminal or a pipe, [`machine`]
//! runs them, [`show`] prints what comes out, [`complete`] knows which names
//! there are. What a piece leaves for the next one is decided in
//! [`tamias_compiler::prompt`]. `docs/repl.md` is the description for users.

mod commands;
mod complete;
mod lines;
mod machine;
mod session;
mod show;

use crate::args::EditionArg;
use crate::exit::Exit;
use anstream::println;
use lines::{Input, Lines};
use session::Session;
use std::cell::RefCell;
use std::io::{self, IsTerminal};
use std::rc::Rc;

/// `tamias repl`
#[derive(clap::Args)]
pub struct Repl {
    /// The dialect.
    #[arg(long, value_enum, default_value_t = EditionArg::Imp)]
    edition: EditionArg,
    /// The simulated module; editions imp and imp-compat only.
    #[arg(long, default_value = "imp006")]
    module: String,
}

/// Reads, runs and prints until the input ends.
pub fn repl(args: &Repl) -> Exit {
    let session = match Session::new(args.edition, &args.module) {
        Ok(session) => Rc::new(RefCell::new(session)),
        Err(exit) => return exit,
    };
    machine::catch_interrupts();
    let mut lines = match io::stdin().is_terminal() {
        true => Lines::terminal(Rc::clone(&session)),
        false => Lines::Pipe,
    };
    if lines.is_terminal() {
        println!(
            "tamias {}, {}; .help lists the commands",
            env!("CARGO_PKG_VERSION"),
            session.borrow().description()
        );
    }
    let mut worst = Exit::Success;
    loop {
        let edition = session.borrow().edition();
        let input = match lines.next_input(edition) {
            Input::Piece(input) => input,
            Input::Interrupted => continue,
            Input::End => return worst,
        };
        let mut session = session.borrow_mut();
        if lines.is_terminal() {
            session.catch_up();
        }
        let result = match input.trim().strip_prefix('.') {
            Some(command) => commands::run(&mut session, command),
            None => session.run(&input),
        };
        match result {
            Ok(()) => {}
            Err(session::Ended::Exit) => return worst,
            // At a terminal everybody has seen it, and goes on.
            Err(session::Ended::Failed(exit)) if !lines.is_terminal() => worst = exit,
            Err(session::Ended::Failed(_)) => {}
        }
    }
}
