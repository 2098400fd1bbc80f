//! Why the program was started.

use crate::systick;
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
        systick::wait_until(systick::micros() + micros);
        self.0 = WakeReason::Timer;
    }

    fn reset(&mut self, reason: WakeReason) {
        self.0 = reason;
    }
}
