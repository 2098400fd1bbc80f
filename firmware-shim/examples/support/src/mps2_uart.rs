//! UART 0 of the mps2-an386, for output.

use crate::register::Registers;

// SAFETY: the UART of that board; on others nothing calls the functions below.
const UART: Registers = unsafe { Registers::at(0x4000_4000) };
const DATA: usize = 0;
const STATE: usize = 4;
const CTRL: usize = 8;
const BAUDDIV: usize = 0x10;
const TRANSMIT_FULL: u32 = 1;

/// Starts the port.
pub fn start() {
    UART.at_offset(BAUDDIV).write(217);
    UART.at_offset(CTRL).write(1);
}

/// Sends bytes.
pub fn write(bytes: &[u8]) {
    for byte in bytes {
        while UART.at_offset(STATE).read() & TRANSMIT_FULL != 0 {}
        UART.at_offset(DATA).write(u32::from(*byte));
    }
}
