//! Verification of the function table and of function records.

use super::{Contents, broken, code, require};
use crate::bytes::u16_at;
use crate::error::{ImageError, Rule};
use crate::function::{Record, decode_outer};
use crate::layout::function::{
    self, FLAG_GENERATOR, FLAG_VARARGS, LIVE_TOP_SIZE, MAX_CODE_WORDS, MAX_FUNCTIONS, MAX_OUTERS, OUTER_SIZE,
    TRY_SIZE,
};
use crate::layout::{WORD, header};
use crate::parts::TryEntry;

/// Checks all functions.
pub(super) fn check_functions(contents: &Contents) -> Result<(), ImageError> {
    let count = contents.header.function_count;
    require((1..=MAX_FUNCTIONS).contains(&count), Rule::FunctionCount, header::FUNCTION_COUNT)?;
    // Code refers to other functions, so all records must be in range before
    // the first of them is looked at more closely.
    check_extents(contents)?;
    for index in 0..count {
        check_function(contents, index)?;
    }
    Ok(())
}

/// Checks that the records follow each other from the end of the table to the sources.
fn check_extents(contents: &Contents) -> Result<(), ImageError> {
    let table = contents.header.functions;
    let sources = contents.header.sources;
    let mut expected = table + contents.header.function_count * WORD;
    for index in 0..contents.header.function_count {
        let entry = table + index * WORD;
        require(contents.u32_at(entry) == Some(expected), Rule::FunctionStart, entry)?;
        let record = Record::read(contents.bytes, expected).ok_or(broken(Rule::FunctionEnd, expected))?;
        let code_size_field = expected + function::CODE_WORDS;
        require((1..=MAX_CODE_WORDS).contains(&record.code_words), Rule::CodeSize, code_size_field)?;
        require(record.end() <= sources, Rule::FunctionEnd, expected)?;
        expected = record.end();
    }
    require(expected == sources, Rule::SectionStart, header::SOURCES)
}

fn check_function(contents: &Contents, index: u32) -> Result<(), ImageError> {
    let entry = contents.header.functions + index * WORD;
    let record = contents.record(index).ok_or(broken(Rule::FunctionStart, entry))?;
    check_fixed_part(contents, &record)?;
    require(index != 0 || record.n_outers == 0 && record.n_defaults == 0, Rule::MainFunction, record.offset)?;
    check_string_constants(contents, &record)?;
    check_outers(contents, &record)?;
    check_tries(contents, &record)?;
    check_live_tops(contents, &record)?;
    code::check_code(contents, &record)
}

fn check_fixed_part(contents: &Contents, record: &Record) -> Result<(), ImageError> {
    let at = |field: u32| record.offset + field;
    let is_named = record.name != 0;
    require(!is_named || contents.is_string(record.name), Rule::FunctionName, at(function::NAME))?;
    require(record.flags & !(FLAG_VARARGS | FLAG_GENERATOR) == 0, Rule::FunctionFlags, at(function::FLAGS))?;
    require(u32::from(record.n_outers) <= MAX_OUTERS, Rule::OuterCount, at(function::N_OUTERS))?;
    let needed = 1 + u32::from(record.n_defaults) + u32::from(record.is_varargs());
    require(u32::from(record.n_params) >= needed, Rule::ParameterCount, at(function::N_PARAMS))?;
    require(record.n_registers >= record.n_params, Rule::RegisterCount, at(function::N_REGISTERS))
}

fn check_string_constants(contents: &Contents, record: &Record) -> Result<(), ImageError> {
    for index in 0..u32::from(record.n_strings) {
        let constant = record.string_constant(contents.bytes, index);
        let is_string = constant.is_some_and(|offset| contents.is_string(offset));
        require(is_string, Rule::StringConstant, record.strings_offset() + index * WORD)?;
    }
    Ok(())
}

fn check_outers(contents: &Contents, record: &Record) -> Result<(), ImageError> {
    for index in 0..u32::from(record.n_outers) {
        let offset = record.outers_offset() + index * OUTER_SIZE;
        let source = u16_at(contents.bytes, offset).and_then(decode_outer);
        require(source.is_some(), Rule::OuterSource, offset)?;
    }
    let padding = record.outers_end();
    require(contents.is_zero(padding, record.tries_offset()), Rule::OuterPadding, padding)
}

fn check_tries(contents: &Contents, record: &Record) -> Result<(), ImageError> {
    let mut previous: Option<TryEntry> = None;
    for index in 0..u32::from(record.n_tries) {
        let offset = record.tries_offset() + index * TRY_SIZE;
        let entry = record.try_entry(contents.bytes, index).ok_or(broken(Rule::TryRange, offset))?;
        let is_range = entry.start < entry.end && entry.end <= record.code_words;
        require(is_range, Rule::TryRange, offset)?;
        require(entry.handler < record.code_words, Rule::TryHandler, offset)?;
        require(entry.register < record.n_registers, Rule::TryRegister, offset)?;
        require(previous.is_none_or(|previous| is_try_order(previous, entry)), Rule::TryOrder, offset)?;
        previous = Some(entry);
    }
    Ok(())
}

/// Whether of properly nested ranges in this order the first is the inner one.
fn is_try_order(first: TryEntry, second: TryEntry) -> bool {
    first.end < second.end || first.end == second.end && first.start >= second.start
}

fn check_live_tops(contents: &Contents, record: &Record) -> Result<(), ImageError> {
    let mut previous = None;
    for index in 0..u32::from(record.n_live_tops) {
        let offset = record.live_tops_offset() + index * LIVE_TOP_SIZE;
        let (pc, top) =
            record.live_top(contents.bytes, index).ok_or(broken(Rule::LiveTopPosition, offset))?;
        require(pc < record.code_words, Rule::LiveTopPosition, offset)?;
        require(top <= record.n_registers, Rule::LiveTopRegisters, offset)?;
        require(previous.is_none_or(|previous| previous < pc), Rule::LiveTopOrder, offset)?;
        previous = Some(pc);
    }
    Ok(())
}
