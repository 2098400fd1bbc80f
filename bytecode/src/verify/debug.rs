//! Verification of the sources and of debug records.

use super::{Contents, broken, require, words_end};
use crate::error::{ImageError, Rule};
use crate::function::Record;
use crate::layout::{ALIGNMENT, WORD, local, source};
use crate::lines::Lines;

/// Checks the source table and the debug records, which follow it up to the end of the image.
pub(super) fn check_debug(contents: &Contents) -> Result<(), ImageError> {
    check_sources(contents)?;
    if contents.header.is_stripped() {
        // The functions or the constants end where the image does.
        return Ok(());
    }
    let table = contents.header.debug_table();
    let mut expected = table + contents.header.function_count * WORD;
    for index in 0..contents.header.function_count {
        let entry = table + index * WORD;
        let record = contents.record(index).ok_or(broken(Rule::FunctionStart, entry))?;
        require(contents.u32_at(entry) == Some(expected), Rule::DebugStart, entry)?;
        expected = check_debug_record(contents, &record, expected)?;
    }
    require(expected == contents.header.total_size, Rule::ImageEnd, expected)
}

fn check_sources(contents: &Contents) -> Result<(), ImageError> {
    let mut previous = None;
    for index in 0..contents.header.source_count {
        let entry = contents.header.sources + index * source::SIZE;
        let name = contents.u32_at(entry + source::NAME);
        require(name.is_some_and(|offset| contents.is_string(offset)), Rule::SourceName, entry)?;
        let first_line = contents.u32_at(entry + source::FIRST_LINE);
        require(previous < first_line, Rule::SourceOrder, entry)?;
        previous = first_line;
    }
    Ok(())
}

/// Returns where the record ends.
fn check_debug_record(contents: &Contents, record: &Record, start: u32) -> Result<u32, ImageError> {
    let table = contents.u32_at(start).and_then(|len| contents.bytes_at(start + WORD, len));
    let table = table.ok_or(broken(Rule::DebugEnd, start))?;
    check_line_table(record, table, start)?;
    let table_end_offset = start + WORD + table.len() as u32;
    let count_field = table_end_offset.next_multiple_of(ALIGNMENT);
    let count = contents.u32_at(count_field).ok_or(broken(Rule::DebugEnd, count_field))?;
    require(contents.is_zero(table_end_offset, count_field), Rule::DebugPadding, table_end_offset)?;
    let first = count_field + WORD;
    // Each entry is a whole number of words.
    let end = words_end(first, count.saturating_mul(local::SIZE / WORD));
    require(end <= contents.header.total_size.into(), Rule::DebugEnd, count_field)?;
    for index in 0..count {
        check_local(contents, record, first + index * local::SIZE)?;
    }
    Ok(first + count * local::SIZE)
}

fn check_line_table(record: &Record, table: &[u8], offset: u32) -> Result<(), ImageError> {
    let mut previous = None;
    for entry in Lines::new(table) {
        let (pc, _) = entry.map_err(|_| broken(Rule::LineTable, offset))?;
        let ascends = previous.is_none_or(|previous| previous < pc) && pc < record.code_words;
        require(ascends, Rule::LinePosition, offset)?;
        previous = Some(pc);
    }
    Ok(())
}

fn check_local(contents: &Contents, record: &Record, offset: u32) -> Result<(), ImageError> {
    let field = |position: u32| contents.u32_at(offset + position).ok_or(broken(Rule::DebugEnd, offset));
    require(contents.is_string(field(local::NAME)?), Rule::LocalName, offset)?;
    let [register, padding @ ..] = field(local::REGISTER)?.to_le_bytes();
    require(padding == [0; 3], Rule::DebugPadding, offset + local::REGISTER)?;
    require(register < record.n_registers, Rule::LocalRegister, offset + local::REGISTER)?;
    let (start, end) = (field(local::START)?, field(local::END)?);
    require(start <= end && end <= record.code_words, Rule::LocalRange, offset + local::START)
}
