//! Measuring: warm-up, repetitions, and what is counted.

use crate::exit::Exit;
use crate::report;
use crate::run::host;
use std::any::Any;
use std::time::{Duration, Instant};
use tamias_vm::{Config, Edition, Failure, Memory, Output};

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
    /// Instructions of one run.
    pub instructions: u64,
    /// Blocks of memory that one run takes, loading not included.
    pub allocations: u64,
    /// Bytes that the program has allocated at its end.
    pub heap: usize,
}

/// One run.
struct Run {
    seconds: f64,
    /// 0 if nobody counts.
    instructions: u64,
    allocations: u64,
    heap: usize,
}

/// Whether a run counts its instructions, which makes it slower.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Counting {
    Off,
    Instructions,
}

/// Measures programs in turns.
pub fn measure(subjects: &mut [Subject], repetitions: Option<usize>) -> Result<Vec<Figures>, Exit> {
    let mut counted = Vec::new();
    for subject in &*subjects {
        counted.push(run(subject, Counting::Instructions)?);
        warm_up(subject)?;
    }
    let mut runs: Vec<Vec<Run>> = subjects.iter().map(|_| Vec::new()).collect();
    loop {
        let mut is_done = true;
        for (subject, runs) in subjects.iter().zip(&mut runs) {
            if is_enough(runs, repetitions) {
                continue;
            }
            is_done = false;
            runs.push(run(subject, Counting::Off)?);
        }
        if is_done {
            break;
        }
    }
    let measured = counted.iter().zip(runs);
    Ok(subjects
        .iter()
        .zip(measured)
        .map(|(subject, (counted, runs))| figures(subject, counted, runs))
        .collect())
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
        run(subject, Counting::Off)?;
        if start.elapsed() > WARM_UP {
            return Ok(());
        }
    }
}

fn figures(subject: &Subject, counted: &Run, mut runs: Vec<Run>) -> Figures {
    runs.sort_by(|one, other| one.seconds.total_cmp(&other.seconds));
    let median = runs[runs.len() / 2].seconds;
    Figures {
        name: subject.name.clone(),
        median,
        best: runs[0].seconds,
        runs: runs.len(),
        instructions: counted.instructions,
        allocations: counted.allocations,
        heap: counted.heap,
    }
}

/// Runs a program on a machine of its own.
fn run(subject: &Subject, counting: Counting) -> Result<Run, Exit> {
    let count_instructions = counting == Counting::Instructions;
    let config = Config { edition: subject.edition, count_instructions, ..Config::default() };
    let Ok((mut vm, mut host)) = host::machine(config, Memory::Host { limit: host::DEFAULT_HEAP }) else {
        report::error("the heap is too small for an empty virtual machine");
        return Err(Exit::Limit);
    };
    vm.set_printer(|_: &mut dyn Any, _: Output, _: &[u8]| {});
    let program = vm.load(&subject.image).map_err(|error| {
        report::error(&error.to_string());
        Exit::ImageRejected
    })?;
    let allocations_before = vm.allocations();
    let start = Instant::now();
    let outcome = vm.start(&mut host, program);
    let seconds = start.elapsed().as_secs_f64();
    match outcome {
        Ok(_) => Ok(Run {
            seconds,
            instructions: vm.instructions(),
            allocations: vm.allocations() - allocations_before,
            heap: vm.memory_used(),
        }),
        Err(Failure::Uncaught) => {
            report::error(&format!("`{}` fails:", subject.name));
            Err(host::conclude(&mut vm, outcome))
        }
        Err(_) => Err(host::conclude(&mut vm, outcome)),
    }
}
