//! Generators: functions that contain `yield`.

use crate::ast::{Body, Function, Stmt, StmtKind};

/// Whether calls of a function make generators. This has to be known before
/// its code is emitted, as a generator has no tail calls.
pub(super) fn is_generator(function: &Function) -> bool {
    match function.body {
        Body::Stmt(body) => has_yield(body),
        Body::Expr(_) => false,
    }
}

/// Whether one of the statements contains `yield`.
pub(super) fn any_has_yield(statements: &[&Stmt]) -> bool {
    statements.iter().copied().any(has_yield)
}

fn has_yield(statement: &Stmt) -> bool {
    match statement.kind {
        StmtKind::Yield(_) => true,
        StmtKind::Block(statements) => any_has_yield(statements),
        StmtKind::If(_, then, otherwise) => branches_have_yield(then, otherwise),
        StmtKind::While(_, body)
        | StmtKind::DoWhile(body, _)
        | StmtKind::For { body, .. }
        | StmtKind::Foreach { body, .. } => has_yield(body),
        StmtKind::Switch { cases, default, .. } => {
            cases.iter().any(|(_, body)| any_has_yield(body)) || default.is_some_and(any_has_yield)
        }
        StmtKind::Try(body, _, handler) => has_yield(body) || has_yield(handler),
        _ => false,
    }
}

/// The same for an `if` with any number of `else if`.
fn branches_have_yield<'a>(mut then: &'a Stmt<'a>, mut otherwise: Option<&'a Stmt<'a>>) -> bool {
    while let Some(Stmt { kind: StmtKind::If(_, next_then, next_otherwise), .. }) = otherwise {
        if has_yield(then) {
            return true;
        }
        (then, otherwise) = (next_then, *next_otherwise);
    }
    has_yield(then) || otherwise.is_some_and(has_yield)
}
