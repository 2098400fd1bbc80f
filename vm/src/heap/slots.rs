//! A hash set of pointers, for the string table and for weak references.
//!
//! Open addressing with linear probing and no tombstones: removal shifts the
//! followers back. The caller gives the hash and the comparison.

use super::work::count;
use super::{Heap, OutOfMemory};
use core::ptr;

pub(crate) struct PointerSet<T> {
    slots: *mut *mut T,
    /// Number of slots minus one; 0 while there are none.
    mask: u32,
    count: u32,
}

impl<T> PointerSet<T> {
    pub(crate) const fn new() -> PointerSet<T> {
        PointerSet { slots: ptr::null_mut(), mask: 0, count: 0 }
    }

    /// Room for members, three quarters of which are used at most.
    #[cfg(test)]
    pub(crate) fn slots(&self) -> usize {
        self.mask as usize + 1
    }

    /// The member with this hash that `is_equal` accepts, or null.
    ///
    /// # Safety
    /// All members must be valid for `is_equal`.
    #[inline]
    pub(crate) unsafe fn find(&self, hash: u32, is_equal: impl Fn(*mut T) -> bool) -> *mut T {
        if self.mask == 0 {
            return ptr::null_mut();
        }
        let mut position = hash & self.mask;
        loop {
            // SAFETY: positions are masked to the number of slots; members are valid by the caller's word.
            let member = unsafe { *self.slots.add(position as usize) };
            count(1);
            if member.is_null() || is_equal(member) {
                return member;
            }
            position = (position + 1) & self.mask;
        }
    }

    /// Takes a pointer out.
    ///
    /// # Safety
    /// All members must be valid for `hash_of`, which must give what they were inserted with.
    pub(crate) unsafe fn remove(&mut self, hash: u32, member: *mut T, hash_of: impl Fn(*mut T) -> u32) {
        if self.mask == 0 {
            return;
        }
        // SAFETY: positions are masked to the number of slots; members are valid by the caller's word.
        unsafe {
            let mut hole = hash & self.mask;
            while *self.slots.add(hole as usize) != member {
                if (*self.slots.add(hole as usize)).is_null() {
                    return;
                }
                hole = (hole + 1) & self.mask;
            }
            self.count -= 1;
            let mut next = hole;
            loop {
                next = (next + 1) & self.mask;
                count(1);
                let follower = *self.slots.add(next as usize);
                if follower.is_null() {
                    break;
                }
                // A follower moves into the hole unless its own position lies between hole and itself.
                let home = hash_of(follower) & self.mask;
                if next.wrapping_sub(home) & self.mask >= next.wrapping_sub(hole) & self.mask {
                    *self.slots.add(hole as usize) = follower;
                    hole = next;
                }
            }
            *self.slots.add(hole as usize) = ptr::null_mut();
        }
    }

    /// Calls `visit` with every member.
    ///
    /// # Safety
    /// `visit` must not change the set.
    pub(crate) unsafe fn for_each(&self, mut visit: impl FnMut(*mut T)) {
        if self.mask != 0 {
            for position in 0..=self.mask as usize {
                // SAFETY: positions are masked to the number of slots; members are valid by the caller's word.
                let member = unsafe { *self.slots.add(position) };
                if !member.is_null() {
                    visit(member);
                }
            }
        }
    }
}

impl Heap {
    /// Makes room for one more member in a set of the heap.
    ///
    /// # Safety
    /// As [`Heap::allocate`]; `hash_of` as for [`PointerSet::remove`].
    pub(super) unsafe fn reserve_slot<T>(
        &mut self,
        set: fn(&mut Heap) -> &mut PointerSet<T>,
        hash_of: impl Fn(*mut T) -> u32,
    ) -> Result<(), OutOfMemory> {
        let (count, mask) = (set(self).count, set(self).mask);
        if mask != 0 && (count + 1) * 4 <= (mask + 1) * 3 {
            return Ok(());
        }
        let size = if mask == 0 { 32 } else { (mask as usize + 1) * 2 };
        // SAFETY: positions are masked to the number of slots; members are valid by the caller's word.
        unsafe {
            let slots = self.allocate_storage::<*mut T>(size)?;
            slots.write_bytes(0, size);
            // The allocation may have collected garbage and changed the set: read it only now.
            super::work::count(size);
            let old = core::mem::replace(set(self), PointerSet { slots, mask: size as u32 - 1, count: 0 });
            old.for_each(|member| set(self).insert(hash_of(member), member));
            self.free_storage(old.slots);
        }
        Ok(())
    }
}

impl<T> PointerSet<T> {
    /// Puts a pointer in for which [`Heap::reserve_slot`] made room.
    ///
    /// # Safety
    /// There must be a free slot.
    pub(super) unsafe fn insert(&mut self, hash: u32, member: *mut T) {
        let mut position = hash & self.mask;
        // SAFETY: positions are masked to the number of slots; members are valid by the caller's word.
        unsafe {
            while !(*self.slots.add(position as usize)).is_null() {
                position = (position + 1) & self.mask;
            }
            *self.slots.add(position as usize) = member;
        }
        self.count += 1;
    }
}
