//! Our own ways to compile and run a program, which all have to give the same result.

use crate::result::{Ending, RunResult};
use std::any::Any;
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use tamias_compiler::{CompileOptions, Optimisation, compile};
use tamias_stdlib_imp::board::time::Clock;
use tamias_stdlib_imp::clock::HostClock;
use tamias_vm::{Config, Driver, Edition, Failure, Memory, Outcome, Output, Side, Vm};

/// Bytes that a program may use.
const HEAP_LIMIT: usize = 64 << 20;
/// Jumps and calls until the virtual machine stops, to be resumed at once.
const SLICE: u32 = 10_000;
/// How often it stops before the program is given up.
const MAX_STOPS: u32 = 1_000_000;
/// Bytes of a heap that is too small for some programs.
const CRAMPED_HEAP_LIMIT: usize = 48 << 10;

/// A way to compile and run programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Configuration {
    /// As users run programs of edition `squirrel-3`.
    Plain,
    /// The heap is reconciled at every instruction, and all counts are compared with a trace of the heap.
    Audit,
    /// With the interpreter's loop around a `match`, where the plain one jumps from instruction to instruction.
    Match,
    /// Compiled without optimisations.
    Unoptimised,
    /// Run from an image without debug tables.
    Stripped,
    /// Stopped and resumed at every jump and call.
    Interrupted,
    /// In a heap that is too small for some programs.
    Cramped,
    /// Edition `imp`, for programs that mean the same in both editions.
    Imp,
}

impl Configuration {
    /// Compiles and runs a program.
    pub fn run(self, source: &str) -> RunResult {
        let result = catch_unwind(AssertUnwindSafe(|| self.run_unguarded(source)));
        result.unwrap_or_else(|payload| RunResult {
            output: Vec::new(),
            ending: Ending::Crashed(text_of(&*payload)),
        })
    }

    fn run_unguarded(self, source: &str) -> RunResult {
        let edition = if self == Configuration::Imp { Edition::Imp } else { Edition::Squirrel3 };
        let mut options = CompileOptions::new("program.nut", edition);
        options.strip = self == Configuration::Stripped;
        if self == Configuration::Unoptimised {
            options.optimisation = Optimisation::Off;
        }
        let Some(image) = compile(source.as_bytes(), &options).image else {
            return RunResult { output: Vec::new(), ending: Ending::Rejected };
        };
        PRINTED.take();
        let ending = self.run_image(&image, edition);
        RunResult { output: PRINTED.take(), ending }
    }

    fn run_image(self, image: &[u8], edition: Edition) -> Ending {
        let config = Config {
            edition,
            side: Side::Device,
            budget: Some(if self == Configuration::Interrupted { 1 } else { SLICE }),
            audit: self == Configuration::Audit,
            call_depth: 3_500,
            seed: 1,
            driver: if self == Configuration::Match { Driver::Match } else { Driver::FASTEST },
            count_instructions: false,
        };
        let limit = if self == Configuration::Cramped { CRAMPED_HEAP_LIMIT } else { HEAP_LIMIT };
        let Ok(mut vm) = Vm::new(config, Memory::Host { limit }) else { return Ending::OutOfMemory };
        vm.set_printer(print);
        let libraries = tamias_stdlib_imp::standard::libraries(edition);
        if !libraries.iter().all(|library| vm.install(library)) {
            return Ending::OutOfMemory;
        }
        let Ok(program) = vm.load(image) else { return Ending::OutOfMemory };
        let mut host = HostClock::new(StoppedClock);
        let mut outcome = vm.start(&mut host, program);
        let mut stops = 0;
        while outcome == Ok(Outcome::Budget) {
            stops += 1;
            if stops > MAX_STOPS {
                return Ending::Timeout;
            }
            outcome = vm.resume(&mut host);
        }
        match outcome {
            Ok(_) => {
                vm.idle(&mut host);
                Ending::Done
            }
            Err(Failure::Uncaught) => {
                Ending::Error(vm.error_text(|text| String::from_utf8_lossy(text).into_owned()))
            }
            Err(_) => Ending::OutOfMemory,
        }
    }

    /// How the result in this configuration contradicts the one in [`Configuration::Plain`].
    pub fn contradiction(self, plain: &RunResult, result: &RunResult) -> Option<String> {
        let is_cut = self == Configuration::Cramped && result.ending == Ending::OutOfMemory;
        if is_cut && plain.output.starts_with(&result.output) {
            return None;
        }
        plain.difference(result)
    }
}

thread_local! {
    static PRINTED: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

fn print(_: &mut dyn Any, _: Output, bytes: &[u8]) {
    PRINTED.with_borrow_mut(|printed| printed.extend_from_slice(bytes));
}

/// Programs do not read clocks.
struct StoppedClock;

impl Clock for StoppedClock {
    fn micros(&self) -> u64 {
        0
    }

    fn sleep_micros(&mut self, _: u64) {}
}

fn text_of(payload: &dyn Any) -> String {
    let text = payload.downcast_ref::<&str>().map(|text| text.to_string());
    text.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_default()
}
