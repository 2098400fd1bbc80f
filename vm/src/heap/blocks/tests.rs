use super::*;
use std::boxed::Box;
use std::vec::Vec;

/// Numbers that look random and are the same every time.
struct Numbers(u32);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 8) as usize % limit
    }

    /// Mostly small, sometimes large.
    fn size(&mut self, largest: usize) -> usize {
        match self.below(10) {
            0 => 1 + self.below(largest),
            1 | 2 => 1 + self.below(2000),
            _ => 1 + self.below(200),
        }
    }
}

/// A block in use: where it is, its bytes without the header, and what it was filled with.
struct Taken {
    block: *mut Header,
    bytes: usize,
    fill: u8,
}

unsafe fn take(blocks: &mut Blocks, bytes: usize, fill: u8) -> Option<Taken> {
    let block = blocks.allocate(bytes + size_of::<Header>(), Kind::Storage)?;
    block.add(1).cast::<u8>().write_bytes(fill, bytes);
    Some(Taken { block, bytes, fill })
}

unsafe fn give_back(blocks: &mut Blocks, taken: Taken) {
    let contents = core::slice::from_raw_parts(taken.block.add(1).cast::<u8>(), taken.bytes);
    assert!(contents.iter().all(|byte| *byte == taken.fill), "another block overlaps");
    blocks.free(taken.block);
}

/// Adds up what is in use and compares it with the books.
unsafe fn check_books(blocks: &mut Blocks) {
    let mut used = 0;
    Blocks::walk(blocks, |header| {
        if (*header).kind() != Kind::Free {
            used += block_size(header) * GRANULE;
        }
    });
    assert_eq!(used, blocks.used);
}

/// Takes and gives back blocks at random; in the end all memory is one block per chunk again.
unsafe fn exercise(memory: Memory, seed: u32, largest: usize) -> usize {
    let mut blocks = Blocks::new(memory);
    let mut numbers = Numbers(seed);
    let mut taken = Vec::new();
    let mut refused = 0;
    for round in 0..8_000 {
        if numbers.below(100) < 52 {
            let size = numbers.size(largest);
            match take(&mut blocks, size, round as u8) {
                Some(block) => taken.push(block),
                None => {
                    refused += 1;
                    blocks.coalesce();
                }
            }
        } else if !taken.is_empty() {
            let position = numbers.below(taken.len());
            give_back(&mut blocks, taken.swap_remove(position));
        }
        if round % 1000 == 0 {
            check_books(&mut blocks);
        }
    }
    for block in taken {
        give_back(&mut blocks, block);
    }
    assert_eq!(blocks.used, 0);
    blocks.coalesce();
    let mut chunk = blocks.chunks;
    while !chunk.is_null() {
        let first = chunk.cast::<u8>().add(CHUNK_HEADER).cast::<Header>();
        assert_eq!(first.cast::<u8>().add(block_size(first) * GRANULE), (*chunk).end);
        chunk = (*chunk).next;
    }
    let claimed = blocks.capacity - blocks.unclaimed;
    blocks.release_chunks();
    if blocks.is_growing { claimed } else { refused }
}

#[test]
fn blocks_do_not_overlap_and_come_back_whole() {
    for seed in 0..3 {
        let region = Box::leak(Box::new([MaybeUninit::uninit(); 150_001]));
        // SAFETY: the memory belongs to this test.
        let refused = unsafe { exercise(Memory::Region(&mut region[seed..]), seed as u32, 20_000) };
        assert!(refused > 0, "the region was never full");
        // SAFETY: as above.
        unsafe { exercise(Memory::Host { limit: 1 << 28 }, seed as u32, 100_000) };
    }
}

/// Each request is a little larger than what was freed before: only merging makes use of that.
#[test]
fn growing_blocks_do_not_exhaust_the_host() {
    let mut blocks = Blocks::new(Memory::Host { limit: 1 << 30 });
    // SAFETY: the memory belongs to this test.
    unsafe {
        let mut last = blocks.allocate(1000, Kind::Storage).unwrap();
        for step in 1..20_000 {
            let next = blocks.allocate(1000 + step * 50, Kind::Storage).unwrap();
            blocks.free(last);
            last = next;
        }
        blocks.free(last);
    }
    let claimed = blocks.capacity - blocks.unclaimed;
    assert!(claimed < 8 << 20, "{claimed} bytes for one of a million");
    blocks.release_chunks();
}

#[test]
fn sizes_beyond_the_header_word() {
    let mut blocks = Blocks::new(Memory::Host { limit: 1 << 28 });
    // SAFETY: the memory belongs to this test.
    unsafe {
        let bytes = (MAX_WORD_GRANULES + 5) * GRANULE;
        assert!(blocks.allocate(bytes, Kind::Instance).is_none(), "only storage has room for the size");
        let large = take(&mut blocks, bytes, 7).unwrap();
        assert_eq!(block_size(large.block), MAX_WORD_GRANULES + 6);
        let small = take(&mut blocks, 100, 8).unwrap();
        check_books(&mut blocks);
        give_back(&mut blocks, large);
        check_books(&mut blocks);
        let again = take(&mut blocks, bytes / 2, 9).unwrap();
        give_back(&mut blocks, again);
        give_back(&mut blocks, small);
        assert_eq!(blocks.used, 0);
    }
    blocks.release_chunks();
}
