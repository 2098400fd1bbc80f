//! The imp runtime on a board that has every bus of the module, each without a driver behind it.

use crate::{ALLOCATOR, fact, fail, program};
use core::mem::MaybeUninit;
use tamias_example_support::mps2_uart as uart;
use tamias_firmware_shim::{FirmwareBoard, region};
use tamias_stdlib_imp::board::{Clock, Log, Severity, modules};
use tamias_stdlib_imp::runtime::{Next, Runtime, RuntimeConfig};
use tamias_vm::Config;

const HEAP_BYTES: usize = 1 << 20;
static mut HEAP: [MaybeUninit<u8>; HEAP_BYTES] = [MaybeUninit::uninit(); HEAP_BYTES];

/// Runs the program until it ends or waits for something.
pub fn measure() {
    // SAFETY: nobody else uses this region, and this happens once.
    let memory: &'static mut [MaybeUninit<u8>] = unsafe { &mut *(&raw mut HEAP) };
    let board = FirmwareBoard::new(&modules::IMP001, StoppedClock, Console);
    let vm = Config { seed: 1, call_depth: 200, ..Config::default() };
    let config = RuntimeConfig { vm, timers: 32, ..RuntimeConfig::default() };
    let board = alloc::boxed::Box::new(board);
    let Ok(mut runtime) = Runtime::new(config, region(memory), board) else { fail("the heap is too small") };
    fact("runtime", size_of::<Runtime>());
    fact("allocator", ALLOCATOR.used());
    fact("idle", runtime.memory_used());
    if runtime.load_static(program()).is_err() {
        fail("the program was refused");
    }
    while runtime.poll() == Next::Ready {}
    fact("ended", runtime.memory_used());
}

struct StoppedClock;

impl Clock for StoppedClock {
    fn micros(&self) -> u64 {
        0
    }

    fn sleep_micros(&mut self, _: u64) {}
}

struct Console;

impl Log for Console {
    fn line(&mut self, _: Severity, text: &str) {
        uart::write(text.as_bytes());
        uart::write(b"\n");
    }
}
