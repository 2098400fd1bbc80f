//! Binary operators, with an immediate right operand where there is such an instruction.

use super::Lowerer;
use super::condition::{Relations, is_comparison};
use super::constants::Literal;
use super::function::Register;
use crate::ast::{BinaryOp, Expr, ExprKind};
use tamias_bytecode::op::{Instruction, Op};

/// The right operand of an operator.
#[derive(Clone, Copy, Debug)]
pub(super) enum Right {
    Register(Register),
    /// Part of the instruction, whose op it decides.
    Immediate(Op, u8),
}

/// A rotation of a variable to the right.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rotation {
    variable: Register,
    count: u8,
    position: u32,
}

impl Rotation {
    /// `target =` the rotated variable.
    pub(super) fn instruction(self, target: Register) -> (u32, Instruction) {
        (self.position, Instruction::abc(Op::RotrImm, target, self.variable, self.count))
    }
}

/// A variable shifted by a constant.
#[derive(Clone, Copy, Debug)]
struct Shifted {
    variable: Register,
    count: u8,
    is_up: bool,
    position: u32,
}

impl<'a> Lowerer<'a> {
    /// `target = left op right`.
    pub(super) fn binary(
        &mut self,
        op: BinaryOp,
        left: Register,
        right: &'a Expr<'a>,
        position: u32,
        target: Register,
    ) {
        let right = self.right_operand(op, right);
        self.emit_binary(op, left, right, position, target);
    }

    /// `target = text + right`, if the text is among the first string constants; else nothing is done.
    pub(super) fn add_to_text(
        &mut self,
        text: &'a [u8],
        right: &'a Expr<'a>,
        position: u32,
        target: Register,
    ) -> bool {
        let Ok(text) = u8::try_from(self.string(text)) else { return false };
        let right = self.last_operand(right);
        self.function.emit_at(position, Instruction::abc(Op::StrAdd, target, text, right));
        true
    }

    /// `x >>> n | x << 32 - n` of a local: a rotation, with what its instruction needs.
    pub(super) fn rotation(&self, expr: &'a Expr<'a>) -> Option<Rotation> {
        let ExprKind::Binary { op: BinaryOp::BitOr, left, right, .. } = expr.kind else { return None };
        let (left, right) = (self.shifted(left)?, self.shifted(right)?);
        let (down, up) = if left.is_up { (right, left) } else { (left, right) };
        let is_rotation =
            !down.is_up && up.is_up && down.variable == up.variable && down.count + up.count == 32;
        is_rotation.then_some(Rotation {
            variable: down.variable,
            count: down.count,
            position: left.position,
        })
    }

    fn shifted(&self, expr: &'a Expr<'a>) -> Option<Shifted> {
        let ExprKind::Binary { op, left, right, op_span } = expr.kind else { return None };
        let is_up = match op {
            BinaryOp::Shl => true,
            BinaryOp::Ushr => false,
            _ => return None,
        };
        match self.literal(right)? {
            Literal::Int(count @ 1..=31) => Some(Shifted {
                variable: self.local_register(left)?,
                count: count as u8,
                is_up,
                position: op_span.start,
            }),
            _ => None,
        }
    }

    /// Computes a right operand, unless it fits in the instruction.
    pub(super) fn right_operand(&mut self, op: BinaryOp, right: &'a Expr<'a>) -> Right {
        match self.literal(right) {
            Some(Literal::Int(value))
                if self.optimises()
                    && let Some((op, operand)) = immediate(op, value) =>
            {
                Right::Immediate(op, operand)
            }
            Some(Literal::Str(text)) if op == BinaryOp::Add => match u8::try_from(self.string(text)) {
                Ok(index) => Right::Immediate(Op::AddStr, index),
                Err(_) => Right::Register(self.last_operand(right)),
            },
            Some(literal) if let Some(register) = self.hoisted(literal) => Right::Register(register),
            _ => Right::Register(self.last_operand(right)),
        }
    }

    /// Emits an operator whose operands are computed.
    pub(super) fn emit_binary(
        &mut self,
        op: BinaryOp,
        left: Register,
        right: Right,
        position: u32,
        target: Register,
    ) {
        match (op, right) {
            (_, Right::Immediate(op, right)) => {
                self.function.emit_at(position, Instruction::abc(op, target, left, right));
            }
            (BinaryOp::In, Right::Register(right)) => {
                self.function.emit_read(position, Instruction::abc(Op::In, target, left, right));
            }
            (BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge, Right::Register(right))
                if self.relations() == Relations::OfOrder =>
            {
                self.emit_relation_of_order(op, left, right, position, target);
            }
            (_, Right::Register(right)) => {
                self.function.emit_at(position, Instruction::abc(op_of(op), target, left, right));
            }
        }
    }
}

impl Lowerer<'_> {
    /// `target = (left <=> right) op 0`
    fn emit_relation_of_order(
        &mut self,
        op: BinaryOp,
        left: Register,
        right: Register,
        position: u32,
        target: Register,
    ) {
        let top = self.function.top();
        let order = self.function.allocate();
        self.function.emit_at(position, Instruction::abc(Op::Cmp, order, left, right));
        let zero = self.push_literal(Literal::Int(0));
        self.function.emit_at(position, Instruction::abc(op_of(op), target, order, zero));
        self.function.set_top(top);
    }
}

fn op_of(op: BinaryOp) -> Op {
    match op {
        BinaryOp::Add => Op::Add,
        BinaryOp::Sub => Op::Sub,
        BinaryOp::Mul => Op::Mul,
        BinaryOp::Div => Op::Div,
        BinaryOp::Mod => Op::Mod,
        BinaryOp::Shl => Op::Shl,
        BinaryOp::Shr => Op::Shr,
        BinaryOp::Ushr => Op::Ushr,
        BinaryOp::BitAnd => Op::BitAnd,
        BinaryOp::BitOr => Op::BitOr,
        BinaryOp::BitXor => Op::BitXor,
        BinaryOp::Eq => Op::Eq,
        BinaryOp::Ne => Op::Ne,
        BinaryOp::Lt => Op::Lt,
        BinaryOp::Le => Op::Le,
        BinaryOp::Gt => Op::Gt,
        BinaryOp::Ge => Op::Ge,
        BinaryOp::Cmp => Op::Cmp,
        BinaryOp::In => Op::In,
        BinaryOp::Instanceof => Op::Instanceof,
    }
}

/// Whether a literal on the right is part of the instruction.
pub(super) fn fits_operator(op: BinaryOp, literal: Literal) -> bool {
    match literal {
        Literal::Int(value) if is_comparison(op) => i8::try_from(value).is_ok(),
        Literal::Int(value) => immediate(op, value).is_some(),
        Literal::Null | Literal::Str(_) => true,
        Literal::Bool(_) | Literal::Float(_) => false,
    }
}

/// The op and operand for an integer on the right, if it fits. Only constants
/// that cannot be errors: division by 0 has a register, so has a shift by more
/// than 31, which depends on the edition.
fn immediate(op: BinaryOp, value: i32) -> Option<(Op, u8)> {
    let signed = i8::try_from(value).ok().map(|value| value as u8);
    let unsigned = u8::try_from(value).ok();
    let divisor = signed.filter(|_| value != 0 && value != -1);
    let shift = unsigned.filter(|count| *count < 32);
    match op {
        BinaryOp::Add => signed.map(|value| (Op::AddImm, value)),
        BinaryOp::Sub => signed.map(|value| (Op::SubImm, value)),
        BinaryOp::Mul => signed.map(|value| (Op::MulImm, value)),
        BinaryOp::Div => divisor.map(|value| (Op::DivImm, value)),
        BinaryOp::Mod => divisor.map(|value| (Op::ModImm, value)),
        BinaryOp::BitAnd => unsigned.map(|value| (Op::BitAndImm, value)),
        BinaryOp::BitOr => unsigned.map(|value| (Op::BitOrImm, value)),
        BinaryOp::Shl => shift.map(|value| (Op::ShlImm, value)),
        BinaryOp::Shr => shift.map(|value| (Op::ShrImm, value)),
        BinaryOp::Ushr => shift.map(|value| (Op::UshrImm, value)),
        _ => None,
    }
}
