//! The whole meaning of every instruction, for all operands.

use super::access::{Change, Fallback};
use super::literals;
use super::stack::{ContinuationKind, Level};
use super::vm::Vm;
use super::{Registers, arith, compare};
use crate::heap::local::{Raise, RaiseKind};
use crate::value::{Tag, Value};
use tamias_bytecode::op::{Instruction, Op};

/// The operands of an instruction that reads or changes a slot.
pub(super) struct Access {
    pub object: Value,
    pub key: Value,
    /// For changes only.
    pub value: Value,
    pub fallback: Fallback,
}

/// Reads the operands of an instruction that reads or changes a slot. They are still in their registers when
/// a metamethod has been asked.
pub(super) unsafe fn access_of(vm: &Vm, r: &Registers, i: Instruction) -> Access {
    let register = |number: u8| *r.base.add(number as usize);
    let constant = |number: usize| literals::string(vm, r, number);
    let root_for = |number: u8| if number == 0 { Fallback::Root } else { Fallback::None };
    let (object, key, value, fallback) = match i.op() {
        Some(Op::GetField | Op::GetMethod) => {
            (register(i.b()), constant(i.c() as usize), Value::NULL, root_for(i.b()))
        }
        Some(Op::GetIndex) => (register(i.b()), register(i.c()), Value::NULL, root_for(i.b())),
        Some(Op::GetMethodIndex) => (register(i.b()), register(i.c()), Value::NULL, Fallback::None),
        Some(Op::GetIndexImm) => (register(i.b()), Value::int(i.c() as i32), Value::NULL, root_for(i.b())),
        Some(Op::SetField) => (register(i.a()), constant(i.b() as usize), register(i.c()), root_for(i.a())),
        Some(Op::SetIndex) => (register(i.a()), register(i.b()), register(i.c()), root_for(i.a())),
        Some(Op::NewField) => (register(i.a()), constant(i.b() as usize), register(i.c()), Fallback::None),
        Some(Op::NewSlot) => (register(i.a()), register(i.b()), register(i.c()), Fallback::None),
        Some(Op::GetRoot | Op::GetRootCall) => {
            (vm.root_of(r), literals::name(vm, r, i.bx()), Value::NULL, Fallback::None)
        }
        Some(Op::SetName) => (register(0), literals::name(vm, r, i.bx()), register(i.a()), Fallback::Root),
        _ => (register(0), literals::name(vm, r, i.bx()), Value::NULL, Fallback::Root),
    };
    Access { object, key, value, fallback }
}

/// Does an instruction. `r.pc` is already at the next one.
pub(super) unsafe fn step(vm: &mut Vm, r: &mut Registers, i: Instruction) -> Result<(), Raise> {
    vm.set_top_of_frame(r);
    if vm.heap.wants_collection() {
        vm.heap.collect_at_safe_point();
    }
    vm.heap.protect_new_objects();
    let Some(op) = i.op() else { return Err(vm.error(format_args!("invalid instruction"))) };
    let dst = r.base.add(i.a() as usize);
    match op {
        Op::Call => {
            check_budget(vm)?;
            vm.call_value(r, dst, i.b() as usize)
        }
        Op::TailCall => {
            check_budget(vm)?;
            vm.tail_call(r, i.a(), i.b() as usize)
        }
        Op::Return | Op::ReturnNull => {
            let value = if op == Op::Return { *dst } else { Value::NULL };
            vm.return_value(r, value);
            Ok(())
        }
        Op::Throw => Err(vm.throw(*dst)),
        Op::Yield => {
            let value = if i.b() != 0 { *dst } else { Value::NULL };
            vm.yield_value(r, value)
        }
        Op::Resume => resume(vm, r, i),
        Op::GetField | Op::GetName | Op::GetIndex | Op::GetIndexImm => {
            let access = access_of(vm, r, i);
            let kind = ContinuationKind::Get { dst: i.a(), level: 0, instruction: i.0 };
            vm.get(r, access.object, access.key, access.fallback, kind)
        }
        Op::GetMethod | Op::GetNameCall | Op::GetMethodIndex => {
            let access = access_of(vm, r, i);
            let kind = ContinuationKind::GetCallee { dst: i.a(), level: 0, instruction: i.0 };
            vm.get(r, access.object, access.key, access.fallback, kind)
        }
        Op::GetRoot | Op::GetRootCall => get_root(vm, r, op, i),
        Op::SetField | Op::SetIndex | Op::SetName => {
            let access = access_of(vm, r, i);
            match vm.change(r, access.object, access.key, access.value, access.fallback)? {
                Change::Accessor(accessor) => vm.ask_setter(r, accessor, access.key, access.value, i),
                Change::Done | Change::Metamethod(_) => Ok(()),
                Change::Missing => Err(vm.index_error(access.key)),
            }
        }
        Op::NewField | Op::NewSlot => new_slot(vm, r, i),
        Op::Delete => vm.delete(r, i.a(), *r.base.add(i.b() as usize), *r.base.add(i.c() as usize)),
        Op::In => contains(vm, r, i),
        Op::Add
        | Op::Sub
        | Op::Mul
        | Op::Div
        | Op::Mod
        | Op::AddStr
        | Op::StrAdd
        | Op::AddImm
        | Op::SubImm
        | Op::MulImm
        | Op::DivImm
        | Op::ModImm => arith::arithmetic(vm, r, op, i),
        Op::BitAnd
        | Op::BitOr
        | Op::BitXor
        | Op::Shl
        | Op::Shr
        | Op::Ushr
        | Op::BitAndImm
        | Op::BitOrImm
        | Op::ShlImm
        | Op::ShrImm
        | Op::UshrImm
        | Op::RotrImm => arith::bitwise(vm, r, op, i),
        Op::Neg => arith::negate(vm, r, i),
        Op::BitNot => arith::bitwise_not(vm, r, i),
        Op::Instanceof => vm.instanceof(r, i),
        Op::Lt | Op::Le | Op::Gt | Op::Ge | Op::Cmp => compare::compare(vm, r, op, i),
        Op::JLt
        | Op::JNotLt
        | Op::JLe
        | Op::JNotLe
        | Op::JGt
        | Op::JNotGt
        | Op::JGe
        | Op::JNotGe
        | Op::JLtImm
        | Op::JNotLtImm
        | Op::JLeImm
        | Op::JNotLeImm
        | Op::JGtImm
        | Op::JNotGtImm
        | Op::JGeImm
        | Op::JNotGeImm => {
            if (i.c() as i8) < 0 {
                check_budget(vm)?;
            }
            compare::compare(vm, r, op, i)
        }
        // These fail on their fast path only when the budget is used up.
        Op::Jmp
        | Op::JTrue
        | Op::JFalse
        | Op::JNull
        | Op::JNotNull
        | Op::JEq
        | Op::JNe
        | Op::JEqImm
        | Op::JNeImm
        | Op::JEqStr
        | Op::JNeStr => Err(vm.heap.raise(RaiseKind::Budget)),
        Op::IncJLt
        | Op::IncJLtImm
        | Op::IncJLe
        | Op::IncJLeImm
        | Op::DecJGt
        | Op::DecJGtImm
        | Op::DecJGe
        | Op::DecJGeImm => count_and_jump(vm, r, i),
        Op::ForeachPrepare => vm.foreach_prepare(r, i),
        Op::Foreach => {
            check_budget(vm)?;
            vm.foreach_next(r, i)
        }
        Op::NewTable => {
            let table = vm.heap.new_table(i.bx() as u32)?;
            *dst = Value::from_table(table);
            Ok(())
        }
        Op::NewArray => {
            let array = vm.heap.new_array(i.bx() as usize)?;
            *dst = Value::from_array(array);
            Ok(())
        }
        Op::Array => {
            let elements = core::slice::from_raw_parts(dst, i.b() as usize);
            *dst = Value::from_array(vm.heap.new_array_of(elements)?);
            Ok(())
        }
        Op::Append => vm.append(r, i),
        Op::Closure => vm.make_closure(r, i),
        Op::Method => make_method(vm, r, i),
        Op::BindEnv => vm.bind_environment(r, i),
        Op::Clone => vm.clone_value(r, i),
        Op::Typeof => vm.typeof_value(r, i),
        Op::Class => vm.make_class(r, i),
        Op::Member => vm.make_member(r, i),
        Op::MemberStr => {
            let (class, value) = (*r.base.add(i.a() as usize), *r.base.add(i.b() as usize));
            vm.make_named_member(r, class, literals::string(vm, r, i.c().into()), value)
        }
        Op::CloseOuters => {
            vm.heap.close_outers(dst);
            Ok(())
        }
        Op::LoadBase => {
            let base = (*(*r.base.sub(1)).as_closure()).base;
            *dst = if base.is_null() { Value::NULL } else { Value::from_class(base) };
            Ok(())
        }
        Op::LoadRoot => {
            *dst = vm.root_of(r);
            Ok(())
        }
        // Their fast paths do everything.
        Op::Move
        | Op::LoadNull
        | Op::LoadBool
        | Op::LoadImm
        | Op::LoadImm2
        | Op::LoadInt
        | Op::LoadInts
        | Op::LoadFloat
        | Op::LoadStr
        | Op::GetOuter
        | Op::SetOuter
        | Op::Callee
        | Op::Not
        | Op::Eq
        | Op::Ne => Err(vm.error(format_args!("invalid instruction"))),
    }
}

fn check_budget(vm: &mut Vm) -> Result<(), Raise> {
    if vm.budget == 0 { Err(vm.heap.raise(RaiseKind::Budget)) } else { Ok(()) }
}

impl Vm {
    /// Takes a jump from the slow path.
    pub(super) unsafe fn jump(&mut self, r: &mut Registers, distance: i32) -> Result<(), Raise> {
        if distance < 0 {
            // Not checked here: the operation has been done and must not be repeated.
            self.budget = self.budget.saturating_sub(1);
        }
        r.pc = r.pc.offset(distance as isize);
        Ok(())
    }

    /// Everything from here on is dead: sets the end of the live stack.
    pub(super) unsafe fn set_top(&mut self, top: *mut Value) {
        (*self.heap.current).top = top;
    }

    /// Sets the end of the live stack above all registers of the running function: not exact, but safe.
    pub(super) unsafe fn set_top_of_frame(&mut self, r: &Registers) {
        let top = r.base.add(self.registers_of(r));
        self.set_top(top);
    }

    /// Frees what nothing references, knowing exactly which registers are alive at this instruction.
    pub(super) unsafe fn reconcile_exactly(&mut self, r: &Registers) {
        let function = &*(*(*r.base.sub(1)).as_closure()).function;
        let live = function.live_top(r.pc);
        self.set_top(r.base.add(live));
        self.heap.reconcile();
        self.set_top_of_frame(r);
    }

    /// Delivers a value that was read, with `live` registers alive.
    pub(super) unsafe fn deliver_with_top(
        &mut self,
        r: &mut Registers,
        live: usize,
        value: Value,
        continuation: ContinuationKind,
    ) -> Result<(), Raise> {
        if value.is_weakref() && self.heap.may_be_gone((*value.as_weakref()).target) {
            self.set_top(r.base.add(live));
            self.heap.reconcile();
            self.set_top_of_frame(r);
        }
        self.deliver(r, value, continuation)
    }
}

unsafe fn resume(vm: &mut Vm, r: &mut Registers, i: Instruction) -> Result<(), Raise> {
    let value = *r.base.add(i.b() as usize);
    if value.tag() != Tag::Generator {
        let kind = value.tag().type_name();
        return Err(vm.error_of(&[
            b"trying to resume a '",
            kind.as_bytes(),
            b"',only genenerator can be resumed",
        ]));
    }
    vm.resume_generator(r, value.as_generator(), ContinuationKind::Generator { dst: i.a() })
}

unsafe fn get_root(vm: &mut Vm, r: &mut Registers, op: Op, i: Instruction) -> Result<(), Raise> {
    let root = vm.root_of(r);
    let key = literals::name(vm, r, i.bx());
    let kind = if op == Op::GetRoot {
        ContinuationKind::Get { dst: i.a(), level: 0, instruction: i.0 }
    } else {
        // `this` of the call; the function goes below it.
        *r.base.add(i.a() as usize + 1) = root;
        ContinuationKind::Get { dst: i.a(), level: 0, instruction: i.0 }
    };
    vm.get(r, root, key, Fallback::None, kind)
}

unsafe fn new_slot(vm: &mut Vm, r: &mut Registers, i: Instruction) -> Result<(), Raise> {
    let Access { object, key, value, .. } = access_of(vm, r, i);
    create_slot(vm, r, object, key, value)
}

/// `method`
unsafe fn make_method(vm: &mut Vm, r: &mut Registers, i: Instruction) -> Result<(), Raise> {
    let value = vm.make_method(r, i)?;
    let (object, key) = (*r.base.add(i.a() as usize), literals::string(vm, r, i.b().into()));
    create_slot(vm, r, object, key, value)
}

unsafe fn create_slot(
    vm: &mut Vm,
    r: &mut Registers,
    object: Value,
    key: Value,
    value: Value,
) -> Result<(), Raise> {
    if object.is_class() && !key.is_null() {
        return vm.make_named_member(r, object, key, value);
    }
    match vm.create(object, key, value)? {
        Change::Metamethod(method) => {
            vm.call_metamethod(r, method, &[object, key, value], ContinuationKind::Discard)
        }
        _ => Ok(()),
    }
}

unsafe fn contains(vm: &mut Vm, r: &mut Registers, i: Instruction) -> Result<(), Raise> {
    let (key, object) = (*r.base.add(i.b() as usize), *r.base.add(i.c() as usize));
    let found = vm.contains(object, key)?;
    // language-imp 4.2: in the imp editions `in` asks `_get` too.
    if !found && vm.edition != tamias_bytecode::Edition::Squirrel3 {
        return vm.is_in_below(r, i, Level::MAX);
    }
    *r.base.add(i.a() as usize) = Value::bool(found);
    Ok(())
}

/// `incjlt` and its like for anything but two integers: the increment and the comparison one after the other.
unsafe fn count_and_jump(vm: &mut Vm, r: &mut Registers, i: Instruction) -> Result<(), Raise> {
    check_budget(vm)?;
    let counter = *r.base.add(i.a() as usize);
    let step = match i.op() {
        Some(Op::DecJGt | Op::DecJGtImm | Op::DecJGe | Op::DecJGeImm) => -1,
        _ => 1,
    };
    let method = vm.metamethod(counter, crate::heap::object::Metamethod::Add);
    if !method.is_null() {
        let kind = ContinuationKind::Count { instruction: i.0 };
        return vm.call_metamethod(r, method, &[counter, Value::int(step)], kind);
    }
    if counter.is_int() {
        *r.base.add(i.a() as usize) = Value::int(counter.as_int().wrapping_add(step));
    } else {
        arith::arithmetic(vm, r, Op::AddImm, Instruction::abc(Op::AddImm, i.a(), i.a(), step as u8))?;
    }
    finish_count(vm, r, i)
}

/// The counter has been increased: the comparison follows.
pub(super) unsafe fn finish_count(vm: &mut Vm, r: &mut Registers, i: Instruction) -> Result<(), Raise> {
    let compare_op = match i.op() {
        Some(Op::IncJLt) => Op::JLt,
        Some(Op::IncJLtImm) => Op::JLtImm,
        Some(Op::IncJLe) => Op::JLe,
        Some(Op::IncJLeImm) => Op::JLeImm,
        Some(Op::DecJGt) => Op::JGt,
        Some(Op::DecJGtImm) => Op::JGtImm,
        Some(Op::DecJGe) => Op::JGe,
        _ => Op::JGeImm,
    };
    compare::compare(vm, r, compare_op, Instruction::abc(compare_op, i.a(), i.b(), i.c()))
}
