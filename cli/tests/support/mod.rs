//! Running the command with something on its standard input.

use std::io::Write;
use std::process::{Command, Output, Stdio};

/// Runs a command to its end. `input` is what it finds on its standard input.
pub fn with_input(command: &mut Command, input: &[u8]) -> Output {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("tamias starts");
    child.stdin.take().expect("it has an input").write_all(input).expect("it reads its input");
    child.wait_with_output().expect("it ends")
}
