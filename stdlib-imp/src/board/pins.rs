//! Pins: modes, levels, PWM and analog values.
//!
//! A pin is a small integer, its position in the module's profile. A pin has
//! one mode at a time; the last `configure` wins. Whether a pin *may* have a
//! mode is decided by its profile (see [`PinMode::required_capability`]), so
//! boards need not repeat that table.

use core::fmt;

use super::profile::PinCapability;

/// The pins of a board.
pub trait Pins {
    /// Gives the pin a new mode and forgets everything about the old one.
    ///
    /// # Errors
    /// If the module or the board cannot do it; the old mode then stays.
    fn configure(&mut self, pin: PinId, mode: PinMode) -> Result<(), PinError>;

    /// The mode last configured, or `None` for a pin that was never configured
    /// or belongs to a bus.
    fn mode(&self, pin: PinId) -> Option<PinMode>;

    /// `pin.read()`: the actual level (0 or 1) in digital modes, 0 to 65535 in
    /// analog input mode. Pulses are counted by the
    /// [`PulseCounter`](super::PulseCounter) of the board.
    ///
    /// # Errors
    /// [`PinError::Absent`] if the board has no such pin.
    fn read(&mut self, pin: PinId) -> Result<u32, PinError>;

    /// Sets the level of a digital output.
    ///
    /// # Errors
    /// [`PinError::WrongMode`] in any other mode.
    fn write_level(&mut self, pin: PinId, level: Level) -> Result<(), PinError>;

    /// Sets the duty ratio of a PWM output or the voltage of an analog output
    /// as a fraction of the supply. The fraction is clamped to 0…1.
    ///
    /// # Errors
    /// [`PinError::WrongMode`] in any other mode.
    fn write_fraction(&mut self, pin: PinId, fraction: f32) -> Result<(), PinError>;

    /// What became of the requested PWM period and steps.
    ///
    /// # Errors
    /// [`PinError::WrongMode`] if the pin does no PWM.
    fn pwm_timing(&self, pin: PinId) -> Result<PwmTiming, PinError>;
}

/// A pin: its position in [`ModuleProfile::pins`](super::ModuleProfile::pins).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PinId(pub u8);

/// A digital level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Near 0 V.
    Low,
    /// Near the supply voltage.
    High,
}

impl Level {
    /// Zero is low, everything else high: how `pin.write()` sees integers.
    #[must_use]
    pub const fn from_integer(value: i32) -> Self {
        if value == 0 { Self::Low } else { Self::High }
    }

    /// 0 or 1.
    #[must_use]
    pub const fn digit(self) -> u32 {
        match self {
            Self::Low => 0,
            Self::High => 1,
        }
    }
}

/// How a digital output drives its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drive {
    /// Both ways.
    PushPull,
    /// Low is driven, high releases the line.
    OpenDrain,
    /// As open drain, with the internal pull-up.
    OpenDrainPullUp,
}

/// The internal resistor of a digital input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pull {
    /// None: the line floats when nobody drives it.
    None,
    /// To the supply.
    Up,
    /// To ground.
    Down,
}

/// Whether edges on an input post [`Event::PinChanged`](crate::events::Event::PinChanged).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeEvents {
    /// No callback was given.
    Off,
    /// Every edge posts, both directions.
    On,
}

/// What the PWM hardware keeps accurate when it must round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PwmResolution {
    /// The period (`PWM_OUT`).
    KeepPeriod,
    /// This number of steps (`PWM_OUT_STEPS`).
    KeepSteps(u32),
}

/// A PWM period as the hardware really makes it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PwmTiming {
    /// The period in seconds.
    pub period: f32,
    /// Distinct duty ratios within it.
    pub steps: u32,
}

/// What a pin does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PinMode {
    /// `DIGITAL_OUT`, `DIGITAL_OUT_OD`, `DIGITAL_OUT_OD_PULLUP`.
    DigitalOut {
        /// How it drives.
        drive: Drive,
        /// The starting state.
        level: Level,
    },
    /// `DIGITAL_IN`, `DIGITAL_IN_PULLUP`, `DIGITAL_IN_PULLDOWN`.
    DigitalIn {
        /// The internal resistor.
        pull: Pull,
        /// Whether edges post events.
        changes: ChangeEvents,
    },
    /// `DIGITAL_IN_WAKEUP`: an input with pull-down whose high level ends deep sleep, for which
    /// [`WakePins`](super::WakePins) see.
    WakeUp {
        /// Whether edges post events.
        changes: ChangeEvents,
    },
    /// `ANALOG_IN`.
    AnalogIn,
    /// `ANALOG_OUT`.
    AnalogOut {
        /// The voltage as a fraction of the supply.
        fraction: f32,
    },
    /// `PWM_OUT`, `PWM_OUT_STEPS`.
    Pwm {
        /// Requested period in seconds.
        period: f32,
        /// Duty ratio, clamped to 0…1.
        duty: f32,
        /// What to keep accurate.
        resolution: PwmResolution,
    },
    /// `PULSE_COUNTER`: an input in front of the board's [`PulseCounter`](super::PulseCounter).
    PulseCounter {
        /// How long a read counts.
        window_micros: u64,
        /// By what the count is divided; zero counts as one.
        divisor: u32,
    },
}

impl PinMode {
    /// What the pin's profile must offer for this mode, `None` for plain
    /// digital modes, which every pin has.
    #[must_use]
    pub const fn required_capability(&self) -> Option<PinCapability> {
        match self {
            Self::DigitalOut { .. } | Self::DigitalIn { changes: ChangeEvents::Off, .. } => None,
            Self::DigitalIn { changes: ChangeEvents::On, .. } => Some(PinCapability::StateChange),
            // Vendor programs pass a callback with the wake mode even on impC001
            // pinW, whose table has no state-change mark.
            Self::WakeUp { .. } => Some(PinCapability::WakeUp),
            Self::AnalogIn => Some(PinCapability::AnalogIn),
            Self::AnalogOut { .. } => Some(PinCapability::AnalogOut),
            Self::Pwm { .. } => Some(PinCapability::Pwm),
            Self::PulseCounter { .. } => Some(PinCapability::PulseCounter),
        }
    }

    /// Whether edges on a pin in this mode post events.
    #[must_use]
    pub const fn change_events(&self) -> ChangeEvents {
        match self {
            Self::DigitalIn { changes, .. } | Self::WakeUp { changes } => *changes,
            _ => ChangeEvents::Off,
        }
    }
}

/// Why a pin refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PinError {
    /// The board has no such pin.
    Absent,
    /// The pin lacks this capability.
    Lacks(PinCapability),
    /// The period of a PWM is not a positive number of representable length.
    BadPeriod,
    /// The operation makes no sense in the mode the pin is in.
    WrongMode,
}

impl fmt::Display for PinError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent => formatter.write_str("pin does not exist"),
            Self::Lacks(capability) => write!(formatter, "pin has no {}", capability.description()),
            Self::BadPeriod => formatter.write_str("bad PWM period"),
            Self::WrongMode => formatter.write_str("pin is not configured for this"),
        }
    }
}

impl core::error::Error for PinError {}
