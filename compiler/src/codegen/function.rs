//! A function under construction.

use super::assemble::{Assembler, Label};
use hashbrown::HashMap;
use tamias_bytecode::draft::{FunctionDraft, LocalName, OuterSource, Position, StringId, StringPool};
use tamias_bytecode::op::{Instruction, Op};

/// The number of a register.
pub(super) type Register = u8;

/// Registers that a function may have.
const MAX_REGISTERS: u16 = 255;
/// Constants of one kind that a function may have.
const MAX_CONSTANTS: usize = 65_535;

/// A local variable.
pub(super) struct Variable<'s> {
    pub name: &'s [u8],
    pub register: Register,
    /// A closure refers to it.
    pub is_captured: bool,
    start: u32,
}

/// A variable of an enclosing function.
struct Outer<'s> {
    name: &'s [u8],
    source: OuterSource,
}

/// What `break` and `continue` refer to.
pub(super) struct Loop {
    pub break_label: Label,
    /// `None` for `switch`.
    pub continue_label: Option<Label>,
    /// Variables from this one on belong to the body.
    pub first_variable: usize,
}

/// The beginning of a block: what to go back to at its end.
pub(super) struct Scope {
    first_variable: usize,
    free: u16,
}

pub(super) struct FunctionBuilder<'s> {
    pub index: u32,
    name: Option<StringId>,
    pub n_params: u8,
    pub n_defaults: u8,
    pub is_variadic: bool,
    pub is_generator: bool,
    pub assembler: Assembler,
    /// The position of the instructions that follow.
    pub position: Position,
    strings: Vec<StringId>,
    string_numbers: HashMap<StringId, u16>,
    ints: Vec<i32>,
    int_numbers: HashMap<i32, u16>,
    floats: Vec<f32>,
    float_numbers: HashMap<u32, u16>,
    pub variables: Vec<Variable<'s>>,
    /// Variables whose scope has ended.
    finished: Vec<LocalName>,
    outers: Vec<Outer<'s>>,
    pub loops: Vec<Loop>,
    /// `try` blocks around the place of the walk.
    pub try_depth: u32,
    live_tops: Vec<(u32, u8)>,
    /// The lowest register that is not in use.
    free: u16,
    highest: u16,
    pub needs_too_many_registers: bool,
    pub needs_too_many_constants: bool,
}

impl<'s> FunctionBuilder<'s> {
    pub fn new(index: u32, name: Option<StringId>) -> FunctionBuilder<'s> {
        FunctionBuilder {
            index,
            name,
            n_params: 0,
            n_defaults: 0,
            is_variadic: false,
            is_generator: false,
            assembler: Assembler::default(),
            position: Position { file: 0, line: 1, column: 1 },
            strings: Vec::new(),
            string_numbers: HashMap::new(),
            ints: Vec::new(),
            int_numbers: HashMap::new(),
            floats: Vec::new(),
            float_numbers: HashMap::new(),
            variables: Vec::new(),
            finished: Vec::new(),
            outers: Vec::new(),
            loops: Vec::new(),
            try_depth: 0,
            live_tops: Vec::new(),
            free: 0,
            highest: 0,
            needs_too_many_registers: false,
            needs_too_many_constants: false,
        }
    }

    // Registers.

    /// Takes the next free register.
    pub fn allocate(&mut self) -> Register {
        let register = self.free;
        self.reserve(1);
        register.min(MAX_REGISTERS - 1) as Register
    }

    /// Takes this many registers from the next free one on.
    pub fn reserve(&mut self, count: u16) {
        self.free = self.free.saturating_add(count);
        self.highest = self.highest.max(self.free);
        if self.free > MAX_REGISTERS {
            // Reported once, at the end; going on with wrong registers does no harm until then.
            self.needs_too_many_registers = true;
            self.free = MAX_REGISTERS;
        }
    }

    /// The lowest register that is not in use.
    pub fn free(&self) -> u16 {
        self.free
    }

    /// Gives up all registers from `free` on.
    pub fn release_to(&mut self, free: u16) {
        self.free = free;
    }

    /// Whether nothing reads the register before it is written: it is no variable of the program.
    pub fn is_fresh(&self, register: Register) -> bool {
        self.variables.last().is_none_or(|variable| register > variable.register)
    }

    /// Whether the register is fresh and the last one in use: a window of registers can start there.
    pub fn is_top(&self, register: Register) -> bool {
        self.is_fresh(register) && u16::from(register) + 1 == self.free
    }

    // Variables.

    pub fn declare_parameter(&mut self, name: &'s [u8]) {
        let register = self.allocate();
        self.declare(name, register);
        self.n_params = self.n_params.saturating_add(1);
    }

    /// Makes a register a variable.
    pub fn declare(&mut self, name: &'s [u8], register: Register) {
        let start = self.assembler.here();
        self.variables.push(Variable { name, register, is_captured: false, start });
    }

    pub fn find_variable(&mut self, name: &[u8]) -> Option<&mut Variable<'s>> {
        // `this` is a variable for stack traces only: the keyword is no name.
        self.variables.iter_mut().skip(1).rev().find(|variable| variable.name == name)
    }

    pub fn find_outer(&self, name: &[u8]) -> Option<u8> {
        let number = self.outers.iter().position(|outer| outer.name == name)?;
        u8::try_from(number).ok()
    }

    pub fn add_outer(&mut self, name: &'s [u8], source: OuterSource) -> u8 {
        if self.outers.len() == 256 {
            self.needs_too_many_registers = true;
            return 0;
        }
        self.outers.push(Outer { name, source });
        (self.outers.len() - 1) as u8
    }

    pub fn begin_scope(&self) -> Scope {
        Scope { first_variable: self.variables.len(), free: self.free }
    }

    /// Ends a block: its captured variables are detached, its registers given up.
    pub fn end_scope(&mut self, scope: Scope, strings: &mut StringPool) {
        if self.assembler.is_reachable() {
            self.close_from(scope.first_variable);
        }
        let end = self.assembler.here();
        while self.variables.len() > scope.first_variable {
            let variable = self.variables.pop().expect("the length was checked");
            self.finish_variable(&variable, end, strings);
        }
        self.free = scope.free;
    }

    fn finish_variable(&mut self, variable: &Variable<'s>, end: u32, strings: &mut StringPool) {
        let name = strings.intern(variable.name);
        self.finished.push(LocalName { name, register: variable.register, start: variable.start, end });
    }

    /// Detaches captured variables from this one on.
    pub fn close_from(&mut self, first_variable: usize) {
        let captured = self.variables[first_variable..].iter().find(|variable| variable.is_captured);
        if let Some(register) = captured.map(|variable| variable.register) {
            self.emit(Op::CloseOuters, register, 0, 0);
        }
    }

    // Constants.

    pub fn string(&mut self, id: StringId) -> u16 {
        number_of(&mut self.strings, &mut self.string_numbers, id, id, &mut self.needs_too_many_constants)
    }

    pub fn int(&mut self, value: i32) -> u16 {
        number_of(&mut self.ints, &mut self.int_numbers, value, value, &mut self.needs_too_many_constants)
    }

    pub fn float(&mut self, value: f32) -> u16 {
        let overflow = &mut self.needs_too_many_constants;
        number_of(&mut self.floats, &mut self.float_numbers, value.to_bits(), value, overflow)
    }

    // Instructions.

    pub fn emit(&mut self, op: Op, a: u8, b: u8, c: u8) {
        self.push(Instruction::abc(op, a, b, c));
    }

    pub fn emit_wide(&mut self, op: Op, a: u8, bx: u16) {
        self.push(Instruction::abx(op, a, bx));
    }

    fn push(&mut self, instruction: Instruction) {
        self.assembler.push(instruction, self.position);
    }

    /// Emits an instruction that reads a slot: which registers are alive then must be known exactly, because
    /// the slot may hold a weak reference. `sources` is one more than the highest register that it reads.
    pub fn emit_read(&mut self, instruction: Instruction, sources: u16) {
        let dst = u16::from(instruction.a());
        let live = if self.is_top(instruction.a()) { self.free - 1 } else { self.free };
        let live = live.max(sources);
        if live != dst.max(sources) {
            self.live_tops.push((self.assembler.here(), live as u8));
        }
        self.push(instruction);
    }

    pub fn jump(&mut self, label: Label) {
        self.assembler.push_jump(Instruction::j(Op::Jmp, 0), label, self.position);
    }

    /// Emits an instruction whose last operand is the distance to a label.
    pub fn emit_jump(&mut self, op: Op, a: u8, b: u8, label: Label) {
        self.assembler.push_jump(Instruction::abc(op, a, b, 0), label, self.position);
    }

    pub fn move_to(&mut self, dst: Register, src: Register) {
        if dst != src {
            self.emit(Op::Move, dst, src, 0);
        }
    }

    pub fn new_label(&mut self) -> Label {
        self.assembler.new_label()
    }

    pub fn place(&mut self, label: Label) {
        self.assembler.place(label);
    }

    pub fn add_try(&mut self, start: Label, end: Label, handler: Label, register: Register) {
        self.assembler.add_try(start, end, handler, register);
    }

    /// The implicit `return` at the end, unless nothing gets there.
    pub fn end_with_return(&mut self) {
        if self.assembler.is_reachable() {
            self.emit(Op::ReturnNull, 0, 0, 0);
        }
    }

    /// Turns labels into distances.
    pub fn finish(mut self, strings: &mut StringPool) -> FunctionDraft {
        let end = self.assembler.here();
        for variable in core::mem::take(&mut self.variables) {
            self.finish_variable(&variable, end, strings);
        }
        let assembled = self.assembler.assemble();
        let moved = |pc: u32| assembled.moved[pc as usize];
        let live_tops = self.live_tops.iter().map(|(pc, top)| (moved(*pc), *top)).collect();
        let mut locals = self.finished;
        for local in &mut locals {
            (local.start, local.end) = (moved(local.start), moved(local.end));
        }
        locals.sort_by_key(|local| (local.start, local.register));
        FunctionDraft {
            name: self.name,
            n_params: self.n_params,
            n_registers: self.highest.clamp(1, MAX_REGISTERS) as u8,
            n_defaults: self.n_defaults,
            varargs: self.is_variadic,
            generator: self.is_generator,
            strings: self.strings,
            ints: self.ints,
            floats: self.floats,
            code: assembled.code,
            outers: self.outers.iter().map(|outer| outer.source).collect(),
            tries: assembled.tries,
            live_tops,
            positions: assembled.positions,
            locals,
        }
    }
}

/// The number of a constant: the one that it has, or the next one.
fn number_of<K: core::hash::Hash + Eq, V>(
    list: &mut Vec<V>,
    numbers: &mut HashMap<K, u16>,
    key: K,
    value: V,
    overflow: &mut bool,
) -> u16 {
    let next = list.len();
    if next >= MAX_CONSTANTS {
        *overflow = true;
        return 0;
    }
    *numbers.entry(key).or_insert_with(|| {
        list.push(value);
        next as u16
    })
}
