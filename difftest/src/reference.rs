//! The reference implementation, as a process that runs one program after the other.

use crate::result::{Ending, RunResult};
use std::io::{self, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// What the process does.
const SCRIPT: &str = include_str!("reference.py");

/// A process with the reference implementation.
#[derive(Debug)]
pub struct Reference {
    python: String,
    process: Option<(Child, ChildStdin, ChildStdout)>,
}

impl Reference {
    /// The reference in the package `squirrel-lang` of this Python interpreter.
    pub fn new(python: &str) -> Reference {
        Reference { python: python.to_string(), process: None }
    }

    /// Runs programs. The result of one that the reference does not survive is [`Ending::Crashed`].
    ///
    /// # Errors
    ///
    /// If Python cannot be started.
    pub fn run_all(&mut self, sources: &[String]) -> io::Result<Vec<RunResult>> {
        if self.process.is_none() {
            self.process = Some(start(&self.python)?);
        }
        let Some((child, input, output)) = &mut self.process else { unreachable!("it was started") };
        if let Ok(results) = ask(input, output, sources) {
            return Ok(results);
        }
        let _ = child.kill();
        let status = child.wait()?;
        self.process = None;
        if sources.len() == 1 {
            return Ok(vec![RunResult { output: Vec::new(), ending: Ending::Crashed(status.to_string()) }]);
        }
        // One of them is to blame.
        let mut results = Vec::new();
        for source in sources {
            results.extend(self.run_all(std::slice::from_ref(source))?);
        }
        Ok(results)
    }
}

impl Drop for Reference {
    fn drop(&mut self) {
        if let Some((child, ..)) = &mut self.process {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn start(python: &str) -> io::Result<(Child, ChildStdin, ChildStdout)> {
    let mut child = Command::new(python)
        .args(["-c", SCRIPT])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()?;
    match (child.stdin.take(), child.stdout.take()) {
        (Some(input), Some(output)) => Ok((child, input, output)),
        _ => Err(io::Error::other("the process has no pipes")),
    }
}

/// The process reads all programs before it answers, so neither waits for the other.
fn ask(input: &mut ChildStdin, output: &mut ChildStdout, sources: &[String]) -> io::Result<Vec<RunResult>> {
    let mut request = (sources.len() as u32).to_le_bytes().to_vec();
    for source in sources {
        request.extend((source.len() as u32).to_le_bytes());
        request.extend(source.as_bytes());
    }
    input.write_all(&request)?;
    input.flush()?;
    sources.iter().map(|_| read_result(output)).collect()
}

fn read_result(output: &mut ChildStdout) -> io::Result<RunResult> {
    let mut kind = [0];
    output.read_exact(&mut kind)?;
    let message = read_block(output)?;
    let printed = read_block(output)?;
    let ending = match kind[0] {
        b'D' => Ending::Done,
        // The package does not say so if null was thrown.
        b'E' if message == b"unknown error" => Ending::Error("null".to_string()),
        b'E' => Ending::Error(String::from_utf8_lossy(&message).into_owned()),
        _ => Ending::Rejected,
    };
    Ok(RunResult { output: printed, ending })
}

fn read_block(output: &mut ChildStdout) -> io::Result<Vec<u8>> {
    let mut length = [0; 4];
    output.read_exact(&mut length)?;
    let mut bytes = vec![0; u32::from_le_bytes(length) as usize];
    output.read_exact(&mut bytes)?;
    Ok(bytes)
}
