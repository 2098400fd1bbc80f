//! Memory protection: images that cannot be written, and a stack that cannot
//! overflow unseen.

use crate::register::Register;

// SAFETY: the memory protection unit; the regions that are made of it only take rights away.
const CTRL: Register = unsafe { Register::at(0xE000_ED94) };
const RNR: Register = unsafe { Register::at(0xE000_ED98) };
const RBAR: Register = unsafe { Register::at(0xE000_ED9C) };
const RASR: Register = unsafe { Register::at(0xE000_EDA0) };

/// Bytes below the stack that must not be touched. A frame larger than this could step over them.
pub const GUARD: usize = 256;

/// What may be done with a region.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Nothing.
    None = 0b000,
    /// Reading and executing.
    ReadOnly = 0b110,
}

/// Makes region `number` of `1 << size_log2` bytes from `base`, which must be a multiple of that.
fn set_region(number: u32, base: usize, size_log2: u32, access: Access) {
    RNR.write(number);
    RBAR.write(base as u32);
    RASR.write((access as u32) << 24 | 0b0010 << 16 | (size_log2 - 1) << 1 | 1);
}

/// Makes `1 << flash_log2` bytes from address 0 read-only and the lowest part of the stack untouchable.
/// The answer is the lowest address of the stack that is left.
pub fn protect(flash_log2: u32) -> usize {
    let guard = crate::stack::end().next_multiple_of(GUARD);
    set_region(0, 0, flash_log2, Access::ReadOnly);
    set_region(1, guard, GUARD.ilog2(), Access::None);
    // Everything else stays as the processor has it.
    CTRL.write(0b101);
    cortex_m::asm::dsb();
    cortex_m::asm::isb();
    guard + GUARD
}
