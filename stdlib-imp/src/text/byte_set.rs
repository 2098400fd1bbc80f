//! Sets of byte values.

/// A set of byte values, one bit for each of the 256.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ByteSet {
    words: [u32; 8],
}

impl ByteSet {
    /// The set without members.
    pub const EMPTY: ByteSet = ByteSet { words: [0; 8] };
    /// The set of all bytes.
    pub const FULL: ByteSet = ByteSet { words: [u32::MAX; 8] };

    /// The members for which `is_member` holds.
    #[must_use]
    pub fn from_predicate(is_member: impl Fn(u8) -> bool) -> Self {
        let mut set = ByteSet::EMPTY;
        for byte in 0..=u8::MAX {
            if is_member(byte) {
                set.insert(byte);
            }
        }
        set
    }

    /// Adds one member.
    pub fn insert(&mut self, byte: u8) {
        self.words[usize::from(byte >> 5)] |= 1 << (byte & 31);
    }

    /// Adds the members of another set.
    pub fn insert_all(&mut self, other: &ByteSet) {
        for (word, other) in self.words.iter_mut().zip(&other.words) {
            *word |= other;
        }
    }

    /// Everything that is not in this set.
    #[must_use]
    pub fn complement(self) -> Self {
        ByteSet { words: self.words.map(|word| !word) }
    }

    /// Whether `byte` is a member.
    #[inline]
    #[must_use]
    pub fn contains(&self, byte: u8) -> bool {
        self.words[usize::from(byte >> 5)] >> (byte & 31) & 1 != 0
    }
}

impl FromIterator<u8> for ByteSet {
    fn from_iter<Bytes: IntoIterator<Item = u8>>(bytes: Bytes) -> Self {
        let mut set = ByteSet::EMPTY;
        for byte in bytes {
            set.insert(byte);
        }
        set
    }
}
