//! Handles: what keeps values alive beyond the run of a native.

use super::{Heap, OutOfMemory};
use crate::value::Value;
use core::ptr;

/// Keeps a value alive until it is released. A handle that is dropped instead keeps its value for the life
/// of the VM.
#[must_use = "a handle keeps its value until it is released"]
#[derive(Debug)]
pub struct Handle {
    index: u32,
    generation: u32,
}

struct HandleSlot {
    /// Counted; `null` when free.
    value: Value,
    generation: u32,
    next_free: u32,
}

/// The handles of a VM.
pub(crate) struct HandleTable {
    slots: *mut HandleSlot,
    length: u32,
    capacity: u32,
    first_free: u32,
}

const NO_SLOT: u32 = u32::MAX;

impl HandleTable {
    pub(crate) const fn new() -> HandleTable {
        HandleTable { slots: ptr::null_mut(), length: 0, capacity: 0, first_free: NO_SLOT }
    }

    fn slot(&self, handle: &Handle) -> Option<*mut HandleSlot> {
        // SAFETY: slots below `length` are initialised.
        unsafe {
            if handle.index >= self.length {
                return None;
            }
            let slot = self.slots.add(handle.index as usize);
            ((*slot).generation == handle.generation).then_some(slot)
        }
    }

    /// The value; `null` for a handle of another VM.
    pub(crate) fn get(&self, handle: &Handle) -> Value {
        // SAFETY: the slot is valid.
        self.slot(handle).map_or(Value::NULL, |slot| unsafe { (*slot).value })
    }

    pub(super) fn for_each(&self, visit: &mut impl FnMut(Value)) {
        for index in 0..self.length as usize {
            // SAFETY: slots below `length` are initialised.
            visit(unsafe { (*self.slots.add(index)).value });
        }
    }
}

impl Heap {
    /// # Safety
    /// As [`Heap::allocate`].
    pub(crate) unsafe fn new_handle(&mut self, value: Value) -> Result<Handle, OutOfMemory> {
        if self.handles.first_free == NO_SLOT {
            if self.handles.length == self.handles.capacity {
                self.grow_handles()?;
            }
            let index = self.handles.length;
            self.handles.slots.add(index as usize).write(HandleSlot {
                value: Value::NULL,
                generation: 0,
                next_free: NO_SLOT,
            });
            self.handles.length += 1;
            self.handles.first_free = index;
        }
        let index = self.handles.first_free;
        let slot = self.handles.slots.add(index as usize);
        self.handles.first_free = (*slot).next_free;
        Heap::retain(value);
        (*slot).value = value;
        Ok(Handle { index, generation: (*slot).generation })
    }

    unsafe fn grow_handles(&mut self) -> Result<(), OutOfMemory> {
        let capacity = (self.handles.capacity as usize * 2).max(8);
        let slots = self.allocate_storage::<HandleSlot>(capacity)?;
        if self.handles.length > 0 {
            slots.copy_from_nonoverlapping(self.handles.slots, self.handles.length as usize);
        }
        self.free_storage(self.handles.slots);
        self.handles.slots = slots;
        self.handles.capacity = capacity as u32;
        Ok(())
    }

    pub(crate) fn release_handle(&mut self, handle: Handle) {
        // SAFETY: the slot is valid and its value is counted.
        unsafe {
            if let Some(slot) = self.handles.slot(&handle) {
                let value = core::mem::replace(&mut (*slot).value, Value::NULL);
                (*slot).generation = (*slot).generation.wrapping_add(1);
                (*slot).next_free = self.handles.first_free;
                self.handles.first_free = handle.index;
                self.discard(value);
            }
        }
    }
}
