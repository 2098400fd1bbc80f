//! Variables that nobody uses, and variables that hide others.

use super::context::{Binding, Context, Local};
use super::{Lint, and_help, and_label, text, warning};
use crate::ast::Ident;
use crate::codes;
use crate::visit::Declared;

/// A name that says that it is not used.
fn is_unused_by_name(name: &[u8]) -> bool {
    name.starts_with(b"_")
}

pub(super) struct UnusedLocal;

impl<'a> Lint<'a> for UnusedLocal {
    fn local_ended(&mut self, context: &mut Context<'a, '_>, local: Local<'a>) {
        let is_local = matches!(local.kind, Declared::Local | Declared::Function);
        if is_local && local.n_reads == 0 && !is_unused_by_name(local.name.name) {
            let name = text(local.name.name);
            let title = format!("the value of `{name}` is never used");
            let found = warning(codes::UNUSED_LOCAL, title, local.name.span, "");
            context.report(and_help(found, format!("remove it, or call it `_{name}`")));
        }
    }
}

pub(super) struct UnusedParameter;

impl<'a> Lint<'a> for UnusedParameter {
    fn local_ended(&mut self, context: &mut Context<'a, '_>, local: Local<'a>) {
        let is_parameter = local.kind == Declared::Parameter;
        if is_parameter && local.n_reads == 0 && !is_unused_by_name(local.name.name) {
            let name = text(local.name.name);
            let title = format!("the parameter `{name}` is never used");
            let found = warning(codes::UNUSED_PARAMETER, title, local.name.span, "");
            context.report(and_help(found, format!("call it `_{name}` if callers pass it nevertheless")));
        }
    }
}

pub(super) struct ShadowedLocal;

impl<'a> Lint<'a> for ShadowedLocal {
    fn declare(&mut self, context: &mut Context<'a, '_>, name: Ident<'a>, _kind: Declared) {
        if let Binding::Local(index) = context.resolve(name.name) {
            let other = context.locals[index].name.span;
            let title = format!("`{}` hides another variable of this name", text(name.name));
            let found = warning(codes::SHADOWED_LOCAL, title, name.span, "");
            context.report(and_label(found, other, "hidden from here on"));
        }
    }
}
