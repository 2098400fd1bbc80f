//! Profiles: what a module offers, as data.
//!
//! A profile names the pins and buses of a module and states its limits. Names
//! are those of the script's slots (`pinA`, `i2cJK`), so `hardware` can be
//! looked up straight in flash. References between the tables are resolved by
//! the compiler: a bus that names a pin which its module lacks does not build.
//!
//! The seven profiles themselves are in [`modules`](super::modules).

use super::{I2cBus, I2cError, PinId, SpiBus, UartPort};

/// Everything the imp API must know about a type of module.
#[derive(Debug)]
pub struct ModuleProfile {
    /// `imp.info().type`.
    pub name: &'static str,
    /// What `imp.environment()` tells.
    pub form: ModuleForm,
    /// The pins; a [`PinId`] is a position in this list.
    pub pins: &'static [PinProfile],
    /// The I2C buses; an [`I2cBus`] is a position in this list.
    pub i2c: &'static [I2cProfile],
    /// The SPI buses; an [`SpiBus`] is a position in this list.
    pub spi: &'static [SpiProfile],
    /// The UARTs; a [`UartPort`] is a position in this list.
    pub uart: &'static [UartProfile],
    /// How an unacknowledged I2C address shows.
    pub missing_device: I2cError,
    /// The clock from which SPI rates are divided.
    pub spi_rates: SpiRates,
    /// The clock that a PWM counter counts.
    pub pwm_clock_hertz: u32,
    /// Bytes that an image may have.
    pub code_space: usize,
    /// Bytes that scripts may allocate.
    pub heap_bytes: usize,
    /// The optional parts.
    pub features: &'static [ModuleFeature],
}

impl ModuleProfile {
    /// The pin that scripts call `name`.
    #[must_use]
    pub fn pin(&self, name: &str) -> Option<PinId> {
        self.pins.iter().position(|pin| pin.name == name).map(|index| PinId(index as u8))
    }

    /// The I2C bus that scripts call `name`.
    #[must_use]
    pub fn i2c_bus(&self, name: &str) -> Option<I2cBus> {
        self.i2c.iter().position(|bus| bus.name == name).map(|index| I2cBus(index as u8))
    }

    /// The SPI bus that scripts call `name`.
    #[must_use]
    pub fn spi_bus(&self, name: &str) -> Option<SpiBus> {
        self.spi.iter().position(|bus| bus.name == name).map(|index| SpiBus(index as u8))
    }

    /// The UART that scripts call `name`.
    #[must_use]
    pub fn uart_port(&self, name: &str) -> Option<UartPort> {
        self.uart.iter().position(|port| port.name == name).map(|index| UartPort(index as u8))
    }

    /// What is known about a pin.
    #[must_use]
    pub fn pin_profile(&self, pin: PinId) -> Option<&'static PinProfile> {
        self.pins.get(usize::from(pin.0))
    }

    /// Whether the module has an optional part.
    #[must_use]
    pub fn has(&self, feature: ModuleFeature) -> bool {
        self.features.contains(&feature)
    }
}

/// The two answers that a device can give to `imp.environment()`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModuleForm {
    /// A card in a socket: imp001.
    Card,
    /// Soldered down.
    SolderedModule,
}

/// Parts of a module that have no list of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModuleFeature {
    /// `hardware.voltage()`.
    SupplyVoltage,
    /// `hardware.vbat()`.
    BatteryVoltage,
    /// `hardware.lightlevel()`.
    LightSensor,
    /// The deep-sleep methods of `imp` and `server`.
    DeepSleep,
    /// An `nv` table that survives deep sleep.
    NvTable,
}

/// A pin: its name and abilities.
#[derive(Clone, Copy, Debug)]
pub struct PinProfile {
    /// The slot of `hardware`, such as `pinA`.
    pub name: &'static str,
    /// What the pin does from power-on until it is configured.
    pub at_power_on: PinDefault,
    capabilities: u8,
}

impl PinProfile {
    pub(super) const fn new(name: &'static str, capabilities: &[PinCapability]) -> Self {
        let mut bits = 0;
        let mut index = 0;
        while index < capabilities.len() {
            bits |= capabilities[index].bit();
            index += 1;
        }
        Self { name, at_power_on: PinDefault::Floating, capabilities: bits }
    }

    pub(super) const fn at_power_on(self, at_power_on: PinDefault) -> Self {
        Self { at_power_on, ..self }
    }

    /// Whether the pin can do more than plain digital input and output.
    #[must_use]
    pub const fn can(&self, capability: PinCapability) -> bool {
        self.capabilities & capability.bit() != 0
    }
}

/// An ability beyond plain digital input and output, which every pin has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PinCapability {
    /// Accepts a callback on edges.
    StateChange,
    /// ADC input.
    AnalogIn,
    /// DAC output.
    AnalogOut,
    /// PWM output.
    Pwm,
    /// Pulse counter.
    PulseCounter,
    /// Ends deep sleep.
    WakeUp,
}

impl PinCapability {
    const fn bit(self) -> u8 {
        1 << self as u8
    }

    /// The capability in words, for messages.
    #[must_use]
    pub const fn description(self) -> &'static str {
        match self {
            Self::StateChange => "state-change callback",
            Self::AnalogIn => "analog input",
            Self::AnalogOut => "analog output",
            Self::Pwm => "PWM",
            Self::PulseCounter => "pulse counter",
            Self::WakeUp => "wake-up function",
        }
    }
}

/// What a pin does from power-on until it is configured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PinDefault {
    /// Nothing.
    Floating,
    /// Drives low.
    DrivenLow,
    /// Drives high.
    DrivenHigh,
    /// Holds high weakly.
    PulledUp,
}

/// An I2C bus: its name and lines. A line is `None` where it ends at a module
/// pin that scripts cannot use otherwise.
#[derive(Clone, Copy, Debug)]
pub struct I2cProfile {
    /// The slot of `hardware`.
    pub name: &'static str,
    /// The clock line.
    pub scl: Option<PinId>,
    /// The data line.
    pub sda: Option<PinId>,
}

/// An SPI bus: its name and lines.
#[derive(Clone, Copy, Debug)]
pub struct SpiProfile {
    /// The slot of `hardware`.
    pub name: &'static str,
    /// Data from the controller.
    pub copi: Option<PinId>,
    /// Data to the controller.
    pub cipo: Option<PinId>,
    /// The clock.
    pub sclk: Option<PinId>,
    /// The chip-select line of the name.
    pub cs: Option<PinId>,
    /// Whether `chipselect()` works.
    pub chip_select: SpiChipSelect,
}

/// Whether an SPI bus has a chip-select line of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpiChipSelect {
    /// No: scripts use a pin of their choice.
    None,
    /// Yes.
    Dedicated,
}

/// A UART: its name, lines and speeds.
#[derive(Clone, Copy, Debug)]
pub struct UartProfile {
    /// The slot of `hardware`.
    pub name: &'static str,
    /// Transmit.
    pub tx: Option<PinId>,
    /// Receive.
    pub rx: Option<PinId>,
    /// Request to send.
    pub rts: Option<PinId>,
    /// Clear to send.
    pub cts: Option<PinId>,
    /// The lowest and highest baud rate.
    pub bauds: (u32, u32),
    /// The clock that is divided by a whole number to give the baud rate, or
    /// `None` where the port reaches every rate.
    pub clock_hertz: Option<u32>,
}

impl UartProfile {
    /// The baud rate that the hardware makes of a request, or `None` if the
    /// request is outside the port's range.
    ///
    /// The documented limits of all ports but imp005's follow from dividing a
    /// clock by an integer; which clock is in the tables of the modules.
    #[must_use]
    pub fn actual_baud(&self, requested: u32) -> Option<u32> {
        let (lowest, highest) = self.bauds;
        if requested < lowest || requested > highest {
            return None;
        }
        let Some(clock) = self.clock_hertz else { return Some(requested) };
        let below = (clock / requested).max(1);
        let faster = clock / below;
        let slower = clock / (below + 1);
        Some(if faster - requested <= requested - slower { faster } else { slower })
    }
}

/// How the rates of SPI buses follow from a clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpiRates {
    /// The clock divided by 2, 4, 8 … 256; a request is rounded down.
    Halved {
        /// The clock.
        kilohertz: u32,
    },
    /// The clock divided by any integer; a request is rounded up.
    Divided {
        /// The clock.
        kilohertz: u32,
    },
}

impl SpiRates {
    /// The rate in kHz that `spi.configure()` reports for a request.
    #[must_use]
    pub const fn actual(self, requested: u32) -> u32 {
        match self {
            Self::Halved { kilohertz } => {
                let mut divider = 2;
                while divider < 256 && kilohertz / divider > requested {
                    divider *= 2;
                }
                kilohertz / divider
            }
            Self::Divided { kilohertz } => match kilohertz.checked_div(requested) {
                Some(0) => kilohertz,
                Some(divider @ 1..=256) => kilohertz / divider,
                Some(_) | None => kilohertz / 256,
            },
        }
    }
}
