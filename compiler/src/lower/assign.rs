//! Assignments: `=`, `<-`, `+=` and its like, `++` and `--`.
//!
//! Object, key and value are computed in this order, and once. A compound
//! assignment to a slot then reads, computes and writes, so that it sees what
//! the computation of the value did to the slot, as in the reference.

use super::Lowerer;
use super::function::{Register, THIS};
use super::operator::Right;
use super::scope::{Binding, Captured};
use super::slot::Key;
use crate::ast::{AssignOp, BinaryOp, Delta, Expr, ExprKind, Ident, Span};
use crate::codes;
use crate::diagnostic::Code;
use tamias_bytecode::op::{Instruction, Op};

/// Something that can be assigned to, with its parts computed.
#[derive(Clone, Copy, Debug)]
enum Place<'a> {
    Local(Register),
    Outer(Captured),
    /// A bare name that is no variable.
    Name(&'a [u8]),
    Root(&'a [u8]),
    Slot(Register, Key),
    /// Nothing that can be assigned to; reported.
    Error,
}

impl<'a> Lowerer<'a> {
    /// Does an assignment and gives the register that holds its value. This
    /// may be the register of a local.
    pub(super) fn assign(&mut self, op: AssignOp, target: &'a Expr<'a>, value: &'a Expr<'a>) -> Register {
        match compound_op(op) {
            Some(op) => {
                let place = self.place(target, Purpose::Assign);
                let right = self.right_operand(op, value);
                self.compound(op, place, right, place_position(target))
            }
            None if op == AssignOp::NewSlot => self.create(target, value),
            None => {
                let place = self.place(target, Purpose::Assign);
                self.set_place(place, value, place_position(target))
            }
        }
    }

    /// The same for an instruction that reads the value later. It is a copy if
    /// the value is another local, which could change before it is read.
    pub(super) fn assigned_operand(
        &mut self,
        op: AssignOp,
        target: &'a Expr<'a>,
        value: &'a Expr<'a>,
    ) -> Register {
        let free = self.function.top();
        let register = self.assign(op, target, value);
        if register >= free || self.local_register(target) == Some(register) {
            return register;
        }
        let copy = self.function.allocate();
        self.function.move_to(copy, register);
        copy
    }

    /// Does `++` or `--` and gives the register that holds the new value.
    pub(super) fn change(&mut self, delta: Delta, target: &'a Expr<'a>) -> Register {
        let place = self.place(target, Purpose::Change);
        self.compound(BinaryOp::Add, place, step(delta), place_position(target))
    }

    /// Does a postfix `++` or `--`; its value is the old one.
    pub(super) fn old_value(&mut self, delta: Delta, target: &'a Expr<'a>, destination: Register) {
        let place = self.place(target, Purpose::Change);
        let position = place_position(target);
        if let Place::Local(variable) = place {
            return self.old_value_of_local(delta, variable, position, destination);
        }
        let old = self.push_place(place, position);
        let new = self.function.allocate();
        self.emit_binary(BinaryOp::Add, old, step(delta), position, new);
        self.store_place(place, new, position);
        self.function.move_to(destination, old);
    }

    fn old_value_of_local(&mut self, delta: Delta, variable: Register, position: u32, destination: Register) {
        // The addition may fail, and then a handler must not see a changed destination.
        let is_observable = destination < self.function.top() && self.function.try_depth > 0;
        let old =
            if is_observable || destination == variable { self.function.allocate() } else { destination };
        self.function.move_to(old, variable);
        self.emit_binary(BinaryOp::Add, variable, step(delta), position, variable);
        self.function.move_to(destination, old);
    }

    /// `place = value`.
    fn set_place(&mut self, place: Place<'a>, value: &'a Expr<'a>, position: u32) -> Register {
        if let Place::Local(variable) = place {
            self.value(value, variable);
            return variable;
        }
        // `::x = value` needs the root table before the value, as it lies below it.
        let place = match place {
            Place::Root(name) => {
                let root = self.push_root();
                Place::Slot(root, self.field_key(name))
            }
            place => place,
        };
        let value = self.last_operand(value);
        self.store_place(place, value, position);
        value
    }

    /// `target <- value`.
    fn create(&mut self, target: &'a Expr<'a>, value: &'a Expr<'a>) -> Register {
        let Some((object, key)) = self.created_slot(target, Purpose::Create) else {
            return self.operand(value);
        };
        let position = place_position(target);
        let value = self.last_operand(value);
        self.new_slot(object, key, value, position);
        value
    }

    /// The slot that a target creates; `None` if it cannot, which is reported.
    pub(super) fn created_slot(&mut self, target: &'a Expr<'a>, purpose: Purpose) -> Option<(Register, Key)> {
        match self.place(target, purpose) {
            Place::Name(name) => Some((THIS, self.field_key(name))),
            Place::Root(name) => Some((self.push_root(), self.field_key(name))),
            Place::Slot(object, key) => Some((object, key)),
            Place::Local(_) | Place::Outer(_) | Place::Error => None,
        }
    }

    /// `place = place op right`; gives the register with the new value.
    fn compound(&mut self, op: BinaryOp, place: Place<'a>, right: Right, position: u32) -> Register {
        if let Place::Local(variable) = place {
            self.emit_binary(op, variable, right, position, variable);
            return variable;
        }
        let register = self.push_place(place, position);
        self.emit_binary(op, register, right, position, register);
        self.store_place(place, register, position);
        register
    }

    /// Reads a place into the next free register and allocates it.
    fn push_place(&mut self, place: Place<'a>, position: u32) -> Register {
        self.function.reserve(1);
        let register = self.function.top();
        match place {
            Place::Local(variable) => self.function.move_to(register, variable),
            Place::Outer(captured) => {
                let outer = self.capture(captured);
                self.function.emit(Instruction::abc(Op::GetOuter, register, outer, 0));
            }
            Place::Name(name) => {
                let name = self.string(name);
                self.function.emit_read(position, Instruction::abx(Op::GetName, register, name));
            }
            Place::Root(name) => {
                let name = self.string(name);
                self.function.emit_read(position, Instruction::abx(Op::GetRoot, register, name));
            }
            Place::Slot(object, key) => self.get(register, object, key, position),
            Place::Error => {}
        }
        self.function.allocate()
    }

    fn store_place(&mut self, place: Place<'a>, value: Register, position: u32) {
        match place {
            Place::Local(variable) => self.function.move_to(variable, value),
            Place::Outer(captured) => {
                let outer = self.capture(captured);
                self.function.emit(Instruction::abc(Op::SetOuter, value, outer, 0));
            }
            Place::Name(name) => {
                let name = self.string(name);
                self.function.emit_at(position, Instruction::abx(Op::SetName, value, name));
            }
            Place::Root(name) => {
                let root = self.push_root();
                let key = self.field_key(name);
                self.set(root, key, value, position);
            }
            Place::Slot(object, key) => self.set(object, key, value, position),
            Place::Error => {}
        }
    }

    /// The register of a target that is a local.
    pub(super) fn local_register(&self, target: &'a Expr<'a>) -> Option<Register> {
        match target.kind {
            ExprKind::Name(name) => match self.resolve(name, target.span.start) {
                Binding::Local(register) => Some(register),
                _ => None,
            },
            _ => None,
        }
    }
}

/// What a place is for, which decides what is wrong with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    Assign,
    Create,
    CreateClass,
    Change,
}

/// Targets.
impl<'a> Lowerer<'a> {
    /// Computes the parts of a target.
    fn place(&mut self, target: &'a Expr<'a>, purpose: Purpose) -> Place<'a> {
        match target.kind {
            ExprKind::Name(name) => self.named_place(Ident { name, span: target.span }, purpose),
            ExprKind::RootSlot(ident) => Place::Root(ident.name),
            ExprKind::Member(object, _) if self.enum_name(object).is_some() => {
                self.report_constant(target.span, purpose)
            }
            ExprKind::Member(object, member) => {
                let object = self.operand(object);
                Place::Slot(object, self.field_key(member.name))
            }
            ExprKind::Index(object, key) => {
                let object = self.operand(object);
                Place::Slot(object, self.key(key))
            }
            // Anything else has been reported by the parser.
            _ => Place::Error,
        }
    }

    fn named_place(&mut self, ident: Ident<'a>, purpose: Purpose) -> Place<'a> {
        match self.resolve(ident.name, ident.span.start) {
            Binding::Local(_) | Binding::Outer(_) if purpose == Purpose::Create => self.wrong_place(
                codes::NEW_SLOT_ON_LOCAL,
                "can't 'create' a local slot",
                ident.span,
                "assign with `=`, or use `this.` for a slot",
            ),
            Binding::Local(_) | Binding::Outer(_) if purpose == Purpose::CreateClass => self.wrong_place(
                codes::CLASS_IN_LOCAL,
                "cannot create a class in a local with the syntax(class <local>)",
                ident.span,
                "assign a class expression: `name = class { … }`",
            ),
            Binding::Local(register) => Place::Local(register),
            Binding::Outer(captured) => Place::Outer(captured),
            Binding::Literal(_) | Binding::Enum => self.report_constant(ident.span, purpose),
            Binding::Slot => Place::Name(ident.name),
        }
    }

    fn wrong_place(&mut self, code: Code, title: &str, span: Span, help: &str) -> Place<'a> {
        self.report_with_help(code, title, span, "a local variable", help);
        Place::Error
    }

    fn report_constant(&mut self, span: Span, purpose: Purpose) -> Place<'a> {
        let (code, title) = match purpose {
            Purpose::Assign | Purpose::Create => (codes::CONSTANT_CHANGED, "can't assign expression"),
            Purpose::CreateClass => (codes::INVALID_CLASS_NAME, "invalid class name"),
            Purpose::Change => (codes::CONSTANT_CHANGED, "can't '++' or '--' an expression"),
        };
        self.report(code, title, span, "a constant");
        Place::Error
    }
}

pub(super) fn compound_op(op: AssignOp) -> Option<BinaryOp> {
    match op {
        AssignOp::Set | AssignOp::NewSlot => None,
        AssignOp::Add => Some(BinaryOp::Add),
        AssignOp::Sub => Some(BinaryOp::Sub),
        AssignOp::Mul => Some(BinaryOp::Mul),
        AssignOp::Div => Some(BinaryOp::Div),
        AssignOp::Mod => Some(BinaryOp::Mod),
    }
}

/// What is added. `--` adds -1, so that it means the same for everything that
/// can be added, like strings.
fn step(delta: Delta) -> Right {
    let step: i8 = match delta {
        Delta::Inc => 1,
        Delta::Dec => -1,
    };
    Right::Immediate(Op::AddImm, step as u8)
}

/// Where an error of the assignment is.
fn place_position(target: &Expr) -> u32 {
    match target.kind {
        ExprKind::Member(_, member) => member.span.start,
        ExprKind::Index(_, key) => key.span.start,
        _ => target.span.start,
    }
}
