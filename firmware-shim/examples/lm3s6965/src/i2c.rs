//! The I2C controller.

use embedded_hal::i2c::{Error, ErrorKind, ErrorType, I2c, NoAcknowledgeSource, Operation};
use tamias_example_support::register::Registers;
use tamias_firmware_shim::i2c::SetClock;
use tamias_stdlib_imp::board::I2cError;

// SAFETY: the controller of the board.
const I2C: Registers = unsafe { Registers::at(0x4002_0000) };
const ADDRESS: usize = 0x00;
const CONTROL_STATUS: usize = 0x04;
const DATA: usize = 0x08;
const TIMER_PERIOD: usize = 0x0C;
const CONFIGURATION: usize = 0x20;
const CONTROLLER: u32 = 0x10;

const RUN: u32 = 1;
const START: u32 = 2;
const STOP: u32 = 4;
const ACKNOWLEDGE: u32 = 8;

const BUSY: u32 = 0x01;
const ERROR: u32 = 0x02;
const ADDRESS_REFUSED: u32 = 0x04;
const DATA_REFUSED: u32 = 0x08;
const ARBITRATION_LOST: u32 = 0x10;

const CLOCK_HERTZ: u32 = 50_000_000;
/// Clocks of the controller in one of the bus, twice the ten phases of a bit.
const CLOCKS_PER_PERIOD: u32 = 20;

/// The bus.
pub struct Bus(());

/// Why a transfer failed.
#[derive(Clone, Copy, Debug)]
pub struct BusError(ErrorKind);

impl Error for BusError {
    fn kind(&self) -> ErrorKind {
        self.0
    }
}

impl Bus {
    /// The bus, with the controller in the role of a controller.
    pub fn new() -> Bus {
        I2C.at_offset(CONFIGURATION).write(CONTROLLER);
        Bus(())
    }

    fn command(&mut self, command: u32) -> Result<(), BusError> {
        I2C.at_offset(CONTROL_STATUS).write(command);
        let status = loop {
            let status = I2C.at_offset(CONTROL_STATUS).read();
            if status & BUSY == 0 {
                break status;
            }
        };
        match status {
            _ if status & ERROR == 0 => Ok(()),
            _ if status & DATA_REFUSED != 0 => {
                Err(BusError(ErrorKind::NoAcknowledge(NoAcknowledgeSource::Data)))
            }
            // The emulator reports an address that nobody answers as a lost arbitration.
            _ if status & (ADDRESS_REFUSED | ARBITRATION_LOST) != 0 => {
                Err(BusError(ErrorKind::NoAcknowledge(NoAcknowledgeSource::Address)))
            }
            _ => Err(BusError(ErrorKind::Bus)),
        }
    }

    /// START if the direction changes, all bytes, and STOP at the end of this direction.
    fn run(&mut self, operation: &mut Operation<'_>, mut start: u32, stop: u32) -> Result<(), BusError> {
        match operation {
            Operation::Write(bytes) => {
                let count = bytes.len();
                for (index, byte) in bytes.iter().enumerate() {
                    I2C.at_offset(DATA).write(u32::from(*byte));
                    self.command(RUN | start | if index + 1 == count { stop } else { 0 })?;
                    start = 0;
                }
            }
            Operation::Read(bytes) => {
                let count = bytes.len();
                for (index, byte) in bytes.iter_mut().enumerate() {
                    let is_last = index + 1 == count && stop != 0;
                    self.command(RUN | start | if is_last { STOP } else { ACKNOWLEDGE })?;
                    start = 0;
                    *byte = I2C.at_offset(DATA).read() as u8;
                }
            }
        }
        Ok(())
    }
}

impl ErrorType for Bus {
    type Error = BusError;
}

impl I2c for Bus {
    /// The emulated controller loses a repeated START, so a transfer ends where its direction changes. On a bus
    /// with a second controller that would let the other one in between.
    fn transaction(&mut self, address: u8, operations: &mut [Operation<'_>]) -> Result<(), BusError> {
        let mut open = None;
        for index in 0..operations.len() {
            let is_read = matches!(operations[index], Operation::Read(_));
            let next = operations.get(index + 1).map(|next| matches!(next, Operation::Read(_)));
            let start = if open == Some(is_read) { 0 } else { START };
            if start != 0 {
                I2C.at_offset(ADDRESS).write(u32::from(address) << 1 | u32::from(is_read));
            }
            let stop = if next == Some(is_read) { 0 } else { STOP };
            self.run(&mut operations[index], start, stop)?;
            open = (stop == 0).then_some(is_read);
        }
        Ok(())
    }
}

impl SetClock for Bus {
    fn set_hertz(&mut self, hertz: u32) -> Result<(), I2cError> {
        I2C.at_offset(TIMER_PERIOD).write(CLOCK_HERTZ.div_ceil(hertz * CLOCKS_PER_PERIOD) - 1);
        Ok(())
    }
}
