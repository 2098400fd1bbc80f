//! Regular expressions: the classes `regexp` and `regexp2`.
//!
//! A pattern in either syntax (`squirrel_syntax`, `re2_syntax`) is compiled
//! to the same instructions (`program`) and run by the same backtracking
//! matcher (`matcher`); only what impOS matches is found by one of its own
//! (`committed`). Backtracking rather than a simulated automaton,
//! because it needs a few dozen bytes for the patterns that devices use, and
//! because it makes groups come out as everybody expects. Its price, patterns
//! that take exponential time, is bounded: a match that takes too many steps
//! or too much memory is an error.
//!
//! Patterns and texts are bytes. Positions in results count from the start of
//! the text, also when the search began further on.

mod committed;
mod matcher;
mod program;
mod re2_syntax;
mod squirrel_syntax;

use alloc::vec::Vec;
use core::ops::Range;

use super::OutOfMemory;
use committed::CommittedMatcher;
use matcher::{End, Groups, Matcher};
use program::Program;

/// The longest pattern of the class `regexp`. No device has memory for more,
/// and it keeps every index of a program in 16 bits.
pub const MAX_PATTERN_LENGTH: usize = 30_000;
/// The longest pattern of the class `regexp2`.
pub const MAX_RE2_PATTERN_LENGTH: usize = 256;

/// The syntax of a pattern, and what depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    /// The class `regexp`.
    Squirrel,
    /// The class `regexp` as impOS has it: patterns and texts end at the first
    /// NUL, and every choice that has been made is final.
    SquirrelOfImpOs,
    /// The class `regexp2`: RE2.
    Re2,
}

impl Syntax {
    /// What is seen of a pattern or text.
    fn visible(self, bytes: &[u8]) -> &[u8] {
        match self {
            Syntax::Squirrel | Syntax::Re2 => bytes,
            Syntax::SquirrelOfImpOs => bytes.split(|&byte| byte == 0).next().unwrap_or_default(),
        }
    }
}

/// Why a pattern is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PatternError {
    /// The text that a script can catch.
    Malformed(&'static str),
    /// The compiled pattern does not fit in memory.
    OutOfMemory,
}

impl PatternError {
    /// The text that a script can catch.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            PatternError::Malformed(message) => message,
            PatternError::OutOfMemory => "out of memory",
        }
    }
}

impl From<OutOfMemory> for PatternError {
    fn from(_: OutOfMemory) -> Self {
        PatternError::OutOfMemory
    }
}

/// Why there is no answer to whether a text matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MatchError {
    /// The matcher gave up after a fixed number of steps.
    TooComplex,
    /// There is no memory for the alternatives still to be tried.
    OutOfMemory,
}

impl MatchError {
    /// The text that a script can catch.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            MatchError::TooComplex => "regular expression too complex",
            MatchError::OutOfMemory => "out of memory",
        }
    }
}

impl From<OutOfMemory> for MatchError {
    fn from(_: OutOfMemory) -> Self {
        MatchError::OutOfMemory
    }
}

/// A compiled pattern.
///
/// ```
/// use tamias_stdlib_imp::text::regexp::{Regexp, Syntax};
///
/// let pattern = Regexp::new(b"(b+)(bbb)", Syntax::Squirrel).unwrap();
/// let captures = pattern.capture(b"abbbbbbb", 0).unwrap().unwrap();
/// assert_eq!(captures.group(1), Some(1..5));
/// assert_eq!(captures.group(2), Some(5..8));
/// ```
#[derive(Clone, Debug)]
pub struct Regexp {
    program: Program,
    syntax: Syntax,
}

impl Regexp {
    /// Compiles a pattern.
    ///
    /// # Errors
    ///
    /// [`PatternError::Malformed`] with the message of the reference for the
    /// class `regexp`, and that of RE2 for `regexp2`.
    pub fn new(pattern: &[u8], syntax: Syntax) -> Result<Self, PatternError> {
        let limit = match syntax {
            Syntax::Re2 => MAX_RE2_PATTERN_LENGTH,
            Syntax::Squirrel | Syntax::SquirrelOfImpOs => MAX_PATTERN_LENGTH,
        };
        if pattern.len() > limit {
            return Err(PatternError::Malformed("pattern too long"));
        }
        let pattern = syntax.visible(pattern);
        let program = match syntax {
            Syntax::Squirrel => squirrel_syntax::compile(pattern, program::Plan::Backtracking)?,
            Syntax::SquirrelOfImpOs => squirrel_syntax::compile(pattern, program::Plan::Committed)?,
            Syntax::Re2 => re2_syntax::compile(pattern)?,
        };
        Ok(Regexp { program, syntax })
    }

    /// The syntax of the pattern.
    #[must_use]
    pub fn syntax(&self) -> Syntax {
        self.syntax
    }

    /// How many groups a capture has, the whole match included.
    #[must_use]
    pub fn n_groups(&self) -> usize {
        usize::from(self.program.n_groups)
    }

    /// Whether the pattern matches all of `text`.
    ///
    /// # Errors
    ///
    /// [`MatchError`] when the question is too hard.
    pub fn is_match(&self, text: &[u8]) -> Result<bool, MatchError> {
        let text = self.syntax.visible(text);
        let mut matcher = AnyMatcher::new(self, text, Groups::Ignore, End::OfText)?;
        Ok(matcher.run(0)? == Some(text.len()))
    }

    /// The first match that begins at `start` or later.
    ///
    /// The text counts as beginning at `start`: that is where `^` matches.
    ///
    /// # Errors
    ///
    /// [`MatchError`] when the question is too hard.
    pub fn search(&self, text: &[u8], start: usize) -> Result<Option<Range<usize>>, MatchError> {
        let Some(searched) = text.get(start..) else {
            return Ok(None);
        };
        let searched = self.syntax.visible(searched);
        let mut matcher = AnyMatcher::new(self, searched, Groups::Ignore, End::Anywhere)?;
        let found = self.find(&mut matcher, searched)?;
        Ok(found.map(|range| start + range.start..start + range.end))
    }

    /// Like [`Regexp::search`], with the parts that the groups matched.
    ///
    /// # Errors
    ///
    /// [`MatchError`] when the question is too hard.
    pub fn capture(&self, text: &[u8], start: usize) -> Result<Option<Captures>, MatchError> {
        let Some(searched) = text.get(start..) else {
            return Ok(None);
        };
        let searched = self.syntax.visible(searched);
        let mut matcher = AnyMatcher::new(self, searched, Groups::Record, End::Anywhere)?;
        let found = self.find(&mut matcher, searched)?;
        Ok(found.map(|whole| Captures {
            start,
            whole,
            positions: matcher.into_positions(),
            n_groups: self.n_groups(),
        }))
    }

    /// Tries one position after the other.
    fn find(&self, matcher: &mut AnyMatcher, text: &[u8]) -> Result<Option<Range<usize>>, MatchError> {
        let last = match self.syntax {
            Syntax::Re2 => text.len(),
            // The reference only tries positions that have a byte, so that a
            // loop over all matches of `x*` ends.
            _ if text.is_empty() => return Ok(None),
            _ => text.len() - 1,
        };
        let last = if self.program.is_anchored { 0 } else { last };
        let mut start = 0;
        while start <= last {
            if let Some(first_bytes) = &self.program.first_bytes {
                let candidate = text[start..].iter().position(|&byte| first_bytes.contains(byte));
                start = match candidate {
                    Some(distance) if start + distance <= last => start + distance,
                    _ => return Ok(None),
                };
            }
            if let Some(end) = matcher.run(start)? {
                return Ok(Some(start..end));
            }
            start += 1;
        }
        Ok(None)
    }
}

/// The matcher for the syntax of a pattern.
enum AnyMatcher<'run> {
    Backtracking(Matcher<'run>),
    Committed(CommittedMatcher<'run>),
}

impl<'run> AnyMatcher<'run> {
    fn new(regexp: &'run Regexp, text: &'run [u8], groups: Groups, end: End) -> Result<Self, MatchError> {
        Ok(match regexp.syntax {
            Syntax::SquirrelOfImpOs => AnyMatcher::Committed(CommittedMatcher::new(&regexp.program, text)?),
            _ => AnyMatcher::Backtracking(Matcher::new(&regexp.program, text, groups, end)?),
        })
    }

    fn run(&mut self, start: usize) -> Result<Option<usize>, MatchError> {
        match self {
            AnyMatcher::Backtracking(matcher) => matcher.run(start),
            AnyMatcher::Committed(matcher) => matcher.run(start),
        }
    }

    /// Begin and end of each group after a match, those of the whole match first.
    fn into_positions(self) -> Vec<u32> {
        match self {
            AnyMatcher::Backtracking(matcher) => matcher.into_registers(),
            AnyMatcher::Committed(matcher) => matcher.into_groups(),
        }
    }
}

/// A match and its groups.
#[derive(Clone, Debug)]
pub struct Captures {
    /// Where the search began; the other positions count from there.
    start: usize,
    whole: Range<usize>,
    positions: Vec<u32>,
    n_groups: usize,
}

impl Captures {
    /// How many groups there are, the whole match included.
    #[must_use]
    pub fn n_groups(&self) -> usize {
        self.n_groups
    }

    /// The part of the text that a group matched last; group 0 is the whole
    /// match. None for a group that took no part and for one that is not there.
    ///
    /// What scripts see: `regexp` shows both a group that took no part and an
    /// empty one as 0 to 0, `regexp2` shows only the former, as -1 to -1.
    #[must_use]
    pub fn group(&self, index: usize) -> Option<Range<usize>> {
        let range = match index {
            0 => self.whole.clone(),
            _ if index >= self.n_groups => return None,
            _ => match self.positions[2 * index..2 * index + 2] {
                [matcher::UNSET, _] | [_, matcher::UNSET] => return None,
                [begin, end] => begin as usize..end as usize,
                _ => return None,
            },
        };
        Some(self.start + range.start..self.start + range.end)
    }
}
