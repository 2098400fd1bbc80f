//! Time from a counter.
//!
//! embedded-hal has delays but no clock, because counters differ: [`Counter`]
//! is the one question that a firmware has to answer. Most counters have 32
//! bits or less and wrap around; [`Widened`] makes 64 bits of them.

use core::cell::Cell;
use embedded_hal::delay::DelayNs;
use tamias_stdlib_imp::board::{Clock, WallTime};

const MICROS_PER_SECOND: u64 = 1_000_000;

/// A counter that never goes back.
pub trait Counter {
    /// Microseconds since it was started.
    fn micros(&self) -> u64;
}

impl<F: Fn() -> u64> Counter for F {
    fn micros(&self) -> u64 {
        self()
    }
}

/// Makes a 64-bit counter of ticks from one with 32 bits that wraps around.
///
/// It must be read at least once in each round of the 32-bit counter. The event
/// loop does that if something, such as a tick of `SysTick`, wakes it often
/// enough.
///
/// ```
/// use std::cell::Cell;
/// use tamias_firmware_shim::clock::{Counter, Widened};
///
/// let register = Cell::new(u32::MAX);
/// let counter = Widened::new(1_000_000, || register.get());
/// assert_eq!(counter.micros(), u64::from(u32::MAX));
/// register.set(4);
/// assert_eq!(counter.micros(), u64::from(u32::MAX) + 5);
/// ```
pub struct Widened<F> {
    read: F,
    hertz: u32,
    last: Cell<u32>,
    rounds: Cell<u32>,
}

impl<F: Fn() -> u32> Widened<F> {
    /// `read` reads a counter that counts up `hertz` times a second.
    pub const fn new(hertz: u32, read: F) -> Self {
        Widened { read, hertz, last: Cell::new(0), rounds: Cell::new(0) }
    }
}

impl<F: Fn() -> u32> Counter for Widened<F> {
    fn micros(&self) -> u64 {
        let now = (self.read)();
        if now < self.last.replace(now) {
            self.rounds.set(self.rounds.get().wrapping_add(1));
        }
        let ticks = u64::from(self.rounds.get()) << 32 | u64::from(now);
        // In two parts, because the product of all ticks and a million would overflow.
        let hertz = u64::from(self.hertz);
        ticks / hertz * MICROS_PER_SECOND + ticks % hertz * MICROS_PER_SECOND / hertz
    }
}

/// Waits for longer than a delay of embedded-hal can.
pub(crate) fn wait_micros(delay: &mut impl DelayNs, micros: u64) {
    let mut left = micros;
    while left > 0 {
        let part = left.min(u64::from(u32::MAX)) as u32;
        delay.delay_us(part);
        left -= u64::from(part);
    }
}

/// The clock of a board: a counter, a delay, and the date if somebody has set it.
pub struct CounterClock<C, D> {
    counter: C,
    delay: D,
    /// The date when the counter was at the given microsecond.
    set: Option<(WallTime, u64)>,
}

impl<C: Counter, D: DelayNs> CounterClock<C, D> {
    /// A clock that does not know the date.
    pub const fn new(counter: C, delay: D) -> Self {
        CounterClock { counter, delay, set: None }
    }

    /// Sets the date, for example from a real-time clock at the start.
    pub fn set_wall_time(&mut self, now: WallTime) {
        self.set = Some((now, self.counter.micros()));
    }
}

impl<C: Counter, D: DelayNs> Clock for CounterClock<C, D> {
    fn micros(&self) -> u64 {
        self.counter.micros()
    }

    fn sleep_micros(&mut self, micros: u64) {
        wait_micros(&mut self.delay, micros);
    }

    fn wall_time(&self) -> Option<WallTime> {
        let (date, at) = self.set?;
        let micros = u64::from(date.micros) + (self.counter.micros() - at);
        Some(WallTime {
            unix_seconds: date.unix_seconds + (micros / MICROS_PER_SECOND) as i64,
            micros: (micros % MICROS_PER_SECOND) as u32,
        })
    }
}
