//! Operators that bind otherwise than they read.

use super::context::Context;
use super::{Lint, and_help, warning};
use crate::ast::{BinaryOp, Expr, ExprKind, UnaryOp};
use crate::codes;

/// Only where the result cannot be meant: bits of a truth value, or membership in one.
pub(super) struct MisleadingPrecedence;

impl<'a> Lint<'a> for MisleadingPrecedence {
    fn expr(&mut self, context: &mut Context<'a, '_>, expr: &'a Expr<'a>) {
        let ExprKind::Binary { op, left, right, op_span } = expr.kind else { return };
        let text = |part: &Expr<'a>| context.text(part.span);
        let Some((grouping, meant)) = misread(context, op, left, right) else { return };
        let grouping = match grouping {
            Grouping::Left => format!("({}) {} {}", text(left), context.text(op_span), text(right)),
            Grouping::Right => format!("{} {} ({})", text(left), context.text(op_span), text(right)),
        };
        let title = format!("`{}` binds otherwise than it reads", context.text(op_span));
        let found = warning(codes::MISLEADING_PRECEDENCE, title, op_span, format!("means `{grouping}`"));
        context.report(and_help(found, format!("write `{meant}`")));
    }
}

enum Grouping {
    Left,
    Right,
}

/// How an operation is grouped, and what was most likely meant.
fn misread<'a>(
    context: &Context<'a, '_>,
    op: BinaryOp,
    left: &'a Expr<'a>,
    right: &'a Expr<'a>,
) -> Option<(Grouping, String)> {
    let is_bare = |part: &Expr<'a>| {
        context.source.get(part.span.start as usize) != Some(&b'(') || !text_is_group(context, part)
    };
    let text = |part: &Expr<'a>| context.text(part.span);
    match op {
        BinaryOp::In | BinaryOp::Instanceof => match (left.kind, right.kind) {
            (ExprKind::Unary(UnaryOp::Not, operand), _) if is_bare(left) => {
                let word = if op == BinaryOp::In { "in" } else { "instanceof" };
                Some((Grouping::Left, format!("!({} {word} {})", text(operand), text(right))))
            }
            (_, ExprKind::Binary { op: BinaryOp::Eq | BinaryOp::Ne, left: inner, right: outer, op_span })
                if is_bare(right) =>
            {
                let word = if op == BinaryOp::In { "in" } else { "instanceof" };
                let compared = context.text(op_span);
                Some((
                    Grouping::Right,
                    format!("({} {word} {}) {compared} {}", text(left), text(inner), text(outer)),
                ))
            }
            _ => None,
        },
        BinaryOp::BitAnd | BinaryOp::BitOr | BinaryOp::BitXor => {
            let sign = match op {
                BinaryOp::BitAnd => "&",
                BinaryOp::BitOr => "|",
                _ => "^",
            };
            if let ExprKind::Binary { op: inner_op, left: inner, right: outer, op_span } = right.kind
                && is_comparison(inner_op)
                && is_bare(right)
            {
                let compared = context.text(op_span);
                return Some((
                    Grouping::Right,
                    format!("({} {sign} {}) {compared} {}", text(left), text(inner), text(outer)),
                ));
            }
            if let ExprKind::Binary { op: inner_op, left: outer, right: inner, op_span } = left.kind
                && is_comparison(inner_op)
                && is_bare(left)
            {
                let compared = context.text(op_span);
                return Some((
                    Grouping::Left,
                    format!("{} {compared} ({} {sign} {})", text(outer), text(inner), text(right)),
                ));
            }
            None
        }
        _ => None,
    }
}

/// Whether the parenthesis at the beginning of an expression closes at its end: `(a) == b` is no group.
fn text_is_group(context: &Context<'_, '_>, part: &Expr<'_>) -> bool {
    let bytes = context.text(part.span).as_bytes();
    let mut depth = 0i32;
    for (position, byte) in bytes.iter().enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return position + 1 == bytes.len();
        }
    }
    false
}

fn is_comparison(op: BinaryOp) -> bool {
    use BinaryOp::{Eq, Ge, Gt, Le, Lt, Ne};
    matches!(op, Eq | Ne | Lt | Le | Gt | Ge)
}
