//! Log lines out of bytes.
//!
//! The log is UTF-8, strings are bytes. `server.log()` and `server.error()` show
//! a string that is not valid UTF-8 as the values of its bytes.

use super::escape::hexadecimal;
use super::{OutOfMemory, Sink};

/// Writes `text` as the log shows it.
///
/// # Errors
///
/// [`OutOfMemory`] when the sink has no room.
///
/// ```
/// use tamias_stdlib_imp::text::utf8::write_log_text;
///
/// let mut line = Vec::new();
/// write_log_text(b"\xff\x01", &mut line).unwrap();
/// assert_eq!(line, b"binary: ff 01");
/// ```
pub fn write_log_text(text: &[u8], sink: &mut dyn Sink) -> Result<(), OutOfMemory> {
    if core::str::from_utf8(text).is_ok() {
        return sink.write(text);
    }
    sink.write(b"binary:")?;
    for &byte in text {
        let [high, low] = hexadecimal(byte);
        sink.write(&[b' ', high, low])?;
    }
    Ok(())
}
