//! The codes that the functions of the C face return.

use core::ffi::{CStr, c_char};
use tamias_vm::{Failure, LoadError, OutOfMemory};

/// What came of a call. Errors are negative.
#[repr(i32)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Status {
    /// Done.
    Ok = 0,
    /// There is nothing to run until an event is posted: the processor may sleep.
    Idle = 1,
    /// The budget is used up. tamias_run() goes on where the program was interrupted.
    Budget = 2,
    /// A null pointer, a number out of range, or a stale or forged handle.
    ErrorArgument = -1,
    /// The machine is in the middle of a run, or the call is not allowed in a native function.
    ErrorBusy = -2,
    /// The memory of the machine is full. A run ends with it: the program cannot catch it.
    ErrorMemory = -3,
    /// The image is damaged, of another format or edition, or not aligned to 4 bytes.
    ErrorImage = -4,
    /// Nothing caught an error of the program, or a native function throws one. See tamias_last_error().
    ErrorScript = -5,
    /// The value is not of a type that the call works with.
    ErrorType = -6,
    /// There is no such slot, element or handler.
    ErrorAbsent = -7,
    /// A native function has ended the program by returning this.
    ErrorHalted = -8,
}

impl Status {
    /// The status with this number.
    pub(super) fn from_code(code: i32) -> Option<Status> {
        ALL.into_iter().find(|status| *status as i32 == code)
    }

    /// What it means, in a few words.
    fn text(self) -> &'static CStr {
        match self {
            Status::Ok => c"done",
            Status::Idle => c"nothing to run",
            Status::Budget => c"the budget is used up",
            Status::ErrorArgument => c"invalid argument",
            Status::ErrorBusy => c"not allowed while the program runs",
            Status::ErrorMemory => c"out of memory",
            Status::ErrorImage => c"the image cannot be run",
            Status::ErrorScript => c"script error",
            Status::ErrorType => c"wrong type",
            Status::ErrorAbsent => c"no such slot",
            Status::ErrorHalted => c"the program has been ended",
        }
    }
}

const ALL: [Status; 11] = [
    Status::Ok,
    Status::Idle,
    Status::Budget,
    Status::ErrorArgument,
    Status::ErrorBusy,
    Status::ErrorMemory,
    Status::ErrorImage,
    Status::ErrorScript,
    Status::ErrorType,
    Status::ErrorAbsent,
    Status::ErrorHalted,
];

impl From<Failure> for Status {
    fn from(failure: Failure) -> Status {
        match failure {
            Failure::Uncaught => Status::ErrorScript,
            Failure::OutOfMemory => Status::ErrorMemory,
            Failure::Busy => Status::ErrorBusy,
            Failure::Halted => Status::ErrorHalted,
        }
    }
}

impl From<LoadError> for Status {
    fn from(error: LoadError) -> Status {
        match error {
            LoadError::OutOfMemory => Status::ErrorMemory,
            LoadError::SecondImage => Status::ErrorBusy,
            _ => Status::ErrorImage,
        }
    }
}

impl From<OutOfMemory> for Status {
    fn from(_: OutOfMemory) -> Status {
        Status::ErrorMemory
    }
}

/// A status that a function of C returns: any number. It is a `tamias_status`.
pub type Code = i32;

/// What a status means, in a few English words.
///
/// The text is a constant: it need not be freed. A number that is no status has a text, too.
/// May be called anywhere, also in interrupts.
#[unsafe(no_mangle)]
pub extern "C" fn tamias_status_text(status: Code) -> *const c_char {
    Status::from_code(status).map_or(c"unknown status", Status::text).as_ptr()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_known() {
        for status in ALL {
            assert_eq!(Status::from_code(status as i32), Some(status));
        }
        assert_eq!(Status::from_code(3), None);
        assert_eq!(Status::from_code(-9), None);
    }
}
