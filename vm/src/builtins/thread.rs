//! Methods of threads: coroutines with a stack of their own. Only Squirrel 3
//! has them; impOS cannot make any.
//!
//! The natives only check; the interpreter switches between stacks.

use super::common::{TOSTRING, WEAKREF};
use crate::heap::local::{Cx, Raise, Thread};
use crate::library;
use crate::native::{Flow, Member, Returns, ThreadSwitch};
use crate::value::TypeMask;

const THIS: TypeMask = TypeMask::THREAD;

library! {
    /// Methods of threads.
    pub(super) static THREAD: "thread" = [
        Member::function("call", call, &[THIS]).variadic(1),
        Member::function("wakeup", wakeup, &[THIS, TypeMask::ANY]).variadic(1),
        Member::function("wakeupthrow", wakeup_throw, &[THIS, TypeMask::ANY, TypeMask::BOOL]).variadic(2),
        Member::function("getstatus", status, &[THIS]),
        Member::function("getstackinfos", stack_infos, &[THIS, TypeMask::NUMBER]),
        TOSTRING,
        WEAKREF,
    ];
}

/// `call(…)`: runs the function of the thread until it suspends or ends. The reference does not refuse a thread
/// that is running already, and damages its stack.
fn call<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let thread: Thread = cx.arg(0)?;
    match cx.thread_status(thread) {
        "idle" => cx.switch(ThreadSwitch::Call),
        status => Err(cx.error_of(&[b"cannot call a ", status.as_bytes(), b" thread"])),
    }
}

/// `wakeup([value])`: goes on with a thread; `value` is what its `suspend` returns.
fn wakeup<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    check_suspended(cx)?;
    cx.switch(ThreadSwitch::Wakeup)
}

/// `wakeupthrow(error [, rethrow])`: as `wakeup`, but throws in the thread. If `rethrow` is false, an error
/// that the thread does not catch ends it silently.
fn wakeup_throw<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    check_suspended(cx)?;
    cx.switch(ThreadSwitch::WakeupThrow)
}

fn check_suspended(cx: &mut Cx<'_>) -> Result<(), Raise> {
    let thread: Thread = cx.arg(0)?;
    match cx.thread_status(thread) {
        "suspended" => Ok(()),
        status => Err(cx.error_of(&[b"cannot wakeup a ", status.as_bytes(), b" thread"])),
    }
}

/// `getstatus()`: `"idle"`, `"running"` or `"suspended"`.
fn status<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let thread: Thread = cx.arg(0)?;
    let status = cx.string(cx.thread_status(thread).as_bytes())?;
    Flow::value(status)
}

/// `getstackinfos(level)`: where the thread is; `null` if it has not that many functions at work.
fn stack_infos<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let thread: Thread = cx.arg(0)?;
    match usize::try_from(cx.arg::<i32>(1)?) {
        Ok(level) => {
            let info = cx.thread_stack_info(thread, level)?;
            Flow::value(info)
        }
        Err(_) => Flow::null(),
    }
}
