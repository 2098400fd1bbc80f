//! Lines: from byte offsets to the numbers that people read.

/// Where the lines of a source text begin.
///
/// ```
/// use tamias_compiler::lines::LineIndex;
///
/// let lines = LineIndex::new(b"a\nbc\n");
/// assert_eq!((lines.line(3), lines.column(3)), (2, 2));
/// ```
#[derive(Clone, Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    /// Finds all line breaks. Only `\n` counts, as in the lexer.
    pub fn new(source: &[u8]) -> Self {
        let mut starts = Vec::with_capacity(1 + source.len() / USUAL_LINE);
        starts.push(0);
        // Lines are short: looking at eight bytes at a time beats a search that begins anew in each line.
        let (words, rest) = source.as_chunks();
        for (number, word) in (0..).zip(words) {
            let mut breaks = line_breaks(u64::from_le_bytes(*word));
            while breaks != 0 {
                starts.push(number * 8 + breaks.trailing_zeros() / 8 + 1);
                breaks &= breaks - 1;
            }
        }
        let rest_start = (source.len() - rest.len()) as u32;
        let breaks = (0..).zip(rest).filter(|(_, byte)| **byte == b'\n');
        starts.extend(breaks.map(|(offset, _)| rest_start + offset + 1));
        LineIndex { starts }
    }

    /// The number of the line that contains a byte, counted from 1.
    pub fn line(&self, offset: u32) -> u32 {
        self.starts.partition_point(|start| *start <= offset) as u32
    }

    /// The same for a byte that is likely to be on the line `near` or soon after it.
    pub(crate) fn line_near(&self, near: u32, offset: u32) -> u32 {
        const NEIGHBOURS: usize = 8;
        let following = &self.starts[near as usize - 1..];
        let neighbours = following.iter().take(NEIGHBOURS);
        let n_begun = neighbours.take_while(|start| **start <= offset).count();
        match n_begun {
            0 | NEIGHBOURS => self.line(offset),
            _ => near - 1 + n_begun as u32,
        }
    }

    /// The position of a byte in its line, counted in bytes from 1.
    pub fn column(&self, offset: u32) -> u32 {
        offset - self.start(self.line(offset)) + 1
    }

    /// The offset of the first byte of a line that [`LineIndex::line`] returned.
    pub fn start(&self, line: u32) -> u32 {
        self.starts[line as usize - 1]
    }
}

/// Bytes of a line, on average, for which room is made.
const USUAL_LINE: usize = 24;

/// The highest bit of each byte that is a line break.
fn line_breaks(word: u64) -> u64 {
    const LOW_BITS: u64 = u64::from_ne_bytes([0x7F; 8]);
    let zero_if_break = word ^ u64::from_ne_bytes([b'\n'; 8]);
    // Adding carries into the highest bit unless all others are zero, and never into the next byte.
    !(((zero_if_break & LOW_BITS) + LOW_BITS) | zero_if_break | LOW_BITS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_break_belongs_to_the_line_it_ends() {
        let lines = LineIndex::new(b"ab\n\nc");
        assert_eq!([0, 2, 3, 4, 5].map(|offset| lines.line(offset)), [1, 1, 2, 3, 3]);
        assert_eq!([0, 2, 3, 4, 5].map(|offset| lines.column(offset)), [1, 3, 1, 1, 2]);
    }

    #[test]
    fn an_empty_text_has_one_line() {
        assert_eq!(LineIndex::new(b"").line(0), 1);
    }

    #[test]
    fn all_bytes_but_line_breaks_are_parts_of_lines() {
        let text: Vec<u8> = (0..=255).chain(*b"\n\n\x0b\x8a\n\x09\n").chain(0..=255).collect();
        let expected: Vec<u32> =
            (1..).zip(&text).filter(|(_, byte)| **byte == b'\n').map(|(n, _)| n).collect();
        for start in 0..16 {
            let found = LineIndex::new(&text[start..]).starts;
            let here = expected.iter().filter(|at| **at > start as u32).map(|at| at - start as u32);
            assert!(found[1..].iter().copied().eq(here));
        }
    }

    #[test]
    fn a_line_is_found_from_everywhere() {
        let lines = LineIndex::new(b"a\n\nb\nc\n\n\n\n\n\n\n\n\n\n\nd\n");
        for offset in 0..18 {
            for near in 1..=16 {
                assert_eq!(lines.line_near(near, offset), lines.line(offset), "from {near} to {offset}");
            }
        }
    }
}
