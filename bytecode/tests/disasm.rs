//! What images look like as text.

mod common;

use common::{image_of, sample, text_of};
use tamias_bytecode::Image;
use tamias_bytecode::draft::{FunctionDraft, ImageDraft, OuterSource};
use tamias_bytecode::op::{Format, Instruction, OPS, Op, OpInfo, Operand};
use tamias_bytecode::write::{Debug, write};

#[test]
fn sample_with_debug_tables() {
    insta::assert_snapshot!(text_of(&Image::from_bytes(&image_of(&sample())).unwrap()));
}

#[test]
fn sample_stripped() {
    insta::assert_snapshot!(text_of(&Image::from_bytes(&write(&sample(), Debug::Strip).unwrap()).unwrap()));
}

/// One of each instruction. Tail calls have a function of their own, as generators have none.
fn every_op() -> ImageDraft {
    let mut draft = ImageDraft::default();
    let instruction = |op: Op| match op.info().format {
        Format::Abc => Instruction::abc(op, 7, 2, 3),
        Format::ABx => Instruction::abx(op, 7, 3),
        Format::J => Instruction::j(op, -2),
    };
    // Unused operands must be zero.
    let with_used_operands = |info: &OpInfo| {
        let unused = info.operands.iter().zip([0xFF00, 0xFF_0000, 0xFF00_0000]);
        let masks = unused.filter(|(operand, _)| **operand == Operand::Unused && info.format == Format::Abc);
        Instruction(instruction(info.op).0 & !masks.map(|(_, mask)| mask).sum::<u32>())
    };
    let end = Instruction::abc(Op::ReturnNull, 0, 0, 0);
    let (tail_calls, others): (Vec<_>, Vec<_>) = OPS.iter().partition(|info| info.op == Op::TailCall);
    let function =
        |code: Vec<Instruction>| FunctionDraft { n_params: 1, n_registers: 12, code, ..Default::default() };
    draft.functions = vec![
        function(vec![end]),
        FunctionDraft {
            generator: true,
            strings: ["s0", "s1", "s2", "s3"].map(|text| draft.intern(text.as_bytes())).to_vec(),
            ints: vec![10, 11, 12, 13, 14],
            floats: vec![0.0, 0.1, 0.2, 0.3],
            outers: vec![OuterSource::ParentRegister(0); 3],
            ..function(others.into_iter().map(with_used_operands).chain([end]).collect())
        },
        function(tail_calls.into_iter().map(with_used_operands).collect()),
        function(vec![end]),
        function(vec![end]),
        function(vec![end]),
    ];
    draft
}

#[test]
fn every_instruction() {
    let bytes = write(&every_op(), Debug::Strip).unwrap();
    insta::assert_snapshot!(text_of(&Image::from_bytes(&bytes).unwrap()));
}
