//! Expressions that are the same twice: `a = a` and `a == a`.

use super::context::Context;
use super::{Lint, and_help, warning};
use crate::ast::{AssignOp, BinaryOp, Expr, ExprKind};
use crate::codes;

/// Whether two expressions are written alike and have the same value each time, as far as one can see:
/// names, members and literals.
pub(super) fn are_same<'a>(mut left: &'a Expr<'a>, mut right: &'a Expr<'a>) -> bool {
    loop {
        match (left.kind, right.kind) {
            (ExprKind::Member(object, name), ExprKind::Member(other, other_name))
                if name.name == other_name.name =>
            {
                (left, right) = (object, other);
            }
            (ExprKind::Index(object, key), ExprKind::Index(other, other_key))
                if are_same_atoms(key, other_key) =>
            {
                (left, right) = (object, other);
            }
            _ => return are_same_atoms(left, right),
        }
    }
}

fn are_same_atoms(left: &Expr<'_>, right: &Expr<'_>) -> bool {
    match (left.kind, right.kind) {
        (ExprKind::Name(name), ExprKind::Name(other)) => name == other,
        (ExprKind::RootSlot(name), ExprKind::RootSlot(other)) => name.name == other.name,
        (ExprKind::This, ExprKind::This) | (ExprKind::Null, ExprKind::Null) => true,
        (ExprKind::Int(value), ExprKind::Int(other)) => value == other,
        (ExprKind::Bool(value), ExprKind::Bool(other)) => value == other,
        (ExprKind::Str(value), ExprKind::Str(other)) => value == other,
        (ExprKind::Float(value), ExprKind::Float(other)) => value.to_bits() == other.to_bits(),
        _ => false,
    }
}

/// Whether it is a variable or a slot rather than a literal.
pub(super) fn is_place(expr: &Expr<'_>) -> bool {
    matches!(
        expr.kind,
        ExprKind::Name(_) | ExprKind::RootSlot(_) | ExprKind::Member(..) | ExprKind::Index(..)
    )
}

pub(super) struct SelfAssignment;

impl<'a> Lint<'a> for SelfAssignment {
    fn expr(&mut self, context: &mut Context<'a, '_>, expr: &'a Expr<'a>) {
        if let ExprKind::Assign(AssignOp::Set, target, value) = expr.kind
            && is_place(target)
            && are_same(target, value)
        {
            let title = format!("`{}` is assigned to itself", context.text(target.span));
            let found = warning(codes::SELF_ASSIGNMENT, title, expr.span, "changes nothing");
            context.report(match target.kind {
                ExprKind::Name(name) => {
                    let name = super::text(name);
                    and_help(found, format!("write `this.{name} = {name}` if a slot is meant"))
                }
                _ => found,
            });
        }
    }
}

pub(super) struct SelfComparison;

impl<'a> Lint<'a> for SelfComparison {
    fn expr(&mut self, context: &mut Context<'a, '_>, expr: &'a Expr<'a>) {
        if let ExprKind::Binary { op, left, right, op_span } = expr.kind
            && is_comparison(op)
            && is_place(left)
            && are_same(left, right)
        {
            let title = format!("`{}` is compared with itself", context.text(left.span));
            context.report(warning(codes::SELF_COMPARISON, title, op_span, "both sides are the same"));
        }
    }
}

fn is_comparison(op: BinaryOp) -> bool {
    use BinaryOp::{Cmp, Eq, Ge, Gt, Le, Lt, Ne};
    matches!(op, Eq | Ne | Lt | Le | Gt | Ge | Cmp)
}
