//! Conditions: expressions that decide where execution goes on.
//!
//! Comparisons become compare-and-branch instructions, `&&`, `||` and `!`
//! become jumps, and no truth value is ever computed.

use super::Lowerer;
use super::constants::Literal;
use super::function::{Label, Register};
use crate::ast::{BinaryOp, Delta, Expr, ExprKind, UnaryOp};
use tamias_bytecode::Edition;
use tamias_bytecode::op::{Instruction, Op};

/// Which outcome of a condition leads to the jump.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum When {
    True,
    False,
}

impl When {
    fn inverse(self) -> When {
        match self {
            When::True => When::False,
            When::False => When::True,
        }
    }

    /// Whether it is this outcome.
    pub(super) fn is(self, outcome: bool) -> bool {
        outcome == (self == When::True)
    }
}

/// What relations of floats mean.
///
/// In the reference they are questions about the result of `<=>`, by which floats are equal if their bits are, and NaN
/// is greater than everything else. `<` is the same for both; so is `<=` with an integer, which is no float's bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Relations {
    /// As in IEEE 754: none holds for NaN.
    Ieee,
    /// As in the reference.
    OfOrder,
}

/// A comparison whose operands are computed: the instructions that jump if it
/// is true and if it is false.
#[derive(Clone, Copy, Debug)]
pub(super) struct Comparison {
    if_true: Instruction,
    if_false: Instruction,
    position: Option<u32>,
}

impl Comparison {
    /// The comparison that is true when this one is not.
    pub(super) fn negated(self) -> Comparison {
        Comparison { if_true: self.if_false, if_false: self.if_true, position: self.position }
    }

    /// The instruction that counts a variable, compares it and jumps if the comparison is true, if there is one.
    pub(super) fn counting(self, variable: Register, delta: Delta) -> Option<Instruction> {
        let (left, right) = (self.if_true.a(), self.if_true.b());
        let op = match (self.if_true.op()?, delta) {
            (Op::JLt, Delta::Inc) => Op::IncJLt,
            (Op::JLtImm, Delta::Inc) => Op::IncJLtImm,
            (Op::JLe, Delta::Inc) => Op::IncJLe,
            (Op::JLeImm, Delta::Inc) => Op::IncJLeImm,
            (Op::JGt, Delta::Dec) => Op::DecJGt,
            (Op::JGtImm, Delta::Dec) => Op::DecJGtImm,
            (Op::JGe, Delta::Dec) => Op::DecJGe,
            (Op::JGeImm, Delta::Dec) => Op::DecJGeImm,
            _ => return None,
        };
        let is_limit_variable =
            matches!(op, Op::IncJLt | Op::IncJLe | Op::DecJGt | Op::DecJGe) && right == variable;
        (left == variable && !is_limit_variable).then(|| Instruction::abc(op, left, right, 0))
    }
}

impl<'a> Lowerer<'a> {
    /// Jumps if a condition has an outcome.
    pub(super) fn branch(&mut self, condition: &'a Expr<'a>, when: When, target: Label) {
        let top = self.function.top();
        self.branch_at_top(condition, when, target);
        self.function.set_top(top);
    }

    fn branch_at_top(&mut self, condition: &'a Expr<'a>, when: When, target: Label) {
        if let Some(value) = self.literal(condition) {
            if when.is(value.is_true()) {
                self.function.jump(target);
            }
            return;
        }
        match condition.kind {
            ExprKind::Unary(UnaryOp::Not, operand) => self.branch(operand, when.inverse(), target),
            ExprKind::And(left, right) => self.branch_both(left, right, When::False, when, target),
            ExprKind::Or(left, right) => self.branch_both(left, right, When::True, when, target),
            ExprKind::Paren(inner) => self.branch(inner, when, target),
            ExprKind::Comma([others @ .., last]) => {
                others.iter().for_each(|item| self.effect(item));
                self.branch(last, when, target);
            }
            ExprKind::Binary { op, left, right, op_span } if self.optimises() && is_comparison(op) => {
                let comparison = self.comparison(op, left, right, op_span.start);
                self.branch_comparison(comparison, when, target);
            }
            _ => {
                let value = self.operand(condition);
                self.branch_comparison(truth(value), when, target);
            }
        }
    }

    /// Jumps if `left && right` or `left || right` has an outcome. The left
    /// operand decides alone if its outcome is `decisive`.
    fn branch_both(
        &mut self,
        left: &'a Expr<'a>,
        right: &'a Expr<'a>,
        decisive: When,
        when: When,
        target: Label,
    ) {
        if when == decisive {
            self.branch(left, decisive, target);
            self.branch(right, when, target);
        } else {
            let decided = self.function.new_label();
            self.branch(left, decisive, decided);
            self.branch(right, when, target);
            self.function.bind(decided);
        }
    }

    /// Emits a comparison.
    pub(super) fn branch_comparison(&mut self, comparison: Comparison, when: When, target: Label) {
        let instruction = match when {
            When::True => comparison.if_true,
            When::False => comparison.if_false,
        };
        self.function.branch(comparison.position, instruction, target);
    }

    /// Computes the operands of a comparison.
    pub(super) fn comparison(
        &mut self,
        op: BinaryOp,
        left: &'a Expr<'a>,
        right: &'a Expr<'a>,
        position: u32,
    ) -> Comparison {
        // `==` and `!=` never fail and call nothing, so their operands can be exchanged.
        let is_symmetric = matches!(op, BinaryOp::Eq | BinaryOp::Ne);
        if is_symmetric && self.literal(left).is_some() && self.literal(right).is_none() {
            let right = self.operand(right);
            return self.compare_with(op, right, left, position);
        }
        let left = self.operand(left);
        self.compare_with(op, left, right, position)
    }

    /// Compares a register with an expression.
    pub(super) fn compare_with(
        &mut self,
        op: BinaryOp,
        left: Register,
        right: &'a Expr<'a>,
        position: u32,
    ) -> Comparison {
        let literal = self.literal(right);
        match literal.and_then(|literal| self.compare_immediate(op, left, literal, position)) {
            Some(comparison) => comparison,
            None => {
                let hoisted = literal.and_then(|literal| self.hoisted(literal));
                let right = hoisted.unwrap_or_else(|| self.operand(right));
                match self.compare_registers(op, left, right, position) {
                    Some(comparison) => comparison,
                    None => self.compare_order(op, left, right, position),
                }
            }
        }
    }

    /// Compares two registers, if one instruction does it.
    pub(super) fn compare_registers(
        &self,
        op: BinaryOp,
        left: Register,
        right: Register,
        position: u32,
    ) -> Option<Comparison> {
        let ops = match (self.relations(), op) {
            (Relations::OfOrder, BinaryOp::Le | BinaryOp::Gt) => return None,
            (Relations::OfOrder, BinaryOp::Ge) => (Op::JNotLt, Op::JLt),
            _ => register_ops(op)?,
        };
        Some(pair(ops, left, right, position))
    }

    /// Computes the order of two registers and compares it with 0.
    fn compare_order(&mut self, op: BinaryOp, left: Register, right: Register, position: u32) -> Comparison {
        let order = self.function.allocate();
        self.function.emit_at(position, Instruction::abc(Op::Cmp, order, left, right));
        let ops = if op == BinaryOp::Le { (Op::JLeImm, Op::JNotLeImm) } else { (Op::JGtImm, Op::JNotGtImm) };
        pair(ops, order, 0, position)
    }

    /// What relations of floats mean.
    pub(super) fn relations(&self) -> Relations {
        match self.draft.edition {
            Edition::Imp | Edition::Squirrel3 => Relations::Ieee,
            Edition::ImpCompat => Relations::OfOrder,
        }
    }

    /// Compares a register with a literal, if it fits in the instruction.
    pub(super) fn compare_immediate(
        &mut self,
        op: BinaryOp,
        left: Register,
        right: Literal<'a>,
        position: u32,
    ) -> Option<Comparison> {
        match right {
            _ if !self.optimises() => None,
            Literal::Null => null_ops(op).map(|ops| pair(ops, left, 0, position)),
            Literal::Int(value) => {
                let value = i8::try_from(value).ok()?;
                immediate_ops(self.relations(), op).map(|ops| pair(ops, left, value as u8, position))
            }
            Literal::Str(bytes) => {
                let ops = string_ops(op)?;
                let index = u8::try_from(self.string(bytes)).ok()?;
                Some(pair(ops, left, index, position))
            }
            Literal::Bool(_) | Literal::Float(_) => None,
        }
    }
}

/// Whether there are branches for an operator.
pub(super) fn is_comparison(op: BinaryOp) -> bool {
    register_ops(op).is_some()
}

/// The branches on the truth of a register.
pub(super) fn truth(value: Register) -> Comparison {
    Comparison {
        if_true: Instruction::asbx(Op::JTrue, value, 0),
        if_false: Instruction::asbx(Op::JFalse, value, 0),
        position: None,
    }
}

fn pair((if_true, if_false): (Op, Op), left: Register, right: u8, position: u32) -> Comparison {
    Comparison {
        if_true: Instruction::abc(if_true, left, right, 0),
        if_false: Instruction::abc(if_false, left, right, 0),
        position: Some(position),
    }
}

fn register_ops(op: BinaryOp) -> Option<(Op, Op)> {
    match op {
        BinaryOp::Eq => Some((Op::JEq, Op::JNe)),
        BinaryOp::Ne => Some((Op::JNe, Op::JEq)),
        BinaryOp::Lt => Some((Op::JLt, Op::JNotLt)),
        BinaryOp::Le => Some((Op::JLe, Op::JNotLe)),
        BinaryOp::Gt => Some((Op::JGt, Op::JNotGt)),
        BinaryOp::Ge => Some((Op::JGe, Op::JNotGe)),
        _ => None,
    }
}

fn immediate_ops(relations: Relations, op: BinaryOp) -> Option<(Op, Op)> {
    match op {
        BinaryOp::Gt if relations == Relations::OfOrder => Some((Op::JNotLeImm, Op::JLeImm)),
        BinaryOp::Ge if relations == Relations::OfOrder => Some((Op::JNotLtImm, Op::JLtImm)),
        BinaryOp::Eq => Some((Op::JEqImm, Op::JNeImm)),
        BinaryOp::Ne => Some((Op::JNeImm, Op::JEqImm)),
        BinaryOp::Lt => Some((Op::JLtImm, Op::JNotLtImm)),
        BinaryOp::Le => Some((Op::JLeImm, Op::JNotLeImm)),
        BinaryOp::Gt => Some((Op::JGtImm, Op::JNotGtImm)),
        BinaryOp::Ge => Some((Op::JGeImm, Op::JNotGeImm)),
        _ => None,
    }
}

fn string_ops(op: BinaryOp) -> Option<(Op, Op)> {
    match op {
        BinaryOp::Eq => Some((Op::JEqStr, Op::JNeStr)),
        BinaryOp::Ne => Some((Op::JNeStr, Op::JEqStr)),
        _ => None,
    }
}

fn null_ops(op: BinaryOp) -> Option<(Op, Op)> {
    match op {
        BinaryOp::Eq => Some((Op::JNull, Op::JNotNull)),
        BinaryOp::Ne => Some((Op::JNotNull, Op::JNull)),
        _ => None,
    }
}
