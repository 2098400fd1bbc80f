//! Lines for the Builder preprocessor (`@include`, `@if` …) and its `@{…}`.
//!
//! They are not Squirrel, and a file is formatted before the Builder has seen
//! it. So a directive becomes blanks for the parser, and `@{…}` a name of the
//! same length; what is printed is always the original text. Both branches of
//! an `@if` are read one after the other, which is valid in most files.

use std::borrow::Cow;

use crate::edition::Edition;
use crate::lexer::Lexemes;
use crate::preprocess::{end_of_builder_expression, is_builder_directive};
use crate::token::Token;

/// The text as the parser is to see it: of the same length, without directives.
pub(super) fn masked(source: &[u8], edition: Edition) -> Cow<'_, [u8]> {
    let mut plain = Cow::Borrowed(source);
    let mut start = 0;
    while let Some((at, directive)) = next_directive(source, start, edition) {
        let end = at + directive.length(&source[at..]);
        let filler = if directive == Directive::Expression { b'_' } else { b' ' };
        plain.to_mut()[at..end].fill(filler);
        start = end;
    }
    plain
}

/// Whether a line is a directive, or a comment that works like one.
pub(super) fn is_directive(line: &[u8]) -> bool {
    line.starts_with(b"@") || line.starts_with(b"#require") || line.starts_with(b"#line")
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Directive {
    /// The rest of the line.
    Line,
    /// `@{…}`
    Expression,
}

impl Directive {
    fn length(self, text: &[u8]) -> usize {
        let line = text.iter().position(|byte| *byte == b'\n').unwrap_or(text.len());
        let line = line - usize::from(text[..line].ends_with(b"\r"));
        match self {
            Directive::Line => line,
            Directive::Expression => end_of_builder_expression(&text[..line]).map_or(line, |at| at + 1),
        }
    }
}

/// The first directive after an offset that lies in no string and no comment.
fn next_directive(source: &[u8], start: usize, edition: Edition) -> Option<(usize, Directive)> {
    let mut lexemes = Lexemes::new(&source[start..], edition);
    loop {
        let lexeme = lexemes.next_lexeme();
        let at = start + lexeme.span.start as usize;
        match lexeme.token {
            Token::End => return None,
            Token::At if source[at + 1..].starts_with(b"{") => return Some((at, Directive::Expression)),
            Token::At if begins_line(source, at) && is_builder_directive(&source[at..]) => {
                return Some((at, Directive::Line));
            }
            _ => {}
        }
    }
}

fn begins_line(source: &[u8], at: usize) -> bool {
    let before = source[..at].iter().rev().find(|byte| !matches!(byte, b' ' | b'\t'));
    matches!(before, None | Some(b'\n'))
}
