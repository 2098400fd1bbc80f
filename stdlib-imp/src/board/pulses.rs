//! Counting pulses.

use super::{PinError, PinId};

/// The counters behind pins.
///
/// The line itself is the business of [`Pins`](super::Pins), which has been
/// given the mode [`PulseCounter`](super::PinMode::PulseCounter) before.
pub trait PulseCounter {
    /// Waits for the whole window and tells how many pulses there were meanwhile, before any division.
    ///
    /// # Errors
    /// [`PinError::Absent`] if no counter is behind this pin.
    fn count(&mut self, pin: PinId, window_micros: u64) -> Result<u32, PinError>;
}
