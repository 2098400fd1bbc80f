//! A write cursor over a caller's fixed buffer.

/// Appends bytes to a slice that is known to be large enough.
///
/// The capacities published by the sibling modules make overflow impossible;
/// should one be wrong, the text is cut rather than the program aborted.
pub(super) struct TextBuffer<'buffer> {
    bytes: &'buffer mut [u8],
    length: usize,
}

impl<'buffer> TextBuffer<'buffer> {
    /// Starts with an empty text at the beginning of `bytes`.
    pub(super) fn new(bytes: &'buffer mut [u8]) -> Self {
        TextBuffer { bytes, length: 0 }
    }

    /// Appends one byte.
    #[inline]
    pub(super) fn push(&mut self, byte: u8) {
        if let Some(slot) = self.bytes.get_mut(self.length) {
            *slot = byte;
            self.length += 1;
        }
    }

    /// Appends several bytes.
    pub(super) fn push_all(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.push(byte);
        }
    }

    /// The text written so far.
    pub(super) fn finish(self) -> &'buffer [u8] {
        &self.bytes[..self.length]
    }
}
