//! `server`: the log and the connection.

use super::arguments::{ANY, NUMBER, OPTIONAL_CALLBACK, api_error, callback_argument, seconds_argument};
use super::constants::{
    RETURN_ON_ERROR, RETURN_ON_ERROR_NO_DISCONNECT, SEND_ERROR_NOT_CONNECTED, SUSPEND_ON_ERROR,
};
use super::optional;
use super::sleep::{sleep_method, stop};
use crate::board::Severity;
use crate::runtime::StopReason;
use crate::runtime::connection::ReconnectPolicy;
use crate::runtime::state::{replace_callback, state};
use tamias_vm::native::{Member, NativeFunction};
use tamias_vm::{Cx, Flow, Handle, Returns, Str, library};

library! {
    /// The object `server`.
    pub(super) static SERVER: "server" = [
        Member::function("log", log, &[ANY, ANY]),
        Member::function("error", error, &[ANY, ANY]),
        Member::function("isconnected", is_connected, &[ANY]),
        Member::function("connect", connect, &[ANY, OPTIONAL_CALLBACK, NUMBER]).required(1),
        Member::function("disconnect", disconnect, &[ANY]),
        Member::function("flush", flush, &[ANY, NUMBER]),
        Member::function("setsendtimeoutpolicy", set_send_timeout_policy, &[ANY, NUMBER, NUMBER, NUMBER]),
        Member::function("onunexpecteddisconnect", on_unexpected_disconnect, &[ANY, OPTIONAL_CALLBACK]),
        Member::function("onshutdown", on_shutdown, &[ANY, OPTIONAL_CALLBACK]),
        optional("sleepfor", sleep_method),
        optional("sleepuntil", sleep_method),
        Member::function("expectonlinein", expect_online_in, &[ANY, NUMBER]),
        Member::function("expectonlineat", expect_online_at, &[ANY, NUMBER, NUMBER, NUMBER, NUMBER]).required(3),
        Member::function("restart", restart, &[ANY]),
    ];
}

library! {
    /// The object `server` of an agent.
    pub(super) static AGENT_SERVER: "server" = [
        Member::function("log", log, &[ANY, ANY]),
        Member::function("error", error, &[ANY, ANY]),
    ];
}

/// The second half of `server.log()`: it gets a text.
static LOG_TEXT: NativeFunction =
    NativeFunction { stringified_from: 1, ..NativeFunction::new("log", log_text, &[ANY, ANY]) };
/// The second half of `server.error()`.
static ERROR_TEXT: NativeFunction =
    NativeFunction { stringified_from: 1, ..NativeFunction::new("error", error_text, &[ANY, ANY]) };

/// `log(message)`: 0, or a code if there is no connection.
fn log<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    log_value(cx, Severity::Log, &LOG_TEXT)
}

/// `error(message)`: as `log`.
fn error<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    log_value(cx, Severity::Error, &ERROR_TEXT)
}

/// Blobs are logged as their bytes, everything else as the text that the VM makes of it.
fn log_value<'v>(cx: &mut Cx<'v>, severity: Severity, log_text: &'static NativeFunction) -> Returns<'v> {
    let value = cx.raw_arg(1);
    match value.as_instance().filter(|instance| instance.is_blob()) {
        Some(blob) => {
            let length = cx.bytes(blob)?.len();
            let text = cx.string_of_bytes(blob, 0..length)?;
            send_to_log(cx, severity, text)
        }
        None => cx.tail_call(log_text, cx.this(), [value]),
    }
}

fn log_text<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let text: Str = cx.arg(1)?;
    send_to_log(cx, Severity::Log, text)
}

fn error_text<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let text: Str = cx.arg(1)?;
    send_to_log(cx, Severity::Error, text)
}

fn send_to_log<'v>(cx: &mut Cx<'v>, severity: Severity, text: Str<'v>) -> Returns<'v> {
    let state = state(cx);
    if !state.can_send() {
        return Flow::value(SEND_ERROR_NOT_CONNECTED);
    }
    state.log(severity, text.as_bytes());
    Flow::value(0)
}

/// `isconnected()`
fn is_connected<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    Flow::value(state(cx).connection.is_connected())
}

/// `connect([callback [, timeout]])`: under `SUSPEND_ON_ERROR` it waits, otherwise the callback gets the result.
/// A device that is connected already has nothing to report.
fn connect<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let connection = &state(cx).connection;
    if connection.is_connected() {
        return Flow::null();
    }
    if connection.policy == ReconnectPolicy::SuspendOnError {
        state(cx).can_send();
        return Flow::null();
    }
    let callback = match callback_argument(cx, 1) {
        Some(callback) => Some(cx.handle(callback)?),
        None => None,
    };
    let dropped = state(cx).connect(callback);
    release(cx, dropped);
    Flow::null()
}

fn release(cx: &mut Cx<'_>, callback: Option<Handle>) {
    if let Some(callback) = callback {
        cx.release(callback);
    }
}

/// `disconnect()`: ends the connection, or the attempt to get one without calling its callback.
fn disconnect<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let dropped = state(cx).disconnect();
    release(cx, dropped);
    Flow::null()
}

/// `flush(timeout)`: whether everything has been sent, which is so while there is a connection.
fn flush<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    is_connected(cx)
}

/// `setsendtimeoutpolicy(reconnectPolicy, waitPolicy, timeout)`: nothing ever waits here, so that only the first
/// one matters.
fn set_send_timeout_policy<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let policy = match cx.arg(1)? {
        SUSPEND_ON_ERROR => ReconnectPolicy::SuspendOnError,
        RETURN_ON_ERROR | RETURN_ON_ERROR_NO_DISCONNECT => ReconnectPolicy::ReturnOnError,
        _ => {
            let method = "server.setsendtimeoutpolicy(reconnectPolicy, waitPolicy, timeout)";
            return Err(api_error(cx, "unknown policy", method));
        }
    };
    state(cx).connection.policy = policy;
    Flow::null()
}

/// `onunexpecteddisconnect(callback)`: no connection ends unexpectedly.
fn on_unexpected_disconnect<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    replace_callback(cx, callback_argument(cx, 1), |state| &mut state.connection.on_unexpected_disconnect)?;
    Flow::null()
}

/// `onshutdown(callback)`: nobody asks for a restart but the program.
fn on_shutdown<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    replace_callback(cx, callback_argument(cx, 1), |state| &mut state.connection.on_shutdown)?;
    Flow::null()
}

/// `expectonlinein(seconds)`: disconnects.
fn expect_online_in<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    seconds_argument(cx, 1)?;
    announce_absence(cx)
}

/// `expectonlineat(hour, minute [, second [, dayOfWeek]])`: disconnects.
fn expect_online_at<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    announce_absence(cx)
}

fn announce_absence<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    if !state(cx).can_send() {
        return Flow::value(SEND_ERROR_NOT_CONNECTED);
    }
    disconnect(cx)?;
    Flow::value(0)
}

/// `restart()`: starts the program again.
fn restart<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    Err(stop(cx, StopReason::Restart))
}
