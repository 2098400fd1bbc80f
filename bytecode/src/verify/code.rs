//! Verification of instructions, from the op table.

use super::{Contents, broken, require};
use crate::bytes::u16_at;
use crate::error::{ImageError, Rule};
use crate::function::{Record, decode_outer};
use crate::layout::function::OUTER_SIZE;
use crate::layout::{WORD, Width};
use crate::op::{Format, Instruction, Op, Operand};
use crate::parts::OuterSource;
use crate::registers::{CLASS_ATTRIBUTES, CLASS_EXTENDS, MEMBER_ATTRIBUTES, MEMBER_STATIC, register_end_of};

/// Checks all instructions of a function.
pub(super) fn check_code(contents: &Contents, index: u32, record: &Record) -> Result<(), ImageError> {
    let function = Function { contents, index, record };
    let start = record.code_offset();
    let code =
        contents.bytes_at(start, record.code_words * WORD).ok_or(broken(Rule::CodeSize, record.offset))?;
    let (words, _) = code.as_chunks();
    let mut last = None;
    for (pc, word) in (0..).zip(words) {
        let instruction = Instruction(u32::from_le_bytes(*word));
        let op =
            function.check_instruction(pc, instruction).map_err(|rule| broken(rule, start + pc * WORD))?;
        last = Some(op);
    }
    let ends = matches!(last, Some(Op::Return | Op::ReturnNull | Op::TailCall | Op::Throw | Op::Jmp));
    require(ends, Rule::CodeEnd, record.outers_offset() - WORD)
}

/// A function whose code is being verified.
struct Function<'a> {
    contents: &'a Contents<'a>,
    index: u32,
    record: &'a Record,
}

impl Function<'_> {
    /// Checks an instruction and returns its op, or the rule that it breaks.
    fn check_instruction(&self, pc: u32, instruction: Instruction) -> Result<Op, Rule> {
        let op = instruction.op().ok_or(Rule::UnknownOp)?;
        let shape = op.shape();
        let [first, second, third] = shape.operands;
        match shape.format {
            Format::Abc => {
                self.check_operand(pc, first, instruction.a().into())?;
                self.check_operand(pc, second, instruction.b().into())?;
                self.check_operand(pc, third, instruction.c().into())?;
            }
            Format::ABx => {
                self.check_operand(pc, first, instruction.a().into())?;
                self.check_operand(pc, second, instruction.bx().into())?;
            }
            Format::J => self.check_jump(pc, instruction.sj())?,
        }
        if register_end_of(shape, instruction) > self.record.n_registers.into() {
            return Err(Rule::RegisterOperand);
        }
        self.check_op(op, instruction)?;
        Ok(op)
    }

    /// Checks one operand; registers are checked together, with the runs that they begin.
    fn check_operand(&self, pc: u32, operand: Operand, value: u32) -> Result<(), Rule> {
        let below = |limit: u32, rule| if value < limit { Ok(()) } else { Err(rule) };
        match operand {
            Operand::Dst | Operand::Src | Operand::Both | Operand::Dst2 | Operand::Base => Ok(()),
            Operand::SImm8 | Operand::UImm8 | Operand::SImm16 | Operand::UImm16 => Ok(()),
            Operand::Unused => below(1, Rule::UnusedOperand),
            Operand::Count if value == 0 => Err(Rule::CountOperand),
            Operand::Count => Ok(()),
            Operand::Str8 => below(self.record.n_strings.into(), Rule::StringOperand),
            Operand::Str16 => self.check_name(value),
            Operand::Int8 | Operand::Int16 => below(self.record.n_ints.into(), Rule::IntOperand),
            Operand::Float16 => below(self.record.n_floats.into(), Rule::FloatOperand),
            Operand::Outer8 => below(self.record.n_outers.into(), Rule::OuterOperand),
            Operand::Function16 => below(self.contents.header.function_count, Rule::FunctionOperand),
            Operand::Jump8 => self.check_jump(pc, (value as u8 as i8).into()),
            Operand::Jump16 => self.check_jump(pc, (value as u16 as i16).into()),
            Operand::Jump24 => self.check_jump(pc, value as i32),
        }
    }

    /// In a wide image, such an operand has the number of a string constant; else it is a reference itself.
    fn check_name(&self, value: u32) -> Result<(), Rule> {
        let header = &self.contents.header;
        match header.width() {
            Width::Wide if value < self.record.n_strings.into() => Ok(()),
            Width::Compact if self.contents.is_string(header.string_offset(value)) => Ok(()),
            _ => Err(Rule::StringOperand),
        }
    }

    /// `pc` is that of the jump itself; distances count from the next instruction.
    fn check_jump(&self, pc: u32, distance: i32) -> Result<(), Rule> {
        let target = (pc + 1).checked_add_signed(distance);
        if target.is_some_and(|target| target < self.record.code_words) {
            Ok(())
        } else {
            Err(Rule::JumpTarget)
        }
    }

    /// Checks what only concerns this op.
    fn check_op(&self, op: Op, instruction: Instruction) -> Result<(), Rule> {
        match op {
            Op::Class if instruction.b() & !(CLASS_EXTENDS | CLASS_ATTRIBUTES) != 0 => Err(Rule::FlagOperand),
            Op::Member if instruction.c() & !(MEMBER_STATIC | MEMBER_ATTRIBUTES) != 0 => {
                Err(Rule::FlagOperand)
            }
            Op::LoadInts if u16::from(instruction.b()) + u16::from(instruction.c()) > self.record.n_ints => {
                Err(Rule::IntOperand)
            }
            Op::Yield if !self.record.is_generator() => Err(Rule::YieldOutsideGenerator),
            Op::TailCall if self.record.is_generator() => Err(Rule::TailCallInGenerator),
            Op::Closure => self.check_closure(instruction),
            Op::Method => self.check_method(instruction),
            _ => Ok(()),
        }
    }

    /// Checks that the default values and the outers of a new closure exist here.
    ///
    /// A function has few outers, so looking at them again for each closure
    /// does not change that the time is proportional to the size.
    fn check_closure(&self, instruction: Instruction) -> Result<(), Rule> {
        let target = self.contents.record(instruction.bx().into()).ok_or(Rule::FunctionOperand)?;
        let end = u32::from(instruction.a()) + 1 + u32::from(target.n_defaults);
        if end > self.record.n_registers.into() {
            return Err(Rule::RegisterOperand);
        }
        self.check_all_captured(&target)
    }

    /// Checks that the function exists, needs no default values, and finds its outers here.
    fn check_method(&self, instruction: Instruction) -> Result<(), Rule> {
        let target = self.index + 1 + u32::from(instruction.c());
        let target = self.contents.record(target).filter(|_| target < self.contents.header.function_count);
        let target = target.filter(|target| target.n_defaults == 0).ok_or(Rule::FunctionOperand)?;
        self.check_all_captured(&target)
    }

    fn check_all_captured(&self, target: &Record) -> Result<(), Rule> {
        for index in 0..u32::from(target.n_outers) {
            let entry = u16_at(self.contents.bytes, target.outers_offset() + index * OUTER_SIZE);
            self.check_captured(entry.and_then(decode_outer).ok_or(Rule::OuterSource)?)?;
        }
        Ok(())
    }

    fn check_captured(&self, source: OuterSource) -> Result<(), Rule> {
        match source {
            OuterSource::ParentRegister(register) if register >= self.record.n_registers => {
                Err(Rule::CapturedRegister)
            }
            OuterSource::ParentOuter(index) if index >= self.record.n_outers.into() => {
                Err(Rule::CapturedOuter)
            }
            _ => Ok(()),
        }
    }
}
