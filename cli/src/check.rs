//! `tamias check`

use crate::args::Check;
use crate::exit::Exit;
use crate::{input, report};

/// Compiles source texts and throws the images away. Goes on after a file with errors.
pub fn check(args: &Check) -> Exit {
    let mut worst = Exit::Success;
    for file in &args.files {
        let result = input::read(file)
            .and_then(|source| report::compile_source(file, &source, args.edition, true).map(drop));
        if let Err(exit) = result {
            // A file that cannot be read at all is worse than one with errors in it.
            worst = if worst == Exit::Usage { worst } else { exit };
        }
    }
    worst
}
