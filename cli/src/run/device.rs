//! A program on a simulated imp module.

use super::origins::Origins;
use crate::args::Run;
use crate::compile::unknown_module;
use crate::exit::Exit;
use crate::report;
use anstream::eprintln;
use std::fs;
use std::io::{self, Write};
use tamias_simulator::{BoardSetup, Keep, SimulatedBoard};
use tamias_stdlib_imp::board::{Severity, modules};
use tamias_stdlib_imp::runtime::{Next, Runtime, RuntimeConfig, StopReason};
use tamias_vm::{Config, Edition, LoadError, Memory};

/// Lines of the trace that are kept when nobody wants to see them.
const UNSEEN_TRACE: usize = 1000;

/// Objects consist of values and pointers, and those are up to this many times as large here as on a module.
pub const WORD_RATIO: usize = size_of::<usize>() / size_of::<u32>();
/// Callbacks that may run one after the other before time passes: a timer that always sets itself anew with no
/// delay would otherwise stop time. On a module code takes time.
const CALLBACKS_AT_ONCE: u32 = 1000;
/// What passes then, in microseconds: a tick of the timers.
pub const TICK: u64 = 10_000;

/// Runs an image until nothing is pending, the time is over or the program ends.
pub fn run(args: &Run, image: &[u8], edition: Edition) -> Exit {
    let setup = match setup(args) {
        Ok(setup) => setup,
        Err(exit) => return exit,
    };
    let mut board = SimulatedBoard::from_setup(setup);
    let timestamps = args.timestamps;
    let mut origins = Origins::of(image, args.side);
    board.set_log_sink(Box::new(move |micros, severity, text| {
        print_log(timestamps, micros, severity, text);
        if severity == Severity::Error {
            origins.tell(text);
        }
    }));
    if !args.trace {
        board.keep_trace(Keep::Last(UNSEEN_TRACE));
    }
    let exit = run_on(args, image, edition, board);
    let _ = io::stdout().flush();
    exit
}

/// What the module is and what is connected to it.
fn setup(args: &Run) -> Result<BoardSetup, Exit> {
    let module = args.module.as_deref();
    let Some(path) = &args.board else {
        let name = module.unwrap_or("imp006");
        let Some(profile) = modules::find(name) else {
            report::error(&unknown_module(name));
            return Err(Exit::Usage);
        };
        return Ok(BoardSetup::bare(profile));
    };
    let shown = path.display();
    let text = fs::read_to_string(path).map_err(|error| {
        report::error(&format!("cannot read `{shown}`: {error}"));
        Exit::Usage
    })?;
    let setup = BoardSetup::parse(&text).map_err(|error| {
        report::error(&format!("`{shown}`: {error}"));
        Exit::Usage
    })?;
    if let Some(name) = module.filter(|name| *name != setup.profile().name) {
        report::error(&format!("`{shown}` describes an {}, not an {name}", setup.profile().name));
        return Err(Exit::Usage);
    }
    Ok(setup)
}

fn run_on(args: &Run, image: &[u8], edition: Edition, board: SimulatedBoard) -> Exit {
    let profile = tamias_stdlib_imp::board::Board::profile(&board);
    if image.len() > profile.code_space {
        let percent = image.len() as f64 * 100.0 / profile.code_space as f64;
        report::error(&format!("out of space: {percent:.2}% of the program storage of an {}", profile.name));
        return Exit::Limit;
    }
    let budget = args.budget.map(|budget| budget.min(u32::MAX.into()) as u32);
    let config = RuntimeConfig {
        vm: Config { edition, side: args.side.into(), budget, audit: args.audit, ..Config::default() },
        ..RuntimeConfig::default()
    };
    let memory = Memory::Host { limit: args.heap.unwrap_or(profile.heap_bytes * WORD_RATIO) };
    let Ok(mut runtime) = Runtime::new(config, memory, Box::new(board)) else {
        report::error("the heap is too small for an empty virtual machine");
        return Exit::Limit;
    };
    match runtime.load(image) {
        Ok(()) => {}
        Err(LoadError::OutOfMemory) => {
            report::error("the heap is too small for the program");
            return Exit::Limit;
        }
        Err(error) => {
            report::error(&error.to_string());
            return Exit::ImageRejected;
        }
    }
    let reason = turn(&mut runtime, args.duration);
    if args.trace {
        print_trace(&mut runtime);
    }
    conclude(reason)
}

/// The event loop: virtual time jumps to whatever comes next.
fn turn(runtime: &mut Runtime, duration: Option<u64>) -> Option<StopReason> {
    let end = duration.unwrap_or(u64::MAX);
    let mut at_once = 0;
    loop {
        let next = runtime.poll();
        let board = runtime.board_as::<SimulatedBoard>()?;
        let deadline = match next {
            Next::Ready if board.now() > end => return None,
            Next::Ready => {
                at_once += 1;
                if at_once == CALLBACKS_AT_ONCE {
                    at_once = 0;
                    board.advance_to(board.now() + TICK);
                }
                continue;
            }
            Next::Stopped(reason) => return Some(reason),
            Next::At(deadline) => deadline,
            // Inputs that change by themselves go on only as long as somebody has set an end.
            Next::Idle => match (board.next_change(), duration) {
                (Some(change), Some(_)) => change,
                _ => return None,
            },
        };
        at_once = 0;
        if deadline > end {
            board.advance_to_event(end);
            if board.now() >= end {
                return None;
            }
        } else {
            board.advance_to_event(deadline);
        }
    }
}

pub fn conclude(reason: Option<StopReason>) -> Exit {
    match reason {
        None => Exit::Success,
        Some(StopReason::Error) => Exit::ScriptFailed,
        Some(StopReason::OutOfMemory) => {
            report::error("out of memory");
            Exit::Limit
        }
        Some(StopReason::Budget) => {
            report::error("the budget is used up");
            Exit::Limit
        }
        Some(StopReason::DeepSleep { micros }) => {
            eprintln!("the program sleeps for {} s", micros as f64 / 1e6);
            Exit::Success
        }
        Some(StopReason::Restart | StopReason::Reset) => {
            eprintln!("the program restarts the module");
            Exit::Success
        }
    }
}

/// One line of the device's log. A closed pipe is the reader's decision.
pub fn print_log(timestamps: bool, micros: u64, severity: Severity, text: &str) {
    let mut line = String::new();
    if timestamps {
        line = format!("[{}.{:03}] ", micros / 1_000_000, micros / 1000 % 1000);
    }
    if severity == Severity::Error && !text.starts_with("ERROR:") {
        line.push_str("ERROR: ");
    }
    line.push_str(text);
    line.push('\n');
    let _ = io::stdout().lock().write_all(line.as_bytes());
}

fn print_trace(runtime: &mut Runtime) {
    if let Some(board) = runtime.board_as::<SimulatedBoard>() {
        for line in board.trace().lines() {
            eprintln!("{line}");
        }
    }
}
