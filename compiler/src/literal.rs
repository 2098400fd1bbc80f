//! Literals: the insides of strings, characters and numbers.
//!
//! Each kind is read twice by the same code: once by the lexer, to find the
//! end and the mistakes, and once when the tree is built, for the value. Most
//! strings contain no escapes; their value is a slice of the source text.

use std::ops::Range;

use bumpalo::Bump;
use bumpalo::collections::Vec as BumpVec;

use crate::edition::{Edition, Syntax};
use crate::lexical_error::Problem;

/// The value of a number or character literal.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Number {
    Int(i32),
    Float(f32),
}

/// What is between the quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StringKind {
    /// `"…"`
    Plain,
    /// `@"…"`: no escapes, may contain line breaks; `""` is a quote.
    Verbatim,
    /// `'…'`
    Character,
}

impl StringKind {
    /// The kind of a literal and the length of what introduces it.
    fn of(text: &[u8]) -> (StringKind, usize) {
        match text.first() {
            Some(b'@') => (StringKind::Verbatim, 2),
            Some(b'\'') => (StringKind::Character, 1),
            _ => (StringKind::Plain, 1),
        }
    }

    fn quote(self) -> u8 {
        match self {
            StringKind::Plain | StringKind::Verbatim => b'"',
            StringKind::Character => b'\'',
        }
    }
}

/// Finds the end of a string or character literal whose opening quote has been
/// read. Returns the length, closing quote included; mistakes go to `report`
/// with their range in `rest`.
pub(crate) fn scan_quoted(
    rest: &[u8],
    kind: StringKind,
    edition: Edition,
    report: &mut dyn FnMut(Problem, Range<usize>),
) -> usize {
    let mut pieces = Pieces::new(rest, kind, edition);
    let mut n_bytes = 0;
    let mut is_sound = true;
    loop {
        n_bytes += pieces.skip_plain_bytes();
        pieces.take_hex_escapes(|_| n_bytes += 1);
        let start = pieces.position;
        match pieces.next() {
            Some(Piece::Byte(_)) => n_bytes += 1,
            Some(Piece::CodePoint(code_point)) => n_bytes += encode_utf8(code_point).as_slice().len(),
            Some(Piece::Problem(problem)) => {
                is_sound = false;
                report(problem, start..pieces.position);
            }
            None => break,
        }
    }
    let end = pieces.position;
    if kind == StringKind::Character && is_sound {
        match n_bytes {
            0 => report(Problem::EmptyCharacter, 0..end),
            1 => {}
            _ => report(Problem::LongCharacter, 0..end),
        }
    }
    end
}

/// The bytes that a string literal stands for; `text` includes the quotes.
pub(crate) fn string_value<'a>(arena: &'a Bump, text: &'a [u8], edition: Edition) -> &'a [u8] {
    let (kind, prefix) = StringKind::of(text);
    let body = &text[prefix.min(text.len())..];
    if kind == StringKind::Plain
        && let Some(plain) = body.strip_suffix(b"\"")
        && memchr::memchr(b'\\', plain).is_none()
    {
        return plain;
    }
    let mut value = BumpVec::with_capacity_in(body.len(), arena);
    let mut pieces = Pieces::new(body, kind, edition);
    loop {
        let start = pieces.position;
        let n_plain = pieces.skip_plain_bytes();
        value.extend_from_slice_copy(&body[start..start + n_plain]);
        pieces.take_hex_escapes(|byte| value.push(byte));
        match pieces.next() {
            Some(Piece::Byte(byte)) => value.push(byte),
            Some(Piece::CodePoint(code_point)) => {
                value.extend_from_slice_copy(encode_utf8(code_point).as_slice())
            }
            Some(Piece::Problem(_)) => {}
            None => return value.into_bump_slice(),
        }
    }
}

/// Finds the end of a number that begins with the first byte of `text`.
///
/// The reference scans greedily: after a decimal digit everything that could
/// be part of some number belongs to this one, so `1.2.3` is one token.
pub(crate) fn scan_number(text: &[u8]) -> (usize, Option<Problem>) {
    match Radix::of(text) {
        Radix::Hexadecimal => scan_hexadecimal(text),
        Radix::Octal => scan_octal(text),
        Radix::Decimal => scan_decimal(text),
    }
}

/// The value of a number or character literal.
pub(crate) fn number_value(text: &[u8], edition: Edition) -> Number {
    if text.first() == Some(&b'\'') {
        return Number::Int(character_value(text, edition));
    }
    match Radix::of(text) {
        Radix::Hexadecimal => Number::Int(integer_value(&text[2..], 16)),
        Radix::Octal => Number::Int(integer_value(&text[1..], 8)),
        Radix::Decimal if text.iter().all(u8::is_ascii_digit) => Number::Int(integer_value(text, 10)),
        Radix::Decimal => Number::Float(float_value(text)),
    }
}

enum Radix {
    Decimal,
    Hexadecimal,
    Octal,
}

impl Radix {
    /// `09` is decimal: only an octal digit after the zero makes a number octal.
    fn of(text: &[u8]) -> Radix {
        match text {
            [b'0', b'x' | b'X', ..] => Radix::Hexadecimal,
            [b'0', b'0'..=b'7', ..] => Radix::Octal,
            _ => Radix::Decimal,
        }
    }
}

fn scan_hexadecimal(text: &[u8]) -> (usize, Option<Problem>) {
    let n_digits = count_while(&text[2..], |byte| byte.is_ascii_hexdigit());
    (2 + n_digits, (n_digits > 8).then_some(Problem::LongHex))
}

fn scan_octal(text: &[u8]) -> (usize, Option<Problem>) {
    let n_octal_digits = count_while(text, |byte| matches!(byte, b'0'..=b'7'));
    let n_digits = count_while(text, |byte| byte.is_ascii_digit());
    (n_digits, (n_digits > n_octal_digits).then_some(Problem::InvalidOctal))
}

fn scan_decimal(text: &[u8]) -> (usize, Option<Problem>) {
    let mut problem = None;
    let mut has_exponent = false;
    let mut position = 0;
    while let Some(byte) = text.get(position) {
        match byte {
            b'0'..=b'9' | b'.' => position += 1,
            b'e' | b'E' => {
                position += 1;
                position += usize::from(matches!(text.get(position), Some(b'+' | b'-')));
                if has_exponent {
                    problem = problem.or(Some(Problem::SecondExponent));
                } else if !text.get(position).is_some_and(u8::is_ascii_digit) {
                    problem = problem.or(Some(Problem::EmptyExponent));
                }
                has_exponent = true;
            }
            _ => break,
        }
    }
    (position, problem)
}

/// Integers wrap modulo 2³², however many digits there are.
fn integer_value(digits: &[u8], radix: u32) -> i32 {
    let digits = digits.iter().map_while(|byte| (*byte as char).to_digit(radix));
    digits.fold(0u32, |value, digit| value.wrapping_mul(radix).wrapping_add(digit)) as i32
}

/// The value of the longest prefix that is a number, rounded to double and
/// then to single precision, as `strtod` and an assignment do.
fn float_value(text: &[u8]) -> f32 {
    let mut end = count_while(text, |byte| byte.is_ascii_digit());
    if text.get(end) == Some(&b'.') {
        end += 1 + count_while(&text[end + 1..], |byte| byte.is_ascii_digit());
    }
    if matches!(text.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(text.get(end + 1), Some(b'+' | b'-')));
        let n_digits = count_while(&text[end + 1 + sign..], |byte| byte.is_ascii_digit());
        end += if n_digits > 0 { 1 + sign + n_digits } else { 0 };
    }
    let number = std::str::from_utf8(&text[..end]).ok().and_then(|prefix| prefix.parse::<f64>().ok());
    number.unwrap_or_default() as f32
}

fn character_value(text: &[u8], edition: Edition) -> i32 {
    match Pieces::new(&text[1..], StringKind::Character, edition).next() {
        Some(Piece::Byte(byte)) => i32::from(byte),
        Some(Piece::CodePoint(code_point)) => code_point as i32,
        Some(Piece::Problem(_)) | None => 0,
    }
}

fn count_while(text: &[u8], predicate: impl Fn(&u8) -> bool) -> usize {
    text.iter().take_while(|byte| predicate(byte)).count()
}

/// The values of hexadecimal digits by byte.
static HEX_VALUES: [u8; 256] = {
    let mut values = [NO_DIGIT; 256];
    let mut byte = 0;
    while byte < values.len() {
        if let Some(value) = (byte as u8 as char).to_digit(16) {
            values[byte] = value as u8;
        }
        byte += 1;
    }
    values
};

/// Not the value of any digit.
const NO_DIGIT: u8 = u8::MAX;

/// A part of a string literal.
enum Piece {
    Byte(u8),
    /// From `\u` or `\U`; to be encoded as UTF-8. Not always a valid character.
    CodePoint(u32),
    Problem(Problem),
}

/// Walks over the inside of a string literal, closing quote included.
struct Pieces<'t> {
    rest: &'t [u8],
    position: usize,
    kind: StringKind,
    edition: Edition,
    at_end: bool,
}

impl<'t> Pieces<'t> {
    fn new(rest: &'t [u8], kind: StringKind, edition: Edition) -> Self {
        Pieces { rest, position: 0, kind, edition, at_end: false }
    }

    /// Steps over bytes that stand for themselves and returns their number.
    fn skip_plain_bytes(&mut self) -> usize {
        let rest = &self.rest[self.position..];
        let length = match self.kind {
            StringKind::Verbatim => count_while(rest, |byte| *byte != b'"'),
            StringKind::Plain => count_while(rest, |byte| !matches!(byte, b'"' | b'\\' | b'\n')),
            StringKind::Character => count_while(rest, |byte| !matches!(byte, b'\'' | b'\\' | b'\n')),
        };
        self.position += length;
        length
    }

    /// Steps over escapes `\x…` and gives their bytes to `take`: the longest strings of real programs consist of them.
    #[inline]
    fn take_hex_escapes(&mut self, mut take: impl FnMut(u8)) {
        if self.kind == StringKind::Verbatim {
            return;
        }
        let max_digits = self.edition.max_hex_escape_digits();
        while let [b'\\', b'x', rest @ ..] = &self.rest[self.position..] {
            let (mut n_digits, mut value) = (0, 0);
            for byte in rest.iter().take(max_digits) {
                let digit = HEX_VALUES[usize::from(*byte)];
                if digit == NO_DIGIT {
                    break;
                }
                n_digits += 1;
                value = value << 4 | digit;
            }
            if n_digits == 0 {
                // A mistake, which is the next piece.
                return;
            }
            self.position += 2 + n_digits;
            take(value);
        }
    }

    fn end_with(&mut self, problem: Problem) -> Option<Piece> {
        self.at_end = true;
        Some(Piece::Problem(problem))
    }

    fn close(&mut self) -> Option<Piece> {
        self.position += 1;
        if self.kind == StringKind::Verbatim && self.rest.get(self.position) == Some(&b'"') {
            self.position += 1;
            return Some(Piece::Byte(b'"'));
        }
        self.at_end = true;
        None
    }

    /// Reads what follows a backslash.
    #[inline]
    fn escape(&mut self) -> Piece {
        self.position += 1;
        let Some(byte) = self.rest.get(self.position) else {
            // The backslash is the last byte of the text; the next piece is the end.
            return Piece::Problem(Problem::UnknownEscape);
        };
        let value = match byte {
            b't' => b'\t',
            b'a' => 0x07,
            b'b' => 0x08,
            b'n' => b'\n',
            b'r' => b'\r',
            b'v' => 0x0b,
            b'f' => 0x0c,
            b'0' => 0,
            b'\\' | b'"' | b'\'' => *byte,
            b'x' => {
                return self
                    .numeric_escape(self.edition.max_hex_escape_digits(), |value| Piece::Byte(value as u8));
            }
            b'u' if self.edition.has_additions() => return self.numeric_escape(4, Piece::CodePoint),
            b'U' if self.edition.has_additions() => return self.numeric_escape(8, Piece::CodePoint),
            // A line break is reported as such by the next piece.
            b'\n' => return Piece::Problem(Problem::UnknownEscape),
            _ => {
                self.position += 1;
                return Piece::Problem(Problem::UnknownEscape);
            }
        };
        self.position += 1;
        Piece::Byte(value)
    }

    #[inline]
    fn numeric_escape(&mut self, max_digits: usize, piece: fn(u32) -> Piece) -> Piece {
        self.position += 1;
        let digits = &self.rest[self.position..];
        let digits = digits.iter().take(max_digits).map_while(|byte| (*byte as char).to_digit(16));
        let (mut n_digits, mut value) = (0, 0);
        for digit in digits {
            n_digits += 1;
            value = value << 4 | digit;
        }
        self.position += n_digits;
        if n_digits > 0 { piece(value) } else { Piece::Problem(Problem::EscapeWithoutDigits) }
    }
}

impl Iterator for Pieces<'_> {
    type Item = Piece;

    #[inline]
    fn next(&mut self) -> Option<Piece> {
        if self.at_end {
            return None;
        }
        let Some(byte) = self.rest.get(self.position).copied() else {
            return self.end_with(Problem::UnfinishedString);
        };
        match (byte, self.kind) {
            (byte, kind) if byte == kind.quote() => self.close(),
            (b'\n', StringKind::Plain | StringKind::Character) => self.end_with(Problem::NewlineInString),
            (b'\\', StringKind::Plain | StringKind::Character) => Some(self.escape()),
            (byte, _) => {
                self.position += 1;
                Some(Piece::Byte(byte))
            }
        }
    }
}

/// A code point in UTF-8.
struct Utf8 {
    bytes: [u8; 4],
    length: usize,
}

impl Utf8 {
    fn as_slice(&self) -> &[u8] {
        &self.bytes[..self.length]
    }
}

/// Encodes a code point as the reference does: surrogates like any other, and
/// nothing at all beyond the last code point.
fn encode_utf8(code_point: u32) -> Utf8 {
    let continuation = |shift: u32| 0x80 | (code_point >> shift & 0x3f) as u8;
    let (bytes, length) = match code_point {
        0..0x80 => ([code_point as u8, 0, 0, 0], 1),
        0x80..0x800 => ([0xc0 | (code_point >> 6) as u8, continuation(0), 0, 0], 2),
        0x800..0x1_0000 => ([0xe0 | (code_point >> 12) as u8, continuation(6), continuation(0), 0], 3),
        0x1_0000..0x11_0000 => {
            ([0xf0 | (code_point >> 18) as u8, continuation(12), continuation(6), continuation(0)], 4)
        }
        _ => ([0; 4], 0),
    };
    Utf8 { bytes, length }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn string(literal: &str, edition: Edition) -> Vec<u8> {
        let arena = Bump::new();
        string_value(&arena, literal.as_bytes(), edition).to_vec()
    }

    fn problems(literal: &str, edition: Edition) -> Vec<(Problem, Range<usize>)> {
        let mut found = Vec::new();
        let (kind, prefix) = StringKind::of(literal.as_bytes());
        scan_quoted(&literal.as_bytes()[prefix..], kind, edition, &mut |problem, range| {
            found.push((problem, range))
        });
        found
    }

    fn int(literal: &str) -> i32 {
        match number_value(literal.as_bytes(), Edition::Imp) {
            Number::Int(value) => value,
            Number::Float(value) => panic!("{literal} is the float {value}"),
        }
    }

    fn float(literal: &str) -> f32 {
        match number_value(literal.as_bytes(), Edition::Imp) {
            Number::Float(value) => value,
            Number::Int(value) => panic!("{literal} is the integer {value}"),
        }
    }

    #[test]
    fn integers_wrap() {
        assert_eq!(int("2147483648"), i32::MIN);
        assert_eq!(int("4294967296"), 0);
        assert_eq!(int("0xFFFFFFFF"), -1);
        assert_eq!(int("0x"), 0);
    }

    #[test]
    fn a_zero_before_an_octal_digit_makes_octal() {
        assert_eq!(int("010"), 8);
        assert_eq!(int("09"), 9);
        assert_eq!(scan_number(b"018;"), (3, Some(Problem::InvalidOctal)));
        assert_eq!(scan_number(b"01.5"), (2, None));
    }

    #[test]
    fn decimal_numbers_are_greedy() {
        assert_eq!(scan_number(b"1.2.3+"), (5, None));
        assert_eq!(float("1.2.3"), 1.2);
        assert_eq!(float("1."), 1.0);
        assert_eq!(float("1e3"), 1000.0);
        assert_eq!(float("1.5e-3"), 0.0015);
        assert_eq!(scan_number(b"1e+ "), (3, Some(Problem::EmptyExponent)));
        assert_eq!(scan_number(b"1e5e3"), (5, Some(Problem::SecondExponent)));
        assert_eq!(scan_number(b"0x123456789"), (11, Some(Problem::LongHex)));
    }

    #[test]
    fn floats_are_rounded_twice() {
        // Halfway between two singles once it has been rounded to double, then rounded to even.
        assert_eq!(float("1.00000005960464477539062500001"), 1.0);
        assert_eq!(float("1e999"), f32::INFINITY);
    }

    #[test]
    fn hexadecimal_escapes_depend_on_the_edition() {
        assert_eq!(string(r#""\x41B""#, Edition::Imp), [0x1b]);
        assert_eq!(string(r#""a\x4\xfFg\x00123""#, Edition::Imp), *b"a\x04\xffg\x123");
        assert_eq!(string(r#""\x41B""#, Edition::Squirrel3), *b"AB");
        assert_eq!(string(r#""\u20ac\U1F600""#, Edition::Squirrel3), "€😀".as_bytes());
        assert_eq!(problems(r#""\u20ac""#, Edition::Imp), [(Problem::UnknownEscape, 0..2)]);
    }

    #[test]
    fn escapes_stand_for_bytes() {
        assert_eq!(string(r#""\t\a\b\n\r\v\f\0\\\"\'""#, Edition::Imp), *b"\t\x07\x08\n\r\x0b\x0c\0\\\"'");
        assert_eq!(string(r#"@"a\n""b""#, Edition::Imp), *br#"a\n"b"#);
        assert_eq!(string(r#""""#, Edition::Imp), *b"");
    }

    #[test]
    fn characters_are_single_bytes() {
        assert_eq!(int("'a'"), 97);
        assert_eq!(int(r"'\n'"), 10);
        assert_eq!(int(r"'\xff'"), 255);
        assert_eq!(problems("''", Edition::Imp), [(Problem::EmptyCharacter, 0..1)]);
        assert_eq!(problems("'ab'", Edition::Imp), [(Problem::LongCharacter, 0..3)]);
        assert_eq!(problems("'é'", Edition::Imp), [(Problem::LongCharacter, 0..3)]);
    }

    #[test]
    fn mistakes_in_strings_have_places() {
        assert_eq!(problems("\"ab\ncd\"", Edition::Imp), [(Problem::NewlineInString, 2..2)]);
        assert_eq!(problems("\"ab", Edition::Imp), [(Problem::UnfinishedString, 2..2)]);
        assert_eq!(problems(r#""a\qb""#, Edition::Imp), [(Problem::UnknownEscape, 1..3)]);
        assert_eq!(problems(r#""\xg""#, Edition::Imp), [(Problem::EscapeWithoutDigits, 0..2)]);
        assert_eq!(problems("\"\\", Edition::Imp).len(), 2);
    }
}
