//! Assembly: from lines with labels to instructions with distances.
//!
//! Jumps to jumps are led to where they end up, lines that this leaves
//! unreachable and jumps to the next line are dropped, and jumps that are too
//! short for their distance become longer:
//!
//! ```text
//! jlt r1 r2 -> far        jnlt r1 r2 -> 1         an inverse relation exists
//!                         jmp -> far
//!                      1:
//!
//! foreach r1 -> far       foreach r1 -> 1         there is none
//!                         jmp -> 2
//!                      1: jmp -> far
//!                      2:
//! ```

use super::function::{FunctionBuilder, Line, TryRange};
use crate::compile::Optimisation;
use tamias_bytecode::op::{Instruction, Op, Operand};
use tamias_bytecode::parts::TryEntry;

/// How many jumps in a row are followed. There can be cycles.
const MAX_JUMPS_FOLLOWED: usize = 16;

/// How often the code is measured before all jumps are made long. Each jump
/// that grows can make others grow, so the exact answer can take many rounds.
const MAX_ROUNDS: usize = 32;

/// The largest distance that a [`Op::Jmp`] can hold.
const MAX_DISTANCE: i64 = (1 << 23) - 1;

/// The code is too long for its jumps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TooLong;

/// A line that jumps.
#[derive(Clone, Copy, Debug)]
struct Jump {
    line: u32,
    /// The number of the line that it leads to.
    target: u32,
}

/// Makes code of the lines of one function after the other.
#[derive(Debug, Default)]
pub(super) struct Assembler {
    lines: Vec<Line>,
    /// The lines that jump, in order.
    jumps: Vec<Jump>,
    /// How many instructions each line becomes; 0 if it is dropped.
    sizes: Vec<u8>,
    /// The first instruction of each line and, at last, the number of instructions.
    starts: Vec<u32>,
    /// Instructions that begin a new position, with the byte offset in the source text.
    positions: Vec<(u32, u32)>,
    live_tops: Vec<(u32, u8)>,
    /// Lines that are reached and have not been looked at.
    waiting: Vec<u32>,
}

impl Assembler {
    /// Makes code of the lines of a function, which has none afterwards. What else is known of the code can be
    /// asked for until the next call.
    pub(super) fn assemble(
        &mut self,
        function: &mut FunctionBuilder,
        optimisation: Optimisation,
    ) -> Result<Vec<Instruction>, TooLong> {
        self.begin(function);
        if optimisation == Optimisation::Full {
            self.follow_jumps();
        }
        self.drop_unreachable(function);
        if optimisation == Optimisation::Full {
            self.drop_jumps_to_next();
        }
        self.measure();
        self.write()
    }

    /// For each line, and the end, its first instruction.
    pub(super) fn starts(&self) -> &[u32] {
        &self.starts
    }

    /// Instructions that begin a new position, with the byte offset in the source text.
    pub(super) fn positions(&self) -> &[(u32, u32)] {
        &self.positions
    }

    /// Instructions with an unusual number of live registers, and that number.
    pub(super) fn live_tops(&self) -> &[(u32, u8)] {
        &self.live_tops
    }

    /// The protected ranges with something in them.
    pub(super) fn tries(&self, function: &FunctionBuilder) -> Vec<TryEntry> {
        let protected = |range: &&TryRange| self.is_protecting(range.start, range.end);
        function.tries.iter().filter(protected).map(|range| self.entry(function, range)).collect()
    }

    fn begin(&mut self, function: &mut FunctionBuilder) {
        self.jumps.clear();
        let numbered = (0..).zip(function.lines());
        self.jumps.extend(numbered.filter_map(|(line, content)| {
            content.target.map(|label| Jump { line, target: function.line_of(label) })
        }));
        self.lines.clear();
        core::mem::swap(&mut self.lines, function.lines_mut());
    }

    /// Leads jumps to jumps to the last target. A jump to a `return` becomes one.
    fn follow_jumps(&mut self) {
        for index in 0..self.jumps.len() {
            let Jump { line, target } = self.jumps[index];
            let target = self.end_of_jumps(target);
            self.jumps[index].target = target;
            if let Some(returning) = self.returning_line(target)
                && is(&self.lines[line as usize], Op::Jmp)
            {
                self.lines[line as usize] = returning;
            }
        }
        self.jumps.retain(|jump| self.lines[jump.line as usize].target.is_some());
    }

    fn end_of_jumps(&self, mut target: u32) -> u32 {
        for _ in 0..MAX_JUMPS_FOLLOWED {
            match self.lines.get(target as usize) {
                Some(line) if is(line, Op::Jmp) => {}
                _ => break,
            }
            match self.jumps.binary_search_by_key(&target, |jump| jump.line) {
                Ok(index) => target = self.jumps[index].target,
                Err(_) => break,
            }
        }
        target
    }

    fn returning_line(&self, index: u32) -> Option<Line> {
        let line = *self.lines.get(index as usize)?;
        (is(&line, Op::Return) || is(&line, Op::ReturnNull)).then_some(line)
    }

    /// Gives the lines that nothing leads to the size 0, and all others 1.
    fn drop_unreachable(&mut self, function: &FunctionBuilder) {
        self.sizes.clear();
        self.sizes.resize(self.lines.len(), 0);
        self.waiting.clear();
        self.waiting.push(0);
        self.waiting.extend(function.tries.iter().map(|range| function.line_of(range.handler)));
        while let Some(start) = self.waiting.pop() {
            let start = start as usize;
            let lines = self.lines.iter().zip(&mut self.sizes).skip(start);
            let next_jump = self.jumps.partition_point(|jump| (jump.line as usize) < start);
            let mut targets = self.jumps[next_jump..].iter().map(|jump| jump.target);
            for (line, size) in lines.take_while(|(_, size)| **size == 0) {
                *size = 1;
                if line.target.is_some() {
                    self.waiting.extend(targets.next());
                }
                if ends_flow(line) {
                    break;
                }
            }
        }
    }

    /// Gives jumps to the line that follows anyway the size 0.
    fn drop_jumps_to_next(&mut self) {
        let mut looked_at = self.lines.len() as u32;
        // The first line from there on that is not dropped.
        let mut next = looked_at;
        for &Jump { line, target } in self.jumps.iter().rev() {
            while looked_at > line + 1 {
                looked_at -= 1;
                next = if self.sizes[looked_at as usize] > 0 { looked_at } else { next };
            }
            if is(&self.lines[line as usize], Op::Jmp) && target > line && target <= next {
                self.sizes[line as usize] = 0;
            }
        }
    }

    /// Finds the sizes of jumps and the starts of lines.
    fn measure(&mut self) {
        self.find_starts();
        let mut round = 0;
        while self.lengthen_jumps(round >= MAX_ROUNDS) {
            self.find_starts();
            round += 1;
        }
    }

    fn find_starts(&mut self) {
        let mut next = 0;
        self.starts.clear();
        self.starts.push(0);
        self.starts.extend(self.sizes.iter().map(|size| {
            next += u32::from(*size);
            next
        }));
    }

    /// Whether jumps had to be made longer. If `rounds_exceeded`, all are that may ever have to.
    fn lengthen_jumps(&mut self, rounds_exceeded: bool) -> bool {
        let mut is_changed = false;
        for jump in &self.jumps {
            let index = jump.line as usize;
            let line = &self.lines[index];
            let Some((shortest, longest)) = reach(line).filter(|_| self.sizes[index] == 1) else {
                continue;
            };
            let distance = self.distance(*jump, 1);
            if rounds_exceeded || !(shortest..=longest).contains(&distance) {
                self.sizes[index] = long_size(line);
                is_changed = true;
            }
        }
        is_changed
    }

    /// From the end of the first `size` instructions of a line to its target.
    fn distance(&self, jump: Jump, size: u8) -> i64 {
        i64::from(self.starts[jump.target as usize])
            - i64::from(self.starts[jump.line as usize] + u32::from(size))
    }

    fn write(&mut self) -> Result<Vec<Instruction>, TooLong> {
        self.live_tops.clear();
        self.positions.clear();
        let length = self.starts.last().copied().unwrap_or_default();
        let mut code = Vec::with_capacity(length as usize);
        let mut jumps = self.jumps.iter();
        for (line, size) in self.lines.iter().zip(&self.sizes) {
            let jump = line.target.and_then(|_| jumps.next());
            if *size == 0 {
                continue;
            }
            let pc = code.len() as u32;
            if let Some(top) = line.live_top {
                self.live_tops.push((pc, top));
            }
            if let Some(position) = line.position
                && self.positions.last().is_none_or(|(_, last)| *last != position)
            {
                self.positions.push((pc, position));
            }
            match jump {
                None => code.push(line.instruction),
                Some(jump) => self.write_jump(*jump, *size, &mut code)?,
            }
        }
        Ok(code)
    }

    fn write_jump(&self, jump: Jump, size: u8, code: &mut Vec<Instruction>) -> Result<(), TooLong> {
        let instruction = self.lines[jump.line as usize].instruction;
        let long_jump = || {
            let distance = self.distance(jump, size);
            let in_range = (-MAX_DISTANCE..=MAX_DISTANCE).contains(&distance);
            in_range.then(|| Instruction::j(Op::Jmp, distance as i32)).ok_or(TooLong)
        };
        match size {
            1 if instruction.op_byte() == Op::Jmp as u8 => code.push(long_jump()?),
            1 => code.push(with_distance(instruction, self.distance(jump, 1) as i32)),
            2 if instruction.op_byte() == Op::ForeachPrepare as u8 => {
                code.extend([with_distance(instruction, 0), long_jump()?]);
            }
            2 => code.extend([with_distance(inverted(instruction), 1), long_jump()?]),
            _ => code.extend([with_distance(instruction, 1), Instruction::j(Op::Jmp, 1), long_jump()?]),
        }
        Ok(())
    }

    fn is_protecting(&self, start: u32, end: u32) -> bool {
        self.starts[start as usize] < self.starts[end as usize]
    }

    fn entry(&self, function: &FunctionBuilder, range: &TryRange) -> TryEntry {
        TryEntry {
            start: self.starts[range.start as usize],
            end: self.starts[range.end as usize],
            handler: self.starts[function.line_of(range.handler) as usize],
            register: range.register,
        }
    }
}

fn is(line: &Line, op: Op) -> bool {
    line.instruction.op_byte() == op as u8
}

/// Whether the next line is not reached from this one.
fn ends_flow(line: &Line) -> bool {
    [Op::Jmp, Op::ForeachPrepare, Op::Return, Op::ReturnNull, Op::TailCall, Op::Throw]
        .iter()
        .any(|op| is(line, *op))
}

/// The distances that fit in a jump; `None` for what does not jump, and for
/// [`Op::Jmp`], which cannot be made longer.
fn reach(line: &Line) -> Option<(i64, i64)> {
    let info = line.instruction.op()?.info();
    if info.operands.contains(&Operand::Jump8) {
        Some((i8::MIN.into(), i8::MAX.into()))
    } else if info.operands.contains(&Operand::Jump16) {
        Some((i16::MIN.into(), i16::MAX.into()))
    } else {
        None
    }
}

fn long_size(line: &Line) -> u8 {
    match line.instruction.op() {
        // It always jumps: to the long jump that follows it.
        Some(Op::ForeachPrepare) => 2,
        op if op.and_then(inverse).is_some() => 2,
        _ => 3,
    }
}

/// The same jump over a distance that fits.
fn with_distance(instruction: Instruction, distance: i32) -> Instruction {
    let jumps_8_bits = instruction.op().is_some_and(|op| op.info().operands.contains(&Operand::Jump8));
    let shift = if jumps_8_bits { 24 } else { 16 };
    Instruction(instruction.0 & !(u32::MAX << shift) | (distance as u32) << shift)
}

/// The jump with the opposite condition.
fn inverted(instruction: Instruction) -> Instruction {
    let inverse = instruction.op().and_then(inverse);
    inverse.map_or(instruction, |op| Instruction(instruction.0 & !0xFF | op as u32))
}

/// The op that jumps exactly when this one does not.
fn inverse(op: Op) -> Option<Op> {
    const PAIRS: [(Op, Op); 13] = [
        (Op::JTrue, Op::JFalse),
        (Op::JNull, Op::JNotNull),
        (Op::JEq, Op::JNe),
        (Op::JLt, Op::JNotLt),
        (Op::JLe, Op::JNotLe),
        (Op::JGt, Op::JNotGt),
        (Op::JGe, Op::JNotGe),
        (Op::JEqImm, Op::JNeImm),
        (Op::JLtImm, Op::JNotLtImm),
        (Op::JLeImm, Op::JNotLeImm),
        (Op::JGtImm, Op::JNotGtImm),
        (Op::JGeImm, Op::JNotGeImm),
        (Op::JEqStr, Op::JNeStr),
    ];
    PAIRS.iter().find_map(|(left, right)| match op {
        _ if op == *left => Some(*right),
        _ if op == *right => Some(*left),
        _ => None,
    })
}
