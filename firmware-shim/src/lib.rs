//! Tamias in firmware.
//!
//! A firmware gives the VM three things: memory, an image in flash and a
//! [`Board`](tamias_stdlib_imp::board::Board).
//!
//! - [`region`] makes the first from a static buffer. The VM takes its memory
//!   from there and from nowhere else. What little the runtime itself needs
//!   (timers, the table of pins) comes from the global allocator, which the
//!   firmware gives a region of its own.
//! - The second is `Runtime::load_static`, which executes in place.
//! - The third is a [`FirmwareBoard`], put together from parts. Each part is an
//!   adapter around a driver that the firmware has anyway:
//!
//! | module | from | to |
//! | --- | --- | --- |
//! | [`clock`] | a counter and `embedded_hal::delay::DelayNs` | time |
//! | [`pins`] | `embedded_hal::digital`, `embedded_hal::pwm`, or [`pins::FlexPin`] for pins that change their mode | pins |
//! | [`pulses`] | timers that count edges | pulse counters |
//! | [`i2c`] | `embedded_hal::i2c::I2c` | I2C buses |
//! | [`spi`] | `embedded_hal::spi::SpiBus` | SPI buses |
//! | [`uart`] | `embedded_io::Write` and a ring that an interrupt fills | serial ports |
//! | [`store`] | `embedded_storage::nor_flash::NorFlash` | data that outlive a restart |
//! | [`programs`] | the same | programs that are replaced in the field |
//!
//! The rest is the event loop of the runtime:
//!
//! ```
//! use tamias_firmware_shim::FirmwareBoard;
//! use tamias_stdlib_imp::board::{Clock, Log, Severity, modules};
//! use tamias_stdlib_imp::events::EventQueue;
//! use tamias_stdlib_imp::runtime::{Next, Runtime, RuntimeConfig};
//!
//! /// Interrupts post here.
//! static EVENTS: EventQueue = EventQueue::new();
//!
//! # struct Ticks(u64);
//! # impl Clock for Ticks {
//! #     fn micros(&self) -> u64 { self.0 }
//! #     fn sleep_micros(&mut self, micros: u64) { self.0 += micros }
//! # }
//! # struct Console;
//! # impl Log for Console {
//! #     fn line(&mut self, _: Severity, _: &str) {}
//! # }
//! # fn wait_for_interrupt() {}
//! fn run(memory: &'static mut [core::mem::MaybeUninit<u8>], image: &'static [u8]) -> Option<Next> {
//!     let board = FirmwareBoard::new(&modules::IMP001, Ticks(0), Console).events(&EVENTS);
//!     let config = RuntimeConfig::default();
//!     let mut runtime = Runtime::new(config, tamias_firmware_shim::region(memory), Box::new(board)).ok()?;
//!     runtime.load_static(image).ok()?;
//!     loop {
//!         match runtime.poll() {
//!             Next::Ready => {}
//!             // A tick of the clock is an interrupt, too: then the runtime looks again whether it is time.
//!             Next::At(_) | Next::Idle => wait_for_interrupt(),
//!             stopped => return Some(stopped),
//!         }
//!     }
//! }
//! # fn main() {}
//! ```
//!
//! Complete firmwares that run under QEMU are in `examples/`; `run-qemu` builds
//! and tests them.
#![no_std]
// The C face alone may be unsafe.
#![deny(unsafe_code)]

extern crate alloc;

mod board;
pub mod clock;
#[cfg(feature = "c")]
pub mod ffi;
pub mod i2c;
pub mod pins;
pub mod programs;
pub mod pulses;
pub mod spi;
pub mod store;
pub mod uart;

pub use board::FirmwareBoard;

use core::mem::MaybeUninit;
use tamias_vm::Memory;

/// Makes a static buffer the memory of a VM.
///
/// ```
/// use core::mem::MaybeUninit;
/// use tamias_vm::{Config, Vm};
///
/// // Firmware would hand over a `static` buffer that it takes once.
/// let buffer: &'static mut [MaybeUninit<u8>] = Box::leak(Box::new([MaybeUninit::uninit(); 64 * 1024]));
/// let vm = Vm::new(Config::default(), tamias_firmware_shim::region(buffer)).unwrap();
///
/// // A program that has ended is started again in a new VM, in the same memory.
/// let buffer = vm.into_region().unwrap();
/// assert!(Vm::new(Config::default(), tamias_firmware_shim::region(buffer)).is_ok());
/// ```
pub fn region(buffer: &'static mut [MaybeUninit<u8>]) -> Memory {
    Memory::Region(buffer)
}

/// The pieces of Rust in the guide are tests.
#[cfg(doctest)]
#[doc = include_str!("../../docs/embedding-rust.md")]
mod embedding_rust {}
