//! SPI buses from embedded-hal.

use alloc::boxed::Box;
use alloc::vec::Vec;
use embedded_hal::digital::OutputPin;
use tamias_stdlib_imp::board::{ChipSelect, ModuleProfile, Spi, SpiBus, SpiError, SpiSettings};

/// What a bus does when a script configures it; embedded-hal has no word for it.
pub trait Configure {
    /// Takes the settings. The answer is the clock in kHz that was reached.
    ///
    /// # Errors
    /// [`SpiError::UnsupportedMode`] if the bus cannot do what they ask.
    fn configure(&mut self, settings: SpiSettings) -> Result<u32, SpiError>;
}

/// A bus that the firmware has set up for one speed and mode; it refuses the others.
pub struct FixedBus<B> {
    /// The bus.
    pub bus: B,
    /// How it is set up. The chip select does not matter here.
    pub settings: SpiSettings,
}

impl<B> Configure for FixedBus<B> {
    fn configure(&mut self, settings: SpiSettings) -> Result<u32, SpiError> {
        let fixed =
            SpiSettings { chip_select: settings.chip_select, kilohertz: settings.kilohertz, ..self.settings };
        // The reached clock is the highest one not above the request, or the lowest: there is only one.
        if settings == fixed { Ok(self.settings.kilohertz) } else { Err(SpiError::UnsupportedMode) }
    }
}

impl<B: embedded_hal::spi::ErrorType> embedded_hal::spi::ErrorType for FixedBus<B> {
    type Error = B::Error;
}

impl<B: embedded_hal::spi::SpiBus> embedded_hal::spi::SpiBus for FixedBus<B> {
    fn read(&mut self, words: &mut [u8]) -> Result<(), B::Error> {
        self.bus.read(words)
    }

    fn write(&mut self, words: &[u8]) -> Result<(), B::Error> {
        self.bus.write(words)
    }

    fn transfer(&mut self, read: &mut [u8], write: &[u8]) -> Result<(), B::Error> {
        self.bus.transfer(read, write)
    }

    fn transfer_in_place(&mut self, words: &mut [u8]) -> Result<(), B::Error> {
        self.bus.transfer_in_place(words)
    }

    fn flush(&mut self) -> Result<(), B::Error> {
        self.bus.flush()
    }
}

/// A bus as the set of buses sees it. Errors of the line itself do not exist in the imp API.
trait Bus {
    fn configure(&mut self, settings: SpiSettings) -> Result<u32, SpiError>;
    fn transfer(&mut self, bytes: &mut [u8]);
    fn write(&mut self, bytes: &[u8]);
}

impl<B: embedded_hal::spi::SpiBus + Configure> Bus for B {
    fn configure(&mut self, settings: SpiSettings) -> Result<u32, SpiError> {
        Configure::configure(self, settings)
    }

    fn transfer(&mut self, bytes: &mut [u8]) {
        let _ = self.transfer_in_place(bytes);
        let _ = self.flush();
    }

    fn write(&mut self, bytes: &[u8]) {
        let _ = embedded_hal::spi::SpiBus::write(self, bytes);
        let _ = self.flush();
    }
}

/// A chip-select line.
trait Select {
    fn drive(&mut self, select: ChipSelect);
}

impl<P: OutputPin> Select for P {
    fn drive(&mut self, select: ChipSelect) {
        let _ = match select {
            ChipSelect::Asserted => self.set_low(),
            ChipSelect::Released => self.set_high(),
        };
    }
}

/// The SPI buses of a board.
pub struct SpiBuses {
    profile: &'static ModuleProfile,
    buses: Vec<Option<Slot>>,
}

struct Slot {
    bus: Box<dyn Bus>,
    select: Option<Box<dyn Select>>,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Disabled,
    Enabled,
    /// The chip-select line belongs to the bus.
    EnabledWithSelect,
}

impl SpiBuses {
    /// No buses yet.
    pub fn new(profile: &'static ModuleProfile) -> Self {
        SpiBuses { profile, buses: profile.spi.iter().map(|_| None).collect() }
    }

    /// Makes `bus` the one that scripts call `name`.
    ///
    /// # Panics
    /// If the module has no bus of this name: the firmware is wrong.
    #[must_use]
    pub fn with(mut self, name: &str, bus: impl embedded_hal::spi::SpiBus + Configure + 'static) -> Self {
        let id = self.profile.spi_bus(name).expect("the module has this bus");
        self.buses[usize::from(id.0)] =
            Some(Slot { bus: Box::new(bus), select: None, state: State::Disabled });
        self
    }

    /// Adds the chip-select line of the bus that scripts call `name`.
    ///
    /// # Panics
    /// If there is no such bus yet: the firmware is wrong.
    #[must_use]
    pub fn with_select(mut self, name: &str, line: impl OutputPin + 'static) -> Self {
        let id = self.profile.spi_bus(name).expect("the module has this bus");
        let slot = self.buses[usize::from(id.0)].as_mut().expect("the bus was added before its chip select");
        slot.select = Some(Box::new(line));
        self
    }

    fn enabled(&mut self, bus: SpiBus) -> Result<&mut Slot, SpiError> {
        match self.buses.get_mut(usize::from(bus.0)) {
            Some(Some(slot)) if slot.state != State::Disabled => Ok(slot),
            Some(Some(_)) => Err(SpiError::NotEnabled),
            _ => Err(SpiError::Absent),
        }
    }
}

impl Spi for SpiBuses {
    fn configure(&mut self, bus: SpiBus, settings: SpiSettings) -> Result<u32, SpiError> {
        let Some(Some(slot)) = self.buses.get_mut(usize::from(bus.0)) else { return Err(SpiError::Absent) };
        if settings.chip_select.is_some() && slot.select.is_none() {
            return Err(SpiError::NoChipSelect);
        }
        let reached = slot.bus.configure(settings)?;
        slot.state = State::Enabled;
        if let (Some(select), Some(line)) = (settings.chip_select, &mut slot.select) {
            line.drive(select);
            slot.state = State::EnabledWithSelect;
        }
        Ok(reached)
    }

    fn disable(&mut self, bus: SpiBus) {
        if let Ok(slot) = self.enabled(bus) {
            slot.state = State::Disabled;
        }
    }

    fn transfer(&mut self, bus: SpiBus, bytes: &mut [u8]) -> Result<(), SpiError> {
        self.enabled(bus)?.bus.transfer(bytes);
        Ok(())
    }

    fn write(&mut self, bus: SpiBus, bytes: &[u8]) -> Result<(), SpiError> {
        self.enabled(bus)?.bus.write(bytes);
        Ok(())
    }

    fn chip_select(&mut self, bus: SpiBus, select: ChipSelect) -> Result<(), SpiError> {
        let slot = self.enabled(bus)?;
        match (slot.state, &mut slot.select) {
            (State::EnabledWithSelect, Some(line)) => {
                line.drive(select);
                Ok(())
            }
            _ => Err(SpiError::NoChipSelect),
        }
    }
}
