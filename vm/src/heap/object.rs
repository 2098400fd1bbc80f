//! The layouts of heap objects.
//!
//! Every block of the heap starts with a [`Header`], and the kind in it says
//! which structure follows. This file is data only: the functions on strings,
//! tables, arrays and classes are in the files named after them, and what
//! holds references is listed once, in [`super::trace`].
//!
//! A pointer in one of these structures that is not a [`Value`] is either null
//! or valid for as long as the object lives. "Counted" means that it holds one
//! reference count of its target.

use crate::interp::stack::ThreadState;
use crate::native::{NativeClass, NativeFunction};
use crate::program::Function;
use crate::value::Value;
use core::any::TypeId;

/// What a block is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
#[allow(missing_docs)]
pub enum Kind {
    /// Not in use; the block's next free block follows the header.
    Free = 0,
    /// Fixed by the image format: the header words of strings in images say 1.
    String = 1,
    Table = 2,
    Array = 3,
    Closure = 4,
    NativeClosure = 5,
    Generator = 6,
    Class = 7,
    Instance = 8,
    WeakRef = 9,
    Thread = 10,
    Outer = 11,
    Buffer = 12,
    Payload = 13,
    /// Storage owned by exactly one object (elements, entries, stacks): not counted, not traced.
    Storage = 14,
}

/// Set while the stack or the heap is being marked.
pub const MARK: u32 = 1 << 5;
/// The object is in the zero-count table.
pub const IN_ZCT: u32 = 1 << 6;
/// The object is in an image: it has no reference count and is never freed.
pub const STATIC: u32 = 1 << 7;
/// Strings: equal bytes have this address and no other. Payloads: releasing it is observable.
pub const SPECIAL: u32 = 1 << 8;
/// A weak reference to the object exists.
pub const HAS_WEAKREF: u32 = 1 << 9;
/// Position of the block size, counted in granules, in the header word; of strings, that of the hash.
pub const SIZE_SHIFT: u32 = 10;

/// Blocks are multiples of this many bytes and aligned to it.
pub const GRANULE: usize = if cfg!(target_pointer_width = "64") { 16 } else { 8 };

/// What every block starts with.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct Header {
    /// References from heap objects and handles. Not present in static strings: see [`STATIC`].
    pub count: u32,
    /// Kind in bits 0–4, flags in bits 5–9, size in granules above; for strings their hash.
    pub word: u32,
}

impl Header {
    /// Which structure this is.
    #[inline(always)]
    pub fn kind(&self) -> Kind {
        match self.word & 31 {
            0 => Kind::Free,
            1 => Kind::String,
            2 => Kind::Table,
            3 => Kind::Array,
            4 => Kind::Closure,
            5 => Kind::NativeClosure,
            6 => Kind::Generator,
            7 => Kind::Class,
            8 => Kind::Instance,
            9 => Kind::WeakRef,
            10 => Kind::Thread,
            11 => Kind::Outer,
            12 => Kind::Buffer,
            13 => Kind::Payload,
            _ => Kind::Storage,
        }
    }
}

/// A string. Its bytes follow, then on the heap at least one NUL, in an image zeros up to the next word.
///
/// Its header word holds no size, which follows from the length, but the hash
/// of the contents: see [`super::string::hash_of`].
#[repr(C)]
pub struct StringObject {
    /// [`Kind::String`]; [`SPECIAL`] when interned.
    pub header: Header,
    /// Number of bytes.
    pub length: u32,
}

/// One slot of a table.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct Entry {
    /// Never null; strings are interned; [`Value::HOLE`] when deleted. Counted.
    pub key: Value,
    /// May be a weak reference, which reading replaces by its target. Counted. In a hole: see
    /// [`super::table::entry_from`].
    pub value: Value,
}

/// A table: its entries in the order of insertion, and for more than
/// [`super::table::LINEAR`] of them an index by hash.
#[repr(C)]
pub struct Table {
    /// [`Kind::Table`]
    pub header: Header,
    /// Another table, or null. Counted.
    pub delegate: *mut Table,
    /// `capacity` entries, then the index. Owned storage; null when `capacity` is 0.
    pub entries: *mut Entry,
    /// Entries in use, deleted ones included.
    pub used: u32,
    /// Entries in use without the deleted ones.
    pub live: u32,
    /// Room for entries.
    pub capacity: u32,
    /// Size of the index minus one (it is a power of two), 0 if there is none.
    pub index_mask: u32,
}

/// An array.
#[repr(C)]
pub struct Array {
    /// [`Kind::Array`]
    pub header: Header,
    /// Owned storage; null when `capacity` is 0. Counted.
    pub elements: *mut Value,
    /// Number of elements.
    pub length: u32,
    /// Room for elements.
    pub capacity: u32,
}

/// A variable captured by closures.
#[repr(C)]
pub struct Outer {
    /// [`Kind::Outer`]
    pub header: Header,
    /// The register while open, `&self.closed` afterwards.
    pub slot: *mut Value,
    /// The value once closed. Counted (null while open).
    pub closed: Value,
    /// The next open outer of the thread, with a lower slot. Not counted.
    pub next_open: *mut Outer,
}

/// A function of a program with what it captured. `outer_count` pointers to
/// [`Outer`] follow (counted), then the default values (counted).
#[repr(C)]
pub struct Closure {
    /// [`Kind::Closure`]
    pub header: Header,
    /// Its code. Static: functions live as long as the VM.
    pub function: *const Function,
    /// Number of arguments (with `this`) for which a call needs no preparation; `u32::MAX` if every call
    /// does (variable arguments, generators, bound environments).
    pub direct_arguments: u32,
    /// Number of outers.
    pub outer_count: u16,
    /// Number of default values.
    pub default_count: u16,
    /// `this` of every call, or null. A weak reference in edition `squirrel-3`. Counted.
    pub environment: Value,
    /// Root table of the closure if `setroot` gave it one, else null. Counted.
    pub root: Value,
    /// The base class of the class in which it was defined, or null. Counted.
    pub base: *mut Class,
}

/// A native function bound to an environment.
#[repr(C)]
pub struct NativeClosure {
    /// [`Kind::NativeClosure`]
    pub header: Header,
    /// The function. Static.
    pub function: *const NativeFunction,
    /// `this` of every call. Counted.
    pub environment: Value,
}

/// What a generator is doing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum GeneratorStatus {
    Suspended,
    Running,
    Dead,
}

/// A generator. While suspended it holds a copy of its registers.
#[repr(C)]
pub struct Generator {
    /// [`Kind::Generator`]
    pub header: Header,
    /// The closure. Counted; null once dead.
    pub closure: *mut Closure,
    /// Where to go on. Inside the function's code.
    pub pc: *const u32,
    /// The saved registers, `this` first. Owned storage, counted.
    pub registers: *mut Value,
    /// How many are saved.
    pub register_count: u32,
    /// What it is doing.
    pub status: GeneratorStatus,
}

/// A member's value: a method or static member, or the initial value of a field.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct Member {
    /// Counted.
    pub value: Value,
    /// Its attributes, or null. Counted.
    pub attributes: Value,
}

/// The metamethods in the order of [`Class::metamethods`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
#[allow(missing_docs)]
pub enum Metamethod {
    Add = 0,
    Sub,
    Mul,
    Div,
    Modulo,
    Unm,
    Typeof,
    Get,
    Set,
    NewSlot,
    DelSlot,
    Cmp,
    Call,
    Cloned,
    Nexti,
    Tostring,
    NewMember,
    Inherited,
}

/// Number of metamethods.
pub const METAMETHODS: usize = 18;

/// The names of the metamethods, in order.
pub const METAMETHOD_NAMES: [&str; METAMETHODS] = [
    "_add",
    "_sub",
    "_mul",
    "_div",
    "_modulo",
    "_unm",
    "_typeof",
    "_get",
    "_set",
    "_newslot",
    "_delslot",
    "_cmp",
    "_call",
    "_cloned",
    "_nexti",
    "_tostring",
    "_newmember",
    "_inherited",
];

/// A class.
#[repr(C)]
pub struct Class {
    /// [`Kind::Class`]
    pub header: Header,
    /// The base class, or null. Counted.
    pub base: *mut Class,
    /// Maps a name to an integer: the index of a field times two, or of a method times two plus one. Counted.
    pub members: *mut Table,
    /// Initial values of the fields. Owned storage.
    pub fields: *mut Member,
    /// Methods and static members. Owned storage.
    pub methods: *mut Member,
    /// [`METAMETHODS`] values, or null while there are none. Owned storage, counted.
    pub metamethods: *mut Value,
    /// Attributes of the class itself, or null. Counted.
    pub attributes: Value,
    /// The native class that this is or derives from, or null. Static.
    pub native: *const NativeClass,
    /// The method called `constructor`, or null. Counted.
    pub constructor: Value,
    /// Number of fields.
    pub field_count: u32,
    /// Room for fields.
    pub field_capacity: u32,
    /// Number of methods.
    pub method_count: u32,
    /// Room for methods.
    pub method_capacity: u32,
    /// Set once it has been instantiated or inherited: its fields are fixed.
    pub locked: bool,
}

/// An instance. Its fields follow (counted).
#[repr(C)]
pub struct Instance {
    /// [`Kind::Instance`]
    pub header: Header,
    /// Its class. Counted.
    pub class: *mut Class,
    /// A [`Buffer`] or [`Payload`] for instances of native classes, else null. Counted.
    pub native: Value,
    /// Number of fields.
    pub field_count: u32,
}

/// A weak reference. There is one at the most for each object; the object has [`HAS_WEAKREF`] then.
#[repr(C)]
pub struct WeakRef {
    /// [`Kind::WeakRef`]
    pub header: Header,
    /// The object, or null once it is gone. Not counted.
    pub target: Value,
}

/// A coroutine.
#[repr(C)]
pub struct Thread {
    /// [`Kind::Thread`]
    pub header: Header,
    /// Its stack and frames.
    pub state: ThreadState,
}

/// Bytes that can be changed: the contents of a blob.
#[repr(C)]
pub struct Buffer {
    /// [`Kind::Buffer`]
    pub header: Header,
    /// Owned storage; null when `capacity` is 0.
    pub data: *mut u8,
    /// Number of bytes.
    pub length: u32,
    /// Room for bytes; those after `length` are unspecified but initialised.
    pub capacity: u32,
    /// Read and write position, at most `length`.
    pub position: u32,
}

/// The Rust data of a native object. The data follows.
#[repr(C)]
pub struct Payload {
    /// [`Kind::Payload`]; [`SPECIAL`] if its class has a release hook.
    pub header: Header,
    /// What the data is and how it is dropped.
    pub vtable: &'static PayloadVtable,
}

/// What the VM knows about the data of a [`Payload`].
pub struct PayloadVtable {
    /// The type of the data.
    pub type_id: TypeId,
    /// Offset of the data from the start of the payload.
    pub offset: usize,
    /// Moves the data out of its block and hands it to the release hook of its type.
    pub release: unsafe fn(*mut u8, &mut dyn core::any::Any),
}
