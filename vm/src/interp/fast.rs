//! Fast paths: one function for each instruction, named like the op.
//!
//! Each returns true when it has done its instruction, and false when it has
//! changed nothing and the slow path must do it. They are small, have no
//! destructors and take no addresses of locals, so that drivers can keep the
//! registers of the interpreter in registers of the machine.
//!
//! SAFETY of everything here: registers are below 256 and every frame has
//! [`super::stack::WINDOW`] slots; constants, outers and jump targets were
//! checked by `tamias_bytecode::verify`.

#![allow(non_snake_case)]

use super::Registers;
use super::stack::{Frame, WINDOW};
use super::vm::Vm;
use crate::heap::object::{Outer, Table};
use crate::heap::{closure, table};
use crate::value::Value;
use tamias_bytecode::op::Instruction;

macro_rules! register {
    ($r:ident, $number:expr) => {
        *$r.base.add($number as usize)
    };
}

/// Makes the compiler emit a branch here rather than a conditional move: with a conditional move the next
/// instruction fetch would have to wait for the comparison.
#[inline(always)]
fn keep_branch() {
    #[cfg(not(miri))]
    // SAFETY: no instructions at all.
    unsafe {
        core::arch::asm!("", options(nomem, nostack, preserves_flags))
    }
}

/// Takes a jump. Backward jumps use up the instruction budget.
#[inline(always)]
unsafe fn jump(vm: &mut Vm, r: &mut Registers, distance: i32) -> bool {
    if distance < 0 {
        if vm.budget == 0 {
            return false;
        }
        vm.budget -= 1;
    }
    keep_branch();
    r.pc = r.pc.offset(distance as isize);
    true
}

#[inline(always)]
unsafe fn jump_if(vm: &mut Vm, r: &mut Registers, condition: bool, distance: i32) -> bool {
    if condition { jump(vm, r, distance) } else { true }
}

pub(super) type Fast = bool;

/// Instructions without a fast path.
macro_rules! always_slow {
    ($($name:ident)*) => {
        $(
            #[inline(always)]
            pub(super) unsafe fn $name(_: &mut Vm, _: &mut Registers, _: Instruction) -> Fast {
                false
            }
        )*
    };
}

always_slow! {
    CloseOuters LoadBase NewSlot Delete In Yield Resume Throw Mod Cmp Instanceof
    ForeachPrepare NewTable NewArray Closure BindEnv Clone Typeof Class Member GetMethodIndex GetRootCall
    DivImm ModImm TailCall Append AddStr StrAdd MemberStr
}

#[inline(always)]
pub(super) unsafe fn Move(_: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
    register!(r, i.a()) = register!(r, i.b());
    true
}

#[inline(always)]
pub(super) unsafe fn LoadNull(_: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
    for position in 0..i.b() as usize {
        *r.base.add(i.a() as usize + position) = Value::NULL;
    }
    true
}

#[inline(always)]
pub(super) unsafe fn LoadBool(_: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
    register!(r, i.a()) = Value::bool(i.b() != 0);
    true
}

#[inline(always)]
pub(super) unsafe fn LoadImm(_: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
    register!(r, i.a()) = Value::int(i.sbx() as i32);
    true
}

#[inline(always)]
unsafe fn load_constant(r: &mut Registers, i: Instruction) -> Fast {
    register!(r, i.a()) = *r.constants.add(i.bx() as usize);
    true
}

/// Constants are kept strings first, then integers, then floats.
#[inline(always)]
pub(super) unsafe fn LoadStr(_: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
    load_constant(r, i)
}

#[inline(always)]
unsafe fn running_function(r: &Registers) -> *const crate::program::Function {
    (*(*r.base.sub(1)).as_closure()).function
}

#[inline(always)]
pub(super) unsafe fn LoadInt(_: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
    let first = (*running_function(r)).first_int as usize;
    register!(r, i.a()) = *r.constants.add(first + i.bx() as usize);
    true
}

#[inline(always)]
pub(super) unsafe fn LoadFloat(_: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
    let first = (*running_function(r)).first_float as usize;
    register!(r, i.a()) = *r.constants.add(first + i.bx() as usize);
    true
}

#[inline(always)]
pub(super) unsafe fn LoadRoot(vm: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
    if vm.closure_roots {
        return false;
    }
    register!(r, i.a()) = Value::from_table(vm.heap.roots.root);
    true
}

#[inline(always)]
unsafe fn outer(r: &Registers, number: u8) -> *mut Outer {
    *closure::outers((*r.base.sub(1)).as_closure()).add(number as usize)
}

#[inline(always)]
pub(super) unsafe fn GetOuter(_: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
    register!(r, i.a()) = *(*outer(r, i.b())).slot;
    true
}

#[inline(always)]
pub(super) unsafe fn SetOuter(vm: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
    let outer = outer(r, i.b());
    let value = register!(r, i.a());
    if (*outer).slot == &raw mut (*outer).closed {
        vm.heap.store((*outer).slot, value);
    } else {
        *(*outer).slot = value;
    }
    true
}

/// Reads an own slot of a table that is no weak reference.
#[inline(always)]
unsafe fn plain_slot(table: *const Table, key: Value) -> Option<Value> {
    let entry = table::find(table, key);
    if entry.is_null() || (*entry).value.is_weakref() { None } else { Some((*entry).value) }
}

/// Reads a field or method of an instance that is no weak reference.
#[inline(always)]
unsafe fn plain_member(object: Value, key: Value) -> Option<Value> {
    use crate::heap::class;
    let instance = object.as_instance();
    let value = match class::member((*instance).class, key)? {
        class::MemberIndex::Field(index) => *class::fields(instance).add(index as usize),
        method => (*class::member_at((*instance).class, method)).value,
    };
    if value.is_weakref() { None } else { Some(value) }
}

#[inline(always)]
unsafe fn plain_get(object: Value, key: Value) -> Option<Value> {
    if object.is_table() {
        plain_slot(object.as_table(), key)
    } else if object.is_instance() {
        plain_member(object, key)
    } else {
        None
    }
}

#[inline(always)]
pub(super) unsafe fn GetField(_: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
    let Some(value) = plain_get(register!(r, i.b()), *r.constants.add(i.c() as usize)) else { return false };
    register!(r, i.a()) = value;
    true
}

#[inline(always)]
unsafe fn plain_set(vm: &mut Vm, object: Value, key: Value, value: Value) -> bool {
    use crate::heap::class;
    let slot = if object.is_table() {
        let entry = table::find(object.as_table(), key);
        if entry.is_null() {
            return false;
        }
        &raw mut (*entry).value
    } else if object.is_instance() {
        let instance = object.as_instance();
        match class::member((*instance).class, key) {
            Some(class::MemberIndex::Field(index)) => class::fields(instance).add(index as usize),
            _ => return false,
        }
    } else {
        return false;
    };
    vm.heap.store(slot, value);
    true
}

#[inline(always)]
pub(super) unsafe fn SetField(vm: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
    plain_set(vm, register!(r, i.a()), *r.constants.add(i.b() as usize), register!(r, i.c()))
}

#[inline(always)]
pub(super) unsafe fn NewField(_: &mut Vm, _: &mut Registers, _: Instruction) -> Fast {
    false
}

/// A bare name: a slot of `this`, or else of the root table.
#[inline(always)]
unsafe fn plain_name(vm: &mut Vm, r: &mut Registers, key: Value) -> Option<Value> {
    let this = register!(r, 0);
    if this.is_table() {
        return plain_slot(this.as_table(), key);
    }
    if this.is_instance() {
        if let Some(value) = plain_member(this, key) {
            return Some(value);
        }
        let class = (*this.as_instance()).class;
        let is_plain = (*class).metamethods.is_null() && (*class).native.is_null() && !vm.closure_roots;
        if is_plain && !vm.is_instance_method(key) {
            return plain_slot(vm.heap.roots.root, key);
        }
    }
    None
}

#[inline(always)]
pub(super) unsafe fn GetName(vm: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
    let Some(value) = plain_name(vm, r, *r.constants.add(i.bx() as usize)) else { return false };
    register!(r, i.a()) = value;
    true
}

#[inline(always)]
pub(super) unsafe fn GetNameCall(vm: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
    let Some(value) = plain_name(vm, r, *r.constants.add(i.bx() as usize)) else { return false };
    register!(r, i.a()) = value;
    *r.base.add(i.a() as usize + 1) = register!(r, 0);
    true
}

#[inline(always)]
pub(super) unsafe fn SetName(vm: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
    plain_set(vm, register!(r, 0), *r.constants.add(i.bx() as usize), register!(r, i.a()))
}

#[inline(always)]
pub(super) unsafe fn GetRoot(vm: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
    if vm.closure_roots {
        return false;
    }
    let Some(value) = plain_slot(vm.heap.roots.root, *r.constants.add(i.bx() as usize)) else { return false };
    register!(r, i.a()) = value;
    true
}

#[inline(always)]
unsafe fn element(container: Value, index: u32) -> Option<Value> {
    if container.is_array() {
        let array = container.as_array();
        if index < (*array).length {
            let value = *(*array).elements.add(index as usize);
            return if value.is_weakref() { None } else { Some(value) };
        }
    } else if container.is_instance() && (*container.as_instance()).native.is_buffer() {
        let buffer = (*container.as_instance()).native.as_buffer();
        if index < (*buffer).length {
            return Some(Value::int(*(*buffer).data.add(index as usize) as i32));
        }
    } else if container.is_string() {
        let string = container.as_string();
        if index < (*string).length {
            return Some(Value::int(*string.add(1).cast::<u8>().add(index as usize) as i32));
        }
    }
    None
}

#[inline(always)]
pub(super) unsafe fn GetIndex(_: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
    let (container, key) = (register!(r, i.b()), register!(r, i.c()));
    let value = if key.is_int() {
        if container.is_table() {
            plain_slot(container.as_table(), key)
        } else {
            element(container, key.number())
        }
    } else if container.is_table() && (!key.is_string() || is_interned(key)) {
        plain_slot(container.as_table(), key)
    } else {
        None
    };
    let Some(value) = value else { return false };
    register!(r, i.a()) = value;
    true
}

#[inline(always)]
unsafe fn is_interned(key: Value) -> bool {
    (*key.header()).word & crate::heap::object::SPECIAL != 0
}

#[inline(always)]
pub(super) unsafe fn GetIndexImm(_: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
    let container = register!(r, i.b());
    let value = if container.is_table() {
        plain_slot(container.as_table(), Value::int(i.c() as i32))
    } else {
        element(container, i.c() as u32)
    };
    let Some(value) = value else { return false };
    register!(r, i.a()) = value;
    true
}

#[inline(always)]
pub(super) unsafe fn SetIndex(vm: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
    let (container, key, value) = (register!(r, i.a()), register!(r, i.b()), register!(r, i.c()));
    if container.is_array() && key.is_int() {
        let array = container.as_array();
        if key.number() < (*array).length {
            vm.heap.store((*array).elements.add(key.number() as usize), value);
            return true;
        }
        return false;
    }
    if container.is_table() && (!key.is_string() || is_interned(key)) {
        return plain_set(vm, container, key, value);
    }
    if container.is_instance() && key.is_int() && value.is_int() {
        let native = (*container.as_instance()).native;
        if native.is_buffer() && key.number() < (*native.as_buffer()).length {
            *(*native.as_buffer()).data.add(key.number() as usize) = value.number() as u8;
            return true;
        }
    }
    false
}

#[inline(always)]
pub(super) unsafe fn GetMethod(_: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
    let object = register!(r, i.b());
    let Some(value) = plain_get(object, *r.constants.add(i.c() as usize)) else { return false };
    register!(r, i.a()) = value;
    *r.base.add(i.a() as usize + 1) = object;
    true
}

#[inline(always)]
pub(super) unsafe fn Callee(_: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
    register!(r, i.a()) = register!(r, i.b());
    *r.base.add(i.a() as usize + 1) = register!(r, 0);
    true
}

#[inline(always)]
pub(super) unsafe fn Call(vm: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
    let slot = r.base.add(i.a() as usize);
    let callee = *slot;
    if !callee.is_closure() || (*callee.as_closure()).direct_arguments != i.b() as u32 || vm.budget == 0 {
        return false;
    }
    let base = slot.add(1);
    let thread = vm.heap.current;
    if base.add(WINDOW) > (*thread).soft_end || (*thread).frame_count == (*thread).frame_capacity {
        return false;
    }
    vm.budget -= 1;
    let frame = (*thread).frames.add((*thread).frame_count);
    (*thread).frame_count += 1;
    *frame = Frame { pc: r.pc, constants: r.constants, delta: i.a() as u32 + 1 };
    let function = (*callee.as_closure()).function;
    r.pc = (*function).code;
    r.constants = (*function).constants;
    r.base = base;
    true
}

/// Whether registers of the running function are captured and still open.
#[inline(always)]
unsafe fn has_open_outers(vm: &mut Vm, r: &Registers) -> bool {
    let outer = (*vm.heap.current).open_outers;
    !outer.is_null() && (*outer).slot >= r.base
}

#[inline(always)]
unsafe fn return_value(vm: &mut Vm, r: &mut Registers, value: Value) -> bool {
    if has_open_outers(vm, r) {
        return false;
    }
    let thread = vm.heap.current;
    (*thread).frame_count -= 1;
    let frame = *(*thread).frames.add((*thread).frame_count);
    *r.base.sub(1) = value;
    r.base = r.base.sub(frame.delta as usize);
    r.pc = frame.pc;
    r.constants = frame.constants;
    true
}

#[inline(always)]
pub(super) unsafe fn Return(vm: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
    return_value(vm, r, register!(r, i.a()))
}

#[inline(always)]
pub(super) unsafe fn ReturnNull(vm: &mut Vm, r: &mut Registers, _: Instruction) -> Fast {
    return_value(vm, r, Value::NULL)
}

macro_rules! arithmetic {
    ($($name:ident $immediate:ident $int:ident $operator:tt;)*) => {
        $(
            #[inline(always)]
            pub(super) unsafe fn $name(_: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
                let (left, right) = (register!(r, i.b()), register!(r, i.c()));
                if left.both_int(right) {
                    register!(r, i.a()) = Value::int(left.as_int().$int(right.as_int()));
                    return true;
                }
                if left.is_float() && right.is_float() {
                    register!(r, i.a()) = Value::float(left.as_float() $operator right.as_float());
                    return true;
                }
                if left.is_number() && right.is_number() {
                    register!(r, i.a()) = Value::float(left.to_float() $operator right.to_float());
                    return true;
                }
                false
            }

            #[inline(always)]
            pub(super) unsafe fn $immediate(_: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
                let left = register!(r, i.b());
                let right = i.c() as i8;
                if left.is_int() {
                    register!(r, i.a()) = Value::int(left.as_int().$int(right as i32));
                    return true;
                }
                if left.is_float() {
                    register!(r, i.a()) = Value::float(left.as_float() $operator right as f32);
                    return true;
                }
                false
            }
        )*
    };
}

arithmetic! {
    Add AddImm wrapping_add +;
    Sub SubImm wrapping_sub -;
    Mul MulImm wrapping_mul *;
}

#[inline(always)]
pub(super) unsafe fn Div(_: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
    let (left, right) = (register!(r, i.b()), register!(r, i.c()));
    if left.is_float() && right.is_float() {
        register!(r, i.a()) = Value::float(left.as_float() / right.as_float());
        return true;
    }
    false
}

#[inline(always)]
pub(super) unsafe fn Neg(_: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
    let value = register!(r, i.b());
    if value.is_int() {
        register!(r, i.a()) = Value::int(value.as_int().wrapping_neg());
        return true;
    }
    if value.is_float() {
        register!(r, i.a()) = Value::float(-value.as_float());
        return true;
    }
    false
}

macro_rules! bitwise {
    ($($name:ident |$left:ident, $right:ident| $result:expr;)*) => {
        $(
            #[inline(always)]
            pub(super) unsafe fn $name(_: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
                let (left, right) = (register!(r, i.b()), register!(r, i.c()));
                if !left.both_int(right) {
                    return false;
                }
                let ($left, $right) = (left.as_int(), right.as_int());
                register!(r, i.a()) = Value::int($result);
                true
            }
        )*
    };
}

bitwise! {
    BitAnd |left, right| left & right;
    BitOr |left, right| left | right;
    BitXor |left, right| left ^ right;
}

macro_rules! shifts {
    ($($name:ident $immediate:ident |$left:ident, $count:ident| $result:expr;)*) => {
        $(
            /// Counts beyond 31 depend on the edition: the slow path does them.
            #[inline(always)]
            pub(super) unsafe fn $name(_: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
                let (left, right) = (register!(r, i.b()), register!(r, i.c()));
                if !left.both_int(right) || right.number() > 31 {
                    return false;
                }
                let ($left, $count) = (left.as_int(), right.number());
                register!(r, i.a()) = Value::int($result);
                true
            }

            #[inline(always)]
            pub(super) unsafe fn $immediate(_: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
                let left = register!(r, i.b());
                if !left.is_int() || i.c() > 31 {
                    return false;
                }
                let ($left, $count) = (left.as_int(), i.c() as u32);
                register!(r, i.a()) = Value::int($result);
                true
            }
        )*
    };
}

shifts! {
    Shl ShlImm |left, count| left << count;
    Shr ShrImm |left, count| left >> count;
    Ushr UshrImm |left, count| (left as u32 >> count) as i32;
}

macro_rules! bitwise_immediate {
    ($($name:ident $operator:tt;)*) => {
        $(
            #[inline(always)]
            pub(super) unsafe fn $name(_: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
                let left = register!(r, i.b());
                if !left.is_int() {
                    return false;
                }
                register!(r, i.a()) = Value::int(left.as_int() $operator i.c() as i32);
                true
            }
        )*
    };
}

bitwise_immediate! {
    BitAndImm &;
    BitOrImm |;
}

#[inline(always)]
pub(super) unsafe fn BitNot(_: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
    let value = register!(r, i.b());
    if !value.is_int() {
        return false;
    }
    register!(r, i.a()) = Value::int(!value.as_int());
    true
}

#[inline(always)]
pub(super) unsafe fn Not(_: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
    register!(r, i.a()) = Value::bool(!register!(r, i.b()).is_truthy());
    true
}

#[inline(always)]
unsafe fn equal(left: Value, right: Value) -> bool {
    super::compare::equal(left, right)
}

#[inline(always)]
pub(super) unsafe fn Eq(_: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
    register!(r, i.a()) = Value::bool(equal(register!(r, i.b()), register!(r, i.c())));
    true
}

#[inline(always)]
pub(super) unsafe fn Ne(_: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
    register!(r, i.a()) = Value::bool(!equal(register!(r, i.b()), register!(r, i.c())));
    true
}

macro_rules! relations {
    ($($name:ident $if_true:ident $if_false:ident $if_true_imm:ident $if_false_imm:ident $operator:tt;)*) => {
        $(
            #[inline(always)]
            pub(super) unsafe fn $name(_: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
                let (left, right) = (register!(r, i.b()), register!(r, i.c()));
                let result = if left.both_int(right) {
                    left.as_int() $operator right.as_int()
                } else if left.is_number() && right.is_number() {
                    left.to_float() $operator right.to_float()
                } else {
                    return false;
                };
                register!(r, i.a()) = Value::bool(result);
                true
            }

            #[inline(always)]
            pub(super) unsafe fn $if_true(vm: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
                let (left, right) = (register!(r, i.a()), register!(r, i.b()));
                let distance = i.c() as i8 as i32;
                if left.both_int(right) {
                    return jump_if(vm, r, left.as_int() $operator right.as_int(), distance);
                }
                if left.is_number() && right.is_number() {
                    return jump_if(vm, r, left.to_float() $operator right.to_float(), distance);
                }
                false
            }

            #[inline(always)]
            pub(super) unsafe fn $if_false(vm: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
                let (left, right) = (register!(r, i.a()), register!(r, i.b()));
                let distance = i.c() as i8 as i32;
                if left.both_int(right) {
                    return jump_if(vm, r, !(left.as_int() $operator right.as_int()), distance);
                }
                if left.is_number() && right.is_number() {
                    // Not the inverse relation: with NaN both are false.
                    #[allow(clippy::neg_cmp_op_on_partial_ord)]
                    return jump_if(vm, r, !(left.to_float() $operator right.to_float()), distance);
                }
                false
            }

            #[inline(always)]
            pub(super) unsafe fn $if_true_imm(vm: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
                let (left, right) = (register!(r, i.a()), i.b() as i8);
                let distance = i.c() as i8 as i32;
                if left.is_int() {
                    return jump_if(vm, r, left.as_int() $operator right as i32, distance);
                }
                if left.is_float() {
                    return jump_if(vm, r, left.as_float() $operator right as f32, distance);
                }
                false
            }

            #[inline(always)]
            pub(super) unsafe fn $if_false_imm(vm: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
                let (left, right) = (register!(r, i.a()), i.b() as i8);
                let distance = i.c() as i8 as i32;
                if left.is_int() {
                    return jump_if(vm, r, !(left.as_int() $operator right as i32), distance);
                }
                if left.is_float() {
                    #[allow(clippy::neg_cmp_op_on_partial_ord)]
                    return jump_if(vm, r, !(left.as_float() $operator right as f32), distance);
                }
                false
            }
        )*
    };
}

relations! {
    Lt JLt JNotLt JLtImm JNotLtImm <;
    Le JLe JNotLe JLeImm JNotLeImm <=;
    Gt JGt JNotGt JGtImm JNotGtImm >;
    Ge JGe JNotGe JGeImm JNotGeImm >=;
}

#[inline(always)]
pub(super) unsafe fn Jmp(vm: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
    jump(vm, r, i.sj())
}

#[inline(always)]
pub(super) unsafe fn JTrue(vm: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
    jump_if(vm, r, register!(r, i.a()).is_truthy(), i.sbx() as i32)
}

#[inline(always)]
pub(super) unsafe fn JFalse(vm: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
    jump_if(vm, r, !register!(r, i.a()).is_truthy(), i.sbx() as i32)
}

#[inline(always)]
pub(super) unsafe fn JNull(vm: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
    jump_if(vm, r, register!(r, i.a()).is_null(), i.sbx() as i32)
}

#[inline(always)]
pub(super) unsafe fn JNotNull(vm: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
    jump_if(vm, r, !register!(r, i.a()).is_null(), i.sbx() as i32)
}

#[inline(always)]
pub(super) unsafe fn JEq(vm: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
    jump_if(vm, r, equal(register!(r, i.a()), register!(r, i.b())), i.c() as i8 as i32)
}

#[inline(always)]
pub(super) unsafe fn JNe(vm: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
    jump_if(vm, r, !equal(register!(r, i.a()), register!(r, i.b())), i.c() as i8 as i32)
}

#[inline(always)]
unsafe fn equals_immediate(value: Value, number: i8) -> bool {
    if value.is_int() {
        value.as_int() == number as i32
    } else {
        value.is_float() && value.as_float() == number as f32
    }
}

#[inline(always)]
pub(super) unsafe fn JEqImm(vm: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
    jump_if(vm, r, equals_immediate(register!(r, i.a()), i.b() as i8), i.c() as i8 as i32)
}

#[inline(always)]
pub(super) unsafe fn JNeImm(vm: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
    jump_if(vm, r, !equals_immediate(register!(r, i.a()), i.b() as i8), i.c() as i8 as i32)
}

#[inline(always)]
pub(super) unsafe fn JEqStr(vm: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
    let condition = equal(register!(r, i.a()), *r.constants.add(i.b() as usize));
    jump_if(vm, r, condition, i.c() as i8 as i32)
}

#[inline(always)]
pub(super) unsafe fn JNeStr(vm: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
    let condition = !equal(register!(r, i.a()), *r.constants.add(i.b() as usize));
    jump_if(vm, r, condition, i.c() as i8 as i32)
}

#[inline(always)]
unsafe fn count_and_jump(vm: &mut Vm, r: &mut Registers, i: Instruction, limit: i32) -> Fast {
    if vm.budget == 0 {
        return false;
    }
    let next = register!(r, i.a()).as_int().wrapping_add(1);
    register!(r, i.a()) = Value::int(next);
    if next < limit {
        vm.budget -= 1;
        keep_branch();
        r.pc = r.pc.offset(i.c() as i8 as isize);
    }
    true
}

#[inline(always)]
pub(super) unsafe fn IncJLt(vm: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
    let (counter, limit) = (register!(r, i.a()), register!(r, i.b()));
    // With the same register on both sides the limit would move too.
    if !counter.both_int(limit) || i.a() == i.b() {
        return false;
    }
    count_and_jump(vm, r, i, limit.as_int())
}

#[inline(always)]
pub(super) unsafe fn IncJLtImm(vm: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
    if !register!(r, i.a()).is_int() {
        return false;
    }
    count_and_jump(vm, r, i, i.b() as i8 as i32)
}

#[inline(always)]
pub(super) unsafe fn Foreach(vm: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
    let block = r.base.add(i.a() as usize);
    let (container, state) = (*block, *block.add(1));
    if !container.is_array() || !state.is_int() {
        return false;
    }
    let array = container.as_array();
    if state.number() >= (*array).length {
        return jump(vm, r, i.sbx() as i32);
    }
    let value = *(*array).elements.add(state.number() as usize);
    if value.is_weakref() {
        return false;
    }
    *block.add(1) = Value::int(state.as_int().wrapping_add(1));
    *block.add(2) = state;
    *block.add(3) = value;
    true
}
