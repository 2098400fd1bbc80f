//! A firmware that runs an imp program on a Cortex-M3.
//!
//! The program lies in the upper part of the flash and runs there. It is linked
//! in (feature `linked-program`) or put there beside the firmware. Timers come
//! from `SysTick`, and the processor sleeps between two callbacks. `server.log`
//! goes to UART 0. What a script finds:
//!
//! | script | board |
//! | --- | --- |
//! | `hardware.i2c89` | I2C 0 |
//! | `hardware.pin1`, `pin2` | D0, D1 |
//! | `hardware.pin5`, `pin7`, `pin8`, `pin9` | E0 to E3, the buttons |
//! | `hardware.uart57` | UART 1 |
//!
//! A program that ends is started again in the same memory, after the reason was
//! logged, and learns it from `hardware.wakereason()`. An image that is damaged is
//! refused.
#![no_std]
#![no_main]

extern crate alloc;

mod console;
mod gpio;
mod i2c;
mod image;
mod restarts;
mod systick;
mod uart;

use alloc::boxed::Box;
use alloc::format;
use core::mem::MaybeUninit;
use core::panic::PanicInfo;
use cortex_m_rt::{ExceptionFrame, entry, exception};
use embedded_alloc::LlffHeap;
use tamias_example_support::exit::{Status, exit};
use tamias_example_support::{mpu, stack};
use tamias_firmware_shim::clock::CounterClock;
use tamias_firmware_shim::i2c::I2cBuses;
use tamias_firmware_shim::pins::PinSet;
use tamias_firmware_shim::uart::SerialPorts;
use tamias_firmware_shim::{FirmwareBoard, region};
use tamias_stdlib_imp::board::{Board, Log, Severity, WakeReason, modules};
use tamias_stdlib_imp::events::EventQueue;
use tamias_stdlib_imp::runtime::{Next, Runtime, RuntimeConfig, StopReason};
use tamias_vm::Config;

/// Interrupts tell the runtime here.
static EVENTS: EventQueue = EventQueue::new();

/// For what the runtime allocates: timers, and the parts of the board.
#[global_allocator]
static ALLOCATOR: LlffHeap = LlffHeap::empty();
const ALLOCATOR_BYTES: usize = 4 * 1024;
static mut ALLOCATOR_REGION: [MaybeUninit<u8>; ALLOCATOR_BYTES] = [MaybeUninit::uninit(); ALLOCATOR_BYTES];

/// For what the program allocates.
const HEAP_BYTES: usize = 40 * 1024;
static mut HEAP: [MaybeUninit<u8>; HEAP_BYTES] = [MaybeUninit::uninit(); HEAP_BYTES];

/// Calls and jumps after which a callback has run wild.
const BUDGET: u32 = 10_000_000;

#[entry]
fn main() -> ! {
    let floor = mpu::protect(18);
    stack::paint(floor);
    systick::start();
    console::start();
    // SAFETY: nobody else uses this region, and this happens once.
    unsafe { ALLOCATOR.init(&raw mut ALLOCATOR_REGION as usize, ALLOCATOR_BYTES) };
    // SAFETY: nobody else uses this region, and this happens once.
    let mut memory: &'static mut [MaybeUninit<u8>] = unsafe { &mut *(&raw mut HEAP) };
    let mut board: Box<dyn Board> = Box::new(new_board());
    loop {
        (board, memory) = run(board, memory, floor);
    }
}

fn new_board() -> FirmwareBoard {
    let module = &modules::IMP001;
    let pins = PinSet::new(module)
        .with("pin1", gpio::D0)
        .with("pin2", gpio::D1)
        .with("pin5", gpio::E0)
        .with("pin7", gpio::E1)
        .with("pin8", gpio::E2)
        .with("pin9", gpio::E3);
    FirmwareBoard::new(module, CounterClock::new(systick::micros, systick::Delay), console::Console)
        .events(&EVENTS)
        .pins(pins)
        .power(restarts::Restarts::new())
        .i2c(I2cBuses::new(module).with("i2c89", i2c::Bus::new()))
        .uart(SerialPorts::new(module).with("uart57", uart::Sender, &uart::RECEIVED))
}

/// Runs the program until it ends, and gives back what the next run needs.
fn run(
    board: Box<dyn Board>,
    memory: &'static mut [MaybeUninit<u8>],
    floor: usize,
) -> (Box<dyn Board>, &'static mut [MaybeUninit<u8>]) {
    let vm = Config { budget: Some(BUDGET), call_depth: 200, ..Config::default() };
    let config = RuntimeConfig { vm, timers: 32, ..RuntimeConfig::default() };
    let Ok(mut runtime) = Runtime::new(config, region(memory), board) else {
        fail("the heap is too small for an empty virtual machine");
    };
    if let Err(error) = runtime.load_static(image::image()) {
        console::Console.line(Severity::Error, &format!("image refused: {error}"));
        exit(Status::Refused)
    }
    let started = runtime.memory_used();
    let reason = turn(&mut runtime);
    let used = ALLOCATOR.used();
    let (mut board, memory) = runtime.into_parts();
    let memory = memory.expect("the memory is a region");
    let deepest = stack::deepest(floor);
    let line = format!("ended: {reason:?}; heap at start {started}, allocator {used}, stack {deepest}");
    board.log().line(Severity::Status, &line);
    let power = board.power().expect("the board has been given one");
    match reason {
        // That is how a test ends.
        StopReason::Reset => exit(Status::Success),
        StopReason::DeepSleep { micros } => power.deep_sleep(micros),
        // What a watchdog would do.
        StopReason::Budget => power.reset(WakeReason::HardwareReset),
        _ => power.reset(reason.wake_reason().unwrap_or(WakeReason::SoftwareReset)),
    }
    (board, memory)
}

/// The event loop.
fn turn(runtime: &mut Runtime) -> StopReason {
    loop {
        match runtime.poll() {
            Next::Ready => {}
            Next::Stopped(reason) => return reason,
            // The clock ticks by interrupt, and events come by interrupt. One that comes right before the
            // processor goes to sleep waits for the next tick at most.
            Next::At(_) | Next::Idle => cortex_m::asm::wfi(),
        }
    }
}

fn fail(message: &str) -> ! {
    console::Console.line(Severity::Error, message);
    exit(Status::Failure)
}

#[exception]
unsafe fn DefaultHandler(interrupt: i16) {
    match interrupt {
        gpio::PORT_E_INTERRUPT => gpio::port_e_changed(&EVENTS),
        uart::INTERRUPT => uart::received(&EVENTS),
        _ => fail("unexpected interrupt"),
    }
}

#[exception]
unsafe fn HardFault(frame: &ExceptionFrame) -> ! {
    fail(&format!("hard fault at {:#x}", frame.pc()))
}

#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    fail(&format!("{info}"))
}
