//! Images for the tests: a sample that has some of everything, and ways to damage it.

// Every test program uses another part of this module.
#![allow(dead_code)]

use tamias_bytecode::crc32::crc32;
use tamias_bytecode::disasm::disassemble;
use tamias_bytecode::draft::{
    ConstantDraft, FunctionDraft, ImageDraft, LocalName, OuterSource, Position, SourceRange, StringId,
    TryEntry,
};
use tamias_bytecode::layout::header;
use tamias_bytecode::op::{Instruction, Op};
use tamias_bytecode::write::{Debug, write};
use tamias_bytecode::{Edition, Image};

/// An instruction with up to three 8-bit operands.
pub fn abc(op: Op, a: u8, b: u8, c: u8) -> Instruction {
    Instruction::abc(op, a, b, c)
}

/// A draft with three functions that uses every part of the format.
pub fn sample() -> ImageDraft {
    let mut draft = ImageDraft { edition: Edition::Squirrel3, ..Default::default() };
    let source = |first_line, name: &str, line| SourceRange { first_line, name: name.to_string(), line };
    draft.sources =
        vec![source(1, "device.nut", 1), source(3, "lib/led \"x\".nut", 2), source(40, "device.nut", 4)];
    let functions = vec![main(&mut draft), counter(&mut draft), numbers()];
    draft.functions = functions;
    draft.constants = constants(&mut draft);
    draft
}

/// A constant of every kind.
pub fn constants(draft: &mut ImageDraft) -> Vec<(StringId, ConstantDraft)> {
    let members = vec![
        (draft.intern(b"ON"), ConstantDraft::Bool(true)),
        (draft.intern(b"OFF"), ConstantDraft::Str(draft.intern(b"led"))),
    ];
    vec![
        (draft.intern(b"LIMIT"), ConstantDraft::Int(-1)),
        (draft.intern(b"MODE"), ConstantDraft::Enum(members)),
        (draft.intern(b"RATE"), ConstantDraft::Float(0.5)),
    ]
}

/// Main, with try ranges, a closure with a default value, live tops and two sources.
fn main(draft: &mut ImageDraft) -> FunctionDraft {
    FunctionDraft {
        name: Some(draft.intern(b"main")),
        n_params: 2,
        n_registers: 8,
        varargs: true,
        strings: vec![draft.intern(b"led"), draft.intern(b"write\n"), draft.intern(b"")],
        ints: vec![-1, i32::MIN],
        floats: vec![1.0, -0.0],
        code: vec![
            Instruction::abx(Op::LoadInt, 2, 1),
            Instruction::abx(Op::LoadFloat, 4, 0),
            Instruction::abx(Op::Closure, 3, 1),
            Instruction::abx(Op::GetName, 4, 0),
            abc(Op::GetMethod, 4, 4, 1),
            abc(Op::Move, 6, 2, 0),
            abc(Op::Call, 4, 2, 0),
            abc(Op::JEqStr, 4, 2, -3i8 as u8),
            Instruction::asbx(Op::JTrue, 4, 1),
            Instruction::j(Op::Jmp, -9),
            abc(Op::ReturnNull, 0, 0, 0),
        ],
        tries: vec![
            TryEntry { start: 4, end: 7, handler: 8, register: 4 },
            TryEntry { start: 2, end: 10, handler: 10, register: 2 },
            TryEntry { start: 3, end: 3, handler: 0, register: 0 },
        ],
        live_tops: vec![(3, 4), (4, 8)],
        positions: vec![
            (0, Position { line: 1, column: 1 }),
            (2, Position { line: 43, column: 9 }),
            (4, Position { line: 3, column: 400 }),
            (9, Position { line: 2, column: 0 }),
        ],
        locals: vec![
            LocalName { name: draft.intern(b"n"), register: 2, start: 1, end: 11 },
            LocalName { name: draft.intern(b"f"), register: 3, start: 3, end: 11 },
        ],
        ..Default::default()
    }
}

/// A closure with outers, of which there is an odd number.
fn counter(draft: &mut ImageDraft) -> FunctionDraft {
    FunctionDraft {
        name: Some(draft.intern(b"counter")),
        n_params: 2,
        n_registers: 4,
        n_defaults: 1,
        strings: vec![draft.intern(b"led")],
        code: vec![
            abc(Op::GetOuter, 2, 0, 0),
            abc(Op::AddImm, 2, 2, 1),
            abc(Op::SetOuter, 2, 0, 0),
            Instruction::abx(Op::Closure, 3, 2),
            abc(Op::TailCall, 2, 1, 0),
        ],
        outers: vec![OuterSource::ParentRegister(2)],
        positions: vec![(1, Position { line: 8, column: 300 })],
        ..Default::default()
    }
}

/// An anonymous generator that captures an outer of its parent.
fn numbers() -> FunctionDraft {
    FunctionDraft {
        n_params: 1,
        n_registers: 5,
        generator: true,
        code: vec![
            abc(Op::GetOuter, 1, 0, 0),
            abc(Op::ForeachPrepare, 1, 1, 1),
            abc(Op::Yield, 4, 1, 0),
            Instruction::asbx(Op::Foreach, 1, -2),
            Instruction::j(Op::Jmp, 0),
            abc(Op::ReturnNull, 0, 0, 0),
        ],
        outers: vec![OuterSource::ParentOuter(0)],
        ..Default::default()
    }
}

/// A draft whose main has this code, four registers, and one constant of each kind.
pub fn with_code(code: Vec<Instruction>) -> ImageDraft {
    let mut draft = ImageDraft::default();
    let strings = vec![draft.intern(b"text")];
    draft.functions = vec![FunctionDraft {
        n_params: 1,
        n_registers: 4,
        strings,
        ints: vec![1 << 20],
        floats: vec![0.5],
        code,
        ..Default::default()
    }];
    draft
}

/// The image of a draft with debug tables.
pub fn image_of(draft: &ImageDraft) -> Vec<u8> {
    write(draft, Debug::Keep).expect("the draft keeps the limits")
}

/// Makes the checksum and the size right, so that damage is left to the verifier.
pub fn seal(bytes: &mut [u8]) {
    let size = bytes.len() as u32;
    set_u32(bytes, header::TOTAL_SIZE, size);
    reseal(bytes);
}

/// Makes the checksum right for the size that the header says.
pub fn reseal(bytes: &mut [u8]) {
    let size = get_u32(bytes, header::TOTAL_SIZE) as usize;
    if let Some(covered) = bytes.get(header::CRC_START as usize..size) {
        let crc = crc32(covered);
        set_u32(bytes, header::CRC, crc);
    }
}

/// The word at `offset`.
pub fn get_u32(bytes: &[u8], offset: u32) -> u32 {
    u32::from_le_bytes(*bytes[offset as usize..].first_chunk().expect("the offset is in the image"))
}

/// Changes the word at `offset`.
pub fn set_u32(bytes: &mut [u8], offset: u32, value: u32) {
    bytes[offset as usize..][..4].copy_from_slice(&value.to_le_bytes());
}

/// The image as text.
pub fn text_of(image: &Image) -> String {
    let mut text = String::new();
    disassemble(image, &|_| Some(b"one\ntwo\r\nthree"), &mut text).expect("strings can be written to");
    text
}

/// Reads everything that there is in an image and checks what the VM relies on.
pub fn check_readable(image: &Image) {
    text_of(image);
    assert!(image.source_count() == 0 || image.source_place(u32::MAX).is_some());
    for offset in image.strings() {
        let bytes = image.string(offset);
        assert_eq!(image.find_string(tamias_bytecode::hash::hash_bytes(bytes), bytes), Some(offset));
    }
    assert!(image.function(0).is_some());
    assert_eq!(image.functions().count() as u32, image.function_count());
    for function in image.functions() {
        assert_eq!(function.code().len() as u32, function.code_words());
        assert!((0..function.n_strings()).all(|index| function.string_constant(index).is_some()));
        assert_eq!(function.outers().count(), function.n_outers().into());
        assert!(function.live_tops().all(|(pc, top)| function.live_top(pc) == top));
        for (pc, instruction) in (0..).zip(function.code()) {
            assert!(tamias_bytecode::registers::register_end(instruction) <= function.n_registers().into());
            assert!(function.live_top(pc) <= function.n_registers());
            assert!(function.try_at(pc).is_none_or(|entry| entry.handler < function.code_words()));
        }
    }
}
