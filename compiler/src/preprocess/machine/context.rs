//! Where a directive is executed, and what its variables stand for.

use std::cell::Cell;
use std::rc::Rc;

use super::{Machine, Source};
use crate::preprocess::location::Location;
use crate::preprocess::value::Value;
use crate::source_map::{FileId, InclusionId};

/// What is valid where a directive is executed.
pub(in crate::preprocess) struct Context<'c> {
    pub(super) parent: Option<&'c Context<'c>>,
    pub(super) binding: Binding,
    pub(super) source: Rc<Source>,
    pub(super) inclusion: Option<InclusionId>,
    /// The line that is being executed.
    pub(super) line: Cell<u32>,
}

/// What a context adds to the one around it.
pub(super) enum Binding {
    Nothing,
    Arguments(Vec<(String, Value)>),
    Loop(u32),
}

impl<'c> Context<'c> {
    pub(super) fn within(
        &'c self,
        binding: Binding,
        source: Rc<Source>,
        inclusion: Option<InclusionId>,
    ) -> Context<'c> {
        Context { parent: Some(self), binding, source, inclusion, line: self.line.clone() }
    }

    /// This context and those around it.
    pub(super) fn chain(&self) -> impl Iterator<Item = &Context<'c>> {
        std::iter::successors(Some(self), |context| context.parent)
    }

    /// The file that is being executed.
    pub(in crate::preprocess) fn file(&self) -> FileId {
        self.source.id
    }
}

impl Machine<'_> {
    /// The value of a variable; `None` if it is not defined.
    pub(in crate::preprocess) fn variable(&self, name: &str, context: &Context<'_>) -> Option<Value> {
        self.program_variable(name, context).or_else(|| self.loader.environment(name).map(Value::text))
    }

    /// The same without the variables of the environment.
    pub(in crate::preprocess) fn program_variable(&self, name: &str, context: &Context<'_>) -> Option<Value> {
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
}
