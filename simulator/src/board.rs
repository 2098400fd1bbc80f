//! The simulated board: virtual time and everything that it moves.
//!
//! Time is a number that jumps. It advances when the program sleeps, when a
//! transfer takes its time, and when the host says so; on the way it stops at
//! every moment at which something happens by itself: a scripted edge, a byte
//! on a serial line. Nothing here asks the operating system for anything.
//!
//! The traits of the imp runtime are implemented next to the parts they concern:
//! [`crate::pins`], [`crate::i2c`], [`crate::spi`], [`crate::uart`],
//! [`crate::power`]. They are all implemented on the one type, because they all
//! let time pass and time concerns everything.

use std::fmt;

use tamias_stdlib_imp::board::{
    Board, Clock, I2c, I2cAddress, I2cBus, Level, Log, ModuleProfile, NonVolatile, PinId, Pins, Power,
    PulseCounter, Random, Severity, Spi, SpiBus, Uart, UartPort, WakePins, WakeReason, WallTime,
};
use tamias_stdlib_imp::events::{Event, EventQueue};

use crate::board_file::BoardSetup;
use crate::i2c::{I2cDevice, I2cWires};
use crate::input::ScriptedInput;
use crate::pins::{OutsideDrive, PinBank, Witness};
use crate::power::Store;
use crate::random_source::RandomSource;
use crate::signal::{SignalBank, SignalId};
use crate::spi::{SpiDevice, SpiWires};
use crate::trace::{Keep, Trace};
use crate::uart::SerialLine;

/// Takes log lines as they come: virtual microseconds, severity, text.
pub type LogSink = Box<dyn FnMut(u64, Severity, &str)>;

/// An imp module that exists in memory only.
///
/// ```
/// use tamias_simulator::{OutsideDrive, SimulatedBoard};
/// use tamias_stdlib_imp::board::{Board, ChangeEvents, Level, PinMode, Pull, modules};
/// use tamias_stdlib_imp::events::Event;
///
/// let mut board = SimulatedBoard::new(&modules::IMP006);
/// let button = board.profile().pin("pinB").unwrap();
/// let mode = PinMode::DigitalIn { pull: Pull::Up, changes: ChangeEvents::On };
/// board.pins().unwrap().configure(button, mode).unwrap();
///
/// board.advance_to(1_500_000);
/// board.drive_pin(button, OutsideDrive::Driven(Level::Low));
///
/// assert_eq!(board.take_event(), Some(Event::PinChanged(button)));
/// assert_eq!(board.trace().lines().last(), Some("[1.500000] pinB 1->0"));
/// ```
pub struct SimulatedBoard {
    pub(crate) profile: &'static ModuleProfile,
    pub(crate) now: u64,
    /// Wall time at the start of virtual time.
    pub(crate) start: Option<WallTime>,
    device_id: u64,
    pub(crate) trace: Trace,
    pub(crate) log_sink: Option<LogSink>,
    pub(crate) events: EventQueue,
    pub(crate) random: RandomSource,
    pub(crate) signals: SignalBank,
    pub(crate) supply: SignalId,
    pub(crate) battery: SignalId,
    light: SignalId,
    pub(crate) pins: PinBank,
    inputs: Vec<ScriptedInput>,
    pub(crate) i2c: Vec<I2cWires>,
    pub(crate) spi: Vec<SpiWires>,
    pub(crate) uarts: Vec<SerialLine>,
    pub(crate) wake_reason: WakeReason,
    pub(crate) store: Store,
}

/// A bus as the owner of pins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BusSlot {
    I2c(I2cBus),
    Spi(SpiBus),
    Uart(UartPort),
}

impl SimulatedBoard {
    /// A module with nothing connected.
    #[must_use]
    pub fn new(profile: &'static ModuleProfile) -> Self {
        Self::from_setup(BoardSetup::bare(profile))
    }

    /// A module with what a board file describes around it.
    #[must_use]
    pub fn from_setup(setup: BoardSetup) -> Self {
        let profile = setup.profile;
        let mut board = Self {
            profile,
            now: 0,
            start: setup.start,
            device_id: setup.device_id,
            trace: Trace::default(),
            log_sink: None,
            events: EventQueue::new(),
            random: RandomSource::new(setup.seed),
            signals: setup.signals,
            supply: setup.supply,
            battery: setup.battery,
            light: setup.light,
            pins: PinBank::new(profile),
            inputs: setup.inputs,
            i2c: profile.i2c.iter().map(|_| I2cWires::default()).collect(),
            spi: profile.spi.iter().map(|_| SpiWires::default()).collect(),
            uarts: setup.serial.into_iter().map(SerialLine::new).collect(),
            wake_reason: WakeReason::PowerOn,
            store: Store::default(),
        };
        setup.wires.into_iter().for_each(|(first, second)| board.pins.join(first, second));
        for (pin, outside, pull) in setup.connections {
            board.pins.connect(pin, outside, pull);
        }
        for (pin, volts) in setup.voltages {
            board.pins.set_volts(pin, volts);
        }
        for (bus, address, device) in setup.devices {
            board.attach_i2c(bus, address, Box::new(device));
        }
        board.change_pins(|_, _| ());
        board
    }

    /// Virtual microseconds since power-on.
    #[must_use]
    pub fn now(&self) -> u64 {
        self.now
    }

    /// Lets time pass until `micros`. A moment in the past changes nothing.
    pub fn advance_to(&mut self, micros: u64) {
        while self.step_towards(micros) {}
    }

    /// Lets time pass until there is an event to take, but not beyond
    /// `deadline`: what an idle event loop does.
    pub fn advance_to_event(&mut self, deadline: u64) {
        while self.events.is_empty() && self.step_towards(deadline) {}
    }

    /// When something happens by itself next, if ever.
    #[must_use]
    pub fn next_change(&self) -> Option<u64> {
        let inputs = self.inputs.iter().filter_map(ScriptedInput::next_change);
        inputs.chain(self.uarts.iter().filter_map(SerialLine::next_change)).min()
    }

    /// Goes to the next moment at which something happens, or to `deadline` if
    /// that comes first. False once `deadline` is reached and all is done.
    pub(crate) fn step_towards(&mut self, deadline: u64) -> bool {
        let next_change = self.next_change().filter(|&at| at <= deadline);
        if next_change.is_none() && self.now >= deadline {
            return false;
        }
        self.now = self.now.max(next_change.unwrap_or(deadline));
        self.signals.advance_to(self.now);
        for index in 0..self.inputs.len() {
            if let Some(drive) = self.inputs[index].take_due(self.now) {
                self.drive_pin(self.inputs[index].pin, drive);
            }
        }
        self.catch_up_uarts();
        true
    }

    /// Drives a pin from outside, or lets it go.
    pub fn drive_pin(&mut self, pin: PinId, outside: OutsideDrive) {
        self.change_pins(|pins, witness| pins.drive_from_outside(pin, outside, witness));
    }

    /// The level on a pin, `None` for a pin that does not exist.
    #[must_use]
    pub fn pin_level(&self, pin: PinId) -> Option<Level> {
        self.pins.level(pin, self.now)
    }

    /// Connects a device to an I2C bus, in place of another one with the same
    /// address. Does nothing if the module has no such bus.
    pub fn attach_i2c(&mut self, bus: I2cBus, address: I2cAddress, device: Box<dyn I2cDevice>) {
        if let Some(wires) = self.i2c.get_mut(usize::from(bus.0)) {
            wires.attach(address, device);
        }
    }

    /// Connects a device to an SPI bus. It listens while `chip_select` is low.
    /// Does nothing if the module has no such bus.
    pub fn attach_spi(&mut self, bus: SpiBus, chip_select: PinId, device: Box<dyn SpiDevice>) {
        if let Some(wires) = self.spi.get_mut(usize::from(bus.0)) {
            wires.attach(chip_select, device);
        }
    }

    /// What a signal of the board file is now.
    #[must_use]
    pub fn signal(&self, name: &str) -> Option<f64> {
        self.signals.find(name).map(|signal| self.signal_value(signal))
    }

    /// What happened so far.
    #[must_use]
    pub fn trace(&self) -> &Trace {
        &self.trace
    }

    /// Limits the memory that the trace takes.
    pub fn keep_trace(&mut self, keep: Keep) {
        self.trace.set_keep(keep);
    }

    /// Has log lines delivered as they come, besides recording them.
    pub fn set_log_sink(&mut self, sink: LogSink) {
        self.log_sink = Some(sink);
    }

    pub(crate) fn signal_value(&self, signal: SignalId) -> f64 {
        self.signals.value(signal, self.now)
    }

    pub(crate) fn record(&mut self, fact: fmt::Arguments<'_>) {
        self.trace.record(self.now, fact);
    }

    /// Changes pins and tells everything that depends on their levels.
    pub(crate) fn change_pins<R>(&mut self, change: impl FnOnce(&mut PinBank, &mut Witness<'_>) -> R) -> R {
        let mut witness = Witness { now: self.now, trace: &mut self.trace, events: &self.events };
        let result = change(&mut self.pins, &mut witness);
        let (pins, now) = (&self.pins, self.now);
        self.signals.update_drives(now, |heater, active| pins.share_of_time(heater, active));
        for wires in &mut self.spi {
            wires.update_selection(|pin| pins.level(pin, now).unwrap_or(Level::High));
        }
        result
    }

    /// Gives a bus its pins, and disables buses that lose theirs.
    pub(crate) fn claim_pins(&mut self, bus: BusSlot, pins: impl IntoIterator<Item = Option<PinId>>) {
        for pin in pins.into_iter().flatten() {
            if let Some(other) = self.pins.owner(pin).filter(|&other| other != bus) {
                self.disable_bus(other);
            }
            self.change_pins(|pins, witness| pins.claim(pin, bus, witness));
        }
    }

    /// Stops a bus and frees its pins.
    pub(crate) fn disable_bus(&mut self, bus: BusSlot) {
        match bus {
            BusSlot::I2c(bus) => self.i2c.get_mut(usize::from(bus.0)).map(I2cWires::stop),
            BusSlot::Spi(bus) => self.spi.get_mut(usize::from(bus.0)).map(SpiWires::stop),
            BusSlot::Uart(port) => self.uarts.get_mut(usize::from(port.0)).map(SerialLine::stop),
        };
        self.change_pins(|pins, witness| pins.release_all(bus, witness));
    }

    pub(crate) fn stop_buses(&mut self) {
        self.i2c.iter_mut().for_each(I2cWires::stop);
        self.spi.iter_mut().for_each(SpiWires::stop);
        self.uarts.iter_mut().for_each(SerialLine::stop);
    }
}

impl fmt::Debug for SimulatedBoard {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SimulatedBoard")
            .field("module", &self.profile.name)
            .field("now", &self.now)
            .finish_non_exhaustive()
    }
}

impl Board for SimulatedBoard {
    fn profile(&self) -> &'static ModuleProfile {
        self.profile
    }

    fn clock(&mut self) -> &mut dyn Clock {
        self
    }

    fn log(&mut self) -> &mut dyn Log {
        self
    }

    fn device_id(&self) -> u64 {
        self.device_id
    }

    fn take_event(&mut self) -> Option<Event> {
        self.events.take()
    }

    fn pins(&mut self) -> Option<&mut dyn Pins> {
        Some(self)
    }

    fn wake_pins(&mut self) -> Option<&mut dyn WakePins> {
        Some(self)
    }

    fn pulse_counter(&mut self) -> Option<&mut dyn PulseCounter> {
        Some(self)
    }

    fn i2c(&mut self) -> Option<&mut dyn I2c> {
        Some(self)
    }

    fn spi(&mut self) -> Option<&mut dyn Spi> {
        Some(self)
    }

    fn uart(&mut self) -> Option<&mut dyn Uart> {
        Some(self)
    }

    fn power(&mut self) -> Option<&mut dyn Power> {
        Some(self)
    }

    fn storage(&mut self) -> Option<&mut dyn NonVolatile> {
        Some(self)
    }

    fn random(&mut self) -> Option<&mut dyn Random> {
        Some(self)
    }

    fn light_level(&mut self) -> Option<u16> {
        let level = self.signal_value(self.light).round().clamp(0.0, f64::from(u16::MAX));
        Some(level as u16)
    }
}
