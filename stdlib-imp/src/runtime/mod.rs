//! The runtime: a program, the board under it, and the event loop between them.
//!
//! A [`Runtime`] never waits and owns no thread. [`Runtime::poll`] runs at most
//! one callback to its end and says when it wants to be called again, so that
//! it fits a bare loop, a task of an RTOS, and a simulator that jumps to the
//! next deadline:
//!
//! ```
//! use tamias_stdlib_imp::board::Board;
//! use tamias_stdlib_imp::runtime::{Next, Runtime, RuntimeConfig, StopReason};
//! use tamias_vm::{LoadError, Memory};
//!
//! /// Runs a program until it ends or nothing can happen any more.
//! fn run(image: &[u8], board: impl Board + 'static) -> Result<Option<StopReason>, LoadError> {
//!     let memory = Memory::Host { limit: board.profile().heap_bytes };
//!     let mut runtime = Runtime::new(RuntimeConfig::default(), memory, Box::new(board))?;
//!     runtime.load(image)?;
//!     loop {
//!         match runtime.poll() {
//!             Next::Ready => {}
//!             Next::At(deadline) => {
//!                 let clock = runtime.board_mut().clock();
//!                 clock.sleep_micros(deadline.saturating_sub(clock.micros()));
//!             }
//!             // A real board would wait for an interrupt here.
//!             Next::Idle => return Ok(None),
//!             Next::Stopped(reason) => return Ok(Some(reason)),
//!         }
//!     }
//! }
//! # fn main() {}
//! ```
//!
//! A program whose timers have no delay keeps a runtime [ready](Next::Ready)
//! for ever; no virtual time passes meanwhile unless the embedder lets it.
//!
//! Between callbacks everything that the program has let go of is released:
//! the closure of a timer that has fired is gone before the next callback runs,
//! even if the program still holds the timer.
//!
//! A program that ends itself or fails is not started again here: that needs a
//! new virtual machine. The embedder takes the board back with
//! [`Runtime::into_board`], lets it sleep or note the
//! [reason](StopReason::wake_reason), and makes another runtime.

pub(crate) mod connection;
mod report;
pub(crate) mod state;

use crate::api;
use crate::api::constants::SERVER_CONNECTED;
use crate::board::{Board, PinId, Severity, UartEvents, UartPort, WakeReason};
use crate::events::Event;
use crate::standard;
use alloc::boxed::Box;
use connection::Phase;
use core::any::Any;
use core::mem::MaybeUninit;
use state::{RuntimeState, Task, Turn, UartCallbackArgument, kept_value};
use tamias_vm::{
    Config, Cx, Failure, Handle, LoadError, Memory, OutOfMemory, Outcome, Program, Raise, Side, Vm,
};

/// What a [`Runtime`] is made with.
#[derive(Clone, Copy, Debug)]
pub struct RuntimeConfig {
    /// What its virtual machine is made with. The budget is that of one callback.
    pub vm: Config,
    /// When the module booted, on the clock of the board; `None`: now. Restarting a program is no boot.
    pub boot_micros: Option<u64>,
    /// How many timers may wait at a time. `imp.wakeup()` returns `null` beyond that.
    pub timers: usize,
}

impl Default for RuntimeConfig {
    fn default() -> Self {
        RuntimeConfig { vm: Config::default(), boot_micros: None, timers: 100_000 }
    }
}

/// What [`Runtime::poll`] is waiting for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Nothing: there is more to run at once.
    Ready,
    /// This time on the clock of the board, or an event of the board.
    At(u64),
    /// An event of the board.
    Idle,
    /// The program has ended.
    Stopped(StopReason),
}

/// Why a program has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StopReason {
    /// Nothing caught an error. It is in the log.
    Error,
    /// The program needed more memory than there is.
    OutOfMemory,
    /// A callback took longer than the budget allows. Polling again lets it go on with a new budget.
    Budget,
    /// It sleeps: `imp.deepsleepfor()` and its relatives.
    DeepSleep {
        /// For how long.
        micros: u64,
    },
    /// `server.restart()`
    Restart,
    /// `imp.reset()`
    Reset,
}

impl StopReason {
    /// What `hardware.wakereason()` says after the restart that follows. `None` where that is for the board to
    /// say, or where the program has not really ended.
    ///
    /// ```
    /// use tamias_stdlib_imp::board::WakeReason;
    /// use tamias_stdlib_imp::runtime::StopReason;
    ///
    /// assert_eq!(StopReason::Error.wake_reason(), Some(WakeReason::SquirrelError));
    /// assert_eq!(StopReason::DeepSleep { micros: 1 }.wake_reason(), None);
    /// ```
    #[must_use]
    pub fn wake_reason(self) -> Option<WakeReason> {
        match self {
            StopReason::Error => Some(WakeReason::SquirrelError),
            StopReason::OutOfMemory | StopReason::Reset => Some(WakeReason::SoftwareReset),
            StopReason::Restart => Some(WakeReason::SoftwareRestart),
            StopReason::Budget | StopReason::DeepSleep { .. } => None,
        }
    }
}

/// A call of a function of the program.
struct Call {
    function: Handle,
    argument: Option<i32>,
    /// The port that it is about, with the number of bytes that wait to be read.
    uart: Option<(UartPort, usize)>,
}

impl Call {
    fn new(function: Handle) -> Call {
        Call { function, argument: None, uart: None }
    }
}

/// What is to be let go of when the function that runs has returned.
struct Running {
    function: Handle,
    argument: Option<Handle>,
    uart: Option<(UartPort, usize)>,
}

/// A program on a board, with its virtual machine and event loop. See the [module](self).
pub struct Runtime {
    vm: Vm,
    state: RuntimeState,
    /// The program whose main function is to run next.
    main: Option<Program>,
    running: Option<Running>,
    stopped: Option<StopReason>,
}

impl Runtime {
    /// A runtime without a program.
    ///
    /// # Errors
    /// If the memory is too small for an empty virtual machine.
    pub fn new(
        mut config: RuntimeConfig,
        memory: Memory,
        mut board: Box<dyn Board>,
    ) -> Result<Runtime, OutOfMemory> {
        if let Some(random) = board.random() {
            let mut seed = [0; 4];
            random.fill(&mut seed);
            config.vm.seed = u32::from_le_bytes(seed);
        }
        let mut vm = Vm::new(config.vm, memory)?;
        vm.set_printer(state::print);
        for library in standard::libraries(config.vm.edition) {
            let installed = vm.install(library);
            debug_assert!(installed);
        }
        match vm.side() {
            Side::Device => vm.install(&api::DEVICE),
            Side::Agent => {
                standard::agent_libraries(config.vm.edition).iter().for_each(|library| {
                    vm.install(library);
                });
                vm.install(&api::AGENT)
            }
        };
        let state = RuntimeState::new(board, config.boot_micros, config.timers);
        Ok(Runtime { vm, state, main: None, running: None, stopped: None })
    }

    /// Verifies an image and loads a copy of it. The next [`Runtime::poll`] runs its main function.
    ///
    /// # Errors
    /// If the image is not valid, is for another edition or does not fit.
    pub fn load(&mut self, image: &[u8]) -> Result<(), LoadError> {
        self.main = Some(self.vm.load(image)?);
        Ok(())
    }

    /// As [`Runtime::load`], using the image where it is, for example in flash.
    ///
    /// # Errors
    /// As [`Runtime::load`].
    pub fn load_static(&mut self, image: &'static [u8]) -> Result<(), LoadError> {
        self.main = Some(self.vm.load_static(image)?);
        Ok(())
    }

    /// Runs the main function of the program or one callback, if there is one whose time has come.
    pub fn poll(&mut self) -> Next {
        match self.stopped {
            Some(StopReason::Budget) => {
                self.stopped = None;
                let outcome = self.vm.resume(&mut self.state);
                return self.conclude(outcome);
            }
            Some(reason) => return Next::Stopped(reason),
            None => {}
        }
        if let Some(program) = self.main.take() {
            let outcome = self.vm.start(&mut self.state, program);
            return self.conclude(outcome);
        }
        match self.next_call() {
            Ok(Some(call)) => self.run(call),
            Ok(None) => self.state.timers.next_due().map_or(Next::Idle, Next::At),
            Err(_) => self.run_out_of_memory(),
        }
    }

    /// Works with values and objects of the program between two callbacks.
    pub fn with<R>(&mut self, work: impl for<'v> FnOnce(&mut Cx<'v>) -> R) -> R {
        self.vm.with(&mut self.state, work)
    }

    /// Lets a program that has stopped go on with what it has left waiting: timers, and callbacks of events. What
    /// has used up its budget is given up. For prompts and debuggers, where a mistake is not the end.
    pub fn go_on(&mut self) {
        if self.stopped.take() == Some(StopReason::Budget) {
            self.vm.give_up();
        }
        self.let_go();
    }

    /// The board.
    pub fn board_mut(&mut self) -> &mut dyn Board {
        &mut *self.state.board
    }

    /// The board, if it is of this type.
    pub fn board_as<B: Board>(&mut self) -> Option<&mut B> {
        let board: &mut dyn Any = self.board_mut();
        board.downcast_mut()
    }

    /// Ends the program, if it has not ended, and hands the board back.
    #[must_use]
    pub fn into_board(self) -> Box<dyn Board> {
        // The virtual machine goes first: nothing of the program may outlive it.
        drop(self.vm);
        self.state.board
    }

    /// As [`Runtime::into_board`], with the region that the virtual machine was made in: what the next runtime
    /// needs. `None` if its memory is the system's.
    #[must_use]
    pub fn into_parts(self) -> (Box<dyn Board>, Option<&'static mut [MaybeUninit<u8>]>) {
        let region = self.vm.into_region();
        (self.state.board, region)
    }

    /// Bytes that the program has allocated.
    #[must_use]
    pub fn memory_used(&self) -> usize {
        self.vm.memory_used()
    }

    /// What is to be called now: a callback of an event or a timer, or the idle callback if there is neither.
    fn next_call(&mut self) -> Result<Option<Call>, Raise> {
        let call = match self.state.turn {
            Turn::Events => match self.call_of_event()? {
                None => self.call_of_timer(),
                call => call,
            },
            Turn::Timers => match self.call_of_timer() {
                None => self.call_of_event()?,
                call => call,
            },
        };
        Ok(call.or_else(|| self.state.on_idle.take().map(Call::new)))
    }

    fn call_of_event(&mut self) -> Result<Option<Call>, Raise> {
        while let Some(event) = self.state.take_event() {
            let call = match event {
                Event::PinChanged(pin) => self.call_of_pin(pin)?,
                Event::UartChanged(port) => self.call_of_uart(port)?,
                // Parts that scripts cannot reach yet.
                Event::SamplesReady
                | Event::FilteredSamplesReady
                | Event::PlaybackHungry
                | Event::LinkChanged => None,
            };
            if call.is_some() {
                self.state.turn = Turn::Timers;
                return Ok(call);
            }
        }
        Ok(None)
    }

    fn call_of_pin(&mut self, pin: PinId) -> Result<Option<Call>, Raise> {
        let index = usize::from(pin.0);
        if index >= self.state.pin_callbacks.len() {
            return Ok(None);
        }
        let callback = self.callback(|state| &mut state.pin_callbacks[index])?;
        Ok(callback.map(Call::new))
    }

    fn call_of_uart(&mut self, port: UartPort) -> Result<Option<Call>, Raise> {
        let index = usize::from(port.0);
        let Some(uart) = self.state.board.uart() else { return Ok(None) };
        let events = uart.take_events(port);
        let unread = uart.available(port);
        let Some(setup) = self.state.uarts.get_mut(index) else { return Ok(None) };
        setup.events |= events.bits();
        let argument = match setup.callback_argument {
            UartCallbackArgument::Flags => Some(i32::from(flags_of(events, unread))),
            UartCallbackArgument::None if unread > 0 => None,
            UartCallbackArgument::None => return Ok(None),
        };
        let callback = self.callback(|state| &mut state.uarts[index].callback)?;
        Ok(callback.map(|function| Call { function, argument, uart: Some((port, unread)) }))
    }

    /// A callback that the program may replace while it runs: a handle of its own keeps it until then.
    fn callback(
        &mut self,
        place: impl Fn(&mut RuntimeState) -> &mut Option<Handle>,
    ) -> Result<Option<Handle>, Raise> {
        fn copy(
            cx: &mut Cx<'_>,
            place: impl Fn(&mut RuntimeState) -> &mut Option<Handle>,
        ) -> Result<Option<Handle>, Raise> {
            kept_value(cx, place).map(|callback| cx.handle(callback)).transpose()
        }
        self.vm.with(&mut self.state, |cx| copy(cx, place))
    }

    fn call_of_timer(&mut self) -> Option<Call> {
        let now = self.state.now();
        while let Some((_, task)) = self.state.timers.pop_due(now) {
            let call = match task {
                Task::Callback(callback) => Some(Call::new(callback)),
                Task::Connected(callback) => {
                    self.state.connection.phase = Phase::Connected;
                    callback.map(|callback| Call { argument: Some(SERVER_CONNECTED), ..Call::new(callback) })
                }
            };
            if call.is_some() {
                self.state.turn = Turn::Events;
                return call;
            }
        }
        None
    }

    fn run(&mut self, call: Call) -> Next {
        let argument = match call.argument {
            Some(number) => match self.vm.with(&mut self.state, |cx| cx.handle(number)) {
                Ok(argument) => Some(argument),
                Err(_) => return self.run_out_of_memory(),
            },
            None => None,
        };
        let outcome = match &argument {
            Some(argument) => self.vm.call(&mut self.state, &call.function, &[argument]),
            None => self.vm.call(&mut self.state, &call.function, &[]),
        };
        self.running = Some(Running { function: call.function, argument, uart: call.uart });
        self.conclude(outcome)
    }

    /// What follows from the end of a run.
    fn conclude(&mut self, outcome: Result<Outcome, Failure>) -> Next {
        match outcome {
            Ok(Outcome::Done) => {
                self.let_go();
                Next::Ready
            }
            // Busy it is never: what is suspended is resumed before anything else runs.
            Ok(Outcome::Budget) | Err(Failure::Busy) => self.stop(StopReason::Budget),
            Err(Failure::Uncaught) => self.fail(),
            Err(Failure::OutOfMemory) => self.run_out_of_memory(),
            Err(Failure::Halted) => self.halt(),
        }
    }

    /// Releases the function that has run, and everything that only it kept alive.
    fn let_go(&mut self) {
        if let Some(running) = self.running.take() {
            self.vm.with(&mut self.state, |cx| {
                cx.release(running.function);
                if let Some(argument) = running.argument {
                    cx.release(argument);
                }
            });
            self.note_unread(running.uart);
        }
        self.vm.idle(&mut self.state);
    }

    /// A callback of a serial port that has read something, but not all, is called again. One that has read
    /// nothing would only do the same again: it waits for more to come.
    fn note_unread(&mut self, uart: Option<(UartPort, usize)>) {
        let Some((port, before)) = uart else { return };
        let unread = self.state.board.uart().map_or(0, |uart| uart.available(port));
        if unread > 0 && unread < before {
            self.state.unread_uart = Some(port);
        }
    }

    /// An error that nothing caught: it goes to the log and to the program's handler, and that is the end.
    fn fail(&mut self) -> Next {
        let description = report::report_error(&mut self.vm, &mut self.state);
        let Some(handler) = self.state.on_unhandled_exception.take() else {
            return self.stop(StopReason::Error);
        };
        let argument = self.vm.with(&mut self.state, |cx| {
            let description = cx.string(&description)?;
            cx.handle(description)
        });
        let Ok(argument) = argument else { return self.run_out_of_memory() };
        match self.vm.call(&mut self.state, &handler, &[&argument]) {
            Err(Failure::Uncaught) => {
                report::report_error(&mut self.vm, &mut self.state);
            }
            Err(Failure::Halted) => return self.halt(),
            Err(Failure::OutOfMemory) => return self.run_out_of_memory(),
            Ok(_) | Err(Failure::Busy) => {}
        }
        self.stop(StopReason::Error)
    }

    fn halt(&mut self) -> Next {
        // Only the natives that end a program halt it, and they say why.
        let reason = self.state.stop_reason.take().unwrap_or(StopReason::Reset);
        self.stop(reason)
    }

    fn run_out_of_memory(&mut self) -> Next {
        self.state.log(Severity::Status, b"out of memory");
        self.stop(StopReason::OutOfMemory)
    }

    fn stop(&mut self, reason: StopReason) -> Next {
        self.stopped = Some(reason);
        Next::Stopped(reason)
    }
}

/// What the callback of a port is told: what has happened, and that there is something to read.
fn flags_of(events: UartEvents, unread: usize) -> u8 {
    let mut flags = events;
    if unread > 0 {
        flags.insert(UartEvents::READ_READY);
    }
    flags.bits()
}
