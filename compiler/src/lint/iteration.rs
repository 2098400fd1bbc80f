//! Arrays that change while a `foreach` goes over them.

use super::context::Context;
use super::same::are_same;
use super::statements::ends_here;
use super::{Lint, and_help, and_label, warning};
use crate::ast::{Expr, ExprKind, Ident, Stmt, StmtKind};
use crate::codes;
use crate::visit::{self, Visitor};

/// Removing an element moves the ones behind it, so that the next one is skipped. That is meant only if
/// the loop ends there.
pub(super) struct ChangedWhileIterated;

impl<'a> Lint<'a> for ChangedWhileIterated {
    fn stmt(&mut self, context: &mut Context<'a, '_>, stmt: &'a Stmt<'a>) {
        let StmtKind::Foreach { container, body, .. } = &stmt.kind else { return };
        let mut changes = Changes { container, found: None };
        visit::walk_statements(std::slice::from_ref(body), &mut changes);
        if let Some(method) = changes.found {
            let title = format!("`{}` changes while the loop goes over it", context.text(container.span));
            let found =
                warning(codes::CHANGED_WHILE_ITERATED, title, method.span, "moves the elements behind it");
            let found = and_label(found, container.span, "iterated here");
            context.report(and_help(found, "collect what is to be removed, or count down with `for`"));
        }
    }
}

struct Changes<'a> {
    container: &'a Expr<'a>,
    found: Option<Ident<'a>>,
}

impl<'a> Visitor<'a> for Changes<'a> {
    fn statements(&mut self, list: &'a [&'a Stmt<'a>]) {
        for (position, stmt) in list.iter().enumerate() {
            if let Some(method) = change(self.container, stmt)
                && !list[position..].iter().copied().any(ends_here)
            {
                self.found.get_or_insert(method);
            }
        }
    }
}

/// The method with which a statement changes an array.
fn change<'a>(array: &'a Expr<'a>, stmt: &'a Stmt<'a>) -> Option<Ident<'a>> {
    let value = match stmt.kind {
        StmtKind::Expr(expr) => match expr.kind {
            ExprKind::Assign(_, _, value) => value,
            _ => expr,
        },
        StmtKind::Local([(_, Some(value))]) => value,
        _ => return None,
    };
    match value.kind {
        ExprKind::Call(Expr { kind: ExprKind::Member(object, method), .. }, [_, ..])
            if matches!(method.name, b"remove" | b"insert") && are_same(object, array) =>
        {
            Some(*method)
        }
        _ => None,
    }
}
