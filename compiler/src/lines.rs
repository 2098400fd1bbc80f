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
        let breaks = memchr::memchr_iter(b'\n', source);
        let starts = std::iter::once(0).chain(breaks.map(|offset| offset as u32 + 1)).collect();
        LineIndex { starts }
    }

    /// The number of the line that contains a byte, counted from 1.
    pub fn line(&self, offset: u32) -> u32 {
        self.starts.partition_point(|start| *start <= offset) as u32
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
}
