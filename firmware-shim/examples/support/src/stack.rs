//! How deep the stack ever was.
//!
//! The part of the stack that is not in use is painted at the start. Later the
//! lowest word that is no longer paint tells how deep calls and interrupts went.

use core::arch::asm;

const PAINT: u32 = 0xC5C5_C5C5;
/// Bytes below the stack pointer that painting spares: its own frame.
const SPARED: usize = 128;

unsafe extern "C" {
    /// Both come from the linker script of cortex-m-rt.
    static mut _stack_start: u32;
    static mut _stack_end: u32;
}

/// The lowest address of the stack.
pub fn end() -> usize {
    &raw const _stack_end as usize
}

/// Bytes between the start of the stack and its end.
pub fn size() -> usize {
    &raw const _stack_start as usize - end()
}

fn pointer() -> usize {
    let pointer: usize;
    // SAFETY: reads a register.
    unsafe { asm!("mov {}, sp", out(reg) pointer, options(nomem, nostack, preserves_flags)) };
    pointer
}

/// Paints what is not in use, from `floor` on: the top of a guard region, or [`end`].
#[inline(never)]
pub fn paint(floor: usize) {
    let mut word = floor as *mut u32;
    let limit = (pointer() - SPARED) as *mut u32;
    while word < limit {
        // SAFETY: between the end of the stack and the stack pointer there is nothing.
        unsafe {
            word.write_volatile(PAINT);
            word = word.add(1);
        }
    }
}

/// Bytes of stack that have been used since it was painted.
pub fn deepest(floor: usize) -> usize {
    let start = &raw const _stack_start as usize;
    let mut word = floor as *const u32;
    // SAFETY: the stack can be read; it has a start that is not paint.
    unsafe {
        while (word as usize) < start && word.read_volatile() == PAINT {
            word = word.add(1);
        }
    }
    start - word as usize
}
