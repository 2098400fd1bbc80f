//! Freeing what nothing references: reconciliation, the backup mark-sweep for
//! cycles, and the audit that checks both.

use super::blocks::Blocks;
use super::object::{
    Array, Buffer, Class, Generator, Header, IN_ZCT, Kind, MARK, Outer, Payload, SPECIAL, STATIC, Table,
    Thread,
};
use super::work::count;
use super::{CYCLE_MINIMUM, Heap, ZCT_MINIMUM};
use crate::interp::stack::{ThreadState, WINDOW};
use crate::value::Value;
use core::mem::{self, offset_of};
use core::ptr;

/// With a stack of this many live slots one more object may wait in the ZCT: it is at least as large as they are.
const SLOTS_PER_WAITING_OBJECT: usize = 8;

/// Bytes that may be allocated as large blocks before the next safe point reconciles.
const LARGE_GARBAGE: usize = 1 << 20;

/// Which ZCT entries a reconciliation may free.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Scope {
    /// All: no native function and no half-done operation holds anything.
    All,
    /// Those from before the running native or operation.
    BeforeMark,
}

/// Objects whose children are still to be marked.
struct Gray {
    /// At first an array on the native stack: when memory has run out there may be none for a larger one.
    stack: *mut *mut Header,
    length: usize,
    capacity: usize,
    memory: GrayMemory,
    /// A marked object did not fit: its children have to be found by walking the heap.
    overflowed: bool,
}

/// Where the stack of [`Gray`] is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum GrayMemory {
    NativeStack,
    Heap,
    /// Marking for lack of memory happens on hosts too, and they have some.
    #[cfg(feature = "std")]
    System,
}

/// Entries of [`Gray`] at first: enough for lists and for trees, of which only one branch is looked at at a time.
const GRAY_ENTRIES: usize = 64;

#[cfg(feature = "std")]
fn gray_layout(capacity: usize) -> core::alloc::Layout {
    // SAFETY: the size is a multiple of the alignment and far from overflowing: each entry stands for an object.
    unsafe {
        core::alloc::Layout::from_size_align_unchecked(
            capacity * size_of::<*mut Header>(),
            align_of::<*mut Header>(),
        )
    }
}

unsafe fn is_container(header: *mut Header) -> bool {
    !matches!(
        (*header).kind(),
        Kind::Free | Kind::String | Kind::WeakRef | Kind::Buffer | Kind::Payload | Kind::Storage
    )
}

/// Whether there is anything to be done for the object at its end besides taking back its references.
#[inline(always)]
unsafe fn owns_storage(header: *mut Header) -> bool {
    !matches!((*header).kind(), Kind::Instance | Kind::Closure | Kind::NativeClosure)
}

impl Heap {
    /// Frees everything that waits in the ZCT and is not on a stack. A safe point: nobody may hold
    /// references that are neither counted nor on a stack.
    ///
    /// # Safety
    /// The live tops of all threads must be exact or too high.
    pub(crate) unsafe fn reconcile(&mut self) {
        // What was on the stack of a freed thread has nobody left either.
        while self.reconcile_scope(Scope::All) {}
        self.native_mark = self.zct_length;
        self.set_zct_threshold();
    }

    /// Decides how much may wait before the next safe point reconciles.
    pub(super) unsafe fn set_zct_threshold(&mut self) {
        // Small heaps cannot afford to let thousands of objects wait.
        let minimum = (self.blocks.capacity / 512).clamp(64, ZCT_MINIMUM);
        // What a reconciliation costs grows with the stacks: in deep recursion it pays to wait for longer.
        let mut depth = 0;
        let mut thread = self.threads;
        while !thread.is_null() {
            depth += (*thread).top.offset_from((*thread).stack) as usize;
            thread = (*thread).next;
        }
        self.zct_threshold = minimum.max(self.zct_length * 2).max(depth / SLOTS_PER_WAITING_OBJECT);
        let large_garbage = (self.blocks.used / 4).max(LARGE_GARBAGE).min(self.blocks.capacity / 8);
        self.large_threshold = self.blocks.used + large_garbage;
    }

    /// As [`Heap::reconcile`], for use while a native or an operation is at work.
    pub(super) unsafe fn reconcile_for_memory(&mut self) {
        self.reconcile_scope(Scope::BeforeMark);
    }

    /// Returns whether threads were freed.
    unsafe fn reconcile_scope(&mut self, scope: Scope) -> bool {
        self.mark_stacks();
        let mut position = 0;
        let mut kept = 0;
        // In `All`, objects that enter the ZCT because their owner is freed are dealt with in the same loop.
        let limit = self.native_mark.min(self.zct_length);
        while position < if scope == Scope::All { self.zct_length } else { limit } {
            let header = *self.zct.add(position);
            position += 1;
            count(1);
            let Header { count, word } = *header;
            if count == 0 && word & MARK != 0 {
                *self.zct.add(kept) = header;
                kept += 1;
                continue;
            }
            if word & SPECIAL != 0 && (*header).kind() == Kind::Payload {
                self.hooked_in_zct -= 1;
            }
            (*header).word = word & !IN_ZCT;
            if count == 0 {
                self.free_object(header);
            }
        }
        if scope == Scope::BeforeMark {
            self.native_mark = kept;
            let rest = self.zct_length - position;
            ptr::copy(self.zct.add(position), self.zct.add(kept), rest);
            kept += rest;
        }
        self.zct_length = kept;
        self.unmark_stacks();
        let has_freed_threads = self.free_garbage_threads();
        self.clear_dead_slots();
        has_freed_threads
    }

    unsafe fn mark_stacks(&mut self) {
        self.for_each_on_stacks(|header| (*header).word |= MARK);
    }

    unsafe fn unmark_stacks(&mut self) {
        self.for_each_on_stacks(|header| (*header).word &= !MARK);
    }

    unsafe fn for_each_on_stacks(&self, mut visit: impl FnMut(*mut Header)) {
        let mut thread = self.threads;
        while !thread.is_null() {
            visit_stack(thread, &mut visit);
            thread = (*thread).next;
        }
    }

    /// Overwrites what is above the live part of the stacks, so that no slot refers to a freed object.
    unsafe fn clear_dead_slots(&mut self) {
        let mut thread = self.threads;
        while !thread.is_null() {
            if (*thread).is_clean {
                thread = (*thread).next;
                continue;
            }
            // Only the running thread makes its slots dirty again.
            (*thread).is_clean = thread != self.current;
            let top = (*thread).top;
            let dirty = ((*thread).soft_end as usize).saturating_sub(top as usize) / size_of::<Value>();
            count(dirty);
            for position in 0..dirty {
                *top.add(position) = Value::ZERO;
            }
            let room = (*thread).end.offset_from(top) as usize;
            // No slack: whoever needs more asks for it, and only what was asked for has to be cleared again.
            (*thread).soft_end = top.add(WINDOW.min(room));
            thread = (*thread).next;
        }
    }

    /// Frees the threads that [`Heap::free_object`] has found. Not earlier: what is on their stacks is marked, and
    /// would stay so.
    unsafe fn free_garbage_threads(&mut self) -> bool {
        if !mem::replace(&mut self.has_garbage_threads, false) {
            return false;
        }
        let mut next = self.threads;
        while !next.is_null() {
            let thread = next;
            next = (*thread).next;
            if (*thread).is_garbage {
                let header = thread.byte_sub(offset_of!(Thread, state)).cast::<Header>();
                self.free_storage_of(header);
                self.blocks.free(header);
            }
        }
        true
    }

    /// Frees an object that nothing references: takes back its references and gives back its memory. For threads
    /// see [`Heap::free_garbage_threads`].
    unsafe fn free_object(&mut self, header: *mut Header) {
        // The children are discarded while the object is still whole.
        let heap: *mut Heap = self;
        super::trace::references(header, |child| (*heap).discard_object(child));
        if Heap::has_weakref(header) || owns_storage(header) {
            if (*header).kind() == Kind::Thread {
                (*header.cast::<Thread>()).state.is_garbage = true;
                self.has_garbage_threads = true;
                return;
            }
            self.free_storage_of(header);
        }
        self.blocks.free(header);
    }

    /// Gives back what an object owns besides its references.
    unsafe fn free_storage_of(&mut self, header: *mut Header) {
        if Heap::has_weakref(header) {
            self.clear_weak_reference(header);
        }
        match (*header).kind() {
            Kind::String => self.forget_string(header),
            Kind::Table => self.free_storage((*header.cast::<Table>()).entries),
            Kind::Array => self.free_storage((*header.cast::<Array>()).elements),
            Kind::Generator => self.free_storage((*header.cast::<Generator>()).registers),
            Kind::Class => {
                let class = header.cast::<Class>();
                self.sites.clear();
                self.free_storage((*class).fields);
                self.free_storage((*class).methods);
                self.free_storage((*class).metamethods);
            }
            Kind::WeakRef => self.forget_weak_reference(header.cast()),
            Kind::Outer => self.forget_outer(header.cast()),
            Kind::Buffer => self.free_storage((*header.cast::<Buffer>()).data),
            Kind::Payload => self.release_payload(header.cast()),
            Kind::Thread => self.free_thread(&raw mut (*header.cast::<Thread>()).state),
            Kind::Closure | Kind::NativeClosure | Kind::Instance | Kind::Storage | Kind::Free => {}
        }
    }

    unsafe fn release_payload(&mut self, payload: *mut Payload) {
        let vtable = (*payload).vtable;
        (vtable.release)(payload.cast::<u8>().add(vtable.offset), &mut *self.host);
    }

    /// Releases all native data that still exists, at the end of the VM.
    pub(super) unsafe fn release_all_payloads(&mut self) {
        let heap: *mut Heap = self;
        Blocks::walk(&raw mut (*heap).blocks, |header| {
            if (*header).kind() == Kind::Payload {
                (*heap).release_payload(header.cast());
            }
        });
    }

    /// Ends a thread: its captured variables live on, its memory is given back.
    unsafe fn free_thread(&mut self, thread: *mut ThreadState) {
        let running = self.current;
        self.current = thread;
        self.close_outers((*thread).stack);
        self.current = running;
        let mut link: *mut *mut ThreadState = &mut self.threads;
        while *link != thread {
            link = &mut (**link).next;
        }
        *link = (*thread).next;
        self.free_storage((*thread).stack);
        self.free_storage((*thread).frames);
        self.free_storage((*thread).continuations);
    }

    /// What a safe point does when [`Heap::wants_collection`].
    ///
    /// # Safety
    /// As [`Heap::reconcile`].
    #[cold]
    pub(crate) unsafe fn collect_at_safe_point(&mut self) {
        self.reconcile();
        if self.blocks.used > self.cycle_threshold || self.zct_overflowed {
            self.collect_cycles();
        }
    }

    /// Frees unreachable cycles. Returns how many objects it freed.
    ///
    /// # Safety
    /// As [`Heap::reconcile`].
    pub(crate) unsafe fn collect_cycles(&mut self) -> usize {
        self.reconcile();
        let freed = self.mark_and_sweep();
        // The next time when the heap has doubled; small heaps wait until memory is really short.
        self.cycle_threshold = (self.blocks.used * 2).max(CYCLE_MINIMUM);
        self.reconcile();
        freed
    }

    /// As [`Heap::collect_cycles`], for use while a native or an operation is at work.
    pub(super) unsafe fn collect_for_memory(&mut self) {
        self.mark_and_sweep();
        self.reconcile_scope(Scope::BeforeMark);
    }

    unsafe fn mark_and_sweep(&mut self) -> usize {
        self.mark_all();
        let freed = self.sweep();
        self.zct_overflowed = false;
        freed
    }

    unsafe fn mark_all(&mut self) {
        let mut entries = [ptr::null_mut(); GRAY_ENTRIES];
        let mut gray = Gray {
            stack: entries.as_mut_ptr(),
            length: 0,
            capacity: GRAY_ENTRIES,
            memory: GrayMemory::NativeStack,
            overflowed: false,
        };
        let heap: *mut Heap = self;
        (*heap).for_each_root(|header| (*heap).mark(&mut gray, header));
        // Threads that may still run: the main thread, the running one and those that wait for it.
        let mut thread = self.current;
        while !thread.is_null() {
            visit_stack(thread, &mut |header| (*heap).mark(&mut gray, header));
            thread = (*thread).resumer;
        }
        let mut thread = self.threads;
        while !thread.is_null() {
            if (*thread).is_main {
                visit_stack(thread, &mut |header| (*heap).mark(&mut gray, header));
            }
            thread = (*thread).next;
        }
        for position in self.native_mark.min(self.zct_length)..self.zct_length {
            let header = *self.zct.add(position);
            self.mark(&mut gray, header);
        }
        self.drain(&mut gray);
        while gray.overflowed {
            gray.overflowed = false;
            Blocks::walk(&raw mut (*heap).blocks, |header| {
                if (*header).word & MARK != 0 {
                    (*heap).mark_children(&mut gray, header);
                    (*heap).drain(&mut gray);
                }
            });
        }
        self.free_gray(&gray);
    }

    unsafe fn mark(&mut self, gray: &mut Gray, header: *mut Header) {
        if (*header).word & (MARK | STATIC) != 0 {
            return;
        }
        (*header).word |= MARK;
        if !is_container(header) {
            return;
        }
        if gray.length == gray.capacity && !self.grow_gray(gray) {
            gray.overflowed = true;
            return;
        }
        *gray.stack.add(gray.length) = header;
        gray.length += 1;
    }

    unsafe fn grow_gray(&mut self, gray: &mut Gray) -> bool {
        let capacity = gray.capacity * 2;
        let (stack, memory) = match self.allocate_gray(capacity) {
            Some(grown) => grown,
            None => return false,
        };
        stack.copy_from_nonoverlapping(gray.stack, gray.length);
        self.free_gray(gray);
        (gray.stack, gray.capacity, gray.memory) = (stack, capacity, memory);
        true
    }

    unsafe fn allocate_gray(&mut self, capacity: usize) -> Option<(*mut *mut Header, GrayMemory)> {
        let bytes = size_of::<Header>() + capacity * size_of::<*mut Header>();
        if let Some(block) = self.blocks.allocate(bytes, Kind::Storage) {
            return Some((block.add(1).cast(), GrayMemory::Heap));
        }
        #[cfg(feature = "std")]
        if self.blocks.is_growing {
            let stack = std::alloc::alloc(gray_layout(capacity));
            return (!stack.is_null()).then_some((stack.cast(), GrayMemory::System));
        }
        None
    }

    unsafe fn free_gray(&mut self, gray: &Gray) {
        match gray.memory {
            GrayMemory::NativeStack => {}
            GrayMemory::Heap => self.free_storage(gray.stack),
            #[cfg(feature = "std")]
            GrayMemory::System => std::alloc::dealloc(gray.stack.cast(), gray_layout(gray.capacity)),
        }
    }

    unsafe fn drain(&mut self, gray: &mut Gray) {
        while gray.length > 0 {
            gray.length -= 1;
            let header = *gray.stack.add(gray.length);
            self.mark_children(gray, header);
        }
    }

    unsafe fn mark_children(&mut self, gray: &mut Gray, header: *mut Header) {
        let heap: *mut Heap = self;
        super::trace::references(header, |child| (*heap).mark(gray, child));
        match (*header).kind() {
            Kind::Thread => {
                let state = &raw mut (*header.cast::<Thread>()).state;
                visit_stack(state, &mut |child| (*heap).mark(gray, child));
            }
            // An open outer refers to a register that nothing counts.
            Kind::Outer => {
                let value = *(*header.cast::<Outer>()).slot;
                if value.is_reference() {
                    self.mark(gray, value.header());
                }
            }
            _ => {}
        }
    }

    /// Frees the containers that were not marked. What else only they referenced goes by its count.
    unsafe fn sweep(&mut self) -> usize {
        let heap: *mut Heap = self;
        let is_garbage = |header: *mut Header| is_container(header) && (*header).word & (MARK | STATIC) == 0;
        Blocks::walk(&raw mut (*heap).blocks, |header| {
            if is_garbage(header) {
                super::trace::references(header, |child| {
                    if (*child).word & STATIC != 0 || !is_garbage(child) {
                        (*heap).discard_object(child);
                    }
                });
                // The end of its thread must not give it a value.
                if (*header).kind() == Kind::Outer {
                    (*heap).forget_outer(header.cast());
                }
            }
        });
        let mut kept = 0;
        let mut kept_before_mark = 0;
        for position in 0..self.zct_length {
            let header = *self.zct.add(position);
            if !is_garbage(header) {
                *self.zct.add(kept) = header;
                kept += 1;
                kept_before_mark += usize::from(position < self.native_mark);
            }
        }
        self.zct_length = kept;
        self.native_mark = self.native_mark.min(kept_before_mark);
        let mut freed = 0;
        Blocks::walk(&raw mut (*heap).blocks, |header| {
            if is_garbage(header) {
                freed += 1;
                (*heap).free_storage_of(header);
                (*heap).blocks.free(header);
            } else {
                (*header).word &= !MARK;
            }
        });
        freed
    }

    /// Calls `visit` with every counted reference that is neither in an object nor on a stack.
    unsafe fn for_each_root(&self, mut visit: impl FnMut(*mut Header)) {
        let mut pointer = |object: *mut Header| {
            if !object.is_null() {
                visit(object);
            }
        };
        pointer(self.roots.root.cast());
        pointer(self.roots.constants.cast());
        pointer(self.roots.constructor_name.cast());
        for name in self.roots.metamethod_names {
            pointer(name.cast());
        }
        let mut entry = self.native_classes;
        while !entry.is_null() {
            pointer((*entry).class.cast());
            entry = (*entry).next;
        }
        let mut value = |value: Value| {
            if value.is_reference() {
                visit(value.header());
            }
        };
        value(self.roots.error);
        value(self.roots.error_handler);
        self.handles.for_each(&mut value);
        #[cfg(not(in_place))]
        let mut program = self.programs;
        #[cfg(not(in_place))]
        while !program.is_null() {
            for position in 0..(*program).constant_count {
                value(*(*program).constants.add(position));
            }
            program = (*program).next;
        }
    }

    /// Compares every count with a trace of the heap. `Err` names the first kind of object that is wrong.
    ///
    /// # Safety
    /// All objects must be well-formed.
    #[cfg(feature = "std")]
    pub(crate) unsafe fn audit_counts(&mut self) -> Result<(), Kind> {
        let heap: *mut Heap = self;
        // Taking all known references away must leave zero everywhere.
        self.shift_counts(-1);
        let mut wrong = None;
        Blocks::walk(&raw mut (*heap).blocks, |header| {
            let counted = !matches!((*header).kind(), Kind::Free | Kind::Storage);
            if counted && (*header).count != 0 {
                wrong = Some((*header).kind());
            }
        });
        self.shift_counts(1);
        let mut lost = None;
        Blocks::walk(&raw mut (*heap).blocks, |header| {
            let counted = !matches!((*header).kind(), Kind::Free | Kind::Storage);
            let waits = (*header).word & IN_ZCT != 0;
            if counted && (*header).count == 0 && !waits && !(*heap).zct_overflowed {
                lost = Some((*header).kind());
            }
        });
        match wrong.or(lost) {
            Some(kind) => Err(kind),
            None => Ok(()),
        }
    }
}

#[cfg(feature = "std")]
impl Heap {
    /// Adds to the count of every object once for each counted reference to it.
    unsafe fn shift_counts(&mut self, change: i32) {
        let shift = |header: *mut Header| {
            if (*header).word & STATIC == 0 {
                (*header).count = (*header).count.wrapping_add_signed(change);
            }
        };
        self.for_each_root(shift);
        Blocks::walk(&raw mut self.blocks, |header| super::trace::references(header, shift));
    }
}

/// Calls `visit` with every heap object in the live part of a stack.
unsafe fn visit_stack(thread: *mut ThreadState, visit: &mut impl FnMut(*mut Header)) {
    let mut slot = (*thread).stack;
    count((*thread).top.offset_from(slot) as usize);
    while slot < (*thread).top {
        let value = *slot;
        if value.is_reference() && (*value.header()).word & STATIC == 0 {
            visit(value.header());
        }
        slot = slot.add(1);
    }
}

#[cfg(all(test, feature = "std"))]
mod tests {
    use crate::heap::Memory;
    use crate::heap::blocks::Blocks;
    use crate::heap::object::Kind;
    use crate::interp::stack::{ThreadState, initial_stack};
    use crate::value::Value;
    use crate::{Config, Vm};

    /// Pointers of the machines on which every byte counts.
    const POINTER: usize = 4;
    /// Bytes that an idle virtual machine may take from its heap there.
    const BUDGET: usize = 4096;

    /// Names everything in the heap of a virtual machine that has loaded nothing, with what it takes on a machine with
    /// 32-bit pointers. Of structures that is at most what they take here.
    #[test]
    fn an_idle_heap_is_small_on_a_microcontroller() {
        let mut vm = Vm::new(Config::default(), Memory::Host { limit: 1 << 20 }).unwrap();
        let heap = &mut vm.heap;
        let string_slots = heap.strings.slots();
        let parts = [
            ("stack", initial_stack(POINTER) * size_of::<Value>()),
            ("thread", size_of::<ThreadState>()),
            ("objects that wait", heap.zct_capacity * POINTER),
            ("string table", string_slots * POINTER),
            ("root table", size_of::<crate::heap::object::Table>()),
        ];
        let mut blocks = 0;
        // SAFETY: nothing runs.
        unsafe {
            Blocks::walk(&raw mut heap.blocks, |header| {
                blocks += usize::from((*header).kind() != Kind::Free)
            });
        }
        assert_eq!(blocks, parts.len(), "something else is in the heap");
        // With the header of each block, rounded up to granules of 8 bytes.
        let total: usize = parts.iter().map(|(_, bytes)| (bytes + 8).next_multiple_of(8)).sum();
        std::println!("{total} bytes: {parts:?}");
        assert!(total <= BUDGET, "{total} bytes: {parts:?}");
    }
}
