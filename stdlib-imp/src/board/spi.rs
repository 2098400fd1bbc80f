//! SPI: full-duplex transfers as a controller.

use core::fmt;

use super::SpiBus;

/// The SPI buses of a board.
pub trait Spi {
    /// Takes the pins of the bus. The answer is the clock in kHz that was
    /// reached: the highest possible one not above the request, or the lowest.
    ///
    /// # Errors
    /// If the board has no such bus or the bus cannot do what the settings ask.
    fn configure(&mut self, bus: SpiBus, settings: SpiSettings) -> Result<u32, SpiError>;

    /// Releases the pins. Harmless if the bus is not enabled.
    fn disable(&mut self, bus: SpiBus);

    /// Sends the buffer and replaces each byte by the one received meanwhile.
    ///
    /// # Errors
    /// [`SpiError::NotEnabled`] before `configure`.
    fn transfer(&mut self, bus: SpiBus, bytes: &mut [u8]) -> Result<(), SpiError>;

    /// Sends without looking at the answer.
    ///
    /// # Errors
    /// [`SpiError::NotEnabled`] before `configure`.
    fn write(&mut self, bus: SpiBus, bytes: &[u8]) -> Result<(), SpiError>;

    /// Drives the chip-select line of the bus.
    ///
    /// # Errors
    /// [`SpiError::NoChipSelect`] if the settings did not claim it.
    fn chip_select(&mut self, bus: SpiBus, select: ChipSelect) -> Result<(), SpiError>;
}

/// The arguments of `spi.configure()`, decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SpiSettings {
    /// Requested clock.
    pub kilohertz: u32,
    /// Level of the idle clock line (CPOL).
    pub clock_idle: ClockIdle,
    /// Edge on which data are taken (CPHA).
    pub sampling: ClockSampling,
    /// Which bit of a byte goes first.
    pub bit_order: BitOrder,
    /// Which lines are used.
    pub wires: SpiWires,
    /// `None` leaves the dedicated chip-select line alone.
    pub chip_select: Option<ChipSelect>,
}

/// Level of the clock line between transfers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockIdle {
    /// `CLOCK_IDLE_LOW`.
    Low,
    /// `CLOCK_IDLE_HIGH`.
    High,
}

/// The clock edge on which data are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockSampling {
    /// The default.
    FirstEdge,
    /// `CLOCK_2ND_EDGE`.
    SecondEdge,
}

/// Which bit of a byte goes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BitOrder {
    /// `MSB_FIRST`.
    MsbFirst,
    /// `LSB_FIRST`.
    LsbFirst,
}

/// Which of the lines a bus takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpiWires {
    /// Both data lines and the clock.
    Duplex,
    /// `SIMPLEX_TX`.
    TransmitOnly,
    /// `SIMPLEX_TX | NO_SCLK`: a bare bit stream, as LED strips take it.
    TransmitWithoutClock,
    /// `SIMPLEX_RX`.
    ReceiveOnly,
}

/// The state of the chip-select line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChipSelect {
    /// Low: the device listens.
    Asserted,
    /// High.
    Released,
}

/// Why an SPI call failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpiError {
    /// The board has no such bus.
    Absent,
    /// `configure` was not called, or `disable` was.
    NotEnabled,
    /// The bus cannot do this mode.
    UnsupportedMode,
    /// The bus has no dedicated chip-select line, or it was not claimed.
    NoChipSelect,
}

impl fmt::Display for SpiError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Absent => "bus does not exist",
            Self::NotEnabled => "bus not enabled",
            Self::UnsupportedMode => "unsupported mode",
            Self::NoChipSelect => "no chip select",
        })
    }
}

impl core::error::Error for SpiError {}
