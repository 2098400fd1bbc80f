//! Names: what an identifier refers to.

use super::{ConstantValue, Lowering};
use crate::ast::{Expr, ExprKind, Ident, Scalar};
use crate::codes;
use tamias_bytecode::draft::OuterSource;
use tamias_bytecode::op::Op;

/// What a bare name refers to.
pub(super) enum Name {
    /// A variable of the function itself.
    Local(u8),
    /// A variable of an enclosing function.
    Outer(u8),
    /// A constant.
    Constant(ConstantValue),
    /// An enum; it needs a member.
    Enum,
    /// A slot of `this` or of the root table.
    Slot,
}

impl<'s> Lowering<'s> {
    pub(super) fn resolve(&mut self, name: &'s [u8]) -> Name {
        let level = self.functions.len() - 1;
        if let Some(variable) = self.functions[level].find_variable(name) {
            return Name::Local(variable.register);
        }
        if let Some(outer) = self.resolve_outer(name, level) {
            return Name::Outer(outer);
        }
        if let Some(value) = self.constants.get(name) {
            return Name::Constant(value.clone());
        }
        if self.enums.contains_key(name) {
            return Name::Enum;
        }
        Name::Slot
    }

    /// Finds a variable of the functions around the one at `level`, and hands it down to there.
    fn resolve_outer(&mut self, name: &'s [u8], level: usize) -> Option<u8> {
        let owner = (0..level)
            .rev()
            .find(|owner| {
                let function = &mut self.functions[*owner];
                function.find_variable(name).is_some() || function.find_outer(name).is_some()
            })
            .or_else(|| self.functions[level].find_outer(name).map(|_| level))?;
        if let Some(outer) = self.functions[level].find_outer(name) {
            return Some(outer);
        }
        let mut source = match self.functions[owner].find_variable(name) {
            Some(variable) => {
                variable.is_captured = true;
                OuterSource::ParentRegister(variable.register)
            }
            None => OuterSource::ParentOuter(self.functions[owner].find_outer(name)?.into()),
        };
        for function in &mut self.functions[owner + 1..=level] {
            let number = function.find_outer(name).unwrap_or_else(|| function.add_outer(name, source));
            source = OuterSource::ParentOuter(number.into());
        }
        match source {
            OuterSource::ParentOuter(number) => u8::try_from(number).ok(),
            OuterSource::ParentRegister(_) => None,
        }
    }

    /// The constant behind `E.member`, if `object` names an enum. `Err` has been reported.
    pub(super) fn enum_member(
        &mut self,
        object: &Expr<'s>,
        member: Ident<'s>,
    ) -> Option<Result<ConstantValue, ()>> {
        let ExprKind::Name(name) = object.kind else { return None };
        if !matches!(self.resolve(name), Name::Enum) {
            return None;
        }
        let members = self.enums.get(name)?;
        if let Some((_, value)) = members.iter().find(|(known, _)| known == member.name) {
            return Some(Ok(value.clone()));
        }
        let (shown_enum, shown_member) =
            (String::from_utf8_lossy(name), String::from_utf8_lossy(member.name));
        self.error(
            codes::UNKNOWN_ENUM_MEMBER,
            &format!("invalid constant [{shown_enum}.{shown_member}]"),
            member.span,
        );
        Some(Err(()))
    }

    pub(super) fn declare_constant(&mut self, name: Ident<'s>, value: Scalar<'s>) {
        self.enums.remove(name.name);
        self.constants.insert(name.name.to_vec(), scalar_value(value));
    }

    pub(super) fn declare_enum(&mut self, name: Ident<'s>, members: &[(Ident<'s>, Option<Scalar<'s>>)]) {
        // The counter counts only members without a value (language-imp 15.4).
        let mut next = 0;
        let mut values = Vec::new();
        for (member, value) in members {
            let value = value.map_or_else(
                || {
                    next += 1;
                    ConstantValue::Int(next - 1)
                },
                scalar_value,
            );
            values.retain(|(known, _): &(Vec<u8>, _)| known != member.name);
            values.push((member.name.to_vec(), value));
        }
        self.constants.remove(name.name);
        self.enums.insert(name.name.to_vec(), values);
    }

    /// Loads a constant into a register.
    pub(super) fn load_constant(&mut self, value: &ConstantValue, dst: u8) {
        match value {
            ConstantValue::Int(number) => self.load_int(*number, dst),
            ConstantValue::Float(number) => {
                let constant = self.f().float(*number);
                self.f().emit_wide(Op::LoadFloat, dst, constant);
            }
            ConstantValue::Str(text) => self.load_string(text, dst),
            ConstantValue::Bool(truth) => self.f().emit(Op::LoadBool, dst, u8::from(*truth), 0),
        }
    }

    pub(super) fn load_int(&mut self, number: i32, dst: u8) {
        match i16::try_from(number) {
            Ok(short) => self.f().emit_wide(Op::LoadImm, dst, short as u16),
            Err(_) => {
                let constant = self.f().int(number);
                self.f().emit_wide(Op::LoadInt, dst, constant);
            }
        }
    }

    pub(super) fn load_string(&mut self, text: &[u8], dst: u8) {
        let constant = self.string_constant(text);
        self.f().emit_wide(Op::LoadStr, dst, constant);
    }

    /// The number of a string constant.
    pub(super) fn string_constant(&mut self, text: &[u8]) -> u16 {
        let id = self.draft.intern(text);
        self.f().string(id)
    }

    /// The number of a string constant that fits in one byte.
    pub(super) fn short_string_constant(&mut self, text: &[u8]) -> Option<u8> {
        u8::try_from(self.string_constant(text)).ok()
    }
}

fn scalar_value(scalar: Scalar<'_>) -> ConstantValue {
    match scalar {
        Scalar::Int(number) => ConstantValue::Int(number),
        Scalar::Float(number) => ConstantValue::Float(number),
        Scalar::Str(text) => ConstantValue::Str(text.to_vec()),
        Scalar::Bool(truth) => ConstantValue::Bool(truth),
    }
}
