//! The programs to run: a file that the emulator has put into memory.
//!
//! All numbers are little-endian words: the magic, the number of programs, and
//! for each program the offset and length of its image, its edition and the
//! depth to which its functions may call each other. `tamias-conformance`
//! writes such files and reads the report about them.

use tamias_vm::Edition;

const MAGIC: u32 = u32::from_le_bytes(*b"TBAT");
const HEADER_WORDS: usize = 2;
const ENTRY_WORDS: usize = 4;

/// A program of the batch.
pub struct Program {
    pub image: &'static [u8],
    pub edition: Edition,
    pub call_depth: u32,
}

/// The programs in this memory; none if there is no batch.
pub fn programs(memory: &'static [u8]) -> impl Iterator<Item = Program> {
    let count = if word(memory, 0) == MAGIC { word(memory, 1) as usize } else { 0 };
    (0..count).map(move |index| program(memory, index))
}

fn program(memory: &'static [u8], index: usize) -> Program {
    let entry = |position| word(memory, HEADER_WORDS + index * ENTRY_WORDS + position);
    let start = entry(0) as usize;
    Program {
        image: &memory[start..start + entry(1) as usize],
        edition: match entry(2) {
            0 => Edition::Imp,
            1 => Edition::ImpCompat,
            _ => Edition::Squirrel3,
        },
        call_depth: entry(3),
    }
}

fn word(memory: &[u8], index: usize) -> u32 {
    let bytes = &memory[index * 4..index * 4 + 4];
    u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
}
