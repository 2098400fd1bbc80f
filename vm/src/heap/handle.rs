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

impl Handle {
    /// The numbers that a handle consists of, for those who hand it out to another language.
    pub fn into_parts(self) -> (u32, u32) {
        (self.index, self.generation)
    }

    /// A handle of numbers that came from [`Handle::into_parts`]. Others make a handle that keeps nothing alive and
    /// is found out when it is used.
    pub fn from_parts(index: u32, generation: u32) -> Handle {
        Handle { index, generation }
    }
}

struct HandleSlot {
    /// Counted; `null` when free.
    value: Value,
    generation: u32,
    /// The next free slot; [`TAKEN`] if this one is not free.
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
const TAKEN: u32 = u32::MAX - 1;

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
            let is_its = (*slot).next_free == TAKEN && (*slot).generation == handle.generation;
            is_its.then_some(slot)
        }
    }

    /// The value; `null` for a handle of another VM.
    pub(crate) fn get(&self, handle: &Handle) -> Value {
        self.try_get(handle).unwrap_or(Value::NULL)
    }

    /// The value, if the handle is one of this VM that has not been released.
    pub(crate) fn try_get(&self, handle: &Handle) -> Option<Value> {
        // SAFETY: the slot is valid.
        self.slot(handle).map(|slot| unsafe { (*slot).value })
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
        (*slot).next_free = TAKEN;
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

    /// Whether it was one of this VM.
    pub(crate) fn release_handle(&mut self, handle: Handle) -> bool {
        let Some(slot) = self.handles.slot(&handle) else { return false };
        // SAFETY: the slot is valid and its value is counted.
        unsafe {
            let value = core::mem::replace(&mut (*slot).value, Value::NULL);
            (*slot).generation = (*slot).generation.wrapping_add(1);
            (*slot).next_free = self.handles.first_free;
            self.handles.first_free = handle.index;
            self.discard(value);
        }
        true
    }
}
