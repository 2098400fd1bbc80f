//! Plain Squirrel on this computer: `print` on standard output, libraries in
//! the root table.

use crate::args::Run;
use crate::exit::Exit;
use crate::report;
use std::any::Any;
use std::io::{self, Write};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tamias_compiler::compile_string;
use tamias_stdlib_imp::board::time::{Clock, WallTime};
use tamias_stdlib_imp::clock::HostClock;
use tamias_vm::{Config, Edition, Failure, LoadError, Memory, OutOfMemory, Outcome, Output, Vm};

/// Enough for everything that fits a computer comfortably.
pub const DEFAULT_HEAP: usize = 1 << 30;

/// Runs an image.
pub fn run(args: &Run, image: &[u8]) -> Exit {
    let config = Config {
        edition: Edition::Squirrel3,
        budget: args.budget.map(|budget| budget.min(u32::MAX as u64) as u32),
        audit: args.audit,
        ..Config::default()
    };
    let memory = Memory::Host { limit: args.heap.unwrap_or(DEFAULT_HEAP) };
    let Ok((mut vm, mut host)) = machine(config, memory) else {
        report::error("the heap is too small for an empty virtual machine");
        return Exit::Limit;
    };
    let program = match vm.load(image) {
        Ok(program) => program,
        Err(LoadError::OutOfMemory) => {
            report::error("the heap is too small for the program");
            return Exit::Limit;
        }
        Err(error) => {
            report::error(&error.to_string());
            return Exit::ImageRejected;
        }
    };
    let outcome = vm.start(&mut host, program);
    let _ = io::stdout().flush();
    conclude(&mut vm, outcome)
}

/// A machine with everything that programs on a computer find.
pub fn machine(config: Config, memory: Memory) -> Result<(Vm, HostClock), OutOfMemory> {
    let mut vm = Vm::new(config, memory)?;
    vm.set_printer(print);
    vm.set_compiler(compile_string);
    for library in tamias_stdlib_imp::standard::libraries(Edition::Squirrel3) {
        vm.install(library);
    }
    Ok((vm, HostClock::new(SystemClock { start: Instant::now() })))
}

/// Reports how a run ended.
pub fn conclude(vm: &mut Vm, outcome: Result<Outcome, Failure>) -> Exit {
    match outcome {
        Ok(Outcome::Done) => Exit::Success,
        Ok(Outcome::Budget) => {
            report::error("the budget is used up");
            Exit::Limit
        }
        Err(Failure::OutOfMemory) => {
            report::error("out of memory");
            Exit::Limit
        }
        // Natives that end the program belong to the imp API.
        Err(Failure::Busy | Failure::Halted) => Exit::Internal,
        Err(Failure::Uncaught) => {
            let mut message = b"ERROR: ".to_vec();
            vm.error_text(|text| message.extend_from_slice(text));
            message.push(b'\n');
            for (depth, frame) in vm.trace().enumerate() {
                let name = |name: Option<&'static [u8]>, default: &str| {
                    name.map_or(default.into(), |name| String::from_utf8_lossy(name).into_owned())
                };
                let default = if frame.is_main { "main" } else { "unknown" };
                let line = frame.source.map_or(String::new(), |source| format!(":{}", source.line));
                let place = if depth == 0 { "in" } else { "from" };
                let function = if frame.is_main { "main".into() } else { name(frame.function, default) };
                let source = name(frame.source.map(|source| source.name), "?");
                message.extend_from_slice(format!("ERROR:   {place} {function} {source}{line}\n").as_bytes());
            }
            let _ = io::stderr().lock().write_all(&message);
            Exit::ScriptFailed
        }
    }
}

/// What scripts print goes out as it is. A closed pipe is the reader's decision.
fn print(_: &mut dyn Any, output: Output, bytes: &[u8]) {
    let _ = match output {
        Output::Print => io::stdout().lock().write_all(bytes),
        Output::Error => io::stderr().lock().write_all(bytes),
    };
}

/// The clocks of this computer.
struct SystemClock {
    start: Instant,
}

impl Clock for SystemClock {
    fn micros(&self) -> u64 {
        self.start.elapsed().as_micros() as u64
    }

    fn sleep_micros(&mut self, micros: u64) {
        std::thread::sleep(Duration::from_micros(micros));
    }

    fn wall_time(&self) -> Option<WallTime> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
        Some(WallTime { unix_seconds: now.as_secs() as i64, micros: now.subsec_micros() })
    }
}
