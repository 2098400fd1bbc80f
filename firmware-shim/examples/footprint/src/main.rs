//! Measures what Tamias takes on a Cortex-M4F.
//!
//! Features add one part after the other, so that the sizes of the linked
//! firmwares tell what each part takes. The firmware runs the program that the
//! emulator has put beside it and reports the RAM that this took, a number on a
//! line. How to start it stands in `../../footprint.py`, which makes the table
//! in `docs/footprint.md`.
#![no_std]
#![no_main]

#[cfg(feature = "imp")]
extern crate alloc;

#[cfg(feature = "imp")]
mod imp;
#[cfg(all(feature = "vm", not(feature = "imp")))]
mod vm;

#[cfg(feature = "imp")]
use core::mem::MaybeUninit;
use core::panic::PanicInfo;
use cortex_m_rt::entry;
use tamias_example_support::exit::{Status, exit};
use tamias_example_support::{mps2_uart as uart, mpu, stack};

/// Where the emulator puts the program.
#[cfg(feature = "vm")]
const PROGRAM: usize = 0x0008_0000;
#[cfg(feature = "vm")]
const PROGRAM_BYTES: usize = 0x0008_0000;

/// For what the runtime allocates: timers, and the parts of the board.
#[cfg(feature = "standard")]
#[global_allocator]
static ALLOCATOR: embedded_alloc::LlffHeap = embedded_alloc::LlffHeap::empty();
#[cfg(feature = "imp")]
const ALLOCATOR_BYTES: usize = 4 * 1024;
#[cfg(feature = "imp")]
static mut ALLOCATOR_REGION: [MaybeUninit<u8>; ALLOCATOR_BYTES] = [MaybeUninit::uninit(); ALLOCATOR_BYTES];

#[entry]
fn main() -> ! {
    let floor = mpu::protect(22);
    stack::paint(floor);
    uart::start();
    #[cfg(all(feature = "vm", not(feature = "imp")))]
    vm::measure();
    #[cfg(feature = "imp")]
    {
        // SAFETY: nobody else uses this region, and this happens once.
        unsafe { ALLOCATOR.init(&raw mut ALLOCATOR_REGION as usize, ALLOCATOR_BYTES) };
        imp::measure();
    }
    fact("stack", stack::deepest(floor));
    exit(Status::Success)
}

/// Reports a number.
#[inline(never)]
fn fact(name: &str, number: usize) {
    uart::write(name.as_bytes());
    let mut digits = *b" 0000000000\n";
    let mut rest = number;
    for digit in digits[1..11].iter_mut().rev() {
        *digit = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    uart::write(&digits);
}

/// The program beside the firmware.
#[cfg(feature = "vm")]
fn program() -> &'static [u8] {
    // SAFETY: this is memory, the linker puts nothing there, and it is read-only.
    let memory =
        unsafe { core::slice::from_raw_parts(core::ptr::without_provenance(PROGRAM), PROGRAM_BYTES) };
    let length = u32::from_le_bytes([memory[0], memory[1], memory[2], memory[3]]);
    &memory[4..4 + length as usize]
}

fn fail(why: &str) -> ! {
    uart::write(why.as_bytes());
    uart::write(b"\n");
    exit(Status::Failure)
}

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    fail("panic")
}
