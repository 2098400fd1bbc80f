//! Scripted inputs: what the outside world does to pins, and when.

use tamias_stdlib_imp::board::PinId;

use crate::pins::OutsideDrive;

/// Changes on one pin at given times.
#[derive(Clone, Debug)]
pub(crate) struct ScriptedInput {
    pub pin: PinId,
    /// Microseconds and what the pin is driven to, in order of time.
    pub changes: Vec<(u64, OutsideDrive)>,
    /// After how many microseconds the list starts again, more than zero.
    pub repeat: Option<u64>,
    /// The position of the next change and the start of this round.
    next: usize,
    round_start: u64,
}

impl ScriptedInput {
    pub fn new(pin: PinId, changes: Vec<(u64, OutsideDrive)>, repeat: Option<u64>) -> Self {
        Self { pin, changes, repeat, next: 0, round_start: 0 }
    }

    /// When the next change happens.
    pub fn next_change(&self) -> Option<u64> {
        self.changes.get(self.next).map(|change| change.0.saturating_add(self.round_start))
    }

    /// The next change, if it is due. The following one is then the next.
    pub fn take_due(&mut self, now: u64) -> Option<OutsideDrive> {
        let drive = self.changes.get(self.next)?.1;
        if self.next_change()? > now {
            return None;
        }
        self.next += 1;
        if let Some(period) = self.repeat.filter(|_| self.next == self.changes.len()) {
            self.next = 0;
            self.round_start = self.round_start.saturating_add(period);
        }
        Some(drive)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tamias_stdlib_imp::board::Level;

    #[test]
    fn a_repeated_list_starts_again() {
        let high = OutsideDrive::Driven(Level::High);
        let changes = vec![(1, high), (3, OutsideDrive::Released)];
        let mut input = ScriptedInput::new(PinId(0), changes, Some(10));
        let mut seen = Vec::new();
        for now in 0..14 {
            if let Some(drive) = input.take_due(now) {
                seen.push((now, drive));
            }
        }
        let released = OutsideDrive::Released;
        assert_eq!(seen, [(1, high), (3, released), (11, high), (13, released)]);
    }
}
