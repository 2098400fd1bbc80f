//! One test for each conformance case, edition and mode.

use libtest_mimic::{Arguments, Failed, Trial};
use std::fs;
use std::path::Path;
use tamias_conformance::cases::{self, Case, exceptions};
use tamias_conformance::{Mode, check, run};
use tamias_vm::{Driver, Edition};

fn main() {
    let arguments = Arguments::from_args();
    let not_in_imp = exceptions("not-in-imp.txt");
    let mut trials = Vec::new();
    for Case { name, program } in cases::all() {
        let mut add = |group: &str, edition, mode| {
            let program = program.clone();
            trials.push(Trial::test(format!("{group}/{name}"), move || run_case(&program, edition, mode)));
        };
        add("squirrel-3", Edition::Squirrel3, Mode::Normal);
        if Driver::FASTEST != Driver::Match {
            add("match", Edition::Squirrel3, Mode::Match);
        }
        add("audit", Edition::Squirrel3, Mode::Audit);
        if !not_in_imp.contains(&name) {
            add("imp", Edition::Imp, Mode::Normal);
        }
    }
    libtest_mimic::run(&arguments, trials).exit();
}

fn run_case(case: &Path, edition: Edition, mode: Mode) -> Result<(), Failed> {
    let source = fs::read(case)?;
    let expected = fs::read(case.with_extension("out"))?;
    check(&run(&source, edition, mode), &expected).map_err(Failed::from)
}
