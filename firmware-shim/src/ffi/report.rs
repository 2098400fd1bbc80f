//! What went wrong, and how much is used.

use super::machine::{Inner, Machine, Moment, inner};
use super::status::Status;
use core::ffi::c_char;
use core::fmt::{self, Write};
use tamias_vm::{Failure, LoadError, TraceFrame};

/// What tamias_last_error() tells about.
#[derive(Clone, Copy)]
pub(super) enum LastError {
    None,
    Load(LoadError),
    Run(Failure),
}

/// How much memory a machine uses. Bytes everywhere.
#[repr(C)]
#[derive(Clone, Copy, Default)]
pub struct Statistics {
    /// The memory that was handed over.
    pub memory: usize,
    /// The part of it that is the heap; the rest holds the machine itself.
    pub heap: usize,
    /// In use by the program, and by the VM for it: objects, stacks, handles.
    pub used: usize,
    /// In use beside the image for each function of the program.
    pub program: usize,
    /// Not in use. It may be in several pieces.
    pub free: usize,
}

/// Writes the last error as text to `buffer`: what is wrong with the image, or the error that nothing caught, with a
/// line for each function that was at work, innermost first:
///
/// ```text
///     the index 'foo' does not exist
///       in readSensor device.nut:12
///       from main device.nut:41
/// ```
///
/// What does not fit is left out; the text is always NUL-terminated unless `capacity` is 0. `buffer` may be null if
/// `capacity` is 0. Returns the length of the whole text without the NUL, as snprintf() does; 0 if there was no error
/// yet, or the call comes at the wrong time.
///
/// Between runs. Not in native functions and interrupts.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamias_last_error(vm: *mut Machine, buffer: *mut c_char, capacity: usize) -> usize {
    let capacity = if buffer.is_null() { 0 } else { capacity };
    let mut text = Text { buffer: buffer.cast(), capacity, length: 0 };
    // SAFETY: the preconditions of the header; nothing else refers to the VM between two runs.
    unsafe {
        if let Ok(inner) = inner(vm, Moment::Idle) {
            // Writing to a text cannot fail.
            let _ = write_error(inner, &mut text);
        }
    }
    text.terminate();
    text.length
}

unsafe fn write_error(inner: *mut Inner, text: &mut Text) -> fmt::Result {
    // SAFETY: the caller has the machine for itself.
    let (last_error, vm) = unsafe { ((*inner).last_error, &mut (*inner).vm) };
    match last_error {
        LastError::None => Ok(()),
        LastError::Load(error) => write!(text, "{error}"),
        LastError::Run(Failure::Uncaught) => {
            vm.error_text(|message| text.push(message));
            for (depth, frame) in vm.trace().enumerate() {
                write_frame(text, depth, &frame)?;
            }
            Ok(())
        }
        LastError::Run(failure) => write!(text, "{failure}"),
    }
}

fn write_frame(text: &mut Text, depth: usize, frame: &TraceFrame) -> fmt::Result {
    text.write_str(if depth == 0 { "\n  in " } else { "\n  from " })?;
    match frame.function {
        _ if frame.is_main => text.push(b"main"),
        Some(name) => text.push(name),
        None => text.push(b"unknown"),
    }
    if let Some(place) = frame.source {
        text.push(b" ");
        text.push(place.name);
        write!(text, ":{}", place.line)?;
    }
    Ok(())
}

/// A text in memory of C.
struct Text {
    buffer: *mut u8,
    capacity: usize,
    /// Bytes that there would be in a buffer that is large enough.
    length: usize,
}

impl Text {
    fn push(&mut self, bytes: &[u8]) {
        for byte in bytes {
            if self.length + 1 < self.capacity {
                // SAFETY: the position is within the buffer.
                unsafe { self.buffer.add(self.length).write(*byte) };
            }
            self.length += 1;
        }
    }

    fn terminate(&mut self) {
        if self.capacity > 0 {
            // SAFETY: the position is within the buffer.
            unsafe { self.buffer.add(self.length.min(self.capacity - 1)).write(0) };
        }
    }
}

impl Write for Text {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.push(text.as_bytes());
        Ok(())
    }
}

/// Stores in `statistics` how much memory is used.
///
/// Returns TAMIAS_OK, TAMIAS_ERROR_ARGUMENT (a null pointer) or TAMIAS_ERROR_BUSY (in native functions). Between runs
/// and while the program is interrupted. Not in interrupts.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamias_statistics(vm: *mut Machine, statistics: *mut Statistics) -> Status {
    if statistics.is_null() {
        return Status::ErrorArgument;
    }
    // SAFETY: the preconditions of the header; nothing else refers to the VM while nothing runs.
    unsafe {
        match inner(vm, Moment::IdleOrSuspended) {
            Ok(inner) => {
                let machine = &(*inner).vm;
                let (heap, used) = (machine.memory_limit(), machine.memory_used());
                let program = machine.program_memory();
                let free = heap.saturating_sub(used + program);
                statistics.write(Statistics { memory: (*inner).region_bytes, heap, used, program, free });
                Status::Ok
            }
            Err(status) => status,
        }
    }
}
