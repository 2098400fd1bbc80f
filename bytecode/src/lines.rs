//! Line tables: which instruction comes from where in the text of the program.
//!
//! An entry says that a position holds from some instruction on, until the
//! next entry. Entries are coded as differences in variable-length numbers,
//! because most are small: two to four bytes are usual. That leaves no way to
//! find an entry but from the start, which is fine for what line tables are
//! for: error messages.

use crate::parts::Position;
#[cfg(feature = "alloc")]
use alloc::vec::Vec;

/// The position before the first entry, to which it is relative.
const ORIGIN: Position = Position { line: 0, column: 0 };

/// Appends the line table for these entries, which must be sorted.
///
/// Entries that repeat the position before them say nothing and are left out.
#[cfg(feature = "alloc")]
pub(crate) fn encode(entries: &[(u32, Position)], out: &mut Vec<u8>) {
    let mut previous_pc = 0;
    let mut previous = ORIGIN;
    for &(pc, position) in entries {
        if position == previous {
            continue;
        }
        push_varint(out, pc.wrapping_sub(previous_pc));
        push_varint(out, zigzag(position.line.wrapping_sub(previous.line)));
        push_varint(out, position.column);
        (previous_pc, previous) = (pc, position);
    }
}

/// The entries of a line table, decoded one by one.
#[derive(Clone, Debug)]
pub(crate) struct Lines<'a> {
    rest: &'a [u8],
    pc: u32,
    position: Position,
}

/// The bytes are no line table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Malformed;

impl<'a> Lines<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Lines { rest: bytes, pc: 0, position: ORIGIN }
    }

    /// The next entry; `None` at the end or if there is no valid one.
    fn decode(&mut self) -> Option<(u32, Position)> {
        self.pc = self.pc.checked_add(self.take_varint()?)?;
        self.position.line = self.position.line.wrapping_add(unzigzag(self.take_varint()?));
        self.position.column = self.take_varint()?;
        Some((self.pc, self.position))
    }

    fn take_varint(&mut self) -> Option<u32> {
        let mut value = 0;
        for shift in (0..u32::BITS).step_by(7) {
            let (&byte, rest) = self.rest.split_first()?;
            self.rest = rest;
            let bits = u32::from(byte & 0x7F);
            value |= bits.checked_shl(shift).filter(|shifted| shifted >> shift == bits)?;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }
}

impl Iterator for Lines<'_> {
    type Item = Result<(u32, Position), Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let entry = self.decode();
        if entry.is_none() {
            self.rest = &[];
        }
        Some(entry.ok_or(Malformed))
    }
}

#[cfg(feature = "alloc")]
fn push_varint(out: &mut Vec<u8>, mut value: u32) {
    while value > 0x7F {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Maps differences close to zero, of either sign, to small numbers.
#[cfg(feature = "alloc")]
const fn zigzag(difference: u32) -> u32 {
    difference << 1 ^ (difference as i32 >> 31) as u32
}

const fn unzigzag(coded: u32) -> u32 {
    coded >> 1 ^ (coded & 1).wrapping_neg()
}

#[cfg(all(test, feature = "alloc"))]
mod tests {
    use super::*;

    fn at(line: u32, column: u32) -> Position {
        Position { line, column }
    }

    #[test]
    fn entries_survive() {
        let entries = [
            (0, at(12, 5)),
            (1, at(12, 300)),
            (200, at(11, 0)),
            (1 << 23, at(u32::MAX, u32::MAX)),
            ((1 << 24) - 1, at(1, 1)),
        ];
        let mut bytes = Vec::new();
        encode(&entries, &mut bytes);
        assert!(Lines::new(&bytes).eq(entries.map(Ok)));
    }

    #[test]
    fn repeated_positions_are_left_out() {
        let (mut once, mut twice) = (Vec::new(), Vec::new());
        encode(&[(3, at(1, 1))], &mut once);
        encode(&[(3, at(1, 1)), (5, at(1, 1))], &mut twice);
        assert_eq!(once, twice);
    }

    #[test]
    fn overlong_and_incomplete_numbers_are_malformed() {
        assert!(Lines::new(&[0x80]).eq([Err(Malformed)]));
        assert!(Lines::new(&[0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0x1F]).eq([Err(Malformed)]));
        assert!(Lines::new(&[0, 0, 0x80, 0x80, 0x80, 0x80, 0x80, 0]).eq([Err(Malformed)]));
    }
}
