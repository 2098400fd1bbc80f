//! Numbers and their texts, against tables and against the host's own routines.

use std::str::from_utf8;

use proptest::prelude::*;
use tamias_vm::number::{
    FLOAT_TEXT_CAPACITY, FORMATTED_FLOAT_CAPACITY, FloatFormat, INTEGER_TEXT_CAPACITY, LetterCase, Notation,
    Number, NumberSyntax, OutOfRange, Radix, TrailingZeros, float_prefix, float_to_integer, float_to_text,
    format_float, integer_prefix, integer_to_text, parse_float, parse_number, unsigned_to_text,
};

fn float_text(value: f32) -> String {
    from_utf8(float_to_text(value, &mut [0; FLOAT_TEXT_CAPACITY])).unwrap().to_owned()
}

fn formatted(value: f32, format: FloatFormat) -> String {
    from_utf8(format_float(value, format, &mut [0; FORMATTED_FLOAT_CAPACITY])).unwrap().to_owned()
}

fn integer_text(value: i32) -> String {
    from_utf8(integer_to_text(value, &mut [0; INTEGER_TEXT_CAPACITY])).unwrap().to_owned()
}

fn unsigned_text(value: u32, radix: Radix) -> String {
    from_utf8(unsigned_to_text(value, radix, &mut [0; INTEGER_TEXT_CAPACITY])).unwrap().to_owned()
}

/// Reads a specifier of the table, for example `%#.3e`.
fn float_format(specifier: &str) -> FloatFormat {
    let (options, letter) = specifier[1..].split_at(specifier.len() - 2);
    let (notation, letters) = match letter {
        "f" => (Notation::Fixed, LetterCase::Lower),
        "e" => (Notation::Scientific, LetterCase::Lower),
        "g" => (Notation::General, LetterCase::Lower),
        "G" => (Notation::General, LetterCase::Upper),
        _ => panic!("unknown specifier {specifier}"),
    };
    let trailing_zeros = if options.starts_with('#') { TrailingZeros::Keep } else { TrailingZeros::Drop };
    let precision = options.split_once('.').map_or(6, |(_, digits)| digits.parse().unwrap());
    FloatFormat { notation, precision, trailing_zeros, letters }
}

/// The table was printed by a C library: bits of the float, specifier, text.
#[test]
fn floats_are_formatted_as_in_c() {
    for line in include_str!("data/float_texts.tsv").lines() {
        let [bits, specifier, expected] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("malformed line {line:?}");
        };
        let value = f32::from_bits(u32::from_str_radix(bits, 16).unwrap());
        assert_eq!(formatted(value, float_format(specifier)), expected, "{line}");
        if specifier == "%g" {
            assert_eq!(float_text(value), expected, "{line}");
        }
    }
}

#[test]
fn values_that_are_not_finite_have_names() {
    for (value, expected) in [
        (f32::INFINITY, "inf"),
        (f32::NEG_INFINITY, "-inf"),
        (f32::NAN, "nan"),
        (-f32::NAN, "nan"),
        (-0.0, "-0"),
    ] {
        assert_eq!(float_text(value), expected);
    }
    assert_eq!(formatted(f32::NEG_INFINITY, float_format("%.3G")), "-INF");
}

/// Every power of two and its neighbours: all exponents, all paths.
#[test]
fn the_fast_path_agrees_with_the_exact_one() {
    for exponent in 0..255_u32 {
        for mantissa in (0..0x80_0000).step_by(0x1_2345).chain([1, 2, 0x7f_ffff]) {
            let value = f32::from_bits(exponent << 23 | mantissa);
            assert_eq!(float_text(value), formatted(value, FloatFormat::general(6)), "{value:e}");
        }
    }
}

#[test]
fn integers_have_texts_in_three_bases() {
    for value in [0, 9, 10, 99, 100, 101, 12345, 999_999, i32::MAX, -1, -10, i32::MIN] {
        assert_eq!(integer_text(value), value.to_string());
    }
    let upper = Radix::Hexadecimal(LetterCase::Upper);
    let lower = Radix::Hexadecimal(LetterCase::Lower);
    assert_eq!(unsigned_text(0, Radix::Octal), "0");
    assert_eq!(unsigned_text(u32::MAX, Radix::Octal), "37777777777");
    assert_eq!(unsigned_text(u32::MAX, Radix::Decimal), "4294967295");
    assert_eq!(unsigned_text(0xdead_beef, upper), "DEADBEEF");
    assert_eq!(unsigned_text(0xbeef, lower), "beef");
}

#[test]
fn floats_become_integers() {
    for (value, saturated, indefinite) in [
        (3.99, 3, 3),
        (-3.99, -3, -3),
        (-2_147_483_648.0, i32::MIN, i32::MIN),
        (2_147_483_520.0, 2_147_483_520, 2_147_483_520),
        (2_147_483_648.0, i32::MAX, i32::MIN),
        (-1e10, i32::MIN, i32::MIN),
        (f32::INFINITY, i32::MAX, i32::MIN),
        (f32::NAN, 0, i32::MIN),
    ] {
        assert_eq!(float_to_integer(value, OutOfRange::Saturate), saturated, "{value}");
        assert_eq!(float_to_integer(value, OutOfRange::Indefinite), indefinite, "{value}");
    }
}

#[test]
fn numbers_of_both_editions() {
    use Number::{Float, Integer};
    for (text, imp, reference) in [
        ("0", Some(Integer(0)), Some(Integer(0))),
        (" \t\n\u{b}\u{c}\r+5", Some(Integer(5)), Some(Integer(5))),
        ("-17", Some(Integer(-17)), Some(Integer(-17))),
        ("007", Some(Integer(7)), Some(Integer(7))),
        ("7abc", Some(Integer(7)), Some(Integer(7))),
        ("10.9", Some(Float(10.9)), Some(Float(10.9))),
        ("5e2", Some(Float(500.0)), Some(Float(500.0))),
        ("2timesfour", Some(Float(2.0)), Some(Float(2.0))),
        ("abce1", None, None),
        ("", None, None),
        ("-", None, None),
        (" ", None, None),
        (".", None, None),
        ("- 1", None, None),
        ("99999999999", Some(Integer(i32::MAX)), Some(Integer(i32::MAX))),
        ("-99999999999", Some(Integer(i32::MIN)), Some(Integer(i32::MIN))),
        ("-2147483648", Some(Integer(i32::MIN)), Some(Integer(i32::MIN))),
        ("0xFF", Some(Integer(255)), Some(Integer(0))),
        ("-0xff", Some(Integer(-255)), Some(Integer(0))),
        ("0xFFFFFFFF", Some(Integer(-1)), Some(Integer(0))),
        ("0x10FFFFFFF", Some(Integer(-1)), Some(Integer(0))),
        ("0x1E", Some(Integer(30)), Some(Float(0.0))),
        ("0x", Some(Integer(0)), Some(Integer(0))),
        ("0xg", Some(Integer(0)), Some(Integer(0))),
    ] {
        assert_eq!(parse_number(text.as_bytes(), None, NumberSyntax::Imp), imp, "{text:?}");
        assert_eq!(parse_number(text.as_bytes(), None, NumberSyntax::Reference), reference, "{text:?}");
    }
}

#[test]
fn numbers_in_a_given_base() {
    for (text, base, expected) in [
        ("ff", 16, Some(255)),
        ("0x1F", 16, Some(31)),
        ("0x", 16, Some(0)),
        ("-ff", 16, Some(-255)),
        ("777", 8, Some(511)),
        ("19", 8, Some(1)),
        ("1010", 2, Some(10)),
        ("z", 36, Some(35)),
        ("zz", 16, None),
        ("1e3", 16, Some(483)),
        ("0xFF", 10, Some(0)),
        ("1", 0, None),
        ("1", 1, None),
        ("1", 37, None),
        ("1", u32::MAX, None),
    ] {
        for syntax in [NumberSyntax::Imp, NumberSyntax::Reference] {
            let number = parse_number(text.as_bytes(), Some(base), syntax);
            assert_eq!(number, expected.map(Number::Integer), "{text:?} in base {base}");
        }
    }
}

#[test]
fn floats_of_both_editions() {
    for (text, expected) in [
        ("3.25", Some(3.25)),
        (".5", Some(0.5)),
        ("-.5", Some(-0.5)),
        ("5.", Some(5.0)),
        ("  2.5", Some(2.5)),
        ("4.5xyz", Some(4.5)),
        ("1e3", Some(1000.0)),
        ("1e", Some(1.0)),
        ("1e+", Some(1.0)),
        ("1.5e-2", Some(0.015)),
        ("12", Some(12.0)),
        ("0x10", Some(0.0)),
        ("", None),
        ("x1.5", None),
        (".e1", None),
        ("inf", None),
        ("nan", None),
    ] {
        assert_eq!(parse_float(text.as_bytes(), NumberSyntax::Imp), expected, "{text:?}");
        assert_eq!(parse_float(text.as_bytes(), NumberSyntax::Reference), expected, "{text:?}");
    }
    assert_eq!(parse_float(b"99999999999", NumberSyntax::Imp), Some(99_999_999_999.0));
    assert_eq!(parse_float(b"99999999999", NumberSyntax::Reference), Some(2_147_483_647.0));
}

fn as_a_c_program(text: &str) -> f32 {
    text.parse::<f64>().unwrap() as f32
}

#[test]
fn floats_are_read_correctly_rounded() {
    let zeros = "0".repeat(2000);
    for text in [
        // Half of the smallest float, a little more and a little less.
        "7.006492321624085354618e-46",
        "7.0064923216240853546186479164495806564013097093825788587853e-46",
        "7.006492321624085354619e-46",
        "1.401298464324817e-45",
        "1.1754943508222875e-38",
        // Around the largest float and the limit to infinity.
        "3.4028234663852886e38",
        "340282356779733661637539395458142568447",
        "340282356779733661637539395458142568448",
        "3.5e38",
        "1e39",
        "1e999999999999999999999",
        "0e999999999999999999999",
        "1e-999999999999999999999",
        // Ties between two floats, and just above.
        "16777217",
        "16777217.0000000000000000000000000000000000000001",
        "16777219",
        // A tie only after rounding to double.
        "1.00000005960464477540",
        "1.000000059604644775390625",
        "1.0000000596046447753906250000000000000000000000000000001",
        &format!("0.{zeros}1e2001"),
        &format!("1{zeros}e-2000"),
        &format!("16777217.{zeros}1"),
    ] {
        let expected = as_a_c_program(text);
        let (value, length) = float_prefix(text.as_bytes()).unwrap();
        assert_eq!((value.to_bits(), length), (expected.to_bits(), text.len()), "{text:?}");
    }
}

proptest! {
    #[test]
    fn scientific_notation_agrees_with_the_host(bits: u32, precision in 0..100_u8) {
        let value = f32::from_bits(bits);
        prop_assume!(value.is_finite());
        let format = FloatFormat { notation: Notation::Scientific, precision, ..FloatFormat::general(0) };
        let host = format!("{:.*e}", usize::from(precision), value);
        let (digits, exponent) = host.split_once('e').unwrap();
        let expected = format!("{digits}e{:+03}", exponent.parse::<i32>().unwrap());
        prop_assert_eq!(formatted(value, format), expected);
    }

    #[test]
    fn fixed_notation_agrees_with_the_host(bits: u32, precision in 0..100_u8) {
        let value = f32::from_bits(bits);
        prop_assume!(value.is_finite());
        let format = FloatFormat { notation: Notation::Fixed, precision, ..FloatFormat::general(0) };
        prop_assert_eq!(formatted(value, format), format!("{:.*}", usize::from(precision), value));
    }

    #[test]
    fn default_texts_agree_with_the_exact_path(bits: u32, near_one in -2e6_f32..2e6) {
        for value in [f32::from_bits(bits), near_one] {
            prop_assert_eq!(float_text(value), formatted(value, FloatFormat::general(6)));
        }
    }

    #[test]
    fn nine_digits_read_back_as_the_same_float(bits: u32) {
        let value = f32::from_bits(bits);
        prop_assume!(value.is_finite());
        let text = formatted(value, FloatFormat::general(9));
        let (again, length) = float_prefix(text.as_bytes()).unwrap();
        prop_assert_eq!((again.to_bits(), length), (bits, text.len()));
    }

    #[test]
    fn decimals_read_as_on_the_host(text in "-?[0-9]{0,50}\\.?[0-9]{1,60}(e-?[0-9]{1,2})?") {
        let (value, length) = float_prefix(text.as_bytes()).unwrap();
        prop_assert_eq!((value.to_bits(), length), (as_a_c_program(&text).to_bits(), text.len()));
    }

    #[test]
    fn integers_read_back(value: i32, base in 2..=36_u32) {
        let text = integer_text(value);
        prop_assert_eq!(&text, &value.to_string());
        prop_assert_eq!(integer_prefix(text.as_bytes(), 10), Some((value, text.len())));
        let _ = integer_prefix(text.as_bytes(), base);
    }

    #[test]
    fn no_text_panics(text in "[ -+.0-9a-fxXeE]{0,40}|\\PC{0,20}", base: Option<u32>) {
        for syntax in [NumberSyntax::Imp, NumberSyntax::Reference] {
            let _ = parse_number(text.as_bytes(), base, syntax);
            let _ = parse_float(text.as_bytes(), syntax);
        }
    }
}
