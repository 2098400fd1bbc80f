//! The base library: the functions of the root table that belong to the
//! language itself.
//!
//! impOS took out what touches the compiler, threads, the constant table and
//! the garbage collector (language-imp, section 12).

use super::array::length_argument;
use crate::heap::local::{Cx, Str, Table};
use crate::library;
use crate::native::{Editions, Flow, Item, Member, Observes, Returns, ThreadSwitch};
use crate::value::TypeMask;
use crate::vm::Output;

const ANY: TypeMask = TypeMask::ANY;
const NUMBER: TypeMask = TypeMask::NUMBER;
const STRING: TypeMask = TypeMask::STRING;
const TABLE: TypeMask = TypeMask::TABLE;

library! {
    /// The base library.
    pub static BASE: "base" = [
        Member::function("getroottable", root_table, &[ANY]),
        Member::function("assert", assert, &[ANY, ANY]).only(Editions::IMP),
        Member::function("assert", assert, &[ANY, ANY, ANY]).variadic(2).stringified_from(2)
            .only(Editions::SQUIRREL_3),
        Member::function("print", print, &[ANY, ANY]).stringified_from(1),
        Member::function("error", error, &[ANY, ANY]).stringified_from(1),
        Member::function("array", array, &[ANY, NUMBER, ANY]).variadic(1).only(Editions::IMP),
        Member::function("array", array, &[ANY, NUMBER, ANY]).variadic(2).only(Editions::SQUIRREL_3),
        Member::function("type", type_name, &[ANY, ANY]),
        Member::function("callee", callee, &[ANY]).variadic(1),
        Member::function("dummy", no_effect, &[ANY]).variadic(1),
        Member::function("setroottable", set_root_table, &[ANY, TABLE]).only(Editions::SQUIRREL_3),
        Member::function("getconsttable", const_table, &[ANY]).only(Editions::SQUIRREL_3),
        Member::function("setconsttable", set_const_table, &[ANY, TABLE]).only(Editions::SQUIRREL_3),
        Member::function("compilestring", compile_string, &[ANY, STRING, STRING]).variadic(2)
            .only(Editions::SQUIRREL_3),
        Member::function("newthread", new_thread, &[ANY, TypeMask::FUNCTION]).only(Editions::SQUIRREL_3),
        Member::function("suspend", suspend, &[ANY]).variadic(1).only(Editions::SQUIRREL_3),
        Member::function("getstackinfos", stack_infos, &[ANY, NUMBER]).only(Editions::SQUIRREL_3),
        Member::function("collectgarbage", collect_garbage, &[ANY]).variadic(1).observes(Observes::Memory)
            .only(Editions::SQUIRREL_3),
        Member::function("resurrectunreachable", no_effect, &[ANY]).variadic(1).only(Editions::SQUIRREL_3),
        // Errors, calls and lines are the business of the embedder and its debugger: these are accepted so that
        // programs run.
        Member::function("seterrorhandler", no_effect, &[ANY, ANY]).only(Editions::SQUIRREL_3),
        Member::function("setdebughook", no_effect, &[ANY, ANY]).only(Editions::SQUIRREL_3),
        Member::function("enabledebuginfo", no_effect, &[ANY, ANY]).only(Editions::SQUIRREL_3),
        Member::new("_version_", Item::Str("Squirrel 3.0.4 stable")).only(Editions::IMP),
        Member::new("_version_", Item::Str("Squirrel 3.2 stable")).only(Editions::SQUIRREL_3),
        Member::new("_versionnumber_", Item::Int(304)).only(Editions::IMP),
        Member::new("_versionnumber_", Item::Int(320)).only(Editions::SQUIRREL_3),
        Member::new("_charsize_", Item::Int(1)),
        Member::new("_intsize_", Item::Int(4)),
        Member::new("_floatsize_", Item::Int(4)),
    ];
}

/// `getroottable()`
fn root_table<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    Flow::value(cx.root())
}

/// `setroottable(table)`: returns the old root table.
fn set_root_table<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let old = cx.root();
    let root: Table = cx.arg(1)?;
    cx.set_root(root);
    Flow::value(old)
}

/// `getconsttable()`: the table of constants and enumerations.
fn const_table<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let constants = cx.const_table()?;
    Flow::value(constants)
}

/// `setconsttable(table)`: returns the old one.
fn set_const_table<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let constants: Table = cx.arg(1)?;
    let old = cx.set_const_table(constants)?;
    Flow::value(old)
}

/// `assert(condition)`; in Squirrel 3 `assert(condition [, message])`. The message is converted to text in
/// either case: unlike in the reference, its `_tostring` is called even if the condition holds.
fn assert<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    if cx.raw_arg(1).is_truthy() {
        return Flow::null();
    }
    Err(match cx.raw_arg(2).as_str() {
        Some(message) => cx.throw(message),
        None => cx.error(format_args!("assertion failed")),
    })
}

/// `print(value)`: writes the text of the value, and nothing else.
fn print<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let text: Str = cx.arg(1)?;
    cx.print(text.as_bytes(), Output::Print);
    Flow::null()
}

/// `error(value)`: as `print`, for errors.
fn error<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let text: Str = cx.arg(1)?;
    cx.print(text.as_bytes(), Output::Error);
    Flow::null()
}

/// `array(length [, fill])`. In impOS the length may be missing: the array is empty then.
fn array<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let length = if cx.arg_count() > 1 { length_argument(cx, 1)? } else { 0 };
    let array = cx.array(length)?;
    array.resize(cx, length, cx.raw_arg(2))?;
    Flow::value(array)
}

/// `type(value)`: the name of its type; unlike `typeof` it does not ask `_typeof`.
fn type_name<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let name = cx.string(cx.raw_arg(1).type_name().as_bytes())?;
    Flow::value(name)
}

/// `callee()`: the function that is running.
fn callee<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    Flow::value(cx.caller())
}

/// Functions that are there to be called.
fn no_effect<'v>(_: &mut Cx<'v>) -> Returns<'v> {
    Flow::null()
}

/// `compilestring(source [, name])`: the function of which `source` is the body. Errors of the compiler are
/// thrown.
fn compile_string<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let source: Str = cx.arg(1)?;
    let name = match cx.arg(2)? {
        Some(name) => name,
        None => cx.string(b"unnamedbuffer")?,
    };
    let function = cx.compile_string(source, name)?;
    Flow::value(function)
}

/// `newthread(function)`
fn new_thread<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let thread = cx.new_thread(cx.raw_arg(1))?;
    Flow::value(thread)
}

/// `suspend([value])`: stops the running thread; `value` is what `call` or `wakeup` returns to whoever runs it.
fn suspend<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    cx.switch(ThreadSwitch::Suspend)
}

/// `getstackinfos(level)`: a description of a running function, 0 being this one; `null` if there is none.
fn stack_infos<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    match usize::try_from(cx.arg::<i32>(1)?) {
        Ok(level) => {
            let info = cx.stack_info(level)?;
            Flow::value(info)
        }
        Err(_) => Flow::null(),
    }
}

/// `collectgarbage()`: frees cycles that nothing refers to; returns the number of objects freed.
fn collect_garbage<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let freed = cx.collect_garbage()?;
    Flow::value(freed)
}
