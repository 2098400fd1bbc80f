//! Where things are in an image: the numbers of `docs/image-format.md`.
//!
//! Reader, writer and verifier use these constants, and so does the VM, which
//! reads images in place. All fields are little-endian, all offsets count
//! bytes from the start of the image or of the record they belong to.

/// First four bytes of every image.
pub const MAGIC: [u8; 4] = *b"Tami";

/// Version of the format that this crate reads and writes.
pub const FORMAT_VERSION: u8 = 1;

/// Everything that has an offset starts at a multiple of this.
pub const ALIGNMENT: u32 = 4;

/// Size of an offset or another word.
pub const WORD: u32 = 4;

/// Largest image. Keeps sums of an offset and a checked length below 2^32.
pub const MAX_IMAGE_SIZE: u32 = 1 << 30;

/// Positions of the fields of the header.
pub mod header {
    /// [`MAGIC`](super::MAGIC).
    pub const MAGIC: u32 = 0;
    /// `u8`: [`FORMAT_VERSION`](super::FORMAT_VERSION).
    pub const VERSION: u32 = 4;
    /// `u8`: number of the [edition](crate::edition::Edition).
    pub const EDITION: u32 = 5;
    /// `u16`: see [`FLAG_STRIPPED`].
    pub const FLAGS: u32 = 6;
    /// `u32`: size of the whole image.
    pub const TOTAL_SIZE: u32 = 8;
    /// `u32`: checksum of everything after this field.
    pub const CRC: u32 = 12;
    /// First byte that the checksum covers.
    pub const CRC_START: u32 = 16;
    /// `u32`: start of the strings.
    pub const STRINGS: u32 = 16;
    /// `u32`: end of the strings.
    pub const STRINGS_END: u32 = 20;
    /// `u32`: start of the string index.
    pub const INDEX: u32 = 24;
    /// `u32`: number of slots of the string index, a power of two.
    pub const INDEX_SLOTS: u32 = 28;
    /// `u32`: start of the function table.
    pub const FUNCTIONS: u32 = 32;
    /// `u32`: number of functions; the first one is main.
    pub const FUNCTION_COUNT: u32 = 36;
    /// `u32`: start of the source table.
    pub const SOURCES: u32 = 40;
    /// `u32`: number of sources.
    pub const SOURCE_COUNT: u32 = 44;
    /// Size of the header.
    pub const SIZE: u32 = 48;

    /// Flag: there are no debug records and no sources.
    pub const FLAG_STRIPPED: u16 = 1;
}

/// Positions of the fields of a string, counted from its header word, and the
/// contents of that word.
///
/// A string in an image has the layout of a string on the VM's heap without
/// the reference count, which on the heap is the word *before* the header
/// word. The VM's pointer to a string is therefore [`string::POINTER_BIAS`]
/// below the header word.
pub mod string {
    /// `u32`: the hash of the bytes.
    pub const HASH: u32 = 4;
    /// `u32`: number of bytes.
    pub const LEN: u32 = 8;
    /// The bytes; then at least one NUL, up to the next multiple of four.
    pub const BYTES: u32 = 12;

    /// How far the VM's pointer to a string is below its header word.
    pub const POINTER_BIAS: u32 = 4;

    /// The object kind of strings, in bits 0–4 of the header word.
    pub const KIND: u32 = 1;
    /// Bits of the header word with the object kind.
    pub const KIND_MASK: u32 = 31;
    /// Header flag: used while the VM marks objects.
    pub const MARK: u32 = 1 << 5;
    /// Header flag: the object is in the VM's zero-count table.
    pub const IN_ZCT: u32 = 1 << 6;
    /// Header flag: the object is in an image, is not counted and never freed.
    pub const STATIC: u32 = 1 << 7;
    /// Header flag: no other string of the VM has the same bytes.
    pub const INTERNED: u32 = 1 << 8;
    /// Header flag: a weak reference to the object exists.
    pub const WEAK: u32 = 1 << 9;

    /// Size of a string with this many bytes, with its NUL and padding.
    pub const fn size(len: u32) -> u32 {
        (BYTES + len + 1).next_multiple_of(super::ALIGNMENT)
    }

    /// Most bytes of a string.
    pub const MAX_LEN: u32 = super::MAX_IMAGE_SIZE / 2;
}

/// Header word of every string in an image.
pub const STATIC_STRING_WORD: u32 = string::KIND | string::STATIC | string::INTERNED;

/// Most slots of the string index that are looked at for one string, so that
/// no choice of strings makes loading slower than linear.
pub const MAX_PROBES: u32 = 128;

/// Positions of the fields of a function record. The constants follow it.
pub mod function {
    /// `u32`: offset of the name, or 0.
    pub const NAME: u32 = 0;
    /// `u32`: number of instructions.
    pub const CODE_WORDS: u32 = 4;
    /// `u32`: offset of the debug record, or 0.
    pub const DEBUG: u32 = 8;
    /// `u16`: number of string constants.
    pub const N_STRINGS: u32 = 12;
    /// `u16`: number of integer constants.
    pub const N_INTS: u32 = 14;
    /// `u16`: number of float constants.
    pub const N_FLOATS: u32 = 16;
    /// `u16`: number of try entries.
    pub const N_TRIES: u32 = 18;
    /// `u16`: number of live tops.
    pub const N_LIVE_TOPS: u32 = 20;
    /// `u8`: number of parameters, with `this` and, if there is one, `vargv`.
    pub const N_PARAMS: u32 = 22;
    /// `u8`: number of registers.
    pub const N_REGISTERS: u32 = 23;
    /// `u8`: number of parameters with default values.
    pub const N_DEFAULTS: u32 = 24;
    /// `u8`: see [`FLAG_VARARGS`] and [`FLAG_GENERATOR`].
    pub const FLAGS: u32 = 25;
    /// `u16`: number of outers.
    pub const N_OUTERS: u32 = 26;
    /// Size of the fixed part of the record.
    pub const SIZE: u32 = 28;

    /// Flag: the last parameter is `vargv`.
    pub const FLAG_VARARGS: u8 = 1;
    /// Flag: a call makes a generator.
    pub const FLAG_GENERATOR: u8 = 2;

    /// Size of an entry of the outers: a `u16`, see [`OUTER_IN_REGISTER`].
    pub const OUTER_SIZE: u32 = 2;
    /// Bit of an outer: it is a register of the parent, not an outer of the parent.
    pub const OUTER_IN_REGISTER: u16 = 1 << 15;
    /// Size of a try entry: `u32` start, end, and handler with the register in the highest byte.
    pub const TRY_SIZE: u32 = 12;
    /// Size of a live top: `u32` pc with the number of registers in the highest byte.
    pub const LIVE_TOP_SIZE: u32 = 4;

    /// Most instructions of a function: positions in the code fit in 24 bits.
    pub const MAX_CODE_WORDS: u32 = 1 << 24;
    /// Most outers of a function: all can be operands.
    pub const MAX_OUTERS: u32 = 256;
    /// Most functions of an image: all can be operands.
    pub const MAX_FUNCTIONS: u32 = 1 << 16;
}

/// Positions of the fields of a local variable's entry in a debug record.
pub mod local {
    /// `u32`: offset of the name.
    pub const NAME: u32 = 0;
    /// `u8`: the register; the three bytes after it are zero.
    pub const REGISTER: u32 = 4;
    /// `u32`: first instruction at which the register holds the variable.
    pub const START: u32 = 8;
    /// `u32`: first instruction at which it no longer does.
    pub const END: u32 = 12;
    /// Size of the entry.
    pub const SIZE: u32 = 16;
}
