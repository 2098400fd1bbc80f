//! Verification of the strings and of their index.

use super::{Contents, broken, require};
use crate::error::{ImageError, Rule};
use crate::hash::hash_bytes;
use crate::layout::{ALIGNMENT, MAX_BUCKET, string};
use core::ops::Range;

/// Checks every string, and that each entry of the index refers to the first of its bucket.
pub(super) fn check_strings(contents: &Contents) -> Result<(), ImageError> {
    let h = &contents.header;
    let mut previous: Option<(u32, &[u8])> = None;
    let mut in_bucket = 0;
    let mut next_bucket = 0;
    let mut offset = h.strings();
    while offset < h.strings_end {
        let (hash, bytes) = check_string(contents, offset)?;
        let bucket = hash & (h.bucket_count() - 1);
        // Ascending also means that no string is there twice, on which the VM
        // relies when it compares addresses.
        require(previous.is_none_or(|previous| previous < (bucket, bytes)), Rule::StringOrder, offset)?;
        in_bucket = if previous.is_some_and(|(last, _)| last == bucket) { in_bucket + 1 } else { 1 };
        require(in_bucket <= MAX_BUCKET, Rule::BucketSize, offset)?;
        check_entries(contents, next_bucket..bucket + 1, offset)?;
        next_bucket = bucket + 1;
        previous = Some((bucket, bytes));
        offset += string::size(bytes.len() as u32);
    }
    check_entries(contents, next_bucket..h.bucket_count(), offset)?;
    let end = h.strings_end + h.bucket_count() * h.width().size();
    require(contents.is_zero(end, h.functions()), Rule::TablePadding, end)
}

/// Checks that these entries of the index refer to the string at `offset`.
fn check_entries(contents: &Contents, buckets: Range<u32>, offset: u32) -> Result<(), ImageError> {
    let h = &contents.header;
    for bucket in buckets {
        let reference = h.reference(contents.bytes, h.strings_end, bucket);
        let is_first = reference.map(|reference| h.string_offset(reference)) == Some(offset);
        require(is_first, Rule::IndexEntry, h.strings_end + bucket * h.width().size())?;
    }
    Ok(())
}

/// Returns the hash and the bytes of the string at `offset`.
fn check_string<'a>(contents: &Contents<'a>, offset: u32) -> Result<(u32, &'a [u8]), ImageError> {
    let end = contents.header.strings_end;
    let word = contents.u32_at(offset).ok_or(broken(Rule::StringHeader, offset))?;
    let has_header = string::static_word(string::hash(word)) == word;
    require(has_header, Rule::StringHeader, offset)?;
    let len_field = offset + string::LEN;
    let len = contents.u32_at(len_field).ok_or(broken(Rule::StringLength, len_field))?;
    require(len <= string::MAX_LEN && offset + string::size(len) <= end, Rule::StringLength, len_field)?;
    let start = offset + string::BYTES;
    let bytes = contents.bytes_at(start, len).ok_or(broken(Rule::StringLength, len_field))?;
    let padding_end = (start + len).next_multiple_of(ALIGNMENT);
    require(contents.is_zero(start + len, padding_end), Rule::StringPadding, start + len)?;
    let hash = hash_bytes(bytes);
    require(string::hash(word) == hash, Rule::StringHash, offset)?;
    Ok((hash, bytes))
}
