//! Tables of edition `imp-compat`, which iterate in the order of the reference's hash table.
//!
//! There the order is that of the nodes, and where the node of a key is depends on the hashes of the keys and on what
//! was entered and deleted before (language, section 4.3). So the entries of such a table stand where the nodes of
//! the reference would be, with holes between them, and lookups go through the index as in any other table
//! ([`super::table`]). What only the reference's own lookups need is kept beside the index as well, because it
//! decides where the next key goes: the next node of each chain and the first node that may be free.
//!
//! ```text
//! entries[capacity]   index   next[capacity]   first free
//! ```
//!
//! Strings, numbers and bools hash as on a device, whose characters are unsigned. Objects hash by address there;
//! here it is their position in the heap, which is the same in every run.

use super::object::{Entry, Table};
use super::table::{enter_index, index_bytes, move_index, remove_index, reset_index};
use super::work::count;
use super::{Heap, OutOfMemory};
use crate::value::{Tag, Value};

/// What tables iterate in the order of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum TableOrder {
    /// Insertion.
    Insertion,
    /// The nodes of the reference.
    Nodes,
}

/// The nodes of the smallest table.
const MINIMUM: u32 = 4;

/// The end of a chain.
const END: u32 = u32::MAX;

/// A node that is not in use. Its value says that runs of holes are not remembered here: any of them may be used.
const FREE: Entry = Entry { key: Value::HOLE, value: Value::HOLE };

/// Bytes behind the index of a table.
pub(super) const fn bytes_of_links(capacity: u32) -> usize {
    (capacity as usize + 1) * size_of::<u32>()
}

/// The next nodes, and behind them the first free one.
unsafe fn links(table: *const Table) -> *mut u32 {
    let index = (*table).entries.add((*table).capacity as usize).cast::<u8>();
    index.add(index_bytes((*table).capacity).next_multiple_of(size_of::<u32>())).cast()
}

unsafe fn next(table: *const Table, node: u32) -> *mut u32 {
    links(table).add(node as usize)
}

unsafe fn first_free(table: *const Table) -> *mut u32 {
    links(table).add((*table).capacity as usize)
}

unsafe fn entry(table: *const Table, node: u32) -> *mut Entry {
    (*table).entries.add(node as usize)
}

unsafe fn is_free(table: *const Table, node: u32) -> bool {
    (*entry(table, node)).key == Value::HOLE
}

/// The hash of a string in the reference: long ones are not read whole.
fn hash_string(bytes: &[u8]) -> u32 {
    let step = bytes.len() >> 5 | 1;
    bytes[..bytes.len() / step].iter().fold(bytes.len() as u32, |hash, byte| {
        hash ^ (hash << 5).wrapping_add(hash >> 2).wrapping_add(u32::from(*byte))
    })
}

/// The number of nodes of a new table for so many slots.
const fn nodes_for(slots: u32) -> u32 {
    let mut nodes = MINIMUM;
    while nodes < slots {
        nodes *= 2;
    }
    nodes
}

impl Heap {
    /// The node where a key belongs if nothing else is there.
    unsafe fn main_node(&self, table: *const Table, key: Value) -> u32 {
        let hash = match key.tag() {
            Tag::String => hash_string(super::string::bytes(key.as_string())),
            Tag::Float => key.as_float() as i32 as u32,
            _ if key.is_reference() => self.position_of(key.pointer()) as u32,
            Tag::Int | Tag::Bool => key.number(),
            _ => 0,
        };
        hash & ((*table).capacity - 1)
    }

    /// Makes the storage of a new table for so many slots.
    pub(super) unsafe fn allocate_nodes(&mut self, table: *mut Table, slots: u32) -> Result<(), OutOfMemory> {
        if slots > u32::MAX / 8 {
            return Err(self.out_of_memory());
        }
        let nodes = nodes_for(slots);
        let bytes = index_bytes(nodes).next_multiple_of(size_of::<u32>()) + bytes_of_links(nodes);
        let entries = self.allocate_storage::<Entry>(nodes as usize + bytes.div_ceil(size_of::<Entry>()))?;
        (*table).entries = entries;
        empty_nodes(table, nodes);
        Ok(())
    }

    /// Enters a key that is not in the table.
    ///
    /// # Safety
    /// As [`Heap::table_set`].
    #[cold]
    pub(super) unsafe fn nodes_insert(
        &mut self,
        table: *mut Table,
        key: Value,
        value: Value,
    ) -> Result<(), OutOfMemory> {
        if (*table).capacity == 0 {
            self.allocate_nodes(table, 0)?;
        } else if !has_free_node(table) {
            // There was no memory for a larger table when the last one was taken.
            self.rehash(table, (*table).live, Rehash::Always)?;
        }
        self.place(table, Entry { key, value });
        Heap::retain(key);
        Heap::retain(value);
        if !has_free_node(table) {
            // The reference does not count the new key yet.
            self.rehash(table, (*table).live - 1, Rehash::Always)?;
        }
        Ok(())
    }

    /// Deletes an entry of which nothing but the key is needed any more.
    ///
    /// # Safety
    /// The entry must be one of the table.
    #[cold]
    pub(super) unsafe fn nodes_delete(&mut self, table: *mut Table, deleted: *mut Entry) {
        remove_index(table, (*deleted).key, deleted.offset_from((*table).entries) as u32);
        *deleted = FREE;
        (*table).live -= 1;
        // Without memory the table keeps its size.
        let _ = self.rehash(table, (*table).live, Rehash::IfNeeded);
    }

    /// Deletes all entries, which have been discarded.
    ///
    /// # Safety
    /// The table must be valid.
    #[cold]
    pub(super) unsafe fn nodes_clear(&mut self, table: *mut Table) {
        if (*table).capacity > 0 {
            empty_nodes(table, ((*table).capacity / 2).max(MINIMUM));
        }
    }

    /// Puts an entry into the node where the reference puts it. There must be a free node.
    unsafe fn place(&mut self, table: *mut Table, new: Entry) {
        let mut main = self.main_node(table, new.key);
        if !is_free(table, main) {
            let free = *first_free(table);
            let mut other = self.main_node(table, (*entry(table, main)).key);
            if main > free && other != main {
                // What is here belongs elsewhere and moves into the free node.
                while *next(table, other) != main && *next(table, other) != END {
                    count(1);
                    other = *next(table, other);
                }
                *next(table, other) = free;
                *entry(table, free) = *entry(table, main);
                *next(table, free) = *next(table, main);
                *next(table, main) = END;
                move_index(table, (*entry(table, free)).key, main, free);
            } else {
                *next(table, free) = *next(table, main);
                *next(table, main) = free;
                main = free;
            }
        }
        *entry(table, main) = new;
        enter_index(table, new.key, main);
        (*table).live += 1;
    }

    /// Grows or shrinks a table with so many keys as the reference does, and enters all keys again.
    unsafe fn rehash(&mut self, table: *mut Table, keys: u32, rehash: Rehash) -> Result<(), OutOfMemory> {
        let (old, old_nodes) = ((*table).entries, (*table).capacity);
        let nodes = match old_nodes {
            size if keys >= size - size / 4 => size.checked_mul(2).ok_or_else(|| self.out_of_memory())?,
            size if keys <= size / 4 && size > MINIMUM => size / 2,
            size if rehash == Rehash::Always => size,
            _ => return Ok(()),
        };
        count(old_nodes as usize);
        self.allocate_nodes(table, nodes)?;
        for node in 0..old_nodes {
            let entry = *old.add(node as usize);
            if entry.key != Value::HOLE {
                self.place(table, entry);
                has_free_node(table);
            }
        }
        self.free_storage(old);
        Ok(())
    }
}

/// When keys are entered again.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rehash {
    IfNeeded,
    Always,
}

/// Makes all nodes of a table free. Its storage must have room for them.
unsafe fn empty_nodes(table: *mut Table, nodes: u32) {
    (*table).capacity = nodes;
    (*table).used = nodes;
    (*table).live = 0;
    reset_index(table);
    for node in 0..nodes {
        *entry(table, node) = FREE;
        *next(table, node) = END;
    }
    *first_free(table) = nodes - 1;
}

/// Whether there is still a free node at the end of no chain; the first one found is the next to be used.
unsafe fn has_free_node(table: *mut Table) -> bool {
    let free = first_free(table);
    loop {
        if is_free(table, *free) && *next(table, *free) == END {
            return true;
        }
        if *free == 0 {
            return false;
        }
        count(1);
        *free -= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::hash_string;

    #[test]
    fn long_strings_are_not_hashed_whole() {
        let mut text = [b'x'; 64];
        let hash = hash_string(&text);
        text[40] = b'y';
        assert_eq!(hash_string(&text), hash);
        text[4] = b'y';
        assert_ne!(hash_string(&text), hash);
    }
}
