//! The interpreter.
//!
//! An instruction first tries its fast path ([`fast`]): integers, floats, slots
//! that the caches know, calls of closures with fitting arguments. Then it
//! tries what is common but needs a search ([`common`]). Everything else leaves
//! through [`slow::step`], which does the whole meaning of any instruction for
//! any operands. What the slow path calls (metamethods,
//! constructors, callbacks of natives) gets a frame like any call, and a
//! [`stack::Continuation`] says what its result is for. So scripts never recurse
//! on the native stack, and the VM can stop between any two instructions.
//!
//! | file | what it knows |
//! | --- | --- |
//! | `fast` `common` | the paths that matter for speed |
//! | [`sites`] | what lookups found, by place in the code |
//! | `slow` | what each instruction means |
//! | [`driver`] `tail` | how one instruction follows another |
//! | [`stack`] | stacks, frames, continuations |
//! | `access` | slots: get, set, create, delete, `in` |
//! | `accessor` | `_get` and `_set`: the order in which delegates are asked |
//! | `arith` [`compare`] `text` | operators and conversions |
//! | [`literals`] | constants of functions |
//! | `constants` | the table of constants |
//! | `call` `natives` | calls of closures, classes and native functions |
//! | `generators` `threads` | what runs in turns |
//! | `finish` | what continuations do |
//! | `unwind` | errors: handlers and stack traces |
//! | [`program`] | loaded images |
//! | [`vm`] | the embedder's view |

// As in `heap`: obligations are stated per function, see there.
#![allow(unsafe_op_in_unsafe_fn)]

pub(crate) mod access;
mod accessor;
pub(crate) mod arith;
mod call;
mod common;
pub(crate) mod compare;
pub(crate) mod constants;
pub(crate) mod driver;
mod fast;
mod finish;
mod generators;
pub(crate) mod inspect;
mod iterate;
mod literals;
mod names;
mod natives;
mod objects;
pub(crate) mod program;
pub(crate) mod sites;
mod slow;
pub(crate) mod stack;
#[cfg(tail_calls)]
mod tail;
pub(crate) mod text;
mod threads;
mod unwind;
pub mod vm;

use crate::heap::local::{Raise, RaiseKind};
use crate::value::Value;
use tamias_bytecode::op::{Instruction, Op};
use vm::Vm;

/// Where a function is: the registers of the interpreter itself.
#[derive(Clone, Copy)]
pub(crate) struct Registers {
    /// The next instruction.
    pub pc: *const u32,
    /// Register 0 of the running function; the slot below holds its closure.
    pub base: *mut Value,
    /// The constants of the running function.
    pub constants: *const literals::Constant,
}

/// Instructions that no image can hold. They are where frames return to that have no ordinary caller.
const INTERNAL: [u32; 3] = [HALT as u32, FINISH as u32, THREAD_END as u32];
const HALT: u8 = 255;
const FINISH: u8 = 254;
const THREAD_END: u8 = 253;
const _: () = assert!(Op::COUNT < THREAD_END as usize);

/// Where the embedder's call returns to.
pub(crate) fn halt() -> *const u32 {
    &raw const INTERNAL_CODE[0]
}

/// Where a call returns to whose result a continuation is waiting for.
pub(crate) fn finish() -> *const u32 {
    &raw const INTERNAL_CODE[1]
}

/// Where the function of a thread returns to.
pub(crate) fn thread_end() -> *const u32 {
    &raw const INTERNAL_CODE[2]
}

static INTERNAL_CODE: [u32; 3] = INTERNAL;

/// Why the interpreter stopped.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub(crate) enum Exit {
    /// The embedder's call has returned.
    Done,
    /// Nothing caught the error.
    Error,
    /// Memory ran out.
    OutOfMemory,
    /// The instruction budget is used up. [`Vm::resume`] goes on.
    Budget,
    /// A native has ended the program.
    Halted,
}

/// Does an instruction the long way, errors included.
#[cold]
#[inline(never)]
unsafe fn step(vm: &mut Vm, r: &mut Registers, instruction: Instruction) -> Option<Exit> {
    let result = match instruction.op_byte() {
        HALT => return Some(Exit::Done),
        FINISH => finish::finish(vm, r),
        THREAD_END => threads::thread_end(vm, r),
        _ => match call_native(vm, r, instruction) {
            Some(result) => result,
            None => slow::step(vm, r, instruction),
        },
    };
    conclude(vm, r, result)
}

/// Goes on after an instruction: at the next, at a handler, or not at all.
unsafe fn conclude(vm: &mut Vm, r: &mut Registers, result: Result<(), Raise>) -> Option<Exit> {
    if result.is_ok() {
        return None;
    }
    match vm.heap.raised {
        RaiseKind::Thrown => unwind::unwind(vm, r),
        RaiseKind::OutOfMemory => Some(Exit::OutOfMemory),
        RaiseKind::Budget => {
            // The instruction is executed again after the budget is filled up.
            r.pc = r.pc.sub(1);
            Some(Exit::Budget)
        }
        RaiseKind::Halted => Some(Exit::Halted),
    }
}

/// Calls a native function, unless there is more to do than that.
#[inline(always)]
unsafe fn call_native(vm: &mut Vm, r: &mut Registers, i: Instruction) -> Option<Result<(), Raise>> {
    if i.op_byte() != Op::Call as u8 {
        return None;
    }
    let (slot, arguments) = (r.base.add(i.a() as usize), i.b() as usize);
    let called = vm.call_directly(r, slot, arguments)?;
    Some(vm.follow_direct(r, slot, arguments, called))
}
