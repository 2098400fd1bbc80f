//! Runs random programs in several ways and shows those for which the results differ.

use clap::Parser;
use std::mem::discriminant;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::thread;
use tamias_difftest::choices::Choices;
use tamias_difftest::configuration::Configuration;
use tamias_difftest::generate::{Dialect, generate};
use tamias_difftest::minimise::minimise;
use tamias_difftest::program::Program;
use tamias_difftest::reference::Reference;
use tamias_difftest::result::{Ending, RunResult};

/// Runs random programs in several ways and compares what they do.
#[derive(Parser, Debug)]
struct Arguments {
    /// The number of the first program.
    #[arg(long, default_value_t = 0)]
    first: u64,
    /// How many programs to run.
    #[arg(long, default_value_t = 1_000)]
    count: u64,
    /// Compare with these configurations, too.
    #[arg(long, value_delimiter = ',')]
    with: Vec<Configuration>,
    /// Compare with the reference implementation: a Python interpreter that has the package `squirrel-lang`.
    #[arg(long)]
    reference: Option<String>,
    /// How many programs run at the same time.
    #[arg(long, default_value_t = 1)]
    jobs: usize,
    /// Stop after this many differences.
    #[arg(long, default_value_t = 10)]
    stop_after: usize,
    /// Show the first program and its result, and stop.
    #[arg(long)]
    show: bool,
}

/// Programs that are given to the reference at once.
const BATCH: u64 = 200;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if arguments.show {
        let program = program_of(arguments.first, &arguments);
        println!("{program}\n{}", Configuration::Plain.run(&program.to_string()));
        return ExitCode::SUCCESS;
    }
    // What a panic says is part of the result.
    std::panic::set_hook(Box::new(|_| {}));
    let counts = Counts::default();
    thread::scope(|scope| {
        for _ in 0..arguments.jobs {
            scope.spawn(|| work(&arguments, &counts));
        }
    });
    let count = |counter: &AtomicUsize| counter.load(Ordering::Relaxed);
    println!(
        "{} programs, {} without an uncaught error, {} that the reference did not survive, {} differences",
        count(&counts.programs),
        count(&counts.done),
        count(&counts.crashes),
        count(&counts.differences)
    );
    if count(&counts.differences) == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// What happened so far.
#[derive(Debug, Default)]
struct Counts {
    next: AtomicU64,
    programs: AtomicUsize,
    done: AtomicUsize,
    crashes: AtomicUsize,
    differences: AtomicUsize,
}

fn program_of(number: u64, arguments: &Arguments) -> Program {
    let is_common = arguments.with.contains(&Configuration::Imp);
    generate(&mut Choices::from_seed(number), if is_common { Dialect::Common } else { Dialect::Squirrel3 })
}

fn work(arguments: &Arguments, counts: &Counts) {
    let mut others = Others {
        configurations: &arguments.with,
        reference: arguments.reference.as_deref().map(Reference::new),
    };
    loop {
        let first = counts.next.fetch_add(BATCH, Ordering::Relaxed);
        if first >= arguments.count || counts.differences.load(Ordering::Relaxed) >= arguments.stop_after {
            return;
        }
        let numbers = first..arguments.count.min(first + BATCH);
        let programs: Vec<Program> =
            numbers.clone().map(|number| program_of(arguments.first + number, arguments)).collect();
        let references = others.references(&programs);
        for ((number, program), reference) in numbers.zip(programs).zip(references) {
            examine(arguments.first + number, &program, reference, &mut others, counts);
        }
    }
}

fn examine(
    number: u64,
    program: &Program,
    reference: Option<RunResult>,
    others: &mut Others,
    counts: &Counts,
) {
    let plain = Configuration::Plain.run(&program.to_string());
    counts.programs.fetch_add(1, Ordering::Relaxed);
    if plain.ending == Ending::Done {
        counts.done.fetch_add(1, Ordering::Relaxed);
    }
    match others.compare(program, &plain, reference) {
        Comparison::Same => {}
        Comparison::ReferenceCrashed(how) => {
            counts.crashes.fetch_add(1, Ordering::Relaxed);
            println!("program {number}: the reference did not survive it ({how})");
        }
        Comparison::Different { with, how } => {
            counts.differences.fetch_add(1, Ordering::Relaxed);
            report(number, program, &plain.ending, &with, &how, others);
        }
    }
}

fn report(number: u64, program: &Program, ending: &Ending, with: &str, how: &str, others: &mut Others) {
    println!("program {number}: plain and {with} differ in {how}");
    let minimal = minimise(program, |candidate| {
        let plain = Configuration::Plain.run(&candidate.to_string());
        let is_same = |comparison: &Comparison| matches!(comparison, Comparison::Different { with: other, .. } if other == with);
        discriminant(&plain.ending) == discriminant(ending)
            && !is_suspended_main(&plain)
            && is_same(&others.compare_all(candidate, &plain))
    });
    let plain = Configuration::Plain.run(&minimal.to_string());
    if let Comparison::Different { how, .. } = others.compare_all(&minimal, &plain) {
        println!("minimal: {how}");
    }
    println!("{}----", Program { prelude: "", ..minimal });
}

/// Whether the program suspends itself. It may if another program runs it, as that of the reference does.
fn is_suspended_main(result: &RunResult) -> bool {
    matches!(&result.ending, Ending::Error(text) if text.starts_with("cannot suspend"))
}

/// What programs are compared with.
#[derive(Debug)]
struct Others<'a> {
    configurations: &'a [Configuration],
    reference: Option<Reference>,
}

#[derive(Debug)]
enum Comparison {
    Same,
    Different { with: String, how: String },
    ReferenceCrashed(String),
}

impl Others<'_> {
    /// What the reference does, for each program, if there is a reference.
    fn references(&mut self, programs: &[Program]) -> Vec<Option<RunResult>> {
        let Some(reference) = &mut self.reference else { return vec![None; programs.len()] };
        let sources: Vec<String> = programs.iter().map(Program::to_string).collect();
        let results = reference.run_all(&sources).unwrap_or_else(|error| {
            eprintln!("error: the reference cannot be started: {error}");
            std::process::exit(2);
        });
        results.into_iter().map(Some).collect()
    }

    fn compare_all(&mut self, program: &Program, plain: &RunResult) -> Comparison {
        let reference = self.references(std::slice::from_ref(program)).pop().flatten();
        self.compare(program, plain, reference)
    }

    fn compare(&self, program: &Program, plain: &RunResult, reference: Option<RunResult>) -> Comparison {
        let source = program.to_string();
        if let Ending::Crashed(how) = &plain.ending {
            return Comparison::Different { with: "itself".to_string(), how: how.clone() };
        }
        for configuration in self.configurations {
            if let Some(how) = configuration.contradiction(plain, &configuration.run(&source)) {
                return Comparison::Different { with: format!("{configuration:?}"), how };
            }
        }
        let Some(result) = reference else { return Comparison::Same };
        // Its stack cannot grow there, and begins small in threads.
        let limit = "stack overflow, cannot resize stack while in a metamethod";
        if String::from_utf8_lossy(&result.output).contains(limit) {
            return Comparison::ReferenceCrashed(limit.to_string());
        }
        match (&result.ending, plain.difference(&result)) {
            (Ending::Crashed(how), _) => Comparison::ReferenceCrashed(how.clone()),
            (_, Some(how)) => Comparison::Different { with: "the reference".to_string(), how },
            (_, None) => Comparison::Same,
        }
    }
}
