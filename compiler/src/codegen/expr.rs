//! Expressions as values.

use super::Lowering;
use super::function::Register;
use super::names::Name;
use crate::ast::{AssignOp, BinaryOp, Delta, Expr, ExprKind, Fix, Ident, UnaryOp};
use crate::codes;
use tamias_bytecode::op::{Instruction, Op};

/// What an assignment, increment or deletion changes, with its operands in registers.
enum Place<'s> {
    Local(Register),
    Outer(u8),
    /// A bare name that is a slot.
    Name(&'s [u8]),
    /// A slot with a name.
    Field(Register, &'s [u8]),
    /// A slot with a computed key.
    Index(Register, Register),
    /// Reported already.
    Invalid,
}

impl<'s> Lowering<'s> {
    /// Computes an expression into a register. That is written by the last instruction at the earliest, so
    /// `dst` may be a variable that the expression reads.
    pub(super) fn expr_to(&mut self, expr: &Expr<'s>, dst: Register) {
        match expr.kind {
            ExprKind::Null => self.f().emit(Op::LoadNull, dst, 1, 0),
            ExprKind::Bool(truth) => self.f().emit(Op::LoadBool, dst, u8::from(truth), 0),
            ExprKind::Int(number) => self.load_int(number, dst),
            ExprKind::Float(number) => {
                let constant = self.f().float(number);
                self.f().emit_wide(Op::LoadFloat, dst, constant);
            }
            ExprKind::Str(text) => self.load_string(text, dst),
            ExprKind::This => self.f().emit(Op::Move, dst, 0, 0),
            ExprKind::Base => self.f().emit(Op::LoadBase, dst, 0, 0),
            ExprKind::Name(name) => self.name_to(name, expr, dst),
            ExprKind::RootSlot(name) => {
                self.set_position(expr.span);
                let constant = self.string_constant(name.name);
                self.f().emit_read(Instruction::abx(Op::GetRoot, dst, constant), 0);
            }
            ExprKind::Member(..) | ExprKind::Index(..) | ExprKind::Call(..) | ExprKind::PostInit(..) => {
                self.chain_to(expr, dst);
            }
            ExprKind::Paren(inner) => self.expr_to(inner, dst),
            ExprKind::RawCall(arguments) => self.raw_call(expr, arguments, dst),
            ExprKind::Unary(op, operand) => self.unary(expr, op, operand, dst),
            ExprKind::Binary { .. } => self.binary(expr, dst),
            ExprKind::And(..) | ExprKind::Or(..) => self.logical(expr, dst),
            ExprKind::Ternary(condition, left, right) => self.ternary(condition, left, right, dst),
            ExprKind::Assign(op, target, value) => {
                if let Some(register) = self.assign(op, target, value) {
                    self.f().move_to(dst, register);
                }
            }
            ExprKind::IncDec { delta, fix, target } => self.inc_dec(delta, fix, target, Some(dst)),
            ExprKind::Delete(target) => self.delete(expr, target, dst),
            ExprKind::Comma(list) => self.comma(list, |lowering, last| lowering.expr_to(last, dst)),
            ExprKind::Function(function) => self.function_to(function, dst),
            ExprKind::Class(class) => self.class_to(class, dst),
            ExprKind::Table(slots) => self.table_to(slots, dst),
            ExprKind::Array(elements) => self.array_to(elements, dst),
            ExprKind::Error => {}
        }
    }

    /// The register that holds the value of an expression: that of a local variable, or a temporary.
    pub(super) fn expr_any(&mut self, expr: &Expr<'s>) -> Register {
        if let Some(register) = self.in_place(expr) {
            return register;
        }
        let register = self.f().allocate();
        self.expr_to(expr, register);
        register
    }

    /// As [`Lowering::expr_any`], with a register that may be used instead of a new temporary.
    pub(super) fn expr_any_or(&mut self, expr: &Expr<'s>, spare: Register) -> Register {
        if let Some(register) = self.in_place(expr) {
            return register;
        }
        if self.f().is_top(spare) {
            self.expr_to(expr, spare);
            return spare;
        }
        self.expr_any(expr)
    }

    /// The register of an expression that needs no instruction.
    fn in_place(&mut self, expr: &Expr<'s>) -> Option<Register> {
        match expr.kind {
            ExprKind::This => Some(0),
            ExprKind::Paren(inner) => self.in_place(inner),
            ExprKind::Name(name) => match self.resolve(name) {
                Name::Local(register) => Some(register),
                _ => None,
            },
            _ => None,
        }
    }

    /// Runs an expression for its effects.
    pub(super) fn expr_discard(&mut self, expr: &Expr<'s>) {
        let free = self.f().free();
        match expr.kind {
            ExprKind::Assign(op, target, value) => {
                self.assign(op, target, value);
            }
            ExprKind::IncDec { delta, fix: _, target } => self.inc_dec(delta, Fix::Pre, target, None),
            ExprKind::Comma(list) => self.comma(list, |lowering, last| lowering.expr_discard(last)),
            _ => {
                self.expr_any(expr);
            }
        }
        self.f().release_to(free);
    }

    fn comma(&mut self, list: &[Expr<'s>], last: impl FnOnce(&mut Self, &Expr<'s>)) {
        if let Some((value, before)) = list.split_last() {
            for expr in before {
                self.expr_discard(expr);
            }
            last(self, value);
        }
    }

    fn name_to(&mut self, name: &'s [u8], expr: &Expr<'s>, dst: Register) {
        self.set_position(expr.span);
        match self.resolve(name) {
            Name::Local(register) => self.f().move_to(dst, register),
            Name::Outer(number) => self.f().emit(Op::GetOuter, dst, number, 0),
            Name::Constant(value) => self.load_constant(&value, dst),
            Name::Enum => self.enum_alone(expr),
            Name::Slot => {
                let constant = self.string_constant(name);
                self.f().emit_read(Instruction::abx(Op::GetName, dst, constant), 1);
            }
        }
    }

    pub(super) fn enum_alone(&mut self, expr: &Expr<'s>) {
        self.error_with_help(
            codes::ENUM_WITHOUT_MEMBER,
            "expected '.'",
            expr.span,
            "name a member of the enum: `Name.MEMBER`",
        );
    }

    fn unary(&mut self, expr: &Expr<'s>, op: UnaryOp, operand: &Expr<'s>, dst: Register) {
        let free = self.f().free();
        let register = self.expr_any_or(operand, dst);
        self.set_position(expr.span);
        let op = match op {
            UnaryOp::Neg => Op::Neg,
            UnaryOp::Not => Op::Not,
            UnaryOp::BitNot => Op::BitNot,
            UnaryOp::Typeof => Op::Typeof,
            UnaryOp::Clone => Op::Clone,
            UnaryOp::Resume => Op::Resume,
        };
        self.f().emit(op, dst, register, 0);
        self.f().release_to(free);
    }

    /// A chain of infix operators: the left side is walked with a loop, because it may be of any length.
    fn binary(&mut self, expr: &Expr<'s>, dst: Register) {
        let mut steps = Vec::new();
        let mut first = expr;
        while let ExprKind::Binary { op, left, right, op_span } = first.kind {
            steps.push((op, right, op_span));
            first = left;
        }
        let free = self.f().free();
        // What has been computed so far stays in one register until the last step.
        let work = if steps.len() == 1 || self.f().is_top(dst) { dst } else { self.f().allocate() };
        let mut left = self.expr_any_or(first, work);
        while let Some((op, right, op_span)) = steps.pop() {
            let before_right = self.f().free();
            let operand = self.right_operand(op, right);
            self.set_position(op_span);
            let target = if steps.is_empty() { dst } else { work };
            self.emit_binary(op, target, left, operand);
            self.f().release_to(before_right);
            left = target;
        }
        self.f().release_to(free);
    }

    fn right_operand(&mut self, op: BinaryOp, right: &Expr<'s>) -> Right {
        if let ExprKind::Int(number) = right.kind
            && let Some(with_immediate) = immediate(op, number)
        {
            return Right::Immediate(with_immediate, number as u8);
        }
        Right::Register(self.expr_any(right))
    }

    fn emit_binary(&mut self, op: BinaryOp, dst: Register, left: Register, right: Right) {
        let register = match right {
            Right::Immediate(with_immediate, number) => {
                self.f().emit(with_immediate, dst, left, number);
                return;
            }
            Right::Register(register) => register,
        };
        let op = match op {
            BinaryOp::Add => Op::Add,
            BinaryOp::Sub => Op::Sub,
            BinaryOp::Mul => Op::Mul,
            BinaryOp::Div => Op::Div,
            BinaryOp::Mod => Op::Mod,
            BinaryOp::Shl => Op::Shl,
            BinaryOp::Shr => Op::Shr,
            BinaryOp::Ushr => Op::Ushr,
            BinaryOp::BitAnd => Op::BitAnd,
            BinaryOp::BitOr => Op::BitOr,
            BinaryOp::BitXor => Op::BitXor,
            BinaryOp::Eq => Op::Eq,
            BinaryOp::Ne => Op::Ne,
            BinaryOp::Lt => Op::Lt,
            BinaryOp::Le => Op::Le,
            BinaryOp::Gt => Op::Gt,
            BinaryOp::Ge => Op::Ge,
            BinaryOp::Cmp => Op::Cmp,
            BinaryOp::Instanceof => Op::Instanceof,
            BinaryOp::In => {
                let sources = u16::from(left.max(register)) + 1;
                self.f().emit_read(Instruction::abc(Op::In, dst, left, register), sources);
                return;
            }
        };
        self.f().emit(op, dst, left, register);
    }

    /// `&&` and `||` as values: the result is one of the operands.
    fn logical(&mut self, expr: &Expr<'s>, dst: Register) {
        // The first operand must not get into a variable that the second one reads.
        let free = self.f().free();
        let target = if self.f().is_fresh(dst) { dst } else { self.f().allocate() };
        let end = self.f().new_label();
        let mut expr = expr;
        // Right-recursive: `a && (b && c)`.
        loop {
            let (op, left, right) = match expr.kind {
                ExprKind::And(left, right) => (Op::JFalse, left, right),
                ExprKind::Or(left, right) => (Op::JTrue, left, right),
                _ => break,
            };
            self.expr_to(left, target);
            self.set_position(expr.span);
            if op_of(right) == Some(op) {
                self.f().emit_jump(op, target, 0, end);
                expr = right;
                continue;
            }
            self.f().emit_jump(op, target, 0, end);
            self.expr_to(right, target);
            break;
        }
        self.f().place(end);
        self.f().move_to(dst, target);
        self.f().release_to(free);
    }

    fn ternary(&mut self, condition: &Expr<'s>, left: &Expr<'s>, right: &Expr<'s>, dst: Register) {
        let (otherwise, end) = (self.f().new_label(), self.f().new_label());
        self.jump_unless(condition, otherwise);
        self.expr_to(left, dst);
        self.f().jump(end);
        self.f().place(otherwise);
        self.expr_to(right, dst);
        self.f().place(end);
    }

    // Assignment.

    /// Evaluates the operands of a target, but does not read it.
    fn place_of(&mut self, target: &Expr<'s>) -> Place<'s> {
        match target.kind {
            ExprKind::Name(name) => match self.resolve(name) {
                Name::Local(register) => Place::Local(register),
                Name::Outer(number) => Place::Outer(number),
                Name::Slot => Place::Name(name),
                Name::Constant(_) | Name::Enum => {
                    self.error(codes::CONSTANT_CHANGED, "can't assign expression", target.span);
                    Place::Invalid
                }
            },
            ExprKind::RootSlot(name) => {
                let root = self.f().allocate();
                self.f().emit(Op::LoadRoot, root, 0, 0);
                Place::Field(root, name.name)
            }
            ExprKind::Member(object, name) => {
                if let Some(constant) = self.enum_member(object, name) {
                    if constant.is_ok() {
                        self.error(codes::CONSTANT_CHANGED, "can't assign expression", target.span);
                    }
                    return Place::Invalid;
                }
                let object = self.expr_any(object);
                Place::Field(object, name.name)
            }
            ExprKind::Index(object, key) => {
                let object = self.expr_any(object);
                match key.kind {
                    ExprKind::Str(name) => Place::Field(object, name),
                    _ => {
                        let key = self.expr_any(key);
                        Place::Index(object, key)
                    }
                }
            }
            _ => Place::Invalid,
        }
    }

    /// Reads a place into a register.
    fn read_place(&mut self, place: &Place<'s>, dst: Register) {
        match *place {
            Place::Local(register) => self.f().move_to(dst, register),
            Place::Outer(number) => self.f().emit(Op::GetOuter, dst, number, 0),
            Place::Name(name) => {
                let constant = self.string_constant(name);
                self.f().emit_read(Instruction::abx(Op::GetName, dst, constant), 1);
            }
            Place::Field(object, name) => self.get_field(dst, object, name),
            Place::Index(object, key) => {
                let sources = u16::from(object.max(key)) + 1;
                self.f().emit_read(Instruction::abc(Op::GetIndex, dst, object, key), sources);
            }
            Place::Invalid => {}
        }
    }

    /// Writes a register to a place.
    fn write_place(&mut self, place: &Place<'s>, value: Register) {
        match *place {
            Place::Local(register) => self.f().move_to(register, value),
            Place::Outer(number) => self.f().emit(Op::SetOuter, value, number, 0),
            Place::Name(name) => {
                let constant = self.string_constant(name);
                self.f().emit_wide(Op::SetName, value, constant);
            }
            Place::Field(object, name) => self.set_field(Op::SetField, object, name, value),
            Place::Index(object, key) => self.f().emit(Op::SetIndex, object, key, value),
            Place::Invalid => {}
        }
    }

    /// `dst = object.name`
    pub(super) fn get_field(&mut self, dst: Register, object: Register, name: &[u8]) {
        if let Some(constant) = self.short_string_constant(name) {
            let instruction = Instruction::abc(Op::GetField, dst, object, constant);
            self.f().emit_read(instruction, u16::from(object) + 1);
            return;
        }
        let free = self.f().free();
        let key = self.f().allocate();
        self.load_string(name, key);
        self.f().emit_read(Instruction::abc(Op::GetIndex, dst, object, key), u16::from(key) + 1);
        self.f().release_to(free);
    }

    /// `object.name = value` or `object.name <- value`
    pub(super) fn set_field(&mut self, op: Op, object: Register, name: &[u8], value: Register) {
        if let Some(constant) = self.short_string_constant(name) {
            self.f().emit(op, object, constant, value);
            return;
        }
        let free = self.f().free();
        let key = self.f().allocate();
        self.load_string(name, key);
        let op = if op == Op::NewField { Op::NewSlot } else { Op::SetIndex };
        self.f().emit(op, object, key, value);
        self.f().release_to(free);
    }

    /// An assignment. Returns the register of its value, which stays valid until registers are released.
    pub(super) fn assign(&mut self, op: AssignOp, target: &Expr<'s>, value: &Expr<'s>) -> Option<Register> {
        match op {
            AssignOp::Set => self.assign_plain(target, value),
            AssignOp::NewSlot => self.assign_new_slot(target, value),
            AssignOp::Add => self.assign_compound(BinaryOp::Add, target, value),
            AssignOp::Sub => self.assign_compound(BinaryOp::Sub, target, value),
            AssignOp::Mul => self.assign_compound(BinaryOp::Mul, target, value),
            AssignOp::Div => self.assign_compound(BinaryOp::Div, target, value),
            AssignOp::Mod => self.assign_compound(BinaryOp::Mod, target, value),
        }
    }

    fn assign_plain(&mut self, target: &Expr<'s>, value: &Expr<'s>) -> Option<Register> {
        let place = self.place_of(target);
        if let Place::Local(register) = place {
            self.expr_to(value, register);
            return Some(register);
        }
        let register = self.expr_any(value);
        self.set_position(target_span(target));
        self.write_place(&place, register);
        Some(register)
    }

    fn assign_new_slot(&mut self, target: &Expr<'s>, value: &Expr<'s>) -> Option<Register> {
        if let ExprKind::Name(name) = target.kind
            && matches!(self.resolve(name), Name::Local(_) | Name::Outer(_))
        {
            let help = "use `=` to assign to a local variable";
            self.error_with_help(codes::NEW_SLOT_ON_LOCAL, "can't 'create' a local slot", target.span, help);
            return None;
        }
        let place = match target.kind {
            // The slot is created in `this`.
            ExprKind::Name(name) if matches!(self.resolve(name), Name::Slot) => Place::Field(0, name),
            _ => self.place_of(target),
        };
        let register = self.expr_any(value);
        self.set_position(target_span(target));
        match place {
            Place::Field(object, name) => self.set_field(Op::NewField, object, name, register),
            Place::Index(object, key) => self.f().emit(Op::NewSlot, object, key, register),
            _ => {}
        }
        Some(register)
    }

    fn assign_compound(&mut self, op: BinaryOp, target: &Expr<'s>, value: &Expr<'s>) -> Option<Register> {
        let place = self.place_of(target);
        let right = self.right_operand(op, value);
        self.set_position(target_span(target));
        if let Place::Local(register) = place {
            self.emit_binary(op, register, register, right);
            return Some(register);
        }
        let result = self.f().allocate();
        self.read_place(&place, result);
        self.emit_binary(op, result, result, right);
        self.write_place(&place, result);
        Some(result)
    }

    fn inc_dec(&mut self, delta: Delta, fix: Fix, target: &Expr<'s>, dst: Option<Register>) {
        let free = self.f().free();
        let op = if delta == Delta::Inc { Op::AddImm } else { Op::SubImm };
        let place = self.place_of(target);
        self.set_position(target_span(target));
        match (&place, fix) {
            (Place::Local(register), Fix::Post) => {
                if let Some(dst) = dst.filter(|dst| dst != register) {
                    self.f().move_to(dst, *register);
                }
                self.f().emit(op, *register, *register, 1);
            }
            (Place::Local(register), Fix::Pre) => {
                self.f().emit(op, *register, *register, 1);
                if let Some(dst) = dst {
                    self.f().move_to(dst, *register);
                }
            }
            (Place::Invalid, _) => {}
            (place, fix) => {
                let old = self.f().allocate();
                self.read_place(place, old);
                let new = if fix == Fix::Post && dst.is_some() { self.f().allocate() } else { old };
                self.f().emit(op, new, old, 1);
                self.write_place(place, new);
                if let Some(dst) = dst {
                    self.f().move_to(dst, old);
                }
            }
        }
        self.f().release_to(free);
    }

    fn delete(&mut self, expr: &Expr<'s>, target: &Expr<'s>, dst: Register) {
        let free = self.f().free();
        let (object, key) = match target.kind {
            ExprKind::Name(name) => {
                if matches!(self.resolve(name), Name::Local(_) | Name::Outer(_)) {
                    self.error(codes::DELETE_LOCAL, "cannot delete an (outer) local", target.span);
                    return;
                }
                (0, self.key_register(name))
            }
            ExprKind::RootSlot(name) => {
                let root = self.f().allocate();
                self.f().emit(Op::LoadRoot, root, 0, 0);
                (root, self.key_register(name.name))
            }
            ExprKind::Member(object, name) => {
                let object = self.expr_any(object);
                (object, self.key_register(name.name))
            }
            ExprKind::Index(object, key) => {
                let object = self.expr_any(object);
                (object, self.expr_any(key))
            }
            _ => return,
        };
        self.set_position(expr.span);
        self.f().emit(Op::Delete, dst, object, key);
        self.f().release_to(free);
    }

    fn key_register(&mut self, name: &[u8]) -> Register {
        let key = self.f().allocate();
        self.load_string(name, key);
        key
    }
}

/// A right operand: a register or a number in the instruction.
#[derive(Clone, Copy)]
enum Right {
    Register(Register),
    Immediate(Op, u8),
}

/// The op with an immediate right operand, if the number fits.
fn immediate(op: BinaryOp, number: i32) -> Option<Op> {
    let signed = i8::try_from(number).is_ok();
    let unsigned = u8::try_from(number).is_ok();
    match op {
        BinaryOp::Add if signed => Some(Op::AddImm),
        BinaryOp::Sub if signed => Some(Op::SubImm),
        BinaryOp::Mul if signed => Some(Op::MulImm),
        BinaryOp::Div if signed => Some(Op::DivImm),
        BinaryOp::Mod if signed => Some(Op::ModImm),
        BinaryOp::BitAnd if unsigned => Some(Op::BitAndImm),
        BinaryOp::BitOr if unsigned => Some(Op::BitOrImm),
        BinaryOp::Shl if unsigned => Some(Op::ShlImm),
        BinaryOp::Shr if unsigned => Some(Op::ShrImm),
        BinaryOp::Ushr if unsigned => Some(Op::UshrImm),
        _ => None,
    }
}

/// The jump of a logical expression.
fn op_of(expr: &Expr<'_>) -> Option<Op> {
    match expr.kind {
        ExprKind::And(..) => Some(Op::JFalse),
        ExprKind::Or(..) => Some(Op::JTrue),
        _ => None,
    }
}

/// Where an error about a target is shown: at the name of a member.
pub(super) fn target_span(target: &Expr<'_>) -> crate::ast::Span {
    match target.kind {
        ExprKind::Member(_, Ident { span, .. }) => span,
        _ => target.span,
    }
}
