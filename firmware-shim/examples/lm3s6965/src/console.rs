//! The log, on UART 0.

use crate::uart::UART_0;
use tamias_stdlib_imp::board::{Log, Severity};

/// Writes lines of the log.
pub struct Console;

/// Starts the port.
pub fn start() {
    UART_0.start();
}

impl Log for Console {
    fn line(&mut self, severity: Severity, text: &str) {
        match severity {
            Severity::Error if !text.starts_with("ERROR:") => UART_0.send(b"ERROR: "),
            Severity::Status => UART_0.send(b"# "),
            Severity::Error | Severity::Log => {}
        }
        UART_0.send(text.as_bytes());
        UART_0.send(b"\r\n");
    }
}
