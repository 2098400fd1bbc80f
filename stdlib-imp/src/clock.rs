//! The clock that programs read: `clock()`, `time()` and `date()`.
//!
//! The VM knows nothing of time: whoever runs a program says what the time is,
//! through a [`Clock`]. A runtime of the imp API has that of its board; a plain
//! program gets a [`HostClock`].

use crate::board::time::{Clock, WallTime};
use crate::runtime::state::RuntimeState;
use crate::text::date::FIRST_IMP_SECOND;
use alloc::boxed::Box;
use tamias_vm::Cx;

const MICROS_PER_SECOND: u64 = 1_000_000;

/// What a clock shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WallClock {
    /// Microseconds since the program started.
    pub uptime_micros: u64,
    /// The date and time; `None` until the clock has been set.
    pub wall_time: Option<WallTime>,
}

impl WallClock {
    /// What `clock` shows to a program that started at `start`.
    pub fn read(clock: &dyn Clock, start: u64) -> WallClock {
        WallClock { uptime_micros: clock.micros().saturating_sub(start), wall_time: clock.wall_time() }
    }

    /// The date and time. A clock that has not been set counts from the start of the year 2000, as that of a
    /// device does that has never been online.
    ///
    /// ```
    /// use tamias_stdlib_imp::clock::WallClock;
    ///
    /// let clock = WallClock { uptime_micros: 5_000_000, wall_time: None };
    /// assert_eq!(clock.unix_time().unix_seconds, 946_684_805);
    /// ```
    pub fn unix_time(self) -> WallTime {
        self.wall_time.unwrap_or(WallTime {
            unix_seconds: FIRST_IMP_SECOND + (self.uptime_micros / MICROS_PER_SECOND) as i64,
            micros: (self.uptime_micros % MICROS_PER_SECOND) as u32,
        })
    }

    /// The same with a date that has no fraction of a second: `date().usec` is always 0 on a device.
    fn in_whole_seconds(self) -> WallClock {
        WallClock { wall_time: Some(WallTime { micros: 0, ..self.unix_time() }), ..self }
    }
}

/// A clock for programs without a runtime: what the embedder passes to the VM as the host of its natives.
pub struct HostClock {
    clock: Box<dyn Clock>,
    start: u64,
}

impl HostClock {
    /// The clock of a program that starts now.
    pub fn new(clock: impl Clock + 'static) -> HostClock {
        let start = clock.micros();
        HostClock { clock: Box::new(clock), start }
    }
}

/// What the clock of the running program shows; `None` if its host has none.
pub fn now(cx: &mut Cx<'_>) -> Option<WallClock> {
    if let Some(state) = cx.host::<RuntimeState>() {
        return Some(state.wall_clock().in_whole_seconds());
    }
    cx.host::<HostClock>().map(|host| WallClock::read(&*host.clock, host.start))
}

#[cfg(test)]
mod tests {
    use super::{WallClock, WallTime};

    #[test]
    fn a_device_counts_whole_seconds() {
        let unset = WallClock { uptime_micros: 1_999_999, wall_time: None };
        let expected = WallTime { unix_seconds: 946_684_801, micros: 0 };
        assert_eq!(unset.in_whole_seconds().unix_time(), expected);
    }
}
