//! Loops.
//!
//! The test is at the bottom, so that a turn executes one jump. A test of one
//! instruction is repeated before the loop; to any other the loop jumps at its
//! beginning. What a one-instruction test compares with is kept in a register
//! for as long as the loop runs if it does not fit in the instruction.

use super::Lowerer;
use super::condition::{Comparison, When, is_comparison, truth};
use super::constants::Literal;
use super::fold;
use super::function::{Breakable, Label, Register};
use super::hoist::Turn;
use crate::ast::{AssignOp, Delta, Expr, ExprKind, Ident, Stmt, StmtKind, UnaryOp};
use tamias_bytecode::op::{Instruction, Op};

/// What decides whether there is another turn.
#[derive(Clone, Copy, Debug)]
enum Test<'a> {
    Always,
    Never,
    /// A comparison that can be repeated.
    Comparison(Comparison),
    Expr(&'a Expr<'a>),
}

/// Whether the test is made before the first turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FirstTurn {
    Tested,
    Certain,
}

impl<'a> Lowerer<'a> {
    pub(super) fn while_loop(&mut self, condition: &'a Expr<'a>, body: &'a Stmt<'a>) {
        let scope = self.function.open_scope();
        self.enter_loop(Turn { condition: Some(condition), step: None, body });
        let test = self.loop_test(Some(condition));
        self.turns(test, FirstTurn::Tested, None, body);
        self.leave_loop();
        self.function.close_scope(scope);
    }

    pub(super) fn do_while_loop(&mut self, body: &'a Stmt<'a>, condition: &'a Expr<'a>) {
        let scope = self.function.open_scope();
        self.enter_loop(Turn { condition: Some(condition), step: None, body });
        let test = self.loop_test(Some(condition));
        let start = self.function.new_label();
        self.function.bind(start);
        let (next, end) = self.loop_body(body);
        self.function.bind(next);
        self.branch_test(test, start);
        self.function.bind(end);
        self.leave_loop();
        self.function.close_scope(scope);
    }

    pub(super) fn for_loop(
        &mut self,
        init: Option<&'a Stmt<'a>>,
        condition: Option<&'a Expr<'a>>,
        step: Option<&'a Expr<'a>>,
        body: &'a Stmt<'a>,
    ) {
        let scope = self.function.open_scope();
        match init.map(|init| init.kind) {
            Some(StmtKind::Local(variables)) => self.locals(variables),
            Some(StmtKind::Expr(expr)) => self.effect(expr),
            _ => {}
        }
        self.enter_loop(Turn { condition, step, body });
        let test = self.loop_test(condition);
        let first_turn = match (init, condition) {
            (Some(init), Some(condition)) if self.holds_initially(init, condition) => FirstTurn::Certain,
            _ => FirstTurn::Tested,
        };
        self.turns(test, first_turn, step, body);
        self.leave_loop();
        self.function.close_scope(scope);
    }

    /// The index and the value are variables of the loop, not of a turn.
    pub(super) fn foreach_loop(
        &mut self,
        index: Option<Ident<'a>>,
        value: Ident<'a>,
        container: &'a Expr<'a>,
        body: &'a Stmt<'a>,
    ) {
        let scope = self.function.open_scope();
        // Literals lie below the block of the iteration: above it nothing is alive at the head of the loop.
        self.enter_loop(Turn { condition: None, step: None, body });
        let position = container.span.start;
        // A copy, unlike in the reference: assigning to the container's
        // variable does not change what is iterated.
        let block = self.function.top();
        let container = self.operand(container);
        self.function.set_top(block);
        let state = self.function.allocate_run(4).saturating_add(1);
        if let Some(index) = index {
            self.function.declare(index.name, state.saturating_add(1));
        }
        self.function.declare(value.name, state.saturating_add(2));
        let (next, end) = (self.function.new_label(), self.function.new_label());
        let is_reachable = self.function.reachable();
        self.function.branch_last(position, Instruction::abc(Op::ForeachPrepare, block, container, 0), next);
        let start = self.function.bind_entry(is_reachable);
        self.breakable_body(body, next, end);
        self.function.bind(next);
        self.function.branch(Some(position), Instruction::asbx(Op::Foreach, block, 0), start);
        self.function.bind(end);
        self.leave_loop();
        self.function.close_scope(scope);
    }

    /// The turns of a `while` or `for` loop.
    fn turns(
        &mut self,
        test: Test<'a>,
        first_turn: FirstTurn,
        step: Option<&'a Expr<'a>>,
        body: &'a Stmt<'a>,
    ) {
        let (test_place, end) = (self.function.new_label(), self.function.new_label());
        let is_reachable = self.function.reachable();
        match test {
            Test::Always => {}
            Test::Never => self.function.jump(end),
            Test::Comparison(_) if first_turn == FirstTurn::Certain => {}
            Test::Comparison(comparison) => self.branch_comparison(comparison, When::False, end),
            Test::Expr(_) => self.function.jump(test_place),
        }
        let start = match test {
            Test::Expr(_) => self.function.bind_entry(is_reachable),
            Test::Always | Test::Never | Test::Comparison(_) => {
                let start = self.function.new_label();
                self.function.bind(start);
                start
            }
        };
        let next = self.function.new_label();
        self.breakable_body(body, next, end);
        self.function.bind(next);
        if !self.count(test, step, start) {
            step.iter().for_each(|step| self.effect(step));
            self.function.bind(test_place);
            self.branch_test(test, start);
        }
        self.function.bind(end);
    }

    /// Emits step and test as one instruction, if there is one for them.
    fn count(&mut self, test: Test<'a>, step: Option<&'a Expr<'a>>, start: Label) -> bool {
        let (Test::Comparison(comparison), Some(step)) = (test, step) else { return false };
        let Some((variable, delta)) = self.counted_variable(step) else { return false };
        let Some(instruction) = comparison.counting(variable, delta) else { return false };
        self.function.branch(Some(step.span.start), instruction, start);
        true
    }

    /// The variable that a step counts by 1, and in which direction.
    fn counted_variable(&self, step: &'a Expr<'a>) -> Option<(Register, Delta)> {
        match step.kind {
            ExprKind::IncDec { delta, target, .. } => Some((self.local_register(target)?, delta)),
            ExprKind::Assign(AssignOp::Add, target, value) => {
                let delta = match self.literal(value)? {
                    Literal::Int(1) => Delta::Inc,
                    Literal::Int(-1) => Delta::Dec,
                    _ => return None,
                };
                Some((self.local_register(target)?, delta))
            }
            _ => None,
        }
    }

    /// Lowers a body, and gives the labels, not yet placed, to which `continue` and `break` jump.
    fn loop_body(&mut self, body: &'a Stmt<'a>) -> (Label, Label) {
        let (next, end) = (self.function.new_label(), self.function.new_label());
        self.breakable_body(body, next, end);
        (next, end)
    }

    fn breakable_body(&mut self, body: &'a Stmt<'a>, next: Label, end: Label) {
        let locals_outside = self.function.locals.len();
        self.function.breakables.push(Breakable { end, next: Some(next), locals_outside });
        self.scoped_statement(body);
        self.function.breakables.pop();
    }

    fn branch_test(&mut self, test: Test<'a>, start: Label) {
        match test {
            Test::Always => self.function.jump(start),
            Test::Never => {}
            Test::Comparison(comparison) => self.branch_comparison(comparison, When::True, start),
            Test::Expr(condition) => self.branch(condition, When::True, start),
        }
    }

    /// Prepares the test of a loop.
    fn loop_test(&mut self, condition: Option<&'a Expr<'a>>) -> Test<'a> {
        let Some(condition) = condition else { return Test::Always };
        match self.literal(condition) {
            Some(value) if value.is_true() => Test::Always,
            Some(_) => Test::Never,
            None if !self.optimises() => Test::Expr(condition),
            None => match self.repeatable(condition) {
                Some(comparison) => Test::Comparison(comparison),
                None => Test::Expr(condition),
            },
        }
    }

    /// The comparison that a condition is, if its operands are locals and literals.
    fn repeatable(&mut self, condition: &'a Expr<'a>) -> Option<Comparison> {
        if let ExprKind::Unary(UnaryOp::Not, operand) = condition.kind {
            return self.local_register(operand).map(|variable| truth(variable).negated());
        }
        let ExprKind::Binary { op, left, right, op_span } = condition.kind else {
            return self.local_register(condition).map(truth);
        };
        if !is_comparison(op) {
            return None;
        }
        let variable = self.local_register(left)?;
        let position = op_span.start;
        if let Some(right) = self.local_register(right) {
            return self.compare_registers(op, variable, right, position);
        }
        let literal = self.literal(right)?;
        self.compare_immediate(op, variable, literal, position).or_else(|| {
            let right = self.hoisted(literal).unwrap_or_else(|| self.push_literal(literal));
            self.compare_registers(op, variable, right, position)
        })
    }

    /// Whether a condition is true before the first turn: it compares a
    /// variable with an integer that `init` sets to another one.
    fn holds_initially(&self, init: &'a Stmt<'a>, condition: &'a Expr<'a>) -> bool {
        let (StmtKind::Local(variables), ExprKind::Binary { op, left, right, .. }) =
            (init.kind, condition.kind)
        else {
            return false;
        };
        let ExprKind::Name(tested) = left.kind else { return false };
        // An initial value that is computed might count the variable.
        let are_literals =
            variables.iter().all(|(_, value)| value.is_none_or(|value| self.literal(value).is_some()));
        let initial = variables.iter().rfind(|(name, _)| name.name == tested).and_then(|(_, value)| *value);
        match (initial.and_then(|initial| self.literal(initial)), self.literal(right)) {
            (Some(Literal::Int(initial)), Some(Literal::Int(limit))) if are_literals => {
                fold::relation(op, initial, limit) == Some(true)
            }
            _ => false,
        }
    }
}
