//! Verification of the function table and of function records.

use super::{Contents, broken, code, require};
use crate::bytes::u16_at;
use crate::error::{ImageError, Rule};
use crate::function::{Record, decode_outer};
use crate::layout::function::{
    self, FLAG_EXTENDED, FLAG_LARGE, FLAG_NAME_IS_FIRST, FLAG_NAMED, FLAG_SMALL, FLAGS_KNOWN, LIVE_TOP_SIZE,
    MAX_CODE_WORDS, OUTER_SIZE, TRY_SIZE,
};
use crate::parts::TryEntry;

/// A name has one place.
const NAMES: u8 = FLAG_NAMED | FLAG_NAME_IS_FIRST;

/// Checks all functions.
pub(super) fn check_functions(contents: &Contents) -> Result<(), ImageError> {
    let count = contents.header.function_count;
    // Code refers to other functions, so all records must be in range before
    // the first of them is looked at more closely.
    check_extents(contents)?;
    for index in 0..count {
        check_function(contents, index)?;
    }
    Ok(())
}

/// Checks that the records follow each other from the end of the table to the constants or the sources.
fn check_extents(contents: &Contents) -> Result<(), ImageError> {
    let h = &contents.header;
    let end = h.constants(contents.bytes).map_or(h.sources, |(start, _)| start);
    let table_end = h.functions() + h.function_count * h.width().size();
    require(contents.is_zero(table_end, h.records()), Rule::TablePadding, table_end)?;
    let mut expected = h.records();
    for index in 0..h.function_count {
        let entry = h.functions() + index * h.width().size();
        let offset = h.record_offset(contents.bytes, index);
        require(offset == Some(expected), Rule::FunctionStart, entry)?;
        let record =
            Record::read(contents.bytes, expected, h.width()).ok_or(broken(Rule::FunctionEnd, expected))?;
        let code_size_field = expected + function::CODE_WORDS;
        require((1..=MAX_CODE_WORDS).contains(&record.code_words), Rule::CodeSize, code_size_field)?;
        require(record.end() <= end, Rule::FunctionEnd, expected)?;
        expected = record.end();
    }
    require(expected == end, Rule::SectionStart, expected)
}

fn check_function(contents: &Contents, index: u32) -> Result<(), ImageError> {
    let record = contents.record(index).ok_or(broken(Rule::FunctionStart, contents.header.functions()))?;
    check_fixed_part(contents, &record)?;
    require(index != 0 || record.n_outers == 0 && record.n_defaults == 0, Rule::MainFunction, record.offset)?;
    check_string_constants(contents, &record)?;
    check_outers(contents, &record)?;
    check_tries(contents, &record)?;
    check_live_tops(contents, &record)?;
    code::check_code(contents, index, &record)
}

fn check_fixed_part(contents: &Contents, record: &Record) -> Result<(), ImageError> {
    let at = |field: u32| record.offset + field;
    let is_known = record.flags & !FLAGS_KNOWN == 0
        && (record.is_small() || record.flags & FLAG_SMALL == 0)
        && record.flags & (FLAG_LARGE | FLAG_EXTENDED) != FLAG_LARGE
        && record.flags & NAMES != NAMES
        && (record.flags & FLAG_NAME_IS_FIRST == 0 || record.n_strings > 0);
    require(is_known, Rule::FunctionFlags, at(function::FLAGS))?;
    let (gap, references) = (record.fixed_end(), record.references_offset());
    require(contents.is_zero(gap, references), Rule::RecordPadding, gap)?;
    let name = record.name_offset(&contents.header, contents.bytes);
    require(name.is_none_or(|name| contents.is_string(name)), Rule::FunctionName, references)?;
    let (gap, ints) = (record.strings_end(), record.ints_offset());
    require(contents.is_zero(gap, ints), Rule::RecordPadding, gap)?;
    let needed = 1 + u32::from(record.n_defaults) + u32::from(record.is_varargs());
    require(u32::from(record.n_params) >= needed, Rule::ParameterCount, at(function::PARAMS_AND_OUTERS))?;
    require(record.n_registers >= record.n_params, Rule::RegisterCount, at(function::N_REGISTERS))
}

fn check_string_constants(contents: &Contents, record: &Record) -> Result<(), ImageError> {
    for index in 0..u32::from(record.n_strings) {
        let constant = record.string_constant(&contents.header, contents.bytes, index);
        let is_string = constant.is_some_and(|offset| contents.is_string(offset));
        require(is_string, Rule::StringConstant, record.strings_offset() + index * record.width.size())?;
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
    require(contents.is_zero(padding, record.tries_offset()), Rule::RecordPadding, padding)
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
