//! Calls.
//!
//! The *window* of a call is a run of free registers: the function, `this` for
//! it, and the arguments. The result takes the place of the function. Below
//! the window every register is in use, above it none.

use super::Lowerer;
use super::function::{Register, THIS};
use super::scope::Binding;
use super::slot::Key;
use crate::ast::{Expr, ExprKind, Ident};
use tamias_bytecode::op::{Instruction, Op};

/// A call that is ready to be made.
#[derive(Clone, Copy, Debug)]
struct Window {
    /// The register of the function.
    start: Register,
    /// Number of arguments, with `this`.
    n_arguments: u8,
    position: u32,
}

impl<'a> Lowerer<'a> {
    /// The object of the method that a call calls, or what computes the function;
    /// `None` if nothing has to be computed first.
    pub(super) fn left_of_call(&self, callee: &'a Expr<'a>) -> Option<&'a Expr<'a>> {
        match callee.kind {
            ExprKind::Member(object, _) | ExprKind::Index(object, _)
                if matches!(object.kind, ExprKind::Base) =>
            {
                None
            }
            ExprKind::Member(object, _) if self.enum_name(object).is_some() => Some(callee),
            ExprKind::Member(object, _) | ExprKind::Index(object, _) => Some(object),
            ExprKind::Name(_) | ExprKind::RootSlot(_) | ExprKind::This | ExprKind::Paren(_) => None,
            _ => Some(callee),
        }
    }

    /// A call with nothing on its left.
    pub(super) fn call(&mut self, expr: &'a Expr<'a>, target: Register) {
        let window = self.open_window(expr);
        self.make_call(window, target);
    }

    /// A call whose object or function is in `left`. The first register that
    /// was free before is `free`.
    pub(super) fn call_link(&mut self, expr: &'a Expr<'a>, left: Register, free: Register, target: Register) {
        let window = self.open_window_with(expr, left, free);
        self.make_call(window, target);
    }

    /// `return call(…)`: the callee takes the place of the running function.
    pub(super) fn tail_call(&mut self, expr: &'a Expr<'a>) {
        let left = match expr.kind {
            ExprKind::Call(callee, _) => self.left_of_call(callee),
            _ => None,
        };
        let free = self.function.top();
        let window = match left {
            Some(left) => {
                let left = self.operand(left);
                self.open_window_with(expr, left, free)
            }
            None => self.open_window(expr),
        };
        let instruction = Instruction::abc(Op::TailCall, window.start, window.n_arguments, 0);
        self.function.emit_last_at(window.position, instruction);
    }

    fn make_call(&mut self, window: Window, target: Register) {
        let Window { start, n_arguments, position } = window;
        self.function.emit_at(position, Instruction::abc(Op::Call, start, n_arguments, 0));
        self.function.move_to(target, start);
    }

    /// Prepares a call with nothing on its left.
    fn open_window(&mut self, expr: &'a Expr<'a>) -> Window {
        let start = self.function.top();
        let position = expr.span.start;
        match expr.kind {
            ExprKind::Call(callee, arguments) => {
                self.first_callee(callee, start);
                self.push_arguments(start, arguments, position)
            }
            ExprKind::RawCall([function, arguments @ ..]) => {
                self.push(function);
                self.push_rest(start, arguments, position)
            }
            _ => Window { start, n_arguments: 1, position },
        }
    }

    /// Prepares a call whose object or function is in `left`.
    fn open_window_with(&mut self, expr: &'a Expr<'a>, left: Register, free: Register) -> Window {
        let ExprKind::Call(callee, arguments) = expr.kind else { return self.open_window(expr) };
        let position = match callee.kind {
            ExprKind::Member(object, member) if self.enum_name(object).is_none() => {
                let key = self.field_key(member.name);
                self.method(free, left, key, member.span.start);
                member.span.start
            }
            ExprKind::Index(_, key) => {
                let place = self.key(key);
                self.method(free, left, place, key.span.start);
                key.span.start
            }
            _ => {
                self.callee(free, left);
                callee.span.start
            }
        };
        self.push_arguments(free, arguments, position)
    }

    /// Computes the function and its `this` if nothing had to be computed before.
    fn first_callee(&mut self, callee: &'a Expr<'a>, start: Register) {
        let position = callee.span.start;
        match callee.kind {
            ExprKind::Name(name) => self.named_callee(Ident { name, span: callee.span }, start),
            ExprKind::RootSlot(ident) => {
                let name = self.string(ident.name);
                self.function.emit_at(position, Instruction::abx(Op::GetRootCall, start, name));
            }
            ExprKind::Member(base, member) => {
                let base = self.push(base);
                let key = self.field_key(member.name);
                self.get(start, base, key, member.span.start);
                self.callee(start, start);
            }
            ExprKind::Index(base, key) => {
                let base = self.push(base);
                let place = self.read_key(key);
                self.get(start, base, place, key.span.start);
                self.callee(start, start);
            }
            _ => {
                let function = self.operand(callee);
                self.callee(start, function);
            }
        }
    }

    fn named_callee(&mut self, ident: Ident<'a>, start: Register) {
        match self.resolve(ident.name, ident.span.start) {
            Binding::Local(function) => self.callee(start, function),
            Binding::Slot => {
                let name = self.string(ident.name);
                let instruction = Instruction::abx(Op::GetNameCall, start, name);
                self.function.emit_at(ident.span.start, instruction);
            }
            Binding::Outer(_) | Binding::Literal(_) | Binding::Enum => {
                self.name(ident, start);
                self.callee(start, start);
            }
        }
    }

    /// Makes a value the function of a window, and the running function's `this` its `this`.
    fn callee(&mut self, start: Register, function: Register) {
        let instruction = if function == start {
            Instruction::abc(Op::Move, start.saturating_add(1), THIS, 0)
        } else {
            Instruction::abc(Op::Callee, start, function, 0)
        };
        self.function.emit(instruction);
    }

    /// Makes a slot the function of a window, and its object its `this`.
    fn method(&mut self, start: Register, object: Register, key: Key, position: u32) {
        let instruction = match key {
            Key::Field(name) => Instruction::abc(Op::GetMethod, start, object, name),
            Key::Small(key) | Key::Register(key) => Instruction::abc(Op::GetMethodIndex, start, object, key),
        };
        self.function.emit_at(position, instruction);
    }

    /// Computes the arguments after the function and `this`.
    fn push_arguments(&mut self, start: Register, arguments: &'a [&'a Expr<'a>], position: u32) -> Window {
        self.function.set_top(start);
        self.function.allocate_run(2);
        self.push_rest(start, arguments, position)
    }

    /// Computes what is still missing in a window. Arguments are copies, also of locals.
    fn push_rest(&mut self, start: Register, arguments: &'a [&'a Expr<'a>], position: u32) -> Window {
        for argument in arguments {
            self.push(argument);
        }
        let n_arguments = self.function.top().saturating_sub(start).saturating_sub(1);
        Window { start, n_arguments, position }
    }
}
