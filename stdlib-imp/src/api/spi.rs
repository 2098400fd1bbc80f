//! `hardware.spiXXXX`: one SPI bus.

use super::arguments::{ANY, DATA, NUMBER, THIS, api_error, data_argument, zeros};
use super::constants::{
    CLOCK_2ND_EDGE, CLOCK_IDLE_HIGH, LSB_FIRST, NO_SCLK, SIMPLEX_RX, SIMPLEX_TX, USE_CS_L,
};
use crate::blob::BLOB;
use crate::board::{
    BitOrder, ChipSelect, ClockIdle, ClockSampling, Spi, SpiBus, SpiError, SpiSettings, SpiWires,
};
use crate::runtime::state::state;
use alloc::vec::Vec;
use tamias_vm::native::{Cloning, Member, NativeClass};
use tamias_vm::{Cx, Flow, Instance, NativeData, Raise, Returns, library};

static SPI: NativeClass = NativeClass { type_name: "spi", members: &SPI_MEMBERS, cloning: Cloning::Refused };

library! {
    static SPI_MEMBERS: "spi" = [
        Member::function("configure", configure, &[THIS, NUMBER, NUMBER]),
        Member::function("disable", disable, &[THIS]),
        Member::function("write", write, &[THIS, DATA]),
        Member::function("writeread", write_read, &[THIS, DATA]),
        Member::function("readblob", read_blob, &[THIS, NUMBER]),
        Member::function("readstring", read_string, &[THIS, NUMBER]),
        Member::function("chipselect", chip_select, &[THIS, ANY]),
    ];
}

/// What the object of a bus carries.
#[derive(Clone, Copy)]
struct SpiObject(SpiBus);

impl NativeData for SpiObject {
    const RELEASE_IS_OBSERVABLE: bool = false;
}

/// The object of a bus.
pub(super) fn new_object<'v>(cx: &mut Cx<'v>, bus: SpiBus) -> Result<Instance<'v>, Raise> {
    cx.new_native(&SPI, SpiObject(bus))
}

/// Does something with the bus in `this`.
fn with_spi<R>(
    cx: &mut Cx<'_>,
    method: &str,
    work: impl FnOnce(&mut dyn Spi, SpiBus) -> Result<R, SpiError>,
) -> Result<R, Raise> {
    let object: Instance = cx.arg(0)?;
    let SpiObject(bus) = *cx.native(object)?;
    let done = match state(cx).board.spi() {
        Some(spi) => work(spi, bus),
        None => Err(SpiError::Absent),
    };
    done.map_err(|error| api_error(cx, error, method))
}

/// `configure(modeFlags, dataRate)`: the rate in kHz that was reached.
fn configure<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let (flags, rate): (i32, i32) = (cx.arg(1)?, cx.arg(2)?);
    let settings = settings_of(flags, rate.max(0).unsigned_abs());
    let reached =
        with_spi(cx, "spi.configure(modeFlags, dataRate)", |spi, bus| spi.configure(bus, settings))?;
    Flow::value(i32::try_from(reached).unwrap_or(i32::MAX))
}

fn settings_of(flags: i32, kilohertz: u32) -> SpiSettings {
    let has = |flag: i32| flags & flag != 0;
    SpiSettings {
        kilohertz,
        clock_idle: if has(CLOCK_IDLE_HIGH) { ClockIdle::High } else { ClockIdle::Low },
        sampling: if has(CLOCK_2ND_EDGE) { ClockSampling::SecondEdge } else { ClockSampling::FirstEdge },
        bit_order: if has(LSB_FIRST) { BitOrder::LsbFirst } else { BitOrder::MsbFirst },
        wires: match (has(SIMPLEX_TX), has(SIMPLEX_RX)) {
            (true, false) if has(NO_SCLK) => SpiWires::TransmitWithoutClock,
            (true, false) => SpiWires::TransmitOnly,
            (false, true) => SpiWires::ReceiveOnly,
            _ => SpiWires::Duplex,
        },
        chip_select: has(USE_CS_L).then_some(ChipSelect::Released),
    }
}

/// `disable()`
fn disable<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    with_spi(cx, "spi.disable()", |spi, bus| {
        spi.disable(bus);
        Ok(())
    })?;
    Flow::null()
}

/// `write(data)`: the number of bytes.
fn write<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let data = data_argument(cx, 1)?;
    with_spi(cx, "spi.write(data)", |spi, bus| spi.write(bus, &data))?;
    Flow::value(data.len())
}

/// `writeread(data)`: what came back, in the form of the argument.
fn write_read<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let mut data = data_argument(cx, 1)?;
    with_spi(cx, "spi.writeread(data)", |spi, bus| spi.transfer(bus, &mut data))?;
    match cx.raw_arg(1).as_str() {
        Some(_) => Flow::value(cx.string(&data)?),
        None => new_blob(cx, &data),
    }
}

/// `readblob(n)`: sends zeros meanwhile.
fn read_blob<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let bytes = receive(cx, "spi.readblob(n)")?;
    new_blob(cx, &bytes)
}

/// `readstring(n)`: as `readblob`.
fn read_string<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let bytes = receive(cx, "spi.readstring(n)")?;
    Flow::value(cx.string(&bytes)?)
}

fn receive(cx: &mut Cx<'_>, method: &str) -> Result<Vec<u8>, Raise> {
    let Ok(length) = usize::try_from(cx.arg::<i32>(1)?) else {
        return Err(api_error(cx, "negative number of bytes", method));
    };
    let mut bytes = zeros(cx, length)?;
    with_spi(cx, method, |spi, bus| spi.transfer(bus, &mut bytes))?;
    Ok(bytes)
}

fn new_blob<'v>(cx: &mut Cx<'v>, bytes: &[u8]) -> Returns<'v> {
    let blob = cx.new_blob(&BLOB, bytes.len())?;
    cx.bytes(blob)?.copy_from_slice(bytes);
    Flow::value(blob)
}

/// `chipselect(select)`: 1 drives the line low, so that the device listens; 0 releases it.
fn chip_select<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let select = if cx.arg::<bool>(1)? { ChipSelect::Asserted } else { ChipSelect::Released };
    with_spi(cx, "spi.chipselect(select)", |spi, bus| spi.chip_select(bus, select))?;
    Flow::null()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_are_decoded() {
        let settings = settings_of(SIMPLEX_TX | NO_SCLK | CLOCK_2ND_EDGE, 7500);
        assert_eq!(settings.wires, SpiWires::TransmitWithoutClock);
        assert_eq!(settings.sampling, ClockSampling::SecondEdge);
        assert_eq!(settings.chip_select, None);
        let settings = settings_of(USE_CS_L | CLOCK_IDLE_HIGH | LSB_FIRST, 7500);
        assert_eq!(settings.wires, SpiWires::Duplex);
        assert_eq!(settings.bit_order, BitOrder::LsbFirst);
        assert_eq!(settings.chip_select, Some(ChipSelect::Released));
    }
}
