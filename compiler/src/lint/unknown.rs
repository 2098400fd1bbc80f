//! Names that nothing can resolve: neither the program nor the host makes them.
//!
//! These lints compare with what the program makes *anywhere* ([`Facts`]), so
//! that the order in which things happen does not matter. They are silent where
//! names may come from elsewhere: in files that are parts of other programs, in
//! methods of objects that the text does not show, and after tricks with the
//! root table.
//!
//! [`Facts`]: super::facts::Facts

use super::context::{Binding, Context};
use super::names::Known;
use super::{Lint, and_help, and_label, text, warning};
use crate::ast::{AssignOp, Expr, ExprKind, Ident, Span};
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::similar::closest;
use hashbrown::HashSet;

/// Reads of a name.
#[derive(Default)]
pub(super) struct UnknownName<'a> {
    /// One report for each name is enough.
    reported: HashSet<&'a [u8]>,
}

impl<'a> Lint<'a> for UnknownName<'a> {
    fn expr(&mut self, context: &mut Context<'a, '_>, expr: &'a Expr<'a>) {
        let (name, is_root) = match expr.kind {
            ExprKind::Name(name) => (name, false),
            ExprKind::RootSlot(ident) => (ident.name, true),
            _ => return,
        };
        if context.is_target(expr) {
            return;
        }
        if let Some(place) = constant_declared_later(context, name, expr.span) {
            if self.reported.insert(name) {
                context.report(used_too_early(name, expr.span, place));
            }
        } else if is_unknown(context, name, is_root)
            // The lint about assignments says it once for both.
            && !context.facts.is_assigned(name)
            && self.reported.insert(name)
        {
            let found = unknown_name(context, name, expr.span, self.reported.len());
            context.report(found);
        }
    }
}

/// Where the constant is declared whose name stands before its declaration, where it is no constant yet.
fn constant_declared_later(context: &Context<'_, '_>, name: &[u8], place: Span) -> Option<Span> {
    let declaration = context.facts.constant(name)?;
    let is_other = context.resolve(name) != Binding::Constant
        || context.facts.may_be_slot(name)
        || root_member(context, name).is_some();
    (declaration.start > place.start && !is_other && context.knows_names()).then_some(declaration)
}

fn used_too_early(name: &[u8], span: Span, declaration: Span) -> Diagnostic {
    let title = format!("`{}` is used before it is declared", text(name));
    let found = warning(codes::UNKNOWN_NAME, title, span, "not a constant yet");
    let found = and_label(found, declaration, "declared here");
    and_help(found, "move the declaration to the beginning of the program")
}

/// Whether nothing can resolve a name.
fn is_unknown(context: &Context<'_, '_>, name: &[u8], is_root: bool) -> bool {
    if !context.knows_names() || (!is_root && context.resolve(name) != Binding::Slot) {
        return false;
    }
    let is_made = context.facts.may_be_slot(name) || root_member(context, name).is_some();
    if is_made || context.names.is_method(text(name)) {
        return false;
    }
    // What exists on the other side is certainly not here.
    context.names.root().elsewhere(text(name)).is_some() || !may_come_from_elsewhere(context)
}

fn may_come_from_elsewhere(context: &Context<'_, '_>) -> bool {
    context.names.is_open()
        || context.facts.is_open
        || !context.facts.has_actions
        || context.this_may_have_anything()
}

fn root_member<'n>(context: &Context<'_, 'n>, name: &[u8]) -> Option<&'n Known> {
    context.names.root().member(text(name))
}

fn unknown_name(context: &Context<'_, '_>, name: &[u8], span: Span, n_reported: usize) -> Diagnostic {
    let name = text(name);
    let title = format!("cannot find `{name}`");
    if let Some(place) = context.names.root().elsewhere(name) {
        return warning(codes::UNKNOWN_NAME, title, span, place);
    }
    let label = "not a variable, and no slot of this name is ever created";
    suggesting(context, warning(codes::UNKNOWN_NAME, title, span, label), name, n_reported)
}

/// After so many names, suggestions are not worth their time: all names are compared.
const MAX_SUGGESTIONS: usize = 100;

/// The diagnostic with the name that was most likely meant.
fn suggesting(context: &Context<'_, '_>, found: Diagnostic, name: &str, n_reported: usize) -> Diagnostic {
    if n_reported > MAX_SUGGESTIONS {
        return found;
    }
    let locals = context.locals.iter().map(|local| text(local.name.name));
    let made = context.facts.names().map(text);
    match closest(name, locals.chain(made).chain(context.names.root().names())) {
        Some(other) => and_help(found, format!("did you mean `{other}`?")),
        None => found,
    }
}

/// Assignments to a name.
#[derive(Default)]
pub(super) struct UndeclaredAssignment<'a> {
    reported: HashSet<&'a [u8]>,
}

impl<'a> Lint<'a> for UndeclaredAssignment<'a> {
    fn expr(&mut self, context: &mut Context<'a, '_>, expr: &'a Expr<'a>) {
        let target = match expr.kind {
            ExprKind::Assign(op, target, _) if op != AssignOp::NewSlot => target,
            ExprKind::IncDec { target, .. } => target,
            _ => return,
        };
        let (name, is_root) = match target.kind {
            ExprKind::Name(name) => (name, false),
            ExprKind::RootSlot(ident) => (ident.name, true),
            _ => return,
        };
        if is_unknown(context, name, is_root) && self.reported.insert(name) {
            let found = undeclared(context, name, target.span, self.reported.len());
            context.report(found);
        }
    }
}

fn undeclared(context: &Context<'_, '_>, name: &[u8], span: Span, n_reported: usize) -> Diagnostic {
    let name = text(name);
    let title = format!("`{name}` is assigned but never declared");
    let label = "not a variable, and no slot of this name is ever created";
    let found =
        suggesting(context, warning(codes::UNDECLARED_ASSIGNMENT, title, span, label), name, n_reported);
    match found.help {
        Some(_) => found,
        None => and_help(
            found,
            format!("declare a variable with `local {name}`, or create a slot with `{name} <- …`"),
        ),
    }
}

/// Members of the objects of the host.
pub(super) struct UnknownMember;

impl<'a> Lint<'a> for UnknownMember {
    fn expr(&mut self, context: &mut Context<'a, '_>, expr: &'a Expr<'a>) {
        let ExprKind::Member(object, member) = expr.kind else { return };
        let Some((known, path)) = host_object(context, object) else { return };
        let name = text(member.name);
        let is_created = context.facts.may_be_slot(member.name) || context.names.is_method(name);
        if !known.is_object() || known.member(name).is_some() || is_created {
            return;
        }
        let found = unknown_member(known, &path, member);
        context.report(found);
    }
}

fn unknown_member(known: &Known, path: &str, member: Ident<'_>) -> Diagnostic {
    let name = text(member.name);
    let title = format!("`{path}` has no member `{name}`");
    if let Some(place) = known.elsewhere(name) {
        return warning(codes::UNKNOWN_MEMBER, title, member.span, place);
    }
    let found = warning(codes::UNKNOWN_MEMBER, title, member.span, "does not exist");
    match closest(name, known.names()) {
        Some(other) => and_help(found, format!("did you mean `{other}`?")),
        None => found,
    }
}

/// The object of the host that an expression leads to, and how that is written.
pub(super) fn host_object<'n>(context: &Context<'_, 'n>, expr: &Expr<'_>) -> Option<(&'n Known, String)> {
    let mut members = Vec::new();
    let mut root = expr;
    while let ExprKind::Member(object, member) = root.kind {
        members.push(text(member.name));
        root = object;
    }
    let name = match root.kind {
        ExprKind::Name(name) if context.resolve(name) == Binding::Slot => name,
        ExprKind::RootSlot(ident) => ident.name,
        _ => return None,
    };
    // A program may have a stand-in of its own.
    if context.facts.may_be_slot(name) {
        return None;
    }
    members.push(text(name));
    let path = members.iter().rev();
    let known = path.clone().try_fold(context.names.root(), |object, name| object.member(name))?;
    Some((known, path.copied().collect::<Vec<_>>().join(".")))
}
