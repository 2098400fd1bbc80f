//! Weak references: one object for each target, found by the target's address.

use super::object::{HAS_WEAKREF, Header, Kind, STATIC, WeakRef};
use super::{Heap, OutOfMemory};
use crate::value::Value;

fn hash_address(address: *mut Header) -> u32 {
    let bits = address as usize / super::object::GRANULE;
    (bits as u32).wrapping_mul(0x9E37_79B1) >> 7
}

impl Heap {
    /// The weak reference to an object.
    ///
    /// # Safety
    /// As [`Heap::allocate`]; `target` must be a valid heap reference.
    pub(crate) unsafe fn weak_reference(&mut self, target: Value) -> Result<*mut WeakRef, OutOfMemory> {
        let header = target.header();
        let hash = hash_address(header);
        let is_static = (*header).word & STATIC != 0;
        if is_static || Heap::has_weakref(header) {
            let found = self.weak_references.find(hash, |weak| (*weak).target.header() == header);
            debug_assert!(is_static || !found.is_null());
            if !found.is_null() {
                return Ok(found);
            }
        }
        self.reserve_slot(|heap| &mut heap.weak_references, |weak| hash_address((*weak).target.header()))?;
        let weak = self.new_object::<WeakRef>(Kind::WeakRef, size_of::<WeakRef>())?;
        (*weak).target = target;
        // Literals live in read-only memory and never die: nobody has to find their weak reference again
        // at their end, only here.
        if !is_static {
            (*header).word |= HAS_WEAKREF;
        }
        self.weak_references.insert(hash, weak);
        Ok(weak)
    }

    /// Tells the weak reference of a dying object.
    pub(super) unsafe fn clear_weak_reference(&mut self, header: *mut Header) {
        let hash = hash_address(header);
        let weak = self.weak_references.find(hash, |weak| (*weak).target.header() == header);
        self.weak_references.remove(hash, weak, |weak| hash_address((*weak).target.header()));
        (*weak).target = Value::NULL;
    }

    /// Takes a dying weak reference out of the set; its target may get a new one.
    pub(super) unsafe fn forget_weak_reference(&mut self, weak: *mut WeakRef) {
        if (*weak).target.is_reference() {
            let header = (*weak).target.header();
            self.weak_references
                .remove(hash_address(header), weak, |weak| hash_address((*weak).target.header()));
            if (*header).word & STATIC == 0 {
                (*header).word &= !HAS_WEAKREF;
            }
        }
    }
}
