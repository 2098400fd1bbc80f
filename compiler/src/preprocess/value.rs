//! Values of Builder expressions, and how they turn into each other.
//!
//! The rules are those of JavaScript, in which the Builder's users know them:
//! `"5" == 5`, `"a" + 1` is `"a1"`, and numbers have 64 bits.

use std::cmp::Ordering;
use std::rc::Rc;

/// Longest text that an expression can have as its value.
pub(super) const MAX_TEXT: usize = 4 << 20;

/// Arrays are nested up to this height.
const MAX_HEIGHT: u32 = 100;

/// Most elements of an array.
const MAX_ELEMENTS: usize = 1 << 16;

/// The value of an expression.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Null,
    Bool(bool),
    Number(f64),
    Text(Rc<[u8]>),
    Array(Rc<ArrayValue>),
    /// `loop`, with the number of the turn from 0.
    Loop(u32),
    /// `S`, the functions of strings.
    Strings,
    /// A function of `S`.
    StringFunction(&'static str),
}

/// The elements of an array.
#[derive(Debug)]
pub(super) struct ArrayValue {
    pub(super) elements: Vec<Value>,
    height: u32,
}

/// A text or array would be larger than it may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TooLarge;

impl Value {
    pub(super) fn text(text: impl AsRef<[u8]>) -> Value {
        Value::Text(text.as_ref().into())
    }

    pub(super) fn array(elements: Vec<Value>) -> Result<Value, TooLarge> {
        let heights = elements.iter().map(|element| match element {
            Value::Array(array) => array.height,
            _ => 0,
        });
        let height = heights.max().unwrap_or(0) + 1;
        if height > MAX_HEIGHT || elements.len() > MAX_ELEMENTS {
            return Err(TooLarge);
        }
        Ok(Value::Array(Rc::new(ArrayValue { elements, height })))
    }

    /// Whether a condition holds.
    pub(super) fn is_true(&self) -> bool {
        match self {
            Value::Null => false,
            Value::Bool(value) => *value,
            Value::Number(number) => *number != 0.0 && !number.is_nan(),
            Value::Text(text) => !text.is_empty(),
            _ => true,
        }
    }

    /// What stands in the program for the value.
    pub(super) fn to_text(&self) -> Result<Vec<u8>, TooLarge> {
        let mut text = Vec::new();
        self.write_text(&mut text)?;
        Ok(text)
    }

    fn write_text(&self, out: &mut Vec<u8>) -> Result<(), TooLarge> {
        match self {
            Value::Null => out.extend_from_slice(b"null"),
            Value::Bool(value) => out.extend_from_slice(if *value { b"true" } else { b"false" }),
            Value::Number(number) => out.extend_from_slice(number_text(*number).as_bytes()),
            Value::Text(text) => out.extend_from_slice(text),
            Value::Array(array) => {
                for (index, element) in array.elements.iter().enumerate() {
                    if index > 0 {
                        out.push(b',');
                    }
                    // In an array, nothing stands for null.
                    if !matches!(element, Value::Null) {
                        element.write_text(out)?;
                    }
                }
            }
            Value::Loop(_) | Value::Strings => out.extend_from_slice(b"[object Object]"),
            Value::StringFunction(name) => out.extend_from_slice(name.as_bytes()),
        }
        if out.len() > MAX_TEXT { Err(TooLarge) } else { Ok(()) }
    }

    pub(super) fn to_number(&self) -> f64 {
        match self {
            Value::Null => 0.0,
            Value::Bool(value) => f64::from(u8::from(*value)),
            Value::Number(number) => *number,
            Value::Text(text) => text_number(text),
            Value::Array(_) => self.to_text().map_or(f64::NAN, |text| text_number(&text)),
            Value::Loop(_) | Value::Strings | Value::StringFunction(_) => f64::NAN,
        }
    }

    /// `+`: a sum of numbers, or one text after the other.
    pub(super) fn plus(&self, other: &Value) -> Result<Value, TooLarge> {
        let is_number = |value: &Value| matches!(value, Value::Null | Value::Bool(_) | Value::Number(_));
        if is_number(self) && is_number(other) {
            return Ok(Value::Number(self.to_number() + other.to_number()));
        }
        let mut text = self.to_text()?;
        other.write_text(&mut text)?;
        Ok(Value::text(text))
    }

    /// `==`
    pub(super) fn equals(&self, other: &Value) -> bool {
        match (self, other) {
            (Value::Null, _) | (_, Value::Null) => matches!((self, other), (Value::Null, Value::Null)),
            (Value::Text(left), Value::Text(right)) => left == right,
            (Value::Array(left), Value::Array(right)) => Rc::ptr_eq(left, right),
            (Value::Array(_), Value::Text(text)) | (Value::Text(text), Value::Array(_)) => {
                let array = if matches!(self, Value::Array(_)) { self } else { other };
                array.to_text().is_ok_and(|array| array == **text)
            }
            _ => self.to_number() == other.to_number(),
        }
    }

    /// The order of two values; there is none if one of them is no number.
    pub(super) fn compare(&self, other: &Value) -> Option<Ordering> {
        match (self, other) {
            (Value::Text(left), Value::Text(right)) => Some(left.cmp(right)),
            _ => self.to_number().partial_cmp(&other.to_number()),
        }
    }
}

/// The number that a text is; not a number if it is none.
fn text_number(text: &[u8]) -> f64 {
    let Ok(text) = std::str::from_utf8(text) else { return f64::NAN };
    let text = text.trim();
    let radix = match text.get(..2) {
        Some("0x" | "0X") => 16,
        Some("0o" | "0O") => 8,
        Some("0b" | "0B") => 2,
        _ => 10,
    };
    if radix != 10 {
        let digits = &text[2..];
        let is_number = !digits.is_empty() && digits.chars().all(|digit| digit.is_digit(radix));
        let value = |number: f64, digit: char| {
            number * f64::from(radix) + f64::from(digit.to_digit(radix).unwrap_or(0))
        };
        return if is_number { digits.chars().fold(0.0, value) } else { f64::NAN };
    }
    match text.trim_start_matches(['+', '-']) {
        "" if text.is_empty() => 0.0,
        "Infinity" => text.parse().unwrap_or(f64::NAN),
        digits if digits.starts_with(|first: char| first.is_ascii_digit() || first == '.') => {
            text.parse().unwrap_or(f64::NAN)
        }
        _ => f64::NAN,
    }
}

/// A number as JavaScript writes it: the shortest text that means it.
fn number_text(number: f64) -> String {
    if number == 0.0 {
        return "0".to_owned();
    }
    if number.is_nan() {
        return "NaN".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    let shortest = format!("{:e}", number.abs());
    let (mantissa, exponent) = shortest.split_once('e').unwrap_or((&shortest, "0"));
    let digits = mantissa.replace('.', "");
    // The position of the point relative to the first digit.
    let point = exponent.parse::<i32>().unwrap_or(0) + 1;
    let count = digits.len() as i32;
    let text = if !(-5..=21).contains(&point) {
        let (first, rest) = digits.split_at(1);
        let rest = if rest.is_empty() { String::new() } else { format!(".{rest}") };
        format!("{first}{rest}e{:+}", point - 1)
    } else if point <= 0 {
        format!("0.{}{digits}", "0".repeat(-point as usize))
    } else if count <= point {
        format!("{digits}{}", "0".repeat((point - count) as usize))
    } else {
        let (whole, fraction) = digits.split_at(point as usize);
        format!("{whole}.{fraction}")
    };
    if number < 0.0 { format!("-{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_in_javascript() {
        let cases = [
            (56088.0, "56088"),
            (-0.0, "0"),
            (0.1 + 0.2, "0.30000000000000004"),
            (1e21, "1e+21"),
            (123456789012345680000.0, "123456789012345680000"),
            (1e-6, "0.000001"),
            (1.5e-7, "1.5e-7"),
            (-2.5, "-2.5"),
            (f64::NAN, "NaN"),
            (f64::NEG_INFINITY, "-Infinity"),
        ];
        for (number, text) in cases {
            assert_eq!(number_text(number), text);
        }
    }

    #[test]
    fn texts_are_read_as_numbers_where_they_are_some() {
        let cases: [(&str, f64); 8] = [
            ("", 0.0),
            (" 12 ", 12.0),
            ("-1.5e3", -1500.0),
            (".5", 0.5),
            ("0x1F", 31.0),
            ("0b101", 5.0),
            ("5.", 5.0),
            ("+7", 7.0),
        ];
        for (text, number) in cases {
            assert_eq!(text_number(text.as_bytes()), number, "{text}");
        }
        for text in ["abc", "1a", "inf", "nan", "0x", "- 1", "\u{e9}"] {
            assert!(text_number(text.as_bytes()).is_nan(), "{text}");
        }
    }

    #[test]
    fn equality_is_loose() {
        let [null, zero, five] = [Value::Null, Value::Number(0.0), Value::Number(5.0)];
        assert!(Value::text("5").equals(&five) && five.equals(&Value::text("5")));
        assert!(Value::Bool(false).equals(&zero));
        assert!(null.equals(&Value::Null) && !null.equals(&zero) && !zero.equals(&null));
        assert!(!Value::Number(f64::NAN).equals(&Value::Number(f64::NAN)));
        let array = Value::array(vec![Value::Number(1.0), Value::Null, Value::text("b")]).unwrap();
        assert!(array.equals(&Value::text("1,,b")));
    }

    #[test]
    fn values_stay_small() {
        let mut text = Value::text("a".repeat(1 << 20));
        let end = std::iter::from_fn(|| {
            text = text.plus(&text).ok()?;
            Some(())
        });
        assert_eq!(end.count(), 2);
        let mut array = Value::Null;
        let end = std::iter::from_fn(|| {
            array = Value::array(vec![array.clone(), array.clone()]).ok()?;
            Some(())
        });
        assert_eq!(end.count(), MAX_HEIGHT as usize);
        assert_eq!(array.to_text(), Err(TooLarge));
    }
}
