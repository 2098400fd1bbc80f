//! Patterns of the class `regexp2`: the syntax of RE2, on bytes.
//!
//! Supported: alternation with empty alternatives, capturing, named and plain
//! groups, flags (`i m s U`), greedy and lazy quantifiers, sets with ranges,
//! `[[:alpha:]]` and its relatives, `\d \s \w` and their complements, `\A \z \b
//! \B`, `\Q…\E`, `\C` and the escapes of C with octal and hexadecimal numbers.
//! Missing: Unicode classes (`\p`, `\pN`), and code points above 255, because
//! texts are bytes. Messages are those of RE2 without the quoted part.

use super::PatternError;
use super::program::{Assertion, Builder, Greed, GroupKind, Plan, Program, UNLIMITED};
use crate::text::byte_set::ByteSet;
use alloc::vec::Vec;

/// The largest count in `{n,m}`.
const MAX_COUNT: u16 = 1000;

/// Compiles a pattern.
pub(super) fn compile(pattern: &[u8]) -> Result<Program, PatternError> {
    let mut parser = Parser {
        rest: pattern,
        builder: Builder::new(Plan::Backtracking)?,
        flags: Flags::default(),
        outer_flags: Vec::new(),
    };
    parser.pattern()?;
    parser.builder.finish()
}

fn malformed<Value>(message: &'static str) -> Result<Value, PatternError> {
    Err(PatternError::Malformed(message))
}

/// The flags of `(?imsU)`.
#[derive(Clone, Copy, Default)]
struct Flags {
    ignores_case: bool,
    is_multi_line: bool,
    dot_is_everything: bool,
    is_ungreedy: bool,
}

struct Parser<'pattern> {
    rest: &'pattern [u8],
    builder: Builder,
    flags: Flags,
    /// The flags around each open group.
    outer_flags: Vec<Flags>,
}

/// What an escape sequence stands for, inside of a set and outside.
enum Escape {
    Byte(u8),
    Set(ByteSet),
}

impl Parser<'_> {
    fn pattern(&mut self) -> Result<(), PatternError> {
        while let Some((&byte, rest)) = self.rest.split_first() {
            let from_byte = self.rest;
            self.rest = rest;
            match byte {
                b'(' => self.open_group()?,
                b')' => self.close_group()?,
                b'|' => self.builder.alternative()?,
                b'*' => self.quantifier(0, UNLIMITED)?,
                b'+' => self.quantifier(1, UNLIMITED)?,
                b'?' => self.quantifier(0, 1)?,
                b'{' => match self.counts()? {
                    Some((minimum, maximum)) => self.quantifier(minimum, maximum)?,
                    None => {
                        self.rest = &from_byte[1..];
                        self.literal(byte)?;
                    }
                },
                b'[' => {
                    let set = self.set()?;
                    self.builder.set(set)?;
                }
                b'.' => self.dot()?,
                b'^' if self.flags.is_multi_line => self.builder.assertion(Assertion::LineStart)?,
                b'^' => self.builder.assertion(Assertion::TextStart)?,
                b'$' if self.flags.is_multi_line => self.builder.assertion(Assertion::LineEnd)?,
                b'$' => self.builder.assertion(Assertion::TextEnd)?,
                b'\\' => self.escape()?,
                _ => self.literal(byte)?,
            }
        }
        match self.builder.depth() {
            0 => Ok(()),
            _ => malformed("missing )"),
        }
    }

    fn open_group(&mut self) -> Result<(), PatternError> {
        let outer = self.flags;
        let mut kind = GroupKind::Capturing;
        if self.accept(b"?P<") || self.accept(b"?<") {
            self.group_name()?;
        } else if self.accept(b"?") {
            kind = GroupKind::Plain;
            if self.take_flags()? == FlagsEnd::Pattern {
                return Ok(());
            }
        }
        self.outer_flags.try_reserve(1).map_err(|_| PatternError::OutOfMemory)?;
        self.outer_flags.push(outer);
        self.builder.open_group(kind)
    }

    fn close_group(&mut self) -> Result<(), PatternError> {
        match self.outer_flags.pop() {
            Some(flags) => self.flags = flags,
            None => return malformed("unexpected )"),
        }
        self.builder.close_group()
    }

    /// Skips the name of a group, which results do not show.
    fn group_name(&mut self) -> Result<(), PatternError> {
        let length = self.rest.iter().position(|&byte| byte == b'>').unwrap_or(0);
        let (name, rest) = self.rest.split_at(length);
        if name.is_empty() || !name.iter().all(|&byte| is_word(byte)) {
            return malformed("invalid named capture group");
        }
        self.rest = &rest[1..];
        Ok(())
    }

    /// Reads the flags after `(?` and applies them.
    fn take_flags(&mut self) -> Result<FlagsEnd, PatternError> {
        let mut is_on = true;
        let mut is_complete = true;
        while let Some((&byte, rest)) = self.rest.split_first() {
            self.rest = rest;
            match byte {
                b'i' => self.flags.ignores_case = is_on,
                b'm' => self.flags.is_multi_line = is_on,
                b's' => self.flags.dot_is_everything = is_on,
                b'U' => self.flags.is_ungreedy = is_on,
                b'-' if is_on => is_on = false,
                b':' if is_complete => return Ok(FlagsEnd::Group),
                b')' if is_complete => return Ok(FlagsEnd::Pattern),
                _ => break,
            }
            // A minus sign needs a flag behind it.
            is_complete = byte != b'-';
        }
        malformed("invalid perl operator")
    }

    fn quantifier(&mut self, minimum: u16, maximum: u16) -> Result<(), PatternError> {
        if !self.builder.has_atom() {
            return malformed("no argument for repetition operator");
        }
        if self.builder.is_repeated() {
            return malformed("bad repetition operator");
        }
        let is_lazy = self.accept(b"?") != self.flags.is_ungreedy;
        self.builder.repeat(minimum, maximum, if is_lazy { Greed::Lazy } else { Greed::Greedy })
    }

    /// The numbers of `{n}`, `{n,}` and `{n,m}`, after the opening brace. None:
    /// the brace stands for itself.
    fn counts(&mut self) -> Result<Option<(u16, u16)>, PatternError> {
        let Some(minimum) = self.number() else {
            return Ok(None);
        };
        let mut maximum = minimum;
        if self.accept(b",") {
            maximum = self.number().unwrap_or(UNLIMITED);
        }
        if !self.accept(b"}") {
            return Ok(None);
        }
        if minimum > MAX_COUNT || (maximum > MAX_COUNT && maximum != UNLIMITED) || maximum < minimum {
            return malformed("invalid repetition size");
        }
        Ok(Some((minimum, maximum)))
    }

    /// Saturates just below [`UNLIMITED`].
    fn number(&mut self) -> Option<u16> {
        let n_digits = self.rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (digits, rest) = self.rest.split_at(n_digits);
        self.rest = rest;
        let append =
            |number: u16, digit: &u8| number.saturating_mul(10).saturating_add(u16::from(digit - b'0'));
        (n_digits > 0).then(|| digits.iter().fold(0, append).min(UNLIMITED - 1))
    }

    fn dot(&mut self) -> Result<(), PatternError> {
        self.builder.set(match self.flags.dot_is_everything {
            true => ByteSet::FULL,
            false => ByteSet::from_iter([b'\n']).complement(),
        })
    }

    fn literal(&mut self, byte: u8) -> Result<(), PatternError> {
        if self.flags.ignores_case && byte.is_ascii_alphabetic() {
            self.builder.set(ByteSet::from_iter([byte.to_ascii_lowercase(), byte.to_ascii_uppercase()]))
        } else {
            self.builder.byte(byte)
        }
    }

    /// An escape sequence outside of a set, after the backslash.
    fn escape(&mut self) -> Result<(), PatternError> {
        if self.accept(b"A") {
            self.builder.assertion(Assertion::TextStart)
        } else if self.accept(b"z") {
            self.builder.assertion(Assertion::TextEnd)
        } else if self.accept(b"b") {
            self.builder.assertion(Assertion::WordBoundary)
        } else if self.accept(b"B") {
            self.builder.assertion(Assertion::NoWordBoundary)
        } else if self.accept(b"C") {
            self.builder.set(ByteSet::FULL)
        } else if self.accept(b"Q") {
            self.quoted_literals()
        } else {
            match self.common_escape()? {
                Escape::Byte(byte) => self.literal(byte),
                Escape::Set(set) => self.builder.set(set),
            }
        }
    }

    /// Everything up to `\E`, literally.
    fn quoted_literals(&mut self) -> Result<(), PatternError> {
        while !self.accept(b"\\E") {
            let Some((&byte, rest)) = self.rest.split_first() else {
                return Ok(());
            };
            self.rest = rest;
            self.literal(byte)?;
        }
        Ok(())
    }

    /// An escape sequence that may also stand in a set.
    fn common_escape(&mut self) -> Result<Escape, PatternError> {
        let Some((&letter, rest)) = self.rest.split_first() else {
            return malformed("trailing \\");
        };
        self.rest = rest;
        if let Some(set) = perl_class(letter) {
            return Ok(Escape::Set(set));
        }
        Ok(Escape::Byte(match letter {
            b'a' => 0x07,
            b'f' => 0x0c,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'v' => 0x0b,
            b'x' => self.hexadecimal()?,
            b'0'..=b'7' => self.octal(letter)?,
            punctuation if punctuation.is_ascii_punctuation() => punctuation,
            _ => return malformed("invalid escape sequence"),
        }))
    }

    /// `\x41` or `\x{41}`, after the letter.
    fn hexadecimal(&mut self) -> Result<u8, PatternError> {
        let is_braced = self.accept(b"{");
        let available = if is_braced { self.rest.len() } else { self.rest.len().min(2) };
        let n_digits = self.rest[..available].iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
        let (digits, rest) = self.rest.split_at(n_digits);
        self.rest = rest;
        let is_closed = if is_braced { n_digits > 0 && self.accept(b"}") } else { n_digits == 2 };
        let value = digits.iter().try_fold(0_u8, |value, &digit| {
            let digit = char::from(digit).to_digit(16)? as u8;
            value.checked_mul(16)?.checked_add(digit)
        });
        match value {
            Some(value) if is_closed => Ok(value),
            _ => malformed("invalid escape sequence"),
        }
    }

    /// `\0`, `\12` or `\123`, after the first digit. A single digit other than
    /// zero would refer to a group, which RE2 does not have.
    fn octal(&mut self, first: u8) -> Result<u8, PatternError> {
        let n_more = self.rest.iter().take(2).take_while(|byte| matches!(byte, b'0'..=b'7')).count();
        let (digits, rest) = self.rest.split_at(n_more);
        let value =
            digits.iter().fold(u16::from(first - b'0'), |value, digit| value * 8 + u16::from(digit - b'0'));
        self.rest = rest;
        match u8::try_from(value) {
            Ok(value) if n_more > 0 || first == b'0' => Ok(value),
            _ => malformed("invalid escape sequence"),
        }
    }

    /// The members of a set, after the opening bracket.
    fn set(&mut self) -> Result<ByteSet, PatternError> {
        let is_negated = self.accept(b"^");
        let mut members = ByteSet::EMPTY;
        let mut is_first = true;
        while is_first || !self.accept(b"]") {
            is_first = false;
            if let Some(class) = self.posix_class()? {
                members.insert_all(&class);
                continue;
            }
            match self.set_member()? {
                Escape::Set(set) => members.insert_all(&set),
                Escape::Byte(low) => {
                    let high = self.range_end()?.unwrap_or(low);
                    if high < low {
                        return malformed("invalid character class range");
                    }
                    self.insert_range(low, high, &mut members);
                }
            }
        }
        Ok(if is_negated { members.complement() } else { members })
    }

    /// The byte after a minus sign, unless that is the last member of its set.
    fn range_end(&mut self) -> Result<Option<u8>, PatternError> {
        if !matches!(self.rest, [b'-', following, ..] if *following != b']') {
            return Ok(None);
        }
        self.rest = &self.rest[1..];
        match self.set_member()? {
            Escape::Byte(high) => Ok(Some(high)),
            Escape::Set(_) => malformed("invalid character class range"),
        }
    }

    fn insert_range(&self, low: u8, high: u8, members: &mut ByteSet) {
        for byte in low..=high {
            members.insert(byte);
            if self.flags.ignores_case {
                members.insert(byte.to_ascii_lowercase());
                members.insert(byte.to_ascii_uppercase());
            }
        }
    }

    fn set_member(&mut self) -> Result<Escape, PatternError> {
        let Some((&byte, rest)) = self.rest.split_first() else {
            return malformed("missing ]");
        };
        self.rest = rest;
        match byte {
            b'\\' => self.common_escape(),
            _ => Ok(Escape::Byte(byte)),
        }
    }

    /// `[:name:]` or `[:^name:]`, if the next member of the set is one.
    fn posix_class(&mut self) -> Result<Option<ByteSet>, PatternError> {
        let Some(inner) = self.rest.strip_prefix(b"[:") else {
            return Ok(None);
        };
        let Some(length) = inner.windows(2).position(|pair| pair == b":]") else {
            return Ok(None);
        };
        let (name, is_negated) = match inner[..length].strip_prefix(b"^") {
            Some(name) => (name, true),
            None => (&inner[..length], false),
        };
        let Some(is_member) = posix_predicate(name) else {
            return malformed("invalid character class range");
        };
        self.rest = &inner[length + 2..];
        let set = ByteSet::from_predicate(is_member);
        Ok(Some(if is_negated { set.complement() } else { set }))
    }

    fn accept(&mut self, prefix: &[u8]) -> bool {
        match self.rest.strip_prefix(prefix) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }
}

/// What the flags in a pair of parentheses hold for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum FlagsEnd {
    /// `(?i:…)`: the group that begins here.
    Group,
    /// `(?i)`: the rest of the group around them.
    Pattern,
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// `\d`, `\s`, `\w` and their complements.
fn perl_class(letter: u8) -> Option<ByteSet> {
    let is_member: fn(u8) -> bool = match letter {
        b'd' | b'D' => |byte| byte.is_ascii_digit(),
        // Without the vertical tab, unlike in C.
        b's' | b'S' => |byte| byte.is_ascii_whitespace(),
        b'w' | b'W' => is_word,
        _ => return None,
    };
    let set = ByteSet::from_predicate(is_member);
    Some(if letter.is_ascii_uppercase() { set.complement() } else { set })
}

fn posix_predicate(name: &[u8]) -> Option<fn(u8) -> bool> {
    Some(match name {
        b"alnum" => |byte| byte.is_ascii_alphanumeric(),
        b"alpha" => |byte| byte.is_ascii_alphabetic(),
        b"ascii" => |byte| byte.is_ascii(),
        b"blank" => |byte| matches!(byte, b' ' | b'\t'),
        b"cntrl" => |byte| byte.is_ascii_control(),
        b"digit" => |byte| byte.is_ascii_digit(),
        b"graph" => |byte| byte.is_ascii_graphic(),
        b"lower" => |byte| byte.is_ascii_lowercase(),
        b"print" => |byte| matches!(byte, b' '..=b'~'),
        b"punct" => |byte| byte.is_ascii_punctuation(),
        b"space" => |byte| matches!(byte, b' ' | b'\t'..=b'\r'),
        b"upper" => |byte| byte.is_ascii_uppercase(),
        b"word" => is_word,
        b"xdigit" => |byte| byte.is_ascii_hexdigit(),
        _ => return None,
    })
}
