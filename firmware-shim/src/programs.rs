//! Programs in flash that can be replaced in the field.
//!
//! Two slots hold a program each, and the newest one that is whole counts. An
//! update goes to the other slot: it is erased, the image is written piece by
//! piece as it arrives, and last of all the header that makes it valid, with a
//! sequence number and checksums of the image and of itself. Power may fail at
//! any moment, in the middle of a write or of an erasure: until the header is
//! whole the old program counts.
//!
//! An image runs where it lies if the flash can be read as memory: see
//! [`ProgramSlots::current`] for where that is. Nothing here needs more memory
//! than a word of the flash.

use core::ops::Range;
use embedded_storage::nor_flash::NorFlash;
use tamias_bytecode::crc32::Crc32;

/// Magic, sequence number, length, checksum of the image, checksum of the words before: five words.
const HEADER_WORDS: usize = 5;
const MAGIC: u32 = u32::from_le_bytes(*b"TmPG");
const SLOTS: u32 = 2;
/// The largest word that a flash can insist on writing at once.
const MAX_WORD: usize = 64;
/// From the start of a slot to its image: the header, and room for images to start at such a multiple.
const IMAGE_OFFSET: u32 = 64;

/// Two places for programs in a part of a flash.
///
/// ```
/// use embedded_storage::nor_flash::NorFlash;
/// use tamias_firmware_shim::programs::{ProgramSlots, UpdateError};
///
/// /// Installs an image that arrives in pieces. The program that runs meanwhile is not touched.
/// fn install<F: NorFlash>(
///     slots: &mut ProgramSlots<F>,
///     length: u32,
///     pieces: impl Iterator<Item = Vec<u8>>,
/// ) -> Result<(), UpdateError> {
///     let mut update = slots.update(length)?;
///     for piece in pieces {
///         update.write(&piece)?;
///     }
///     update.finish()
/// }
/// ```
pub struct ProgramSlots<F> {
    flash: F,
    start: u32,
    slot_bytes: u32,
    current: Option<Current>,
}

/// The slot that counts.
#[derive(Clone, Copy)]
struct Current {
    slot: u32,
    sequence: u32,
    length: u32,
}

/// Why a program was not installed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UpdateError {
    /// The slots are not whole sectors of the flash, or its words are too long.
    Layout,
    /// The image is longer than a slot or than was announced.
    TooLong,
    /// The image is shorter than was announced.
    TooShort,
    /// The flash failed, or holds something else than was written.
    Medium,
}

impl core::fmt::Display for UpdateError {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        formatter.write_str(match self {
            Self::Layout => "slots do not fit the flash",
            Self::TooLong => "program too long",
            Self::TooShort => "program incomplete",
            Self::Medium => "flash failed",
        })
    }
}

impl core::error::Error for UpdateError {}

impl<F: NorFlash> ProgramSlots<F> {
    /// The two slots of `slot_bytes` bytes from `start`.
    ///
    /// # Errors
    /// [`UpdateError::Layout`], or [`UpdateError::Medium`] if the flash cannot be read.
    pub fn new(flash: F, start: u32, slot_bytes: u32) -> Result<Self, UpdateError> {
        let sector = F::ERASE_SIZE as u32;
        let fits = start.is_multiple_of(sector)
            && slot_bytes.is_multiple_of(sector)
            && slot_bytes > IMAGE_OFFSET
            && F::WRITE_SIZE <= MAX_WORD
            && MAX_WORD.is_multiple_of(F::WRITE_SIZE)
            && MAX_WORD.is_multiple_of(F::READ_SIZE);
        if !fits {
            return Err(UpdateError::Layout);
        }
        let mut slots = ProgramSlots { flash, start, slot_bytes, current: None };
        for slot in 0..SLOTS {
            let Some(found) = slots.look_at(slot)? else { continue };
            // Sequence numbers wrap around; the two in use differ by one.
            let is_newer = |current: Current| (found.sequence.wrapping_sub(current.sequence) as i32) > 0;
            if slots.current.is_none_or(is_newer) {
                slots.current = Some(found);
            }
        }
        Ok(slots)
    }

    /// Where in the flash the image of the newest program is, if there is one. It starts at a multiple of 64 bytes
    /// from the start of its slot.
    #[must_use]
    pub fn current(&self) -> Option<Range<u32>> {
        let Current { slot, length, .. } = self.current?;
        let image = self.slot_start(slot) + IMAGE_OFFSET;
        Some(image..image + length)
    }

    /// Begins to replace the older program, or none, by one of `length` bytes. The slot is erased.
    ///
    /// # Errors
    /// [`UpdateError::TooLong`] or [`UpdateError::Medium`].
    pub fn update(&mut self, length: u32) -> Result<Update<'_, F>, UpdateError> {
        if length > self.slot_bytes - IMAGE_OFFSET {
            return Err(UpdateError::TooLong);
        }
        let (slot, sequence) = match self.current {
            Some(current) => ((current.slot + 1) % SLOTS, current.sequence.wrapping_add(1)),
            None => (0, 0),
        };
        let start = self.slot_start(slot);
        self.flash.erase(start, start + self.slot_bytes).map_err(|_| UpdateError::Medium)?;
        let next = Current { slot, sequence, length };
        Ok(Update { slots: self, next, written: 0, word: [0xFF; MAX_WORD], checksum: Crc32::new() })
    }

    /// The flash, when the slots are no longer needed.
    pub fn into_flash(self) -> F {
        self.flash
    }

    fn slot_start(&self, slot: u32) -> u32 {
        self.start + slot * self.slot_bytes
    }

    /// What is in a slot, if it is whole.
    fn look_at(&mut self, slot: u32) -> Result<Option<Current>, UpdateError> {
        let start = self.slot_start(slot);
        let mut header = [0; MAX_WORD];
        self.read(start, &mut header)?;
        let word = |index: usize| {
            let at = index * 4;
            u32::from_le_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]])
        };
        let (sequence, length) = (word(1), word(2));
        let is_whole = word(0) == MAGIC
            && word(4) == checksum_of(&header[..(HEADER_WORDS - 1) * 4])
            && length <= self.slot_bytes - IMAGE_OFFSET
            && word(3) == self.checksum_of_image(start + IMAGE_OFFSET, length)?;
        Ok(is_whole.then_some(Current { slot, sequence, length }))
    }

    fn checksum_of_image(&mut self, image: u32, length: u32) -> Result<u32, UpdateError> {
        let mut checksum = Crc32::new();
        let mut piece = [0; MAX_WORD];
        for offset in (0..length).step_by(MAX_WORD) {
            let bytes = MAX_WORD.min((length - offset) as usize);
            let whole = bytes.next_multiple_of(F::READ_SIZE);
            self.read(image + offset, &mut piece[..whole])?;
            checksum.update(&piece[..bytes]);
        }
        Ok(checksum.finish())
    }

    fn read(&mut self, offset: u32, into: &mut [u8]) -> Result<(), UpdateError> {
        self.flash.read(offset, into).map_err(|_| UpdateError::Medium)
    }
}

/// A program on its way into a slot. Dropping it leaves the old program in place.
pub struct Update<'a, F> {
    slots: &'a mut ProgramSlots<F>,
    next: Current,
    written: u32,
    /// What does not fill a word of the flash yet.
    word: [u8; MAX_WORD],
    checksum: Crc32,
}

impl<F: NorFlash> Update<'_, F> {
    /// Adds the next piece of the image.
    ///
    /// # Errors
    /// [`UpdateError::TooLong`] or [`UpdateError::Medium`]; the update cannot be finished then.
    pub fn write(&mut self, piece: &[u8]) -> Result<(), UpdateError> {
        if piece.len() > (self.next.length - self.written) as usize {
            return Err(UpdateError::TooLong);
        }
        self.checksum.update(piece);
        for byte in piece {
            let position = self.written as usize % F::WRITE_SIZE;
            self.word[position] = *byte;
            self.written += 1;
            if position + 1 == F::WRITE_SIZE {
                self.write_word(self.written - F::WRITE_SIZE as u32)?;
            }
        }
        Ok(())
    }

    /// Makes the new program the one that counts.
    ///
    /// # Errors
    /// [`UpdateError::TooShort`] or [`UpdateError::Medium`]; the old program counts then.
    pub fn finish(mut self) -> Result<(), UpdateError> {
        let Current { slot, sequence, length } = self.next;
        if self.written < length {
            return Err(UpdateError::TooShort);
        }
        let rest = length % F::WRITE_SIZE as u32;
        if rest != 0 {
            self.write_word(length - rest)?;
        }
        let start = self.slots.slot_start(slot);
        let checksum = self.checksum.finish();
        if self.slots.checksum_of_image(start + IMAGE_OFFSET, length)? != checksum {
            return Err(UpdateError::Medium);
        }
        let mut header = [0xFF; MAX_WORD];
        let words = [MAGIC, sequence, length, checksum];
        for (place, word) in header.chunks_exact_mut(4).zip(words) {
            place.copy_from_slice(&word.to_le_bytes());
        }
        let own = checksum_of(&header[..(HEADER_WORDS - 1) * 4]);
        header[(HEADER_WORDS - 1) * 4..HEADER_WORDS * 4].copy_from_slice(&own.to_le_bytes());
        let bytes = (HEADER_WORDS * 4).next_multiple_of(F::WRITE_SIZE);
        self.slots.flash.write(start, &header[..bytes]).map_err(|_| UpdateError::Medium)?;
        self.slots.current = Some(self.next);
        Ok(())
    }

    fn write_word(&mut self, offset: u32) -> Result<(), UpdateError> {
        let place = self.slots.slot_start(self.next.slot) + IMAGE_OFFSET + offset;
        let word = &self.word[..F::WRITE_SIZE];
        self.slots.flash.write(place, word).map_err(|_| UpdateError::Medium)?;
        self.word = [0xFF; MAX_WORD];
        Ok(())
    }
}

fn checksum_of(bytes: &[u8]) -> u32 {
    let mut checksum = Crc32::new();
    checksum.update(bytes);
    checksum.finish()
}
