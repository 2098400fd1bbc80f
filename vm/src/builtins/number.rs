//! Methods of integers, floats and bools: conversions.

use super::common::{TOSTRING, WEAKREF, out_of_range};
use crate::heap::local::Cx;
use crate::library;
use crate::native::{Flow, Member, Returns};
use crate::number::float_to_integer;
use crate::value::TypeMask;

const NUMBER_OR_BOOL: TypeMask = TypeMask::NUMBER.or(TypeMask::BOOL);

library! {
    /// Methods of integers, floats and bools.
    pub(super) static NUMBER: "number" = [
        Member::function("tointeger", to_integer, &[NUMBER_OR_BOOL]),
        Member::function("tofloat", to_float, &[NUMBER_OR_BOOL]),
        Member::function("tochar", to_char, &[NUMBER_OR_BOOL]),
        TOSTRING,
        WEAKREF,
    ];
}

fn integer_of_this(cx: &Cx<'_>) -> i32 {
    let this = cx.this();
    match (this.as_int(), this.as_float()) {
        (Some(number), _) => number,
        (None, Some(number)) => float_to_integer(number, out_of_range(cx.side())),
        (None, None) => this.is_truthy() as i32,
    }
}

/// `tointeger()`: floats are cut, `true` is 1.
fn to_integer<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    Flow::value(integer_of_this(cx))
}

/// `tofloat()`
fn to_float<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let this = cx.this();
    Flow::value(this.to_float().unwrap_or(this.is_truthy() as u8 as f32))
}

/// `tochar()`: the string of one byte with the low 8 bits.
fn to_char<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let character = cx.string(&[integer_of_this(cx) as u8])?;
    Flow::value(character)
}
