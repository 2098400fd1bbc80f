//! Constant folding: operations on literals that are done at compile time.
//!
//! Only what can neither fail nor give different results in different editions
//! or on different machines is folded: no division by zero, no shift by 32, no
//! remainder of floats, nothing that gives NaN.

use super::constants::Literal;
use crate::ast::{BinaryOp, UnaryOp};

/// The value of `left op right`.
pub(super) fn binary<'a>(op: BinaryOp, left: Literal<'a>, right: Literal<'a>) -> Option<Literal<'a>> {
    match (left, right) {
        (Literal::Int(left), Literal::Int(right)) => {
            int(op, left, right).map(Literal::Int).or_else(|| relation(op, left, right).map(Literal::Bool))
        }
        (Literal::Float(left), Literal::Float(right)) => float(op, left, right),
        (Literal::Int(left), Literal::Float(right)) => float(op, left as f32, right),
        (Literal::Float(left), Literal::Int(right)) => float(op, left, right as f32),
        _ => None,
    }
}

/// The value of `op operand`.
pub(super) fn unary<'a>(op: UnaryOp, operand: Literal<'a>) -> Option<Literal<'a>> {
    match (op, operand) {
        (UnaryOp::Neg, Literal::Int(value)) => Some(Literal::Int(value.wrapping_neg())),
        (UnaryOp::Neg, Literal::Float(value)) => Some(Literal::Float(-value)),
        (UnaryOp::BitNot, Literal::Int(value)) => Some(Literal::Int(!value)),
        (UnaryOp::Not, value) => Some(Literal::Bool(!value.is_true())),
        _ => None,
    }
}

/// Whether `left op right` holds; `None` if `op` is no comparison of integers.
pub(super) fn relation(op: BinaryOp, left: i32, right: i32) -> Option<bool> {
    match op {
        BinaryOp::Eq => Some(left == right),
        BinaryOp::Ne => Some(left != right),
        BinaryOp::Lt => Some(left < right),
        BinaryOp::Le => Some(left <= right),
        BinaryOp::Gt => Some(left > right),
        BinaryOp::Ge => Some(left >= right),
        _ => None,
    }
}

fn int(op: BinaryOp, left: i32, right: i32) -> Option<i32> {
    let shift = u32::try_from(right).ok().filter(|count| *count < 32);
    match op {
        BinaryOp::Add => Some(left.wrapping_add(right)),
        BinaryOp::Sub => Some(left.wrapping_sub(right)),
        BinaryOp::Mul => Some(left.wrapping_mul(right)),
        BinaryOp::Div => left.checked_div(right),
        BinaryOp::Mod => left.checked_rem(right),
        BinaryOp::BitAnd => Some(left & right),
        BinaryOp::BitOr => Some(left | right),
        BinaryOp::BitXor => Some(left ^ right),
        BinaryOp::Shl => shift.map(|count| left << count),
        BinaryOp::Shr => shift.map(|count| left >> count),
        BinaryOp::Ushr => shift.map(|count| (left as u32 >> count) as i32),
        _ => None,
    }
}

fn float<'a>(op: BinaryOp, left: f32, right: f32) -> Option<Literal<'a>> {
    let value = match op {
        BinaryOp::Add => left + right,
        BinaryOp::Sub => left - right,
        BinaryOp::Mul => left * right,
        BinaryOp::Div => left / right,
        _ => return None,
    };
    // The sign of a NaN depends on the machine.
    (!value.is_nan()).then_some(Literal::Float(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_wrap() {
        assert_eq!(
            binary(BinaryOp::Add, Literal::Int(i32::MAX), Literal::Int(1)),
            Some(Literal::Int(i32::MIN))
        );
        assert_eq!(binary(BinaryOp::Div, Literal::Int(-7), Literal::Int(2)), Some(Literal::Int(-3)));
        assert_eq!(binary(BinaryOp::Ushr, Literal::Int(-1), Literal::Int(28)), Some(Literal::Int(15)));
    }

    #[test]
    fn what_may_fail_is_left_to_run_time() {
        assert_eq!(binary(BinaryOp::Div, Literal::Int(1), Literal::Int(0)), None);
        assert_eq!(binary(BinaryOp::Mod, Literal::Int(i32::MIN), Literal::Int(-1)), None);
        assert_eq!(binary(BinaryOp::Shl, Literal::Int(1), Literal::Int(32)), None);
        assert_eq!(binary(BinaryOp::Div, Literal::Float(0.0), Literal::Int(0)), None);
        assert_eq!(binary(BinaryOp::Add, Literal::Str(b"a"), Literal::Int(0)), None);
        assert_eq!(unary(UnaryOp::Neg, Literal::Str(b"a")), None);
    }
}
