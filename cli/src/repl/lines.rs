//! Where input comes from: a terminal with editing and history, or a pipe.

use super::complete::complete;
use super::session::Session;
use crate::state;
use rustyline::completion::Completer;
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::FileHistory;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{Config, Context, Editor, Helper};
use std::cell::RefCell;
use std::path::PathBuf;
use std::rc::Rc;
use std::{fs, io};
use tamias_compiler::prompt::is_complete;
use tamias_vm::Edition;

const PROMPT: &str = "> ";

/// How many inputs the history keeps.
const HISTORY_LENGTH: usize = 1000;

/// One turn of the user.
pub enum Input {
    /// A command or a whole piece of program.
    Piece(String),
    /// Ctrl-C: what has been typed so far is forgotten.
    Interrupted,
    /// Nothing more comes.
    End,
}

pub enum Lines {
    Terminal(Box<Editor<Assistant, FileHistory>>),
    Pipe,
}

impl Lines {
    pub fn terminal(session: Rc<RefCell<Session>>) -> Lines {
        let config = Config::builder().max_history_size(HISTORY_LENGTH).map(|config| config.build());
        let Ok(mut editor) = Editor::with_config(config.unwrap_or_default()) else { return Lines::Pipe };
        editor.set_helper(Some(Assistant { session }));
        if let Some(file) = history_file() {
            // The first time there is none.
            let _ = editor.load_history(&file);
        }
        Lines::Terminal(Box::new(editor))
    }

    pub fn is_terminal(&self) -> bool {
        matches!(self, Lines::Terminal(_))
    }

    pub fn next_input(&mut self, edition: Edition) -> Input {
        match self {
            Lines::Terminal(editor) => from_terminal(editor),
            Lines::Pipe => from_pipe(edition),
        }
    }
}

fn from_terminal(editor: &mut Editor<Assistant, FileHistory>) -> Input {
    match editor.readline(PROMPT) {
        Ok(line) => {
            let _ = editor.add_history_entry(line.as_str());
            if let Some(file) = history_file() {
                let folder = file.parent().map_or(Ok(()), fs::create_dir_all);
                // A history that cannot be kept is no reason to disturb anybody.
                let _ = folder.map(|()| editor.save_history(&file));
            }
            Input::Piece(line)
        }
        Err(ReadlineError::Interrupted) => Input::Interrupted,
        Err(_) => Input::End,
    }
}

/// Lines up to the end of a piece.
fn from_pipe(edition: Edition) -> Input {
    let mut text = String::new();
    loop {
        let mut line = Vec::new();
        match io::BufRead::read_until(&mut io::stdin().lock(), b'\n', &mut line) {
            Ok(0) | Err(_) if text.trim().is_empty() => return Input::End,
            Ok(0) | Err(_) => return Input::Piece(text),
            Ok(_) => text.push_str(&String::from_utf8_lossy(&line)),
        }
        if is_whole(&text, edition) {
            return Input::Piece(text);
        }
    }
}

fn is_whole(text: &str, edition: Edition) -> bool {
    text.trim_start().starts_with('.') || is_complete(text.as_bytes(), edition)
}

fn history_file() -> Option<PathBuf> {
    Some(state::folder()?.join("history"))
}

/// What the line editor asks.
pub struct Assistant {
    session: Rc<RefCell<Session>>,
}

impl Helper for Assistant {}
impl Highlighter for Assistant {}

impl Hinter for Assistant {
    type Hint = String;
}

impl Validator for Assistant {
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        let edition = self.session.borrow().edition();
        Ok(match is_whole(context.input(), edition) {
            true => ValidationResult::Valid(None),
            false => ValidationResult::Incomplete,
        })
    }
}

impl Completer for Assistant {
    type Candidate = String;

    fn complete(
        &self,
        line: &str,
        position: usize,
        _: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<String>)> {
        Ok(complete(&mut self.session.borrow_mut(), &line[..position]))
    }
}
