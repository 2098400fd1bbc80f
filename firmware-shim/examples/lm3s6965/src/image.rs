//! Where the program is.

unsafe extern "C" {
    /// Both come from `memory.x`.
    static __image_start: u8;
    static __image_length: u8;
}

#[cfg(feature = "linked-program")]
#[used]
#[unsafe(link_section = ".tamias_image")]
static PROGRAM: [u8; include_bytes!(concat!(env!("OUT_DIR"), "/program.cnut")).len()] =
    *include_bytes!(concat!(env!("OUT_DIR"), "/program.cnut"));

/// The part of the flash that belongs to the program. An image says itself how long it is.
pub fn image() -> &'static [u8] {
    // SAFETY: the linker put nothing else there, and flash does not change.
    unsafe { core::slice::from_raw_parts(&raw const __image_start, &raw const __image_length as usize) }
}
