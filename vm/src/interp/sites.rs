//! Site caches: what a lookup found the last time at this place in the code.
//!
//! Instructions that look slots up ask here first. One array serves all code:
//! the address of the instruction chooses the entry, and the entry says for
//! which address and class it holds, so that two places that share it only
//! slow each other down. For tables an entry is no more than a guess, which
//! the instruction checks against the key at that position.
//!
//! An entry for a class stays true for as long as the class exists: instances
//! exist only of classes whose fields are fixed, and members keep their index.
//! A member added to such a class could hide a slot of the root table, and a
//! slot added to the root table hides an entry of a library. Both, and the end
//! of a class, clear the array ([`Sites::clear`]).
//!
//! Only hosts have these caches. A microcontroller has no memory to spare for
//! them, and there the search itself is as fast.

use crate::value::{Tag, Value};

/// Places in the code whose lookups a VM remembers; 0 if this build has no such caches.
pub const SITE_CACHES: usize = if cfg!(all(target_pointer_width = "64", feature = "std")) { 1024 } else { 0 };

/// Whether there are caches.
pub(crate) const ENABLED: bool = SITE_CACHES != 0;

/// Where a name leads to, seen from an instance.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// A field of the instance.
    Field(u32),
    /// A method or static member of its class.
    Method(u32),
    /// A slot of the root table, probably at this position.
    Root(u32),
    /// A function in the library of the native class: its position there.
    Native(u32),
    /// A function of an installed library that no slot of the root table hides: the number of the library times
    /// 256, and the position there.
    Library(u32),
}

/// Positions beyond this are not remembered.
const MAX_POSITION: u32 = (1 << 13) - 1;

impl Place {
    fn pack(self) -> Option<u64> {
        let (kind, position) = match self {
            Place::Field(position) => (0, position),
            Place::Method(position) => (1, position),
            Place::Root(position) => (2, position),
            Place::Native(position) => (3, position),
            Place::Library(position) => (4, position),
        };
        (position <= MAX_POSITION).then_some((position << 3 | kind).into())
    }

    #[inline(always)]
    fn unpack(packed: u32) -> Place {
        match packed & 7 {
            0 => Place::Field(packed >> 3),
            1 => Place::Method(packed >> 3),
            2 => Place::Root(packed >> 3),
            3 => Place::Native(packed >> 3),
            _ => Place::Library(packed >> 3),
        }
    }
}

#[cfg(all(target_pointer_width = "64", feature = "std"))]
mod array {
    use std::boxed::Box;
    use std::vec;

    const COUNT: usize = super::SITE_CACHES;
    const _: () = assert!(COUNT.is_power_of_two());

    #[derive(Clone, Copy)]
    pub(super) struct Site {
        /// The class; or for types with default methods, the address and the tag.
        pub key: u64,
        /// Address and place for classes, a native function for other types, a position for tables.
        pub found: u64,
    }

    const EMPTY: Site = Site { key: 0, found: 0 };

    pub(super) struct Array(Box<[Site; COUNT]>);

    impl Array {
        pub(super) fn new() -> Array {
            let sites = vec![EMPTY; COUNT].into_boxed_slice().try_into();
            Array(sites.unwrap_or_else(|_| Box::new([EMPTY; COUNT])))
        }

        #[inline(always)]
        pub(super) fn at(&self, pc: *const u32) -> Site {
            self.0[(pc as usize >> 2) % COUNT]
        }

        #[inline(always)]
        pub(super) fn set(&mut self, pc: *const u32, site: Site) {
            self.0[(pc as usize >> 2) % COUNT] = site;
        }

        pub(super) fn clear(&mut self) {
            self.0.fill(EMPTY);
        }
    }
}

#[cfg(not(all(target_pointer_width = "64", feature = "std")))]
mod array {
    #[derive(Clone, Copy)]
    pub(super) struct Site {
        pub key: u64,
        pub found: u64,
    }

    pub(super) struct Array;

    impl Array {
        pub(super) fn new() -> Array {
            Array
        }

        #[inline(always)]
        pub(super) fn at(&self, _: *const u32) -> Site {
            Site { key: 0, found: 0 }
        }

        #[inline(always)]
        pub(super) fn set(&mut self, _: *const u32, _: Site) {}

        pub(super) fn clear(&mut self) {}
    }
}

use array::{Array, Site};

/// The caches of a VM. Places are given by the address of the instruction that follows.
pub(crate) struct Sites {
    array: Array,
}

impl Sites {
    pub(crate) fn new() -> Sites {
        Sites { array: Array::new() }
    }

    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        self.array.clear();
    }

    /// Where the name of this instruction leads to for an instance of the class (or in the root table), if that
    /// is known.
    #[inline(always)]
    pub(super) fn place<T>(&self, pc: *const u32, class: *const T) -> Option<Place> {
        if !ENABLED {
            return None;
        }
        let site = self.array.at(spread(pc, class));
        let is_this = site.key == class as u64 && site.found >> 16 == pc as u64;
        is_this.then(|| Place::unpack(site.found as u16 as u32))
    }

    pub(super) fn remember_place<T>(&mut self, pc: *const u32, class: *const T, place: Place) {
        if let Some(packed) = place.pack() {
            let site = Site { key: class as u64, found: (pc as u64) << 16 | packed };
            self.array.set(spread(pc, class), site);
        }
    }

    /// A position in a table where the key of this instruction may be.
    #[inline(always)]
    pub(super) fn position(&self, pc: *const u32) -> u32 {
        self.array.at(pc).found as u16 as u32
    }

    pub(super) fn remember_position(&mut self, pc: *const u32, position: u32) {
        if position <= u16::MAX.into() {
            self.array.set(pc, Site { key: 0, found: position.into() });
        }
    }

    /// The default method that this instruction found for a type, if it is known.
    #[inline(always)]
    pub(super) fn default_method(&self, pc: *const u32, tag: u32) -> Option<Value> {
        if !ENABLED {
            return None;
        }
        let site = self.array.at(pc);
        (site.key == type_key(pc, tag))
            .then(|| Value::from_pointer(Tag::Native, site.found as usize as *const u8))
    }

    pub(super) fn remember_default_method(&mut self, pc: *const u32, tag: u32, method: Value) {
        self.array.set(pc, Site { key: type_key(pc, tag), found: method.pointer::<u8>() as usize as u64 });
    }
}

/// Where the entry of an instruction for a class is: an instruction that sees objects of several classes has as many.
#[inline(always)]
fn spread<T>(pc: *const u32, class: *const T) -> *const u32 {
    pc.wrapping_byte_add(class as usize)
}

/// Classes are aligned, so their addresses are even.
#[inline(always)]
fn type_key(pc: *const u32, tag: u32) -> u64 {
    (pc as u64) << 6 | u64::from(tag) << 1 | 1
}
