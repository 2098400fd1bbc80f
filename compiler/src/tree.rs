//! The tree builder: what the actions of the grammar do.
//!
//! Every method makes one node and checks what the grammar cannot: the
//! targets of assignments, the ends of statements, the depth of nesting.
//! Mistakes are noted and an error node takes the place of what is wrong, so
//! that the parse always goes on to the end of the text.

use std::cell::{Cell, OnceCell, RefCell};
use std::convert::Infallible;

use bumpalo::Bump;
use lalrpop_util::{ErrorRecovery, ParseError};

use crate::ast::{
    AssignOp, Body, Class, Delta, Expr, ExprKind, Fix, Function, Ident, MAX_HEIGHT, Member, Param, Program,
    Scalar, Slot, Span, Stmt, StmtKind, UnaryOp,
};
use crate::codes;
use crate::diagnostic::{Code, Diagnostic};
use crate::edition::{Edition, Syntax};
use crate::lines::LineIndex;
use crate::literal::{self, Number};
use crate::operators::{Chain, Infix, Meaning, Waiting};
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

/// The same for a branch of an `if` in the editions where a `}` is not enough.
const ENDS_BRANCH: Context =
    Context::ON_NEW_LINE.with(Context::AT_CLOSE).with(Context::AT_SEMICOLON).with(Context::AFTER_SEMICOLON);

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
    source_name: &'a [u8],
    edition: Edition,
    lines: OnceCell<LineIndex>,
    diagnostics: RefCell<Vec<Diagnostic>>,
    ignores_errors: Cell<bool>,
    reported_depth: Cell<bool>,
    /// The bracket around the token that the parser was given last.
    innermost_bracket: Cell<Option<Span>>,
    /// What the parser threw away and the adaptor has not been told yet.
    lost: Cell<Option<Span>>,
    /// Errors up to this offset are consequences of an earlier one.
    consequences_until: Cell<Option<u32>>,
}

/// Diagnostics, and what the adaptor needs for recovery.
impl<'a> Tree<'a> {
    pub(crate) fn new(arena: &'a Bump, source: &'a [u8], source_name: &str, edition: Edition) -> Self {
        Tree {
            arena,
            source,
            source_name: arena.alloc_slice_copy(source_name.as_bytes()),
            edition,
            lines: OnceCell::new(),
            diagnostics: RefCell::new(Vec::new()),
            ignores_errors: Cell::new(false),
            reported_depth: Cell::new(false),
            innermost_bracket: Cell::new(None),
            lost: Cell::new(None),
            consequences_until: Cell::new(None),
        }
    }

    pub(crate) fn take_diagnostics(&self) -> Vec<Diagnostic> {
        self.diagnostics.take()
    }

    pub(crate) fn report(&self, diagnostic: Diagnostic) {
        if !self.ignores_errors.get() {
            self.diagnostics.borrow_mut().push(diagnostic);
        }
    }

    pub(crate) fn has_too_many_errors(&self) -> bool {
        self.diagnostics.borrow().len() >= MAX_ERRORS
    }

    pub(crate) fn ignore_further_errors(&self) {
        self.ignores_errors.set(true);
    }

    /// Only the first time: what is around it is nested just as deeply.
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

    fn is_consequence(&self, offset: u32) -> bool {
        self.consequences_until.get().is_some_and(|until| offset <= until)
    }

    /// Notes what the parser could not use, and stands in for it.
    pub(crate) fn unreadable(&self, recovery: Recovery, l: Location, r: Location) -> &'a Expr<'a> {
        let span = span(l, r);
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
        let is_error = matches!(statement.node.kind, StmtKind::Expr(Expr { kind: ExprKind::Error, .. }));
        if !next.context.has_any(allowed) && !is_error && !self.is_consequence(next.offset) {
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
        next: Location,
    ) -> List<'a, &'a Stmt<'a>> {
        self.check_end(statement, next, ENDS_STATEMENT);
        self.push(list, statement.node)
    }

    pub(crate) fn finish<T: Copy>(&self, list: List<'a, T>) -> &'a [T] {
        self.collect(list.iter().count(), list.iter())
    }

    pub(crate) fn finish_nodes<T: Copy>(&self, list: List<'a, &'a T>) -> &'a [T] {
        self.collect(list.iter().count(), list.iter().copied())
    }

    fn collect<T: Copy>(&self, length: usize, items: impl Iterator<Item = T>) -> &'a [T] {
        let mut collected = bumpalo::collections::Vec::with_capacity_in(length, self.arena);
        collected.extend(items);
        collected.into_bump_slice()
    }

    pub(crate) fn program(&self, body: List<'a, &'a Stmt<'a>>, end: Location) -> Program<'a> {
        Program { body: self.finish_nodes(body), end: span(end, end) }
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

/// Statements.
impl<'a> Tree<'a> {
    pub(crate) fn leaf(&self, kind: StmtKind<'a>, l: Location, r: Location) -> &'a Stmt<'a> {
        self.stmt(kind, span(l, r), 1)
    }

    pub(crate) fn expression_statement(&self, value: &'a Expr<'a>) -> &'a Stmt<'a> {
        self.stmt(StmtKind::Expr(value), value.span, above(value.height))
    }

    pub(crate) fn with_value(
        &self,
        kind: impl FnOnce(&'a Expr<'a>) -> StmtKind<'a>,
        value: &'a Expr<'a>,
        l: Location,
    ) -> &'a Stmt<'a> {
        self.stmt(kind(value), from(l, value.span), above(value.height))
    }

    pub(crate) fn block(&self, body: List<'a, &'a Stmt<'a>>, l: Location, r: Location) -> Statement<'a> {
        let height = above(tallest(body.iter().map(|stmt| stmt.height)));
        Statement::unterminated(self.stmt(StmtKind::Block(self.finish_nodes(body)), span(l, r), height))
    }

    pub(crate) fn locals(
        &self,
        list: List<'a, (Ident<'a>, Option<&'a Expr<'a>>)>,
        l: Location,
        r: Location,
    ) -> &'a Stmt<'a> {
        let height = above(tallest(list.iter().map(|(_, value)| opt_height(value))));
        self.stmt(StmtKind::Local(self.finish(list)), span(l, r), height)
    }

    pub(crate) fn constant(
        &self,
        name: Ident<'a>,
        value: Scalar<'a>,
        l: Location,
        r: Location,
    ) -> Statement<'a> {
        Statement::unterminated(self.leaf(StmtKind::Const(name, value), l, r))
    }

    pub(crate) fn enumeration(
        &self,
        name: Ident<'a>,
        members: List<'a, (Ident<'a>, Option<Scalar<'a>>)>,
        l: Location,
        r: Location,
    ) -> Statement<'a> {
        Statement::unterminated(self.leaf(StmtKind::Enum(name, self.finish(members)), l, r))
    }

    pub(crate) fn class_statement(
        &self,
        target: &'a Expr<'a>,
        parts: &ClassParts<'a>,
        l: Location,
        r: Location,
    ) -> Statement<'a> {
        let name = match target.kind {
            ExprKind::Name(name) => Some(Ident { name, span: target.span }),
            ExprKind::Member(_, name) | ExprKind::RootSlot(name) => Some(name),
            _ => None,
        };
        if !is_target(target) {
            self.report_at(
                codes::INVALID_CLASS_NAME,
                "invalid class name",
                target.span,
                "not a variable or slot",
            );
        }
        let (class, height) = self.class(name, parts, l, r);
        let height = above(height.max(target.height));
        Statement::unterminated(self.stmt(StmtKind::Class(target, class), span(l, r), height))
    }

    pub(crate) fn switch(
        &self,
        subject: &'a Expr<'a>,
        cases: List<'a, (&'a Expr<'a>, &'a [Stmt<'a>])>,
        default: Option<List<'a, &'a Stmt<'a>>>,
        l: Location,
        r: Location,
    ) -> Statement<'a> {
        let default = default.map(|body| self.finish_nodes(body));
        let case_height = |(value, body): (&Expr<'a>, &[Stmt<'a>])| value.height.max(body_height(body));
        let height =
            subject.height.max(tallest(cases.iter().map(case_height))).max(default.map_or(0, body_height));
        let kind = StmtKind::Switch { subject, cases: self.finish(cases), default };
        Statement::unterminated(self.stmt(kind, span(l, r), above(height)))
    }

    pub(crate) fn if_then(
        &self,
        condition: &'a Expr<'a>,
        then: Statement<'a>,
        next: Location,
        l: Location,
    ) -> Statement<'a> {
        self.check_then(then, next);
        let height = above(condition.height.max(then.node.height));
        let kind = StmtKind::If(condition, then.node, None);
        Statement::unterminated(self.stmt(kind, from(l, then.node.span), height))
    }

    pub(crate) fn if_else(
        &self,
        condition: &'a Expr<'a>,
        then: Statement<'a>,
        middle: Location,
        otherwise: Statement<'a>,
        next: Location,
        l: Location,
    ) -> Statement<'a> {
        self.check_then(then, middle);
        let allowed = if self.edition.else_ends_branch() { ENDS_BRANCH } else { ENDS_STATEMENT };
        self.check_end(otherwise, next, allowed);
        let height = above(condition.height.max(then.node.height));
        let height = height.max(match otherwise.node.kind {
            StmtKind::If(..) => otherwise.node.height,
            _ => above(otherwise.node.height),
        });
        let kind = StmtKind::If(condition, then.node, Some(otherwise.node));
        Statement::unterminated(self.stmt(kind, from(l, otherwise.node.span), height))
    }

    fn check_then(&self, then: Statement<'a>, next: Location) {
        let allowed = match self.edition.else_ends_branch() {
            true => ENDS_BRANCH.with(Context::AT_ELSE),
            false => ENDS_STATEMENT,
        };
        self.check_end(then, next, allowed);
    }

    pub(crate) fn while_loop(
        &self,
        condition: &'a Expr<'a>,
        body: Statement<'a>,
        l: Location,
    ) -> Statement<'a> {
        let height = above(condition.height.max(body.node.height));
        self.ending_with(body, StmtKind::While(condition, body.node), l, height)
    }

    pub(crate) fn do_while(
        &self,
        body: Statement<'a>,
        condition: &'a Expr<'a>,
        l: Location,
        r: Location,
    ) -> &'a Stmt<'a> {
        self.check_not_terminated(body, "while");
        let height = above(condition.height.max(body.node.height));
        self.stmt(StmtKind::DoWhile(body.node, condition), span(l, r), height)
    }

    pub(crate) fn for_loop(
        &self,
        init: Option<&'a Stmt<'a>>,
        condition: Option<&'a Expr<'a>>,
        step: Option<&'a Expr<'a>>,
        body: Statement<'a>,
        l: Location,
    ) -> Statement<'a> {
        let head = opt_height(condition).max(opt_height(step)).max(init.map_or(0, |init| init.height));
        let kind = StmtKind::For { init, condition, step, body: body.node };
        self.ending_with(body, kind, l, above(head.max(body.node.height)))
    }

    pub(crate) fn foreach_loop(
        &self,
        index: Option<Ident<'a>>,
        value: Ident<'a>,
        container: &'a Expr<'a>,
        body: Statement<'a>,
        l: Location,
    ) -> Statement<'a> {
        let height = above(container.height.max(body.node.height));
        self.ending_with(body, StmtKind::Foreach { index, value, container, body: body.node }, l, height)
    }

    pub(crate) fn try_catch(
        &self,
        body: Statement<'a>,
        name: Ident<'a>,
        handler: Statement<'a>,
        l: Location,
    ) -> Statement<'a> {
        self.check_not_terminated(body, "catch");
        let height = above(body.node.height.max(handler.node.height));
        self.ending_with(handler, StmtKind::Try(body.node, name, handler.node), l, height)
    }

    /// A `try` whose catch has no readable name; both bodies are kept.
    pub(crate) fn unreadable_catch(
        &self,
        body: Statement<'a>,
        handler: Statement<'a>,
        l: Location,
    ) -> Statement<'a> {
        let bodies = self.arena.alloc_slice_copy(&[*body.node, *handler.node]);
        self.ending_with(handler, StmtKind::Block(bodies), l, above(body_height(bodies)))
    }

    pub(crate) fn function_statement(
        &self,
        path: List<'a, Ident<'a>>,
        env: Option<&'a Expr<'a>>,
        params: &Parameters<'a>,
        body: Statement<'a>,
        l: Location,
    ) -> Statement<'a> {
        let path = self.finish(path);
        let (function, height) = self.function(path.last().copied(), env, params, Body::Stmt(body.node), l);
        self.ending_with(body, StmtKind::Function(path, function), l, above(height))
    }

    pub(crate) fn local_function(
        &self,
        name: Ident<'a>,
        env: Option<&'a Expr<'a>>,
        params: &Parameters<'a>,
        body: Statement<'a>,
        l: Location,
    ) -> Statement<'a> {
        let (function, height) = self.function(Some(name), env, params, Body::Stmt(body.node), l);
        self.ending_with(body, StmtKind::LocalFunction(name, function), l, above(height))
    }

    /// A statement whose last part is a statement: it ends as that one does.
    fn ending_with(
        &self,
        last: Statement<'a>,
        kind: StmtKind<'a>,
        l: Location,
        height: u16,
    ) -> Statement<'a> {
        Statement { node: self.stmt(kind, from(l, last.node.span), height), ..last }
    }
}

/// Functions, classes and tables.
impl<'a> Tree<'a> {
    pub(crate) fn environment(&self, value: &'a Expr<'a>, l: Location) -> &'a Expr<'a> {
        if !self.edition.has_additions() {
            let bracket = Span::new(l.offset, l.offset + 1);
            let diagnostic = syntax_error::new(
                codes::NOT_IN_EDITION,
                "expected '('",
                bracket,
                "bound environments are part of the edition squirrel-3",
            );
            self.report(syntax_error::with_help(diagnostic, "call `bindenv` on the function"));
        }
        value
    }

    pub(crate) fn parameters(&self, list: List<'a, Param<'a>>) -> &'a Parameters<'a> {
        let list = self.finish(list);
        let n_required = list.iter().take_while(|param| param.default.is_none()).count();
        if let Some(param) = list[n_required..].iter().find(|param| param.default.is_none()) {
            let after = Span::new(
                param.name.span.end,
                self.source.len().min(param.name.span.end as usize + 1) as u32,
            );
            let diagnostic = syntax_error::new(codes::PARAMETER_WITHOUT_DEFAULT, "expected '='", after, "");
            self.report(syntax_error::with_label(
                diagnostic,
                list[n_required].name.span,
                "every parameter after this one needs a default, too",
            ));
        }
        self.arena.alloc(Parameters { list, varargs: false })
    }

    pub(crate) fn variable_parameters(
        &self,
        list: List<'a, Param<'a>>,
        l: Location,
        r: Location,
    ) -> &'a Parameters<'a> {
        let parameters = self.parameters(list);
        if let Some(param) = parameters.list.iter().find(|param| param.default.is_some()) {
            let title = "function with default parameters cannot have variable number of parameters";
            let diagnostic = syntax_error::new(codes::VARARGS_WITH_DEFAULTS, title, span(l, r), "");
            self.report(syntax_error::with_label(diagnostic, param.name.span, "has a default"));
        }
        self.arena.alloc(Parameters { varargs: true, ..*parameters })
    }

    fn function(
        &self,
        name: Option<Ident<'a>>,
        env: Option<&'a Expr<'a>>,
        params: &Parameters<'a>,
        body: Body<'a>,
        l: Location,
    ) -> (&'a Function<'a>, u16) {
        let (body_span, body_height) = match body {
            Body::Stmt(stmt) => (stmt.span, stmt.height),
            Body::Expr(expr) => (expr.span, expr.height),
        };
        let defaults = tallest(params.list.iter().map(|param| opt_height(param.default)));
        let height = body_height.max(defaults).max(opt_height(env));
        let Parameters { list, varargs } = *params;
        let function = Function { name, env, params: list, varargs, body, span: from(l, body_span) };
        (self.arena.alloc(function), height)
    }

    pub(crate) fn method(
        &self,
        name: Ident<'a>,
        env: Option<&'a Expr<'a>>,
        params: &Parameters<'a>,
        body: Statement<'a>,
        l: Location,
    ) -> Slot<'a> {
        let (function, height) = self.function(Some(name), env, params, Body::Stmt(body.node), l);
        self.named_slot(name, self.expr(ExprKind::Function(function), function.span, above(height)))
    }

    pub(crate) fn named_slot(&self, name: Ident<'a>, value: &'a Expr<'a>) -> Slot<'a> {
        Slot { key: self.expr(ExprKind::Str(name.name), name.span, 1), value }
    }

    /// `name: value` in a table, as other languages write it.
    pub(crate) fn slot_with_colon(
        &self,
        name: Ident<'a>,
        value: &'a Expr<'a>,
        l: Location,
        r: Location,
    ) -> Slot<'a> {
        let diagnostic =
            syntax_error::new(codes::TOKEN_EXPECTED, "expected '='", span(l, r), "unexpected `:`");
        let name_text = String::from_utf8_lossy(name.name);
        let help = format!("write `{name_text} = …`, or put the key in quotes");
        self.report(syntax_error::with_help(diagnostic, help));
        self.named_slot(name, value)
    }

    pub(crate) fn class_parts(
        &self,
        base: Option<&'a Expr<'a>>,
        attributes: Option<&'a [Slot<'a>]>,
        members: List<'a, Member<'a>>,
    ) -> &'a ClassParts<'a> {
        self.arena.alloc(ClassParts { base, attributes, members: self.finish(members) })
    }

    fn class(
        &self,
        name: Option<Ident<'a>>,
        parts: &ClassParts<'a>,
        l: Location,
        r: Location,
    ) -> (&'a Class<'a>, u16) {
        let ClassParts { base, attributes, members } = *parts;
        let member_height =
            |member: &Member<'a>| slot_height(&member.slot).max(member.attributes.map_or(0, slots_height));
        let height = tallest(members.iter().map(member_height));
        let height = height.max(opt_height(base)).max(attributes.map_or(0, slots_height));
        let class = Class { name, base, attributes, members, span: span(l, r) };
        (self.arena.alloc(class), height)
    }
}

/// Literals and other primary expressions.
impl<'a> Tree<'a> {
    fn number_at(&self, l: Location, r: Location) -> Number {
        literal::number_value(self.source_text(l, r), self.edition)
    }

    fn number_expr(&self, number: Number, span: Span) -> &'a Expr<'a> {
        let kind = match number {
            Number::Int(value) => ExprKind::Int(value),
            Number::Float(value) => ExprKind::Float(value),
        };
        self.expr(kind, span, 1)
    }

    pub(crate) fn number(&self, l: Location, r: Location) -> &'a Expr<'a> {
        self.number_expr(self.number_at(l, r), span(l, r))
    }

    pub(crate) fn negated_number(&self, l: Location, middle: Location, r: Location) -> &'a Expr<'a> {
        self.number_expr(self.number_at(middle, r).negated(), span(l, r))
    }

    pub(crate) fn scalar_number(&self, l: Location, r: Location) -> Scalar<'a> {
        self.number_at(l, r).into()
    }

    pub(crate) fn scalar_negated_number(&self, l: Location, r: Location) -> Scalar<'a> {
        self.number_at(l, r).negated().into()
    }

    pub(crate) fn string_value(&self, l: Location, r: Location) -> &'a [u8] {
        literal::string_value(self.arena, self.source_text(l, r), self.edition)
    }

    pub(crate) fn string(&self, l: Location, r: Location) -> &'a Expr<'a> {
        self.primary(ExprKind::Str(self.string_value(l, r)), l, r)
    }

    pub(crate) fn current_line(&self, l: Location, r: Location) -> &'a Expr<'a> {
        let lines = self.lines.get_or_init(|| LineIndex::new(self.source));
        self.primary(ExprKind::Int(lines.line(l.offset) as i32), l, r)
    }

    pub(crate) fn current_file(&self, l: Location, r: Location) -> &'a Expr<'a> {
        self.primary(ExprKind::Str(self.source_name), l, r)
    }

    /// An expression of one token.
    pub(crate) fn primary(&self, kind: ExprKind<'a>, l: Location, r: Location) -> &'a Expr<'a> {
        self.expr(kind, span(l, r), 1)
    }

    pub(crate) fn name(&self, name: Ident<'a>) -> &'a Expr<'a> {
        self.expr(ExprKind::Name(name.name), name.span, 1)
    }

    pub(crate) fn root_slot(&self, name: Ident<'a>, l: Location) -> &'a Expr<'a> {
        self.expr(ExprKind::RootSlot(name), from(l, name.span), 1)
    }

    /// Parentheses leave a node only where they change what is inside: `(a.b)()`
    /// does not pass `a`, and `(a) = 1` is an error.
    pub(crate) fn group(&self, inner: &'a Expr<'a>, l: Location, r: Location) -> &'a Expr<'a> {
        match inner.kind {
            ExprKind::Name(_) | ExprKind::RootSlot(_) | ExprKind::Member(..) | ExprKind::Index(..) => {
                self.expr(ExprKind::Paren(inner), span(l, r), above(inner.height))
            }
            kind => self.expr(kind, span(l, r), inner.height),
        }
    }

    pub(crate) fn array(&self, elements: List<'a, &'a Expr<'a>>, l: Location, r: Location) -> &'a Expr<'a> {
        let height = above(tallest(elements.iter().map(|element| element.height)));
        self.expr(ExprKind::Array(self.finish_nodes(elements)), span(l, r), height)
    }

    pub(crate) fn table(&self, slots: List<'a, Slot<'a>>, l: Location, r: Location) -> &'a Expr<'a> {
        let slots = self.finish(slots);
        self.expr(ExprKind::Table(slots), span(l, r), above(slots_height(slots)))
    }

    pub(crate) fn class_expression(&self, parts: &ClassParts<'a>, l: Location, r: Location) -> &'a Expr<'a> {
        let (class, height) = self.class(None, parts, l, r);
        self.expr(ExprKind::Class(class), class.span, above(height))
    }

    pub(crate) fn function_expression(
        &self,
        env: Option<&'a Expr<'a>>,
        params: &Parameters<'a>,
        body: &'a Stmt<'a>,
        l: Location,
    ) -> &'a Expr<'a> {
        self.anonymous(env, params, Body::Stmt(body), l)
    }

    pub(crate) fn lambda(
        &self,
        env: Option<&'a Expr<'a>>,
        params: &Parameters<'a>,
        body: &'a Expr<'a>,
        l: Location,
    ) -> &'a Expr<'a> {
        self.anonymous(env, params, Body::Expr(body), l)
    }

    fn anonymous(
        &self,
        env: Option<&'a Expr<'a>>,
        params: &Parameters<'a>,
        body: Body<'a>,
        l: Location,
    ) -> &'a Expr<'a> {
        let (function, height) = self.function(None, env, params, body, l);
        self.expr(ExprKind::Function(function), function.span, above(height))
    }
}

/// Expressions with operands.
impl<'a> Tree<'a> {
    pub(crate) fn comma(&self, list: List<'a, &'a Expr<'a>>) -> &'a Expr<'a> {
        let items = self.finish_nodes(list);
        let height = above(tallest(items.iter().map(|item| item.height)));
        let whole = items[0].span.to(items[items.len() - 1].span);
        self.expr(ExprKind::Comma(items), whole, height)
    }

    pub(crate) fn member(&self, object: &'a Expr<'a>, name: Ident<'a>) -> &'a Expr<'a> {
        self.expr(ExprKind::Member(object, name), object.span.to(name.span), postfix_height(object, 0))
    }

    pub(crate) fn index(&self, object: &'a Expr<'a>, key: &'a Expr<'a>, r: Location) -> &'a Expr<'a> {
        self.expr(ExprKind::Index(object, key), to(object.span, r), postfix_height(object, key.height))
    }

    pub(crate) fn call(
        &self,
        callee: &'a Expr<'a>,
        arguments: List<'a, &'a Expr<'a>>,
        r: Location,
    ) -> &'a Expr<'a> {
        let tallest_argument = tallest(arguments.iter().map(|argument| argument.height));
        let kind = ExprKind::Call(callee, self.finish_nodes(arguments));
        self.expr(kind, to(callee.span, r), postfix_height(callee, tallest_argument))
    }

    pub(crate) fn initializer(
        &self,
        call: &'a Expr<'a>,
        slots: List<'a, Slot<'a>>,
        r: Location,
    ) -> &'a Expr<'a> {
        let slots = self.finish(slots);
        let height = postfix_height(call, slots_height(slots));
        self.expr(ExprKind::PostInit(call, slots), to(call.span, r), height)
    }

    pub(crate) fn rawcall(
        &self,
        arguments: List<'a, &'a Expr<'a>>,
        l: Location,
        r: Location,
    ) -> &'a Expr<'a> {
        let height = above(tallest(arguments.iter().map(|argument| argument.height)));
        let arguments = self.finish_nodes(arguments);
        if arguments.len() >= 2 {
            return self.expr(ExprKind::RawCall(arguments), span(l, r), height);
        }
        self.report_at(
            codes::RAWCALL_ARGUMENTS,
            "rawcall requires at least 2 parameters",
            span(l, r),
            "needs the function and its `this`",
        );
        self.expr(ExprKind::Error, span(l, r), 0)
    }

    pub(crate) fn unary(&self, op: UnaryOp, operand: &'a Expr<'a>, l: Location) -> &'a Expr<'a> {
        self.expr(ExprKind::Unary(op, operand), from(l, operand.span), above(operand.height))
    }

    pub(crate) fn infix(
        &self,
        chain: Chain<'a>,
        op: Infix,
        operand: &'a Expr<'a>,
        l: Location,
        r: Location,
    ) -> Chain<'a> {
        let waiting = chain.wait(op, span(l, r), &|waiting, right| self.combine(waiting, right));
        Chain::with_operand(self.arena.alloc(waiting), operand)
    }

    pub(crate) fn fold(&self, chain: Chain<'a>) -> &'a Expr<'a> {
        chain.finish(&|waiting, right| self.combine(waiting, right))
    }

    fn combine(&self, waiting: &Waiting<'a>, right: &'a Expr<'a>) -> &'a Expr<'a> {
        let Waiting { left, op, op_span, .. } = *waiting;
        let whole = left.span.to(right.span);
        match op.meaning() {
            Meaning::Binary(op) => {
                let height = above(right.height).max(match left.kind {
                    ExprKind::Binary { .. } => left.height,
                    _ => above(left.height),
                });
                self.expr(ExprKind::Binary { op, left, right, op_span }, whole, height)
            }
            Meaning::And => {
                self.expr(ExprKind::And(left, right), whole, above(left.height.max(right.height)))
            }
            Meaning::Or => self.expr(ExprKind::Or(left, right), whole, above(left.height.max(right.height))),
        }
    }

    pub(crate) fn ternary(
        &self,
        condition: &'a Expr<'a>,
        then: &'a Expr<'a>,
        otherwise: &'a Expr<'a>,
    ) -> &'a Expr<'a> {
        let height = above(condition.height.max(then.height).max(otherwise.height));
        let whole = condition.span.to(otherwise.span);
        self.expr(ExprKind::Ternary(condition, then, otherwise), whole, height)
    }

    pub(crate) fn assign(
        &self,
        op: AssignOp,
        target: &'a Expr<'a>,
        value: &'a Expr<'a>,
        l: Location,
        r: Location,
    ) -> &'a Expr<'a> {
        let target = match target.kind {
            _ if is_target(target) => target,
            ExprKind::And(left, right) if self.edition.assigns_to_last_operand() => {
                let right = self.assign(op, right, value, l, r);
                let height = above(left.height.max(right.height));
                return self.expr(ExprKind::And(left, right), left.span.to(right.span), height);
            }
            ExprKind::Or(left, right) if self.edition.assigns_to_last_operand() => {
                let right = self.assign(op, right, value, l, r);
                let height = above(left.height.max(right.height));
                return self.expr(ExprKind::Or(left, right), left.span.to(right.span), height);
            }
            ExprKind::Unary(unary_op, operand) if self.edition.assigns_to_last_operand() => {
                let operand = self.assign(op, operand, value, l, r);
                let whole = target.span.to(operand.span);
                return self.expr(ExprKind::Unary(unary_op, operand), whole, above(operand.height));
            }
            _ => self.not_a_target(target, span(l, r), codes::NOT_ASSIGNABLE, "can't assign expression"),
        };
        let height = above(target.height.max(value.height));
        self.expr(ExprKind::Assign(op, target, value), target.span.to(value.span), height)
    }

    pub(crate) fn postfix(
        &self,
        delta: Delta,
        target: &'a Expr<'a>,
        l: Location,
        r: Location,
    ) -> &'a Expr<'a> {
        self.inc_dec(delta, Fix::Post, target, span(l, r), to(target.span, r))
    }

    pub(crate) fn prefix(
        &self,
        delta: Delta,
        target: &'a Expr<'a>,
        l: Location,
        r: Location,
    ) -> &'a Expr<'a> {
        self.inc_dec(delta, Fix::Pre, target, span(l, r), from(l, target.span))
    }

    fn inc_dec(
        &self,
        delta: Delta,
        fix: Fix,
        target: &'a Expr<'a>,
        op_span: Span,
        whole: Span,
    ) -> &'a Expr<'a> {
        let title = "can't '++' or '--' an expression";
        let target = if is_target(target) {
            target
        } else {
            self.not_a_target(target, op_span, codes::NOT_INCREMENTABLE, title)
        };
        self.expr(ExprKind::IncDec { delta, fix, target }, whole, above(target.height))
    }

    pub(crate) fn delete(&self, target: &'a Expr<'a>, l: Location) -> &'a Expr<'a> {
        let target = if is_target(target) {
            target
        } else {
            let keyword = Span::new(l.offset, l.offset + "delete".len() as u32);
            self.not_a_target(target, keyword, codes::NOT_DELETABLE, "can't delete an expression")
        };
        self.expr(ExprKind::Delete(target), from(l, target.span), above(target.height))
    }

    /// Reports a wrong target at its operator, where the reference notices it.
    fn not_a_target(&self, target: &'a Expr<'a>, operator: Span, code: Code, title: &str) -> &'a Expr<'a> {
        let diagnostic = syntax_error::new(code, title, operator, "");
        self.report(syntax_error::with_label(diagnostic, target.span, "not a variable or a slot"));
        self.expr(ExprKind::Error, target.span, 0)
    }
}

impl Number {
    fn negated(self) -> Number {
        match self {
            Number::Int(value) => Number::Int(value.wrapping_neg()),
            Number::Float(value) => Number::Float(-value),
        }
    }
}

impl From<Number> for Scalar<'_> {
    fn from(number: Number) -> Self {
        match number {
            Number::Int(value) => Scalar::Int(value),
            Number::Float(value) => Scalar::Float(value),
        }
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

/// The height of a node that continues `object`. A chain of any length is as
/// high as its highest part.
fn postfix_height(object: &Expr<'_>, part: u16) -> u16 {
    let object_height = match object.kind {
        ExprKind::Member(..) | ExprKind::Index(..) | ExprKind::Call(..) | ExprKind::PostInit(..) => {
            object.height
        }
        _ => above(object.height),
    };
    object_height.max(above(part))
}

fn tallest(heights: impl Iterator<Item = u16>) -> u16 {
    heights.max().unwrap_or(0)
}

fn opt_height(expr: Option<&Expr<'_>>) -> u16 {
    expr.map_or(0, |expr| expr.height)
}

fn body_height(body: &[Stmt<'_>]) -> u16 {
    tallest(body.iter().map(|stmt| stmt.height))
}

fn slot_height(slot: &Slot<'_>) -> u16 {
    slot.key.height.max(slot.value.height)
}

fn slots_height(slots: &[Slot<'_>]) -> u16 {
    tallest(slots.iter().map(slot_height))
}
