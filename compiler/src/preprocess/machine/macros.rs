//! `@macro`: declarations, and texts made from them.

use std::rc::Rc;

use super::context::{Binding, Context};
use super::{Machine, Source, Stop};
use crate::ast::Span;
use crate::codes;
use crate::diagnostic::Label;
use crate::preprocess::block::{Block, Node};
use crate::preprocess::evaluate::Failure;
use crate::preprocess::expression::{self, Backslash, Expr, ExprKind, Mistake};
use crate::preprocess::value::Value;
use crate::source_map::InclusionId;

/// A macro.
#[derive(Debug)]
pub(in crate::preprocess) struct Macro {
    parameters: Vec<String>,
    body: Rc<Block>,
    source: Rc<Source>,
    span: Span,
}

impl Machine<'_> {
    pub(super) fn declare(
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

    pub(super) fn run_macro(
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
    pub(in crate::preprocess) fn inline_macro(
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

    /// The innermost text of an expression, without the line break at its end.
    pub(super) fn take_inline(&mut self, result: Result<(), Stop>) -> Result<Vec<u8>, Stop> {
        let mut text = self.inline.pop().unwrap_or_default();
        result?;
        if text.ends_with(b"\n") {
            text.truncate(text.len() - if text.ends_with(b"\r\n") { 2 } else { 1 });
        }
        Ok(text)
    }

    /// The macro with this name.
    pub(in crate::preprocess) fn find_macro(&self, name: &str) -> Option<Rc<Macro>> {
        self.macros.get(name).cloned()
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
