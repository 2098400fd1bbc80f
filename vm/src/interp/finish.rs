//! Continuations: what happens when a metamethod, constructor, generator or
//! callback has returned.

use super::stack::{Continuation, ContinuationKind};
use super::vm::Vm;
use super::{Registers, arith, compare};
use crate::heap::local::Raise;
use crate::value::Value;
use tamias_bytecode::op::{Instruction, Op};

/// Takes the newest continuation and does it. The result of the call is in its slot.
pub(super) unsafe fn finish(vm: &mut Vm, r: &mut Registers) -> Result<(), Raise> {
    if let ContinuationKind::Native(resume) = vm.heap.newest_continuation().kind {
        return vm.resume_native(r, resume);
    }
    let continuation = vm.heap.pop_continuation();
    let result_slot = (*vm.heap.current).stack.add(continuation.result as usize);
    let result = *result_slot;
    r.pc = continuation.pc;
    vm.set_top(result_slot.add(2));
    vm.heap.protect_new_objects();
    match continuation.kind {
        ContinuationKind::Store(dst) => *r.base.add(dst as usize) = result,
        ContinuationKind::Return => vm.return_value(r, result),
        ContinuationKind::Discard | ContinuationKind::Set { .. } => {}
        ContinuationKind::Get { .. }
        | ContinuationKind::GetCallee { .. }
        | ContinuationKind::ForeachValue { .. } => {
            return vm.deliver(r, result, continuation.kind);
        }
        ContinuationKind::In { dst, .. } => *r.base.add(dst as usize) = Value::TRUE,
        ContinuationKind::Compare { instruction } => return finish_compare(vm, r, instruction, result),
        ContinuationKind::Count { instruction } => {
            let i = Instruction(instruction);
            *r.base.add(i.a() as usize) = result;
            vm.set_top_of_frame(r);
            return super::slow::finish_count(vm, r, i);
        }
        ContinuationKind::Cloned(dst) => *r.base.add(dst as usize) = *result_slot.sub(1),
        ContinuationKind::Concat { instruction } => {
            return arith::concatenate_converted(vm, r, Instruction(instruction), result);
        }
        ContinuationKind::Stringify { argument } => return vm.resume_stringified(r, continuation, argument),
        ContinuationKind::ForeachNext { instruction } => {
            return vm.foreach_found(r, Instruction(instruction), result);
        }
        ContinuationKind::Generator { .. } | ContinuationKind::ForeachGenerator { .. } => {
            return finish_generator(vm, r, continuation, result_slot);
        }
        ContinuationKind::Native(resume) => return vm.resume_native(r, resume),
    }
    Ok(())
}

unsafe fn finish_compare(
    vm: &mut Vm,
    r: &mut Registers,
    instruction: u32,
    result: Value,
) -> Result<(), Raise> {
    if !result.is_int() {
        return Err(vm.error(format_args!("_cmp must return an integer")));
    }
    let i = Instruction(instruction);
    let op = i.op().unwrap_or(Op::Cmp);
    compare::apply(vm, r, op, i, result.as_int().cmp(&0), false)
}

/// A generator has yielded or returned.
unsafe fn finish_generator(
    vm: &mut Vm,
    r: &mut Registers,
    continuation: Continuation,
    result_slot: *mut Value,
) -> Result<(), Raise> {
    let generator = (*result_slot.sub(1)).as_generator();
    let result = *result_slot;
    // `yield` has marked it as suspended; if it is still running, its function has returned.
    let has_ended = (*generator).status == crate::heap::object::GeneratorStatus::Running;
    vm.end_generator(generator);
    match continuation.kind {
        ContinuationKind::ForeachGenerator { instruction } if !has_ended => {
            return vm.foreach_deliver_generated(r, Instruction(instruction), result);
        }
        ContinuationKind::Generator { dst } => *r.base.add(dst as usize) = result,
        _ => {}
    }
    Ok(())
}

/// What an error means to a continuation that it passes.
pub(super) enum Caught {
    /// It goes on to the next handler.
    No,
    /// The program goes on.
    Yes,
    /// Going on has thrown another error.
    Instead(Raise),
}

/// Lets a continuation see the error that ended its call.
pub(super) unsafe fn intercept(vm: &mut Vm, r: &mut Registers, continuation: Continuation) -> Caught {
    r.pc = continuation.pc;
    let not_found = vm.heap.roots.error.is_null();
    let result = match continuation.kind {
        // `throw null` in `_get` and `_set` means that there is no such slot.
        ContinuationKind::Get { level, instruction, .. }
        | ContinuationKind::GetCallee { level, instruction, .. }
            if not_found =>
        {
            vm.get_below(r, Instruction(instruction), level, continuation.kind)
        }
        ContinuationKind::Set { level, instruction } if not_found => {
            vm.set_below(r, Instruction(instruction), level)
        }
        ContinuationKind::In { level, instruction, .. } => {
            vm.take_error();
            let below = if not_found { level } else { 0 };
            vm.is_in_below(r, Instruction(instruction), below)
        }
        ContinuationKind::Generator { .. } | ContinuationKind::ForeachGenerator { .. } => {
            let holder = (*vm.heap.current).stack.add(continuation.result as usize - 1);
            vm.end_generator((*holder).as_generator());
            return Caught::No;
        }
        _ => return Caught::No,
    };
    match result {
        Ok(()) => Caught::Yes,
        Err(raise) => Caught::Instead(raise),
    }
}
