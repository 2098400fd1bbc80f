//! What the natives of the imp API share: the board, and everything that a
//! program has asked the runtime to do later.
//!
//! It is the host of the runtime's VM, so that natives reach it with
//! [`state`]. Callbacks are kept as handles. A handle has to be given back to
//! the VM when its callback is replaced, has fired or is cancelled: whatever
//! the closure has captured may be released then.

use super::StopReason;
use super::connection::Connection;
use crate::board::{Board, ModuleProfile, Severity, UartPort};
use crate::clock::WallClock;
use crate::events::Event;
use crate::timers::TimerQueue;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::any::Any;
use core::fmt::Write;
use tamias_vm::{Cx, Handle, Local, Output, Raise};

/// Something to be done when its time has come.
pub(crate) enum Task {
    /// Run the callback of `imp.wakeup`.
    Callback(Handle),
    /// End the attempt of `server.connect` with success.
    Connected(Option<Handle>),
}

impl Task {
    /// The callback in it.
    pub fn into_callback(self) -> Option<Handle> {
        match self {
            Task::Callback(callback) => Some(callback),
            Task::Connected(callback) => callback,
        }
    }
}

/// Who goes first if both have something to do. They take turns, so that neither a busy pin nor timers
/// without delay keep the other from running.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    Events,
    Timers,
}

/// What scripts have set up for a serial port.
pub(crate) struct UartState {
    pub callback: Option<Handle>,
    pub callback_argument: UartCallbackArgument,
    pub read_form: UartReadForm,
    pub receive_fifo: usize,
    pub transmit_fifo: usize,
    /// Bits for `flags()`.
    pub events: u8,
}

/// What a callback of a serial port is called with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum UartCallbackArgument {
    /// Nothing, and only when data have come.
    None,
    /// The event bits (`CALLBACK_WITH_FLAGS`).
    Flags,
}

/// What `uart.read()` returns.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum UartReadForm {
    Byte,
    /// With the time since the byte before (`TIMING_ENABLED`).
    TimedByte,
}

/// The host of the natives.
pub(crate) struct RuntimeState {
    pub board: Box<dyn Board>,
    /// When the module booted, on the clock of the board.
    pub boot_micros: u64,
    /// When the program started.
    pub start_micros: u64,
    pub timers: TimerQueue<Task>,
    pub on_idle: Option<Handle>,
    pub on_unhandled_exception: Option<Handle>,
    pub connection: Connection,
    /// The objects of pins and buses, made when they are first used; see [`crate::api::parts`].
    pub part_objects: Vec<Option<Handle>>,
    /// By pin.
    pub pin_callbacks: Vec<Option<Handle>>,
    /// By bus: the results of `readerror()`.
    pub i2c_read_errors: Vec<i32>,
    /// By port.
    pub uarts: Vec<UartState>,
    /// The handlers of `agent.on`.
    pub agent_handlers: Vec<(Vec<u8>, Handle)>,
    pub power_save: bool,
    pub send_buffer_bytes: i32,
    /// Why a native has halted the program.
    pub stop_reason: Option<StopReason>,
    pub(super) turn: Turn,
    /// A port whose callback left data unread.
    pub(super) unread_uart: Option<UartPort>,
}

impl RuntimeState {
    pub(super) fn new(
        mut board: Box<dyn Board>,
        boot_micros: Option<u64>,
        timer_limit: usize,
    ) -> RuntimeState {
        let now = board.clock().micros();
        let profile = board.profile();
        RuntimeState {
            boot_micros: boot_micros.unwrap_or(now),
            start_micros: now,
            timers: TimerQueue::with_limit(timer_limit),
            on_idle: None,
            on_unhandled_exception: None,
            connection: Connection::new(),
            part_objects: none_for_each(crate::api::parts::part_count(profile)),
            pin_callbacks: none_for_each(profile.pins.len()),
            i2c_read_errors: profile.i2c.iter().map(|_| 0).collect(),
            uarts: profile.uart.iter().map(|_| UartState::new()).collect(),
            agent_handlers: Vec::new(),
            power_save: false,
            send_buffer_bytes: crate::api::imp::DEFAULT_SEND_BUFFER,
            stop_reason: None,
            turn: Turn::Events,
            unread_uart: None,
            board,
        }
    }

    /// Microseconds on the clock of the board.
    pub fn now(&mut self) -> u64 {
        self.board.clock().micros()
    }

    /// What `clock()`, `time()` and `date()` show.
    pub fn wall_clock(&mut self) -> WallClock {
        let start = self.start_micros;
        WallClock::read(self.board.clock(), start)
    }

    /// The module.
    pub fn profile(&self) -> &'static ModuleProfile {
        self.board.profile()
    }

    /// Writes an entry of the log. What is not UTF-8 appears as `binary: ` and its bytes in hexadecimal.
    pub fn log(&mut self, severity: Severity, text: &[u8]) {
        match core::str::from_utf8(text) {
            Ok(text) => self.board.log().line(severity, text),
            Err(_) => {
                let text = binary_text(text);
                self.board.log().line(severity, &text);
            }
        }
    }

    /// The next event of the board, or that of a port whose callback left data unread.
    pub(super) fn take_event(&mut self) -> Option<Event> {
        match self.unread_uart.take() {
            Some(port) => Some(Event::UartChanged(port)),
            None => self.board.take_event(),
        }
    }
}

impl UartState {
    fn new() -> UartState {
        UartState {
            callback: None,
            callback_argument: UartCallbackArgument::None,
            read_form: UartReadForm::Byte,
            receive_fifo: crate::board::UartSettings::DEFAULT_FIFO,
            transmit_fifo: crate::board::UartSettings::DEFAULT_FIFO,
            events: 0,
        }
    }
}

fn none_for_each<T>(count: usize) -> Vec<Option<T>> {
    core::iter::repeat_with(|| None).take(count).collect()
}

fn binary_text(bytes: &[u8]) -> String {
    let mut text = String::new();
    if text.try_reserve("binary:".len() + bytes.len() * " 00".len()).is_err() {
        return text;
    }
    text.push_str("binary:");
    for byte in bytes {
        // Writing to a string cannot fail.
        let _ = write!(text, " {byte:02x}");
    }
    text
}

/// Where `print` and `error` go.
pub(super) fn print(host: &mut dyn Any, output: Output, text: &[u8]) {
    let severity = match output {
        Output::Print => Severity::Log,
        Output::Error => Severity::Error,
    };
    if let Some(state) = host.downcast_mut::<RuntimeState>() {
        state.log(severity, text.strip_suffix(b"\n").unwrap_or(text));
    }
}

/// The state of the runtime that the program runs in.
///
/// # Panics
/// If there is no runtime: [`super::Runtime`] alone installs the natives that call this.
pub(crate) fn state<'a>(cx: &'a mut Cx<'_>) -> &'a mut RuntimeState {
    cx.host().expect("the imp API is installed by the runtime only, which is the host of its VM")
}

/// Replaces a callback that the state keeps, and lets go of the old one.
pub(crate) fn replace_callback<'v>(
    cx: &mut Cx<'v>,
    callback: Option<Local<'v>>,
    place: impl FnOnce(&mut RuntimeState) -> &mut Option<Handle>,
) -> Result<(), Raise> {
    let new = match callback {
        Some(callback) => Some(cx.handle(callback)?),
        None => None,
    };
    let old = core::mem::replace(place(state(cx)), new);
    if let Some(old) = old {
        cx.release(old);
    }
    Ok(())
}

/// The value of a handle that the state keeps.
pub(crate) fn kept_value<'v>(
    cx: &mut Cx<'v>,
    place: impl Fn(&mut RuntimeState) -> &mut Option<Handle>,
) -> Option<Local<'v>> {
    // It is taken out meanwhile, because the state is borrowed from the context.
    let handle = place(state(cx)).take()?;
    let value = cx.get(&handle);
    *place(state(cx)) = Some(handle);
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::binary_text;

    #[test]
    fn binary_entries_are_hexadecimal() {
        assert_eq!(binary_text(b"\x00\xff7"), "binary: 00 ff 37");
    }
}
