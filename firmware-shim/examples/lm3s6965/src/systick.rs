//! Time: `SysTick` at 1 kHz.

use core::sync::atomic::{AtomicU32, Ordering};
use cortex_m_rt::exception;
use embedded_hal::delay::DelayNs;
use tamias_example_support::register::Register;

// SAFETY: registers of the system control block and the timer of the processor.
const RCC: Register = unsafe { Register::at(0x400F_E060) };
const CSR: Register = unsafe { Register::at(0xE000_E010) };
const RVR: Register = unsafe { Register::at(0xE000_E014) };
const CVR: Register = unsafe { Register::at(0xE000_E018) };

/// 200 MHz divided by four.
const CLOCK_HERTZ: u32 = 50_000_000;
const TICKS_PER_SECOND: u32 = 1000;
const MICROS_PER_TICK: u32 = 1000;
const RELOAD: u32 = CLOCK_HERTZ / TICKS_PER_SECOND - 1;
const CYCLES_PER_MICRO: u32 = CLOCK_HERTZ / 1_000_000;

/// Milliseconds, as a number of 64 bits in two words: there are no wider atomics on this processor.
static LOW: AtomicU32 = AtomicU32::new(0);
static HIGH: AtomicU32 = AtomicU32::new(0);

/// Sets the clock and starts counting.
pub fn start() {
    RCC.write(3 << 23 | 1 << 22);
    RVR.write(RELOAD);
    CVR.write(0);
    CSR.write(0b111);
}

#[exception]
fn SysTick() {
    let low = LOW.load(Ordering::Relaxed).wrapping_add(1);
    if low == 0 {
        HIGH.store(HIGH.load(Ordering::Relaxed).wrapping_add(1), Ordering::Relaxed);
    }
    LOW.store(low, Ordering::Relaxed);
}

/// Microseconds since the start.
pub fn micros() -> u64 {
    loop {
        let before = (HIGH.load(Ordering::Relaxed), LOW.load(Ordering::Relaxed));
        let cycles = RELOAD - CVR.read().min(RELOAD);
        let after = (HIGH.load(Ordering::Relaxed), LOW.load(Ordering::Relaxed));
        // A tick in between belongs to neither.
        if before == after {
            let millis = u64::from(before.0) << 32 | u64::from(before.1);
            return millis * u64::from(MICROS_PER_TICK) + u64::from(cycles / CYCLES_PER_MICRO);
        }
    }
}

/// Waits until the clock says `end`.
pub fn wait_until(end: u64) {
    loop {
        let now = micros();
        if now >= end {
            return;
        }
        if end - now > u64::from(MICROS_PER_TICK) {
            cortex_m::asm::wfi();
        }
    }
}

/// Waits by looking at the clock, and sleeps from tick to tick while there is time for that.
pub struct Delay;

impl DelayNs for Delay {
    fn delay_ns(&mut self, nanos: u32) {
        wait_until(micros() + u64::from(nanos.div_ceil(1000)));
    }

    fn delay_us(&mut self, micros_to_wait: u32) {
        wait_until(micros() + u64::from(micros_to_wait));
    }
}
