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
//! foreach r1 -> far       foreach r1 -> 1         it does not
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

/// Code and what refers to places in it.
#[derive(Debug, Default)]
pub(super) struct Assembled {
    pub(super) code: Vec<Instruction>,
    pub(super) live_tops: Vec<(u32, u8)>,
    /// Instructions that begin a new position, with the byte offset in the source text.
    pub(super) positions: Vec<(u32, u32)>,
    pub(super) tries: Vec<TryEntry>,
    /// For each line, and the end, its first instruction.
    pub(super) starts: Vec<u32>,
}

/// Makes code of the lines of a function.
pub(super) fn assemble(function: &FunctionBuilder, optimisation: Optimisation) -> Result<Assembled, TooLong> {
    let mut assembler = Assembler::new(function);
    if optimisation == Optimisation::Full {
        assembler.follow_jumps();
    }
    assembler.drop_unreachable(function);
    if optimisation == Optimisation::Full {
        assembler.drop_jumps_to_next();
    }
    assembler.measure();
    assembler.write(function)
}

/// A line whose target is the number of a line.
#[derive(Clone, Copy, Debug)]
struct Placed {
    line: Line,
    target: Option<u32>,
    size: u32,
}

#[derive(Debug)]
struct Assembler {
    lines: Vec<Placed>,
    /// The first instruction of each line and, at last, the number of instructions.
    starts: Vec<u32>,
}

impl Assembler {
    fn new(function: &FunctionBuilder) -> Self {
        let place = |line: &Line| Placed {
            line: *line,
            target: line.target.map(|label| function.line_of(label)),
            size: 1,
        };
        Assembler { lines: function.lines().iter().map(place).collect(), starts: Vec::new() }
    }

    /// Leads jumps to jumps to the last target. A jump to a `return` becomes one.
    fn follow_jumps(&mut self) {
        for index in 0..self.lines.len() {
            let Some(target) = self.lines[index].target else { continue };
            let target = self.end_of_jumps(target);
            self.lines[index].target = Some(target);
            if let Some(returning) = self.returning_line(target)
                && is_jmp(&self.lines[index])
            {
                self.lines[index] = Placed { line: returning, target: None, size: 1 };
            }
        }
    }

    fn end_of_jumps(&self, mut target: u32) -> u32 {
        for _ in 0..MAX_JUMPS_FOLLOWED {
            match self.lines.get(target as usize) {
                Some(Placed { line, target: Some(next), .. }) if is(line, Op::Jmp) => target = *next,
                _ => break,
            }
        }
        target
    }

    fn returning_line(&self, index: u32) -> Option<Line> {
        let line = self.lines.get(index as usize)?.line;
        (is(&line, Op::Return) || is(&line, Op::ReturnNull)).then_some(line)
    }

    /// Gives the lines that nothing leads to the size 0.
    fn drop_unreachable(&mut self, function: &FunctionBuilder) {
        let mut is_reached = vec![false; self.lines.len()];
        let mut waiting = vec![0];
        waiting.extend(function.tries.iter().map(|range| function.line_of(range.handler)));
        while let Some(start) = waiting.pop() {
            let mut index = start as usize;
            while index < self.lines.len() && !core::mem::replace(&mut is_reached[index], true) {
                waiting.extend(self.lines[index].target);
                if ends_flow(&self.lines[index].line) {
                    break;
                }
                index += 1;
            }
        }
        for (placed, is_reached) in self.lines.iter_mut().zip(is_reached) {
            placed.size = is_reached.into();
        }
    }

    /// Gives jumps to the line that follows anyway the size 0.
    fn drop_jumps_to_next(&mut self) {
        // The first line from here on that is not dropped.
        let mut next = self.lines.len() as u32;
        for index in (0..self.lines.len()).rev() {
            let placed = self.lines[index];
            let leads_to_next = |target: u32| target > index as u32 && target <= next;
            if is_jmp(&placed) && placed.target.is_some_and(leads_to_next) {
                self.lines[index].size = 0;
            } else if placed.size > 0 {
                next = index as u32;
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
        let sizes = self.lines.iter().map(|placed| placed.size);
        let mut next = 0;
        self.starts.clear();
        self.starts.push(0);
        self.starts.extend(sizes.map(|size| {
            next += size;
            next
        }));
    }

    /// Whether jumps had to be made longer. If `rounds_exceeded`, all are that may ever have to.
    fn lengthen_jumps(&mut self, rounds_exceeded: bool) -> bool {
        let mut is_changed = false;
        for index in 0..self.lines.len() {
            let placed = self.lines[index];
            let Some((shortest, longest)) = reach(&placed.line).filter(|_| placed.size == 1) else {
                continue;
            };
            let distance = self.distance(index, 1);
            if rounds_exceeded || !(shortest..=longest).contains(&distance) {
                self.lines[index].size = long_size(&placed.line);
                is_changed = true;
            }
        }
        is_changed
    }

    /// From the end of the first `size` instructions of a line to its target.
    fn distance(&self, index: usize, size: u32) -> i64 {
        let target = self.lines[index].target.map_or(index, |target| target as usize);
        i64::from(self.starts[target]) - i64::from(self.starts[index] + size)
    }

    fn write(self, function: &FunctionBuilder) -> Result<Assembled, TooLong> {
        let mut assembled = Assembled::default();
        for (index, placed) in self.lines.iter().enumerate().filter(|(_, placed)| placed.size > 0) {
            let pc = self.starts[index];
            if let Some(top) = placed.line.live_top {
                assembled.live_tops.push((pc, top));
            }
            if let Some(position) = placed.line.position
                && assembled.positions.last().is_none_or(|(_, last)| *last != position)
            {
                assembled.positions.push((pc, position));
            }
            self.write_line(index, &mut assembled.code)?;
        }
        let protected = |range: &&TryRange| self.is_protecting(range.start, range.end);
        assembled.tries =
            function.tries.iter().filter(protected).map(|range| self.entry(function, range)).collect();
        assembled.starts = self.starts;
        Ok(assembled)
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

    fn write_line(&self, index: usize, code: &mut Vec<Instruction>) -> Result<(), TooLong> {
        let Placed { line: Line { instruction, .. }, target, size } = self.lines[index];
        if target.is_none() {
            code.push(instruction);
            return Ok(());
        }
        let jump = || {
            let distance = self.distance(index, size);
            let in_range = (-MAX_DISTANCE..=MAX_DISTANCE).contains(&distance);
            in_range.then(|| Instruction::j(Op::Jmp, distance as i32)).ok_or(TooLong)
        };
        match size {
            1 if instruction.op_byte() == Op::Jmp as u8 => code.push(jump()?),
            1 => code.push(with_distance(instruction, self.distance(index, 1) as i32)),
            2 => code.extend([with_distance(inverted(instruction), 1), jump()?]),
            _ => code.extend([with_distance(instruction, 1), Instruction::j(Op::Jmp, 1), jump()?]),
        }
        Ok(())
    }
}

fn is(line: &Line, op: Op) -> bool {
    line.instruction.op_byte() == op as u8
}

fn is_jmp(placed: &Placed) -> bool {
    is(&placed.line, Op::Jmp)
}

/// Whether the next line is not reached from this one.
fn ends_flow(line: &Line) -> bool {
    [Op::Jmp, Op::Return, Op::ReturnNull, Op::TailCall, Op::Throw].iter().any(|op| is(line, *op))
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

fn long_size(line: &Line) -> u32 {
    match line.instruction.op().and_then(inverse) {
        Some(_) => 2,
        None => 3,
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
