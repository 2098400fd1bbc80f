//! Tables and arrays, as natives see them.

use super::{Array, Cx, Local, Raise, Table};
use crate::heap::{array, table};
use crate::value::Value;
use core::ptr;

// SAFETY in the blocks below: objects are valid during `'v` (rule 3 of the heap), and only one native runs.

impl<'v> Table<'v> {
    /// Number of slots.
    pub fn len(self) -> usize {
        // SAFETY: see above.
        unsafe { (*self.object).live as usize }
    }

    /// Whether it has no slots.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The value of an own slot, weak references included. `null` is no key.
    pub fn get(self, cx: &Cx<'v>, key: impl Into<Local<'v>>) -> Option<Local<'v>> {
        // SAFETY: see above.
        unsafe {
            let key = cx.heap().as_key(key.into().value)?;
            let entry = table::find(self.object, key);
            if entry.is_null() { None } else { Some(Local::new((*entry).value)) }
        }
    }

    /// The value of the own slot with this name.
    pub fn get_named(self, cx: &Cx<'v>, name: &str) -> Option<Local<'v>> {
        // SAFETY: see above.
        unsafe {
            let key =
                cx.heap().find_interned(tamias_bytecode::hash::hash_bytes(name.as_bytes()), name.as_bytes());
            if key.is_null() {
                return None;
            }
            let entry = table::find(self.object, Value::from_string(key));
            if entry.is_null() { None } else { Some(Local::new((*entry).value)) }
        }
    }

    /// Creates or changes an own slot. The key must not be `null`.
    pub fn set(
        self,
        cx: &mut Cx<'v>,
        key: impl Into<Local<'v>>,
        value: impl Into<Local<'v>>,
    ) -> Result<(), Raise> {
        let (key, value) = (key.into(), value.into());
        if key.is_null() {
            return Err(cx.error(format_args!("null cannot be used as index")));
        }
        // SAFETY: see above.
        unsafe {
            let key = cx.heap().intern_key(key.value)?;
            Ok(cx.heap().table_set(self.object, key, value.value)?)
        }
    }

    /// Creates or changes the own slot with this name.
    pub fn set_named(self, cx: &mut Cx<'v>, name: &str, value: impl Into<Local<'v>>) -> Result<(), Raise> {
        let key = cx.string(name.as_bytes())?;
        self.set(cx, key, value)
    }

    /// Deletes an own slot and returns what was in it.
    pub fn delete(self, cx: &mut Cx<'v>, key: impl Into<Local<'v>>) -> Option<Local<'v>> {
        // SAFETY: see above.
        unsafe {
            let key = cx.heap().as_key(key.into().value)?;
            cx.heap().table_delete(self.object, key).map(Local::new)
        }
    }

    /// Deletes all own slots.
    pub fn clear(self, cx: &mut Cx<'v>) {
        // SAFETY: see above.
        unsafe { cx.heap().table_clear(self.object) }
    }

    /// The slot at or after `position` in the order of iteration, with the position to go on from.
    pub fn slot_from(self, position: usize) -> Option<(usize, Local<'v>, Local<'v>)> {
        // SAFETY: see above.
        unsafe {
            let entry = table::entry_from(self.object, position as u32);
            if entry.is_null() {
                return None;
            }
            let next = entry.offset_from((*self.object).entries) as usize + 1;
            Some((next, Local::new((*entry).key), Local::new((*entry).value)))
        }
    }

    /// The delegate.
    pub fn delegate(self) -> Option<Table<'v>> {
        // SAFETY: see above.
        let delegate = unsafe { (*self.object).delegate };
        (!delegate.is_null()).then(|| Table::new(delegate))
    }

    /// Sets or removes the delegate. False if that would make a cycle; nothing is changed then.
    #[must_use]
    pub fn set_delegate(self, cx: &mut Cx<'v>, delegate: Option<Table<'v>>) -> bool {
        let mut ancestor = delegate;
        while let Some(table) = ancestor {
            if table.object == self.object {
                return false;
            }
            ancestor = table.delegate();
        }
        let delegate = delegate.map_or(ptr::null_mut(), |table| table.object);
        cx.heap().sites.clear();
        // SAFETY: see above.
        unsafe { cx.heap().store_object(&mut (*self.object).delegate, delegate) };
        true
    }
}

impl<'v> Array<'v> {
    /// Number of elements.
    pub fn len(self) -> usize {
        // SAFETY: see above.
        unsafe { (*self.object).length as usize }
    }

    /// Whether it has no elements.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// An element, weak references included.
    pub fn get(self, position: usize) -> Option<Local<'v>> {
        // SAFETY: see above.
        unsafe { array::elements(self.object).get(position).copied().map(Local::new) }
    }

    /// Changes an element; does nothing if there is none.
    pub fn set(self, cx: &mut Cx<'v>, position: usize, value: impl Into<Local<'v>>) {
        if position < self.len() {
            // SAFETY: the position is in range.
            unsafe { cx.heap().store((*self.object).elements.add(position), value.into().value) }
        }
    }

    /// Appends an element.
    pub fn push(self, cx: &mut Cx<'v>, value: impl Into<Local<'v>>) -> Result<(), Raise> {
        // SAFETY: see above.
        Ok(unsafe { cx.heap().array_push(self.object, value.into().value) }?)
    }

    /// Inserts an element. False if `position` is above the length.
    pub fn insert(
        self,
        cx: &mut Cx<'v>,
        position: usize,
        value: impl Into<Local<'v>>,
    ) -> Result<bool, Raise> {
        if position > self.len() {
            return Ok(false);
        }
        // SAFETY: the position is in range.
        unsafe { cx.heap().array_insert(self.object, position, value.into().value) }?;
        Ok(true)
    }

    /// Removes an element and returns it.
    pub fn remove(self, cx: &mut Cx<'v>, position: usize) -> Option<Local<'v>> {
        if position >= self.len() {
            return None;
        }
        // SAFETY: the position is in range.
        Some(Local::new(unsafe { cx.heap().array_remove(self.object, position) }))
    }

    /// Cuts the array, or fills it up to the new length.
    pub fn resize(self, cx: &mut Cx<'v>, length: usize, fill: impl Into<Local<'v>>) -> Result<(), Raise> {
        // SAFETY: see above.
        Ok(unsafe { cx.heap().array_resize(self.object, length, fill.into().value) }?)
    }

    /// Exchanges two elements; both positions must be in range.
    pub fn swap(self, left: usize, right: usize) {
        if left < self.len() && right < self.len() {
            // SAFETY: both positions are in range; counts do not change.
            unsafe { ptr::swap((*self.object).elements.add(left), (*self.object).elements.add(right)) }
        }
    }

    /// A new array with copies of `length` elements from `start` on; the range is cut to what exists.
    pub fn slice(self, cx: &mut Cx<'v>, start: usize, length: usize) -> Result<Array<'v>, Raise> {
        let start = start.min(self.len());
        let length = length.min(self.len() - start);
        // SAFETY: the range is in bounds.
        Ok(Array::new(unsafe { cx.heap().array_slice(self.object, start, length) }?))
    }
}
