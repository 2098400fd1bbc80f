//! A firmware around a program, with a clock that the test moves.
#![allow(dead_code, reason = "not every test uses all of it")]

use embedded_hal_mock::eh1::delay::NoopDelay;
use std::cell::{Cell, RefCell};
use std::mem::MaybeUninit;
use std::rc::Rc;
use tamias_compiler::{CompileOptions, ConstantValue, compile};
use tamias_firmware_shim::clock::CounterClock;
use tamias_firmware_shim::{FirmwareBoard, region};
use tamias_stdlib_imp::api::constants::CONSTANTS;
use tamias_stdlib_imp::board::{Board, Log, Power, Severity, WakeReason, modules};
use tamias_stdlib_imp::runtime::{Next, Runtime, RuntimeConfig, StopReason};

/// What programs have logged.
#[derive(Clone, Default)]
pub struct Lines(Rc<RefCell<Vec<String>>>);

impl Lines {
    pub fn take(&self) -> Vec<String> {
        self.0.take()
    }
}

impl Log for Lines {
    fn line(&mut self, severity: Severity, text: &str) {
        let mark = if severity == Severity::Error { "ERROR: " } else { "" };
        self.0.borrow_mut().push(format!("{mark}{text}"));
    }
}

/// Keeps why the program was started, as firmware does that starts it again.
pub struct Restarts(WakeReason);

impl Power for Restarts {
    fn wake_reason(&self) -> WakeReason {
        self.0
    }

    fn deep_sleep(&mut self, _: u64) {
        self.0 = WakeReason::Timer;
    }

    fn reset(&mut self, reason: WakeReason) {
        self.0 = reason;
    }
}

pub const MEMORY_BYTES: usize = 64 * 1024;

/// Memory that stays for ever.
pub fn memory(bytes: usize) -> &'static mut [MaybeUninit<u8>] {
    vec![MaybeUninit::uninit(); bytes].leak()
}

/// A firmware around a program.
pub struct Firmware {
    pub runtime: Runtime,
    pub now: Rc<Cell<u64>>,
    lines: Lines,
}

impl Firmware {
    pub fn new(source: &str, parts: impl FnOnce(FirmwareBoard) -> FirmwareBoard) -> Firmware {
        Firmware::with_config(RuntimeConfig::default(), source, parts)
    }

    pub fn with_config(
        config: RuntimeConfig,
        source: &str,
        parts: impl FnOnce(FirmwareBoard) -> FirmwareBoard,
    ) -> Firmware {
        let lines = Lines::default();
        let now = Rc::new(Cell::new(0));
        let counter = now.clone();
        let clock = CounterClock::new(move || counter.get(), NoopDelay::new());
        let board = FirmwareBoard::new(&modules::IMP001, clock, lines.clone());
        let board = Box::new(parts(board.power(Restarts(WakeReason::PowerOn))));
        let mut runtime =
            Runtime::new(config, region(memory(MEMORY_BYTES)), board).expect("it is large enough");
        runtime.load_static(image(source)).expect("the program fits");
        Firmware { runtime, now, lines }
    }

    /// Runs until nothing can happen at this time any more.
    pub fn turn(&mut self) -> Next {
        loop {
            match self.runtime.poll() {
                Next::Ready => {}
                next => return next,
            }
        }
    }

    pub fn take_lines(&self) -> Vec<String> {
        self.lines.take()
    }

    /// Starts the program again in the same memory, and tells it why.
    pub fn start_again(self, config: RuntimeConfig, source: &str, reason: StopReason) -> Firmware {
        let (mut board, memory) = self.runtime.into_parts();
        let memory = memory.expect("it came from a region");
        assert_eq!(memory.len(), MEMORY_BYTES);
        let reason = reason.wake_reason().unwrap_or(WakeReason::HardwareReset);
        Board::power(&mut *board).expect("it was added").reset(reason);
        let mut runtime = Runtime::new(config, region(memory), board).expect("it was large enough before");
        runtime.load_static(image(source)).expect("the program fits");
        Firmware { runtime, ..self }
    }
}

/// Compiles a program, and puts it where it stays, as in flash.
pub fn image(source: &str) -> &'static [u8] {
    let mut options = CompileOptions::new("test.nut", tamias_vm::Edition::Imp);
    let constants = CONSTANTS.iter();
    options.constants =
        constants.map(|(name, value)| ((*name).to_string(), ConstantValue::Int(*value))).collect();
    let compiled = compile(source.as_bytes(), &options);
    in_flash(&compiled.image.expect("the program is right"))
}

/// Puts bytes where they stay, at a multiple of four.
pub fn in_flash(bytes: &[u8]) -> &'static [u8] {
    let padded = vec![0; bytes.len() + 3].leak();
    let skip = padded.as_ptr().align_offset(4);
    padded[skip..skip + bytes.len()].copy_from_slice(bytes);
    &padded[skip..skip + bytes.len()]
}
