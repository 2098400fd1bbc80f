//! Memory for objects and for their storage.
//!
//! Where it comes from is in [`super::blocks`]; what happens when there is
//! none, in [`super::collect`].

use super::blocks::{SMALL, block_size};
use super::object::{GRANULE, Header, Kind};
use super::{Heap, OutOfMemory};

/// Storage begins with a header like every block; its items follow, aligned for values and pointers.
const STORAGE_HEADER: usize = size_of::<Header>();

impl Heap {
    /// Takes a block, collecting garbage if that is what it needs. The new object is in no table yet:
    /// see [`Heap::new_object`] for objects that scripts can reach.
    ///
    /// # Safety
    /// As [`Blocks::allocate`]; and all objects that the caller works with must be reachable from the
    /// stack, from counted references, or be newer than [`Heap::native_mark`].
    #[cfg_attr(compact, inline(never))]
    #[cfg_attr(not(compact), inline(always))]
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
            return Err(self.out_of_memory());
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
        Err(self.out_of_memory())
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
        let bytes = bytes.ok_or_else(|| self.out_of_memory())?;
        // SAFETY: blocks in lists and chunks are well-formed and belong to the allocator; the rest is the caller's.
        let block = unsafe { self.allocate(bytes, Kind::Storage)? };
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
