//! Damaged and hostile images are rejected or safe to read, and nothing panics.

mod common;

use common::{check_readable, image_of, reseal, sample, seal, set_u32};
use proptest::prelude::*;
use tamias_bytecode::layout::{FORMAT_VERSION, MAGIC, header};
use tamias_bytecode::write::{Debug, write};
use tamias_bytecode::{Image, ImageError};

/// Loads an image and, if it is accepted, reads everything in it.
fn check(bytes: &[u8]) -> Result<(), ImageError> {
    Image::from_bytes(bytes).map(|image| check_readable(&image))
}

#[test]
fn every_byte_can_be_damaged() {
    let original = image_of(&sample());
    let mut bytes = original.clone();
    for position in 0..original.len() {
        for difference in [1, 2, 4, 0x80, 0xFF] {
            bytes[position] ^= difference;
            let found = check(&bytes);
            if position >= header::CRC_START as usize {
                assert_eq!(found, Err(ImageError::BadChecksum));
            }
            bytes[position] = original[position];
        }
    }
}

#[test]
fn every_byte_can_be_forged() {
    for debug in [Debug::Keep, Debug::Strip] {
        let original = write(&sample(), debug).unwrap();
        let mut bytes = original.clone();
        for position in header::CRC_START as usize..original.len() {
            for value in [
                0,
                1,
                0x7F,
                0x80,
                0xFF,
                original[position].wrapping_add(1),
                original[position].wrapping_sub(1),
            ] {
                bytes[position] = value;
                reseal(&mut bytes);
                // Most are rejected; some, such as other instructions, are as good as the original.
                let _ = check(&bytes);
            }
            bytes[position] = original[position];
        }
    }
}

#[test]
fn every_length_can_be_cut_off() {
    let original = image_of(&sample());
    for len in 0..original.len() {
        assert!(check(&original[..len]).is_err());
        let mut bytes = original[..len].to_vec();
        if len >= header::SIZE as usize {
            seal(&mut bytes);
            assert!(check(&bytes).is_err());
        }
    }
}

/// A change of a word or of a byte somewhere in an image.
#[derive(Clone, Copy, Debug)]
enum Damage {
    Byte(prop::sample::Index, u8),
    Word(prop::sample::Index, u32),
    /// Overwrites a word by another word of the image, which is more often plausible than a random one.
    Copy(prop::sample::Index, prop::sample::Index),
}

fn damage() -> impl Strategy<Value = Damage> {
    prop_oneof![
        any::<(prop::sample::Index, u8)>().prop_map(|(place, value)| Damage::Byte(place, value)),
        (any::<prop::sample::Index>(), prop_oneof![any::<u32>(), 0..1000u32, u32::MAX - 1000..])
            .prop_map(|(place, value)| Damage::Word(place, value)),
        any::<(prop::sample::Index, prop::sample::Index)>().prop_map(|(to, from)| Damage::Copy(to, from)),
    ]
}

fn apply(damage: Damage, bytes: &mut [u8]) {
    let words = bytes.len() / 4;
    match damage {
        Damage::Byte(place, value) => bytes[place.index(words * 4)] = value,
        Damage::Word(place, value) => set_u32(bytes, place.index(words) as u32 * 4, value),
        Damage::Copy(to, from) => {
            let word = common::get_u32(bytes, from.index(words) as u32 * 4);
            set_u32(bytes, to.index(words) as u32 * 4, word);
        }
    }
}

/// Puts a valid beginning before the contents, so that these are looked at.
fn with_envelope(contents: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0; header::CRC_START as usize];
    bytes[..4].copy_from_slice(&MAGIC);
    bytes[header::VERSION as usize] = FORMAT_VERSION;
    bytes.extend_from_slice(contents);
    bytes.resize(bytes.len().next_multiple_of(4).max(header::SIZE as usize), 0);
    seal(&mut bytes);
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes_are_harmless(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = check(&bytes);
        let _ = check(&with_envelope(&bytes));
    }

    #[test]
    fn forged_images_are_harmless(damages in prop::collection::vec(damage(), 1..6), is_stripped: bool) {
        let debug = if is_stripped { Debug::Strip } else { Debug::Keep };
        let mut bytes = write(&sample(), debug).unwrap();
        damages.into_iter().for_each(|damage| apply(damage, &mut bytes));
        bytes[..4].copy_from_slice(&MAGIC);
        bytes[header::VERSION as usize] = FORMAT_VERSION;
        seal(&mut bytes);
        let _ = check(&bytes);
    }
}
