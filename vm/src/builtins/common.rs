//! What the methods of several types have in common: conversion to text, weak
//! references, ranges, results, and the state of methods that wait for a
//! callback.

use crate::heap::local::{Cx, Local, Raise};
use crate::native::{Flow, Member, Returns};
use crate::number::OutOfRange;
use crate::value::TypeMask;
use crate::vm::Side;
use core::ops::Range;
use tamias_bytecode::Edition;

/// `tostring()`: the VM has converted `this` already.
pub(super) const TOSTRING: Member =
    Member::function("tostring", to_string, &[TypeMask::ANY]).stringified_from(0);

/// `weakref()`: the weak reference to `this`; numbers and bools are their own.
pub(super) const WEAKREF: Member = Member::function("weakref", weak_reference, &[TypeMask::ANY]);

fn to_string<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    Flow::value(cx.this())
}

fn weak_reference<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let reference = cx.weak_reference(cx.this())?;
    Flow::value(reference)
}

/// The result of a method that has changed `this`: Squirrel 3.2 made those return the object, so that calls
/// can be chained. Before that, and in impOS, they return nothing.
#[cfg_attr(compact, inline(never))]
pub(super) fn changed<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    match cx.edition() {
        Edition::Squirrel3 => Flow::value(cx.this()),
        Edition::Imp | Edition::ImpCompat => Flow::null(),
    }
}

/// The range that arguments 1 and 2 describe in something of this length. Both may be left out, and count
/// from the end if they are negative.
pub(super) fn slice_range<'v>(cx: &mut Cx<'v>, length: usize) -> Result<Range<usize>, Raise> {
    let length = length as i64;
    let from_start = |bound: i32| if bound < 0 { bound as i64 + length } else { bound as i64 };
    let start = cx.arg::<Option<i32>>(1)?.map_or(0, from_start);
    let end = cx.arg::<Option<i32>>(2)?.map_or(length, from_start);
    if end < start {
        return Err(cx.error(format_args!("wrong indexes")));
    }
    if end > length || start < 0 {
        return Err(cx.error(format_args!("slice out of range")));
    }
    Ok(start as usize..end as usize)
}

/// What the conversion of a float to an integer does with values that no integer holds (language-imp 1.2).
pub(super) fn out_of_range(side: Side) -> OutOfRange {
    match side {
        Side::Device => OutOfRange::Saturate,
        Side::Agent => OutOfRange::Indefinite,
    }
}

/// The value that the native has kept as its `index`-th with [`Cx::push_local`].
pub(super) fn kept<'v>(cx: &Cx<'v>, index: usize) -> Local<'v> {
    cx.local(cx.arg_count() + index)
}

/// Replaces what [`kept`] gives.
pub(super) fn keep<'v>(cx: &mut Cx<'v>, index: usize, value: impl Into<Local<'v>>) {
    cx.set_local(cx.arg_count() + index, value);
}

/// A kept position or length.
pub(super) fn kept_position(cx: &Cx<'_>, index: usize) -> usize {
    kept(cx, index).as_int().unwrap_or(0) as usize
}
