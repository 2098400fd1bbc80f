//! Expressions as conditions: jumps instead of values.

use super::Lowering;
use super::assemble::Label;
use crate::ast::{BinaryOp, Expr, ExprKind, UnaryOp};
use tamias_bytecode::op::Op;

/// Which outcome of a condition jumps.
#[derive(Clone, Copy, PartialEq, Eq)]
enum When {
    True,
    False,
}

impl When {
    fn opposite(self) -> When {
        if self == When::True { When::False } else { When::True }
    }
}

/// The branches for a comparison: register, immediate.
fn branches(op: BinaryOp, when: When) -> Option<(Op, Op)> {
    Some(match (op, when) {
        (BinaryOp::Eq, When::True) | (BinaryOp::Ne, When::False) => (Op::JEq, Op::JEqImm),
        (BinaryOp::Ne, When::True) | (BinaryOp::Eq, When::False) => (Op::JNe, Op::JNeImm),
        (BinaryOp::Lt, When::True) => (Op::JLt, Op::JLtImm),
        (BinaryOp::Lt, When::False) => (Op::JNotLt, Op::JNotLtImm),
        (BinaryOp::Le, When::True) => (Op::JLe, Op::JLeImm),
        (BinaryOp::Le, When::False) => (Op::JNotLe, Op::JNotLeImm),
        (BinaryOp::Gt, When::True) => (Op::JGt, Op::JGtImm),
        (BinaryOp::Gt, When::False) => (Op::JNotGt, Op::JNotGtImm),
        (BinaryOp::Ge, When::True) => (Op::JGe, Op::JGeImm),
        (BinaryOp::Ge, When::False) => (Op::JNotGe, Op::JNotGeImm),
        _ => return None,
    })
}

impl<'s> Lowering<'s> {
    /// Jumps if the expression is true.
    pub(super) fn jump_if(&mut self, expr: &Expr<'s>, label: Label) {
        self.jump_when(expr, When::True, label);
    }

    /// Jumps if the expression is false.
    pub(super) fn jump_unless(&mut self, expr: &Expr<'s>, label: Label) {
        self.jump_when(expr, When::False, label);
    }

    fn jump_when(&mut self, expr: &Expr<'s>, when: When, label: Label) {
        let free = self.f().free();
        match expr.kind {
            ExprKind::Unary(UnaryOp::Not, operand) => self.jump_when(operand, when.opposite(), label),
            ExprKind::And(left, right) => self.jump_logical(left, right, When::False, when, label),
            ExprKind::Or(left, right) => self.jump_logical(left, right, When::True, when, label),
            ExprKind::Binary { op, left, right, op_span } => match branches(op, when) {
                Some((with_register, with_immediate)) => {
                    let left = self.expr_any(left);
                    self.compare_and_jump(left, right, op, (with_register, with_immediate), op_span, label);
                }
                None => self.jump_on_value(expr, when, label),
            },
            ExprKind::Paren(inner) => self.jump_when(inner, when, label),
            ExprKind::Null => self.jump_on_constant(false, when, label),
            ExprKind::Bool(truth) => self.jump_on_constant(truth, when, label),
            ExprKind::Int(number) => self.jump_on_constant(number != 0, when, label),
            ExprKind::Comma(list) => {
                if let Some((last, before)) = list.split_last() {
                    for expr in before {
                        self.expr_discard(expr);
                    }
                    self.jump_when(last, when, label);
                }
            }
            _ => self.jump_on_value(expr, when, label),
        }
        self.f().release_to(free);
    }

    /// `decisive` is the outcome of the left operand that decides the whole expression.
    fn jump_logical(&mut self, left: &Expr<'s>, right: &Expr<'s>, decisive: When, when: When, label: Label) {
        if when == decisive {
            self.jump_when(left, when, label);
            self.jump_when(right, when, label);
        } else {
            let skip = self.f().new_label();
            self.jump_when(left, decisive, skip);
            self.jump_when(right, when, label);
            self.f().place(skip);
        }
    }

    /// Compares a register with an expression.
    pub(super) fn compare_and_jump(
        &mut self,
        left: u8,
        right: &Expr<'s>,
        op: BinaryOp,
        (with_register, with_immediate): (Op, Op),
        span: crate::ast::Span,
        label: Label,
    ) {
        let is_equality = matches!(op, BinaryOp::Eq | BinaryOp::Ne);
        match right.kind {
            ExprKind::Int(number) if i8::try_from(number).is_ok() => {
                self.set_position(span);
                self.f().emit_jump(with_immediate, left, number as u8, label);
                return;
            }
            ExprKind::Null if is_equality => {
                let op = if with_register == Op::JEq { Op::JNull } else { Op::JNotNull };
                self.f().emit_jump(op, left, 0, label);
                return;
            }
            ExprKind::Str(text) if is_equality => {
                if let Some(constant) = self.short_string_constant(text) {
                    let op = if with_register == Op::JEq { Op::JEqStr } else { Op::JNeStr };
                    self.f().emit_jump(op, left, constant, label);
                    return;
                }
            }
            _ => {}
        }
        let right = self.expr_any(right);
        self.set_position(span);
        self.f().emit_jump(with_register, left, right, label);
    }

    /// Jumps if a register equals the value of an expression.
    pub(super) fn jump_if_equal(&mut self, left: u8, right: &Expr<'s>, label: Label) {
        let free = self.f().free();
        self.compare_and_jump(left, right, BinaryOp::Eq, (Op::JEq, Op::JEqImm), right.span, label);
        self.f().release_to(free);
    }

    fn jump_on_constant(&mut self, truth: bool, when: When, label: Label) {
        if truth == (when == When::True) {
            self.f().jump(label);
        }
    }

    fn jump_on_value(&mut self, expr: &Expr<'s>, when: When, label: Label) {
        let value = self.expr_any(expr);
        self.set_position(expr.span);
        let op = if when == When::True { Op::JTrue } else { Op::JFalse };
        self.f().emit_jump(op, value, 0, label);
    }
}
