//! A function under construction: its instructions, registers and constants.
//!
//! Registers are a stack. Locals lie at the bottom in the order of their
//! declaration, temporaries above them, and [`FunctionBuilder::top`] is the
//! first free one. Whoever allocates temporaries sets the top back when they
//! are no longer needed.
//!
//! Instructions are kept as [`Line`]s: jumps name labels, positions are byte
//! offsets of the source text. [`super::assemble`] makes code of them.

use super::hoist::Hoisted;
use super::scope::{Local, LocalRange};
use crate::ast::{Function, Span};
use hashbrown::HashMap;
use tamias_bytecode::draft::StringId;
use tamias_bytecode::op::{Instruction, Op};
use tamias_bytecode::parts::OuterSource;
use tamias_bytecode::registers::read_register_end;

/// Number of a register.
pub(super) type Register = u8;

/// The register of `this`.
pub(super) const THIS: Register = 0;

/// Registers that a function can have: operands have 8 bits, and 255 is kept
/// free so that one more than a register is a register, too.
const MAX_REGISTERS: u16 = 255;

/// Constants of a kind that a function can have: all can be operands, and
/// their number has 16 bits.
const MAX_CONSTANTS: usize = u16::MAX as usize;

/// A place in the code that jumps can name before it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Label(u32);

/// An instruction before its jump distance is known.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    pub(super) instruction: Instruction,
    /// Where it jumps to.
    pub(super) target: Option<Label>,
    /// Byte offset in the source text, if the instruction can raise an error or begins a statement.
    pub(super) position: Option<u32>,
    /// Number of live registers, if it matters and is not the usual one.
    pub(super) live_top: Option<u8>,
}

#[derive(Clone, Copy, Debug, Default)]
struct LabelState {
    /// Index of the line that follows it.
    line: Option<u32>,
    is_target: bool,
}

/// A protected range of lines.
#[derive(Clone, Copy, Debug)]
pub(super) struct TryRange {
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) handler: Label,
    pub(super) register: Register,
}

/// What `break` and `continue` need to know of a statement that encloses them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Breakable {
    /// Where `break` goes.
    pub(super) end: Label,
    /// Where `continue` goes; a `switch` has no such place.
    pub(super) next: Option<Label>,
    /// Number of locals outside of its body.
    pub(super) locals_outside: usize,
}

/// A limit that a function exceeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Limit {
    Registers,
    Constants,
    Code,
}

/// A function under construction.
#[derive(Debug)]
pub(super) struct FunctionBuilder<'a> {
    /// Its node; `None` for main.
    pub(super) node: Option<&'a Function<'a>>,
    pub(super) n_params: u8,
    pub(super) is_generator: bool,
    /// Its number in the image.
    pub(super) index: usize,
    pub(super) locals: Vec<Local<'a>>,
    /// Where closures of it get their outers from.
    pub(super) outers: Vec<OuterSource>,
    pub(super) local_ranges: Vec<LocalRange<'a>>,
    pub(super) breakables: Vec<Breakable>,
    pub(super) tries: Vec<TryRange>,
    /// Literals that loops keep in registers.
    pub(super) hoisted: Hoisted,
    /// Number of `try` bodies around the current place.
    pub(super) try_depth: u32,
    /// The statement that is being lowered.
    statement: Span,
    /// The position of the next instruction, if it has none of its own.
    next_position: Option<u32>,
    /// The first limit that was exceeded, and where.
    pub(super) exceeded: Option<(Limit, Span)>,
    lines: Vec<Line>,
    labels: Vec<LabelState>,
    /// Lines before this one are not changed any more, as a label separates them from what follows.
    sealed: usize,
    is_reachable: bool,
    top: Register,
    highest_top: Register,
    strings: ConstantPool<StringId>,
    ints: ConstantPool<i32>,
    floats: ConstantPool<u32>,
}

impl<'a> FunctionBuilder<'a> {
    /// A function without parameters, except for `this`.
    pub(super) fn new(node: Option<&'a Function<'a>>, span: Span) -> Self {
        FunctionBuilder {
            node,
            n_params: 1,
            is_generator: false,
            index: 0,
            locals: Vec::new(),
            outers: Vec::new(),
            local_ranges: Vec::new(),
            breakables: Vec::new(),
            tries: Vec::new(),
            hoisted: Hoisted::default(),
            try_depth: 0,
            statement: span,
            next_position: None,
            exceeded: None,
            lines: Vec::new(),
            labels: Vec::new(),
            sealed: 0,
            is_reachable: true,
            top: 1,
            highest_top: 1,
            strings: ConstantPool::default(),
            ints: ConstantPool::default(),
            floats: ConstantPool::default(),
        }
    }

    /// The same in the memory of a function that is no longer needed.
    pub(super) fn renewed(self, node: Option<&'a Function<'a>>, span: Span) -> Self {
        FunctionBuilder {
            locals: cleared(self.locals),
            outers: cleared(self.outers),
            local_ranges: cleared(self.local_ranges),
            breakables: cleared(self.breakables),
            tries: cleared(self.tries),
            lines: cleared(self.lines),
            labels: cleared(self.labels),
            strings: self.strings.cleared(),
            ints: self.ints.cleared(),
            floats: self.floats.cleared(),
            ..FunctionBuilder::new(node, span)
        }
    }

    /// Notes that a limit is exceeded. Lowering goes on, but no image is made.
    pub(super) fn exceed(&mut self, limit: Limit) {
        self.exceeded.get_or_insert((limit, self.statement));
    }
}

/// A vector without its contents, which keeps their memory.
fn cleared<T>(mut vector: Vec<T>) -> Vec<T> {
    vector.clear();
    vector
}

/// Registers.
impl FunctionBuilder<'_> {
    /// The first free register.
    pub(super) fn top(&self) -> Register {
        self.top
    }

    /// Number of registers that the function needs.
    pub(super) fn n_registers(&self) -> u8 {
        self.highest_top
    }

    /// Frees the registers from `top` on.
    pub(super) fn set_top(&mut self, top: Register) {
        self.top = top;
    }

    /// Allocates the next register.
    pub(super) fn allocate(&mut self) -> Register {
        self.allocate_run(1)
    }

    /// Allocates the next registers; the result is the first of them.
    pub(super) fn allocate_run(&mut self, count: u16) -> Register {
        let first = self.top;
        let end = u16::from(first).saturating_add(count);
        if end > MAX_REGISTERS {
            self.exceed(Limit::Registers);
            return first;
        }
        self.top = end as Register;
        self.highest_top = self.highest_top.max(self.top);
        first
    }

    /// Makes sure that registers above the top exist, without allocating them.
    pub(super) fn reserve(&mut self, count: u16) {
        let top = self.top;
        self.allocate_run(count);
        self.top = top;
    }
}

/// Instructions.
impl FunctionBuilder<'_> {
    /// Whether the current place can be reached. If not, nothing is emitted.
    pub(super) fn is_reachable(&self) -> bool {
        self.is_reachable
    }

    /// Number of lines so far.
    pub(super) fn here(&self) -> u32 {
        self.lines.len() as u32
    }

    /// The lines so far.
    pub(super) fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// The same, to be taken over by the assembler.
    pub(super) fn lines_mut(&mut self) -> &mut Vec<Line> {
        &mut self.lines
    }

    /// The line that a label stands before.
    pub(super) fn line_of(&self, label: Label) -> u32 {
        self.labels[label.0 as usize].line.unwrap_or(self.here())
    }

    /// Emits an instruction that raises no errors.
    pub(super) fn emit(&mut self, instruction: Instruction) {
        self.push_line(Line { instruction, target: None, position: None, live_top: None });
    }

    /// Emits an instruction that may raise an error, which happened at `position`.
    pub(super) fn emit_at(&mut self, position: u32, instruction: Instruction) {
        self.push_line(Line { instruction, target: None, position: Some(position), live_top: None });
    }

    /// Emits an instruction that may read a weak reference from a slot. What
    /// the reference leads to has to be released before if no register holds
    /// it, so the VM must know exactly which registers are alive.
    pub(super) fn emit_read(&mut self, position: u32, instruction: Instruction) {
        let usual = read_register_end(instruction);
        let live_top = (usual != u32::from(self.top)).then_some(self.top);
        self.push_line(Line { instruction, target: None, position: Some(position), live_top });
    }

    /// Emits an instruction after which execution does not go on.
    pub(super) fn emit_last(&mut self, instruction: Instruction) {
        self.emit(instruction);
        self.is_reachable = false;
    }

    /// The same for one that may raise an error.
    pub(super) fn emit_last_at(&mut self, position: u32, instruction: Instruction) {
        self.emit_at(position, instruction);
        self.is_reachable = false;
    }

    /// Emits a jump.
    pub(super) fn jump(&mut self, target: Label) {
        self.branch(None, Instruction::j(Op::Jmp, 0), target);
        self.is_reachable = false;
    }

    /// Emits an instruction that always jumps, if it raises no error.
    pub(super) fn branch_last(&mut self, position: u32, instruction: Instruction, target: Label) {
        self.branch(Some(position), instruction, target);
        self.is_reachable = false;
    }

    /// Emits an instruction that may jump.
    pub(super) fn branch(&mut self, position: Option<u32>, instruction: Instruction, target: Label) {
        if self.is_reachable {
            self.labels[target.0 as usize].is_target = true;
            self.push_line(Line { instruction, target: Some(target), position, live_top: None });
        }
    }

    fn push_line(&mut self, line: Line) {
        if self.is_reachable {
            let begun = self.next_position.take();
            self.lines.push(Line { position: line.position.or(begun), ..line });
        }
    }

    /// Notes that the next instruction is the first of a statement.
    pub(super) fn begin_statement(&mut self, statement: Span) {
        self.statement = statement;
        self.begin_part(statement.start);
    }

    /// Notes that the next instruction is the first of something that may be on a line of its own.
    pub(super) fn begin_part(&mut self, position: u32) {
        self.next_position = Some(position);
    }

    /// A new label.
    pub(super) fn new_label(&mut self) -> Label {
        self.labels.push(LabelState::default());
        Label(self.labels.len() as u32 - 1)
    }

    /// Puts a label here. If something jumps to it, the place can be reached.
    pub(super) fn bind(&mut self, label: Label) {
        let here = self.here();
        self.sealed = self.lines.len();
        let state = &mut self.labels[label.0 as usize];
        state.line = Some(here);
        self.is_reachable |= state.is_target;
    }

    /// A label here, after code that does not lead here, that something other
    /// than the jumps so far leads to: later jumps, or an exception.
    pub(super) fn bind_entry(&mut self, reachable: Reachable) -> Label {
        let label = self.new_label();
        self.is_reachable = reachable.0;
        self.bind(label);
        label
    }

    /// Whether the current place can be reached, for [`Self::bind_entry`].
    pub(super) fn reachable(&self) -> Reachable {
        Reachable(self.is_reachable)
    }

    /// Whether there is something in a range of lines.
    pub(super) fn reachable_since(&self, start: u32, end: u32) -> Reachable {
        Reachable(start < end)
    }

    /// The last instruction, unless it cannot be reached or something may jump behind it.
    fn joinable(&mut self) -> Option<&mut Instruction> {
        let is_sealed = self.sealed == self.lines.len();
        let last = self.lines.last_mut().filter(|_| self.is_reachable && !is_sealed)?;
        Some(&mut last.instruction)
    }

    /// `R[register] … = null`, joined with one before it if possible.
    pub(super) fn load_null(&mut self, register: Register, count: u8) {
        if let Some(last) = self.joinable()
            && last.op_byte() == Op::LoadNull as u8
            && last.a().checked_add(last.b()) == Some(register)
            && let Some(joined) = last.b().checked_add(count)
        {
            *last = Instruction::abc(Op::LoadNull, last.a(), joined, 0);
            return;
        }
        self.emit(Instruction::abc(Op::LoadNull, register, count, 0));
    }

    /// `R[register] = value`, joined with a load of a small integer into the register below if possible.
    pub(super) fn load_small(&mut self, register: Register, value: i16) {
        if let Some(last) = self.joinable()
            && last.op_byte() == Op::LoadImm as u8
            && last.a().checked_add(1) == Some(register)
            && let (Ok(first), Ok(second)) = (i8::try_from(last.sbx()), i8::try_from(value))
        {
            *last = Instruction::abc(Op::LoadImm2, last.a(), first as u8, second as u8);
            return;
        }
        self.emit(Instruction::asbx(Op::LoadImm, register, value));
    }

    /// `R[register] =` an integer constant, joined with a load of the one before it into the register below if
    /// possible.
    pub(super) fn load_int(&mut self, register: Register, index: u16) {
        if let Some(last) = self.joinable()
            && let Some((first, count, first_index)) = loaded_ints(*last)
            && u16::from(first) + u16::from(count) == register.into()
            && u16::from(first_index) + u16::from(count) == index
            && count < u8::MAX
        {
            *last = Instruction::abc(Op::LoadInts, first, count + 1, first_index);
            return;
        }
        self.emit(Instruction::abx(Op::LoadInt, register, index));
    }

    /// `R[to] = R[from]`, unless they are the same.
    pub(super) fn move_to(&mut self, to: Register, from: Register) {
        if to != from {
            self.emit(Instruction::abc(Op::Move, to, from, 0));
        }
    }
}

/// First register, number and index of the first of the integer constants that an instruction loads.
fn loaded_ints(instruction: Instruction) -> Option<(Register, u8, u8)> {
    match instruction.op()? {
        Op::LoadInt => Some((instruction.a(), 1, u8::try_from(instruction.bx()).ok()?)),
        Op::LoadInts => Some((instruction.a(), instruction.b(), instruction.c())),
        _ => None,
    }
}

/// Whether a place can be reached.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reachable(bool);

/// Constants.
impl FunctionBuilder<'_> {
    /// The number of a string constant.
    pub(super) fn string(&mut self, id: StringId) -> u16 {
        let index = self.strings.index_of(id, self.is_reachable);
        self.check_constant(index)
    }

    /// The number of an integer constant.
    pub(super) fn int(&mut self, value: i32) -> u16 {
        let index = self.ints.index_of(value, self.is_reachable);
        self.check_constant(index)
    }

    /// The number of a float constant. Zeros of both signs are two constants.
    pub(super) fn float(&mut self, value: f32) -> u16 {
        let index = self.floats.index_of(value.to_bits(), self.is_reachable);
        self.check_constant(index)
    }

    fn check_constant(&mut self, index: Option<u16>) -> u16 {
        index.unwrap_or_else(|| {
            self.exceed(Limit::Constants);
            0
        })
    }

    /// The string constants.
    pub(super) fn strings(&self) -> &[StringId] {
        &self.strings.values
    }

    /// The integer constants.
    pub(super) fn ints(&self) -> &[i32] {
        &self.ints.values
    }

    /// The bits of the float constants.
    pub(super) fn floats(&self) -> &[u32] {
        &self.floats.values
    }
}

/// The constants of one kind, numbered in the order of their first use.
#[derive(Debug)]
struct ConstantPool<T> {
    values: Vec<T>,
    /// The number of each value, once there are more than [`MAX_SEARCHED`].
    indexes: HashMap<T, u16>,
}

/// Up to so many constants are found faster by looking at all of them.
const MAX_SEARCHED: usize = 32;

impl<T> Default for ConstantPool<T> {
    fn default() -> Self {
        ConstantPool { values: Vec::new(), indexes: HashMap::new() }
    }
}

impl<T: Copy + Eq + core::hash::Hash> ConstantPool<T> {
    /// The number of a constant, which is added if it is new and `may_add`;
    /// `None` if there are too many. Unreachable code has no constants.
    fn index_of(&mut self, value: T, may_add: bool) -> Option<u16> {
        match self.find(value) {
            Some(index) => Some(index),
            None if !may_add => Some(0),
            None if self.values.len() < MAX_CONSTANTS => Some(self.add(value)),
            None => None,
        }
    }

    fn find(&self, value: T) -> Option<u16> {
        if self.values.len() <= MAX_SEARCHED {
            return self.values.iter().position(|known| *known == value).map(|index| index as u16);
        }
        self.indexes.get(&value).copied()
    }

    fn add(&mut self, value: T) -> u16 {
        let index = self.values.len() as u16;
        self.values.push(value);
        if self.values.len() == MAX_SEARCHED + 1 {
            self.indexes.extend(self.values.iter().copied().zip(0..));
        } else if self.values.len() > MAX_SEARCHED {
            self.indexes.insert(value, index);
        }
        index
    }

    /// An empty pool in the memory of this one. To clear a table takes as long as its largest contents did.
    fn cleared(self) -> Self {
        ConstantPool { values: cleared(self.values), indexes: HashMap::new() }
    }
}
