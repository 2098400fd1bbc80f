//! Drafts: images before they are bytes.
//!
//! The compiler fills in an [`ImageDraft`], and [`crate::write`] turns it into
//! an image. A draft is plain data with public fields; nothing is checked
//! until it is written, and the code of its functions not before the image is
//! verified.

use crate::edition::Edition;
use crate::hash::hash_bytes;
use crate::op::Instruction;
pub use crate::parts::{OuterSource, Position, TryEntry};
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

/// An image under construction.
#[derive(Clone, Debug, Default)]
pub struct ImageDraft {
    /// The dialect of the program.
    pub edition: Edition,
    /// Where the lines of the program come from, sorted by [`SourceRange::first_line`].
    pub sources: Vec<SourceRange>,
    /// Constants that the image is to list.
    pub constants: Vec<(StringId, ConstantDraft)>,
    /// The functions; the first one is main.
    pub functions: Vec<FunctionDraft>,
    /// The strings that functions refer to.
    pub strings: StringPool,
}

impl ImageDraft {
    /// The id of the string with these bytes; it is added if it is new.
    pub fn intern(&mut self, bytes: &[u8]) -> StringId {
        self.strings.intern(bytes)
    }
}

/// The value of a constant that an image lists.
#[derive(Clone, Debug, PartialEq)]
pub enum ConstantDraft {
    /// An integer.
    Int(i32),
    /// A float.
    Float(f32),
    /// A bool.
    Bool(bool),
    /// A string.
    Str(StringId),
    /// An enum: its members and their values. Enums in it are not written.
    Enum(Vec<(StringId, ConstantDraft)>),
}

/// Lines of the program that come from one source text, one after the other.
///
/// A program without included texts has one range, which begins at line 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceRange {
    /// The first line of the program that comes from there; the range ends where the next one begins.
    pub first_line: u32,
    /// The name of the source text.
    pub name: String,
    /// The number of that line in the source text.
    pub line: u32,
}

impl SourceRange {
    /// The range of a program that is one source text.
    pub fn whole(name: impl Into<String>) -> SourceRange {
        SourceRange { first_line: 1, name: name.into(), line: 1 }
    }
}

/// A function under construction.
#[derive(Clone, Debug, Default)]
pub struct FunctionDraft {
    /// Its name; `None` if it is anonymous.
    pub name: Option<StringId>,
    /// Number of parameters, with `this` and, for a variable number of arguments, `vargv`.
    pub n_params: u8,
    /// Number of registers, at least `n_params`.
    pub n_registers: u8,
    /// How many of the last parameters (before `vargv`) have default values.
    pub n_defaults: u8,
    /// Whether the last parameter collects the remaining arguments.
    pub varargs: bool,
    /// Whether a call makes a generator.
    pub generator: bool,
    /// String constants.
    pub strings: Vec<StringId>,
    /// Integer constants.
    pub ints: Vec<i32>,
    /// Float constants.
    pub floats: Vec<f32>,
    /// The instructions.
    pub code: Vec<Instruction>,
    /// Where closures of this function get their outers from.
    pub outers: Vec<OuterSource>,
    /// Protected ranges, properly nested. Of ranges that contain an
    /// instruction the shortest handles it; of equal ones the first.
    pub tries: Vec<TryEntry>,
    /// Instructions `pc` at which not exactly the registers up to the largest
    /// operand are alive, and how many are; sorted by `pc`.
    pub live_tops: Vec<(u32, u8)>,
    /// Instructions `pc` from which on a new source position holds; sorted by `pc`.
    pub positions: Vec<(u32, Position)>,
    /// Names of registers, for debuggers.
    pub locals: Vec<LocalName>,
}

/// The name of a register in a part of a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LocalName {
    /// The variable.
    pub name: StringId,
    /// Its register.
    pub register: u8,
    /// First instruction at which it is alive.
    pub start: u32,
    /// First instruction at which it is not.
    pub end: u32,
}

/// A string of a [`StringPool`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StringId(pub(crate) u32);

/// A set of strings, each with an id.
///
/// It is a hash table with open addressing over one buffer, because most
/// programs have thousands of short names and none is ever removed.
#[derive(Clone, Debug, Default)]
pub struct StringPool {
    /// The contents of all strings, one after the other.
    bytes: Vec<u8>,
    /// By id.
    entries: Vec<PoolEntry>,
    /// One more than an id, or 0; the length is a power of two and more than the number of entries.
    index: Vec<u32>,
}

#[derive(Clone, Copy, Debug)]
struct PoolEntry {
    start: usize,
    len: usize,
    hash: u32,
}

impl StringPool {
    /// The id of the string with these bytes; it is added if it is new.
    ///
    /// ```
    /// use tamias_bytecode::draft::StringPool;
    ///
    /// let mut pool = StringPool::default();
    /// let name = pool.intern(b"pin");
    /// assert_eq!(pool.intern(b"pin"), name);
    /// assert_eq!(pool.get(name), Some(&b"pin"[..]));
    /// ```
    pub fn intern(&mut self, bytes: &[u8]) -> StringId {
        if (self.entries.len() + 1) * 2 > self.index.len() {
            self.grow();
        }
        let hash = hash_bytes(bytes);
        let slot = self.find_slot(hash, bytes);
        if let Some(id) = self.index[slot].checked_sub(1) {
            return StringId(id);
        }
        let id = self.entries.len() as u32;
        self.entries.push(PoolEntry { start: self.bytes.len(), len: bytes.len(), hash });
        self.bytes.extend_from_slice(bytes);
        self.index[slot] = id + 1;
        StringId(id)
    }

    /// The bytes of a string; `None` if the id comes from a larger pool.
    pub fn get(&self, id: StringId) -> Option<&[u8]> {
        self.entries.get(id.0 as usize).map(|entry| self.contents(entry))
    }

    /// The bytes of a string and their hash.
    pub(crate) fn get_with_hash(&self, id: StringId) -> Option<(&[u8], u32)> {
        self.entries.get(id.0 as usize).map(|entry| (self.contents(entry), entry.hash))
    }

    /// Number of bytes of all strings together.
    pub(crate) fn n_bytes(&self) -> usize {
        self.bytes.len()
    }

    /// Number of strings.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are no strings.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    fn contents(&self, entry: &PoolEntry) -> &[u8] {
        &self.bytes[entry.start..entry.start + entry.len]
    }

    /// The slot of the index that holds the string or, if it is not there, must hold it.
    fn find_slot(&self, hash: u32, bytes: &[u8]) -> usize {
        let mask = self.index.len() - 1;
        let mut slot = hash as usize & mask;
        while let Some(id) = self.index[slot].checked_sub(1) {
            let entry = &self.entries[id as usize];
            if entry.hash == hash && self.contents(entry) == bytes {
                break;
            }
            slot = (slot + 1) & mask;
        }
        slot
    }

    fn grow(&mut self) {
        let slots = (self.index.len() * 2).max(16);
        self.index = vec![0; slots];
        for (id, entry) in self.entries.iter().enumerate() {
            let mut slot = entry.hash as usize & (slots - 1);
            while self.index[slot] != 0 {
                slot = (slot + 1) & (slots - 1);
            }
            self.index[slot] = id as u32 + 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    #[test]
    fn a_pool_finds_its_strings_again() {
        let mut pool = StringPool::default();
        let ids: Vec<StringId> = (0..1000).map(|n| pool.intern(format!("name{n}").as_bytes())).collect();
        assert_eq!(pool.len(), 1000);
        for (n, id) in ids.into_iter().enumerate() {
            let name = format!("name{n}");
            assert_eq!(pool.get(id), Some(name.as_bytes()));
            assert_eq!(pool.intern(name.as_bytes()), id);
        }
        assert_eq!(pool.len(), 1000);
    }
}
