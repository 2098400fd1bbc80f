//! Arrays: elements in one block that grows by half.

use super::object::{Array, Kind};
use super::work::count;
use super::{Heap, OutOfMemory};
use crate::value::Value;
use core::ptr;

impl Heap {
    /// A new empty array with room for `capacity` elements.
    ///
    /// # Safety
    /// As [`Heap::allocate`].
    pub(crate) unsafe fn new_array(&mut self, capacity: usize) -> Result<*mut Array, OutOfMemory> {
        let array = self.new_object::<Array>(Kind::Array, size_of::<Array>())?;
        (*array).elements = ptr::null_mut();
        (*array).length = 0;
        (*array).capacity = 0;
        if capacity > 0 {
            self.reserve_elements(array, capacity)?;
        }
        Ok(array)
    }

    /// An array with these elements.
    ///
    /// # Safety
    /// As [`Heap::allocate`].
    pub(crate) unsafe fn new_array_of(&mut self, elements: &[Value]) -> Result<*mut Array, OutOfMemory> {
        let array = self.new_array(elements.len())?;
        for element in elements {
            self.array_push(array, *element)?;
        }
        Ok(array)
    }

    /// Makes room for this many elements in all.
    ///
    /// # Safety
    /// As [`Heap::allocate`].
    pub(crate) unsafe fn reserve_elements(
        &mut self,
        array: *mut Array,
        wanted: usize,
    ) -> Result<(), OutOfMemory> {
        if wanted <= (*array).capacity as usize {
            return Ok(());
        }
        if wanted > i32::MAX as usize {
            return Err(self.out_of_memory());
        }
        let elements = self.allocate_storage::<Value>(wanted)?;
        let old = (*array).elements;
        count((*array).length as usize);
        if !old.is_null() {
            elements.copy_from_nonoverlapping(old, (*array).length as usize);
        }
        (*array).elements = elements;
        (*array).capacity = Heap::storage_room(elements) as u32;
        self.free_storage(old);
        Ok(())
    }

    /// Makes room for one more element, with some to spare.
    unsafe fn grow_array(&mut self, array: *mut Array) -> Result<(), OutOfMemory> {
        let length = (*array).length as usize;
        let wanted = length + (length / 2).max(3);
        if self.reserve_elements(array, wanted).is_ok() {
            return Ok(());
        }
        // Near the limit the smallest step may still fit.
        self.reserve_elements(array, length + 1)
    }

    /// Appends an element.
    ///
    /// # Safety
    /// As [`Heap::allocate`].
    #[cfg_attr(compact, inline(never))]
    #[cfg_attr(not(compact), inline(always))]
    pub(crate) unsafe fn array_push(&mut self, array: *mut Array, value: Value) -> Result<(), OutOfMemory> {
        if (*array).length == (*array).capacity {
            self.grow_array(array)?;
        }
        Heap::retain(value);
        *(*array).elements.add((*array).length as usize) = value;
        (*array).length += 1;
        Ok(())
    }

    /// Inserts an element; `position` must not be above the length.
    ///
    /// # Safety
    /// As [`Heap::allocate`].
    pub(crate) unsafe fn array_insert(
        &mut self,
        array: *mut Array,
        position: usize,
        value: Value,
    ) -> Result<(), OutOfMemory> {
        self.array_push(array, value)?;
        let slot = (*array).elements.add(position);
        ptr::copy(slot, slot.add(1), (*array).length as usize - 1 - position);
        *slot = value;
        Ok(())
    }

    /// Removes an element, which stays valid for the caller until the next safe point.
    ///
    /// # Safety
    /// `position` must be below the length.
    pub(crate) unsafe fn array_remove(&mut self, array: *mut Array, position: usize) -> Value {
        let slot = (*array).elements.add(position);
        let value = *slot;
        (*array).length -= 1;
        ptr::copy(slot.add(1), slot, (*array).length as usize - position);
        self.discard(value);
        value
    }

    /// Cuts the array, or fills it up to the new length.
    ///
    /// # Safety
    /// As [`Heap::allocate`].
    pub(crate) unsafe fn array_resize(
        &mut self,
        array: *mut Array,
        length: usize,
        fill: Value,
    ) -> Result<(), OutOfMemory> {
        let old_length = (*array).length as usize;
        if length < old_length {
            (*array).length = length as u32;
            for position in length..old_length {
                self.discard(*(*array).elements.add(position));
            }
        } else {
            self.reserve_elements(array, length)?;
            for position in old_length..length {
                Heap::retain(fill);
                *(*array).elements.add(position) = fill;
            }
            (*array).length = length as u32;
        }
        Ok(())
    }

    /// A new array with copies of elements.
    ///
    /// # Safety
    /// As [`Heap::allocate`]; `start + length` must be in range.
    pub(crate) unsafe fn array_slice(
        &mut self,
        array: *mut Array,
        start: usize,
        length: usize,
    ) -> Result<*mut Array, OutOfMemory> {
        let copy = self.new_array(length)?;
        for position in start..start + length {
            self.array_push(copy, *(*array).elements.add(position))?;
        }
        Ok(copy)
    }
}

/// The elements.
///
/// # Safety
/// The array must be valid and must not change while the slice is used.
pub(crate) unsafe fn elements<'a>(array: *const Array) -> &'a [Value] {
    if (*array).length == 0 {
        return &[];
    }
    core::slice::from_raw_parts((*array).elements, (*array).length as usize)
}
