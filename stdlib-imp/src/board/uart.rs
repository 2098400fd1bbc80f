//! UART: serial ports with a FIFO each way.
//!
//! The FIFOs belong to the board, because an interrupt fills them: a byte must
//! not be lost while a script runs. The board posts
//! [`Event::UartChanged`](crate::events::Event::UartChanged) whenever
//! [`Uart::take_events`] has something new to say.

use core::fmt;

use super::{Level, PinId, UartPort};

/// The UARTs of a board.
pub trait Uart {
    /// Takes the pins and starts the port with empty FIFOs; on a running port
    /// the old settings and everything buffered are dropped. The answer is the
    /// baud rate that was reached.
    ///
    /// # Errors
    /// If the board has no such port or cannot do what the settings ask.
    fn configure(&mut self, port: UartPort, settings: UartSettings) -> Result<u32, UartError>;

    /// Stops the port and frees its pins. Harmless on a stopped port.
    fn disable(&mut self, port: UartPort);

    /// The oldest received byte; `None` if there is none or the port is stopped.
    fn read_byte(&mut self, port: UartPort) -> Option<ReceivedByte>;

    /// Received bytes that wait to be read.
    fn available(&self, port: UartPort) -> usize;

    /// Blocks until all bytes are in the transmit FIFO, not until they are sent.
    ///
    /// # Errors
    /// [`UartError::NotEnabled`] on a stopped port.
    fn write(&mut self, port: UartPort, bytes: &[u8]) -> Result<(), UartError>;

    /// Blocks until the transmit FIFO is empty.
    fn flush(&mut self, port: UartPort);

    /// What happened since the last call.
    fn take_events(&mut self, port: UartPort) -> UartEvents;

    /// Has `pin` driven to `active` while the port transmits, for half-duplex
    /// line drivers.
    ///
    /// # Errors
    /// [`UartError::Unsupported`] unless the board can do it.
    fn set_transmit_active(&mut self, port: UartPort, pin: PinId, active: Level) -> Result<(), UartError> {
        let _ = (port, pin, active);
        Err(UartError::Unsupported)
    }
}

/// The arguments of `uart.configure()`, decoded, with the FIFO sizes set before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UartSettings {
    /// Requested baud rate.
    pub baud: u32,
    /// Data bits.
    pub word_size: WordSize,
    /// Parity bit.
    pub parity: Parity,
    /// Stop bits.
    pub stop_bits: StopBits,
    /// Whether RTS and CTS are used.
    pub flow_control: FlowControl,
    /// Which data lines are taken.
    pub lines: UartLines,
    /// Bytes that wait for the script.
    pub receive_fifo: usize,
    /// Bytes that wait for the line.
    pub transmit_fifo: usize,
}

impl UartSettings {
    /// Size of both FIFOs unless the script sets another.
    pub const DEFAULT_FIFO: usize = 80;

    /// Bit times that one byte takes on the line.
    #[must_use]
    pub const fn bits_per_byte(&self) -> u32 {
        let data = match self.word_size {
            WordSize::Seven => 7,
            WordSize::Eight => 8,
        };
        let parity = match self.parity {
            Parity::None => 0,
            Parity::Even | Parity::Odd => 1,
        };
        let stop = match self.stop_bits {
            StopBits::One => 1,
            StopBits::Two => 2,
        };
        1 + data + parity + stop
    }
}

/// Data bits of a byte on the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WordSize {
    /// Seven.
    Seven,
    /// Eight.
    Eight,
}

/// The parity bit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parity {
    /// `PARITY_NONE`.
    None,
    /// `PARITY_EVEN`.
    Even,
    /// `PARITY_ODD`.
    Odd,
}

/// Stop bits after a byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StopBits {
    /// One.
    One,
    /// Two.
    Two,
}

/// Hardware flow control.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlowControl {
    /// `NO_CTSRTS`.
    Off,
    /// RTS and CTS, where the port has them.
    RtsCts,
}

/// Which data lines a port takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UartLines {
    /// Both.
    Both,
    /// `NO_RX`.
    TransmitOnly,
    /// `NO_TX`.
    ReceiveOnly,
}

/// A byte with what `TIMING_ENABLED` wants to know about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReceivedByte {
    /// The byte.
    pub byte: u8,
    /// Microseconds since the byte before it was received.
    pub interval_micros: u32,
}

/// A set of events of a port, with the bits that `uart.flags()` documents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UartEvents(u8);

impl UartEvents {
    /// Data can be read.
    pub const READ_READY: Self = Self(1);
    /// Everything has been sent.
    pub const WRITE_DONE: Self = Self(2);
    /// Noise in a start bit.
    pub const NOISE_ERROR: Self = Self(4);
    /// Start or stop bits were not where they should be.
    pub const FRAME_ERROR: Self = Self(8);
    /// The parity did not match.
    pub const PARITY_ERROR: Self = Self(16);
    /// A byte was lost because the receive FIFO was full.
    pub const OVERRUN_ERROR: Self = Self(32);
    /// The line was idle for a frame, then a new frame began.
    pub const LINE_IDLE: Self = Self(64);
    /// The transmit FIFO fell through the half-full mark.
    pub const WRITE_HALF_DONE: Self = Self(128);

    /// The set as a script sees it.
    #[must_use]
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// Whether nothing happened.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether all of `events` are in the set.
    #[must_use]
    pub const fn contains(self, events: Self) -> bool {
        self.0 & events.0 == events.0
    }

    /// Adds events to the set.
    pub const fn insert(&mut self, events: Self) {
        self.0 |= events.0;
    }
}

/// Why a UART call failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UartError {
    /// The board has no such port.
    Absent,
    /// The baud rate is outside the port's range.
    BaudRate,
    /// The port is stopped.
    NotEnabled,
    /// The board cannot do this.
    Unsupported,
    /// The FIFOs do not fit into memory.
    OutOfMemory,
}

impl fmt::Display for UartError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Absent => "port does not exist",
            Self::BaudRate => "unsupported baud rate",
            Self::NotEnabled => "port not enabled",
            Self::Unsupported => "not supported by this board",
            Self::OutOfMemory => "out of memory",
        })
    }
}

impl core::error::Error for UartError {}
