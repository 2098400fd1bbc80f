//! Functions, classes, tables and arrays.

use super::Lowering;
use super::function::{FunctionBuilder, Register};
use crate::ast::{Body, Class, Expr, ExprKind, Function, Slot, StmtKind};
use tamias_bytecode::draft::FunctionDraft;
use tamias_bytecode::op::Op;
use tamias_bytecode::registers::{CLASS_ATTRIBUTES, CLASS_EXTENDS, MEMBER_ATTRIBUTES, MEMBER_STATIC};

/// Elements that are computed before they are appended together.
const BATCH: usize = 16;

impl<'s> Lowering<'s> {
    /// The register to build an object in: `dst` if other registers may follow it.
    fn work_register(&mut self, dst: Register) -> Register {
        if self.f().is_top(dst) { dst } else { self.f().allocate() }
    }

    /// Makes a closure.
    pub(super) fn function_to(&mut self, function: &Function<'s>, dst: Register) {
        let free = self.f().free();
        let work = self.work_register(dst);
        let mut defaults = 0;
        for default in function.params.iter().filter_map(|param| param.default) {
            let register = self.f().allocate();
            self.expr_to(default, register);
            defaults += 1;
        }
        let index = self.function(function, defaults);
        self.set_position(function.span);
        self.f().emit_wide(Op::Closure, work, index);
        self.f().release_to(u16::from(work) + 1);
        if let Some(environment) = function.env {
            let register = self.expr_any(environment);
            self.f().emit(Op::BindEnv, work, register, 0);
        }
        self.f().move_to(dst, work);
        self.f().release_to(free);
    }

    /// Lowers a function. Returns its number in the image.
    fn function(&mut self, function: &Function<'s>, defaults: u8) -> u16 {
        let index = self.draft.functions.len();
        self.draft.functions.push(FunctionDraft::default());
        let name = function.name.map(|name| self.draft.intern(name.name));
        let mut builder = FunctionBuilder::new(index as u32, name);
        builder.declare_parameter(b"this");
        for param in function.params {
            builder.declare_parameter(param.name.name);
        }
        if function.varargs {
            builder.declare_parameter(b"vargv");
            builder.is_variadic = true;
        }
        builder.n_defaults = defaults;
        self.functions.push(builder);
        match function.body {
            Body::Stmt(body) => match body.kind {
                StmtKind::Block(statements) => self.statements(statements),
                _ => self.statement(body),
            },
            Body::Expr(value) => self.return_value(value),
        }
        let end = crate::ast::Span::new(function.span.end.saturating_sub(1), function.span.end);
        self.finish_function(end);
        if index > usize::from(u16::MAX) {
            self.f().needs_too_many_constants = true;
        }
        index as u16
    }

    /// Makes a table.
    pub(super) fn table_to(&mut self, slots: &[Slot<'s>], dst: Register) {
        let free = self.f().free();
        let work = if self.f().is_fresh(dst) { dst } else { self.f().allocate() };
        self.f().emit_wide(Op::NewTable, work, slots.len().min(65_535) as u16);
        self.slots(slots, work, Op::NewField, Op::NewSlot);
        self.f().move_to(dst, work);
        self.f().release_to(free);
    }

    /// Sets slots of the object in a register: `f() { a = 1 }`.
    pub(super) fn initialise(&mut self, slots: &[Slot<'s>], object: Register) {
        self.slots(slots, object, Op::SetField, Op::SetIndex);
    }

    fn slots(&mut self, slots: &[Slot<'s>], object: Register, by_name: Op, by_key: Op) {
        for slot in slots {
            let free = self.f().free();
            match slot.key.kind {
                ExprKind::Str(name) => {
                    let value = self.expr_any(slot.value);
                    self.set_position(slot.key.span);
                    self.set_field(by_name, object, name, value);
                }
                _ => {
                    let key = self.expr_any(slot.key);
                    let value = self.expr_any(slot.value);
                    self.set_position(slot.key.span);
                    self.f().emit(by_key, object, key, value);
                }
            }
            self.f().release_to(free);
        }
    }

    /// Makes an array.
    pub(super) fn array_to(&mut self, elements: &[Expr<'s>], dst: Register) {
        let free = self.f().free();
        let work = self.work_register(dst);
        self.f().emit_wide(Op::NewArray, work, elements.len().min(65_535) as u16);
        for batch in elements.chunks(BATCH) {
            for element in batch {
                let register = self.f().allocate();
                self.expr_to(element, register);
            }
            self.f().emit(Op::Append, work, batch.len() as u8, 0);
            self.f().release_to(u16::from(work) + 1);
        }
        self.f().move_to(dst, work);
        self.f().release_to(free);
    }

    /// Makes a class: base and attributes first, then member by member.
    pub(super) fn class_to(&mut self, class: &Class<'s>, dst: Register) {
        let free = self.f().free();
        let work = self.work_register(dst);
        let mut flags = 0;
        if class.base.is_some() || class.attributes.is_some() {
            let base = self.f().allocate();
            match class.base {
                Some(expr) => {
                    self.expr_to(expr, base);
                    flags |= CLASS_EXTENDS;
                }
                None => self.f().emit(Op::LoadNull, base, 1, 0),
            }
        }
        if let Some(slots) = class.attributes {
            let attributes = self.f().allocate();
            self.table_to(slots, attributes);
            flags |= CLASS_ATTRIBUTES;
        }
        self.set_position(class.span);
        self.f().emit(Op::Class, work, flags, 0);
        self.f().release_to(u16::from(work) + 1);
        for member in class.members {
            self.member(member, work);
        }
        self.f().move_to(dst, work);
        self.f().release_to(free);
    }

    fn member(&mut self, member: &crate::ast::Member<'s>, class: Register) {
        let free = self.f().free();
        let key = self.f().allocate();
        let value = self.f().allocate();
        let mut flags = if member.is_static { MEMBER_STATIC } else { 0 };
        if let Some(slots) = member.attributes {
            // Both registers below are written before the table, so that all of them hold values.
            self.f().emit(Op::LoadNull, key, 2, 0);
            let attributes = self.f().allocate();
            self.table_to(slots, attributes);
            flags |= MEMBER_ATTRIBUTES;
        }
        self.expr_to(member.slot.key, key);
        if member.attributes.is_none() {
            self.f().release_to(u16::from(value) + 1);
        }
        self.expr_to(member.slot.value, value);
        self.set_position(member.slot.key.span);
        self.f().emit(Op::Member, class, key, flags);
        self.f().release_to(free);
    }
}
