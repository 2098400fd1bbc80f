//! Simulated imp modules: virtual time, pins, buses and the world around them.
//!
//! A [`SimulatedBoard`] implements the board traits of `tamias-stdlib-imp` for
//! any of the seven modules. Time is virtual and jumps, randomness is seeded,
//! and nothing asks the operating system, so a day of a thermostat's life takes
//! a moment and leaves the same [`Trace`] every time.
//!
//! What is connected to the module is described by a board file, read by
//! [`BoardSetup::parse`], or attached by the host program: devices are
//! [`I2cDevice`] and [`SpiDevice`] implementations.
//!
//! ```
//! use tamias_simulator::{BoardSetup, SimulatedBoard};
//! use tamias_stdlib_imp::board::{Board, I2cAddress};
//!
//! let setup = BoardSetup::parse(
//!     r#"
//!     module = "imp006"
//!
//!     [signal.outside]
//!     ramp = { from = 10, to = 20, start = 0, end = 100 }
//!
//!     [[device]]
//!     bus = "i2cJK"
//!     address = 0x90
//!
//!     [[device.register]]
//!     address = 0
//!     signal = "outside"
//!     "#,
//! )
//! .unwrap();
//! let mut board = SimulatedBoard::from_setup(setup);
//! board.advance_to(50_000_000);
//!
//! let bus = board.profile().i2c_bus("i2cJK").unwrap();
//! let i2c = board.i2c().unwrap();
//! i2c.configure(bus, 400_000).unwrap();
//! let mut degrees = [0];
//! i2c.read(bus, I2cAddress::from_eight_bit(0x90), &[0], &mut degrees).unwrap();
//!
//! assert_eq!(degrees, [15]);
//! assert_eq!(board.trace().lines().last(), Some("[50.000045] i2cJK R 0x90 0f"));
//! ```

#![forbid(unsafe_code)]

mod board;
mod board_file;
mod i2c;
mod input;
mod pins;
mod power;
mod random_source;
mod register_map;
mod signal;
mod spi;
mod trace;
mod uart;

pub use board::{LogSink, SimulatedBoard};
pub use board_file::{BoardFileError, BoardSetup};
pub use i2c::{DeviceContext, I2cDevice, Nack};
pub use pins::OutsideDrive;
pub use spi::SpiDevice;
pub use trace::{Keep, Trace};
