//! The CRC-32 of IEEE 802.3, the checksum of images.
//!
//! It finds damage from transport and flash memory; it does not protect
//! against forgery, which is what the verifier is for.
//!
//! Four bytes are taken at a time, by eight independent look-ups in tables of
//! 64 bytes. The usual table for single bytes costs firmware twice as much
//! flash, and on hosts, where every look-up waits for the one before, it takes
//! several times as long.

const POLYNOMIAL: u32 = 0xEDB8_8320;

/// What four bits become when all 32 bits of the state have been shifted out, by their place in the state.
static TABLES: [[u32; 16]; 8] = {
    let mut tables = [[0; 16]; 8];
    let mut index = 0;
    while index < 8 * 16 {
        let (place, nibble) = (index / 16, index % 16);
        tables[place][nibble] = shift((nibble as u32) << (place * 4), u32::BITS);
        index += 1;
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
        let (words, rest) = bytes.as_chunks();
        let crc = words.iter().fold(self.0, |crc, word| shift_word(crc ^ u32::from_le_bytes(*word)));
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

/// Shifts out all 32 bits at once.
fn shift_word(state: u32) -> u32 {
    (0..).zip(&TABLES).fold(0, |sum, (place, table)| sum ^ table[(state >> (place * 4) & 15) as usize])
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
