//! Execution of the Builder's directives.
//!
//! The machine walks through the blocks of [`super::block`] and writes the
//! text of the program together with its [`SourceMap`]. It is bounded: in the
//! directives that it executes, in the turns of a loop, in the depth of
//! inclusions, and in the size of what it reads and writes.

use std::cell::Cell;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

use super::block::{self, Block, Node, NodeKind, Once};
use super::evaluate::Failure;
use super::expression::{self, Backslash, Expr, ExprKind, Mistake};
use super::location::Location;
use super::value::{MAX_TEXT, Value};
use super::{LoadFailure, Options, SourceLoader};
use crate::ast::Span;
use crate::codes;
use crate::diagnostic::{Code, Diagnostic, Label, Severity};
use crate::source_map::{FileId, Inclusion, InclusionId, InclusionKind, SourceMap};
use crate::syntax_error;

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

/// What is valid where a directive is executed.
pub(super) struct Context<'c> {
    parent: Option<&'c Context<'c>>,
    binding: Binding,
    source: Rc<Source>,
    inclusion: Option<InclusionId>,
    /// The line that is being executed.
    line: Cell<u32>,
}

/// What a context adds to the one around it.
enum Binding {
    Nothing,
    Arguments(Vec<(String, Value)>),
    Loop(u32),
}

impl<'c> Context<'c> {
    fn within(&'c self, binding: Binding, source: Rc<Source>, inclusion: Option<InclusionId>) -> Context<'c> {
        Context { parent: Some(self), binding, source, inclusion, line: self.line.clone() }
    }

    /// This context and those around it.
    fn chain(&self) -> impl Iterator<Item = &Context<'c>> {
        std::iter::successors(Some(self), |context| context.parent)
    }

    /// The file that is being executed.
    pub(super) fn file(&self) -> FileId {
        self.source.id
    }
}

/// A macro.
#[derive(Debug)]
pub(super) struct Macro {
    parameters: Vec<String>,
    body: Rc<Block>,
    source: Rc<Source>,
    span: Span,
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

    fn declare(
        &mut self,
        declaration: Span,
        body: &Rc<Block>,
        node: &Node,
        context: &Context<'_>,
    ) -> Result<(), Stop> {
        let parsed = expression::parse(&context.source.text, declaration, Backslash::Escape);
        let parsed = parsed.map_err(Failure::from).and_then(|expr| Ok(signature(&expr)?));
        let Some((name, parameters)) = self.accept(parsed, context)? else { return Ok(()) };
        if let Some(previous) = self.macros.get(&name) {
            let title = format!("the macro `{name}` is declared twice");
            let span = self.map.span_in_file(previous.source.id, previous.span);
            let mut diagnostic = self.error(codes::MACRO_REDECLARED, title, context.file(), node.span, "");
            diagnostic.labels.push(Label { span, text: "first declared here".to_owned() });
            return self.report(diagnostic);
        }
        let source = context.source.clone();
        let definition = Macro { parameters, body: body.clone(), source, span: node.span };
        self.macros.insert(name, Rc::new(definition));
        Ok(())
    }

    fn include(&mut self, once: Once, span: Span, node: &Node, context: &Context<'_>) -> Result<(), Stop> {
        if context.source.text[span.start as usize..span.end as usize].trim_ascii().is_empty() {
            return Ok(());
        }
        self.check_depth(node.span, context)?;
        let expr = match expression::parse(&context.source.text, span, Backslash::Separator) {
            Ok(expr) => expr,
            Err(mistake) => return self.accept::<()>(Err(mistake.into()), context).map(drop),
        };
        if let ExprKind::Call(callee, arguments) = &expr.kind
            && let ExprKind::Name(name) = &callee.kind
            && let Some(definition) = self.find_macro(name)
        {
            let values = self.values(arguments, context);
            let Some(values) = self.accept(values, context)? else { return Ok(()) };
            let kind = InclusionKind::Macro(name.clone());
            let inclusion = self.add_inclusion(kind, node.span, context);
            return self.run_macro(&definition, values, inclusion, context);
        }
        let path = self.path(&expr, context);
        let Some(path) = self.accept(path, context)? else { return Ok(()) };
        let Some(source) = self.find(&path, once, node.span, context)? else { return Ok(()) };
        let inclusion = self.add_inclusion(InclusionKind::File, node.span, context);
        self.run_source(source, inclusion, context)
    }

    fn path(&mut self, expr: &Expr, context: &Context<'_>) -> Result<Vec<u8>, Failure> {
        let value = self.value(expr, context)?;
        Ok(value.to_text().map_err(|_| Mistake::new("the value is too large", expr.span))?)
    }

    fn add_inclusion(
        &mut self,
        kind: InclusionKind,
        span: Span,
        context: &Context<'_>,
    ) -> Option<InclusionId> {
        let inclusion = Inclusion { kind, file: context.file(), span, parent: context.inclusion };
        Some(self.map.add_inclusion(inclusion))
    }

    fn run_source(
        &mut self,
        source: Rc<Source>,
        inclusion: Option<InclusionId>,
        context: &Context<'_>,
    ) -> Result<(), Stop> {
        let inner = context.within(Binding::Nothing, source.clone(), inclusion);
        self.block(&source.block, &inner)?;
        // What follows the directive begins on a new line.
        let lacks_break = source.text.last().is_some_and(|byte| *byte != b'\n');
        match source.block.last() {
            Some(Node { kind: NodeKind::Text | NodeKind::Inline(_), span, .. }) if lacks_break => {
                self.output_generated(b"\n", Span::new(span.end, span.end), &inner)
            }
            _ => Ok(()),
        }
    }

    fn run_macro(
        &mut self,
        definition: &Macro,
        values: Vec<Value>,
        inclusion: Option<InclusionId>,
        context: &Context<'_>,
    ) -> Result<(), Stop> {
        let arguments = definition.parameters.iter().cloned().zip(values).collect();
        let source = definition.source.clone();
        self.block(&definition.body, &context.within(Binding::Arguments(arguments), source, inclusion))
    }

    /// The text of a macro in an expression.
    pub(super) fn inline_macro(
        &mut self,
        definition: Rc<Macro>,
        values: Vec<Value>,
        span: Span,
        context: &Context<'_>,
    ) -> Result<Vec<u8>, Stop> {
        self.check_depth(span, context)?;
        self.inline.push(Vec::new());
        let result = self.run_macro(&definition, values, context.inclusion, context);
        self.take_inline(result)
    }

    /// The text of a file in an expression.
    pub(super) fn inline_include(
        &mut self,
        path: &[u8],
        span: Span,
        context: &Context<'_>,
    ) -> Result<Vec<u8>, Stop> {
        self.check_depth(span, context)?;
        let Some(source) = self.find(path, Once::Always, span, context)? else { return Ok(Vec::new()) };
        self.inline.push(Vec::new());
        let result = self.run_source(source, context.inclusion, context);
        self.take_inline(result)
    }

    /// The innermost text of an expression, without the line break at its end.
    fn take_inline(&mut self, result: Result<(), Stop>) -> Result<Vec<u8>, Stop> {
        let mut text = self.inline.pop().unwrap_or_default();
        result?;
        if text.ends_with(b"\n") {
            text.truncate(text.len() - if text.ends_with(b"\r\n") { 2 } else { 1 });
        }
        Ok(text)
    }

    /// The text that a path leads to; `None` if it is not to be included or if there is none, which has been
    /// reported.
    fn find(
        &mut self,
        path: &[u8],
        once: Once,
        span: Span,
        context: &Context<'_>,
    ) -> Result<Option<Rc<Source>>, Stop> {
        let path = String::from_utf8_lossy(path);
        let candidates = context.source.location.candidates(&path, &self.folders);
        for location in &candidates {
            let key = location.to_text();
            if once == Once::Once && self.included.contains(&key) {
                return Ok(None);
            }
            match self.load(location, &key) {
                Ok(Some(source)) => return self.meet(source, key, once, span, context),
                Ok(None) => {}
                Err((message, help)) => {
                    let title = format!("cannot include `{}`: {message}", path.trim());
                    let diagnostic = self.error(codes::INCLUDE_UNREADABLE, title, context.file(), span, "");
                    self.report(Diagnostic { help, ..diagnostic })?;
                    return Ok(None);
                }
            }
        }
        let title = format!("there is no `{}`", path.trim());
        let places: Vec<_> = candidates.iter().map(|location| format!("`{}`", location.folder())).collect();
        let diagnostic = self.error(codes::INCLUDE_NOT_FOUND, title, context.file(), span, "");
        let help = format!("put it where it is looked for: in {}", places.join(", "));
        self.report(Diagnostic { help: Some(help), ..diagnostic })?;
        Ok(None)
    }

    /// Reads a text; `None` if there is none.
    fn load(
        &mut self,
        location: &Location,
        key: &str,
    ) -> Result<Option<Rc<Source>>, (String, Option<String>)> {
        if let Some(known) = self.sources.get(key) {
            return Ok(known.clone());
        }
        let source = match self.loader.load(key) {
            Ok(loaded) if self.input + loaded.text.len() > MAX_INPUT => {
                let mebibytes = MAX_INPUT >> 20;
                return Err((format!("all texts together have more than {mebibytes} MiB"), None));
            }
            Ok(loaded) => Some(self.add_source(&loaded.name, location.clone(), loaded.text)),
            Err(LoadFailure::NotFound) => None,
            Err(LoadFailure::Unreadable { message, help }) => return Err((message, help)),
        };
        self.sources.insert(key.to_owned(), source.clone());
        Ok(source)
    }

    /// Notes that a text is included, and decides whether it is.
    fn meet(
        &mut self,
        source: Rc<Source>,
        key: String,
        once: Once,
        span: Span,
        context: &Context<'_>,
    ) -> Result<Option<Rc<Source>>, Stop> {
        self.included.insert(key);
        let here = (context.file(), span);
        let recurs = context.chain().any(|outer| Rc::ptr_eq(&outer.source, &source));
        match self.contents.get(&source.text) {
            None => {
                self.contents.insert(source.text.clone(), here);
            }
            Some(_) if once == Once::Once => return Ok(None),
            Some(first)
                if *first != here && first.1 != Span::default() && self.inline.is_empty() && !recurs =>
            {
                let label = Label {
                    span: self.map.span_in_file(first.0, first.1),
                    text: "first included here".to_owned(),
                };
                let title = "the same text is included twice";
                let mut diagnostic = self.error(codes::INCLUDED_TWICE, title, context.file(), span, "");
                diagnostic.severity = Severity::Warning;
                diagnostic.labels.push(label);
                diagnostic.help = Some("use `@include once` if that is not meant".to_owned());
                self.report(diagnostic)?;
            }
            Some(_) => {}
        }
        Ok(Some(source))
    }

    /// The macro with this name.
    pub(super) fn find_macro(&self, name: &str) -> Option<Rc<Macro>> {
        self.macros.get(name).cloned()
    }

    /// The value of a variable; `None` if it is not defined.
    pub(super) fn variable(&self, name: &str, context: &Context<'_>) -> Option<Value> {
        self.program_variable(name, context).or_else(|| self.loader.environment(name).map(Value::text))
    }

    /// The same without the variables of the environment.
    pub(super) fn program_variable(&self, name: &str, context: &Context<'_>) -> Option<Value> {
        for context in context.chain() {
            match &context.binding {
                Binding::Loop(turn) if name == "loop" => return Some(Value::Loop(*turn)),
                Binding::Arguments(arguments) => {
                    if let Some((_, value)) = arguments.iter().rev().find(|(parameter, _)| parameter == name)
                    {
                        return Some(value.clone());
                    }
                }
                _ => {}
            }
        }
        if let Some((_, value)) = self.options.variables.iter().rev().find(|(variable, _)| variable == name) {
            return Some(Value::text(value));
        }
        let location = |context: &Context<'_>, read: fn(&Location) -> Option<String>| {
            context.chain().find_map(|context| read(&context.source.location)).map(Value::text)
        };
        match name {
            "__LINE__" => Some(Value::Number(f64::from(context.line.get()))),
            "__FILE__" => Some(Value::text(context.source.location.file_name())),
            "__PATH__" => Some(Value::text(context.source.location.folder())),
            "__REPO_REF__" => location(context, |location| location.reference().map(str::to_owned)),
            "__REPO_PREFIX__" => location(context, |location| location.repository().map(str::to_owned)),
            "__URL_ROOT__" => location(context, |location| location.url().map(|(root, _)| root.to_owned())),
            "__URL_PATH__" => location(context, |location| location.url().map(|(_, path)| path.to_owned())),
            "S" => Some(Value::Strings),
            _ => self.variables.get(name).cloned(),
        }
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

/// The name and the parameters of a macro.
fn signature(declaration: &Expr) -> Result<(String, Vec<String>), Mistake> {
    let name = |expr: &Expr| match &expr.kind {
        ExprKind::Name(name) => Ok(name.clone()),
        _ => Err(Mistake::new("a name expected", expr.span)),
    };
    let ExprKind::Call(callee, parameters) = &declaration.kind else {
        let message = "write the parameters after the name: `@macro name(a, b)`";
        return Err(Mistake::new(message, declaration.span));
    };
    Ok((name(callee)?, parameters.iter().map(name).collect::<Result<_, _>>()?))
}
