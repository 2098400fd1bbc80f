//! The log: lines of text that leave the device.

/// How a line of the log came about. It decides the prefix that tools show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// `server.log`.
    Log,
    /// `server.error` and reports of uncaught errors, shown as `ERROR: …`.
    Error,
    /// What the runtime says by itself, such as a restart.
    Status,
}

/// A sink for log lines.
pub trait Log {
    /// Takes one line without line end. The text is valid UTF-8: the caller has
    /// already turned other byte strings into their `binary: …` form.
    fn line(&mut self, severity: Severity, text: &str);
}
