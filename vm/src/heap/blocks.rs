//! The block allocator.
//!
//! Memory comes in chunks: one region from the embedder, or on hosts as many
//! as the limit allows. Blocks never move. Freed blocks go to free lists, by
//! exact size if they are small and by size class if they are large, and are
//! not merged at once; when nothing fits, or on hosts when a good part of the
//! memory has been freed, [`Blocks::coalesce`] walks the chunks, merges
//! neighbours and rebuilds the lists. That keeps allocation and release at a
//! few instructions and costs no boundary tags.
//!
//! This file knows blocks, not objects. Counting references is in
//! [`super::count`], freeing what nothing references in [`super::collect`].

use super::object::{GRANULE, Header, Kind, SIZE_SHIFT, StringObject};
use super::work::{count, may_allocate};
use core::mem::MaybeUninit;
use core::ptr;

/// Free lists for blocks of exactly 1 … this many granules.
pub(super) const SMALL: usize = 32;
/// Each power of two is divided into this many size classes of large blocks, as a number of bits.
const CLASS_BITS: u32 = if cfg!(target_pointer_width = "64") { 2 } else { 1 };
/// Size classes of large blocks; the last one takes all that are larger.
const LARGE: usize = if cfg!(target_pointer_width = "64") { 64 } else { 20 };
/// How many blocks of its own size class a request looks at: those of higher classes fit for certain.
const SEARCH: usize = 8;
/// The largest block whose size fits into the header word, in granules.
const MAX_WORD_GRANULES: usize = (1 << (32 - SIZE_SHIFT)) - 1;
/// The largest block, in granules. Only storage and strings may be larger than [`MAX_WORD_GRANULES`].
const MAX_GRANULES: usize = (i32::MAX as usize) / GRANULE;
/// Hosts ask the system for at least this many bytes at a time.
#[cfg(feature = "std")]
const HOST_CHUNK: usize = 1 << 20;

/// Where a heap takes its memory from.
pub enum Memory {
    /// One region, used until the end of the program.
    Region(&'static mut [MaybeUninit<u8>]),
    /// The system allocator, up to this many bytes.
    #[cfg(feature = "std")]
    Host {
        /// The limit in bytes.
        limit: usize,
    },
}

#[repr(C)]
struct FreeBlock {
    header: Header,
    next: *mut FreeBlock,
}

/// The start of a chunk; blocks follow until `end`.
#[repr(C)]
struct Chunk {
    next: *mut Chunk,
    end: *mut u8,
    /// Size of the allocation if it came from the system, else 0.
    #[cfg_attr(not(feature = "std"), allow(dead_code))]
    system_size: usize,
}

pub(super) struct Blocks {
    small: [*mut FreeBlock; SMALL + 1],
    large: [*mut FreeBlock; LARGE],
    /// Which of the large lists are not empty.
    large_lists: u64,
    bump: *mut u8,
    bump_end: *mut u8,
    chunks: *mut Chunk,
    /// The region of the embedder, to be given back.
    region: *mut [MaybeUninit<u8>],
    /// The chunks are being walked: all memory must stay divided into blocks.
    is_walked: bool,
    /// Bytes that may still be taken from the system.
    #[cfg(feature = "std")]
    pub(super) unclaimed: usize,
    /// Memory comes from the system.
    #[cfg(feature = "std")]
    pub(super) is_growing: bool,
    /// Bytes of large blocks that were freed since neighbours were merged.
    #[cfg(feature = "std")]
    freed_since_merge: usize,
    /// Blocks that have been taken.
    #[cfg(feature = "std")]
    pub(super) allocations: u64,
    /// Bytes in blocks that are in use.
    pub(super) used: usize,
    /// Bytes in all chunks, plus those that may still be claimed.
    pub(super) capacity: usize,
}

const CHUNK_HEADER: usize = size_of::<Chunk>().next_multiple_of(GRANULE);

fn granules(bytes: usize) -> usize {
    bytes.div_ceil(GRANULE)
}

/// The size class of a large block.
fn large_class(granules: usize) -> usize {
    debug_assert!(granules > SMALL);
    let power = granules.ilog2();
    let part = (granules >> (power - CLASS_BITS)) & ((1 << CLASS_BITS) - 1);
    let class = ((power - SMALL.ilog2()) as usize) << CLASS_BITS | part;
    class.min(LARGE - 1)
}

/// The header of a block. The size of a string follows from its length. Sizes that do not fit into the word are in
/// the count, which storage does not need.
#[inline(always)]
fn header_of(kind: Kind, flags: u32, size: usize) -> Header {
    if kind == Kind::String {
        Header { count: 0, word: kind as u32 | flags }
    } else if size <= MAX_WORD_GRANULES {
        Header { count: 0, word: kind as u32 | flags | (size as u32) << SIZE_SHIFT }
    } else {
        Header { count: size as u32, word: kind as u32 | flags }
    }
}

/// The size of a block in granules.
///
/// # Safety
/// The block must be well-formed.
#[inline(always)]
pub(super) unsafe fn block_size(block: *const Header) -> usize {
    // SAFETY: the caller's word; strings have their length after the header.
    unsafe {
        if (*block).kind() == Kind::String {
            granules(size_of::<StringObject>() + (*block.cast::<StringObject>()).length as usize + 1)
        } else {
            match (*block).word >> SIZE_SHIFT {
                0 => (*block).count as usize,
                size => size as usize,
            }
        }
    }
}

impl Blocks {
    pub(super) fn new(memory: Memory) -> Blocks {
        let mut blocks = Blocks {
            small: [ptr::null_mut(); SMALL + 1],
            large: [ptr::null_mut(); LARGE],
            large_lists: 0,
            bump: ptr::null_mut(),
            bump_end: ptr::null_mut(),
            chunks: ptr::null_mut(),
            region: ptr::slice_from_raw_parts_mut(ptr::null_mut(), 0),
            is_walked: false,
            #[cfg(feature = "std")]
            unclaimed: 0,
            #[cfg(feature = "std")]
            is_growing: false,
            #[cfg(feature = "std")]
            freed_since_merge: 0,
            #[cfg(feature = "std")]
            allocations: 0,
            used: 0,
            capacity: 0,
        };
        match memory {
            Memory::Region(region) => {
                blocks.capacity = region.len();
                blocks.region = region;
                // SAFETY: the region is exclusively ours for the rest of the program.
                unsafe { blocks.add_chunk(region.as_mut_ptr().cast(), region.len(), 0) };
            }
            #[cfg(feature = "std")]
            Memory::Host { limit } => {
                blocks.capacity = limit;
                blocks.unclaimed = limit;
                blocks.is_growing = true;
            }
        }
        blocks
    }

    /// # Safety
    /// `start .. start + size` must be writable and belong to nobody else.
    unsafe fn add_chunk(&mut self, start: *mut u8, size: usize, system_size: usize) {
        let aligned = start.align_offset(GRANULE);
        if size < aligned + CHUNK_HEADER + GRANULE {
            return;
        }
        // SAFETY: blocks in lists and chunks are well-formed and belong to the allocator; the rest is the caller's.
        unsafe {
            self.retire_bump();
            let chunk = start.add(aligned).cast::<Chunk>();
            let usable = (size - aligned) / GRANULE * GRANULE;
            let end = chunk.cast::<u8>().add(usable);
            chunk.write(Chunk { next: self.chunks, end, system_size });
            self.chunks = chunk;
            self.bump = chunk.cast::<u8>().add(CHUNK_HEADER);
            self.bump_end = end;
        }
    }

    /// Turns what is left of the bump area into a free block, so that chunks can be walked.
    unsafe fn retire_bump(&mut self) {
        // SAFETY: the bump area belongs to the allocator and is a multiple of granules.
        unsafe {
            let size = self.bump_end.offset_from(self.bump) as usize / GRANULE;
            if size > 0 {
                self.put_free(self.bump, size);
            }
            self.bump = self.bump_end;
        }
    }

    /// Puts a block into its free list. Blocks too small for the link of a list wait for their neighbours.
    #[cfg_attr(compact, inline(never))]
    #[cfg_attr(not(compact), inline(always))]
    unsafe fn put_free(&mut self, block: *mut u8, size: usize) {
        let block = block.cast::<FreeBlock>();
        if size > SMALL {
            // SAFETY: the caller gives the block to the allocator.
            return unsafe { self.put_large(block, size) };
        }
        // SAFETY: as above; the size is small, so that it fits into the word.
        unsafe {
            (&raw mut (*block).header).write(Header { count: 0, word: (size as u32) << SIZE_SHIFT });
            if GRANULE >= size_of::<FreeBlock>() || size > 1 {
                (*block).next = self.small[size];
                self.small[size] = block;
            }
        }
    }

    #[inline(never)]
    unsafe fn put_large(&mut self, block: *mut FreeBlock, size: usize) {
        let class = large_class(size);
        // SAFETY: the caller gives the block to the allocator.
        unsafe {
            (&raw mut (*block).header).write(header_of(Kind::Free, 0, size));
            (*block).next = self.large[class];
        }
        self.large[class] = block;
        self.large_lists |= 1 << class;
    }

    #[cfg_attr(compact, inline(never))]
    #[cfg_attr(not(compact), inline(always))]
    unsafe fn take(&mut self, size: usize) -> *mut u8 {
        if size <= SMALL {
            let block = self.small[size];
            if !block.is_null() {
                // SAFETY: blocks in lists are well-formed and belong to the allocator.
                self.small[size] = unsafe { (*block).next };
                return block.cast();
            }
        }
        let bytes = size * GRANULE;
        if self.bump_end as usize - self.bump as usize >= bytes {
            let block = self.bump;
            // SAFETY: the bump area is large enough.
            self.bump = unsafe { self.bump.add(bytes) };
            return block;
        }
        // SAFETY: as the caller's.
        unsafe { self.take_slow(size) }
    }

    /// Splits a larger free block, merges free blocks, or claims more memory. Null if nothing fits.
    #[inline(never)]
    unsafe fn take_slow(&mut self, size: usize) -> *mut u8 {
        // SAFETY: blocks in lists and chunks are well-formed and belong to the allocator.
        unsafe {
            let block = if size <= SMALL { self.take_for_small(size) } else { self.take_large(size) };
            if !block.is_null() {
                return block;
            }
            #[cfg(feature = "std")]
            if self.is_growing {
                return self.merge_or_claim(size);
            }
        }
        ptr::null_mut()
    }

    /// Memory for a small block: a large free block becomes the new bump area, or a larger small one is split.
    unsafe fn take_for_small(&mut self, size: usize) -> *mut u8 {
        // SAFETY: blocks in lists are well-formed and belong to the allocator.
        unsafe {
            let block = self.take_from_classes(0);
            if !block.is_null() {
                self.retire_bump();
                let found = block_size(&raw const (*block).header);
                self.bump = block.cast::<u8>().add(size * GRANULE);
                self.bump_end = block.cast::<u8>().add(found * GRANULE);
                if self.is_walked {
                    self.retire_bump();
                }
                return block.cast();
            }
            for found in (size + 1)..=SMALL {
                let block = self.small[found];
                if !block.is_null() {
                    self.small[found] = (*block).next;
                    self.put_free(block.cast::<u8>().add(size * GRANULE), found - size);
                    return block.cast();
                }
            }
        }
        ptr::null_mut()
    }

    unsafe fn take_large(&mut self, size: usize) -> *mut u8 {
        let class = large_class(size);
        // SAFETY: blocks in lists are well-formed and belong to the allocator.
        unsafe {
            let mut block = self.search_class(class, size);
            if block.is_null() {
                block = self.take_from_classes(class + 1);
            }
            if block.is_null() {
                return ptr::null_mut();
            }
            let found = block_size(&raw const (*block).header);
            if found > size {
                self.put_free(block.cast::<u8>().add(size * GRANULE), found - size);
            }
            block.cast()
        }
    }

    /// Takes the first block from a class on that is large enough among the first ones. All blocks of the last
    /// class are looked at, because there is none above it.
    unsafe fn search_class(&mut self, class: usize, size: usize) -> *mut FreeBlock {
        let limit = if class == LARGE - 1 { usize::MAX } else { SEARCH };
        let mut link: *mut *mut FreeBlock = &mut self.large[class];
        // SAFETY: blocks in lists are well-formed and belong to the allocator.
        unsafe {
            for _ in 0..limit {
                let block = *link;
                if block.is_null() {
                    break;
                }
                count(1);
                if block_size(&raw const (*block).header) >= size {
                    *link = (*block).next;
                    if self.large[class].is_null() {
                        self.large_lists &= !(1 << class);
                    }
                    return block;
                }
                link = &mut (*block).next;
            }
        }
        ptr::null_mut()
    }

    /// Takes a block of this class or of the next one above it that has any.
    unsafe fn take_from_classes(&mut self, class: usize) -> *mut FreeBlock {
        let lists = if class < LARGE { self.large_lists >> class << class } else { 0 };
        if lists == 0 {
            return ptr::null_mut();
        }
        let class = lists.trailing_zeros() as usize;
        let block = self.large[class];
        // SAFETY: blocks in lists are well-formed and belong to the allocator.
        self.large[class] = unsafe { (*block).next };
        if self.large[class].is_null() {
            self.large_lists &= !(1 << class);
        }
        block
    }

    /// Merges free blocks if enough of them have come together for that to pay, or claims more memory.
    #[cfg(feature = "std")]
    unsafe fn merge_or_claim(&mut self, size: usize) -> *mut u8 {
        let claimed = self.capacity - self.unclaimed;
        let wanted = size * GRANULE;
        // SAFETY: as the caller's; all blocks are well-formed between two allocations.
        unsafe {
            if size > SMALL
                && !self.is_walked
                && self.freed_since_merge > (claimed / 4).max(HOST_CHUNK / 2)
                && claimed - self.used > wanted
            {
                self.coalesce();
                let block = self.take_large(size);
                if !block.is_null() {
                    return block;
                }
            }
            if self.claim(size, claimed) { self.take(size) } else { ptr::null_mut() }
        }
    }

    #[cfg(feature = "std")]
    unsafe fn claim(&mut self, size: usize, claimed: usize) -> bool {
        // Larger heaps grow in larger steps, so that there are never many chunks.
        let wanted = (size * GRANULE + CHUNK_HEADER + GRANULE).max(HOST_CHUNK).max(claimed / 16);
        let bytes = wanted.min(self.unclaimed) / GRANULE * GRANULE;
        if bytes < size * GRANULE + CHUNK_HEADER + GRANULE {
            return false;
        }
        let Ok(layout) = core::alloc::Layout::from_size_align(bytes, GRANULE) else { return false };
        // SAFETY: the size is not zero.
        let start = unsafe { std::alloc::alloc(layout) };
        if start.is_null() {
            return false;
        }
        self.unclaimed -= bytes;
        // SAFETY: fresh memory of this size.
        unsafe { self.add_chunk(start, bytes, bytes) };
        true
    }

    /// Notes that a block of so many granules has been taken.
    #[inline(always)]
    fn account(&mut self, size: usize) {
        self.used += size * GRANULE;
        #[cfg(feature = "std")]
        {
            self.allocations += 1;
        }
    }

    /// Takes a block for `bytes` bytes with the header of `kind`. `None` if nothing fits.
    ///
    /// # Safety
    /// The caller must initialise what follows the header before the heap is walked.
    #[cfg_attr(compact, inline(never))]
    #[cfg_attr(not(compact), inline(always))]
    pub(super) unsafe fn allocate(&mut self, bytes: usize, kind: Kind) -> Option<*mut Header> {
        let size = granules(bytes);
        let largest = match kind {
            Kind::Storage | Kind::String => MAX_GRANULES,
            _ => MAX_WORD_GRANULES,
        };
        if size > largest || !may_allocate() {
            return None;
        }
        // SAFETY: blocks in lists and chunks are well-formed and belong to the allocator; the rest is the caller's.
        let block = unsafe { self.take(size) }.cast::<Header>();
        if block.is_null() {
            return None;
        }
        self.account(size);
        // SAFETY: blocks in lists and chunks are well-formed and belong to the allocator; the rest is the caller's.
        unsafe { block.write(header_of(kind, 0, size)) };
        Some(block)
    }

    /// Takes a block with these flags from the free list of its size. Null if there is none, or if the block is large.
    ///
    /// # Safety
    /// As [`Blocks::allocate`].
    #[cfg_attr(compact, inline(never))]
    #[cfg_attr(not(compact), inline(always))]
    pub(super) unsafe fn allocate_small(&mut self, bytes: usize, kind: Kind, flags: u32) -> *mut Header {
        let size = granules(bytes);
        if size > SMALL || !may_allocate() {
            return ptr::null_mut();
        }
        let block = self.small[size];
        if block.is_null() {
            return ptr::null_mut();
        }
        self.account(size);
        // SAFETY: blocks in lists are well-formed and belong to the allocator.
        unsafe {
            self.small[size] = (*block).next;
            let word = kind as u32 | flags | (size as u32) << SIZE_SHIFT;
            block.cast::<Header>().write(Header { count: 0, word });
        }
        block.cast()
    }

    /// Gives a block back.
    ///
    /// # Safety
    /// The block must be in use, and nothing may refer to it any more.
    #[cfg_attr(compact, inline(never))]
    #[cfg_attr(not(compact), inline(always))]
    pub(super) unsafe fn free(&mut self, block: *mut Header) {
        // SAFETY: blocks in lists and chunks are well-formed and belong to the allocator; the rest is the caller's.
        let size = unsafe { block_size(block) };
        self.used -= size * GRANULE;
        #[cfg(feature = "std")]
        if size > SMALL {
            self.freed_since_merge += size * GRANULE;
        }
        if cfg!(debug_assertions) {
            // Make use after release visible.
            // SAFETY: blocks in lists and chunks are well-formed and belong to the allocator; the rest is the caller's.
            unsafe { block.cast::<u8>().write_bytes(0xDD, size * GRANULE) };
        }
        // SAFETY: blocks in lists and chunks are well-formed and belong to the allocator; the rest is the caller's.
        unsafe { self.put_free(block.cast(), size) };
    }

    /// Calls `visit` with every block, in use or free. Freeing and taking blocks meanwhile is fine: nothing is
    /// merged, and all memory stays divided into blocks.
    ///
    /// # Safety
    /// All blocks must be well-formed.
    pub(super) unsafe fn walk(blocks: *mut Blocks, mut visit: impl FnMut(*mut Header)) {
        // SAFETY: blocks in lists and chunks are well-formed and belong to the allocator; the rest is the caller's.
        unsafe {
            (*blocks).retire_bump();
            (*blocks).is_walked = true;
            let mut chunk = (*blocks).chunks;
            while !chunk.is_null() {
                let mut block = chunk.cast::<u8>().add(CHUNK_HEADER);
                while block < (*chunk).end {
                    let header = block.cast::<Header>();
                    let size = block_size(header);
                    count(1);
                    visit(header);
                    block = block.add(size * GRANULE);
                }
                chunk = (*chunk).next;
            }
            (*blocks).is_walked = false;
        }
    }

    /// Merges neighbouring free blocks and rebuilds the free lists.
    ///
    /// # Safety
    /// All blocks must be well-formed.
    pub(super) unsafe fn coalesce(&mut self) {
        // SAFETY: blocks in lists and chunks are well-formed and belong to the allocator; the rest is the caller's.
        unsafe {
            self.retire_bump();
            self.small = [ptr::null_mut(); SMALL + 1];
            self.large = [ptr::null_mut(); LARGE];
            self.large_lists = 0;
            #[cfg(feature = "std")]
            {
                self.freed_since_merge = 0;
            }
            let mut chunk = self.chunks;
            while !chunk.is_null() {
                let mut run: *mut u8 = ptr::null_mut();
                let mut block = chunk.cast::<u8>().add(CHUNK_HEADER);
                while block < (*chunk).end {
                    let header = block.cast::<Header>();
                    let next = block.add(block_size(header) * GRANULE);
                    count(1);
                    if (*header).kind() == Kind::Free {
                        run = if run.is_null() { block } else { run };
                    } else if !run.is_null() {
                        self.put_run(run, block);
                        run = ptr::null_mut();
                    }
                    block = next;
                }
                if !run.is_null() {
                    self.put_run(run, block);
                }
                chunk = (*chunk).next;
            }
        }
    }

    unsafe fn put_run(&mut self, mut start: *mut u8, end: *mut u8) {
        // SAFETY: blocks in lists and chunks are well-formed and belong to the allocator; the rest is the caller's.
        unsafe {
            while start < end {
                let size = (end.offset_from(start) as usize / GRANULE).min(MAX_GRANULES);
                self.put_free(start, size);
                start = start.add(size * GRANULE);
            }
        }
    }

    /// How many granules into the heap an address is: a number that identifies a living object.
    pub(super) fn position_of(&self, address: *const u8) -> usize {
        let mut chunk = self.chunks;
        let mut position = 1;
        while !chunk.is_null() {
            // SAFETY: chunks are valid until the heap is dropped.
            let end = unsafe { (*chunk).end };
            let start = chunk.cast::<u8>();
            if (start.cast_const()..end.cast_const()).contains(&address) {
                return position + (address as usize - start as usize) / GRANULE;
            }
            position += (end as usize - start as usize) / GRANULE;
            // SAFETY: as above.
            chunk = unsafe { (*chunk).next };
        }
        address as usize
    }

    /// The region that the memory comes from, if it comes from one.
    pub(super) fn region(&self) -> Option<*mut [MaybeUninit<u8>]> {
        (!self.region.is_null()).then_some(self.region)
    }

    /// Gives all memory back to the system.
    pub(super) fn release_chunks(&mut self) {
        #[cfg(feature = "std")]
        while !self.chunks.is_null() {
            // SAFETY: nothing in the chunks is used after this: the heap is being dropped.
            unsafe {
                let chunk = self.chunks.read();
                if chunk.system_size > 0 {
                    let layout = core::alloc::Layout::from_size_align_unchecked(chunk.system_size, GRANULE);
                    std::alloc::dealloc(self.chunks.cast(), layout);
                }
                self.chunks = chunk.next;
            }
        }
    }
}

#[cfg(all(test, feature = "std"))]
mod tests;
