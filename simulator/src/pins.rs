//! Pins: who drives a line, what level results, who hears of the edge.
//!
//! Every pin belongs to a *net*, the wire it is connected to; usually it is
//! alone there, but a board file may join pins. All that drive a net, the
//! board's own pins as well as the outside world, are resolved to one level:
//! low wins over high, driving wins over a resistor, and a floating line reads
//! low. That is wired-AND for open-drain lines, and for a short circuit at
//! least deterministic; the trace names it.

use std::fmt;

use tamias_stdlib_imp::board::pins::PwmTiming;
use tamias_stdlib_imp::board::profile::{PinDefault, PinProfile};
use tamias_stdlib_imp::board::{
    ChangeEvents, Drive, Level, ModuleProfile, PinError, PinId, PinMode, Pins, Pull, PulseCounter,
    PwmResolution, WakePins,
};
use tamias_stdlib_imp::events::{Event, EventQueue};

use crate::board::{BusSlot, SimulatedBoard};
use crate::signal::SignalId;
use crate::trace::Trace;

/// What the outside world does to a pin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutsideDrive {
    /// Nothing.
    Released,
    /// Drives the level.
    Driven(Level),
}

/// Where changes are reported.
pub(crate) struct Witness<'a> {
    pub now: u64,
    pub trace: &'a mut Trace,
    pub events: &'a EventQueue,
}

/// The pins of a board.
#[derive(Debug)]
pub(crate) struct PinBank {
    profile: &'static ModuleProfile,
    pins: Vec<Pin>,
    /// The pins of every net. A pin knows its net by position.
    nets: Vec<Vec<usize>>,
}

#[derive(Debug)]
struct Pin {
    profile: &'static PinProfile,
    function: Function,
    net: usize,
    level: Level,
    outside: OutsideDrive,
    /// A resistor outside.
    outside_pull: Pull,
    /// What `ANALOG_IN` measures, in volts.
    volts: Option<SignalId>,
    rising_edges: u32,
}

#[derive(Clone, Copy, Debug)]
enum Function {
    /// Not configured since power-on.
    Default,
    Script(PinMode),
    Pwm(RunningPwm),
    Bus(BusSlot),
}

#[derive(Clone, Copy, Debug)]
struct RunningPwm {
    mode: PinMode,
    timing: PwmTiming,
    duty: f32,
    started: u64,
}

/// How strongly a line is driven, and where to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Strength {
    None,
    Resistor(Level),
    Driver(Level),
}

impl PinBank {
    pub fn new(profile: &'static ModuleProfile) -> Self {
        let pins = profile.pins.iter().enumerate().map(|(index, profile)| Pin {
            profile,
            function: Function::Default,
            net: index,
            level: Level::Low,
            outside: OutsideDrive::Released,
            outside_pull: Pull::None,
            volts: None,
            rising_edges: 0,
        });
        let mut bank = Self {
            profile,
            pins: pins.collect(),
            nets: (0..profile.pins.len()).map(|index| vec![index]).collect(),
        };
        bank.settle_silently();
        bank
    }

    /// Connects two pins by a wire.
    pub fn join(&mut self, first: PinId, second: PinId) {
        let (Some(kept), Some(merged)) = (self.net_of(first), self.net_of(second)) else { return };
        if kept == merged {
            return;
        }
        let members = std::mem::take(&mut self.nets[merged]);
        members.iter().for_each(|&member| self.pins[member].net = kept);
        self.nets[kept].extend(members);
        self.settle_silently();
    }

    /// Sets what is connected to a pin before the start.
    pub fn connect(&mut self, pin: PinId, outside: OutsideDrive, pull: Pull) {
        if let Some(pin) = self.pins.get_mut(usize::from(pin.0)) {
            (pin.outside, pin.outside_pull) = (outside, pull);
            self.settle_silently();
        }
    }

    pub fn set_volts(&mut self, pin: PinId, volts: SignalId) {
        if let Some(pin) = self.pins.get_mut(usize::from(pin.0)) {
            pin.volts = Some(volts);
        }
    }

    pub fn volts(&self, pin: PinId) -> Option<SignalId> {
        self.pins.get(usize::from(pin.0))?.volts
    }

    pub fn drive_from_outside(&mut self, pin: PinId, outside: OutsideDrive, witness: &mut Witness<'_>) {
        if let Some(state) = self.pins.get_mut(usize::from(pin.0)) {
            state.outside = outside;
            self.settle(usize::from(pin.0), witness);
        }
    }

    /// The level on the line now, which for a PWM output depends on the moment.
    pub fn level(&self, pin: PinId, now: u64) -> Option<Level> {
        let pin = self.pins.get(usize::from(pin.0))?;
        Some(match &pin.function {
            Function::Pwm(pwm) => pwm.level(now),
            _ => pin.level,
        })
    }

    /// How large a share of the time the line is at `active`.
    pub fn share_of_time(&self, pin: PinId, active: Level) -> f64 {
        let Some(pin) = self.pins.get(usize::from(pin.0)) else { return 0.0 };
        let high = match &pin.function {
            Function::Pwm(pwm) => f64::from(pwm.duty),
            Function::Script(PinMode::AnalogOut { fraction }) => f64::from(*fraction),
            _ => f64::from(pin.level.digit()),
        };
        match active {
            Level::High => high,
            Level::Low => 1.0 - high,
        }
    }

    pub fn mode(&self, pin: PinId) -> Option<PinMode> {
        match self.pins.get(usize::from(pin.0))?.function {
            Function::Script(mode) | Function::Pwm(RunningPwm { mode, .. }) => Some(mode),
            Function::Default | Function::Bus(_) => None,
        }
    }

    /// The bus that owns the pin.
    pub fn owner(&self, pin: PinId) -> Option<BusSlot> {
        match self.pins.get(usize::from(pin.0))?.function {
            Function::Bus(bus) => Some(bus),
            _ => None,
        }
    }

    pub fn configure(
        &mut self,
        pin: PinId,
        mode: PinMode,
        witness: &mut Witness<'_>,
    ) -> Result<(), PinError> {
        let clock = self.profile.pwm_clock_hertz;
        let index = usize::from(pin.0);
        let state = self.pins.get_mut(index).ok_or(PinError::Absent)?;
        if let Some(capability) = mode.required_capability()
            && !state.profile.can(capability)
        {
            return Err(PinError::Lacks(capability));
        }
        state.function = match mode {
            PinMode::Pwm { period, duty, resolution } => {
                let timing = pwm_timing(clock, period, resolution)?;
                Function::Pwm(RunningPwm { mode, timing, duty: unit(duty), started: witness.now })
            }
            PinMode::AnalogOut { fraction } => {
                Function::Script(PinMode::AnalogOut { fraction: unit(fraction) })
            }
            _ => Function::Script(unwatched(mode)),
        };
        witness.trace.record(witness.now, format_args!("{} {}", state.profile.name, Described(&mode)));
        self.settle(index, witness);
        // The edge that the new mode itself may make, such as that of a pull-up, is no event.
        if mode.change_events() == ChangeEvents::On {
            self.pins[index].function = Function::Script(mode);
        }
        Ok(())
    }

    /// Gives a pin to a bus.
    pub fn claim(&mut self, pin: PinId, bus: BusSlot, witness: &mut Witness<'_>) {
        self.set_function(usize::from(pin.0), Function::Bus(bus), witness);
    }

    /// Takes from a bus all pins that it still owns.
    pub fn release_all(&mut self, bus: BusSlot, witness: &mut Witness<'_>) {
        for index in 0..self.pins.len() {
            if self.owner(PinId(index as u8)) == Some(bus) {
                self.set_function(index, Function::Default, witness);
            }
        }
    }

    /// Puts every pin into its power-on state, but for an armed wake pin.
    pub fn power_down(&mut self, witness: &mut Witness<'_>) {
        for index in 0..self.pins.len() {
            if !matches!(self.pins[index].function, Function::Script(PinMode::WakeUp { .. })) {
                self.set_function(index, Function::Default, witness);
            }
        }
    }

    /// Forgets also the wake pin: what happens at boot.
    pub fn power_up(&mut self, witness: &mut Witness<'_>) {
        (0..self.pins.len()).for_each(|index| self.set_function(index, Function::Default, witness));
    }

    /// Whether an armed wake pin is high.
    pub fn is_wake_requested(&self) -> bool {
        self.pins.iter().any(|pin| {
            pin.level == Level::High && matches!(pin.function, Function::Script(PinMode::WakeUp { .. }))
        })
    }

    pub fn write_level(
        &mut self,
        pin: PinId,
        new_level: Level,
        witness: &mut Witness<'_>,
    ) -> Result<(), PinError> {
        let index = usize::from(pin.0);
        let state = self.pins.get_mut(index).ok_or(PinError::Absent)?;
        let Function::Script(PinMode::DigitalOut { level, .. }) = &mut state.function else {
            return Err(PinError::WrongMode);
        };
        *level = new_level;
        self.settle(index, witness);
        Ok(())
    }

    pub fn write_fraction(
        &mut self,
        pin: PinId,
        new_value: f32,
        witness: &mut Witness<'_>,
    ) -> Result<(), PinError> {
        let state = self.pins.get_mut(usize::from(pin.0)).ok_or(PinError::Absent)?;
        let new_value = unit(new_value);
        let name = state.profile.name;
        match &mut state.function {
            Function::Pwm(pwm) => {
                pwm.duty = new_value;
                witness.trace.record(witness.now, format_args!("{name} duty {new_value:.4}"));
            }
            Function::Script(PinMode::AnalogOut { fraction }) => {
                *fraction = new_value;
                witness.trace.record(witness.now, format_args!("{name} analog {new_value:.4}"));
            }
            _ => return Err(PinError::WrongMode),
        }
        Ok(())
    }

    pub fn pwm_timing(&self, pin: PinId) -> Result<PwmTiming, PinError> {
        match &self.pins.get(usize::from(pin.0)).ok_or(PinError::Absent)?.function {
            Function::Pwm(pwm) => Ok(pwm.timing),
            _ => Err(PinError::WrongMode),
        }
    }

    /// The number of rising edges since the last call.
    pub fn take_rising_edges(&mut self, pin: PinId) -> u32 {
        self.pins.get_mut(usize::from(pin.0)).map_or(0, |pin| std::mem::take(&mut pin.rising_edges))
    }

    fn net_of(&self, pin: PinId) -> Option<usize> {
        self.pins.get(usize::from(pin.0)).map(|pin| pin.net)
    }

    fn set_function(&mut self, index: usize, function: Function, witness: &mut Witness<'_>) {
        if let Some(pin) = self.pins.get_mut(index) {
            pin.function = function;
            self.settle(index, witness);
        }
    }

    fn settle_silently(&mut self) {
        for net in &self.nets {
            let (level, _) = resolve(net, &self.pins);
            net.iter().for_each(|&member| self.pins[member].level = level);
        }
    }

    /// Works out the level of the net that a pin is on and reports edges.
    fn settle(&mut self, index: usize, witness: &mut Witness<'_>) {
        let net = &self.nets[self.pins[index].net];
        let (level, contention) = resolve(net, &self.pins);
        if contention == Contention::Fight {
            let name = self.pins[index].profile.name;
            witness.trace.record(witness.now, format_args!("{name} is driven high and low at once"));
        }
        for &member in net {
            let pin = &mut self.pins[member];
            if pin.level != level {
                pin.level = level;
                pin.report_edge(PinId(member as u8), witness);
            }
        }
    }
}

impl Pin {
    fn report_edge(&mut self, id: PinId, witness: &mut Witness<'_>) {
        let (from, to) = match self.level {
            Level::High => (0, 1),
            Level::Low => (1, 0),
        };
        witness.trace.record(witness.now, format_args!("{} {from}->{to}", self.profile.name));
        let Function::Script(mode) = self.function else { return };
        if mode.change_events() == ChangeEvents::On {
            witness.events.post(Event::PinChanged(id));
        }
        if matches!(mode, PinMode::PulseCounter { .. }) && self.level == Level::High {
            self.rising_edges = self.rising_edges.saturating_add(1);
        }
    }

    fn strengths(&self) -> [Strength; 3] {
        let outside = match self.outside {
            OutsideDrive::Released => Strength::None,
            OutsideDrive::Driven(level) => Strength::Driver(level),
        };
        [self.own_strength(), outside, pull_strength(self.outside_pull)]
    }

    fn own_strength(&self) -> Strength {
        match &self.function {
            Function::Default => match self.profile.at_power_on {
                PinDefault::Floating => Strength::None,
                PinDefault::DrivenLow => Strength::Driver(Level::Low),
                PinDefault::DrivenHigh => Strength::Driver(Level::High),
                PinDefault::PulledUp => Strength::Resistor(Level::High),
            },
            // A bus that works has pull-ups; the others idle in ways that no
            // script looks at.
            Function::Bus(BusSlot::I2c(_)) => Strength::Resistor(Level::High),
            Function::Bus(_) | Function::Pwm(_) => Strength::None,
            Function::Script(mode) => mode_strength(mode),
        }
    }
}

impl RunningPwm {
    fn level(&self, now: u64) -> Level {
        let seconds = now.saturating_sub(self.started) as f64 / 1e6;
        let position = seconds / f64::from(self.timing.period);
        if position.fract() < f64::from(self.duty) { Level::High } else { Level::Low }
    }
}

fn mode_strength(mode: &PinMode) -> Strength {
    match mode {
        PinMode::DigitalOut { drive: Drive::PushPull, level } => Strength::Driver(*level),
        PinMode::DigitalOut { level: Level::Low, .. } => Strength::Driver(Level::Low),
        PinMode::DigitalOut { drive: Drive::OpenDrainPullUp, .. } => Strength::Resistor(Level::High),
        PinMode::DigitalIn { pull, .. } => pull_strength(*pull),
        PinMode::WakeUp { .. } => Strength::Resistor(Level::Low),
        _ => Strength::None,
    }
}

fn pull_strength(pull: Pull) -> Strength {
    match pull {
        Pull::None => Strength::None,
        Pull::Up => Strength::Resistor(Level::High),
        Pull::Down => Strength::Resistor(Level::Low),
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Contention {
    None,
    Fight,
}

fn resolve(net: &[usize], pins: &[Pin]) -> (Level, Contention) {
    let is_present = |wanted| net.iter().any(|&member| pins[member].strengths().contains(&wanted));
    let driven_high = is_present(Strength::Driver(Level::High));
    if is_present(Strength::Driver(Level::Low)) {
        return (Level::Low, if driven_high { Contention::Fight } else { Contention::None });
    }
    let high = driven_high || is_present(Strength::Resistor(Level::High));
    (if high { Level::High } else { Level::Low }, Contention::None)
}

/// What a 16-bit counter with a prescaler makes of a request.
fn pwm_timing(clock_hertz: u32, period: f32, resolution: PwmResolution) -> Result<PwmTiming, PinError> {
    const COUNTER: f64 = 65_536.0;
    let clock = f64::from(clock_hertz);
    let cycles = (f64::from(period) * clock).round();
    // The prescaler has 16 bits, too. The comparison also refuses NaN.
    if !(1.0..=COUNTER * COUNTER).contains(&cycles) {
        return Err(PinError::BadPeriod);
    }
    let (steps, prescaler) = match resolution {
        PwmResolution::KeepPeriod => {
            let prescaler = (cycles / COUNTER).ceil();
            ((cycles / prescaler).floor(), prescaler)
        }
        PwmResolution::KeepSteps(steps) => {
            let steps = f64::from(steps);
            if !(1.0..=COUNTER).contains(&steps) {
                return Err(PinError::BadPeriod);
            }
            (steps, (cycles / steps).round().clamp(1.0, COUNTER))
        }
    };
    Ok(PwmTiming { period: (steps * prescaler / clock) as f32, steps: steps as u32 })
}

/// Clamps to 0…1, and makes NaN 0.
/// The mode without events for its edges.
fn unwatched(mode: PinMode) -> PinMode {
    match mode {
        PinMode::DigitalIn { pull, .. } => PinMode::DigitalIn { pull, changes: ChangeEvents::Off },
        PinMode::WakeUp { .. } => PinMode::WakeUp { changes: ChangeEvents::Off },
        other => other,
    }
}

fn unit(fraction: f32) -> f32 {
    if fraction.is_nan() { 0.0 } else { fraction.clamp(0.0, 1.0) }
}

/// A mode in the words of the imp API.
struct Described<'a>(&'a PinMode);

impl fmt::Display for Described<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            PinMode::DigitalOut { drive, level } => {
                let name = match drive {
                    Drive::PushPull => "DIGITAL_OUT",
                    Drive::OpenDrain => "DIGITAL_OUT_OD",
                    Drive::OpenDrainPullUp => "DIGITAL_OUT_OD_PULLUP",
                };
                write!(formatter, "{name} {}", level.digit())
            }
            PinMode::DigitalIn { pull, .. } => formatter.write_str(match pull {
                Pull::None => "DIGITAL_IN",
                Pull::Up => "DIGITAL_IN_PULLUP",
                Pull::Down => "DIGITAL_IN_PULLDOWN",
            }),
            PinMode::WakeUp { .. } => formatter.write_str("DIGITAL_IN_WAKEUP"),
            PinMode::AnalogIn => formatter.write_str("ANALOG_IN"),
            PinMode::AnalogOut { fraction } => write!(formatter, "ANALOG_OUT {:.4}", unit(*fraction)),
            PinMode::Pwm { period, duty, .. } => {
                write!(formatter, "PWM_OUT {period} s duty {:.4}", unit(*duty))
            }
            PinMode::PulseCounter { window_micros, .. } => {
                write!(formatter, "PULSE_COUNTER {} s", *window_micros as f64 / 1e6)
            }
        }
    }
}

impl WakePins for SimulatedBoard {
    /// The mode of the pin says it all.
    fn arm(&mut self, pin: PinId) -> Result<(), PinError> {
        match self.pins.mode(pin) {
            Some(PinMode::WakeUp { .. }) => Ok(()),
            _ => Err(PinError::WrongMode),
        }
    }

    fn disarm(&mut self, _: PinId) {}
}

impl PulseCounter for SimulatedBoard {
    fn count(&mut self, pin: PinId, window_micros: u64) -> Result<u32, PinError> {
        if !matches!(self.pins.mode(pin), Some(PinMode::PulseCounter { .. })) {
            return Err(PinError::WrongMode);
        }
        self.pins.take_rising_edges(pin);
        self.advance_to(self.now().saturating_add(window_micros));
        Ok(self.pins.take_rising_edges(pin))
    }
}

impl Pins for SimulatedBoard {
    fn configure(&mut self, pin: PinId, mode: PinMode) -> Result<(), PinError> {
        let owner = self.pins.owner(pin);
        let result = self.change_pins(|pins, witness| pins.configure(pin, mode, witness));
        if let (Ok(()), Some(bus)) = (result, owner) {
            self.disable_bus(bus);
        }
        result
    }

    fn mode(&self, pin: PinId) -> Option<PinMode> {
        self.pins.mode(pin)
    }

    fn read(&mut self, pin: PinId) -> Result<u32, PinError> {
        match self.pins.mode(pin) {
            Some(PinMode::AnalogIn) => Ok(self.analog_reading(pin)),
            _ => self.pins.level(pin, self.now()).map(Level::digit).ok_or(PinError::Absent),
        }
    }

    fn write_level(&mut self, pin: PinId, level: Level) -> Result<(), PinError> {
        self.change_pins(|pins, witness| pins.write_level(pin, level, witness))
    }

    fn write_fraction(&mut self, pin: PinId, fraction: f32) -> Result<(), PinError> {
        self.change_pins(|pins, witness| pins.write_fraction(pin, fraction, witness))
    }

    fn pwm_timing(&self, pin: PinId) -> Result<PwmTiming, PinError> {
        self.pins.pwm_timing(pin)
    }
}

impl SimulatedBoard {
    /// What a 12-bit converter reports, left-justified in 16 bits.
    fn analog_reading(&mut self, pin: PinId) -> u32 {
        const FULL_SCALE: f64 = 4095.0;
        let supply = self.signal_value(self.supply);
        let volts = self.pins.volts(pin).map_or(0.0, |signal| self.signal_value(signal));
        let steps = (volts / supply * FULL_SCALE).round().clamp(0.0, FULL_SCALE);
        (steps as u32) << 4
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pwm_keeps_the_period_or_the_steps() {
        let kept = pwm_timing(96_000_000, 0.001, PwmResolution::KeepPeriod).unwrap();
        assert_eq!(kept, PwmTiming { period: 0.001, steps: 48_000 });
        let stepped = pwm_timing(96_000_000, 0.001, PwmResolution::KeepSteps(22)).unwrap();
        assert_eq!(stepped.steps, 22);
        assert!((stepped.period - 0.001).abs() < 1e-6);
        for period in [0.0, -1.0, f32::NAN, f32::INFINITY, 1e9] {
            assert_eq!(pwm_timing(96_000_000, period, PwmResolution::KeepPeriod), Err(PinError::BadPeriod));
        }
        assert!(pwm_timing(96_000_000, 0.001, PwmResolution::KeepSteps(0)).is_err());
    }
}
