//! Where things are in an image: the numbers of `docs/image-format.md`.
//!
//! Reader, writer and verifier use these constants, and so does the VM, which
//! reads images in place. All fields are little-endian, all offsets count
//! bytes from the start of the image or of the record they belong to.

/// First four bytes of every image.
pub const MAGIC: [u8; 4] = *b"Tami";

/// Version of the format that this crate reads and writes.
pub const FORMAT_VERSION: u8 = 4;

/// Every part of an image starts at a multiple of this.
pub const ALIGNMENT: u32 = 4;

/// Size of an offset or another word.
pub const WORD: u32 = 4;

/// Largest image. Keeps sums of an offset and a checked length below 2^32.
pub const MAX_IMAGE_SIZE: u32 = 1 << 30;

/// How many bytes the references in an image take: to strings, from the
/// string index and from the function table. They count words from the start
/// of what they refer to, so two bytes reach over 256 KB of strings and as
/// much of functions. Few programs need more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Width {
    /// `u16`.
    Compact,
    /// `u32`: [`header::FLAG_WIDE`] is set.
    Wide,
}

impl Width {
    /// Size of a reference in bytes.
    pub const fn size(self) -> u32 {
        match self {
            Width::Compact => 2,
            Width::Wide => 4,
        }
    }

    /// The largest reference of this width.
    pub const fn max(self) -> u32 {
        match self {
            Width::Compact => u16::MAX as u32,
            Width::Wide => u32::MAX,
        }
    }

    /// Where a table of this many references ends, with its padding.
    pub const fn table_end(self, start: u32, count: u32) -> u64 {
        (start as u64 + count as u64 * self.size() as u64).next_multiple_of(ALIGNMENT as u64)
    }
}

/// Positions of the fields of the header. The strings follow it.
pub mod header {
    /// [`MAGIC`](super::MAGIC).
    pub const MAGIC: u32 = 0;
    /// `u8`: [`FORMAT_VERSION`](super::FORMAT_VERSION).
    pub const VERSION: u32 = 4;
    /// `u8`: number of the [edition](crate::edition::Edition).
    pub const EDITION: u32 = 5;
    /// `u8`: see [`FLAG_STRIPPED`], [`FLAG_WIDE`] and [`FLAG_CONSTANTS`].
    pub const FLAGS: u32 = 6;
    /// `u8`: the string index has two to the power of this many entries.
    pub const INDEX_BITS: u32 = 7;
    /// `u32`: size of the whole image.
    pub const TOTAL_SIZE: u32 = 8;
    /// `u32`: checksum of everything after this field.
    pub const CRC: u32 = 12;
    /// First byte that the checksum covers.
    pub const CRC_START: u32 = 16;
    /// `u32`: end of the strings.
    pub const STRINGS_END: u32 = 16;
    /// `u16`: index of the last function; the first one is main.
    pub const LAST_FUNCTION: u32 = 20;
    /// `u16`: number of sources; 0 in stripped images.
    pub const SOURCE_COUNT: u32 = 22;
    /// `u32`, not in stripped images: start of the source table.
    pub const SOURCES: u32 = 24;
    /// Size of the header.
    pub const SIZE: u32 = 28;
    /// Size of the header of a stripped image, which has no sources to tell the place of.
    pub const STRIPPED_SIZE: u32 = 24;

    /// Size of the header, and so the start of the strings.
    pub const fn size(is_stripped: bool) -> u32 {
        if is_stripped { STRIPPED_SIZE } else { SIZE }
    }

    /// Flag: there are no debug records and no sources.
    pub const FLAG_STRIPPED: u8 = 1;
    /// Flag: references are [wide](super::Width::Wide).
    pub const FLAG_WIDE: u8 = 2;
    /// Flag: constants are listed between the functions and the sources.
    pub const FLAG_CONSTANTS: u8 = 4;
    /// All flags.
    pub const FLAGS_KNOWN: u8 = FLAG_STRIPPED | FLAG_WIDE | FLAG_CONSTANTS;
    /// Most bits of an index.
    pub const MAX_INDEX_BITS: u8 = 24;
}

/// Positions of the fields of a string, counted from its header word, and the
/// contents of that word.
///
/// A string in an image has the layout of a string on the VM's heap without
/// the reference count, which on the heap is the word *before* the header
/// word. The VM's pointer to a string is therefore [`string::POINTER_BIAS`]
/// below the header word.
pub mod string {
    /// `u32`: number of bytes.
    pub const LEN: u32 = 4;
    /// The bytes; then zeros up to the next multiple of four.
    pub const BYTES: u32 = 8;

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
    /// Position of the hash in the header word: above kind and flags are the lowest
    /// [`HASH_BITS`](crate::hash::HASH_BITS) bits of it.
    pub const HASH_SHIFT: u32 = 32 - crate::hash::HASH_BITS;

    /// Header word of a string in an image.
    pub const fn static_word(hash: u32) -> u32 {
        KIND | STATIC | INTERNED | hash << HASH_SHIFT
    }

    /// The hash in a header word.
    pub const fn hash(word: u32) -> u32 {
        crate::hash::extend(word >> HASH_SHIFT)
    }

    /// Size of a string with this many bytes, with its padding.
    pub const fn size(len: u32) -> u32 {
        (BYTES + len).next_multiple_of(super::ALIGNMENT)
    }

    /// Most bytes of a string.
    pub const MAX_LEN: u32 = super::MAX_IMAGE_SIZE / 2;
}

/// Most strings with the same entry of the index, so that no choice of strings makes loading slower than linear.
pub const MAX_BUCKET: u32 = 128;

/// Positions of the fields of a constant's entry, and the kinds of values.
pub mod constant {
    /// `u32`: offset of the name.
    pub const NAME: u32 = 0;
    /// `u32`: what the value is: [`INT`] to [`ENUM`].
    pub const KIND: u32 = 4;
    /// `u32`: the value.
    pub const VALUE: u32 = 8;
    /// Size of the entry.
    pub const SIZE: u32 = 12;

    /// Kind: the bits of an `i32`.
    pub const INT: u32 = 0;
    /// Kind: the bits of an IEEE 754 single.
    pub const FLOAT: u32 = 1;
    /// Kind: 0 for false, 1 for true.
    pub const BOOL: u32 = 2;
    /// Kind: the offset of a string.
    pub const STR: u32 = 3;
    /// Kind: an enum of that many members, whose entries follow.
    pub const ENUM: u32 = 4;

    /// Where so many entries end; may be beyond any possible offset.
    pub const fn end(start: u32, count: u32) -> u64 {
        start as u64 + count as u64 * SIZE as u64
    }
}

/// Positions of the fields of a function record. The references to its name and to its string constants follow it.
pub mod function {
    /// `u8`: number of instructions, bits 0–7.
    pub const CODE_WORDS: u32 = 0;
    /// `u8`: see [`FLAG_VARARGS`] and the flags after it.
    pub const FLAGS: u32 = 1;
    /// `u8`: number of string constants, bits 0–7.
    pub const N_STRINGS: u32 = 2;
    /// `u8`: number of registers.
    pub const N_REGISTERS: u32 = 3;
    /// `u8`: bits 0–3 of the number of parameters, with `this` and, if there is one, `vargv`; then the same of the
    /// number of outers.
    pub const PARAMS_AND_OUTERS: u32 = 4;
    /// `u8`: bits 0–3 of the number of integer constants, then the same of the number of float constants.
    pub const INTS_AND_FLOATS: u32 = 5;
    /// Size of the fixed part of a record that is neither small nor extended.
    pub const SIZE: u32 = 6;

    /// `u16`, only in small records, after the flags: from the lowest bit on the numbers that [`PACKED_BITS`] lists.
    pub const PACKED: u32 = 2;
    /// How many bits of [`PACKED`] each number has: string constants, registers, parameters, outers, integer
    /// constants, float constants.
    pub const PACKED_BITS: [u32; 6] = [4, 5, 3, 2, 1, 1];
    /// Size of the fixed part of a small record.
    pub const SMALL_SIZE: u32 = 4;

    /// `u8`, only in extended records: number of instructions, bits 8–15.
    pub const CODE_WORDS_MIDDLE: u32 = 6;
    /// `u8`: number of try entries, bits 0–7.
    pub const N_TRIES: u32 = 7;
    /// `u8`: number of live tops, bits 0–7.
    pub const N_LIVE_TOPS: u32 = 8;
    /// `u8`: number of parameters with default values.
    pub const N_DEFAULTS: u32 = 9;
    /// Size of the fixed part of an extended record.
    pub const EXTENDED_SIZE: u32 = 10;

    /// `u16`, only in large records: number of instructions, bits 16–31.
    pub const CODE_WORDS_HIGH: u32 = 10;
    /// `u8`: number of string constants, bits 8–15.
    pub const N_STRINGS_HIGH: u32 = 12;
    /// `u8`: number of try entries, bits 8–15.
    pub const N_TRIES_HIGH: u32 = 13;
    /// `u8`: number of live tops, bits 8–15.
    pub const N_LIVE_TOPS_HIGH: u32 = 14;
    /// `u8`: bits 4–7 of the number of parameters, then the same of the number of outers.
    pub const PARAMS_AND_OUTERS_HIGH: u32 = 15;
    /// `u16`: number of integer constants, bits 4–15.
    pub const N_INTS_HIGH: u32 = 16;
    /// `u16`: number of float constants, bits 4–15.
    pub const N_FLOATS_HIGH: u32 = 18;
    /// Size of the fixed part of a large record.
    pub const LARGE_SIZE: u32 = 20;

    /// Flag: the last parameter is `vargv`.
    pub const FLAG_VARARGS: u8 = 1;
    /// Flag: a call makes a generator.
    pub const FLAG_GENERATOR: u8 = 2;
    /// Flag: the fixed part is at least [`EXTENDED_SIZE`] bytes.
    pub const FLAG_EXTENDED: u8 = 4;
    /// Flag: the fixed part is [`LARGE_SIZE`] bytes. Large records are extended.
    pub const FLAG_LARGE: u8 = 8;
    /// Flag: the reference to the name stands before those to the string constants.
    pub const FLAG_NAMED: u8 = 16;
    /// Flag: the name is the first string constant.
    pub const FLAG_NAME_IS_FIRST: u8 = 32;
    /// Flag: the fixed part is [`SMALL_SIZE`] bytes. Such a record is not extended.
    pub const FLAG_SMALL: u8 = 64;
    /// The flags that say how long the fixed part is.
    pub const FLAGS_SIZE: u8 = FLAG_SMALL | FLAG_EXTENDED | FLAG_LARGE;
    /// All flags.
    pub const FLAGS_KNOWN: u8 = FLAG_VARARGS | FLAG_GENERATOR | FLAG_NAMED | FLAG_NAME_IS_FIRST | FLAGS_SIZE;

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
    /// Most outers of a function: the count has one byte.
    pub const MAX_OUTERS: u32 = 255;
    /// Most functions of an image: all can be operands.
    pub const MAX_FUNCTIONS: u32 = 1 << 16;
    /// Most sources of an image: the count has two bytes.
    pub const MAX_SOURCES: u32 = u16::MAX as u32;
}

/// Positions of the fields of an entry of the source table.
pub mod source {
    /// `u32`: the first line of the program that comes from there.
    pub const FIRST_LINE: u32 = 0;
    /// `u32`: offset of the name of the source text.
    pub const NAME: u32 = 4;
    /// `u32`: the number of that line in the source text.
    pub const LINE: u32 = 8;
    /// Size of the entry.
    pub const SIZE: u32 = 12;
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
