//! Pins from embedded-hal.
//!
//! In the imp API any pin takes any mode at any time. Pins of embedded-hal have
//! one mode, which is part of their type. So a firmware has two choices for a
//! pin: it wires the pin up for the one thing that it is for on this board
//! ([`DigitalOutput`], [`OpenDrainOutput`], [`DigitalInput`], [`PwmOutput`]), and scripts that
//! configure it otherwise get an error; or it implements [`FlexPin`], which is
//! a page with most HALs. Analog inputs and outputs have no trait in
//! embedded-hal: they are always [`FlexPin`]s. Wake-up pins and pulse counters
//! are inputs; what is behind them are parts of their own, `WakePins` of the
//! board and [`PulseCounters`](crate::pulses::PulseCounters).

use alloc::boxed::Box;
use alloc::vec::Vec;
use embedded_hal::digital::{InputPin, OutputPin};
use embedded_hal::pwm::SetDutyCycle;
use tamias_stdlib_imp::board::pins::PwmTiming;
use tamias_stdlib_imp::board::{Drive, Level, ModuleProfile, PinError, PinId, PinMode, Pins};

/// A pin that a script can configure. What it cannot do is absent by default.
pub trait FlexPin {
    /// Takes a mode.
    ///
    /// # Errors
    /// If the pin cannot do it; the old mode stays.
    fn configure(&mut self, mode: PinMode) -> Result<(), PinError>;

    /// The level (0 or 1) or the analog value (0 to 65535).
    ///
    /// # Errors
    /// If the pin cannot be read in its mode.
    fn read(&mut self) -> Result<u32, PinError> {
        Err(PinError::WrongMode)
    }

    /// Drives the pin.
    ///
    /// # Errors
    /// If it is no digital output.
    fn write_level(&mut self, level: Level) -> Result<(), PinError> {
        let _ = level;
        Err(PinError::WrongMode)
    }

    /// Sets the duty ratio of a PWM or the voltage of an analog output; the fraction is from 0 to 1.
    ///
    /// # Errors
    /// If it is neither.
    fn write_fraction(&mut self, fraction: f32) -> Result<(), PinError> {
        let _ = fraction;
        Err(PinError::WrongMode)
    }

    /// What became of the PWM that was asked for.
    ///
    /// # Errors
    /// If the pin does no PWM.
    fn pwm_timing(&self) -> Result<PwmTiming, PinError> {
        Err(PinError::WrongMode)
    }
}

/// The pins of a board.
///
/// ```
/// use tamias_firmware_shim::pins::{DigitalOutput, PinSet};
/// use tamias_stdlib_imp::board::modules;
/// # struct Led;
/// # impl embedded_hal::digital::ErrorType for Led { type Error = core::convert::Infallible; }
/// # impl embedded_hal::digital::OutputPin for Led {
/// #     fn set_low(&mut self) -> Result<(), Self::Error> { Ok(()) }
/// #     fn set_high(&mut self) -> Result<(), Self::Error> { Ok(()) }
/// # }
///
/// let module = &modules::IMP001;
/// let pins = PinSet::new(module).with("pin9", DigitalOutput::new(Led));
/// ```
pub struct PinSet {
    profile: &'static ModuleProfile,
    pins: Vec<Option<Slot>>,
}

struct Slot {
    pin: Box<dyn FlexPin>,
    mode: Option<PinMode>,
}

impl PinSet {
    /// No pins yet.
    pub fn new(profile: &'static ModuleProfile) -> Self {
        PinSet { profile, pins: profile.pins.iter().map(|_| None).collect() }
    }

    /// Makes `pin` the one that scripts call `name`.
    ///
    /// # Panics
    /// If the module has no pin of this name: the firmware is wrong.
    #[must_use]
    pub fn with(mut self, name: &str, pin: impl FlexPin + 'static) -> Self {
        let id = self.profile.pin(name).expect("the module has this pin");
        self.pins[usize::from(id.0)] = Some(Slot { pin: Box::new(pin), mode: None });
        self
    }

    fn slot(&mut self, pin: PinId) -> Result<&mut Slot, PinError> {
        self.pins.get_mut(usize::from(pin.0)).and_then(Option::as_mut).ok_or(PinError::Absent)
    }
}

impl Pins for PinSet {
    fn configure(&mut self, pin: PinId, mode: PinMode) -> Result<(), PinError> {
        let slot = self.slot(pin)?;
        slot.pin.configure(mode)?;
        slot.mode = Some(mode);
        Ok(())
    }

    fn mode(&self, pin: PinId) -> Option<PinMode> {
        self.pins.get(usize::from(pin.0))?.as_ref()?.mode
    }

    fn read(&mut self, pin: PinId) -> Result<u32, PinError> {
        self.slot(pin)?.pin.read()
    }

    fn write_level(&mut self, pin: PinId, level: Level) -> Result<(), PinError> {
        let slot = self.slot(pin)?;
        match slot.mode {
            Some(PinMode::DigitalOut { .. }) => slot.pin.write_level(level),
            _ => Err(PinError::WrongMode),
        }
    }

    fn write_fraction(&mut self, pin: PinId, fraction: f32) -> Result<(), PinError> {
        let slot = self.slot(pin)?;
        match slot.mode {
            Some(PinMode::Pwm { .. } | PinMode::AnalogOut { .. }) => {
                slot.pin.write_fraction(fraction.clamp(0.0, 1.0))
            }
            _ => Err(PinError::WrongMode),
        }
    }

    fn pwm_timing(&self, pin: PinId) -> Result<PwmTiming, PinError> {
        match self.pins.get(usize::from(pin.0)) {
            Some(Some(slot)) => slot.pin.pwm_timing(),
            _ => Err(PinError::Absent),
        }
    }
}

/// A pin that is always an output, driven both ways.
pub struct DigitalOutput<P> {
    pin: P,
    level: Level,
}

impl<P: OutputPin> DigitalOutput<P> {
    /// An output, both ways driven.
    pub const fn new(pin: P) -> Self {
        DigitalOutput { pin, level: Level::Low }
    }
}

impl<P: OutputPin> FlexPin for DigitalOutput<P> {
    fn configure(&mut self, mode: PinMode) -> Result<(), PinError> {
        match mode {
            PinMode::DigitalOut { drive: Drive::PushPull, level } => self.write_level(level),
            _ => Err(refusal(mode)),
        }
    }

    fn read(&mut self) -> Result<u32, PinError> {
        Ok(self.level.digit())
    }

    fn write_level(&mut self, level: Level) -> Result<(), PinError> {
        drive(&mut self.pin, level)?;
        self.level = level;
        Ok(())
    }
}

/// A pin that is always an open-drain output: high releases the line, and reading tells what is on it.
pub struct OpenDrainOutput<P> {
    pin: P,
}

impl<P: InputPin + OutputPin> OpenDrainOutput<P> {
    /// An output that pulls low or lets go, with whatever pull-up the firmware has given it.
    pub const fn new(pin: P) -> Self {
        OpenDrainOutput { pin }
    }
}

impl<P: InputPin + OutputPin> FlexPin for OpenDrainOutput<P> {
    fn configure(&mut self, mode: PinMode) -> Result<(), PinError> {
        match mode {
            PinMode::DigitalOut { drive: Drive::OpenDrain | Drive::OpenDrainPullUp, level } => {
                self.write_level(level)
            }
            _ => Err(refusal(mode)),
        }
    }

    fn read(&mut self) -> Result<u32, PinError> {
        self.pin.is_high().map(u32::from).map_err(|_| PinError::Absent)
    }

    fn write_level(&mut self, level: Level) -> Result<(), PinError> {
        drive(&mut self.pin, level)
    }
}

fn drive(pin: &mut impl OutputPin, level: Level) -> Result<(), PinError> {
    let driven = match level {
        Level::Low => pin.set_low(),
        Level::High => pin.set_high(),
    };
    driven.map_err(|_| PinError::Absent)
}

/// A pin that is always an input, with whatever pull the firmware has given it.
///
/// Edges are posted by an interrupt of the firmware, if scripts ask for them or not. Whether it also ends deep
/// sleep or counts pulses is said by those parts of the board.
pub struct DigitalInput<P> {
    pin: P,
}

impl<P: InputPin> DigitalInput<P> {
    /// An input.
    pub const fn new(pin: P) -> Self {
        DigitalInput { pin }
    }
}

impl<P: InputPin> FlexPin for DigitalInput<P> {
    fn configure(&mut self, mode: PinMode) -> Result<(), PinError> {
        match mode {
            PinMode::DigitalIn { .. } | PinMode::WakeUp { .. } | PinMode::PulseCounter { .. } => Ok(()),
            _ => Err(refusal(mode)),
        }
    }

    fn read(&mut self) -> Result<u32, PinError> {
        self.pin.is_high().map(u32::from).map_err(|_| PinError::Absent)
    }
}

/// A pin that is always a PWM output, with a period that is fixed.
pub struct PwmOutput<P> {
    channel: P,
    period: f32,
}

impl<P: SetDutyCycle> PwmOutput<P> {
    /// A channel with this period in seconds.
    pub const fn new(channel: P, period: f32) -> Self {
        PwmOutput { channel, period }
    }
}

impl<P: SetDutyCycle> FlexPin for PwmOutput<P> {
    fn configure(&mut self, mode: PinMode) -> Result<(), PinError> {
        match mode {
            PinMode::Pwm { duty, .. } => self.write_fraction(duty.clamp(0.0, 1.0)),
            _ => Err(refusal(mode)),
        }
    }

    fn write_fraction(&mut self, fraction: f32) -> Result<(), PinError> {
        let steps = self.channel.max_duty_cycle();
        let duty = (fraction * f32::from(steps) + 0.5) as u16;
        self.channel.set_duty_cycle(duty.min(steps)).map_err(|_| PinError::Absent)
    }

    fn pwm_timing(&self) -> Result<PwmTiming, PinError> {
        Ok(PwmTiming { period: self.period, steps: u32::from(self.channel.max_duty_cycle()) })
    }
}

fn refusal(mode: PinMode) -> PinError {
    mode.required_capability().map_or(PinError::WrongMode, PinError::Lacks)
}
