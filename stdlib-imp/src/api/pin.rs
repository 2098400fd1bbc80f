//! `hardware.pinX`: one pin.

use super::arguments::{ANY, NUMBER, THIS, api_error, micros_of, seconds_argument};
use super::constants::{
    ANALOG_IN, ANALOG_OUT, DIGITAL_IN, DIGITAL_IN_PULLDOWN, DIGITAL_IN_PULLUP, DIGITAL_IN_WAKEUP,
    DIGITAL_OUT, DIGITAL_OUT_OD, DIGITAL_OUT_OD_PULLUP, PULSE_COUNTER, PWM_OUT, PWM_OUT_STEPS,
};
use crate::board::profile::PinCapability;
use crate::board::{ChangeEvents, Drive, Level, PinError, PinId, PinMode, Pins, Pull, PwmResolution};
use crate::runtime::state::{replace_callback, state};
use tamias_vm::native::{Cloning, Member, NativeClass};
use tamias_vm::{Cx, Flow, Instance, Local, NativeData, Raise, Returns, TypeMask, library};

const CONFIGURE: &str = "pin.configure(mode)";

/// The classes of pins: `getsteps` exists only where there is PWM.
static PIN: NativeClass = NativeClass { type_name: "pin", members: &PIN_MEMBERS, cloning: Cloning::Refused };
static PWM_PIN: NativeClass =
    NativeClass { type_name: "pin", members: &PWM_PIN_MEMBERS, cloning: Cloning::Refused };

const CONFIGURE_MEMBER: Member =
    Member::function("configure", configure, &[THIS, NUMBER, ANY, ANY, ANY]).required(2);
const READ_MEMBER: Member = Member::function("read", read, &[THIS]);
const WRITE_MEMBER: Member = Member::function("write", write, &[THIS, NUMBER.or(TypeMask::BOOL)]);
const PERIOD_MEMBER: Member = Member::function("getperiod", period, &[THIS]);

library! {
    static PIN_MEMBERS: "pin" = [CONFIGURE_MEMBER, READ_MEMBER, WRITE_MEMBER, PERIOD_MEMBER];
}

library! {
    static PWM_PIN_MEMBERS: "pin" = [
        CONFIGURE_MEMBER,
        READ_MEMBER,
        WRITE_MEMBER,
        PERIOD_MEMBER,
        Member::function("getsteps", steps, &[THIS]),
    ];
}

/// What the object of a pin carries.
#[derive(Clone, Copy)]
struct PinObject(PinId);

impl NativeData for PinObject {
    const RELEASE_IS_OBSERVABLE: bool = false;
}

/// The object of a pin.
pub(super) fn new_object<'v>(cx: &mut Cx<'v>, pin: PinId) -> Result<Instance<'v>, Raise> {
    let has_pwm = state(cx).profile().pin_profile(pin).is_some_and(|profile| profile.can(PinCapability::Pwm));
    cx.new_native(if has_pwm { &PWM_PIN } else { &PIN }, PinObject(pin))
}

/// The pin whose object an argument is.
pub(super) fn pin_argument(cx: &mut Cx<'_>, position: usize) -> Result<PinId, Raise> {
    let object: Instance = cx.arg(position)?;
    let PinObject(pin) = *cx.native(object)?;
    Ok(pin)
}

/// Does something with the pin in `this`.
fn with_pin<'v, R>(
    cx: &mut Cx<'v>,
    method: &str,
    work: impl FnOnce(&mut dyn Pins, PinId) -> Result<R, PinError>,
) -> Result<R, Raise> {
    let pin = pin_argument(cx, 0)?;
    let done = match state(cx).board.pins() {
        Some(pins) => work(pins, pin),
        None => Err(PinError::Absent),
    };
    done.map_err(|error| api_error(cx, error, method))
}

/// `configure(mode, …)`: what follows the mode depends on it.
fn configure<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let pin = pin_argument(cx, 0)?;
    let Some((mode, callback)) = mode_argument(cx)? else {
        return Err(api_error(cx, "unsupported mode", CONFIGURE));
    };
    check_capability(cx, pin, &mode)?;
    check_circuit(cx, &mode)?;
    with_pin(cx, CONFIGURE, |pins, pin| pins.configure(pin, mode))?;
    watch_for_wake_up(cx, pin, &mode)?;
    replace_callback(cx, callback, |state| &mut state.pin_callbacks[usize::from(pin.0)])?;
    Flow::null()
}

/// Whether the module allows the mode for this pin.
fn check_capability(cx: &mut Cx<'_>, pin: PinId, mode: &PinMode) -> Result<(), Raise> {
    let Some(capability) = mode.required_capability() else { return Ok(()) };
    match state(cx).profile().pin_profile(pin) {
        Some(profile) if profile.can(capability) => Ok(()),
        _ => Err(api_error(cx, PinError::Lacks(capability), CONFIGURE)),
    }
}

/// Whether the board has what a mode needs besides the pin.
fn check_circuit(cx: &mut Cx<'_>, mode: &PinMode) -> Result<(), Raise> {
    let board = &mut state(cx).board;
    let exists = match mode {
        PinMode::WakeUp { .. } => board.wake_pins().is_some(),
        PinMode::PulseCounter { .. } => board.pulse_counter().is_some(),
        _ => true,
    };
    match mode.required_capability().filter(|_| !exists) {
        Some(capability) => Err(api_error(cx, PinError::Lacks(capability), CONFIGURE)),
        None => Ok(()),
    }
}

/// Has a wake pin end deep sleep, and a pin that is none no longer.
fn watch_for_wake_up(cx: &mut Cx<'_>, pin: PinId, mode: &PinMode) -> Result<(), Raise> {
    let Some(wake_pins) = state(cx).board.wake_pins() else { return Ok(()) };
    let done = match mode {
        PinMode::WakeUp { .. } => wake_pins.arm(pin),
        _ => {
            wake_pins.disarm(pin);
            Ok(())
        }
    };
    done.map_err(|error| api_error(cx, error, CONFIGURE))
}

/// The mode that the arguments ask for, and the callback for edges. `None` if there is no such mode.
fn mode_argument<'v>(cx: &mut Cx<'v>) -> Result<Option<(PinMode, Option<Local<'v>>)>, Raise> {
    let mode: i32 = cx.arg(1)?;
    let callback = match mode {
        DIGITAL_IN | DIGITAL_IN_PULLUP | DIGITAL_IN_PULLDOWN | DIGITAL_IN_WAKEUP => change_callback(cx)?,
        _ => None,
    };
    let changes = if callback.is_some() { ChangeEvents::On } else { ChangeEvents::Off };
    let mode = match mode {
        DIGITAL_OUT => PinMode::DigitalOut { drive: Drive::PushPull, level: level_argument(cx, 2)? },
        DIGITAL_OUT_OD => PinMode::DigitalOut { drive: Drive::OpenDrain, level: level_argument(cx, 2)? },
        DIGITAL_OUT_OD_PULLUP => {
            PinMode::DigitalOut { drive: Drive::OpenDrainPullUp, level: level_argument(cx, 2)? }
        }
        DIGITAL_IN => PinMode::DigitalIn { pull: Pull::None, changes },
        DIGITAL_IN_PULLUP => PinMode::DigitalIn { pull: Pull::Up, changes },
        DIGITAL_IN_PULLDOWN => PinMode::DigitalIn { pull: Pull::Down, changes },
        DIGITAL_IN_WAKEUP => PinMode::WakeUp { changes },
        ANALOG_IN => PinMode::AnalogIn,
        ANALOG_OUT => PinMode::AnalogOut { fraction: fraction_argument(cx, 2)? },
        PWM_OUT => pwm_mode(cx, PwmResolution::KeepPeriod)?,
        PWM_OUT_STEPS => {
            let steps: i32 = cx.arg(4)?;
            pwm_mode(cx, PwmResolution::KeepSteps(steps.max(1).unsigned_abs()))?
        }
        PULSE_COUNTER => pulse_counter_mode(cx)?,
        // Among them the generator of pulses after an edge, which boards do not have.
        _ => return Ok(None),
    };
    Ok(Some((mode, callback)))
}

/// The function to be called on edges, if any.
fn change_callback<'v>(cx: &mut Cx<'v>) -> Result<Option<Local<'v>>, Raise> {
    let callback = cx.raw_arg(2);
    if callback.is_null() {
        return Ok(None);
    }
    if !TypeMask::FUNCTION.contains(callback.tag().mask()) {
        return Err(cx.type_error(2, callback, TypeMask::FUNCTION));
    }
    Ok(Some(callback))
}

/// A level: numbers other than zero and `true` are high, and a missing one is low.
fn level_argument(cx: &mut Cx<'_>, position: usize) -> Result<Level, Raise> {
    Ok(Level::from_integer(i32::from(cx.arg::<bool>(position)?)))
}

/// A number from 0 to 1; 0 if it is missing.
fn fraction_argument(cx: &mut Cx<'_>, position: usize) -> Result<f32, Raise> {
    Ok(cx.arg::<Option<f32>>(position)?.unwrap_or(0.0).clamp(0.0, 1.0))
}

fn pwm_mode(cx: &mut Cx<'_>, resolution: PwmResolution) -> Result<PinMode, Raise> {
    let period: f32 = cx.arg(2)?;
    Ok(PinMode::Pwm { period, duty: fraction_argument(cx, 3)?, resolution })
}

fn pulse_counter_mode(cx: &mut Cx<'_>) -> Result<PinMode, Raise> {
    let window_micros = micros_of(seconds_argument(cx, 2)?);
    let divisor = cx.arg::<Option<i32>>(3)?.unwrap_or(1).max(1).unsigned_abs();
    Ok(PinMode::PulseCounter { window_micros, divisor })
}

/// `read()`: the level, the voltage or the number of pulses, according to the mode.
fn read<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    const READ: &str = "pin.read()";
    let value = match with_pin(cx, READ, |pins, pin| Ok(pins.mode(pin)))? {
        Some(PinMode::PulseCounter { window_micros, divisor }) => {
            let pin = pin_argument(cx, 0)?;
            let counter = state(cx).board.pulse_counter();
            let counted = counter.map_or(Err(PinError::Absent), |counter| counter.count(pin, window_micros));
            counted.map_err(|error| api_error(cx, error, READ))? / divisor.max(1)
        }
        _ => with_pin(cx, READ, |pins, pin| pins.read(pin))?,
    };
    Flow::value(i32::try_from(value).unwrap_or(i32::MAX))
}

/// `write(value)`: a level, or a fraction for PWM and analog outputs.
fn write<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let level = level_argument(cx, 1)?;
    let fraction = match cx.raw_arg(1).to_float() {
        Some(number) => number,
        None => level.digit() as f32,
    };
    with_pin(cx, "pin.write(value)", |pins, pin| match pins.mode(pin) {
        Some(PinMode::Pwm { .. } | PinMode::AnalogOut { .. }) => {
            pins.write_fraction(pin, fraction.clamp(0.0, 1.0))
        }
        Some(_) => pins.write_level(pin, level),
        None => Err(PinError::WrongMode),
    })?;
    Flow::null()
}

/// `getperiod()`: the period of the PWM as it really is, in seconds.
fn period<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let timing = with_pin(cx, "pin.getperiod()", |pins, pin| pins.pwm_timing(pin))?;
    Flow::value(timing.period)
}

/// `getsteps()`: how many duty ratios there are; 0 in other modes.
fn steps<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let steps = with_pin(cx, "pin.getsteps()", |pins, pin| match pins.pwm_timing(pin) {
        Err(PinError::WrongMode) => Ok(0),
        timing => timing.map(|timing| timing.steps),
    })?;
    Flow::value(i32::try_from(steps).unwrap_or(i32::MAX))
}
