//! I2C buses and what is connected to them.
//!
//! A device is anything that implements [`I2cDevice`]; [`RegisterMap`](crate::register_map::RegisterMap)
//! is the one that board files describe. Transfers take virtual time, nine
//! clock periods a byte, and the device acts at their beginning.

use tamias_stdlib_imp::board::{I2c, I2cAddress, I2cBus, I2cError};

use crate::board::{BusSlot, SimulatedBoard};
use crate::signal::{SignalBank, SignalId};
use crate::trace::Bytes;

/// A device on an I2C bus.
///
/// ```
/// use tamias_simulator::{DeviceContext, I2cDevice, Nack, SimulatedBoard};
/// use tamias_stdlib_imp::board::{Board, I2cAddress, I2cBus, modules};
///
/// /// Tells the age of the simulation in seconds.
/// struct Hourglass;
///
/// impl I2cDevice for Hourglass {
///     fn write(&mut self, _context: &DeviceContext<'_>, _bytes: &[u8]) -> Result<(), Nack> {
///         Ok(())
///     }
///     fn read(&mut self, context: &DeviceContext<'_>, into: &mut [u8]) -> Result<(), Nack> {
///         into.fill((context.now_micros / 1_000_000) as u8);
///         Ok(())
///     }
/// }
///
/// let mut board = SimulatedBoard::new(&modules::IMP006);
/// let (bus, address) = (I2cBus(0), I2cAddress::from_eight_bit(0x40));
/// board.attach_i2c(bus, address, Box::new(Hourglass));
/// board.advance_to(7_000_000);
///
/// let i2c = board.i2c().unwrap();
/// i2c.configure(bus, 100_000).unwrap();
/// let mut seconds = [0];
/// i2c.read(bus, address, &[], &mut seconds).unwrap();
/// assert_eq!(seconds, [7]);
/// ```
pub trait I2cDevice {
    /// Takes the bytes of a write, none at all for a probe.
    ///
    /// # Errors
    /// If the device does not acknowledge.
    fn write(&mut self, context: &DeviceContext<'_>, bytes: &[u8]) -> Result<(), Nack>;

    /// Supplies the bytes of a read.
    ///
    /// # Errors
    /// If the device does not acknowledge.
    fn read(&mut self, context: &DeviceContext<'_>, into: &mut [u8]) -> Result<(), Nack>;
}

/// The device does not acknowledge its address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nack;

/// The world as a device sees it.
#[derive(Debug)]
pub struct DeviceContext<'a> {
    /// Virtual time.
    pub now_micros: u64,
    pub(crate) signals: &'a SignalBank,
}

impl DeviceContext<'_> {
    /// What a signal of the board file is now.
    #[must_use]
    pub fn signal(&self, name: &str) -> Option<f64> {
        self.signals.find(name).map(|signal| self.value(signal))
    }

    pub(crate) fn value(&self, signal: SignalId) -> f64 {
        self.signals.value(signal, self.now_micros)
    }
}

/// One bus with its devices.
#[derive(Default)]
pub(crate) struct I2cWires {
    /// `None` while the bus is not enabled.
    hertz: Option<u32>,
    devices: Vec<(I2cAddress, Box<dyn I2cDevice>)>,
}

impl I2cWires {
    pub fn stop(&mut self) {
        self.hertz = None;
    }

    /// Connects a device in place of another one with the same address.
    pub fn attach(&mut self, address: I2cAddress, device: Box<dyn I2cDevice>) {
        self.devices.retain(|(other, _)| *other != address);
        self.devices.push((address, device));
    }

    fn device(&mut self, address: I2cAddress) -> Option<&mut (dyn I2cDevice + 'static)> {
        self.devices.iter_mut().find(|(other, _)| *other == address).map(|(_, device)| &mut **device)
    }
}

impl I2c for SimulatedBoard {
    fn configure(&mut self, bus: I2cBus, hertz: u32) -> Result<(), I2cError> {
        if hertz == 0 || self.i2c.get(usize::from(bus.0)).is_none() {
            return Err(I2cError::NotEnabled);
        }
        let profile = &self.profile.i2c[usize::from(bus.0)];
        self.record(format_args!("{} configure {hertz} Hz", profile.name));
        self.claim_pins(BusSlot::I2c(bus), [profile.scl, profile.sda]);
        self.i2c[usize::from(bus.0)].hertz = Some(hertz);
        Ok(())
    }

    fn disable(&mut self, bus: I2cBus) {
        self.disable_bus(BusSlot::I2c(bus));
    }

    fn write(&mut self, bus: I2cBus, address: I2cAddress, bytes: &[u8]) -> Result<(), I2cError> {
        let hertz = self.clock_of(bus)?;
        self.send(bus, hertz, address, bytes)
    }

    fn read(
        &mut self,
        bus: I2cBus,
        address: I2cAddress,
        sub_address: &[u8],
        into: &mut [u8],
    ) -> Result<(), I2cError> {
        let hertz = self.clock_of(bus)?;
        if !sub_address.is_empty() {
            self.send(bus, hertz, address, sub_address)?;
        }
        let received = self.with_device(bus, address, |device, context| device.read(context, into));
        let name = self.profile.i2c[usize::from(bus.0)].name;
        let eight_bit = address.eight_bit();
        match received {
            Ok(()) => self.record(format_args!("{name} R 0x{eight_bit:02x}{}", Bytes(into))),
            Err(_) => self.record(format_args!("{name} R 0x{eight_bit:02x} NACK")),
        }
        self.spend_bytes(hertz, received.map_or(1, |()| into.len() + 1));
        received
    }
}

impl SimulatedBoard {
    fn clock_of(&self, bus: I2cBus) -> Result<u32, I2cError> {
        self.i2c.get(usize::from(bus.0)).and_then(|wires| wires.hertz).ok_or(I2cError::NotEnabled)
    }

    fn send(&mut self, bus: I2cBus, hertz: u32, address: I2cAddress, bytes: &[u8]) -> Result<(), I2cError> {
        let taken = self.with_device(bus, address, |device, context| device.write(context, bytes));
        let name = self.profile.i2c[usize::from(bus.0)].name;
        let eight_bit = address.eight_bit();
        match taken {
            Ok(()) => self.record(format_args!("{name} W 0x{eight_bit:02x}{}", Bytes(bytes))),
            Err(_) => self.record(format_args!("{name} W 0x{eight_bit:02x} NACK")),
        }
        self.spend_bytes(hertz, taken.map_or(1, |()| bytes.len() + 1));
        taken
    }

    fn with_device(
        &mut self,
        bus: I2cBus,
        address: I2cAddress,
        transfer: impl FnOnce(&mut dyn I2cDevice, &DeviceContext<'_>) -> Result<(), Nack>,
    ) -> Result<(), I2cError> {
        let missing = self.profile.missing_device;
        let context = DeviceContext { now_micros: self.now, signals: &self.signals };
        let device = self.i2c[usize::from(bus.0)].device(address).ok_or(missing)?;
        transfer(device, &context).map_err(|Nack| missing)
    }

    fn spend_bytes(&mut self, hertz: u32, bytes: usize) {
        const CLOCKS_PER_BYTE: u64 = 9;
        let micros = (bytes as u64 * CLOCKS_PER_BYTE * 1_000_000).div_ceil(u64::from(hertz));
        self.advance_to(self.now.saturating_add(micros));
    }
}
