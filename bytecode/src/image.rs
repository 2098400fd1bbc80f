//! Images: compiled programs, read in place.
//!
//! An [`Image`] is a view of bytes that were verified: whoever holds one may
//! rely on every rule of the format. Its functions are [`FunctionView`]s.
//! Reading needs neither memory nor alignment; everything is read from the
//! bytes when it is asked for.
//!
//! The accessors here are for tools and for loading. The VM's interpreter
//! reads constants and code through pointers that it computes from the offsets
//! given here.

use crate::bytes::{bytes_at, u16_at, u32_at};
use crate::constants::Constants;
use crate::edition::Edition;
use crate::error::ImageError;
use crate::function::FunctionView;
use crate::layout::{WORD, Width, constant, header, source, string};
use crate::parts::SourcePlace;
use crate::verify;

/// A verified image.
#[derive(Clone, Copy)]
pub struct Image<'a> {
    bytes: &'a [u8],
    header: Header,
}

/// The fields of the header that are needed after loading, and what follows from them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Header {
    pub(crate) edition: Edition,
    pub(crate) flags: u8,
    pub(crate) index_bits: u8,
    pub(crate) total_size: u32,
    pub(crate) strings_end: u32,
    pub(crate) function_count: u32,
    pub(crate) source_count: u32,
    pub(crate) sources: u32,
}

impl Header {
    /// Reads the fields without relating them to each other.
    pub(crate) fn read(bytes: &[u8]) -> Option<Header> {
        let byte = |field: u32| bytes.get(field as usize).copied();
        let flags = byte(header::FLAGS)?;
        let total_size = u32_at(bytes, header::TOTAL_SIZE)?;
        Some(Header {
            edition: Edition::from_byte(byte(header::EDITION)?)?,
            flags,
            index_bits: byte(header::INDEX_BITS)?,
            total_size,
            strings_end: u32_at(bytes, header::STRINGS_END)?,
            function_count: u32::from(u16_at(bytes, header::LAST_FUNCTION)?) + 1,
            source_count: u16_at(bytes, header::SOURCE_COUNT)?.into(),
            sources: if flags & header::FLAG_STRIPPED == 0 {
                u32_at(bytes, header::SOURCES)?
            } else {
                total_size
            },
        })
    }

    pub(crate) fn is_stripped(&self) -> bool {
        self.flags & header::FLAG_STRIPPED != 0
    }

    /// Start of the strings, which follow the header.
    pub(crate) fn strings(&self) -> u32 {
        header::size(self.is_stripped())
    }

    pub(crate) fn width(&self) -> Width {
        if self.flags & header::FLAG_WIDE == 0 { Width::Compact } else { Width::Wide }
    }

    // The tables below follow each other; the verifier has checked that they end within the image.

    pub(crate) fn bucket_count(&self) -> u32 {
        1 << self.index_bits
    }

    /// Start of the function table, which follows the string index.
    pub(crate) fn functions(&self) -> u32 {
        self.width().table_end(self.strings_end, self.bucket_count()) as u32
    }

    /// Start of the first function record, which follows the function table.
    pub(crate) fn records(&self) -> u32 {
        self.width().table_end(self.functions(), self.function_count) as u32
    }

    /// Where the constants start and end, which precede their number and the source table. `None` if there are
    /// none; the verifier has checked that they start after the function records.
    pub(crate) fn constants(&self, bytes: &[u8]) -> Option<(u32, u32)> {
        if self.flags & header::FLAG_CONSTANTS == 0 {
            return None;
        }
        let end = self.sources.checked_sub(WORD)?;
        let size = u32_at(bytes, end)?.checked_mul(constant::SIZE)?;
        Some((end.checked_sub(size)?, end))
    }

    /// Start of the table of debug records, which follows the source table.
    pub(crate) fn debug_table(&self) -> u32 {
        self.sources + self.source_count * source::SIZE
    }

    /// A reference from a table of references.
    pub(crate) fn reference(&self, bytes: &[u8], table: u32, index: u32) -> Option<u32> {
        match self.width() {
            Width::Compact => u16_at(bytes, table + index * 2).map(u32::from),
            Width::Wide => u32_at(bytes, table + index * 4),
        }
    }

    /// The offset that a reference to a string means.
    pub(crate) fn string_offset(&self, reference: u32) -> u32 {
        reference.wrapping_mul(WORD).wrapping_add(self.strings())
    }

    /// The offset of the record of a function.
    pub(crate) fn record_offset(&self, bytes: &[u8], index: u32) -> Option<u32> {
        let reference = self.reference(bytes, self.functions(), index)?;
        Some(reference.wrapping_mul(WORD).wrapping_add(self.records()))
    }

    /// Where the strings start and end whose hash leads to this entry of the index.
    pub(crate) fn bucket(&self, bytes: &[u8], hash: u32) -> Option<(u32, u32)> {
        let bucket = hash & (self.bucket_count() - 1);
        let start = self.string_offset(self.reference(bytes, self.strings_end, bucket)?);
        let end = if bucket + 1 == self.bucket_count() {
            self.strings_end
        } else {
            self.string_offset(self.reference(bytes, self.strings_end, bucket + 1)?)
        };
        Some((start, end))
    }
}

impl<'a> Image<'a> {
    /// Verifies bytes and makes them an image.
    ///
    /// Bytes after the end of the image are ignored, so that a whole flash
    /// partition can be passed. The time is proportional to the size.
    ///
    /// ```
    /// use tamias_bytecode::{Image, ImageError};
    ///
    /// // A script that was not compiled is recognised as such.
    /// let script = "function blink() { led.write(1); imp.wakeup(0.5, blink); }";
    /// assert_eq!(Image::from_bytes(script.as_bytes()).err(), Some(ImageError::BadMagic));
    /// ```
    pub fn from_bytes(bytes: &'a [u8]) -> Result<Image<'a>, ImageError> {
        let header = verify::verify(bytes)?;
        let bytes = bytes.get(..header.total_size as usize).ok_or(ImageError::TooShort)?;
        Ok(Image { bytes, header })
    }

    /// Makes bytes an image without verifying more than that there is a header.
    ///
    /// # Safety
    /// 1. [`Image::from_bytes`] has accepted the same bytes before.
    #[allow(unsafe_code, reason = "the VM relies on the rules that are not checked here")]
    pub unsafe fn from_bytes_unchecked(bytes: &'a [u8]) -> Result<Image<'a>, ImageError> {
        let header = Header::read(bytes).ok_or(ImageError::TooShort)?;
        let bytes = bytes.get(..header.total_size as usize).ok_or(ImageError::TooShort)?;
        Ok(Image { bytes, header })
    }

    /// Makes bytes an image after comparing the checksum, but without verifying the contents: for an image that was
    /// verified before, and may have been damaged since.
    ///
    /// # Safety
    /// 1. [`Image::from_bytes`] would accept the same bytes, if they have not been damaged.
    #[allow(unsafe_code, reason = "the VM relies on the rules that are not checked here")]
    pub unsafe fn from_bytes_trusted(bytes: &'a [u8]) -> Result<Image<'a>, ImageError> {
        let bytes = verify::check_envelope(bytes)?;
        let header = Header::read(bytes).ok_or(ImageError::TooShort)?;
        Ok(Image { bytes, header })
    }

    /// The bytes of the image.
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Size in bytes.
    pub fn size(&self) -> u32 {
        self.header.total_size
    }

    /// The dialect of the program.
    pub fn edition(&self) -> Edition {
        self.header.edition
    }

    /// Whether line tables and names of local variables were left out.
    pub fn is_stripped(&self) -> bool {
        self.header.is_stripped()
    }

    /// Bytes of all instructions together.
    pub fn code_size(&self) -> u32 {
        self.functions().map(|function| function.code_words() * WORD).sum()
    }

    /// The string whose header word is at `offset`; empty if none can be there.
    pub fn string(&self, offset: u32) -> &'a [u8] {
        let contents = u32_at(self.bytes, offset.saturating_add(string::LEN))
            .and_then(|len| bytes_at(self.bytes, offset + string::BYTES, len));
        contents.unwrap_or_default()
    }

    /// Offset of the header word of the string with these bytes and this hash.
    ///
    /// ```
    /// # use tamias_bytecode::draft::{FunctionDraft, ImageDraft};
    /// # use tamias_bytecode::op::{Instruction, Op};
    /// # use tamias_bytecode::write::{Debug, write};
    /// use tamias_bytecode::Image;
    /// use tamias_bytecode::hash::hash_bytes;
    ///
    /// # let mut draft = ImageDraft::default();
    /// # let name = Some(draft.intern(b"main"));
    /// # let code = vec![Instruction::abc(Op::ReturnNull, 0, 0, 0)];
    /// # draft.functions.push(FunctionDraft { name, n_params: 1, n_registers: 1, code, ..Default::default() });
    /// # let bytes = write(&draft, Debug::Strip)?;
    /// let image = Image::from_bytes(&bytes)?;
    /// let offset = image.find_string(hash_bytes(b"main"), b"main").expect("main has a name");
    /// assert_eq!(image.string(offset), b"main");
    /// assert_eq!(image.find_string(hash_bytes(b"loop"), b"loop"), None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn find_string(&self, hash: u32, bytes: &[u8]) -> Option<u32> {
        let (start, end) = self.header.bucket(self.bytes, hash)?;
        self.strings_in(start, end).find(|&offset| {
            u32_at(self.bytes, offset) == Some(string::static_word(hash)) && self.string(offset) == bytes
        })
    }

    /// Start of the strings. References to strings count words from here.
    pub fn strings_offset(&self) -> u32 {
        self.header.strings()
    }

    /// How many bytes references take.
    pub fn width(&self) -> Width {
        self.header.width()
    }

    /// Offsets of the header words of all strings, in the order of the image.
    pub fn strings(&self) -> impl Iterator<Item = u32> + use<'a> {
        self.strings_in(self.header.strings(), self.header.strings_end)
    }

    fn strings_in(&self, start: u32, end: u32) -> impl Iterator<Item = u32> + use<'a> {
        let image = *self;
        let first = (start < end).then_some(start);
        core::iter::successors(first, move |&offset| {
            let next = offset + string::size(image.string(offset).len() as u32);
            (next < end).then_some(next)
        })
    }

    /// The constants that the program declares, if the image lists them.
    pub fn constants(&self) -> Constants<'a> {
        let (start, end) = self.header.constants(self.bytes).unwrap_or_default();
        Constants::new(*self, start, end)
    }

    /// Number of functions.
    pub fn function_count(&self) -> u32 {
        self.header.function_count
    }

    /// A function by its index. Function 0 is main; every image has it.
    pub fn function(&self, index: u32) -> Option<FunctionView<'a>> {
        if index >= self.header.function_count {
            return None;
        }
        FunctionView::at(*self, index)
    }

    pub(crate) fn header(&self) -> &Header {
        &self.header
    }

    /// All functions, in the order of their indexes.
    pub fn functions(&self) -> impl Iterator<Item = FunctionView<'a>> + use<'a> {
        let image = *self;
        (0..image.header.function_count).map_while(move |index| image.function(index))
    }

    /// Number of entries of the source table.
    pub fn source_count(&self) -> u32 {
        self.header.source_count
    }

    /// An entry of the source table: the first line of the program it holds for, and where that comes from.
    pub fn source(&self, index: u32) -> Option<(u32, SourcePlace<'a>)> {
        if index >= self.header.source_count {
            return None;
        }
        let entry = self.header.sources + index * source::SIZE;
        let name = self.string(u32_at(self.bytes, entry + source::NAME)?);
        let line = u32_at(self.bytes, entry + source::LINE)?;
        Some((u32_at(self.bytes, entry + source::FIRST_LINE)?, SourcePlace { name, line }))
    }

    /// The source table: each entry holds from its line of the program on, until the next entry.
    pub fn sources(&self) -> impl Iterator<Item = (u32, SourcePlace<'a>)> + use<'a> {
        let image = *self;
        (0..image.header.source_count).map_while(move |index| image.source(index))
    }

    /// Where a line of the program comes from, unless the image is stripped.
    ///
    /// [`Position::line`](crate::parts::Position::line) counts in the text of the program, in which included
    /// texts stand; this tells the text that was included and the line in it.
    pub fn source_place(&self, line: u32) -> Option<SourcePlace<'a>> {
        let (mut low, mut high) = (0, self.header.source_count);
        while low < high {
            let middle = low + (high - low) / 2;
            if self.source(middle)?.0 <= line { low = middle + 1 } else { high = middle }
        }
        let (first_line, place) = self.source(low.checked_sub(1)?)?;
        Some(SourcePlace { line: place.line.wrapping_add(line - first_line), ..place })
    }
}

impl core::fmt::Debug for Image<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Image").field("header", &self.header).finish_non_exhaustive()
    }
}
