//! The disassembler: images as text for people and snapshot tests.
//!
//! Operands are printed as the op table describes them: registers as `r1`,
//! outers as `o1`, functions as `f1`, constants by their value, jumps by their
//! target. Try ranges, outers and locals follow the head line of a function;
//! the code comes last, with source lines in between if there are any.

use crate::function::FunctionView;
use crate::image::Image;
use crate::op::{Format, Instruction, Op, OpInfo, Operand};
use crate::parts::{OuterSource, Position};
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::{self, Write};

/// Finds the text of a source by its name.
pub type FindSource<'s> = &'s dyn Fn(&[u8]) -> Option<&'s [u8]>;

/// Writes all functions of an image as text.
///
/// See the [front page](crate) for what it looks like. Pass `&|_| None` for
/// `find_source` when there are no source texts.
pub fn disassemble(image: &Image, find_source: FindSource, out: &mut dyn Write) -> fmt::Result {
    let mut names: Vec<&[u8]> = image.sources().map(|(_, place)| place.name).collect();
    names.sort_unstable();
    names.dedup();
    let sources: Vec<Source> = names.into_iter().map(|name| Source::new(name, find_source(name))).collect();
    for (index, function) in image.functions().enumerate() {
        if index > 0 {
            out.write_char('\n')?;
        }
        Disassembler { image, function, sources: &sources, out }.write_function(index)?;
    }
    Ok(())
}

/// A source text with the places where its lines start.
struct Source<'a> {
    name: &'a [u8],
    text: &'a [u8],
    line_starts: Vec<usize>,
}

impl<'a> Source<'a> {
    fn new(name: &'a [u8], text: Option<&'a [u8]>) -> Self {
        let after_newlines = |text: &[u8]| {
            let newlines = text.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
            core::iter::once(0).chain(newlines.map(|(offset, _)| offset + 1)).collect()
        };
        Source {
            name,
            text: text.unwrap_or_default(),
            line_starts: text.map(after_newlines).unwrap_or_default(),
        }
    }

    /// A line by its number, which starts at 1.
    fn line(&self, number: u32) -> Option<&'a [u8]> {
        let start = *self.line_starts.get((number as usize).checked_sub(1)?)?;
        let rest = self.text.get(start..)?;
        let line = rest.split(|byte| *byte == b'\n').next()?;
        Some(line.trim_ascii_end())
    }
}

struct Disassembler<'a> {
    image: &'a Image<'a>,
    function: FunctionView<'a>,
    sources: &'a [Source<'a>],
    out: &'a mut dyn Write,
}

impl Disassembler<'_> {
    fn write_function(&mut self, index: usize) -> fmt::Result {
        self.write_head(index)?;
        for (index, source) in self.function.outers().enumerate() {
            match source {
                OuterSource::ParentRegister(register) => {
                    writeln!(self.out, "  outer o{index}: parent's r{register}")?
                }
                OuterSource::ParentOuter(outer) => writeln!(self.out, "  outer o{index}: parent's o{outer}")?,
            }
        }
        for local in self.function.locals() {
            let name = local.name.escape_ascii();
            writeln!(self.out, "  local r{}: {name} {:04}..{:04}", local.register, local.start, local.end)?;
        }
        for entry in self.function.tries() {
            let (start, end, handler) = (entry.start, entry.end, entry.handler);
            writeln!(self.out, "  try {start:04}..{end:04} -> {handler:04} r{}", entry.register)?;
        }
        self.write_code()
    }

    fn write_head(&mut self, index: usize) -> fmt::Result {
        write!(self.out, "function {index}")?;
        if let Some(name) = self.function.name() {
            write!(self.out, " {}", name.escape_ascii())?;
        }
        self.out.write_str(": ")?;
        self.write_count(self.function.n_params(), "parameter")?;
        if self.function.n_defaults() > 0 {
            write!(self.out, " ({} with default)", self.function.n_defaults())?;
        }
        self.out.write_str(", ")?;
        self.write_count(self.function.n_registers(), "register")?;
        self.out.write_str(if self.function.is_varargs() { ", varargs" } else { "" })?;
        self.out.write_str(if self.function.is_generator() { ", generator\n" } else { "\n" })
    }

    fn write_count(&mut self, count: u8, noun: &str) -> fmt::Result {
        write!(self.out, "{count} {noun}{}", if count == 1 { "" } else { "s" })
    }

    fn write_code(&mut self) -> fmt::Result {
        let mut positions = self.function.positions().peekable();
        let mut live_tops = self.function.live_tops().peekable();
        let mut last_line = None;
        for (pc, instruction) in (0..).zip(self.function.code()) {
            let position = positions.next_if(|(start, _)| *start == pc).map(|(_, position)| position);
            if let Some(position) = position
                && last_line != Some(position.line)
            {
                self.write_source_line(position)?;
                last_line = Some(position.line);
            }
            self.write_place(pc, position)?;
            self.write_instruction(pc, instruction)?;
            if let Some((_, top)) = live_tops.next_if(|(start, _)| *start == pc) {
                write!(self.out, "  ; {top} alive")?;
            }
            self.out.write_char('\n')?;
        }
        Ok(())
    }

    fn write_source_line(&mut self, position: Position) -> fmt::Result {
        let Some(place) = self.image.source_place(position.line) else { return Ok(()) };
        let Ok(index) = self.sources.binary_search_by_key(&place.name, |source| source.name) else {
            return Ok(());
        };
        let Some(line) = self.sources[index].line(place.line) else { return Ok(()) };
        let text = String::from_utf8_lossy(line);
        writeln!(self.out, "{:21}{}:{} | {text}", "", place.name.escape_ascii(), place.line)
    }

    /// Writes the columns before the instruction.
    fn write_place(&mut self, pc: u32, position: Option<Position>) -> fmt::Result {
        let mut place = String::new();
        if let Some(position) = position {
            write!(place, "{}:{}", position.line, position.column)?;
        }
        write!(self.out, "  {pc:04}  {place:7}  ")
    }

    fn write_instruction(&mut self, pc: u32, instruction: Instruction) -> fmt::Result {
        let Some(op) = instruction.op() else { return write!(self.out, "{:#010x}", instruction.0) };
        let info = op.info();
        let [first, second, third] = info.operands;
        if info.operands == [Operand::Unused; 3] {
            return self.out.write_str(info.mnemonic);
        }
        write!(self.out, "{:11}", info.mnemonic)?;
        match info.format {
            Format::Abc => {
                self.write_operand(pc, first, instruction.a().into())?;
                self.write_operand(pc, second, instruction.b().into())?;
                self.write_operand(pc, third, instruction.c().into())?;
            }
            Format::ABx => {
                self.write_operand(pc, first, instruction.a().into())?;
                self.write_operand(pc, second, instruction.bx().into())?;
            }
            Format::J => self.write_jump(pc, instruction.sj())?,
        }
        self.write_callee_name(info, instruction)
    }

    fn write_operand(&mut self, pc: u32, operand: Operand, value: u32) -> fmt::Result {
        match operand {
            Operand::Unused => Ok(()),
            Operand::Dst | Operand::Src | Operand::Both | Operand::Dst2 | Operand::Base => {
                write!(self.out, " r{value}")
            }
            Operand::Count | Operand::UImm8 | Operand::UImm16 => write!(self.out, " {value}"),
            Operand::SImm8 => write!(self.out, " {}", value as u8 as i8),
            Operand::SImm16 => write!(self.out, " {}", value as u16 as i16),
            Operand::Str16 => {
                let text = self.function.name_operand(value as u16).unwrap_or_default();
                write!(self.out, " \"{}\"", text.escape_ascii())
            }
            Operand::Str8 => {
                let text = self.function.string_constant(value as u16).unwrap_or_default();
                write!(self.out, " \"{}\"", text.escape_ascii())
            }
            Operand::Int8 | Operand::Int16 => {
                write!(self.out, " {}", self.function.int_constant(value as u16).unwrap_or_default())
            }
            // Debug, because it shows that 1.0 is a float.
            Operand::Float16 => {
                write!(self.out, " {:?}", self.function.float_constant(value as u16).unwrap_or_default())
            }
            Operand::Outer8 => write!(self.out, " o{value}"),
            Operand::Function16 => write!(self.out, " f{value}"),
            Operand::Jump8 => self.write_jump(pc, (value as u8 as i8).into()),
            Operand::Jump16 => self.write_jump(pc, (value as u16 as i16).into()),
            Operand::Jump24 => self.write_jump(pc, value as i32),
        }
    }

    fn write_jump(&mut self, pc: u32, distance: i32) -> fmt::Result {
        write!(self.out, " -> {:04}", (pc + 1).wrapping_add_signed(distance))
    }

    /// Writes the name of the function that a closure is made of.
    fn write_callee_name(&mut self, info: &OpInfo, instruction: Instruction) -> fmt::Result {
        let number = match info.op {
            Op::Closure => instruction.bx().into(),
            Op::Method => {
                let number = self.function.index() + 1 + u32::from(instruction.c());
                return write!(self.out, " (f{number})");
            }
            _ => return Ok(()),
        };
        match self.image.function(number).and_then(|function| function.name()) {
            Some(name) => write!(self.out, " {}", name.escape_ascii()),
            None => Ok(()),
        }
    }
}
