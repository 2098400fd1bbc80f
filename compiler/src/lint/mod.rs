//! Lints: what the language allows and is probably not meant.
//!
//! Each lint has a code of its own, a page in `docs/errors/` and a file here.
//! It is asked at every node of the tree (see [`Lint`]) and knows what is in
//! scope ([`context`]), what the program makes anywhere ([`facts`]) and what
//! the host promises ([`KnownNames`]). A lint that is on by default has to be
//! right about nearly everything it says: silence is better than a false alarm.
//!
//! Lints see programs that have no errors. They run when
//! [`CompileOptions::lints`](crate::CompileOptions) is there.

mod allow;
mod callbacks;
mod commas;
mod conditions;
mod context;
mod duplicates;
mod facts;
mod fall_through;
mod iteration;
mod literals;
mod names;
mod precedence;
mod results;
mod same;
mod statements;
mod types;
mod unknown;
mod variables;

pub use names::{Known, KnownNames};

use crate::ast::{Expr, Ident, Program, Span, Stmt};
use crate::codes::{self, CodeInfo};
use crate::compile::CompileOptions;
use crate::diagnostic::{Code, Diagnostic, Label, Severity};
use crate::edition::Edition;
use crate::visit::{self, Declared, Scope};
use allow::Allowances;
use context::{Context, Local, Walker};
use facts::Facts;
use std::collections::BTreeMap;

/// What is done about something that a lint finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Nothing.
    Allow,
    /// It is a warning.
    Warn,
    /// It is an error: there is no image.
    Deny,
}

/// Which lints run, and what they know.
#[derive(Clone, Debug, Default)]
pub struct LintOptions {
    /// What the host promises. Lints about names are silent without it.
    pub names: Option<KnownNames>,
    /// Levels that differ from the default.
    pub levels: BTreeMap<Code, Level>,
    /// Make errors of all warnings.
    pub deny_warnings: bool,
}

impl LintOptions {
    /// The level of a lint in an edition.
    pub fn level(&self, lint: Code, edition: Edition) -> Level {
        let initial =
            || ALL.iter().find(|(code, _)| *code == lint).map(|(_, initially)| initially.level(edition));
        match self.levels.get(&lint).copied().or_else(initial).unwrap_or(Level::Warn) {
            Level::Warn if self.deny_warnings => Level::Deny,
            level => level,
        }
    }
}

/// A lint by its name, such as `unknown-name`, or by its code, such as `SQ0501`.
///
/// ```
/// use tamias_compiler::{codes, lint};
///
/// assert_eq!(lint::find("unknown-name").map(|info| info.code), Some(codes::UNKNOWN_NAME));
/// assert!(lint::find("unfinished-string").is_none(), "that is no lint");
/// ```
pub fn find(name: &str) -> Option<&'static CodeInfo> {
    all().find(|info| info.name == name || info.code.to_string() == name)
}

/// All lints, in the order of their codes.
pub fn all() -> impl Iterator<Item = &'static CodeInfo> {
    ALL.iter().filter_map(|(code, _)| codes::info(*code))
}

/// Whether a lint only runs when it is asked for.
pub fn is_opt_in(lint: Code, edition: Edition) -> bool {
    LintOptions::default().level(lint, edition) == Level::Allow
}

/// Where a lint is on without being asked for.
#[derive(Clone, Copy)]
enum Initially {
    On,
    /// In the imp editions. Elsewhere programs are made of parts that know each other's names.
    OnInImp,
    Off,
}

impl Initially {
    fn level(self, edition: Edition) -> Level {
        match self {
            Initially::On => Level::Warn,
            Initially::OnInImp if edition != Edition::Squirrel3 => Level::Warn,
            Initially::OnInImp | Initially::Off => Level::Allow,
        }
    }
}

macro_rules! lints {
    ($($code:ident $initially:ident $make:expr;)*) => {
        /// All lints and whether they are on.
        const ALL: &[(Code, Initially)] = &[
            $((codes::$code, Initially::$initially),)*
            // This one is about the comments, and not asked.
            (codes::UNKNOWN_LINT, Initially::On),
        ];

        /// A lint that has not seen anything yet.
        fn new_lint<'a>(code: Code) -> Option<Box<dyn Lint<'a> + 'a>> {
            match code {
                $(codes::$code => Some(Box::new($make)),)*
                _ => None,
            }
        }
    };
}

lints! {
    UNKNOWN_NAME OnInImp unknown::UnknownName::default();
    UNKNOWN_MEMBER OnInImp unknown::UnknownMember;
    UNDECLARED_ASSIGNMENT OnInImp unknown::UndeclaredAssignment::default();
    UNBOUND_CALLBACK OnInImp callbacks::UnboundCallback;
    CAPTURED_LOOP_VARIABLE On callbacks::CapturedLoopVariable;
    CALLBACK_PARAMETERS OnInImp callbacks::CallbackParameters;
    ASSIGNMENT_IN_CONDITION On conditions::AssignmentInCondition;
    UNREACHABLE_CODE On statements::UnreachableCode;
    NO_EFFECT On statements::NoEffect::default();
    DUPLICATE_KEY On duplicates::DuplicateKey;
    DUPLICATE_CONDITION On duplicates::DuplicateCondition::default();
    IMPOSSIBLE_TYPE On types::ImpossibleType;
    MISLEADING_PRECEDENCE On precedence::MisleadingPrecedence;
    NULL_RESULT OnInImp results::NullResult::default();
    CHANGED_WHILE_ITERATED On iteration::ChangedWhileIterated;
    SELF_ASSIGNMENT On same::SelfAssignment;
    SELF_COMPARISON On same::SelfComparison;
    INTEGER_OVERFLOW On literals::IntegerOverflow;
    HEX_ESCAPE_OVERFLOW OnInImp literals::HexEscapeOverflow;
    INEXACT_COMPARISON On literals::InexactComparison;
    UNUSED_LOCAL Off variables::UnusedLocal;
    UNUSED_PARAMETER Off variables::UnusedParameter;
    SHADOWED_LOCAL Off variables::ShadowedLocal;
    FALL_THROUGH Off fall_through::FallThrough;
    OCTAL_NUMBER Off literals::OctalNumber;
    MISSING_COMMA Off commas::MissingComma;
}

/// Is asked about every node of a program; see [`crate::visit::Visitor`] for the order.
trait Lint<'a> {
    fn expr(&mut self, _context: &mut Context<'a, '_>, _expr: &'a Expr<'a>) {}
    fn stmt(&mut self, _context: &mut Context<'a, '_>, _stmt: &'a Stmt<'a>) {}
    fn statements(&mut self, _context: &mut Context<'a, '_>, _list: &'a [&'a Stmt<'a>]) {}
    fn open(&mut self, _context: &mut Context<'a, '_>, _scope: Scope<'a>) {}
    fn close(&mut self, _context: &mut Context<'a, '_>, _scope: Scope<'a>) {}
    /// A variable is about to be declared.
    fn declare(&mut self, _context: &mut Context<'a, '_>, _name: Ident<'a>, _kind: Declared) {}
    /// The scope of a variable has ended.
    fn local_ended(&mut self, _context: &mut Context<'a, '_>, _local: Local<'a>) {}
}

/// Runs the lints over a program without errors.
pub(crate) fn lint(
    program: &Program<'_>,
    source: &[u8],
    compile_options: &CompileOptions,
    options: &LintOptions,
) -> Vec<Diagnostic> {
    let edition = compile_options.edition;
    let mut facts = Facts::of(program);
    let constants = compile_options.constants.iter().map(|(name, _)| name);
    let enums = compile_options.enums.iter().map(|(name, _)| name);
    constants.chain(enums).for_each(|name| facts.add_host_constant(name.as_bytes()));
    let nothing = KnownNames::default();
    let names = options.names.as_ref().unwrap_or(&nothing);
    let is_known = |name: &[u8]| names.root().member(text(name)).is_some();
    facts.is_open |= includes_other_texts(source) || facts.has_unknown_base(is_known);
    let active = ALL.iter().filter(|(code, _)| options.level(*code, edition) != Level::Allow);
    let lints = active.filter_map(|(code, _)| new_lint(*code)).collect();
    let mut walker = Walker { context: Context::new(source, &facts, names), lints };
    visit::walk(program, &mut walker);
    walker.finish();
    let mut found = walker.context.into_found();
    Allowances::read(source).apply(&mut found);
    found.retain_mut(|diagnostic| with_level(diagnostic, options.level(diagnostic.code, edition)));
    found
}

/// Makes a diagnostic as bad as its lint says; false if it is to be forgotten.
fn with_level(diagnostic: &mut Diagnostic, level: Level) -> bool {
    diagnostic.severity = if level == Level::Deny { Severity::Error } else { Severity::Warning };
    level != Level::Allow
}

/// Whether lines ask for other texts, whose names are then unknown.
fn includes_other_texts(source: &[u8]) -> bool {
    source.split(|byte| *byte == b'\n').any(|line| {
        let line = line.trim_ascii_start();
        [&b"#require"[..], b"#import", b"@include", b"//@include"].iter().any(|word| line.starts_with(word))
    })
}

/// A warning with a label at its place.
fn warning(code: Code, title: impl Into<String>, span: Span, label: impl Into<String>) -> Diagnostic {
    Diagnostic {
        code,
        severity: Severity::Warning,
        title: title.into(),
        span,
        label: label.into(),
        labels: Vec::new(),
        help: None,
    }
}

/// The same with a label at another place.
fn and_label(mut diagnostic: Diagnostic, span: Span, text: &str) -> Diagnostic {
    diagnostic.labels.push(Label { span, text: text.to_owned() });
    diagnostic
}

/// The same with a hint what to do.
fn and_help(diagnostic: Diagnostic, help: impl Into<String>) -> Diagnostic {
    Diagnostic { help: Some(help.into()), ..diagnostic }
}

/// A name as text: it consists of ASCII characters.
fn text(name: &[u8]) -> &str {
    std::str::from_utf8(name).unwrap_or_default()
}
