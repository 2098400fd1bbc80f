//! Postfix chains: `a.b[c].d(e).f()`. They may be of any length, so they are
//! taken apart from the outside and put together with a loop.

use super::Lowering;
use super::expr::target_span;
use super::function::Register;
use super::names::Name;
use crate::ast::{Expr, ExprKind};
use tamias_bytecode::op::{Instruction, Op};

/// The operand side of a postfix expression.
fn inner<'e, 's>(expr: &'e Expr<'s>) -> Option<&'e Expr<'s>> {
    match expr.kind {
        ExprKind::Member(inner, _)
        | ExprKind::Index(inner, _)
        | ExprKind::Call(inner, _)
        | ExprKind::PostInit(inner, _) => Some(inner),
        _ => None,
    }
}

impl<'s> Lowering<'s> {
    /// Computes a postfix chain into a register.
    pub(super) fn chain_to(&mut self, expr: &Expr<'s>, dst: Register) {
        let mut links = vec![expr];
        while let Some(next) = inner(links[links.len() - 1]) {
            // `Name.member` of an enum is a constant: the chain starts there.
            if let ExprKind::Member(object, name) = links[links.len() - 1].kind
                && matches!(object.kind, ExprKind::Name(_))
                && let Some(constant) = self.enum_member(object, name)
            {
                return self.chain_from_constant(links, constant, dst);
            }
            links.push(next);
        }
        let free = self.f().free();
        let root = links.pop().expect("a chain has a root");
        let work = if self.f().is_top(dst) { dst } else { self.f().allocate() };
        let value = self.begin_chain(root, &mut links, work);
        self.follow_chain(value, links, work, dst);
        self.f().release_to(free);
    }

    fn chain_from_constant(
        &mut self,
        mut links: Vec<&Expr<'s>>,
        constant: Result<super::ConstantValue, ()>,
        dst: Register,
    ) {
        links.pop();
        let Ok(value) = constant else { return };
        let free = self.f().free();
        if links.is_empty() {
            self.load_constant(&value, dst);
            return;
        }
        let work = if self.f().is_top(dst) { dst } else { self.f().allocate() };
        self.load_constant(&value, work);
        self.follow_chain(work, links, work, dst);
        self.f().release_to(free);
    }

    /// Evaluates the root of a chain; a call of it comes with it. Returns where the value is.
    fn begin_chain(&mut self, root: &Expr<'s>, links: &mut Vec<&Expr<'s>>, work: Register) -> Register {
        let is_base = matches!(root.kind, ExprKind::Base);
        if let Some(ExprKind::Call(_, arguments)) = links.last().map(|link| link.kind) {
            let call = links.pop().expect("there is a link");
            self.begin_window(work);
            self.callee_of_value(root, work);
            self.finish_call(call, root, arguments, work);
            return work;
        }
        if is_base {
            self.f().emit(Op::LoadBase, work, 0, 0);
            return self.base_method(links, work);
        }
        self.expr_any_or(root, work)
    }

    /// `base.method()` passes the `this` of the running function.
    fn base_method(&mut self, links: &mut Vec<&Expr<'s>>, work: Register) -> Register {
        let [.., call, member] = links[..] else { return work };
        let ExprKind::Call(_, arguments) = call.kind else { return work };
        links.truncate(links.len() - 2);
        self.step(member, work, work);
        self.begin_window(work);
        self.f().move_to(work + 1, 0);
        self.finish_call(call, member, arguments, work);
        work
    }

    /// Applies the rest of a chain to the value in `value`. `work` is the top register.
    fn follow_chain(
        &mut self,
        mut value: Register,
        mut links: Vec<&Expr<'s>>,
        work: Register,
        dst: Register,
    ) {
        while let Some(link) = links.pop() {
            if let Some(ExprKind::Call(_, arguments)) = links.last().map(|link| link.kind)
                && matches!(link.kind, ExprKind::Member(..) | ExprKind::Index(..))
            {
                let call = links.pop().expect("there is a link");
                self.method(link, value, work);
                self.finish_call(call, link, arguments, work);
                value = work;
                continue;
            }
            let target =
                if links.is_empty() && !matches!(link.kind, ExprKind::Call(..) | ExprKind::PostInit(..)) {
                    dst
                } else {
                    work
                };
            match link.kind {
                ExprKind::Call(_, arguments) => {
                    // The result of a call is called: `f()()`.
                    self.begin_window(work);
                    self.f().move_to(work, value);
                    self.f().move_to(work + 1, 0);
                    self.finish_call(link, link, arguments, work);
                }
                ExprKind::PostInit(_, slots) => {
                    self.f().move_to(work, value);
                    self.initialise(slots, work);
                }
                _ => self.step(link, value, target),
            }
            value = target;
        }
        self.f().move_to(dst, value);
    }

    /// One `.name` or `[key]` that is not called.
    fn step(&mut self, link: &Expr<'s>, object: Register, dst: Register) {
        let free = self.f().free();
        match link.kind {
            ExprKind::Member(_, name) => {
                self.set_position(name.span);
                self.get_field(dst, object, name.name);
            }
            ExprKind::Index(_, key) => match key.kind {
                ExprKind::Str(name) => {
                    self.set_position(link.span);
                    self.get_field(dst, object, name);
                }
                ExprKind::Int(index @ 0..=255) => {
                    self.set_position(link.span);
                    let instruction = Instruction::abc(Op::GetIndexImm, dst, object, index as u8);
                    self.f().emit_read(instruction, u16::from(object) + 1);
                }
                _ => {
                    let key = self.expr_any(key);
                    self.set_position(link.span);
                    let sources = u16::from(object.max(key)) + 1;
                    let free_with_key = self.f().free();
                    // Neither the key nor the destination is needed any more once the slot is read.
                    self.f().release_to(free);
                    self.f().emit_read(Instruction::abc(Op::GetIndex, dst, object, key), sources);
                    self.f().release_to(free_with_key);
                }
            },
            _ => {}
        }
        self.f().release_to(free);
    }

    /// The registers of a call: function and `this`. `work` must be the top register.
    fn begin_window(&mut self, work: Register) {
        self.f().release_to(u16::from(work) + 1);
        self.f().reserve(1);
    }

    /// Looks a method up: function to `work`, object to the register above.
    fn method(&mut self, link: &Expr<'s>, object: Register, work: Register) {
        match link.kind {
            ExprKind::Member(_, name) => {
                self.set_position(name.span);
                self.begin_window(work);
                self.method_by_name(object, name.name, work);
            }
            ExprKind::Index(_, key) => {
                if let ExprKind::Str(name) = key.kind {
                    self.set_position(link.span);
                    self.begin_window(work);
                    self.method_by_name(object, name, work);
                    return;
                }
                let key = self.expr_any(key);
                self.set_position(link.span);
                self.f().emit(Op::GetMethodIndex, work, object, key);
                self.begin_window(work);
            }
            _ => {}
        }
    }

    fn method_by_name(&mut self, object: Register, name: &[u8], work: Register) {
        match self.short_string_constant(name) {
            Some(constant) => self.f().emit(Op::GetMethod, work, object, constant),
            None => {
                self.load_string(name, work + 1);
                self.f().emit(Op::GetMethodIndex, work, object, work + 1);
            }
        }
    }

    /// A function that is called without an object before it: it gets the caller's `this`.
    fn callee_of_value(&mut self, callee: &Expr<'s>, work: Register) {
        self.set_position(callee.span);
        match callee.kind {
            ExprKind::Name(name) => match self.resolve(name) {
                Name::Local(register) => self.f().emit(Op::Callee, work, register, 0),
                Name::Slot => {
                    let constant = self.string_constant(name);
                    self.f().emit_wide(Op::GetNameCall, work, constant);
                }
                _ => {
                    self.name_to_callee(callee, work);
                }
            },
            ExprKind::RootSlot(name) => {
                let constant = self.string_constant(name.name);
                self.f().emit_wide(Op::GetRootCall, work, constant);
            }
            _ => self.name_to_callee(callee, work),
        }
    }

    fn name_to_callee(&mut self, callee: &Expr<'s>, work: Register) {
        // While it is computed, the register for `this` is not needed.
        self.f().release_to(u16::from(work) + 1);
        self.expr_to(callee, work);
        self.begin_window(work);
        self.f().move_to(work + 1, 0);
    }

    /// Arguments and the call itself; the result is in `work`.
    fn finish_call(&mut self, call: &Expr<'s>, callee: &Expr<'s>, arguments: &[Expr<'s>], work: Register) {
        self.arguments(arguments);
        let count = self.argument_count(arguments.len());
        self.set_position(call_span(call, callee));
        self.f().emit(Op::Call, work, count, 0);
        self.f().release_to(u16::from(work) + 1);
    }

    fn arguments(&mut self, arguments: &[Expr<'s>]) {
        for argument in arguments {
            let register = self.f().allocate();
            self.expr_to(argument, register);
        }
    }

    /// Number of arguments with `this`. Too many do not fit into the registers, which has been noticed.
    fn argument_count(&self, arguments: usize) -> u8 {
        (arguments + 1).min(255) as u8
    }

    /// `rawcall(function, this, …)`
    pub(super) fn raw_call(&mut self, expr: &Expr<'s>, arguments: &[Expr<'s>], dst: Register) {
        let free = self.f().free();
        let work = if self.f().is_top(dst) { dst } else { self.f().allocate() };
        if let Some((callee, rest)) = arguments.split_first() {
            self.expr_to(callee, work);
            self.arguments(rest);
            self.set_position(expr.span);
            self.f().emit(Op::Call, work, rest.len().min(255) as u8, 0);
            self.f().release_to(u16::from(work) + 1);
        }
        self.f().move_to(dst, work);
        self.f().release_to(free);
    }

    /// `return f(…)` as a jump. False if the expression is no call.
    pub(super) fn tail_call(&mut self, expr: &Expr<'s>) -> bool {
        if !matches!(expr.kind, ExprKind::Call(..)) {
            return false;
        }
        let free = self.f().free();
        let work = self.f().allocate();
        self.chain_to(expr, work);
        self.f().release_to(free);
        self.f().assembler.make_tail_call();
        true
    }
}

/// Where an error in a call is shown: at the name of the function.
fn call_span(call: &Expr<'_>, callee: &Expr<'_>) -> crate::ast::Span {
    match callee.kind {
        ExprKind::Member(..) => target_span(callee),
        ExprKind::Name(_) | ExprKind::RootSlot(_) => callee.span,
        _ => call.span,
    }
}
