//! Board files: a module and what is around it, in TOML.
//!
//! `docs/board-files.md` describes the format for users. Reading is done in two
//! steps: [`schema`] gives the text its shape, [`resolve`] turns names into the
//! things they denote and checks every number. Errors carry line and column;
//! the first one ends it, since a board file is short.

use std::fmt;
use std::ops::Range;

use tamias_stdlib_imp::board::{I2cAddress, I2cBus, ModuleProfile, PinId, Pull, WallTime};

use crate::input::ScriptedInput;
use crate::pins::OutsideDrive;
use crate::register_map::RegisterMap;
use crate::signal::{Signal, SignalBank, SignalId};
use crate::uart::FarSide;

mod resolve;
mod schema;

/// Everything a board file says, ready to build a
/// [`SimulatedBoard`](crate::SimulatedBoard) from.
#[derive(Clone, Debug)]
pub struct BoardSetup {
    pub(crate) profile: &'static ModuleProfile,
    pub(crate) device_id: u64,
    pub(crate) seed: u64,
    pub(crate) start: Option<WallTime>,
    pub(crate) signals: SignalBank,
    pub(crate) supply: SignalId,
    pub(crate) battery: SignalId,
    pub(crate) light: SignalId,
    pub(crate) wires: Vec<(PinId, PinId)>,
    pub(crate) connections: Vec<(PinId, OutsideDrive, Pull)>,
    pub(crate) voltages: Vec<(PinId, SignalId)>,
    pub(crate) inputs: Vec<ScriptedInput>,
    pub(crate) devices: Vec<(I2cBus, I2cAddress, RegisterMap)>,
    /// One entry for each UART of the module.
    pub(crate) serial: Vec<FarSide>,
}

impl BoardSetup {
    /// Reads a board file.
    ///
    /// ```
    /// use tamias_simulator::{BoardSetup, SimulatedBoard};
    ///
    /// let setup = BoardSetup::parse("module = 'imp001'\nsupply.volts = 2.8").unwrap();
    /// let board = SimulatedBoard::from_setup(setup);
    /// assert_eq!(board.signal("supply.volts"), Some(2.8));
    ///
    /// let error = BoardSetup::parse("module = 'imp001'\n[[input]]\npin = 'pinX'").unwrap_err();
    /// assert_eq!(error.to_string(), "line 3, column 7: imp001 has no pin `pinX`");
    /// ```
    ///
    /// # Errors
    /// The first mistake in the file.
    pub fn parse(source: &str) -> Result<Self, BoardFileError> {
        let schema = toml::from_str(source).map_err(|error| BoardFileError::from_toml(source, &error))?;
        resolve::resolve(source, schema)
    }

    /// The module.
    #[must_use]
    pub fn profile(&self) -> &'static ModuleProfile {
        self.profile
    }

    /// The module alone, with a fresh battery in the dark.
    #[must_use]
    pub fn bare(profile: &'static ModuleProfile) -> Self {
        let mut signals = SignalBank::default();
        Self {
            profile,
            device_id: default_device_id(profile),
            seed: 0,
            start: None,
            supply: signals.add(SUPPLY, Signal::Constant(DEFAULT_SUPPLY)),
            battery: signals.add(BATTERY, Signal::Constant(DEFAULT_BATTERY)),
            light: signals.add(LIGHT, Signal::Constant(0.0)),
            signals,
            wires: Vec::new(),
            connections: Vec::new(),
            voltages: Vec::new(),
            inputs: Vec::new(),
            devices: Vec::new(),
            serial: profile.uart.iter().map(|_| FarSide::default()).collect(),
        }
    }
}

const SUPPLY: &str = "supply.volts";
const BATTERY: &str = "supply.battery";
const LIGHT: &str = "supply.light";
const DEFAULT_SUPPLY: f64 = 3.3;
const DEFAULT_BATTERY: f64 = 3.0;

/// The first digit of a device's number tells its type.
fn default_device_id(profile: &ModuleProfile) -> u64 {
    let type_digit = profile.name.chars().find_map(|letter| letter.to_digit(10).filter(|&digit| digit > 0));
    u64::from(type_digit.unwrap_or(0)) << 60 | 1
}

/// A mistake in a board file, and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoardFileError {
    /// The line, counted from 1.
    pub line: usize,
    /// The character in the line, counted from 1.
    pub column: usize,
    /// What is wrong.
    pub message: String,
}

impl BoardFileError {
    fn new(source: &str, span: Range<usize>, message: String) -> Self {
        let before = source.get(..span.start).unwrap_or(source);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Self {
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            message,
        }
    }

    fn from_toml(source: &str, error: &toml::de::Error) -> Self {
        Self::new(source, error.span().unwrap_or(0..0), error.message().to_owned())
    }
}

impl fmt::Display for BoardFileError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "line {}, column {}: {}", self.line, self.column, self.message)
    }
}

impl std::error::Error for BoardFileError {}
