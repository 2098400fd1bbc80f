//! What natives of the imp API do with their arguments.

use crate::timers::Seconds;
use alloc::collections::TryReserveError;
use alloc::vec::Vec;
use core::fmt;
use tamias_vm::{Cx, Local, Raise, TypeMask};

pub(super) const ANY: TypeMask = TypeMask::ANY;
pub(super) const NUMBER: TypeMask = TypeMask::NUMBER;
pub(super) const STRING: TypeMask = TypeMask::STRING;
/// `this` of a method of a pin or bus.
pub(super) const THIS: TypeMask = TypeMask::INSTANCE;
pub(super) const CALLBACK: TypeMask = TypeMask::FUNCTION;
/// A callback, or `null` for none.
pub(super) const OPTIONAL_CALLBACK: TypeMask = TypeMask::FUNCTION.or(TypeMask::NULL);
/// Data to be sent.
pub(super) const DATA: TypeMask = TypeMask::STRING.or(TypeMask::INSTANCE);

const MICROS_PER_SECOND: f64 = 1e6;

/// The error of an API method: `<what> in <object>.<method>(<parameters>)`.
pub(super) fn api_error(cx: &mut Cx<'_>, what: impl fmt::Display, method: &str) -> Raise {
    cx.error(format_args!("{what} in {method}"))
}

/// A callback or `null`; types have been checked before the call.
pub(super) fn callback_argument<'v>(cx: &Cx<'v>, position: usize) -> Option<Local<'v>> {
    Some(cx.raw_arg(position)).filter(|value| !value.is_null())
}

/// Seconds as the program gave them.
pub(super) fn seconds_argument(cx: &mut Cx<'_>, position: usize) -> Result<Seconds, Raise> {
    match cx.raw_arg(position).as_int() {
        Some(seconds) => Ok(Seconds::Integer(seconds)),
        None => cx.arg(position).map(Seconds::Float),
    }
}

/// Seconds as microseconds. Negative ones are zero; the maximum is 68 years.
pub(super) fn micros_of(seconds: Seconds) -> u64 {
    let seconds = match seconds {
        Seconds::Integer(seconds) => f64::from(seconds),
        Seconds::Float(seconds) => f64::from(seconds),
    };
    // The nearest, since floats hardly ever are whole microseconds. What is not a number becomes zero in the cast.
    (seconds.clamp(0.0, f64::from(i32::MAX)) * MICROS_PER_SECOND + 0.5) as u64
}

/// A copy of the bytes of a string or blob.
pub(super) fn data_argument(cx: &mut Cx<'_>, position: usize) -> Result<Vec<u8>, Raise> {
    let value = cx.raw_arg(position);
    match (value.as_str(), value.as_instance()) {
        (Some(text), _) => copy_of(text.as_bytes()).map_err(|_| cx.out_of_memory()),
        (None, Some(blob)) => copy_of(cx.bytes(blob)?).map_err(|_| cx.out_of_memory()),
        (None, None) => Err(cx.type_error(position, value, DATA)),
    }
}

/// So many zeros, or the end of the program for lack of memory.
pub(super) fn zeros(cx: &mut Cx<'_>, length: usize) -> Result<Vec<u8>, Raise> {
    let mut buffer = Vec::new();
    buffer.try_reserve_exact(length).map_err(|_| cx.out_of_memory())?;
    buffer.resize(length, 0);
    Ok(buffer)
}

/// A copy. For lack of memory callers end the program, see [`Cx::out_of_memory`].
pub(super) fn copy_of(bytes: &[u8]) -> Result<Vec<u8>, TryReserveError> {
    let mut copy = Vec::new();
    copy.try_reserve_exact(bytes.len())?;
    copy.extend_from_slice(bytes);
    Ok(copy)
}

/// The hexadecimal digits of a number, with leading zeros.
pub(super) fn hexadecimal<const DIGITS: usize>(mut number: u64) -> [u8; DIGITS] {
    let mut digits = [b'0'; DIGITS];
    for digit in digits.iter_mut().rev() {
        *digit = b"0123456789abcdef"[(number & 15) as usize];
        number >>= 4;
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::{Seconds, micros_of};

    #[test]
    fn blocking_times_are_never_negative_or_endless() {
        assert_eq!(micros_of(Seconds::Integer(5_000)), 5_000_000_000);
        assert_eq!(micros_of(Seconds::Float(0.000_025)), 25);
        assert_eq!(micros_of(Seconds::Float(-1.0)), 0);
        assert_eq!(micros_of(Seconds::Float(f32::NAN)), 0);
        assert_eq!(micros_of(Seconds::Float(f32::INFINITY)), 2_147_483_647_000_000);
    }
}
