//! The trace: what happened on every pin and bus, as lines of text.
//!
//! A line reads `[12.000345] i2cJK W 0x90 00`: virtual time, then the fact.
//! Two runs of the same program on the same board give the same lines, so a
//! trace is a snapshot to compare with. Long runs may keep only the last lines;
//! the number of dropped ones is remembered, never silently lost.

use std::collections::VecDeque;
use std::fmt;

/// Lines in order of time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trace {
    lines: VecDeque<String>,
    keep: Keep,
    dropped: u64,
}

/// How much of a trace stays in memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Keep {
    /// Every line.
    #[default]
    All,
    /// The newest lines, up to this number.
    Last(usize),
}

impl Trace {
    /// Changes how much is kept, from now on and of what is there already.
    pub fn set_keep(&mut self, keep: Keep) {
        self.keep = keep;
        self.shorten();
    }

    /// The lines that are kept, oldest first.
    pub fn lines(&self) -> impl ExactSizeIterator<Item = &str> {
        self.lines.iter().map(String::as_str)
    }

    /// How many older lines were dropped.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    pub(crate) fn record(&mut self, now: u64, fact: fmt::Arguments<'_>) {
        if self.keep == Keep::Last(0) {
            self.dropped += 1;
            return;
        }
        self.lines.push_back(format!("[{}.{:06}] {fact}", now / 1_000_000, now % 1_000_000));
        self.shorten();
    }

    fn shorten(&mut self) {
        let Keep::Last(limit) = self.keep else { return };
        let surplus = self.lines.len().saturating_sub(limit);
        self.lines.drain(..surplus);
        self.dropped += surplus as u64;
    }
}

impl fmt::Display for Trace {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.dropped > 0 {
            writeln!(formatter, "... {} earlier lines dropped", self.dropped)?;
        }
        self.lines().try_for_each(|line| writeln!(formatter, "{line}"))
    }
}

/// Bytes as the trace shows them: two digits each with a blank before, and the
/// total instead of what exceeds a line.
pub(crate) struct Bytes<'a>(pub &'a [u8]);

impl Bytes<'_> {
    const SHOWN: usize = 64;
}

impl fmt::Display for Bytes<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = &self.0[..self.0.len().min(Self::SHOWN)];
        shown.iter().try_for_each(|byte| write!(formatter, " {byte:02x}"))?;
        if shown.len() < self.0.len() {
            write!(formatter, " ... {} bytes", self.0.len())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_carry_seconds_and_micros() {
        let mut trace = Trace::default();
        trace.record(12_000_345, format_args!("i2cJK W 0x90{}", Bytes(&[0, 0xff])));
        assert_eq!(trace.to_string(), "[12.000345] i2cJK W 0x90 00 ff\n");
    }

    #[test]
    fn a_bounded_trace_keeps_the_newest_lines_and_says_so() {
        let mut trace = Trace::default();
        trace.set_keep(Keep::Last(2));
        (0..5).for_each(|number| trace.record(number, format_args!("{number}")));
        assert_eq!(trace.to_string(), "... 3 earlier lines dropped\n[0.000003] 3\n[0.000004] 4\n");
        trace.set_keep(Keep::Last(0));
        trace.record(9, format_args!("9"));
        assert_eq!((trace.lines().len(), trace.dropped()), (0, 6));
    }

    #[test]
    fn long_transfers_are_abbreviated() {
        let text = Bytes(&[0; 100]).to_string();
        assert!(text.starts_with(" 00 00") && text.ends_with(" ... 100 bytes"));
    }
}
