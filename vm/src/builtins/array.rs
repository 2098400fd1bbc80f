//! Methods of arrays. Sorting has [a file of its own](super::sort).
//!
//! Methods with a callback look at as many elements as there were at the
//! start. If the callback cuts the array, they end with what is left.

use super::common::{TOSTRING, WEAKREF, changed, keep, kept, kept_position, slice_range};
use super::sort::sort;
use crate::heap::local::{Array, Cx, Local, Raise};
use crate::library;
use crate::native::{Editions, Flow, Member, Resume, Returns};
use crate::value::TypeMask;
use tamias_bytecode::Edition;

const THIS: TypeMask = TypeMask::ARRAY;
const ANY: TypeMask = TypeMask::ANY;
const NUMBER: TypeMask = TypeMask::NUMBER;
const CALLBACK: TypeMask = TypeMask::FUNCTION;

library! {
    /// Methods of arrays.
    pub(super) static ARRAY: "array" = [
        Member::function("len", len, &[THIS]),
        Member::function("append", append, &[THIS, ANY]),
        Member::function("push", append, &[THIS, ANY]),
        Member::function("extend", extend, &[THIS, TypeMask::ARRAY]),
        Member::function("pop", pop, &[THIS]),
        Member::function("top", top, &[THIS]),
        Member::function("insert", insert, &[THIS, NUMBER, ANY]),
        Member::function("remove", remove, &[THIS, NUMBER]),
        Member::function("resize", resize, &[THIS, NUMBER, ANY]).variadic(2),
        Member::function("reverse", reverse, &[THIS]),
        Member::function("clear", clear, &[THIS]),
        Member::function("slice", slice, &[THIS, NUMBER, NUMBER]).variadic(1),
        Member::function("find", find, &[THIS, ANY]),
        Member::function("sort", sort, &[THIS, CALLBACK]).variadic(1),
        Member::function("map", map, &[THIS, CALLBACK]),
        Member::function("apply", apply, &[THIS, CALLBACK]),
        Member::function("filter", filter, &[THIS, CALLBACK]),
        Member::function("reduce", reduce, &[THIS, CALLBACK]).only(Editions::IMP),
        Member::function("reduce", reduce, &[THIS, CALLBACK, ANY]).variadic(2).only(Editions::SQUIRREL_3),
        TOSTRING,
        WEAKREF,
    ];
}

/// `len()`
fn len<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let array: Array = cx.arg(0)?;
    Flow::value(array.len())
}

/// `append(value)`, `push(value)`
fn append<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let array: Array = cx.arg(0)?;
    array.push(cx, cx.raw_arg(1))?;
    changed(cx)
}

/// `extend(array)`: appends all elements of another array, or of the same one.
fn extend<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let array: Array = cx.arg(0)?;
    let other: Array = cx.arg(1)?;
    for position in 0..other.len() {
        if let Some(element) = other.get(position) {
            array.push(cx, element)?;
        }
    }
    changed(cx)
}

/// `pop()`: removes the last element and returns it.
fn pop<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let array: Array = cx.arg(0)?;
    let last = array.len().checked_sub(1).and_then(|last| array.remove(cx, last));
    match last {
        Some(element) => Flow::value(cx.slot_value(element)),
        None => Err(cx.error(format_args!("empty array"))),
    }
}

/// `top()`: the last element.
fn top<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let array: Array = cx.arg(0)?;
    match array.len().checked_sub(1).and_then(|last| array.get(last)) {
        Some(element) => Flow::value(cx.slot_value(element)),
        None => Err(cx.error(format_args!("top() on a empty array"))),
    }
}

/// `insert(position, value)`
fn insert<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let array: Array = cx.arg(0)?;
    let inserted = match usize::try_from(cx.arg::<i32>(1)?) {
        Ok(position) => array.insert(cx, position, cx.raw_arg(2))?,
        Err(_) => false,
    };
    if !inserted {
        return Err(cx.error(format_args!("index out of range")));
    }
    changed(cx)
}

/// `remove(position)`: removes an element and returns it.
fn remove<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let array: Array = cx.arg(0)?;
    let position = usize::try_from(cx.arg::<i32>(1)?).ok();
    match position.and_then(|position| array.remove(cx, position)) {
        Some(element) => Flow::value(cx.slot_value(element)),
        None => Err(cx.error(format_args!("idx out of range"))),
    }
}

/// `resize(length [, fill])`
fn resize<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let array: Array = cx.arg(0)?;
    let length = length_argument(cx, 1)?;
    array.resize(cx, length, cx.raw_arg(2))?;
    changed(cx)
}

/// The length of an array that an argument gives.
pub(super) fn length_argument(cx: &mut Cx<'_>, position: usize) -> Result<usize, Raise> {
    usize::try_from(cx.arg::<i32>(position)?).map_err(|_| match cx.edition() {
        Edition::Squirrel3 => cx.error(format_args!("resizing to negative length")),
        Edition::Imp | Edition::ImpCompat => cx.error(format_args!("negative size")),
    })
}

/// `reverse()`
fn reverse<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let array: Array = cx.arg(0)?;
    let length = array.len();
    for position in 0..length / 2 {
        array.swap(position, length - 1 - position);
    }
    changed(cx)
}

/// `clear()`
fn clear<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let array: Array = cx.arg(0)?;
    array.resize(cx, 0, Local::NULL)?;
    changed(cx)
}

/// `slice(start [, end])`: a new array. It gets the targets of weak references, because taking an element
/// out of an array is reading it.
fn slice<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let array: Array = cx.arg(0)?;
    let range = slice_range(cx, array.len())?;
    let part = array.slice(cx, range.start, range.len())?;
    for position in 0..part.len() {
        if let Some(element) = part.get(position)
            && element.as_weakref().is_some()
        {
            let target = cx.slot_value(element);
            part.set(cx, position, target);
        }
    }
    Flow::value(part)
}

/// `find(value)`: the position of the first element that is `==`, or `null`.
fn find<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let array: Array = cx.arg(0)?;
    let wanted = cx.raw_arg(1);
    for position in 0..array.len() {
        if element(cx, array, position).is_some_and(|element| element.equals(cx, wanted)) {
            return Flow::value(position);
        }
    }
    Flow::null()
}

/// Reads an element as a script does.
fn element<'v>(cx: &mut Cx<'v>, array: Array<'v>, position: usize) -> Option<Local<'v>> {
    array.get(position).map(|element| cx.slot_value(element))
}

// What the methods with a callback keep while they wait for it. `reduce` needs no result.
const POSITION: usize = 0;
const LIMIT: usize = 1;
const RESULT: usize = 2;
const ELEMENT: usize = 3;

/// Starts a walk over the elements from `position` on.
fn start_walk<'v>(cx: &mut Cx<'v>, array: Array<'v>, position: usize) {
    cx.push_local(position);
    cx.push_local(array.len());
}

/// The next element of a walk with its position.
fn next_element<'v>(cx: &mut Cx<'v>) -> Result<Option<(usize, Local<'v>)>, Raise> {
    let array: Array = cx.arg(0)?;
    let position = kept_position(cx, POSITION);
    if position >= kept_position(cx, LIMIT) {
        return Ok(None);
    }
    keep(cx, POSITION, position + 1);
    Ok(element(cx, array, position).map(|element| (position, element)))
}

/// Number of parameters that the callback declares, `this` included. Natives that take any number want all
/// that there is.
fn declared_parameters(cx: &Cx<'_>) -> usize {
    let callback = cx.raw_arg(1);
    if let Some(closure) = callback.as_closure() {
        return closure.parameter_count();
    }
    match cx.native_function(callback) {
        Some(function) if function.required == function.maximum => function.required as usize,
        _ => usize::MAX,
    }
}

/// Calls the callback with as many of the arguments as it declares, but not less than the first `least`.
/// Editions before Squirrel 3.2 pass just those.
fn call_back<'v>(cx: &mut Cx<'v>, arguments: [Local<'v>; 3], least: usize, resume: Resume) -> Returns<'v> {
    let count = match cx.edition() {
        Edition::Squirrel3 => declared_parameters(cx).saturating_sub(1).clamp(least, arguments.len()),
        Edition::Imp | Edition::ImpCompat => least,
    };
    cx.call_then(cx.raw_arg(1), cx.this(), &arguments[..count], resume)
}

/// `map(function(value [, position [, array]]))`: a new array of what the function returns for each element.
fn map<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let array: Array = cx.arg(0)?;
    let result = cx.array(array.len())?;
    result.resize(cx, array.len(), Local::NULL)?;
    start_map(cx, array, result)
}

/// `apply(function(value [, position [, array]]))`: replaces each element by what the function returns for it.
fn apply<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let array: Array = cx.arg(0)?;
    start_map(cx, array, array)
}

fn start_map<'v>(cx: &mut Cx<'v>, array: Array<'v>, result: Array<'v>) -> Returns<'v> {
    // In the reference the arguments of such a callback slip by one, and the array is what gets called.
    if cx.edition() == Edition::Squirrel3 && declared_parameters(cx) == 1 && !array.is_empty() {
        return Err(cx.error(format_args!("attempt to call 'array'")));
    }
    start_walk(cx, array, 0);
    cx.push_local(result);
    map_next(cx)
}

fn map_next<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    match next_element(cx)? {
        Some((position, element)) => call_back(cx, [element, position.into(), cx.this()], 1, map_answered),
        None if kept(cx, RESULT).is_same(cx.this()) => changed(cx),
        None => Flow::value(kept(cx, RESULT)),
    }
}

fn map_answered<'v>(cx: &mut Cx<'v>, answer: Local<'v>) -> Returns<'v> {
    if let Some(result) = kept(cx, RESULT).as_array() {
        let position = kept_position(cx, POSITION) - 1;
        result.set(cx, position, answer);
    }
    map_next(cx)
}

/// `filter(function(position, value [, array]))`: a new array of the elements for which the function returns
/// something true.
fn filter<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let array: Array = cx.arg(0)?;
    let result = cx.array(0)?;
    start_walk(cx, array, 0);
    cx.push_local(result);
    cx.push_local(Local::NULL);
    filter_next(cx)
}

fn filter_next<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    match next_element(cx)? {
        Some((position, element)) => {
            keep(cx, ELEMENT, element);
            call_back(cx, [position.into(), element, cx.this()], 2, filter_answered)
        }
        None => Flow::value(kept(cx, RESULT)),
    }
}

fn filter_answered<'v>(cx: &mut Cx<'v>, answer: Local<'v>) -> Returns<'v> {
    if answer.is_truthy()
        && let Some(result) = kept(cx, RESULT).as_array()
    {
        let element = kept(cx, ELEMENT);
        result.push(cx, element)?;
    }
    filter_next(cx)
}

/// `reduce(function(result, value))`: combines all elements, from the first on. Squirrel 3.2 takes the value to
/// start with as second argument. An array without elements gives that, or `null`.
fn reduce<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let array: Array = cx.arg(0)?;
    let (first, position) = match cx.arg_count() {
        ..3 => (element(cx, array, 0).unwrap_or(Local::NULL), 1),
        _ => (cx.raw_arg(2), 0),
    };
    start_walk(cx, array, position);
    reduce_next(cx, first)
}

fn reduce_next<'v>(cx: &mut Cx<'v>, result: Local<'v>) -> Returns<'v> {
    match next_element(cx)? {
        Some((_, element)) => cx.call_then(cx.raw_arg(1), cx.this(), &[result, element], reduce_next),
        None => Flow::value(result),
    }
}
