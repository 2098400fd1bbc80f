//! A board that is put together from parts.

use alloc::boxed::Box;
use tamias_stdlib_imp::board::{
    Board, Clock, I2c, Log, ModuleProfile, NonVolatile, Pins, Playback, Power, PulseCounter, Random, Sampler,
    ServerLink, SigmaDeltaFilter, Spi, Uart, WakePins,
};
use tamias_stdlib_imp::events::{Event, EventQueue};

/// The board of a firmware: a clock, a log, and whatever else the firmware adds.
///
/// A part that is not added is absent, and scripts get the errors that an imp
/// module gives for a bus that it lacks. What exists under which name is said
/// by the [`ModuleProfile`]: one of the seven modules, or the firmware's own.
pub struct FirmwareBoard {
    profile: &'static ModuleProfile,
    clock: Box<dyn Clock>,
    log: Box<dyn Log>,
    events: Option<&'static EventQueue>,
    device_id: u64,
    pins: Option<Box<dyn Pins>>,
    i2c: Option<Box<dyn I2c>>,
    spi: Option<Box<dyn Spi>>,
    uart: Option<Box<dyn Uart>>,
    power: Option<Box<dyn Power>>,
    storage: Option<Box<dyn NonVolatile>>,
    random: Option<Box<dyn Random>>,
    wake_pins: Option<Box<dyn WakePins>>,
    pulse_counter: Option<Box<dyn PulseCounter>>,
    sampler: Option<Box<dyn Sampler>>,
    sigma_delta_filter: Option<Box<dyn SigmaDeltaFilter>>,
    playback: Option<Box<dyn Playback>>,
    server_link: Option<Box<dyn ServerLink>>,
}

impl FirmwareBoard {
    /// A board with a clock and a log only.
    pub fn new(
        profile: &'static ModuleProfile,
        clock: impl Clock + 'static,
        log: impl Log + 'static,
    ) -> Self {
        FirmwareBoard {
            profile,
            clock: Box::new(clock),
            log: Box::new(log),
            events: None,
            device_id: 0,
            pins: None,
            i2c: None,
            spi: None,
            uart: None,
            power: None,
            storage: None,
            random: None,
            wake_pins: None,
            pulse_counter: None,
            sampler: None,
            sigma_delta_filter: None,
            playback: None,
            server_link: None,
        }
    }

    /// Takes events from this queue, which interrupts post to.
    #[must_use]
    pub fn events(self, events: &'static EventQueue) -> Self {
        FirmwareBoard { events: Some(events), ..self }
    }

    /// The number behind `hardware.getdeviceid()`, from the chip's unique id.
    #[must_use]
    pub fn device_id(self, device_id: u64) -> Self {
        FirmwareBoard { device_id, ..self }
    }

    /// Adds pins; see [`crate::pins::PinSet`].
    #[must_use]
    pub fn pins(self, pins: impl Pins + 'static) -> Self {
        FirmwareBoard { pins: Some(Box::new(pins)), ..self }
    }

    /// Adds I2C buses; see [`crate::i2c::I2cBuses`].
    #[must_use]
    pub fn i2c(self, i2c: impl I2c + 'static) -> Self {
        FirmwareBoard { i2c: Some(Box::new(i2c)), ..self }
    }

    /// Adds SPI buses; see [`crate::spi::SpiBuses`].
    #[must_use]
    pub fn spi(self, spi: impl Spi + 'static) -> Self {
        FirmwareBoard { spi: Some(Box::new(spi)), ..self }
    }

    /// Adds serial ports; see [`crate::uart::SerialPorts`].
    #[must_use]
    pub fn uart(self, uart: impl Uart + 'static) -> Self {
        FirmwareBoard { uart: Some(Box::new(uart)), ..self }
    }

    /// Adds deep sleep, reset and the reason of the last boot.
    #[must_use]
    pub fn power(self, power: impl Power + 'static) -> Self {
        FirmwareBoard { power: Some(Box::new(power)), ..self }
    }

    /// Adds a store; see [`crate::store::FlashStore`].
    #[must_use]
    pub fn storage(self, storage: impl NonVolatile + 'static) -> Self {
        FirmwareBoard { storage: Some(Box::new(storage)), ..self }
    }

    /// Adds a source of random bytes.
    #[must_use]
    pub fn random(self, random: impl Random + 'static) -> Self {
        FirmwareBoard { random: Some(Box::new(random)), ..self }
    }

    /// Adds pins that can end deep sleep.
    #[must_use]
    pub fn wake_pins(self, wake_pins: impl WakePins + 'static) -> Self {
        FirmwareBoard { wake_pins: Some(Box::new(wake_pins)), ..self }
    }

    /// Adds counters behind pins; see [`crate::pulses::PulseCounters`].
    #[must_use]
    pub fn pulse_counter(self, pulse_counter: impl PulseCounter + 'static) -> Self {
        FirmwareBoard { pulse_counter: Some(Box::new(pulse_counter)), ..self }
    }

    /// Adds the converter that samples pins.
    #[must_use]
    pub fn sampler(self, sampler: impl Sampler + 'static) -> Self {
        FirmwareBoard { sampler: Some(Box::new(sampler)), ..self }
    }

    /// Adds the filter for a digital microphone.
    #[must_use]
    pub fn sigma_delta_filter(self, sigma_delta_filter: impl SigmaDeltaFilter + 'static) -> Self {
        FirmwareBoard { sigma_delta_filter: Some(Box::new(sigma_delta_filter)), ..self }
    }

    /// Adds the converter that plays samples.
    #[must_use]
    pub fn playback(self, playback: impl Playback + 'static) -> Self {
        FirmwareBoard { playback: Some(Box::new(playback)), ..self }
    }

    /// Adds the link to a server.
    #[must_use]
    pub fn server_link(self, server_link: impl ServerLink + 'static) -> Self {
        FirmwareBoard { server_link: Some(Box::new(server_link)), ..self }
    }
}

impl Board for FirmwareBoard {
    fn profile(&self) -> &'static ModuleProfile {
        self.profile
    }

    fn clock(&mut self) -> &mut dyn Clock {
        &mut *self.clock
    }

    fn log(&mut self) -> &mut dyn Log {
        &mut *self.log
    }

    fn device_id(&self) -> u64 {
        self.device_id
    }

    fn take_event(&mut self) -> Option<Event> {
        self.events?.take()
    }

    fn pins(&mut self) -> Option<&mut dyn Pins> {
        Some(&mut **self.pins.as_mut()?)
    }

    fn i2c(&mut self) -> Option<&mut dyn I2c> {
        Some(&mut **self.i2c.as_mut()?)
    }

    fn spi(&mut self) -> Option<&mut dyn Spi> {
        Some(&mut **self.spi.as_mut()?)
    }

    fn uart(&mut self) -> Option<&mut dyn Uart> {
        Some(&mut **self.uart.as_mut()?)
    }

    fn power(&mut self) -> Option<&mut dyn Power> {
        Some(&mut **self.power.as_mut()?)
    }

    fn storage(&mut self) -> Option<&mut dyn NonVolatile> {
        Some(&mut **self.storage.as_mut()?)
    }

    fn random(&mut self) -> Option<&mut dyn Random> {
        Some(&mut **self.random.as_mut()?)
    }

    fn wake_pins(&mut self) -> Option<&mut dyn WakePins> {
        Some(&mut **self.wake_pins.as_mut()?)
    }

    fn pulse_counter(&mut self) -> Option<&mut dyn PulseCounter> {
        Some(&mut **self.pulse_counter.as_mut()?)
    }

    fn sampler(&mut self) -> Option<&mut dyn Sampler> {
        Some(&mut **self.sampler.as_mut()?)
    }

    fn sigma_delta_filter(&mut self) -> Option<&mut dyn SigmaDeltaFilter> {
        Some(&mut **self.sigma_delta_filter.as_mut()?)
    }

    fn playback(&mut self) -> Option<&mut dyn Playback> {
        Some(&mut **self.playback.as_mut()?)
    }

    fn server_link(&mut self) -> Option<&mut dyn ServerLink> {
        Some(&mut **self.server_link.as_mut()?)
    }
}
