//! The lexer alone: how many tokens a text has, for those who measure it, and
//! which words are none but keywords.
//!
//! Everything else that works on tokens goes through [`crate::parse`] or
//! [`crate::format`].

use crate::edition::{Edition, Syntax};
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

/// The words of all editions.
const KEYWORDS: &[&str] = &[
    "base",
    "break",
    "case",
    "catch",
    "class",
    "clone",
    "const",
    "constructor",
    "continue",
    "default",
    "delete",
    "do",
    "else",
    "enum",
    "extends",
    "false",
    "for",
    "foreach",
    "function",
    "if",
    "in",
    "instanceof",
    "local",
    "null",
    "resume",
    "return",
    "static",
    "switch",
    "this",
    "throw",
    "true",
    "try",
    "typeof",
    "while",
    "yield",
];

/// What later editions add.
const ADDITIONS: &[&str] = &["__FILE__", "__LINE__", "rawcall"];

/// The words that an edition reserves, and `constructor`, which is one only where a member of a class may begin.
///
/// ```
/// use tamias_compiler::{edition::Edition, tokens};
///
/// assert!(tokens::keywords(Edition::Imp).any(|word| word == "foreach"));
/// ```
pub fn keywords(edition: Edition) -> impl Iterator<Item = &'static str> {
    let additions = if edition.has_additions() { ADDITIONS } else { &[] };
    KEYWORDS.iter().chain(additions).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::parse;
    use std::collections::BTreeSet;

    /// The words among the tokens of the lexer's table.
    fn words_of_the_lexer() -> BTreeSet<&'static str> {
        let table = include_str!("token.rs").split("#[token(\"").skip(1);
        let texts = table.filter_map(|rest| rest.split('"').next());
        texts.filter(|text| text.starts_with(|first: char| first.is_alphabetic() || first == '_')).collect()
    }

    #[test]
    fn the_keywords_are_those_of_the_lexer() {
        assert_eq!(keywords(Edition::Squirrel3).collect::<BTreeSet<_>>(), words_of_the_lexer());
        for edition in [Edition::Imp, Edition::ImpCompat, Edition::Squirrel3] {
            let reserved: BTreeSet<_> = keywords(edition).collect();
            // `constructor` is a name almost everywhere.
            for word in words_of_the_lexer().into_iter().filter(|word| *word != "constructor") {
                let text = format!("local {word} = 1;");
                let arena = bumpalo::Bump::new();
                let is_name = parse(&arena, text.as_bytes(), "", edition).diagnostics.is_empty();
                assert_eq!(is_name, !reserved.contains(word), "{word} in {edition}");
            }
        }
    }
}
