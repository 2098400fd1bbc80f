//! The serial ports.

use core::convert::Infallible;
use embedded_io::{ErrorType, Write};
use tamias_example_support::register::{Register, Registers};
use tamias_firmware_shim::uart::{Configure, ReceiveRing};
use tamias_stdlib_imp::board::{Parity, StopBits, UartError, UartPort, UartSettings, WordSize};
use tamias_stdlib_imp::events::{Event, EventQueue};

/// The number of UART 1's interrupt.
pub const INTERRUPT: i16 = 6;
/// Its place in the list of ports of the module: `uart57`.
const PORT: UartPort = UartPort(1);

const DATA: usize = 0x00;
const FLAGS: usize = 0x18;
const LINE_CONTROL: usize = 0x2C;
const CONTROL: usize = 0x30;
const INTERRUPT_MASK: usize = 0x38;
const INTERRUPT_CLEAR: usize = 0x44;
const RECEIVE_EMPTY: u32 = 1 << 4;
const TRANSMIT_FULL: u32 = 1 << 5;
const BUSY: u32 = 1 << 3;
const RECEIVED_INTERRUPT: u32 = 1 << 4;
const EIGHT_BITS: u32 = 3 << 5;
const ENABLED: u32 = 0x301;

// SAFETY: registers of the interrupt controller.
const ENABLE_INTERRUPT: Register = unsafe { Register::at(0xE000_E100) };

/// A port.
#[derive(Clone, Copy)]
pub struct Port(Registers);

// SAFETY: the ports of the board.
pub const UART_0: Port = Port(unsafe { Registers::at(0x4000_C000) });
// SAFETY: as above.
const UART_1: Port = Port(unsafe { Registers::at(0x4000_D000) });

impl Port {
    /// Starts the port with eight data bits.
    pub fn start(self) {
        self.0.at_offset(LINE_CONTROL).write(EIGHT_BITS);
        self.0.at_offset(CONTROL).write(ENABLED);
    }

    /// Waits until the bytes are in the transmitter.
    pub fn send(self, bytes: &[u8]) {
        for byte in bytes {
            while self.0.at_offset(FLAGS).read() & TRANSMIT_FULL != 0 {}
            self.0.at_offset(DATA).write(u32::from(*byte));
        }
    }
}

/// What UART 1 has received.
pub static RECEIVED: ReceiveRing<128> = ReceiveRing::new();

/// The transmitter of UART 1.
pub struct Sender;

impl ErrorType for Sender {
    type Error = Infallible;
}

impl Write for Sender {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, Infallible> {
        UART_1.send(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> Result<(), Infallible> {
        while UART_1.0.at_offset(FLAGS).read() & BUSY != 0 {}
        Ok(())
    }
}

impl Configure for Sender {
    /// The emulated line has no speed: what was asked for is reached.
    fn configure(&mut self, settings: &UartSettings) -> Result<u32, UartError> {
        let is_plain = settings.word_size == WordSize::Eight
            && settings.parity == Parity::None
            && settings.stop_bits == StopBits::One;
        if !is_plain {
            return Err(UartError::Unsupported);
        }
        UART_1.start();
        UART_1.0.at_offset(INTERRUPT_MASK).write(RECEIVED_INTERRUPT);
        ENABLE_INTERRUPT.write(1 << INTERRUPT);
        Ok(settings.baud)
    }
}

/// The interrupt of UART 1.
pub fn received(events: &EventQueue) {
    UART_1.0.at_offset(INTERRUPT_CLEAR).write(RECEIVED_INTERRUPT);
    while UART_1.0.at_offset(FLAGS).read() & RECEIVE_EMPTY == 0 {
        RECEIVED.push(UART_1.0.at_offset(DATA).read() as u8);
    }
    events.post(Event::UartChanged(PORT));
}
