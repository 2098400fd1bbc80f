//! The compiler as one function: source text in, image and diagnostics out.

use crate::codes;
use crate::diagnostic::{Diagnostic, Severity};
use crate::edition::Edition;
use crate::lines::LineIndex;
use crate::lint::{LintOptions, lint};
use crate::lower::{Lowered, lower};
use crate::parse::{MAX_SOURCE, Origin, parse_from};
use crate::preprocess::Preprocessed;
use crate::source_map::SourceMap;
use crate::syntax_error;
use bumpalo::Bump;
use tamias_bytecode::draft::{ConstantDraft, ImageDraft, StringId};
use tamias_bytecode::source::{ConstantValue, EnumMembers, SourceText};
use tamias_bytecode::write::{Debug, WriteError, write};

use crate::ast::Span;

/// Bytes of tree for each byte of text, in programs that are mostly code.
const TREE_BYTES: usize = 16;

/// How much the compiler improves the code that it makes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Optimisation {
    /// As well as it can.
    #[default]
    Full,
    /// Not by folding constants, immediate operands, compare-and-branch instructions, counting loops, or jumps that
    /// lead straight to their end. The code does the same: tests compare both.
    Off,
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
    /// How much the code is improved.
    pub optimisation: Optimisation,
    /// Constants that exist without being declared, for example those of the imp API.
    pub constants: Vec<(String, ConstantValue)>,
    /// Enums that exist without being declared, for example `__EI`.
    pub enums: Vec<(String, EnumMembers)>,
    /// Whether the image lists the constants that the text declares.
    pub list_constants: ListConstants,
    /// Look for what is probably not meant; `None` for errors only.
    pub lints: Option<LintOptions>,
}

/// Whether an image lists the constants of its program. Only edition `squirrel-3` has functions that can tell.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum ListConstants {
    /// If the program names `getconsttable`, `setconsttable` or `compilestring`.
    #[default]
    IfNamed,
    /// In any case: other programs in the same VM can ask.
    Always,
}

impl CompileOptions {
    /// Options for a source text with this name.
    pub fn new(source_name: &str, edition: Edition) -> CompileOptions {
        CompileOptions {
            source_name: source_name.to_string(),
            edition,
            strip: false,
            optimisation: Optimisation::Full,
            constants: Vec::new(),
            enums: Vec::new(),
            list_constants: ListConstants::default(),
            lints: None,
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
    /// The constants that the text declares. They can be the options of what is compiled later.
    pub constants: Vec<(String, ConstantValue)>,
    /// The enums that the text declares.
    pub enums: Vec<(String, EnumMembers)>,
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
    compile_mapped(source, &SourceMap::of_file(&options.source_name, source), options)
}

/// Compiles what `compilestring` is given, to an image that lists all its constants. The error is the first message.
pub fn compile_string(source: &SourceText) -> Result<Vec<u8>, String> {
    let options = CompileOptions {
        constants: source.constants.clone(),
        enums: source.enums.clone(),
        list_constants: ListConstants::Always,
        ..CompileOptions::new(&source.name, Edition::Squirrel3)
    };
    let compilation = compile(&source.text, &options);
    let first = compilation.diagnostics.into_iter().next();
    compilation.image.ok_or_else(|| first.map_or_else(String::new, |diagnostic| diagnostic.title))
}

/// Compiles a program that has been preprocessed, unless that has failed.
pub fn compile_program(program: &Preprocessed, options: &CompileOptions) -> Compilation {
    if program.has_errors() {
        let diagnostics = program.diagnostics.clone();
        return Compilation { image: None, diagnostics, constants: Vec::new(), enums: Vec::new() };
    }
    let mut compilation = compile_mapped(&program.text, &program.map, options);
    compilation.diagnostics.splice(..0, program.diagnostics.iter().cloned());
    compilation
}

/// Compiles the text of a program that `map` knows the origin of.
///
/// Spans of the diagnostics are offsets into `text`. The line tables of the image, `__FILE__` and `__LINE__` name the
/// files and their lines.
pub fn compile_mapped(text: &[u8], map: &SourceMap, options: &CompileOptions) -> Compilation {
    let arena = Bump::with_capacity(expected_tree(text));
    let parsed = parse_from(&arena, text, Origin::Map(map), options.edition);
    let lines = LineIndex::new(text);
    // What is too large has been reported by the parser, and nothing is left to be placed.
    let sources = if text.len() > MAX_SOURCE { Vec::new() } else { map.ranges(&lines) };
    let Lowered { mut draft, constants, enums, diagnostics } = lower(&parsed.program, lines, options);
    draft.sources = sources;
    let mut diagnostics = combined(parsed.diagnostics, diagnostics);
    if let Some(lints) = options.lints.as_ref().filter(|_| diagnostics.is_empty()) {
        diagnostics = lint(&parsed.program, text, options, lints);
        diagnostics.sort_by_key(|diagnostic| diagnostic.span.start);
    }
    let has_errors = diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error);
    list_constants(&mut draft, &constants, &enums, options);
    let image = if has_errors { None } else { written(&draft, options, &mut diagnostics) };
    Compilation { image, diagnostics, constants, enums }
}

/// How much memory a tree will probably take. In one piece it is neither copied nor given back and taken again.
fn expected_tree(text: &[u8]) -> usize {
    const MOST: usize = 16 << 20;
    (text.len() * TREE_BYTES).min(MOST)
}

/// The diagnostics of both stages in the order of the text. After a syntax
/// error a loop may be missing in the tree that is there in the text.
fn combined(syntax: Vec<Diagnostic>, mut others: Vec<Diagnostic>) -> Vec<Diagnostic> {
    if !syntax.is_empty() {
        let outside = [codes::BREAK_OUTSIDE_LOOP, codes::CONTINUE_OUTSIDE_LOOP];
        others.retain(|diagnostic| !outside.contains(&diagnostic.code));
    }
    let mut diagnostics = syntax;
    diagnostics.extend(others);
    diagnostics.sort_by_key(|diagnostic| diagnostic.span.start);
    diagnostics
}

fn written(
    draft: &ImageDraft,
    options: &CompileOptions,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Vec<u8>> {
    let debug = if options.strip { Debug::Strip } else { Debug::Keep };
    write(draft, debug).map_err(|error| diagnostics.push(unwritable(error))).ok()
}

/// Adds the list of constants to the draft, if somebody can ask for it.
fn list_constants(
    draft: &mut ImageDraft,
    constants: &EnumMembers,
    enums: &[(String, EnumMembers)],
    options: &CompileOptions,
) {
    let can_tell = options.list_constants == ListConstants::Always || names_constants(draft);
    if options.edition != Edition::Squirrel3 || !can_tell {
        return;
    }
    draft.constants = drafted(draft, constants);
    for (name, members) in enums {
        let members = ConstantDraft::Enum(drafted(draft, members));
        let name = draft.intern(name.as_bytes());
        draft.constants.push((name, members));
    }
}

fn drafted(draft: &mut ImageDraft, constants: &EnumMembers) -> Vec<(StringId, ConstantDraft)> {
    let entry = |(name, value): &(String, ConstantValue)| {
        let value = match value {
            ConstantValue::Int(value) => ConstantDraft::Int(*value),
            ConstantValue::Float(value) => ConstantDraft::Float(*value),
            ConstantValue::Bool(value) => ConstantDraft::Bool(*value),
            ConstantValue::Str(bytes) => ConstantDraft::Str(draft.intern(bytes)),
        };
        (draft.intern(name.as_bytes()), value)
    };
    constants.iter().map(entry).collect()
}

/// Whether the program names one of the functions that know the constants.
fn names_constants(draft: &ImageDraft) -> bool {
    let mut strings = draft.functions.iter().flat_map(|function| &function.strings);
    strings.any(|id| {
        let name = draft.strings.get(*id).unwrap_or_default();
        [&b"getconsttable"[..], b"setconsttable", b"compilestring"].contains(&name)
    })
}

/// A program that is valid, but beyond what an image can hold.
fn unwritable(error: WriteError) -> Diagnostic {
    let title = "internal compiler error: too many literals";
    let diagnostic = syntax_error::new(codes::TOO_MANY_LITERALS, title, Span::default(), "");
    syntax_error::with_help(diagnostic, format!("divide the program: {error}"))
}
