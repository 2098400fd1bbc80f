//! The classes `regexp` and `regexp2` without a VM.

use proptest::prelude::*;
use tamias_stdlib_imp::text::regexp::{MatchError, PatternError, Regexp, Syntax};

fn compiled(pattern: &str, syntax: Syntax) -> Regexp {
    match Regexp::new(pattern.as_bytes(), syntax) {
        Ok(regexp) => regexp,
        Err(error) => panic!("{pattern:?}: {}", error.message()),
    }
}

/// The message for a malformed pattern.
fn message(pattern: &str, syntax: Syntax) -> &'static str {
    match Regexp::new(pattern.as_bytes(), syntax) {
        Ok(_) => panic!("{pattern:?} is accepted"),
        Err(error) => error.message(),
    }
}

fn is_match(pattern: &str, text: &str, syntax: Syntax) -> bool {
    compiled(pattern, syntax).is_match(text.as_bytes()).unwrap()
}

/// All groups of the first match, as text.
fn capture(pattern: &str, text: &str, syntax: Syntax) -> String {
    let regexp = compiled(pattern, syntax);
    let Some(captures) = regexp.capture(text.as_bytes(), 0).unwrap() else {
        return "none".to_owned();
    };
    let groups = (0..captures.n_groups()).map(|index| match captures.group(index) {
        Some(range) => format!("{}-{}", range.start, range.end),
        None => "unset".to_owned(),
    });
    groups.collect::<Vec<_>>().join(" ")
}

#[test]
fn whole_texts_match() {
    for (pattern, text, expected) in [
        ("abc", "abc", true),
        ("abc", "abcd", false),
        ("a+b*", "aaab", true),
        ("a+b*", "aaa", true),
        ("[a-z]+", "hello", true),
        ("[a-z]+", "Hello", false),
        ("[^0-9]+", "abc", true),
        (r"\w+\s\w+", "two words", true),
        ("(ab|cd)+", "abcdab", true),
        ("colou?r", "color", true),
        ("a{3}", "aaa", true),
        ("a{3}", "aaaa", false),
        ("a{2,3}", "aaaa", false),
        ("a{2,}", "aaaa", true),
        ("(ab){2,3}", "ababab", true),
        ("(ab){2,3}", "abababab", false),
        ("(ab){2}", "ab", false),
        ("a{3,2}", "aaa", false),
        ("(ab){3,2}", "ababab", false),
        ("(ab){0}c", "c", true),
        ("a.c", "abc", true),
        ("a.c", "a\0c", true),
        ("a.c", "a\nc", true),
        (r"\.", "x", false),
        ("a|ab", "ab", true),
        ("(a|ab)(c|bcd)", "abcd", true),
        ("(a*)*", "aaa", true),
        ("(a*)+", "", true),
        ("(a|b*){2,5}c", "abbac", true),
        ("(a?){3}", "aa", true),
        // Only special where the grammar allows it.
        ("a+?", "aa?", true),
        ("a^b", "a^b", true),
        (")", ")", true),
        ("a|*", "*", true),
        ("a]}", "a]}", true),
        (r"\m()x", "(a(b)c)x", true),
        (r"\m()", "(a(b)c", false),
        (r"\bfoo\b", "foo", true),
        (r"f\Boo", "foo", true),
        (r"f\boo", "foo", false),
    ] {
        assert_eq!(is_match(pattern, text, Syntax::Squirrel), expected, "{pattern:?} on {text:?}");
    }
}

#[test]
fn classes_are_those_of_c() {
    for (pattern, members) in [
        (r"\l", "abcxyz"),
        (r"\u", "ABCXYZ"),
        (r"\a", "abcxyzABCXYZ"),
        (r"\w", "abcxyzABCXYZ019_"),
        (r"\s", " \t\n\r\x0b\x0c"),
        (r"\d", "019"),
        (r"\x", "abcABC019"),
        (r"\c", "\t\n\r\x0b\x0c\0\x7f"),
        (r"\p", "_!?-^]"),
        ("[a-c0-1]", "abc01"),
        ("[-a]", "-a"),
        ("[a^]", "a^"),
        (r"[\d_x-y]", "019_xy"),
        (r"[\n\]]", "\n]"),
        ("[b]", "b"),
        (r"[\b]", "b"),
    ] {
        for byte in "abcxyzABCXYZ019_!?-^]\t\n\r\x0b\x0c\0\x7f \u{e9}".bytes() {
            let expected = members.as_bytes().contains(&byte);
            let regexp = compiled(pattern, Syntax::Squirrel);
            assert_eq!(regexp.is_match(&[byte]), Ok(expected), "{pattern:?} on byte {byte}");
            let letter = pattern.as_bytes()[1];
            if pattern.len() == 2 && letter != b'l' && letter != b'u' {
                let complement = compiled(&pattern.to_uppercase(), Syntax::Squirrel);
                assert_eq!(complement.is_match(&[byte]), Ok(!expected), "not {pattern:?} on byte {byte}");
            }
        }
    }
}

#[test]
fn malformed_patterns_have_the_messages_of_the_reference() {
    for (pattern, expected) in [
        ("", "letter expected"),
        ("a|", "letter expected"),
        ("(a|", "letter expected"),
        ("[abc", "letter expected"),
        ("[", "letter expected"),
        ("a\n", "letter expected"),
        ("\u{e9}", "letter expected"),
        ("\\", "letter expected for argument of escape sequence"),
        ("(abc", "expected paren"),
        ("()", "expected paren"),
        ("(a**)", "expected paren"),
        ("(?a)", "expected paren"),
        ("a{2,3", "expected paren"),
        ("abc)", "unexpected character"),
        ("a**", "unexpected character"),
        ("a{x}", "number expected"),
        ("a{", "number expected"),
        ("a{2x}", ", or } expected"),
        ("a{70000}", "overflow in numeric constant"),
        ("[z-a]", "invalid range"),
        (r"[\d-z]", "invalid range"),
        ("[a-", "invalid range"),
        ("[a-]", "unfinished range"),
        ("[]", "empty class"),
        ("[^]", "empty class"),
        (r"\m(", "balanced chars expected"),
        (r"\m((", "open/close char can't be the same"),
    ] {
        assert_eq!(message(pattern, Syntax::Squirrel), expected, "{pattern:?}");
    }
}

#[test]
fn the_first_match_is_found() {
    for (pattern, text, start, expected) in [
        ("[0-9]+", "abc 123 def", 0, Some(4..7)),
        ("x", "abc", 0, None),
        ("b", "abcb", 2, Some(3..4)),
        ("^ab", "abab", 0, Some(0..2)),
        ("^ab", "abab", 2, Some(2..4)),
        ("^ab", "abab", 1, None),
        ("^b", "ab", 0, None),
        ("a|^b", "bab", 0, Some(0..1)),
        ("(^a)?b", "cb", 0, Some(1..2)),
        ("b$", "bab", 0, Some(2..3)),
        ("x*", "abc", 0, Some(0..0)),
        ("x*", "abc", 1, Some(1..1)),
        // A match does not begin behind the last byte.
        ("$", "abc", 0, None),
        ("x*", "abc", 3, None),
        ("x*", "", 0, None),
        ("a", "a", 2, None),
        ("a", "a", usize::MAX, None),
        ("b", "a\0b", 0, Some(2..3)),
        ("[^a]", "a\0", 0, Some(1..2)),
        (r"\bis\b", "this is it", 0, Some(5..7)),
    ] {
        let regexp = compiled(pattern, Syntax::Squirrel);
        assert_eq!(regexp.search(text.as_bytes(), start), Ok(expected), "{pattern:?} on {text:?}");
    }
}

#[test]
fn groups_are_captured() {
    for (pattern, text, expected) in [
        (r"(\d+)-(\d+)-(\d+)", "date: 2024-03-15", "6-16 6-10 11-13 14-16"),
        ("(x)", "abc", "none"),
        ("(?:ab)+(c)", "ababc", "0-5 4-5"),
        ("(b+)(bbb)", "bbbbbbb", "0-7 0-4 4-7"),
        ("(a)|(b)", "b", "0-1 unset 0-1"),
        ("(a|b)*", "abab", "0-4 3-4"),
        ("((a)(b))c", "abc", "0-3 0-2 0-1 1-2"),
        ("(a*)b", "b", "0-1 0-0"),
        ("(a)?b", "b", "0-1 unset"),
        // A failed path leaves no trace.
        ("(?:(a)c|ab)", "ab", "0-2 unset"),
    ] {
        assert_eq!(capture(pattern, text, Syntax::Squirrel), expected, "{pattern:?} on {text:?}");
    }
    let captures = compiled("(b)", Syntax::Squirrel).capture(b"abab", 2).unwrap().unwrap();
    assert_eq!((captures.group(0), captures.group(1), captures.group(2)), (Some(3..4), Some(3..4), None));
    assert_eq!(compiled("(a)(b)", Syntax::Squirrel).n_groups(), 3);
    assert_eq!(compiled("ab", Syntax::Squirrel).n_groups(), 1);
}

/// What impOS does, with the defect that it documents. Conformance cases show more of it.
#[test]
fn choices_of_impos_are_final() {
    for (pattern, text, expected) in [
        ("(b+)(bbb)", "bbbbbbb", "0-4 0-1 1-4"),
        ("(a|ab)c", "abc", "none"),
        ("(a+)(b+)", "xaabb", "1-5 1-3 3-5"),
        ("(a|b)*c", "abc", "0-3 0-1"),
        ("b+bbb", "bbbbbbb", "0-4"),
        ("(a)?ab|(c)", "abc", "2-3 unset 2-3"),
        ("(?:(a)|(b)){2}c", "abc", "0-3 unset 1-2"),
        ("a{0}b", "ab", "1-2"),
        ("a{3,2}", "aaaa", "none"),
        ("(?:a*)*$", "aa", "0-2"),
    ] {
        let found = capture(pattern, text, Syntax::SquirrelOfImpOs);
        assert_eq!(found, expected, "{pattern:?}");
    }
}

#[test]
fn re2_patterns() {
    for (pattern, text, expected) in [
        (r"\Aab\z", "ab", "0-2"),
        (r"b\z", "abc", "none"),
        ("a+?", "aaa", "0-1"),
        ("a{2,3}?", "aaa", "0-2"),
        ("(a+?)(a*)", "aaa", "0-3 0-1 1-3"),
        ("(?:ab)+?c", "ababc", "0-5"),
        ("(ab){1,2}?", "abab", "0-2 0-2"),
        ("(a*)*?b", "aab", "0-3 0-2"),
        ("(?U)a+", "aaa", "0-1"),
        ("(?i)aB", "Ab", "0-2"),
        ("(?i)[b-d]+", "aBCd", "1-4"),
        ("(?i:a)b", "AB", "none"),
        ("((?i)a)b", "AAb", "1-3 1-2"),
        ("a.b", "a\nb", "none"),
        ("(?s)a.b", "a\nb", "0-3"),
        ("^b", "a\nb", "none"),
        ("(?m)^b$", "a\nb\nc", "2-3"),
        ("(?P<year>[0-9]+)-(?<month>[0-9]+)", "in 2024-03", "3-10 3-7 8-10"),
        ("[[:alpha:]_]+", "1a_B2", "1-4"),
        ("[^[:^digit:]]+", "a12", "1-3"),
        ("[]a]+", "a]", "0-2"),
        ("[a-]+", "b-a", "1-3"),
        (r"[\d\-x]+", "a1-x", "1-4"),
        (r"\x41\x{42}\103\0", "ABC\0", "0-4"),
        (r"\Qa.b\E+", "xa.bb", "1-5"),
        ("a{,2}", "a{,2}", "0-5"),
        ("x{", "x{", "0-2"),
        ("a||b", "b", "0-0"),
        ("()", "", "0-0 0-0"),
        ("$", "ab", "2-2"),
        ("(a)|(b)", "b", "0-1 unset 0-1"),
        (r"\bb\B", "ab bc", "3-4"),
    ] {
        assert_eq!(capture(pattern, text, Syntax::Re2), expected, "{pattern:?} on {text:?}");
    }
    assert!(is_match("a|ab", "ab", Syntax::Re2));
    assert!(!is_match("a", "ab", Syntax::Re2));
}

#[test]
fn malformed_re2_patterns() {
    for (pattern, expected) in [
        ("(a", "missing )"),
        ("a)", "unexpected )"),
        ("[a", "missing ]"),
        ("[]", "missing ]"),
        ("*a", "no argument for repetition operator"),
        ("(|+)", "no argument for repetition operator"),
        ("a**", "bad repetition operator"),
        ("a{1001}", "invalid repetition size"),
        ("a{99999999}", "invalid repetition size"),
        ("a{2,1}", "invalid repetition size"),
        ("\\", "trailing \\"),
        (r"\y", "invalid escape sequence"),
        (r"\1", "invalid escape sequence"),
        (r"\x4", "invalid escape sequence"),
        (r"\x{100}", "invalid escape sequence"),
        (r"\777", "invalid escape sequence"),
        ("[b-a]", "invalid character class range"),
        (r"[a-\d]", "invalid character class range"),
        ("[[:nope:]]", "invalid character class range"),
        ("(?z)", "invalid perl operator"),
        ("(?i-)", "invalid perl operator"),
        ("(?", "invalid perl operator"),
        ("(?P<>a)", "invalid named capture group"),
        ("(?P<a", "invalid named capture group"),
        (&"a".repeat(257), "pattern too long"),
    ] {
        assert_eq!(message(pattern, Syntax::Re2), expected, "{pattern:?}");
    }
    compiled(&"a".repeat(256), Syntax::Re2);
}

#[test]
fn hard_questions_are_refused() {
    let regexp = compiled("(a*)*b", Syntax::Squirrel);
    let text = "a".repeat(5000);
    assert_eq!(regexp.is_match(text.as_bytes()), Err(MatchError::TooComplex));
    // Every repetition leaves an alternative behind.
    let regexp = compiled("(x|a)*b", Syntax::Squirrel);
    let text = "a".repeat(1_000_000);
    assert_eq!(regexp.is_match(text.as_bytes()), Err(MatchError::TooComplex));
    assert_eq!(MatchError::TooComplex.message(), "regular expression too complex");
}

#[test]
fn long_patterns_and_texts_need_no_native_stack() {
    let depth = 9_000;
    let nested = "(".repeat(depth) + "a" + &")".repeat(depth) + "*";
    assert!(is_match(&nested, "a", Syntax::Squirrel));
    let alternatives = "a|".repeat(9_000) + "b";
    assert!(is_match(&alternatives, "b", Syntax::Squirrel));
    assert_eq!(
        Regexp::new(&[b'a'; 30_001], Syntax::Squirrel).unwrap_err(),
        PatternError::Malformed("pattern too long")
    );
    let text = "ab".repeat(20_000);
    assert!(is_match("(?:ab)*", &text, Syntax::Squirrel));
    assert_eq!(capture("x|.*b", &text, Syntax::Squirrel), "0-40000");
}

/// A pattern as a tree, for the oracle below.
#[derive(Clone, Debug)]
enum Tree {
    Byte(u8),
    Any,
    Sequence(Vec<Tree>),
    Alternatives(Vec<Tree>),
    Group(usize, Box<Tree>),
    Repeat { body: Box<Tree>, minimum: usize, maximum: usize, is_lazy: bool },
}

fn tree(allow_lazy: bool) -> impl Strategy<Value = Tree> {
    let leaf = prop_oneof![
        4 => prop::sample::select(vec![b'a', b'b']).prop_map(Tree::Byte),
        1 => Just(Tree::Any),
    ];
    leaf.prop_recursive(4, 16, 3, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..3).prop_map(Tree::Sequence),
            prop::collection::vec(inner.clone(), 2..3).prop_map(Tree::Alternatives),
            inner.clone().prop_map(|body| Tree::Group(0, Box::new(body))),
            (inner, 0..3_usize, prop::sample::select(vec![0, 1, usize::MAX]), any::<bool>()).prop_map(
                move |(body, minimum, more, is_lazy)| Tree::Repeat {
                    body: Box::new(body),
                    minimum,
                    maximum: minimum.saturating_add(more),
                    is_lazy: is_lazy && allow_lazy,
                }
            ),
        ]
    })
}

/// Numbers the groups from left to right.
fn number_groups(tree: &mut Tree, n_groups: &mut usize) {
    match tree {
        Tree::Byte(_) | Tree::Any => {}
        Tree::Sequence(parts) | Tree::Alternatives(parts) => {
            parts.iter_mut().for_each(|part| number_groups(part, n_groups));
        }
        Tree::Group(number, body) => {
            *number = *n_groups;
            *n_groups += 1;
            number_groups(body, n_groups);
        }
        Tree::Repeat { body, .. } => number_groups(body, n_groups),
    }
}

fn pattern_text(tree: &Tree) -> String {
    match tree {
        Tree::Byte(byte) => char::from(*byte).to_string(),
        Tree::Any => ".".to_owned(),
        Tree::Sequence(parts) => parts.iter().map(pattern_text).collect(),
        Tree::Alternatives(parts) => {
            format!("(?:{})", parts.iter().map(pattern_text).collect::<Vec<_>>().join("|"))
        }
        Tree::Group(_, body) => format!("({})", pattern_text(body)),
        Tree::Repeat { body, minimum, maximum, is_lazy } => {
            let count = match (*minimum, *maximum) {
                (0, usize::MAX) => "*".to_owned(),
                (1, usize::MAX) => "+".to_owned(),
                (0, 1) => "?".to_owned(),
                (minimum, usize::MAX) => format!("{{{minimum},}}"),
                (minimum, maximum) => format!("{{{minimum},{maximum}}}"),
            };
            format!("(?:{}){count}{}", pattern_text(body), if *is_lazy { "?" } else { "" })
        }
    }
}

/// The end of a match and the groups on the way there.
type State = (usize, Vec<Option<(usize, usize)>>);

/// All ways to match, best first. Slow, but obviously right.
fn ways(tree: &Tree, text: &[u8], state: &State) -> Vec<State> {
    let position = state.0;
    match tree {
        Tree::Byte(byte) if text.get(position) != Some(byte) => vec![],
        Tree::Any if position >= text.len() => vec![],
        Tree::Byte(_) | Tree::Any => vec![(position + 1, state.1.clone())],
        Tree::Sequence(parts) => parts.iter().fold(vec![state.clone()], |states, part| {
            states.iter().flat_map(|state| ways(part, text, state)).collect()
        }),
        Tree::Alternatives(parts) => parts.iter().flat_map(|part| ways(part, text, state)).collect(),
        Tree::Group(number, body) => {
            let mut states = ways(body, text, state);
            states.iter_mut().for_each(|(end, groups)| groups[*number] = Some((position, *end)));
            states
        }
        Tree::Repeat { body, minimum, maximum, is_lazy } => {
            repetitions(body, text, state, (*minimum, *maximum), *is_lazy)
        }
    }
}

fn repetitions(
    body: &Tree,
    text: &[u8],
    state: &State,
    (minimum, maximum): (usize, usize),
    is_lazy: bool,
) -> Vec<State> {
    if maximum == 0 {
        return vec![state.clone()];
    }
    let rest = (minimum.saturating_sub(1), if maximum == usize::MAX { maximum } else { maximum - 1 });
    let more = ways(body, text, state).into_iter().flat_map(|after| match after.0 == state.0 {
        // An empty repetition is the last.
        true => vec![after],
        false => repetitions(body, text, &after, rest, is_lazy),
    });
    match (minimum, is_lazy) {
        (0, false) => more.chain([state.clone()]).collect(),
        (0, true) => [state.clone()].into_iter().chain(more).collect(),
        _ => more.collect(),
    }
}

/// What the oracle says about the first match.
fn expected_capture(tree: &Tree, n_groups: usize, text: &str, last: usize) -> String {
    for start in 0..=last {
        if let Some((end, groups)) = ways(tree, text.as_bytes(), &(start, vec![None; n_groups])).first() {
            let groups = groups.iter().skip(1).map(|group| match group {
                Some((start, end)) => format!(" {start}-{end}"),
                None => " unset".to_owned(),
            });
            return format!("{start}-{end}{}", groups.collect::<String>());
        }
    }
    "none".to_owned()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn regexp_agrees_with_the_oracle(mut tree in tree(false), text in "[abc]{1,7}") {
        let mut n_groups = 1;
        number_groups(&mut tree, &mut n_groups);
        let pattern = pattern_text(&tree);
        let expected = expected_capture(&tree, n_groups, &text, text.len() - 1);
        prop_assert_eq!(capture(&pattern, &text, Syntax::Squirrel), expected, "{}", pattern);
        let matches = ways(&tree, text.as_bytes(), &(0, vec![None; n_groups])).iter().any(|way| way.0 == text.len());
        prop_assert_eq!(is_match(&pattern, &text, Syntax::Squirrel), matches, "{}", pattern);
    }

    #[test]
    fn regexp2_agrees_with_the_oracle(mut tree in tree(true), text in "[abc]{0,7}") {
        let mut n_groups = 1;
        number_groups(&mut tree, &mut n_groups);
        let pattern = pattern_text(&tree);
        prop_assume!(pattern.len() <= 256);
        let expected = expected_capture(&tree, n_groups, &text, text.len());
        prop_assert_eq!(capture(&pattern, &text, Syntax::Re2), expected, "{}", pattern);
    }

    #[test]
    fn no_pattern_panics(
        pattern in "[\\]\\[(){}|*+?^$.\\\\a-cwdbmx0-9,:<>PQE-]{0,24}",
        text: Vec<u8>,
        start in 0..20_usize,
    ) {
        for syntax in [Syntax::Squirrel, Syntax::SquirrelOfImpOs, Syntax::Re2] {
            if let Ok(regexp) = Regexp::new(pattern.as_bytes(), syntax) {
                let _ = regexp.is_match(&text);
                if let Ok(Some(captures)) = regexp.capture(&text, start) {
                    for index in 0..=captures.n_groups() {
                        let _ = captures.group(index).map(|range| &text[range]);
                    }
                }
            }
        }
    }
}
