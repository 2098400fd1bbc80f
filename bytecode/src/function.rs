//! Functions of an image.
//!
//! A function record has a fixed part, which `Record` holds, followed by
//! constants, code, outers, try entries and live tops. How long these are and
//! so where each of them starts follows from the counts in the fixed part.

use crate::bytes::{bytes_at, u16_at, u32_at};
use crate::image::{Header, Image};
use crate::layout::function::{
    self, FLAG_EXTENDED, FLAG_GENERATOR, FLAG_LARGE, FLAG_NAME_IS_FIRST, FLAG_NAMED, FLAG_SMALL,
    FLAG_VARARGS, FLAGS_SIZE, LIVE_TOP_SIZE, OUTER_IN_REGISTER, OUTER_SIZE, TRY_SIZE,
};
use crate::layout::{ALIGNMENT, WORD, Width, local};
use crate::lines::Lines;
use crate::op::Instruction;
use crate::parts::{OuterSource, Position, TryEntry};
use crate::registers::read_register_end;

/// The name of the first function if the image has none for it.
const MAIN: &[u8] = b"main";

/// The fixed part of a function record, and where the record is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Record {
    pub(crate) offset: u32,
    pub(crate) width: Width,
    pub(crate) code_words: u32,
    pub(crate) n_strings: u16,
    pub(crate) n_ints: u16,
    pub(crate) n_floats: u16,
    pub(crate) n_tries: u16,
    pub(crate) n_live_tops: u16,
    pub(crate) n_params: u8,
    pub(crate) n_registers: u8,
    pub(crate) n_defaults: u8,
    pub(crate) n_outers: u8,
    pub(crate) flags: u8,
}

impl Record {
    /// Reads the fixed part; `None` if it does not lie within the bytes.
    pub(crate) fn read(bytes: &[u8], offset: u32, width: Width) -> Option<Record> {
        let &[code_words, flags, packed @ ..] =
            bytes_at(bytes, offset, function::SMALL_SIZE)?.first_chunk::<4>()?;
        let mut record = Record {
            offset,
            width,
            code_words: code_words.into(),
            n_strings: 0,
            n_ints: 0,
            n_floats: 0,
            n_tries: 0,
            n_live_tops: 0,
            n_params: 0,
            n_registers: 0,
            n_defaults: 0,
            n_outers: 0,
            flags,
        };
        if record.is_small() {
            record.unpack(u16::from_le_bytes(packed));
            return Some(record);
        }
        record.add_counts(bytes_at(bytes, offset, function::SIZE)?)?;
        if record.is_extended() {
            record.add_extension(bytes_at(bytes, offset, function::EXTENDED_SIZE)?)?;
        }
        if record.is_large() {
            record.add_high_parts(bytes_at(bytes, offset, function::LARGE_SIZE)?)?;
        }
        Some(record)
    }

    /// Takes the numbers of a small record apart.
    fn unpack(&mut self, mut packed: u16) {
        let [strings, registers, params, outers, ints, floats] = function::PACKED_BITS.map(|bits| {
            let number = packed & ((1 << bits) - 1);
            packed >>= bits;
            number as u8
        });
        self.n_strings = strings.into();
        self.n_registers = registers;
        self.n_params = params;
        self.n_outers = outers;
        self.n_ints = ints.into();
        self.n_floats = floats.into();
    }

    fn add_counts(&mut self, fixed: &[u8]) -> Option<()> {
        let byte = |field: u32| fixed.get(field as usize).copied();
        let params_and_outers = byte(function::PARAMS_AND_OUTERS)?;
        let ints_and_floats = byte(function::INTS_AND_FLOATS)?;
        self.n_strings = byte(function::N_STRINGS)?.into();
        self.n_registers = byte(function::N_REGISTERS)?;
        self.n_params = params_and_outers & 15;
        self.n_outers = params_and_outers >> 4;
        self.n_ints = u16::from(ints_and_floats & 15);
        self.n_floats = u16::from(ints_and_floats >> 4);
        Some(())
    }

    fn add_extension(&mut self, fixed: &[u8]) -> Option<()> {
        let byte = |field: u32| fixed.get(field as usize).copied();
        self.code_words |= u32::from(byte(function::CODE_WORDS_MIDDLE)?) << 8;
        self.n_tries = byte(function::N_TRIES)?.into();
        self.n_live_tops = byte(function::N_LIVE_TOPS)?.into();
        self.n_defaults = byte(function::N_DEFAULTS)?;
        Some(())
    }

    fn add_high_parts(&mut self, fixed: &[u8]) -> Option<()> {
        let byte = |field: u32| fixed.get(field as usize).copied();
        let high = |field: u32| byte(field).map(|byte| u16::from(byte) << 8);
        self.code_words |= u32::from(u16_at(fixed, function::CODE_WORDS_HIGH)?) << 16;
        self.n_strings |= high(function::N_STRINGS_HIGH)?;
        self.n_tries |= high(function::N_TRIES_HIGH)?;
        self.n_live_tops |= high(function::N_LIVE_TOPS_HIGH)?;
        let params_and_outers = byte(function::PARAMS_AND_OUTERS_HIGH)?;
        self.n_params |= (params_and_outers & 15) << 4;
        self.n_outers |= params_and_outers & 0xF0;
        self.n_ints |= u16_at(fixed, function::N_INTS_HIGH)?.checked_mul(16)?;
        self.n_floats |= u16_at(fixed, function::N_FLOATS_HIGH)?.checked_mul(16)?;
        Some(())
    }

    // The sums below cannot overflow: offsets are below `MAX_IMAGE_SIZE`, and
    // the verifier limits `code_words` before it asks for any of them.

    /// Where the fixed part ends and its padding begins.
    pub(crate) fn fixed_end(&self) -> u32 {
        self.offset
            + match self.flags & FLAGS_SIZE {
                FLAG_SMALL => function::SMALL_SIZE,
                0 => function::SIZE,
                flags if flags & FLAG_LARGE != 0 => function::LARGE_SIZE,
                _ => function::EXTENDED_SIZE,
            }
    }

    /// Where the references start: to the name if it has one of its own, then to the string constants.
    pub(crate) fn references_offset(&self) -> u32 {
        self.fixed_end().next_multiple_of(self.width.size())
    }

    pub(crate) fn strings_offset(&self) -> u32 {
        let name = if self.flags & FLAG_NAMED == 0 { 0 } else { self.width.size() };
        self.references_offset() + name
    }

    /// Where the references to strings end and their padding begins.
    pub(crate) fn strings_end(&self) -> u32 {
        self.strings_offset() + u32::from(self.n_strings) * self.width.size()
    }

    pub(crate) fn ints_offset(&self) -> u32 {
        self.strings_end().next_multiple_of(ALIGNMENT)
    }

    pub(crate) fn floats_offset(&self) -> u32 {
        self.ints_offset() + u32::from(self.n_ints) * WORD
    }

    pub(crate) fn code_offset(&self) -> u32 {
        self.floats_offset() + u32::from(self.n_floats) * WORD
    }

    pub(crate) fn outers_offset(&self) -> u32 {
        self.code_offset() + self.code_words * WORD
    }

    /// Where the outers end and their padding begins.
    pub(crate) fn outers_end(&self) -> u32 {
        self.outers_offset() + u32::from(self.n_outers) * OUTER_SIZE
    }

    pub(crate) fn tries_offset(&self) -> u32 {
        self.outers_end().next_multiple_of(ALIGNMENT)
    }

    pub(crate) fn live_tops_offset(&self) -> u32 {
        self.tries_offset() + u32::from(self.n_tries) * TRY_SIZE
    }

    pub(crate) fn end(&self) -> u32 {
        self.live_tops_offset() + u32::from(self.n_live_tops) * LIVE_TOP_SIZE
    }

    pub(crate) fn is_varargs(&self) -> bool {
        self.flags & FLAG_VARARGS != 0
    }

    pub(crate) fn is_generator(&self) -> bool {
        self.flags & FLAG_GENERATOR != 0
    }

    pub(crate) fn is_small(&self) -> bool {
        self.flags & FLAGS_SIZE == FLAG_SMALL
    }

    pub(crate) fn is_extended(&self) -> bool {
        self.flags & FLAG_EXTENDED != 0
    }

    pub(crate) fn is_large(&self) -> bool {
        self.flags & FLAG_LARGE != 0
    }

    pub(crate) fn is_named(&self) -> bool {
        self.flags & (FLAG_NAMED | FLAG_NAME_IS_FIRST) != 0
    }

    /// The name: the offset of the header word, if there is one.
    pub(crate) fn name_offset(&self, header: &Header, bytes: &[u8]) -> Option<u32> {
        // The name stands where the first string constant does or right before it.
        if self.is_named() { self.string_at(header, bytes, self.references_offset()) } else { None }
    }

    /// A string constant: the offset of the header word.
    pub(crate) fn string_constant(&self, header: &Header, bytes: &[u8], index: u32) -> Option<u32> {
        self.string_at(header, bytes, self.strings_offset() + index * self.width.size())
    }

    fn string_at(&self, header: &Header, bytes: &[u8], offset: u32) -> Option<u32> {
        let reference = match self.width {
            Width::Compact => u16_at(bytes, offset)?.into(),
            Width::Wide => u32_at(bytes, offset)?,
        };
        Some(header.string_offset(reference))
    }

    /// A try entry by its index.
    pub(crate) fn try_entry(&self, bytes: &[u8], index: u32) -> Option<TryEntry> {
        let offset = self.tries_offset() + index * TRY_SIZE;
        let handler = u32_at(bytes, offset + 2 * WORD)?;
        Some(TryEntry {
            start: u32_at(bytes, offset)?,
            end: u32_at(bytes, offset + WORD)?,
            handler: handler & 0xFF_FFFF,
            register: (handler >> 24) as u8,
        })
    }

    /// A live top by its index: the instruction and the number of registers.
    pub(crate) fn live_top(&self, bytes: &[u8], index: u32) -> Option<(u32, u8)> {
        let word = u32_at(bytes, self.live_tops_offset() + index * LIVE_TOP_SIZE)?;
        Some((word & 0xFF_FFFF, (word >> 24) as u8))
    }
}

/// The source of an outer from its entry in the record; `None` if unknown bits are set.
pub(crate) fn decode_outer(entry: u16) -> Option<OuterSource> {
    let index = entry & !OUTER_IN_REGISTER;
    if entry & OUTER_IN_REGISTER == 0 {
        Some(OuterSource::ParentOuter(index))
    } else {
        index.try_into().ok().map(OuterSource::ParentRegister)
    }
}

/// A function of an image.
#[derive(Clone, Copy)]
pub struct FunctionView<'a> {
    image: Image<'a>,
    index: u32,
    record: Record,
}

/// The name of a register in a part of a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Local<'a> {
    /// The variable.
    pub name: &'a [u8],
    /// Its register.
    pub register: u8,
    /// First instruction at which it is alive.
    pub start: u32,
    /// First instruction at which it is not.
    pub end: u32,
}

impl<'a> FunctionView<'a> {
    /// The function with this index, which must exist.
    pub(crate) fn at(image: Image<'a>, index: u32) -> Option<Self> {
        let offset = image.header().record_offset(image.bytes(), index)?;
        Some(FunctionView { image, index, record: Record::read(image.bytes(), offset, image.width())? })
    }

    /// Offset of the record; the same as the offset of its fixed part.
    pub fn offset(&self) -> u32 {
        self.record.offset
    }

    /// Its number in the image.
    pub fn index(&self) -> u32 {
        self.index
    }

    /// The name, if it has one. Main always has.
    pub fn name(&self) -> Option<&'a [u8]> {
        match self.name_offset() {
            Some(offset) => Some(self.image.string(offset)),
            None => (self.index == 0).then_some(MAIN),
        }
    }

    /// Offset of the header word of the name, if the image has one.
    pub fn name_offset(&self) -> Option<u32> {
        self.record.name_offset(self.image.header(), self.image.bytes())
    }

    /// Number of parameters, with `this` and, if there is one, `vargv`.
    pub fn n_params(&self) -> u8 {
        self.record.n_params
    }

    /// Number of registers.
    pub fn n_registers(&self) -> u8 {
        self.record.n_registers
    }

    /// Number of parameters with default values.
    pub fn n_defaults(&self) -> u8 {
        self.record.n_defaults
    }

    /// Whether the last parameter is `vargv`.
    pub fn is_varargs(&self) -> bool {
        self.record.is_varargs()
    }

    /// Whether a call makes a generator.
    pub fn is_generator(&self) -> bool {
        self.record.is_generator()
    }

    /// Number of string constants.
    pub fn n_strings(&self) -> u16 {
        self.record.n_strings
    }

    /// Number of integer constants.
    pub fn n_ints(&self) -> u16 {
        self.record.n_ints
    }

    /// Number of float constants.
    pub fn n_floats(&self) -> u16 {
        self.record.n_floats
    }

    /// Number of outers.
    pub fn n_outers(&self) -> u16 {
        self.record.n_outers.into()
    }

    /// Number of instructions.
    pub fn code_words(&self) -> u32 {
        self.record.code_words
    }

    /// Offset of the references to string constants, as many bytes each as the image's references have.
    pub fn strings_offset(&self) -> u32 {
        self.record.strings_offset()
    }

    /// Offset of the header word of a string constant.
    pub fn string_constant_offset(&self, index: u16) -> Option<u32> {
        if index >= self.record.n_strings {
            return None;
        }
        self.record.string_constant(self.image.header(), self.image.bytes(), index.into())
    }

    /// Offset of the integer constants, which the float constants follow.
    pub fn ints_offset(&self) -> u32 {
        self.record.ints_offset()
    }

    /// Offset of the first instruction.
    pub fn code_offset(&self) -> u32 {
        self.record.code_offset()
    }

    /// The instructions.
    pub fn code(&self) -> impl ExactSizeIterator<Item = Instruction> + use<'a> {
        let len = self.record.code_words.saturating_mul(WORD);
        let code = bytes_at(self.image.bytes(), self.record.code_offset(), len).unwrap_or_default();
        let (words, _) = code.as_chunks();
        words.iter().map(|word| Instruction(u32::from_le_bytes(*word)))
    }

    /// The instruction at `pc`.
    pub fn instruction(&self, pc: u32) -> Option<Instruction> {
        if pc >= self.record.code_words {
            return None;
        }
        u32_at(self.image.bytes(), self.record.code_offset() + pc * WORD).map(Instruction)
    }

    /// A string constant by its index.
    pub fn string_constant(&self, index: u16) -> Option<&'a [u8]> {
        self.string_constant_offset(index).map(|offset| self.image.string(offset))
    }

    /// The string that a 16-bit operand means: by a reference, or in an image with wide references by the index of a
    /// string constant.
    pub fn name_operand(&self, operand: u16) -> Option<&'a [u8]> {
        match self.record.width {
            Width::Wide => self.string_constant(operand),
            Width::Compact => Some(self.image.string(self.image.header().string_offset(operand.into()))),
        }
    }

    /// An integer constant by its index.
    pub fn int_constant(&self, index: u16) -> Option<i32> {
        if index >= self.record.n_ints {
            return None;
        }
        let offset = self.record.ints_offset() + u32::from(index) * WORD;
        u32_at(self.image.bytes(), offset).map(|bits| bits as i32)
    }

    /// A float constant by its index.
    pub fn float_constant(&self, index: u16) -> Option<f32> {
        if index >= self.record.n_floats {
            return None;
        }
        let offset = self.record.floats_offset() + u32::from(index) * WORD;
        u32_at(self.image.bytes(), offset).map(f32::from_bits)
    }

    /// Where a closure of this function gets an outer from.
    pub fn outer(&self, index: u16) -> Option<OuterSource> {
        if index >= self.n_outers() {
            return None;
        }
        let offset = self.record.outers_offset() + u32::from(index) * OUTER_SIZE;
        u16_at(self.image.bytes(), offset).and_then(decode_outer)
    }

    /// Where a closure of this function gets its outers from.
    pub fn outers(&self) -> impl Iterator<Item = OuterSource> + use<'a> {
        let function = *self;
        (0..function.n_outers()).map_while(move |index| function.outer(index))
    }

    /// The try entries; the first that contains an instruction is the innermost.
    pub fn tries(&self) -> impl Iterator<Item = TryEntry> + use<'a> {
        let function = *self;
        (0..u32::from(function.record.n_tries))
            .map_while(move |index| function.record.try_entry(function.image.bytes(), index))
    }

    /// The try entry that handles what the instruction at `pc` throws.
    pub fn try_at(&self, pc: u32) -> Option<TryEntry> {
        self.tries().find(|entry| (entry.start..entry.end).contains(&pc))
    }

    /// How many registers are alive, counted from the first, when the instruction at `pc` runs.
    pub fn live_top(&self, pc: u32) -> u8 {
        self.explicit_live_top(pc).unwrap_or_else(|| {
            let end = self.instruction(pc).map_or(0, read_register_end);
            end.min(self.record.n_registers.into()) as u8
        })
    }

    /// The live top in the table of exceptions: binary search, as the table is sorted.
    fn explicit_live_top(&self, pc: u32) -> Option<u8> {
        let (mut low, mut high) = (0, u32::from(self.record.n_live_tops));
        while low < high {
            let middle = low.midpoint(high);
            let (entry_pc, top) = self.record.live_top(self.image.bytes(), middle)?;
            match entry_pc.cmp(&pc) {
                core::cmp::Ordering::Equal => return Some(top),
                core::cmp::Ordering::Less => low = middle + 1,
                core::cmp::Ordering::Greater => high = middle,
            }
        }
        None
    }

    /// The live tops that differ from the default: instruction and number of registers.
    pub fn live_tops(&self) -> impl Iterator<Item = (u32, u8)> + use<'a> {
        let function = *self;
        (0..u32::from(function.record.n_live_tops))
            .map_while(move |index| function.record.live_top(function.image.bytes(), index))
    }

    /// The source position of the instruction at `pc`, unless the image is stripped.
    pub fn position(&self, pc: u32) -> Option<Position> {
        self.positions().take_while(|(start, _)| *start <= pc).last().map(|(_, position)| position)
    }

    /// The line table: instructions from which on a position holds, until the next entry.
    pub fn positions(&self) -> impl Iterator<Item = (u32, Position)> + use<'a> {
        Lines::new(self.line_table()).map_while(Result::ok)
    }

    /// The names of the registers, unless the image is stripped.
    pub fn locals(&self) -> impl Iterator<Item = Local<'a>> + use<'a> {
        let function = *self;
        let count_offset = function.local_table();
        let count =
            count_offset.and_then(|offset| u32_at(function.image.bytes(), offset)).unwrap_or_default();
        let first = count_offset.map_or(0, |offset| offset + WORD);
        (0..count).map_while(move |index| function.local(first + index * local::SIZE))
    }

    fn local(&self, offset: u32) -> Option<Local<'a>> {
        let bytes = self.image.bytes();
        Some(Local {
            name: self.image.string(u32_at(bytes, offset + local::NAME)?),
            register: *bytes.get((offset + local::REGISTER) as usize)?,
            start: u32_at(bytes, offset + local::START)?,
            end: u32_at(bytes, offset + local::END)?,
        })
    }

    /// Offset of the debug record, unless the image is stripped.
    pub fn debug_offset(&self) -> Option<u32> {
        let header = self.image.header();
        if header.is_stripped() {
            return None;
        }
        u32_at(self.image.bytes(), header.debug_table() + self.index * WORD)
    }

    fn line_table(&self) -> &'a [u8] {
        let bytes = self.image.bytes();
        let table = self
            .debug_offset()
            .and_then(|record| u32_at(bytes, record).and_then(|len| bytes_at(bytes, record + WORD, len)));
        table.unwrap_or_default()
    }

    /// Offset of the number of locals, which is after the line table.
    fn local_table(&self) -> Option<u32> {
        let record = self.debug_offset()?;
        Some((record + WORD + self.line_table().len() as u32).next_multiple_of(ALIGNMENT))
    }
}

impl core::fmt::Debug for FunctionView<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("FunctionView").field("record", &self.record).finish_non_exhaustive()
    }
}
