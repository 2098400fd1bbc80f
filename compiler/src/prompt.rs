//! Programs that are typed in piece by piece, at a prompt.
//!
//! A piece is compiled as a program of its own. So that pieces can build on
//! each other, [`prepare`] turns the local variables of their top level into
//! slots of the root table, and keeps the value of a last expression in the
//! slot `_`. Blocks and functions keep their locals. Whether a piece is
//! complete is for the parser to say: [`is_complete`].

use bumpalo::Bump;

use crate::ast::{Expr, ExprKind, Ident, Span, Stmt, StmtKind};
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::edition::Edition;
use crate::parse::parse;

/// The slot of the root table that keeps the last result.
pub const RESULT: &str = "_";

/// A piece of a program as it is to be compiled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The text, with the same lines as the original.
    pub text: Vec<u8>,
    /// Whether it leaves a result in the slot `_`.
    pub has_result: bool,
}

/// Whether a text is a whole piece, right or wrong; otherwise more lines may follow.
///
/// ```
/// use tamias_compiler::{edition::Edition, prompt::is_complete};
///
/// assert!(is_complete(b"f(1, 2)", Edition::Imp));
/// assert!(!is_complete(b"f(1,", Edition::Imp));
/// assert!(!is_complete(b"function f() {\n", Edition::Imp));
/// assert!(is_complete(b"f(1,))", Edition::Imp));
/// ```
pub fn is_complete(source: &[u8], edition: Edition) -> bool {
    let arena = Bump::new();
    let diagnostics = parse(&arena, source, "", edition).diagnostics;
    diagnostics.first().is_none_or(|first| !is_at_end(first, source))
}

/// Whether what is wrong is that the text ends.
fn is_at_end(diagnostic: &Diagnostic, source: &[u8]) -> bool {
    match diagnostic.code {
        codes::UNFINISHED_COMMENT => true,
        // A string that is not verbatim ends with its line, finished or not.
        codes::NEWLINE_IN_STRING => false,
        codes::UNFINISHED_STRING => {
            let start = diagnostic.labels.first().map_or(diagnostic.span.start, |label| label.span.start);
            source.get(start as usize) == Some(&b'@')
        }
        _ => diagnostic.span.start as usize >= source.trim_ascii_end().len(),
    }
}

/// Prepares a piece. A text with syntax errors is left as it is.
///
/// ```
/// use tamias_compiler::{edition::Edition, prompt::prepare};
///
/// let piece = prepare(b"local a = 2, b; a * 21", Edition::Imp);
/// assert_eq!(piece.text, b"::a <- (2); ::b <- null; ::_ <- (a * 21)");
/// assert!(piece.has_result);
/// ```
pub fn prepare(source: &[u8], edition: Edition) -> Piece {
    let arena = Bump::new();
    let parsed = parse(&arena, source, "", edition);
    let mut edits = Edits { source, list: Vec::new() };
    if !parsed.diagnostics.is_empty() {
        return Piece { text: source.to_vec(), has_result: false };
    }
    for statement in parsed.program.body {
        edits.globalize(statement);
    }
    let result = parsed.program.body.last().copied().and_then(result_of);
    if let Some(value) = result {
        edits.insert(value.span.start, b"::_ <- (");
        edits.insert(value.span.end, b")");
    }
    Piece { text: edits.apply(), has_result: result.is_some() }
}

/// The expression whose value a statement is about. Assignments are made for their effect.
fn result_of<'a>(statement: &Stmt<'a>) -> Option<&'a Expr<'a>> {
    match statement.kind {
        StmtKind::Expr(value) if !matches!(value.kind, ExprKind::Assign(..)) => Some(value),
        _ => None,
    }
}

/// Changes to a text, in its order.
struct Edits<'s> {
    source: &'s [u8],
    list: Vec<(Span, Vec<u8>)>,
}

impl Edits<'_> {
    fn insert(&mut self, offset: u32, text: &[u8]) {
        self.list.push((Span::new(offset, offset), text.to_vec()));
    }

    /// Replaces a range, but keeps its line breaks, so that messages name the right lines.
    fn replace(&mut self, start: u32, end: u32, text: &[u8]) {
        let removed = &self.source[start as usize..end as usize];
        let n_lines = removed.iter().filter(|byte| **byte == b'\n').count();
        self.list.push((Span::new(start, end), [text, &b"\n".repeat(n_lines)].concat()));
    }

    fn globalize(&mut self, statement: &Stmt<'_>) {
        match statement.kind {
            StmtKind::Local(variables) => self.globalize_variables(statement.span.start, variables),
            // `local function f` creates a slot without the `local`.
            StmtKind::LocalFunction(..) => {
                let keyword = statement.span.start;
                self.replace(keyword, keyword + "local".len() as u32, b"");
            }
            _ => {}
        }
    }

    fn globalize_variables(&mut self, start: u32, variables: &[(Ident<'_>, Option<&Expr<'_>>)]) {
        let mut end = start;
        for (position, (name, value)) in variables.iter().enumerate() {
            self.replace(end, name.span.start, if position == 0 { b"::" } else { b"; ::" });
            match value {
                Some(value) => {
                    self.replace(name.span.end, value.span.start, b" <- (");
                    self.insert(value.span.end, b")");
                    end = value.span.end;
                }
                None => {
                    self.insert(name.span.end, b" <- null");
                    end = name.span.end;
                }
            }
        }
    }

    fn apply(self) -> Vec<u8> {
        let mut text = Vec::with_capacity(self.source.len() + 64);
        let mut start = 0;
        for (span, replacement) in self.list {
            text.extend_from_slice(&self.source[start..span.start as usize]);
            text.extend_from_slice(&replacement);
            start = span.end as usize;
        }
        text.extend_from_slice(&self.source[start..]);
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prepared(source: &str) -> String {
        String::from_utf8(prepare(source.as_bytes(), Edition::Imp).text).expect("it was text")
    }

    #[test]
    fn only_the_top_level_is_changed() {
        assert_eq!(prepared("{ local a = 1 }"), "{ local a = 1 }");
        assert_eq!(
            prepared("local function f(x) { local y = x; return y }"),
            " function f(x) { local y = x; return y }"
        );
        assert_eq!(prepared("local a = 1,\n  b = a + 1 // two"), "::a <- (1); ::\nb <- (a + 1) // two");
        assert_eq!(prepared("x = 5"), "x = 5");
        assert_eq!(prepared("(1 + 2) * 3;"), "::_ <- ((1 + 2) * 3);");
        assert_eq!(prepared("local = 1"), "local = 1");
    }

    #[test]
    fn a_piece_goes_on_while_something_is_open() {
        let open = [
            "f(",
            "[1,",
            "{",
            "class A {\n x = 1",
            "/* a",
            "@\"a",
            "a +",
            "if (a)",
            "try { a }",
            "do a",
            "local x =",
        ];
        for source in open {
            assert!(!is_complete(source.as_bytes(), Edition::Imp), "{source}");
        }
        let complete =
            ["", "f()", "// a", "\"a", "\"a\n", "a b", ")", "if (a) b", "{ local a }", "x = [1, 2]\n\n"];
        for source in complete {
            assert!(is_complete(source.as_bytes(), Edition::Imp), "{source}");
        }
    }
}
