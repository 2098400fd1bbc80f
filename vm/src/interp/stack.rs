//! Stacks and frames of a thread.
//!
//! A stack is one block of values. The window of a call starts right above the
//! register that holds the called function, so that arguments are in place.
//! Every frame may use [`WINDOW`] slots from its base on, which is why 8-bit
//! register numbers need no check.
//!
//! `soft_end` serves two ends with one comparison: a call whose window would
//! pass it takes the slow path, which raises it or grows the stack; and
//! everything at or above it is known to be clear (integers 0), so that
//! [`crate::heap`] has to clear only what is below.

use crate::heap::object::{Kind, Outer, Thread};
use crate::heap::{Heap, OutOfMemory};
use crate::native::Resume;
use crate::value::Value;
use core::ptr;

/// Slots that every frame may use: 256 registers, and the arguments of a metamethod above them.
pub(crate) const WINDOW: usize = 272;
/// By how much `soft_end` is moved ahead when a call passes it, so that the next ones do not.
pub(crate) const SLACK: usize = if cfg!(target_pointer_width = "64") { 1024 } else { 64 };
/// Size of a new stack.
const INITIAL_STACK: usize = initial_stack(size_of::<usize>());

/// Size of a new stack on machines with pointers of so many bytes: small ones begin with little and let it grow.
pub(crate) const fn initial_stack(pointer_bytes: usize) -> usize {
    if pointer_bytes == 8 { WINDOW + SLACK + 256 } else { WINDOW + 16 }
}

/// Where a caller goes on. The callee's function is in the slot below the callee's base.
#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) struct Frame {
    /// The caller's next instruction, or an internal one ([`super::FINISH`], [`super::HALT`]).
    pub pc: *const u32,
    /// The caller's constants.
    pub constants: *const super::literals::Constant,
    /// By how much the callee's base is above the caller's.
    pub delta: u32,
}

/// What to do with a result that does not simply go to the register of a call.
#[derive(Clone, Copy)]
pub(crate) struct Continuation {
    /// What to do.
    pub kind: ContinuationKind,
    /// Where the interrupted function goes on.
    pub pc: *const u32,
    /// Index of the stack slot in which the result arrives.
    pub result: u32,
    /// The stack height to restore: live slots of a native's window, counted from `result + 1`.
    pub window: u32,
}

/// How many delegates lie between an object and the table that is asked with `_get` or `_set` in its place.
pub(crate) type Level = u16;

/// The kinds of continuations.
#[derive(Clone, Copy)]
pub(crate) enum ContinuationKind {
    /// Put the result into a register.
    Store(u8),
    /// Forget it.
    Discard,
    /// Return it from the running function.
    Return,
    /// A getter: `throw null` means "not found". Then those of fewer levels are asked, and after them the search
    /// goes on as for a miss of this instruction.
    Get { dst: u8, level: Level, instruction: u32 },
    /// A setter: as for a getter.
    Set { level: Level, instruction: u32 },
    /// A method lookup through `_get`: as for a getter.
    GetCallee { dst: u8, level: Level, instruction: u32 },
    /// `in` through `_get`: as for a getter, but any other error means false.
    In { dst: u8, level: Level, instruction: u32 },
    /// `_cmp`: finish the comparison of this instruction.
    Compare { instruction: u32 },
    /// `_add` of the counter of a counting loop: the comparison follows.
    Count { instruction: u32 },
    /// `_cloned`: the copy, in the slot below the result, is the result.
    Cloned(u8),
    /// `_tostring` of an operand of `+`; the other operand is looked at again.
    Concat { instruction: u32 },
    /// `_tostring` of an argument of a native.
    Stringify { argument: u8 },
    /// `_nexti`, then the element is read.
    ForeachNext { instruction: u32 },
    /// `_get` for the element of an iteration.
    ForeachValue { instruction: u32 },
    /// A generator's function has returned or failed.
    Generator { dst: u8 },
    /// As `Generator`, for `foreach`.
    ForeachGenerator { instruction: u32 },
    /// Goes on with a native.
    Native(Resume),
}

/// What a thread is doing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum ThreadStatus {
    Idle,
    Running,
    Suspended,
}

/// The stack and frames of a thread.
pub(crate) struct ThreadState {
    /// The slots. Owned storage.
    pub stack: *mut Value,
    /// End of the slots.
    pub end: *mut Value,
    /// End of the slots that may be dirty and that calls may use without asking.
    pub soft_end: *mut Value,
    /// End of the live slots: exact or too high. Kept up to date by whoever runs.
    pub top: *mut Value,
    /// Owned storage.
    pub frames: *mut Frame,
    /// End of the frames in use: where the next one goes.
    pub frame_top: *mut Frame,
    /// End of the frames that there is room for.
    pub frame_end: *mut Frame,
    /// Owned storage.
    pub continuations: *mut Continuation,
    pub continuation_count: usize,
    pub continuation_capacity: usize,
    /// How many of them are calls through metamethods or natives.
    pub nesting: u32,
    /// Captured variables that are still registers, highest first.
    pub open_outers: *mut Outer,
    /// The thread that runs this one, or null. Only while this one is running.
    pub resumer: *mut ThreadState,
    /// The next of all threads.
    pub next: *mut ThreadState,
    /// Where a thread that is not running goes on.
    pub saved: super::Registers,
    /// Index of the stack slot for the value with which a waiting thread goes on.
    pub result: u32,
    pub status: ThreadStatus,
    pub is_main: bool,
    /// Nothing refers to it any more: it is freed when the reconciliation that found that out is done.
    pub is_garbage: bool,
    /// Everything above the live slots is clear.
    pub is_clean: bool,
    /// An error that the thread does not catch ends it, but is not passed on.
    pub ends_quietly: bool,
}

impl ContinuationKind {
    /// Whether the call goes through a metamethod or a native function, which in the reference takes native
    /// stack.
    fn is_nested(self) -> bool {
        !matches!(
            self,
            ContinuationKind::Return
                | ContinuationKind::Generator { .. }
                | ContinuationKind::ForeachGenerator { .. }
        )
    }
}

impl ThreadState {
    /// Whether something but functions of programs is waiting for a result.
    pub(crate) fn is_inside_native(&self) -> bool {
        let mut positions = 0..self.continuation_count;
        // SAFETY: the first ones are initialised.
        positions.any(|position| unsafe {
            !matches!((*self.continuations.add(position)).kind, ContinuationKind::Return)
        })
    }

    /// Number of frames in use.
    pub(super) fn frame_count(&self) -> usize {
        (self.frame_top as usize - self.frames as usize) / size_of::<Frame>()
    }

    /// Drops all frames.
    pub(super) fn drop_frames(&mut self) {
        self.frame_top = self.frames;
    }

    const fn new(is_main: bool) -> ThreadState {
        ThreadState {
            stack: ptr::null_mut(),
            end: ptr::null_mut(),
            soft_end: ptr::null_mut(),
            top: ptr::null_mut(),
            frames: ptr::null_mut(),
            frame_top: ptr::null_mut(),
            frame_end: ptr::null_mut(),
            continuations: ptr::null_mut(),
            continuation_count: 0,
            continuation_capacity: 0,
            nesting: 0,
            open_outers: ptr::null_mut(),
            resumer: ptr::null_mut(),
            next: ptr::null_mut(),
            saved: super::Registers { pc: ptr::null(), base: ptr::null_mut(), constants: ptr::null() },
            result: 0,
            status: ThreadStatus::Idle,
            is_main,
            is_garbage: false,
            is_clean: false,
            ends_quietly: false,
        }
    }
}

impl Heap {
    /// Makes the main thread.
    ///
    /// # Safety
    /// Called once, before anything runs.
    pub(crate) unsafe fn create_main_thread(&mut self) -> Result<(), OutOfMemory> {
        let state = self.allocate_storage::<ThreadState>(1)?;
        state.write(ThreadState::new(true));
        self.prepare_thread(state)?;
        self.current = state;
        Ok(())
    }

    /// Makes a thread for scripts.
    ///
    /// # Safety
    /// As [`Heap::allocate`].
    pub(crate) unsafe fn new_thread(&mut self) -> Result<*mut Thread, OutOfMemory> {
        let mut state = ThreadState::new(false);
        let stack = self.allocate_storage::<Value>(INITIAL_STACK)?;
        let thread = self.new_object::<Thread>(Kind::Thread, size_of::<Thread>());
        let thread = match thread {
            Ok(thread) => thread,
            Err(OutOfMemory) => {
                self.free_storage(stack);
                return Err(self.out_of_memory());
            }
        };
        set_stack(&mut state, stack, INITIAL_STACK);
        state.next = self.threads;
        (&raw mut (*thread).state).write(state);
        self.threads = &raw mut (*thread).state;
        Ok(thread)
    }

    unsafe fn prepare_thread(&mut self, state: *mut ThreadState) -> Result<(), OutOfMemory> {
        let stack = self.allocate_storage::<Value>(INITIAL_STACK)?;
        set_stack(state, stack, INITIAL_STACK);
        (*state).next = self.threads;
        self.threads = state;
        Ok(())
    }

    /// Makes sure that `slots` slots from `from` on may be used by the running thread. Returns by how many
    /// bytes the stack moved: pointers into it have to be adjusted by that.
    ///
    /// # Safety
    /// As [`Heap::allocate`]; `from` must be in the running thread's stack.
    pub(crate) unsafe fn reserve_stack(
        &mut self,
        from: *mut Value,
        slots: usize,
    ) -> Result<isize, OutOfMemory> {
        let thread = self.current;
        let needed = from.offset_from((*thread).stack) as usize + slots;
        let size = (*thread).end.offset_from((*thread).stack) as usize;
        let mut moved = 0;
        if needed > size {
            let grown = needed + needed / 2 + SLACK;
            let stack = match self.allocate_storage::<Value>(grown) {
                Ok(stack) => stack,
                Err(OutOfMemory) => self.allocate_storage::<Value>(needed)?,
            };
            moved = self.move_stack(thread, stack);
        }
        let wanted = (*thread).stack.add(needed + SLACK);
        (*thread).soft_end =
            (*thread).soft_end.max(if wanted < (*thread).end { wanted } else { (*thread).end });
        Ok(moved)
    }

    unsafe fn move_stack(&mut self, thread: *mut ThreadState, stack: *mut Value) -> isize {
        let old = (*thread).stack;
        let old_size = (*thread).end.offset_from(old) as usize;
        let size = Heap::storage_room(stack);
        let moved = (stack as isize).wrapping_sub(old as isize);
        let (soft_end, top) = ((*thread).soft_end, (*thread).top);
        set_stack(thread, stack, size);
        stack.copy_from_nonoverlapping(old, old_size);
        (*thread).soft_end = soft_end.wrapping_byte_offset(moved);
        (*thread).top = top.wrapping_byte_offset(moved);
        let mut outer = (*thread).open_outers;
        while !outer.is_null() {
            (*outer).slot = (*outer).slot.wrapping_byte_offset(moved);
            outer = (*outer).next_open;
        }
        self.free_storage(old);
        moved
    }

    /// Makes room for one more frame.
    ///
    /// # Safety
    /// As [`Heap::allocate`].
    pub(crate) unsafe fn grow_frames(&mut self) -> Result<(), OutOfMemory> {
        let thread = self.current;
        let count = (*thread).frame_count();
        let capacity = (count * 2).max(if cfg!(target_pointer_width = "64") { 64 } else { 8 });
        let frames = self.allocate_storage::<Frame>(capacity)?;
        if count > 0 {
            frames.copy_from_nonoverlapping((*thread).frames, count);
        }
        self.free_storage((*thread).frames);
        (*thread).frames = frames;
        (*thread).frame_top = frames.add(count);
        (*thread).frame_end = frames.add(capacity);
        Ok(())
    }

    /// Adds a continuation to the running thread.
    ///
    /// # Safety
    /// As [`Heap::allocate`].
    pub(crate) unsafe fn push_continuation(&mut self, continuation: Continuation) -> Result<(), OutOfMemory> {
        let thread = self.current;
        if (*thread).continuation_count == (*thread).continuation_capacity {
            let capacity = ((*thread).continuation_capacity * 2).max(8);
            let list = self.allocate_storage::<Continuation>(capacity)?;
            if (*thread).continuation_count > 0 {
                list.copy_from_nonoverlapping((*thread).continuations, (*thread).continuation_count);
            }
            self.free_storage((*thread).continuations);
            (*thread).continuations = list;
            (*thread).continuation_capacity = capacity;
        }
        (*thread).continuations.add((*thread).continuation_count).write(continuation);
        (*thread).continuation_count += 1;
        (*thread).nesting += u32::from(continuation.kind.is_nested());
        Ok(())
    }

    /// The newest continuation of the running thread.
    ///
    /// # Safety
    /// There must be one.
    pub(crate) unsafe fn newest_continuation(&self) -> Continuation {
        let thread = self.current;
        debug_assert!((*thread).continuation_count > 0);
        *(*thread).continuations.add((*thread).continuation_count - 1)
    }

    /// Takes the newest continuation of the running thread.
    ///
    /// # Safety
    /// There must be one.
    pub(crate) unsafe fn pop_continuation(&mut self) -> Continuation {
        let thread = self.current;
        debug_assert!((*thread).continuation_count > 0);
        (*thread).continuation_count -= 1;
        let continuation = (*thread).continuations.add((*thread).continuation_count).read();
        (*thread).nesting -= u32::from(continuation.kind.is_nested());
        continuation
    }
}

unsafe fn set_stack(state: *mut ThreadState, stack: *mut Value, size: usize) {
    for position in 0..size {
        *stack.add(position) = Value::ZERO;
    }
    (*state).stack = stack;
    (*state).end = stack.add(size);
    (*state).soft_end = stack.add((WINDOW + SLACK).min(size));
    (*state).top = stack;
}
