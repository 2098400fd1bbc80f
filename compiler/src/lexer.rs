//! The lexer: what surrounds the automaton that logos generates.
//!
//! logos recognises the tokens (see [`Token`]); strings, numbers and characters
//! are scanned by hand from its callbacks, because their errors need more care
//! than an automaton has. What is between tokens is skipped by hand before it
//! is asked: line breaks are no tokens. A lexical error never stops the
//! parse: it is noted in [`Findings`] and the token stands as if it were right.

use logos::{Lexer, Logos};

use crate::ast::Span;
use crate::edition::Edition;
use crate::lexical_error::Problem;
use crate::literal::{self, StringKind};
use crate::token::Token;

/// U+FEFF in UTF-8, with which some editors begin a file.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// What a lexer needs to know and what it found wrong.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    edition: Edition,
    problems: Vec<(Problem, Span)>,
}

/// A token as the lexer sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Lexeme {
    pub(crate) token: Token,
    pub(crate) span: Span,
    pub(crate) on_new_line: bool,
}

/// Cuts a source text into lexemes.
pub(crate) struct Lexemes<'a> {
    lexer: Lexer<'a, Token>,
}

impl<'a> Lexemes<'a> {
    pub(crate) fn new(source: &'a [u8], edition: Edition) -> Self {
        let findings = Findings { edition, problems: Vec::new() };
        let mut lexer = Token::lexer_with_extras(source, findings);
        if source.starts_with(BYTE_ORDER_MARK) {
            lexer.bump(BYTE_ORDER_MARK.len());
        }
        Lexemes { lexer }
    }

    /// The next token; at the end [`Token::End`], any number of times.
    pub(crate) fn next_lexeme(&mut self) -> Lexeme {
        let mut on_new_line = false;
        loop {
            on_new_line |= self.skip_blanks();
            match self.lexer.next() {
                Some(Ok(token)) => return Lexeme { token, span: self.span(), on_new_line },
                Some(Err(())) => self.report_invalid_character(),
                None => return Lexeme { token: Token::End, span: self.span(), on_new_line },
            }
        }
    }

    /// Skips blanks, line breaks and comments, and says whether there was a line break. Those of block comments
    /// do not end a statement, so they do not count.
    fn skip_blanks(&mut self) -> bool {
        let rest = self.lexer.remainder();
        let mut on_new_line = false;
        let mut position = 0;
        while let Some(byte) = rest.get(position) {
            position += match byte {
                b' ' | b'\t' | b'\r' => 1,
                b'\n' => {
                    on_new_line = true;
                    1
                }
                b'#' => line_comment(&rest[position..]),
                b'/' => match rest.get(position + 1) {
                    Some(b'/') => line_comment(&rest[position..]),
                    Some(b'*') => self.block_comment(position, rest),
                    _ => break,
                },
                _ => break,
            };
        }
        self.lexer.bump(position);
        on_new_line
    }

    /// The length of a block comment, which may be unfinished, at a place after the last token.
    fn block_comment(&mut self, position: usize, rest: &[u8]) -> usize {
        let comment = &rest[position..];
        let mut slashes = memchr::memchr_iter(b'/', &comment[2..]).map(|slash| slash + 2);
        if let Some(slash) = slashes.find(|slash| *slash > 2 && comment[slash - 1] == b'*') {
            return slash + 1;
        }
        let end = self.lexer.source().len() as u32;
        let span = Span::new(end - comment.len() as u32, end);
        self.lexer.extras.problems.push((Problem::UnfinishedComment, span));
        comment.len()
    }

    /// The lexical errors so far.
    pub(crate) fn into_problems(self) -> Vec<(Problem, Span)> {
        self.lexer.extras.problems
    }

    fn span(&self) -> Span {
        let range = self.lexer.span();
        Span::new(range.start as u32, range.end as u32)
    }

    fn report_invalid_character(&mut self) {
        let span = self.span();
        let problem = match self.lexer.slice().first() {
            Some(byte) if byte.is_ascii_control() => Problem::ControlCharacter,
            _ => Problem::InvalidCharacter,
        };
        let problems = &mut self.lexer.extras.problems;
        match problems.last_mut() {
            // The bytes of a character, or of a word in a foreign script, are one mistake.
            Some((previous, range)) if *previous == problem && range.end == span.start => {
                range.end = span.end
            }
            _ => problems.push((problem, span)),
        }
    }
}

/// The length of a comment that ends with the line.
fn line_comment(comment: &[u8]) -> usize {
    memchr::memchr(b'\n', comment).unwrap_or(comment.len())
}

/// Scans a number whose first digit has been read.
pub(crate) fn scan_number(lexer: &mut Lexer<'_, Token>) {
    let start = lexer.span().start;
    let (length, problem) = literal::scan_number(&lexer.source()[start..]);
    lexer.bump(length - 1);
    problem.into_iter().for_each(|problem| report(lexer, problem));
}

/// Scans a string whose quote has been read.
pub(crate) fn scan_string(lexer: &mut Lexer<'_, Token>) {
    scan_quoted(lexer, StringKind::Plain);
}

/// Scans a verbatim string whose `@` and quote have been read.
pub(crate) fn scan_verbatim(lexer: &mut Lexer<'_, Token>) {
    scan_quoted(lexer, StringKind::Verbatim);
}

/// Scans a character literal whose quote has been read.
pub(crate) fn scan_character(lexer: &mut Lexer<'_, Token>) {
    scan_quoted(lexer, StringKind::Character);
}

/// Two dots stand for one: that is the likelier meaning.
pub(crate) fn report_two_dots(lexer: &mut Lexer<'_, Token>) {
    report(lexer, Problem::TwoDots);
}

fn scan_quoted(lexer: &mut Lexer<'_, Token>, kind: StringKind) {
    let edition = lexer.extras.edition;
    let (token_start, start) = (lexer.span().start, lexer.span().end);
    let rest = lexer.remainder();
    let problems = &mut lexer.extras.problems;
    let mut lacks_quote = false;
    let length = literal::scan_quoted(rest, kind, edition, &mut |problem, range| {
        lacks_quote |= problem == Problem::NewlineInString;
        let first = if problem == Problem::UnfinishedString { token_start } else { start + range.start };
        problems.push((problem, Span::new(first as u32, (start + range.end) as u32)));
    });
    lexer.bump(if lacks_quote { without_closers(&rest[..length]) } else { length });
}

/// The length of a string without its quote, up to what was most likely meant
/// to follow the quote: `print("text);` has a `)` and a `;`.
fn without_closers(text: &[u8]) -> usize {
    let is_closer = |byte: &u8| matches!(byte, b')' | b']' | b'}' | b';' | b',' | b' ' | b'\t' | b'\r');
    text.iter().rposition(|byte| !is_closer(byte)).map_or(0, |last| last + 1)
}

fn report(lexer: &mut Lexer<'_, Token>, problem: Problem) {
    let range = lexer.span();
    lexer.extras.problems.push((problem, Span::new(range.start as u32, range.end as u32)));
}
