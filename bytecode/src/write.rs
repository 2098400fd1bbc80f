//! The writer: from a draft to the bytes of an image.
//!
//! Sections are written in the order in which they are in the image, each at
//! the end of what was written before. Offsets of later sections are filled in
//! when they are known. The same draft always gives the same bytes, so strings
//! are sorted, and strings that nothing refers to are left out.
//!
//! The writer checks what the format cannot express. Whether code is valid is
//! the verifier's matter: see [`Image::from_bytes`](crate::Image::from_bytes).

use crate::crc32::crc32;
use crate::draft::{FunctionDraft, ImageDraft, LocalName, OuterSource, Position, StringId, TryEntry};
use crate::hash::hash_bytes;
use crate::layout::function::{
    FLAG_GENERATOR, FLAG_VARARGS, MAX_CODE_WORDS, MAX_FUNCTIONS, MAX_OUTERS, OUTER_IN_REGISTER,
};
use crate::layout::{
    ALIGNMENT, FORMAT_VERSION, MAGIC, MAX_IMAGE_SIZE, MAX_PROBES, STATIC_STRING_WORD, WORD, function, header,
    string,
};
use crate::lines;
use alloc::vec;
use alloc::vec::Vec;
use core::cmp::Reverse;
use core::fmt;

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
    /// There are more sources than a position can tell apart.
    TooManySources,
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
    /// A position is in a source that the draft does not have.
    UnknownSource,
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
            WriteError::TooManySources => f.write_str("the program has more than 65536 sources"),
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
            FunctionProblem::TooManyOuters => "has more than 256 outers",
            FunctionProblem::TooManyTries => "has more than 65535 try ranges",
            FunctionProblem::TooManyLiveTops => "has more than 65535 live tops",
            FunctionProblem::TooMuchCode => "has more than 16777216 instructions",
            FunctionProblem::UnknownString => "refers to a string that is not in the draft",
            FunctionProblem::UnknownSource => "refers to a source that is not in the draft",
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
    let mut writer = Writer { bytes: vec![0; header::SIZE as usize] };
    let contents = used_strings(draft, debug);
    let strings = writer.put_strings(&contents, draft)?;
    let debug_fields = writer.put_functions(draft, &strings);
    match debug {
        Debug::Keep => {
            writer.put_sources(draft, &strings);
            writer.put_debug_records(draft, &strings, &debug_fields);
        }
        Debug::Strip => writer.put_no_sources(),
    }
    writer.finish(draft, debug)
}

fn check_counts(draft: &ImageDraft) -> Result<(), WriteError> {
    if draft.functions.is_empty() {
        return Err(WriteError::NoFunctions);
    }
    if draft.functions.len() > MAX_FUNCTIONS as usize {
        return Err(WriteError::TooManyFunctions);
    }
    if draft.sources.len() > usize::from(u16::MAX) + 1 {
        return Err(WriteError::TooManySources);
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
    if function.positions.iter().any(|(_, position)| usize::from(position.file) >= draft.sources.len()) {
        return Err(FunctionProblem::UnknownSource);
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

/// The contents of the strings that the image needs, sorted and without repetitions.
fn used_strings(draft: &ImageDraft, debug: Debug) -> Vec<&[u8]> {
    let mut is_used = vec![false; draft.strings.len()];
    let mut use_string = |id: StringId| is_used[id.0 as usize] = true;
    for function in &draft.functions {
        function.name.into_iter().chain(function.strings.iter().copied()).for_each(&mut use_string);
        if debug == Debug::Keep {
            function.locals.iter().for_each(|local| use_string(local.name));
        }
    }
    let ids = (0..).zip(&is_used).filter(|(_, used)| **used).map(|(id, _)| StringId(id));
    let mut strings: Vec<&[u8]> = ids.filter_map(|id| draft.strings.get(id)).collect();
    if debug == Debug::Keep {
        strings.extend(draft.sources.iter().map(|name| name.as_bytes()));
    }
    strings.sort_unstable();
    strings.dedup();
    strings
}

/// Where the strings are in the image.
struct StringOffsets<'a> {
    /// The strings in the order in which they are in the image.
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

    fn put_words(&mut self, count: usize) {
        self.bytes.resize(self.bytes.len() + count * WORD as usize, 0);
    }

    fn set_u32(&mut self, offset: u32, value: u32) {
        self.set(offset, value.to_le_bytes());
    }

    fn set<const N: usize>(&mut self, offset: u32, field: [u8; N]) {
        self.bytes[offset as usize..][..N].copy_from_slice(&field);
    }

    fn align(&mut self) {
        self.bytes.resize(self.bytes.len().next_multiple_of(ALIGNMENT as usize), 0);
    }

    fn put_strings<'a>(
        &mut self,
        contents: &'a [&'a [u8]],
        draft: &ImageDraft,
    ) -> Result<StringOffsets<'a>, WriteError> {
        self.set_u32(header::STRINGS, self.position());
        let offsets: Vec<u32> = contents.iter().map(|bytes| self.put_string(bytes)).collect();
        self.set_u32(header::STRINGS_END, self.position());
        self.put_index(contents, &offsets)?;
        let mut strings = StringOffsets { contents, offsets, by_id: Vec::new() };
        let ids = (0..draft.strings.len() as u32).map(StringId);
        strings.by_id =
            ids.filter_map(|id| draft.strings.get(id)).map(|bytes| strings.of_bytes(bytes)).collect();
        Ok(strings)
    }

    /// Returns the offset of the header word.
    fn put_string(&mut self, bytes: &[u8]) -> u32 {
        let offset = self.position();
        self.put_u32(STATIC_STRING_WORD);
        self.put_u32(hash_bytes(bytes));
        self.put_u32(bytes.len() as u32);
        self.bytes.extend_from_slice(bytes);
        self.put_u8(0);
        self.align();
        debug_assert_eq!(self.position(), offset.wrapping_add(string::size(bytes.len() as u32)));
        offset
    }

    fn put_index(&mut self, contents: &[&[u8]], offsets: &[u32]) -> Result<(), WriteError> {
        let hashes: Vec<u32> = contents.iter().map(|bytes| hash_bytes(bytes)).collect();
        let index = build_index(&hashes, offsets).ok_or(WriteError::CollidingStrings)?;
        self.set_u32(header::INDEX, self.position());
        self.set_u32(header::INDEX_SLOTS, index.len() as u32);
        index.into_iter().for_each(|slot| self.put_u32(slot));
        Ok(())
    }

    /// Returns the positions of the fields that are to hold the offsets of the debug records.
    fn put_functions(&mut self, draft: &ImageDraft, strings: &StringOffsets) -> Vec<u32> {
        let table = self.position();
        self.set_u32(header::FUNCTIONS, table);
        self.set_u32(header::FUNCTION_COUNT, draft.functions.len() as u32);
        self.put_words(draft.functions.len());
        let mut debug_fields = Vec::with_capacity(draft.functions.len());
        for (index, function) in (0..).zip(&draft.functions) {
            self.set_u32(table + index * WORD, self.position());
            debug_fields.push(self.position() + function::DEBUG);
            self.put_function(function, strings);
        }
        debug_fields
    }

    fn put_function(&mut self, function: &FunctionDraft, strings: &StringOffsets) {
        let tries = sorted_tries(function);
        self.put_fixed_part(function, tries.len() as u16, strings);
        // The VM adds the address of the first constant, which it has at
        // hand, and so needs no relocation and no base address of the image.
        let pointer_base = self.position().wrapping_add(string::POINTER_BIAS);
        for id in &function.strings {
            self.put_u32(strings.of_id(*id).wrapping_sub(pointer_base));
        }
        function.ints.iter().for_each(|int| self.put_u32(*int as u32));
        function.floats.iter().for_each(|float| self.put_u32(float.to_bits()));
        function.code.iter().for_each(|instruction| self.put_u32(instruction.0));
        function.outers.iter().for_each(|outer| self.put_u16(encode_outer(*outer)));
        self.align();
        for entry in tries {
            self.put_u32(entry.start);
            self.put_u32(entry.end);
            self.put_u32(entry.handler | u32::from(entry.register) << 24);
        }
        for (pc, top) in &function.live_tops {
            self.put_u32(pc | u32::from(*top) << 24);
        }
    }

    fn put_fixed_part(&mut self, function: &FunctionDraft, n_tries: u16, strings: &StringOffsets) {
        let start = self.position();
        self.put_u32(function.name.map_or(0, |name| strings.of_id(name)));
        self.put_u32(function.code.len() as u32);
        self.put_u32(0);
        self.put_u16(function.strings.len() as u16);
        self.put_u16(function.ints.len() as u16);
        self.put_u16(function.floats.len() as u16);
        self.put_u16(n_tries);
        self.put_u16(function.live_tops.len() as u16);
        self.put_u8(function.n_params);
        self.put_u8(function.n_registers);
        self.put_u8(function.n_defaults);
        self.put_u8(function_flags(function));
        self.put_u16(function.outers.len() as u16);
        debug_assert_eq!(self.position(), start.wrapping_add(function::SIZE));
    }

    fn put_sources(&mut self, draft: &ImageDraft, strings: &StringOffsets) {
        self.set_u32(header::SOURCES, self.position());
        self.set_u32(header::SOURCE_COUNT, draft.sources.len() as u32);
        draft.sources.iter().for_each(|name| self.put_u32(strings.of_bytes(name.as_bytes())));
    }

    fn put_no_sources(&mut self) {
        self.set_u32(header::SOURCES, self.position());
    }

    fn put_debug_records(&mut self, draft: &ImageDraft, strings: &StringOffsets, debug_fields: &[u32]) {
        for (function, field) in draft.functions.iter().zip(debug_fields) {
            self.set_u32(*field, self.position());
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
        self.align();
    }

    fn put_local(&mut self, local: &LocalName, strings: &StringOffsets) {
        self.put_u32(strings.of_id(local.name));
        self.put_u32(local.register.into());
        self.put_u32(local.start);
        self.put_u32(local.end);
    }

    fn finish(mut self, draft: &ImageDraft, debug: Debug) -> Result<Vec<u8>, WriteError> {
        if self.bytes.len() > MAX_IMAGE_SIZE as usize {
            return Err(WriteError::TooLarge);
        }
        let flags = match debug {
            Debug::Keep => 0,
            Debug::Strip => header::FLAG_STRIPPED,
        };
        self.set(header::MAGIC, MAGIC);
        self.set(header::VERSION, [FORMAT_VERSION]);
        self.set(header::EDITION, [draft.edition as u8]);
        self.set(header::FLAGS, flags.to_le_bytes());
        self.set_u32(header::TOTAL_SIZE, self.position());
        self.set_u32(header::CRC, crc32(&self.bytes[header::CRC_START as usize..]));
        Ok(self.bytes)
    }
}

/// The slots of the string index; `None` if there is no good one of reasonable size.
///
/// The smallest that is good enough is taken: three quarters full at most, and
/// no string further from its place than [`MAX_PROBES`] allows. The latter
/// only fails for strings that were chosen to collide.
fn build_index(hashes: &[u32], offsets: &[u32]) -> Option<Vec<u32>> {
    const LARGEST_FACTOR: usize = 64;
    let smallest = (hashes.len() + hashes.len().div_ceil(3)).next_power_of_two();
    let mut slots = smallest;
    while slots <= smallest * LARGEST_FACTOR {
        if let Some(index) = try_build_index(hashes, offsets, slots) {
            return Some(index);
        }
        slots *= 2;
    }
    None
}

fn try_build_index(hashes: &[u32], offsets: &[u32], slots: usize) -> Option<Vec<u32>> {
    let mut index = vec![0; slots];
    for (hash, offset) in hashes.iter().zip(offsets) {
        let home = *hash as usize;
        let free = (0..MAX_PROBES as usize)
            .map(|step| (home + step) & (slots - 1))
            .find(|slot| index[*slot] == 0)?;
        index[free] = *offset;
    }
    Some(index)
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

fn function_flags(function: &FunctionDraft) -> u8 {
    let varargs = if function.varargs { FLAG_VARARGS } else { 0 };
    let generator = if function.generator { FLAG_GENERATOR } else { 0 };
    varargs | generator
}
