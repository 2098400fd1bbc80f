//! `tamias check`

use crate::args::{Check, CheckOptions, Format};
use crate::exit::Exit;
use crate::names::{self, Target};
use crate::report::{self, Tally};
use crate::{input, json};
use std::io::{self, Write};
use tamias_compiler::lint::LintOptions;
use tamias_compiler::source_map::SourceMap;
use tamias_compiler::{Compilation, compile_program};

/// Looks at source texts with the lints that are on by default.
pub fn check(args: &Check) -> Exit {
    check_with(&args.files, &args.options, &LintOptions::default())
}

/// Compiles source texts, throws the images away and prints what was found. Goes on after a file with errors.
pub fn check_with(files: &[String], args: &CheckOptions, lints: &LintOptions) -> Exit {
    let target = match Target::of(args) {
        Ok(target) => target,
        Err(exit) => return exit,
    };
    let mut checker = Checker { args, lints, target, tally: Tally::default() };
    let mut worst = Exit::Success;
    for file in files {
        match checker.file(file) {
            Ok(()) => {}
            // A file that cannot be read at all is worse than one with errors in it.
            Err(exit) => worst = if worst == Exit::Usage { worst } else { exit },
        }
    }
    if args.format == Format::Text {
        checker.tally.print_summary();
    }
    worst
}

struct Checker<'a> {
    args: &'a CheckOptions,
    lints: &'a LintOptions,
    target: Target,
    tally: Tally,
}

impl Checker<'_> {
    fn file(&mut self, file: &str) -> Result<(), Exit> {
        let source = input::read(file)?;
        let mut options = report::options(file, self.args.edition);
        let mut lints = self.lints.clone();
        lints.names = Some(names::of(&self.target, file));
        options.lints = Some(lints);
        let program = self.args.sources.preprocess(file, &source);
        let compilation = compile_program(&program, &options);
        self.print(&program.map, &compilation);
        if compilation.image.is_some() { Ok(()) } else { Err(Exit::SourceErrors) }
    }

    fn print(&mut self, map: &SourceMap, compilation: &Compilation) {
        match self.args.format {
            Format::Text => self.tally.print(map, &compilation.diagnostics),
            Format::Json => {
                let lines = json::lines(map, &compilation.diagnostics);
                // A closed pipe is the reader's decision.
                let _ = io::stdout().lock().write_all(lines.as_bytes());
            }
        }
    }
}
