//! `hardware.i2cXX`: one I2C bus.
//!
//! Failed transfers never throw. `write` returns a negative code, `read`
//! returns `null` and keeps the code for `readerror`.

use super::arguments::{NUMBER, STRING, THIS, api_error, zeros};
use crate::board::{I2c, I2cAddress, I2cBus, I2cError};
use crate::runtime::state::state;
use tamias_vm::native::{Cloning, Member, NativeClass};
use tamias_vm::{Cx, Flow, Instance, NativeData, Raise, Returns, Str, library};

/// The speeds that can be configured; the constants `CLOCK_SPEED_…` are these numbers.
const SPEEDS: [u32; 4] = [10_000, 50_000, 100_000, 400_000];

static I2C: NativeClass = NativeClass { type_name: "i2c", members: &I2C_MEMBERS, cloning: Cloning::Refused };

library! {
    static I2C_MEMBERS: "i2c" = [
        Member::function("configure", configure, &[THIS, NUMBER]),
        Member::function("disable", disable, &[THIS]),
        Member::function("read", read, &[THIS, NUMBER, STRING, NUMBER]),
        Member::function("readerror", read_error, &[THIS]),
        Member::function("write", write, &[THIS, NUMBER, STRING]),
    ];
}

/// What the object of a bus carries.
#[derive(Clone, Copy)]
struct I2cObject(I2cBus);

impl NativeData for I2cObject {
    const RELEASE_IS_OBSERVABLE: bool = false;
}

/// The object of a bus.
pub(super) fn new_object<'v>(cx: &mut Cx<'v>, bus: I2cBus) -> Result<Instance<'v>, Raise> {
    cx.new_native(&I2C, I2cObject(bus))
}

fn this_bus(cx: &mut Cx<'_>) -> Result<I2cBus, Raise> {
    let object: Instance = cx.arg(0)?;
    let I2cObject(bus) = *cx.native(object)?;
    Ok(bus)
}

/// Does something with the buses of the board.
fn with_i2c<R>(
    cx: &mut Cx<'_>,
    work: impl FnOnce(&mut dyn I2c) -> Result<R, I2cError>,
) -> Result<R, I2cError> {
    state(cx).board.i2c().map_or(Err(I2cError::NotEnabled), work)
}

/// `configure(clockSpeed)`
fn configure<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let bus = this_bus(cx)?;
    let speed: i32 = cx.arg(1)?;
    let configured = match SPEEDS.into_iter().find(|known| i64::from(*known) == i64::from(speed)) {
        Some(hertz) => with_i2c(cx, |i2c| i2c.configure(bus, hertz)),
        None => Err(I2cError::NotEnabled),
    };
    match configured {
        Ok(()) => Flow::null(),
        Err(_) => Err(api_error(cx, "unsupported clock speed", "i2c.configure(clockSpeed)")),
    }
}

/// `disable()`
fn disable<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let bus = this_bus(cx)?;
    if let Some(i2c) = state(cx).board.i2c() {
        i2c.disable(bus);
    }
    Flow::null()
}

/// `read(deviceAddress, registerAddress, numberOfBytes)`: the bytes as a string, `null` on any error.
fn read<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let bus = this_bus(cx)?;
    let address = I2cAddress::from_eight_bit(cx.arg(1)?);
    let sub_address: Str = cx.arg(2)?;
    let Ok(length) = usize::try_from(cx.arg::<i32>(3)?) else {
        let method = "i2c.read(deviceAddress, registerAddress, numberOfBytes)";
        return Err(api_error(cx, "negative number of bytes", method));
    };
    let mut bytes = zeros(cx, length)?;
    let done = with_i2c(cx, |i2c| i2c.read(bus, address, sub_address.as_bytes(), &mut bytes));
    state(cx).i2c_read_errors[usize::from(bus.0)] = code_of(done);
    match done {
        Ok(()) => Flow::value(cx.string(&bytes)?),
        Err(_) => Flow::null(),
    }
}

/// `readerror()`: the code of the last `read`.
fn read_error<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let bus = this_bus(cx)?;
    Flow::value(state(cx).i2c_read_errors[usize::from(bus.0)])
}

/// `write(deviceAddress, registerPlusData)`: 0, or a negative code.
fn write<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let bus = this_bus(cx)?;
    let address = I2cAddress::from_eight_bit(cx.arg(1)?);
    let data: Str = cx.arg(2)?;
    let done = with_i2c(cx, |i2c| i2c.write(bus, address, data.as_bytes()));
    Flow::value(code_of(done))
}

fn code_of(done: Result<(), I2cError>) -> i32 {
    done.map_or_else(I2cError::code, |()| 0)
}
