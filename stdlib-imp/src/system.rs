//! The functions of the system library that impOS has: `clock`, `time` and `date`.
//!
//! All times are UTC. What touches files, the environment or other programs
//! (`getenv`, `system`, `remove`, `rename`) does not exist in any edition.

use crate::board::time::WallTime;
use crate::clock;
use crate::text::date::CivilTime;
use tamias_vm::{Cx, Edition, Flow, Returns};

/// `clock()`: seconds since the program started, as a float.
pub(crate) fn clock<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let uptime = clock::now(cx).unwrap_or_default().uptime_micros;
    Flow::value((uptime as f64 / 1e6) as f32)
}

/// `time()`: Unix time in seconds.
pub(crate) fn time<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let now = clock::now(cx).unwrap_or_default().unix_time();
    Flow::value(now.unix_seconds as i32)
}

/// `date([time])`: a table with the fields of a Unix time, by default of now.
pub(crate) fn date<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let time = match cx.arg::<Option<i32>>(1)? {
        Some(seconds) => WallTime { unix_seconds: i64::from(seconds), micros: 0 },
        None => clock::now(cx).unwrap_or_default().unix_time(),
    };
    let civil = match cx.edition() {
        Edition::Imp | Edition::ImpCompat => CivilTime::of_imp_seconds(time.unix_seconds),
        Edition::Squirrel3 => CivilTime::of_unix_seconds(time.unix_seconds),
    };
    // Outside of the years that impOS knows, everything is zero.
    let (unix_seconds, micros) =
        if civil == CivilTime::default() { (0, 0) } else { (time.unix_seconds as i32, time.micros as i32) };
    let fields = [
        ("sec", civil.second),
        ("min", civil.minute),
        ("hour", civil.hour),
        ("day", civil.day),
        ("month", civil.month),
        ("year", civil.year),
        ("wday", civil.day_of_week),
        ("yday", civil.day_of_year),
        ("usec", micros),
        ("time", unix_seconds),
    ];
    let table = cx.table(fields.len())?;
    for (name, value) in fields {
        table.set_named(cx, name, value)?;
    }
    Flow::value(table)
}
