//! The tree builder: what the actions of the grammar do.
//!
//! Every method makes one node and checks what the grammar cannot: the
//! targets of assignments, the ends of statements, the depth of nesting.
//! Mistakes are noted and an error node takes the place of what is wrong, so
//! that the parse always goes on to the end of the text.

mod definitions;
mod operations;
mod primaries;
mod statements;

use std::cell::{Cell, OnceCell, RefCell};
use std::convert::Infallible;

use bumpalo::Bump;
use lalrpop_util::{ErrorRecovery, ParseError};

use crate::ast::{Expr, ExprKind, Ident, MAX_HEIGHT, Member, Param, Program, Slot, Span, Stmt, StmtKind};
use crate::codes;
use crate::diagnostic::{Code, Diagnostic};
use crate::edition::Edition;
use crate::lines::LineIndex;
use crate::parse::Origin;
use crate::syntax_error::{self, Unexpected};
use crate::token::{Context, Location, Token};

/// After so many errors the rest of a text is not worth reading.
const MAX_ERRORS: usize = 100;

/// Where a statement of a list may end, by what surrounds the next token.
const ENDS_STATEMENT: Context = Context::ON_NEW_LINE
    .with(Context::AT_CLOSE)
    .with(Context::AT_SEMICOLON)
    .with(Context::AFTER_BRACE)
    .with(Context::AFTER_SEMICOLON);

/// A list that grows while it is parsed.
///
/// Lists are abandoned in the middle when the parser recovers from an error, so
/// they cannot share a stack; and a vector for each would cost a heap
/// allocation, or be moved about with its capacity. A chain of nodes is two words.
#[derive(Debug)]
pub(crate) struct List<'a, T> {
    ends: Option<(&'a Node<'a, T>, &'a Node<'a, T>)>,
}

#[derive(Debug)]
struct Node<'a, T> {
    item: T,
    next: Cell<Option<&'a Node<'a, T>>>,
}

impl<T> List<'_, T> {
    pub(crate) fn new() -> Self {
        List { ends: None }
    }
}

impl<'a, T: Copy> List<'a, T> {
    fn iter(&self) -> impl Iterator<Item = T> + use<'a, T> {
        let first = self.ends.map(|(first, _)| first);
        std::iter::successors(first, |node| node.next.get()).map(|node| node.item)
    }
}

/// A statement, and whether it took the `;` after it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Statement<'a> {
    pub(crate) node: &'a Stmt<'a>,
    terminator: Terminator,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Terminator {
    Semicolon,
    None,
}

impl<'a> Statement<'a> {
    pub(crate) fn terminated(node: &'a Stmt<'a>) -> Self {
        Statement { node, terminator: Terminator::Semicolon }
    }

    pub(crate) fn unterminated(node: &'a Stmt<'a>) -> Self {
        Statement { node, terminator: Terminator::None }
    }
}

/// The parameters of a function.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parameters<'a> {
    list: &'a [Param<'a>],
    varargs: bool,
}

/// A class without what stands before `extends`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ClassParts<'a> {
    base: Option<&'a Expr<'a>>,
    attributes: Option<&'a [Slot<'a>]>,
    members: &'a [Member<'a>],
}

/// How the parser recovered from an error.
pub(crate) type Recovery = ErrorRecovery<Location, Token, Infallible>;

/// The builder.
pub(crate) struct Tree<'a> {
    arena: &'a Bump,
    source: &'a [u8],
    origin: Origin<'a>,
    edition: Edition,
    lines: OnceCell<LineIndex>,
    diagnostics: RefCell<Vec<Diagnostic>>,
    ignores_errors: Cell<bool>,
    reported_depth: Cell<bool>,
    /// Something has been reported or lost since the adaptor has last asked.
    has_news: Cell<bool>,
    /// The location of the token that the parser was given last: that of the next one in a production, whose end
    /// is only seen with the token after it.
    next: Cell<Location>,
    /// The bracket around the token that the parser was given last.
    innermost_bracket: Cell<Option<Span>>,
    /// What the parser threw away and the adaptor has not been told yet.
    lost: Cell<Option<Span>>,
    /// Errors up to this offset are consequences of an earlier one.
    consequences_until: Cell<Option<u32>>,
}

/// Diagnostics, and what the adaptor needs for recovery.
impl<'a> Tree<'a> {
    pub(crate) fn new(arena: &'a Bump, source: &'a [u8], origin: Origin<'a>, edition: Edition) -> Self {
        Tree {
            arena,
            source,
            origin,
            edition,
            lines: OnceCell::new(),
            diagnostics: RefCell::new(Vec::new()),
            ignores_errors: Cell::new(false),
            reported_depth: Cell::new(false),
            has_news: Cell::new(false),
            next: Cell::new(Location::default()),
            innermost_bracket: Cell::new(None),
            lost: Cell::new(None),
            consequences_until: Cell::new(None),
        }
    }

    /// The text that is being parsed.
    pub(crate) fn source(&self) -> &'a [u8] {
        self.source
    }

    pub(crate) fn edition(&self) -> Edition {
        self.edition
    }

    pub(crate) fn take_diagnostics(&self) -> Vec<Diagnostic> {
        self.diagnostics.take()
    }

    #[cold]
    pub(crate) fn report(&self, diagnostic: Diagnostic) {
        if !self.ignores_errors.get() {
            self.has_news.set(true);
            self.diagnostics.borrow_mut().push(diagnostic);
        }
    }

    /// Whether something has been reported or lost since the last call.
    pub(crate) fn take_news(&self) -> bool {
        self.has_news.replace(false)
    }

    pub(crate) fn has_too_many_errors(&self) -> bool {
        self.diagnostics.borrow().len() >= MAX_ERRORS
    }

    pub(crate) fn ignore_further_errors(&self) {
        self.ignores_errors.set(true);
    }

    /// Only the first time: what is around it is nested just as deeply.
    #[cold]
    pub(crate) fn report_nested_too_deeply(&self, span: Span) {
        if !self.reported_depth.replace(true) {
            let diagnostic = syntax_error::new(codes::NESTED_TOO_DEEPLY, "nested too deeply", span, "");
            self.report(syntax_error::with_help(diagnostic, "move parts of it into functions or variables"));
        }
    }

    /// The part of the text that the parser threw away since the last call.
    pub(crate) fn take_lost(&self) -> Option<Span> {
        self.lost.take()
    }

    /// Declares that a syntax error at or before an offset is no news.
    pub(crate) fn expect_consequences_until(&self, offset: u32) {
        self.consequences_until.set(Some(offset));
    }

    pub(crate) fn set_innermost_bracket(&self, bracket: Option<Span>) {
        self.innermost_bracket.set(bracket);
    }

    /// Notes where the next token is.
    pub(crate) fn set_next(&self, next: Location) {
        self.next.set(next);
    }

    fn is_consequence(&self, offset: u32) -> bool {
        self.consequences_until.get().is_some_and(|until| offset <= until)
    }

    /// Notes what the parser could not use, and stands in for it.
    #[cold]
    pub(crate) fn unreadable(&self, recovery: Recovery, l: Location, r: Location) -> &'a Expr<'a> {
        let span = span(l, r);
        self.has_news.set(true);
        self.lost.set(Some(self.lost.get().map_or(span, |lost| lost.to(span))));
        if let ParseError::UnrecognizedToken { token: (start, token, end), expected } = &recovery.error
            && !self.is_consequence(start.offset)
        {
            self.report(syntax_error::unexpected(&Unexpected {
                token: *token,
                span: Span::new(start.offset, end.offset),
                context: start.context,
                // Once tokens have been dropped, the adaptor is somewhere else.
                bracket: self.innermost_bracket.get().filter(|_| recovery.dropped_tokens.is_empty()),
                expected,
                source: self.source,
            }));
        }
        self.expr(ExprKind::Error, span, 0)
    }

    fn report_at(&self, code: Code, title: &str, at: Span, label: &str) {
        self.report(syntax_error::new(code, title, at, label));
    }

    /// Reports a statement that is followed by the wrong thing.
    fn check_end(&self, statement: Statement<'a>, next: Location, allowed: Context) {
        if next.context.has_any(allowed) {
            return;
        }
        let is_error = matches!(statement.node.kind, StmtKind::Expr(Expr { kind: ExprKind::Error, .. }));
        if !is_error && !self.is_consequence(next.offset) {
            self.report(syntax_error::statement_not_ended(self.word_at(next.offset), self.source));
        }
    }

    /// The word or the single character at an offset.
    fn word_at(&self, offset: u32) -> Span {
        let rest = &self.source[offset as usize..];
        let length = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
        Span::new(offset, offset + length.max(1).min(rest.len()) as u32)
    }

    /// A `do` or `try` whose body took the `;` that the reference leaves for the next token.
    fn check_not_terminated(&self, body: Statement<'a>, keyword: &str) {
        if body.terminator == Terminator::Semicolon {
            let end = body.node.span.end;
            let semicolon = Span::new(end, self.source.len().min(end as usize + 1) as u32);
            let diagnostic =
                syntax_error::new(codes::BODY_ENDED, format!("expected '{keyword}'"), semicolon, "");
            self.report(syntax_error::with_help(diagnostic, "remove the `;`, or put the body in braces"));
        }
    }
}

/// Lists and what they become.
impl<'a> Tree<'a> {
    pub(crate) fn push<T: Copy>(&self, list: List<'a, T>, item: T) -> List<'a, T> {
        let node: &'a Node<'a, T> = self.arena.alloc(Node { item, next: Cell::new(None) });
        let first = match list.ends {
            Some((first, last)) => {
                last.next.set(Some(node));
                first
            }
            None => node,
        };
        List { ends: Some((first, node)) }
    }

    pub(crate) fn push_statement(
        &self,
        list: List<'a, &'a Stmt<'a>>,
        statement: Statement<'a>,
    ) -> List<'a, &'a Stmt<'a>> {
        self.check_end(statement, self.next.get(), ENDS_STATEMENT);
        self.push(list, statement.node)
    }

    pub(crate) fn finish<T: Copy>(&self, list: List<'a, T>) -> &'a [T] {
        self.collect(list.iter().count(), list.iter())
    }

    fn collect<T: Copy>(&self, length: usize, items: impl Iterator<Item = T>) -> &'a [T] {
        let mut collected = bumpalo::collections::Vec::with_capacity_in(length, self.arena);
        collected.extend(items);
        collected.into_bump_slice()
    }

    pub(crate) fn program(&self, body: List<'a, &'a Stmt<'a>>, end: Location) -> Program<'a> {
        Program { body: self.finish(body), end: span(end, end) }
    }

    fn expr(&self, kind: ExprKind<'a>, span: Span, height: u16) -> &'a Expr<'a> {
        if height > MAX_HEIGHT {
            self.report_nested_too_deeply(Span::new(span.start, span.start + 1));
            return self.arena.alloc(Expr { kind: ExprKind::Error, span, height: 0 });
        }
        self.arena.alloc(Expr { kind, span, height })
    }

    fn stmt(&self, kind: StmtKind<'a>, span: Span, height: u16) -> &'a Stmt<'a> {
        if height > MAX_HEIGHT {
            self.report_nested_too_deeply(Span::new(span.start, span.start + 1));
            return self.arena.alloc(Stmt { kind: StmtKind::Error, span, height: 0 });
        }
        self.arena.alloc(Stmt { kind, span, height })
    }

    fn source_text(&self, l: Location, r: Location) -> &'a [u8] {
        &self.source[l.offset as usize..r.offset as usize]
    }

    pub(crate) fn ident(&self, l: Location, r: Location) -> Ident<'a> {
        Ident { name: self.source_text(l, r), span: span(l, r) }
    }
}

fn span(l: Location, r: Location) -> Span {
    Span::new(l.offset, r.offset)
}

fn from(l: Location, last: Span) -> Span {
    Span::new(l.offset, last.end)
}

fn to(first: Span, r: Location) -> Span {
    Span::new(first.start, r.offset)
}

/// Whether an expression can be stored to. An error node counts: it has been reported.
fn is_target(expr: &Expr<'_>) -> bool {
    matches!(
        expr.kind,
        ExprKind::Name(_)
            | ExprKind::RootSlot(_)
            | ExprKind::Member(..)
            | ExprKind::Index(..)
            | ExprKind::Error
    )
}

fn above(height: u16) -> u16 {
    height.saturating_add(1)
}

fn tallest(heights: impl Iterator<Item = u16>) -> u16 {
    heights.max().unwrap_or(0)
}

fn opt_height(expr: Option<&Expr<'_>>) -> u16 {
    expr.map_or(0, |expr| expr.height)
}
