//! Floats as text: C's `%f`, `%e` and `%g`, correctly rounded.
//!
//! A float is a sum of powers of two, so its decimal expansion ends. The exact
//! path, `Decimal::expand`, writes down all of it (112 significant digits at
//! most) and rounds that half to even, which is what glibc prints. Scripts
//! mostly want the six digits of `%g`; for the magnitudes they use these come
//! from one 64-bit product or quotient, see `six_digits`.

use core::cmp::Ordering;

use super::integer_text::{LetterCase, write_signed};
use super::text_buffer::TextBuffer;

/// Room for the text of [`float_to_text`]; the longest are like `-1.23457e+06`.
pub const FLOAT_TEXT_CAPACITY: usize = 16;

/// Room for the text of [`format_float`]: a sign, 39 digits, a point and 99
/// decimals.
pub const FORMATTED_FLOAT_CAPACITY: usize = 144;

/// The largest precision that a format specifier can ask for.
pub const MAX_PRECISION: u8 = 99;

/// The three layouts of a float.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notation {
    /// `%f`: the precision counts decimals.
    Fixed,
    /// `%e`: one digit, the decimals and an exponent.
    Scientific,
    /// `%g`: the shorter of both, the precision counts significant digits.
    General,
}

/// The `#` flag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrailingZeros {
    /// `%g` drops them, and a point without decimals is not written.
    Drop,
    /// `%g` keeps them, and there is always a point.
    Keep,
}

/// How [`format_float`] writes a float.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FloatFormat {
    /// The layout.
    pub notation: Notation,
    /// Decimals or significant digits, at most [`MAX_PRECISION`].
    pub precision: u8,
    /// Whether zeros that carry no information are written.
    pub trailing_zeros: TrailingZeros,
    /// `e` or `E`, `inf` or `INF`.
    pub letters: LetterCase,
}

impl FloatFormat {
    /// `%.<precision>g`. Messages that quote a float use 14 digits.
    #[must_use]
    pub const fn general(precision: u8) -> Self {
        FloatFormat {
            notation: Notation::General,
            precision,
            trailing_zeros: TrailingZeros::Drop,
            letters: LetterCase::Lower,
        }
    }
}

/// The text that the language gives a float: `%g` with six digits.
///
/// ```
/// use tamias_vm::number::{FLOAT_TEXT_CAPACITY, float_to_text};
///
/// let mut buffer = [0; FLOAT_TEXT_CAPACITY];
/// assert_eq!(float_to_text(0.1, &mut buffer), b"0.1");
/// assert_eq!(float_to_text(1e6, &mut buffer), b"1e+06");
/// ```
#[cfg_attr(compact, inline(never))]
pub fn float_to_text(value: f32, buffer: &mut [u8; FLOAT_TEXT_CAPACITY]) -> &[u8] {
    if let Some(whole) = short_whole_number(value) {
        return write_signed(whole, buffer);
    }
    let mut text = TextBuffer::new(buffer);
    let magnitude = write_sign(&mut text, value);
    match six_digits(magnitude) {
        Some((digits, exponent)) => write_six_digits(&mut text, digits, exponent),
        None => write_magnitude(&mut text, magnitude, FloatFormat::general(6)),
    }
    text.finish()
}

/// Writes `value` as C's `printf` would, but never `-nan`.
///
/// ```
/// use tamias_vm::number::{FORMATTED_FLOAT_CAPACITY, FloatFormat, format_float};
///
/// let mut buffer = [0; FORMATTED_FLOAT_CAPACITY];
/// assert_eq!(format_float(0.1, FloatFormat::general(14), &mut buffer), b"0.10000000149012");
/// ```
pub fn format_float(value: f32, format: FloatFormat, buffer: &mut [u8; FORMATTED_FLOAT_CAPACITY]) -> &[u8] {
    let mut text = TextBuffer::new(buffer);
    let magnitude = write_sign(&mut text, value);
    write_magnitude(&mut text, magnitude, format);
    text.finish()
}

/// The value of a float whose text is that of an integer of up to six digits.
fn short_whole_number(value: f32) -> Option<i32> {
    let whole = value as i32;
    // Comparing the bits sends a negative zero, which prints its sign, away.
    let is_same = (whole as f32).to_bits() == value.to_bits();
    (is_same && whole.unsigned_abs() < 1_000_000).then_some(whole)
}

/// Writes the minus sign of anything but a NaN and returns the magnitude.
fn write_sign(text: &mut TextBuffer, value: f32) -> f32 {
    if value.is_sign_negative() && !value.is_nan() {
        text.push(b'-');
    }
    value.abs()
}

fn write_magnitude(text: &mut TextBuffer, magnitude: f32, format: FloatFormat) {
    if !magnitude.is_finite() {
        text.push_all(match (magnitude.is_nan(), format.letters) {
            (true, LetterCase::Lower) => b"nan",
            (true, LetterCase::Upper) => b"NAN",
            (false, LetterCase::Lower) => b"inf",
            (false, LetterCase::Upper) => b"INF",
        });
        return;
    }
    let precision = i32::from(format.precision.min(MAX_PRECISION));
    let mut decimal = Decimal::expand(magnitude);
    match format.notation {
        Notation::Fixed => {
            decimal.round_to(decimal.exponent + 1 + precision);
            write_fixed(text, &decimal.significand(), precision, format.trailing_zeros);
        }
        Notation::Scientific => {
            decimal.round_to(1 + precision);
            write_scientific(text, &decimal.significand(), precision, format);
        }
        Notation::General => {
            let n_digits = precision.max(1);
            decimal.round_to(n_digits);
            write_general(text, &decimal.significand(), n_digits, format);
        }
    }
}

/// A rounded decimal number: `d.ddd` times ten to the power `exponent`.
struct Significand<'digits> {
    /// Values 0 to 9, without trailing zeros. None at all for zero.
    digits: &'digits [u8],
    exponent: i32,
}

impl Significand<'_> {
    /// The digit `index` places after the first, as text. There are zeros on
    /// both sides of those that are stored.
    fn digit(&self, index: i32) -> u8 {
        let digit = usize::try_from(index).ok().and_then(|index| self.digits.get(index));
        b'0' + digit.copied().unwrap_or(0)
    }

    /// How many digits after the first are not zero.
    fn n_decimals(&self) -> i32 {
        self.digits.len().saturating_sub(1) as i32
    }
}

fn write_general(text: &mut TextBuffer, significand: &Significand, n_digits: i32, format: FloatFormat) {
    let exponent = significand.exponent;
    let limit = |n_decimals: i32, useful: i32| match format.trailing_zeros {
        TrailingZeros::Keep => n_decimals,
        TrailingZeros::Drop => n_decimals.min(useful),
    };
    if (-4..n_digits).contains(&exponent) {
        let useful = (significand.n_decimals() - exponent).max(0);
        write_fixed(text, significand, limit(n_digits - 1 - exponent, useful), format.trailing_zeros);
    } else {
        write_scientific(text, significand, limit(n_digits - 1, significand.n_decimals()), format);
    }
}

fn write_fixed(text: &mut TextBuffer, significand: &Significand, n_decimals: i32, zeros: TrailingZeros) {
    let exponent = significand.exponent;
    if exponent < 0 {
        text.push(b'0');
    }
    for index in 0..=exponent {
        text.push(significand.digit(index));
    }
    if n_decimals > 0 || zeros == TrailingZeros::Keep {
        text.push(b'.');
    }
    for index in exponent + 1..=exponent + n_decimals {
        text.push(significand.digit(index));
    }
}

fn write_scientific(text: &mut TextBuffer, significand: &Significand, n_decimals: i32, format: FloatFormat) {
    text.push(significand.digit(0));
    if n_decimals > 0 || format.trailing_zeros == TrailingZeros::Keep {
        text.push(b'.');
    }
    for index in 1..=n_decimals {
        text.push(significand.digit(index));
    }
    text.push(match format.letters {
        LetterCase::Lower => b'e',
        LetterCase::Upper => b'E',
    });
    text.push(if significand.exponent < 0 { b'-' } else { b'+' });
    // The exponents of a single-precision float have at most two digits, and C
    // writes at least two.
    let magnitude = significand.exponent.unsigned_abs() as u8;
    text.push(b'0' + magnitude / 10);
    text.push(b'0' + magnitude % 10);
}

fn write_six_digits(text: &mut TextBuffer, digits: u32, exponent: i32) {
    let mut places = [0; 6];
    let mut rest = digits;
    for place in places.iter_mut().rev() {
        *place = (rest % 10) as u8;
        rest /= 10;
    }
    let n_significant = places.iter().rposition(|&digit| digit != 0).map_or(0, |last| last + 1);
    let significand = Significand { digits: &places[..n_significant], exponent };
    write_general(text, &significand, 6, FloatFormat::general(6));
}

/// Splits a finite magnitude into an integer below 2^24 and a power of two.
fn decompose(magnitude: f32) -> (u32, i32) {
    let bits = magnitude.to_bits();
    let fraction = bits & 0x007f_ffff;
    match (bits >> 23) as i32 {
        0 => (fraction, -149),
        biased => (fraction | 0x0080_0000, biased - 150),
    }
}

/// The six significant digits of a magnitude as an integer of 100000 to
/// 999999, and the decimal exponent of the first of them.
///
/// Exact where it answers. It gives up on the very large and the very small,
/// whose product or quotient does not fit in 64 bits, and on zero.
fn six_digits(magnitude: f32) -> Option<(u32, i32)> {
    let (mantissa, binary_exponent) = decompose(magnitude);
    if mantissa < 0x0080_0000 || !magnitude.is_finite() {
        return None;
    }
    // The leading bit alone gives the decimal exponent, or one less than that:
    // 1233 / 4096 is the logarithm of 2 to base 10.
    let estimate = ((binary_exponent + 23) * 1233) >> 12;
    for exponent in [estimate, estimate + 1] {
        let (quotient, rest) = scale(mantissa, binary_exponent, 5 - exponent)?;
        if quotient >= 1_000_000 {
            continue;
        }
        let rounded = match rest {
            Ordering::Less => quotient,
            Ordering::Equal => quotient + (quotient & 1),
            Ordering::Greater => quotient + 1,
        };
        return Some(match rounded {
            1_000_000 => (100_000, exponent + 1),
            _ => (rounded as u32, exponent),
        });
    }
    None
}

/// The integer part of `mantissa * 2^binary_exponent * 10^decimal_shift`, and
/// how the rest compares with one half.
fn scale(mantissa: u32, binary_exponent: i32, decimal_shift: i32) -> Option<(u64, Ordering)> {
    if decimal_shift >= 0 {
        // Five to the 17th has 40 bits, so that the product fits in 64.
        let power = *POWERS_OF_FIVE.get(decimal_shift as usize)?;
        let product = u64::from(mantissa) * power;
        let shift = u32::try_from(-(binary_exponent + decimal_shift)).ok()?;
        let half = 1_u64.checked_shl(shift.checked_sub(1)?)?;
        let rest = product & (2 * half - 1);
        Some((product >> shift, rest.cmp(&half)))
    } else {
        if binary_exponent > 40 {
            return None;
        }
        let numerator = u64::from(mantissa) << binary_exponent.max(0);
        let divisor = 10_u64.checked_pow(decimal_shift.unsigned_abs())? << (-binary_exponent).clamp(0, 8);
        let rest = numerator % divisor;
        Some((numerator / divisor, (2 * rest).cmp(&divisor)))
    }
}

const POWERS_OF_FIVE: [u64; 18] = {
    let mut powers = [1; 18];
    let mut index = 1;
    while index < powers.len() {
        powers[index] = 5 * powers[index - 1];
        index += 1;
    }
    powers
};

/// Digits are made nine at a time, the most that fit in a word.
const CHUNK: u32 = 1_000_000_000;
const CHUNK_DIGITS: usize = 9;

/// Integer part of a float in words, least significant first.
const INTEGER_WORDS: usize = 4;
/// Fraction of a float in words, most significant first: 149 bits.
const FRACTION_WORDS: usize = 5;
/// Chunks of the integer part: 39 digits.
const INTEGER_CHUNKS: usize = 5;

/// All decimal digits of a float.
struct Decimal {
    /// Values 0 to 9. The longest expansion has 112 significant digits, and
    /// the last chunk may add eight zeros.
    digits: [u8; 128],
    length: usize,
    /// Decimal exponent of the first digit; 0 for the number zero.
    exponent: i32,
}

impl Decimal {
    /// Writes a finite magnitude out in full.
    fn expand(magnitude: f32) -> Self {
        let (mut integer, mut fraction) = fixed_point(magnitude);
        let mut decimal = Decimal { digits: [0; 128], length: 0, exponent: 0 };
        let mut chunks = [0; INTEGER_CHUNKS];
        for chunk in chunks.iter_mut().rev() {
            *chunk = divide_by_chunk(&mut integer);
        }
        let mut weight = (INTEGER_CHUNKS * CHUNK_DIGITS) as i32 - 1;
        for chunk in chunks {
            decimal.push_chunk(chunk, &mut weight);
        }
        while fraction.iter().any(|&word| word != 0) {
            let chunk = multiply_by_chunk(&mut fraction);
            decimal.push_chunk(chunk, &mut weight);
        }
        decimal.drop_trailing_zeros();
        decimal
    }

    /// The digits and the exponent, for writing.
    fn significand(&self) -> Significand<'_> {
        Significand { digits: &self.digits[..self.length], exponent: self.exponent }
    }

    /// Rounds to `n_digits` significant digits, ties to even. Zero or fewer
    /// digits are fine: the result is then zero or the next power of ten.
    fn round_to(&mut self, n_digits: i32) {
        let Ok(n_kept) = usize::try_from(n_digits) else {
            self.length = 0;
            self.exponent = 0;
            return;
        };
        if n_kept >= self.length {
            return;
        }
        let up = self.rounds_up_at(n_kept);
        self.length = n_kept;
        if up {
            self.increment();
        } else {
            self.drop_trailing_zeros();
        }
    }

    /// Whether the digits from `n_kept` on, of which the last is not zero, are
    /// more than half a unit of the digit before, or just half and that is odd.
    fn rounds_up_at(&self, n_kept: usize) -> bool {
        let is_tie = n_kept + 1 == self.length;
        match self.digits[n_kept].cmp(&5) {
            Ordering::Less => false,
            Ordering::Equal if is_tie => n_kept > 0 && self.digits[n_kept - 1] % 2 == 1,
            _ => true,
        }
    }

    /// Adds one unit of the last digit. Nines become zeros, which are not kept.
    fn increment(&mut self) {
        while self.length > 0 && self.digits[self.length - 1] == 9 {
            self.length -= 1;
        }
        if self.length == 0 {
            self.length = 1;
            self.digits[0] = 1;
            self.exponent += 1;
        } else {
            self.digits[self.length - 1] += 1;
        }
    }

    fn drop_trailing_zeros(&mut self) {
        while self.length > 0 && self.digits[self.length - 1] == 0 {
            self.length -= 1;
        }
        if self.length == 0 {
            self.exponent = 0;
        }
    }

    /// Appends nine digits, of which the first has the decimal exponent
    /// `weight`. Zeros before the first other digit only lower the weight.
    fn push_chunk(&mut self, chunk: u32, weight: &mut i32) {
        if chunk == 0 && self.length == 0 {
            *weight -= CHUNK_DIGITS as i32;
            return;
        }
        let mut divisor = CHUNK / 10;
        while divisor > 0 {
            self.push((chunk / divisor % 10) as u8, *weight);
            *weight -= 1;
            divisor /= 10;
        }
    }

    fn push(&mut self, digit: u8, weight: i32) {
        if self.length == 0 {
            if digit == 0 {
                return;
            }
            self.exponent = weight;
        }
        if let Some(slot) = self.digits.get_mut(self.length) {
            *slot = digit;
            self.length += 1;
        }
    }
}

/// A finite magnitude as a binary fixed-point number.
fn fixed_point(magnitude: f32) -> ([u32; INTEGER_WORDS], [u32; FRACTION_WORDS]) {
    let mut integer = [0; INTEGER_WORDS];
    let mut fraction = [0; FRACTION_WORDS];
    let (mantissa, exponent) = decompose(magnitude);
    let distance = exponent.unsigned_abs();
    if exponent >= 0 {
        let word = distance as usize / 32;
        let wide = u64::from(mantissa) << (distance % 32);
        integer[word] = wide as u32;
        if let Some(next) = integer.get_mut(word + 1) {
            *next = (wide >> 32) as u32;
        }
        return (integer, fraction);
    }
    let whole = mantissa.checked_shr(distance).unwrap_or(0);
    integer[0] = whole;
    let rest = match whole {
        0 => mantissa,
        _ => mantissa - (whole << distance),
    };
    // The lowest bit of the rest is worth 2^-distance, the lowest bit of a word
    // 2^-32, 2^-64 and so on.
    let word = (distance as usize - 1) / 32;
    let wide = u64::from(rest) << (distance.wrapping_neg() % 32);
    fraction[word] = wide as u32;
    if let Some(previous) = word.checked_sub(1) {
        fraction[previous] = (wide >> 32) as u32;
    }
    (integer, fraction)
}

/// Divides by [`CHUNK`] and returns the remainder.
fn divide_by_chunk(integer: &mut [u32; INTEGER_WORDS]) -> u32 {
    let mut remainder = 0;
    for word in integer.iter_mut().rev() {
        let dividend = remainder << 32 | u64::from(*word);
        *word = (dividend / u64::from(CHUNK)) as u32;
        remainder = dividend % u64::from(CHUNK);
    }
    remainder as u32
}

/// Multiplies by [`CHUNK`] and returns what moved before the point.
fn multiply_by_chunk(fraction: &mut [u32; FRACTION_WORDS]) -> u32 {
    let mut carry = 0;
    for word in fraction.iter_mut().rev() {
        let product = u64::from(*word) * u64::from(CHUNK) + carry;
        *word = product as u32;
        carry = product >> 32;
    }
    carry as u32
}
