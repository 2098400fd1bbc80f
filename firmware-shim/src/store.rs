//! A store in NOR flash.
//!
//! Each area has two slots of whole sectors. What is stored goes to the slot
//! that is not in use: the slot is erased, the data are written, and last of
//! all the header, which makes them valid. Power may fail at any moment; until
//! the header is complete the other slot counts. Both slots wear evenly.
//!
//! A copy of the data stays in memory, because scripts read more often than
//! they write and not every flash can be read in place.

use alloc::vec::Vec;
use core::cell::RefCell;
use embedded_storage::nor_flash::NorFlash;
use tamias_stdlib_imp::board::{NonVolatile, StorageError, StoreArea};

/// Magic, sequence number, length, checksum: four words.
const HEADER: usize = 16;
const MAGIC: u32 = u32::from_le_bytes(*b"TmNV");
const AREAS: usize = 2;
const SLOTS_PER_AREA: u32 = 2;
/// The largest word that a flash can insist on writing at once.
const MAX_WORD: usize = 64;

/// Data that outlive a restart, in a part of a flash.
///
/// ```
/// use tamias_firmware_shim::store::FlashStore;
/// # use embedded_storage::nor_flash::NorFlash;
///
/// /// Two areas with two slots of 4096 bytes and their headers: four slots of two sectors of 4096.
/// fn store(flash: impl NorFlash) -> Option<FlashStore<impl NorFlash>> {
///     FlashStore::new(flash, 0x8_0000, 0x2000).ok()
/// }
/// ```
pub struct FlashStore<F> {
    flash: RefCell<F>,
    start: u32,
    slot_bytes: u32,
    areas: [Area; AREAS],
}

#[derive(Default)]
struct Area {
    data: Vec<u8>,
    sequence: u32,
    /// The slot that counts.
    slot: u32,
}

struct Header {
    sequence: u32,
    length: u32,
    checksum: u32,
}

impl<F: NorFlash> FlashStore<F> {
    /// The store in the four slots of `slot_bytes` bytes from `start`.
    ///
    /// # Errors
    /// [`StorageError::Medium`] if the slots are not whole sectors of the flash, or it cannot be read.
    pub fn new(flash: F, start: u32, slot_bytes: u32) -> Result<Self, StorageError> {
        let sector = F::ERASE_SIZE as u32;
        let fits = start.is_multiple_of(sector)
            && slot_bytes.is_multiple_of(sector)
            && slot_bytes as usize > HEADER
            && F::WRITE_SIZE <= MAX_WORD;
        if !fits {
            return Err(StorageError::Medium);
        }
        let mut store =
            FlashStore { flash: RefCell::new(flash), start, slot_bytes, areas: Default::default() };
        for area in 0..AREAS {
            store.find(area)?;
        }
        Ok(store)
    }

    /// The flash, when the store is no longer needed.
    pub fn into_flash(self) -> F {
        self.flash.into_inner()
    }

    fn slot_start(&self, area: usize, slot: u32) -> u32 {
        self.start + (area as u32 * SLOTS_PER_AREA + slot) * self.slot_bytes
    }

    /// Loads what was stored last.
    fn find(&mut self, area: usize) -> Result<(), StorageError> {
        for slot in 0..SLOTS_PER_AREA {
            let Some((sequence, data)) = self.read_slot(self.slot_start(area, slot))? else { continue };
            let found = &mut self.areas[area];
            // Sequence numbers wrap around; the two in use differ by one.
            let is_newer = found.sequence == 0 || (sequence.wrapping_sub(found.sequence) as i32) > 0;
            if is_newer {
                *found = Area { data, sequence, slot };
            }
        }
        Ok(())
    }

    fn read_slot(&self, start: u32) -> Result<Option<(u32, Vec<u8>)>, StorageError> {
        let Some(header) = self.read_header(start)? else { return Ok(None) };
        let mut data = Vec::new();
        let length = header.length as usize;
        if length > self.room() || data.try_reserve_exact(padded::<F>(length)).is_err() {
            return Ok(None);
        }
        data.resize(padded::<F>(length), 0);
        self.read(start + HEADER.max(F::WRITE_SIZE) as u32, &mut data)?;
        data.truncate(length);
        let is_valid = checksum(header.sequence, &data) == header.checksum;
        Ok(is_valid.then_some((header.sequence, data)))
    }

    fn read_header(&self, start: u32) -> Result<Option<Header>, StorageError> {
        let mut bytes = [0; MAX_WORD];
        self.read(start, &mut bytes[..HEADER.max(F::READ_SIZE)])?;
        let word = |index: usize| {
            let at = index * 4;
            u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
        };
        let header = Header { sequence: word(1), length: word(2), checksum: word(3) };
        Ok((word(0) == MAGIC).then_some(header))
    }

    fn read(&self, offset: u32, into: &mut [u8]) -> Result<(), StorageError> {
        self.flash.borrow_mut().read(offset, into).map_err(|_| StorageError::Medium)
    }

    fn write_slot(&mut self, start: u32, sequence: u32, data: &[u8]) -> Result<(), StorageError> {
        let flash = self.flash.get_mut();
        flash.erase(start, start + self.slot_bytes).map_err(|_| StorageError::Medium)?;
        let mut offset = start + HEADER.max(F::WRITE_SIZE) as u32;
        let mut write =
            |offset: u32, bytes: &[u8]| flash.write(offset, bytes).map_err(|_| StorageError::Medium);
        let whole = data.len() / F::WRITE_SIZE * F::WRITE_SIZE;
        write(offset, &data[..whole])?;
        offset += whole as u32;
        if whole < data.len() {
            let mut last = [0xFF; MAX_WORD];
            last[..data.len() - whole].copy_from_slice(&data[whole..]);
            write(offset, &last[..F::WRITE_SIZE])?;
        }
        let mut header = [0xFF; MAX_WORD];
        let words = [MAGIC, sequence, data.len() as u32, checksum(sequence, data)];
        for (place, word) in header.chunks_exact_mut(4).zip(words) {
            place.copy_from_slice(&word.to_le_bytes());
        }
        write(start, &header[..HEADER.max(F::WRITE_SIZE)])
    }

    /// Bytes that an area can hold.
    fn room(&self) -> usize {
        self.slot_bytes as usize - HEADER.max(F::WRITE_SIZE)
    }
}

impl<F: NorFlash> NonVolatile for FlashStore<F> {
    fn load(&self, area: StoreArea) -> &[u8] {
        &self.areas[index_of(area)].data
    }

    fn store(&mut self, area: StoreArea, bytes: &[u8]) -> Result<(), StorageError> {
        let index = index_of(area);
        let mut copy = Vec::new();
        if bytes.len() > self.room().min(area.capacity()) || copy.try_reserve_exact(bytes.len()).is_err() {
            return Err(StorageError::TooLong);
        }
        copy.extend_from_slice(bytes);
        let current = &self.areas[index];
        let slot = (current.slot + 1) % SLOTS_PER_AREA;
        // Zero is the number of an area that was never stored.
        let sequence = current.sequence.wrapping_add(1).max(1);
        self.write_slot(self.slot_start(index, slot), sequence, &copy)?;
        self.areas[index] = Area { data: copy, sequence, slot };
        Ok(())
    }
}

fn index_of(area: StoreArea) -> usize {
    match area {
        StoreArea::Nv => 0,
        StoreArea::UserConfiguration => 1,
    }
}

/// The next length that can be read.
fn padded<F: NorFlash>(length: usize) -> usize {
    length.next_multiple_of(F::READ_SIZE)
}

/// Binds the data to their sequence number: a header that was written in part does not match.
fn checksum(sequence: u32, data: &[u8]) -> u32 {
    tamias_bytecode::crc32::crc32(data) ^ sequence
}
