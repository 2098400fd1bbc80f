//! The heap: deferred reference counting over a bounded, non-moving region.
//!
//! References *from heap objects* are counted; references from the stack are
//! not. An object whose count is zero waits in the zero-count table (ZCT).
//! [`Heap::reconcile`] scans the live part of the stacks and frees what waits
//! there and is not found. It runs when the table is full and before anything
//! that a program could tell from immediate release: reading a weak reference,
//! asking for the free memory, calling natives while something with a release
//! hook waits, returning to the event loop. Cycles are found by a mark-sweep
//! ([`Heap::collect_cycles`]) when memory runs out, when the embedder is idle,
//! and on `collectgarbage()`.
//!
//! Rules that the whole VM keeps:
//!
//! 1. Every store of a reference into a heap object goes through
//!    [`Heap::store`] or [`Heap::retain`]/[`Heap::discard`].
//! 2. Every slot of a stack holds a valid value at all times. Slots above the
//!    live part are cleared when objects are freed ([`Heap::reconcile`]), so
//!    that no slot ever refers to a freed object.
//! 3. While a native function runs, objects that came into the ZCT after it
//!    was entered ([`Heap::native_mark`]) are not freed. What a native can
//!    reach is therefore alive until it returns.
//!
//! | file | what it knows |
//! | --- | --- |
//! | [`object`] | the layouts |
//! | `blocks` | the block allocator: chunks, free lists |
//! | `alloc` | memory for objects and their storage |
//! | `count` | counts and the ZCT |
//! | `trace` | which references each kind of object holds |
//! | `collect` | reconciling, mark-sweep, the audit |
//! | `slots` | the pointer set behind interning and weak references |
//! | `string` `table` `array` `class` `closure` `buffer` `weak` | operations on objects |
//! | `nodes` | the tables of edition `imp-compat` |
//! | `names` | the names that the VM itself looks up |
//! | [`work`] | what tests count |
//! | [`local`] | the safe view that natives and embedders get |
//! | [`handle`] | what keeps values beyond the run of a native |

// The files of this module are one abstraction with a sharp inside: pointers are valid by the rules above,
// and each function states what it adds to them. Repeating `unsafe {}` around every line would hide the
// places that matter.
#![allow(unsafe_op_in_unsafe_fn)]

mod alloc;
pub(crate) mod array;
mod blocks;
pub(crate) mod buffer;
pub(crate) mod class;
pub(crate) mod closure;
mod collect;
mod count;
pub(crate) mod handle;
pub mod local;
pub(crate) mod names;
pub(crate) mod nodes;
pub(crate) mod object;
mod slots;
pub(crate) mod string;
pub(crate) mod table;
mod trace;
pub(crate) mod weak;
#[doc(hidden)]
pub mod work;

pub use blocks::Memory;

use crate::interp::sites::Sites;
use crate::interp::stack::ThreadState;
use crate::value::Value;
use blocks::Blocks;
use core::mem::MaybeUninit;
use core::ptr;
use object::{Class, Header, Outer, StringObject, Table, WeakRef};
use slots::PointerSet;

/// An allocation did not fit, even after everything unused was freed.
/// Only the heap makes one, see [`Heap::out_of_memory`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct OutOfMemory;

impl Heap {
    /// The error of an allocation, noted as what is raised if nobody takes it.
    #[cold]
    pub(crate) fn out_of_memory(&mut self) -> OutOfMemory {
        self.raised = local::RaiseKind::OutOfMemory;
        OutOfMemory
    }
}

/// How much of the ZCT may fill before the next safe point reconciles.
const ZCT_MINIMUM: usize = if cfg!(target_pointer_width = "64") { 4096 } else { 64 };

/// Heaps smaller than this collect cycles only when memory is short.
const CYCLE_MINIMUM: usize = 32 << 20;

/// References that do not come from heap objects or stacks. All counted.
pub(crate) struct Roots {
    /// The root table.
    pub root: *mut Table,
    /// The table of constants of `getconsttable`, null until it is asked for.
    pub constants: *mut Table,
    /// The error on its way to a handler.
    pub error: Value,
    /// The function of `seterrorhandler`.
    pub error_handler: Value,
    /// The names of the metamethods, interned.
    pub metamethod_names: [*mut StringObject; object::METAMETHODS],
    /// `"constructor"`, interned.
    pub constructor_name: *mut StringObject,
}

/// The heap of one VM.
pub(crate) struct Heap {
    blocks: Blocks,
    /// Objects whose count is or was zero.
    zct: *mut *mut Header,
    zct_length: usize,
    zct_capacity: usize,
    /// Reconcile at the next safe point when the ZCT is as long as this; 0 after [`Heap::request_collection`].
    zct_threshold: usize,
    /// The same when a large block is taken and more bytes than this are in use then.
    large_threshold: usize,
    /// Entries from here on came after the running native was entered; `usize::MAX` between natives.
    pub native_mark: usize,
    /// Objects with a release hook that are in the ZCT.
    hooked_in_zct: usize,
    /// An object with count zero did not fit into the ZCT: only a mark-sweep can find it.
    zct_overflowed: bool,
    /// Collect cycles at a reconciliation when more bytes than this are in use.
    cycle_threshold: usize,
    /// What tables iterate in the order of.
    pub table_order: nodes::TableOrder,
    strings: PointerSet<StringObject>,
    weak_references: PointerSet<WeakRef>,
    /// All threads that exist, linked by [`ThreadState::next`]; the first is the main thread.
    pub threads: *mut ThreadState,
    /// Some of them are garbage.
    pub has_garbage_threads: bool,
    /// The thread that runs.
    pub current: *mut ThreadState,
    /// Persistent references of the embedder.
    pub handles: handle::HandleTable,
    /// What the newest [`local::Raise`] stands for.
    pub raised: local::RaiseKind,
    pub roots: Roots,
    /// Classes made from native classes, linked through their static description.
    pub native_classes: *mut NativeClassEntry,
    /// The programs that are loaded.
    pub programs: *mut crate::program::LoadedProgram,
    /// Where the first string of the image is, for values that point to its literals.
    #[cfg(in_place)]
    pub literals: *const u8,
    /// The newest program whose constants are in the table of constants.
    pub listed: *mut crate::program::LoadedProgram,
    /// Bytes that belong to loaded programs rather than to what they create.
    pub program_bytes: usize,
    /// What lookups found; here because changes to objects invalidate it.
    pub sites: Sites,
    /// Reconcile at every instruction and compare all counts with a trace.
    #[cfg(feature = "std")]
    pub audit: bool,
    /// Where release hooks go. Set while the VM runs.
    pub host: *mut dyn core::any::Any,
}

/// Remembers the class object made for a native class. Kept for the life of the VM.
pub(crate) struct NativeClassEntry {
    pub description: *const crate::native::NativeClass,
    /// Counted.
    pub class: *mut Class,
    pub next: *mut NativeClassEntry,
}

/// Stands in for the host while there is none.
static mut NO_HOST: () = ();

impl Heap {
    pub(crate) fn new(memory: Memory) -> Heap {
        Heap {
            blocks: Blocks::new(memory),
            zct: ptr::null_mut(),
            zct_length: 0,
            zct_capacity: 0,
            zct_threshold: 0,
            large_threshold: 0,
            native_mark: usize::MAX,
            hooked_in_zct: 0,
            zct_overflowed: false,
            cycle_threshold: CYCLE_MINIMUM,
            table_order: nodes::TableOrder::Insertion,
            strings: PointerSet::new(),
            weak_references: PointerSet::new(),
            threads: ptr::null_mut(),
            has_garbage_threads: false,
            current: ptr::null_mut(),
            handles: handle::HandleTable::new(),
            raised: local::RaiseKind::OutOfMemory,
            roots: Roots {
                root: ptr::null_mut(),
                constants: ptr::null_mut(),
                error: Value::NULL,
                error_handler: Value::NULL,
                metamethod_names: [ptr::null_mut(); object::METAMETHODS],
                constructor_name: ptr::null_mut(),
            },
            native_classes: ptr::null_mut(),
            programs: ptr::null_mut(),
            #[cfg(in_place)]
            literals: ptr::null(),
            listed: ptr::null_mut(),
            program_bytes: 0,
            sites: Sites::new(),
            #[cfg(feature = "std")]
            audit: false,
            host: &raw mut NO_HOST,
        }
    }

    /// Blocks that have been taken since the heap exists.
    #[cfg(feature = "std")]
    pub(crate) fn allocations(&self) -> u64 {
        self.blocks.allocations
    }

    /// Bytes in use, without loaded programs.
    pub(crate) fn used(&self) -> usize {
        self.blocks.used - self.program_bytes
    }

    /// Bytes that the heap can ever hold.
    pub(crate) fn capacity(&self) -> usize {
        self.blocks.capacity
    }

    /// Ends the heap and gives back the region that it was made in. `None` if its memory is the system's.
    pub(crate) fn into_region(self) -> Option<&'static mut [MaybeUninit<u8>]> {
        let region = self.blocks.region();
        drop(self);
        // SAFETY: the region was handed over for ever, and the heap that used it is gone.
        region.map(|region| unsafe { &mut *region })
    }

    /// The first open outer of the running thread.
    pub(crate) unsafe fn open_outers(&mut self) -> &mut *mut Outer {
        &mut (*self.current).open_outers
    }
}

impl Drop for Heap {
    fn drop(&mut self) {
        // SAFETY: nothing runs any more; release hooks of native objects are due before the memory goes.
        unsafe { self.release_all_payloads() };
        self.blocks.release_chunks();
    }
}
