//! Values: expressions that are computed into registers.
//!
//! The destination of a value is either a register that is in use, as the
//! variable in `x = a + b`, or the first free one. The first kind must not be
//! written before all operands have been read and nothing more can fail; the
//! second kind may hold intermediate results. Both follow from one rule:
//! operands are computed into free registers, and only the last instruction
//! writes to the destination.

use super::Lowerer;
use super::constants::Literal;
use super::fold;
use super::function::{Register, THIS};
use super::scope::Binding;
use crate::ast::{BinaryOp, Expr, ExprKind, Fix, Ident, UnaryOp};
use crate::codes;
use tamias_bytecode::op::{Instruction, Op};

impl<'a> Lowerer<'a> {
    /// Computes an expression into the next free register and allocates it.
    pub(super) fn push(&mut self, expr: &'a Expr<'a>) -> Register {
        let register = self.function.top();
        self.value(expr, register);
        self.function.allocate()
    }

    /// Computes an expression for an instruction that reads it: a local stays
    /// where it is, everything else is computed into a temporary.
    pub(super) fn operand(&mut self, expr: &'a Expr<'a>) -> Register {
        if let Some(register) = self.hoisted_operand(expr) {
            return register;
        }
        match expr.kind {
            ExprKind::This => THIS,
            ExprKind::Paren(inner) => self.operand(inner),
            ExprKind::Name(name) => match self.resolve(name, expr.span.start) {
                Binding::Local(register) => register,
                _ => self.push(expr),
            },
            ExprKind::Comma(items) => match items.split_last() {
                Some((last, others)) => {
                    others.iter().for_each(|item| self.effect(item));
                    self.operand(last)
                }
                None => self.push(expr),
            },
            ExprKind::Assign(op, target, value) => self.assigned_operand(op, target, value),
            ExprKind::IncDec { delta, fix: Fix::Pre, target } => self.change(delta, target),
            _ => self.push(expr),
        }
    }

    /// Computes an operand that is read before anything else is computed. The
    /// value of an assignment need not be copied then.
    pub(super) fn last_operand(&mut self, expr: &'a Expr<'a>) -> Register {
        match expr.kind {
            ExprKind::Assign(op, target, value) => self.assign(op, target, value),
            _ => self.operand(expr),
        }
    }

    /// Computes an expression and drops the value.
    pub(super) fn effect(&mut self, expr: &'a Expr<'a>) {
        let top = self.function.top();
        match expr.kind {
            ExprKind::Assign(op, target, value) => {
                self.assign(op, target, value);
            }
            ExprKind::IncDec { delta, target, .. } => {
                self.change(delta, target);
            }
            ExprKind::Comma(items) => items.iter().for_each(|item| self.effect(item)),
            ExprKind::And(..) | ExprKind::Or(..) => self.short_circuit_effect(expr),
            ExprKind::Ternary(condition, then, otherwise) => {
                self.ternary_effect(condition, then, otherwise);
            }
            ExprKind::Paren(inner) => self.effect(inner),
            _ if self.is_pure(expr) => {}
            _ => {
                self.push(expr);
            }
        }
        self.function.set_top(top);
    }

    /// Whether computing the expression does nothing at all.
    fn is_pure(&self, expr: &'a Expr<'a>) -> bool {
        match expr.kind {
            ExprKind::This | ExprKind::Base => true,
            ExprKind::Name(name) => {
                matches!(self.resolve(name, expr.span.start), Binding::Local(_) | Binding::Outer(_))
            }
            _ => self.literal(expr).is_some(),
        }
    }

    /// Computes an expression into a register. The top stays as it is.
    pub(super) fn value(&mut self, expr: &'a Expr<'a>, destination: Register) {
        let top = self.function.top();
        self.function.reserve(1);
        self.value_at_top(expr, destination);
        self.function.set_top(top);
    }

    fn value_at_top(&mut self, expr: &'a Expr<'a>, destination: Register) {
        let position = expr.span.start;
        match expr.kind {
            ExprKind::Null => self.load(Literal::Null, destination),
            ExprKind::Bool(value) => self.load(Literal::Bool(value), destination),
            ExprKind::Int(value) => self.load(Literal::Int(value), destination),
            ExprKind::Float(value) => self.load(Literal::Float(value), destination),
            ExprKind::Str(bytes) => self.load(Literal::Str(bytes), destination),
            ExprKind::This => self.function.move_to(destination, THIS),
            ExprKind::Base => self.function.emit(Instruction::abc(Op::LoadBase, destination, 0, 0)),
            ExprKind::Name(name) => self.name(Ident { name, span: expr.span }, destination),
            ExprKind::RootSlot(ident) => {
                let name = self.string(ident.name);
                self.function.emit_read(position, Instruction::abx(Op::GetRoot, destination, name));
            }
            ExprKind::Member(..)
            | ExprKind::Index(..)
            | ExprKind::Call(..)
            | ExprKind::PostInit(..)
            | ExprKind::Binary { .. } => self.chain(expr, destination),
            ExprKind::Paren(inner) => self.value(inner, destination),
            ExprKind::RawCall(_) => self.call(expr, destination),
            ExprKind::Unary(op, operand) => self.unary(op, operand, position, destination),
            ExprKind::And(..) | ExprKind::Or(..) => self.short_circuit(expr, destination),
            ExprKind::Ternary(condition, then, otherwise) => {
                self.ternary(condition, then, otherwise, destination);
            }
            ExprKind::Assign(op, target, value) => {
                let value = self.assign(op, target, value);
                self.function.move_to(destination, value);
            }
            ExprKind::IncDec { delta, fix: Fix::Pre, target } => {
                let value = self.change(delta, target);
                self.function.move_to(destination, value);
            }
            ExprKind::IncDec { delta, fix: Fix::Post, target } => {
                self.old_value(delta, target, destination);
            }
            ExprKind::Delete(target) => self.delete(target, destination),
            ExprKind::Comma(items) => self.comma(items, destination),
            ExprKind::Function(function) => self.closure(function, destination),
            ExprKind::Class(class) => self.class(class, destination),
            ExprKind::Table(slots) => self.table(slots, destination),
            ExprKind::Array(elements) => self.array(elements, destination),
            ExprKind::Error => {}
        }
    }

    fn comma(&mut self, items: &'a [&'a Expr<'a>], destination: Register) {
        if let Some((last, others)) = items.split_last() {
            others.iter().for_each(|item| self.effect(item));
            self.value(last, destination);
        }
    }

    /// Reads a name.
    pub(super) fn name(&mut self, ident: Ident<'a>, destination: Register) {
        let position = ident.span.start;
        match self.resolve(ident.name, position) {
            Binding::Local(register) => self.function.move_to(destination, register),
            Binding::Outer(captured) => {
                let outer = self.capture(captured);
                self.function.emit(Instruction::abc(Op::GetOuter, destination, outer, 0));
            }
            Binding::Literal(value) => self.load(value, destination),
            Binding::Enum => self.report_with_help(
                codes::ENUM_WITHOUT_MEMBER,
                "expected '.'",
                ident.span,
                "an enum is not a value",
                "write `.` and the name of a member after it",
            ),
            Binding::Slot => {
                let name = self.string(ident.name);
                self.function.emit_read(position, Instruction::abx(Op::GetName, destination, name));
            }
        }
    }

    /// Loads a literal.
    pub(super) fn load(&mut self, literal: Literal<'a>, destination: Register) {
        match literal {
            Literal::Null => self.function.load_null(destination, 1),
            Literal::Bool(value) => {
                self.function.emit(Instruction::abc(Op::LoadBool, destination, value.into(), 0));
            }
            Literal::Int(value) => match i16::try_from(value) {
                Ok(value) if self.optimises() => self.function.load_small(destination, value),
                Ok(value) => self.function.emit(Instruction::asbx(Op::LoadImm, destination, value)),
                Err(_) => {
                    let index = self.function.int(value);
                    self.function.load_int(destination, index);
                }
            },
            Literal::Float(value) => {
                let index = self.function.float(value);
                self.function.emit(Instruction::abx(Op::LoadFloat, destination, index));
            }
            Literal::Str(bytes) => {
                let index = self.string(bytes);
                self.function.emit(Instruction::abx(Op::LoadStr, destination, index));
            }
        }
    }

    fn unary(&mut self, op: UnaryOp, operand: &'a Expr<'a>, position: u32, destination: Register) {
        if self.optimises()
            && let Some(value) = self.literal(operand).and_then(|operand| fold::unary(op, operand))
        {
            return self.load(value, destination);
        }
        let op = match op {
            UnaryOp::Neg => Op::Neg,
            UnaryOp::Not => Op::Not,
            UnaryOp::BitNot => Op::BitNot,
            UnaryOp::Typeof => Op::Typeof,
            UnaryOp::Clone => Op::Clone,
            UnaryOp::Resume => Op::Resume,
        };
        let operand = self.operand(operand);
        self.function.emit_at(position, Instruction::abc(op, destination, operand, 0));
    }
}

/// Literals.
impl<'a> Lowerer<'a> {
    /// The value of an expression that is known at compile time.
    pub(super) fn literal(&self, expr: &'a Expr<'a>) -> Option<Literal<'a>> {
        match expr.kind {
            ExprKind::Null => Some(Literal::Null),
            ExprKind::Bool(value) => Some(Literal::Bool(value)),
            ExprKind::Int(value) => Some(Literal::Int(value)),
            ExprKind::Float(value) => Some(Literal::Float(value)),
            ExprKind::Str(bytes) => Some(Literal::Str(bytes)),
            ExprKind::Name(name) => match self.resolve(name, expr.span.start) {
                Binding::Literal(value) => Some(value),
                _ => None,
            },
            ExprKind::Member(object, member) => self.constant_member(object, member),
            ExprKind::Paren(inner) => self.literal(inner),
            ExprKind::Unary(op, operand) if self.optimises() => fold::unary(op, self.literal(operand)?),
            ExprKind::Binary { .. } if self.optimises() => self.literal_sum(expr),
            _ => None,
        }
    }

    /// The value of `E.X` if `E` is an enum that has this member.
    fn constant_member(&self, object: &'a Expr<'a>, member: Ident<'a>) -> Option<Literal<'a>> {
        self.enum_name(object).and_then(|name| self.enum_member(name, member))
    }

    /// The name of the enum that an expression is, if it is one.
    pub(super) fn enum_name(&self, expr: &'a Expr<'a>) -> Option<&'a [u8]> {
        match expr.kind {
            ExprKind::Name(name) if matches!(self.resolve(name, expr.span.start), Binding::Enum) => {
                Some(name)
            }
            _ => None,
        }
    }

    /// Folds a chain of operators of any length.
    fn literal_sum(&self, expr: &'a Expr<'a>) -> Option<Literal<'a>> {
        let mut links = Vec::new();
        let mut innermost = expr;
        while let ExprKind::Binary { op, left, right, .. } = innermost.kind {
            links.push((op, right));
            innermost = left;
        }
        let first = self.literal(innermost)?;
        links.iter().rev().try_fold(first, |left, (op, right)| fold::binary(*op, left, self.literal(right)?))
    }
}

/// Chains: sums, and member accesses and calls one after the other, of any length.
impl<'a> Lowerer<'a> {
    /// Computes a chain from its innermost left end outward.
    fn chain(&mut self, expr: &'a Expr<'a>, destination: Register) {
        let free = self.function.top();
        let mark = self.chain.len();
        let innermost = self.collect_links(expr);
        let literal = self.fold_links(innermost, mark);
        if self.chain.len() == mark {
            return match literal {
                Some(value) => self.load(value, destination),
                None => self.first_link(innermost, destination),
            };
        }
        let mut left = match literal {
            Some(value) if self.begin_with_text(value, mark, free, destination) => {
                if self.chain.len() == mark {
                    return;
                }
                self.function.set_top(free);
                self.function.allocate()
            }
            Some(value) => match self.hoisted(value) {
                Some(register) => register,
                None => self.push_literal(value),
            },
            None => self.operand(innermost),
        };
        while let Some(link) = self.chain.pop() {
            if self.chain.len() == mark {
                return self.link(link, left, free, destination);
            }
            self.link(link, left, free, free);
            self.function.set_top(free);
            left = self.function.allocate();
        }
    }

    /// Does the first link of a chain if it adds something to a string literal: no register has to hold the
    /// literal then. The result is in `free`, or in `destination` if that was the whole chain.
    fn begin_with_text(
        &mut self,
        value: Literal<'a>,
        mark: usize,
        free: Register,
        destination: Register,
    ) -> bool {
        let Literal::Str(text) = value else { return false };
        let Some(link) = self.chain.last() else { return false };
        let ExprKind::Binary { op: BinaryOp::Add, right, op_span, .. } = link.kind else { return false };
        let target = if self.chain.len() == mark + 1 { destination } else { free };
        let is_done = self.add_to_text(text, right, op_span.start, target);
        if is_done {
            self.chain.pop();
        }
        is_done
    }

    /// Puts the links of a chain on the stack, the outermost first, and gives the innermost left end.
    fn collect_links(&mut self, expr: &'a Expr<'a>) -> &'a Expr<'a> {
        let mut innermost = expr;
        while let Some(left) = self.left_of(innermost) {
            self.chain.push(innermost);
            innermost = left;
        }
        innermost
    }

    /// Takes those links from the stack whose values are known, and gives the value.
    fn fold_links(&mut self, innermost: &'a Expr<'a>, mark: usize) -> Option<Literal<'a>> {
        let mut value = self.literal(innermost)?;
        while self.optimises()
            && self.chain.len() > mark
            && let Some(link) = self.chain.last()
            && let ExprKind::Binary { op, right, .. } = link.kind
            && let Some(right) = self.literal(right)
            && let Some(folded) = fold::binary(op, value, right)
        {
            value = folded;
            self.chain.pop();
        }
        Some(value)
    }

    /// What has to be computed before this link; `None` at the end of the chain.
    /// A call of a method is one link together with the access to the method.
    fn left_of(&self, expr: &'a Expr<'a>) -> Option<&'a Expr<'a>> {
        match expr.kind {
            // A rotation is one instruction.
            ExprKind::Binary { .. } if self.rotation(expr).is_some() => None,
            ExprKind::Binary { left, .. } => Some(left),
            ExprKind::Member(object, _) if self.enum_name(object).is_some() => None,
            ExprKind::Member(object, _) | ExprKind::Index(object, _) => Some(object),
            ExprKind::PostInit(call, _) => Some(call),
            ExprKind::Call(callee, _) => self.left_of_call(callee),
            _ => None,
        }
    }

    /// Does the innermost link, which has nothing on its left.
    fn first_link(&mut self, expr: &'a Expr<'a>, destination: Register) {
        match expr.kind {
            ExprKind::Member(object, member) => self.report_unknown_member(object, member),
            ExprKind::Binary { .. } => {
                if let Some(rotation) = self.rotation(expr) {
                    let (position, instruction) = rotation.instruction(destination);
                    self.function.emit_at(position, instruction);
                }
            }
            _ => self.call(expr, destination),
        }
    }

    fn report_unknown_member(&mut self, object: &'a Expr<'a>, member: Ident<'a>) {
        let name = self.enum_name(object).unwrap_or_default();
        let title = format!(
            "invalid constant [{}.{}]",
            String::from_utf8_lossy(name),
            String::from_utf8_lossy(member.name)
        );
        self.report(codes::UNKNOWN_ENUM_MEMBER, title, member.span, "the enum has no such member");
    }

    /// Does a link to what is in `left`. Registers from `free` on were free before the chain.
    fn link(&mut self, link: &'a Expr<'a>, left: Register, free: Register, target: Register) {
        match link.kind {
            ExprKind::Binary { op, right, op_span, .. } => {
                self.binary(op, left, right, op_span.start, target);
            }
            ExprKind::Member(_, member) => {
                let key = self.field_key(member.name);
                self.get(target, left, key, member.span.start);
            }
            ExprKind::Index(_, key) => {
                let place = self.read_key(key);
                self.get(target, left, place, key.span.start);
            }
            ExprKind::PostInit(_, slots) => self.initialise(left, slots, target),
            _ => self.call_link(link, left, free, target),
        }
    }
}
