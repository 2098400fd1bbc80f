//! Objects: closures, tables, arrays and classes.

use super::Lowerer;
use super::assign::Purpose;
use super::constants::Literal;
use super::function::{Register, THIS};
use super::slot::Key;
use crate::ast::{Class, Expr, ExprKind, Function, Ident, Member, Slot};
use tamias_bytecode::op::{Instruction, Op};
use tamias_bytecode::registers::{CLASS_ATTRIBUTES, CLASS_EXTENDS, MEMBER_ATTRIBUTES, MEMBER_STATIC};

/// How many elements of an array literal are computed before they are appended.
const ELEMENTS_AT_ONCE: usize = 32;

/// The literal that the value of the last slot was, and the register that holds it.
type Loaded<'a> = Option<(Register, Literal<'a>)>;

/// Closures.
impl<'a> Lowerer<'a> {
    /// Makes a closure.
    pub(super) fn closure(&mut self, function: &'a Function<'a>, destination: Register) {
        match function.env {
            None => self.unbound_closure(function, destination),
            Some(env) => {
                let env = self.operand(env);
                let closure = self.function.top();
                self.function.reserve(1);
                self.unbound_closure(function, closure);
                self.function.emit_at(function.span.start, Instruction::abc(Op::BindEnv, closure, env, 0));
                self.function.move_to(destination, closure);
            }
        }
    }

    /// Makes a closure without bound environment.
    fn unbound_closure(&mut self, function: &'a Function<'a>, destination: Register) {
        let top = self.function.top();
        let closure = self.push_defaults(function).unwrap_or(destination);
        if let Some(index) = self.nested_function(function) {
            self.function.emit_at(function.span.start, Instruction::abx(Op::Closure, closure, index));
        }
        self.function.move_to(destination, closure);
        self.function.set_top(top);
    }

    /// Computes the default values, which follow the closure in the registers,
    /// and gives the register of the closure; `None` if there are none.
    fn push_defaults(&mut self, function: &'a Function<'a>) -> Option<Register> {
        let defaults = function.params.iter().filter_map(|param| param.default);
        let first = defaults.clone().next()?;
        let closure = self.function.top();
        let may_call = defaults.clone().find(|default| self.may_call(default));
        self.push_hole_before(may_call.unwrap_or(first));
        for default in defaults {
            self.push(default);
        }
        Some(closure)
    }

    /// Allocates a register that an instruction will write when those above it
    /// are computed. What was in it before must not live on in a call.
    fn push_hole_before(&mut self, expr: &'a Expr<'a>) {
        let register = self.function.allocate();
        if self.may_call(expr) {
            self.function.load_null(register, 1);
        }
    }

    /// The same before something that may call functions.
    fn push_holes(&mut self, count: u8) {
        let first = self.function.allocate_run(count.into());
        self.function.load_null(first, count);
    }

    /// Whether functions may be called to compute an expression, apart from metamethods.
    fn may_call(&self, expr: &'a Expr<'a>) -> bool {
        let is_name =
            matches!(expr.kind, ExprKind::Name(_) | ExprKind::RootSlot(_) | ExprKind::This | ExprKind::Base);
        !is_name && self.literal(expr).is_none()
    }
}

/// Tables and arrays.
impl<'a> Lowerer<'a> {
    /// Makes a table.
    pub(super) fn table(&mut self, slots: &'a [Slot<'a>], destination: Register) {
        let size = slots.len().min(u16::MAX.into()) as u16;
        if slots.is_empty() {
            return self.function.emit(Instruction::abx(Op::NewTable, destination, size));
        }
        let table = self.function.allocate();
        self.function.emit(Instruction::abx(Op::NewTable, table, size));
        let mut loaded = None;
        for slot in slots {
            self.function.begin_part(slot.key.span.start);
            let top = self.function.top();
            let key = self.key(slot.key);
            if !matches!(key, Key::Field(_)) {
                // Computing the key may have written over the value before.
                loaded = None;
            }
            if !self.closure_member(table, key, slot.value, slot.key.span.start) {
                let value = self.slot_value(slot.value, &mut loaded);
                self.new_slot(table, key, value, slot.key.span.start);
            }
            self.function.set_top(top);
        }
        self.function.move_to(destination, table);
    }

    /// Makes an array.
    pub(super) fn array(&mut self, elements: &'a [&'a Expr<'a>], destination: Register) {
        let size = elements.len().min(u16::MAX.into()) as u16;
        if elements.is_empty() {
            return self.function.emit(Instruction::abx(Op::NewArray, destination, size));
        }
        if elements.len() <= ELEMENTS_AT_ONCE {
            return self.short_array(elements, destination);
        }
        let array = self.function.allocate();
        self.function.emit(Instruction::abx(Op::NewArray, array, size));
        for elements in elements.chunks(ELEMENTS_AT_ONCE) {
            for element in elements {
                self.push(element);
            }
            self.function.emit(Instruction::abc(Op::Append, array, elements.len() as u8, 0));
            self.function.set_top(array);
            self.function.allocate();
        }
        self.function.move_to(destination, array);
    }
}

/// Arrays whose elements are all computed first.
impl<'a> Lowerer<'a> {
    fn short_array(&mut self, elements: &'a [&'a Expr<'a>], destination: Register) {
        let first = self.function.top();
        for element in elements {
            self.push(element);
        }
        self.function.emit(Instruction::abc(Op::Array, first, elements.len() as u8, 0));
        self.function.move_to(destination, first);
    }
}

/// Classes.
impl<'a> Lowerer<'a> {
    /// Makes a class.
    pub(super) fn class(&mut self, node: &'a Class<'a>, destination: Register) {
        let class = self.function.top();
        let flags = self.class_parts(node);
        self.function.emit_at(node.span.start, Instruction::abc(Op::Class, class, flags, 0));
        self.function.set_top(class);
        self.function.allocate();
        let mut loaded = None;
        for member in node.members {
            self.member(class, member, &mut loaded);
        }
        self.function.move_to(destination, class);
    }

    /// Computes base class and attributes of a class, which follow it in the registers.
    fn class_parts(&mut self, node: &'a Class<'a>) -> u8 {
        match (node.base, node.attributes) {
            (None, None) => {
                self.function.allocate();
                0
            }
            (Some(base), None) => {
                self.push_hole_before(base);
                self.push(base);
                CLASS_EXTENDS
            }
            (None, Some(attributes)) => {
                self.push_holes(2);
                self.push_table(attributes);
                CLASS_ATTRIBUTES
            }
            (Some(base), Some(attributes)) => {
                self.push_hole_before(base);
                self.push(base);
                self.push_table(attributes);
                CLASS_EXTENDS | CLASS_ATTRIBUTES
            }
        }
    }

    fn member(&mut self, class: Register, member: &'a Member<'a>, loaded: &mut Loaded<'a>) {
        let Member { slot, is_static, attributes } = member;
        self.function.begin_part(slot.key.span.start);
        let key = self.function.top();
        if !is_static
            && attributes.is_none()
            && let Some(Literal::Str(name)) = self.literal(slot.key)
            && let Ok(name) = u8::try_from(self.string(name))
        {
            let position = slot.key.span.start;
            if !self.closure_member(class, Key::Field(name), slot.value, position) {
                self.member_value(slot.value, loaded);
                self.function.emit_at(position, Instruction::abc(Op::MemberStr, class, key, name));
            }
            return self.function.set_top(key);
        }
        *loaded = None;
        let mut flags = if *is_static { MEMBER_STATIC } else { 0 };
        match attributes {
            None => {
                self.push(slot.key);
                self.push(slot.value);
            }
            Some(attributes) => {
                // They are computed first, as in the text, but stand last.
                flags |= MEMBER_ATTRIBUTES;
                self.push_holes(2);
                self.push_table(attributes);
                self.value(slot.key, key);
                self.value(slot.value, key.saturating_add(1));
            }
        }
        let position = slot.key.span.start;
        self.function.emit_at(position, Instruction::abc(Op::Member, class, key, flags));
        self.function.set_top(key);
    }

    /// Makes a closure and puts it into a slot with one instruction; false if that is not possible.
    fn closure_member(&mut self, object: Register, key: Key, value: &'a Expr<'a>, position: u32) -> bool {
        match value.kind {
            ExprKind::Function(function) => self.function_member(object, key, function, position),
            _ => false,
        }
    }

    fn function_member(
        &mut self,
        object: Register,
        key: Key,
        function: &'a Function<'a>,
        position: u32,
    ) -> bool {
        let Key::Field(name) = key else { return false };
        let has_defaults = function.params.iter().any(|parameter| parameter.default.is_some());
        let distance = self.draft.functions.len() - self.function.index - 1;
        let Ok(distance) = u8::try_from(distance) else { return false };
        if !self.optimises() || has_defaults || function.env.is_some() {
            return false;
        }
        if self.nested_function(function).is_some() {
            self.function.emit_at(position, Instruction::abc(Op::Method, object, name, distance));
        }
        true
    }

    /// Computes the value of a slot or takes it from the first free register, if the slot before had the same one.
    fn slot_value(&mut self, value: &'a Expr<'a>, loaded: &mut Loaded<'a>) -> Register {
        let register = self.function.top();
        let literal = self.literal(value).filter(|literal| !matches!(literal, Literal::Float(_)));
        if literal.is_some() && *loaded == literal.map(|literal| (register, literal)) && self.optimises() {
            return self.function.allocate();
        }
        let operand = self.last_operand(value);
        *loaded = literal.filter(|_| operand == register).map(|literal| (register, literal));
        operand
    }

    /// The same for a member of a class, whose value has to be in the first free register.
    fn member_value(&mut self, value: &'a Expr<'a>, loaded: &mut Loaded<'a>) {
        let register = self.function.top();
        let operand = self.slot_value(value, loaded);
        self.function.set_top(register);
        self.function.allocate();
        self.function.move_to(register, operand);
    }

    fn push_table(&mut self, slots: &'a [Slot<'a>]) {
        let register = self.function.top();
        self.table(slots, register);
        self.function.set_top(register);
        self.function.allocate();
    }

    /// `class target { … }`.
    pub(super) fn class_statement(&mut self, target: &'a Expr<'a>, node: &'a Class<'a>) {
        let top = self.function.top();
        let slot = self.created_slot(target, Purpose::CreateClass);
        let class = self.function.top();
        self.class(node, class);
        if let Some((object, key)) = slot {
            self.new_slot(object, key, class, target.span.start);
        }
        self.function.set_top(top);
    }

    /// `function a::b() {}`. The names before the last one are slots, never locals.
    pub(super) fn function_statement(&mut self, path: &'a [Ident<'a>], node: &'a Function<'a>) {
        let Some((last, objects)) = path.split_last() else { return };
        let top = self.function.top();
        let object = self.object_at(objects);
        let key = self.field_key(last.name);
        let closure = self.function.top();
        self.function.reserve(1);
        if !self.function_member(object, key, node, last.span.start) {
            self.closure(node, closure);
            self.new_slot(object, key, closure, last.span.start);
        }
        self.function.set_top(top);
    }

    fn object_at(&mut self, path: &'a [Ident<'a>]) -> Register {
        let Some((first, others)) = path.split_first() else { return THIS };
        let top = self.function.top();
        self.function.reserve(1);
        let name = self.string(first.name);
        self.function.emit_read(first.span.start, Instruction::abx(Op::GetName, top, name));
        let object = self.function.allocate();
        for ident in others {
            let key = self.field_key(ident.name);
            self.get(object, object, key, ident.span.start);
            self.function.set_top(object);
            self.function.allocate();
        }
        object
    }
}
