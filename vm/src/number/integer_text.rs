//! Integers as decimal, octal and hexadecimal text.

/// Room for the longest text of this module: `-2147483648` in decimal and
/// `37777777777` in octal are both eleven bytes.
pub const INTEGER_TEXT_CAPACITY: usize = 11;

/// Which letters stand for the digits above nine, and for exponents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LetterCase {
    /// `ff`, `1e+10`, `inf`.
    Lower,
    /// `FF`, `1E+10`, `INF`.
    Upper,
}

/// The bases that `format()` can write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Radix {
    /// `%o`.
    Octal,
    /// `%u`.
    Decimal,
    /// `%x` and `%X`.
    Hexadecimal(LetterCase),
}

/// Writes `value` in decimal, with a minus sign when it is negative.
///
/// ```
/// use tamias_vm::number::{INTEGER_TEXT_CAPACITY, integer_to_text};
///
/// let mut buffer = [0; INTEGER_TEXT_CAPACITY];
/// assert_eq!(integer_to_text(-40, &mut buffer), b"-40");
/// ```
pub fn integer_to_text(value: i32, buffer: &mut [u8; INTEGER_TEXT_CAPACITY]) -> &[u8] {
    write_signed(value, buffer)
}

/// [`integer_to_text`] for any buffer of at least that capacity.
pub(super) fn write_signed<const CAPACITY: usize>(value: i32, buffer: &mut [u8; CAPACITY]) -> &[u8] {
    const { assert!(CAPACITY >= INTEGER_TEXT_CAPACITY) };
    let mut start = write_decimal(value.unsigned_abs(), buffer);
    if value < 0 {
        // Ten digits at most, so the first byte of the buffer is still free.
        start -= 1;
        buffer[start] = b'-';
    }
    &buffer[start..]
}

/// Writes `value` without sign or prefix in the given base.
pub fn unsigned_to_text(value: u32, radix: Radix, buffer: &mut [u8; INTEGER_TEXT_CAPACITY]) -> &[u8] {
    let start = match radix {
        Radix::Decimal => write_decimal(value, buffer),
        Radix::Octal => write_power_of_two(value, 3, b"01234567", buffer),
        Radix::Hexadecimal(LetterCase::Lower) => write_power_of_two(value, 4, b"0123456789abcdef", buffer),
        Radix::Hexadecimal(LetterCase::Upper) => write_power_of_two(value, 4, b"0123456789ABCDEF", buffer),
    };
    &buffer[start..]
}

/// Writes the digits at the end of the buffer and returns where they start.
fn write_decimal<const CAPACITY: usize>(value: u32, buffer: &mut [u8; CAPACITY]) -> usize {
    let mut rest = value;
    let mut start = CAPACITY;
    // Two digits per division: the next division does not have to wait for
    // both of them to be split.
    while rest >= 100 {
        let pair = (rest % 100) as u8;
        rest /= 100;
        start -= 2;
        buffer[start] = b'0' + pair / 10;
        buffer[start + 1] = b'0' + pair % 10;
    }
    start -= 1;
    buffer[start] = b'0' + (rest % 10) as u8;
    if rest >= 10 {
        start -= 1;
        buffer[start] = b'0' + (rest / 10) as u8;
    }
    start
}

/// Like [`write_decimal`] for a base of 2 to the power `n_bits`.
fn write_power_of_two(
    value: u32,
    n_bits: u32,
    digits: &[u8],
    buffer: &mut [u8; INTEGER_TEXT_CAPACITY],
) -> usize {
    let mask = (1 << n_bits) - 1;
    let mut rest = value;
    let mut start = INTEGER_TEXT_CAPACITY;
    loop {
        start -= 1;
        buffer[start] = digits[(rest & mask) as usize];
        rest >>= n_bits;
        if rest == 0 {
            return start;
        }
    }
}
