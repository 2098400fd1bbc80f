//! Compiled patterns, and their construction from left to right.
//!
//! Jumps are relative. So the code of an atom can be moved as a whole, and the
//! quantifier or the `|` that follows it in the pattern can still put an
//! instruction before it: no syntax tree is needed.

use alloc::vec::Vec;

use super::PatternError;
use crate::text::OutOfMemory;
use crate::text::byte_set::ByteSet;

/// A count of repetitions without upper limit.
pub(super) const UNLIMITED: u16 = u16::MAX;

/// The number of a group that does not capture.
pub(super) const NO_GROUP: u16 = u16::MAX;

/// Which way is tried first where there are two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Greed {
    /// As many repetitions as possible.
    Greedy,
    /// As few as possible.
    Lazy,
}

/// What the code of a pattern is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Plan {
    /// The backtracking matcher, which goes from instruction to instruction.
    Backtracking,
    /// The matcher in which every choice is final, which looks at the structure.
    Committed,
}

/// Conditions on a position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Assertion {
    TextStart,
    TextEnd,
    LineStart,
    LineEnd,
    WordBoundary,
    NoWordBoundary,
}

/// One step of the matcher. Offsets count from the instruction itself.
#[derive(Clone, Copy, Debug)]
pub(super) enum Instruction {
    /// Consumes this byte.
    Byte(u8),
    /// Consumes a byte of the set with this index.
    Set(u16),
    /// Consumes `open`, everything up to the `close` that balances it, and that.
    Balanced { open: u8, close: u8 },
    /// Consumes nothing.
    Assert(Assertion),
    /// Consumes bytes of a set.
    RepeatSet { set: u16, minimum: u16, maximum: u16, greed: Greed },
    /// Remembers the position in the register of that index.
    Save(u16),
    /// Continues elsewhere.
    Jump(i32),
    /// Continues with the next instruction, and at the offset should that fail.
    SplitNextFirst(i32),
    /// Continues at the offset, and with the next instruction should that fail.
    SplitOtherFirst(i32),
    /// Sets the counter of a loop to zero.
    EnterLoop(u16),
    /// Continues with the next instruction for one more repetition, or at the
    /// exit of the loop.
    NextRepetition(u16),
    /// The end of the pattern.
    Match,
    /// [`Plan::Committed`]: what follows in this length is a group; [`NO_GROUP`] if it does not capture.
    Group { number: u16, length: u16 },
    /// [`Plan::Committed`]: what follows in this length is an alternative; the rest of the list are the others.
    Either { length: u16 },
    /// [`Plan::Committed`]: what follows in this length is repeated.
    Repeat { minimum: u16, maximum: u16, length: u16 },
}

/// How often the body of a loop is repeated, and where its exit is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Loop {
    pub(super) minimum: u16,
    /// [`UNLIMITED`] or a number.
    pub(super) maximum: u16,
    pub(super) greed: Greed,
    /// Offset from [`Instruction::NextRepetition`] to what follows the loop.
    pub(super) exit: i32,
}

/// A compiled pattern.
#[derive(Clone, Debug)]
pub(super) struct Program {
    pub(super) code: Vec<Instruction>,
    pub(super) sets: Vec<ByteSet>,
    pub(super) loops: Vec<Loop>,
    /// Capturing groups; the whole match is the first.
    pub(super) n_groups: u16,
    /// The bytes that a match can begin with, if it cannot be empty.
    pub(super) first_bytes: Option<ByteSet>,
    /// Whether a match has to begin at the start of the text.
    pub(super) is_anchored: bool,
}

impl Program {
    /// Registers: begin and end of every group, counter and begin of the
    /// current repetition of every loop.
    pub(super) fn n_registers(&self) -> usize {
        2 * usize::from(self.n_groups) + 2 * self.loops.len()
    }

    /// The counter of a loop. The next register is the begin of a repetition.
    pub(super) fn loop_register(&self, index: u16) -> usize {
        2 * usize::from(self.n_groups) + 2 * usize::from(index)
    }
}

/// What a group does besides holding its content together.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum GroupKind {
    Capturing,
    Plain,
}

/// A part of the pattern that a quantifier can refer to: the code from `start`.
#[derive(Clone, Copy)]
struct Atom {
    start: usize,
    may_be_empty: bool,
    is_repeated: bool,
}

/// A group whose end has not been seen, or the whole pattern.
struct OpenGroup {
    /// Where its code begins.
    start: usize,
    /// Where its current alternative begins.
    alternative_start: usize,
    /// The latest jump from the end of an alternative to the end of the group;
    /// until that is known each jump holds the position of the one before.
    last_jump: Option<usize>,
    /// The group number, for a capturing group.
    number: Option<u16>,
    is_alternative_empty: bool,
    may_be_empty: bool,
}

/// The end of a chain of jumps. No jump can be at this position, because there
/// is always a split before it.
const NO_JUMP: i32 = 0;

/// Makes a program out of the parts of a pattern, in their order.
pub(super) struct Builder {
    code: Vec<Instruction>,
    sets: Vec<ByteSet>,
    loops: Vec<Loop>,
    groups: Vec<OpenGroup>,
    atom: Option<Atom>,
    n_groups: u16,
    plan: Plan,
}

impl Builder {
    pub(super) fn new(plan: Plan) -> Result<Self, PatternError> {
        let mut builder = Builder {
            code: Vec::new(),
            sets: Vec::new(),
            loops: Vec::new(),
            groups: Vec::new(),
            atom: None,
            n_groups: 1,
            plan,
        };
        builder.push_group(None)?;
        Ok(builder)
    }

    /// What the code is for.
    pub(super) fn plan(&self) -> Plan {
        self.plan
    }

    /// How many groups are open.
    pub(super) fn depth(&self) -> usize {
        self.groups.len() - 1
    }

    /// Appends a byte that has to match.
    pub(super) fn byte(&mut self, byte: u8) -> Result<(), PatternError> {
        self.begin_atom(false);
        self.emit(Instruction::Byte(byte))
    }

    /// Appends a choice of bytes.
    pub(super) fn set(&mut self, set: ByteSet) -> Result<(), PatternError> {
        let index = self.set_index(set)?;
        self.begin_atom(false);
        self.emit(Instruction::Set(index))
    }

    /// Appends a text in balanced brackets.
    pub(super) fn balanced(&mut self, open: u8, close: u8) -> Result<(), PatternError> {
        self.begin_atom(false);
        self.emit(Instruction::Balanced { open, close })
    }

    /// Appends a condition on the position.
    pub(super) fn assertion(&mut self, assertion: Assertion) -> Result<(), PatternError> {
        self.begin_atom(true);
        self.emit(Instruction::Assert(assertion))
    }

    /// Begins a group.
    pub(super) fn open_group(&mut self, kind: GroupKind) -> Result<(), PatternError> {
        self.settle_atom();
        let number = match kind {
            GroupKind::Plain => None,
            GroupKind::Capturing => Some(next_index(&mut self.n_groups)),
        };
        self.push_group(number)?;
        if self.plan == Plan::Committed {
            // Its length is not known before its end.
            self.emit(Instruction::Group { number: number.unwrap_or(NO_GROUP), length: 0 })?;
            self.begin_alternative();
        }
        Ok(())
    }

    /// Ends the current alternative and begins the next.
    pub(super) fn alternative(&mut self) -> Result<(), PatternError> {
        self.settle_atom();
        let Some(group) = self.groups.last_mut() else {
            return Ok(());
        };
        group.may_be_empty |= group.is_alternative_empty;
        group.is_alternative_empty = true;
        let start = group.alternative_start;
        if self.plan == Plan::Committed {
            let length = (self.code.len() - start) as u16;
            insert(&mut self.code, start, Instruction::Either { length })?;
            self.begin_alternative();
            return Ok(());
        }
        let previous_jump = group.last_jump.map_or(NO_JUMP, |position| position as i32);
        let length = self.code.len() - start;
        insert(&mut self.code, start, Instruction::SplitNextFirst(length as i32 + 2))?;
        group.last_jump = Some(self.code.len());
        group.alternative_start = self.code.len() + 1;
        self.emit(Instruction::Jump(previous_jump))
    }

    /// Ends the innermost open group, which becomes the current atom.
    pub(super) fn close_group(&mut self) -> Result<(), PatternError> {
        self.settle_atom();
        let Some(group) = self.groups.pop() else {
            return Ok(());
        };
        self.resolve_jumps(group.last_jump);
        match (self.plan, group.number) {
            (Plan::Backtracking, Some(number)) => self.emit(Instruction::Save(2 * number + 1))?,
            (Plan::Committed, _) if !self.groups.is_empty() => self.set_length(group.start),
            _ => {}
        }
        self.atom = Some(Atom {
            start: group.start,
            may_be_empty: group.may_be_empty || group.is_alternative_empty,
            is_repeated: false,
        });
        Ok(())
    }

    /// Whether there is something for a quantifier to refer to.
    pub(super) fn has_atom(&self) -> bool {
        self.atom.is_some()
    }

    /// Whether what a quantifier would refer to has one already.
    pub(super) fn is_repeated(&self) -> bool {
        self.atom.is_some_and(|atom| atom.is_repeated)
    }

    /// Applies a quantifier to the current atom.
    pub(super) fn repeat(&mut self, minimum: u16, maximum: u16, greed: Greed) -> Result<(), PatternError> {
        let Some(mut atom) = self.atom else {
            return Ok(());
        };
        if self.plan == Plan::Committed {
            let length = (self.code.len() - atom.start) as u16;
            atom.is_repeated = true;
            self.atom = Some(atom);
            return insert(&mut self.code, atom.start, Instruction::Repeat { minimum, maximum, length });
        }
        let single_set = match self.code[atom.start..] {
            [Instruction::Byte(byte)] => Some(self.set_index(ByteSet::from_iter([byte]))?),
            [Instruction::Set(set)] => Some(set),
            _ => None,
        };
        if let Some(set) = single_set {
            self.code[atom.start] = Instruction::RepeatSet { set, minimum, maximum, greed };
        } else if maximum == 1 && minimum == 0 {
            self.insert_skip(atom.start, greed)?;
        } else if maximum == UNLIMITED && minimum <= 1 && !atom.may_be_empty {
            self.repeat_without_counter(atom.start, minimum, greed)?;
        } else if (minimum, maximum) != (1, 1) {
            self.repeat_with_counter(atom.start, minimum, maximum, greed)?;
        }
        if maximum < minimum {
            // `{3,2}` is accepted, but no text has three repetitions and two.
            let nothing = self.set_index(ByteSet::EMPTY)?;
            self.emit(Instruction::Set(nothing))?;
        }
        atom.may_be_empty |= minimum == 0;
        atom.is_repeated = true;
        self.atom = Some(atom);
        Ok(())
    }

    /// The end of the pattern.
    pub(super) fn finish(mut self) -> Result<Program, PatternError> {
        self.close_group()?;
        self.emit(Instruction::Match)?;
        let mut program = Program {
            code: self.code,
            sets: self.sets,
            loops: self.loops,
            n_groups: self.n_groups,
            first_bytes: None,
            is_anchored: false,
        };
        if self.plan == Plan::Committed {
            return Ok(program);
        }
        program.first_bytes = first_bytes(&program)?;
        program.is_anchored = is_anchored(&program.code);
        Ok(program)
    }

    fn push_group(&mut self, number: Option<u16>) -> Result<(), PatternError> {
        let start = self.code.len();
        if let Some(number) = number.filter(|_| self.plan == Plan::Backtracking) {
            self.emit(Instruction::Save(2 * number))?;
        }
        let group = OpenGroup {
            start,
            alternative_start: self.code.len(),
            last_jump: None,
            number,
            is_alternative_empty: true,
            may_be_empty: false,
        };
        push(&mut self.groups, group)
    }

    /// The group that begins there ends here.
    fn set_length(&mut self, start: usize) {
        let end = self.code.len();
        if let Instruction::Group { length, .. } = &mut self.code[start] {
            *length = (end - start - 1) as u16;
        }
    }

    /// The code of an alternative begins here.
    fn begin_alternative(&mut self) {
        if let Some(group) = self.groups.last_mut() {
            group.alternative_start = self.code.len();
        }
    }

    fn begin_atom(&mut self, may_be_empty: bool) {
        self.settle_atom();
        self.atom = Some(Atom { start: self.code.len(), may_be_empty, is_repeated: false });
    }

    /// Counts the current atom among the parts of its alternative, now that no
    /// quantifier can follow it any more.
    fn settle_atom(&mut self) {
        if let (Some(atom), Some(group)) = (self.atom.take(), self.groups.last_mut()) {
            group.is_alternative_empty &= atom.may_be_empty;
        }
    }

    fn emit(&mut self, instruction: Instruction) -> Result<(), PatternError> {
        push(&mut self.code, instruction)
    }

    fn resolve_jumps(&mut self, last_jump: Option<usize>) {
        let end = self.code.len();
        let mut position = last_jump.unwrap_or(NO_JUMP as usize);
        while position != NO_JUMP as usize {
            let jump = &mut self.code[position];
            let Instruction::Jump(previous) = *jump else {
                return;
            };
            *jump = Instruction::Jump((end - position) as i32);
            position = previous as usize;
        }
    }

    /// Puts a way around the code from `start` before it.
    fn insert_skip(&mut self, start: usize, greed: Greed) -> Result<(), PatternError> {
        let end = (self.code.len() - start + 1) as i32;
        let split = match greed {
            Greed::Greedy => Instruction::SplitNextFirst(end),
            Greed::Lazy => Instruction::SplitOtherFirst(end),
        };
        insert(&mut self.code, start, split)
    }

    /// `*` and `+` of something that is never empty.
    fn repeat_without_counter(
        &mut self,
        start: usize,
        minimum: u16,
        greed: Greed,
    ) -> Result<(), PatternError> {
        let body_length = (self.code.len() - start) as i32;
        if minimum == 1 {
            return self.emit(match greed {
                Greed::Greedy => Instruction::SplitOtherFirst(-body_length),
                Greed::Lazy => Instruction::SplitNextFirst(-body_length),
            });
        }
        self.emit(Instruction::Jump(-body_length - 1))?;
        self.insert_skip(start, greed)
    }

    fn repeat_with_counter(
        &mut self,
        start: usize,
        minimum: u16,
        maximum: u16,
        greed: Greed,
    ) -> Result<(), PatternError> {
        let body_length = (self.code.len() - start) as i32;
        let index = self.loops.len() as u16;
        push(&mut self.loops, Loop { minimum, maximum, greed, exit: body_length + 2 })?;
        self.emit(Instruction::Jump(-body_length - 1))?;
        insert(&mut self.code, start, Instruction::NextRepetition(index))?;
        insert(&mut self.code, start, Instruction::EnterLoop(index))
    }

    /// The index of a set, which is stored once however often it occurs.
    fn set_index(&mut self, set: ByteSet) -> Result<u16, PatternError> {
        let known = self.sets.iter().position(|known| *known == set);
        let index = known.unwrap_or(self.sets.len());
        if known.is_none() {
            push(&mut self.sets, set)?;
        }
        Ok(index as u16)
    }
}

fn next_index(count: &mut u16) -> u16 {
    let index = *count;
    *count += 1;
    index
}

fn push<Item>(items: &mut Vec<Item>, item: Item) -> Result<(), PatternError> {
    items.try_reserve(1).map_err(|_| OutOfMemory)?;
    items.push(item);
    Ok(())
}

fn insert(
    code: &mut Vec<Instruction>,
    position: usize,
    instruction: Instruction,
) -> Result<(), PatternError> {
    code.try_reserve(1).map_err(|_| OutOfMemory)?;
    code.insert(position, instruction);
    Ok(())
}

/// The bytes that a match can begin with, or None if it can be empty.
fn first_bytes(program: &Program) -> Result<Option<ByteSet>, PatternError> {
    let mut first = ByteSet::EMPTY;
    let mut is_seen = Vec::new();
    is_seen.try_reserve_exact(program.code.len()).map_err(|_| OutOfMemory)?;
    is_seen.resize(program.code.len(), false);
    let mut pending = Vec::new();
    push(&mut pending, 0)?;
    while let Some(position) = pending.pop() {
        if core::mem::replace(&mut is_seen[position], true) {
            continue;
        }
        let next = position + 1;
        let at = |offset: i32| position.wrapping_add_signed(offset as isize);
        match program.code[position] {
            Instruction::Match => return Ok(None),
            Instruction::Byte(byte) | Instruction::Balanced { open: byte, .. } => first.insert(byte),
            Instruction::Set(set) => first.insert_all(&program.sets[usize::from(set)]),
            Instruction::RepeatSet { set, minimum, .. } => {
                first.insert_all(&program.sets[usize::from(set)]);
                if minimum == 0 {
                    push(&mut pending, next)?;
                }
            }
            Instruction::Jump(offset) => push(&mut pending, at(offset))?,
            Instruction::SplitNextFirst(offset) | Instruction::SplitOtherFirst(offset) => {
                push(&mut pending, next)?;
                push(&mut pending, at(offset))?;
            }
            Instruction::NextRepetition(index) => {
                push(&mut pending, next)?;
                push(&mut pending, at(program.loops[usize::from(index)].exit))?;
            }
            Instruction::Assert(_)
            | Instruction::Save(_)
            | Instruction::EnterLoop(_)
            | Instruction::Group { .. }
            | Instruction::Either { .. }
            | Instruction::Repeat { .. } => push(&mut pending, next)?,
        }
    }
    Ok(Some(first))
}

/// Whether the first thing that a match does is to check for the text's start.
fn is_anchored(code: &[Instruction]) -> bool {
    let first = code.iter().find(|instruction| !matches!(instruction, Instruction::Save(_)));
    matches!(first, Some(Instruction::Assert(Assertion::TextStart)))
}
