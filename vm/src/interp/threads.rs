//! Threads: from one stack to another and back.
//!
//! The window of the native that switches is at `slot`: the thread or root table, then what it was given.

use super::Registers;
use super::stack::ThreadStatus;
use super::vm::Vm;
use crate::heap::local::Raise;
use crate::native::ThreadSwitch;
use crate::value::Value;
use core::ptr;

impl Vm {
    pub(super) unsafe fn switch_thread(
        &mut self,
        r: &mut Registers,
        slot: *mut Value,
        switch: ThreadSwitch,
    ) -> Result<(), Raise> {
        if switch == ThreadSwitch::Suspend {
            return self.suspend_thread(r, slot);
        }
        let arguments = (*self.heap.current).top.offset_from(slot) as usize - 1;
        let thread = &raw mut (*(*slot.add(1)).as_thread()).state;
        // The result of this call arrives where the native was called.
        *slot = *slot.add(1);
        let resumer = self.heap.current;
        (*resumer).saved = *r;
        (*resumer).result = slot.offset_from((*resumer).stack) as u32;
        (*resumer).top = slot.add(1);
        (*thread).resumer = resumer;
        (*thread).status = ThreadStatus::Running;
        let is_quiet = switch == ThreadSwitch::WakeupThrow && arguments > 2 && !(*slot.add(3)).is_truthy();
        (*thread).ends_quietly = is_quiet;
        self.heap.current = thread;
        (*thread).is_clean = false;
        if switch != ThreadSwitch::Call {
            let value = if arguments > 1 { *slot.add(2) } else { Value::NULL };
            *r = (*thread).saved;
            let wakened = (*thread).stack.add((*thread).result as usize);
            *wakened = value;
            if switch == ThreadSwitch::WakeupThrow {
                return Err(self.throw(value));
            }
            return Ok(());
        }
        // The function is in slot 0 of the new stack and stays there for the next call of the thread.
        let stack = (*thread).stack;
        *stack.add(1) = *stack;
        *stack.add(2) = self.root_value();
        for position in 1..arguments {
            *stack.add(2 + position) = *slot.add(1 + position);
        }
        (*thread).drop_frames();
        (*thread).continuation_count = 0;
        (*thread).nesting = 0;
        *r = Registers { pc: super::thread_end(), base: stack, constants: r.constants };
        self.call_value(r, stack.add(1), arguments)
    }

    unsafe fn suspend_thread(&mut self, r: &mut Registers, slot: *mut Value) -> Result<(), Raise> {
        let thread = self.heap.current;
        if (*thread).is_main {
            return Err(self.error(format_args!("cannot suspend an vm that is not running")));
        }
        if (*thread).is_inside_native() {
            return Err(self.error(format_args!("cannot suspend through native calls/metamethods")));
        }
        // The native's own slot is where `wakeup` puts its value.
        let value = if (*thread).top > slot.add(2) { *slot.add(2) } else { *slot.add(1) };
        (*thread).result = slot.offset_from((*thread).stack) as u32;
        (*thread).top = slot.add(1);
        (*thread).saved = *r;
        (*thread).status = ThreadStatus::Suspended;
        self.return_to_resumer(r, value);
        Ok(())
    }

    unsafe fn return_to_resumer(&mut self, r: &mut Registers, value: Value) {
        let thread = self.heap.current;
        let resumer = (*thread).resumer;
        (*thread).resumer = ptr::null_mut();
        self.heap.current = resumer;
        (*resumer).is_clean = false;
        *r = (*resumer).saved;
        *(*resumer).stack.add((*resumer).result as usize) = value;
    }
}

/// The function of a thread has returned: its result is in slot 1 of the thread's stack.
pub(super) unsafe fn thread_end(vm: &mut Vm, r: &mut Registers) -> Result<(), Raise> {
    let thread = vm.heap.current;
    let value = *(*thread).stack.add(1);
    vm.end_thread(r, value);
    Ok(())
}

impl Vm {
    /// Ends the running thread: it is idle again, and `value` goes to whoever ran it.
    pub(super) unsafe fn end_thread(&mut self, r: &mut Registers, value: Value) {
        let thread = self.heap.current;
        self.heap.close_outers((*thread).stack);
        (*thread).status = ThreadStatus::Idle;
        (*thread).top = (*thread).stack.add(1);
        (*thread).drop_frames();
        (*thread).continuation_count = 0;
        (*thread).nesting = 0;
        self.return_to_resumer(r, value);
    }
}
