//! Strings: immutable bytes with their hash.
//!
//! Up to [`INTERNED_LENGTH`] bytes, equal strings are the same object, so that
//! comparing addresses decides. Longer ones are interned only when they become
//! table keys. Literals of a loaded image enter the same set.

use super::object::{Header, Kind, SPECIAL, StringObject};
use super::{Heap, OutOfMemory};
use crate::value::Value;
use tamias_bytecode::hash::hash_bytes;
use tamias_bytecode::layout::string;

/// Strings up to this length are interned when they are made.
pub(crate) const INTERNED_LENGTH: usize = 40;

/// The bytes of a string.
///
/// # Safety
/// The string must be valid for as long as the slice is used.
#[inline(always)]
pub(crate) unsafe fn bytes<'a>(string: *const StringObject) -> &'a [u8] {
    core::slice::from_raw_parts(string.add(1).cast(), (*string).length as usize)
}

/// The hash of an interned string's contents.
///
/// # Safety
/// The string must be valid and interned: others have 0 until it is asked for.
#[inline(always)]
pub(crate) unsafe fn hash_of(string: *const StringObject) -> u32 {
    string::hash((*string).header.word)
}

unsafe fn set_hash(string: *mut StringObject, hash: u32) {
    (*string).header.word |= hash << string::HASH_SHIFT;
}

/// The hash of a string's contents.
///
/// # Safety
/// The string must be valid.
pub(crate) unsafe fn hash(string: *mut StringObject) -> u32 {
    let hash = hash_of(string);
    if hash != 0 || (*string).header.word & SPECIAL != 0 {
        return hash;
    }
    let hash = hash_bytes(bytes(string));
    set_hash(string, hash);
    hash
}

/// Whether two strings have the same bytes.
///
/// # Safety
/// Both must be valid.
#[cfg_attr(compact, inline(never))]
#[cfg_attr(not(compact), inline(always))]
pub(crate) unsafe fn equal(left: *mut StringObject, right: *mut StringObject) -> bool {
    if left == right {
        return true;
    }
    // Two interned strings differ if their addresses do.
    if (*left).header.word & (*right).header.word & SPECIAL != 0 || (*left).length != (*right).length {
        return false;
    }
    bytes(left) == bytes(right)
}

impl Heap {
    /// The string with these bytes.
    ///
    /// # Safety
    /// As [`Heap::allocate`].
    pub(crate) unsafe fn new_string(&mut self, contents: &[u8]) -> Result<*mut StringObject, OutOfMemory> {
        if contents.len() <= INTERNED_LENGTH {
            return self.intern(contents);
        }
        self.concatenation(contents, &[])
    }

    /// The string of two parts.
    ///
    /// # Safety
    /// As [`Heap::allocate`].
    pub(crate) unsafe fn concatenation(
        &mut self,
        left: &[u8],
        right: &[u8],
    ) -> Result<*mut StringObject, OutOfMemory> {
        let length = left.len().saturating_add(right.len());
        if length <= INTERNED_LENGTH {
            let mut room = [0; INTERNED_LENGTH];
            room[..left.len()].copy_from_slice(left);
            room[left.len()..length].copy_from_slice(right);
            return self.intern(&room[..length]);
        }
        self.reserve_zct_entry()?;
        let string = self.allocate_string(length)?;
        let contents = string.add(1).cast::<u8>();
        contents.copy_from_nonoverlapping(left.as_ptr(), left.len());
        contents.add(left.len()).copy_from_nonoverlapping(right.as_ptr(), right.len());
        self.enter_zct(string.cast());
        Ok(string)
    }

    /// The string of `length` bytes that `fill` writes; it gets zeros.
    ///
    /// # Safety
    /// As [`Heap::allocate`].
    pub(crate) unsafe fn new_string_with(
        &mut self,
        length: usize,
        fill: impl FnOnce(&mut [u8]),
    ) -> Result<*mut StringObject, OutOfMemory> {
        if length <= INTERNED_LENGTH {
            let mut room = [0; INTERNED_LENGTH];
            fill(&mut room[..length]);
            return self.intern(&room[..length]);
        }
        self.reserve_zct_entry()?;
        let string = self.allocate_string(length)?;
        let contents = string.add(1).cast::<u8>();
        contents.write_bytes(0, length);
        fill(core::slice::from_raw_parts_mut(contents, length));
        self.enter_zct(string.cast());
        Ok(string)
    }

    /// A string whose bytes are still to be written; the NUL after them is there.
    unsafe fn allocate_string(&mut self, length: usize) -> Result<*mut StringObject, OutOfMemory> {
        if length > i32::MAX as usize {
            return Err(self.out_of_memory());
        }
        let string =
            self.allocate(size_of::<StringObject>() + length + 1, Kind::String)?.cast::<StringObject>();
        (*string).length = length as u32;
        *string.add(1).cast::<u8>().add(length) = 0;
        Ok(string)
    }

    /// The interned string with these bytes.
    ///
    /// # Safety
    /// As [`Heap::allocate`].
    pub(crate) unsafe fn intern(&mut self, contents: &[u8]) -> Result<*mut StringObject, OutOfMemory> {
        let hash = hash_bytes(contents);
        let found = self.find_interned(hash, contents);
        if !found.is_null() {
            return Ok(found);
        }
        self.reserve_zct_entry()?;
        self.reserve_slot(|heap| &mut heap.strings, |string| hash_of(string))?;
        let string = self.allocate_string(contents.len())?;
        (*string).header.word |= SPECIAL;
        set_hash(string, hash);
        string.add(1).cast::<u8>().copy_from_nonoverlapping(contents.as_ptr(), contents.len());
        self.strings.insert(hash, string);
        self.enter_zct(string.cast());
        Ok(string)
    }

    /// The interned string with these bytes, or null.
    ///
    /// # Safety
    /// `hash` must be the hash of `contents`.
    pub(crate) unsafe fn find_interned(&self, hash: u32, contents: &[u8]) -> *mut StringObject {
        let found = self.strings.find(hash, |string| hash_of(string) == hash && bytes(string) == contents);
        #[cfg(in_place)]
        if found.is_null() {
            return self.find_literal(hash, contents);
        }
        found
    }

    /// The string itself if it is interned, or an interned one with the same bytes, or null if there is none.
    ///
    /// # Safety
    /// The string must be valid.
    #[inline(always)]
    pub(crate) unsafe fn interned(&self, string: *mut StringObject) -> *mut StringObject {
        if (*string).header.word & SPECIAL != 0 {
            return string;
        }
        self.find_interned(hash(string), bytes(string))
    }

    /// Makes a string fit for a table key: interns it if it is not.
    ///
    /// # Safety
    /// As [`Heap::allocate`].
    pub(crate) unsafe fn intern_string(
        &mut self,
        string: *mut StringObject,
    ) -> Result<*mut StringObject, OutOfMemory> {
        let found = self.interned(string);
        if !found.is_null() {
            return Ok(found);
        }
        self.reserve_slot(|heap| &mut heap.strings, |string| hash_of(string))?;
        (*string).header.word |= SPECIAL;
        self.strings.insert(hash_of(string), string);
        Ok(string)
    }

    /// The literal of the image with these bytes, or null.
    #[cfg(in_place)]
    unsafe fn find_literal(&self, hash: u32, contents: &[u8]) -> *mut StringObject {
        let Some(program) = self.programs.as_ref() else { return core::ptr::null_mut() };
        match program.image.find_string(hash, contents) {
            Some(offset) => {
                let from_first = (offset - program.image.strings_offset()) as usize;
                self.literals.add(from_first).cast_mut().cast()
            }
            None => core::ptr::null_mut(),
        }
    }

    /// Puts literals of the image in the place of interned strings that were there before it was loaded: from
    /// now on the literal is *the* string with these bytes. Names of the VM and keys of tables follow; all other
    /// references to the old string are as good as before, but no longer to an interned one.
    ///
    /// # Safety
    /// The image must have just been loaded.
    #[cfg(in_place)]
    pub(crate) unsafe fn adopt_literals(&mut self) {
        loop {
            let mut twins = (core::ptr::null_mut(), core::ptr::null_mut());
            self.strings.for_each(|string| {
                let literal = self.find_literal(hash_of(string), bytes(string));
                if !literal.is_null() {
                    twins = (string, literal);
                }
            });
            let (string, literal) = twins;
            if string.is_null() {
                return;
            }
            self.strings.remove(hash_of(string), string, |string| hash_of(string));
            // The names of the VM are not written to: they may lie in flash. Nobody knows them any more afterwards.
            if (*string).header.word & super::object::STATIC == 0 {
                (*string).header.word &= !SPECIAL;
            }
            self.replace_name(string, literal);
        }
    }

    #[cfg(in_place)]
    unsafe fn replace_name(&mut self, old: *mut StringObject, new: *mut StringObject) {
        let heap: *mut Heap = self;
        for name in (*heap).roots.metamethod_names.iter_mut().chain([&mut (*heap).roots.constructor_name]) {
            if *name == old {
                *name = new;
                self.discard_object(old);
            }
        }
        super::blocks::Blocks::walk(&raw mut (*heap).blocks, |header| {
            if (*header).kind() != Kind::Table {
                return;
            }
            let table = header.cast::<super::object::Table>();
            for position in 0..(*table).used as usize {
                let key = &raw mut (*(*table).entries.add(position)).key;
                if (*key).is_string() && (*key).as_string() == old {
                    *key = Value::from_string(new);
                    (*heap).discard_object(old);
                }
            }
        });
    }

    /// Enters a literal of an image, or gives the string with the same bytes that is there already.
    ///
    /// # Safety
    /// `literal` must be a static string that outlives the heap.
    pub(crate) unsafe fn intern_literal(
        &mut self,
        literal: *mut StringObject,
    ) -> Result<*mut StringObject, OutOfMemory> {
        let found = self.find_interned(hash_of(literal), bytes(literal));
        if !found.is_null() {
            return Ok(found);
        }
        self.reserve_slot(|heap| &mut heap.strings, |string| hash_of(string))?;
        self.strings.insert(hash_of(literal), literal);
        Ok(literal)
    }

    /// Takes a dying string out of the set.
    pub(super) unsafe fn forget_string(&mut self, header: *mut Header) {
        if (*header).word & SPECIAL != 0 {
            let string = header.cast::<StringObject>();
            self.strings.remove(hash_of(string), string, |string| hash_of(string));
        }
    }

    /// A value for use as a table key: strings are interned.
    ///
    /// # Safety
    /// As [`Heap::allocate`].
    #[cfg_attr(compact, inline(never))]
    #[cfg_attr(not(compact), inline(always))]
    pub(crate) unsafe fn intern_key(&mut self, key: Value) -> Result<Value, OutOfMemory> {
        if key.is_string() { Ok(Value::from_string(self.intern_string(key.as_string())?)) } else { Ok(key) }
    }

    /// As [`Heap::intern_key`] for looking up: `None` if no table can have this key.
    ///
    /// # Safety
    /// `key` must be valid.
    #[cfg_attr(compact, inline(never))]
    #[cfg_attr(not(compact), inline(always))]
    pub(crate) unsafe fn as_key(&self, key: Value) -> Option<Value> {
        if key.is_string() {
            let interned = self.interned(key.as_string());
            if interned.is_null() { None } else { Some(Value::from_string(interned)) }
        } else {
            Some(key)
        }
    }
}
