//! Benchmarks.
//!
//! The programs beside this crate exist in Squirrel and several other
//! languages; `compare.py` runs them against any set of interpreters in one
//! interleaved run and prints ratios. `tests/results.rs` checks that the
//! Squirrel versions print what they should at their small sizes, `benches/`
//! measures the parts of Tamias with criterion, and
//! `examples/emulated.rs` prepares them for a microcontroller.
#![forbid(unsafe_code)]

use std::any::Any;
use std::fs;
use std::path::{Path, PathBuf};
use tamias_stdlib_imp::board::time::Clock;
use tamias_stdlib_imp::clock::HostClock;
use tamias_vm::{Config, Edition, Memory, Outcome, Output, Vm};

/// What a benchmark may use.
const HEAP_LIMIT: usize = 1 << 30;

/// The folder with the benchmark programs.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf()
}

/// A benchmark at its small size.
#[derive(Clone, Debug)]
pub struct SmallBenchmark {
    /// The name of the program.
    pub name: String,
    /// The Squirrel version.
    pub source: String,
    /// The line that it prints.
    pub expected: String,
}

/// All benchmarks at their small sizes, sorted by name.
pub fn small_benchmarks() -> Vec<SmallBenchmark> {
    let list = fs::read_to_string(folder().join("expected.json")).expect("the list exists");
    let mut benchmarks = Vec::new();
    for entry in fs::read_dir(folder()).expect("the folder can be read").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let program = entry.path().join(Path::new(&name).with_extension("nut"));
        let Ok(source) = fs::read_to_string(&program) else { continue };
        let expected = expected(&list, &name);
        benchmarks.push(SmallBenchmark { source: at_small_size(&source), name, expected });
    }
    benchmarks.sort_by(|one, other| one.name.cmp(&other.name));
    benchmarks
}

/// The line that a benchmark prints at its small size.
fn expected(list: &str, name: &str) -> String {
    let entry = list.split(&format!("\"{name}\": {{")).nth(1).expect("every benchmark has an entry");
    let after = entry.split("\"quick\": \"").nth(1).expect("entries have a small size");
    after.split('"').next().expect("strings end").to_string()
}

/// The program with its constant `N` replaced by the small size that stands beside it.
pub fn at_small_size(source: &str) -> String {
    let (before, rest) = source.split_once("N = ").expect("the size is a constant");
    let (_, rest) = rest.split_once("quick: ").expect("the small size stands beside it");
    let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    format!("{before}N = {};{}", &rest[..digits], &rest[digits..])
}

/// A virtual machine with the standard libraries, whose programs print nothing.
pub fn machine() -> Vm {
    let config = Config { edition: Edition::Squirrel3, ..Config::default() };
    let Ok(mut vm) = Vm::new(config, Memory::Host { limit: HEAP_LIMIT }) else { panic!("there is room") };
    vm.set_printer(|_: &mut dyn Any, _: Output, _: &[u8]| {});
    for library in tamias_stdlib_imp::standard::libraries(Edition::Squirrel3) {
        assert!(vm.install(library));
    }
    vm
}

/// Runs an image to its end.
///
/// # Panics
/// If it does not come to its end: a benchmark that fails measures nothing.
pub fn start_and_finish(vm: &mut Vm, image: &[u8]) {
    let program = vm.load(image).expect("the image is valid");
    let mut host = HostClock::new(StoppedClock);
    let outcome = vm.start(&mut host, program);
    assert!(matches!(outcome, Ok(Outcome::Done)), "the program fails");
    vm.idle(&mut host);
}

/// Benchmarks do not read clocks.
struct StoppedClock;

impl Clock for StoppedClock {
    fn micros(&self) -> u64 {
        0
    }

    fn sleep_micros(&mut self, _: u64) {}
}
