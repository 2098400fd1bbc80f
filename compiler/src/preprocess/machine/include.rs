//! `@include`: which text a path leads to, and what is said about it.

use std::rc::Rc;

use super::context::{Binding, Context};
use super::{MAX_INPUT, Machine, Source, Stop};
use crate::ast::Span;
use crate::codes;
use crate::diagnostic::{Diagnostic, Label, Severity};
use crate::preprocess::LoadFailure;
use crate::preprocess::block::{Node, NodeKind, Once};
use crate::preprocess::evaluate::Failure;
use crate::preprocess::expression::{self, Backslash, Expr, ExprKind, Mistake};
use crate::preprocess::location::Location;
use crate::source_map::{Inclusion, InclusionId, InclusionKind};

impl Machine<'_> {
    pub(super) fn include(
        &mut self,
        once: Once,
        span: Span,
        node: &Node,
        context: &Context<'_>,
    ) -> Result<(), Stop> {
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

    pub(super) fn add_inclusion(
        &mut self,
        kind: InclusionKind,
        span: Span,
        context: &Context<'_>,
    ) -> Option<InclusionId> {
        let inclusion = Inclusion { kind, file: context.file(), span, parent: context.inclusion };
        Some(self.map.add_inclusion(inclusion))
    }

    pub(super) fn run_source(
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

    /// The text of a file in an expression.
    pub(in crate::preprocess) fn inline_include(
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
}
