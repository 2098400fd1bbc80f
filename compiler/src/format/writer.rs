//! The writer: builds a document while it walks over the pieces.
//!
//! Its methods come in two kinds. [`Writer::token`] and the methods for breaks
//! append to the document under construction; [`Writer::capture`] runs others
//! and returns what they wrote. Comments follow their tokens by themselves: a
//! comment at the end of a line is written when the next thing is, so that it
//! lies outside of a group that its token ends.

use bumpalo::Bump;

use super::doc::{Doc, Gap, Kind};
use super::pieces::{Comment, CommentKind, Piece, Pieces};
use crate::ast::Span;
use crate::token::Token;

/// The walk over the pieces and what it has written so far.
pub(super) struct Writer<'p, 'a> {
    arena: &'a Bump,
    source: &'p [u8],
    pieces: &'p Pieces<'a>,
    /// The piece that comes next.
    position: usize,
    /// The documents under construction, from the outermost to the innermost.
    stack: Vec<Vec<Doc<'a>>>,
    /// How many blocks with statements have been written.
    pub(super) n_blocks: usize,
    /// Whether comments that end the line of the previous piece are still to be written.
    owes_trailing: bool,
    /// Whether the comments before the next piece have been written.
    has_leading: bool,
}

impl<'p, 'a> Writer<'p, 'a> {
    pub(super) fn new(arena: &'a Bump, source: &'p [u8], pieces: &'p Pieces<'a>) -> Self {
        let stack = vec![Vec::new()];
        Writer {
            arena,
            source,
            pieces,
            position: 0,
            stack,
            n_blocks: 0,
            owes_trailing: false,
            has_leading: false,
        }
    }

    /// The whole text.
    pub(super) fn program(mut self) -> Doc<'a> {
        self.statements();
        if !self.pieces.leading(self.position).is_empty() {
            self.statement_break();
            self.dangling_comments();
        }
        self.pay_trailing();
        let docs = self.stack.pop().unwrap_or_default();
        Doc::concat(self.arena.alloc_slice_copy(&docs))
    }

    // ---- What comes next ----

    pub(super) fn peek(&self) -> Token {
        self.piece().token
    }

    pub(super) fn at(&self, token: Token) -> bool {
        self.peek() == token
    }

    pub(super) fn piece(&self) -> &Piece {
        self.pieces.get(self.position)
    }

    pub(super) fn position(&self) -> usize {
        self.position
    }

    /// The token after the next one.
    pub(super) fn peek_second(&self) -> Token {
        self.pieces.get(self.position + 1).token
    }

    pub(super) fn next_begins_with(&self, byte: u8) -> bool {
        self.source.get(self.piece().span.start as usize) == Some(&byte)
    }

    /// Whether a line break lies before the next piece, or before its comments.
    pub(super) fn is_on_new_line(&self) -> bool {
        self.pieces.lines_before(self.position) > 0 || self.piece().lines_before > 0
    }

    /// How far the author has set the next piece apart.
    pub(super) fn gap(&self) -> Gap {
        if self.pieces.lines_before(self.position) > 1 { Gap::EmptyLine } else { Gap::Line }
    }

    /// Whether comments stand between the previous piece and the next one.
    pub(super) fn is_after_comment(&self) -> bool {
        !self.pieces.trailing(self.position).is_empty() || !self.pieces.leading(self.position).is_empty()
    }

    /// Whether one of them ends its line.
    pub(super) fn is_after_comment_line(&self) -> bool {
        let ends_line = |(index, comment): (usize, &Comment)| {
            comment.kind != CommentKind::Block || self.lines_after_leading(index) > 0
        };
        !self.pieces.trailing(self.position).is_empty()
            || self.pieces.leading(self.position).iter().enumerate().any(ends_line)
    }

    /// Whether the text has a line break from one piece to another.
    pub(super) fn had_line_break(&self, first: usize, last: usize) -> bool {
        let (first, last) = (self.pieces.get(first).span, self.pieces.get(last).span);
        self.pieces.has_line_break(Span::new(first.start, last.end))
    }

    /// Whether the previous piece is this token.
    pub(super) fn is_after(&self, token: Token) -> bool {
        self.position > 0 && self.pieces.get(self.position - 1).token == token
    }

    // ---- Writing ----

    /// Writes the next piece with its comments.
    pub(super) fn token(&mut self) {
        self.pay_trailing();
        self.leading_comments();
        let span = self.piece().span;
        self.push(Doc::leaf(Kind::Text(span)));
        self.position += 1;
        self.has_leading = false;
        self.owes_trailing = !self.pieces.trailing(self.position).is_empty();
    }

    /// Writes the next piece if it is this token.
    pub(super) fn opt_token(&mut self, token: Token) -> bool {
        let is_there = self.at(token);
        if is_there {
            self.token();
        }
        is_there
    }

    /// Appends a document.
    pub(super) fn push(&mut self, doc: Doc<'a>) {
        if let Some(docs) = self.stack.last_mut() {
            docs.push(doc);
        }
    }

    pub(super) fn blank(&mut self) {
        self.write(Kind::Blank);
    }

    pub(super) fn soft(&mut self) {
        self.write(Kind::Soft);
    }

    pub(super) fn line(&mut self) {
        self.write(Kind::Line(Gap::Line));
    }

    pub(super) fn hard(&mut self) {
        self.write(Kind::Hard(Gap::Line));
    }

    pub(super) fn write(&mut self, kind: Kind<'a>) {
        self.pay_trailing();
        self.push(Doc::leaf(kind));
    }

    /// Where the author may have aligned what comes next.
    pub(super) fn column(&mut self) {
        if !self.is_on_new_line() && !self.is_after_comment() {
            let offset = self.piece().span.start;
            self.write(Kind::Column(offset));
        }
    }

    /// A line break before the next statement or member; empty lines stay.
    pub(super) fn statement_break(&mut self) {
        let is_first = self.stack.len() == 1 && self.stack[0].is_empty();
        if !is_first {
            let gap = self.gap();
            self.write(Kind::Hard(gap));
        }
    }

    /// What the calls in `write` write, as a document of its own.
    pub(super) fn capture(&mut self, write: impl FnOnce(&mut Self)) -> Doc<'a> {
        self.stack.push(Vec::new());
        write(self);
        let docs = self.stack.pop().unwrap_or_default();
        match docs[..] {
            [doc] => doc,
            _ => Doc::concat(self.slice(&docs)),
        }
    }

    pub(super) fn group(&mut self, write: impl FnOnce(&mut Self)) {
        self.stack.push(Vec::new());
        write(self);
        let docs = self.stack.pop().unwrap_or_default();
        let docs = self.slice(&docs);
        self.push(Doc::group(docs));
    }

    pub(super) fn indent(&mut self, write: impl FnOnce(&mut Self)) {
        self.stack.push(Vec::new());
        write(self);
        let docs = self.stack.pop().unwrap_or_default();
        let docs = self.slice(&docs);
        self.push(Doc::indent(docs));
    }

    /// Indents only what may have line breaks of its own.
    pub(super) fn indent_if(&mut self, condition: bool, write: impl FnOnce(&mut Self)) {
        if condition { self.indent(write) } else { write(self) }
    }

    pub(super) fn slice(&self, docs: &[Doc<'a>]) -> &'a [Doc<'a>] {
        self.arena.alloc_slice_copy(docs)
    }

    pub(super) fn pair(&self, docs: [Doc<'a>; 2]) -> &'a [Doc<'a>; 2] {
        self.arena.alloc(docs)
    }

    pub(super) fn shared(&self, doc: Doc<'a>) -> &'a Doc<'a> {
        self.arena.alloc(doc)
    }

    /// A document and the comments that end its line.
    pub(super) fn with_trailing(&mut self, doc: Doc<'a>) -> Doc<'a> {
        if !self.owes_trailing {
            return doc;
        }
        self.capture(|w| {
            w.push(doc);
            w.pay_trailing();
        })
    }

    /// The next piece as a document, with the comments that end its line.
    pub(super) fn captured_token(&mut self) -> Doc<'a> {
        let token = self.capture(Self::token);
        self.with_trailing(token)
    }

    // ---- Comments ----

    /// The comments before a closing bracket, for where its contents end.
    pub(super) fn dangling_comments(&mut self) {
        self.pay_trailing();
        self.has_leading = true;
        let comments = self.pieces.leading(self.position);
        for (index, comment) in comments.iter().enumerate() {
            if index > 0 {
                self.push(Doc::leaf(if comment.lines_before == 0 {
                    Kind::Blank
                } else {
                    Kind::Hard(gap(comment.lines_before))
                }));
            }
            self.push(comment_doc(comment));
        }
    }

    /// Whether comments stand before the closing bracket that comes next.
    pub(super) fn has_dangling_comments(&self) -> bool {
        !self.has_leading && !self.pieces.leading(self.position).is_empty()
    }

    /// Writes what ends the line of the previous piece.
    pub(super) fn pay_trailing(&mut self) {
        if std::mem::take(&mut self.owes_trailing) {
            for comment in self.pieces.trailing(self.position) {
                self.push(Doc::leaf(Kind::Suffix(comment.span)));
            }
        }
    }

    fn leading_comments(&mut self) {
        if std::mem::replace(&mut self.has_leading, true) {
            return;
        }
        let comments = self.pieces.leading(self.position);
        for (index, comment) in comments.iter().enumerate() {
            let lines_after = self.lines_after_leading(index);
            if comment.kind != CommentKind::Block || lines_after > 0 {
                self.push(Doc::leaf(Kind::Fresh));
                self.push(comment_doc(comment));
                self.push(Doc::leaf(Kind::Hard(gap(lines_after))));
                continue;
            }
            if comment.lines_before == 0 && self.is_blank(comment.span.start.wrapping_sub(1)) {
                self.push(Doc::leaf(Kind::Blank));
            }
            self.push(comment_doc(comment));
            if self.is_blank(comment.span.end) {
                self.push(Doc::leaf(Kind::Blank));
            }
        }
    }

    /// How many line breaks follow a comment before the next piece.
    fn lines_after_leading(&self, index: usize) -> u32 {
        let next = self.pieces.leading(self.position).get(index + 1);
        next.map_or(self.piece().lines_before, |comment| comment.lines_before)
    }

    /// The first byte of a token.
    pub(super) fn byte(&self, span: Span) -> Option<u8> {
        self.source.get(span.start as usize).copied()
    }

    /// Whether a byte of the source is a blank.
    pub(super) fn is_blank(&self, offset: u32) -> bool {
        self.source.get(offset as usize).is_some_and(u8::is_ascii_whitespace)
    }
}

fn gap(n_lines: u32) -> Gap {
    if n_lines > 1 { Gap::EmptyLine } else { Gap::Line }
}

fn comment_doc<'a>(comment: &Comment) -> Doc<'a> {
    match comment.kind {
        CommentKind::Directive => Doc::leaf(Kind::Verbatim(comment.span)),
        // Nothing can follow a comment up to the end of the line.
        CommentKind::Line => Doc { kind: Kind::Comment(comment.span), breaks: true },
        CommentKind::Block => Doc::leaf(Kind::Comment(comment.span)),
    }
}
