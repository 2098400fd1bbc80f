//! `hardware.uartXXXX`: one serial port.
//!
//! Reading never blocks and never throws, not even on a port that is not
//! configured: there is just nothing to read.

use super::arguments::{DATA, NUMBER, OPTIONAL_CALLBACK, THIS, api_error, callback_argument, data_argument};
use super::constants::{
    CALLBACK_WITH_FLAGS, NO_CTSRTS, NO_RX, NO_TX, PARITY_EVEN, PARITY_NONE, PARITY_ODD, TIMING_ENABLED,
};
use super::pin::pin_argument;
use crate::blob::BLOB;
use crate::board::{
    FlowControl, Level, Parity, StopBits, Uart, UartError, UartLines, UartPort, UartSettings, WordSize,
};
use crate::runtime::state::{UartCallbackArgument, UartReadForm, UartState, replace_callback, state};
use alloc::vec::Vec;
use tamias_vm::native::{Cloning, Member, NativeClass};
use tamias_vm::{Cx, Flow, Instance, NativeData, Raise, Returns, TypeMask, library};

const CONFIGURE: &str = "uart.configure(baudRate, wordSize, parity, stopBits, flags, callback)";
const SET_TRANSMIT_ACTIVE: &str = "uart.settxactive(pin, polarity, predelay, postdelay)";
/// Microseconds.
const LONGEST_POST_DELAY: i32 = 5000;
/// The time between two bytes has 23 bits.
const LONGEST_INTERVAL: u32 = 0x7F_FFFF;

static UART: NativeClass =
    NativeClass { type_name: "uart", members: &UART_MEMBERS, cloning: Cloning::Refused };

library! {
    static UART_MEMBERS: "uart" = [
        Member::function("configure", configure,
            &[THIS, NUMBER, NUMBER, NUMBER, NUMBER, NUMBER, OPTIONAL_CALLBACK]).required(5),
        Member::function("disable", disable, &[THIS]),
        Member::function("read", read, &[THIS]),
        Member::function("readstring", read_string, &[THIS, NUMBER]).required(1),
        Member::function("readblob", read_blob, &[THIS, NUMBER]).required(1),
        Member::function("write", write, &[THIS, DATA.or(TypeMask::NUMBER)]),
        Member::function("flush", flush, &[THIS]),
        Member::function("flags", flags, &[THIS]),
        Member::function("setrxfifosize", set_receive_fifo, &[THIS, NUMBER]),
        Member::function("settxfifosize", set_transmit_fifo, &[THIS, NUMBER]),
        Member::function("settxactive", set_transmit_active,
            &[THIS, TypeMask::INSTANCE, NUMBER, NUMBER, NUMBER]).required(3),
    ];
}

/// What the object of a port carries.
#[derive(Clone, Copy)]
struct UartObject(UartPort);

impl NativeData for UartObject {
    const RELEASE_IS_OBSERVABLE: bool = false;
}

/// The object of a port.
pub(super) fn new_object<'v>(cx: &mut Cx<'v>, port: UartPort) -> Result<Instance<'v>, Raise> {
    cx.new_native(&UART, UartObject(port))
}

fn this_port(cx: &mut Cx<'_>) -> Result<UartPort, Raise> {
    let object: Instance = cx.arg(0)?;
    let UartObject(port) = *cx.native(object)?;
    Ok(port)
}

/// What scripts have set up for a port.
fn uart_state<'a>(cx: &'a mut Cx<'_>, port: UartPort) -> &'a mut UartState {
    &mut state(cx).uarts[usize::from(port.0)]
}

/// Does something with the ports of the board.
fn with_uart<R>(
    cx: &mut Cx<'_>,
    method: &str,
    work: impl FnOnce(&mut dyn Uart) -> Result<R, UartError>,
) -> Result<R, Raise> {
    let done = state(cx).board.uart().map_or(Err(UartError::Absent), work);
    done.map_err(|error| api_error(cx, error, method))
}

/// `configure(baudRate, wordSize, parity, stopBits [, flags [, callback]])`: the baud rate that was reached.
fn configure<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let port = this_port(cx)?;
    let flags: i32 = cx.arg::<Option<i32>>(5)?.unwrap_or(0);
    let settings = settings_argument(cx, port, flags)?;
    let reached = with_uart(cx, CONFIGURE, |uart| uart.configure(port, settings))?;
    let setup = uart_state(cx, port);
    setup.events = 0;
    setup.read_form = if flags & TIMING_ENABLED != 0 { UartReadForm::TimedByte } else { UartReadForm::Byte };
    setup.callback_argument = if flags & CALLBACK_WITH_FLAGS != 0 {
        UartCallbackArgument::Flags
    } else {
        UartCallbackArgument::None
    };
    replace_callback(cx, callback_argument(cx, 6), |state| &mut state.uarts[usize::from(port.0)].callback)?;
    Flow::value(i32::try_from(reached).unwrap_or(i32::MAX))
}

fn settings_argument(cx: &mut Cx<'_>, port: UartPort, flags: i32) -> Result<UartSettings, Raise> {
    let (baud, word_size): (i32, i32) = (cx.arg(1)?, cx.arg(2)?);
    let (parity, stop_bits): (i32, i32) = (cx.arg(3)?, cx.arg(4)?);
    let Some(word_size) = word_size_of(word_size) else {
        return Err(api_error(cx, "bad word size", CONFIGURE));
    };
    let Some(parity) = parity_of(parity) else { return Err(api_error(cx, "bad parity", CONFIGURE)) };
    let Some(stop_bits) = stop_bits_of(stop_bits) else {
        return Err(api_error(cx, "bad stop bits", CONFIGURE));
    };
    let setup = uart_state(cx, port);
    Ok(UartSettings {
        baud: baud.max(0).unsigned_abs(),
        word_size,
        parity,
        stop_bits,
        flow_control: if flags & NO_CTSRTS != 0 { FlowControl::Off } else { FlowControl::RtsCts },
        lines: match (flags & NO_RX != 0, flags & NO_TX != 0) {
            (true, false) => UartLines::TransmitOnly,
            (false, true) => UartLines::ReceiveOnly,
            _ => UartLines::Both,
        },
        receive_fifo: setup.receive_fifo,
        transmit_fifo: setup.transmit_fifo,
    })
}

fn word_size_of(bits: i32) -> Option<WordSize> {
    match bits {
        7 => Some(WordSize::Seven),
        8 => Some(WordSize::Eight),
        _ => None,
    }
}

fn parity_of(parity: i32) -> Option<Parity> {
    match parity {
        PARITY_NONE => Some(Parity::None),
        PARITY_EVEN => Some(Parity::Even),
        PARITY_ODD => Some(Parity::Odd),
        _ => None,
    }
}

fn stop_bits_of(bits: i32) -> Option<StopBits> {
    match bits {
        1 => Some(StopBits::One),
        2 => Some(StopBits::Two),
        _ => None,
    }
}

/// `disable()`: the callback goes with the configuration.
fn disable<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let port = this_port(cx)?;
    if let Some(uart) = state(cx).board.uart() {
        uart.disable(port);
    }
    replace_callback(cx, None, |state| &mut state.uarts[usize::from(port.0)].callback)?;
    Flow::null()
}

/// `read()`: the oldest byte, or -1. With `TIMING_ENABLED` the microseconds since the byte before stand above it.
fn read<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let port = this_port(cx)?;
    let form = uart_state(cx, port).read_form;
    let received = state(cx).board.uart().and_then(|uart| uart.read_byte(port));
    Flow::value(match received {
        None => -1,
        Some(received) => match form {
            UartReadForm::Byte => i32::from(received.byte),
            UartReadForm::TimedByte => {
                let interval = received.interval_micros.min(LONGEST_INTERVAL);
                (interval << 8 | u32::from(received.byte)) as i32
            }
        },
    })
}

/// Takes the number of bytes in argument 1, or of the whole FIFO; less if there are not so many.
fn receive(cx: &mut Cx<'_>) -> Result<Vec<u8>, Raise> {
    let port = this_port(cx)?;
    let fifo = uart_state(cx, port).receive_fifo;
    let wanted = cx.arg::<Option<i32>>(1)?.map_or(fifo, |count| usize::try_from(count).unwrap_or(0));
    let mut bytes = Vec::new();
    if let Some(uart) = state(cx).board.uart() {
        let count = wanted.min(uart.available(port));
        if bytes.try_reserve_exact(count).is_err() {
            return Err(cx.out_of_memory());
        }
        bytes.extend((0..count).map_while(|_| uart.read_byte(port)).map(|received| received.byte));
    }
    Ok(bytes)
}

/// `readstring([n])`
fn read_string<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let bytes = receive(cx)?;
    Flow::value(cx.string(&bytes)?)
}

/// `readblob([n])`
fn read_blob<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let bytes = receive(cx)?;
    let blob = cx.new_blob(&BLOB, bytes.len())?;
    cx.bytes(blob)?.copy_from_slice(&bytes);
    Flow::value(blob)
}

/// `write(data)`: a byte, a string or a blob.
fn write<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let port = this_port(cx)?;
    let method = "uart.write(data)";
    if cx.raw_arg(1).to_float().is_some() {
        let byte: i32 = cx.arg(1)?;
        with_uart(cx, method, |uart| uart.write(port, &[byte as u8]))?;
    } else {
        let data = data_argument(cx, 1)?;
        with_uart(cx, method, |uart| uart.write(port, &data))?;
    }
    Flow::null()
}

/// `flush()`: waits until everything is sent.
fn flush<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let port = this_port(cx)?;
    if let Some(uart) = state(cx).board.uart() {
        uart.flush(port);
    }
    Flow::null()
}

/// `flags()`: what has happened since the last call.
fn flags<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let port = this_port(cx)?;
    let new = state(cx).board.uart().map_or(0, |uart| uart.take_events(port).bits());
    let seen = core::mem::take(&mut uart_state(cx, port).events);
    Flow::value(i32::from(seen | new))
}

/// `setrxfifosize(n)`: counts from the next `configure` on.
fn set_receive_fifo<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let port = this_port(cx)?;
    let size = fifo_size_argument(cx, "uart.setrxfifosize(n)")?;
    uart_state(cx, port).receive_fifo = size;
    Flow::null()
}

/// `settxfifosize(n)`: as `setrxfifosize`.
fn set_transmit_fifo<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let port = this_port(cx)?;
    let size = fifo_size_argument(cx, "uart.settxfifosize(n)")?;
    uart_state(cx, port).transmit_fifo = size;
    Flow::null()
}

fn fifo_size_argument(cx: &mut Cx<'_>, method: &str) -> Result<usize, Raise> {
    let size: i32 = cx.arg(1)?;
    match usize::try_from(size) {
        Ok(size) if size > 0 => Ok(size),
        _ => Err(api_error(cx, "bad size", method)),
    }
}

/// `settxactive(pin, polarity [, preDelay [, postDelay]])`: the delays are shorter than what boards can tell apart.
fn set_transmit_active<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let port = this_port(cx)?;
    let pin = pin_argument(cx, 1)?;
    let active = Level::from_integer(cx.arg(2)?);
    if cx.arg::<Option<i32>>(4)?.is_some_and(|delay| delay > LONGEST_POST_DELAY) {
        return Err(api_error(cx, "postdelay > 5ms not allowed", SET_TRANSMIT_ACTIVE));
    }
    with_uart(cx, SET_TRANSMIT_ACTIVE, |uart| uart.set_transmit_active(port, pin, active))?;
    Flow::null()
}
