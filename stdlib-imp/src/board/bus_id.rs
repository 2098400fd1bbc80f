//! Names of buses inside a module: positions in the lists of its profile.
//!
//! Three types rather than one, so that an SPI bus cannot be handed to the I2C
//! part by mistake.

/// An I2C bus: its position in [`ModuleProfile::i2c`](super::ModuleProfile::i2c).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct I2cBus(pub u8);

/// An SPI bus: its position in [`ModuleProfile::spi`](super::ModuleProfile::spi).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SpiBus(pub u8);

/// A UART: its position in [`ModuleProfile::uart`](super::ModuleProfile::uart).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UartPort(pub u8);
