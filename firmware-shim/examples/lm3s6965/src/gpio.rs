//! Pins that a script can configure.

use tamias_example_support::register::{Register, Registers};
use tamias_firmware_shim::pins::FlexPin;
use tamias_stdlib_imp::board::{ChangeEvents, Drive, Level, PinError, PinId, PinMode, Pull};
use tamias_stdlib_imp::events::{Event, EventQueue};

/// The number of port E's interrupt.
pub const PORT_E_INTERRUPT: i16 = 4;
/// Pin E0 is the third in the module's list of pins.
const FIRST_PIN_OF_E: u8 = 2;
const PINS_OF_E: u8 = 4;

const DIRECTION: usize = 0x400;
const BOTH_EDGES: usize = 0x408;
const INTERRUPT_MASK: usize = 0x410;
const MASKED_STATUS: usize = 0x418;
const INTERRUPT_CLEAR: usize = 0x41C;
const OPEN_DRAIN: usize = 0x50C;
const PULL_UP: usize = 0x510;
const PULL_DOWN: usize = 0x514;
const DIGITAL_ENABLE: usize = 0x51C;

// SAFETY: registers of the interrupt controller.
const ENABLE_INTERRUPT: Register = unsafe { Register::at(0xE000_E100) };
// SAFETY: the ports of the board.
const PORT_D: Registers = unsafe { Registers::at(0x4000_7000) };
// SAFETY: as above.
const PORT_E: Registers = unsafe { Registers::at(0x4002_4000) };

/// A pin of a port.
pub struct Pin {
    port: Registers,
    bit: u32,
}

pub const D0: Pin = Pin { port: PORT_D, bit: 1 << 0 };
pub const D1: Pin = Pin { port: PORT_D, bit: 1 << 1 };
pub const E0: Pin = Pin { port: PORT_E, bit: 1 << 0 };
pub const E1: Pin = Pin { port: PORT_E, bit: 1 << 1 };
pub const E2: Pin = Pin { port: PORT_E, bit: 1 << 2 };
pub const E3: Pin = Pin { port: PORT_E, bit: 1 << 3 };

impl Pin {
    /// The address of the data register selects the bits that an access is about.
    fn data(&self) -> Register {
        self.port.at_offset((self.bit << 2) as usize)
    }

    fn switch(&self, offset: usize, on: bool) {
        let register = self.port.at_offset(offset);
        if on { register.set(self.bit) } else { register.clear(self.bit) }
    }
}

impl FlexPin for Pin {
    fn configure(&mut self, mode: PinMode) -> Result<(), PinError> {
        match mode {
            PinMode::DigitalOut { drive, level } => {
                self.write_level(level)?;
                self.switch(OPEN_DRAIN, drive != Drive::PushPull);
                self.switch(PULL_UP, drive == Drive::OpenDrainPullUp);
                self.switch(INTERRUPT_MASK, false);
                self.switch(DIRECTION, true);
            }
            PinMode::DigitalIn { pull, changes } => {
                self.switch(DIRECTION, false);
                self.switch(PULL_UP, pull == Pull::Up);
                self.switch(PULL_DOWN, pull == Pull::Down);
                self.switch(BOTH_EDGES, true);
                self.port.at_offset(INTERRUPT_CLEAR).write(self.bit);
                self.switch(INTERRUPT_MASK, changes == ChangeEvents::On);
                ENABLE_INTERRUPT.write(1 << PORT_E_INTERRUPT);
            }
            _ => return Err(mode.required_capability().map_or(PinError::WrongMode, PinError::Lacks)),
        }
        self.switch(DIGITAL_ENABLE, true);
        Ok(())
    }

    fn read(&mut self) -> Result<u32, PinError> {
        Ok(u32::from(self.data().read() != 0))
    }

    fn write_level(&mut self, level: Level) -> Result<(), PinError> {
        self.data().write(if level == Level::High { u32::MAX } else { 0 });
        Ok(())
    }
}

/// The interrupt of port E.
pub fn port_e_changed(events: &EventQueue) {
    let changed = PORT_E.at_offset(MASKED_STATUS).read();
    PORT_E.at_offset(INTERRUPT_CLEAR).write(changed);
    for pin in 0..PINS_OF_E {
        if changed & 1 << pin != 0 {
            events.post(Event::PinChanged(PinId(FIRST_PIN_OF_E + pin)));
        }
    }
}
