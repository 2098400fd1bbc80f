//! Playing samples: `hardware.fixedfrequencydac`.
//!
//! The mirror image of [`sampling`](super::sampling): the board has memory of
//! its own for samples on their way out, and posts
//! [`Event::PlaybackHungry`](crate::events::Event::PlaybackHungry) when there
//! is room in it again.

use super::PinId;
use super::sampling::{Encoding, StreamError};

/// The converter that plays samples at a fixed rate.
pub trait Playback {
    /// Takes the output. It idles until it is started.
    ///
    /// # Errors
    /// If the board cannot do it; then the old setup stays.
    fn configure(&mut self, output: PlaybackOutput, settings: PlaybackSettings) -> Result<(), StreamError>;

    /// Adds samples behind those that wait, and says how many bytes of them there was room for: whole samples only.
    /// It may be called before `start`, so that there is something to play from the first moment on.
    fn write(&mut self, samples: &[u8]) -> usize;

    /// Bytes that wait to be played.
    fn waiting(&self) -> usize;

    /// Starts playing.
    ///
    /// # Errors
    /// [`StreamError::NotConfigured`].
    fn start(&mut self) -> Result<(), StreamError>;

    /// Ends playing, forgets what waits and lets the output go.
    fn stop(&mut self);

    /// How often there was nothing to play since the last call.
    fn take_underruns(&mut self) -> u32;
}

/// What samples are played on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlaybackOutput {
    /// The converter of a pin.
    Pin(PinId),
    /// Two PWM outputs, one for the upper and one for the lower bits (`hardware.pwmpairKD`).
    PwmPair,
}

/// How samples are played.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlaybackSettings {
    /// Samples in a second.
    pub hertz: f32,
    /// How they are written.
    pub encoding: Encoding,
    /// What the output does before and after.
    pub idle: PlaybackIdle,
}

/// What an output does while nothing is played.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PlaybackIdle {
    /// It is at zero.
    #[default]
    Zero,
    /// It is in the middle, and gets there without a click (`AUDIO`).
    Middle,
}
