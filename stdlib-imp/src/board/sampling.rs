//! Streams of samples: the timed converter (`hardware.sampler`) and the filter
//! for sigma-delta modulators (`hardware.dfsdm`).
//!
//! Both take samples by themselves, by DMA or in an interrupt, into memory that
//! is theirs; the script's blobs are filled from there when an
//! [`Event::SamplesReady`](crate::events::Event::SamplesReady) is taken. That
//! costs a copy, and spares the board pointers into a heap whose owner may let
//! go of a buffer at any time.

use core::fmt;

use super::PinId;

/// Where samples come from. The owner says how it is set up: [`Sampler`] or [`SigmaDeltaFilter`].
pub trait SampleStream {
    /// Starts sampling, from the beginning or where [`stop`](Self::stop) ended it.
    ///
    /// # Errors
    /// [`StreamError::NotConfigured`].
    fn start(&mut self) -> Result<(), StreamError>;

    /// Ends sampling. What has been taken can still be read.
    fn stop(&mut self);

    /// Ends sampling, forgets what has been taken and lets the pins go.
    fn reset(&mut self);

    /// How many samples of each channel it takes in a second, as reached; zero while that is not known.
    fn hertz(&self) -> f32;

    /// Moves the oldest samples into `into`, whole samples of all channels only, and says what became of the rest.
    fn take(&mut self, into: &mut [u8]) -> Taken;
}

/// The converter that samples pins at a fixed rate.
pub trait Sampler: SampleStream {
    /// Takes the pins. All are sampled in each period, in this order, and their samples follow each other.
    ///
    /// # Errors
    /// If the board cannot do it; then the old setup stays.
    fn configure(&mut self, pins: &[PinId], hertz: f32, form: SampleForm) -> Result<(), StreamError>;
}

/// The filter behind a sigma-delta modulator, such as a digital microphone.
pub trait SigmaDeltaFilter: SampleStream {
    /// Takes the pins for data and bit clock, which the module decides, and sets up the filter.
    ///
    /// # Errors
    /// As [`Sampler::configure`].
    fn configure(&mut self, settings: FilterSettings, form: SampleForm) -> Result<(), StreamError>;
}

/// What samples look like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SampleForm {
    /// Whether the mean is taken away (`NORMALISE`).
    pub mean: Mean,
    /// How each sample is written.
    pub encoding: Encoding,
}

/// What becomes of the mean of the samples.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mean {
    /// It stays.
    #[default]
    Kept,
    /// A filter removes it and centres the signal.
    Removed,
}

/// How a sample is written into a buffer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// 16 bits, least significant byte first; what a converter lacks in resolution is zero at the lower end.
    #[default]
    Linear16,
    /// A byte of A-law.
    ALaw,
}

impl Encoding {
    /// Bytes of a sample.
    #[must_use]
    pub const fn bytes(self) -> usize {
        match self {
            Self::Linear16 => 2,
            Self::ALaw => 1,
        }
    }
}

/// The parameters of `dfsdm.configure()`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FilterSettings {
    /// The form of the filter.
    pub order: FilterOrder,
    /// How many bits make a sample of the filter: 1 to 1024.
    pub decimation: u16,
    /// How many of these are added up: 1 to 256.
    pub integration: u16,
    /// Added to each sample of 24 bits.
    pub offset: i32,
    /// By how many bits the sum is shifted to the right: 0 to 24.
    pub right_shift: u8,
    /// At which edge of the bit clock the modulator is read.
    pub edge: ClockEdge,
}

/// The form of a sigma-delta filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FilterOrder {
    /// FastSinc, of the second order.
    FastSinc,
    /// Sinc, of the first to the fifth order.
    Sinc(u8),
}

/// An edge of a clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockEdge {
    /// From low to high.
    Rising,
    /// From high to low.
    Falling,
}

/// What [`SampleStream::take`] found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// Bytes that it has written.
    pub bytes: usize,
    /// Bytes that wait for the next call.
    pub waiting: usize,
    /// Samples that had to be dropped since the last call, because nobody took them in time.
    pub lost: u32,
}

/// Why a stream of samples refused, in either direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StreamError {
    /// It has not been configured.
    NotConfigured,
    /// A pin has no converter, or not together with the others.
    BadPin(PinId),
    /// The rate cannot be reached.
    BadRate,
    /// The filter or the form of the samples is not supported.
    Unsupported,
}

impl fmt::Display for StreamError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::NotConfigured => "not configured",
            Self::BadPin(_) => "pin cannot be used for samples",
            Self::BadRate => "unsupported sample rate",
            Self::Unsupported => "unsupported settings",
        })
    }
}

impl core::error::Error for StreamError {}
