//! Patterns of the class `regexp`.
//!
//! ```text
//! pattern     = alternative { "|" alternative }
//! alternative = [ "^" ] element { element }
//! element     = ( "(" pattern ")" | "(?:" pattern ")" | set | "." | "$" | char ) [ quantifier ]
//! quantifier  = "*" | "+" | "?" | "{" number [ "," [ number ] ] "}"
//! set         = "[" [ "^" ] { char | char "-" char } "]"
//! ```
//!
//! The oddities are those of the reference. A special character where an element
//! begins, but none of its own can, stands for itself: `a+?` is one or more `a`
//! and a question mark, and `^` is only special at the start of an alternative.
//! Only printable ASCII may stand for itself.

use super::PatternError;
use super::program::{Assertion, Builder, Greed, GroupKind, Plan, Program, UNLIMITED};
use crate::text::byte_set::ByteSet;
use crate::text::strip::is_space;

/// Compiles a pattern.
pub(super) fn compile(pattern: &[u8], plan: Plan) -> Result<Program, PatternError> {
    let mut parser = Parser { rest: pattern, builder: Builder::new(plan)? };
    parser.pattern()?;
    parser.builder.finish()
}

fn malformed<Value>(message: &'static str) -> Result<Value, PatternError> {
    Err(PatternError::Malformed(message))
}

struct Parser<'pattern> {
    rest: &'pattern [u8],
    builder: Builder,
}

/// What one character, escaped or not, stands for.
enum Atom {
    Byte(u8),
    Set(ByteSet),
    Assertion(Assertion),
    Balanced { open: u8, close: u8 },
}

impl Parser<'_> {
    fn pattern(&mut self) -> Result<(), PatternError> {
        self.alternative_start()?;
        loop {
            if self.opens_group()? {
                self.alternative_start()?;
                continue;
            }
            self.element()?;
            self.quantifier()?;
            if self.ends_pattern()? {
                return Ok(());
            }
        }
    }

    /// After an element: closes groups and changes to the next alternative,
    /// until another element follows or the pattern ends.
    fn ends_pattern(&mut self) -> Result<bool, PatternError> {
        loop {
            match self.peek() {
                Some(b'|') => {
                    self.skip();
                    self.builder.alternative()?;
                    self.alternative_start()?;
                    return Ok(false);
                }
                None if self.builder.depth() == 0 => return Ok(true),
                Some(b')') if self.builder.depth() > 0 => {
                    self.skip();
                    self.builder.close_group()?;
                    self.quantifier()?;
                }
                None | Some(b')' | b'*' | b'+') => {
                    return malformed(match self.builder.depth() {
                        0 => "unexpected character",
                        _ => "expected paren",
                    });
                }
                Some(_) => return Ok(false),
            }
        }
    }

    fn alternative_start(&mut self) -> Result<(), PatternError> {
        if self.accept(b'^') {
            self.builder.assertion(Assertion::TextStart)?;
        }
        Ok(())
    }

    fn opens_group(&mut self) -> Result<bool, PatternError> {
        if !self.accept(b'(') {
            return Ok(false);
        }
        let mut kind = GroupKind::Capturing;
        if self.accept(b'?') {
            if !self.accept(b':') {
                return malformed("expected paren");
            }
            kind = GroupKind::Plain;
        }
        self.builder.open_group(kind)?;
        Ok(true)
    }

    fn element(&mut self) -> Result<(), PatternError> {
        match self.peek() {
            Some(b'[') => {
                self.skip();
                let set = self.set()?;
                self.builder.set(set)
            }
            Some(b'.') => {
                self.skip();
                self.builder.set(ByteSet::FULL)
            }
            Some(b'$') => {
                self.skip();
                self.builder.assertion(Assertion::TextEnd)
            }
            _ => match self.character()? {
                Atom::Byte(byte) => self.builder.byte(byte),
                Atom::Set(set) => self.builder.set(set),
                Atom::Assertion(assertion) => self.builder.assertion(assertion),
                Atom::Balanced { open, close } => self.builder.balanced(open, close),
            },
        }
    }

    fn quantifier(&mut self) -> Result<(), PatternError> {
        let (minimum, maximum) = match self.peek() {
            Some(b'*') => (0, UNLIMITED),
            Some(b'+') => (1, UNLIMITED),
            Some(b'?') => (0, 1),
            Some(b'{') => {
                self.skip();
                let (minimum, maximum) = self.counts()?;
                return self.builder.repeat(minimum, maximum, Greed::Greedy);
            }
            _ => return Ok(()),
        };
        self.skip();
        self.builder.repeat(minimum, maximum, Greed::Greedy)
    }

    /// The numbers of `{n}`, `{n,}` and `{n,m}`, after the opening brace.
    fn counts(&mut self) -> Result<(u16, u16), PatternError> {
        if !self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            return malformed("number expected");
        }
        let minimum = self.number()?;
        if self.accept(b'}') {
            return Ok((minimum, minimum));
        }
        if !self.accept(b',') {
            return malformed(", or } expected");
        }
        let maximum = match self.peek() {
            Some(byte) if byte.is_ascii_digit() => self.number()?,
            _ => UNLIMITED,
        };
        if !self.accept(b'}') {
            return malformed("expected paren");
        }
        Ok((minimum, maximum))
    }

    fn number(&mut self) -> Result<u16, PatternError> {
        let mut number = 0_u16;
        while let Some(digit @ b'0'..=b'9') = self.peek() {
            self.skip();
            let extended = number.checked_mul(10).and_then(|tens| tens.checked_add(u16::from(digit - b'0')));
            number = match extended {
                Some(extended) if extended != UNLIMITED => extended,
                _ => return malformed("overflow in numeric constant"),
            };
        }
        Ok(number)
    }

    /// The members of a set, after the opening bracket.
    fn set(&mut self) -> Result<ByteSet, PatternError> {
        let is_negated = self.accept(b'^');
        if self.peek() == Some(b']') {
            return malformed("empty class");
        }
        let mut members = ByteSet::EMPTY;
        // The first half of what may become a range.
        let mut first = None;
        while !self.accept(b']') {
            if self.peek() == Some(b'-')
                && let Some(atom) = first.take()
            {
                self.skip();
                self.range(&atom, &mut members)?;
                continue;
            }
            let atom = self.set_character()?;
            match &atom {
                Atom::Set(set) => members.insert_all(set),
                Atom::Byte(byte) => members.insert(*byte),
                Atom::Assertion(_) | Atom::Balanced { .. } => {}
            }
            first = Some(atom);
        }
        Ok(if is_negated { members.complement() } else { members })
    }

    /// The second half of a range, after the minus sign.
    fn range(&mut self, first: &Atom, members: &mut ByteSet) -> Result<(), PatternError> {
        if self.peek() == Some(b']') {
            return malformed("unfinished range");
        }
        let Atom::Byte(low) = *first else {
            return malformed("invalid range");
        };
        // Nothing at all is lower than every byte.
        if self.peek().is_none_or(|byte| byte != b'\\' && byte < low) {
            return malformed("invalid range");
        }
        let high = match self.take_printable()? {
            b'\\' => control_character(self.take_escaped()?),
            byte => byte,
        };
        if high < low {
            return malformed("invalid range");
        }
        for byte in low..=high {
            members.insert(byte);
        }
        Ok(())
    }

    /// A character outside of a set.
    fn character(&mut self) -> Result<Atom, PatternError> {
        let byte = self.take_printable()?;
        if byte != b'\\' {
            return Ok(Atom::Byte(byte));
        }
        match self.take_escaped()? {
            b'b' => Ok(Atom::Assertion(Assertion::WordBoundary)),
            b'B' => Ok(Atom::Assertion(Assertion::NoWordBoundary)),
            b'm' if self.builder.plan() == Plan::Backtracking => self.balanced(),
            escaped => Ok(escaped_atom(escaped)),
        }
    }

    /// A character of a set, where positions have no meaning.
    fn set_character(&mut self) -> Result<Atom, PatternError> {
        match self.take_printable()? {
            b'\\' => Ok(escaped_atom(self.take_escaped()?)),
            byte => Ok(Atom::Byte(byte)),
        }
    }

    /// The two characters after `\m`.
    fn balanced(&mut self) -> Result<Atom, PatternError> {
        let [open, close, rest @ ..] = self.rest else {
            return malformed("balanced chars expected");
        };
        if open == close {
            return malformed("open/close char can't be the same");
        }
        self.rest = rest;
        Ok(Atom::Balanced { open: *open, close: *close })
    }

    fn take_printable(&mut self) -> Result<u8, PatternError> {
        match self.peek() {
            Some(byte @ b' '..=b'~') => {
                self.skip();
                Ok(byte)
            }
            _ => malformed("letter expected"),
        }
    }

    fn take_escaped(&mut self) -> Result<u8, PatternError> {
        match self.peek() {
            Some(byte) => {
                self.skip();
                Ok(byte)
            }
            None => malformed("letter expected for argument of escape sequence"),
        }
    }

    fn peek(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    fn skip(&mut self) {
        self.rest = self.rest.get(1..).unwrap_or_default();
    }

    fn accept(&mut self, byte: u8) -> bool {
        let is_there = self.peek() == Some(byte);
        if is_there {
            self.skip();
        }
        is_there
    }
}

/// What a backslash and a letter stand for, apart from positions.
fn escaped_atom(letter: u8) -> Atom {
    let Some(is_member) = character_class(letter) else {
        return Atom::Byte(control_character(letter));
    };
    let members = ByteSet::from_predicate(is_member);
    // An upper-case letter is the complement of the lower-case one, but `u` is
    // a class of its own.
    Atom::Set(if letter.is_ascii_uppercase() { members.complement() } else { members })
}

/// The classes of C's `<ctype.h>`.
fn character_class(letter: u8) -> Option<fn(u8) -> bool> {
    Some(match letter {
        b'l' => |byte| byte.is_ascii_lowercase(),
        b'u' => |byte| byte.is_ascii_uppercase(),
        b'a' | b'A' => |byte| byte.is_ascii_alphabetic(),
        b'w' | b'W' => |byte| byte.is_ascii_alphanumeric() || byte == b'_',
        b's' | b'S' => is_space,
        b'd' | b'D' => |byte| byte.is_ascii_digit(),
        b'x' | b'X' => |byte| byte.is_ascii_hexdigit(),
        b'c' | b'C' => |byte| byte.is_ascii_control(),
        b'p' | b'P' => |byte| byte.is_ascii_punctuation(),
        _ => return None,
    })
}

fn control_character(letter: u8) -> u8 {
    match letter {
        b'n' => b'\n',
        b't' => b'\t',
        b'r' => b'\r',
        b'f' => 0x0c,
        b'v' => 0x0b,
        other => other,
    }
}
