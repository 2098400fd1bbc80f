//! `strip()`, `lstrip()` and `rstrip()`: texts without the space around them.

/// Whether C's `isspace` holds: space, tab, newline, vertical tab, form feed
/// and carriage return.
#[must_use]
pub fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

/// The text without white space at its start.
#[must_use]
pub fn strip_start(text: &[u8]) -> &[u8] {
    let start = text.iter().position(|&byte| !is_space(byte));
    &text[start.unwrap_or(text.len())..]
}

/// The text without white space at its end.
#[must_use]
pub fn strip_end(text: &[u8]) -> &[u8] {
    let last = text.iter().rposition(|&byte| !is_space(byte));
    &text[..last.map_or(0, |last| last + 1)]
}

/// The text without white space at either end.
#[must_use]
pub fn strip(text: &[u8]) -> &[u8] {
    strip_end(strip_start(text))
}
