//! Runs the programs of the conformance collection in this process.
//!
//! A case is a program, `NAME.nut`, and the exact bytes that it has to print,
//! `NAME.out`. The rules are in `README.md` beside the cases; [`check`] is
//! these rules as code. `tests/cases.rs` makes a test of each case.
#![forbid(unsafe_code)]

pub mod batch;
pub mod cases;
mod libraries;

use libraries::Folder;
use std::any::Any;
use std::cell::RefCell;
use std::path::Path;
use std::time::{Duration, Instant};
use tamias_compiler::diagnostic::{Diagnostic, Severity};
use tamias_compiler::preprocess::{Options, Program, UseBuilder, preprocess};
use tamias_compiler::{CompileOptions, compile_program, compile_string};
use tamias_stdlib_imp::clock::HostClock;
use tamias_vm::{Config, Driver, Edition, Failure, LoadError, Memory, Outcome, Output, Side, TraceFrame, Vm};

/// How much a run checks itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// As users run programs.
    Normal,
    /// By the driver that every target has.
    Match,
    /// The heap is reconciled at every instruction, and all counts are compared with a trace of the heap.
    Audit,
}

/// What became of a program.
#[derive(Debug)]
pub enum Ending {
    /// It ran to its end.
    Done,
    /// Nothing caught an error with this text.
    Error(String),
    /// The compiler rejected it; the lines of its errors and what they say.
    Rejected(Vec<(u32, String)>),
    /// It needed more memory than [`HEAP_LIMIT`].
    OutOfMemory,
    /// It took longer than allowed.
    Timeout,
}

/// What a program printed and how it ended.
#[derive(Debug)]
pub struct Run {
    /// What it printed.
    pub output: Vec<u8>,
    /// How it ended.
    pub ending: Ending,
    /// Where an error that nothing caught was thrown, as in the log of a device: `in f device_code:12`, and then
    /// who called: `from main device_code:30`.
    pub trace: Vec<String>,
}

/// Bytes that a case may use.
pub const HEAP_LIMIT: usize = 512 << 20;
/// Time that a case may take.
const TIME_LIMIT: Duration = Duration::from_secs(10);
/// Time that a case may take while its heap is audited.
const AUDIT_TIME_LIMIT: Duration = Duration::from_secs(300);
/// Jumps and calls between two looks at the clock.
const SLICE: u32 = 100_000;

thread_local! {
    static PRINTED: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

fn print(_: &mut dyn Any, _: Output, bytes: &[u8]) {
    PRINTED.with_borrow_mut(|printed| printed.extend_from_slice(bytes));
}

/// Compiles and runs a program.
pub fn run(source: &[u8], edition: Edition, mode: Mode) -> Run {
    run_in(source, edition, mode, HEAP_LIMIT)
}

/// Compiles and runs a program in a heap of this many bytes.
pub fn run_in(source: &[u8], edition: Edition, mode: Mode, heap: usize) -> Run {
    run_with(source, Setting { mode, heap, ..Setting::of(edition) }).0
}

/// Compiles and runs a program of an agent.
pub fn run_agent(source: &[u8], edition: Edition, mode: Mode) -> Run {
    run_with(source, Setting { mode, side: Side::Agent, ..Setting::of(edition) }).0
}

/// Compiles and runs a program with the libraries of this folder, `NAME@VERSION` each, for `#require`.
pub fn run_with_libraries(source: &[u8], edition: Edition, mode: Mode, libraries: &Path) -> Run {
    run_with(source, Setting { mode, libraries: Some(libraries), ..Setting::of(edition) }).0
}

/// Where and how a program runs.
#[derive(Clone, Copy)]
struct Setting<'s> {
    edition: Edition,
    side: Side,
    mode: Mode,
    heap: usize,
    /// The folder of the libraries for `#require`.
    libraries: Option<&'s Path>,
}

impl Setting<'_> {
    /// As users run programs of an edition.
    fn of(edition: Edition) -> Self {
        Setting { edition, side: Side::Device, mode: Mode::Normal, heap: HEAP_LIMIT, libraries: None }
    }
}

/// Runs a program. The second answer is how many instructions were executed, if they were counted.
fn run_with(source: &[u8], setting: Setting<'_>) -> (Run, u64) {
    PRINTED.take();
    let mut run = Run { output: Vec::new(), ending: Ending::Done, trace: Vec::new() };
    let executed = run_to_end(source, setting, &mut run);
    run.output = PRINTED.take();
    (run, executed)
}

/// As [`run`] in [`Mode::Audit`]. The second answer is how many instructions were executed.
pub fn run_counted(source: &[u8], edition: Edition) -> (Run, u64) {
    run_with(source, Setting { mode: Mode::Audit, ..Setting::of(edition) })
}

/// Options for a case. In the imp editions the build service supplies an enum.
fn compile_options(edition: Edition) -> CompileOptions {
    let mut options = CompileOptions::new("case.nut", edition);
    if edition != Edition::Squirrel3 {
        let member = |name: &str, value: &str| {
            (name.to_string(), tamias_compiler::ConstantValue::Str(value.as_bytes().to_vec()))
        };
        let members = vec![member("PRODUCT_NAME", "thermostat"), member("DEVICEGROUP_TYPE", "development")];
        options.enums.push(("__EI".to_string(), members));
    }
    options
}

/// The image of a case, or the lines of its errors and what they say.
fn compile_case(source: &[u8], setting: &Setting<'_>) -> Result<Vec<u8>, Vec<(u32, String)>> {
    let options = compile_options(setting.edition);
    let program = Program { name: "case.nut", location: "/case.nut", text: source };
    let without_builder = Options { builder: UseBuilder::Never, ..Options::default() };
    let program = preprocess(&program, &without_builder, &mut Folder(setting.libraries));
    let compilation = compile_program(&program, &options);
    let is_error = |diagnostic: &&Diagnostic| diagnostic.severity == Severity::Error;
    compilation.image.ok_or_else(|| {
        let errors = compilation.diagnostics.iter().filter(is_error);
        let line_of = |error: &Diagnostic| program.map.place(program.map.locate(error.span)).line;
        errors.map(|error| (line_of(error), error.title.clone())).collect()
    })
}

fn run_to_end(source: &[u8], setting: Setting<'_>, run: &mut Run) -> u64 {
    let image = match compile_case(source, &setting) {
        Ok(image) => image,
        Err(errors) => {
            run.ending = Ending::Rejected(errors);
            return 0;
        }
    };
    let Setting { edition, side, mode, heap, .. } = setting;
    // Reconciling at every instruction scans the whole stack each time: unbounded recursion has to end sooner.
    let call_depth = if mode == Mode::Audit { 3_500 } else { 20_000 };
    let driver = if mode == Mode::Match { Driver::Match } else { Driver::FASTEST };
    let audit = mode == Mode::Audit;
    let config = Config {
        edition,
        side,
        budget: Some(SLICE),
        audit,
        call_depth,
        seed: 1,
        driver,
        ..Config::default()
    };
    let Ok(mut vm) = Vm::new(config, Memory::Host { limit: heap }) else {
        run.ending = Ending::OutOfMemory;
        return 0;
    };
    run.ending = run_image(&mut vm, &image, edition, mode);
    if let Ending::Error(_) = run.ending {
        run.trace = trace_of(&vm);
    }
    vm.instructions()
}

/// The lines of the log of a device under an error.
fn trace_of(vm: &Vm) -> Vec<String> {
    let place = |(depth, frame): (usize, TraceFrame)| {
        let word = if depth == 0 { "in" } else { "from" };
        let function = String::from_utf8_lossy(frame.function.unwrap_or(b"unknown"));
        let function = if frame.is_main { "main".into() } else { function };
        format!("{word} {function} device_code:{}", frame.line.unwrap_or_default())
    };
    vm.trace().enumerate().map(place).collect()
}

fn run_image(vm: &mut Vm, image: &[u8], edition: Edition, mode: Mode) -> Ending {
    vm.set_printer(print);
    vm.set_compiler(compile_string);
    for library in tamias_stdlib_imp::standard::libraries(edition) {
        assert!(vm.install(library));
    }
    if vm.side() == Side::Agent {
        for library in tamias_stdlib_imp::standard::agent_libraries(edition) {
            assert!(vm.install(library));
        }
    }
    let mut host = HostClock::new(StoppedClock);
    let program = match vm.load(image) {
        Ok(program) => program,
        Err(LoadError::OutOfMemory) => return Ending::OutOfMemory,
        Err(error) => panic!("the compiler made an invalid image: {error}"),
    };
    let deadline = Instant::now() + if mode == Mode::Audit { AUDIT_TIME_LIMIT } else { TIME_LIMIT };
    let mut outcome = vm.start(&mut host, program);
    loop {
        match outcome {
            Ok(Outcome::Done) => break,
            Ok(Outcome::Budget) if Instant::now() > deadline => return Ending::Timeout,
            Ok(Outcome::Budget) => outcome = vm.resume(&mut host),
            Err(Failure::Uncaught) => {
                return Ending::Error(vm.error_text(|text| String::from_utf8_lossy(text).into_owned()));
            }
            Err(_) => return Ending::OutOfMemory,
        }
    }
    vm.idle(&mut host);
    Ending::Done
}

/// Cases do not read clocks.
struct StoppedClock;

impl tamias_stdlib_imp::board::time::Clock for StoppedClock {
    fn micros(&self) -> u64 {
        0
    }

    fn sleep_micros(&mut self, _: u64) {}
}

/// Compares a run with what is expected. `Err` says what is wrong.
pub fn check(run: &Run, expected: &[u8]) -> Result<(), String> {
    let (expected, trace) = without_trace(expected);
    if !trace.is_empty() && trace != run.trace {
        return Err(format!("expected the trace {trace:?}, got {:?}", run.trace));
    }
    let text = String::from_utf8_lossy(expected);
    if let Some(line) = text.strip_prefix("COMPILE ERROR: line ") {
        let (line, message) = line.trim_end().split_once(": ").unwrap_or((line.trim_end(), ""));
        let line: u32 = line.parse().map_err(|_| "the expected line is no number".to_string())?;
        let is_expected =
            |(found, title): &(u32, String)| *found == line && (message.is_empty() || title == message);
        return match &run.ending {
            Ending::Rejected(errors) if errors.first().is_some_and(is_expected) => Ok(()),
            other => Err(format!("expected a compile error in line {line}, got {other:?}")),
        };
    }
    if let Some(position) = text.rfind("ERROR: ").filter(|at| *at == 0 || expected[at - 1] == b'\n')
        && !matches!(run.ending, Ending::Done)
    {
        let message = text[position + "ERROR: ".len()..].trim_end_matches('\n');
        let before = &expected[..position];
        return match &run.ending {
            Ending::Error(found) if found == message && same_output(&run.output, before) => Ok(()),
            _ => Err(difference(run, expected)),
        };
    }
    match run.ending {
        Ending::Done if run.output == expected => Ok(()),
        _ => Err(difference(run, expected)),
    }
}

/// Takes the lines of a stack trace off the end of what is expected.
fn without_trace(mut expected: &[u8]) -> (&[u8], Vec<String>) {
    let mut trace = Vec::new();
    loop {
        let text = expected.strip_suffix(b"\n").unwrap_or(expected);
        let start = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let Some(line) = text[start..].strip_prefix(b"ERROR:   ") else { break };
        trace.insert(0, String::from_utf8_lossy(line).into_owned());
        expected = &expected[..start];
    }
    (expected, trace)
}

/// Whether the output before an error is as expected; the error line starts on a line of its own.
fn same_output(output: &[u8], before: &[u8]) -> bool {
    output == before || before.strip_suffix(b"\n").is_some_and(|before| before == output)
}

fn difference(run: &Run, expected: &[u8]) -> String {
    let output = String::from_utf8_lossy(&run.output);
    let expected = String::from_utf8_lossy(expected);
    let mut lines = output.lines().zip(expected.lines()).enumerate();
    let first = lines.find(|(_, (found, wanted))| found != wanted);
    let place = match first {
        Some((number, (found, wanted))) => {
            format!("line {}: expected `{wanted}`, got `{found}`", number + 1)
        }
        None => format!("expected {} bytes, got {}", expected.len(), output.len()),
    };
    format!("{place}; ended with {:?}", run.ending)
}
