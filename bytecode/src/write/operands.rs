//! Strings in instructions.
//!
//! In a draft each operand that is a string has the number of a string
//! constant of the function. In an image with narrow references an operand of
//! 16 bits has room for the reference itself, so the function needs no entry
//! for a string that only such operands name.

use super::{StringOffsets, Writer};
use crate::draft::{FunctionDraft, StringId};
use crate::layout::{Width, header};
use crate::op::{Instruction, Operand};
use alloc::vec;
use alloc::vec::Vec;

/// The code and the string constants of a function as they are in the image.
pub(super) struct Operands {
    pub(super) strings: Vec<StringId>,
    pub(super) code: Vec<Instruction>,
}

/// What names a string constant.
#[derive(Clone, Copy, Default)]
struct Uses {
    by_number: bool,
    by_reference: bool,
}

impl Writer {
    /// Puts references into the operands that have room for them, and leaves out the constants that no other one names.
    pub(super) fn operands(&mut self, function: &FunctionDraft, strings: &StringOffsets) -> Operands {
        if self.width == Width::Wide {
            return Operands { strings: function.strings.clone(), code: function.code.clone() };
        }
        let uses = uses(function);
        let is_left_out = |uses: &Uses| uses.by_reference && !uses.by_number;
        let mut kept = Vec::with_capacity(uses.len());
        let mut numbers = vec![0; uses.len()];
        for ((id, uses), number) in function.strings.iter().zip(&uses).zip(&mut numbers) {
            *number = kept.len() as u32;
            if !is_left_out(uses) {
                kept.push(*id);
            }
        }
        let start = header::size(self.is_stripped);
        let code = function.code.iter().map(|instruction| {
            let Some((operand, shift, number)) = string_operand(*instruction) else { return *instruction };
            // What is no string constant is left to the verifier.
            let Some(id) = function.strings.get(number as usize) else { return *instruction };
            let (mask, value) = match operand {
                Operand::Str16 => (0xFFFF, self.reference(start, strings.of_id(*id)) & 0xFFFF),
                _ => (0xFF, numbers[number as usize]),
            };
            Instruction(instruction.0 & !(mask << shift) | value << shift)
        });
        Operands { code: code.collect(), strings: kept }
    }
}

fn uses(function: &FunctionDraft) -> Vec<Uses> {
    let mut uses = vec![Uses::default(); function.strings.len()];
    for (operand, _, number) in function.code.iter().filter_map(|instruction| string_operand(*instruction)) {
        if let Some(uses) = uses.get_mut(number as usize) {
            uses.by_reference |= operand == Operand::Str16;
            uses.by_number |= operand == Operand::Str8;
        }
    }
    uses
}

/// The operand of an instruction that names a string, the bit where it starts, and its value.
fn string_operand(instruction: Instruction) -> Option<(Operand, u32, u32)> {
    let operands = instruction.op()?.shape().operands;
    match operands.iter().position(|operand| matches!(operand, Operand::Str8 | Operand::Str16))? {
        1 if operands[1] == Operand::Str16 => Some((Operand::Str16, 16, instruction.bx().into())),
        1 => Some((Operand::Str8, 16, instruction.b().into())),
        _ => Some((Operand::Str8, 24, instruction.c().into())),
    }
}
