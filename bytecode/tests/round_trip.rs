//! What is written can be read again.

mod common;

use common::{abc, check_readable, constants, image_of, sample, with_code};
use proptest::prelude::*;
use tamias_bytecode::constants::{Constant, Constants};
use tamias_bytecode::draft::{
    FunctionDraft, ImageDraft, LocalName, OuterSource, Position, SourceRange, StringPool, TryEntry,
};
use tamias_bytecode::hash::hash_bytes;
use tamias_bytecode::layout::{MAX_BUCKET, Width};
use tamias_bytecode::op::{Instruction, Op, Operand};
use tamias_bytecode::write::{Debug, FunctionProblem, WriteError, write};
use tamias_bytecode::{Edition, FunctionView, Image};

/// Checks that a function of an image is that of the draft, apart from its debug tables.
fn assert_same_function(draft: &ImageDraft, function: &FunctionDraft, view: FunctionView) {
    let text = |id| draft.strings.get(id).expect("the id is from this draft");
    assert_eq!(view.name_offset().and(view.name()), function.name.map(text));
    assert_eq!(view.n_params(), function.n_params);
    assert_eq!(view.n_registers(), function.n_registers);
    assert_eq!(view.n_defaults(), function.n_defaults);
    assert_eq!(view.is_varargs(), function.varargs);
    assert_eq!(view.is_generator(), function.generator);
    assert!((0..).map_while(|index| view.int_constant(index)).eq(function.ints.iter().copied()));
    let float_bits = (0..).map_while(|index| view.float_constant(index)).map(f32::to_bits);
    assert!(float_bits.eq(function.floats.iter().map(|float| float.to_bits())));
    assert_eq!(view.code().len(), function.code.len());
    let constant = |index: u16| function.strings.get(index as usize).map(|id| text(*id));
    for (instruction, drafted) in view.code().zip(&function.code) {
        let written = parts(instruction, |index| view.string_constant(index), |name| view.name_operand(name));
        assert_eq!(written, parts(*drafted, constant, constant));
    }
    assert!(view.outers().eq(function.outers.iter().copied()));
    assert!(view.live_tops().eq(function.live_tops.iter().copied()));
}

/// The bits of an instruction that do not name a string, and the string.
fn parts<'a>(
    instruction: Instruction,
    constant: impl Fn(u16) -> Option<&'a [u8]>,
    name: impl Fn(u16) -> Option<&'a [u8]>,
) -> (u32, Option<&'a [u8]>) {
    match instruction.op().map(|op| op.info().operands) {
        Some([_, Operand::Str16, _]) => (instruction.0 & 0xFFFF, name(instruction.bx())),
        Some([_, Operand::Str8, _]) => (instruction.0 & 0xFF00_FFFF, constant(instruction.b().into())),
        Some([_, _, Operand::Str8]) => (instruction.0 & 0xFF_FFFF, constant(instruction.c().into())),
        _ => (instruction.0, None),
    }
}

fn assert_same_strings(draft: &ImageDraft, function: &FunctionDraft, view: FunctionView) {
    let strings = (0..).map_while(|index| view.string_constant(index));
    assert!(strings.eq(function.strings.iter().filter_map(|id| draft.strings.get(*id))));
}

#[test]
fn strings_that_only_wide_operands_name_are_no_constants() {
    let mut draft = with_code(vec![
        Instruction::abx(Op::LoadStr, 1, 0),
        Instruction::abx(Op::LoadStr, 2, 1),
        abc(Op::GetField, 1, 1, 1),
        abc(Op::ReturnNull, 0, 0, 0),
    ]);
    let field = draft.intern(b"field");
    draft.functions[0].strings.push(field);
    let bytes = image_of(&draft);
    let main = Image::from_bytes(&bytes).unwrap().function(0).unwrap();
    assert_eq!((main.n_strings(), main.string_constant(0)), (1, Some(&b"field"[..])));
    assert_same_function(&draft, &draft.functions[0], main);
}

#[test]
fn a_draft_survives() {
    let draft = sample();
    let bytes = image_of(&draft);
    let image = Image::from_bytes(&bytes).unwrap();
    check_readable(&image);
    assert_eq!(image.edition(), Edition::Squirrel3);
    assert_eq!(image.size() as usize, bytes.len());
    assert_eq!(image.code_size(), 4 * (11 + 5 + 6));
    let sources = image.sources().map(|(first_line, place)| (first_line, place.name, place.line));
    assert!(sources.eq(draft.sources.iter().map(|range| (
        range.first_line,
        range.name.as_bytes(),
        range.line
    ))));
    for (function, view) in draft.functions.iter().zip(image.functions()) {
        assert_same_function(&draft, function, view);
        assert!(view.positions().eq(function.positions.iter().copied()));
        let locals = view.locals().map(|local| (local.name, local.register, local.start, local.end));
        let name = |local: &LocalName| draft.strings.get(local.name).unwrap();
        assert!(locals.eq(function.locals.iter().map(|local| (
            name(local),
            local.register,
            local.start,
            local.end
        ))));
    }
}

#[test]
fn constants_survive() {
    let (kept, stripped) = (image_of(&sample()), write(&sample(), Debug::Strip).unwrap());
    for bytes in [&kept, &stripped] {
        let image = Image::from_bytes(bytes).unwrap();
        assert_eq!(
            constants_text(image.constants()),
            "LIMIT Int(-1), MODE {ON Bool(true), OFF Str([108, 101, 100])}, RATE Float(0.5)"
        );
    }
    let without = ImageDraft { constants: Vec::new(), ..sample() };
    assert_eq!(Image::from_bytes(&image_of(&without)).unwrap().constants().count(), 0);
}

/// Constants with their values, as one line.
fn constants_text(constants: Constants) -> String {
    let texts = constants.map(|(name, value)| match value {
        Constant::Enum(members) => format!("{} {{{}}}", name.escape_ascii(), constants_text(members)),
        scalar => format!("{} {scalar:?}", name.escape_ascii()),
    });
    texts.collect::<Vec<String>>().join(", ")
}

#[test]
fn stripping_removes_debug_tables_and_nothing_else() {
    let draft = sample();
    let bytes = write(&draft, Debug::Strip).unwrap();
    let image = Image::from_bytes(&bytes).unwrap();
    check_readable(&image);
    assert!(image.is_stripped());
    assert_eq!(image.source_count(), 0);
    assert!(bytes.len() < image_of(&draft).len());
    assert_eq!(image.find_string(hash_bytes(b"n"), b"n"), None, "only a local has this name");
    for (function, view) in draft.functions.iter().zip(image.functions()) {
        assert_same_function(&draft, function, view);
        assert_eq!(view.position(0), None);
        assert_eq!(view.locals().count(), 0);
    }
}

#[test]
fn the_same_program_gives_the_same_bytes() {
    // The order in which strings were added must not matter, nor strings that nothing uses.
    let mut reordered = sample();
    reordered.strings = StringPool::default();
    reordered.intern(b"unused");
    let mut renamed = |id, original: &StringPool| reordered.strings.intern(original.get(id).unwrap());
    let original = sample();
    for function in reordered.functions.iter_mut().rev() {
        function.strings.iter_mut().rev().for_each(|id| *id = renamed(*id, &original.strings));
        function.locals.iter_mut().for_each(|local| local.name = renamed(local.name, &original.strings));
        function.name = function.name.map(|id| renamed(id, &original.strings));
    }
    reordered.constants = constants(&mut reordered);
    assert_eq!(image_of(&reordered), image_of(&original));
}

#[test]
fn the_innermost_try_handles() {
    let bytes = image_of(&sample());
    let main = Image::from_bytes(&bytes).unwrap().function(0).unwrap();
    assert_eq!(main.tries().count(), 2, "empty ranges are left out");
    let handler_at = |pc| main.try_at(pc).map(|entry| entry.handler);
    assert_eq!(
        [1, 2, 4, 6, 7, 9, 10].map(handler_at),
        [None, Some(10), Some(8), Some(8), Some(10), Some(10), None]
    );
}

#[test]
fn live_tops_default_to_the_largest_register() {
    let bytes = image_of(&sample());
    let main = Image::from_bytes(&bytes).unwrap().function(0).unwrap();
    assert_eq!([0, 3, 4, 6, 10, 99].map(|pc| main.live_top(pc)), [3, 4, 8, 7, 0, 0]);
}

#[test]
fn positions_hold_until_the_next_one() {
    let bytes = image_of(&sample());
    let image = Image::from_bytes(&bytes).unwrap();
    let line = |function, pc| image.function(function).unwrap().position(pc).map(|p: Position| p.line);
    assert_eq!(line(0, 0), Some(1));
    assert_eq!(line(0, 3), Some(43));
    assert_eq!(line(0, 8), Some(3));
    assert_eq!(line(0, 10), Some(2));
    assert_eq!(line(1, 0), None);
    assert_eq!(line(2, 0), None);
}

#[test]
fn lines_are_found_in_the_texts_they_come_from() {
    let bytes = image_of(&sample());
    let image = Image::from_bytes(&bytes).unwrap();
    let place = |line| image.source_place(line).map(|place| (place.name, place.line));
    let library = &b"lib/led \"x\".nut"[..];
    assert_eq!(place(0), None);
    assert_eq!(place(2), Some((&b"device.nut"[..], 2)));
    assert_eq!(place(3), Some((library, 2)));
    assert_eq!(place(39), Some((library, 38)));
    assert_eq!(place(43), Some((&b"device.nut"[..], 7)));
    let stripped = write(&sample(), Debug::Strip).unwrap();
    assert_eq!(Image::from_bytes(&stripped).unwrap().source_place(1), None);
}

#[test]
fn what_follows_the_image_is_ignored() {
    let mut bytes = image_of(&sample());
    let size = bytes.len();
    bytes.resize(size + 1000, 0xFF);
    assert_eq!(Image::from_bytes(&bytes).unwrap().bytes().len(), size);
}

#[test]
fn every_edition_is_recorded() {
    for edition in Edition::ALL {
        let bytes = image_of(&ImageDraft { edition, ..with_code(vec![abc(Op::ReturnNull, 0, 0, 0)]) });
        assert_eq!(Image::from_bytes(&bytes).unwrap().edition(), edition);
    }
}

/// The problem that the writer finds when `change` has been made to the sample's main function.
fn problem_with(change: impl Fn(&mut FunctionDraft)) -> FunctionProblem {
    let mut draft = sample();
    change(&mut draft.functions[0]);
    match write(&draft, Debug::Keep) {
        Err(WriteError::Function { index: 0, problem }) => problem,
        other => panic!("{other:?}"),
    }
}

#[test]
fn limits_are_checked() {
    use FunctionProblem::*;
    let mut other_pool = StringPool::default();
    let foreign = (0..100).map(|n| other_pool.intern(&[n])).last().unwrap();
    assert_eq!(problem_with(|f| f.strings = vec![f.strings[0]; 65_536]), TooManyStrings);
    assert_eq!(problem_with(|f| f.ints = vec![0; 65_536]), TooManyInts);
    assert_eq!(problem_with(|f| f.floats = vec![0.0; 65_536]), TooManyFloats);
    assert_eq!(problem_with(|f| f.outers = vec![OuterSource::ParentOuter(0); 256]), TooManyOuters);
    assert_eq!(problem_with(|f| f.outers = vec![OuterSource::ParentOuter(255)]), TooManyOuters);
    assert_eq!(problem_with(|f| f.tries = vec![f.tries[0]; 65_536]), TooManyTries);
    assert_eq!(problem_with(|f| f.live_tops = vec![(0, 0); 65_536]), TooManyLiveTops);
    assert_eq!(problem_with(|f| f.code = vec![Instruction(0); (1 << 24) + 1]), TooMuchCode);
    assert_eq!(problem_with(|f| f.strings.push(foreign)), UnknownString);
    assert_eq!(problem_with(|f| f.name = Some(foreign)), UnknownString);
    assert_eq!(problem_with(|f| f.locals[0].name = foreign), UnknownString);
    assert_eq!(problem_with(|f| f.positions[3].0 = 11), OutsideOfCode);
    assert_eq!(problem_with(|f| f.live_tops = vec![(11, 0)]), OutsideOfCode);
    assert_eq!(problem_with(|f| f.locals[0].end = 12), OutsideOfCode);
    let outside = TryEntry { start: 0, end: 1, handler: 11, register: 0 };
    assert_eq!(problem_with(|f| f.tries.push(outside)), OutsideOfCode);
    assert_eq!(problem_with(|f| f.live_tops = vec![(3, 4), (3, 4)]), Unsorted);
    assert_eq!(problem_with(|f| f.positions.reverse()), Unsorted);
}

#[test]
fn counts_of_the_image_are_checked() {
    let mut draft = with_code(vec![abc(Op::ReturnNull, 0, 0, 0)]);
    draft.functions = vec![draft.functions[0].clone(); 65_536];
    let bytes = image_of(&draft);
    assert_eq!(Image::from_bytes(&bytes).unwrap().function_count(), 65_536);
    draft.functions.push(draft.functions[0].clone());
    assert_eq!(write(&draft, Debug::Keep), Err(WriteError::TooManyFunctions));
    draft.functions.truncate(1);
    let ranges =
        |count| (0..count).map(|n| SourceRange { first_line: n, ..SourceRange::whole("") }).collect();
    draft.sources = ranges(65_535);
    assert!(Image::from_bytes(&image_of(&draft)).is_ok());
    draft.sources = ranges(65_536);
    assert_eq!(write(&draft, Debug::Keep), Err(WriteError::TooManySources));
    draft.sources = vec![SourceRange::whole("twice"); 2];
    assert_eq!(write(&draft, Debug::Keep), Err(WriteError::UnsortedSources));
    draft.sources.clear();
    draft.constants = sample().constants;
    assert_eq!(write(&draft, Debug::Keep), Err(WriteError::UnknownConstantString));
}

/// Eight-byte strings that all have the same hash: the first word is free, the second undoes it.
fn colliding_strings(count: u32) -> Vec<[u8; 8]> {
    // After the first word the state is `(rotate(len * M) ^ word) * M`; the
    // second word is added to it rotated, so it can cancel any difference.
    const MULTIPLIER: u32 = 0x9E37_79B1;
    let start = 8u32.wrapping_mul(MULTIPLIER).rotate_left(5);
    let strings = (0..count).map(|first| {
        let state = (start ^ first).wrapping_mul(MULTIPLIER);
        let mut bytes = [0; 8];
        bytes[..4].copy_from_slice(&first.to_le_bytes());
        bytes[4..].copy_from_slice(&state.rotate_left(5).to_le_bytes());
        bytes
    });
    strings.collect()
}

#[test]
fn colliding_strings_are_accepted_up_to_a_limit() {
    let with_strings = |strings: Vec<[u8; 8]>| {
        let mut draft = with_code(vec![abc(Op::ReturnNull, 0, 0, 0)]);
        draft.functions[0].strings = strings.iter().map(|bytes| draft.strings.intern(bytes)).collect();
        draft
    };
    let strings = colliding_strings(MAX_BUCKET + 1);
    assert!(strings.iter().all(|bytes| hash_bytes(bytes) == hash_bytes(&strings[0])));
    let accepted = image_of(&with_strings(strings[1..].to_vec()));
    check_readable(&Image::from_bytes(&accepted).unwrap());
    assert_eq!(write(&with_strings(strings), Debug::Keep), Err(WriteError::CollidingStrings));
}

#[test]
fn programs_beyond_narrow_references_are_wide() {
    let mut draft = sample();
    let text = |number: u32| format!("{number:04}{}", "x".repeat(2000));
    let strings: Vec<_> = (0..200).map(|number| draft.strings.intern(text(number).as_bytes())).collect();
    draft.functions[2].strings = strings;
    draft.functions[2].ints = vec![7; 300];
    let bytes = image_of(&draft);
    let image = Image::from_bytes(&bytes).unwrap();
    assert_eq!(image.width(), Width::Wide);
    check_readable(&image);
    for (function, view) in draft.functions.iter().zip(image.functions()) {
        assert_same_function(&draft, function, view);
        assert_same_strings(&draft, function, view);
        assert!(view.positions().eq(function.positions.iter().copied()));
    }
}

#[test]
fn large_counts_need_no_wide_references() {
    let mut draft = sample();
    let main = &mut draft.functions[0];
    main.strings = vec![main.strings[0]; 1000];
    main.ints = vec![7; 256];
    main.floats = vec![7.0; 257];
    main.code.splice(0..0, vec![abc(Op::Move, 1, 1, 0); 66_000]);
    main.tries = vec![TryEntry { start: 2, end: 10, handler: 10, register: 2 }; 300];
    main.live_tops = (0..500).map(|pc| (pc, 2)).collect();
    let bytes = image_of(&draft);
    let image = Image::from_bytes(&bytes).unwrap();
    // The records take more than narrow references reach, the strings do not.
    assert_eq!(image.width(), Width::Wide);
    draft.functions[0].code.drain(..66_000 - 40_000);
    let bytes = image_of(&draft);
    let image = Image::from_bytes(&bytes).unwrap();
    assert_eq!(image.width(), Width::Compact);
    check_readable(&image);
    assert_same_function(&draft, &draft.functions[0], image.function(0).unwrap());
    assert!(image.function(0).unwrap().tries().eq(draft.functions[0].tries.iter().copied()));
}

proptest! {
    #[test]
    fn any_strings_survive(strings in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..12), 0..200)) {
        let mut draft = with_code(vec![abc(Op::ReturnNull, 0, 0, 0)]);
        draft.functions[0].strings = strings.iter().map(|bytes| draft.strings.intern(bytes)).collect();
        let bytes = write(&draft, Debug::Strip).unwrap();
        let image = Image::from_bytes(&bytes).unwrap();
        check_readable(&image);
        assert_same_function(&draft, &draft.functions[0], image.function(0).unwrap());
        assert_same_strings(&draft, &draft.functions[0], image.function(0).unwrap());
    }
}
