//! `split()`, `strip()`, `escape()`, log lines and dates.

use proptest::prelude::*;
use tamias_stdlib_imp::text::byte_set::ByteSet;
use tamias_stdlib_imp::text::date::{CivilTime, FIRST_IMP_SECOND, LAST_IMP_SECOND};
use tamias_stdlib_imp::text::escape::escape;
use tamias_stdlib_imp::text::split::{EmptyPieces, split};
use tamias_stdlib_imp::text::strip::{strip, strip_end, strip_start};
use tamias_stdlib_imp::text::utf8::write_log_text;

fn pieces(text: &str, separators: &str, empty_pieces: EmptyPieces) -> String {
    let pieces = split(text.as_bytes(), separators.as_bytes(), empty_pieces).unwrap();
    pieces.map(|piece| format!("<{}>", piece.escape_ascii())).collect()
}

#[test]
fn texts_are_split_at_every_separator() {
    for (text, separators, dropped, kept) in [
        ("a,b,c", ",", "<a><b><c>", "<a><b><c>"),
        ("a,,b", ",", "<a><b>", "<a><><b>"),
        (",a,b,", ",", "<a><b>", "<><a><b>"),
        ("a,,b,,", ",", "<a><b>", "<a><><b><>"),
        (",,", ",", "", "<><>"),
        ("", ",", "", ""),
        ("single", ",", "<single>", "<single>"),
        ("one two\tthree", " \t", "<one><two><three>", "<one><two><three>"),
        ("2024-01-02T03:04", "-T:", "<2024><01><02><03><04>", "<2024><01><02><03><04>"),
        ("a\0b", "\0", "<a><b>", "<a><b>"),
        ("a\0b,c", ",", "<a\\x00b><c>", "<a\\x00b><c>"),
    ] {
        assert_eq!(pieces(text, separators, EmptyPieces::Drop), dropped, "{text:?}");
        assert_eq!(pieces(text, separators, EmptyPieces::Keep), kept, "{text:?}");
    }
    assert!(split(b"a", b"", EmptyPieces::Drop).is_none());
}

#[test]
fn white_space_is_stripped() {
    for (text, start, end, both) in [
        ("  a b  ", "a b  ", "  a b", "a b"),
        ("\t\n x \r\n\x0b\x0c", "x \r\n\x0b\x0c", "\t\n x", "x"),
        ("", "", "", ""),
        ("   ", "", "", ""),
        ("none", "none", "none", "none"),
        ("\0 ", "\0 ", "\0", "\0"),
    ] {
        assert_eq!(strip_start(text.as_bytes()), start.as_bytes());
        assert_eq!(strip_end(text.as_bytes()), end.as_bytes());
        assert_eq!(strip(text.as_bytes()), both.as_bytes());
    }
}

#[test]
fn special_bytes_are_escaped() {
    for (text, expected) in [
        (&b"plain"[..], "plain"),
        (b"quote \" and ' and \\", r#"quote \" and \' and \\"#),
        (b"nl\n tab\t", r"nl\x0a tab\x09"),
        (b"\x01\x1f\x7f", r"\x01\x1f\x7f"),
        (b"", ""),
        (b"a\0b", r"a\0b"),
        (b"caf\xe9", r"caf\xe9"),
    ] {
        let mut escaped = Vec::new();
        escape(text, &mut escaped).unwrap();
        assert_eq!(String::from_utf8(escaped).unwrap(), expected);
    }
}

#[test]
fn log_lines_are_text_or_binary() {
    for (text, expected) in
        [(&b"caf\xc3\xa9"[..], "caf\u{e9}"), (b"", ""), (b"\xe9t\x00", "binary: e9 74 00")]
    {
        let mut line = Vec::new();
        write_log_text(text, &mut line).unwrap();
        assert_eq!(String::from_utf8(line).unwrap(), expected);
    }
}

#[test]
fn byte_sets_know_their_members() {
    let set = ByteSet::from_iter([0, 31, 32, 255]);
    for byte in 0..=255 {
        assert_eq!(set.contains(byte), [0, 31, 32, 255].contains(&byte));
        assert_ne!(set.contains(byte), set.complement().contains(byte));
    }
}

fn date_text(seconds: i64) -> String {
    let CivilTime { year, month, day, hour, minute, second, day_of_week, day_of_year } =
        CivilTime::of_unix_seconds(seconds);
    format!("{year}-{month}-{day} {hour}:{minute}:{second} {day_of_week} {day_of_year}")
}

#[test]
fn seconds_have_dates() {
    for (seconds, expected) in [
        (0, "1970-0-1 0:0:0 4 0"),
        (-1, "1969-11-31 23:59:59 3 364"),
        (FIRST_IMP_SECOND, "2000-0-1 0:0:0 6 0"),
        (951_782_400, "2000-1-29 0:0:0 2 59"),
        (951_868_800, "2000-2-1 0:0:0 3 60"),
        (978_307_199, "2000-11-31 23:59:59 0 365"),
        (1_234_567_890, "2009-1-13 23:31:30 5 43"),
        (1_709_251_199, "2024-1-29 23:59:59 4 59"),
        (i64::from(i32::MAX), "2038-0-19 3:14:7 2 18"),
        (LAST_IMP_SECOND, "2099-11-31 23:59:59 4 364"),
        (i64::from(i32::MIN), "1901-11-13 20:45:52 5 346"),
    ] {
        assert_eq!(date_text(seconds), expected);
    }
}

#[test]
fn dates_outside_of_the_century_are_zero_on_an_imp() {
    for seconds in [i64::MIN, -1, 0, FIRST_IMP_SECOND - 1, LAST_IMP_SECOND + 1, i64::MAX] {
        assert_eq!(CivilTime::of_imp_seconds(seconds), CivilTime::default());
    }
    let last = CivilTime::of_imp_seconds(LAST_IMP_SECOND);
    assert_eq!((last.year, last.month, last.day), (2099, 11, 31));
}

#[test]
fn days_follow_each_other() {
    let mut previous = CivilTime::of_unix_seconds(FIRST_IMP_SECOND - 1);
    for seconds in (FIRST_IMP_SECOND..=LAST_IMP_SECOND).step_by(86_400) {
        let today = CivilTime::of_unix_seconds(seconds);
        assert_eq!(today.day_of_week, (previous.day_of_week + 1) % 7);
        match (today.year - previous.year, today.month - previous.month) {
            (0, 0) => assert_eq!(today.day, previous.day + 1),
            (0, 1) | (1, -11) => assert_eq!(today.day, 1),
            _ => panic!("{today:?} after {previous:?}"),
        }
        let next_in_year = if today.year == previous.year { previous.day_of_year + 1 } else { 0 };
        assert_eq!(today.day_of_year, next_in_year);
        previous = today;
    }
}

proptest! {
    #[test]
    fn every_second_has_a_date(seconds: i64) {
        let date = CivilTime::of_unix_seconds(seconds);
        prop_assert!((0..12).contains(&date.month) && (1..=31).contains(&date.day));
        prop_assert!((0..24).contains(&date.hour) && (0..60).contains(&date.minute));
        prop_assert!((0..7).contains(&date.day_of_week) && (0..366).contains(&date.day_of_year));
    }

    #[test]
    fn pieces_join_to_the_text(text: Vec<u8>, separator: u8) {
        let pieces: Vec<_> = split(&text, &[separator], EmptyPieces::Keep).unwrap().collect();
        let mut joined = pieces.join(&separator);
        if text.last() == Some(&separator) {
            joined.push(separator);
        }
        prop_assert_eq!(joined, text);
    }

    #[test]
    fn pieces_agree_with_the_standard_library(text in "[ab,;]{0,20}") {
        let is_separator = |byte: &u8| b",;".contains(byte);
        let expected: Vec<_> = text.as_bytes().split(is_separator).filter(|piece| !piece.is_empty()).collect();
        let pieces: Vec<_> = split(text.as_bytes(), b",;", EmptyPieces::Drop).unwrap().collect();
        prop_assert_eq!(pieces, expected);
    }
}
