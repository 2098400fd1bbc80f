//! The hash of strings.
//!
//! Compiler and VM must agree on it, because every string of an image carries
//! its hash and is found by it. It is a constant function, so that names in
//! firmware can be hashed while the firmware is compiled. It is made for short
//! names and for tables that use the lowest bits; it does not resist anyone
//! who constructs collisions, and nothing that matters for safety needs that.

/// Bits of a hash that are its own: objects have room for no more. The others repeat the lowest.
pub const HASH_BITS: u32 = 22;

/// Odd, with well spread bits (2^32 divided by the golden ratio).
const MULTIPLIER: u32 = 0x9E37_79B1;

/// The hash of these bytes. The same on every machine and in every version of the format.
///
/// ```
/// use tamias_bytecode::hash::hash_bytes;
///
/// const PIN: u32 = hash_bytes(b"pin");
/// assert_eq!(PIN, hash_bytes("pin".as_bytes()));
/// assert_ne!(PIN, hash_bytes(b"pin\0"));
/// ```
#[inline]
pub const fn hash_bytes(bytes: &[u8]) -> u32 {
    // The length goes in first: otherwise trailing NULs would not count.
    let mut hash = (bytes.len() as u32).wrapping_mul(MULTIPLIER);
    let mut rest = bytes;
    while let [b0, b1, b2, b3, tail @ ..] = rest {
        hash = mix(hash, u32::from_le_bytes([*b0, *b1, *b2, *b3]));
        rest = tail;
    }
    hash = match *rest {
        [b0, b1, b2] => mix(hash, u32::from_le_bytes([b0, b1, b2, 0])),
        [b0, b1] => mix(hash, u32::from_le_bytes([b0, b1, 0, 0])),
        [b0] => mix(hash, b0 as u32),
        _ => hash,
    };
    finish(hash)
}

/// Takes in four more bytes. A bijection of `hash` and of `word`, so that nothing is lost in either.
const fn mix(hash: u32, word: u32) -> u32 {
    (hash.rotate_left(5) ^ word).wrapping_mul(MULTIPLIER)
}

/// Lets every bit of the state reach the lowest bits: a product's low bits know nothing of the high ones.
const fn finish(mut hash: u32) -> u32 {
    hash ^= hash >> 16;
    hash = hash.wrapping_mul(0x85EB_CA6B);
    hash ^= hash >> 13;
    hash = hash.wrapping_mul(0xC2B2_AE35);
    extend(hash ^ hash >> 16)
}

/// The hash with these lowest [`HASH_BITS`] bits.
///
/// The bits above them repeat the lowest ones, so that a hash table with more
/// places than there are hashes spreads them over all of its length.
#[inline(always)]
pub const fn extend(hash: u32) -> u32 {
    hash & ((1 << HASH_BITS) - 1) | hash << HASH_BITS
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use std::format;
    use std::vec;

    #[test]
    fn the_hash_is_part_of_the_format() {
        assert_eq!(hash_bytes(b""), 0);
        assert_eq!(hash_bytes(b"a"), 0x9E53_AA79);
        assert_eq!(hash_bytes(b"constructor"), 0x8720_6E1C);
    }

    /// The longest chain when names that programs use are put into buckets by the lowest bits.
    #[test]
    fn the_lowest_bits_are_spread() {
        const BUCKETS: usize = 1024;
        for prefix in ["x", "value", "onSensorReading", ""] {
            let mut buckets = vec![0; BUCKETS];
            for number in 0..BUCKETS {
                let name = format!("{prefix}{number}");
                buckets[hash_bytes(name.as_bytes()) as usize % BUCKETS] += 1;
            }
            // For a random function the expected maximum is about 6.
            assert!(buckets.iter().max() < Some(&9), "names starting with {prefix:?} cluster");
        }
    }

    #[test]
    fn every_byte_counts() {
        let mut bytes = *b"0123456789abcdef";
        for length in 0..bytes.len() {
            let before = hash_bytes(&bytes[..=length]);
            for position in 0..=length {
                bytes[position] ^= 0x20;
                assert_ne!(hash_bytes(&bytes[..=length]), before);
                bytes[position] ^= 0x20;
            }
        }
    }
}
