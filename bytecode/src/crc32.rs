//! The CRC-32 of IEEE 802.3, the checksum of images.
//!
//! It finds damage from transport and flash memory; it does not protect
//! against forgery, which is what the verifier is for. Four bits are taken at
//! a time: the usual table of 256 entries would cost firmware one kilobyte of
//! flash to save less than a millisecond per start.

const POLYNOMIAL: u32 = 0xEDB8_8320;

const TABLE: [u32; 16] = {
    let mut table = [0; 16];
    let mut nibble = 0;
    while nibble < 16 {
        let mut crc = nibble as u32;
        let mut bit = 0;
        while bit < 4 {
            crc = if crc & 1 != 0 { crc >> 1 ^ POLYNOMIAL } else { crc >> 1 };
            bit += 1;
        }
        table[nibble] = crc;
        nibble += 1;
    }
    table
};

/// The checksum of these bytes.
///
/// ```
/// assert_eq!(tamias_bytecode::crc32::crc32(b"123456789"), 0xCBF4_3926);
/// ```
pub fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        let crc = crc ^ *byte as u32;
        let crc = crc >> 4 ^ TABLE[crc as usize & 15];
        crc >> 4 ^ TABLE[crc as usize & 15]
    })
}
