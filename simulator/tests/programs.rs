//! Programs on a simulated board, and what they log.
//!
//! Each `programs/<name>.nut` runs on an imp006, or on the board of
//! `programs/<name>.toml`, until nothing can happen any more, and logs what
//! `programs/<name>.out` says. Programs that end themselves are started again.
//! The programs of `examples/` run for a day. With `UPDATE_EXPECTED=1` in the
//! environment the expectations are written instead.

use libtest_mimic::{Arguments, Failed, Trial};
use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::{env, fs};
use tamias_compiler::edition::Edition;
use tamias_compiler::{CompileOptions, ConstantValue, compile};
use tamias_simulator::{BoardSetup, Keep, SimulatedBoard};
use tamias_stdlib_imp::api::constants::CONSTANTS;
use tamias_stdlib_imp::board::{Board, Severity, modules};
use tamias_stdlib_imp::runtime::{Next, Runtime, RuntimeConfig, StopReason};
use tamias_vm::{Config, Memory};

const SECOND: u64 = 1_000_000;
const DAY: u64 = 86_400 * SECOND;
/// Longer than the longest timer.
const LONGEST_RUN: u64 = 200 * DAY;
/// How often a program is started.
const LIVES: usize = 5;
/// Enough for every callback that is meant to end.
const BUDGET: u32 = 10_000_000;

type Lines = Rc<RefCell<String>>;

fn main() {
    let arguments = Arguments::from_args();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut trials = program_trials(&root.join("tests/programs"));
    trials.extend(example_trials(&root.join("../examples")));
    libtest_mimic::run(&arguments, trials).exit();
}

fn program_trials(folder: &Path) -> Vec<Trial> {
    let sources =
        entries_of(folder).into_iter().filter(|path| path.extension().is_some_and(|end| end == "nut"));
    let trial = |source: PathBuf| {
        let name = source.file_stem().expect("a file has a name").to_string_lossy().into_owned();
        Trial::test(name, move || {
            let board = source.with_extension("toml");
            let log = log_of(&source, board.exists().then_some(&board), LONGEST_RUN)?;
            check(&log, &source.with_extension("out"))
        })
    };
    sources.map(trial).collect()
}

fn example_trials(folder: &Path) -> Vec<Trial> {
    let examples = entries_of(folder).into_iter().filter(|path| path.join("expected.log").exists());
    let trial = |example: PathBuf| {
        let name = example.file_name().expect("a folder has a name").to_string_lossy().into_owned();
        Trial::test(format!("example {name}"), move || {
            let log = log_of(&example.join("device.nut"), Some(&example.join("board.toml")), DAY)?;
            check(&log, &example.join("expected.log"))
        })
    };
    examples.map(trial).collect()
}

fn entries_of(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> =
        entries.map(|entry| entry.expect("the folder can be read").path()).collect();
    paths.sort();
    paths
}

/// Compares with the expectation, or writes it.
fn check(log: &str, expected: &Path) -> Result<(), Failed> {
    if env::var_os("UPDATE_EXPECTED").is_some() {
        return Ok(fs::write(expected, log)?);
    }
    let expected =
        fs::read_to_string(expected).map_err(|error| format!("{}: {error}", expected.display()))?;
    match log.lines().zip(expected.lines()).position(|(found, wanted)| found != wanted) {
        None if log.lines().count() == expected.lines().count() => Ok(()),
        place => {
            let place = place.map_or("the end".to_owned(), |line| format!("line {}", line + 1));
            Err(format!("the log differs in {place}; it is:\n{log}").into())
        }
    }
}

/// What a program logs up to a virtual time.
fn log_of(source: &Path, board: Option<&PathBuf>, until: u64) -> Result<String, Failed> {
    let image = image_of(source)?;
    let lines = Lines::default();
    let mut board = board_of(board)?;
    let sink = Rc::clone(&lines);
    board.set_log_sink(Box::new(move |now, severity, text| {
        let label = match severity {
            Severity::Log => "",
            Severity::Error => "ERROR: ",
            Severity::Status => "status: ",
        };
        // A NUL would make the file binary.
        let text = text.replace('\0', "\\0");
        *sink.borrow_mut() += &format!("{} {label}{text}\n", time_stamp(now));
    }));
    run(&image, board, until, &lines)?;
    Ok(lines.take())
}

/// To the millisecond: what a transfer takes is no business of these tests.
fn time_stamp(micros: u64) -> String {
    format!("[{}.{:03}]", micros / SECOND, micros % SECOND / 1000)
}

fn image_of(source: &Path) -> Result<Vec<u8>, Failed> {
    let mut options = CompileOptions::new("device.nut", Edition::Imp);
    options.constants =
        CONSTANTS.iter().map(|(name, value)| ((*name).to_owned(), ConstantValue::Int(*value))).collect();
    let compilation = compile(&fs::read(source)?, &options);
    compilation.image.ok_or_else(|| format!("{:?}", compilation.diagnostics).into())
}

fn board_of(file: Option<&PathBuf>) -> Result<SimulatedBoard, Failed> {
    let mut board = match file {
        Some(file) => SimulatedBoard::from_setup(BoardSetup::parse(&fs::read_to_string(file)?)?),
        None => SimulatedBoard::new(&modules::IMP006),
    };
    board.keep_trace(Keep::Last(0));
    Ok(board)
}

/// Runs a program through several lives.
fn run(image: &[u8], board: SimulatedBoard, until: u64, lines: &Lines) -> Result<(), Failed> {
    let memory_limit = board.profile().heap_bytes;
    let mut config = RuntimeConfig {
        vm: Config { budget: Some(BUDGET), ..Config::default() },
        boot_micros: Some(board.now()),
        ..RuntimeConfig::default()
    };
    let mut board: Box<dyn Board> = Box::new(board);
    for _ in 0..LIVES {
        let mut runtime =
            Runtime::new(config, Memory::Host { limit: memory_limit }, board).map_err(|_| "no memory")?;
        runtime.load(image)?;
        let Some(reason) = run_life(&mut runtime, until) else { return Ok(()) };
        *lines.borrow_mut() += &format!("-- {reason:?}\n");
        board = runtime.into_board();
        let power = board.power().expect("the simulated board has power control");
        match reason {
            StopReason::DeepSleep { micros } => power.deep_sleep(micros),
            StopReason::Budget => return Ok(()),
            _ => power.reset(reason.wake_reason().expect("it is no sleep")),
        }
        if matches!(reason, StopReason::DeepSleep { .. } | StopReason::Reset | StopReason::OutOfMemory) {
            config.boot_micros = Some(board.clock().micros());
        }
    }
    Ok(())
}

/// Runs a program until it ends, or until nothing happens any more before a virtual time.
fn run_life(runtime: &mut Runtime, until: u64) -> Option<StopReason> {
    loop {
        let deadline = match runtime.poll() {
            Next::Ready => continue,
            Next::At(deadline) => deadline,
            Next::Idle => u64::MAX,
            Next::Stopped(reason) => return Some(reason),
        };
        let board: &mut SimulatedBoard = runtime.board_as().expect("the board is a simulated one");
        let next = deadline.min(board.next_change().unwrap_or(u64::MAX));
        if next > until {
            return None;
        }
        board.advance_to_event(next);
    }
}
