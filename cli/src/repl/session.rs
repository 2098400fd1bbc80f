//! A session: a machine and what its user has declared so far.

use super::machine::{Ending, Machine};
use super::show;
use crate::args::EditionArg;
use crate::exit::Exit;
use crate::report;
use anstream::println;
use std::time::Instant;
use tamias_bytecode::Image;
use tamias_bytecode::disasm::disassemble;
use tamias_compiler::diagnostic::Severity;
use tamias_compiler::prompt::{RESULT, prepare};
use tamias_compiler::{CompileOptions, ConstantValue, EnumMembers, ListConstants, compile};
use tamias_vm::{Cx, Edition};

/// Why an input was the last one, or not a success.
pub enum Ended {
    /// The user has had enough.
    Exit,
    /// Something was wrong, and has been reported.
    Failed(Exit),
}

/// What the prompt talks to.
pub struct Session {
    edition: EditionArg,
    module: String,
    machine: Machine,
    constants: Vec<(String, ConstantValue)>,
    enums: Vec<(String, EnumMembers)>,
    last_source: String,
    last_input: Instant,
}

impl Session {
    pub fn new(edition: EditionArg, module: &str) -> Result<Session, Exit> {
        Ok(Session {
            edition,
            module: module.to_string(),
            machine: Machine::new(edition.into(), module)?,
            constants: report::constants(edition),
            enums: Vec::new(),
            last_source: String::new(),
            last_input: Instant::now(),
        })
    }

    /// Forgets everything.
    pub fn restart(&mut self, edition: EditionArg) -> Result<(), Ended> {
        *self = Session::new(edition, &self.module).map_err(Ended::Failed)?;
        println!("{}", self.description());
        Ok(())
    }

    pub fn edition(&self) -> Edition {
        self.edition.into()
    }

    pub fn edition_arg(&self) -> EditionArg {
        self.edition
    }

    /// The edition and the module in a few words.
    pub fn description(&self) -> String {
        match self.edition {
            EditionArg::Imp => format!("edition imp on a simulated {}", self.module),
            EditionArg::ImpCompat => format!("edition imp-compat on a simulated {}", self.module),
            EditionArg::Squirrel3 => "edition squirrel-3".to_string(),
        }
    }

    /// The names of the constants and enums that the user has declared, and of those of the imp API.
    pub fn constant_names(&self) -> impl Iterator<Item = &str> {
        let constants = self.constants.iter().map(|(name, _)| name.as_str());
        constants.chain(self.enums.iter().map(|(name, _)| name.as_str()))
    }

    /// The names of the members of an enum.
    pub fn enum_members(&self, name: &str) -> impl Iterator<Item = &str> {
        let members = self.enums.iter().find(|(known, _)| known == name).map(|(_, members)| members);
        members.into_iter().flatten().map(|(member, _)| member.as_str())
    }

    /// Works with the values of the program.
    pub fn with<R>(&mut self, work: impl for<'v> FnOnce(&mut Cx<'v>) -> R) -> R {
        self.machine.with(work)
    }

    /// Lets as much virtual time pass as the user has needed for an input.
    pub fn catch_up(&mut self) {
        let elapsed = self.last_input.elapsed().as_micros() as u64;
        self.last_input = Instant::now();
        // What goes wrong in a callback is in the log.
        let _ = self.machine.wait(elapsed);
    }

    /// Lets virtual time pass.
    pub fn wait(&mut self, micros: u64) -> Result<(), Ended> {
        self.last_input = Instant::now();
        conclude(self.machine.wait(micros))
    }

    /// Runs a piece of program and prints its result.
    pub fn run(&mut self, source: &str) -> Result<(), Ended> {
        self.last_source = source.to_string();
        self.run_named(source.as_bytes(), "<input>")
    }

    /// Runs a piece of program from somewhere.
    pub fn run_named(&mut self, source: &[u8], name: &str) -> Result<(), Ended> {
        let piece = prepare(source, self.edition());
        let image = self.compile(source, &piece.text, name)?;
        conclude(self.machine.run(&image))?;
        if piece.has_result
            && let Some(text) = self.machine.with(result)
        {
            println!("{text}");
        }
        Ok(())
    }

    /// Prints the instructions of a piece of program.
    pub fn disassemble(&mut self, source: &str) -> Result<(), Ended> {
        let source = if source.is_empty() { self.last_source.clone() } else { source.to_string() };
        let image = self.compile(source.as_bytes(), source.as_bytes(), "<input>")?;
        let image = Image::from_bytes(&image).map_err(|error| {
            report::error(&error.to_string());
            Ended::Failed(Exit::Internal)
        })?;
        let mut text = String::new();
        // Writing to a string does not fail.
        let _ = disassemble(&image, &|_: &[u8]| Some(source.as_bytes()), &mut text);
        println!("{}", text.trim_end());
        Ok(())
    }

    /// Compiles the prepared text. Messages show the original, in which the user can find them.
    fn compile(&mut self, source: &[u8], text: &[u8], name: &str) -> Result<Vec<u8>, Ended> {
        let options = CompileOptions {
            constants: self.constants.clone(),
            enums: self.enums.clone(),
            list_constants: ListConstants::Always,
            ..CompileOptions::new(name, self.edition())
        };
        let compilation = compile(text, &options);
        if compilation.diagnostics.is_empty() {
            return self.accept(compilation);
        }
        let original = compile(source, &options);
        if original.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error) {
            report::list(name, source, &original.diagnostics);
        } else {
            report::list(name, text, &compilation.diagnostics);
        }
        self.accept(compilation)
    }

    /// Keeps what a compiled piece declares.
    fn accept(&mut self, compilation: tamias_compiler::Compilation) -> Result<Vec<u8>, Ended> {
        let image = compilation.image.ok_or(Ended::Failed(Exit::SourceErrors))?;
        for (name, value) in compilation.constants {
            self.constants.retain(|(known, _)| *known != name);
            self.constants.push((name, value));
        }
        for (name, members) in compilation.enums {
            self.enums.retain(|(known, _)| *known != name);
            self.enums.push((name, members));
        }
        Ok(image)
    }
}

/// The last result as text; none if it is `null`.
fn result(cx: &mut Cx<'_>) -> Option<String> {
    let value = cx.root().get_named(cx, RESULT)?;
    (!value.is_null()).then(|| show::value(cx, value))
}

fn conclude(ending: Ending) -> Result<(), Ended> {
    match ending {
        Ending::Done => Ok(()),
        Ending::Failed(exit) => Err(Ended::Failed(exit)),
        Ending::Interrupted => {
            report::error("interrupted");
            Err(Ended::Failed(Exit::ScriptFailed))
        }
    }
}
