//! Statements.

use super::Lowerer;
use super::condition::When;
use super::function::{Label, TryRange};
use crate::ast::{Expr, ExprKind, Function, Ident, Stmt, StmtKind};
use crate::codes;
use tamias_bytecode::op::{Instruction, Op};

impl<'a> Lowerer<'a> {
    /// Lowers statements in the current scope.
    pub(super) fn statements(&mut self, statements: &'a [&'a Stmt<'a>]) {
        for statement in statements {
            self.statement(statement);
        }
    }

    /// Lowers statements in a scope of their own.
    pub(super) fn scoped_statements(&mut self, statements: &'a [&'a Stmt<'a>]) {
        let scope = self.function.open_scope();
        self.statements(statements);
        self.function.close_scope(scope);
    }

    /// Lowers a statement in a scope of its own.
    pub(super) fn scoped_statement(&mut self, statement: &'a Stmt<'a>) {
        let scope = self.function.open_scope();
        self.statement(statement);
        self.function.close_scope(scope);
    }

    /// Lowers the body of a function. Its scope needs no end: returning ends it.
    pub(super) fn outermost_statement(&mut self, statement: &'a Stmt<'a>) {
        match statement.kind {
            StmtKind::Block(statements) => self.statements(statements),
            _ => self.statement(statement),
        }
    }

    fn statement(&mut self, statement: &'a Stmt<'a>) {
        self.function.begin_statement(statement.span);
        match statement.kind {
            StmtKind::Empty | StmtKind::Error => {}
            StmtKind::Expr(expr) => self.effect(expr),
            StmtKind::Block(statements) => self.scoped_statements(statements),
            StmtKind::Local(variables) => self.locals(variables),
            StmtKind::LocalFunction(name, function) => self.local_function(name, function),
            StmtKind::Function(path, function) => self.function_statement(path, function),
            StmtKind::Class(target, class) => self.class_statement(target, class),
            StmtKind::Const(name, value) => self.constants.declare(name, value.into()),
            StmtKind::Enum(name, members) => self.constants.declare_enum(name, members),
            StmtKind::If(condition, then, otherwise) => self.if_statement(condition, then, otherwise),
            StmtKind::While(condition, body) => self.while_loop(condition, body),
            StmtKind::DoWhile(body, condition) => self.do_while_loop(body, condition),
            StmtKind::For { init, condition, step, body } => self.for_loop(init, condition, step, body),
            StmtKind::Foreach { index, value, container, body } => {
                self.foreach_loop(index, value, container, body);
            }
            StmtKind::Switch { subject, cases, default } => self.switch(subject, cases, default),
            StmtKind::Try(body, name, handler) => self.try_statement(body, name, handler),
            StmtKind::Return(value) => self.return_statement(value),
            StmtKind::Yield(value) => self.yield_statement(value),
            StmtKind::Throw(value) => self.throw_statement(value, statement.span.start),
            StmtKind::Break => self.break_statement(statement),
            StmtKind::Continue => self.continue_statement(statement),
        }
    }

    /// A variable is known after its value: in `local x = x` the second is another one.
    pub(super) fn locals(&mut self, variables: &'a [(Ident<'a>, Option<&'a Expr<'a>>)]) {
        for (name, value) in variables {
            let register = match value {
                Some(value) => self.push(value),
                None => {
                    let register = self.function.allocate();
                    self.function.load_null(register, 1);
                    register
                }
            };
            self.function.declare(name.name, register);
        }
    }

    fn local_function(&mut self, name: Ident<'a>, function: &'a Function<'a>) {
        let register = self.function.top();
        self.function.reserve(1);
        self.closure(function, register);
        self.function.allocate();
        self.function.declare(name.name, register);
    }

    /// `if` with all the `else if`s that follow it, however many.
    fn if_statement(&mut self, condition: &'a Expr<'a>, then: &'a Stmt<'a>, otherwise: Option<&'a Stmt<'a>>) {
        let end = self.function.new_label();
        let mut branch = (condition, then, otherwise);
        loop {
            let (condition, then, otherwise) = branch;
            let is_false = self.function.new_label();
            match self.jumped_to(then) {
                Some(target) => self.branch(condition, When::True, target),
                None => {
                    self.branch(condition, When::False, is_false);
                    self.scoped_statement(then);
                    if otherwise.is_some() {
                        self.function.jump(end);
                    }
                }
            }
            self.function.bind(is_false);
            match otherwise.map(|otherwise| (otherwise, otherwise.kind)) {
                Some((_, StmtKind::If(condition, then, otherwise))) => branch = (condition, then, otherwise),
                Some((otherwise, _)) => break self.scoped_statement(otherwise),
                None => break,
            }
        }
        self.function.bind(end);
    }

    /// Where a statement leads if all it does is jump.
    fn jumped_to(&self, statement: &'a Stmt<'a>) -> Option<Label> {
        let (target, locals_outside) = match statement.kind {
            StmtKind::Block([only]) => return self.jumped_to(only),
            StmtKind::Break => self.function.break_target()?,
            StmtKind::Continue => self.function.continue_target()?,
            _ => return None,
        };
        self.function.first_captured(locals_outside).is_none().then_some(target)
    }

    fn try_statement(&mut self, body: &'a Stmt<'a>, name: Ident<'a>, handler: &'a Stmt<'a>) {
        let register = self.function.top();
        let start = self.function.here();
        self.function.try_depth += 1;
        self.scoped_statement(body);
        self.function.try_depth -= 1;
        let end = self.function.here();
        let after = self.function.new_label();
        self.function.jump(after);
        let is_protecting = self.function.reachable_since(start, end);
        let entry = self.function.bind_entry(is_protecting);
        if end > start {
            self.function.tries.push(TryRange { start, end, handler: entry, register });
        }
        let scope = self.function.open_scope();
        self.function.allocate();
        self.function.declare(name.name, register);
        self.statement(handler);
        self.function.close_scope(scope);
        self.function.bind(after);
    }

    fn return_statement(&mut self, value: Option<&'a Expr<'a>>) {
        match value {
            Some(value) => self.return_value(value),
            None => self.function.emit_last(Instruction::abc(Op::ReturnNull, 0, 0, 0)),
        }
    }

    /// Returns a value. A call in this place is a tail call unless a handler
    /// or a generator has to stay alive for it.
    pub(super) fn return_value(&mut self, value: &'a Expr<'a>) {
        let top = self.function.top();
        let may_tail_call = self.function.try_depth == 0 && !self.function.is_generator;
        match value.kind {
            ExprKind::Null => self.function.emit_last(Instruction::abc(Op::ReturnNull, 0, 0, 0)),
            ExprKind::Call(..) | ExprKind::RawCall(_) if may_tail_call => self.tail_call(value),
            ExprKind::Ternary(condition, then, otherwise) => {
                let is_false = self.function.new_label();
                self.branch(condition, When::False, is_false);
                self.return_value(then);
                self.function.bind(is_false);
                self.return_value(otherwise);
            }
            _ => {
                let value = self.operand(value);
                self.function.emit_last(Instruction::abc(Op::Return, value, 0, 0));
            }
        }
        self.function.set_top(top);
    }

    fn yield_statement(&mut self, value: Option<&'a Expr<'a>>) {
        let top = self.function.top();
        let (value, has_value) = match value {
            Some(value) => (self.operand(value), 1),
            None => (0, 0),
        };
        self.function.emit(Instruction::abc(Op::Yield, value, has_value, 0));
        self.function.set_top(top);
    }

    fn throw_statement(&mut self, value: &'a Expr<'a>, position: u32) {
        let top = self.function.top();
        let value = self.operand(value);
        self.function.emit_last_at(position, Instruction::abc(Op::Throw, value, 0, 0));
        self.function.set_top(top);
    }

    fn break_statement(&mut self, statement: &'a Stmt<'a>) {
        match self.function.break_target() {
            Some((target, locals_outside)) => self.leave(target, locals_outside),
            None => self.report(
                codes::BREAK_OUTSIDE_LOOP,
                "'break' has to be in a loop block",
                statement.span,
                "no loop and no `switch` around it",
            ),
        }
    }

    fn continue_statement(&mut self, statement: &'a Stmt<'a>) {
        match self.function.continue_target() {
            Some((target, locals_outside)) => self.leave(target, locals_outside),
            None => self.report(
                codes::CONTINUE_OUTSIDE_LOOP,
                "'continue' has to be in a loop block",
                statement.span,
                "no loop around it",
            ),
        }
    }

    /// Jumps out of the scopes of some locals.
    fn leave(&mut self, target: Label, locals_outside: usize) {
        self.function.close_captured(locals_outside);
        self.function.jump(target);
    }
}
