//! The tail-call driver: one function for each op, which ends with a jump to
//! the function of the next instruction.
//!
//! The state of the interpreter travels in machine registers, as the arguments
//! of these functions. Three rules keep it there and every call a jump:
//!
//! 1. All functions have the same signature, with at most six arguments.
//! 2. What a fast path cannot do is done by a jump to a second function for the
//!    op, and what that cannot do by a jump to [`slow`]; never by a call. A call
//!    would make the function save registers on all of its paths.
//! 3. Bodies have nothing to drop and take no addresses of locals.
//!
//! The instruction is the third argument because that is `rdx` on x86-64, whose
//! second byte can be named (`dh`).

use super::literals::Constant;
use super::vm::Vm;
use super::{Exit, Registers, common, conclude, fast, step};
use crate::heap::local::Raise;
use crate::native::Flow;
use crate::value::Value;
use tamias_bytecode::op::{Instruction, Op};

/// Defines a function with the signature of all handlers. The Windows convention passes only four arguments in
/// registers, so x86-64 uses that of System V everywhere.
macro_rules! handler {
    ($(#[$attribute:meta])* $name:ident($vm:ident, $pc:ident, $i:ident, $base:ident, $constants:ident) $body:block) => {
        $(#[$attribute])*
        #[cfg(target_arch = "x86_64")]
        pub(super) unsafe extern "sysv64" fn $name(
            $vm: *mut Vm, $pc: *const u32, $i: u32, $base: *mut Value, $constants: *const Constant,
        ) -> Exit $body

        $(#[$attribute])*
        #[cfg(not(target_arch = "x86_64"))]
        pub(super) unsafe extern "C" fn $name(
            $vm: *mut Vm, $pc: *const u32, $i: u32, $base: *mut Value, $constants: *const Constant,
        ) -> Exit $body
    };
}

#[cfg(target_arch = "x86_64")]
type Handler = unsafe extern "sysv64" fn(*mut Vm, *const u32, u32, *mut Value, *const Constant) -> Exit;
#[cfg(not(target_arch = "x86_64"))]
type Handler = unsafe extern "C" fn(*mut Vm, *const u32, u32, *mut Value, *const Constant) -> Exit;

/// Goes on with the instruction at `pc`. In tail position this is a jump.
macro_rules! dispatch {
    ($vm:expr, $pc:expr, $base:expr, $constants:expr) => {{
        let pc = $pc;
        let i = *pc;
        HANDLERS[i as u8 as usize]($vm, pc.add(1), i, $base, $constants)
    }};
}

macro_rules! handlers {
    ($($name:ident)*) => {
        #[allow(non_snake_case)]
        mod each {
            use super::*;
            $(handler! {
                $name(vm, pc, i, base, constants) {
                    let mut r = Registers { pc, base, constants };
                    if fast::$name(&mut *vm, &mut r, Instruction(i)) {
                        dispatch!(vm, r.pc, r.base, r.constants)
                    } else {
                        again::$name(vm, pc, i, base, constants)
                    }
                }
            })*
        }

        #[allow(non_snake_case)]
        mod again {
            use super::*;
            $(handler! {
                #[cold]
                $name(vm, pc, i, base, constants) {
                    if Op::$name as u8 == Op::Call as u8 {
                        return native(vm, pc, i, base, constants);
                    }
                    let mut r = Registers { pc, base, constants };
                    if common::$name(&mut *vm, &mut r, Instruction(i)) {
                        dispatch!(vm, r.pc, r.base, r.constants)
                    } else {
                        slow(vm, pc, i, base, constants)
                    }
                }
            })*
        }

        /// The handlers by op byte. Bytes that are no op of images go the long way.
        static HANDLERS: [Handler; 256] = {
            let mut handlers: [Handler; 256] = [slow; 256];
            $(handlers[Op::$name as usize] = each::$name;)*
            handlers
        };
    };
}

tamias_bytecode::for_each_op!(handlers);

handler! {
    /// Does an instruction the long way.
    #[cold]
    #[inline(never)]
    slow(vm, pc, i, base, constants) {
        if let Some(exit) = step_at(vm, pc, i, base, constants) {
            return exit;
        }
        let Registers { pc, base, constants } = (*vm).running;
        dispatch!(vm, pc, base, constants)
    }
}

handler! {
    /// Calls a native function.
    native(vm, pc, i, base, constants) {
        match native_at(vm, pc, i, base, constants) {
            Called::Returned => dispatch!(vm, pc, base, constants),
            Called::Moved => {
                let Registers { pc, base, constants } = (*vm).running;
                dispatch!(vm, pc, base, constants)
            }
            Called::Stopped => (*vm).stopped,
            Called::Not => slow(vm, pc, i, base, constants),
        }
    }
}

/// What became of the attempt to call a native function.
#[derive(Clone, Copy)]
#[repr(u8)]
enum Called {
    /// It has returned: on with the next instruction.
    Returned,
    /// On with what is in [`Vm::running`].
    Moved,
    /// The interpreter stops as [`Vm::stopped`] says.
    Stopped,
    /// It was not called: there is more to do.
    Not,
}

#[inline(never)]
unsafe fn native_at(
    vm: *mut Vm,
    pc: *const u32,
    i: u32,
    base: *mut Value,
    constants: *const Constant,
) -> Called {
    let (slot, arguments) = (base.add(Instruction(i).a() as usize), Instruction(i).b() as usize);
    let r = Registers { pc, base, constants };
    match (*vm).call_directly(&r, slot, arguments) {
        Some((Ok(Flow::Return(result)), _)) => {
            *slot = result.value;
            Called::Returned
        }
        Some(called) => follow(vm, r, slot, arguments, called),
        None => Called::Not,
    }
}

#[cold]
#[inline(never)]
unsafe fn follow(
    vm: *mut Vm,
    mut r: Registers,
    slot: *mut Value,
    arguments: usize,
    called: (Result<Flow<'static>, Raise>, usize),
) -> Called {
    let result = (*vm).follow_direct(&mut r, slot, arguments, called);
    let exit = conclude(&mut *vm, &mut r, result);
    (*vm).running = r;
    match exit {
        Some(exit) => {
            (*vm).stopped = exit;
            Called::Stopped
        }
        None => Called::Moved,
    }
}

/// The registers are in memory only here, and not in the frame of [`slow`], which could not end with a jump then.
#[inline(never)]
unsafe fn step_at(
    vm: *mut Vm,
    pc: *const u32,
    i: u32,
    base: *mut Value,
    constants: *const Constant,
) -> Option<Exit> {
    let mut r = Registers { pc, base, constants };
    let exit = step(&mut *vm, &mut r, Instruction(i));
    (*vm).running = r;
    exit
}

/// Runs until something stops the interpreter.
///
/// # Safety
/// As [`super::driver::run`].
pub(super) unsafe fn run(vm: &mut Vm, registers: &mut Registers) -> Exit {
    let vm: *mut Vm = vm;
    let exit = dispatch!(vm, registers.pc, registers.base, registers.constants);
    *registers = (*vm).running;
    exit
}
