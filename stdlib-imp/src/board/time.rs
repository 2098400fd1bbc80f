//! Time: the only way by which the runtime learns it or lets it pass.

/// A monotonic microsecond counter, with wall time if somebody has set it.
pub trait Clock {
    /// Microseconds since an arbitrary start. It never goes back and, with 64
    /// bits, never wraps, so deadlines may be compared directly. The wrapping
    /// 32-bit values of `hardware.micros()` are made from it by truncation.
    fn micros(&self) -> u64;

    /// Blocks for at least `micros`. Interrupts go on and may post events.
    fn sleep_micros(&mut self, micros: u64);

    /// The date and time, or `None` until it has been learnt.
    fn wall_time(&self) -> Option<WallTime> {
        None
    }
}

/// A moment in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct WallTime {
    /// Seconds since 1970-01-01 00:00:00 UTC.
    pub unix_seconds: i64,
    /// The fraction of the second, below 1,000,000.
    pub micros: u32,
}
