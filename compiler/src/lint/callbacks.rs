//! Functions that are called later: by a timer, a message, a pin.
//!
//! Nobody gives them a `this` then, and the variables that they see have the
//! values of that later moment.

use super::context::{Binding, Context, This};
use super::unknown::host_object;
use super::{Lint, and_help, and_label, text, warning};
use crate::ast::{Expr, ExprKind, Function, Ident, Slot, Span};
use crate::codes;
use crate::visit::{self, Declared, Scope, Visitor};
use hashbrown::HashSet;

/// The arguments of a call that are called later.
fn callbacks<'a>(
    context: &Context<'a, '_>,
    callee: &'a Expr<'a>,
    arguments: &'a [&'a Expr<'a>],
) -> Vec<&'a Expr<'a>> {
    let mut positions: Vec<usize> = Vec::new();
    if let Some((known, _)) = host_object(context, callee) {
        positions.extend(known.callbacks());
    }
    if let ExprKind::Member(_, method) = callee.kind
        && positions.is_empty()
    {
        positions.extend(callback_of_method(method.name, arguments));
    }
    positions.into_iter().filter_map(|position| arguments.get(position).copied()).collect()
}

/// Pins, buses and requests are kept in variables, so their methods are recognised by what they get.
fn callback_of_method(method: &[u8], arguments: &[&Expr<'_>]) -> Option<usize> {
    let names = || {
        arguments.iter().filter_map(|argument| match argument.kind {
            ExprKind::Name(name) => Some(name),
            _ => None,
        })
    };
    match method {
        b"sendasync" => Some(0),
        b"configure" if names().next().is_some_and(|name| name.starts_with(b"DIGITAL_IN")) => Some(1),
        b"configure" if names().any(|name| name.starts_with(b"PARITY_")) => Some(5),
        _ => None,
    }
}

/// A method, or a function that uses `this`, as a callback.
pub(super) struct UnboundCallback;

impl<'a> Lint<'a> for UnboundCallback {
    fn expr(&mut self, context: &mut Context<'a, '_>, expr: &'a Expr<'a>) {
        let ExprKind::Call(callee, arguments) = expr.kind else { return };
        let callbacks = callbacks(context, callee, arguments);
        if callbacks.is_empty() {
            return;
        }
        let Some(object) = Object::around(context) else { return };
        for callback in callbacks {
            match callback.kind {
                ExprKind::Function(function) => check_function(context, &object, callback, function),
                ExprKind::Name(name) if context.resolve(name) == Binding::Slot => {
                    check_method(context, &object, callback, name);
                }
                ExprKind::Member(Expr { kind: ExprKind::This, .. }, name) => {
                    check_method(context, &object, callback, name.name);
                }
                _ => {}
            }
        }
    }
}

fn check_method<'a>(context: &mut Context<'a, '_>, object: &Object<'a>, callback: &'a Expr<'a>, name: &[u8]) {
    let Some(method) = object.method(name) else { return };
    let Some(place) = use_of_this(context, object, method) else { return };
    let name = text(name);
    let title = format!("the method `{name}` is passed without its object");
    let found =
        warning(codes::UNBOUND_CALLBACK, title, callback.span, "called later, with the root table as `this`");
    let found = and_label(found, place, "needs the object here");
    let written = context.text(callback.span);
    context.report(and_help(found, format!("write `{written}.bindenv(this)`")));
}

fn check_function<'a>(
    context: &mut Context<'a, '_>,
    object: &Object<'a>,
    callback: &'a Expr<'a>,
    function: &'a Function<'a>,
) {
    let Some(place) = use_of_this(context, object, function) else { return };
    let word = Span::new(callback.span.start, (callback.span.start + 8).min(callback.span.end));
    let title = "a callback uses the object around it without being bound to it";
    let found = warning(codes::UNBOUND_CALLBACK, title, place, "`this` is the root table when it is called");
    let found = and_label(found, word, "called later");
    context.report(and_help(found, "write `.bindenv(this)` after the function"));
}

/// The object whose method is running at a place.
struct Object<'a> {
    slots: Vec<&'a Slot<'a>>,
}

impl<'a> Object<'a> {
    fn around(context: &Context<'a, '_>) -> Option<Self> {
        let slots = match context.this() {
            This::Class(class) => {
                let classes = context.facts.ancestry(class).0;
                classes.iter().flat_map(|class| class.members.iter().map(|member| &member.slot)).collect()
            }
            This::Table(slots) => slots.iter().collect(),
            _ => return None,
        };
        Some(Object { slots })
    }

    fn has(&self, name: &[u8]) -> bool {
        self.slots.iter().any(|slot| is_named(slot, name))
    }

    fn method(&self, name: &[u8]) -> Option<&'a Function<'a>> {
        let slot = self.slots.iter().find(|slot| is_named(slot, name))?;
        match slot.value.kind {
            ExprKind::Function(function) => Some(function),
            _ => None,
        }
    }
}

fn is_named(slot: &Slot<'_>, name: &[u8]) -> bool {
    matches!(slot.key.kind, ExprKind::Str(key) if key == name)
}

/// The first place in a function that needs the object: `this`, `base`, or the bare name of a member.
fn use_of_this<'a>(
    context: &Context<'a, '_>,
    object: &Object<'a>,
    function: &'a Function<'a>,
) -> Option<Span> {
    let used = Used::by(function);
    let is_member = |name: &[u8]| {
        let is_elsewhere = context.facts.is_root_slot(name) || context.facts.constant(name).is_some();
        object.has(name) && !is_elsewhere && context.resolve(name) == Binding::Slot
    };
    let member = used.names.iter().find(|name| is_member(name.name)).map(|name| name.span);
    used.this.into_iter().chain(member).min_by_key(|span| span.start)
}

/// What a function uses that is not its own.
#[derive(Default)]
struct Used<'a> {
    this: Option<Span>,
    names: Vec<Ident<'a>>,
    declared: HashSet<&'a [u8]>,
    /// Methods of classes and tables inside have a `this` of their own.
    n_objects: usize,
}

impl<'a> Used<'a> {
    fn by(function: &'a Function<'a>) -> Self {
        let mut used = Used::default();
        visit::walk_function(function, &mut used);
        let Used { names, declared, .. } = &mut used;
        names.retain(|name| !declared.contains(name.name));
        used
    }
}

impl<'a> Visitor<'a> for Used<'a> {
    fn expr(&mut self, expr: &Expr<'a>) {
        match expr.kind {
            ExprKind::This | ExprKind::Base if self.n_objects == 0 => {
                self.this.get_or_insert(expr.span);
            }
            ExprKind::Name(name) => self.names.push(Ident { name, span: expr.span }),
            _ => {}
        }
    }

    fn declare(&mut self, name: Ident<'a>, _kind: Declared) {
        self.declared.insert(name.name);
    }

    fn open(&mut self, scope: Scope<'a>) {
        self.n_objects += usize::from(matches!(scope, Scope::Class(_) | Scope::Table(_)));
    }

    fn close(&mut self, scope: Scope<'a>) {
        self.n_objects -= usize::from(matches!(scope, Scope::Class(_) | Scope::Table(_)));
    }
}

/// A callback that uses the variable of a loop around it. There is one variable for all turns.
pub(super) struct CapturedLoopVariable;

impl<'a> Lint<'a> for CapturedLoopVariable {
    fn expr(&mut self, context: &mut Context<'a, '_>, expr: &'a Expr<'a>) {
        let ExprKind::Call(callee, arguments) = expr.kind else { return };
        for callback in callbacks(context, callee, arguments) {
            let Some(function) = function_of(callback) else { continue };
            let captured =
                Used::by(function).names.into_iter().find(|name| match context.resolve(name.name) {
                    Binding::Local(index) => context.locals[index].of_loop.is_some(),
                    Binding::Constant | Binding::Slot => false,
                });
            if let Some(name) = captured {
                let found = captured_variable(context, name);
                context.report(found);
            }
        }
    }
}

fn captured_variable(context: &Context<'_, '_>, name: Ident<'_>) -> crate::diagnostic::Diagnostic {
    let title = format!("`{}` has its last value when the callback runs", text(name.name));
    let label = "all turns of the loop share one variable";
    let found = warning(codes::CAPTURED_LOOP_VARIABLE, title, name.span, label);
    let found = match context.resolve(name.name) {
        Binding::Local(index) => {
            and_label(found, context.locals[index].name.span, "the variable of the loop")
        }
        Binding::Constant | Binding::Slot => found,
    };
    and_help(found, format!("copy it into a `local` inside of the loop: `local copy = {}`", text(name.name)))
}

/// A callback that would stop the program with `wrong number of parameters`.
pub(super) struct CallbackParameters;

impl<'a> Lint<'a> for CallbackParameters {
    fn expr(&mut self, context: &mut Context<'a, '_>, expr: &'a Expr<'a>) {
        let ExprKind::Call(callee, arguments) = expr.kind else { return };
        let Some((known, path)) = host_object(context, callee) else { return };
        for (position, n_passed) in known.callback_arguments() {
            let Some(function) = arguments.get(*position).copied().and_then(function_of) else { continue };
            let n_required = function.params.iter().filter(|param| param.default.is_none()).count();
            let accepts = n_required <= *n_passed && (*n_passed <= function.params.len() || function.varargs);
            if !accepts {
                let found = wrong_parameters(function, &path, *n_passed);
                context.report(found);
            }
        }
    }
}

fn wrong_parameters(function: &Function<'_>, path: &str, n_passed: usize) -> crate::diagnostic::Diagnostic {
    let count = match n_passed {
        0 => "no argument".to_owned(),
        1 => "one argument".to_owned(),
        _ => format!("{n_passed} arguments"),
    };
    let place = function.params.first().map_or(function.span.start, |param| param.name.span.start);
    let end = function.params.last().map_or(place + 1, |param| param.name.span.end);
    let title = format!("`{path}` calls this function with {count}");
    let label = match function.params.len() {
        0 => "has no parameters".to_owned(),
        1 => "has one parameter".to_owned(),
        length => format!("has {length} parameters"),
    };
    let found = warning(codes::CALLBACK_PARAMETERS, title, Span::new(place, end), label);
    and_help(found, "declare as many parameters as there are arguments")
}

/// The function of an argument, bound or not.
fn function_of<'a>(argument: &'a Expr<'a>) -> Option<&'a Function<'a>> {
    match argument.kind {
        ExprKind::Function(function) => Some(function),
        ExprKind::Call(Expr { kind: ExprKind::Member(object, method), .. }, _)
            if method.name == b"bindenv" =>
        {
            match object.kind {
                ExprKind::Function(function) => Some(function),
                _ => None,
            }
        }
        _ => None,
    }
}
