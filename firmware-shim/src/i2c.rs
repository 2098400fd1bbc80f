//! I2C buses from embedded-hal.

use alloc::boxed::Box;
use alloc::vec::Vec;
use embedded_hal::i2c::{Error as _, ErrorKind, NoAcknowledgeSource, Operation};
use tamias_stdlib_imp::board::{I2c, I2cAddress, I2cBus, I2cError, ModuleProfile};

/// What a bus does when a script sets its clock; embedded-hal has no word for it.
pub trait SetClock {
    /// Sets the clock of the bus.
    ///
    /// # Errors
    /// [`I2cError::NotEnabled`] if the bus cannot run at this speed.
    fn set_hertz(&mut self, hertz: u32) -> Result<(), I2cError>;
}

/// A bus with a clock that the firmware has set; every speed that a script asks for is taken for that.
pub struct FixedClock<B>(pub B);

impl<B> SetClock for FixedClock<B> {
    fn set_hertz(&mut self, _: u32) -> Result<(), I2cError> {
        Ok(())
    }
}

impl<B: embedded_hal::i2c::ErrorType> embedded_hal::i2c::ErrorType for FixedClock<B> {
    type Error = B::Error;
}

impl<B: embedded_hal::i2c::I2c> embedded_hal::i2c::I2c for FixedClock<B> {
    fn read(&mut self, address: u8, into: &mut [u8]) -> Result<(), B::Error> {
        self.0.read(address, into)
    }

    fn write(&mut self, address: u8, bytes: &[u8]) -> Result<(), B::Error> {
        self.0.write(address, bytes)
    }

    fn write_read(&mut self, address: u8, bytes: &[u8], into: &mut [u8]) -> Result<(), B::Error> {
        self.0.write_read(address, bytes, into)
    }

    fn transaction(&mut self, address: u8, operations: &mut [Operation<'_>]) -> Result<(), B::Error> {
        self.0.transaction(address, operations)
    }
}

/// A bus as the set of buses sees it.
trait Bus {
    fn set_hertz(&mut self, hertz: u32) -> Result<(), I2cError>;
    fn write(&mut self, address: u8, bytes: &[u8]) -> Result<(), ErrorKind>;
    fn read(&mut self, address: u8, into: &mut [u8]) -> Result<(), ErrorKind>;
    fn write_read(&mut self, address: u8, bytes: &[u8], into: &mut [u8]) -> Result<(), ErrorKind>;
}

impl<B: embedded_hal::i2c::I2c + SetClock> Bus for B {
    fn set_hertz(&mut self, hertz: u32) -> Result<(), I2cError> {
        SetClock::set_hertz(self, hertz)
    }

    fn write(&mut self, address: u8, bytes: &[u8]) -> Result<(), ErrorKind> {
        embedded_hal::i2c::I2c::write(self, address, bytes).map_err(|error| error.kind())
    }

    fn read(&mut self, address: u8, into: &mut [u8]) -> Result<(), ErrorKind> {
        embedded_hal::i2c::I2c::read(self, address, into).map_err(|error| error.kind())
    }

    fn write_read(&mut self, address: u8, bytes: &[u8], into: &mut [u8]) -> Result<(), ErrorKind> {
        embedded_hal::i2c::I2c::write_read(self, address, bytes, into).map_err(|error| error.kind())
    }
}

/// The I2C buses of a board.
pub struct I2cBuses {
    profile: &'static ModuleProfile,
    buses: Vec<Option<Slot>>,
}

struct Slot {
    bus: Box<dyn Bus>,
    is_enabled: bool,
}

impl I2cBuses {
    /// No buses yet.
    pub fn new(profile: &'static ModuleProfile) -> Self {
        I2cBuses { profile, buses: profile.i2c.iter().map(|_| None).collect() }
    }

    /// Makes `bus` the one that scripts call `name`.
    ///
    /// # Panics
    /// If the module has no bus of this name: the firmware is wrong.
    #[must_use]
    pub fn with(mut self, name: &str, bus: impl embedded_hal::i2c::I2c + SetClock + 'static) -> Self {
        let id = self.profile.i2c_bus(name).expect("the module has this bus");
        self.buses[usize::from(id.0)] = Some(Slot { bus: Box::new(bus), is_enabled: false });
        self
    }

    fn slot(&mut self, bus: I2cBus) -> Result<&mut Slot, I2cError> {
        self.buses.get_mut(usize::from(bus.0)).and_then(Option::as_mut).ok_or(I2cError::NotEnabled)
    }

    /// Does something with a bus that is enabled.
    fn transfer(
        &mut self,
        bus: I2cBus,
        work: impl FnOnce(&mut dyn Bus) -> Result<(), ErrorKind>,
    ) -> Result<(), I2cError> {
        let missing = self.profile.missing_device;
        let slot = self.slot(bus)?;
        if !slot.is_enabled {
            return Err(I2cError::NotEnabled);
        }
        work(&mut *slot.bus).map_err(|kind| code_of(kind, missing))
    }
}

/// The error that scripts see. Which one stands for a missing device depends on the module.
fn code_of(kind: ErrorKind, missing: I2cError) -> I2cError {
    match kind {
        ErrorKind::NoAcknowledge(NoAcknowledgeSource::Data) => I2cError::Nack,
        ErrorKind::NoAcknowledge(_) => missing,
        ErrorKind::ArbitrationLoss => I2cError::ControllerSelect,
        ErrorKind::Overrun => I2cError::Receive,
        _ => I2cError::TransferIncomplete,
    }
}

impl I2c for I2cBuses {
    fn configure(&mut self, bus: I2cBus, hertz: u32) -> Result<(), I2cError> {
        let slot = self.slot(bus)?;
        slot.bus.set_hertz(hertz)?;
        slot.is_enabled = true;
        Ok(())
    }

    fn disable(&mut self, bus: I2cBus) {
        if let Ok(slot) = self.slot(bus) {
            slot.is_enabled = false;
        }
    }

    fn write(&mut self, bus: I2cBus, address: I2cAddress, bytes: &[u8]) -> Result<(), I2cError> {
        self.transfer(bus, |bus| bus.write(address.seven_bit(), bytes))
    }

    fn read(
        &mut self,
        bus: I2cBus,
        address: I2cAddress,
        sub_address: &[u8],
        into: &mut [u8],
    ) -> Result<(), I2cError> {
        self.transfer(bus, |bus| match sub_address {
            [] => bus.read(address.seven_bit(), into),
            _ => bus.write_read(address.seven_bit(), sub_address, into),
        })
    }
}
