//! `=` in a condition, where `==` was most likely meant.

use super::context::Context;
use super::{Lint, and_help, warning};
use crate::ast::{AssignOp, Expr, ExprKind, Stmt, StmtKind, UnaryOp};
use crate::codes;

/// Says nothing about an assignment in parentheses of its own, `while ((x = y))`: that is how one says that
/// it is meant. Nor about the result of a call, `while (x = next())`: that is nearly always meant.
pub(super) struct AssignmentInCondition;

impl<'a> Lint<'a> for AssignmentInCondition {
    fn stmt(&mut self, context: &mut Context<'a, '_>, stmt: &'a Stmt<'a>) {
        match stmt.kind {
            StmtKind::If(condition, ..) | StmtKind::While(condition, _) | StmtKind::DoWhile(_, condition) => {
                check(context, condition);
            }
            StmtKind::For { condition: Some(condition), .. } => check(context, condition),
            _ => {}
        }
    }

    fn expr(&mut self, context: &mut Context<'a, '_>, expr: &'a Expr<'a>) {
        if let ExprKind::Ternary(condition, ..) = expr.kind {
            check(context, condition);
        }
    }
}

/// Looks at the parts of a condition that are tested themselves.
fn check<'a>(context: &mut Context<'a, '_>, condition: &'a Expr<'a>) {
    match condition.kind {
        ExprKind::And(left, right) | ExprKind::Or(left, right) => {
            check(context, left);
            check(context, right);
        }
        ExprKind::Unary(UnaryOp::Not, operand) => check(context, operand),
        ExprKind::Assign(AssignOp::Set, target, value) => {
            let is_meant = context.source.get(condition.span.start as usize) == Some(&b'(');
            // What is always true or false is no test, parentheses or not.
            let is_step = matches!(value.kind, ExprKind::Call(..) | ExprKind::Unary(UnaryOp::Resume, _));
            if is_step || (is_meant && !is_literal(value)) {
                return;
            }
            let title = "an assignment is used as a condition";
            let found = warning(
                codes::ASSIGNMENT_IN_CONDITION,
                title,
                condition.span,
                "assigns, and tests the value",
            );
            let target = context.text(target.span);
            context.report(match is_literal(value) {
                true => and_help(found, format!("compare with `{target} == …`")),
                false => and_help(
                    found,
                    "compare with `==`, or put the assignment in parentheses of its own if it is meant",
                ),
            });
        }
        _ => {}
    }
}

fn is_literal(expr: &Expr<'_>) -> bool {
    use ExprKind::{Bool, Float, Int, Null, Str};
    matches!(expr.kind, Null | Bool(_) | Int(_) | Float(_) | Str(_))
}
