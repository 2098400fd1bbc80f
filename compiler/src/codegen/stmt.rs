//! Statements.

use super::Lowering;
use super::assemble::Label;
use super::function::{Loop, Register};
use super::names::Name;
use crate::ast::{AssignOp, BinaryOp, Delta, Expr, ExprKind, Ident, Stmt, StmtKind};
use crate::codes;
use tamias_bytecode::op::{Instruction, Op};

/// A loop that counts a local variable up by one and compares it with a limit: one instruction a turn.
enum Counting {
    Register(Register, Register),
    Immediate(Register, u8),
}

impl<'s> Lowering<'s> {
    pub(super) fn statements(&mut self, statements: &[Stmt<'s>]) {
        for statement in statements {
            self.statement(statement);
        }
    }

    pub(super) fn statement(&mut self, statement: &Stmt<'s>) {
        self.set_position(statement.span);
        match statement.kind {
            StmtKind::Empty | StmtKind::Error => {}
            StmtKind::Expr(expr) => self.expr_discard(expr),
            StmtKind::Block(statements) => self.block(statements),
            StmtKind::Local(variables) => self.locals(variables),
            StmtKind::LocalFunction(name, function) => {
                // The name is bound only when the function is complete (language-imp 3).
                let register = self.f().allocate();
                self.function_to(function, register);
                self.f().declare(name.name, register);
            }
            StmtKind::Function(path, function) => self.function_statement(path, function),
            StmtKind::Class(target, class) => self.class_statement(target, class),
            StmtKind::Const(name, value) => self.declare_constant(name, value),
            StmtKind::Enum(name, members) => self.declare_enum(name, members),
            StmtKind::If(..) => self.if_chain(statement),
            StmtKind::While(condition, body) => self.while_loop(condition, body),
            StmtKind::DoWhile(body, condition) => self.do_while(body, condition),
            StmtKind::For { init, condition, step, body } => self.for_loop(init, condition, step, body),
            StmtKind::Foreach { index, value, container, body } => {
                self.foreach(index, value, container, body);
            }
            StmtKind::Switch { subject, cases, default } => self.switch(subject, cases, default),
            StmtKind::Try(body, name, handler) => self.try_catch(body, name, handler),
            StmtKind::Return(None) => self.f().emit(Op::ReturnNull, 0, 0, 0),
            StmtKind::Return(Some(value)) => self.return_value(value),
            StmtKind::Yield(value) => self.yield_value(value),
            StmtKind::Throw(value) => {
                let free = self.f().free();
                let register = self.expr_any(value);
                self.set_position(statement.span);
                self.f().emit(Op::Throw, register, 0, 0);
                self.f().release_to(free);
            }
            StmtKind::Break => self.break_statement(statement),
            StmtKind::Continue => self.continue_statement(statement),
        }
    }

    pub(super) fn block(&mut self, statements: &[Stmt<'s>]) {
        let scope = self.f().begin_scope();
        self.statements(statements);
        self.end_scope(scope);
    }

    fn end_scope(&mut self, scope: super::function::Scope) {
        let builder = self.functions.last_mut().expect("main is never left");
        builder.end_scope(scope, &mut self.draft.strings);
    }

    /// A statement that is the body of another one has a scope of its own.
    fn body(&mut self, statement: &Stmt<'s>) {
        let scope = self.f().begin_scope();
        match statement.kind {
            StmtKind::Block(statements) => self.statements(statements),
            _ => self.statement(statement),
        }
        self.end_scope(scope);
    }

    fn locals(&mut self, variables: &[(Ident<'s>, Option<&'s Expr<'s>>)]) {
        for (name, value) in variables {
            let register = self.f().allocate();
            match value {
                Some(value) => self.expr_to(value, register),
                None => self.f().emit(Op::LoadNull, register, 1, 0),
            }
            self.f().declare(name.name, register);
        }
    }

    fn function_statement(&mut self, path: &[Ident<'s>], function: &crate::ast::Function<'s>) {
        let Some((name, objects)) = path.split_last() else { return };
        let free = self.f().free();
        let mut object = 0;
        for (depth, part) in objects.iter().enumerate() {
            if depth == 0 {
                // The first name is a slot of `this` or the root table; local variables do not count.
                object = self.f().allocate();
                self.set_position(part.span);
                let constant = self.string_constant(part.name);
                self.f().emit_read(Instruction::abx(Op::GetName, object, constant), 1);
            } else {
                self.set_position(part.span);
                self.get_field(object, object, part.name);
            }
        }
        let closure = self.f().allocate();
        self.function_to(function, closure);
        self.set_position(name.span);
        self.set_field(Op::NewField, object, name.name, closure);
        self.f().release_to(free);
    }

    fn class_statement(&mut self, target: &Expr<'s>, class: &crate::ast::Class<'s>) {
        let free = self.f().free();
        match target.kind {
            ExprKind::Name(name) => {
                if matches!(self.resolve(name), Name::Local(_) | Name::Outer(_)) {
                    let title = "cannot create a class in a local with the syntax(class <local>)";
                    let help = "use `name = class { … }` for a local variable";
                    self.error_with_help(codes::CLASS_IN_LOCAL, title, target.span, help);
                }
                let register = self.f().allocate();
                self.class_to(class, register);
                self.set_position(target.span);
                self.set_field(Op::NewField, 0, name, register);
            }
            ExprKind::RootSlot(name) => {
                let root = self.f().allocate();
                self.f().emit(Op::LoadRoot, root, 0, 0);
                let register = self.f().allocate();
                self.class_to(class, register);
                self.set_field(Op::NewField, root, name.name, register);
            }
            ExprKind::Member(object, name) => {
                let object = self.expr_any(object);
                let register = self.f().allocate();
                self.class_to(class, register);
                self.set_position(name.span);
                self.set_field(Op::NewField, object, name.name, register);
            }
            ExprKind::Index(object, key) => {
                let object = self.expr_any(object);
                let key = self.expr_any(key);
                let register = self.f().allocate();
                self.class_to(class, register);
                self.f().emit(Op::NewSlot, object, key, register);
            }
            _ => {}
        }
        self.f().release_to(free);
    }

    /// `if … else if … else …`: a loop, because such chains may be of any length.
    fn if_chain(&mut self, statement: &Stmt<'s>) {
        let end = self.f().new_label();
        let mut statement = statement;
        while let StmtKind::If(condition, then, otherwise) = statement.kind {
            let next = self.f().new_label();
            self.jump_unless(condition, next);
            self.body(then);
            let Some(otherwise) = otherwise else {
                self.f().place(next);
                break;
            };
            self.f().jump(end);
            self.f().place(next);
            if matches!(otherwise.kind, StmtKind::If(..)) {
                self.set_position(otherwise.span);
                statement = otherwise;
                continue;
            }
            self.body(otherwise);
            break;
        }
        self.f().place(end);
    }

    // Loops.

    fn begin_loop(&mut self) -> (Label, Label) {
        let (break_label, continue_label) = (self.f().new_label(), self.f().new_label());
        let first_variable = self.f().variables.len();
        let entry = Loop { break_label, continue_label: Some(continue_label), first_variable };
        self.f().loops.push(entry);
        (break_label, continue_label)
    }

    fn while_loop(&mut self, condition: &Expr<'s>, body: &Stmt<'s>) {
        let (end, test) = self.begin_loop();
        let top = self.f().new_label();
        self.f().jump(test);
        self.f().place(top);
        self.body(body);
        self.f().place(test);
        self.set_position(condition.span);
        self.jump_if(condition, top);
        self.f().loops.pop();
        self.f().place(end);
    }

    fn do_while(&mut self, body: &Stmt<'s>, condition: &Expr<'s>) {
        let (end, test) = self.begin_loop();
        let top = self.f().new_label();
        self.f().place(top);
        self.body(body);
        self.f().place(test);
        self.set_position(condition.span);
        self.jump_if(condition, top);
        self.f().loops.pop();
        self.f().place(end);
    }

    fn for_loop(
        &mut self,
        init: Option<&'s Stmt<'s>>,
        condition: Option<&'s Expr<'s>>,
        step: Option<&'s Expr<'s>>,
        body: &Stmt<'s>,
    ) {
        let scope = self.f().begin_scope();
        if let Some(init) = init {
            self.statement(init);
        }
        let (end, next) = self.begin_loop();
        let (top, test) = (self.f().new_label(), self.f().new_label());
        let counting = condition.zip(step).and_then(|(condition, step)| self.counting(condition, step));
        match (&counting, condition) {
            (Some(_), Some(condition)) => self.jump_unless(condition, end),
            (None, Some(_)) => self.f().jump(test),
            _ => {}
        }
        self.f().place(top);
        self.body(body);
        self.f().place(next);
        if let Some(counting) = counting {
            let (op, counter, limit) = match counting {
                Counting::Register(counter, limit) => (Op::IncJLt, counter, limit),
                Counting::Immediate(counter, limit) => (Op::IncJLtImm, counter, limit),
            };
            if let Some(condition) = condition {
                self.set_position(condition.span);
            }
            self.f().emit_jump(op, counter, limit, top);
        } else {
            if let Some(step) = step {
                self.set_position(step.span);
                self.expr_discard(step);
            }
            self.f().place(test);
            match condition {
                Some(condition) => {
                    self.set_position(condition.span);
                    self.jump_if(condition, top);
                }
                None => self.f().jump(top),
            }
        }
        self.f().loops.pop();
        self.f().place(end);
        self.end_scope(scope);
    }

    /// Recognises `i < limit` with `i++`. Whatever the body does to the two, the registers have it.
    fn counting(&mut self, condition: &Expr<'s>, step: &Expr<'s>) -> Option<Counting> {
        let ExprKind::Binary { op: BinaryOp::Lt, left, right, .. } = condition.kind else { return None };
        let counted = match step.kind {
            ExprKind::IncDec { delta: Delta::Inc, target, .. } => target,
            ExprKind::Assign(AssignOp::Add, target, value) if matches!(value.kind, ExprKind::Int(1)) => {
                target
            }
            _ => return None,
        };
        let counter = self.local_register(left)?;
        if self.local_register(counted)? != counter {
            return None;
        }
        if let ExprKind::Int(limit) = right.kind
            && let Ok(limit) = i8::try_from(limit)
        {
            return Some(Counting::Immediate(counter, limit as u8));
        }
        let limit = self.local_register(right)?;
        (limit != counter).then_some(Counting::Register(counter, limit))
    }

    fn local_register(&mut self, expr: &Expr<'s>) -> Option<Register> {
        let ExprKind::Name(name) = expr.kind else { return None };
        match self.resolve(name) {
            Name::Local(register) => Some(register),
            _ => None,
        }
    }

    fn foreach(&mut self, index: Option<Ident<'s>>, value: Ident<'s>, container: &Expr<'s>, body: &Stmt<'s>) {
        let scope = self.f().begin_scope();
        let block = self.f().allocate();
        self.expr_to(container, block);
        self.f().reserve(3);
        // The first of two names is the index; without one its register has no name.
        let name = index.map_or(&b"@index@"[..], |index| index.name);
        self.f().declare(name, block + 2);
        self.f().declare(value.name, block + 3);
        self.set_position(container.span);
        self.f().emit(Op::ForeachPrepare, block, 0, 0);
        let (end, next) = self.begin_loop();
        self.f().place(next);
        self.set_position(container.span);
        self.f().emit_jump(Op::Foreach, block, 0, end);
        self.body(body);
        self.f().jump(next);
        self.f().loops.pop();
        self.f().place(end);
        self.end_scope(scope);
    }

    fn switch(
        &mut self,
        subject: &Expr<'s>,
        cases: &[(&'s Expr<'s>, &'s [Stmt<'s>])],
        default: Option<&'s [Stmt<'s>]>,
    ) {
        let scope = self.f().begin_scope();
        let end = self.f().new_label();
        let otherwise = self.f().new_label();
        let is_plain = |(label, _): &(&Expr<'_>, &[Stmt<'_>])| {
            matches!(label.kind, ExprKind::Int(_) | ExprKind::Float(_) | ExprKind::Str(_) | ExprKind::Null)
        };
        // Labels that run code could change a variable that is the subject.
        let register = if cases.iter().all(is_plain) {
            self.expr_any(subject)
        } else {
            let register = self.f().allocate();
            self.expr_to(subject, register);
            register
        };
        let first_variable = self.f().variables.len();
        self.f().loops.push(Loop { break_label: end, continue_label: None, first_variable });
        let labels: Vec<Label> = cases.iter().map(|_| self.f().new_label()).collect();
        for ((value, _), label) in cases.iter().zip(&labels) {
            self.set_position(value.span);
            self.jump_if_equal(register, value, *label);
        }
        self.f().jump(otherwise);
        for ((_, body), label) in cases.iter().zip(&labels) {
            self.f().place(*label);
            self.block(body);
        }
        self.f().place(otherwise);
        if let Some(body) = default {
            self.block(body);
        }
        self.f().loops.pop();
        self.f().place(end);
        self.end_scope(scope);
    }

    fn break_statement(&mut self, statement: &Stmt<'s>) {
        let Some((label, first_variable)) =
            self.f().loops.last().map(|entry| (entry.break_label, entry.first_variable))
        else {
            return self.error(
                codes::BREAK_OUTSIDE_LOOP,
                "'break' has to be in a loop block",
                statement.span,
            );
        };
        self.f().close_from(first_variable);
        self.f().jump(label);
    }

    fn continue_statement(&mut self, statement: &Stmt<'s>) {
        let loops = &self.f().loops;
        let found = loops
            .iter()
            .rev()
            .find_map(|entry| entry.continue_label.map(|label| (label, entry.first_variable)));
        let Some((label, first_variable)) = found else {
            return self.error(
                codes::CONTINUE_OUTSIDE_LOOP,
                "'continue' has to be in a loop block",
                statement.span,
            );
        };
        self.f().close_from(first_variable);
        self.f().jump(label);
    }

    // Leaving.

    pub(super) fn return_value(&mut self, value: &Expr<'s>) {
        // Inside of `try` the handler must stay in force; a generator has to notice its end.
        let may_be_tail_call = self.f().try_depth == 0 && !self.f().is_generator;
        if may_be_tail_call && self.tail_call(value) {
            return;
        }
        if matches!(value.kind, ExprKind::Null) {
            return self.f().emit(Op::ReturnNull, 0, 0, 0);
        }
        let free = self.f().free();
        let register = self.expr_any(value);
        self.f().emit(Op::Return, register, 0, 0);
        self.f().release_to(free);
    }

    fn yield_value(&mut self, value: Option<&'s Expr<'s>>) {
        let free = self.f().free();
        self.f().is_generator = true;
        match value {
            Some(value) => {
                let register = self.expr_any(value);
                self.f().emit(Op::Yield, register, 1, 0);
            }
            None => self.f().emit(Op::Yield, 0, 0, 0),
        }
        self.f().release_to(free);
    }

    fn try_catch(&mut self, body: &Stmt<'s>, name: Ident<'s>, handler: &Stmt<'s>) {
        let [start, end, catch, after] = [(); 4].map(|()| self.f().new_label());
        self.f().place(start);
        self.f().try_depth += 1;
        self.body(body);
        self.f().try_depth -= 1;
        self.f().place(end);
        self.f().jump(after);
        self.f().place(catch);
        let scope = self.f().begin_scope();
        let register = self.f().allocate();
        self.f().declare(name.name, register);
        self.f().add_try(start, end, catch, register);
        self.body(handler);
        self.end_scope(scope);
        self.f().place(after);
    }
}
