//! Tamias in firmware.
//!
//! A firmware gives the VM three things: memory, an image in flash and a
//! [`Board`](tamias_stdlib_imp::board::Board). [`region`] makes the first from
//! a static buffer, so that the VM takes its memory from there and from
//! nowhere else. The second is `Vm::load_static`, which executes in place. The
//! third is the firmware's own: each trait of the board names what it needs.
//!
//! Adapters from embedded-hal to the board traits and a C interface are not
//! part of this version.
#![no_std]
#![forbid(unsafe_code)]

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
/// let vm = Vm::new(Config::default(), tamias_firmware_shim::region(buffer));
/// assert!(vm.is_ok());
/// ```
pub fn region(buffer: &'static mut [MaybeUninit<u8>]) -> Memory {
    Memory::Region(buffer)
}
