//! Numbers as text, text as numbers, floats as integers.
//!
//! Everything here works on plain integers, floats and byte slices; nothing
//! knows what a VM value is. The language prints floats with C's `%g` and reads
//! them with C's `strtod`, so both directions are exact: the printed digits are
//! those of the stored binary value rounded half to even, and a text becomes
//! the float that a correctly rounding C library would give. Neither direction
//! uses `core`'s float formatting or parsing, whose tables alone would cost a
//! firmware more flash than this whole module.
//!
//! Integers to text: [`integer_text`]. Floats to text: [`float_text`]. Texts to
//! numbers: [`parse`]. The flags and widths of `format()` live with the string
//! library, which builds on [`format_float`] and [`unsigned_to_text`].

#![forbid(unsafe_code)]

pub mod float_text;
pub mod integer_text;
pub mod parse;
mod text_buffer;

pub use float_text::{
    FLOAT_TEXT_CAPACITY, FORMATTED_FLOAT_CAPACITY, FloatFormat, MAX_PRECISION, Notation, TrailingZeros,
    float_to_text, format_float,
};
pub use integer_text::{INTEGER_TEXT_CAPACITY, LetterCase, Radix, integer_to_text, unsigned_to_text};
pub use parse::{Number, NumberSyntax, float_prefix, integer_prefix, parse_float, parse_number};

/// What a float becomes when it is converted to an integer that cannot hold it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutOfRange {
    /// The nearest integer, and 0 for NaN: the conversion instruction of an
    /// ARM core, and so of an imp device.
    Saturate,
    /// Always -2147483648, the "integer indefinite" of x86: agents and desktop
    /// Squirrel.
    Indefinite,
}

/// Truncates `value` toward zero.
///
/// ```
/// use tamias_vm::number::{OutOfRange, float_to_integer};
///
/// assert_eq!(float_to_integer(-3.99, OutOfRange::Saturate), -3);
/// assert_eq!(float_to_integer(1e10, OutOfRange::Saturate), 2147483647);
/// assert_eq!(float_to_integer(1e10, OutOfRange::Indefinite), -2147483648);
/// ```
#[must_use]
pub fn float_to_integer(value: f32, out_of_range: OutOfRange) -> i32 {
    // 2^31 is the smallest float above `i32::MAX`; -2^31 itself is in range.
    const LIMIT: f32 = 2_147_483_648.0;
    match out_of_range {
        // Rust defines this cast as saturating, with 0 for NaN.
        OutOfRange::Saturate => value as i32,
        OutOfRange::Indefinite if (-LIMIT..LIMIT).contains(&value) => value as i32,
        OutOfRange::Indefinite => i32::MIN,
    }
}
