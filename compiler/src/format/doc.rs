//! Documents: what is to be printed, with the places where lines may end.
//!
//! This is the algebra of Wadler's pretty printer with what comments need in
//! addition. Documents live in an arena and are shared freely. Each knows
//! whether it contains a line break that must be taken, because the groups
//! around such a break cannot stay on one line.

use crate::ast::Span;

/// A document.
#[derive(Clone, Copy, Debug)]
pub(super) struct Doc<'a> {
    pub(super) kind: Kind<'a>,
    /// Whether it contains a line break that must be taken.
    pub(super) breaks: bool,
}

/// How many line breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gap {
    /// One.
    Line,
    /// Two: an empty line in between.
    EmptyLine,
}

/// What a column of aligned text consists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    /// The `=` of assignments and members, or what follows the `:` of slots.
    Value,
    /// Comments at the ends of lines.
    Comment,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Kind<'a> {
    /// A part of the source text.
    Text(Span),
    /// A comment that begins on its own line or stands between two tokens.
    Comment(Span),
    /// A comment for the end of the line, wherever that will be.
    Suffix(Span),
    /// A line that is printed as it is, with its own indentation.
    Verbatim(Span),
    /// A blank, unless the line is empty so far or already ends with one.
    Blank,
    /// Nothing on one line, a line break otherwise.
    Soft,
    /// A blank on one line, a line break otherwise.
    Line(Gap),
    /// A blank, or a line break if what follows up to the next such place does not fit.
    Fill,
    /// Always a line break.
    Hard(Gap),
    /// A line break, unless the line is empty so far.
    Fresh,
    /// Where the author may have aligned a column; the offset in the source.
    Column(u32),
    /// Indented once more after each line break in it.
    Indent(&'a [Doc<'a>]),
    /// On one line if that is possible.
    Group(&'a [Doc<'a>]),
    /// One after the other.
    Concat(&'a [Doc<'a>]),
    /// Not on one line, even if that is possible.
    Broken(&'a Doc<'a>),
    /// The first if its first line fits, the second otherwise.
    Choice(&'a [Doc<'a>; 2]),
}

impl<'a> Doc<'a> {
    pub(super) fn leaf(kind: Kind<'a>) -> Self {
        let breaks = matches!(kind, Kind::Hard(_) | Kind::Fresh | Kind::Suffix(_) | Kind::Verbatim(_));
        Doc { kind, breaks }
    }

    pub(super) fn concat(docs: &'a [Doc<'a>]) -> Self {
        Doc { kind: Kind::Concat(docs), breaks: any_breaks(docs) }
    }

    pub(super) fn group(docs: &'a [Doc<'a>]) -> Self {
        Doc { kind: Kind::Group(docs), breaks: any_breaks(docs) }
    }

    pub(super) fn indent(docs: &'a [Doc<'a>]) -> Self {
        Doc { kind: Kind::Indent(docs), breaks: any_breaks(docs) }
    }

    pub(super) fn broken(doc: &'a Doc<'a>) -> Self {
        Doc { kind: Kind::Broken(doc), breaks: true }
    }

    pub(super) fn choice(docs: &'a [Doc<'a>; 2]) -> Self {
        Doc { kind: Kind::Choice(docs), breaks: docs[0].breaks }
    }
}

fn any_breaks(docs: &[Doc<'_>]) -> bool {
    docs.iter().any(|doc| doc.breaks)
}
