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
use alloc::vec::Vec;
use tamias_vm::number::{INTEGER_TEXT_CAPACITY, Radix, unsigned_to_text};
use tamias_vm::{Side, TraceFrame, Vm};

/// How the log calls the program, whatever the name of its file.
const fn unit_of(side: Side) -> &'static [u8] {
    match side {
        Side::Device => b" device_code",
        Side::Agent => b" agent_code",
    }
}

/// Writes the error that ended the last run to the log.
///
/// Returns what the handler of unhandled exceptions is told: the message and where it was thrown.
pub(super) fn report_error(vm: &mut Vm, state: &mut RuntimeState) -> Vec<u8> {
    let mut description = Vec::new();
    vm.error_text(|message| append(&mut description, message));
    state.log(Severity::Error, &description);
    let unit = unit_of(vm.side());
    let mut line = Vec::new();
    for (depth, frame) in vm.trace().enumerate() {
        line.clear();
        append(&mut line, if depth == 0 { b"  in " } else { b"  from " });
        append_place(&mut line, &frame, unit);
        state.log(Severity::Error, &line);
    }
    if let Some(frame) = vm.trace().next() {
        append(&mut description, b": in ");
        append_place(&mut description, &frame, unit);
    }
    description
}

/// Appends to a text what there is room for: the error may be that memory has run out.
fn append(text: &mut Vec<u8>, bytes: &[u8]) {
    if text.try_reserve(bytes.len()).is_ok() {
        text.extend_from_slice(bytes);
    }
}

/// Appends a function and a line.
fn append_place(text: &mut Vec<u8>, frame: &TraceFrame, unit: &[u8]) {
    append(text, if frame.is_main { b"main" } else { frame.function.unwrap_or(b"unknown") });
    append(text, unit);
    // A stripped image has no lines.
    if let Some(line) = frame.line {
        append(text, b":");
        append(text, unsigned_to_text(line, Radix::Decimal, &mut [0; INTEGER_TEXT_CAPACITY]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_name_what_they_can() {
        let place = |frame: TraceFrame, side| {
            let mut text = Vec::new();
            append_place(&mut text, &frame, unit_of(side));
            text
        };
        let frame = TraceFrame { function: Some(b"f"), source: None, line: Some(12), is_main: false };
        assert_eq!(place(frame, Side::Device), b"f device_code:12");
        assert_eq!(
            place(TraceFrame { function: None, line: None, ..frame }, Side::Device),
            b"unknown device_code"
        );
        assert_eq!(place(TraceFrame { is_main: true, ..frame }, Side::Agent), b"main agent_code:12");
    }
}
