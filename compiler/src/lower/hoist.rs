//! Literals in loops.
//!
//! A literal that does not fit in the instructions that use it needs a
//! register. In a loop it would be loaded in every turn, so the outermost loop
//! of a function loads such literals once, before it begins, and keeps them in
//! registers of their own while it runs. Only numbers and truth values: their
//! registers are no references that could keep something alive.

use super::Lowerer;
use super::constants::Literal;
use super::function::Register;
use super::operator::fits_operator;
use super::scope::Binding;
use crate::ast::{AssignOp, BinaryOp, Expr, ExprKind, Slot, Stmt, StmtKind};

/// How many literals a loop keeps in registers.
const MAX_LITERALS: usize = 6;
/// No more than this many registers may be in use before.
const MAX_REGISTERS: Register = 150;
/// Loops nested deeper than this count as this deep.
const MAX_DEPTH: u32 = 6;

/// A number or truth value, with its bits: zeros of both signs are two literals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scalar {
    Bool(bool),
    Int(i32),
    Float(u32),
}

impl Scalar {
    fn new(literal: Literal) -> Option<Scalar> {
        match literal {
            Literal::Bool(value) => Some(Scalar::Bool(value)),
            Literal::Int(value) => Some(Scalar::Int(value)),
            Literal::Float(value) => Some(Scalar::Float(value.to_bits())),
            Literal::Null | Literal::Str(_) => None,
        }
    }

    fn literal<'a>(self) -> Literal<'a> {
        match self {
            Scalar::Bool(value) => Literal::Bool(value),
            Scalar::Int(value) => Literal::Int(value),
            Scalar::Float(bits) => Literal::Float(f32::from_bits(bits)),
        }
    }
}

/// The literals that the running loop keeps in registers.
#[derive(Debug, Default)]
pub(super) struct Hoisted {
    registers: Vec<(Scalar, Register)>,
    /// Loops around the current place.
    depth: u32,
}

/// The parts of a loop that run in every turn.
#[derive(Clone, Copy, Debug)]
pub(super) struct Turn<'a> {
    pub(super) condition: Option<&'a Expr<'a>>,
    pub(super) step: Option<&'a Expr<'a>>,
    pub(super) body: &'a Stmt<'a>,
}

impl<'a> Lowerer<'a> {
    /// Enters a loop; the outermost one loads its literals.
    pub(super) fn enter_loop(&mut self, turn: Turn<'a>) {
        self.function.hoisted.depth += 1;
        let is_possible = self.function.hoisted.depth == 1
            && !self.function.is_generator
            && self.function.is_reachable()
            && self.function.top() < MAX_REGISTERS;
        if !is_possible {
            return;
        }
        let mut uses = Uses { lowerer: self, found: Vec::new(), depth: 0 };
        uses.turn(turn);
        let mut found = uses.found;
        found.sort_by_key(|(_, weight)| core::cmp::Reverse(*weight));
        for (scalar, _) in found.into_iter().take(MAX_LITERALS) {
            let register = self.push_literal(scalar.literal());
            self.function.hoisted.registers.push((scalar, register));
        }
    }

    /// Leaves a loop.
    pub(super) fn leave_loop(&mut self) {
        self.function.hoisted.depth -= 1;
        if self.function.hoisted.depth == 0 {
            self.function.hoisted.registers.clear();
        }
    }

    /// The register that holds a literal, if one does.
    pub(super) fn hoisted(&self, literal: Literal<'a>) -> Option<Register> {
        let registers = &self.function.hoisted.registers;
        if registers.is_empty() {
            return None;
        }
        let scalar = Scalar::new(literal)?;
        registers.iter().find(|(known, _)| *known == scalar).map(|(_, register)| *register)
    }

    /// The same for an expression that is a literal or the name of one.
    pub(super) fn hoisted_operand(&self, expr: &'a Expr<'a>) -> Option<Register> {
        if self.function.hoisted.registers.is_empty() {
            return None;
        }
        match expr.kind {
            ExprKind::Bool(_)
            | ExprKind::Int(_)
            | ExprKind::Float(_)
            | ExprKind::Name(_)
            | ExprKind::Member(..) => self.hoisted(self.literal(expr)?),
            _ => None,
        }
    }
}

/// A walk over a loop that collects the literals that need registers.
struct Uses<'l, 'a> {
    lowerer: &'l Lowerer<'a>,
    /// Each with the sum of its uses, which count more in inner loops.
    found: Vec<(Scalar, u32)>,
    depth: u32,
}

impl<'a> Uses<'_, 'a> {
    fn add(&mut self, literal: Literal<'a>) {
        let Some(scalar) = Scalar::new(literal) else { return };
        let weight = 1 << (3 * self.depth.min(MAX_DEPTH));
        match self.found.iter_mut().find(|(known, _)| *known == scalar) {
            Some((_, sum)) => *sum = sum.saturating_add(weight),
            None => self.found.push((scalar, weight)),
        }
    }

    /// An expression whose value has to be in a register.
    fn in_register(&mut self, expr: &'a Expr<'a>) {
        match self.lowerer.literal(expr) {
            Some(literal) => self.add(literal),
            None => self.expr(expr),
        }
    }

    fn turn(&mut self, Turn { condition, step, body }: Turn<'a>) {
        self.depth += 1;
        condition.iter().chain(step.iter()).for_each(|expr| self.expr(expr));
        self.stmt(body);
        self.depth -= 1;
    }

    fn stmts(&mut self, statements: &'a [&'a Stmt<'a>]) {
        statements.iter().for_each(|statement| self.stmt(statement));
    }

    fn stmt(&mut self, statement: &'a Stmt<'a>) {
        match statement.kind {
            StmtKind::Expr(expr) | StmtKind::Throw(expr) => self.expr(expr),
            StmtKind::Return(value) | StmtKind::Yield(value) => {
                value.iter().for_each(|value| self.expr(value))
            }
            StmtKind::Block(statements) => self.stmts(statements),
            StmtKind::Local(variables) => {
                variables.iter().filter_map(|(_, value)| *value).for_each(|value| self.expr(value));
            }
            StmtKind::If(..) => self.if_stmt(statement),
            StmtKind::While(condition, body) | StmtKind::DoWhile(body, condition) => {
                self.turn(Turn { condition: Some(condition), step: None, body });
            }
            StmtKind::For { init, condition, step, body } => {
                init.iter().for_each(|init| self.stmt(init));
                self.turn(Turn { condition, step, body });
            }
            StmtKind::Foreach { container, body, .. } => {
                self.expr(container);
                self.turn(Turn { condition: None, step: None, body });
            }
            StmtKind::Switch { subject, cases, default } => {
                self.expr(subject);
                for (value, statements) in cases {
                    self.right(BinaryOp::Eq, value);
                    self.stmts(statements);
                }
                self.stmts(default.unwrap_or_default());
            }
            StmtKind::Try(body, _, handler) => {
                self.stmt(body);
                self.stmt(handler);
            }
            _ => {}
        }
    }

    /// `if` with all the `else if`s that follow it, however many.
    fn if_stmt(&mut self, statement: &'a Stmt<'a>) {
        let mut next = Some(statement);
        while let Some(statement) = next {
            let StmtKind::If(condition, then, otherwise) = statement.kind else {
                return self.stmt(statement);
            };
            self.expr(condition);
            self.stmt(then);
            next = otherwise;
        }
    }

    /// The right operand of an operator.
    fn right(&mut self, op: BinaryOp, right: &'a Expr<'a>) {
        match self.lowerer.literal(right) {
            Some(literal) if fits_operator(op, literal) => {}
            Some(literal) => self.add(literal),
            None => self.expr(right),
        }
    }

    /// Walks along the left ends of chains, which may be of any length.
    fn expr(&mut self, expr: &'a Expr<'a>) {
        let mut next = Some(expr);
        while let Some(expr) = next {
            next = self.link(expr);
        }
    }

    /// Looks at all of an expression but its left end, and gives that.
    fn link(&mut self, expr: &'a Expr<'a>) -> Option<&'a Expr<'a>> {
        match expr.kind {
            ExprKind::Binary { op, left, right, .. } => {
                self.right(op, right);
                match self.lowerer.literal(left) {
                    Some(literal) if self.lowerer.literal(right).is_none() => self.add(literal),
                    Some(_) => {}
                    None => return Some(left),
                }
            }
            ExprKind::Member(object, _) | ExprKind::Paren(object) => return Some(object),
            ExprKind::Index(object, key) => {
                self.expr(key);
                return Some(object);
            }
            ExprKind::Call(callee, arguments) => {
                arguments.iter().for_each(|argument| self.expr(argument));
                return Some(callee);
            }
            ExprKind::RawCall(items) | ExprKind::Comma(items) | ExprKind::Array(items) => {
                items.iter().for_each(|item| self.expr(item));
            }
            ExprKind::PostInit(call, slots) => {
                self.slots(slots);
                return Some(call);
            }
            ExprKind::Table(slots) => self.slots(slots),
            ExprKind::Unary(_, operand) if self.lowerer.literal(expr).is_none() => return Some(operand),
            ExprKind::And(left, right) | ExprKind::Or(left, right) => {
                self.expr(right);
                return Some(left);
            }
            ExprKind::Ternary(condition, then, otherwise) => {
                self.expr(then);
                self.expr(otherwise);
                return Some(condition);
            }
            ExprKind::Assign(op, target, value) => self.assignment(op, target, value),
            ExprKind::IncDec { target, .. } => self.target(target),
            ExprKind::Delete(target) => self.target(target),
            _ => {}
        }
        None
    }

    fn slots(&mut self, slots: &'a [Slot<'a>]) {
        for slot in slots {
            self.expr(slot.key);
            self.in_register(slot.value);
        }
    }

    fn assignment(&mut self, op: AssignOp, target: &'a Expr<'a>, value: &'a Expr<'a>) {
        self.target(target);
        match super::assign::compound_op(op) {
            Some(op) => self.right(op, value),
            // A local gets the value where it is.
            None if self.is_local(target) => self.expr(value),
            None => self.in_register(value),
        }
    }

    fn is_local(&self, target: &'a Expr<'a>) -> bool {
        let ExprKind::Name(name) = target.kind else { return false };
        matches!(self.lowerer.resolve(name, target.span.start), Binding::Local(_))
    }

    fn target(&mut self, target: &'a Expr<'a>) {
        match target.kind {
            ExprKind::Index(object, key) => {
                self.expr(object);
                self.in_register(key);
            }
            _ => self.expr(target),
        }
    }
}
