//! `tamias lint`

use crate::args::Lint;
use crate::check;
use crate::exit::Exit;
use crate::report;
use anstream::println;
use tamias_compiler::codes::CodeInfo;
use tamias_compiler::lint::{self, Level, LintOptions};
use tamias_vm::Edition;

/// Looks at source texts with a choice of lints.
pub fn lint(args: &Lint) -> Exit {
    if args.list {
        list(args.options.edition.into());
        return Exit::Success;
    }
    match options(args) {
        Ok(options) => check::check_with(&args.files, &args.options, &options),
        Err(exit) => exit,
    }
}

fn options(args: &Lint) -> Result<LintOptions, Exit> {
    let mut options = LintOptions { deny_warnings: args.deny_warnings, ..LintOptions::default() };
    let choices = [(&args.warn, Level::Warn), (&args.deny, Level::Deny), (&args.allow, Level::Allow)];
    for (names, level) in choices {
        for name in names {
            for info in named(name)? {
                options.levels.insert(info.code, level);
            }
        }
    }
    Ok(options)
}

/// The lints that a name stands for.
fn named(name: &str) -> Result<Vec<&'static CodeInfo>, Exit> {
    if name == "all" {
        return Ok(lint::all().collect());
    }
    lint::find(name).map(|info| vec![info]).ok_or_else(|| {
        report::error(&format!("there is no lint `{name}`: `tamias lint --list` shows all"));
        Exit::Usage
    })
}

fn list(edition: Edition) {
    for info in lint::all() {
        let state = if lint::is_opt_in(info.code, edition) { "off" } else { "on" };
        println!("{} {:<24} {state:<4} {}", info.code, info.name, info.title);
    }
}
