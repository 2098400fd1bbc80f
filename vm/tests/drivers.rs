//! The tail-call driver must never call where it should jump: every instruction would then take native stack.
//! So each op runs many times on a thread with a small stack, which overflows if a single one of them calls.

use std::any::Any;
use std::thread;
use tamias_bytecode::draft::{FunctionDraft, ImageDraft};
use tamias_bytecode::op::{Format, Instruction, OPS, Op, OpInfo, Operand};
use tamias_bytecode::parts::{OuterSource, TryEntry};
use tamias_bytecode::write::{Debug, write};
use tamias_vm::{Config, Driver, Edition, Memory, Outcome, Vm};

/// Runs of each op. A call takes at least 16 bytes of stack, as frames are aligned.
const TURNS: i32 = 6_000;
/// Enough for everything that the long way of any op needs.
const STACK: usize = 64 << 10;

/// The counter of the loop and its limit; below them are the operands.
const COUNTER: u8 = 20;
const REGISTERS: u8 = 30;
/// The registers that ops read and write; none of the ops names more than four in a row.
const OPERANDS: [u8; 3] = [2, 6, 10];
/// A function that returns its first argument.
const IDENTITY: u16 = 1;
/// A function that calls the identity in tail position.
const TAIL_CALLER: u16 = 2;
/// A generator without end.
const GENERATOR: u16 = 3;

/// What the operands of an op are.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Int,
    Float,
    Null,
    Table,
    Array,
    String,
    Closure,
    TailCaller,
    Class,
    Generator,
}

const KINDS: [Kind; 10] = [
    Kind::Int,
    Kind::Float,
    Kind::Null,
    Kind::Table,
    Kind::Array,
    Kind::String,
    Kind::Closure,
    Kind::TailCaller,
    Kind::Class,
    Kind::Generator,
];

impl Kind {
    /// Puts a value of this kind into a register.
    fn load(self, register: u8, code: &mut Vec<Instruction>) {
        let closure = |function| Instruction::abx(Op::Closure, register, function);
        code.push(match self {
            Kind::Int => Instruction::asbx(Op::LoadImm, register, 1),
            Kind::Float => Instruction::abx(Op::LoadFloat, register, 0),
            Kind::Null => Instruction::abc(Op::LoadNull, register, 1, 0),
            Kind::Table => Instruction::abx(Op::NewTable, register, 0),
            Kind::Array => Instruction::abx(Op::NewArray, register, 0),
            Kind::String => Instruction::abx(Op::LoadStr, register, 0),
            Kind::Closure => closure(IDENTITY),
            Kind::TailCaller => closure(TAIL_CALLER),
            Kind::Class => Instruction::abc(Op::Class, register, 0, 0),
            Kind::Generator => closure(GENERATOR),
        });
        match self {
            Kind::Table => code.push(Instruction::abc(Op::NewField, register, 0, register)),
            Kind::Array => code.push(Instruction::abc(Op::Append, register, 1, 0)),
            Kind::Generator => {
                code.push(Instruction::abc(Op::Move, register + 1, 0, 0));
                code.push(Instruction::abc(Op::Call, register, 1, 0));
            }
            _ => {}
        }
    }
}

/// The op under test, with operands that the verifier accepts.
fn instruction(info: &OpInfo) -> Instruction {
    let operand = |position: usize| match info.operands[position] {
        Operand::Dst | Operand::Src | Operand::Both | Operand::Dst2 | Operand::Base => OPERANDS[position],
        Operand::Count | Operand::SImm8 | Operand::UImm8 | Operand::SImm16 | Operand::UImm16 => 1,
        Operand::Function16 => IDENTITY as u8,
        _ => 0,
    };
    match info.format {
        Format::Abc => Instruction::abc(info.op, operand(0), operand(1), operand(2)),
        Format::ABx => Instruction::abx(info.op, operand(0), operand(1).into()),
        Format::J => Instruction::j(info.op, 0),
    }
}

/// Main: loads the operands again in each turn, as the op may change them, and goes on if the op throws.
fn looping(info: &OpInfo, kind: Kind) -> FunctionDraft {
    let mut code = vec![
        Instruction::asbx(Op::LoadImm, COUNTER, 0),
        Instruction::abx(Op::LoadInt, COUNTER + 1, 0),
        // Captured by the closure, so that outers exist.
        Instruction::abx(Op::Closure, COUNTER + 2, IDENTITY),
    ];
    let start = code.len();
    for register in OPERANDS.iter().flat_map(|first| [*first, first + 1]) {
        kind.load(register, &mut code);
    }
    let tested = code.len() as u32;
    code.push(instruction(info));
    let back = start as i32 - (code.len() as i32 + 1);
    code.push(Instruction::abc(Op::IncJLt, COUNTER, COUNTER + 1, back as u8));
    code.push(Instruction::abc(Op::ReturnNull, 0, 0, 0));
    let tries =
        vec![TryEntry { start: tested, end: tested + 1, handler: tested + 1, register: REGISTERS - 1 }];
    FunctionDraft {
        n_params: 2,
        varargs: true,
        n_registers: REGISTERS,
        code,
        tries,
        ..FunctionDraft::default()
    }
}

fn image(info: &OpInfo, kind: Kind) -> Vec<u8> {
    let mut draft = ImageDraft { edition: Edition::Squirrel3, ..ImageDraft::default() };
    let name = draft.intern(b"name");
    let mut main = looping(info, kind);
    main.strings = vec![name];
    main.ints = vec![TURNS];
    main.floats = vec![1.5];
    let identity = FunctionDraft {
        n_params: 1,
        n_registers: 1,
        outers: vec![OuterSource::ParentRegister(15)],
        code: vec![Instruction::abc(Op::Return, 0, 0, 0)],
        ..FunctionDraft::default()
    };
    let tail_caller = FunctionDraft {
        n_params: 1,
        n_registers: 3,
        strings: vec![name],
        code: vec![
            Instruction::abc(Op::GetOuter, 1, 0, 0),
            Instruction::abc(Op::Move, 2, 0, 0),
            Instruction::abc(Op::TailCall, 1, 1, 0),
        ],
        outers: vec![OuterSource::ParentRegister(COUNTER + 2)],
        ..FunctionDraft::default()
    };
    let generator = FunctionDraft {
        n_params: 1,
        n_registers: 1,
        generator: true,
        code: vec![Instruction::abc(Op::Yield, 0, 1, 0), Instruction::j(Op::Jmp, -2)],
        ..FunctionDraft::default()
    };
    draft.functions = vec![main, identity, tail_caller, generator];
    write(&draft, Debug::Strip).unwrap_or_else(|error| panic!("{} {kind:?}: {error:?}", info.mnemonic))
}

fn run(image: &[u8], driver: Driver) {
    let config = Config { edition: Edition::Squirrel3, driver, ..Config::default() };
    let mut vm = Vm::new(config, Memory::Host { limit: 256 << 20 }).expect("an empty VM fits");
    let program = vm.load(image).expect("the image is valid");
    let mut host: () = ();
    let outcome = vm.start(&mut host as &mut dyn Any, program);
    assert_eq!(outcome, Ok(Outcome::Done));
}

/// Whether main can hold the op: others end the function or belong into generators. Those are in the functions
/// that main calls.
fn fits_main(op: Op) -> bool {
    !matches!(op, Op::Return | Op::ReturnNull | Op::TailCall | Op::Yield | Op::GetOuter | Op::SetOuter)
}

#[test]
fn no_op_takes_native_stack() {
    let run_all = || {
        for info in OPS.iter().filter(|info| fits_main(info.op)) {
            for kind in KINDS {
                run(&image(info, kind), Driver::FASTEST);
            }
        }
    };
    let worker = thread::Builder::new().stack_size(STACK).spawn(run_all).expect("a thread can be made");
    assert!(worker.join().is_ok(), "{}", Driver::FASTEST.name());
}
