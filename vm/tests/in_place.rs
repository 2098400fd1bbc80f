//! What loading and starting a program takes from the heap: nothing per instruction or line, and nothing per literal
//! where constants stay in the image, as on microcontrollers. On hosts each use of a literal in a function is a value,
//! and there is room for a value where each word of the image's strings is.
//!
//! `cargo test -p tamias-vm --features in-place --test in_place` tries the former on a host.

use tamias_bytecode::draft::{FunctionDraft, ImageDraft, Position, SourceRange};
use tamias_bytecode::op::{Instruction, Op};
use tamias_bytecode::write::{Debug, write};
use tamias_vm::{Config, Edition, Memory, Outcome, Vm};

/// A program whose main function loads so many literals of each kind, each on a line of its own.
fn program(literals: u16) -> &'static [u8] {
    let mut draft = ImageDraft { edition: Edition::Imp, ..ImageDraft::default() };
    draft.sources.push(SourceRange::whole("literals.nut"));
    let mut main = FunctionDraft { n_params: 1, n_registers: 2, ..FunctionDraft::default() };
    for number in 0..literals {
        main.strings.push(draft.intern(format!("literal {number}").as_bytes()));
        main.ints.push(100_000 + i32::from(number));
        main.floats.push(0.5 + f32::from(number));
        for op in [Op::LoadStr, Op::LoadInt, Op::LoadFloat] {
            let line = main.code.len() as u32 + 1;
            main.positions.push((line - 1, Position { line, column: 1 }));
            main.code.push(Instruction::abx(op, 1, number));
        }
    }
    main.code.push(Instruction::abc(Op::ReturnNull, 0, 0, 0));
    draft.functions.push(main);
    let image = write(&draft, Debug::Keep).expect("the draft is well-formed");
    aligned(&image)
}

/// A copy that starts at a multiple of four.
fn aligned(image: &[u8]) -> &'static [u8] {
    let room = Vec::leak(vec![0; image.len() + 3]);
    let start = room.as_ptr().align_offset(4);
    room[start..start + image.len()].copy_from_slice(image);
    &room[start..start + image.len()]
}

/// Bytes that the heap has more after loading and running the program.
fn cost(image: &'static [u8]) -> usize {
    let config = Config { edition: Edition::Imp, ..Config::default() };
    let mut vm = Vm::new(config, Memory::Host { limit: 1 << 20 }).expect("there is memory");
    assert_eq!(vm.program_memory(), 0);
    let before = vm.memory_used();
    let main = vm.load_static(image).expect("the image is valid");
    assert_eq!(vm.start(&mut (), main), Ok(Outcome::Done));
    vm.idle(&mut ());
    vm.memory_used() + vm.program_memory() - before
}

#[test]
fn a_program_costs_nothing_per_instruction_literal_or_line() {
    let (few, many) = (10_u16, 1000);
    let more = usize::from(many - few);
    let (low, high) = (cost(program(few)), cost(program(many)));
    if cfg!(feature = "in-place") {
        assert_eq!(low, high);
    } else {
        // Two values, room for one for each of the five words of a string, and the slot of the string in the table of
        // all strings, which is at least a quarter full.
        let values = (2 + 5) * size_of::<tamias_vm::Value>();
        assert!(high - low <= more * (values + 4 * size_of::<usize>()), "{low} and {high} bytes");
    }
}
