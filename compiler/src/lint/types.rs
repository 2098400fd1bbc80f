//! Comparisons of `typeof` with a text that is no name of a type.

use super::context::Context;
use super::{Lint, and_help, warning};
use crate::ast::{BinaryOp, Expr, ExprKind, Stmt, StmtKind, UnaryOp};
use crate::codes;

/// Texts that other languages use, and what is meant. Classes may have names of their own for `typeof`, so
/// that not every unknown text is a mistake.
const MISTAKEN: &[(&str, &str)] = &[
    ("int", "integer"),
    ("Int", "integer"),
    ("Integer", "integer"),
    ("number", "integer` or `float"),
    ("Number", "integer` or `float"),
    ("double", "float"),
    ("Float", "float"),
    ("boolean", "bool"),
    ("Boolean", "bool"),
    ("Bool", "bool"),
    ("str", "string"),
    ("String", "string"),
    ("char", "integer"),
    ("Table", "table"),
    ("object", "table` or `instance"),
    ("Object", "table` or `instance"),
    ("dict", "table"),
    ("Array", "array"),
    ("list", "array"),
    ("func", "function"),
    ("Function", "function"),
    ("closure", "function"),
    ("nil", "null"),
    ("none", "null"),
    ("undefined", "null"),
    ("Null", "null"),
    ("NULL", "null"),
    ("Class", "class"),
    ("Instance", "instance"),
    ("Blob", "blob"),
];

pub(super) struct ImpossibleType;

impl<'a> Lint<'a> for ImpossibleType {
    fn expr(&mut self, context: &mut Context<'a, '_>, expr: &'a Expr<'a>) {
        if let ExprKind::Binary { op: BinaryOp::Eq | BinaryOp::Ne, left, right, .. } = expr.kind {
            if is_type(left) {
                check(context, right);
            } else if is_type(right) {
                check(context, left);
            }
        }
    }

    fn stmt(&mut self, context: &mut Context<'a, '_>, stmt: &'a Stmt<'a>) {
        if let StmtKind::Switch { subject, cases, .. } = stmt.kind
            && is_type(subject)
        {
            cases.iter().for_each(|(value, _)| check(context, value));
        }
    }
}

/// `typeof x` or `type(x)`
fn is_type(expr: &Expr<'_>) -> bool {
    match expr.kind {
        ExprKind::Unary(UnaryOp::Typeof, _) => true,
        ExprKind::Call(callee, [_]) => matches!(callee.kind, ExprKind::Name(b"type")),
        _ => false,
    }
}

fn check<'a>(context: &mut Context<'a, '_>, value: &'a Expr<'a>) {
    let ExprKind::Str(bytes) = value.kind else { return };
    let known = MISTAKEN.iter().find(|(mistaken, _)| mistaken.as_bytes() == bytes);
    if let Some((mistaken, meant)) = known
        && !context.facts.is_own_type_name(bytes)
    {
        let title = format!("no type is called `{mistaken}`");
        let found = warning(codes::IMPOSSIBLE_TYPE, title, value.span, "never equal");
        context.report(and_help(found, format!("write `{meant}`")));
    }
}
