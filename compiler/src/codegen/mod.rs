//! Lowering: from the syntax tree to the functions of an image.
//!
//! One walk over the tree emits instructions directly. Registers are a stack:
//! `this` and the parameters first, then local variables in the order of
//! their declaration, then temporaries. An operand that is a plain local
//! variable is used in place, which is also what the language prescribes (it
//! is read when the operation executes). Everything else is computed straight
//! into the register in which it is needed.
//!
//! | file | what it knows |
//! | --- | --- |
//! | `function` | the function under construction: registers, constants, scopes, labels |
//! | `names` | locals, outers, constants, enums |
//! | `expr` `chain` `condition` | expressions as values, postfix chains, jumps |
//! | `stmt` `object` | statements; functions, classes, tables, arrays |
//! | `assemble` | labels to distances, long branches |
//!
//! Walks recurse: the parser bounds the height of trees. What is unbounded by
//! design (chains of operators, of postfix operators and of `else if`) is
//! walked with loops.

mod assemble;
mod chain;
mod condition;
mod expr;
mod function;
mod names;
mod object;
mod stmt;

use crate::ast::{Program, Span};
use crate::codes;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::edition::Edition;
use crate::lines::LineIndex;
use crate::parse::parse;
use bumpalo::Bump;
use function::FunctionBuilder;
use hashbrown::HashMap;
use tamias_bytecode::draft::{FunctionDraft, ImageDraft};
use tamias_bytecode::write::{Debug, WriteError, write};

/// The value of a constant that the host defines.
#[derive(Clone, Debug, PartialEq)]
pub enum ConstantValue {
    /// An integer.
    Int(i32),
    /// A float.
    Float(f32),
    /// A string.
    Str(Vec<u8>),
    /// A bool.
    Bool(bool),
}

/// What a compilation depends on besides the source text.
#[derive(Clone, Debug)]
pub struct CompileOptions {
    /// The name of the source text, for messages and stack traces.
    pub source_name: String,
    /// The dialect.
    pub edition: Edition,
    /// Leave line tables and names of local variables out of the image.
    pub strip: bool,
    /// Constants that exist without being declared, for example those of the imp API.
    pub constants: Vec<(String, ConstantValue)>,
    /// Enums that exist without being declared, for example `__EI`.
    pub enums: Vec<(String, Vec<(String, ConstantValue)>)>,
}

impl CompileOptions {
    /// Options for a source text with this name.
    pub fn new(source_name: &str, edition: Edition) -> CompileOptions {
        CompileOptions {
            source_name: source_name.to_string(),
            edition,
            strip: false,
            constants: Vec::new(),
            enums: Vec::new(),
        }
    }
}

/// What became of a source text.
#[derive(Clone, Debug)]
pub struct Compilation {
    /// The image, unless there are errors.
    pub image: Option<Vec<u8>>,
    /// What is wrong with the text, in its order.
    pub diagnostics: Vec<Diagnostic>,
}

/// Compiles a source text.
///
/// ```
/// use tamias_compiler::{CompileOptions, compile, edition::Edition};
///
/// let options = CompileOptions::new("device.nut", Edition::Imp);
/// assert!(compile(b"server.log(\"ready\");", &options).image.is_some());
///
/// let broken = compile(b"break;", &options);
/// assert_eq!(broken.diagnostics[0].title, "'break' has to be in a loop block");
/// ```
pub fn compile(source: &[u8], options: &CompileOptions) -> Compilation {
    let arena = Bump::new();
    let parsed = parse(&arena, source, &options.source_name, options.edition);
    let mut lowering = Lowering::new(source, options);
    lowering.main(&parsed.program);
    let mut diagnostics = parsed.diagnostics;
    diagnostics.append(&mut lowering.diagnostics);
    diagnostics.sort_by_key(|diagnostic| diagnostic.span.start);
    let has_errors = diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error);
    let image = if has_errors { None } else { lowering.write(options, &mut diagnostics) };
    Compilation { image, diagnostics }
}

/// The state of a walk over a program.
struct Lowering<'s> {
    draft: ImageDraft,
    diagnostics: Vec<Diagnostic>,
    edition: Edition,
    lines: LineIndex,
    /// The functions that contain the place of the walk, main first.
    functions: Vec<FunctionBuilder<'s>>,
    constants: HashMap<Vec<u8>, ConstantValue>,
    enums: HashMap<Vec<u8>, Vec<(Vec<u8>, ConstantValue)>>,
}

impl<'s> Lowering<'s> {
    fn new(source: &[u8], options: &CompileOptions) -> Lowering<'s> {
        let constants = options
            .constants
            .iter()
            .map(|(name, value)| (name.clone().into_bytes(), value.clone()))
            .collect();
        let members = |members: &[(String, ConstantValue)]| {
            members.iter().map(|(name, value)| (name.clone().into_bytes(), value.clone())).collect()
        };
        let enums =
            options.enums.iter().map(|(name, list)| (name.clone().into_bytes(), members(list))).collect();
        Lowering {
            draft: ImageDraft {
                edition: options.edition,
                sources: vec![options.source_name.clone()],
                ..ImageDraft::default()
            },
            diagnostics: Vec::new(),
            edition: options.edition,
            lines: LineIndex::new(source),
            functions: Vec::new(),
            constants,
            enums,
        }
    }

    /// The function that is being built.
    fn f(&mut self) -> &mut FunctionBuilder<'s> {
        self.functions.last_mut().expect("main is never left")
    }

    fn main(&mut self, program: &Program<'s>) {
        let name = Some(self.draft.intern(b"main"));
        let mut builder = FunctionBuilder::new(0, name);
        builder.declare_parameter(b"this");
        builder.declare_parameter(b"vargv");
        builder.is_variadic = true;
        self.draft.functions.push(FunctionDraft::default());
        self.functions.push(builder);
        self.statements(program.body);
        self.finish_function(program.end);
    }

    /// Ends the function that is being built and puts it into the draft.
    fn finish_function(&mut self, end: Span) {
        self.set_position(end);
        self.f().end_with_return();
        let builder = self.functions.pop().expect("a function was begun");
        if builder.needs_too_many_registers {
            self.error(codes::TOO_MANY_LOCALS, "internal compiler error: too many locals", end);
        }
        if builder.needs_too_many_constants {
            self.error(codes::TOO_MANY_LITERALS, "internal compiler error: too many literals", end);
        }
        let index = builder.index as usize;
        self.draft.functions[index] = builder.finish(&mut self.draft.strings);
    }

    fn error(&mut self, code: Code, title: &str, span: Span) {
        self.diagnostics.push(Diagnostic {
            code,
            severity: Severity::Error,
            title: title.to_string(),
            span,
            label: String::new(),
            labels: Vec::new(),
            help: None,
        });
    }

    fn error_with_help(&mut self, code: Code, title: &str, span: Span, help: &str) {
        self.error(code, title, span);
        if let Some(diagnostic) = self.diagnostics.last_mut() {
            diagnostic.help = Some(help.to_string());
        }
    }

    /// Instructions that follow belong to this place in the source text.
    fn set_position(&mut self, span: Span) {
        let line = self.lines.line(span.start);
        let column = self.lines.column(span.start);
        self.f().position = tamias_bytecode::draft::Position { file: 0, line, column };
    }

    fn write(&self, options: &CompileOptions, diagnostics: &mut Vec<Diagnostic>) -> Option<Vec<u8>> {
        match write(&self.draft, if options.strip { Debug::Strip } else { Debug::Keep }) {
            Ok(image) => Some(image),
            Err(error) => {
                diagnostics.push(too_large(error));
                None
            }
        }
    }
}

/// A program that is valid, but beyond what an image can hold.
fn too_large(error: WriteError) -> Diagnostic {
    Diagnostic {
        code: codes::TOO_MANY_LITERALS,
        severity: Severity::Error,
        title: "internal compiler error: too many literals".to_string(),
        span: Span::default(),
        label: String::new(),
        labels: Vec::new(),
        help: Some(format!("split the program: {error}")),
    }
}
