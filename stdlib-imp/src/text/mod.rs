//! The algorithms behind the string library, on plain byte slices.
//!
//! Nothing here knows values, objects or the VM: bytes go in, bytes, ranges and
//! numbers come out, and the native functions of the string library translate.
//! Strings are sequences of bytes, NUL included; white space, letters and digits
//! are those of ASCII. Where the language editions differ, the caller says which
//! rule it wants.
//!
//! `format()` is [`format`], `split()` is [`split`], `strip()` and its relatives
//! are [`strip`], `escape()` is [`escape`], the classes `regexp` and `regexp2`
//! are [`regexp`], `date()` is [`date`], and what the log makes of bytes that
//! are no text is [`utf8`].

pub mod byte_set;
pub mod date;
pub mod escape;
pub mod format;
pub mod regexp;
pub mod split;
pub mod strip;
pub mod utf8;

use alloc::vec::Vec;

/// There is no memory left for a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutOfMemory;

/// Where text goes that is made piece by piece.
pub trait Sink {
    /// Appends `bytes`. A sink that has failed may have taken a part of them.
    ///
    /// # Errors
    ///
    /// [`OutOfMemory`] when there is no room; the producer then stops.
    fn write(&mut self, bytes: &[u8]) -> Result<(), OutOfMemory>;
}

impl Sink for Vec<u8> {
    fn write(&mut self, bytes: &[u8]) -> Result<(), OutOfMemory> {
        self.try_reserve(bytes.len()).map_err(|_| OutOfMemory)?;
        self.extend_from_slice(bytes);
        Ok(())
    }
}
