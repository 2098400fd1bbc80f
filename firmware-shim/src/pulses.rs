//! Pulse counters from timers that count edges.

use alloc::boxed::Box;
use alloc::vec::Vec;
use embedded_hal::delay::DelayNs;
use tamias_stdlib_imp::board::{ModuleProfile, PinError, PinId, PulseCounter};

/// A counter of the pulses on one pin: a timer that is clocked by it, or an interrupt that adds one.
pub trait EdgeCounter {
    /// Starts from zero.
    fn start(&mut self);

    /// Stops, and tells how many pulses there were.
    fn stop(&mut self) -> u32;
}

/// The counters of a board, and what waits until a window is over.
///
/// ```
/// use tamias_firmware_shim::pulses::{EdgeCounter, PulseCounters};
/// use tamias_stdlib_imp::board::modules;
///
/// struct Timer;
/// impl EdgeCounter for Timer {
///     fn start(&mut self) { /* Clear and enable it. */ }
///     fn stop(&mut self) -> u32 { 12 }
/// }
///
/// # fn board(delay: impl embedded_hal::delay::DelayNs) -> PulseCounters<impl embedded_hal::delay::DelayNs> {
/// PulseCounters::new(&modules::IMP001, delay).with("pin1", Timer)
/// # }
/// ```
pub struct PulseCounters<D> {
    profile: &'static ModuleProfile,
    delay: D,
    counters: Vec<(PinId, Box<dyn EdgeCounter>)>,
}

impl<D: DelayNs> PulseCounters<D> {
    /// No counters yet.
    pub const fn new(profile: &'static ModuleProfile, delay: D) -> Self {
        PulseCounters { profile, delay, counters: Vec::new() }
    }

    /// Puts `counter` behind the pin that scripts call `name`.
    ///
    /// # Panics
    /// If the module has no pin of this name: the firmware is wrong.
    #[must_use]
    pub fn with(mut self, name: &str, counter: impl EdgeCounter + 'static) -> Self {
        let pin = self.profile.pin(name).expect("the module has this pin");
        self.counters.push((pin, Box::new(counter)));
        self
    }
}

impl<D: DelayNs> PulseCounter for PulseCounters<D> {
    fn count(&mut self, pin: PinId, window_micros: u64) -> Result<u32, PinError> {
        let counter = self.counters.iter_mut().find(|(other, _)| *other == pin);
        let (_, counter) = counter.ok_or(PinError::Absent)?;
        counter.start();
        crate::clock::wait_micros(&mut self.delay, window_micros);
        Ok(counter.stop())
    }
}
