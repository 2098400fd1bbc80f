//! The matcher of impOS, in which every choice is final.
//!
//! It does what patterns do on a device, found by comparing what they match:
//!
//! - A repetition goes on until what follows it in the pattern would match,
//!   and never gives anything back. What follows is one element, with a look at
//!   the one after it; it is not asked before the first turn, nor if it can be
//!   left out because of its own quantifier.
//! - The first alternative that matches counts, whatever comes after the group.
//! - Groups count in the order in which they are met, and only the group whose
//!   turn it is notes its position. Looks ahead count, too, and so do failures
//!   in them: `a+(b)` notes nothing for its group in `aab`.
//!
//! What it does not do is read beyond the end of a text, as a `.` does there.
//!
//! Structured code, see [`Instruction`], is walked with a stack of [`Frame`]s.
//! Native recursion is not used, and steps are limited.

use alloc::vec::Vec;

use super::MatchError;
use super::matcher::{MAX_STEPS, UNSET};
use super::program::{Assertion, Instruction, Program, UNLIMITED};
use crate::text::OutOfMemory;
use crate::text::strip::is_space;

/// An element of a list: where its code begins, and where that of the list ends.
#[derive(Clone, Copy)]
struct Element {
    at: usize,
    list_end: usize,
}

/// What is being matched, and what to do when its current part has or has not matched.
#[derive(Clone, Copy)]
enum Frame {
    /// The elements of a group. `number` is that of a group that notes its position.
    Group { element: Element, next: Option<Element>, number: Option<u16>, turn: u16 },
    /// The elements of an alternative before a `|`. The other ones are those from `right` on, tried at `start`.
    Left { element: Element, right: Element, start: usize },
    /// The elements of an alternative after a `|`.
    Right { element: Element },
    /// A turn of a repetition.
    Turn(Repetition),
    /// The look at what follows a repetition.
    Look(Repetition),
}

#[derive(Clone, Copy)]
struct Repetition {
    element: Element,
    /// What follows the group that the repetition is the end of.
    next: Option<Element>,
    count: u32,
    /// Where the last turn began, and where it ended.
    turn: (usize, usize),
}

/// What to do next.
enum Step {
    /// Match an element. What follows it matters to the repetitions at its end.
    Enter { element: Element, position: usize, next: Option<Element> },
    /// Tell the newest frame where its part has ended, or that it has not matched.
    Leave(Option<usize>),
}

/// The state of matching one program against one text.
pub(super) struct CommittedMatcher<'run> {
    program: &'run Program,
    text: &'run [u8],
    /// Begin and end of every group; those of the whole match are not used.
    groups: Vec<u32>,
    /// The group whose turn it is.
    turn: u16,
    frames: Vec<Frame>,
    n_steps_left: usize,
}

impl<'run> CommittedMatcher<'run> {
    pub(super) fn new(program: &'run Program, text: &'run [u8]) -> Result<Self, MatchError> {
        if text.len() >= UNSET as usize {
            return Err(MatchError::TooComplex);
        }
        let mut groups = Vec::new();
        let length = 2 * usize::from(program.n_groups);
        groups.try_reserve_exact(length).map_err(|_| OutOfMemory)?;
        groups.resize(length, UNSET);
        Ok(CommittedMatcher { program, text, groups, turn: 1, frames: Vec::new(), n_steps_left: MAX_STEPS })
    }

    /// Begin and end of the groups after a match.
    pub(super) fn into_groups(self) -> Vec<u32> {
        self.groups
    }

    /// Tries to match at `start` and returns the end of the match. What groups have noted before stays.
    pub(super) fn run(&mut self, start: usize) -> Result<Option<usize>, MatchError> {
        self.frames.clear();
        self.turn = 1;
        // The instruction at the end is for the other matcher.
        let element = Element { at: 0, list_end: self.program.code.len() - 1 };
        let mut step = self.enter_list(Frame::Group { element, next: None, number: None, turn: 1 }, start)?;
        loop {
            self.n_steps_left = self.n_steps_left.checked_sub(1).ok_or(MatchError::TooComplex)?;
            step = match step {
                Step::Enter { element, position, next } => self.enter(element, position, next)?,
                Step::Leave(end) => match self.frames.pop() {
                    Some(frame) => self.resume(frame, end)?,
                    None => return Ok(end),
                },
            };
        }
    }

    fn enter(
        &mut self,
        element: Element,
        position: usize,
        next: Option<Element>,
    ) -> Result<Step, MatchError> {
        let inner =
            |length: u16| Element { at: element.at + 1, list_end: element.at + 1 + usize::from(length) };
        match self.program.code[element.at] {
            Instruction::Group { number, length } => {
                let number = Some(number).filter(|number| *number == self.turn);
                if let Some(number) = number {
                    self.groups[2 * usize::from(number)] = position as u32;
                    self.turn += 1;
                }
                let group = Frame::Group { element: inner(length), next, number, turn: self.turn };
                self.enter_list(group, position)
            }
            Instruction::Either { length } => {
                let left = inner(length);
                let right = Element { at: left.list_end, list_end: element.list_end };
                self.enter_list(Frame::Left { element: left, right, start: position }, position)
            }
            Instruction::Repeat { .. } => {
                let turn = (position, position);
                self.take_turn(Repetition { element, next, count: 0, turn }, position)
            }
            _ => Ok(Step::Leave(self.simple(element, position))),
        }
    }

    /// Where an element ends that is no group and has no quantifier.
    fn simple(&self, element: Element, position: usize) -> Option<usize> {
        let byte = self.text.get(position).copied();
        let has_matched = match self.program.code[element.at] {
            Instruction::Assert(assertion) => return self.holds(assertion, position).then_some(position),
            Instruction::Byte(expected) => byte == Some(expected),
            Instruction::Set(set) => {
                byte.is_some_and(|byte| self.program.sets[usize::from(set)].contains(byte))
            }
            _ => false,
        };
        has_matched.then_some(position + 1)
    }

    fn holds(&self, assertion: Assertion, position: usize) -> bool {
        // Behind the text there is a NUL.
        let is_space_at = |position: usize| self.text.get(position).copied().is_some_and(is_space);
        let is_at_start = position == 0;
        let is_at_end = position == self.text.len();
        // A device looks at the byte here and the one after it, not at the one before.
        let is_boundary = is_at_start && !is_space_at(position)
            || is_at_end && !position.checked_sub(1).is_some_and(is_space_at)
            || is_space_at(position) != is_space_at(position + 1);
        match assertion {
            Assertion::TextStart => is_at_start,
            Assertion::TextEnd => is_at_end,
            Assertion::WordBoundary => is_boundary,
            Assertion::NoWordBoundary => !is_boundary,
            Assertion::LineStart | Assertion::LineEnd => false,
        }
    }

    /// Goes on with the frame whose part has matched up to `end`, or has not matched.
    fn resume(&mut self, frame: Frame, end: Option<usize>) -> Result<Step, MatchError> {
        match frame {
            Frame::Group { element, next, number, turn } => {
                if let Some(end) = end {
                    if let Some(element) = self.successor(element) {
                        return self.enter_list(Frame::Group { element, next, number, turn }, end);
                    }
                    self.turn = turn;
                }
                self.note_end(number, end);
                Ok(Step::Leave(end))
            }
            Frame::Left { element, right, start } => match end {
                Some(end) => match self.successor(element) {
                    Some(element) => self.enter_list(Frame::Left { element, right, start }, end),
                    None => Ok(Step::Leave(Some(end))),
                },
                None => self.enter_list(Frame::Right { element: right }, start),
            },
            Frame::Right { element } => match (end, self.successor(element)) {
                (Some(end), Some(element)) => self.enter_list(Frame::Right { element }, end),
                _ => Ok(Step::Leave(end)),
            },
            Frame::Turn(repetition) => match end {
                Some(end) => self.look_ahead(repetition, end),
                None => Ok(self.end_of(repetition)),
            },
            Frame::Look(repetition) => {
                let (minimum, _) = self.counts(repetition.element);
                if end.is_some() && repetition.count >= u32::from(minimum) {
                    return Ok(self.end_of(repetition));
                }
                self.take_turn(repetition, repetition.turn.1)
            }
        }
    }

    /// Matches the element that a list is at.
    fn enter_list(&mut self, list: Frame, position: usize) -> Result<Step, MatchError> {
        let (element, next) = match list {
            Frame::Group { element, next, .. } => (element, self.successor(element).or(next)),
            Frame::Left { element, .. } | Frame::Right { element } => (element, None),
            Frame::Turn(repetition) | Frame::Look(repetition) => (repetition.element, None),
        };
        self.push(list)?;
        Ok(Step::Enter { element, position, next })
    }

    /// Notes where a group has ended, or that it has not matched.
    fn note_end(&mut self, number: Option<u16>, end: Option<usize>) {
        let Some(number) = number.map(usize::from) else { return };
        match end {
            Some(end) => self.groups[2 * number + 1] = end as u32,
            None => self.groups[2 * number..2 * number + 2].fill(UNSET),
        }
    }

    /// Another turn of a repetition, unless it has had enough of them.
    fn take_turn(&mut self, mut repetition: Repetition, position: usize) -> Result<Step, MatchError> {
        let (minimum, maximum) = self.counts(repetition.element);
        let has_turned = repetition.count > 0;
        let is_full = maximum != UNLIMITED && repetition.count >= u32::from(maximum);
        if is_full || has_turned && position >= self.text.len() {
            return Ok(self.end_of(repetition));
        }
        if has_turned && repetition.turn.0 == position {
            // Nothing new can happen in the turns that are still required.
            repetition.count = repetition.count.max(minimum.min(maximum).into());
            return Ok(self.end_of(repetition));
        }
        repetition.turn.0 = position;
        let Element { at, list_end } = repetition.element;
        let follower = self.successor(repetition.element).or(repetition.next);
        let element = Element { at: at + 1, list_end: self.end_of_code(at).min(list_end) };
        self.push(Frame::Turn(repetition))?;
        Ok(Step::Enter { element, position, next: follower })
    }

    /// After a turn: looks whether what follows would match.
    fn look_ahead(&mut self, mut repetition: Repetition, end: usize) -> Result<Step, MatchError> {
        repetition.count = repetition.count.saturating_add(1);
        repetition.turn.1 = end;
        let follower = self.successor(repetition.element).or(repetition.next);
        let Some(follower) = follower.filter(|follower| self.is_required(*follower)) else {
            return self.take_turn(repetition, end);
        };
        let after = self.successor(follower);
        let next = after.or_else(|| repetition.next.and_then(|next| self.successor(next)));
        self.push(Frame::Look(repetition))?;
        Ok(Step::Enter { element: follower, position: end, next })
    }

    fn is_required(&self, element: Element) -> bool {
        !matches!(self.program.code[element.at], Instruction::Repeat { minimum: 0, .. })
    }

    /// What a repetition comes to.
    fn end_of(&self, repetition: Repetition) -> Step {
        let (minimum, maximum) = self.counts(repetition.element);
        let is_enough = repetition.count >= u32::from(minimum);
        let is_allowed = maximum == UNLIMITED || repetition.count <= u32::from(maximum);
        Step::Leave((is_enough && is_allowed).then_some(repetition.turn.1))
    }

    /// How many turns a repetition takes at least and at most.
    fn counts(&self, repetition: Element) -> (u16, u16) {
        match self.program.code[repetition.at] {
            Instruction::Repeat { minimum, maximum, .. } => (minimum, maximum),
            _ => (1, 1),
        }
    }

    /// The next element of the same list.
    fn successor(&self, element: Element) -> Option<Element> {
        let at = self.end_of_code(element.at);
        (at < element.list_end).then_some(Element { at, ..element })
    }

    /// Where the code of an element ends. Alternatives go on to the end of their list.
    fn end_of_code(&self, at: usize) -> usize {
        match self.program.code[at] {
            Instruction::Group { length, .. } | Instruction::Repeat { length, .. } => {
                at + 1 + usize::from(length)
            }
            Instruction::Either { .. } => usize::MAX,
            _ => at + 1,
        }
    }

    fn push(&mut self, frame: Frame) -> Result<(), MatchError> {
        self.frames.try_reserve(1).map_err(|_| OutOfMemory)?;
        self.frames.push(frame);
        Ok(())
    }
}
