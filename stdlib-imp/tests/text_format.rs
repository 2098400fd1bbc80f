//! `format()` without a VM.

use proptest::prelude::*;
use tamias_stdlib_imp::text::format::{FormatArguments, FormatError, Wording, format};
use tamias_stdlib_imp::text::{OutOfMemory, Sink};

#[derive(Clone, Copy, Debug)]
enum Argument {
    Integer(i32),
    Float(f32),
    Text(&'static [u8]),
}
use Argument::{Float, Integer, Text};

struct Arguments<'values>(&'values [Argument]);

impl FormatArguments for Arguments<'_> {
    fn count(&self) -> usize {
        self.0.len()
    }

    fn integer(&self, index: usize) -> Option<i32> {
        match self.0[index] {
            Integer(value) => Some(value),
            Float(value) => Some(value as i32),
            Text(_) => None,
        }
    }

    fn float(&self, index: usize) -> Option<f32> {
        match self.0[index] {
            Integer(value) => Some(value as f32),
            Float(value) => Some(value),
            Text(_) => None,
        }
    }

    fn string(&self, index: usize) -> Option<&[u8]> {
        match self.0[index] {
            Text(bytes) => Some(bytes),
            _ => None,
        }
    }
}

fn formatted(text: &[u8], arguments: &[Argument]) -> Result<Vec<u8>, FormatError> {
    let mut result = Vec::new();
    format(text, &Arguments(arguments), &mut result)?;
    Ok(result)
}

fn check(text: &str, arguments: &[Argument], expected: &str) {
    let result = formatted(text.as_bytes(), arguments).unwrap();
    assert_eq!(String::from_utf8_lossy(&result), expected, "{text:?} with {arguments:?}");
}

#[test]
fn integers() {
    for (text, value, expected) in [
        ("%d", 42, "42"),
        ("%5d|", 42, "   42|"),
        ("%-5d|", 42, "42   |"),
        ("%-05d|", 42, "42   |"),
        ("%05d", 42, "00042"),
        ("%05d", -42, "-0042"),
        ("%+d", 42, "+42"),
        ("%+d", -42, "-42"),
        ("% d", 5, " 5"),
        ("%+ d", 5, "+5"),
        ("% +d", 5, "+5"),
        ("%i", -7, "-7"),
        ("%.3d", 7, "007"),
        ("%.3d", -7, "-007"),
        ("%6.3d", 7, "   007"),
        ("%06.3d", 7, "   007"),
        ("%.0d|", 0, "|"),
        ("%.d|", 0, "|"),
        ("%d", i32::MIN, "-2147483648"),
        ("%x", 255, "ff"),
        ("%X", 255, "FF"),
        ("%#x", 255, "0xff"),
        ("%#X", 255, "0XFF"),
        ("%#x", 0, "0"),
        ("%#08x", 255, "0x0000ff"),
        ("%#8x", 255, "    0xff"),
        ("%#.4x", 255, "0x00ff"),
        ("%08x", 48879, "0000beef"),
        ("%x", -1, "ffffffff"),
        ("%u", -1, "4294967295"),
        ("%+u", 1, "1"),
        ("%o", 8, "10"),
        ("%o", -1, "37777777777"),
        ("%#o", 8, "010"),
        ("%#o", 0, "0"),
        ("%#.0o", 0, "0"),
        ("%#.3o", 8, "010"),
        ("%#.2o", 8, "010"),
        ("%#05o", 8, "00010"),
        ("%c", 65, "A"),
        ("%3c|", 65, "  A|"),
        ("%-3c|", 65, "A  |"),
        ("%c", 321, "A"),
        ("%d%%", 50, "50%"),
        ("%99d", 1, &format!("{:99}", 1)),
        ("%.99d", 1, &format!("{:099}", 1)),
    ] {
        check(text, &[Integer(value)], expected);
    }
    check("%d", &[Float(3.99)], "3");
    check("%02d:%02d", &[Integer(5), Integer(7)], "05:07");
    assert_eq!(formatted(b"%c", &[Integer(0)]), Ok(vec![0]));
    assert_eq!(formatted(b"%c", &[Integer(255)]), Ok(vec![255]));
}

#[test]
fn floats() {
    for (text, value, expected) in [
        ("%f", 1.5, "1.500000"),
        ("%.2f", 2.71653, "2.72"),
        ("%8.3f|", 2.5, "   2.500|"),
        ("%-8.1f|", 2.25, "2.2     |"),
        ("%08.2f", -1.5, "-0001.50"),
        ("%+.1f", 2.0, "+2.0"),
        ("% .1f", 1.25, " 1.2"),
        ("%#.0f", 1.0, "1."),
        ("%.0f", 2.5, "2"),
        ("%.0f", -0.0, "-0"),
        ("%.7f", 0.1, "0.1000000"),
        ("%e", 12345.678, "1.234568e+04"),
        ("%.3e", 0.00012, "1.200e-04"),
        ("%E", 1.0, "1.000000E+00"),
        ("%g", 1e6, "1e+06"),
        ("%.3g", 1234.5, "1.23e+03"),
        ("%G", 1e-10, "1E-10"),
        ("%#g", 1.0, "1.00000"),
        ("%5.1f%%", 99.5, " 99.5%"),
        ("%05f", f32::INFINITY, "  inf"),
        ("%+G", f32::INFINITY, "+INF"),
        ("%f", -f32::NAN, "nan"),
        ("%.99f", f32::MAX, &format!("{:.99}", f32::MAX)),
    ] {
        check(text, &[Float(value)], expected);
    }
    check("%f", &[Integer(2)], "2.000000");
}

#[test]
fn strings() {
    for (text, value, expected) in [
        ("%s", "abc", "abc"),
        ("[%6s]", "abc", "[   abc]"),
        ("[%06s]", "abc", "[   abc]"),
        ("[%-6s]", "abc", "[abc   ]"),
        ("[%.2s]", "abcdef", "[ab]"),
        ("[%.s]", "abcdef", "[]"),
        ("[%6.2s]", "abcdef", "[    ab]"),
        ("a%%b%sc", "-", "a%b-c"),
        ("no specifiers", "surplus", "no specifiers"),
        ("", "surplus", ""),
    ] {
        check(text, &[Text(value.as_bytes())], expected);
    }
    check("%%", &[], "%");
    assert_eq!(formatted(b"a\0%s\0", &[Text(b"x\0y")]), Ok(b"a\0x\0y\0".to_vec()));
}

#[test]
fn errors() {
    for (text, arguments, expected) in [
        ("%s", &[Integer(5)][..], FormatError::StringExpected),
        ("%d", &[Text(b"5")], FormatError::IntegerExpected),
        ("%c", &[Text(b"5")], FormatError::IntegerExpected),
        ("%f", &[Text(b"5")], FormatError::FloatExpected),
        ("%d", &[], FormatError::NotEnoughArguments),
        ("%s %s", &[Text(b"one")], FormatError::NotEnoughArguments),
        ("%z", &[], FormatError::NotEnoughArguments),
        ("%z", &[Integer(1)], FormatError::InvalidFormat),
        ("%", &[Integer(1)], FormatError::InvalidFormat),
        ("%5", &[Integer(1)], FormatError::InvalidFormat),
        ("%5%", &[Integer(1)], FormatError::InvalidFormat),
        ("%100d", &[Integer(1)], FormatError::WidthTooLong),
        ("%.100d", &[Integer(1)], FormatError::PrecisionTooLong),
        ("%                     d", &[Integer(1)], FormatError::FormatTooLong),
    ] {
        assert_eq!(formatted(text.as_bytes(), arguments), Err(expected), "{text:?}");
    }
    check("%                    d", &[Integer(1)], " 1");
}

#[test]
fn messages() {
    let too_few = FormatError::NotEnoughArguments;
    assert_eq!(too_few.message(Wording::Imp), "not enough paramters for the given format string");
    assert_eq!(too_few.message(Wording::Reference), "not enough parameters for the given format string");
    assert_eq!(FormatError::InvalidFormat.message(Wording::Imp), "invalid format");
}

/// A sink that takes so many bytes.
struct Bounded(usize);

impl Sink for Bounded {
    fn write(&mut self, bytes: &[u8]) -> Result<(), OutOfMemory> {
        self.0 = self.0.checked_sub(bytes.len()).ok_or(OutOfMemory)?;
        Ok(())
    }
}

#[test]
fn a_full_sink_ends_the_formatting() {
    let arguments = Arguments(&[Integer(1), Text(b"xyz"), Float(1.5)]);
    let text = b"abc%5d%s%%%-8.3f";
    let length = 3 + 5 + 3 + 1 + 8;
    for room in 0..length {
        assert_eq!(format(text, &arguments, &mut Bounded(room)), Err(FormatError::OutOfMemory));
    }
    assert_eq!(format(text, &arguments, &mut Bounded(length)), Ok(()));
}

proptest! {
    #[test]
    fn no_format_panics(
        text in "([ -~]|%[-+ #0]{0,3}[0-9]{0,2}(\\.[0-9]{0,2})?[a-zA-Z%]){0,10}",
        integer: i32,
        bits: u32,
    ) {
        let arguments = [Integer(integer), Float(f32::from_bits(bits)), Text(b"text"), Integer(integer)];
        let _ = formatted(text.as_bytes(), &arguments);
    }
}
