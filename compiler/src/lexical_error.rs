//! What the lexer can find wrong, and how to say it.

use crate::ast::Span;
use crate::codes;
use crate::diagnostic::{Code, Diagnostic, Label, Severity};

/// A mistake inside a token or between tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Problem {
    InvalidCharacter,
    ControlCharacter,
    UnfinishedComment,
    UnfinishedString,
    NewlineInString,
    UnknownEscape,
    EscapeWithoutDigits,
    EmptyCharacter,
    LongCharacter,
    InvalidOctal,
    LongHex,
    SecondExponent,
    EmptyExponent,
    TwoDots,
}

impl Problem {
    /// The problem in words, with the span of the offending bytes.
    pub(crate) fn to_diagnostic(self, span: Span, source: &[u8]) -> Diagnostic {
        let (code, title, label) = self.words();
        let diagnostic = Diagnostic {
            code,
            severity: Severity::Error,
            title: title.to_owned(),
            span,
            label: label.to_owned(),
            labels: Vec::new(),
            help: self.help(&source[span.start as usize..span.end as usize]),
        };
        match self {
            Problem::UnfinishedComment => at_the_end(diagnostic, "the comment begins here"),
            Problem::UnfinishedString => at_the_end(diagnostic, "the string begins here"),
            _ => diagnostic,
        }
    }

    /// Code, title as the reference words it, label.
    fn words(self) -> (Code, &'static str, &'static str) {
        match self {
            Problem::InvalidCharacter => (codes::INVALID_CHARACTER, "Invalid character", ""),
            Problem::ControlCharacter => (codes::CONTROL_CHARACTER, "unexpected character(control)", ""),
            Problem::UnfinishedComment => {
                (codes::UNFINISHED_COMMENT, "missing \"*/\" in comment", "the text ends here")
            }
            Problem::UnfinishedString => {
                (codes::UNFINISHED_STRING, "unfinished string", "the text ends here")
            }
            Problem::NewlineInString => {
                (codes::NEWLINE_IN_STRING, "newline in a constant", "the line ends here")
            }
            Problem::UnknownEscape => (codes::UNKNOWN_ESCAPE, "unrecognised escaper char", ""),
            Problem::EscapeWithoutDigits => {
                (codes::ESCAPE_WITHOUT_DIGITS, "hexadecimal number expected", "no digits follow")
            }
            Problem::EmptyCharacter => (codes::EMPTY_CHARACTER, "empty constant", ""),
            Problem::LongCharacter => (codes::LONG_CHARACTER, "constant too long", "more than one byte"),
            Problem::InvalidOctal => (codes::INVALID_OCTAL, "invalid octal number", "begins with 0"),
            Problem::LongHex => {
                (codes::LONG_HEX, "too many digits for an Hex number", "more than eight digits")
            }
            Problem::SecondExponent => {
                (codes::SECOND_EXPONENT, "invalid numeric format", "has two exponents")
            }
            Problem::EmptyExponent => (codes::EMPTY_EXPONENT, "exponent expected", "no digits after the `e`"),
            Problem::TwoDots => (codes::TWO_DOTS, "invalid token '..'", ""),
        }
    }

    /// `text` is the offending text.
    fn help(self, text: &[u8]) -> Option<String> {
        let help = match self {
            Problem::InvalidCharacter => match std::str::from_utf8(text).ok()?.chars().next()? {
                '“' | '”' | '„' | '«' | '»' => "use straight quotes: \"…\"",
                '‘' | '’' => "use straight quotes: '…'",
                '–' | '—' | '−' => "use the hyphen of the keyboard: -",
                '\u{a0}' => "replace the non-breaking space by a plain one",
                _ => return None,
            },
            Problem::NewlineInString => {
                "close the string, or write @\"…\" for a string of several lines, or \\n for a line break in it"
            }
            Problem::UnknownEscape => {
                "write \\\\ for a backslash; the escapes are \\t \\a \\b \\n \\r \\v \\f \\0 \\\\ \\\" \\' \\x"
            }
            Problem::LongCharacter => "use double quotes for a string",
            Problem::InvalidOctal => "remove the leading zero to make it decimal",
            Problem::TwoDots => "write one dot for a member, or three for variable arguments",
            _ => return None,
        };
        Some(help.to_owned())
    }
}

/// Moves a diagnostic to the end of its span, where the reference reports it,
/// and leaves a label at the beginning.
fn at_the_end(diagnostic: Diagnostic, label: &str) -> Diagnostic {
    let Span { start, end } = diagnostic.span;
    let labels = vec![Label { span: Span::new(start, end.min(start + 2)), text: label.to_owned() }];
    Diagnostic { span: Span::new(end, end), labels, ..diagnostic }
}
