//! Boards: what the imp API needs from the hardware below it.
//!
//! A [`Board`] is a set of small traits, one per part: clock, log, pins, wake
//! pins, pulse counters, I2C, SPI, UART, streams of samples in and out, power,
//! non-volatile store, random source, the link to a server. The clock and the
//! log always exist. Every other part is optional, and the default of its accessor
//! says "absent", so a minimal board is a dozen lines. What a *module* offers
//! (which pins and buses exist and what they are called) is data in
//! [`profile`] and [`modules`], not code in a board.
//!
//! All traits are blocking and usable as `dyn`, like the imp API itself. A
//! generic parameter per part was rejected: it would infect the runtime and
//! every native function, and a virtual call costs nothing next to a bus
//! transfer. Interrupts never call into the runtime; they post to an
//! [`EventQueue`](crate::events::EventQueue), which the board hands out event
//! by event through [`Board::take_event`].

use core::any::Any;

use crate::events::Event;

pub mod bus_id;
pub mod i2c;
pub mod log;
pub mod modules;
pub mod pins;
pub mod playback;
pub mod power;
pub mod profile;
pub mod pulses;
pub mod sampling;
pub mod server_link;
pub mod spi;
pub mod storage;
pub mod time;
pub mod uart;
pub mod wake;

pub use bus_id::{I2cBus, SpiBus, UartPort};
pub use i2c::{I2c, I2cAddress, I2cError};
pub use log::{Log, Severity};
pub use pins::{ChangeEvents, Drive, Level, PinError, PinId, PinMode, Pins, Pull, PwmResolution};
pub use playback::{Playback, PlaybackIdle, PlaybackOutput, PlaybackSettings};
pub use power::{Power, WakeReason};
pub use profile::ModuleProfile;
pub use pulses::PulseCounter;
pub use sampling::{FilterSettings, SampleForm, SampleStream, Sampler, SigmaDeltaFilter, StreamError, Taken};
pub use server_link::{DisconnectReason, LinkStatus, Message, Received, SendError, ServerLink};
pub use spi::{BitOrder, ChipSelect, ClockIdle, ClockSampling, Spi, SpiError, SpiSettings, SpiWires};
pub use storage::{NonVolatile, Random, StorageError, StoreArea};
pub use time::{Clock, WallTime};
pub use uart::{
    FlowControl, Parity, ReceivedByte, StopBits, Uart, UartError, UartEvents, UartLines, UartSettings,
    WordSize,
};
pub use wake::WakePins;

/// Everything below the imp API: one module with its pins and buses.
///
/// ```
/// use tamias_stdlib_imp::board::{Board, Clock, Log, ModuleProfile, Severity, modules};
///
/// /// A board with nothing but time and a log: enough for timers and `server.log`.
/// struct BareBoard {
///     micros: u64,
/// }
///
/// impl Clock for BareBoard {
///     fn micros(&self) -> u64 {
///         self.micros
///     }
///     fn sleep_micros(&mut self, micros: u64) {
///         self.micros += micros;
///     }
/// }
///
/// impl Log for BareBoard {
///     fn line(&mut self, _severity: Severity, _text: &str) {}
/// }
///
/// impl Board for BareBoard {
///     fn profile(&self) -> &'static ModuleProfile {
///         &modules::IMP006
///     }
///     fn clock(&mut self) -> &mut dyn Clock {
///         self
///     }
///     fn log(&mut self) -> &mut dyn Log {
///         self
///     }
/// }
///
/// let mut board = BareBoard { micros: 0 };
/// board.clock().sleep_micros(20);
/// assert_eq!(board.clock().micros(), 20);
/// assert!(board.pins().is_none());
/// ```
pub trait Board: Any {
    /// The module that this board is or imitates.
    fn profile(&self) -> &'static ModuleProfile;

    /// The time source.
    fn clock(&mut self) -> &mut dyn Clock;

    /// Where `server.log` and error reports go.
    fn log(&mut self) -> &mut dyn Log;

    /// The number behind `hardware.getdeviceid()`.
    fn device_id(&self) -> u64 {
        0
    }

    /// The oldest event that an interrupt has posted and nobody has taken yet.
    fn take_event(&mut self) -> Option<Event> {
        None
    }

    /// The pins, or `None` if scripts on this board reach none.
    fn pins(&mut self) -> Option<&mut dyn Pins> {
        None
    }

    /// Pins that can end deep sleep.
    fn wake_pins(&mut self) -> Option<&mut dyn WakePins> {
        None
    }

    /// Counters behind pins.
    fn pulse_counter(&mut self) -> Option<&mut dyn PulseCounter> {
        None
    }

    /// The I2C buses.
    fn i2c(&mut self) -> Option<&mut dyn I2c> {
        None
    }

    /// The SPI buses.
    fn spi(&mut self) -> Option<&mut dyn Spi> {
        None
    }

    /// The UARTs.
    fn uart(&mut self) -> Option<&mut dyn Uart> {
        None
    }

    /// The converter that samples pins.
    fn sampler(&mut self) -> Option<&mut dyn Sampler> {
        None
    }

    /// The filter for a digital microphone.
    fn sigma_delta_filter(&mut self) -> Option<&mut dyn SigmaDeltaFilter> {
        None
    }

    /// The converter that plays samples.
    fn playback(&mut self) -> Option<&mut dyn Playback> {
        None
    }

    /// Deep sleep, reset and supply measurement.
    fn power(&mut self) -> Option<&mut dyn Power> {
        None
    }

    /// Data that outlive a restart of the program.
    fn storage(&mut self) -> Option<&mut dyn NonVolatile> {
        None
    }

    /// The link to a server.
    fn server_link(&mut self) -> Option<&mut dyn ServerLink> {
        None
    }

    /// A source of random bytes.
    fn random(&mut self) -> Option<&mut dyn Random> {
        None
    }

    /// What the BlinkUp photo sensor sees, 0 (dark) to 65535.
    fn light_level(&mut self) -> Option<u16> {
        None
    }
}
