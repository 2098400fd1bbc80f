//! What a device says about a program that it has to end.
//!
//! The form is that of language-imp 15.3, which log tools parse:
//!
//! ```text
//! ERROR: the index 'foo' does not exist
//! ERROR:   in readSensor device_code:12
//! ERROR:   from main device_code:41
//! ```
//!
//! The `ERROR: ` comes from the severity of the entries.

use super::state::RuntimeState;
use crate::board::Severity;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use tamias_vm::{Side, TraceFrame, Vm};

/// How the log calls the program, whatever the name of its file.
const fn unit_of(side: Side) -> &'static str {
    match side {
        Side::Device => "device_code",
        Side::Agent => "agent_code",
    }
}

/// Writes the error that ended the last run to the log.
///
/// Returns what the handler of unhandled exceptions is told: the message and where it was thrown.
pub(super) fn report_error(vm: &mut Vm, state: &mut RuntimeState) -> Vec<u8> {
    let mut description = vm.error_text(copy_of);
    state.log(Severity::Error, &description);
    let unit = unit_of(vm.side());
    for (depth, frame) in vm.trace().enumerate() {
        let place = Place { frame, unit };
        let preposition = if depth == 0 { "in" } else { "from" };
        state.log(Severity::Error, format!("  {preposition} {place}").as_bytes());
    }
    if let Some(frame) = vm.trace().next() {
        description.extend_from_slice(format!(": in {}", Place { frame, unit }).as_bytes());
    }
    description
}

/// A copy of a message, which is empty if there is no room for it.
fn copy_of(message: &[u8]) -> Vec<u8> {
    let mut copy = Vec::new();
    if copy.try_reserve(message.len()).is_ok() {
        copy.extend_from_slice(message);
    }
    copy
}

/// A function and a line.
struct Place {
    frame: TraceFrame,
    unit: &'static str,
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self.frame.function {
            _ if self.frame.is_main => "main".into(),
            Some(name) => String::from_utf8_lossy(name),
            None => "unknown".into(),
        };
        write!(formatter, "{name} {}", self.unit)?;
        match self.frame.line {
            Some(line) => write!(formatter, ":{line}"),
            // The image was stripped.
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    extern crate std;

    use super::*;
    use std::string::ToString;

    #[test]
    fn places_name_what_they_can() {
        let frame = TraceFrame { function: Some(b"f"), source: None, line: Some(12), is_main: false };
        let text = |frame, side| Place { frame, unit: unit_of(side) }.to_string();
        assert_eq!(text(frame, Side::Device), "f device_code:12");
        assert_eq!(
            text(TraceFrame { function: None, line: None, ..frame }, Side::Device),
            "unknown device_code"
        );
        assert_eq!(text(TraceFrame { is_main: true, ..frame }, Side::Agent), "main agent_code:12");
    }
}
