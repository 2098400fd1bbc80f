//! SPI buses and what is connected to them.
//!
//! A device listens while its chip-select line is low, which may be any pin:
//! drivers for imp modules mostly drive one themselves. Without a listening
//! device the data line is idle and reads as ones.

use tamias_stdlib_imp::board::profile::{SpiChipSelect, SpiRates};
use tamias_stdlib_imp::board::{
    ChipSelect, ClockIdle, ClockSampling, Drive, Level, PinId, PinMode, Spi, SpiBus, SpiError, SpiSettings,
};

use crate::board::{BusSlot, SimulatedBoard};
use crate::trace::Bytes;

/// A device on an SPI bus.
pub trait SpiDevice {
    /// The chip-select line has changed. A command usually begins with it.
    fn select(&mut self, select: ChipSelect);

    /// Replaces the bytes from the controller by those from the device.
    fn transfer(&mut self, bytes: &mut [u8]);
}

/// One bus with its devices.
#[derive(Default)]
pub(crate) struct SpiWires {
    running: Option<Running>,
    devices: Vec<Connected>,
}

#[derive(Clone, Copy)]
struct Running {
    kilohertz: u32,
    chip_select: Option<ChipSelect>,
}

struct Connected {
    chip_select: PinId,
    /// The level of the chip-select line that the device knows of.
    seen: Level,
    device: Box<dyn SpiDevice>,
}

const IDLE_LINE: u8 = 0xff;

impl SpiWires {
    pub fn stop(&mut self) {
        self.running = None;
    }

    pub fn attach(&mut self, chip_select: PinId, device: Box<dyn SpiDevice>) {
        self.devices.push(Connected { chip_select, seen: Level::High, device });
    }

    /// Tells the devices about edges on their chip-select lines.
    pub fn update_selection(&mut self, level_of: impl Fn(PinId) -> Level) {
        for connected in &mut self.devices {
            let level = level_of(connected.chip_select);
            if level != connected.seen {
                connected.seen = level;
                connected.device.select(match level {
                    Level::Low => ChipSelect::Asserted,
                    Level::High => ChipSelect::Released,
                });
            }
        }
    }

    fn transfer(&mut self, bytes: &mut [u8]) {
        match self.devices.iter_mut().find(|connected| connected.seen == Level::Low) {
            Some(connected) => connected.device.transfer(bytes),
            None => bytes.fill(IDLE_LINE),
        }
    }
}

impl Spi for SimulatedBoard {
    fn configure(&mut self, bus: SpiBus, settings: SpiSettings) -> Result<u32, SpiError> {
        let index = usize::from(bus.0);
        let profile = self.profile.spi.get(index).ok_or(SpiError::Absent)?;
        // The module with the fine divider is also the one with mode 0 only.
        let is_mode_0 =
            settings.clock_idle == ClockIdle::Low && settings.sampling == ClockSampling::FirstEdge;
        if matches!(self.profile.spi_rates, SpiRates::Divided { .. }) && !is_mode_0 {
            return Err(SpiError::UnsupportedMode);
        }
        if settings.chip_select.is_some() && profile.chip_select == SpiChipSelect::None {
            return Err(SpiError::NoChipSelect);
        }
        let kilohertz = self.profile.spi_rates.actual(settings.kilohertz);
        self.record(format_args!("{} configure {kilohertz} kHz", profile.name));
        self.disable_bus(BusSlot::Spi(bus));
        self.claim_pins(BusSlot::Spi(bus), [profile.copi, profile.cipo, profile.sclk]);
        self.spi[index].running = Some(Running { kilohertz, chip_select: settings.chip_select });
        if let Some(select) = settings.chip_select {
            self.drive_chip_select(bus, select);
        }
        Ok(kilohertz)
    }

    fn disable(&mut self, bus: SpiBus) {
        self.disable_bus(BusSlot::Spi(bus));
    }

    fn transfer(&mut self, bus: SpiBus, bytes: &mut [u8]) -> Result<(), SpiError> {
        let running = self.running_spi(bus)?;
        let name = self.profile.spi[usize::from(bus.0)].name;
        self.record(format_args!("{name} TX{}", Bytes(bytes)));
        self.spi[usize::from(bus.0)].transfer(bytes);
        self.record(format_args!("{name} RX{}", Bytes(bytes)));
        let bits = 8 * bytes.len() as u64;
        let micros = (bits * 1000).div_ceil(u64::from(running.kilohertz));
        self.advance_to(self.now.saturating_add(micros));
        Ok(())
    }

    fn write(&mut self, bus: SpiBus, bytes: &[u8]) -> Result<(), SpiError> {
        self.transfer(bus, &mut bytes.to_vec())
    }

    fn chip_select(&mut self, bus: SpiBus, select: ChipSelect) -> Result<(), SpiError> {
        self.running_spi(bus)?.chip_select.ok_or(SpiError::NoChipSelect)?;
        self.drive_chip_select(bus, select);
        Ok(())
    }
}

impl SimulatedBoard {
    fn running_spi(&self, bus: SpiBus) -> Result<Running, SpiError> {
        let wires = self.spi.get(usize::from(bus.0)).ok_or(SpiError::Absent)?;
        wires.running.ok_or(SpiError::NotEnabled)
    }

    /// The chip-select pin stays an ordinary output, which the bus drives; a
    /// bus on dedicated module pins only shows it in the trace.
    fn drive_chip_select(&mut self, bus: SpiBus, select: ChipSelect) {
        let level = match select {
            ChipSelect::Asserted => Level::Low,
            ChipSelect::Released => Level::High,
        };
        let profile = &self.profile.spi[usize::from(bus.0)];
        let Some(pin) = profile.cs else {
            self.record(format_args!("{} CS {}", profile.name, level.digit()));
            return;
        };
        let mode = PinMode::DigitalOut { drive: Drive::PushPull, level };
        let driven = self.change_pins(|pins, witness| {
            pins.write_level(pin, level, witness).or_else(|_| pins.configure(pin, mode, witness))
        });
        debug_assert_eq!(driven, Ok(()), "every pin can be a plain output");
    }
}
