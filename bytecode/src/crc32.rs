//! The CRC-32 of IEEE 802.3, the checksum of images.
//!
//! It finds damage from transport and flash memory; it does not protect
//! against forgery, which is what the verifier is for.
//!
//! A word is taken at a time, by eight independent look-ups: four bytes
//! in tables of 64 bytes in firmware, eight bytes in tables of 1 KB on 64-bit
//! hosts. The usual table for single bytes costs firmware twice as much flash,
//! and on hosts, where every look-up waits for the one before, it takes several
//! times as long.

const POLYNOMIAL: u32 = 0xEDB8_8320;

/// A chunk is as many bytes as a word of the machine.
const CHUNK: usize = size_of::<usize>();

/// How many bits one of the eight look-ups takes.
const BITS: usize = CHUNK;

/// What some bits become when all bits of a chunk have been shifted out, by their place in the chunk.
static TABLES: [[u32; 1 << BITS]; 8] = {
    let mut tables = [[0; 1 << BITS]; 8];
    let mut place = 0;
    while place < 8 {
        let mut bits = 0;
        while bits < 1 << BITS {
            tables[place][bits] = shift(bits as u32, ((8 - place) * BITS) as u32);
            bits += 1;
        }
        place += 1;
    }
    tables
};

/// The checksum of these bytes.
///
/// ```
/// assert_eq!(tamias_bytecode::crc32::crc32(b"123456789"), 0xCBF4_3926);
/// ```
pub fn crc32(bytes: &[u8]) -> u32 {
    let mut checksum = Crc32::new();
    checksum.update(bytes);
    checksum.finish()
}

/// The checksum of bytes that come in pieces.
///
/// ```
/// use tamias_bytecode::crc32::{Crc32, crc32};
///
/// let mut checksum = Crc32::new();
/// checksum.update(b"12345");
/// checksum.update(b"6789");
/// assert_eq!(checksum.finish(), crc32(b"123456789"));
/// ```
#[derive(Clone, Debug)]
pub struct Crc32(u32);

impl Crc32 {
    /// The checksum of nothing yet.
    #[must_use]
    pub const fn new() -> Self {
        Crc32(u32::MAX)
    }

    /// Adds the next piece.
    pub fn update(&mut self, bytes: &[u8]) {
        let (chunks, rest) = bytes.as_chunks();
        let crc = chunks.iter().fold(self.0, shift_chunk);
        self.0 = rest.iter().fold(crc, |crc, byte| shift(crc ^ u32::from(*byte), u8::BITS));
    }

    /// The checksum of all pieces so far.
    #[must_use]
    pub const fn finish(&self) -> u32 {
        !self.0
    }
}

impl Default for Crc32 {
    fn default() -> Self {
        Self::new()
    }
}

/// Shifts out some bits one by one.
const fn shift(mut state: u32, bits: u32) -> u32 {
    let mut done = 0;
    while done < bits {
        state = if state & 1 != 0 { state >> 1 ^ POLYNOMIAL } else { state >> 1 };
        done += 1;
    }
    state
}

/// Takes a chunk and shifts out all of its bits at once.
fn shift_chunk(crc: u32, chunk: &[u8; CHUNK]) -> u32 {
    let state = usize::from_le_bytes(*chunk) ^ crc as usize;
    (0..).zip(&TABLES).fold(0, |sum, (place, table)| sum ^ table[state >> (place * BITS) & ((1 << BITS) - 1)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_bits_agree() {
        let bytes: [u8; 23] = core::array::from_fn(|index| (index * 37) as u8);
        for len in 0..bytes.len() {
            let bitwise = !bytes[..len].iter().fold(u32::MAX, |crc, byte| shift(crc ^ u32::from(*byte), 8));
            assert_eq!(crc32(&bytes[..len]), bitwise);
        }
    }
}
