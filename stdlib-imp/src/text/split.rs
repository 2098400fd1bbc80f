//! `split()`: the pieces of a text between separator bytes.

use super::byte_set::ByteSet;

/// The message of `split()` when there are no separators.
pub const EMPTY_SEPARATORS: &str = "empty separators string";

/// What happens to pieces without bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmptyPieces {
    /// They are left out: impOS, and Squirrel 3 with `skipempty`.
    Drop,
    /// They are kept, except for one at the end of the text: Squirrel 3.
    Keep,
}

/// Splits `text` at every byte that occurs in `separators`.
///
/// None: there are no separators, see [`EMPTY_SEPARATORS`].
///
/// ```
/// use tamias_stdlib_imp::text::split::{EmptyPieces, split};
///
/// let pieces = split(b"a,,b;", b",;", EmptyPieces::Drop).unwrap();
/// assert_eq!(pieces.collect::<Vec<_>>(), [b"a", b"b"]);
/// ```
#[must_use]
pub fn split<'text>(text: &'text [u8], separators: &[u8], empty_pieces: EmptyPieces) -> Option<Split<'text>> {
    let separators = match separators {
        [] => return None,
        [separator] => Separators::One(*separator),
        several => Separators::Several(several.iter().copied().collect()),
    };
    Some(Split { rest: text, separators, empty_pieces })
}

/// The pieces of a text, from left to right.
#[derive(Clone, Debug)]
pub struct Split<'text> {
    rest: &'text [u8],
    separators: Separators,
    empty_pieces: EmptyPieces,
}

#[derive(Clone, Debug)]
enum Separators {
    One(u8),
    Several(ByteSet),
}

impl Separators {
    /// Where the first separator is.
    fn find(&self, text: &[u8]) -> Option<usize> {
        match self {
            Separators::One(separator) => text.iter().position(|byte| byte == separator),
            Separators::Several(set) => text.iter().position(|&byte| set.contains(byte)),
        }
    }
}

impl<'text> Iterator for Split<'text> {
    type Item = &'text [u8];

    fn next(&mut self) -> Option<&'text [u8]> {
        while !self.rest.is_empty() {
            let end = self.separators.find(self.rest).unwrap_or(self.rest.len());
            let (piece, rest) = self.rest.split_at(end);
            self.rest = rest.get(1..).unwrap_or_default();
            if !piece.is_empty() || self.empty_pieces == EmptyPieces::Keep {
                return Some(piece);
            }
        }
        None
    }
}
