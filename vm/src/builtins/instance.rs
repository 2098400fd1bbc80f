//! Methods of instances: their class, and access to fields past metamethods.

use super::common::{TOSTRING, WEAKREF, changed};
use super::table::{raw_contains, raw_get};
use crate::heap::local::{Cx, Instance};
use crate::library;
use crate::native::{Flow, Member, Returns};
use crate::value::TypeMask;

const THIS: TypeMask = TypeMask::INSTANCE;
const ANY: TypeMask = TypeMask::ANY;

library! {
    /// Methods of instances.
    pub(super) static INSTANCE: "instance" = [
        Member::function("getclass", class, &[THIS]),
        Member::function("rawget", raw_get, &[THIS, ANY]),
        Member::function("rawset", raw_set, &[THIS, ANY, ANY]),
        Member::function("rawin", raw_contains, &[THIS, ANY]),
        TOSTRING,
        WEAKREF,
    ];
}

/// `getclass()`
fn class<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let instance: Instance = cx.arg(0)?;
    Flow::value(instance.class())
}

/// `rawset(name, value)`: changes a field without asking `_set`.
fn raw_set<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let instance: Instance = cx.arg(0)?;
    let (name, value) = (cx.raw_arg(1), cx.raw_arg(2));
    if !instance.set(cx, name, value) {
        return Err(cx.index_error(name));
    }
    changed(cx)
}
