//! Methods of strings. Characters are bytes, and NUL is one of them.

use super::common::{TOSTRING, WEAKREF, out_of_range, slice_range};
use crate::heap::local::{Cx, Raise, Str};
use crate::library;
use crate::native::{Editions, Flow, Member, Returns};
use crate::number::{Number, NumberSyntax, float_to_integer, parse_float, parse_number};
use crate::value::TypeMask;
use core::ops::Range;
use tamias_bytecode::Edition;

const THIS: TypeMask = TypeMask::STRING;
const NUMBER: TypeMask = TypeMask::NUMBER;

library! {
    /// Methods of strings.
    pub(super) static STRING: "string" = [
        Member::function("len", len, &[THIS]),
        Member::function("tointeger", to_integer, &[THIS, NUMBER]).variadic(1),
        Member::function("tofloat", to_float, &[THIS]),
        Member::function("slice", slice, &[THIS, NUMBER, NUMBER]).variadic(1),
        Member::function("find", find, &[THIS, TypeMask::STRING, NUMBER]).variadic(2),
        Member::function("tolower", to_lower, &[THIS]).only(Editions::IMP),
        Member::function("toupper", to_upper, &[THIS]).only(Editions::IMP),
        Member::function("tolower", to_lower, &[THIS, NUMBER, NUMBER]).variadic(1).only(Editions::SQUIRREL_3),
        Member::function("toupper", to_upper, &[THIS, NUMBER, NUMBER]).variadic(1).only(Editions::SQUIRREL_3),
        TOSTRING,
        WEAKREF,
    ];
}

/// `len()`
fn len<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let text: Str = cx.arg(0)?;
    Flow::value(text.len())
}

/// `tointeger([base])`: the number at the start of the text; the rest is ignored.
fn to_integer<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let text: Str = cx.arg(0)?;
    let base = cx.arg::<Option<i32>>(1)?.map(|base| base as u32);
    match parse_number(text.as_bytes(), base, number_syntax(cx)) {
        Some(Number::Integer(number)) => Flow::value(number),
        Some(Number::Float(number)) => Flow::value(float_to_integer(number, out_of_range(cx.side()))),
        None => Err(conversion_error(cx)),
    }
}

/// `tofloat()`: as `tointeger`.
fn to_float<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let text: Str = cx.arg(0)?;
    match parse_float(text.as_bytes(), number_syntax(cx)) {
        Some(number) => Flow::value(number),
        None => Err(conversion_error(cx)),
    }
}

fn number_syntax(cx: &Cx<'_>) -> NumberSyntax {
    match cx.edition() {
        Edition::Squirrel3 => NumberSyntax::Reference,
        Edition::Imp | Edition::ImpCompat => NumberSyntax::Imp,
    }
}

fn conversion_error(cx: &mut Cx<'_>) -> Raise {
    cx.error(format_args!("cannot convert the string"))
}

/// `slice(start [, end])`
fn slice<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let text: Str = cx.arg(0)?;
    let range = slice_range(cx, text.len())?;
    let part = cx.string(&text.as_bytes()[range])?;
    Flow::value(part)
}

/// `find(text [, start])`: where `text` first stands at or after `start`, or `null`. There is nothing to be
/// found at the end, not even the empty string.
fn find<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let text: Str = cx.arg(0)?;
    let wanted: Str = cx.arg(1)?;
    let start = cx.arg::<Option<i32>>(2)?.unwrap_or(0);
    match usize::try_from(start) {
        Ok(start) if start < text.len() => {
            let position = position_of(wanted.as_bytes(), &text.as_bytes()[start..]);
            Flow::value(position.map(|position| start + position))
        }
        _ => Flow::null(),
    }
}

fn position_of(wanted: &[u8], text: &[u8]) -> Option<usize> {
    let Some((first, rest)) = wanted.split_first() else { return Some(0) };
    let mut start = 0;
    while let Some(candidate) = text[start..].iter().position(|byte| byte == first) {
        start += candidate + 1;
        if text[start..].starts_with(rest) {
            return Some(start - 1);
        }
    }
    None
}

/// `tolower()`; in Squirrel 3 `tolower([start [, end]])`, which changes that range only.
fn to_lower<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    change_letters(cx, <[u8]>::make_ascii_lowercase)
}

/// `toupper()`, as `tolower`.
fn to_upper<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    change_letters(cx, <[u8]>::make_ascii_uppercase)
}

fn change_letters<'v>(cx: &mut Cx<'v>, change: fn(&mut [u8])) -> Returns<'v> {
    let text: Str = cx.arg(0)?;
    let range: Range<usize> = slice_range(cx, text.len())?;
    let changed = cx.string_with(text.len(), |bytes| {
        bytes.copy_from_slice(text.as_bytes());
        change(&mut bytes[range]);
    })?;
    Flow::value(changed)
}

#[cfg(test)]
mod tests {
    use super::position_of;

    #[test]
    fn positions() {
        assert_eq!(position_of(b"", b"abc"), Some(0));
        assert_eq!(position_of(b"c", b"abc"), Some(2));
        assert_eq!(position_of(b"aab", b"aaaab"), Some(2));
        assert_eq!(position_of(b"b\0", b"ab\0c"), Some(1));
        assert_eq!(position_of(b"abcd", b"abc"), None);
        assert_eq!(position_of(b"x", b""), None);
    }
}
