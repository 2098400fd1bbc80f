//! Wake pins: what ends deep sleep besides time.

use super::{PinError, PinId};

/// The circuit that watches pins while everything else is off.
///
/// The line itself is the business of [`Pins`](super::Pins), which has been
/// given the mode [`WakeUp`](super::PinMode::WakeUp) before.
pub trait WakePins {
    /// From now on a high level of the pin ends deep sleep.
    ///
    /// # Errors
    /// If this pin cannot be watched.
    fn arm(&mut self, pin: PinId) -> Result<(), PinError>;

    /// The pin gets another mode. Harmless if it is not armed.
    fn disarm(&mut self, pin: PinId);
}
