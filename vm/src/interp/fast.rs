//! Fast paths: one function for each instruction, named like the op.
//!
//! Each returns true when it has done its instruction, and false when it has
//! changed nothing and [`super::common`] must try. They are small, call
//! nothing, have no destructors and take no addresses of locals, so that
//! drivers can keep the registers of the interpreter in registers of the
//! machine.
//!
//! SAFETY of everything here: registers are below 256 and every frame has
//! [`super::stack::WINDOW`] slots; constants, outers and jump targets were
//! checked by `tamias_bytecode::verify`.

#![allow(non_snake_case)]

use super::Registers;
use super::literals;
use super::sites::{self, Place};
use super::stack::{Frame, WINDOW};
use super::vm::Vm;
use crate::heap::object::{Instance, Outer, SPECIAL, Table};
use crate::heap::{class, closure};
use crate::value::Value;
use core::ptr;
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
pub(super) unsafe fn jump(vm: &mut Vm, r: &mut Registers, distance: i32) -> bool {
    if distance < 0 && !spend(vm) {
        return false;
    }
    keep_branch();
    r.pc = r.pc.offset(distance as isize);
    true
}

/// Takes one from the budget. False if there is none. Written so that the budget stays in memory: it needs no
/// machine register then.
#[inline(always)]
fn spend(vm: &mut Vm) -> bool {
    if vm.budget == 0 {
        return false;
    }
    vm.budget -= 1;
    true
}

#[inline(always)]
pub(super) unsafe fn jump_if(vm: &mut Vm, r: &mut Registers, condition: bool, distance: i32) -> bool {
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
    NewField NewSlot Delete In Yield Resume Throw Cmp Instanceof
    NewTable NewArray Closure BindEnv Clone Typeof Class Member GetMethodIndex Array Append AddStr StrAdd MemberStr Method
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
pub(super) unsafe fn LoadImm2(_: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
    register!(r, i.a()) = Value::int(i.b() as i8 as i32);
    *r.base.add(i.a() as usize + 1) = Value::int(i.c() as i8 as i32);
    true
}

#[inline(always)]
pub(super) unsafe fn LoadStr(vm: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
    register!(r, i.a()) = literals::name(vm, r, i.bx());
    true
}

#[inline(always)]
pub(super) unsafe fn LoadInt(_: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
    register!(r, i.a()) = literals::int(r, i.bx().into());
    true
}

#[inline(always)]
pub(super) unsafe fn LoadInts(_: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
    for position in 0..i.b() as usize {
        *r.base.add(i.a() as usize + position) = literals::int(r, i.c() as usize + position);
    }
    true
}

#[inline(always)]
pub(super) unsafe fn LoadFloat(_: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
    register!(r, i.a()) = literals::float(r, i.bx().into());
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
pub(super) unsafe fn LoadBase(_: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
    let base = (*(*r.base.sub(1)).as_closure()).base;
    register!(r, i.a()) = if base.is_null() { Value::NULL } else { Value::from_class(base) };
    true
}

#[inline(always)]
pub(super) unsafe fn CloseOuters(vm: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
    let outer = (*vm.heap.current).open_outers;
    outer.is_null() || (*outer).slot < r.base.add(i.a() as usize)
}

#[inline(always)]
pub(super) unsafe fn outer(r: &Registers, number: u8) -> *mut Outer {
    *closure::outers((*r.base.sub(1)).as_closure()).add(number as usize)
}

#[inline(always)]
pub(super) unsafe fn GetOuter(_: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
    register!(r, i.a()) = *(*outer(r, i.b())).slot;
    true
}

#[inline(always)]
pub(super) unsafe fn SetOuter(_: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
    let outer = outer(r, i.b());
    let value = register!(r, i.a());
    // A register is not counted, and neither is a variable that holds no references.
    let is_open = (*outer).slot != &raw mut (*outer).closed;
    if !is_open && !(*(*outer).slot).neither_reference(value) {
        return false;
    }
    *(*outer).slot = value;
    true
}

/// A slot that the cache of this instruction knows to hold the key: in a table, or in an instance or its class.
/// Null if it does not know.
#[inline(always)]
unsafe fn known_slot(vm: &Vm, r: &Registers, object: Value, key: Value) -> *mut Value {
    if object.is_instance() {
        return known_member(vm, r, object.as_instance());
    }
    if object.is_table() {
        return guessed_slot(vm, r, object.as_table(), key);
    }
    if object.is_class()
        && let Some(Place::Method(index)) = vm.heap.sites.place(r.pc, object.as_class())
    {
        return &raw mut (*(*object.as_class()).methods.add(index as usize)).value;
    }
    ptr::null_mut()
}

/// The slot of a table whose position the cache of this instruction guesses, or null.
#[inline(always)]
unsafe fn guessed_slot(vm: &Vm, r: &Registers, table: *const Table, key: Value) -> *mut Value {
    let position = vm.heap.sites.position(r.pc);
    if sites::ENABLED && position < (*table).used {
        let entry = (*table).entries.add(position as usize);
        if (*entry).key == key {
            return &raw mut (*entry).value;
        }
    }
    ptr::null_mut()
}

/// Reads a slot, if there is one and it holds no weak reference.
#[inline(always)]
pub(super) unsafe fn read_slot(slot: *const Value) -> Option<Value> {
    if slot.is_null() || (*slot).is_weakref() { None } else { Some(*slot) }
}

/// Stores into a slot, if there is one and no reference counts change.
#[inline(always)]
unsafe fn write_slot(slot: *mut Value, value: Value) -> bool {
    if slot.is_null() || !(*slot).neither_reference(value) {
        return false;
    }
    *slot = value;
    true
}

#[inline(always)]
pub(super) unsafe fn GetField(vm: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
    let slot = known_slot(vm, r, register!(r, i.b()), literals::string(vm, r, i.c().into()));
    let Some(value) = read_slot(slot) else { return false };
    register!(r, i.a()) = value;
    true
}

/// A field of an instance or a slot of a table that may be changed here. Methods may not.
#[inline(always)]
unsafe fn known_field(vm: &Vm, r: &Registers, object: Value, key: Value) -> *mut Value {
    if object.is_instance() {
        let instance = object.as_instance();
        return match vm.heap.sites.place(r.pc, (*instance).class) {
            Some(Place::Field(index)) => class::fields(instance).add(index as usize),
            _ => ptr::null_mut(),
        };
    }
    if object.is_table() { guessed_slot(vm, r, object.as_table(), key) } else { ptr::null_mut() }
}

#[inline(always)]
pub(super) unsafe fn SetField(vm: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
    let slot = known_field(vm, r, register!(r, i.a()), literals::string(vm, r, i.b().into()));
    write_slot(slot, register!(r, i.c()))
}

/// The slot of `this` that a bare name stands for, as far as the cache knows.
#[inline(always)]
unsafe fn known_name(vm: &Vm, r: &Registers, key: Value) -> Option<Value> {
    let this = register!(r, 0);
    if this.is_table() {
        return read_slot(guessed_slot(vm, r, this.as_table(), key));
    }
    if !this.is_instance() {
        return None;
    }
    read_slot(known_member(vm, r, this.as_instance()))
}

/// The field of an instance or the method of its class that the cache knows, or null.
#[inline(always)]
unsafe fn known_member(vm: &Vm, r: &Registers, instance: *mut Instance) -> *mut Value {
    match vm.heap.sites.place(r.pc, (*instance).class) {
        Some(Place::Field(index)) => class::fields(instance).add(index as usize),
        Some(Place::Method(index)) => &raw mut (*(*(*instance).class).methods.add(index as usize)).value,
        _ => ptr::null_mut(),
    }
}

#[inline(always)]
pub(super) unsafe fn GetName(vm: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
    let Some(value) = known_name(vm, r, literals::name(vm, r, i.bx())) else { return false };
    register!(r, i.a()) = value;
    true
}

#[inline(always)]
pub(super) unsafe fn GetNameCall(vm: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
    let Some(value) = known_name(vm, r, literals::name(vm, r, i.bx())) else { return false };
    register!(r, i.a()) = value;
    *r.base.add(i.a() as usize + 1) = register!(r, 0);
    true
}

#[inline(always)]
pub(super) unsafe fn SetName(vm: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
    let slot = known_field(vm, r, register!(r, 0), literals::name(vm, r, i.bx()));
    write_slot(slot, register!(r, i.a()))
}

#[inline(always)]
pub(super) unsafe fn GetRoot(vm: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
    if vm.closure_roots {
        return false;
    }
    let slot = guessed_slot(vm, r, vm.heap.roots.root, literals::name(vm, r, i.bx()));
    let Some(value) = read_slot(slot) else { return false };
    register!(r, i.a()) = value;
    true
}

#[inline(always)]
pub(super) unsafe fn GetRootCall(vm: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
    if vm.closure_roots {
        return false;
    }
    let root = vm.heap.roots.root;
    let slot = guessed_slot(vm, r, root, literals::name(vm, r, i.bx()));
    let Some(value) = read_slot(slot) else { return false };
    register!(r, i.a()) = value;
    *r.base.add(i.a() as usize + 1) = Value::from_table(root);
    true
}

#[inline(always)]
pub(super) unsafe fn GetIndex(_: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
    let (container, key) = (register!(r, i.b()), register!(r, i.c()));
    if !container.is_array() || !key.is_int() {
        return false;
    }
    let array = container.as_array();
    if key.number() >= (*array).length {
        return false;
    }
    let value = *(*array).elements.add(key.number() as usize);
    if value.is_weakref() {
        return false;
    }
    register!(r, i.a()) = value;
    true
}

#[inline(always)]
pub(super) unsafe fn GetIndexImm(_: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
    let container = register!(r, i.b());
    if !container.is_array() {
        return false;
    }
    let array = container.as_array();
    if i.c() as u32 >= (*array).length {
        return false;
    }
    let value = *(*array).elements.add(i.c() as usize);
    if value.is_weakref() {
        return false;
    }
    register!(r, i.a()) = value;
    true
}

#[inline(always)]
pub(super) unsafe fn SetIndex(_: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
    let (container, key, value) = (register!(r, i.a()), register!(r, i.b()), register!(r, i.c()));
    if !container.is_array() || !key.is_int() {
        return false;
    }
    let array = container.as_array();
    if key.number() >= (*array).length {
        return false;
    }
    write_slot((*array).elements.add(key.number() as usize), value)
}

/// The method that the cache of this instruction knows for an object of any type.
#[inline(always)]
unsafe fn known_method(vm: &Vm, r: &Registers, object: Value, key: Value) -> Option<Value> {
    if object.is_instance() {
        return read_slot(known_member(vm, r, object.as_instance()));
    }
    if object.is_table() {
        return read_slot(guessed_slot(vm, r, object.as_table(), key));
    }
    vm.heap.sites.default_method(r.pc, object.tag_number())
}

#[inline(always)]
pub(super) unsafe fn GetMethod(vm: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
    let object = register!(r, i.b());
    let key = literals::string(vm, r, i.c().into());
    let Some(value) = known_method(vm, r, object, key) else { return false };
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

/// Whether a value is a closure that can be entered with these arguments as they are.
#[inline(always)]
unsafe fn is_direct(callee: Value, arguments: u8) -> bool {
    callee.is_closure() && (*callee.as_closure()).direct_arguments == arguments as u32
}

#[inline(always)]
pub(super) unsafe fn Call(vm: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
    let slot = r.base.add(i.a() as usize);
    let callee = *slot;
    if !is_direct(callee, i.b()) {
        return false;
    }
    let base = slot.add(1);
    let thread = vm.heap.current;
    let frame = (*thread).frame_top;
    if base.add(WINDOW) > (*thread).soft_end || frame == (*thread).frame_end || !spend(vm) {
        return false;
    }
    (*thread).frame_top = frame.add(1);
    *frame = Frame { pc: r.pc, constants: r.constants, delta: i.a() as u32 + 1 };
    let function = (*callee.as_closure()).function;
    r.pc = (*function).code;
    r.constants = (*function).constants;
    r.base = base;
    true
}

/// The callee takes the place of the running function.
#[inline(always)]
pub(super) unsafe fn TailCall(vm: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
    let slot = r.base.add(i.a() as usize);
    let callee = *slot;
    if !is_direct(callee, i.b()) || has_open_outers(vm, r) || !spend(vm) {
        return false;
    }
    *r.base.sub(1) = callee;
    for position in 0..i.b() as usize {
        *r.base.add(position) = *slot.add(1 + position);
    }
    let function = (*callee.as_closure()).function;
    r.pc = (*function).code;
    r.constants = (*function).constants;
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
    let frame = (*thread).frame_top.sub(1);
    (*thread).frame_top = frame;
    let frame = *frame;
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

/// The float in a register.
#[inline(always)]
unsafe fn float_at(r: &Registers, number: u8) -> f32 {
    Value::load_float(r.base.add(number as usize))
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
                    let (left, right) = (float_at(r, i.b()), float_at(r, i.c()));
                    Value::store_float(r.base.add(i.a() as usize), left $operator right);
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
                    Value::store_float(r.base.add(i.a() as usize), float_at(r, i.b()) $operator right as f32);
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

/// Whether the machine can divide by this: 0 is an error, and -1 overflows.
#[inline(always)]
fn is_divisor(number: i32) -> bool {
    number.wrapping_add(1) as u32 > 1
}

#[inline(always)]
pub(super) unsafe fn Div(_: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
    let (left, right) = (register!(r, i.b()), register!(r, i.c()));
    if left.both_int(right) {
        if !is_divisor(right.as_int()) {
            return false;
        }
        register!(r, i.a()) = Value::int(left.as_int().wrapping_div(right.as_int()));
        return true;
    }
    if left.is_float() && right.is_float() {
        let (left, right) = (float_at(r, i.b()), float_at(r, i.c()));
        Value::store_float(r.base.add(i.a() as usize), left / right);
        return true;
    }
    false
}

#[inline(always)]
pub(super) unsafe fn Mod(_: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
    let (left, right) = (register!(r, i.b()), register!(r, i.c()));
    if !left.both_int(right) || !is_divisor(right.as_int()) {
        return false;
    }
    register!(r, i.a()) = Value::int(left.as_int().wrapping_rem(right.as_int()));
    true
}

#[inline(always)]
pub(super) unsafe fn DivImm(_: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
    let (left, right) = (register!(r, i.b()), i.c() as i8 as i32);
    if left.is_int() && is_divisor(right) {
        register!(r, i.a()) = Value::int(left.as_int().wrapping_div(right));
        return true;
    }
    if left.is_float() {
        Value::store_float(r.base.add(i.a() as usize), float_at(r, i.b()) / right as f32);
        return true;
    }
    false
}

#[inline(always)]
pub(super) unsafe fn ModImm(_: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
    let (left, right) = (register!(r, i.b()), i.c() as i8 as i32);
    if !left.is_int() || !is_divisor(right) {
        return false;
    }
    register!(r, i.a()) = Value::int(left.as_int().wrapping_rem(right));
    true
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
pub(super) unsafe fn RotrImm(_: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
    let value = register!(r, i.b());
    if !value.is_int() {
        return false;
    }
    register!(r, i.a()) = Value::int(value.as_int().rotate_right(i.c().into()));
    true
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

/// Whether two values are equal, unless bytes have to be compared, numbers converted or the edition asked.
#[inline(always)]
unsafe fn quick_equal(left: Value, right: Value) -> Option<bool> {
    if left.both_int(right) {
        return Some(left == right);
    }
    if left.is_number() && right.is_number() {
        // Value and bits say the same but for NaN and the zeros, where the edition decides which counts.
        let is_equal = left == right;
        return if left.is_float() && right.is_float() && (left.as_float() == right.as_float()) == is_equal {
            Some(is_equal)
        } else {
            None
        };
    }
    if left == right {
        return Some(true);
    }
    if left.is_string() && right.is_string() {
        // Interned strings are equal only if they are the same.
        let both = (*left.header()).word & (*right.header()).word;
        return if both & SPECIAL != 0 { Some(false) } else { None };
    }
    Some(false)
}

#[inline(always)]
pub(super) unsafe fn Eq(_: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
    let Some(is_equal) = quick_equal(register!(r, i.b()), register!(r, i.c())) else { return false };
    register!(r, i.a()) = Value::bool(is_equal);
    true
}

#[inline(always)]
pub(super) unsafe fn Ne(_: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
    let Some(is_equal) = quick_equal(register!(r, i.b()), register!(r, i.c())) else { return false };
    register!(r, i.a()) = Value::bool(!is_equal);
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
                } else if left.is_float() && right.is_float() {
                    left.as_float() $operator right.as_float()
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
                if left.is_float() && right.is_float() {
                    let is_true = float_at(r, i.a()) $operator float_at(r, i.b());
                    return jump_if(vm, r, is_true, distance);
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
                if left.is_float() && right.is_float() {
                    // Not the inverse relation: with NaN both are false.
                    let is_true = float_at(r, i.a()) $operator float_at(r, i.b());
                    return jump_if(vm, r, !is_true, distance);
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
    let Some(is_equal) = quick_equal(register!(r, i.a()), register!(r, i.b())) else { return false };
    jump_if(vm, r, is_equal, i.c() as i8 as i32)
}

#[inline(always)]
pub(super) unsafe fn JNe(vm: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
    let Some(is_equal) = quick_equal(register!(r, i.a()), register!(r, i.b())) else { return false };
    jump_if(vm, r, !is_equal, i.c() as i8 as i32)
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

/// Whether a value is a string constant, unless bytes have to be compared. Constants are interned.
#[inline(always)]
unsafe fn quick_equals_constant(value: Value, constant: Value) -> Option<bool> {
    if value == constant {
        return Some(true);
    }
    let is_long = value.is_string() && (*value.header()).word & SPECIAL == 0;
    if is_long { None } else { Some(false) }
}

#[inline(always)]
pub(super) unsafe fn JEqStr(vm: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
    let constant = literals::string(vm, r, i.b().into());
    let Some(is_equal) = quick_equals_constant(register!(r, i.a()), constant) else { return false };
    jump_if(vm, r, is_equal, i.c() as i8 as i32)
}

#[inline(always)]
pub(super) unsafe fn JNeStr(vm: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
    let constant = literals::string(vm, r, i.b().into());
    let Some(is_equal) = quick_equals_constant(register!(r, i.a()), constant) else { return false };
    jump_if(vm, r, !is_equal, i.c() as i8 as i32)
}

/// Counts a variable and jumps if it has not reached its limit.
macro_rules! counting {
    ($($name:ident $immediate:ident $step:literal $operator:tt;)*) => {
        $(
            #[inline(always)]
            pub(super) unsafe fn $name(vm: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
                let (counter, limit) = (register!(r, i.a()), register!(r, i.b()));
                // With the same register on both sides the limit would move too.
                if !counter.both_int(limit) || i.a() == i.b() || vm.budget == 0 {
                    return false;
                }
                let next = counter.as_int().wrapping_add($step);
                register!(r, i.a()) = Value::int(next);
                if next $operator limit.as_int() {
                    vm.budget -= 1;
                    keep_branch();
                    r.pc = r.pc.offset(i.c() as i8 as isize);
                }
                true
            }

            #[inline(always)]
            pub(super) unsafe fn $immediate(vm: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
                let counter = register!(r, i.a());
                if !counter.is_int() || vm.budget == 0 {
                    return false;
                }
                let next = counter.as_int().wrapping_add($step);
                register!(r, i.a()) = Value::int(next);
                if next $operator (i.b() as i8 as i32) {
                    vm.budget -= 1;
                    keep_branch();
                    r.pc = r.pc.offset(i.c() as i8 as isize);
                }
                true
            }
        )*
    };
}

counting! {
    IncJLt IncJLtImm 1 <;
    IncJLe IncJLeImm 1 <=;
    DecJGt DecJGtImm -1 >;
    DecJGe DecJGeImm -1 >=;
}

#[inline(always)]
pub(super) unsafe fn ForeachPrepare(vm: &mut Vm, r: &mut Registers, i: Instruction) -> Fast {
    let block = r.base.add(i.a() as usize);
    let container = register!(r, i.b());
    if !container.is_array() && !container.is_table() {
        return false;
    }
    *block = container;
    *block.add(1) = Value::int(0);
    *block.add(2) = Value::NULL;
    *block.add(3) = Value::NULL;
    jump(vm, r, i.c() as i8 as i32)
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
        return true;
    }
    let value = *(*array).elements.add(state.number() as usize);
    if value.is_weakref() || !jump(vm, r, i.sbx() as i32) {
        return false;
    }
    *block.add(1) = Value::int(state.as_int().wrapping_add(1));
    *block.add(2) = state;
    *block.add(3) = value;
    true
}
