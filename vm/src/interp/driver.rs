//! Drivers: how the interpreter gets from one instruction to the next.
//!
//! The bodies of the instructions ([`super::fast`]) exist once. Two drivers are
//! made of them:
//!
//! - A *match* in a loop. It works everywhere, and on Cortex-M it takes the
//!   fewest instructions. It is also the one that audits the heap.
//! - *Tail calls* ([`super::tail`]): a function for each op, which jumps to that
//!   of the next instruction. Optimised builds for 64-bit hosts have it; see
//!   `build.rs`.

use super::vm::Vm;
use super::{Exit, Registers, common, fast, step};
use tamias_bytecode::op::Instruction;

/// How the interpreter gets from one instruction to the next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Driver {
    /// A `match` in a loop.
    Match,
    /// Each instruction jumps to the next.
    TailCalls,
}

impl Driver {
    /// The drivers of this build, the fastest last.
    pub const AVAILABLE: &'static [Driver] =
        if cfg!(tail_calls) { &[Driver::Match, Driver::TailCalls] } else { &[Driver::Match] };

    /// The fastest driver of this build.
    pub const FASTEST: Driver = Driver::AVAILABLE[Driver::AVAILABLE.len() - 1];

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Driver::Match => "match",
            Driver::TailCalls => "tail calls",
        }
    }
}

/// Whether the match driver checks the heap at every instruction.
#[cfg(feature = "std")]
const CHECKED: bool = true;
/// See [`CHECKED`].
const UNCHECKED: bool = false;

/// Runs until the embedder's call has returned or something stops it. A driver that this build does not have is
/// replaced by the `match`.
///
/// # Safety
/// 1. `registers` must be those of the running thread.
/// 2. All code that can be reached must have been verified.
#[cfg_attr(compact, inline(never))]
pub(super) unsafe fn run(vm: &mut Vm, registers: &mut Registers) -> Exit {
    #[cfg(feature = "std")]
    if vm.heap.audit {
        return run_match::<CHECKED>(vm, registers);
    }
    match vm.driver {
        #[cfg(tail_calls)]
        Driver::TailCalls => super::tail::run(vm, registers),
        _ => run_match::<UNCHECKED>(vm, registers),
    }
}

/// The op numbers as patterns.
#[allow(non_upper_case_globals)]
mod number {
    use tamias_bytecode::op::Op;
    macro_rules! numbers {
        ($($name:ident)*) => { $(pub const $name: u8 = Op::$name as u8;)* };
    }
    tamias_bytecode::for_each_op!(numbers);
}

macro_rules! match_driver {
    ($($name:ident)*) => {
        unsafe fn run_match<const AUDIT: bool>(vm: &mut Vm, registers: &mut Registers) -> Exit {
            let mut r = *registers;
            loop {
                #[cfg(feature = "std")]
                if AUDIT {
                    vm.audit_step(&r);
                }
                let instruction = Instruction(*r.pc);
                r.pc = r.pc.add(1);
                let done = match instruction.op_byte() {
                    $(number::$name => fast::$name(vm, &mut r, instruction),)*
                    _ => false,
                };
                if !done
                    && !again(vm, &mut r, instruction)
                    && let Some(exit) = step(vm, &mut r, instruction)
                {
                    *registers = r;
                    return exit;
                }
            }
        }

        /// The second try, out of the way of the first.
        #[inline(never)]
        unsafe fn again(vm: &mut Vm, r: &mut Registers, instruction: Instruction) -> bool {
            match instruction.op_byte() {
                $(number::$name => common::$name(vm, r, instruction),)*
                _ => false,
            }
        }
    };
}

tamias_bytecode::for_each_op!(match_driver);
