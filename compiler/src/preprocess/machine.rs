//! Execution of the Builder's directives.
//!
//! The machine walks through the blocks of [`super::block`] and writes the
//! text of the program together with its [`SourceMap`]. It is bounded: in the
//! directives that it executes, in the turns of a loop, in the depth of
//! inclusions, and in the size of what it reads and writes.
//!
//! `include` finds texts and `macros` makes them; what is valid where is in
//! `context`.

mod context;
mod include;
mod macros;

use std::cell::Cell;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

use super::block::{self, Block, Node, NodeKind};
use super::evaluate::Failure;
use super::expression::{self, Backslash, ExprKind, Mistake};
use super::location::Location;
use super::value::{MAX_TEXT, Value};
use super::{Options, SourceLoader};
use crate::ast::Span;
use crate::codes;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::source_map::{FileId, SourceMap};
use crate::syntax_error;

use context::Binding;
pub(super) use context::Context;
use macros::Macro;

/// Depth of blocks, inclusions and macros inside each other.
const MAX_DEPTH: u32 = 256;

/// Turns of one loop.
const MAX_TURNS: u32 = 100_000;

/// Directives and pieces of text that are executed altogether.
const MAX_STEPS: u32 = 1_000_000;

/// Bytes of the text of the program.
const MAX_OUTPUT: usize = crate::parse::MAX_SOURCE;

/// Bytes of all texts that are read.
const MAX_INPUT: usize = 256 << 20;

/// Errors and warnings after which the rest is not looked at.
const MAX_DIAGNOSTICS: usize = 100;

/// It is no use to go on; the reason has been reported.
#[derive(Debug)]
pub(super) struct Stop;

/// A text that has been read.
#[derive(Debug)]
pub(super) struct Source {
    id: FileId,
    text: Arc<[u8]>,
    location: Location,
    block: Rc<Block>,
}

/// The state of the Builder.
pub(super) struct Machine<'m> {
    options: &'m Options,
    loader: &'m mut dyn SourceLoader,
    pub(super) map: SourceMap,
    pub(super) text: Vec<u8>,
    pub(super) diagnostics: Vec<Diagnostic>,
    macros: HashMap<String, Rc<Macro>>,
    variables: HashMap<String, Value>,
    /// What has been read, by location; `None` if there is nothing.
    sources: HashMap<String, Option<Rc<Source>>>,
    /// The locations of all included texts.
    included: HashSet<String>,
    /// Where each text was included first.
    contents: HashMap<Arc<[u8]>, (FileId, Span)>,
    /// Texts of expressions that are being put together, innermost last.
    inline: Vec<Vec<u8>>,
    folders: Vec<String>,
    depth: u32,
    pub(super) evaluation_depth: u32,
    steps: u32,
    input: usize,
}

impl<'m> Machine<'m> {
    pub(super) fn new(options: &'m Options, loader: &'m mut dyn SourceLoader) -> Self {
        Machine {
            options,
            loader,
            map: SourceMap::default(),
            text: Vec::new(),
            diagnostics: Vec::new(),
            macros: HashMap::new(),
            variables: HashMap::new(),
            sources: HashMap::new(),
            included: HashSet::new(),
            contents: HashMap::new(),
            inline: Vec::new(),
            folders: Vec::new(),
            depth: 0,
            evaluation_depth: 0,
            steps: 0,
            input: 0,
        }
    }

    /// Executes a program.
    pub(super) fn run(&mut self, name: &str, location: &str, text: &[u8]) {
        let location = Location::new(location);
        self.folders.push(location.folder());
        self.folders.extend(self.options.folders.iter().cloned());
        let key = location.to_text();
        let source = self.add_source(name, location, text.into());
        self.contents.insert(source.text.clone(), (source.id, Span::default()));
        self.included.insert(key.clone());
        self.sources.insert(key, Some(source.clone()));
        let context = Context {
            parent: None,
            binding: Binding::Nothing,
            source: source.clone(),
            inclusion: None,
            line: Cell::new(1),
        };
        // The reason of a stop has been reported.
        let _ = self.block(&source.block, &context);
    }

    fn add_source(&mut self, name: &str, location: Location, text: Arc<[u8]>) -> Rc<Source> {
        self.input += text.len();
        let id = self.map.add_file(name, text.clone());
        let (block, problems) = block::parse(&text);
        for problem in problems.into_iter().take(MAX_DIAGNOSTICS) {
            let diagnostic = self.error(problem.code, problem.title, id, problem.span, "");
            self.diagnostics.push(Diagnostic { help: problem.help.map(str::to_owned), ..diagnostic });
        }
        Rc::new(Source { id, text, location, block: Rc::new(block) })
    }

    fn block(&mut self, block: &Block, context: &Context<'_>) -> Result<(), Stop> {
        self.depth += 1;
        let result = block.iter().try_for_each(|node| self.node(node, context));
        self.depth -= 1;
        result
    }

    /// Makes sure that a directive may execute another block.
    fn check_depth(&mut self, node_span: Span, context: &Context<'_>) -> Result<(), Stop> {
        if self.depth < MAX_DEPTH {
            return Ok(());
        }
        let is_cycle = context.chain().skip(1).any(|outer| Rc::ptr_eq(&outer.source, &context.source));
        let title = if is_cycle {
            format!("`{}` includes itself without end", self.map.file(context.file()).name())
        } else {
            "inclusions, macros and blocks are nested too deeply".to_owned()
        };
        Err(self.stop(codes::INCLUDE_CYCLE, title, context.file(), node_span, ""))
    }

    fn node(&mut self, node: &Node, context: &Context<'_>) -> Result<(), Stop> {
        context.line.set(node.line);
        self.steps += 1;
        if self.steps > MAX_STEPS {
            let title = format!("the Builder does not finish within {MAX_STEPS} steps");
            return Err(self.stop(codes::BUILDER_LIMIT, title, context.file(), node.span, ""));
        }
        match &node.kind {
            NodeKind::Text => self.output_copy(node.span, context),
            NodeKind::Inline(span) => self.inline_expression(*span, node, context),
            NodeKind::Include { once, source } => self.include(*once, *source, node, context),
            NodeKind::Set { name, value } => self.set(*name, *value, context),
            NodeKind::If(branches) => self.condition(branches, node, context),
            NodeKind::Macro { declaration, body } => self.declare(*declaration, body, node, context),
            NodeKind::While { condition, body } => self.while_loop(*condition, body, node, context),
            NodeKind::Repeat { count, body } => self.repeat_loop(*count, body, node, context),
            NodeKind::Error(message) => {
                let message = self.message(*message, context)?;
                Err(self.stop(codes::BUILDER_ERROR, message, context.file(), node.span, ""))
            }
            NodeKind::Warning(message) => {
                let message = self.message(*message, context)?;
                self.warn(codes::BUILDER_WARNING, message, node.span, None, context)
            }
        }
    }

    fn message(&mut self, span: Span, context: &Context<'_>) -> Result<String, Stop> {
        let value = self.evaluate(span, context)?.unwrap_or(Value::Null);
        Ok(String::from_utf8_lossy(&value.to_text().unwrap_or_default()).into_owned())
    }

    /// The value of an expression in the file that is executed; `None` if it is wrong, which has been reported.
    fn evaluate(&mut self, span: Span, context: &Context<'_>) -> Result<Option<Value>, Stop> {
        if context.source.text[span.start as usize..span.end as usize].trim_ascii().is_empty() {
            // The parser has reported that it is missing.
            return Ok(None);
        }
        let value = match expression::parse(&context.source.text, span, Backslash::Escape) {
            Ok(expr) => self.value(&expr, context),
            Err(mistake) => Err(mistake.into()),
        };
        self.accept(value, context)
    }

    /// The value, or a report of why there is none.
    fn accept<T>(&mut self, value: Result<T, Failure>, context: &Context<'_>) -> Result<Option<T>, Stop> {
        match value {
            Ok(value) => Ok(Some(value)),
            Err(Failure::Stop) => Err(Stop),
            Err(Failure::Mistake(Mistake { message, span })) => {
                let diagnostic = self.error(codes::BUILDER_EXPRESSION, message, context.file(), span, "");
                self.report(diagnostic)?;
                Ok(None)
            }
        }
    }

    fn inline_expression(&mut self, span: Span, node: &Node, context: &Context<'_>) -> Result<(), Stop> {
        let expr = match expression::parse(&context.source.text, span, Backslash::Escape) {
            Ok(expr) => expr,
            Err(mistake) => return self.accept::<()>(Err(mistake.into()), context).map(drop),
        };
        if let ExprKind::Name(name) = &expr.kind
            && self.variable(name, context).is_none()
        {
            let title = format!("`{name}` is not defined, so `null` stands here");
            let help = format!("set `{name}` with `@set` or when you start the compiler");
            self.warn(codes::BUILDER_UNDEFINED, title, node.span, Some(help), context)?;
        }
        let value = self.value(&expr, context);
        let Some(value) = self.accept(value, context)? else { return Ok(()) };
        match value.to_text() {
            Ok(text) => self.output_generated(&text, node.span, context),
            Err(_) => {
                let failure = Failure::from(Mistake::new("the value is too large", expr.span));
                self.accept::<()>(Err(failure), context).map(drop)
            }
        }
    }

    fn set(&mut self, name: Span, value: Span, context: &Context<'_>) -> Result<(), Stop> {
        let name = &context.source.text[name.start as usize..name.end as usize];
        let name = String::from_utf8_lossy(name).into_owned();
        if let Some(value) = self.evaluate(value, context)? {
            self.variables.insert(name, value);
        }
        Ok(())
    }

    fn condition(
        &mut self,
        branches: &[(Option<Span>, Block)],
        node: &Node,
        context: &Context<'_>,
    ) -> Result<(), Stop> {
        for (condition, block) in branches {
            let holds = match condition {
                Some(span) => self.evaluate(*span, context)?.is_some_and(|value| value.is_true()),
                None => true,
            };
            if holds {
                self.check_depth(node.span, context)?;
                return self.block(block, context);
            }
        }
        Ok(())
    }

    fn while_loop(
        &mut self,
        condition: Span,
        body: &Block,
        node: &Node,
        context: &Context<'_>,
    ) -> Result<(), Stop> {
        self.check_depth(node.span, context)?;
        for turn in 0..MAX_TURNS {
            context.line.set(node.line);
            if !self.evaluate(condition, context)?.is_some_and(|value| value.is_true()) {
                return Ok(());
            }
            self.turn(turn, body, context)?;
        }
        let title = format!("the loop does not end within {MAX_TURNS} turns");
        Err(self.stop(codes::BUILDER_LIMIT, title, context.file(), node.span, ""))
    }

    fn repeat_loop(
        &mut self,
        count: Span,
        body: &Block,
        node: &Node,
        context: &Context<'_>,
    ) -> Result<(), Stop> {
        self.check_depth(node.span, context)?;
        let Some(value) = self.evaluate(count, context)? else { return Ok(()) };
        let turns = value.to_number();
        if turns < 0.0 || turns.fract() != 0.0 {
            let message = "the number of turns has to be a whole number, and not negative";
            let mistake = Mistake::new(message, count);
            return self.accept::<()>(Err(mistake.into()), context).map(drop);
        }
        if turns > f64::from(MAX_TURNS) {
            let title = format!("more than {MAX_TURNS} turns");
            return Err(self.stop(codes::BUILDER_LIMIT, title, context.file(), count, ""));
        }
        (0..turns as u32).try_for_each(|turn| self.turn(turn, body, context))
    }

    fn turn(&mut self, turn: u32, body: &Block, context: &Context<'_>) -> Result<(), Stop> {
        // A turn counts even if there is nothing in it.
        self.steps += 1;
        let source = context.source.clone();
        self.block(body, &context.within(Binding::Loop(turn), source, context.inclusion))
    }

    fn output_copy(&mut self, span: Span, context: &Context<'_>) -> Result<(), Stop> {
        let source = context.source.clone();
        let text = &source.text[span.start as usize..span.end as usize];
        if self.inline.is_empty() {
            self.map.append_copy(source.id, span, context.inclusion);
        }
        self.write(text, span, context)
    }

    fn output_generated(&mut self, text: &[u8], span: Span, context: &Context<'_>) -> Result<(), Stop> {
        if self.inline.is_empty() {
            self.map.append_generated(context.file(), span, text.len() as u32, context.inclusion);
        }
        self.write(text, span, context)
    }

    fn write(&mut self, text: &[u8], span: Span, context: &Context<'_>) -> Result<(), Stop> {
        let limit = if self.inline.is_empty() { MAX_OUTPUT } else { MAX_TEXT };
        let out = self.inline.last_mut().unwrap_or(&mut self.text);
        out.extend_from_slice(text);
        if out.len() <= limit {
            return Ok(());
        }
        let title = format!("the text that the Builder makes is larger than {} MiB", limit >> 20);
        Err(self.stop(codes::BUILDER_LIMIT, title, context.file(), span, ""))
    }

    fn error(
        &self,
        code: Code,
        title: impl Into<String>,
        file: FileId,
        span: Span,
        label: &str,
    ) -> Diagnostic {
        syntax_error::new(code, title, self.map.span_in_file(file, span), label)
    }

    fn warn(
        &mut self,
        code: Code,
        title: impl Into<String>,
        span: Span,
        help: Option<String>,
        context: &Context<'_>,
    ) -> Result<(), Stop> {
        let diagnostic = self.error(code, title, context.file(), span, "");
        self.report(Diagnostic { severity: Severity::Warning, help, ..diagnostic })
    }

    /// Adds a diagnostic, unless it has been said already, in a turn of a loop before.
    fn report(&mut self, diagnostic: Diagnostic) -> Result<(), Stop> {
        if !self.diagnostics.contains(&diagnostic) {
            self.diagnostics.push(diagnostic);
        }
        if self.diagnostics.len() < MAX_DIAGNOSTICS { Ok(()) } else { Err(Stop) }
    }

    /// Reports an error after which it is no use to go on.
    pub(super) fn stop(
        &mut self,
        code: Code,
        title: impl Into<String>,
        file: FileId,
        span: Span,
        label: &str,
    ) -> Stop {
        let diagnostic = self.error(code, title, file, span, label);
        self.diagnostics.push(diagnostic);
        Stop
    }
}
