//! `agent`: messages to and from the program in the cloud.
//!
//! There is no such program yet. What is sent while connected is accepted and
//! goes nowhere, as with an agent that has no handler for it; nothing is ever
//! received.

use super::arguments::{ANY, OPTIONAL_CALLBACK, STRING, callback_argument, copy_of};
use super::constants::SEND_ERROR_NOT_CONNECTED;
use crate::runtime::state::state;
use core::mem::replace;
use tamias_vm::native::Member;
use tamias_vm::{Cx, Flow, Returns, Str, library};

library! {
    /// The object `agent`.
    pub(super) static AGENT: "agent" = [
        Member::function("send", send, &[ANY, STRING, ANY]),
        Member::function("on", on, &[ANY, STRING, OPTIONAL_CALLBACK]),
    ];
}

/// `send(name, data)`: 0, or a code if there is no connection.
fn send<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    Flow::value(if state(cx).can_send() { 0 } else { SEND_ERROR_NOT_CONNECTED })
}

/// `on(name, callback)`: keeps the handler for messages of this name.
fn on<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let name: Str = cx.arg(1)?;
    let name = copy_of(name.as_bytes()).map_err(|_| cx.out_of_memory())?;
    let handler = match callback_argument(cx, 2) {
        Some(callback) => Some(cx.handle(callback)?),
        None => None,
    };
    let handlers = &mut state(cx).agent_handlers;
    let known = handlers.iter().position(|(known, _)| *known == name);
    let old = match (known, handler) {
        (Some(position), Some(handler)) => Some(replace(&mut handlers[position].1, handler)),
        (Some(position), None) => Some(handlers.swap_remove(position).1),
        (None, None) => None,
        (None, Some(handler)) => {
            if handlers.try_reserve(1).is_err() {
                cx.release(handler);
                return Err(cx.out_of_memory());
            }
            handlers.push((name, handler));
            None
        }
    };
    if let Some(old) = old {
        cx.release(old);
    }
    Flow::null()
}
