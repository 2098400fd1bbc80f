//! Reference counts and the zero-count table.

use super::object::{HAS_WEAKREF, Header, IN_ZCT, Kind, SPECIAL, STATIC};
use super::{Heap, OutOfMemory};
use crate::value::Value;

impl Heap {
    /// Counts a new reference from a heap object or a handle.
    ///
    /// # Safety
    /// `value` must be valid.
    #[inline(always)]
    pub(crate) unsafe fn retain(value: Value) {
        if value.is_reference() {
            Heap::retain_object(value.header());
        }
    }

    /// Counts a new reference to an object.
    ///
    /// # Safety
    /// `object` must be valid.
    #[inline(always)]
    pub(crate) unsafe fn retain_object<T>(object: *mut T) {
        let header = object.cast::<Header>();
        if (*header).word & STATIC == 0 {
            (*header).count += 1;
        }
    }

    /// Takes back a counted reference. The object is not freed here: at count zero it starts to wait.
    ///
    /// # Safety
    /// `value` must be valid and have been counted.
    #[cfg_attr(compact, inline(never))]
    #[cfg_attr(not(compact), inline(always))]
    pub(crate) unsafe fn discard(&mut self, value: Value) {
        if value.is_reference() {
            self.discard_object(value.header());
        }
    }

    /// Takes back a counted reference to an object; null is fine.
    ///
    /// # Safety
    /// As [`Heap::discard`].
    #[inline(always)]
    pub(crate) unsafe fn discard_object<T>(&mut self, object: *mut T) {
        self.discard_header(object.cast());
    }

    #[cfg_attr(compact, inline(never))]
    #[cfg_attr(not(compact), inline(always))]
    unsafe fn discard_header(&mut self, header: *mut Header) {
        if header.is_null() || (*header).word & STATIC != 0 {
            return;
        }
        debug_assert!((*header).count > 0);
        (*header).count -= 1;
        if (*header).count == 0 && (*header).word & IN_ZCT == 0 {
            self.enter_zct(header);
        }
    }

    /// Stores a counted reference over another one.
    ///
    /// # Safety
    /// `slot` must be inside of a heap object or a counted root; both values must be valid.
    #[cfg_attr(compact, inline(never))]
    #[cfg_attr(not(compact), inline(always))]
    pub(crate) unsafe fn store(&mut self, slot: *mut Value, value: Value) {
        Heap::retain(value);
        let old = *slot;
        *slot = value;
        self.discard(old);
    }

    /// Stores a counted pointer over another one; both may be null.
    ///
    /// # Safety
    /// As [`Heap::store`].
    pub(crate) unsafe fn store_object<T>(&mut self, slot: *mut *mut T, object: *mut T) {
        if !object.is_null() {
            Heap::retain_object(object);
        }
        let old = *slot;
        *slot = object;
        self.discard_object(old);
    }

    /// Allocates an object with count zero and lets it wait in the ZCT.
    ///
    /// # Safety
    /// As [`Heap::allocate`]; the caller must initialise the object before anything else is allocated.
    #[inline(always)]
    pub(crate) unsafe fn new_object<T>(&mut self, kind: Kind, bytes: usize) -> Result<*mut T, OutOfMemory> {
        debug_assert!(bytes >= size_of::<T>());
        Ok(self.new_header(kind, bytes)?.cast())
    }

    #[cfg_attr(compact, inline(never))]
    #[cfg_attr(not(compact), inline(always))]
    unsafe fn new_header(&mut self, kind: Kind, bytes: usize) -> Result<*mut Header, OutOfMemory> {
        if self.zct_length < self.zct_capacity {
            let header = self.blocks.allocate_small(bytes, kind, IN_ZCT);
            if !header.is_null() {
                *self.zct.add(self.zct_length) = header;
                self.zct_length += 1;
                return Ok(header);
            }
        }
        self.new_object_slowly(kind, bytes)
    }

    /// As [`Heap::new_object`] when no block of this size has been freed, or the ZCT is full.
    #[inline(never)]
    unsafe fn new_object_slowly(&mut self, kind: Kind, bytes: usize) -> Result<*mut Header, OutOfMemory> {
        self.reserve_zct_entry()?;
        let header = self.allocate(bytes, kind)?;
        self.enter_zct(header);
        Ok(header)
    }

    /// Makes sure that a new object can enter the ZCT: outside of it nothing would protect the object while
    /// it is under construction.
    ///
    /// # Safety
    /// As [`Heap::allocate`].
    #[inline(always)]
    pub(super) unsafe fn reserve_zct_entry(&mut self) -> Result<(), OutOfMemory> {
        if self.zct_length < self.zct_capacity { Ok(()) } else { self.make_room_in_zct() }
    }

    #[cold]
    unsafe fn make_room_in_zct(&mut self) -> Result<(), OutOfMemory> {
        if self.grow_zct() {
            return Ok(());
        }
        if !self.zct_overflowed {
            self.reconcile_for_memory();
        }
        if self.zct_length < self.zct_capacity || self.grow_zct() {
            Ok(())
        } else {
            Err(self.out_of_memory())
        }
    }

    /// Lets an object with count zero wait.
    #[cfg_attr(compact, inline(never))]
    #[cfg_attr(not(compact), inline(always))]
    pub(super) unsafe fn enter_zct(&mut self, header: *mut Header) {
        if self.zct_length == self.zct_capacity && !self.grow_zct() {
            self.zct_overflowed = true;
            self.request_collection();
            return;
        }
        if (*header).word & SPECIAL != 0 && (*header).kind() == Kind::Payload {
            self.hooked_in_zct += 1;
        }
        (*header).word |= IN_ZCT;
        *self.zct.add(self.zct_length) = header;
        self.zct_length += 1;
    }

    /// Doubles the ZCT. It must not collect garbage: this runs in the middle of stores.
    #[cold]
    unsafe fn grow_zct(&mut self) -> bool {
        let capacity = (self.zct_capacity * 2).max(62);
        let bytes = size_of::<Header>() + capacity * size_of::<*mut Header>();
        let Some(block) = self.blocks.allocate(bytes, Kind::Storage) else { return false };
        let zct = block.add(1).cast::<*mut Header>();
        if self.zct_length > 0 {
            zct.copy_from_nonoverlapping(self.zct, self.zct_length);
        }
        self.free_storage(self.zct);
        self.zct = zct;
        self.zct_capacity = capacity;
        true
    }

    /// Whether the next safe point should reconcile or collect.
    #[inline(always)]
    pub(crate) fn wants_collection(&self) -> bool {
        self.zct_length >= self.zct_threshold
    }

    /// Lets the next safe point reconcile, and collect cycles if there is reason to.
    #[cold]
    pub(super) fn request_collection(&mut self) {
        self.zct_threshold = 0;
    }

    /// Whether something waits whose release a program could notice.
    #[inline(always)]
    pub(crate) fn has_waiting_hook(&self) -> bool {
        self.hooked_in_zct > 0
    }

    /// Whether a weak reference to `target` is only as good as the next reconciliation: the target may be
    /// waiting, or something that waits may be all that still refers to it.
    ///
    /// # Safety
    /// `target` must be valid.
    #[inline(always)]
    pub(crate) unsafe fn may_be_gone(&self, target: Value) -> bool {
        target.is_reference() && (*target.header()).word & STATIC == 0 && self.zct_length > 0
    }

    /// Whether the object has a weak reference that must learn of its end.
    #[inline(always)]
    pub(super) unsafe fn has_weakref(header: *mut Header) -> bool {
        (*header).word & HAS_WEAKREF != 0
    }
}

impl Heap {
    /// From here on new objects are not freed until the next safe point, even if nothing references them yet.
    #[inline(always)]
    pub(crate) fn protect_new_objects(&mut self) {
        self.native_mark = self.zct_length;
    }
}
