//! Buffers: the growable bytes behind blobs.

use super::object::{Buffer, Kind};
use super::{Heap, OutOfMemory};
use core::ptr;

impl Heap {
    /// A new buffer of zeros.
    ///
    /// # Safety
    /// As [`Heap::allocate`].
    pub(crate) unsafe fn new_buffer(&mut self, length: usize) -> Result<*mut Buffer, OutOfMemory> {
        let buffer = self.new_object::<Buffer>(Kind::Buffer, size_of::<Buffer>())?;
        (*buffer).data = ptr::null_mut();
        (*buffer).length = 0;
        (*buffer).capacity = 0;
        (*buffer).position = 0;
        self.buffer_resize(buffer, length)?;
        Ok(buffer)
    }

    /// Cuts the buffer or fills it up with zeros.
    ///
    /// # Safety
    /// As [`Heap::allocate`].
    pub(crate) unsafe fn buffer_resize(
        &mut self,
        buffer: *mut Buffer,
        length: usize,
    ) -> Result<(), OutOfMemory> {
        if length > (*buffer).capacity as usize {
            self.grow_buffer(buffer, length)?;
        }
        if length > (*buffer).length as usize {
            (*buffer).data.add((*buffer).length as usize).write_bytes(0, length - (*buffer).length as usize);
        }
        (*buffer).length = length as u32;
        (*buffer).position = (*buffer).position.min(length as u32);
        Ok(())
    }

    unsafe fn grow_buffer(&mut self, buffer: *mut Buffer, length: usize) -> Result<(), OutOfMemory> {
        if length > i32::MAX as usize {
            return Err(self.out_of_memory());
        }
        let roomy = length + if (*buffer).capacity == 0 { 0 } else { length / 2 };
        let data = match self.allocate_storage::<u8>(roomy) {
            Ok(data) => data,
            Err(OutOfMemory) => self.allocate_storage::<u8>(length)?,
        };
        let old = (*buffer).data;
        super::work::count((*buffer).length as usize / size_of::<usize>());
        let capacity = Heap::storage_room(data);
        if !old.is_null() {
            data.copy_from_nonoverlapping(old, (*buffer).length as usize);
        }
        let used = (*buffer).length as usize;
        data.add(used).write_bytes(0, capacity - used);
        (*buffer).data = data;
        (*buffer).capacity = capacity as u32;
        self.free_storage(old);
        Ok(())
    }
}

/// The bytes.
///
/// # Safety
/// The buffer must be valid, and nobody else may use its bytes while the slice is used.
pub(crate) unsafe fn bytes<'a>(buffer: *mut Buffer) -> &'a mut [u8] {
    if (*buffer).length == 0 {
        return &mut [];
    }
    core::slice::from_raw_parts_mut((*buffer).data, (*buffer).length as usize)
}
