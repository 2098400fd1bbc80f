//! I2C: controller-only transfers on the module's buses.
//!
//! The shape is that of `hardware.i2cXX` and of `embedded_hal::i2c::I2c` alike:
//! a write, and a read that may be preceded by a sub-address and a repeated
//! START. The errors are those that scripts see as negative integers.

use core::fmt;

use super::I2cBus;

/// The I2C buses of a board.
pub trait I2c {
    /// Takes the pins of the bus and sets its clock. May be called again.
    ///
    /// # Errors
    /// [`I2cError::NotEnabled`] if the board has no such bus or cannot set this clock.
    fn configure(&mut self, bus: I2cBus, hertz: u32) -> Result<(), I2cError>;

    /// Releases the pins. Harmless if the bus is not enabled.
    fn disable(&mut self, bus: I2cBus);

    /// START, address, all bytes, STOP. With no bytes it only asks whether
    /// somebody answers, as bus scans do.
    ///
    /// # Errors
    /// The phase of the transfer that failed.
    fn write(&mut self, bus: I2cBus, address: I2cAddress, bytes: &[u8]) -> Result<(), I2cError>;

    /// Fills `into`. A `sub_address` that is not empty is written first and
    /// followed by a repeated START.
    ///
    /// # Errors
    /// The phase of the transfer that failed; `into` is then unspecified.
    fn read(
        &mut self,
        bus: I2cBus,
        address: I2cAddress,
        sub_address: &[u8],
        into: &mut [u8],
    ) -> Result<(), I2cError>;
}

/// The address of a device on an I2C bus.
///
/// Scripts and data sheets of the imp world write it shifted left by one,
/// Rust's drivers do not. The type keeps the two from being confused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct I2cAddress {
    seven_bit: u8,
}

impl I2cAddress {
    /// From the script's form. The read/write bit and everything above eight
    /// bits are ignored, since the bus has no place for them.
    #[must_use]
    pub const fn from_eight_bit(address: i32) -> Self {
        Self { seven_bit: ((address >> 1) & 0x7f) as u8 }
    }

    /// As the imp API writes it: shifted left, with the read/write bit clear.
    #[must_use]
    pub const fn eight_bit(self) -> u8 {
        self.seven_bit << 1
    }

    /// As `embedded-hal` wants it.
    #[must_use]
    pub const fn seven_bit(self) -> u8 {
        self.seven_bit
    }
}

/// Why an I2C transfer failed: the documented results of `i2c.write()` and
/// `i2c.readerror()`. Zero, success, is `Ok` here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum I2cError {
    /// The bus was not released after START.
    ControllerSelect,
    /// Nobody answered on selecting transmit mode; a missing device on the
    /// STM32-based modules.
    TransmitSelect,
    /// Time ran out while data were sent.
    Transmit,
    /// The transfer did not complete.
    TransferIncomplete,
    /// The STOP condition was not seen.
    Stop,
    /// The address flag was not cleared.
    AddressClear,
    /// Time ran out waiting for the address to be read.
    AddressReceive,
    /// Time ran out waiting for data.
    DataReceive,
    /// The device refused; a missing device on the other modules.
    Nack,
    /// Time ran out on selecting a read of several bytes.
    ControllerReceiveSelect,
    /// Time ran out in a read of several bytes.
    Receive,
    /// The bus was not released after the repeated START.
    Reselect,
    /// `configure()` was not called, or `disable()` was.
    NotEnabled,
}

impl I2cError {
    /// The number that a script sees, -1 to -13.
    #[must_use]
    pub const fn code(self) -> i32 {
        match self {
            Self::ControllerSelect => -1,
            Self::TransmitSelect => -2,
            Self::Transmit => -3,
            Self::TransferIncomplete => -4,
            Self::Stop => -5,
            Self::AddressClear => -6,
            Self::AddressReceive => -7,
            Self::DataReceive => -8,
            Self::Nack => -9,
            Self::ControllerReceiveSelect => -10,
            Self::Receive => -11,
            Self::Reselect => -12,
            Self::NotEnabled => -13,
        }
    }
}

impl fmt::Display for I2cError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::ControllerSelect => "controller select error",
            Self::TransmitSelect => "transmit select error",
            Self::Transmit => "transmit error",
            Self::TransferIncomplete => "transfer did not complete",
            Self::Stop => "stop error",
            Self::AddressClear => "address clear error",
            Self::AddressReceive => "time-out waiting for the address",
            Self::DataReceive => "time-out waiting for data",
            Self::Nack => "device did not acknowledge",
            Self::ControllerReceiveSelect => "controller receive select error",
            Self::Receive => "receive error",
            Self::Reselect => "reselect error",
            Self::NotEnabled => "bus not enabled",
        })
    }
}

impl core::error::Error for I2cError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_keep_seven_bits() {
        let address = I2cAddress::from_eight_bit(0x91);
        assert_eq!((address.seven_bit(), address.eight_bit()), (0x48, 0x90));
        assert_eq!(I2cAddress::from_eight_bit(-1).eight_bit(), 0xfe);
    }
}
