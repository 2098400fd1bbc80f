//! Things that are there twice, of which only one can have an effect.

use super::context::Context;
use super::{Lint, and_label, warning};
use crate::ast::{Expr, ExprKind, Slot, Span, Stmt, StmtKind};
use crate::codes;
use crate::visit::Scope;
use hashbrown::{HashMap, HashSet};

/// Slots of a table, members of a class or of an enum with the same name.
pub(super) struct DuplicateKey;

impl<'a> Lint<'a> for DuplicateKey {
    fn open(&mut self, context: &mut Context<'a, '_>, scope: Scope<'a>) {
        match scope {
            Scope::Table(slots) => check_slots(context, slots.iter()),
            Scope::Class(class) => check_slots(context, class.members.iter().map(|member| &member.slot)),
            _ => {}
        }
    }

    fn stmt(&mut self, context: &mut Context<'a, '_>, stmt: &'a Stmt<'a>) {
        if let StmtKind::Enum(_, members) = stmt.kind {
            let keys = members.iter().map(|(name, _)| (Key::Text(name.name), name.span));
            check_keys(context, keys);
        }
    }
}

/// A key that is known before the program runs. An integer and a string are different keys.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Key<'a> {
    Text(&'a [u8]),
    Int(i32),
    Bool(bool),
}

fn check_slots<'a>(context: &mut Context<'a, '_>, slots: impl Iterator<Item = &'a Slot<'a>>) {
    let keys = slots.filter_map(|slot| {
        let key = match slot.key.kind {
            ExprKind::Str(text) => Key::Text(text),
            ExprKind::Int(value) => Key::Int(value),
            ExprKind::Bool(value) => Key::Bool(value),
            _ => return None,
        };
        Some((key, slot.key.span))
    });
    check_keys(context, keys);
}

fn check_keys<'a>(context: &mut Context<'a, '_>, keys: impl Iterator<Item = (Key<'a>, Span)>) {
    let mut first_places = HashMap::new();
    for (key, span) in keys {
        if let Some(first) = first_places.insert(key, span) {
            let title = format!("`{}` is there twice", context.text(span).trim_matches('"'));
            let found = warning(codes::DUPLICATE_KEY, title, span, "replaces the first one");
            context.report(and_label(found, first, "first here"));
        }
    }
}

/// Branches of an `if` chain, or cases of a `switch`, with the same condition.
#[derive(Default)]
pub(super) struct DuplicateCondition {
    /// Places of the `else if`s of chains that have been looked at.
    seen: HashSet<u32>,
}

impl<'a> Lint<'a> for DuplicateCondition {
    fn stmt(&mut self, context: &mut Context<'a, '_>, stmt: &'a Stmt<'a>) {
        match stmt.kind {
            StmtKind::If(..) if !self.seen.remove(&stmt.span.start) => {
                let conditions = self.chain(stmt);
                check_conditions(context, &conditions);
            }
            StmtKind::Switch { cases, .. } => {
                let values: Vec<&Expr> = cases.iter().map(|(value, _)| *value).collect();
                check_conditions(context, &values);
            }
            _ => {}
        }
    }
}

impl DuplicateCondition {
    /// The conditions of an `if` and of the `else if`s that follow it.
    fn chain<'a>(&mut self, first: &'a Stmt<'a>) -> Vec<&'a Expr<'a>> {
        let mut conditions = Vec::new();
        let mut next = Some(first);
        while let Some(Stmt { kind: StmtKind::If(condition, _, otherwise), span, .. }) = next {
            if !conditions.is_empty() {
                self.seen.insert(span.start);
            }
            conditions.push(*condition);
            next = *otherwise;
        }
        conditions
    }
}

fn check_conditions<'a>(context: &mut Context<'a, '_>, conditions: &[&'a Expr<'a>]) {
    if conditions.len() < 2 {
        return;
    }
    let mut first_places = HashMap::new();
    for condition in conditions.iter().filter(|condition| is_repeatable(condition)) {
        let text = context.text(condition.span);
        if let Some(first) = first_places.insert(text, condition.span) {
            let title = "this condition has been tested already";
            let found =
                warning(codes::DUPLICATE_CONDITION, title, condition.span, "its branch is never taken");
            context.report(and_label(found, first, "tested here"));
        }
    }
}

/// Whether an expression has the same value when it is evaluated again, with nothing in between.
fn is_repeatable(expr: &Expr<'_>) -> bool {
    let mut left = vec![expr];
    while let Some(expr) = left.pop() {
        match expr.kind {
            ExprKind::Binary { left: first, right, .. }
            | ExprKind::And(first, right)
            | ExprKind::Or(first, right) => {
                left.extend([first, right]);
            }
            ExprKind::Index(object, key) => left.extend([object, key]),
            ExprKind::Unary(op, inner) if op != crate::ast::UnaryOp::Resume => left.push(inner),
            ExprKind::Member(inner, _) | ExprKind::Paren(inner) => left.push(inner),
            ExprKind::Null
            | ExprKind::Bool(_)
            | ExprKind::Int(_)
            | ExprKind::Float(_)
            | ExprKind::Str(_)
            | ExprKind::This
            | ExprKind::Name(_)
            | ExprKind::RootSlot(_) => {}
            _ => return false,
        }
    }
    true
}
