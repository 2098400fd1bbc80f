//! Methods of tables: access past delegates and metamethods, the delegate
//! itself, and the functional methods of Squirrel 3.2.

use super::common::{TOSTRING, WEAKREF, changed, keep, kept, kept_position};
use crate::heap::local::{Cx, Local, Raise, Table};
use crate::library;
use crate::native::{Editions, Flow, Member, Returns};
use crate::value::TypeMask;
use tamias_bytecode::Edition;

const THIS: TypeMask = TypeMask::TABLE;
const ANY: TypeMask = TypeMask::ANY;
const CALLBACK: TypeMask = TypeMask::FUNCTION;
const DELEGATE: TypeMask = TypeMask::NULL.or(TypeMask::TABLE);

library! {
    /// Methods of tables.
    pub(super) static TABLE: "table" = [
        Member::function("len", len, &[THIS]),
        Member::function("rawget", raw_get, &[THIS, ANY]),
        Member::function("rawset", raw_set, &[THIS, ANY, ANY]),
        Member::function("rawdelete", raw_delete, &[THIS, ANY]),
        Member::function("rawin", raw_contains, &[THIS, ANY]),
        Member::function("clear", clear, &[THIS]),
        Member::function("setdelegate", set_delegate, &[THIS, DELEGATE]),
        Member::function("getdelegate", delegate, &[THIS]),
        Member::function("filter", filter, &[THIS, CALLBACK]).only(Editions::SQUIRREL_3),
        Member::function("map", map, &[THIS, CALLBACK]).only(Editions::SQUIRREL_3),
        Member::function("keys", keys, &[THIS]).only(Editions::SQUIRREL_3),
        Member::function("values", values, &[THIS]).only(Editions::SQUIRREL_3),
        TOSTRING,
        WEAKREF,
    ];
}

/// `len()`: number of own slots.
fn len<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let table: Table = cx.arg(0)?;
    Flow::value(table.len())
}

/// `rawget(key)` of tables, classes and instances: the value of an own slot or member.
pub(super) fn raw_get<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    match cx.raw_slot(cx.this(), cx.raw_arg(1))? {
        Some(value) => Flow::value(cx.slot_value(value)),
        None => Err(cx.error(format_args!("the index doesn't exist"))),
    }
}

/// `rawin(key)` of tables, classes and instances: whether there is such an own slot or member.
pub(super) fn raw_contains<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let slot = cx.raw_slot(cx.this(), cx.raw_arg(1))?;
    Flow::value(slot.is_some())
}

/// `rawset(key, value)`: creates or changes an own slot.
fn raw_set<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let table: Table = cx.arg(0)?;
    let (key, value) = (cx.raw_arg(1), cx.raw_arg(2));
    if key.is_null() {
        return Err(cx.error(format_args!("null key")));
    }
    table.set(cx, key, value)?;
    changed(cx)
}

/// `rawdelete(key)`: deletes an own slot and returns what was in it, `null` if there was none.
fn raw_delete<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let table: Table = cx.arg(0)?;
    match table.delete(cx, cx.raw_arg(1)) {
        Some(value) => Flow::value(cx.slot_value(value)),
        None => Flow::null(),
    }
}

/// `clear()`: deletes all own slots.
fn clear<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let table: Table = cx.arg(0)?;
    table.clear(cx);
    changed(cx)
}

/// `setdelegate(table)`: sets the delegate, or removes it with `null`. Returns the table.
fn set_delegate<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let table: Table = cx.arg(0)?;
    let delegate: Option<Table> = cx.arg(1)?;
    if table.set_delegate(cx, delegate) {
        return Flow::value(table);
    }
    Err(match cx.edition() {
        Edition::Squirrel3 => cx.error(format_args!("delegate cycle")),
        // The spelling of 3.0.4.
        Edition::Imp | Edition::ImpCompat => cx.error(format_args!("delagate cycle")),
    })
}

/// `getdelegate()`: the delegate, or `null`.
fn delegate<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let table: Table = cx.arg(0)?;
    Flow::value(table.delegate())
}

/// `keys()`: an array of the keys, in the order of `values()`.
fn keys<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    collect(cx, |_, key, _| key)
}

/// `values()`: an array of the values.
fn values<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    collect(cx, |cx, _, value| cx.slot_value(value))
}

fn collect<'v>(
    cx: &mut Cx<'v>,
    select: fn(&mut Cx<'v>, key: Local<'v>, value: Local<'v>) -> Local<'v>,
) -> Returns<'v> {
    let table: Table = cx.arg(0)?;
    let collected = cx.array(table.len())?;
    let mut position = 0;
    while let Some((next, key, value)) = table.slot_from(position) {
        let selected = select(cx, key, value);
        collected.push(cx, selected)?;
        position = next;
    }
    Flow::value(collected)
}

// What `filter` and `map` keep while they wait for their callback.
const RESULT: usize = 0;
const POSITION: usize = 1;
const KEY: usize = 2;
const VALUE: usize = 3;

/// `filter(function(key, value))`: a new table with the slots for which the function returns something true.
fn filter<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let result = cx.table(0)?;
    cx.push_local(result);
    cx.push_local(0);
    cx.push_local(Local::NULL);
    cx.push_local(Local::NULL);
    filter_next(cx)
}

fn filter_next<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    match next_slot(cx)? {
        None => Flow::value(kept(cx, RESULT)),
        Some((key, value)) => {
            keep(cx, KEY, key);
            keep(cx, VALUE, value);
            cx.call_then(cx.raw_arg(1), cx.this(), &[key, value], filter_answered)
        }
    }
}

fn filter_answered<'v>(cx: &mut Cx<'v>, answer: Local<'v>) -> Returns<'v> {
    if answer.is_truthy()
        && let Some(result) = kept(cx, RESULT).as_table()
    {
        let (key, value) = (kept(cx, KEY), kept(cx, VALUE));
        result.set(cx, key, value)?;
    }
    filter_next(cx)
}

/// `map(function(key, value))`: a new array of what the function returns for each slot.
fn map<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let table: Table = cx.arg(0)?;
    let result = cx.array(table.len())?;
    cx.push_local(result);
    cx.push_local(0);
    map_next(cx)
}

fn map_next<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    match next_slot(cx)? {
        None => Flow::value(kept(cx, RESULT)),
        Some((key, value)) => cx.call_then(cx.raw_arg(1), cx.this(), &[key, value], map_answered),
    }
}

fn map_answered<'v>(cx: &mut Cx<'v>, answer: Local<'v>) -> Returns<'v> {
    if let Some(result) = kept(cx, RESULT).as_array() {
        result.push(cx, answer)?;
    }
    map_next(cx)
}

/// The next slot of `this` after those that were visited.
fn next_slot<'v>(cx: &mut Cx<'v>) -> Result<Option<(Local<'v>, Local<'v>)>, Raise> {
    let table: Table = cx.arg(0)?;
    let Some((next, key, value)) = table.slot_from(kept_position(cx, POSITION)) else { return Ok(None) };
    keep(cx, POSITION, next);
    let value = cx.slot_value(value);
    Ok(Some((key, value)))
}
