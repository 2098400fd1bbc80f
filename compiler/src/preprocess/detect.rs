//! Whether a text is meant for the Builder.
//!
//! The Builder works line by line and knows nothing of Squirrel, but not every
//! `@` is its own: `@(x) x + 1` is a lambda and `@"…"` a verbatim string. A
//! text is the Builder's if outside of comments and strings a line begins with
//! one of its directives, which cannot be Squirrel, or if there is an
//! `@{expression}` outside of comments, even in a string: that is how programs
//! get keys and names from the command line.

use super::block::{directive_of, inline_end};

/// Whether the text has directives or inline expressions of the Builder.
///
/// ```
/// use tamias_compiler::preprocess::uses_builder;
///
/// assert!(uses_builder(b"@include \"lib.nut\"\n"));
/// assert!(uses_builder(b"const KEY = \"@{KEY}\";\n"));
/// assert!(!uses_builder(b"local square = @(x) x * x;\nlocal path = @\"c:\\\";\n// @include\n"));
/// ```
pub fn uses_builder(text: &[u8]) -> bool {
    // Most programs have no `@` at all; for them this is one quick search.
    let Some(last) = memchr::memrchr(b'@', text) else { return false };
    Scanner { text, at: 0, is_line_start: true, open_until: 0 }.finds_builder(last)
}

struct Scanner<'t> {
    text: &'t [u8],
    at: usize,
    /// Whether only blanks precede in the line.
    is_line_start: bool,
    /// No `@{` before this place has an end in its line.
    open_until: usize,
}

impl Scanner<'_> {
    /// Goes through the text up to its last `@`.
    fn finds_builder(&mut self, last: usize) -> bool {
        while self.at <= last {
            let rest = &self.text[self.at..];
            let length = match rest {
                [b'\n', ..] => {
                    self.is_line_start = true;
                    self.at += 1;
                    continue;
                }
                [b' ' | b'\t' | b'\r', ..] => {
                    self.at += 1;
                    continue;
                }
                [b'/', b'*', ..] => block_comment(rest),
                [b'/', b'/', ..] | [b'#', ..] => line_length(rest),
                [b'@', b'"', ..] => match self.quoted(self.at + 2, Quoting::Verbatim) {
                    Some(end) => end - self.at,
                    None => return true,
                },
                [b'"' | b'\'', ..] => match self.quoted(self.at + 1, Quoting::Plain) {
                    Some(end) => end - self.at,
                    None => return true,
                },
                [b'@', b'{', ..] if self.is_inline(self.at) => return true,
                [b'@', ..] if self.is_line_start && directive_of(line_of(rest)).is_some() => return true,
                _ => 1,
            };
            self.is_line_start = false;
            self.at += length;
        }
        false
    }

    /// Where a string ends whose quote precedes `start`; `None` if it has an inline expression.
    fn quoted(&mut self, start: usize, quoting: Quoting) -> Option<usize> {
        let quote = self.text[start - 1];
        let mut at = start;
        while let Some(byte) = self.text.get(at) {
            match byte {
                b'@' if self.is_inline(at) => return None,
                b'\\' if quoting == Quoting::Plain => at += 1,
                b'\n' if quoting == Quoting::Plain => return Some(at),
                _ if *byte == quote => return Some(at + 1),
                _ => {}
            }
            at += 1;
        }
        Some(self.text.len())
    }

    /// Whether there is an inline expression at `at`.
    fn is_inline(&mut self, at: usize) -> bool {
        let rest = &self.text[at..];
        if !rest.starts_with(b"@{") || at < self.open_until {
            return false;
        }
        let line = line_of(rest);
        let is_closed = inline_end(line, 0).is_some();
        if !is_closed {
            self.open_until = at + line.len();
        }
        is_closed
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Quoting {
    Plain,
    Verbatim,
}

fn block_comment(text: &[u8]) -> usize {
    memchr::memmem::find(&text[2..], b"*/").map_or(text.len(), |end| end + 4)
}

fn line_length(text: &[u8]) -> usize {
    memchr::memchr(b'\n', text).unwrap_or(text.len())
}

fn line_of(text: &[u8]) -> &[u8] {
    &text[..line_length(text)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directives_begin_a_line_outside_of_comments_and_strings() {
        for text in ["@if X\n", "x;\n  @set a 1", "@end", "@{x}", "f(@{x + \"}\"})", "local s = @\"@{x}\";"] {
            assert!(uses_builder(text.as_bytes()), "{text}");
        }
        let others = [
            "",
            "local f = @() 1;",
            "@(x) x",
            "x = @\"\n@include \"",
            "/*\n@include \"a\"\n@{x} */",
            "// @{x}\n# @{x}",
            "/// @{\n",
            "x; @include \"a\"",
            "@includes",
            "@ comment",
            "'@' \"\\\"@if\"",
        ];
        for text in others {
            assert!(!uses_builder(text.as_bytes()), "{text}");
        }
    }
}
