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
use super::{Heap, OutOfMemory};
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
    unclaimed: usize,
    /// Memory comes from the system.
    #[cfg(feature = "std")]
    pub(super) is_growing: bool,
    /// Bytes of large blocks that were freed since neighbours were merged.
    #[cfg(feature = "std")]
    freed_since_merge: usize,
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
unsafe fn block_size(block: *const Header) -> usize {
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
    #[inline(always)]
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

    #[inline(always)]
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

    /// Takes a block for `bytes` bytes with the header of `kind`. `None` if nothing fits.
    ///
    /// # Safety
    /// The caller must initialise what follows the header before the heap is walked.
    #[inline(always)]
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
        self.used += size * GRANULE;
        // SAFETY: blocks in lists and chunks are well-formed and belong to the allocator; the rest is the caller's.
        unsafe { block.write(header_of(kind, 0, size)) };
        Some(block)
    }

    /// Takes a block with these flags from the free list of its size. Null if there is none, or if the block is large.
    ///
    /// # Safety
    /// As [`Blocks::allocate`].
    #[inline(always)]
    pub(super) unsafe fn allocate_small(&mut self, bytes: usize, kind: Kind, flags: u32) -> *mut Header {
        let size = granules(bytes);
        if size > SMALL || !may_allocate() {
            return ptr::null_mut();
        }
        let block = self.small[size];
        if block.is_null() {
            return ptr::null_mut();
        }
        self.used += size * GRANULE;
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
    #[inline(always)]
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

impl Heap {
    /// Takes a block, collecting garbage if that is what it needs. The new object is in no table yet:
    /// see [`Heap::new_object`] for objects that scripts can reach.
    ///
    /// # Safety
    /// As [`Blocks::allocate`]; and all objects that the caller works with must be reachable from the
    /// stack, from counted references, or be newer than [`Heap::native_mark`].
    #[inline(always)]
    pub(crate) unsafe fn allocate(&mut self, bytes: usize, kind: Kind) -> Result<*mut Header, OutOfMemory> {
        if bytes > SMALL * GRANULE && self.blocks.used + bytes > self.large_threshold {
            self.request_collection();
        }
        // SAFETY: blocks in lists and chunks are well-formed and belong to the allocator; the rest is the caller's.
        match unsafe { self.blocks.allocate(bytes, kind) } {
            Some(block) => Ok(block),
            // SAFETY: blocks in lists and chunks are well-formed and belong to the allocator; the rest is the caller's.
            None => unsafe { self.allocate_under_pressure(bytes, kind) },
        }
    }

    #[cold]
    unsafe fn allocate_under_pressure(
        &mut self,
        bytes: usize,
        kind: Kind,
    ) -> Result<*mut Header, OutOfMemory> {
        // Objects that did not fit into the ZCT are not protected: nothing may be freed before the next safe
        // point, which finds them.
        if bytes > self.blocks.capacity || self.zct_overflowed {
            return Err(OutOfMemory);
        }
        // SAFETY: blocks in lists and chunks are well-formed and belong to the allocator; the rest is the caller's.
        unsafe {
            for step in [Heap::reconcile_for_memory, Heap::collect_for_memory] {
                step(self);
                self.blocks.coalesce();
                if let Some(block) = self.blocks.allocate(bytes, kind) {
                    return Ok(block);
                }
            }
        }
        Err(OutOfMemory)
    }

    /// A number that identifies a living object, the same on every run of the same program.
    pub(crate) fn position_of(&self, object: *const u8) -> usize {
        self.blocks.position_of(object)
    }

    /// Raises the limit of a heap that takes its memory from the system: what a program itself takes is not to
    /// be missing from what it can use. A region stays as large as it is.
    pub(crate) fn raise_limit(&mut self, bytes: usize) {
        #[cfg(feature = "std")]
        if self.blocks.is_growing {
            self.blocks.unclaimed += bytes;
            self.blocks.capacity += bytes;
        }
        let _ = bytes;
    }

    /// Takes storage that belongs to one object, with room for `count` items after the header.
    ///
    /// # Safety
    /// As [`Heap::allocate`].
    pub(crate) unsafe fn allocate_storage<T>(&mut self, count: usize) -> Result<*mut T, OutOfMemory> {
        let bytes = count.checked_mul(size_of::<T>()).and_then(|bytes| bytes.checked_add(STORAGE_HEADER));
        // SAFETY: blocks in lists and chunks are well-formed and belong to the allocator; the rest is the caller's.
        let block = unsafe { self.allocate(bytes.ok_or(OutOfMemory)?, Kind::Storage)? };
        // SAFETY: blocks in lists and chunks are well-formed and belong to the allocator; the rest is the caller's.
        Ok(unsafe { block.cast::<u8>().add(STORAGE_HEADER).cast() })
    }

    /// Gives storage back.
    ///
    /// # Safety
    /// `storage` must be null or come from [`Heap::allocate_storage`], and be used no more.
    pub(crate) unsafe fn free_storage<T>(&mut self, storage: *mut T) {
        if !storage.is_null() {
            // SAFETY: blocks in lists and chunks are well-formed and belong to the allocator; the rest is the caller's.
            unsafe { self.blocks.free(storage.cast::<u8>().sub(STORAGE_HEADER).cast()) };
        }
    }

    /// How many items fit into this storage.
    ///
    /// # Safety
    /// `storage` must come from [`Heap::allocate_storage`].
    pub(crate) unsafe fn storage_room<T>(storage: *mut T) -> usize {
        // SAFETY: blocks in lists and chunks are well-formed and belong to the allocator; the rest is the caller's.
        let header = unsafe { storage.cast::<u8>().sub(STORAGE_HEADER).cast::<Header>() };
        // SAFETY: blocks in lists and chunks are well-formed and belong to the allocator; the rest is the caller's.
        let bytes = unsafe { block_size(header) } * GRANULE;
        (bytes - STORAGE_HEADER) / size_of::<T>()
    }
}

/// Storage begins with a header like every block; its items follow, aligned for values and pointers.
const STORAGE_HEADER: usize = size_of::<Header>();

#[cfg(all(test, feature = "std"))]
mod tests {
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
}
