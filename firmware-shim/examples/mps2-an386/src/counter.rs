//! Executed instructions, by timer 0.
//!
//! The emulator with `-icount shift=6` advances its clock by 64 ns with each
//! instruction, and the timer counts 25 MHz of that clock.

use tamias_example_support::register::Registers;

// SAFETY: the timer of the board.
const TIMER: Registers = unsafe { Registers::at(0x4000_0000) };
const CTRL: usize = 0;
const VALUE: usize = 4;
const RELOAD: usize = 8;
const NANOSECONDS_PER_TICK: u64 = 40;
const NANOSECONDS_PER_INSTRUCTION: u64 = 64;

/// Starts counting.
pub fn start() {
    TIMER.at_offset(CTRL).write(0);
    TIMER.at_offset(RELOAD).write(u32::MAX);
    TIMER.at_offset(VALUE).write(u32::MAX);
    TIMER.at_offset(CTRL).write(1);
}

/// Instructions since the start.
pub fn elapsed() -> u32 {
    let ticks = u32::MAX - TIMER.at_offset(VALUE).read();
    (u64::from(ticks) * NANOSECONDS_PER_TICK / NANOSECONDS_PER_INSTRUCTION) as u32
}
