//! The backtracking matcher.
//!
//! Alternatives that are still to be tried wait on a stack of [`Frame`]s, and so
//! do the earlier values of registers, which come back when the matcher goes
//! back. Native recursion is not used. Steps and frames are limited.

use alloc::vec::Vec;

use super::MatchError;
use super::program::{Assertion, Greed, Instruction, Program, UNLIMITED};
use crate::text::OutOfMemory;

/// A register that has no position.
pub(super) const UNSET: u32 = u32::MAX;

/// Instructions and repetitions in one search. Patterns that backtrack sensibly
/// stay far below; a second on a fast microcontroller, a blink on a laptop.
pub(super) const MAX_STEPS: usize = 10_000_000;
/// Alternatives and register values that wait at the same time.
const MAX_FRAMES: usize = 1 << 18;

/// Where a match has to end.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Anywhere,
    OfText,
}

/// Whether the positions of groups are wanted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Groups {
    Record,
    Ignore,
}

/// Something to do when the current path fails.
#[derive(Clone, Copy)]
enum Frame {
    /// Continue there.
    Resume { code: u32, position: u32 },
    /// Do one more repetition of the loop at `code`.
    Repeat { code: u32, position: u32 },
    /// Continue behind the instruction at `code` with one byte fewer, down to
    /// the lowest position.
    Shrink { code: u32, lowest: u32, position: u32 },
    /// Continue behind the instruction at `code` with one byte more.
    Grow { code: u32, position: u32, n_left: u32 },
    /// Give a register back its value and fail on.
    Restore { register: u32, value: u32 },
}

/// A point of the search: the next instruction and the next byte.
#[derive(Clone, Copy)]
struct Point {
    code: usize,
    position: usize,
}

/// The state of matching one program against one text.
pub(super) struct Matcher<'run> {
    program: &'run Program,
    text: &'run [u8],
    groups: Groups,
    end: End,
    registers: Vec<u32>,
    frames: Vec<Frame>,
    n_steps_left: usize,
}

impl<'run> Matcher<'run> {
    pub(super) fn new(
        program: &'run Program,
        text: &'run [u8],
        groups: Groups,
        end: End,
    ) -> Result<Self, MatchError> {
        // Positions are kept in 32 bits, and one value is taken.
        if text.len() >= UNSET as usize {
            return Err(MatchError::TooComplex);
        }
        let mut registers = Vec::new();
        registers.try_reserve_exact(program.n_registers()).map_err(|_| OutOfMemory)?;
        registers.resize(program.n_registers(), UNSET);
        Ok(Matcher { program, text, groups, end, registers, frames: Vec::new(), n_steps_left: MAX_STEPS })
    }

    /// The registers after a match: begin and end of group 1 are number 2 and 3.
    pub(super) fn into_registers(self) -> Vec<u32> {
        self.registers
    }

    /// Tries to match at `start` and returns the end of the match. The steps of
    /// all calls count together.
    pub(super) fn run(&mut self, start: usize) -> Result<Option<usize>, MatchError> {
        self.frames.clear();
        self.registers.fill(UNSET);
        let mut point = Point { code: 0, position: start };
        loop {
            self.count_steps(1)?;
            if matches!(self.program.code[point.code], Instruction::Match)
                && (self.end == End::Anywhere || point.position == self.text.len())
            {
                return Ok(Some(point.position));
            }
            let next = match self.step(point)? {
                Some(next) => Some(next),
                None => self.back_up()?,
            };
            match next {
                Some(next) => point = next,
                None => return Ok(None),
            }
        }
    }

    /// Executes one instruction. None: this path fails.
    fn step(&mut self, point: Point) -> Result<Option<Point>, MatchError> {
        let Point { code, position } = point;
        let next = Point { code: code + 1, position };
        let at = |offset: i32| Point { code: code.wrapping_add_signed(offset as isize), position };
        Ok(match self.program.code[code] {
            Instruction::Byte(byte) => {
                (self.text.get(position) == Some(&byte)).then_some(next.after(position + 1))
            }
            Instruction::Set(set) => {
                let set = &self.program.sets[usize::from(set)];
                let matches = self.text.get(position).is_some_and(|&byte| set.contains(byte));
                matches.then_some(next.after(position + 1))
            }
            Instruction::Balanced { open, close } => {
                self.balanced_end(position, open, close)?.map(|end| next.after(end))
            }
            Instruction::Assert(assertion) => self.holds(assertion, position).then_some(next),
            Instruction::RepeatSet { set, minimum, maximum, greed } => {
                self.repeat_set(point, set, (minimum, maximum), greed)?
            }
            Instruction::Save(register) => {
                if self.groups == Groups::Record {
                    self.set_register(usize::from(register), position as u32)?;
                }
                Some(next)
            }
            Instruction::Jump(offset) => Some(at(offset)),
            Instruction::SplitNextFirst(offset) => {
                self.push_resume(at(offset))?;
                Some(next)
            }
            Instruction::SplitOtherFirst(offset) => {
                self.push_resume(next)?;
                Some(at(offset))
            }
            Instruction::EnterLoop(index) => {
                self.set_register(self.program.loop_register(index), 0)?;
                Some(next)
            }
            Instruction::NextRepetition(index) => Some(self.next_repetition(point, index)?),
            Instruction::Match
            | Instruction::Group { .. }
            | Instruction::Either { .. }
            | Instruction::Repeat { .. } => None,
        })
    }

    /// Takes up the latest alternative. None: there is none left.
    fn back_up(&mut self) -> Result<Option<Point>, MatchError> {
        while let Some(frame) = self.frames.pop() {
            self.count_steps(1)?;
            match frame {
                Frame::Resume { code, position } => {
                    return Ok(Some(Point { code: code as usize, position: position as usize }));
                }
                Frame::Repeat { code, position } => {
                    let point = Point { code: code as usize, position: position as usize };
                    if let Instruction::NextRepetition(index) = self.program.code[point.code] {
                        return Ok(Some(self.begin_repetition(point, index)?));
                    }
                }
                Frame::Shrink { code, lowest, position } => {
                    let position = position - 1;
                    if position > lowest {
                        self.push(Frame::Shrink { code, lowest, position })?;
                    }
                    return Ok(Some(Point { code: code as usize + 1, position: position as usize }));
                }
                Frame::Grow { code, position, n_left } => {
                    if let Some(point) = self.grow(code, position as usize, n_left)? {
                        return Ok(Some(point));
                    }
                }
                Frame::Restore { register, value } => self.registers[register as usize] = value,
            }
        }
        Ok(None)
    }

    fn repeat_set(
        &mut self,
        point: Point,
        set: u16,
        (minimum, maximum): (u16, u16),
        greed: Greed,
    ) -> Result<Option<Point>, MatchError> {
        let Point { code, position } = point;
        let set = &self.program.sets[usize::from(set)];
        let rest = &self.text[position..];
        let limit = match (greed, maximum) {
            (Greed::Lazy, _) => usize::from(minimum),
            (Greed::Greedy, UNLIMITED) => rest.len(),
            (Greed::Greedy, maximum) => usize::from(maximum),
        };
        let longest = &rest[..limit.min(rest.len())];
        let count = longest.iter().position(|&byte| !set.contains(byte)).unwrap_or(longest.len());
        self.count_steps(count)?;
        if count < usize::from(minimum) {
            return Ok(None);
        }
        let end = position + count;
        match greed {
            Greed::Greedy if count > usize::from(minimum) => {
                let lowest = (position + usize::from(minimum)) as u32;
                self.push(Frame::Shrink { code: code as u32, lowest, position: end as u32 })?;
            }
            Greed::Lazy if maximum > minimum => {
                let n_left = if maximum == UNLIMITED { u32::MAX } else { u32::from(maximum - minimum) };
                self.push(Frame::Grow { code: code as u32, position: end as u32, n_left })?;
            }
            _ => {}
        }
        Ok(Some(Point { code: code + 1, position: end }))
    }

    /// One byte more for a lazy repetition of a set.
    fn grow(&mut self, code: u32, position: usize, n_left: u32) -> Result<Option<Point>, MatchError> {
        let Instruction::RepeatSet { set, .. } = self.program.code[code as usize] else {
            return Ok(None);
        };
        let set = &self.program.sets[usize::from(set)];
        if !self.text.get(position).is_some_and(|&byte| set.contains(byte)) {
            return Ok(None);
        }
        let position = position + 1;
        if n_left > 1 {
            self.push(Frame::Grow { code, position: position as u32, n_left: n_left - 1 })?;
        }
        Ok(Some(Point { code: code as usize + 1, position }))
    }

    /// Decides between one more repetition of a loop and its end.
    fn next_repetition(&mut self, point: Point, index: u16) -> Result<Point, MatchError> {
        let counted = self.program.loops[usize::from(index)];
        let register = self.program.loop_register(index);
        let count = self.registers[register];
        let exit = Point { code: point.code.wrapping_add_signed(counted.exit as isize), ..point };
        // A repetition that has consumed nothing could go on for ever. All those
        // that are still required could do the same.
        let is_stuck = count > 0 && self.registers[register + 1] == point.position as u32;
        let is_full = counted.maximum != UNLIMITED && count >= u32::from(counted.maximum);
        if count < u32::from(counted.minimum) && !is_stuck {
            return self.begin_repetition(point, index);
        }
        if is_stuck || is_full {
            return Ok(exit);
        }
        match counted.greed {
            Greed::Greedy => {
                self.push_resume(exit)?;
                self.begin_repetition(point, index)
            }
            Greed::Lazy => {
                self.push(Frame::Repeat { code: point.code as u32, position: point.position as u32 })?;
                Ok(exit)
            }
        }
    }

    fn begin_repetition(&mut self, point: Point, index: u16) -> Result<Point, MatchError> {
        let register = self.program.loop_register(index);
        self.set_register(register, self.registers[register] + 1)?;
        self.set_register(register + 1, point.position as u32)?;
        Ok(Point { code: point.code + 1, ..point })
    }

    fn set_register(&mut self, register: usize, value: u32) -> Result<(), MatchError> {
        let previous = core::mem::replace(&mut self.registers[register], value);
        self.push(Frame::Restore { register: register as u32, value: previous })
    }

    fn push_resume(&mut self, point: Point) -> Result<(), MatchError> {
        self.push(Frame::Resume { code: point.code as u32, position: point.position as u32 })
    }

    fn push(&mut self, frame: Frame) -> Result<(), MatchError> {
        if self.frames.len() == MAX_FRAMES {
            return Err(MatchError::TooComplex);
        }
        self.frames.try_reserve(1).map_err(|_| OutOfMemory)?;
        self.frames.push(frame);
        Ok(())
    }

    fn count_steps(&mut self, count: usize) -> Result<(), MatchError> {
        self.n_steps_left = self.n_steps_left.checked_sub(count).ok_or(MatchError::TooComplex)?;
        Ok(())
    }

    /// The end of a text that begins with `open`, up to the `close` for it.
    fn balanced_end(&mut self, start: usize, open: u8, close: u8) -> Result<Option<usize>, MatchError> {
        if self.text.get(start) != Some(&open) {
            return Ok(None);
        }
        let mut depth = 1_usize;
        for (position, &byte) in self.text.iter().enumerate().skip(start + 1) {
            self.count_steps(1)?;
            if byte == close {
                depth -= 1;
                if depth == 0 {
                    return Ok(Some(position + 1));
                }
            } else if byte == open {
                depth += 1;
            }
        }
        Ok(None)
    }

    fn holds(&self, assertion: Assertion, position: usize) -> bool {
        let before = position.checked_sub(1).map(|previous| self.text[previous]);
        let after = self.text.get(position).copied();
        let is_word =
            |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        match assertion {
            Assertion::TextStart => before.is_none(),
            Assertion::TextEnd => after.is_none(),
            Assertion::LineStart => matches!(before, None | Some(b'\n')),
            Assertion::LineEnd => matches!(after, None | Some(b'\n')),
            Assertion::WordBoundary => is_word(before) != is_word(after),
            Assertion::NoWordBoundary => is_word(before) == is_word(after),
        }
    }
}

impl Point {
    /// The same instruction at another position.
    fn after(self, position: usize) -> Self {
        Point { position, ..self }
    }
}
