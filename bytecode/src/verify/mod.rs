//! The verifier: makes sure that bytes keep every rule of the format.
//!
//! It runs once, when an image is loaded, and in time proportional to the size
//! of the image; it needs no memory. What it has accepted can be interpreted
//! without further checks: every offset, index, register and jump is in range.
//!
//! Both properties follow from one idea: the parts of an image must follow
//! each other without gaps and overlaps. So every offset has only one possible
//! value, which is known when the verifier gets there, and nothing can be
//! visited twice. A field is never used before it has been checked.
//!
//! What is *not* checked is the flow of values between registers. The VM gives
//! registers that were not written a harmless value, and instructions check
//! the types of their operands.

mod code;
mod constants;
mod debug;
mod functions;
mod strings;

use crate::bytes::{bytes_at, u32_at};
use crate::crc32::crc32;
use crate::edition::Edition;
use crate::error::{ImageError, Rule};
use crate::function::Record;
use crate::image::Header;
use crate::layout::{ALIGNMENT, FORMAT_VERSION, MAGIC, MAX_IMAGE_SIZE, WORD, header, source, string};

/// Checks that there is a valid image at the start of `bytes` and returns its header.
pub(crate) fn verify(bytes: &[u8]) -> Result<Header, ImageError> {
    let bytes = check_envelope(bytes)?;
    let header = Header::read(bytes).ok_or(ImageError::TooShort)?;
    let contents = Contents { bytes, header };
    contents.check_sections()?;
    strings::check_strings(&contents)?;
    functions::check_functions(&contents)?;
    constants::check_constants(&contents)?;
    debug::check_debug(&contents)?;
    Ok(header)
}

/// Checks what says whether there is an undamaged image of this format, and cuts off what follows it.
pub(crate) fn check_envelope(bytes: &[u8]) -> Result<&[u8], ImageError> {
    if !bytes.starts_with(&MAGIC) {
        return Err(ImageError::BadMagic);
    }
    let fixed: &[u8; header::STRIPPED_SIZE as usize] = bytes.first_chunk().ok_or(ImageError::TooShort)?;
    let version = fixed[header::VERSION as usize];
    if version != FORMAT_VERSION {
        return Err(ImageError::UnsupportedVersion(version));
    }
    let size = u32_at(fixed, header::TOTAL_SIZE).ok_or(ImageError::TooShort)?;
    let smallest = header::size(fixed[header::FLAGS as usize] & header::FLAG_STRIPPED != 0);
    let is_possible = (smallest..=MAX_IMAGE_SIZE).contains(&size) && size.is_multiple_of(ALIGNMENT);
    require(is_possible, Rule::ImageSize, header::TOTAL_SIZE)?;
    let bytes = bytes.get(..size as usize).ok_or(ImageError::TooShort)?;
    if u32_at(fixed, header::CRC) != Some(crc32(&bytes[header::CRC_START as usize..])) {
        return Err(ImageError::BadChecksum);
    }
    let edition = fixed[header::EDITION as usize];
    if Edition::from_byte(edition).is_none() {
        return Err(ImageError::UnknownEdition(edition));
    }
    Ok(bytes)
}

/// The error for a rule that is broken at some offset.
fn broken(rule: Rule, offset: u32) -> ImageError {
    ImageError::Invalid { rule, offset }
}

/// Fails unless the condition that the rule demands is met.
fn require(is_met: bool, rule: Rule, offset: u32) -> Result<(), ImageError> {
    if is_met { Ok(()) } else { Err(broken(rule, offset)) }
}

/// An image that is being verified.
struct Contents<'a> {
    /// Exactly the bytes of the image.
    bytes: &'a [u8],
    /// Its header; the sections are in range once [`Contents::check_sections`] has succeeded.
    header: Header,
}

impl<'a> Contents<'a> {
    /// Checks that the sections follow each other; where the last two end is found out later.
    fn check_sections(&self) -> Result<(), ImageError> {
        let h = &self.header;
        require(h.flags & !header::FLAGS_KNOWN == 0, Rule::ImageFlags, header::FLAGS)?;
        require(h.index_bits <= header::MAX_INDEX_BITS, Rule::IndexSize, header::INDEX_BITS)?;
        let is_end =
            (h.strings()..=h.total_size).contains(&h.strings_end) && h.strings_end.is_multiple_of(ALIGNMENT);
        require(is_end, Rule::SectionStart, header::STRINGS_END)?;
        // The index, the function table, at least one word for each function and the source table must fit.
        let index_end = h.width().table_end(h.strings_end, h.bucket_count());
        require(index_end <= h.sources.into(), Rule::SectionStart, header::SOURCES)?;
        let table_end = h.width().table_end(index_end as u32, h.function_count);
        let is_end = table_end <= h.sources.into() && h.sources.is_multiple_of(ALIGNMENT);
        require(is_end, Rule::SectionStart, header::SOURCES)?;
        require(!h.is_stripped() || h.source_count == 0, Rule::StrippedDebug, header::SOURCE_COUNT)?;
        let debug_records = if h.is_stripped() { 0 } else { h.function_count };
        // Each entry of the source table is a whole number of words.
        let debug_table_end = words_end(h.sources, h.source_count * (source::SIZE / WORD) + debug_records);
        require(debug_table_end <= h.total_size.into(), Rule::SectionStart, header::SOURCE_COUNT)?;
        let constants = h.constants(self.bytes);
        let is_end = h.flags & header::FLAG_CONSTANTS == 0
            || constants.is_some_and(|(start, _)| table_end <= start.into());
        require(is_end, Rule::ConstantCount, h.sources.saturating_sub(WORD))
    }

    fn u32_at(&self, offset: u32) -> Option<u32> {
        u32_at(self.bytes, offset)
    }

    /// The `len` bytes at `offset`, if they are in the image.
    fn bytes_at(&self, offset: u32, len: u32) -> Option<&'a [u8]> {
        bytes_at(self.bytes, offset, len)
    }

    /// A function's record by its index; the table is in range, the record may not be.
    fn record(&self, index: u32) -> Option<Record> {
        let offset = self.header.record_offset(self.bytes, index)?;
        Record::read(self.bytes, offset, self.header.width())
    }

    /// Whether the string at `offset` is found through the index.
    ///
    /// Once the strings and the index have been checked, this tells whether
    /// there is a string at `offset`: whatever is there instead of a header word, the
    /// search ends after [`MAX_BUCKET`](crate::layout::MAX_BUCKET) strings and
    /// finds nothing else.
    fn is_string(&self, offset: u32) -> bool {
        let hash = self.u32_at(offset).map(string::hash);
        let Some((start, end)) = hash.and_then(|hash| self.header.bucket(self.bytes, hash)) else {
            return false;
        };
        let mut candidate = start;
        while candidate < end && candidate < offset {
            let Some(len) = self.u32_at(candidate + string::LEN) else { return false };
            candidate += string::size(len);
        }
        candidate == offset && candidate < end
    }

    /// Whether all bytes from `start` to `end` are zero.
    fn is_zero(&self, start: u32, end: u32) -> bool {
        self.bytes
            .get(start as usize..end as usize)
            .is_some_and(|padding| padding.iter().all(|byte| *byte == 0))
    }
}

/// Where a table of words ends; may be beyond any possible offset.
fn words_end(start: u32, count: u32) -> u64 {
    u64::from(start) + u64::from(count) * u64::from(WORD)
}
