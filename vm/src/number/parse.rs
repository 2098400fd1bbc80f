//! Texts as numbers: `string.tointeger()` and `string.tofloat()`.
//!
//! Both read the longest numeric prefix after leading white space and ignore
//! what follows, like C's `strtol` and `strtod`. Infinities, NaN and
//! hexadecimal fractions are not numbers here, unlike in C99.
//!
//! Reading a float is [`float_text`](super::float_text) backwards: the decimal
//! digits are laid out as a fixed-point number, the binary digits are taken off
//! it word by word, and the leading 64 of them are rounded to double precision
//! and then to single, as a C program does that assigns `strtod()` to a `float`.

/// The rules that differ between the language editions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberSyntax {
    /// impOS: `0x` prefixes count without being asked for, and `tofloat()`
    /// reads every text as a float.
    Imp,
    /// Squirrel 3: no prefix in base 10, and `tofloat()` reads a text without
    /// `.`, `e` and `E` as an integer, which saturates.
    Reference,
}

/// What [`parse_number`] found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    /// A text of digits.
    Integer(i32),
    /// A text with a point or an exponent.
    Float(f32),
}

/// Reads a number as `tointeger()` does, before floats are truncated.
///
/// `base` is the script's argument, if there was one. None: there is no number
/// at the start of the text, or the base is not 2 to 36.
///
/// ```
/// use tamias_vm::number::{Number, NumberSyntax, parse_number};
///
/// let number = |text| parse_number(text, None, NumberSyntax::Imp);
/// assert_eq!(number(b"2timesfour"), Some(Number::Float(2.0)));
/// assert_eq!(number(b"0xFFFFFFFF"), Some(Number::Integer(-1)));
/// assert_eq!(number(b"four"), None);
/// ```
#[must_use]
pub fn parse_number(text: &[u8], base: Option<u32>, syntax: NumberSyntax) -> Option<Number> {
    if base.is_none()
        && syntax == NumberSyntax::Imp
        && let Some(value) = prefixed_hexadecimal(text)
    {
        return Some(Number::Integer(value));
    }
    let base = base.unwrap_or(10);
    // The reference looks at the whole text, not at its numeric prefix, so that
    // `2timesfour` is a float, too. From base 14 on `e` is a digit.
    let is_float = |byte: &u8| *byte == b'.' || (base <= 13 && matches!(byte, b'e' | b'E'));
    if text.iter().any(is_float) {
        float_prefix(text).map(|(value, _)| Number::Float(value))
    } else {
        integer_prefix(text, base).map(|(value, _)| Number::Integer(value))
    }
}

/// Reads a number as `tofloat()` does.
#[must_use]
pub fn parse_float(text: &[u8], syntax: NumberSyntax) -> Option<f32> {
    match syntax {
        NumberSyntax::Imp => float_prefix(text).map(|(value, _)| value),
        NumberSyntax::Reference => parse_number(text, Some(10), syntax).map(|number| match number {
            Number::Integer(value) => value as f32,
            Number::Float(value) => value,
        }),
    }
}

/// Reads the integer at the start of `text` and the length of its text, white
/// space included. Too large a value saturates. Base 16 allows a `0x` prefix.
#[must_use]
pub fn integer_prefix(text: &[u8], base: u32) -> Option<(i32, usize)> {
    if !(2..=36).contains(&base) {
        return None;
    }
    let (sign, mut start) = scan_sign(text);
    if base == 16 && hexadecimal_digits(&text[start..]).is_some() {
        start += 2;
    }
    let mut magnitude = 0_u64;
    let mut end = start;
    while let Some(digit) = text.get(end).and_then(|&byte| char::from(byte).to_digit(base)) {
        magnitude = (magnitude * u64::from(base) + u64::from(digit)).min(1 << 32);
        end += 1;
    }
    if end == start {
        return None;
    }
    let value = match sign {
        Sign::Plus => magnitude.min(i32::MAX as u64) as i32,
        Sign::Minus => (magnitude.min(1 << 31) as u32).wrapping_neg() as i32,
    };
    Some((value, end))
}

/// Reads the decimal float at the start of `text` and the length of its text,
/// white space included.
///
/// ```
/// use tamias_vm::number::float_prefix;
///
/// assert_eq!(float_prefix(b" -2.5e1V"), Some((-25.0, 7)));
/// assert_eq!(float_prefix(b"1e"), Some((1.0, 1)));
/// ```
#[must_use]
pub fn float_prefix(text: &[u8]) -> Option<(f32, usize)> {
    let scanned = scan_decimal(text)?;
    let magnitude = scanned.magnitude();
    let value = match scanned.sign {
        Sign::Plus => magnitude,
        Sign::Minus => -magnitude,
    };
    Some((value, scanned.length))
}

#[derive(Clone, Copy)]
enum Sign {
    Plus,
    Minus,
}

/// Skips white space and a sign, and returns where the digits have to start.
fn scan_sign(text: &[u8]) -> (Sign, usize) {
    let is_space = |byte: &u8| matches!(byte, b' ' | b'\t'..=b'\r');
    let start = text.iter().position(|byte| !is_space(byte)).unwrap_or(text.len());
    match text.get(start) {
        Some(b'-') => (Sign::Minus, start + 1),
        Some(b'+') => (Sign::Plus, start + 1),
        _ => (Sign::Plus, start),
    }
}

/// impOS' rule for `0x`: up to eight digits are a bit pattern, more are -1.
fn prefixed_hexadecimal(text: &[u8]) -> Option<i32> {
    let (sign, start) = scan_sign(text);
    let digits = hexadecimal_digits(&text[start..])?;
    if digits.len() > 8 {
        return Some(-1);
    }
    let pattern =
        digits.iter().fold(0_u32, |pattern, &byte| pattern << 4 | char::from(byte).to_digit(16).unwrap_or(0));
    Some(match sign {
        Sign::Plus => pattern as i32,
        Sign::Minus => pattern.wrapping_neg() as i32,
    })
}

/// The digits after a `0x`, if there are both.
fn hexadecimal_digits(text: &[u8]) -> Option<&[u8]> {
    let digits = text.strip_prefix(b"0x").or_else(|| text.strip_prefix(b"0X"))?;
    let length = digits.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
    (length > 0).then(|| &digits[..length])
}

/// The parts of a decimal float, not yet a number.
struct ScannedDecimal<'text> {
    sign: Sign,
    whole: &'text [u8],
    fraction: &'text [u8],
    exponent: i64,
    length: usize,
}

fn scan_decimal(text: &[u8]) -> Option<ScannedDecimal<'_>> {
    let (sign, start) = scan_sign(text);
    let whole = leading_digits(&text[start..]);
    let mut length = start + whole.len();
    let mut fraction: &[u8] = &[];
    if text.get(length) == Some(&b'.') {
        fraction = leading_digits(&text[length + 1..]);
        length += 1 + fraction.len();
    }
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let (exponent, exponent_length) = scan_exponent(&text[length..]);
    Some(ScannedDecimal { sign, whole, fraction, exponent, length: length + exponent_length })
}

/// The value and the length of an exponent; an `e` without digits is none.
fn scan_exponent(text: &[u8]) -> (i64, usize) {
    // Far beyond every float, and still room to add the length of a text.
    const LIMIT: i64 = 1 << 60;
    let Some(b'e' | b'E') = text.first() else {
        return (0, 0);
    };
    let (is_negative, start) = match text.get(1) {
        Some(b'-') => (true, 2),
        Some(b'+') => (false, 2),
        _ => (false, 1),
    };
    let digits = leading_digits(&text[start..]);
    if digits.is_empty() {
        return (0, 0);
    }
    let magnitude = digits.iter().fold(0, |value: i64, digit| {
        value.saturating_mul(10).saturating_add(i64::from(digit - b'0')).min(LIMIT)
    });
    let exponent = if is_negative { -magnitude } else { magnitude };
    (exponent, start + digits.len())
}

fn leading_digits(text: &[u8]) -> &[u8] {
    let length = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    &text[..length]
}

/// Decimal digits of the fraction that are stored. A number that is not zero
/// in single precision has its leading bit before 2^-150, and the 64 bits from
/// there on end before 2^-216. A multiple of that never lies strictly between
/// two neighbouring decimals of 216 places, so that it does not matter for
/// these bits what the digits cut off are, only whether they are all zero.
const FRACTION_DIGITS: usize = 216;
/// Digits per word of the fraction.
const CHUNK_DIGITS: usize = 9;
const CHUNK: u64 = 1_000_000_000;
const FRACTION_CHUNKS: usize = FRACTION_DIGITS / CHUNK_DIGITS;
/// Words for an integer part of 39 digits.
const INTEGER_WORDS: usize = 5;
/// The largest decimal exponent of a float.
const MAX_EXPONENT: i64 = 38;
/// Words that hold the 216 bits behind the point that can matter.
const FRACTION_WORDS: usize = 7;

/// A decimal number, split at the point.
struct FixedPoint {
    /// Binary, least significant word first.
    integer: [u32; INTEGER_WORDS],
    /// Nine decimal digits per word, most significant first.
    fraction: [u32; FRACTION_CHUNKS],
    /// How many chunks are in use.
    n_chunks: usize,
    /// Whether digits other than zero were cut off.
    is_cut: bool,
}

impl ScannedDecimal<'_> {
    /// The value without its sign; infinity when it is too large.
    fn magnitude(&self) -> f32 {
        match self.fixed_point() {
            Some(number) => number.into_float(),
            None => f32::INFINITY,
        }
    }

    /// Lays the digits out, or None when there are too many before the point.
    fn fixed_point(&self) -> Option<FixedPoint> {
        let mut number = FixedPoint {
            integer: [0; INTEGER_WORDS],
            fraction: [0; FRACTION_CHUNKS],
            n_chunks: 0,
            is_cut: false,
        };
        let digits = self.whole.iter().chain(self.fraction).map(|byte| u32::from(byte - b'0'));
        let mut weight = self.whole.len() as i64 - 1 + self.exponent;
        let mut is_zero = true;
        for digit in digits {
            is_zero &= digit == 0;
            if weight < 0 {
                number.add_decimal(digit, weight);
            } else if !is_zero {
                if weight > MAX_EXPONENT {
                    return None;
                }
                number.append_digit(digit);
            }
            weight -= 1;
        }
        // The zeros that an exponent stands for.
        while weight >= 0 && !is_zero {
            number.append_digit(0);
            weight -= 1;
        }
        Some(number)
    }
}

impl FixedPoint {
    /// Appends a digit to the integer part.
    fn append_digit(&mut self, digit: u32) {
        let mut carry = u64::from(digit);
        for word in &mut self.integer {
            let product = u64::from(*word) * 10 + carry;
            *word = product as u32;
            carry = product >> 32;
        }
    }

    /// Puts a digit behind the point; the first one has the weight -1.
    fn add_decimal(&mut self, digit: u32, weight: i64) {
        if digit == 0 {
            return;
        }
        match usize::try_from(-1 - weight) {
            Ok(index) if index < FRACTION_DIGITS => {
                let power = CHUNK_DIGITS - 1 - index % CHUNK_DIGITS;
                self.fraction[index / CHUNK_DIGITS] += digit * 10_u32.pow(power as u32);
                self.n_chunks = index / CHUNK_DIGITS + 1;
            }
            _ => self.is_cut = true,
        }
    }

    /// The next 32 bits behind the point.
    fn take_word(&mut self) -> u32 {
        let mut carry = 0;
        for chunk in self.fraction[..self.n_chunks].iter_mut().rev() {
            let product = u64::from(*chunk) << 32 | carry;
            *chunk = (product % CHUNK) as u32;
            carry = product / CHUNK;
        }
        carry as u32
    }

    fn into_float(mut self) -> f32 {
        let mut words = [0; INTEGER_WORDS + FRACTION_WORDS];
        for (word, &integer) in words.iter_mut().zip(self.integer.iter().rev()) {
            *word = integer;
        }
        for word in &mut words[INTEGER_WORDS..] {
            *word = self.take_word();
        }
        let Some(first) = words.iter().position(|&word| word != 0) else {
            return 0.0;
        };
        let word_at = |index| words.get(index).copied().unwrap_or(0);
        let third = word_at(first + 2);
        let window = u64::from(word_at(first)) << 32 | u64::from(word_at(first + 1));
        let shift = window.leading_zeros();
        let mantissa = window << shift | u64::from(third) >> (32 - shift);
        let is_inexact = third << shift != 0
            || words.iter().skip(first + 3).any(|&word| word != 0)
            || self.fraction.iter().any(|&chunk| chunk != 0)
            || self.is_cut;
        // The lowest of the 64 bits is far below the precision of a double, so
        // it can stand for everything behind it.
        let exponent = 32 * (INTEGER_WORDS as i32 - first as i32) - 64 - shift as i32;
        float_of(mantissa | u64::from(is_inexact), exponent)
    }
}

/// `mantissa`, whose highest bit is set, times two to the power of `exponent`,
/// rounded to double precision and then to single. It does without doubles,
/// which processors without them would compute with large routines.
fn float_of(mantissa: u64, exponent: i32) -> f32 {
    const DOUBLE_BITS: u32 = 53;
    const FLOAT_BITS: i32 = 24;
    /// What the lowest bit of the smallest float is worth.
    const LOWEST: i32 = -149;
    let cut = u64::BITS - DOUBLE_BITS;
    let double = cut_rounding(mantissa, cut);
    let exponent = exponent + cut as i32;
    let width = (u64::BITS - double.leading_zeros()) as i32;
    let cut = (width - FLOAT_BITS).max(LOWEST - exponent);
    if cut >= u64::BITS as i32 {
        return 0.0;
    }
    let significand = cut_rounding(double, cut as u32) as u32;
    // The leading bit of the significand adds one to the exponent. Subnormal numbers have neither.
    let bits = (((exponent + cut - LOWEST) as u32) << (FLOAT_BITS - 1)) + significand;
    f32::from_bits(bits.min(f32::INFINITY.to_bits()))
}

/// Cuts off the lowest bits, rounding to the nearest number and halves to even.
fn cut_rounding(number: u64, bits: u32) -> u64 {
    let (kept, rest, half) = (number >> bits, number & ((1 << bits) - 1), 1 << (bits - 1));
    let rounds_up = rest > half || rest == half && kept & 1 == 1;
    kept + u64::from(rounds_up)
}
