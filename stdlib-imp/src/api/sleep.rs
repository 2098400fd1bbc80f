//! Calls that end the program: deep sleep, restart, reset.
//!
//! They unwind the program past all its handlers and leave a [`StopReason`].
//! Sleeping itself is for the embedder, which owns the time.

use super::arguments::{ANY, NUMBER, api_error, micros_of, seconds_argument};
use crate::board::profile::ModuleFeature;
use crate::clock::WallClock;
use crate::runtime::StopReason;
use crate::runtime::state::state;
use crate::timers::Seconds;
use tamias_vm::native::NativeFunction;
use tamias_vm::{Cx, Local, Raise, Returns, TypeMask};

/// 28 days less 2 seconds.
const LONGEST_SLEEP_SECONDS: i32 = 2_419_198;
const SECONDS_PER_DAY: i64 = 86_400;
const MICROS_PER_SECOND: u64 = 1_000_000;

const TIME_OF_DAY: &[TypeMask] = &[ANY, NUMBER, NUMBER, NUMBER, NUMBER];

static DEEP_SLEEP_FOR: NativeFunction = NativeFunction::new("deepsleepfor", deep_sleep_for, &[ANY, NUMBER]);
static DEEP_SLEEP_UNTIL: NativeFunction =
    NativeFunction { required: 3, ..NativeFunction::new("deepsleepuntil", deep_sleep_until, TIME_OF_DAY) };
static SLEEP_FOR: NativeFunction = NativeFunction::new("sleepfor", sleep_for, &[ANY, NUMBER]);
static SLEEP_UNTIL: NativeFunction =
    NativeFunction { required: 3, ..NativeFunction::new("sleepuntil", sleep_until, TIME_OF_DAY) };

/// The methods of `imp` and `server` that modules without deep sleep lack.
pub(super) fn sleep_method<'v>(cx: &mut Cx<'v>, name: &'static str) -> Result<Option<Local<'v>>, Raise> {
    if !state(cx).profile().has(ModuleFeature::DeepSleep) {
        return Ok(None);
    }
    let methods = [&DEEP_SLEEP_FOR, &DEEP_SLEEP_UNTIL, &SLEEP_FOR, &SLEEP_UNTIL];
    Ok(methods.into_iter().find(|method| method.name == name).map(Local::from))
}

/// Ends the program.
pub(super) fn stop(cx: &mut Cx<'_>, reason: StopReason) -> Raise {
    state(cx).stop_reason = Some(reason);
    cx.halt()
}

/// `imp.deepsleepfor(sleepTime)`
fn deep_sleep_for<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    sleep_seconds(cx, "imp.deepsleepfor(sleepTime)")
}

/// `server.sleepfor(seconds)`: there is never anything to flush.
fn sleep_for<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    sleep_seconds(cx, "server.sleepfor(seconds)")
}

fn sleep_seconds<'v>(cx: &mut Cx<'v>, method: &str) -> Returns<'v> {
    let seconds = seconds_argument(cx, 1)?;
    let micros = micros_of(seconds);
    let too_long = micros > micros_of(Seconds::Integer(LONGEST_SLEEP_SECONDS));
    if too_long || is_negative(seconds) {
        return Err(api_error(cx, "sleep time out of range", method));
    }
    Err(stop(cx, StopReason::DeepSleep { micros }))
}

fn is_negative(seconds: Seconds) -> bool {
    match seconds {
        Seconds::Integer(seconds) => seconds < 0,
        Seconds::Float(seconds) => seconds < 0.0,
    }
}

/// `imp.deepsleepuntil(hour, minute [, second [, dayOfWeek]])`
fn deep_sleep_until<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    sleep_until_time(cx, "imp.deepsleepuntil(hour, minute, second, dayOfWeek)")
}

/// `server.sleepuntil(hour, minute [, second [, dayOfWeek]])`
fn sleep_until<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    sleep_until_time(cx, "server.sleepuntil(hour, minute, second, dayOfWeek)")
}

fn sleep_until_time<'v>(cx: &mut Cx<'v>, method: &str) -> Returns<'v> {
    let target = match TimeOfWeek::from_arguments(cx)? {
        Some(target) => target,
        None => return Err(api_error(cx, "time out of range", method)),
    };
    let micros = target.micros_from(state(cx).wall_clock());
    Err(stop(cx, StopReason::DeepSleep { micros }))
}

/// A time of day, in UTC, maybe on a certain day of the week.
#[derive(Clone, Copy)]
struct TimeOfWeek {
    second_of_day: i64,
    /// From Sunday = 0.
    day: Option<i64>,
}

impl TimeOfWeek {
    fn from_arguments(cx: &mut Cx<'_>) -> Result<Option<TimeOfWeek>, Raise> {
        let (hour, minute): (i32, i32) = (cx.arg(1)?, cx.arg(2)?);
        let second: i32 = cx.arg::<Option<i32>>(3)?.unwrap_or(0);
        let day: Option<i32> = cx.arg(4)?;
        // The documentation allows 60 minutes and 60 seconds.
        let in_range = (0..=23).contains(&hour)
            && (0..=60).contains(&minute)
            && (0..=60).contains(&second)
            && day.is_none_or(|day| (0..=6).contains(&day));
        let second_of_day = i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second);
        Ok(in_range.then_some(TimeOfWeek { second_of_day, day: day.map(i64::from) }))
    }

    /// How long it is until this time comes next, at least a moment.
    fn micros_from(self, clock: WallClock) -> u64 {
        let now = clock.unix_time();
        let mut seconds = (self.second_of_day - now.unix_seconds).rem_euclid(SECONDS_PER_DAY);
        if seconds == 0 {
            seconds = SECONDS_PER_DAY;
        }
        if let Some(day) = self.day {
            // The first of January 1970 was a Thursday.
            let day_reached = (now.unix_seconds + seconds).div_euclid(SECONDS_PER_DAY) + 4;
            seconds += (day - day_reached).rem_euclid(7) * SECONDS_PER_DAY;
        }
        seconds.unsigned_abs() * MICROS_PER_SECOND - u64::from(now.micros)
    }
}

#[cfg(test)]
mod tests {
    use super::{MICROS_PER_SECOND, TimeOfWeek};
    use crate::board::WallTime;
    use crate::clock::WallClock;

    /// Seconds from Saturday 2000-01-01 12:00:00 on.
    fn seconds_until(hour: i64, day: Option<i64>) -> u64 {
        let noon = WallTime { unix_seconds: 946_728_000, micros: 0 };
        let clock = WallClock { uptime_micros: 0, wall_time: Some(noon) };
        TimeOfWeek { second_of_day: hour * 3600, day }.micros_from(clock) / MICROS_PER_SECOND
    }

    #[test]
    fn the_next_occurrence_is_found() {
        assert_eq!(seconds_until(13, None), 3600);
        assert_eq!(seconds_until(11, None), 23 * 3600);
        assert_eq!(seconds_until(12, None), 24 * 3600);
        assert_eq!(seconds_until(13, Some(6)), 3600);
        assert_eq!(seconds_until(11, Some(6)), (7 * 24 - 1) * 3600);
        assert_eq!(seconds_until(11, Some(0)), 23 * 3600);
    }
}
