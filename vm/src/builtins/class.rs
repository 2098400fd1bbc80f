//! Methods of classes: members, attributes, the base class, instances without
//! a constructor call.

use super::common::{TOSTRING, WEAKREF, changed};
use super::table::{raw_contains, raw_get};
use crate::heap::local::{Class, Cx, Raise};
use crate::heap::object::Metamethod;
use crate::library;
use crate::native::{Flow, Member, Returns};
use crate::value::TypeMask;

const THIS: TypeMask = TypeMask::CLASS;
const ANY: TypeMask = TypeMask::ANY;

library! {
    /// Methods of classes.
    pub(super) static CLASS: "class" = [
        Member::function("getattributes", attributes, &[THIS, ANY]),
        Member::function("setattributes", set_attributes, &[THIS, ANY, ANY]),
        Member::function("rawget", raw_get, &[THIS, ANY]),
        Member::function("rawset", raw_set, &[THIS, ANY, ANY]),
        Member::function("rawin", raw_contains, &[THIS, ANY]),
        Member::function("newmember", new_member, &[THIS, ANY, ANY, ANY, ANY]).variadic(3),
        Member::function("rawnewmember", raw_new_member, &[THIS, ANY, ANY, ANY, ANY]).variadic(3),
        Member::function("instance", instance, &[THIS]),
        Member::function("getbase", base, &[THIS]),
        TOSTRING,
        WEAKREF,
    ];
}

/// `getattributes(name)`: the attributes of a member, or of the class for `null`.
fn attributes<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let class: Class = cx.arg(0)?;
    let name = cx.arg(1)?;
    match class.attributes(cx, name) {
        Some(attributes) => Flow::value(attributes),
        None => Err(cx.error(format_args!("wrong index"))),
    }
}

/// `setattributes(name, attributes)`: returns the old ones.
fn set_attributes<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let class: Class = cx.arg(0)?;
    let name = cx.arg(1)?;
    match class.set_attributes(cx, name, cx.raw_arg(2)) {
        Some(old) => Flow::value(old),
        None => Err(cx.error(format_args!("wrong index"))),
    }
}

/// `rawset(name, value)`: adds or replaces a member without asking `_newmember`. The reference ignores it when
/// the class is locked; here that is the error that `<-` throws.
fn raw_set<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    add_member(cx)?;
    changed(cx)
}

/// `newmember(name, value [, attributes [, isstatic]])`: what `<-` does; `_newmember` is asked first.
fn new_member<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let class: Class = cx.arg(0)?;
    match class.metamethod(Metamethod::NewMember) {
        None => raw_new_member(cx),
        Some(method) => {
            let is_static = cx.raw_arg(4).is_truthy().into();
            let arguments = [cx.raw_arg(1), cx.raw_arg(2), cx.raw_arg(3), is_static];
            cx.tail_call(method, class, arguments)
        }
    }
}

/// `rawnewmember(name, value [, attributes [, isstatic]])`: as `newmember`, without `_newmember`.
fn raw_new_member<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    add_member(cx)?;
    let attributes = cx.raw_arg(3);
    if !attributes.is_null() {
        let class: Class = cx.arg(0)?;
        class.set_attributes(cx, Some(cx.raw_arg(1)), attributes);
    }
    changed(cx)
}

/// Adds the member that the arguments name; argument 4 says whether it is static.
fn add_member(cx: &mut Cx<'_>) -> Result<(), Raise> {
    let class: Class = cx.arg(0)?;
    let (name, value, is_static) = (cx.raw_arg(1), cx.raw_arg(2), cx.raw_arg(4).is_truthy());
    if name.is_null() {
        return Err(cx.error(format_args!("null key")));
    }
    if !class.set(cx, name, value, is_static)? {
        return Err(cx.error(format_args!("trying to modify a class that has already been instantiated")));
    }
    Ok(())
}

/// `instance()`: a new instance whose constructor has not been called.
fn instance<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let class: Class = cx.arg(0)?;
    let instance = cx.instance(class)?;
    Flow::value(instance)
}

/// `getbase()`: the class that it extends, or `null`.
fn base<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let class: Class = cx.arg(0)?;
    Flow::value(class.base())
}
