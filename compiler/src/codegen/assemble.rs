//! Assembling: labels become distances.
//!
//! Branches have 8, 16 or 24 bits for their distance. Those that need more are
//! replaced: a branch with an opposite becomes the opposite over a `jmp`;
//! `incjlt` and `foreach`, which have none, jump to a `jmp` that follows.
//! Replacing one branch may make another one too long, so that is repeated
//! until all fit. It ends, because branches only grow.

use tamias_bytecode::draft::{Position, TryEntry};
use tamias_bytecode::op::{Instruction, Op, Operand};

/// A place in the code, known or not yet.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Label(u32);

const UNPLACED: u32 = u32::MAX;

struct Item {
    instruction: Instruction,
    target: Option<Label>,
}

struct Try {
    start: Label,
    end: Label,
    handler: Label,
    register: u8,
}

/// The instructions of a function before they have addresses.
#[derive(Default)]
pub(super) struct Assembler {
    items: Vec<Item>,
    /// By label: the item that it stands before.
    labels: Vec<u32>,
    positions: Vec<(u32, Position)>,
    tries: Vec<Try>,
    /// The item before which a label was placed last.
    last_label: Option<u32>,
}

/// A function with addresses.
pub(super) struct Assembled {
    pub code: Vec<Instruction>,
    /// By item, and at last for the end: its address.
    pub moved: Vec<u32>,
    pub positions: Vec<(u32, Position)>,
    pub tries: Vec<TryEntry>,
}

impl Assembler {
    /// The number of the next item.
    pub fn here(&self) -> u32 {
        self.items.len() as u32
    }

    pub fn push(&mut self, instruction: Instruction, position: Position) {
        self.note_position(position);
        self.items.push(Item { instruction, target: None });
    }

    pub fn push_jump(&mut self, instruction: Instruction, target: Label, position: Position) {
        // Nothing gets to a jump right behind another one.
        if instruction.op() == Some(Op::Jmp) && !self.is_reachable() {
            return;
        }
        self.note_position(position);
        self.items.push(Item { instruction, target: Some(target) });
    }

    fn note_position(&mut self, position: Position) {
        if self.positions.last().is_none_or(|(_, last)| *last != position) {
            self.positions.push((self.here(), position));
        }
    }

    pub fn new_label(&mut self) -> Label {
        self.labels.push(UNPLACED);
        Label(self.labels.len() as u32 - 1)
    }

    pub fn place(&mut self, label: Label) {
        self.labels[label.0 as usize] = self.here();
        self.last_label = Some(self.here());
    }

    pub fn add_try(&mut self, start: Label, end: Label, handler: Label, register: u8) {
        if self.labels[start.0 as usize] < self.labels[end.0 as usize] {
            self.tries.push(Try { start, end, handler, register });
        }
    }

    /// Whether the program can get to the next item.
    pub fn is_reachable(&self) -> bool {
        if self.last_label == Some(self.here()) {
            return true;
        }
        let last = self.items.last().and_then(|item| item.instruction.op());
        !matches!(last, Some(Op::Jmp | Op::Return | Op::ReturnNull | Op::TailCall | Op::Throw))
    }

    /// Follows jumps to jumps.
    fn thread_jumps(&mut self) {
        for number in 0..self.items.len() {
            let Some(mut target) = self.items[number].target else { continue };
            // A chain of jumps may be a loop that does nothing.
            for _ in 0..8 {
                let Some(item) = self.items.get(self.labels[target.0 as usize] as usize) else { break };
                match (item.instruction.op(), item.target) {
                    (Some(Op::Jmp), Some(next)) => target = next,
                    _ => break,
                }
            }
            self.items[number].target = Some(target);
        }
    }

    pub fn assemble(mut self) -> Assembled {
        self.thread_jumps();
        let mut sizes: Vec<u8> = vec![1; self.items.len()];
        let mut addresses = self.addresses(&sizes);
        loop {
            let mut has_grown = false;
            for (number, item) in self.items.iter().enumerate() {
                let Some(target) = item.target else { continue };
                let size = self.size_needed(number, item, target, &sizes, &addresses);
                if size > sizes[number] {
                    sizes[number] = size;
                    has_grown = true;
                }
            }
            if !has_grown {
                break;
            }
            addresses = self.addresses(&sizes);
        }
        let mut code = Vec::with_capacity(addresses.last().map_or(0, |last| *last as usize));
        for (number, item) in self.items.iter().enumerate() {
            self.emit(number, item, &sizes, &addresses, &mut code);
        }
        let positions = self.positions.iter().map(|(item, at)| (addresses[*item as usize], *at)).collect();
        let address = |label: Label| addresses[self.labels[label.0 as usize] as usize];
        let tries = self.tries.iter().map(|entry| TryEntry {
            start: address(entry.start),
            end: address(entry.end),
            handler: address(entry.handler),
            register: entry.register,
        });
        let tries = tries.collect();
        Assembled { code, moved: addresses, positions, tries }
    }

    fn addresses(&self, sizes: &[u8]) -> Vec<u32> {
        let mut address = 0;
        let mut addresses = Vec::with_capacity(sizes.len() + 1);
        for size in sizes {
            addresses.push(address);
            address += u32::from(*size);
        }
        addresses.push(address);
        addresses
    }

    /// The distance from the word after `number`'s first word to its target.
    fn distance(&self, number: usize, target: Label, addresses: &[u32]) -> i32 {
        let to = addresses[self.labels[target.0 as usize] as usize] as i32;
        to - (addresses[number] as i32 + 1)
    }

    fn size_needed(&self, number: usize, item: &Item, target: Label, sizes: &[u8], addresses: &[u32]) -> u8 {
        let Some(op) = item.instruction.op() else { return 1 };
        let fits = match jump_operand(op) {
            Operand::Jump8 => i8::try_from(self.distance(number, target, addresses)).is_ok(),
            Operand::Jump16 => i16::try_from(self.distance(number, target, addresses)).is_ok(),
            _ => true,
        };
        if fits && sizes[number] == 1 {
            1
        } else if opposite(op).is_some() {
            2
        } else {
            3
        }
    }

    fn emit(&self, number: usize, item: &Item, sizes: &[u8], addresses: &[u32], code: &mut Vec<Instruction>) {
        let Some(target) = item.target else {
            code.push(item.instruction);
            return;
        };
        let distance = self.distance(number, target, addresses);
        let i = item.instruction;
        match sizes[number] {
            1 => code.push(with_distance(i, distance)),
            2 => {
                let op = i.op().and_then(opposite).unwrap_or(Op::Jmp);
                code.push(with_distance(Instruction(i.0 & !0xFF | op as u32), 1));
                code.push(Instruction::j(Op::Jmp, distance - 1));
            }
            _ => {
                code.push(with_distance(i, 1));
                code.push(Instruction::j(Op::Jmp, 1));
                code.push(Instruction::j(Op::Jmp, distance - 2));
            }
        }
    }
}

/// Which kind of distance the op has.
fn jump_operand(op: Op) -> Operand {
    let is_jump = |operand: &&Operand| matches!(operand, Operand::Jump8 | Operand::Jump16 | Operand::Jump24);
    op.info().operands.iter().find(is_jump).copied().unwrap_or(Operand::Unused)
}

fn with_distance(i: Instruction, distance: i32) -> Instruction {
    let Some(op) = i.op() else { return i };
    match jump_operand(op) {
        Operand::Jump8 => Instruction::abc(op, i.a(), i.b(), distance as u8),
        Operand::Jump16 => Instruction::asbx(op, i.a(), distance as i16),
        _ => Instruction::j(op, distance),
    }
}

/// The branch that is taken exactly when `op` is not.
fn opposite(op: Op) -> Option<Op> {
    const PAIRS: &[(Op, Op)] = &[
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
    PAIRS.iter().find_map(|(one, other)| match op {
        _ if op == *one => Some(*other),
        _ if op == *other => Some(*one),
        _ => None,
    })
}

impl Assembler {
    /// Turns the call that was emitted last into a tail call.
    pub fn make_tail_call(&mut self) {
        if let Some(item) = self.items.last_mut()
            && item.instruction.op() == Some(Op::Call)
        {
            item.instruction = Instruction::abc(Op::TailCall, item.instruction.a(), item.instruction.b(), 0);
        }
    }
}
