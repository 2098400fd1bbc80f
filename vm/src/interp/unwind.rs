//! Errors on their way from where they are thrown to a handler.

use super::finish::{Caught, intercept};
use super::stack::ThreadStatus;
use super::vm::{TRACE_LENGTH, TraceEntry, Vm};
use super::{Exit, Registers};
use crate::heap::local::{Raise, RaiseKind};
use crate::program::Function;
use crate::value::Value;

/// Finds the handler for the error that is being thrown and goes there. `Some` if there is none.
pub(super) unsafe fn unwind(vm: &mut Vm, r: &mut Registers) -> Option<Exit> {
    capture_trace(vm, r);
    loop {
        if r.pc == super::halt() {
            return Some(Exit::Error);
        }
        if r.pc == super::thread_end() {
            let ends_quietly = (*vm.heap.current).ends_quietly;
            vm.end_thread(r, Value::NULL);
            if ends_quietly {
                vm.take_error();
                return None;
            }
            continue;
        }
        if r.pc == super::finish() {
            let continuation = vm.heap.pop_continuation();
            match intercept(vm, r, continuation) {
                Caught::No => {}
                Caught::Yes => return None,
                Caught::Instead(Raise { .. }) => match vm.heap.raised {
                    RaiseKind::Thrown => {}
                    RaiseKind::OutOfMemory => return Some(Exit::OutOfMemory),
                    RaiseKind::Budget => return Some(Exit::Budget),
                    RaiseKind::Halted => return Some(Exit::Halted),
                },
            }
            continue;
        }
        let function = running_function(r);
        if let Some(handler) = (*function).handler(r.pc) {
            vm.heap.close_outers(r.base.add(handler.register as usize));
            *r.base.add(handler.register as usize) = vm.take_error();
            r.pc = (*function).code.add(handler.pc as usize);
            return None;
        }
        vm.heap.close_outers(r.base);
        vm.leave(r);
    }
}

unsafe fn running_function(r: &Registers) -> *const Function {
    (*(*r.base.sub(1)).as_closure()).function
}

/// Notes where the error was thrown, innermost function first: once it has been unwound nothing else
/// remembers. The note is only used if nobody catches the error.
unsafe fn capture_trace(vm: &mut Vm, registers: &Registers) {
    let mut length = 0;
    let mut thread = vm.heap.current;
    let mut r = *registers;
    let mut frames = (*thread).frame_count();
    let mut continuations = (*thread).continuation_count;
    while length < TRACE_LENGTH && r.pc != super::halt() {
        if r.pc == super::thread_end() {
            thread = (*thread).resumer;
            if thread.is_null() || (*thread).status == ThreadStatus::Idle && !(*thread).is_main {
                break;
            }
            r = (*thread).saved;
            frames = (*thread).frame_count();
            continuations = (*thread).continuation_count;
            continue;
        }
        if r.pc == super::finish() {
            if continuations == 0 {
                break;
            }
            continuations -= 1;
            r.pc = (*(*thread).continuations.add(continuations)).pc;
            continue;
        }
        vm.trace[length] = TraceEntry { function: running_function(&r), pc: r.pc };
        length += 1;
        if frames == 0 {
            break;
        }
        frames -= 1;
        let frame = *(*thread).frames.add(frames);
        r.base = r.base.sub(frame.delta as usize);
        r.pc = frame.pc;
    }
    vm.trace_length = length;
}
