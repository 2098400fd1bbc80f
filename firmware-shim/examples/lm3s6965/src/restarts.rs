//! Why the program was started.

use crate::systick;
use embedded_hal::delay::DelayNs;
use tamias_stdlib_imp::board::{Power, WakeReason};

/// Keeps the reason from one run of the program to the next. The chip itself goes on.
pub struct Restarts(WakeReason);

impl Restarts {
    /// The first start after power-on.
    pub const fn new() -> Restarts {
        Restarts(WakeReason::PowerOn)
    }
}

impl Power for Restarts {
    fn wake_reason(&self) -> WakeReason {
        self.0
    }

    fn deep_sleep(&mut self, micros: u64) {
        for _ in 0..micros.div_ceil(1000) {
            systick::Delay.delay_us(1000);
        }
        self.0 = WakeReason::Timer;
    }

    fn reset(&mut self, reason: WakeReason) {
        self.0 = reason;
    }
}
