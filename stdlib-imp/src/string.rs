//! The functions of the string library: `format`, `split`, the `strip` family;
//! in Squirrel 3 also `printf`, `escape`, `startswith` and `endswith`. Its class
//! is in [`crate::regexp`].
//!
//! What these functions do with bytes is in [`crate::text`]. Here they get
//! their arguments and throw their errors.

use crate::text::escape::escape as write_escaped;
use crate::text::format::{FormatArguments, FormatError, Wording, format as write_formatted};
use crate::text::split::{EMPTY_SEPARATORS, EmptyPieces, split as pieces_of};
use crate::text::strip;
use crate::text::{self, Sink};
use alloc::vec::Vec;
use tamias_vm::{Cx, Edition, Flow, Output, Raise, Returns, Str};

/// The arguments of a running native after the format string.
struct Arguments<'cx, 'v>(&'cx Cx<'v>);

impl Arguments<'_, '_> {
    /// Position of the first value: `this` and the format string come before it.
    const FIRST: usize = 2;
}

impl FormatArguments for Arguments<'_, '_> {
    fn count(&self) -> usize {
        self.0.arg_count().saturating_sub(Self::FIRST)
    }

    fn integer(&self, index: usize) -> Option<i32> {
        let value = self.0.raw_arg(Self::FIRST + index);
        match value.as_bool() {
            // Only Squirrel 3 takes bools for integers.
            Some(truth) if self.0.edition() == Edition::Squirrel3 => Some(i32::from(truth)),
            _ => value.as_int().or_else(|| value.as_float().map(|number| number as i32)),
        }
    }

    fn float(&self, index: usize) -> Option<f32> {
        self.0.raw_arg(Self::FIRST + index).to_float()
    }

    fn string(&self, index: usize) -> Option<&[u8]> {
        self.0.raw_arg(Self::FIRST + index).as_str().map(Str::as_bytes)
    }
}

/// A text in the making. It ends with an error when it is longer than the program's heap could hold, so
/// that a program cannot fill the memory of its host with it.
struct BoundedText {
    bytes: Vec<u8>,
    limit: usize,
}

impl BoundedText {
    fn new(cx: &Cx<'_>) -> BoundedText {
        BoundedText { bytes: Vec::new(), limit: cx.memory_limit() }
    }
}

impl Sink for BoundedText {
    fn write(&mut self, bytes: &[u8]) -> Result<(), text::OutOfMemory> {
        if bytes.len() > self.limit.saturating_sub(self.bytes.len()) {
            return Err(text::OutOfMemory);
        }
        self.bytes.write(bytes)
    }
}

/// The text that `format` and `printf` make of their arguments.
fn formatted(cx: &mut Cx<'_>) -> Result<Vec<u8>, Raise> {
    let format: Str = cx.arg(1)?;
    let mut text = BoundedText::new(cx);
    match write_formatted(format.as_bytes(), &Arguments(cx), &mut text) {
        Ok(()) => Ok(text.bytes),
        Err(FormatError::OutOfMemory) => Err(cx.out_of_memory()),
        Err(error) => {
            let wording = match cx.edition() {
                Edition::Imp | Edition::ImpCompat => Wording::Imp,
                Edition::Squirrel3 => Wording::Reference,
            };
            Err(cx.error(format_args!("{}", error.message(wording))))
        }
    }
}

/// `format(format, ...)`: the values as the format says, as in C.
pub(crate) fn format<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let text = formatted(cx)?;
    Flow::value(cx.string(&text)?)
}

/// `printf(format, ...)`: prints what `format` would return.
pub(crate) fn printf<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let text = formatted(cx)?;
    cx.print(&text, Output::Print);
    Flow::null()
}

/// `split(text, separators)`: the pieces between separators, as an array. Squirrel 3 keeps empty ones unless
/// a third argument says otherwise.
pub(crate) fn split<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let (text, separators): (Str, Str) = (cx.arg(1)?, cx.arg(2)?);
    let empty_pieces = match cx.edition() {
        Edition::Squirrel3 if !cx.raw_arg(3).is_truthy() => EmptyPieces::Keep,
        _ => EmptyPieces::Drop,
    };
    let Some(pieces) = pieces_of(text.as_bytes(), separators.as_bytes(), empty_pieces) else {
        return Err(cx.error(format_args!("{EMPTY_SEPARATORS}")));
    };
    let array = cx.array(0)?;
    for piece in pieces {
        let piece = cx.string(piece)?;
        array.push(cx, piece)?;
    }
    Flow::value(array)
}

/// Returns the part of the argument that `select` selects.
fn part_of<'v>(cx: &mut Cx<'v>, select: fn(&[u8]) -> &[u8]) -> Returns<'v> {
    let text: Str = cx.arg(1)?;
    Flow::value(cx.string(select(text.as_bytes()))?)
}

/// `strip(text)`: the text without white space around it.
pub(crate) fn strip_both<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    part_of(cx, strip::strip)
}

/// `lstrip(text)`: the text without white space before it.
pub(crate) fn strip_left<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    part_of(cx, strip::strip_start)
}

/// `rstrip(text)`: the text without white space after it.
pub(crate) fn strip_right<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    part_of(cx, strip::strip_end)
}

/// `escape(text)`: the text as it could stand between quotes in a program.
pub(crate) fn escape<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let text: Str = cx.arg(1)?;
    let mut escaped = BoundedText::new(cx);
    write_escaped(text.as_bytes(), &mut escaped).map_err(|_| cx.out_of_memory())?;
    Flow::value(cx.string(&escaped.bytes)?)
}

/// `startswith(text, start)`
pub(crate) fn starts_with<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let (text, start): (Str, Str) = (cx.arg(1)?, cx.arg(2)?);
    Flow::value(text.as_bytes().starts_with(start.as_bytes()))
}

/// `endswith(text, end)`
pub(crate) fn ends_with<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let (text, end): (Str, Str) = (cx.arg(1)?, cx.arg(2)?);
    Flow::value(text.as_bytes().ends_with(end.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::{BoundedText, Sink, Vec};

    #[test]
    fn a_text_is_not_longer_than_the_heap() {
        let mut text = BoundedText { bytes: Vec::new(), limit: 5 };
        assert!(text.write(b"1234").is_ok());
        assert!(text.write(b"56").is_err());
        assert!(text.write(b"5").is_ok());
        assert_eq!(text.bytes, b"12345");
    }
}
