//! What programs do, as far as it is compared.

use std::fmt::{self, Display, Formatter};

/// What a program printed and how it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunResult {
    /// What it printed.
    pub output: Vec<u8>,
    /// How it ended.
    pub ending: Ending,
}

/// How a program ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It ran to its end.
    Done,
    /// Nothing caught an error with this text.
    Error(String),
    /// The compiler rejected it.
    Rejected,
    /// It needed too much memory.
    OutOfMemory,
    /// It took too long.
    Timeout,
    /// What ran it did not survive.
    Crashed(String),
}

impl RunResult {
    /// The first place where two results differ, as text.
    pub fn difference(&self, other: &RunResult) -> Option<String> {
        let (ours, theirs) = (self.to_string(), other.to_string());
        if ours == theirs {
            return None;
        }
        let mut theirs = theirs.lines();
        for (number, line) in ours.lines().enumerate() {
            let other = theirs.next().unwrap_or("nothing");
            if line != other {
                return Some(format!("line {}: `{line}` and `{other}`", number + 1));
            }
        }
        Some(format!("nothing and `{}`", theirs.next().unwrap_or_default()))
    }
}

impl Display for RunResult {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        f.write_str(&without_addresses(&String::from_utf8_lossy(&self.output)))?;
        match &self.ending {
            Ending::Done => writeln!(f, "done"),
            Ending::Error(text) => writeln!(f, "ERROR: {}", without_addresses(text)),
            other => writeln!(f, "{other:?}"),
        }
    }
}

/// A text without what follows ` : 0x`, as in `(table : 0x55d0)`.
fn without_addresses(text: &str) -> String {
    let mut pieces = text.split(" : 0x");
    let mut result = pieces.next().unwrap_or_default().to_string();
    for piece in pieces {
        result.push_str(" : ");
        result.push_str(piece.trim_start_matches(|c: char| c.is_ascii_hexdigit() || c == 'x'));
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    fn result(output: &str) -> RunResult {
        RunResult { output: output.as_bytes().to_vec(), ending: Ending::Done }
    }

    #[test]
    fn addresses_do_not_differ() {
        assert_eq!(result("a (table : 0x12ab) b").difference(&result("a (table : 0x0xffff) b")), None);
        let difference = result("1\n2").difference(&result("1\n3"));
        assert_eq!(difference.as_deref(), Some("line 2: `2done` and `3done`"));
    }
}
