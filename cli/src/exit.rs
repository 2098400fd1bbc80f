//! Exit codes. They are an interface: scripts and build systems rely on them.

use std::process::ExitCode;

/// What became of a command.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Exit {
    /// All is well.
    Success = 0,
    /// Nothing in the script caught an error, or `fmt --check` found a file to format.
    ScriptFailed = 1,
    /// The arguments make no sense, or a file cannot be read or written.
    Usage = 2,
    /// The source text has errors.
    SourceErrors = 3,
    /// The image is damaged, of another version or does not fit.
    ImageRejected = 4,
    /// The heap, the budget or the code space was used up.
    Limit = 5,
    /// A fault of tamias itself.
    Internal = 70,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit as u8)
    }
}
