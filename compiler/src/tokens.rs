//! How many tokens a text has: the lexer alone, for those who measure it.
//!
//! Everything else that works on tokens goes through [`crate::parse`] or
//! [`crate::format`].

use crate::edition::Edition;
use crate::lexer::Lexemes;
use crate::token::Token;

/// Cuts a source text into tokens and counts them.
///
/// Errors are not reported; wrong tokens count like right ones.
///
/// ```
/// use tamias_compiler::{edition::Edition, tokens};
///
/// assert_eq!(tokens::count(b"local answer = 6 * 7 // which one?", Edition::Imp), 6);
/// ```
pub fn count(source: &[u8], edition: Edition) -> usize {
    let mut lexemes = Lexemes::new(source, edition);
    core::iter::from_fn(|| Some(lexemes.next_lexeme()))
        .take_while(|lexeme| lexeme.token != Token::End)
        .count()
}
