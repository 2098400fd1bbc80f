//! `tamias preprocess`

use crate::args::Preprocess;
use crate::compile::write;
use crate::exit::Exit;
use crate::input;
use crate::report::Tally;
use tamias_compiler::preprocess::with_control_lines;

/// Writes the text that would be compiled.
pub fn preprocess(args: &Preprocess) -> Exit {
    match try_preprocess(args) {
        Ok(()) => Exit::Success,
        Err(exit) => exit,
    }
}

fn try_preprocess(args: &Preprocess) -> Result<(), Exit> {
    let source = input::read(&args.file)?;
    let program = args.sources.preprocess(&args.file, &source);
    let mut tally = Tally::default();
    tally.print(&program.map, &program.diagnostics);
    tally.print_summary();
    if program.has_errors() {
        return Err(Exit::SourceErrors);
    }
    write(&args.output, &if args.control_lines { with_control_lines(&program) } else { program.text })
}
