//! How a test on an emulated board ends: a status for the shell, by semihosting.

use core::arch::asm;

const SYS_EXIT: u32 = 0x18;
const APPLICATION_EXIT: u32 = 0x20026;
const RUNTIME_ERROR: u32 = 0x20023;

/// What the emulator tells the shell.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// 0
    Success,
    /// 1
    Failure,
}

/// Ends the emulation. On a board without a debugger this is a fault.
pub fn exit(status: Status) -> ! {
    let reason = if status == Status::Success { APPLICATION_EXIT } else { RUNTIME_ERROR };
    loop {
        // SAFETY: the host takes over and does not come back.
        unsafe { asm!("bkpt 0xAB", in("r0") SYS_EXIT, in("r1") reason, options(nostack)) };
    }
}
