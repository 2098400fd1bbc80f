//! The block allocator.
//!
//! Memory comes in chunks: one region from the embedder, or on hosts as many
//! as the limit allows. Blocks never move. Freed blocks go to free lists by
//! exact size (small) or by power of two (large) and are not merged at once;
//! when nothing fits, [`Heap::coalesce`] walks the chunks, merges neighbours
//! and rebuilds the lists. That keeps allocation and release at a few
//! instructions and costs no boundary tags.
//!
//! This file knows blocks, not objects. Counting references is in
//! [`super::count`], freeing what nothing references in [`super::collect`].

use super::object::{GRANULE, Header, Kind, SIZE_SHIFT, StringObject};
use super::{Heap, OutOfMemory};
use core::mem::MaybeUninit;
use core::ptr;

/// Free lists for blocks of exactly 1 … this many granules.
const SMALL: usize = 32;
/// Free lists for larger blocks, by the power of two.
const LARGE: usize = 22;
/// The largest block, in granules.
const MAX_GRANULES: usize = (1 << (32 - SIZE_SHIFT)) - 1;
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
    bump: *mut u8,
    bump_end: *mut u8,
    chunks: *mut Chunk,
    /// Bytes that may still be taken from the system.
    #[cfg(feature = "std")]
    unclaimed: usize,
    /// Memory comes from the system.
    #[cfg(feature = "std")]
    is_growing: bool,
    /// Bytes in blocks that are in use.
    pub(super) used: usize,
    /// Bytes in all chunks, plus those that may still be claimed.
    pub(super) capacity: usize,
}

const CHUNK_HEADER: usize = size_of::<Chunk>().next_multiple_of(GRANULE);

fn granules(bytes: usize) -> usize {
    bytes.div_ceil(GRANULE)
}

fn large_class(granules: usize) -> usize {
    (granules.ilog2() as usize).min(LARGE - 1)
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
            ((*block).word >> SIZE_SHIFT) as usize
        }
    }
}

impl Blocks {
    pub(super) fn new(memory: Memory) -> Blocks {
        let mut blocks = Blocks {
            small: [ptr::null_mut(); SMALL + 1],
            large: [ptr::null_mut(); LARGE],
            bump: ptr::null_mut(),
            bump_end: ptr::null_mut(),
            chunks: ptr::null_mut(),
            #[cfg(feature = "std")]
            unclaimed: 0,
            #[cfg(feature = "std")]
            is_growing: false,
            used: 0,
            capacity: 0,
        };
        match memory {
            Memory::Region(region) => {
                blocks.capacity = region.len();
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

    /// Turns what is left of the bump area into free blocks, so that chunks can be walked.
    unsafe fn retire_bump(&mut self) {
        // SAFETY: blocks in lists and chunks are well-formed and belong to the allocator; the rest is the caller's.
        unsafe {
            while self.bump < self.bump_end {
                let left = self.bump_end.offset_from(self.bump) as usize / GRANULE;
                let size = left.min(MAX_GRANULES);
                self.put_free(self.bump, size);
                self.bump = self.bump.add(size * GRANULE);
            }
        }
    }

    unsafe fn put_free(&mut self, block: *mut u8, size: usize) {
        let list = if size <= SMALL { &mut self.small[size] } else { &mut self.large[large_class(size)] };
        let block = block.cast::<FreeBlock>();
        // SAFETY: blocks in lists and chunks are well-formed and belong to the allocator; the rest is the caller's.
        unsafe {
            (*block).header = Header { count: 0, word: Kind::Free as u32 | (size as u32) << SIZE_SHIFT };
            (*block).next = *list;
        }
        *list = block;
    }

    #[inline(always)]
    unsafe fn take(&mut self, size: usize) -> *mut u8 {
        if size <= SMALL {
            let block = self.small[size];
            if !block.is_null() {
                // SAFETY: blocks in lists and chunks are well-formed and belong to the allocator; the rest is the caller's.
                self.small[size] = unsafe { (*block).next };
                return block.cast();
            }
        }
        let bytes = size * GRANULE;
        if self.bump_end as usize - self.bump as usize >= bytes {
            let block = self.bump;
            // SAFETY: blocks in lists and chunks are well-formed and belong to the allocator; the rest is the caller's.
            self.bump = unsafe { self.bump.add(bytes) };
            return block;
        }
        // SAFETY: blocks in lists and chunks are well-formed and belong to the allocator; the rest is the caller's.
        unsafe { self.take_slow(size) }
    }

    /// Splits a larger free block, or claims more memory. Null if nothing fits.
    #[cold]
    unsafe fn take_slow(&mut self, size: usize) -> *mut u8 {
        // SAFETY: blocks in lists and chunks are well-formed and belong to the allocator; the rest is the caller's.
        unsafe {
            let block = self.take_from_lists(size);
            if !block.is_null() {
                return block;
            }
            #[cfg(feature = "std")]
            if self.claim(size) {
                return self.take(size);
            }
        }
        ptr::null_mut()
    }

    unsafe fn take_from_lists(&mut self, size: usize) -> *mut u8 {
        // SAFETY: blocks in lists and chunks are well-formed and belong to the allocator; the rest is the caller's.
        unsafe {
            // Blocks in higher classes fit for certain; in its own class a large request has to search.
            let own_class = if size > SMALL { large_class(size) } else { 0 };
            for class in own_class..LARGE {
                let mut link: *mut *mut FreeBlock = &mut self.large[class];
                while !(*link).is_null() {
                    let block = *link;
                    let found = ((*block).header.word >> SIZE_SHIFT) as usize;
                    if found >= size {
                        *link = (*block).next;
                        return self.split(block.cast(), found, size);
                    }
                    link = &mut (*block).next;
                }
            }
            for found in (size + 1)..=SMALL {
                let block = self.small[found];
                if !block.is_null() {
                    self.small[found] = (*block).next;
                    return self.split(block.cast(), found, size);
                }
            }
        }
        ptr::null_mut()
    }

    unsafe fn split(&mut self, block: *mut u8, found: usize, size: usize) -> *mut u8 {
        if found > size {
            // SAFETY: blocks in lists and chunks are well-formed and belong to the allocator; the rest is the caller's.
            unsafe { self.put_free(block.add(size * GRANULE), found - size) };
        }
        block
    }

    #[cfg(feature = "std")]
    unsafe fn claim(&mut self, size: usize) -> bool {
        let wanted = (size * GRANULE + CHUNK_HEADER + GRANULE).max(HOST_CHUNK);
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
        if size > MAX_GRANULES {
            return None;
        }
        // SAFETY: blocks in lists and chunks are well-formed and belong to the allocator; the rest is the caller's.
        let block = unsafe { self.take(size) }.cast::<Header>();
        if block.is_null() {
            return None;
        }
        self.used += size * GRANULE;
        // SAFETY: blocks in lists and chunks are well-formed and belong to the allocator; the rest is the caller's.
        unsafe { (*block).count = 0 };
        // SAFETY: blocks in lists and chunks are well-formed and belong to the allocator; the rest is the caller's.
        unsafe { (*block).word = kind as u32 | (size as u32) << SIZE_SHIFT };
        Some(block)
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
        if cfg!(debug_assertions) {
            // Make use after release visible.
            // SAFETY: blocks in lists and chunks are well-formed and belong to the allocator; the rest is the caller's.
            unsafe { block.cast::<u8>().write_bytes(0xDD, size * GRANULE) };
        }
        // SAFETY: blocks in lists and chunks are well-formed and belong to the allocator; the rest is the caller's.
        unsafe { self.put_free(block.cast(), size) };
    }

    /// Calls `visit` with every block, in use or free. Freeing blocks meanwhile is fine: nothing is merged.
    ///
    /// # Safety
    /// All blocks must be well-formed, and `visit` must not allocate.
    pub(super) unsafe fn walk(blocks: *mut Blocks, mut visit: impl FnMut(*mut Header)) {
        // SAFETY: blocks in lists and chunks are well-formed and belong to the allocator; the rest is the caller's.
        unsafe {
            (*blocks).retire_bump();
            let mut chunk = (*blocks).chunks;
            while !chunk.is_null() {
                let mut block = chunk.cast::<u8>().add(CHUNK_HEADER);
                while block < (*chunk).end {
                    let header = block.cast::<Header>();
                    let size = block_size(header);
                    visit(header);
                    block = block.add(size * GRANULE);
                }
                chunk = (*chunk).next;
            }
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
            let mut chunk = self.chunks;
            while !chunk.is_null() {
                let mut run: *mut u8 = ptr::null_mut();
                let mut block = chunk.cast::<u8>().add(CHUNK_HEADER);
                while block < (*chunk).end {
                    let header = block.cast::<Header>();
                    let next = block.add(block_size(header) * GRANULE);
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
        let bytes = unsafe { (*header).word >> SIZE_SHIFT } as usize * GRANULE;
        (bytes - STORAGE_HEADER) / size_of::<T>()
    }
}

/// Storage begins with a header like every block; its items follow, aligned for values and pointers.
const STORAGE_HEADER: usize = size_of::<Header>();
