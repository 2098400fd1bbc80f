//! The functions of Builder expressions, apart from `include` and `defined`.

use super::value::{MAX_TEXT, Value};

/// The functions of `S`, by the names under which they can be called.
const STRING_FUNCTIONS: [&str; 13] = [
    "S.concat",
    "S.endsWith",
    "S.includes",
    "S.repeat",
    "S.split",
    "S.startsWith",
    "S.substr",
    "S.substring",
    "S.toLowerCase",
    "S.toUpperCase",
    "S.trim",
    "S.trimLeft",
    "S.trimRight",
];

const TOO_LONG: &str = "the value is too large";

/// Whether there is a function with this name.
pub(super) fn exists(name: &str) -> bool {
    matches!(name, "escape" | "base64" | "min" | "max" | "abs")
}

/// The function of `S` with this name.
pub(super) fn string_function(name: &[u8]) -> Option<&'static str> {
    STRING_FUNCTIONS.into_iter().find(|function| function.as_bytes()[2..] == *name)
}

/// Calls a function; `None` if there is none with this name.
pub(super) fn call(name: &str, arguments: &[Value]) -> Option<Result<Value, String>> {
    if STRING_FUNCTIONS.contains(&name) {
        return Some(call_on_string(&name[2..], arguments));
    }
    if !exists(name) {
        return None;
    }
    let Some(first) = arguments.first() else { return Some(Err(format!("{name}() needs an argument"))) };
    let numbers = arguments.iter().map(Value::to_number);
    let has_nan = numbers.clone().any(f64::is_nan);
    Some(match name {
        "min" | "max" if has_nan => Ok(Value::Number(f64::NAN)),
        "min" => Ok(Value::Number(numbers.fold(f64::INFINITY, f64::min))),
        "max" => Ok(Value::Number(numbers.fold(f64::NEG_INFINITY, f64::max))),
        "abs" => Ok(Value::Number(first.to_number().abs())),
        "escape" => text_of(first).map(|text| Value::text(escaped(&text))),
        _ => text_of(first).map(|text| Value::text(base64(&text))),
    })
}

fn text_of(value: &Value) -> Result<Vec<u8>, String> {
    value.to_text().map_err(|_| TOO_LONG.to_owned())
}

/// The text with escapes for quotes, backslashes and control characters.
fn escaped(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for byte in text {
        let letter = match byte {
            0x08 => b'b',
            0x0c => b'f',
            b'\n' => b'n',
            b'\r' => b'r',
            b'\t' => b't',
            b'"' | b'\'' | b'\\' => *byte,
            _ => {
                out.push(*byte);
                continue;
            }
        };
        out.extend([b'\\', letter]);
    }
    out
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let byte = |index: usize| u32::from(group.get(index).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for digit in 0..4 {
            let is_padding = digit > group.len();
            let value = (bits >> (18 - 6 * digit)) as usize & 63;
            text.push(if is_padding { '=' } else { char::from(DIGITS[value]) });
        }
    }
    text
}

/// A method of JavaScript's strings, whose positions count characters.
fn call_on_string(name: &str, arguments: &[Value]) -> Result<Value, String> {
    let Some((first, rest)) = arguments.split_first() else {
        return Err(format!("S.{name}() needs a string"));
    };
    let text = String::from_utf8_lossy(&text_of(first)?).into_owned();
    let argument = |index: usize| match rest.get(index) {
        Some(value) => text_of(value).map(|text| Some(String::from_utf8_lossy(&text).into_owned())),
        None => Ok(None),
    };
    let number = |index: usize| rest.get(index).map(|value| whole(value.to_number()));
    let other = argument(0)?.unwrap_or_else(|| "undefined".to_owned());
    let length = text.chars().count() as f64;
    match name {
        "concat" => {
            let parts: Result<Vec<_>, _> = rest.iter().map(text_of).collect();
            let whole = [text.into_bytes(), parts?.concat()].concat();
            if whole.len() > MAX_TEXT { Err(TOO_LONG.to_owned()) } else { Ok(Value::text(whole)) }
        }
        "endsWith" => Ok(Value::Bool(text.ends_with(&other))),
        "includes" => Ok(Value::Bool(text.contains(&other))),
        "startsWith" => Ok(Value::Bool(text.starts_with(&other))),
        "repeat" => repeated(&text, number(0).unwrap_or(0.0)),
        "split" => split(&text, rest.first().map(|_| &*other), number(1)),
        "substr" => {
            let start = number(0).unwrap_or(0.0);
            let start = if start < 0.0 { (length + start).max(0.0) } else { start };
            let end = number(1).map_or(length, |count| start + count.max(0.0));
            Ok(Value::text(piece(&text, start, end)))
        }
        "substring" => {
            let start = number(0).unwrap_or(0.0).clamp(0.0, length);
            let end = number(1).unwrap_or(length).clamp(0.0, length);
            Ok(Value::text(piece(&text, start.min(end), start.max(end))))
        }
        "toLowerCase" => Ok(Value::text(text.to_lowercase())),
        "toUpperCase" => Ok(Value::text(text.to_uppercase())),
        "trim" => Ok(Value::text(text.trim())),
        "trimLeft" => Ok(Value::text(text.trim_start())),
        _ => Ok(Value::text(text.trim_end())),
    }
}

/// A number without its fraction; zero for what is no number.
fn whole(number: f64) -> f64 {
    if number.is_nan() { 0.0 } else { number.trunc() }
}

/// The characters from `start` up to but excluding `end`.
fn piece(text: &str, start: f64, end: f64) -> String {
    text.chars().skip(start as usize).take((end - start).max(0.0) as usize).collect()
}

fn repeated(text: &str, count: f64) -> Result<Value, String> {
    if count < 0.0 || text.len() as f64 * count > MAX_TEXT as f64 {
        return Err(if count < 0.0 { "the number of repetitions is negative" } else { TOO_LONG }.to_owned());
    }
    Ok(Value::text(if text.is_empty() { String::new() } else { text.repeat(count as usize) }))
}

fn split(text: &str, separator: Option<&str>, limit: Option<f64>) -> Result<Value, String> {
    let limit = limit.map_or(usize::MAX, |limit| if limit < 0.0 { usize::MAX } else { limit as usize });
    let part = |part: &str| Value::text(part);
    let parts: Vec<Value> = match separator {
        None => vec![part(text)],
        Some("") => {
            text.chars().take(limit).map(|character| part(character.encode_utf8(&mut [0; 4]))).collect()
        }
        Some(separator) => text.split(separator).take(limit).map(part).collect(),
    };
    Value::array(parts).map_err(|_| TOO_LONG.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn called(name: &str, arguments: &[Value]) -> String {
        let value = call(name, arguments).expect("it exists").expect("it has a value");
        String::from_utf8(value.to_text().expect("it is small")).expect("it is UTF-8")
    }

    #[test]
    fn texts_are_encoded() {
        assert_eq!(
            called("escape", &[Value::text("a\"'\\\n\t\r\u{8}\u{c}é")]),
            "a\\\"\\'\\\\\\n\\t\\r\\b\\fé"
        );
        for (text, encoded) in
            [("", ""), ("a", "YQ=="), ("ab", "YWI="), ("abc", "YWJj"), ("abcd", "YWJjZA==")]
        {
            assert_eq!(called("base64", &[Value::text(text)]), encoded);
        }
    }

    #[test]
    fn numbers_are_compared() {
        let numbers = [Value::Number(3.0), Value::text("2"), Value::Number(-5.0)];
        assert_eq!(called("min", &numbers), "-5");
        assert_eq!(called("max", &numbers), "3");
        assert_eq!(called("max", &[Value::text("x")]), "NaN");
        assert_eq!(called("abs", &numbers[2..]), "5");
    }

    #[test]
    fn strings_have_the_methods_of_javascript() {
        let text = Value::text("Héllo");
        let number = Value::Number;
        let on_text = |name: &str, rest: &[Value]| {
            called(&format!("S.{name}"), &[std::slice::from_ref(&text), rest].concat())
        };
        assert_eq!(on_text("substr", &[number(-3.0), number(2.0)]), "ll");
        assert_eq!(on_text("substring", &[number(3.0), number(1.0)]), "él");
        assert_eq!(on_text("toUpperCase", &[]), "HÉLLO");
        assert_eq!(on_text("split", &[Value::text("l")]), "Hé,,o");
        assert_eq!(on_text("split", &[Value::text(""), number(2.0)]), "H,é");
        assert_eq!(on_text("repeat", &[number(2.0)]), "HélloHéllo");
        assert_eq!(on_text("concat", &[number(1.0), Value::Null]), "Héllo1null");
        assert_eq!(on_text("endsWith", &[Value::text("lo")]), "true");
        assert_eq!(called("S.trim", &[Value::text(" a ")]), "a");
        assert!(call("S.repeat", &[text, number(1e9)]).expect("it exists").is_err());
    }
}
