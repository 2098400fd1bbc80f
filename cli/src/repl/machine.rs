//! What the pieces run on: a simulated module, or this computer.

use crate::compile::unknown_module;
use crate::exit::Exit;
use crate::report;
use crate::run::{device, host};
use std::sync::atomic::{AtomicBool, Ordering};
use tamias_simulator::{BoardSetup, SimulatedBoard};
use tamias_stdlib_imp::board::modules;
use tamias_stdlib_imp::clock::HostClock;
use tamias_stdlib_imp::runtime::{Next, Runtime, RuntimeConfig, StopReason};
use tamias_vm::{Config, Cx, Edition, Failure, LoadError, Memory, Outcome, Vm};

/// Backward jumps and calls between two looks at the keyboard.
const SLICE: u32 = 1_000_000;

/// Callbacks that may run at once. A timer that always sets itself anew without delay would never end.
const CALLBACKS_AT_ONCE: u32 = 1000;

/// Whether the user has pressed Ctrl-C since the last piece was started.
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// From now on Ctrl-C stops the program that runs, and not this command.
pub fn catch_interrupts() {
    // Without a handler Ctrl-C ends the command, which is not so bad.
    let _ = ctrlc::set_handler(|| INTERRUPTED.store(true, Ordering::Relaxed));
}

/// How a piece ended.
pub enum Ending {
    /// As it should.
    Done,
    /// Something was wrong, and has been reported.
    Failed(Exit),
    /// The user has stopped it.
    Interrupted,
}

pub enum Machine {
    /// A module with virtual time.
    Device(Box<Runtime>),
    /// This computer.
    Host(Box<(Vm, HostClock)>),
}

impl Machine {
    pub fn new(edition: Edition, module: &str) -> Result<Machine, Exit> {
        let config = Config { edition, budget: Some(SLICE), ..Config::default() };
        let machine = match edition {
            Edition::Squirrel3 => host::machine(config, Memory::Host { limit: host::DEFAULT_HEAP })
                .map(|machine| Machine::Host(Box::new(machine))),
            Edition::Imp | Edition::ImpCompat => {
                let Some(profile) = modules::find(module) else {
                    report::error(&unknown_module(module));
                    return Err(Exit::Usage);
                };
                let mut board = SimulatedBoard::from_setup(BoardSetup::bare(profile));
                board.set_log_sink(Box::new(|micros, severity, text| {
                    device::print_log(false, micros, severity, text)
                }));
                let config = RuntimeConfig { vm: config, ..RuntimeConfig::default() };
                let memory = Memory::Host { limit: profile.heap_bytes * device::WORD_RATIO };
                Runtime::new(config, memory, Box::new(board))
                    .map(|runtime| Machine::Device(Box::new(runtime)))
            }
        };
        machine.map_err(|_| {
            report::error("the heap is too small for an empty virtual machine");
            Exit::Limit
        })
    }

    /// Runs an image, and the callbacks that are due then.
    pub fn run(&mut self, image: &[u8]) -> Ending {
        INTERRUPTED.store(false, Ordering::Relaxed);
        match self {
            Machine::Device(runtime) => match runtime.load(image) {
                Ok(()) => settle(runtime),
                Err(error) => not_loaded(error),
            },
            Machine::Host(machine) => {
                let (vm, host) = &mut **machine;
                match vm.load(image) {
                    Ok(program) => {
                        let outcome = vm.start(host, program);
                        finish(vm, host, outcome)
                    }
                    Err(error) => not_loaded(error),
                }
            }
        }
    }

    /// Lets virtual time pass, with everything that is due meanwhile.
    pub fn wait(&mut self, micros: u64) -> Ending {
        INTERRUPTED.store(false, Ordering::Relaxed);
        let Machine::Device(runtime) = self else { return Ending::Done };
        let Some(board) = runtime.board_as::<SimulatedBoard>() else { return Ending::Done };
        let end = board.now().saturating_add(micros);
        let mut last = Ending::Done;
        loop {
            match settle(runtime) {
                Ending::Done => {}
                Ending::Interrupted => return Ending::Interrupted,
                failed => last = failed,
            }
            let next = runtime.poll();
            let Some(board) = runtime.board_as::<SimulatedBoard>() else { return last };
            if board.now() >= end {
                return last;
            }
            let next = match next {
                Next::At(deadline) => deadline,
                // What has just run was too much for one moment: some time passes in any case.
                Next::Ready => board.now() + device::TICK,
                Next::Stopped(_) => continue,
                Next::Idle => end,
            };
            board.advance_to_event(next.min(end));
        }
    }

    /// Works with the values of the program.
    pub fn with<R>(&mut self, work: impl for<'v> FnOnce(&mut Cx<'v>) -> R) -> R {
        match self {
            Machine::Device(runtime) => runtime.with(work),
            Machine::Host(machine) => {
                let (vm, host) = &mut **machine;
                vm.with(host, work)
            }
        }
    }
}

/// Runs whatever is to be run now.
fn settle(runtime: &mut Runtime) -> Ending {
    let mut n_callbacks = 0;
    let mut ending = Ending::Done;
    loop {
        match runtime.poll() {
            Next::Ready if INTERRUPTED.load(Ordering::Relaxed) => return Ending::Interrupted,
            Next::Ready if n_callbacks == CALLBACKS_AT_ONCE => return ending,
            Next::Ready => n_callbacks += 1,
            Next::At(_) | Next::Idle => return ending,
            Next::Stopped(StopReason::Budget) if INTERRUPTED.load(Ordering::Relaxed) => {
                runtime.go_on();
                return Ending::Interrupted;
            }
            Next::Stopped(StopReason::Budget) => {}
            Next::Stopped(reason) => {
                runtime.go_on();
                ending = Ending::Failed(device::conclude(Some(reason)));
            }
        }
    }
}

/// Runs a program on this computer to its end.
fn finish(vm: &mut Vm, host: &mut HostClock, outcome: Result<Outcome, Failure>) -> Ending {
    let mut outcome = outcome;
    while let Ok(Outcome::Budget) = outcome {
        if INTERRUPTED.load(Ordering::Relaxed) {
            vm.give_up();
            vm.idle(host);
            return Ending::Interrupted;
        }
        outcome = vm.resume(host);
    }
    let exit = host::conclude(vm, outcome);
    vm.idle(host);
    if exit == Exit::Success { Ending::Done } else { Ending::Failed(exit) }
}

fn not_loaded(error: LoadError) -> Ending {
    report::error(&error.to_string());
    Ending::Failed(if matches!(error, LoadError::OutOfMemory) { Exit::Limit } else { Exit::ImageRejected })
}
