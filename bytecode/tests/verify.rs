//! For every rule of the format an image that breaks it and nothing before it.

mod common;

use Rule::*;
use common::{abc, get_u32, image_of, sample, seal, set_u32, with_code};
use tamias_bytecode::draft::{FunctionDraft, ImageDraft, OuterSource};
use tamias_bytecode::hash::hash_bytes;
use tamias_bytecode::layout::{constant, function, header, local, source, string};
use tamias_bytecode::op::{Instruction, Op};
use tamias_bytecode::write::{Debug, write};
use tamias_bytecode::{Image, ImageError, Rule};

/// The sample after `damage` has been done to it; the damage gets the image as it was before, too.
fn damaged(damage: impl Fn(&Image, &mut Vec<u8>)) -> Vec<u8> {
    let original = image_of(&sample());
    let mut bytes = original.clone();
    damage(&Image::from_bytes(&original).unwrap(), &mut bytes);
    seal(&mut bytes);
    bytes
}

/// The sample after a word has been set that is found by `place`.
fn with_word(place: impl Fn(&Image) -> u32, value: u32) -> Vec<u8> {
    damaged(|image, bytes| set_u32(bytes, place(image), value))
}

/// The sample after a byte has been set that is found by `place`.
fn with_byte(place: impl Fn(&Image) -> u32, value: u8) -> Vec<u8> {
    damaged(|image, bytes| bytes[place(image) as usize] = value)
}

/// A field of a function record of the sample.
fn field(index: u32, field: u32) -> impl Fn(&Image) -> u32 {
    move |image| image.function(index).unwrap().offset() + field
}

/// An image with this main code, followed by a return.
fn with_instruction(instruction: Instruction) -> Vec<u8> {
    image_of(&with_code(vec![instruction, abc(Op::ReturnNull, 0, 0, 0)]))
}

/// The sample after the name in its fourth instruction has been changed.
fn with_name_operand(reference: u16) -> Vec<u8> {
    let operand = |image: &Image| image.function(0).unwrap().code_offset() + 3 * 4;
    with_word(operand, Instruction::abx(Op::GetName, 4, reference).0)
}

/// The sample's draft after a change that the writer does not notice.
fn drafted(change: impl Fn(&mut ImageDraft)) -> Vec<u8> {
    let mut draft = sample();
    change(&mut draft);
    image_of(&draft)
}

/// Where the tables after the code of the sample's main function are.
fn tries(image: &Image) -> u32 {
    let main = image.function(0).unwrap();
    main.code_offset() + main.code_words() * 4
}

/// Where the constants of the sample are: five entries and their number before the sources.
fn constants(image: &Image) -> u32 {
    get_u32(image.bytes(), header::SOURCES) - 5 * constant::SIZE - 4
}

fn live_tops(image: &Image) -> u32 {
    tries(image) + 2 * function::TRY_SIZE
}

/// Where the outers of the sample's second function are.
fn outers(image: &Image) -> u32 {
    let counter = image.function(1).unwrap();
    counter.code_offset() + counter.code_words() * 4
}

/// Where the debug record of the sample's main function is, and its locals.
fn debug_record(image: &Image) -> u32 {
    image.function(0).unwrap().debug_offset().unwrap()
}

/// Where in the table of debug records a function is.
fn debug_entry(index: u32) -> impl Fn(&Image) -> u32 {
    move |image| get_u32(image.bytes(), header::SOURCES) + image.source_count() * source::SIZE + index * 4
}

fn first_local(image: &Image) -> u32 {
    let start = debug_record(image);
    (start + 4 + get_u32(image.bytes(), start)).next_multiple_of(4) + 4
}

fn first_string(image: &Image) -> u32 {
    image.strings().next().unwrap()
}

/// The first zero after a string.
fn first_padding(image: &Image) -> u32 {
    let mut ends = image.strings().map(|offset| offset + string::BYTES + image.string(offset).len() as u32);
    ends.find(|end| end % 4 != 0).expect("there are strings of all lengths")
}

/// The entry of the index that leads to a string.
fn entry_of(image: &Image, offset: u32) -> u32 {
    let hash = string::hash(get_u32(image.bytes(), offset));
    index(image) + (hash & ((1 << image.bytes()[header::INDEX_BITS as usize]) - 1)) * 2
}

/// Start of the index.
fn index(image: &Image) -> u32 {
    get_u32(image.bytes(), header::STRINGS_END)
}

/// End of the index, without its padding.
fn index_end(image: &Image) -> u32 {
    index(image) + (2 << image.bytes()[header::INDEX_BITS as usize])
}

/// Exchanges two strings of an entry of the index that have the same length.
fn with_exchanged_strings() -> Vec<u8> {
    let names: Vec<String> = (0..64).map(|number| format!("{number:02}")).collect();
    let mut draft = with_code(vec![abc(Op::ReturnNull, 0, 0, 0)]);
    draft.functions[0].strings = names.iter().map(|name| draft.intern(name.as_bytes())).collect();
    let original = image_of(&draft);
    let image = Image::from_bytes(&original).unwrap();
    let strings: Vec<u32> = image.strings().collect();
    let is_pair = |pair: &&[u32]| entry_of(&image, pair[0]) == entry_of(&image, pair[1]);
    let [left, right] = strings.windows(2).find(is_pair).unwrap() else { unreachable!() };
    let mut bytes = original.clone();
    for field in [0, string::BYTES] {
        set_u32(&mut bytes, left + field, get_u32(&original, right + field));
        set_u32(&mut bytes, right + field, get_u32(&original, left + field));
    }
    seal(&mut bytes);
    bytes
}

/// An image with an entry of the index that stands for too many strings.
///
/// The writer would take more entries; here they are taken away, and the strings are in the order that the
/// single remaining entry asks for.
fn with_large_bucket() -> Vec<u8> {
    let names: Vec<String> = (0..129).map(|number| format!("{number:03}")).collect();
    let mut draft = with_code(vec![abc(Op::ReturnNull, 0, 0, 0)]);
    draft.functions[0].strings = vec![];
    draft.functions[0].strings = names.iter().map(|name| draft.intern(name.as_bytes())).collect();
    let mut bytes = image_of(&draft);
    let mut offset = header::SIZE;
    for name in &names {
        set_u32(&mut bytes, offset, string::static_word(hash_bytes(name.as_bytes())));
        bytes[(offset + string::BYTES) as usize..][..3].copy_from_slice(name.as_bytes());
        offset += string::size(3);
    }
    bytes[header::INDEX_BITS as usize] = 0;
    seal(&mut bytes);
    bytes
}

/// A large record: it has more string constants than fit in a byte.
fn with_large_record(change: impl Fn(&mut Vec<u8>, u32)) -> Vec<u8> {
    let mut draft = with_code(vec![abc(Op::ReturnNull, 0, 0, 0)]);
    draft.functions[0].strings = vec![draft.functions[0].strings[0]; 300];
    let mut bytes = image_of(&draft);
    let record = Image::from_bytes(&bytes).unwrap().function(0).unwrap().offset();
    change(&mut bytes, record);
    seal(&mut bytes);
    bytes
}

fn with_size(size: u32) -> Vec<u8> {
    let mut bytes = image_of(&sample());
    set_u32(&mut bytes, header::TOTAL_SIZE, size);
    bytes
}

fn with_closure_over(source: OuterSource) -> Vec<u8> {
    drafted(|draft| draft.functions[2].outers[0] = source)
}

fn with_main(change: impl Fn(&mut FunctionDraft)) -> Vec<u8> {
    drafted(|draft| change(&mut draft.functions[0]))
}

fn cases() -> Vec<(Rule, Vec<u8>)> {
    [
        header_cases(),
        string_cases(),
        constant_cases(),
        function_cases(),
        table_cases(),
        code_cases(),
        debug_cases(),
    ]
    .concat()
}

fn header_cases() -> Vec<(Rule, Vec<u8>)> {
    let header = |field| move |_: &Image| field;
    vec![
        (ImageSize, with_size(50)),
        (ImageSize, with_size(24)),
        (ImageSize, with_size(u32::MAX - 3)),
        (ImageFlags, with_byte(header(header::FLAGS), 8)),
        (ImageFlags, with_byte(header(header::FLAGS), 0x81)),
        (SectionStart, with_word(header(header::STRINGS_END), 24)),
        (SectionStart, with_word(header(header::STRINGS_END), 30)),
        (SectionStart, with_word(header(header::STRINGS_END), u32::MAX)),
        (SectionStart, with_byte(header(header::LAST_FUNCTION + 1), 0xFF)),
        (SectionStart, with_word(header(header::SOURCES), 28)),
        (SectionStart, with_word(header(header::SOURCES), u32::MAX - 3)),
        (SectionStart, with_byte(header(header::SOURCE_COUNT + 1), 0xFF)),
        (SectionStart, with_byte(header(header::FLAGS), 0)),
    ]
}

fn string_cases() -> Vec<(Rule, Vec<u8>)> {
    let of_first = |field| move |image: &Image| first_string(image) + field;
    let entry = |image: &Image| entry_of(image, first_string(image));
    vec![
        (StringHeader, with_byte(of_first(0), 2)),
        (StringLength, with_word(of_first(string::LEN), 1 << 20)),
        (StringLength, with_word(of_first(string::LEN), u32::MAX)),
        (StringPadding, with_byte(first_padding, b'x')),
        (StringHash, with_byte(of_first(3), 0x55)),
        (StringOrder, with_exchanged_strings()),
        (BucketSize, with_large_bucket()),
        (IndexSize, with_byte(|_| header::INDEX_BITS, 25)),
        (IndexSize, with_byte(|_| header::INDEX_BITS, 255)),
        (IndexEntry, with_byte(entry, 1)),
        (IndexEntry, with_byte(|image| index_end(image) - 2, 0xFF)),
        (TablePadding, with_byte(|image| image.function(0).unwrap().offset() - 1, 1)),
    ]
}

/// The entries of the sample: an integer, an enum with its two members, a float.
fn constant_cases() -> Vec<(Rule, Vec<u8>)> {
    let of = |entry: u32, field| move |image: &Image| constants(image) + entry * constant::SIZE + field;
    let count = of(5, 0);
    vec![
        (ConstantCount, with_word(count, 1 << 20)),
        (ConstantCount, with_word(count, u32::MAX)),
        (FunctionEnd, with_word(count, 6)),
        (SectionStart, with_word(count, 4)),
        (ConstantName, with_word(of(0, constant::NAME), 0)),
        (ConstantName, with_word(of(2, constant::NAME), 3)),
        (ConstantKind, with_word(of(0, constant::KIND), 5)),
        (ConstantValue, with_word(of(2, constant::VALUE), 2)),
        (ConstantValue, with_word(of(3, constant::VALUE), 1)),
        (EnumMember, with_word(of(1, constant::VALUE), 4)),
        (EnumMember, with_word(of(1, constant::VALUE), u32::MAX)),
        (EnumMember, with_word(of(3, constant::KIND), constant::ENUM)),
    ]
}

fn function_cases() -> Vec<(Rule, Vec<u8>)> {
    let table_entry = |image: &Image| image.function(0).unwrap().offset() - 8;
    let main_flags = function::FLAG_VARARGS | function::FLAG_EXTENDED | function::FLAG_NAMED;
    let numbers_flags = function::FLAG_GENERATOR | function::FLAG_SMALL;
    vec![
        (FunctionStart, with_word(table_entry, 48)),
        (FunctionStart, with_byte(table_entry, 1)),
        (FunctionEnd, with_byte(field(2, function::CODE_WORDS), 100)),
        (CodeSize, with_byte(field(0, function::CODE_WORDS), 0)),
        (
            CodeSize,
            with_large_record(|bytes, record| bytes[(record + function::CODE_WORDS_HIGH + 1) as usize] = 2),
        ),
        (
            FunctionEnd,
            with_large_record(|bytes, record| bytes[(record + function::N_INTS_HIGH + 1) as usize] = 0x10),
        ),
        (FunctionName, with_byte(field(0, function::EXTENDED_SIZE), 1)),
        (FunctionName, with_byte(field(0, function::EXTENDED_SIZE + 1), 0xFF)),
        (FunctionFlags, with_byte(field(0, function::FLAGS), main_flags | 128)),
        (FunctionFlags, with_byte(field(0, function::FLAGS), main_flags | function::FLAG_SMALL)),
        (FunctionFlags, with_byte(field(0, function::FLAGS), main_flags | function::FLAG_NAME_IS_FIRST)),
        (FunctionFlags, with_byte(field(2, function::FLAGS), numbers_flags | function::FLAG_NAME_IS_FIRST)),
        (
            FunctionFlags,
            with_large_record(|bytes, record| {
                bytes[(record + function::FLAGS) as usize] &= !function::FLAG_EXTENDED
            }),
        ),
        (ParameterCount, with_byte(field(2, function::PACKED + 1), 0x10)),
        (ParameterCount, with_byte(field(0, function::PARAMS_AND_OUTERS), 1)),
        (ParameterCount, with_byte(field(1, function::N_DEFAULTS), 2)),
        (RegisterCount, with_byte(field(0, function::N_REGISTERS), 1)),
        (MainFunction, with_main(|main| (main.n_params, main.n_defaults) = (3, 1))),
        (MainFunction, with_main(|main| main.outers = vec![OuterSource::ParentRegister(0)])),
    ]
}

fn table_cases() -> Vec<(Rule, Vec<u8>)> {
    let first_constant = |image: &Image| image.function(0).unwrap().strings_offset();
    vec![
        (StringConstant, with_byte(first_constant, 1)),
        (StringConstant, with_byte(|image| first_constant(image) + 1, 0xFF)),
        (RecordPadding, with_byte(|image| image.function(1).unwrap().ints_offset() - 1, 1)),
        (OuterSource, with_byte(|image| outers(image) + 1, 0x81)),
        (RecordPadding, with_byte(|image| outers(image) + 2, 1)),
        (TryRange, with_word(tries, 7)),
        (TryRange, with_word(|image| tries(image) + 4, 100)),
        (TryHandler, with_word(|image| tries(image) + 8, 100)),
        (TryRegister, with_byte(|image| tries(image) + 11, 8)),
        (TryOrder, with_word(|image| tries(image) + 16, 6)),
        // The ranges 1..10 and 2..10: the outer one comes first.
        (
            TryOrder,
            damaged(|image, bytes| {
                (0..2).for_each(|word| set_u32(bytes, tries(image) + word * 4, [1, 10][word as usize]))
            }),
        ),
        (LiveTopOrder, with_byte(|image| live_tops(image) + 4, 3)),
        (LiveTopPosition, with_byte(|image| live_tops(image) + 4, 11)),
        (LiveTopRegisters, with_byte(|image| live_tops(image) + 7, 9)),
    ]
}

fn code_cases() -> Vec<(Rule, Vec<u8>)> {
    vec![
        (UnknownOp, with_instruction(Instruction(255))),
        (UnusedOperand, with_instruction(abc(Op::Move, 1, 1, 1))),
        (UnusedOperand, with_instruction(abc(Op::ReturnNull, 0, 0, 1))),
        (RegisterOperand, with_instruction(abc(Op::Add, 4, 0, 0))),
        (RegisterOperand, with_instruction(abc(Op::Add, 0, 4, 0))),
        (RegisterOperand, with_instruction(abc(Op::Add, 0, 0, 4))),
        (RegisterOperand, with_instruction(abc(Op::LoadNull, 2, 3, 0))),
        (RegisterOperand, with_instruction(abc(Op::GetMethod, 3, 0, 0))),
        (RegisterOperand, with_instruction(abc(Op::Call, 1, 3, 0))),
        (RegisterOperand, with_instruction(abc(Op::Call, 255, 255, 0))),
        (RegisterOperand, with_instruction(abc(Op::Append, 3, 1, 0))),
        (RegisterOperand, with_instruction(Instruction::asbx(Op::Foreach, 1, 0))),
        (RegisterOperand, with_instruction(abc(Op::ForeachPrepare, 1, 1, 0))),
        (RegisterOperand, with_instruction(abc(Op::Class, 3, 1, 0))),
        (RegisterOperand, with_instruction(abc(Op::Class, 2, 2, 0))),
        (RegisterOperand, with_instruction(abc(Op::Member, 0, 3, 0))),
        (RegisterOperand, with_instruction(abc(Op::Member, 0, 2, 2))),
        // The default value of the second function would be in register 8.
        (RegisterOperand, with_main(|main| main.code[2] = Instruction::abx(Op::Closure, 7, 1))),
        (CountOperand, with_instruction(abc(Op::LoadNull, 1, 0, 0))),
        (CountOperand, with_instruction(abc(Op::Call, 1, 0, 0))),
        (FlagOperand, with_instruction(abc(Op::Class, 0, 4, 0))),
        (FlagOperand, with_instruction(abc(Op::Member, 0, 1, 4))),
        (StringOperand, with_instruction(abc(Op::GetField, 0, 0, 1))),
        (StringOperand, with_name_operand(1)),
        (StringOperand, with_name_operand(0xFFFF)),
        (IntOperand, with_instruction(Instruction::abx(Op::LoadInt, 0, 1))),
        (IntOperand, with_instruction(abc(Op::LoadInts, 0, 2, 0))),
        (CountOperand, with_instruction(abc(Op::LoadInts, 0, 0, 0))),
        (RegisterOperand, with_instruction(abc(Op::LoadInts, 4, 1, 0))),
        (RegisterOperand, with_instruction(abc(Op::Array, 2, 3, 0))),
        (FloatOperand, with_instruction(Instruction::abx(Op::LoadFloat, 0, 1))),
        (OuterOperand, with_instruction(abc(Op::GetOuter, 0, 0, 0))),
        (FunctionOperand, with_instruction(Instruction::abx(Op::Closure, 0, 1))),
        (FunctionOperand, with_instruction(abc(Op::Method, 0, 0, 0))),
        (FunctionOperand, with_instruction(abc(Op::Method, 0, 0, 255))),
        // The second function has a default value, the third an outer that main does not have.
        (FunctionOperand, with_main(|main| main.code[4] = abc(Op::Method, 4, 1, 0))),
        (CapturedOuter, with_main(|main| main.code[4] = abc(Op::Method, 4, 1, 1))),
        (JumpTarget, with_instruction(Instruction::j(Op::Jmp, 1))),
        (JumpTarget, with_instruction(Instruction::j(Op::Jmp, -2))),
        (JumpTarget, with_instruction(Instruction::asbx(Op::JTrue, 0, 1))),
        (JumpTarget, with_instruction(Instruction::asbx(Op::JTrue, 0, -2))),
        (JumpTarget, with_instruction(abc(Op::JEq, 0, 0, 1))),
        (JumpTarget, with_instruction(abc(Op::JEq, 0, 0, -2i8 as u8))),
        (CodeEnd, image_of(&with_code(vec![abc(Op::Move, 0, 0, 0)]))),
        (CodeEnd, image_of(&with_code(vec![Instruction::asbx(Op::JTrue, 0, -1)]))),
        (CapturedRegister, with_closure_over(OuterSource::ParentRegister(4))),
        (CapturedOuter, with_closure_over(OuterSource::ParentOuter(1))),
        (YieldOutsideGenerator, with_instruction(abc(Op::Yield, 0, 0, 0))),
        (TailCallInGenerator, drafted(|draft| draft.functions[1].generator = true)),
    ]
}

fn stripped_with_sources() -> Vec<u8> {
    let mut bytes = write(&sample(), Debug::Strip).unwrap();
    bytes[header::SOURCE_COUNT as usize] = 1;
    seal(&mut bytes);
    bytes
}

fn debug_cases() -> Vec<(Rule, Vec<u8>)> {
    let of_local = |field| move |image: &Image| first_local(image) + field;
    let sources = |image: &Image| get_u32(image.bytes(), header::SOURCES);
    let padding = |image: &Image| first_local(image) - 5;
    let lines = |image: &Image| debug_record(image) + 4;
    vec![
        (StrippedDebug, stripped_with_sources()),
        (SourceName, with_word(|image| sources(image) + source::NAME, 50)),
        (SourceOrder, with_word(|image| sources(image) + source::SIZE, 1)),
        (DebugStart, with_word(debug_entry(0), 0)),
        (DebugStart, with_word(debug_entry(2), 48)),
        (DebugEnd, with_word(debug_record, u32::MAX)),
        (DebugEnd, with_word(|image| first_local(image) - 4, u32::MAX)),
        (DebugPadding, with_byte(padding, 1)),
        (DebugPadding, with_byte(of_local(local::REGISTER + 1), 1)),
        (LineTable, with_byte(|image| lines(image) + 12, 0x80)),
        (LinePosition, with_byte(lines, 40)),
        (LinePosition, with_byte(|image| lines(image) + 3, 0)),
        (LocalName, with_word(of_local(local::NAME), 0)),
        (LocalRegister, with_byte(of_local(local::REGISTER), 8)),
        (LocalRange, with_word(of_local(local::START), 12)),
        (LocalRange, with_word(of_local(local::END), 12)),
        (ImageEnd, damaged(|_, bytes| bytes.extend([0; 4]))),
    ]
}

#[test]
fn every_rule_is_checked() {
    let cases = cases();
    let mut wrong = Vec::new();
    for (number, (rule, bytes)) in cases.iter().enumerate() {
        match Image::from_bytes(bytes) {
            Err(ImageError::Invalid { rule: found, offset })
                if found == *rule && (offset as usize) <= bytes.len() => {}
            other => wrong.push(format!("case {number}, {rule:?}: {:?}", other.err())),
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    for rule in Rule::ALL {
        assert!(cases.iter().any(|(tested, _)| tested == rule), "no image breaks {rule:?}");
    }
}

#[test]
fn what_is_no_image_is_recognised() {
    let image = image_of(&sample());
    let with = |field: u32, value| {
        let mut bytes = image.clone();
        bytes[field as usize] = value;
        Image::from_bytes(&bytes).err()
    };
    assert_eq!(Image::from_bytes(b"").err(), Some(ImageError::BadMagic));
    assert_eq!(Image::from_bytes(&[0xFF; 1000]).err(), Some(ImageError::BadMagic));
    assert_eq!(Image::from_bytes(b"Tami").err(), Some(ImageError::TooShort));
    assert_eq!(Image::from_bytes(&image[..image.len() - 4]).err(), Some(ImageError::TooShort));
    assert_eq!(with(header::VERSION, 9), Some(ImageError::UnsupportedVersion(9)));
    assert_eq!(with(header::EDITION, 9), Some(ImageError::UnknownEdition(9)));
    assert_eq!(with(header::CRC, image[header::CRC as usize] ^ 1), Some(ImageError::BadChecksum));
}

#[test]
fn messages_say_what_is_wrong_where() {
    let bytes = with_instruction(abc(Op::Add, 4, 0, 0));
    let error = Image::from_bytes(&bytes).unwrap_err();
    let expected = "invalid image: an operand is no register of the function, at offset 64 in the code";
    assert_eq!(error.to_string(), expected);
}
