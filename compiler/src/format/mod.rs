//! The formatter: one layout for all programs, without touching what they say.
//!
//! The text is cut into [`pieces`] (tokens with the comments before them), a
//! walk over their structure ([`statement`], [`expression`], [`list`],
//! [`definition`]) writes a [`doc`]ument of words and possible line breaks, and
//! [`print`] decides which of those breaks are taken. Lines that belong to the
//! Builder preprocessor are comments here, see [`directive`].
//!
//! The walk follows the terminals of [`crate::adaptor`] rather than the tree,
//! because the tree has no parentheses, commas and comments any more. It is no
//! second parser: a text with syntax errors is not formatted at all.
//!
//! Nothing but white space changes. [`format()`] compares the tokens of the
//! result with those of its input and refuses to hand out anything else.
//! The style is described in `docs/formatting.md`.

mod align;
mod definition;
mod directive;
mod doc;
mod expression;
mod list;
mod pieces;
mod print;
mod statement;
mod writer;

use bumpalo::Bump;

use crate::diagnostic::{Diagnostic, Severity};
use crate::edition::Edition;
use crate::parse::parse;
use pieces::Pieces;
use writer::Writer;

/// Why a text was not formatted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FormatError {
    /// The text has syntax errors: these.
    Syntax(Vec<Diagnostic>),
    /// A fault of the formatter: the result would not have had the same tokens and comments.
    TokensDiffer {
        /// Where the first difference is, as an offset in the input.
        offset: u32,
    },
}

/// Formats a source text. The result has the same tokens and the same comments.
///
/// ```
/// use tamias_compiler::{edition::Edition, format::format};
///
/// let text = format(b"if(x){y( 1,2 )}  // ready", Edition::Imp);
/// assert_eq!(text.unwrap(), b"if (x) { y(1, 2) } // ready\n");
/// ```
pub fn format(source: &[u8], edition: Edition) -> Result<Vec<u8>, FormatError> {
    let plain = directive::masked(source, edition);
    check_syntax(&plain, edition)?;
    let arena = Bump::new();
    let pieces = Pieces::new(&arena, source, &plain, edition);
    let document = Writer::new(&arena, source, &pieces).program();
    let text = print::print(&document, source);
    check_same_tokens(&pieces, source, &text, edition)?;
    Ok(text)
}

fn check_syntax(plain: &[u8], edition: Edition) -> Result<(), FormatError> {
    let arena = Bump::new();
    let mut diagnostics = parse(&arena, plain, "", edition).diagnostics;
    diagnostics.retain(|diagnostic| diagnostic.severity == Severity::Error);
    if diagnostics.is_empty() { Ok(()) } else { Err(FormatError::Syntax(diagnostics)) }
}

/// Reads the result as if it were an input. Everything that the parser would
/// see has to be the same, and no comment may be missing.
fn check_same_tokens(
    before: &Pieces<'_>,
    source: &[u8],
    text: &[u8],
    edition: Edition,
) -> Result<(), FormatError> {
    let plain = directive::masked(text, edition);
    let arena = Bump::new();
    let after = Pieces::new(&arena, text, &plain, edition);
    let (mut old, mut new) = (before.tokens(source), after.tokens(text));
    let has_same_comments = before.sorted_comments(source) == after.sorted_comments(text);
    loop {
        match (old.next(), new.next()) {
            (None, None) if has_same_comments && check_syntax(&plain, edition).is_ok() => return Ok(()),
            (Some((token, _, word)), Some((other, _, other_word)))
                if token == other && word == other_word => {}
            (difference, _) => {
                let offset = difference.map_or(0, |(_, offset, _)| offset);
                return Err(FormatError::TokensDiffer { offset });
            }
        }
    }
}
