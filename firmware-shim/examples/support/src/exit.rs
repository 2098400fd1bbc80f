//! How a test on an emulated board ends: a status for the shell, by semihosting.

use core::arch::asm;

const SYS_EXIT_EXTENDED: u32 = 0x20;
const APPLICATION_EXIT: u32 = 0x20026;

/// What the emulator tells the shell.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// All went well.
    Success = 0,
    /// It did not.
    Failure = 1,
    /// The image was not accepted: the exit code of `tamias` for that.
    Refused = 4,
}

/// Ends the emulation. On a board without a debugger this is a fault.
pub fn exit(status: Status) -> ! {
    let reason = [APPLICATION_EXIT, status as u32];
    loop {
        // SAFETY: the host reads the two words, takes over and does not come back.
        unsafe { asm!("bkpt 0xAB", in("r0") SYS_EXIT_EXTENDED, in("r1") reason.as_ptr(), options(nostack)) };
    }
}
