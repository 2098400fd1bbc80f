//! Little-endian fields at byte offsets.

/// The two bytes at `offset` as a number; `None` if they are not all there.
pub(crate) fn u16_at(bytes: &[u8], offset: u32) -> Option<u16> {
    bytes.get(offset as usize..)?.first_chunk().map(|field| u16::from_le_bytes(*field))
}

/// The four bytes at `offset` as a number; `None` if they are not all there.
pub(crate) fn u32_at(bytes: &[u8], offset: u32) -> Option<u32> {
    bytes.get(offset as usize..)?.first_chunk().map(|field| u32::from_le_bytes(*field))
}

/// The `len` bytes at `offset`; `None` if they are not all there.
pub(crate) fn bytes_at(bytes: &[u8], offset: u32, len: u32) -> Option<&[u8]> {
    bytes.get(offset as usize..)?.get(..len as usize)
}
