//! Selections: `?:`, `&&` and `||`, which compute only some of their operands.

use super::Lowerer;
use super::condition::{When, truth};
use super::function::Register;
use crate::ast::{Expr, ExprKind};

impl<'a> Lowerer<'a> {
    /// `condition ? then : otherwise` for its value.
    pub(super) fn ternary(
        &mut self,
        condition: &'a Expr<'a>,
        then: &'a Expr<'a>,
        otherwise: &'a Expr<'a>,
        destination: Register,
    ) {
        let (is_false, end) = (self.function.new_label(), self.function.new_label());
        self.branch(condition, When::False, is_false);
        self.value(then, destination);
        self.function.jump(end);
        self.function.bind(is_false);
        self.value(otherwise, destination);
        self.function.bind(end);
    }

    /// `condition ? then : otherwise` for its effect.
    pub(super) fn ternary_effect(
        &mut self,
        condition: &'a Expr<'a>,
        then: &'a Expr<'a>,
        otherwise: &'a Expr<'a>,
    ) {
        let (is_false, end) = (self.function.new_label(), self.function.new_label());
        self.branch(condition, When::False, is_false);
        self.effect(then);
        self.function.jump(end);
        self.function.bind(is_false);
        self.effect(otherwise);
        self.function.bind(end);
    }

    /// `a && b` or `a || b` for its value, which is that of one operand.
    pub(super) fn short_circuit(&mut self, expr: &'a Expr<'a>, destination: Register) {
        let Some((left, right, decisive)) = operands(expr) else { return };
        let end = self.function.new_label();
        if let Some(value) = self.literal(left) {
            if decisive.is(value.is_true()) {
                self.load(value, destination);
                self.function.jump(end);
            }
            self.value(right, destination);
            return self.function.bind(end);
        }
        // `x = x && y` leaves `x` alone until the right operand is computed.
        if self.local_register(left) == Some(destination) {
            self.branch_comparison(truth(destination), decisive, end);
            self.value(right, destination);
            return self.function.bind(end);
        }
        let is_direct = destination >= self.function.top() || self.is_unaffected(right, destination);
        let result = if is_direct { destination } else { self.function.top() };
        self.value(left, result);
        self.branch_comparison(truth(result), decisive, end);
        self.value(right, result);
        self.function.bind(end);
        self.function.move_to(destination, result);
    }

    /// Whether an expression can be computed when a variable has been changed
    /// for it already: it neither reads the variable nor fails.
    fn is_unaffected(&self, expr: &'a Expr<'a>, variable: Register) -> bool {
        match self.local_register(expr) {
            Some(register) => register != variable,
            None => self.literal(expr).is_some(),
        }
    }

    /// `a && b` or `a || b` for its effect.
    pub(super) fn short_circuit_effect(&mut self, expr: &'a Expr<'a>) {
        let Some((left, right, decisive)) = operands(expr) else { return };
        let end = self.function.new_label();
        self.branch(left, decisive, end);
        self.effect(right);
        self.function.bind(end);
    }
}

/// Left and right operand, and the outcome of the left one that makes it the value.
fn operands<'a>(expr: &'a Expr<'a>) -> Option<(&'a Expr<'a>, &'a Expr<'a>, When)> {
    match expr.kind {
        ExprKind::And(left, right) => Some((left, right, When::False)),
        ExprKind::Or(left, right) => Some((left, right, When::True)),
        _ => None,
    }
}
