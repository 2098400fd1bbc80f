//! Statements.

use super::{
    ClassParts, ENDS_STATEMENT, List, Parameters, Statement, Tree, above, from, is_target, opt_height, span,
    tallest,
};
use crate::ast::{Body, Expr, ExprKind, Ident, Scalar, Stmt, StmtKind};
use crate::codes;
use crate::edition::Syntax;
use crate::token::{Context, Location};

/// Where a branch of an `if` may end in the editions where a `}` is not enough.
const ENDS_BRANCH: Context =
    Context::ON_NEW_LINE.with(Context::AT_CLOSE).with(Context::AT_SEMICOLON).with(Context::AFTER_SEMICOLON);

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
        Statement::unterminated(self.stmt(StmtKind::Block(self.finish(body)), span(l, r), height))
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
        cases: List<'a, (&'a Expr<'a>, &'a [&'a Stmt<'a>])>,
        default: Option<List<'a, &'a Stmt<'a>>>,
        l: Location,
        r: Location,
    ) -> Statement<'a> {
        let default = default.map(|body| self.finish(body));
        let case_height = |(value, body): (&Expr<'a>, &[&'a Stmt<'a>])| value.height.max(body_height(body));
        let height =
            subject.height.max(tallest(cases.iter().map(case_height))).max(default.map_or(0, body_height));
        let kind = StmtKind::Switch { subject, cases: self.finish(cases), default };
        Statement::unterminated(self.stmt(kind, span(l, r), above(height)))
    }

    pub(crate) fn if_then(&self, condition: &'a Expr<'a>, then: Statement<'a>, l: Location) -> Statement<'a> {
        self.check_then(then, self.next.get());
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
        l: Location,
    ) -> Statement<'a> {
        self.check_then(then, middle);
        let allowed = if self.edition.else_ends_branch() { ENDS_BRANCH } else { ENDS_STATEMENT };
        self.check_end(otherwise, self.next.get(), allowed);
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
        let bodies = self.arena.alloc_slice_copy(&[body.node, handler.node]);
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

fn body_height(body: &[&Stmt<'_>]) -> u16 {
    tallest(body.iter().map(|stmt| stmt.height))
}
