#![no_std]
#![deny(unsafe_code)]
#[cfg(feature = "alloc")]
extern crate alloc;

pub mod crc32;
#[cfg(feature = "alloc")]
pub mod draft;
pub mod edition;
pub mod hash;
pub mod layout;
pub mod op;
pub mod parts;
