//! Statements that do nothing: those that are never reached, and values that
//! nobody uses.

use super::context::Context;
use super::{Lint, and_help, and_label, warning};
use crate::ast::{BinaryOp, Expr, ExprKind, Span, Stmt, StmtKind};
use crate::codes;

pub(super) struct UnreachableCode;

impl<'a> Lint<'a> for UnreachableCode {
    fn statements(&mut self, context: &mut Context<'a, '_>, list: &'a [&'a Stmt<'a>]) {
        let Some(position) = list.iter().copied().position(ends_here) else { return };
        // A `break` after `return` is the habit of those who end every case with one.
        let rest = list[position + 1..].iter();
        let mut rest = rest.filter(|stmt| !matches!(stmt.kind, StmtKind::Empty | StmtKind::Break));
        if let Some(first) = rest.next() {
            let title = "this code is never reached";
            let found = warning(codes::UNREACHABLE_CODE, title, head(first), "never reached");
            context.report(and_label(found, head(list[position]), "nothing after this is executed"));
        }
    }
}

/// Whether nothing after a statement is executed.
pub(super) fn ends_here(stmt: &Stmt<'_>) -> bool {
    let mut stmt = *stmt;
    loop {
        match stmt.kind {
            StmtKind::Return(_) | StmtKind::Throw(_) | StmtKind::Break | StmtKind::Continue => return true,
            StmtKind::Block(list) => return list.iter().copied().any(ends_here),
            StmtKind::If(_, then, Some(otherwise)) => {
                if !ends_here(then) {
                    return false;
                }
                stmt = *otherwise;
            }
            _ => return false,
        }
    }
}

/// The place of a statement, at most as long as a word or two.
fn head(stmt: &Stmt<'_>) -> Span {
    Span::new(stmt.span.start, stmt.span.end.min(stmt.span.start + 60))
}

#[derive(Default)]
pub(super) struct NoEffect {
    /// Where the head of a `for` begins that is about to be walked: `for (i; …)` is a habit of some.
    head: Option<u32>,
}

impl<'a> Lint<'a> for NoEffect {
    fn stmt(&mut self, context: &mut Context<'a, '_>, stmt: &'a Stmt<'a>) {
        let is_head = self.head.take() == Some(stmt.span.start);
        if let StmtKind::For { init: Some(init), .. } = stmt.kind {
            self.head = Some(init.span.start);
        }
        let StmtKind::Expr(expr) = stmt.kind else { return };
        if is_head {
            return;
        }
        let Some(what) = useless(expr) else { return };
        let found =
            warning(codes::NO_EFFECT, format!("{what} has no effect"), expr.span, "its value is not used");
        context.report(match expr.kind {
            ExprKind::Binary { op: BinaryOp::Eq, .. } => and_help(found, "assign with `=`"),
            ExprKind::Binary { op: BinaryOp::Lt, right, .. }
                if matches!(right.kind, ExprKind::Unary(..) | ExprKind::Int(_)) =>
            {
                and_help(found, "create a slot with `<-`, without a blank between `<` and `-`")
            }
            ExprKind::Name(_) | ExprKind::Member(..) => and_help(found, "add `()` to call it"),
            _ => found,
        });
    }
}

/// What an expression is called, if evaluating it does nothing.
fn useless(expr: &Expr<'_>) -> Option<&'static str> {
    Some(match expr.kind {
        ExprKind::Binary { op: BinaryOp::Eq | BinaryOp::Ne, .. } => "this comparison",
        ExprKind::Binary { op: BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge, .. } => {
            "this comparison"
        }
        ExprKind::Binary { op: BinaryOp::In | BinaryOp::Instanceof, .. } => "this test",
        ExprKind::Name(_) | ExprKind::Member(..) => "this name alone",
        ExprKind::Function(_) => "this function, which is not called,",
        ExprKind::Null | ExprKind::Bool(_) | ExprKind::Int(_) | ExprKind::Float(_) => "this value",
        _ => return None,
    })
}
