//! The static library of the C face.
//!
//! It adds to `tamias_firmware_shim::ffi` what a finished library needs and a
//! crate must not decide: on targets without an operating system, where memory
//! comes from and what a panic does. Everything else is there.
//!
//! ```sh
//! cargo build -p tamias-c --profile firmware --target thumbv7em-none-eabihf
//! ```
#![cfg_attr(target_os = "none", no_std)]

// Its functions are exported by their names.
use tamias_firmware_shim as _;

#[cfg(target_os = "none")]
mod bare {
    use tamias_firmware_shim::ffi::memory::{LibraryAllocator, panicked};

    #[global_allocator]
    static ALLOCATOR: LibraryAllocator = LibraryAllocator;

    #[panic_handler]
    fn panic(info: &core::panic::PanicInfo<'_>) -> ! {
        panicked(info)
    }
}
