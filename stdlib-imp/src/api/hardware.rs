//! `hardware`: pins, buses, clocks and measurements.

use super::arguments::{ANY, hexadecimal};
use super::optional;
use super::parts::part;
use crate::board::profile::ModuleFeature;
use crate::board::{Power, WakeReason};
use crate::runtime::state::{RuntimeState, state};
use tamias_vm::native::{Member, NativeFunction};
use tamias_vm::{Cx, Flow, Local, Raise, Returns, Str, library};

const MICROS_PER_MILLI: u64 = 1000;

library! {
    /// The object `hardware`.
    pub(crate) static HARDWARE: "hardware" = [
        Member::function("millis", millis, &[ANY]),
        Member::function("micros", micros, &[ANY]),
        Member::function("getdeviceid", device_id, &[ANY]),
        Member::function("getimpeeid", device_id, &[ANY]),
        Member::function("wakereason", wake_reason, &[ANY]),
        optional("voltage", measurement),
        optional("vbat", measurement),
        optional("lightlevel", measurement),
        // Once it chose between the functions of pins; now the buses do that themselves.
        Member::function("configure", no_effect, &[ANY, ANY]),

        part("pin1"), part("pin2"), part("pin5"), part("pin6"), part("pin7"), part("pin8"), part("pin9"),
        part("pinA"), part("pinB"), part("pinC"), part("pinD"), part("pinE"), part("pinF"), part("pinG"),
        part("pinH"), part("pinJ"), part("pinK"), part("pinL"), part("pinM"), part("pinN"), part("pinP"),
        part("pinQ"), part("pinR"), part("pinS"), part("pinT"), part("pinU"), part("pinV"), part("pinW"),
        part("pinX"), part("pinY"),
        part("pinXA"), part("pinXB"), part("pinXC"), part("pinXD"), part("pinXE"), part("pinXF"), part("pinXG"),
        part("pinXH"), part("pinXJ"), part("pinXK"), part("pinXL"), part("pinXM"), part("pinXN"), part("pinXP"),
        part("pinXQ"), part("pinXR"), part("pinXS"), part("pinXT"), part("pinXU"), part("pinXV"), part("pinXW"),
        part("pinYA"), part("pinYB"), part("pinYC"), part("pinYD"), part("pinYE"), part("pinYF"), part("pinYG"),
        part("pinYH"), part("pinYJ"), part("pinYK"), part("pinYL"), part("pinYM"), part("pinYN"), part("pinYP"),
        part("pinYQ"), part("pinYR"), part("pinYS"), part("pinYT"), part("pinYU"),

        part("i2c89"), part("i2c12"), part("i2cFG"), part("i2cAB"), part("i2cNM"), part("i2cQP"), part("i2cJK"),
        part("i2c0"), part("i2cLM"), part("i2cTU"), part("i2cJH"), part("i2cKL"), part("i2cXBA"), part("i2cXDC"),

        part("spi257"), part("spi189"), part("spiEBCA"), part("spiLGDK"), part("spiAHSR"), part("spiGJKL"),
        part("spiBCAD"), part("spi0"), part("spiEFGH"), part("spiXABCD"), part("spiXPQRS"), part("spiXTUVW"),
        part("spiDCAB"), part("spiPQRS"), part("spiEVMT"), part("spiYJTHU"), part("spiYRFES"),

        part("uart1289"), part("uart57"), part("uart12"), part("uart6E"), part("uartB"), part("uartFG"),
        part("uartQRPW"), part("uartUVGD"), part("uartWJ"), part("uartDM"), part("uartBCAW"), part("uartFGJH"),
        part("uartHJ"), part("uartQ"), part("uart0"), part("uart1"), part("uart2"), part("uartABCD"),
        part("uartPQRS"), part("uartXEFGH"), part("uartXJKLM"), part("uartYABCD"), part("uartYEFGH"),
        part("uartYJKLM"), part("uartDCAB"), part("uartEVMT"), part("uartNU"), part("uartHJKL"),
        part("uartPQSR"), part("uartXBADC"),
    ];
}

static VOLTAGE: NativeFunction = NativeFunction::new("voltage", voltage, &[ANY]);
static BATTERY_VOLTAGE: NativeFunction = NativeFunction::new("vbat", battery_voltage, &[ANY]);
static LIGHT_LEVEL: NativeFunction = NativeFunction::new("lightlevel", light_level, &[ANY]);

/// The methods that need a part which not every module or board has.
fn measurement<'v>(cx: &mut Cx<'v>, name: &'static str) -> Result<Option<Local<'v>>, Raise> {
    let state = state(cx);
    let (feature, method) = match name {
        "voltage" => (ModuleFeature::SupplyVoltage, &VOLTAGE),
        "vbat" => (ModuleFeature::BatteryVoltage, &BATTERY_VOLTAGE),
        _ => (ModuleFeature::LightSensor, &LIGHT_LEVEL),
    };
    let exists = state.profile().has(feature)
        && match feature {
            ModuleFeature::SupplyVoltage => supply_volts(state).is_some(),
            ModuleFeature::BatteryVoltage => battery_volts(state).is_some(),
            _ => state.board.light_level().is_some(),
        };
    Ok(exists.then(|| method.into()))
}

fn supply_volts(state: &mut RuntimeState) -> Option<f32> {
    state.board.power().and_then(Power::supply_volts)
}

fn battery_volts(state: &mut RuntimeState) -> Option<f32> {
    state.board.power().and_then(Power::battery_volts)
}

/// `voltage()`: the supply, in volts.
fn voltage<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    Flow::value(supply_volts(state(cx)))
}

/// `vbat()`: the battery, in volts.
fn battery_voltage<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    Flow::value(battery_volts(state(cx)))
}

/// `lightlevel()`: 0 for dark to 65535.
fn light_level<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    Flow::value(state(cx).board.light_level().map(i32::from))
}

/// Time since the module booted.
fn uptime_micros(cx: &mut Cx<'_>) -> u64 {
    let state = state(cx);
    state.now().saturating_sub(state.boot_micros)
}

/// `millis()`: wraps around after 49 days, by way of negative numbers.
fn millis<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    Flow::value((uptime_micros(cx) / MICROS_PER_MILLI) as i32)
}

/// `micros()`: wraps around after 71 minutes, by way of negative numbers.
fn micros<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    Flow::value(uptime_micros(cx) as i32)
}

/// `getdeviceid()`
fn device_id<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    Flow::value(device_id_text(cx)?)
}

/// The number of the device: 16 hexadecimal digits.
pub(super) fn device_id_text<'v>(cx: &mut Cx<'v>) -> Result<Str<'v>, Raise> {
    let number = state(cx).board.device_id();
    cx.string(&hexadecimal::<16>(number))
}

/// `wakereason()`
fn wake_reason<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let reason = state(cx).board.power().map_or(WakeReason::PowerOn, |power| power.wake_reason());
    Flow::value(reason.code())
}

fn no_effect<'v>(_: &mut Cx<'v>) -> Returns<'v> {
    Flow::null()
}
