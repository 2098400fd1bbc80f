//! Which registers an instruction names.
//!
//! Most name single registers. The others name a run that starts at an operand
//! and whose length depends on the op or on another operand.

use crate::op::{Instruction, Op, Operand, Shape};

/// Bit of operand B of [`Op::Class`]: there is a base class.
pub const CLASS_EXTENDS: u8 = 1;
/// Bit of operand B of [`Op::Class`]: the class has an attribute value.
pub const CLASS_ATTRIBUTES: u8 = 2;
/// Bit of operand C of [`Op::Member`]: the member is static.
pub const MEMBER_STATIC: u8 = 1;
/// Bit of operand C of [`Op::Member`]: the member has an attribute value.
pub const MEMBER_ATTRIBUTES: u8 = 2;

/// One more than the highest register that an instruction names; 0 if it names
/// none or is not valid.
///
/// The default values of an [`Op::Closure`] are not counted: how many there
/// are is said by the function that it refers to.
///
/// ```
/// use tamias_bytecode::op::{Instruction, Op};
/// use tamias_bytecode::registers::register_end;
///
/// assert_eq!(register_end(Instruction::abc(Op::Add, 1, 7, 3)), 8);
/// // Function, `this` and one argument.
/// assert_eq!(register_end(Instruction::abc(Op::Call, 4, 2, 0)), 7);
/// ```
pub fn register_end(instruction: Instruction) -> u32 {
    instruction.op().map_or(0, |op| register_end_of(op.shape(), instruction))
}

/// As [`register_end`], for an instruction whose op is known.
pub(crate) fn register_end_of(shape: &Shape, instruction: Instruction) -> u32 {
    let [a, b, c] = shape.operands;
    let end_at_a =
        run_length(shape.op, a, instruction).map_or(0, |length| u32::from(instruction.a()) + length);
    let end_at_b =
        run_length(shape.op, b, instruction).map_or(0, |length| u32::from(instruction.b()) + length);
    let end_at_c =
        run_length(shape.op, c, instruction).map_or(0, |length| u32::from(instruction.c()) + length);
    end_at_a.max(end_at_b).max(end_at_c)
}

/// How many registers are alive when an instruction that reads a slot runs, if registers are a stack: all that
/// it reads, and all below the one that it writes. A fresh register that it writes is not alive yet.
///
/// ```
/// use tamias_bytecode::op::{Instruction, Op};
/// use tamias_bytecode::registers::read_register_end;
///
/// assert_eq!(read_register_end(Instruction::abc(Op::GetField, 5, 1, 0)), 5);
/// assert_eq!(read_register_end(Instruction::abc(Op::GetField, 5, 5, 0)), 6);
/// // `getname` reads `this`.
/// assert_eq!(read_register_end(Instruction::abx(Op::GetName, 0, 0)), 1);
/// ```
pub fn read_register_end(instruction: Instruction) -> u32 {
    let Some(op) = instruction.op() else { return 0 };
    let dst = u32::from(instruction.a());
    let sources = match op {
        Op::GetField | Op::GetIndexImm => u32::from(instruction.b()) + 1,
        Op::GetIndex | Op::In => u32::from(instruction.b().max(instruction.c())) + 1,
        Op::GetName => 1,
        Op::GetRoot => 0,
        _ => return register_end_of(op.shape(), instruction),
    };
    dst.max(sources)
}

/// How many registers an operand stands for; `None` if it is not about registers.
fn run_length(op: Op, operand: Operand, instruction: Instruction) -> Option<u32> {
    match operand {
        Operand::Dst | Operand::Src | Operand::Both => Some(1),
        Operand::Dst2 => Some(2),
        Operand::Base => Some(base_run_length(op, instruction)),
        _ => None,
    }
}

fn base_run_length(op: Op, instruction: Instruction) -> u32 {
    match op {
        Op::LoadNull | Op::LoadInts | Op::Array => instruction.b().into(),
        Op::Call | Op::TailCall | Op::Append => u32::from(instruction.b()) + 1,
        Op::ForeachPrepare | Op::Foreach => 4,
        Op::Class if instruction.b() & CLASS_ATTRIBUTES != 0 => 3,
        Op::Class if instruction.b() & CLASS_EXTENDS != 0 => 2,
        Op::Member if instruction.c() & MEMBER_ATTRIBUTES != 0 => 3,
        Op::Member => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_depend_on_flags_and_counts() {
        let cases = [
            (Instruction::abc(Op::LoadNull, 3, 2, 0), 5),
            (Instruction::abc(Op::GetMethod, 9, 2, 200), 11),
            (Instruction::abc(Op::Call, 255, 255, 0), 511),
            (Instruction::asbx(Op::Foreach, 2, -7), 6),
            (Instruction::abc(Op::Class, 5, 0, 0), 6),
            (Instruction::abc(Op::Class, 5, CLASS_EXTENDS, 0), 7),
            (Instruction::abc(Op::Class, 5, CLASS_ATTRIBUTES, 0), 8),
            (Instruction::abc(Op::Member, 9, 10, MEMBER_STATIC), 12),
            (Instruction::abc(Op::Member, 9, 10, MEMBER_ATTRIBUTES), 13),
            (Instruction::j(Op::Jmp, -1), 0),
            (Instruction(0xFFFF_FFFF), 0),
        ];
        for (instruction, end) in cases {
            assert_eq!(register_end(instruction), end, "{instruction:?}");
        }
    }
}
