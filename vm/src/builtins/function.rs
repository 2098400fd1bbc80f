//! Methods of functions: calling them with another `this`, binding, and what
//! is known about them.

use super::common::{TOSTRING, WEAKREF};
use crate::heap::local::{Array, Closure, Cx, Raise, Table};
use crate::library;
use crate::native::{Editions, Flow, Member, NativeFunction, Returns};
use crate::value::TypeMask;

const THIS: TypeMask = TypeMask::FUNCTION;
const ENVIRONMENT: TypeMask = TypeMask::TABLE.or(TypeMask::CLASS).or(TypeMask::INSTANCE);

library! {
    /// Methods of functions. `pcall` and `pacall` do what `call` and `acall` do: in the reference they differ in
    /// that the error handler is not called, and there is none here.
    pub(super) static FUNCTION: "function" = [
        Member::function("call", call, &[THIS]).variadic(1),
        Member::function("pcall", call, &[THIS]).variadic(1),
        Member::function("acall", apply, &[THIS, TypeMask::ARRAY]),
        Member::function("pacall", apply, &[THIS, TypeMask::ARRAY]),
        Member::function("bindenv", bind, &[THIS, ENVIRONMENT]),
        Member::function("getinfos", infos, &[THIS]).only(Editions::SQUIRREL_3),
        Member::function("getroot", root, &[TypeMask::CLOSURE]).only(Editions::SQUIRREL_3),
        Member::function("setroot", set_root, &[TypeMask::CLOSURE, TypeMask::TABLE]).only(Editions::SQUIRREL_3),
        TOSTRING,
        WEAKREF,
    ];
}

/// `call(this, …)`: the result of the function. Without any argument the call fails by its count.
fn call<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    cx.forward(cx.this(), 1)
}

/// `acall([this, …])`: as `call`, with the arguments from an array.
fn apply<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let arguments: Array = cx.arg(1)?;
    cx.apply(cx.this(), (0..arguments.len()).filter_map(|position| arguments.get(position)))
}

/// `bindenv(environment)`: a copy of the function whose `this` is always `environment`.
fn bind<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let bound = cx.bind(cx.this(), cx.raw_arg(1))?;
    Flow::value(bound)
}

/// `getroot()`: the root table in which the function finds its globals.
fn root<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let closure: Closure = cx.arg(0)?;
    Flow::value(cx.closure_root(closure))
}

/// `setroot(table)`: gives the function another root table. Returns the function.
fn set_root<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let closure: Closure = cx.arg(0)?;
    let root: Table = cx.arg(1)?;
    cx.set_closure_root(closure, root)?;
    Flow::value(closure)
}

/// `getinfos()`: a table that describes the function.
fn infos<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    match cx.native_function(cx.this()) {
        Some(function) => native_infos(cx, function),
        None => closure_infos(cx),
    }
}

fn native_infos<'v>(cx: &mut Cx<'v>, function: &'static NativeFunction) -> Returns<'v> {
    let infos = cx.table(4)?;
    let name = cx.string(function.name.as_bytes())?;
    infos.set_named(cx, "native", true)?;
    infos.set_named(cx, "name", name)?;
    infos.set_named(cx, "paramscheck", parameters_check(function))?;
    let types = type_check(cx, function.types)?;
    infos.set_named(cx, "typecheck", types)?;
    Flow::value(infos)
}

/// The number of arguments; if it is not fixed, the smallest number, negated.
fn parameters_check(function: &NativeFunction) -> i32 {
    let required = i32::from(function.required);
    if function.required == function.maximum { required } else { -required }
}

/// The type masks of the arguments, which are those of the reference; `null` if any type will do.
fn type_check<'v>(cx: &mut Cx<'v>, types: &[TypeMask]) -> Result<Option<Array<'v>>, Raise> {
    if types.iter().all(|mask| *mask == TypeMask::ANY) {
        return Ok(None);
    }
    let masks = cx.array(types.len())?;
    for mask in types {
        masks.push(cx, mask.0 as i32)?;
    }
    Ok(Some(masks))
}

fn closure_infos<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let closure: Closure = cx.arg(0)?;
    let description = cx.function_info(closure)?;
    if description.varargs {
        let dots = cx.string(b"...")?;
        description.parameters.push(cx, dots)?;
    }
    let infos = cx.table(6)?;
    infos.set_named(cx, "native", false)?;
    infos.set_named(cx, "name", description.name)?;
    infos.set_named(cx, "src", description.source)?;
    infos.set_named(cx, "parameters", description.parameters)?;
    infos.set_named(cx, "varargs", i32::from(description.varargs))?;
    infos.set_named(cx, "defparams", description.defaults)?;
    Flow::value(infos)
}
