//! `escape()`: a text as it could stand between quotes in a program.

use super::{OutOfMemory, Sink};

/// Writes `text` with a backslash before quotes and backslashes, NUL as `\0`
/// and every other byte that is not printable ASCII as `\x` and two digits.
///
/// # Errors
///
/// [`OutOfMemory`] when the sink has no room.
///
/// ```
/// use tamias_stdlib_imp::text::escape::escape;
///
/// let mut escaped = Vec::new();
/// escape(b"say \"hi\"\n", &mut escaped).unwrap();
/// assert_eq!(escaped, br#"say \"hi\"\x0a"#);
/// ```
pub fn escape(text: &[u8], sink: &mut dyn Sink) -> Result<(), OutOfMemory> {
    let mut rest = text;
    loop {
        let n_plain = rest.iter().position(|&byte| needs_escape(byte)).unwrap_or(rest.len());
        let (plain, special) = rest.split_at(n_plain);
        if !plain.is_empty() {
            sink.write(plain)?;
        }
        let Some((&byte, following)) = special.split_first() else {
            return Ok(());
        };
        write_escaped(byte, sink)?;
        rest = following;
    }
}

fn needs_escape(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'' | b'\\') || !matches!(byte, b' '..=b'~')
}

fn write_escaped(byte: u8, sink: &mut dyn Sink) -> Result<(), OutOfMemory> {
    match byte {
        b'"' | b'\'' | b'\\' => sink.write(&[b'\\', byte]),
        0 => sink.write(b"\\0"),
        _ => {
            let [high, low] = hexadecimal(byte);
            sink.write(&[b'\\', b'x', high, low])
        }
    }
}

/// The two lower-case digits of a byte.
pub(super) fn hexadecimal(byte: u8) -> [u8; 2] {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]
}
