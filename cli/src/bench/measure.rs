//! Measuring: warm-up, repetitions, and what is counted.

use crate::exit::Exit;
use crate::report;
use crate::run::host;
use std::any::Any;
use std::time::{Duration, Instant};
use tamias_vm::{Config, Edition, Failure, Memory, Outcome, Output};

/// How long each program runs before it is measured.
const WARM_UP: Duration = Duration::from_millis(300);
/// How long each program is measured if nobody says otherwise.
const TIME: Duration = Duration::from_secs(2);
/// How often at least.
const MIN_RUNS: usize = 10;

/// A program to measure.
pub struct Subject {
    name: String,
    image: Vec<u8>,
    edition: Edition,
}

impl Subject {
    pub fn new(name: &str, image: Vec<u8>, edition: Edition) -> Subject {
        Subject { name: name.to_string(), image, edition }
    }
}

/// What has been measured.
#[derive(Clone, Debug)]
pub struct Figures {
    pub name: String,
    /// Seconds of half of the runs, or less.
    pub median: f64,
    /// Seconds of the fastest run.
    pub best: f64,
    pub runs: usize,
    /// Turns of loops and calls of functions of one run: the units of the budget.
    pub turns: u64,
    /// Bytes that the program has allocated at its end.
    pub heap: usize,
}

/// One run.
struct Run {
    seconds: f64,
    turns: u64,
    heap: usize,
}

/// Measures programs in turns.
pub fn measure(subjects: &mut [Subject], repetitions: Option<usize>) -> Result<Vec<Figures>, Exit> {
    let mut runs = Vec::new();
    for subject in &*subjects {
        warm_up(subject)?;
        runs.push(Vec::new());
    }
    loop {
        let mut is_done = true;
        for (subject, runs) in subjects.iter().zip(&mut runs) {
            if is_enough(runs, repetitions) {
                continue;
            }
            is_done = false;
            runs.push(run(subject)?);
        }
        if is_done {
            break;
        }
    }
    Ok(subjects.iter().zip(runs).map(|(subject, runs)| figures(subject, runs)).collect())
}

fn is_enough(runs: &[Run], repetitions: Option<usize>) -> bool {
    match repetitions {
        Some(repetitions) => runs.len() >= repetitions.max(1),
        None => {
            let seconds: f64 = runs.iter().map(|run| run.seconds).sum();
            runs.len() >= MIN_RUNS && seconds >= TIME.as_secs_f64()
        }
    }
}

fn warm_up(subject: &Subject) -> Result<(), Exit> {
    let start = Instant::now();
    loop {
        run(subject)?;
        if start.elapsed() > WARM_UP {
            return Ok(());
        }
    }
}

fn figures(subject: &Subject, mut runs: Vec<Run>) -> Figures {
    runs.sort_by(|one, other| one.seconds.total_cmp(&other.seconds));
    let median = runs[runs.len() / 2].seconds;
    let Run { seconds, turns, heap } = runs[0];
    Figures { name: subject.name.clone(), median, best: seconds, runs: runs.len(), turns, heap }
}

/// Runs a program on a machine of its own.
fn run(subject: &Subject) -> Result<Run, Exit> {
    let config = Config { edition: subject.edition, budget: Some(u32::MAX), ..Config::default() };
    let Ok((mut vm, mut host)) = host::machine(config, Memory::Host { limit: host::DEFAULT_HEAP }) else {
        report::error("the heap is too small for an empty virtual machine");
        return Err(Exit::Limit);
    };
    vm.set_printer(|_: &mut dyn Any, _: Output, _: &[u8]| {});
    let program = vm.load(&subject.image).map_err(|error| {
        report::error(&error.to_string());
        Exit::ImageRejected
    })?;
    let start = Instant::now();
    let mut n_budgets = 0;
    let mut outcome = vm.start(&mut host, program);
    while let Ok(Outcome::Budget) = outcome {
        n_budgets += 1;
        outcome = vm.resume(&mut host);
    }
    let seconds = start.elapsed().as_secs_f64();
    let turns = n_budgets * u64::from(u32::MAX) + u64::from(u32::MAX - vm.budget_left());
    match outcome {
        Ok(_) => Ok(Run { seconds, turns, heap: vm.memory_used() }),
        Err(Failure::Uncaught) => {
            report::error(&format!("`{}` fails:", subject.name));
            Err(host::conclude(&mut vm, outcome))
        }
        Err(_) => Err(host::conclude(&mut vm, outcome)),
    }
}
