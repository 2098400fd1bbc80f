//! Lowering: from the syntax tree to an image draft.
//!
//! One walk over the tree resolves names, allocates registers and emits
//! instructions; there is no tree or list in between. What keeps the code
//! short is that each value is computed where it is needed: an expression is
//! lowered *into* a register ([`value`]), as an *operand* that may be the
//! register of a local ([`value`]), as a *branch* ([`condition`]), or for its
//! effect only.
//!
//! Locals are registers, and an operand that is a local is read when the
//! instruction that uses it runs, as in the reference: with `a = 1`,
//! `a + (a = 5)` is 10.
//!
//! The walk recurses. The height of trees is bounded by
//! [`MAX_HEIGHT`](crate::ast::MAX_HEIGHT), and what may be longer (sums,
//! chains of member accesses and calls, `else if`) is walked with loops.

mod assemble;
mod assign;
mod call;
mod condition;
mod constants;
mod fold;
mod function;
mod generator;
mod hoist;
mod looping;
mod object;
mod operator;
mod scope;
mod selection;
mod slot;
mod statement;
mod switch;
mod value;

use crate::ast::{Body, Expr, Function, Program, Span};
use crate::codes;
use crate::compile::{CompileOptions, Optimisation};
use crate::diagnostic::{Code, Diagnostic};
use crate::lines::LineIndex;
use crate::syntax_error;
use crate::{ConstantValue, EnumMembers};
use assemble::Assembler;
use constants::ConstantTable;
use function::{FunctionBuilder, Limit};
use tamias_bytecode::draft::{FunctionDraft, ImageDraft, LocalName, Position, StringId};
use tamias_bytecode::op::{Instruction, Op};

/// Functions that an image can have: all can be operands.
const MAX_FUNCTIONS: usize = 1 << 16;

/// A lowered program.
#[derive(Debug)]
pub(crate) struct Lowered {
    /// The image; of no use if there are diagnostics.
    pub(crate) draft: ImageDraft,
    /// The constants that the program declares.
    pub(crate) constants: Vec<(String, ConstantValue)>,
    /// The enums that the program declares.
    pub(crate) enums: Vec<(String, EnumMembers)>,
    /// What is wrong.
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// Lowers a program.
///
/// The draft has no sources yet.
pub(crate) fn lower<'a>(program: &Program<'a>, lines: LineIndex, options: &'a CompileOptions) -> Lowered {
    let mut lowerer = Lowerer {
        draft: ImageDraft { edition: options.edition, ..ImageDraft::default() },
        constants: ConstantTable::new(options),
        optimisation: options.optimisation,
        lines,
        diagnostics: Vec::new(),
        enclosing: Vec::new(),
        function: FunctionBuilder::new(None, program.end),
        finished: Vec::new(),
        assembler: Assembler::default(),
        chain: Vec::new(),
    };
    lowerer.main(program);
    let (constants, enums) = lowerer.constants.into_declared();
    Lowered { draft: lowerer.draft, constants, enums, diagnostics: lowerer.diagnostics }
}

/// The state of the walk.
struct Lowerer<'a> {
    draft: ImageDraft,
    constants: ConstantTable<'a>,
    optimisation: Optimisation,
    lines: LineIndex,
    diagnostics: Vec<Diagnostic>,
    /// The functions around the one that is being lowered, outermost first.
    enclosing: Vec<FunctionBuilder<'a>>,
    /// The function that is being lowered.
    function: FunctionBuilder<'a>,
    /// Functions whose memory can be used again, at most as many as were nested.
    finished: Vec<FunctionBuilder<'a>>,
    assembler: Assembler,
    /// Nodes of the chains that are being walked, see [`value`].
    chain: Vec<&'a Expr<'a>>,
}

impl<'a> Lowerer<'a> {
    /// Whether code is to be improved.
    fn optimises(&self) -> bool {
        self.optimisation == Optimisation::Full
    }

    fn main(&mut self, program: &Program<'a>) {
        self.draft.functions.push(FunctionDraft::default());
        self.declare_parameter(b"vargv");
        self.function.is_generator = generator::any_has_yield(program.body);
        self.statements(program.body);
        self.function.emit_last(Instruction::abc(Op::ReturnNull, 0, 0, 0));
        let mut main = self.finish_function();
        main.varargs = true;
        self.draft.functions[0] = main;
    }

    /// Lowers a function and gives its number; `None` if there are too many
    /// functions or it is in unreachable code, which needs no functions.
    fn nested_function(&mut self, node: &'a Function<'a>) -> Option<u16> {
        let index = self.draft.functions.len();
        self.draft.functions.push(FunctionDraft::default());
        let function = match self.finished.pop() {
            Some(finished) => finished.renewed(Some(node), node.span),
            None => FunctionBuilder::new(Some(node), node.span),
        };
        self.enclosing.push(core::mem::replace(&mut self.function, function));
        self.function.index = index;
        self.function_body(node);
        let draft = self.finish_function();
        if let Some(around) = self.enclosing.pop() {
            self.finished.push(core::mem::replace(&mut self.function, around));
        }
        if !self.function.is_reachable() {
            self.draft.functions.truncate(index);
            return None;
        }
        self.draft.functions[index] = draft;
        if index >= MAX_FUNCTIONS {
            self.function.exceed(Limit::Constants);
        }
        u16::try_from(index).ok()
    }

    fn function_body(&mut self, node: &'a Function<'a>) {
        for parameter in node.params {
            self.declare_parameter(parameter.name.name);
        }
        if node.varargs {
            self.declare_parameter(b"vargv");
        }
        self.function.is_generator = generator::is_generator(node);
        match node.body {
            Body::Stmt(body) => self.outermost_statement(body),
            Body::Expr(value) => self.return_value(value),
        }
        self.function.emit_last(Instruction::abc(Op::ReturnNull, 0, 0, 0));
    }

    fn declare_parameter(&mut self, name: &'a [u8]) {
        let register = self.function.allocate();
        self.function.declare(name, register);
        self.function.n_params = self.function.top();
    }

    /// Assembles the current function.
    fn finish_function(&mut self) -> FunctionDraft {
        self.function.forget_locals(0);
        let code = self.assembler.assemble(&mut self.function, self.optimisation).unwrap_or_else(
            |assemble::TooLong| {
                self.function.exceed(Limit::Code);
                Vec::new()
            },
        );
        if let Some((limit, span)) = self.function.exceeded {
            self.report_limit(limit, span);
            return FunctionDraft::default();
        }
        let node = self.function.node;
        FunctionDraft {
            name: node.and_then(|node| node.name).map(|name| self.draft.intern(name.name)),
            n_params: self.function.n_params,
            n_registers: self.function.n_registers(),
            n_defaults: node
                .map_or(0, |node| node.params.iter().filter(|param| param.default.is_some()).count())
                as u8,
            varargs: node.is_some_and(|node| node.varargs),
            generator: self.function.is_generator,
            locals: self.local_names(),
            strings: self.function.strings().to_vec(),
            ints: self.function.ints().to_vec(),
            floats: self.function.floats().iter().copied().map(f32::from_bits).collect(),
            outers: self.function.outers.clone(),
            positions: self.positions(),
            code,
            tries: self.assembler.tries(&self.function),
            live_tops: self.assembler.live_tops().to_vec(),
        }
    }

    /// The places in the text of the instructions of the assembled function.
    fn positions(&self) -> Vec<(u32, Position)> {
        let mut line = 1;
        let positions = self.assembler.positions().iter().map(|(pc, offset)| {
            line = self.lines.line_near(line, *offset);
            (*pc, Position { line, column: offset - self.lines.start(line) + 1 })
        });
        positions.collect()
    }

    /// The names of registers, where they hold for at least one instruction.
    fn local_names(&mut self) -> Vec<LocalName> {
        let starts = self.assembler.starts();
        let names = self.function.local_ranges.iter().map(|range| LocalName {
            name: self.draft.intern(range.name),
            register: range.register,
            start: starts[range.start as usize],
            end: starts[range.end as usize],
        });
        let mut names: Vec<LocalName> = names.filter(|name| name.start < name.end).collect();
        names.sort_by_key(|name| (name.start, name.register));
        names
    }
}

/// Strings.
impl Lowerer<'_> {
    /// The number of a string constant of the current function.
    fn string(&mut self, bytes: &[u8]) -> u16 {
        let id = self.intern(bytes);
        self.function.string(id)
    }

    fn intern(&mut self, bytes: &[u8]) -> StringId {
        self.draft.intern(bytes)
    }
}

/// Diagnostics.
impl Lowerer<'_> {
    fn report(&mut self, code: Code, title: impl Into<String>, span: Span, label: impl Into<String>) {
        self.diagnostics.push(syntax_error::new(code, title, span, label));
    }

    fn report_with_help(&mut self, code: Code, title: &str, span: Span, label: &str, help: &str) {
        let diagnostic = syntax_error::new(code, title, span, label);
        self.diagnostics.push(syntax_error::with_help(diagnostic, help));
    }

    fn report_limit(&mut self, limit: Limit, span: Span) {
        let (code, title, help) = match limit {
            Limit::Registers => (
                codes::TOO_MANY_LOCALS,
                "internal compiler error: too many locals",
                "use a table or an array, or divide the function: it can have 255 locals and intermediate values",
            ),
            Limit::Constants => (
                codes::TOO_MANY_LITERALS,
                "internal compiler error: too many literals",
                "divide the function: it can have 65535 different literals of a kind, and a program as many functions",
            ),
            Limit::Code => (
                codes::TOO_MUCH_CODE,
                "internal compiler error: too much code",
                "divide the function: a jump in it leads too far",
            ),
        };
        self.report_with_help(code, title, span, "the limit is exceeded here", help);
    }
}
