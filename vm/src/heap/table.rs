//! Tables: entries in the order of insertion, found by a linear search while
//! there are few of them and through a hash index when there are more.
//!
//! Insertion order is what edition `imp` promises to `foreach`. Deleted
//! entries stay as holes, so that an iteration goes on undisturbed; growing
//! squeezes them out. Up to [`LINEAR`] entries need no index: with interned
//! keys the search compares whole values, eight bytes each.
//!
//! In edition `imp-compat` entries stand where the reference has them: what is
//! different then is in [`super::nodes`].

use super::nodes::TableOrder;
use super::object::{Entry, Kind, Table};
use super::work::count;
use super::{Heap, OutOfMemory};
use crate::value::Value;
use core::ptr;

/// Tables up to this capacity have no index.
pub(crate) const LINEAR: u32 = 8;

/// An index slot that refers to no entry.
const EMPTY: u32 = u32::MAX;

/// The hash of a key.
#[inline(always)]
unsafe fn hash_key(key: Value) -> u32 {
    if key.is_string() {
        // Keys are interned and interned strings have their hash.
        super::string::hash_of(key.as_string())
    } else {
        let bits = key.bits();
        let mixed = (bits ^ bits >> 32) as u32;
        let spread = mixed.wrapping_mul(0x9E37_79B1);
        spread ^ spread >> 15
    }
}

/// Bytes per index slot: as few as the capacity allows.
const fn index_width(capacity: u32) -> usize {
    if capacity < 0xFF {
        1
    } else if capacity < 0xFFFF {
        2
    } else {
        4
    }
}

/// How many slots the index of a table has.
const fn index_slots(capacity: u32) -> usize {
    if capacity <= LINEAR { 0 } else { (capacity as usize + capacity as usize / 3 + 1).next_power_of_two() }
}

/// Bytes between the entries and what may follow the index.
pub(super) const fn index_bytes(capacity: u32) -> usize {
    index_slots(capacity) * index_width(capacity)
}

/// Empties the index of a table, whose storage must have room for it.
pub(super) unsafe fn reset_index(table: *mut Table) {
    let capacity = (*table).capacity;
    (*table).index_mask = (index_slots(capacity) as u32).saturating_sub(1);
    (*table).entries.add(capacity as usize).cast::<u8>().write_bytes(0xFF, index_bytes(capacity));
}

#[inline(always)]
unsafe fn read_index(table: *const Table, position: u32) -> u32 {
    let index = (*table).entries.add((*table).capacity as usize).cast::<u8>();
    match index_width((*table).capacity) {
        1 => match *index.add(position as usize) {
            0xFF => EMPTY,
            entry => entry as u32,
        },
        2 => match *index.cast::<u16>().add(position as usize) {
            0xFFFF => EMPTY,
            entry => entry as u32,
        },
        _ => *index.cast::<u32>().add(position as usize),
    }
}

unsafe fn write_index(table: *mut Table, position: u32, entry: u32) {
    let index = (*table).entries.add((*table).capacity as usize).cast::<u8>();
    match index_width((*table).capacity) {
        1 => *index.add(position as usize) = entry as u8,
        2 => *index.cast::<u16>().add(position as usize) = entry as u16,
        _ => *index.cast::<u32>().add(position as usize) = entry,
    }
}

/// The entry with this key, or null. Strings must be interned.
///
/// # Safety
/// Table and key must be valid.
#[cfg_attr(compact, inline(never))]
#[cfg_attr(not(compact), inline(always))]
pub(crate) unsafe fn find(table: *const Table, key: Value) -> *mut Entry {
    if (*table).index_mask == 0 {
        let mut entry = (*table).entries;
        let end = entry.add((*table).used as usize);
        while entry < end {
            if (*entry).key == key {
                return entry;
            }
            entry = entry.add(1);
        }
        return ptr::null_mut();
    }
    find_indexed(table, key)
}

#[inline]
unsafe fn find_indexed(table: *const Table, key: Value) -> *mut Entry {
    let index = (*table).entries.add((*table).capacity as usize);
    match index_width((*table).capacity) {
        1 => probe(table, index.cast::<u8>(), key),
        2 => probe(table, index.cast::<u16>(), key),
        _ => probe(table, index.cast::<u32>(), key),
    }
}

/// Looks a key up in an index whose slots are of type `T`.
#[inline(always)]
unsafe fn probe<T: IndexSlot>(table: *const Table, index: *const T, key: Value) -> *mut Entry {
    let (entries, mask) = ((*table).entries, (*table).index_mask);
    let mut position = hash_key(key) & mask;
    loop {
        count(1);
        let slot = *index.add(position as usize);
        if slot == T::EMPTY {
            return ptr::null_mut();
        }
        let entry = entries.add(slot.number());
        if (*entry).key == key {
            return entry;
        }
        position = (position + 1) & mask;
    }
}

/// A slot of an index: the number of an entry, or [`IndexSlot::EMPTY`].
trait IndexSlot: Copy + PartialEq {
    const EMPTY: Self;

    fn number(self) -> usize;
}

macro_rules! index_slots {
    ($($type:ty)*) => {
        $(impl IndexSlot for $type {
            const EMPTY: Self = Self::MAX;

            #[inline(always)]
            fn number(self) -> usize {
                self as usize
            }
        })*
    };
}

index_slots! { u8 u16 u32 }

pub(super) unsafe fn enter_index(table: *mut Table, key: Value, number: u32) {
    if (*table).index_mask == 0 {
        return;
    }
    let mut position = hash_key(key) & (*table).index_mask;
    count(1);
    while read_index(table, position) != EMPTY {
        count(1);
        position = (position + 1) & (*table).index_mask;
    }
    write_index(table, position, number);
}

/// The position in the index of an entry that is there.
unsafe fn index_position(table: *const Table, key: Value, number: u32) -> u32 {
    let mut position = hash_key(key) & (*table).index_mask;
    while read_index(table, position) != number {
        count(1);
        position = (position + 1) & (*table).index_mask;
    }
    position
}

/// Changes the number of an entry in the index.
pub(super) unsafe fn move_index(table: *mut Table, key: Value, from: u32, to: u32) {
    if (*table).index_mask != 0 {
        write_index(table, index_position(table, key, from), to);
    }
}

/// Takes an entry out of the index. Those that had to go further because of it move back.
pub(super) unsafe fn remove_index(table: *mut Table, key: Value, number: u32) {
    let mask = (*table).index_mask;
    if mask == 0 {
        return;
    }
    let mut hole = index_position(table, key, number);
    let mut position = hole;
    loop {
        count(1);
        position = (position + 1) & mask;
        let follower = read_index(table, position);
        if follower == EMPTY {
            break;
        }
        let home = hash_key((*(*table).entries.add(follower as usize)).key) & mask;
        if position.wrapping_sub(home) & mask >= position.wrapping_sub(hole) & mask {
            write_index(table, hole, follower);
            hole = position;
        }
    }
    write_index(table, hole, EMPTY);
}

/// The first entry at or after this position that is not a hole, or null. Positions are what `foreach` keeps.
///
/// A run of holes is walked only once: its first hole then remembers how far it leads, or else a program that takes
/// the first slot off a table again and again would walk over all that were there before.
///
/// # Safety
/// The table must be valid.
pub(crate) unsafe fn entry_from(table: *const Table, position: u32) -> *mut Entry {
    let (entries, used) = ((*table).entries, (*table).used);
    let mut number = position;
    while number < used && (*entries.add(number as usize)).key == Value::HOLE {
        count(1);
        let leads = (*entries.add(number as usize)).value;
        number += if leads.is_int() { leads.number() } else { 1 };
    }
    if number >= used {
        if position < used {
            remember_run(entries.add(position as usize), used - position);
        }
        return ptr::null_mut();
    }
    if number != position {
        remember_run(entries.add(position as usize), number - position);
    }
    entries.add(number as usize)
}

/// Lets a hole remember how many holes begin with it, unless they may be filled again.
unsafe fn remember_run(first: *mut Entry, length: u32) {
    if (*first).value != Value::HOLE {
        (*first).value = Value::int(length as i32);
    }
}

impl Heap {
    /// A new table with room for `capacity` slots.
    ///
    /// # Safety
    /// As [`Heap::allocate`].
    pub(crate) unsafe fn new_table(&mut self, capacity: u32) -> Result<*mut Table, OutOfMemory> {
        let table = self.new_object::<Table>(Kind::Table, size_of::<Table>())?;
        (*table).delegate = ptr::null_mut();
        (*table).entries = ptr::null_mut();
        (*table).used = 0;
        (*table).live = 0;
        (*table).capacity = 0;
        (*table).index_mask = 0;
        if capacity > 0 {
            match self.table_order {
                TableOrder::Insertion => self.resize_table(table, capacity)?,
                TableOrder::Nodes => self.allocate_nodes(table, capacity)?,
            }
        }
        Ok(table)
    }

    /// Moves the entries, without holes, to new storage.
    unsafe fn resize_table(&mut self, table: *mut Table, capacity: u32) -> Result<(), OutOfMemory> {
        if capacity >= u32::MAX / 4 {
            return Err(self.out_of_memory());
        }
        let entries_needed = capacity as usize + index_bytes(capacity).div_ceil(size_of::<Entry>());
        let entries = self.allocate_storage::<Entry>(entries_needed)?;
        let old_entries = (*table).entries;
        count((*table).used as usize);
        let mut used = 0;
        for number in 0..(*table).used as usize {
            let entry = *old_entries.add(number);
            if entry.key != Value::HOLE {
                *entries.add(used) = entry;
                used += 1;
            }
        }
        (*table).entries = entries;
        (*table).capacity = capacity;
        (*table).used = used as u32;
        reset_index(table);
        for number in 0..used {
            enter_index(table, (*entries.add(number)).key, number as u32);
        }
        self.free_storage(old_entries);
        Ok(())
    }

    /// Stores a value under a key, which is created if it is missing.
    ///
    /// # Safety
    /// As [`Heap::allocate`]; the key must not be null and strings must be interned.
    pub(crate) unsafe fn table_set(
        &mut self,
        table: *mut Table,
        key: Value,
        value: Value,
    ) -> Result<(), OutOfMemory> {
        let entry = find(table, key);
        if !entry.is_null() {
            self.store(&mut (*entry).value, value);
            return Ok(());
        }
        if (*table).used == (*table).capacity {
            if self.table_order == TableOrder::Nodes {
                if table == self.roots.root {
                    self.sites.clear();
                }
                return self.nodes_insert(table, key, value);
            }
            // Full of holes: squeeze them out, and shrink if there are very many. Else double.
            let capacity = match (*table).capacity {
                0 => 2,
                full if (*table).live < full / 4 => full / 2,
                full if (*table).live < full - full / 4 => full,
                full => full.saturating_mul(2),
            };
            self.resize_table(table, capacity)?;
        }
        if table == self.roots.root {
            self.sites.clear();
        }
        Heap::retain(key);
        Heap::retain(value);
        let number = (*table).used;
        *(*table).entries.add(number as usize) = Entry { key, value };
        (*table).used += 1;
        (*table).live += 1;
        enter_index(table, key, number);
        Ok(())
    }

    /// Deletes a slot. The value stays valid for the caller until the next safe point.
    ///
    /// # Safety
    /// Table and key must be valid; strings must be interned.
    pub(crate) unsafe fn table_delete(&mut self, table: *mut Table, key: Value) -> Option<Value> {
        let entry = find(table, key);
        if entry.is_null() {
            return None;
        }
        let value = (*entry).value;
        self.discard((*entry).key);
        self.discard(value);
        if self.table_order == TableOrder::Nodes {
            self.nodes_delete(table, entry);
            return Some(value);
        }
        *entry = Entry { key: Value::HOLE, value: Value::NULL };
        (*table).live -= 1;
        Some(value)
    }

    /// Deletes all slots.
    ///
    /// # Safety
    /// The table must be valid.
    pub(crate) unsafe fn table_clear(&mut self, table: *mut Table) {
        for number in 0..(*table).used as usize {
            let entry = *(*table).entries.add(number);
            self.discard(entry.key);
            self.discard(entry.value);
        }
        if self.table_order == TableOrder::Nodes {
            return self.nodes_clear(table);
        }
        let entries = core::mem::replace(&mut (*table).entries, ptr::null_mut());
        (*table).used = 0;
        (*table).live = 0;
        (*table).capacity = 0;
        (*table).index_mask = 0;
        self.free_storage(entries);
    }

    /// A shallow copy with the same delegate.
    ///
    /// # Safety
    /// As [`Heap::allocate`].
    pub(crate) unsafe fn clone_table(&mut self, table: *mut Table) -> Result<*mut Table, OutOfMemory> {
        let copy = self.new_table(match self.table_order {
            TableOrder::Insertion => (*table).live,
            TableOrder::Nodes => (*table).capacity,
        })?;
        for number in 0..(*table).used as usize {
            let entry = *(*table).entries.add(number);
            if entry.key != Value::HOLE {
                self.table_set(copy, entry.key, entry.value)?;
            }
        }
        self.store_object(&mut (*copy).delegate, (*table).delegate);
        Ok(copy)
    }
}
