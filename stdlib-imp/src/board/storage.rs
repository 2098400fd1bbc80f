//! Storage: bytes that outlive the program, and random bytes.
//!
//! What the bytes mean (a serialised `nv` table, a user configuration) is the
//! business of the imp API, not of the board.

use core::fmt;

/// A store with one piece of data per [`StoreArea`].
pub trait NonVolatile {
    /// What was stored last, empty if nothing.
    fn load(&self, area: StoreArea) -> &[u8];

    /// Replaces what is stored.
    ///
    /// # Errors
    /// If it does not fit or the medium fails; the old data then stay.
    fn store(&mut self, area: StoreArea, bytes: &[u8]) -> Result<(), StorageError>;
}

/// The separate pieces of a [`NonVolatile`] store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreArea {
    /// The `nv` table: memory that keeps its contents in deep sleep only.
    Nv,
    /// `imp.setuserconfiguration()`: survives everything.
    UserConfiguration,
}

impl StoreArea {
    /// How many bytes the area takes. 4096 is documented for the user
    /// configuration; for `nv` it is the size reported by users.
    #[must_use]
    pub const fn capacity(self) -> usize {
        match self {
            Self::Nv | Self::UserConfiguration => 4096,
        }
    }
}

/// Why storing failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StorageError {
    /// More bytes than the area's capacity.
    TooLong,
    /// The medium failed.
    Medium,
}

impl fmt::Display for StorageError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::TooLong => "value too long",
            Self::Medium => "storage failed",
        })
    }
}

impl core::error::Error for StorageError {}

/// A source of random bytes.
pub trait Random {
    /// Fills the buffer.
    fn fill(&mut self, into: &mut [u8]);
}
