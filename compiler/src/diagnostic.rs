//! Diagnostics: what is wrong with a source text, as plain data.
//!
//! The front end collects them in a list and carries on. They are sorted by
//! position and handed out together; [`crate::render`] turns them into text.

use crate::ast::Span;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// No image is made.
    Error,
    /// The image is made; something in it is probably not meant.
    Warning,
}

/// A stable name of a kind of diagnostic, never reused. Shown as `SQ0104`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(pub u16);

impl core::fmt::Display for Code {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "SQ{:04}", self.0)
    }
}

/// A second place that explains the first one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What is to be seen there.
    pub text: String,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Which kind.
    pub code: Code,
    /// How bad.
    pub severity: Severity,
    /// What is wrong: the reference's wording where it has one; lower case, no full stop.
    pub title: String,
    /// Where it is wrong.
    pub span: Span,
    /// Short text shown at `span`; may be empty.
    pub label: String,
    /// Other places that matter.
    pub labels: Vec<Label>,
    /// What to do about it; starts with a verb.
    pub help: Option<String>,
}
