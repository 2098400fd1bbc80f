//! Verification of the strings and of their index.

use super::{Contents, broken, require};
use crate::error::{ImageError, Rule};
use crate::hash::hash_bytes;
use crate::layout::{ALIGNMENT, STATIC_STRING_WORD, WORD, header, string};

/// Checks every string, and that the index refers to all of them and to nothing else.
pub(super) fn check_strings(contents: &Contents) -> Result<(), ImageError> {
    let mut count = 0;
    let mut offset = contents.header.strings;
    let mut previous: Option<&[u8]> = None;
    while offset < contents.header.strings_end {
        let bytes = check_string(contents, offset)?;
        // Ascending also means that no string is there twice, on which the VM
        // relies when it compares addresses.
        require(previous.is_none_or(|previous| previous < bytes), Rule::StringOrder, offset)?;
        require(contents.is_string(offset), Rule::IndexMiss, offset)?;
        previous = Some(bytes);
        offset += string::size(bytes.len() as u32);
        count += 1;
    }
    check_index(contents, count)
}

fn check_string<'a>(contents: &Contents<'a>, offset: u32) -> Result<&'a [u8], ImageError> {
    let end = contents.header.strings_end;
    require(contents.u32_at(offset) == Some(STATIC_STRING_WORD), Rule::StringHeader, offset)?;
    let len_field = offset + string::LEN;
    let len = contents.u32_at(len_field).ok_or(broken(Rule::StringLength, len_field))?;
    require(len <= string::MAX_LEN && offset + string::size(len) <= end, Rule::StringLength, len_field)?;
    let start = offset + string::BYTES;
    let bytes = contents.bytes_at(start, len).ok_or(broken(Rule::StringLength, len_field))?;
    let padding_end = (start + len + 1).next_multiple_of(ALIGNMENT);
    require(contents.is_zero(start + len, padding_end), Rule::StringPadding, start + len)?;
    let hash_field = offset + string::HASH;
    require(contents.u32_at(hash_field) == Some(hash_bytes(bytes)), Rule::StringHash, hash_field)?;
    Ok(bytes)
}

/// Every string was found in some slot, each in another one. If there are no
/// more slots in use than strings, all of them refer to strings.
fn check_index(contents: &Contents, string_count: u32) -> Result<(), ImageError> {
    let slots = contents.header.index_slots;
    let used =
        (0..slots).filter(|slot| contents.u32_at(contents.header.index + slot * WORD) != Some(0)).count();
    require(used as u64 == u64::from(string_count), Rule::IndexSlot, contents.header.index)?;
    // Empty slots end unsuccessful searches.
    require(u64::from(string_count) * 4 <= u64::from(slots) * 3, Rule::IndexSize, header::INDEX_SLOTS)
}
