//! Literals: how running code reaches the constants of its function.
//!
//! On hosts the loader makes a value of each constant, because memory is cheap
//! and an instruction then loads its operand with one access. Before the
//! constants of the functions stand the strings of the image, each where its
//! reference, which is an operand of instructions, leads to. On
//! microcontrollers (`cfg(in_place)`) memory is what there is least of, so
//! nothing is copied: string constants are references into the image, which is
//! in flash, and integers and floats are read from where they stand. Then the
//! image also serves as the part of the string table that holds its literals,
//! see [`crate::heap::string`], and a VM runs one image.

use super::Registers;
use super::vm::Vm;
use crate::value::Value;

/// What [`Registers::constants`] points to.
#[cfg(not(in_place))]
pub(crate) type Constant = Value;
/// What [`Registers::constants`] points to: references to strings.
#[cfg(in_place)]
pub(crate) type Constant = u16;

/// A string constant of the running function.
///
/// # Safety
/// `index` must have been verified, and `r` be the registers of the running function.
#[cfg(not(in_place))]
#[inline(always)]
pub(super) unsafe fn string(_: &Vm, r: &Registers, index: usize) -> Value {
    *r.constants.add(index)
}

/// A string constant of the running function.
///
/// # Safety
/// `index` must have been verified, and `r` be the registers of the running function.
#[cfg(in_place)]
#[inline(always)]
pub(super) unsafe fn string(vm: &Vm, r: &Registers, index: usize) -> Value {
    Value::from_string(vm.heap.literals.add(*r.constants.add(index) as usize * 4).cast_mut().cast())
}

/// The string that a 16-bit operand means. The first word before the constants of a function says how far before
/// them the strings by their references are.
///
/// # Safety
/// As [`string`].
#[cfg(not(in_place))]
#[inline(always)]
pub(super) unsafe fn name(_: &Vm, r: &Registers, operand: u16) -> Value {
    let distance = (*r.constants.sub(1)).number() as usize;
    *r.constants.sub(distance).add(operand as usize)
}

/// The string that a 16-bit operand means: a reference.
///
/// # Safety
/// As [`string`].
#[cfg(in_place)]
#[inline(always)]
pub(super) unsafe fn name(vm: &Vm, _: &Registers, operand: u16) -> Value {
    Value::from_string(vm.heap.literals.add(operand as usize * 4).cast_mut().cast())
}

#[inline(always)]
unsafe fn running_function(r: &Registers) -> *const crate::program::Function {
    (*(*r.base.sub(1)).as_closure()).function
}

/// An integer constant of the running function.
///
/// # Safety
/// As [`string`].
#[inline(always)]
pub(super) unsafe fn int(r: &Registers, index: usize) -> Value {
    #[cfg(not(in_place))]
    return *r.constants.add((*running_function(r)).first_int as usize + index);
    #[cfg(in_place)]
    Value::int(*(*running_function(r)).ints.add(index) as i32)
}

/// A float constant of the running function.
///
/// # Safety
/// As [`string`].
#[inline(always)]
pub(super) unsafe fn float(r: &Registers, index: usize) -> Value {
    let function = running_function(r);
    #[cfg(not(in_place))]
    return *r.constants.add((*function).first_float as usize + index);
    #[cfg(in_place)]
    Value::float(f32::from_bits(*(*function).ints.add((*function).int_count as usize + index)))
}
