//! Results of array methods that are `null` on an imp.

use super::context::{Binding, Context};
use super::{Lint, and_help, text, warning};
use crate::ast::{Expr, ExprKind, Stmt, StmtKind};
use crate::codes;
use hashbrown::HashSet;

/// Methods that change the array and return nothing.
const METHODS: [&[u8]; 8] =
    [b"append", b"push", b"extend", b"insert", b"resize", b"reverse", b"sort", b"clear"];

/// Only for variables that begin as an array: other objects have methods of these names, too.
#[derive(Default)]
pub(super) struct NullResult {
    /// Places of the names of variables that begin as an array.
    arrays: HashSet<u32>,
}

impl<'a> Lint<'a> for NullResult {
    fn stmt(&mut self, context: &mut Context<'a, '_>, stmt: &'a Stmt<'a>) {
        match stmt.kind {
            StmtKind::Local(list) => {
                for (name, value) in list {
                    let Some(value) = value else { continue };
                    self.check(context, value);
                    if is_array(value) {
                        self.arrays.insert(name.span.start);
                    }
                }
            }
            StmtKind::Foreach { container, .. } => self.check(context, container),
            _ => {}
        }
    }

    fn expr(&mut self, context: &mut Context<'a, '_>, expr: &'a Expr<'a>) {
        match expr.kind {
            ExprKind::Assign(_, _, value) => self.check(context, value),
            ExprKind::Member(object, _) | ExprKind::Index(object, _) => self.check(context, object),
            ExprKind::Binary { left, right, .. } => {
                self.check(context, left);
                self.check(context, right);
            }
            _ => {}
        }
    }
}

impl NullResult {
    /// Looks at a value that is used.
    fn check<'a>(&self, context: &mut Context<'a, '_>, value: &'a Expr<'a>) {
        let ExprKind::Call(callee, _) = value.kind else { return };
        let ExprKind::Member(object, method) = callee.kind else { return };
        if METHODS.contains(&method.name) && self.is_known_array(context, object) {
            let title = format!("`{}` returns null", text(method.name));
            let found = warning(codes::NULL_RESULT, title, method.span, "changes the array itself");
            context.report(and_help(found, "use the array on a line of its own after the call"));
        }
    }

    fn is_known_array(&self, context: &Context<'_, '_>, object: &Expr<'_>) -> bool {
        match object.kind {
            ExprKind::Name(name) => match context.resolve(name) {
                Binding::Local(index) => self.arrays.contains(&context.locals[index].name.span.start),
                Binding::Constant | Binding::Slot => false,
            },
            _ => is_array(object),
        }
    }
}

/// Whether an expression makes an array.
fn is_array(expr: &Expr<'_>) -> bool {
    match expr.kind {
        ExprKind::Array(_) => true,
        ExprKind::Call(callee, _) => matches!(callee.kind, ExprKind::Name(b"array" | b"split")),
        _ => false,
    }
}
