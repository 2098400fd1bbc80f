//! The writer: from a draft to the bytes of an image.
//!
//! Sections are written in the order in which they are in the image, each at
//! the end of what was written before. What is known only later is filled in
//! then. The same draft always gives the same bytes, so strings are sorted, and
//! strings that nothing refers to are left out.
//!
//! The writer checks what the format cannot express. Whether code is valid is
//! the verifier's matter: see [`Image::from_bytes`](crate::Image::from_bytes).

mod constants;
mod operands;

use crate::crc32::crc32;
use crate::draft::{FunctionDraft, ImageDraft, LocalName, OuterSource, Position, StringId, TryEntry};
use crate::hash::hash_bytes;
use crate::layout::function::{
    FLAG_EXTENDED, FLAG_GENERATOR, FLAG_LARGE, FLAG_NAME_IS_FIRST, FLAG_NAMED, FLAG_SMALL, FLAG_VARARGS,
    MAX_CODE_WORDS, MAX_FUNCTIONS, MAX_OUTERS, MAX_SOURCES, OUTER_IN_REGISTER, PACKED_BITS,
};
use crate::layout::{
    ALIGNMENT, FORMAT_VERSION, MAGIC, MAX_BUCKET, MAX_IMAGE_SIZE, WORD, Width, header, string,
};
use crate::lines;
use alloc::vec;
use alloc::vec::Vec;
use constants::constant_strings;
use core::cmp::Reverse;
use core::fmt;
use operands::Operands;

/// What becomes of line tables and names of local variables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Debug {
    /// They go into the image, for error messages and debuggers.
    Keep,
    /// They are left out, which makes the image smaller.
    Strip,
}

/// Why a draft cannot be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WriteError {
    /// There is no function, so no main.
    NoFunctions,
    /// There are more functions than an operand can tell apart.
    TooManyFunctions,
    /// There are more sources than the header can count.
    TooManySources,
    /// The name or the value of a constant is no string of the draft's pool.
    UnknownConstantString,
    /// The sources are not in strictly ascending order of their first lines.
    UnsortedSources,
    /// Too many strings have the same hash.
    CollidingStrings,
    /// The image exceeds [`MAX_IMAGE_SIZE`].
    TooLarge,
    /// A function cannot be written.
    Function {
        /// Its index.
        index: u32,
        /// What is wrong with it.
        problem: FunctionProblem,
    },
}

/// Why a function cannot be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FunctionProblem {
    /// More string constants than can be counted.
    TooManyStrings,
    /// More integer constants than can be counted.
    TooManyInts,
    /// More float constants than can be counted.
    TooManyFloats,
    /// More outers than an operand can tell apart.
    TooManyOuters,
    /// More try entries than can be counted.
    TooManyTries,
    /// More live tops than can be counted.
    TooManyLiveTops,
    /// More instructions than a function may have.
    TooMuchCode,
    /// A string id is not from the draft's pool.
    UnknownString,
    /// A try entry, live top, position or local is not within the code.
    OutsideOfCode,
    /// Live tops or positions are not in strictly ascending order.
    Unsorted,
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            WriteError::NoFunctions => f.write_str("the program has no function"),
            WriteError::TooManyFunctions => write!(f, "the program has more than {MAX_FUNCTIONS} functions"),
            WriteError::TooManySources => write!(f, "the program has more than {MAX_SOURCES} sources"),
            WriteError::UnknownConstantString => {
                f.write_str("a constant refers to a string that is not in the draft")
            }
            WriteError::UnsortedSources => f.write_str("the sources of the program are not sorted by line"),
            WriteError::CollidingStrings => f.write_str("too many strings have the same hash"),
            WriteError::TooLarge => write!(f, "the image is larger than {MAX_IMAGE_SIZE} bytes"),
            WriteError::Function { index, problem } => write!(f, "function {index} {}", problem.message()),
        }
    }
}

impl core::error::Error for WriteError {}

impl FunctionProblem {
    /// The rest of a sentence that begins with the function.
    pub const fn message(self) -> &'static str {
        match self {
            FunctionProblem::TooManyStrings => "has more than 65535 string constants",
            FunctionProblem::TooManyInts => "has more than 65535 integer constants",
            FunctionProblem::TooManyFloats => "has more than 65535 float constants",
            FunctionProblem::TooManyOuters => "has more than 255 outers",
            FunctionProblem::TooManyTries => "has more than 65535 try ranges",
            FunctionProblem::TooManyLiveTops => "has more than 65535 live tops",
            FunctionProblem::TooMuchCode => "has more than 16777216 instructions",
            FunctionProblem::UnknownString => "refers to a string that is not in the draft",
            FunctionProblem::OutsideOfCode => "has a table that refers to instructions outside of its code",
            FunctionProblem::Unsorted => "has a table that is not sorted",
        }
    }
}

/// Writes an image.
///
/// ```
/// use tamias_bytecode::Image;
/// use tamias_bytecode::draft::{FunctionDraft, ImageDraft};
/// use tamias_bytecode::op::{Instruction, Op};
/// use tamias_bytecode::write::{Debug, WriteError, write};
///
/// let mut draft = ImageDraft::default();
/// assert_eq!(write(&draft, Debug::Strip), Err(WriteError::NoFunctions));
///
/// let code = vec![Instruction::abc(Op::ReturnNull, 0, 0, 0)];
/// draft.functions.push(FunctionDraft { n_params: 1, n_registers: 1, code, ..Default::default() });
/// let bytes = write(&draft, Debug::Strip)?;
/// assert!(Image::from_bytes(&bytes)?.is_stripped());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn write(draft: &ImageDraft, debug: Debug) -> Result<Vec<u8>, WriteError> {
    check_counts(draft)?;
    for (index, function) in (0..).zip(&draft.functions) {
        check_function(draft, function).map_err(|problem| WriteError::Function { index, problem })?;
    }
    let strings = UsedStrings::of(draft, debug);
    let compact = write_with(draft, debug, &strings, Width::Compact)?;
    let written = match compact {
        Some(bytes) => bytes,
        None => write_with(draft, debug, &strings, Width::Wide)?.ok_or(WriteError::TooLarge)?,
    };
    if written.len() > MAX_IMAGE_SIZE as usize { Err(WriteError::TooLarge) } else { Ok(written) }
}

/// Writes an image with references of this width; `None` if they are too narrow.
fn write_with(
    draft: &ImageDraft,
    debug: Debug,
    strings: &UsedStrings,
    width: Width,
) -> Result<Option<Vec<u8>>, WriteError> {
    let is_stripped = debug == Debug::Strip;
    let bytes = Vec::with_capacity(usual_size(draft));
    let mut writer = Writer { bytes, width, is_stripped, overflow: false };
    writer.put_zeros(header::size(is_stripped));
    let strings = writer.put_strings(strings)?;
    writer.put_functions(draft, &strings);
    if writer.overflow {
        return Ok(None);
    }
    writer.put_constants(draft, &strings);
    if debug == Debug::Keep {
        writer.set_u32(header::SOURCES, writer.position());
        writer.put_sources(draft, &strings);
        writer.put_debug_records(draft, &strings);
    }
    Ok(if writer.overflow { None } else { Some(writer.finish(draft)) })
}

fn check_counts(draft: &ImageDraft) -> Result<(), WriteError> {
    if draft.functions.is_empty() {
        return Err(WriteError::NoFunctions);
    }
    if draft.functions.len() > MAX_FUNCTIONS as usize {
        return Err(WriteError::TooManyFunctions);
    }
    if draft.sources.len() > MAX_SOURCES as usize {
        return Err(WriteError::TooManySources);
    }
    if constant_strings(draft).any(|id| draft.strings.get(id).is_none()) {
        return Err(WriteError::UnknownConstantString);
    }
    if !draft.sources.is_sorted_by(|left, right| left.first_line < right.first_line) {
        return Err(WriteError::UnsortedSources);
    }
    Ok(())
}

fn check_function(draft: &ImageDraft, function: &FunctionDraft) -> Result<(), FunctionProblem> {
    check_function_counts(function)?;
    check_references(draft, function)?;
    check_code_positions(function)?;
    let tops_ascend = function.live_tops.is_sorted_by(|(left, _), (right, _)| left < right);
    let positions_ascend = function.positions.is_sorted_by(|(left, _), (right, _)| left < right);
    if tops_ascend && positions_ascend { Ok(()) } else { Err(FunctionProblem::Unsorted) }
}

fn check_function_counts(function: &FunctionDraft) -> Result<(), FunctionProblem> {
    let counted = u16::MAX as usize;
    let limits = [
        (function.strings.len(), counted, FunctionProblem::TooManyStrings),
        (function.ints.len(), counted, FunctionProblem::TooManyInts),
        (function.floats.len(), counted, FunctionProblem::TooManyFloats),
        (function.outers.len(), MAX_OUTERS as usize, FunctionProblem::TooManyOuters),
        (function.tries.len(), counted, FunctionProblem::TooManyTries),
        (function.live_tops.len(), counted, FunctionProblem::TooManyLiveTops),
        (function.code.len(), MAX_CODE_WORDS as usize, FunctionProblem::TooMuchCode),
    ];
    if let Some((_, _, problem)) = limits.into_iter().find(|(len, limit, _)| len > limit) {
        return Err(problem);
    }
    let is_encodable = |outer: &OuterSource| match outer {
        OuterSource::ParentRegister(_) => true,
        OuterSource::ParentOuter(index) => u32::from(*index) < MAX_OUTERS,
    };
    if function.outers.iter().all(is_encodable) { Ok(()) } else { Err(FunctionProblem::TooManyOuters) }
}

fn check_references(draft: &ImageDraft, function: &FunctionDraft) -> Result<(), FunctionProblem> {
    let local_names = function.locals.iter().map(|local| &local.name);
    let mut names = function.strings.iter().chain(&function.name).chain(local_names);
    if names.any(|id| draft.strings.get(*id).is_none()) {
        return Err(FunctionProblem::UnknownString);
    }
    Ok(())
}

/// Fields for positions in the code have 24 bits; what is in the code fits.
fn check_code_positions(function: &FunctionDraft) -> Result<(), FunctionProblem> {
    let len = function.code.len() as u32;
    let tries_fit = function.tries.iter().all(|entry| entry.end <= len && entry.handler < len);
    let tops_fit = function.live_tops.iter().all(|(pc, _)| *pc < len);
    let positions_fit = function.positions.iter().all(|(pc, _)| *pc < len);
    let locals_fit = function.locals.iter().all(|local| local.start <= local.end && local.end <= len);
    if tries_fit && tops_fit && positions_fit && locals_fit {
        Ok(())
    } else {
        Err(FunctionProblem::OutsideOfCode)
    }
}

/// Room for an image, most often more than it takes.
fn usual_size(draft: &ImageDraft) -> usize {
    let of_function = |function: &FunctionDraft| {
        4 * (function.code.len() + function.positions.len()) + 16 * function.locals.len() + 128
    };
    let functions: usize = draft.functions.iter().map(of_function).sum();
    functions + 24 * draft.strings.len() + draft.strings.n_bytes()
}

/// The strings that an image needs, sorted and without repetitions.
struct UsedStrings<'a> {
    contents: Vec<&'a [u8]>,
    hashes: Vec<u32>,
    /// The index of each string of the pool, if it is needed.
    indexes: Vec<Option<u32>>,
}

/// A string before it is sorted.
struct UsedString<'a> {
    /// The first bytes as a number that compares as they do.
    prefix: u64,
    bytes: &'a [u8],
    hash: u32,
    /// None for the name of a source.
    id: Option<StringId>,
}

impl<'a> UsedString<'a> {
    fn new(bytes: &'a [u8], hash: u32, id: Option<StringId>) -> Self {
        let mut prefix = [0; 8];
        let length = bytes.len().min(prefix.len());
        prefix[..length].copy_from_slice(&bytes[..length]);
        UsedString { prefix: u64::from_be_bytes(prefix), bytes, hash, id }
    }
}

impl<'a> UsedStrings<'a> {
    fn of(draft: &'a ImageDraft, debug: Debug) -> Self {
        let is_used = is_used(draft, debug);
        let ids = (0..).zip(&is_used).filter(|(_, used)| **used).map(|(id, _)| StringId(id));
        let mut strings: Vec<UsedString> = Vec::with_capacity(is_used.len());
        strings.extend(ids.filter_map(|id| {
            draft.strings.get_with_hash(id).map(|(bytes, hash)| UsedString::new(bytes, hash, Some(id)))
        }));
        if debug == Debug::Keep {
            let names = draft.sources.iter().map(|range| range.name.as_bytes());
            strings.extend(names.map(|name| UsedString::new(name, hash_bytes(name), None)));
        }
        strings.sort_unstable_by(|left, right| {
            left.prefix.cmp(&right.prefix).then_with(|| left.bytes.cmp(right.bytes))
        });
        let mut used = UsedStrings {
            contents: Vec::with_capacity(strings.len()),
            hashes: Vec::with_capacity(strings.len()),
            indexes: vec![None; draft.strings.len()],
        };
        for UsedString { bytes, hash, id, .. } in strings {
            if used.contents.last() != Some(&bytes) {
                used.contents.push(bytes);
                used.hashes.push(hash);
            }
            if let Some(id) = id {
                used.indexes[id.0 as usize] = Some(used.contents.len() as u32 - 1);
            }
        }
        used
    }
}

/// For each string of the pool whether the image needs it.
fn is_used(draft: &ImageDraft, debug: Debug) -> Vec<bool> {
    let mut is_used = vec![false; draft.strings.len()];
    let mut use_string = |id: StringId| is_used[id.0 as usize] = true;
    for function in &draft.functions {
        function.name.into_iter().chain(function.strings.iter().copied()).for_each(&mut use_string);
        if debug == Debug::Keep {
            function.locals.iter().for_each(|local| use_string(local.name));
        }
    }
    constant_strings(draft).for_each(&mut use_string);
    is_used
}

/// Where the strings are in the image.
struct StringOffsets<'a> {
    /// The strings, sorted.
    contents: &'a [&'a [u8]],
    /// Offset of the header word of each of them.
    offsets: Vec<u32>,
    /// The same by id, 0 for strings that are not in the image.
    by_id: Vec<u32>,
}

impl StringOffsets<'_> {
    fn of_id(&self, id: StringId) -> u32 {
        self.by_id[id.0 as usize]
    }

    fn of_bytes(&self, bytes: &[u8]) -> u32 {
        self.contents.binary_search(&bytes).map_or(0, |index| self.offsets[index])
    }
}

/// The bytes written so far.
struct Writer {
    bytes: Vec<u8>,
    width: Width,
    /// Whether it is an image without sources and debug records.
    is_stripped: bool,
    /// A reference did not fit.
    overflow: bool,
}

impl Writer {
    /// Where the next byte goes. What does not fit in an offset is rejected in the end.
    fn position(&self) -> u32 {
        self.bytes.len() as u32
    }

    fn put_u8(&mut self, value: u8) {
        self.bytes.push(value);
    }

    fn put_u16(&mut self, value: u16) {
        self.bytes.extend_from_slice(&value.to_le_bytes());
    }

    fn put_u32(&mut self, value: u32) {
        self.bytes.extend_from_slice(&value.to_le_bytes());
    }

    fn put_words(&mut self, words: impl ExactSizeIterator<Item = u32>) {
        let start = self.bytes.len();
        self.bytes.resize(start + words.len() * WORD as usize, 0);
        let (places, _) = self.bytes[start..].as_chunks_mut();
        places.iter_mut().zip(words).for_each(|(place, word)| *place = word.to_le_bytes());
    }

    fn put_zeros(&mut self, count: u32) {
        self.bytes.resize(self.bytes.len() + count as usize, 0);
    }

    fn set_u32(&mut self, offset: u32, value: u32) {
        self.set(offset, value.to_le_bytes());
    }

    fn set<const N: usize>(&mut self, offset: u32, field: [u8; N]) {
        self.bytes[offset as usize..][..N].copy_from_slice(&field);
    }

    fn align(&mut self, alignment: u32) {
        self.bytes.resize(self.bytes.len().next_multiple_of(alignment as usize), 0);
    }

    /// A reference: the distance in words from `start` to `offset`.
    fn reference(&mut self, start: u32, offset: u32) -> u32 {
        let reference = offset.wrapping_sub(start) / WORD;
        self.overflow |= reference > self.width.max();
        reference
    }

    fn put_reference(&mut self, start: u32, offset: u32) {
        let reference = self.reference(start, offset);
        match self.width {
            Width::Compact => self.put_u16(reference as u16),
            Width::Wide => self.put_u32(reference),
        }
    }

    fn put_strings<'a>(&mut self, strings: &'a UsedStrings<'a>) -> Result<StringOffsets<'a>, WriteError> {
        let UsedStrings { contents, hashes, indexes } = strings;
        let index_bits = index_bits(hashes).ok_or(WriteError::CollidingStrings)?;
        self.bytes[header::INDEX_BITS as usize] = index_bits;
        let (order, starts) = in_buckets(hashes, index_bits);
        let mut offsets = vec![0; contents.len()];
        for &index in &order {
            offsets[index as usize] = self.put_string(contents[index as usize], hashes[index as usize]);
        }
        let end = self.position();
        self.set_u32(header::STRINGS_END, end);
        for start in starts {
            let first = order.get(start as usize).map_or(end, |index| offsets[*index as usize]);
            self.put_reference(header::size(self.is_stripped), first);
        }
        self.align(ALIGNMENT);
        let by_id = indexes.iter().map(|index| index.map_or(0, |index| offsets[index as usize])).collect();
        Ok(StringOffsets { contents, offsets, by_id })
    }

    /// Returns the offset of the header word.
    fn put_string(&mut self, bytes: &[u8], hash: u32) -> u32 {
        let offset = self.position();
        self.put_u32(string::static_word(hash));
        self.put_u32(bytes.len() as u32);
        self.bytes.extend_from_slice(bytes);
        self.align(ALIGNMENT);
        debug_assert_eq!(self.position(), offset.wrapping_add(string::size(bytes.len() as u32)));
        offset
    }

    fn put_functions(&mut self, draft: &ImageDraft, strings: &StringOffsets) {
        let count = draft.functions.len();
        self.set(header::LAST_FUNCTION, ((count - 1) as u16).to_le_bytes());
        let table = self.position();
        self.put_zeros(count as u32 * self.width.size());
        self.align(ALIGNMENT);
        let records = self.position();
        for (index, function) in (0..).zip(&draft.functions) {
            let reference = self.reference(records, self.position());
            match self.width {
                Width::Compact => self.set(table + index * 2, (reference as u16).to_le_bytes()),
                Width::Wide => self.set(table + index * 4, reference.to_le_bytes()),
            }
            self.put_function(function, strings);
        }
    }

    fn put_function(&mut self, function: &FunctionDraft, strings: &StringOffsets) {
        let tries = sorted_tries(function);
        let Operands { strings: constants, code } = self.operands(function, strings);
        let flags = self.put_fixed_part(function, &constants, tries.len() as u16);
        self.align(self.width.size());
        let name = function.name.filter(|_| flags & FLAG_NAMED != 0);
        for id in name.iter().chain(&constants) {
            self.put_reference(header::size(self.is_stripped), strings.of_id(*id));
        }
        self.align(ALIGNMENT);
        self.put_words(function.ints.iter().map(|int| *int as u32));
        self.put_words(function.floats.iter().map(|float| float.to_bits()));
        self.put_words(code.iter().map(|instruction| instruction.0));
        function.outers.iter().for_each(|outer| self.put_u16(encode_outer(*outer)));
        self.align(ALIGNMENT);
        for entry in tries {
            self.put_u32(entry.start);
            self.put_u32(entry.end);
            self.put_u32(entry.handler | u32::from(entry.register) << 24);
        }
        for (pc, top) in &function.live_tops {
            self.put_u32(pc | u32::from(*top) << 24);
        }
    }

    /// Returns the flags.
    fn put_fixed_part(&mut self, function: &FunctionDraft, constants: &[StringId], n_tries: u16) -> u8 {
        let code_words = function.code.len() as u32;
        let n_strings = constants.len() as u16;
        let (n_ints, n_floats) = (function.ints.len() as u16, function.floats.len() as u16);
        let n_live_tops = function.live_tops.len() as u16;
        let (n_params, n_outers) = (function.n_params, function.outers.len() as u8);
        let are_large = |limit: u16, counts: &[u16]| counts.iter().any(|count| *count > limit);
        let is_large = code_words >> 16 != 0
            || are_large(255, &[n_strings, n_tries, n_live_tops])
            || are_large(15, &[n_ints, n_floats, n_params.into(), n_outers.into()]);
        let is_extended = is_large
            || code_words >> 8 != 0
            || are_large(0, &[n_tries, n_live_tops, function.n_defaults.into()]);
        let mut flags = function_flags(function, constants);
        flags |= if is_extended { FLAG_EXTENDED } else { 0 };
        flags |= if is_large { FLAG_LARGE } else { 0 };
        let counts =
            [n_strings, function.n_registers.into(), n_params.into(), n_outers.into(), n_ints, n_floats];
        let packed = packed(counts).filter(|_| !is_extended);
        flags |= if packed.is_some() { FLAG_SMALL } else { 0 };
        self.put_u8(code_words as u8);
        self.put_u8(flags);
        if let Some(packed) = packed {
            self.put_u16(packed);
            return flags;
        }
        self.put_u8(n_strings as u8);
        self.put_u8(function.n_registers);
        self.put_u8(n_params & 15 | n_outers << 4);
        self.put_u8((n_ints & 15 | n_floats << 4) as u8);
        if is_extended {
            self.put_u8((code_words >> 8) as u8);
            self.put_u8(n_tries as u8);
            self.put_u8(n_live_tops as u8);
            self.put_u8(function.n_defaults);
        }
        if is_large {
            self.put_u16((code_words >> 16) as u16);
            [n_strings, n_tries, n_live_tops].iter().for_each(|count| self.put_u8((count >> 8) as u8));
            self.put_u8(n_params >> 4 | n_outers & 0xF0);
            self.put_u16(n_ints >> 4);
            self.put_u16(n_floats >> 4);
        }
        flags
    }

    fn put_sources(&mut self, draft: &ImageDraft, strings: &StringOffsets) {
        self.set(header::SOURCE_COUNT, (draft.sources.len() as u16).to_le_bytes());
        for range in &draft.sources {
            self.put_u32(range.first_line);
            self.put_u32(strings.of_bytes(range.name.as_bytes()));
            self.put_u32(range.line);
        }
    }

    fn put_debug_records(&mut self, draft: &ImageDraft, strings: &StringOffsets) {
        let table = self.position();
        self.put_zeros(draft.functions.len() as u32 * WORD);
        for (index, function) in (0..).zip(&draft.functions) {
            self.set_u32(table + index * WORD, self.position());
            self.put_line_table(&function.positions);
            self.put_u32(function.locals.len() as u32);
            function.locals.iter().for_each(|local| self.put_local(local, strings));
        }
    }

    fn put_line_table(&mut self, positions: &[(u32, Position)]) {
        let len_field = self.position();
        self.put_u32(0);
        let start = self.position();
        lines::encode(positions, &mut self.bytes);
        self.set_u32(len_field, self.position().wrapping_sub(start));
        self.align(ALIGNMENT);
    }

    fn put_local(&mut self, local: &LocalName, strings: &StringOffsets) {
        let words = [strings.of_id(local.name), local.register.into(), local.start, local.end];
        self.put_words(words.into_iter());
    }

    fn finish(mut self, draft: &ImageDraft) -> Vec<u8> {
        let stripped = if self.is_stripped { header::FLAG_STRIPPED } else { 0 };
        let wide = if self.width == Width::Wide { header::FLAG_WIDE } else { 0 };
        self.set(header::MAGIC, MAGIC);
        self.set(header::VERSION, [FORMAT_VERSION]);
        self.set(header::EDITION, [draft.edition as u8]);
        let constants = if draft.constants.is_empty() { 0 } else { header::FLAG_CONSTANTS };
        self.set(header::FLAGS, [stripped | wide | constants]);
        self.set_u32(header::TOTAL_SIZE, self.position());
        self.set_u32(header::CRC, crc32(&self.bytes[header::CRC_START as usize..]));
        self.bytes
    }
}

/// How many bits the string index has; `None` if there is no good number.
///
/// The fewest with which an entry stands for less than four strings on average
/// and for [`MAX_BUCKET`] at most. More are needed only for strings that were
/// chosen to collide.
fn index_bits(hashes: &[u32]) -> Option<u8> {
    let fewest = (hashes.len().max(2).ilog2() - 1) as u8;
    (fewest..=(fewest + 7).min(header::MAX_INDEX_BITS)).find(|bits| {
        let mut counts = vec![0_u32; 1 << bits];
        hashes.iter().all(|hash| {
            let count = &mut counts[*hash as usize & ((1 << bits) - 1)];
            *count += 1;
            *count <= MAX_BUCKET
        })
    })
}

/// The indexes of hashes by bucket, and where in them each bucket begins. Within a bucket they ascend.
fn in_buckets(hashes: &[u32], index_bits: u8) -> (Vec<u32>, Vec<u32>) {
    let bucket_of = |hash: &u32| (hash & ((1 << index_bits) - 1)) as usize;
    let mut starts = vec![0_u32; 1 << index_bits];
    hashes.iter().for_each(|hash| starts[bucket_of(hash)] += 1);
    let mut sum = 0;
    for start in &mut starts {
        sum += core::mem::replace(start, sum);
    }
    let mut ends = starts.clone();
    let mut order = vec![0; hashes.len()];
    for (index, hash) in (0..).zip(hashes) {
        let end = &mut ends[bucket_of(hash)];
        order[*end as usize] = index;
        *end += 1;
    }
    (order, starts)
}

/// The try entries so that the first that contains an instruction is the innermost; empty ones are left out.
fn sorted_tries(function: &FunctionDraft) -> Vec<TryEntry> {
    let mut tries: Vec<TryEntry> =
        function.tries.iter().filter(|entry| entry.start < entry.end).copied().collect();
    // Stable: of equal ranges the first stays first.
    tries.sort_by_key(|entry| (entry.end, Reverse(entry.start)));
    tries
}

fn encode_outer(source: OuterSource) -> u16 {
    match source {
        OuterSource::ParentRegister(register) => OUTER_IN_REGISTER | u16::from(register),
        OuterSource::ParentOuter(index) => index,
    }
}

/// The numbers of a small record in one, if they fit.
fn packed(counts: [u16; 6]) -> Option<u16> {
    let mut start = 0;
    counts.iter().zip(PACKED_BITS).try_fold(0, |packed, (count, bits)| {
        let place = count << start;
        start += bits;
        (count >> bits == 0).then_some(packed | place)
    })
}

fn function_flags(function: &FunctionDraft, constants: &[StringId]) -> u8 {
    let varargs = if function.varargs { FLAG_VARARGS } else { 0 };
    let generator = if function.generator { FLAG_GENERATOR } else { 0 };
    let name = match function.name {
        None => 0,
        name if name == constants.first().copied() => FLAG_NAME_IS_FIRST,
        Some(_) => FLAG_NAMED,
    };
    varargs | generator | name
}
