//! Slots: reading, writing, creating and deleting them.
//!
//! A name that is among the first 256 strings of a function is part of the
//! instruction; others, and computed keys, are in registers.

use super::Lowerer;
use super::constants::Literal;
use super::function::{Register, THIS};
use super::scope::Binding;
use crate::ast::{Expr, ExprKind, Ident, Slot};
use crate::codes;
use tamias_bytecode::op::{Instruction, Op};

/// How an instruction knows which slot is meant.
#[derive(Clone, Copy, Debug)]
pub(super) enum Key {
    /// A string constant.
    Field(u8),
    /// A small integer; only for reading.
    Small(u8),
    /// The value of a register.
    Register(Register),
}

impl<'a> Lowerer<'a> {
    /// The key for a name. It may need a temporary.
    pub(super) fn field_key(&mut self, name: &'a [u8]) -> Key {
        match u8::try_from(self.string(name)) {
            Ok(index) => Key::Field(index),
            Err(_) => Key::Register(self.push_literal(Literal::Str(name))),
        }
    }

    /// The key that an expression gives.
    pub(super) fn key(&mut self, expr: &'a Expr<'a>) -> Key {
        match self.literal(expr) {
            Some(Literal::Str(name)) => self.field_key(name),
            _ => Key::Register(self.operand(expr)),
        }
    }

    /// The same for an instruction that only reads.
    pub(super) fn read_key(&mut self, expr: &'a Expr<'a>) -> Key {
        match self.literal(expr) {
            Some(Literal::Int(index @ 0..=255)) => Key::Small(index as u8),
            _ => self.key(expr),
        }
    }

    /// Loads a literal into the next free register and allocates it.
    pub(super) fn push_literal(&mut self, literal: Literal<'a>) -> Register {
        self.function.reserve(1);
        self.load(literal, self.function.top());
        self.function.allocate()
    }

    /// Reads a slot.
    pub(super) fn get(&mut self, target: Register, object: Register, key: Key, position: u32) {
        let instruction = match key {
            Key::Field(name) => Instruction::abc(Op::GetField, target, object, name),
            Key::Small(index) => Instruction::abc(Op::GetIndexImm, target, object, index),
            Key::Register(key) => Instruction::abc(Op::GetIndex, target, object, key),
        };
        self.function.emit_read(position, instruction);
    }

    /// Writes a slot that exists.
    pub(super) fn set(&mut self, object: Register, key: Key, value: Register, position: u32) {
        self.store(Op::SetField, Op::SetIndex, [object, value], key, position);
    }

    /// Creates a slot.
    pub(super) fn new_slot(&mut self, object: Register, key: Key, value: Register, position: u32) {
        self.store(Op::NewField, Op::NewSlot, [object, value], key, position);
    }

    fn store(&mut self, by_name: Op, by_key: Op, operands: [Register; 2], key: Key, position: u32) {
        let [object, value] = operands;
        let instruction = match key {
            Key::Field(name) => Instruction::abc(by_name, object, name, value),
            Key::Register(key) => Instruction::abc(by_key, object, key, value),
            Key::Small(index) => {
                let key = self.push_literal(Literal::Int(index.into()));
                Instruction::abc(by_key, object, key, value)
            }
        };
        self.function.emit_at(position, instruction);
    }

    /// Sets the slots of the object that a call gave: `call() { a = 1 }`.
    pub(super) fn initialise(&mut self, object: Register, slots: &'a [Slot<'a>], target: Register) {
        let top = self.function.top();
        for slot in slots {
            let key = self.key(slot.key);
            let value = self.operand(slot.value);
            self.set(object, key, value, slot.key.span.start);
            self.function.set_top(top);
        }
        self.function.move_to(target, object);
    }

    /// `delete target`; the value is that of the deleted slot.
    pub(super) fn delete(&mut self, target: &'a Expr<'a>, destination: Register) {
        match target.kind {
            ExprKind::Name(name) => self.delete_name(Ident { name, span: target.span }, destination),
            ExprKind::RootSlot(ident) => {
                let root = self.push_root();
                let key = self.push_literal(Literal::Str(ident.name));
                self.emit_delete(destination, root, key, ident.span.start);
            }
            ExprKind::Member(object, member) if self.enum_name(object).is_some() => {
                self.report(codes::NOT_DELETABLE, "can't delete an expression", member.span, "a constant");
            }
            ExprKind::Member(object, member) => {
                let object = self.operand(object);
                let key = self.push_literal(Literal::Str(member.name));
                self.emit_delete(destination, object, key, member.span.start);
            }
            ExprKind::Index(object, key) => {
                let object = self.operand(object);
                let position = key.span.start;
                let key = self.operand(key);
                self.emit_delete(destination, object, key, position);
            }
            // Anything else has been reported by the parser.
            _ => {}
        }
    }

    fn delete_name(&mut self, ident: Ident<'a>, destination: Register) {
        match self.resolve(ident.name, ident.span.start) {
            Binding::Local(_) | Binding::Outer(_) => self.report_with_help(
                codes::DELETE_LOCAL,
                "cannot delete an (outer) local",
                ident.span,
                "a local variable",
                "assign `null` to it",
            ),
            Binding::Literal(_) | Binding::Enum => {
                self.report(codes::NOT_DELETABLE, "can't delete an expression", ident.span, "a constant");
            }
            Binding::Slot => {
                let key = self.push_literal(Literal::Str(ident.name));
                self.emit_delete(destination, THIS, key, ident.span.start);
            }
        }
    }

    fn emit_delete(&mut self, destination: Register, object: Register, key: Register, position: u32) {
        self.function.emit_at(position, Instruction::abc(Op::Delete, destination, object, key));
    }

    /// Loads the root table into the next free register and allocates it.
    pub(super) fn push_root(&mut self) -> Register {
        let root = self.function.allocate();
        self.function.emit(Instruction::abc(Op::LoadRoot, root, 0, 0));
        root
    }
}
