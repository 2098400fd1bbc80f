//! The context of a place in a program: which variables are in scope there,
//! and whose function it is in.
//!
//! [`Walker`] goes through the tree once, keeps the [`Context`] up to date and
//! asks every lint at every node.

use super::Lint;
use super::facts::Facts;
use super::names::KnownNames;
use crate::ast::{AssignOp, Class, Expr, ExprKind, Function, Ident, Slot, Span, Stmt, StmtKind};
use crate::diagnostic::Diagnostic;
use crate::visit::{Declared, Scope, Visitor};
use hashbrown::HashMap;

/// A variable in scope.
#[derive(Clone, Copy, Debug)]
pub(super) struct Local<'a> {
    pub(super) name: Ident<'a>,
    pub(super) kind: Declared,
    /// How often its value is used.
    pub(super) n_reads: u32,
    /// The loop in whose head it is declared.
    pub(super) of_loop: Option<&'a Stmt<'a>>,
}

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Binding {
    /// A variable: an index of locals.
    Local(usize),
    /// A constant or an enum.
    Constant,
    /// A slot of `this` or of the root table.
    Slot,
}

/// What `this` is in a function.
#[derive(Clone, Copy, Debug)]
pub(super) enum This<'a> {
    /// The root table, most likely: code and function statements outside of objects.
    Root,
    /// An instance of a class.
    Class(&'a Class<'a>),
    /// A table.
    Table(&'a [Slot<'a>]),
    /// The same as in the function around it, by `bindenv(this)`.
    Around,
    /// Whatever the caller gives it.
    Free,
    /// An object that the text does not show.
    Unknown,
}

/// What becomes of the value that a variable had before an assignment.
#[derive(Clone, Copy, PartialEq, Eq)]
enum OldValue {
    Dropped,
    Used,
}

/// What is known at a place.
pub(super) struct Context<'a, 'c> {
    pub(super) source: &'a [u8],
    pub(super) facts: &'c Facts<'a>,
    pub(super) names: &'c KnownNames,
    pub(super) locals: Vec<Local<'a>>,
    /// What `this` is in the functions around a place, the main function first.
    frames: Vec<This<'a>>,
    /// The target of the assignment that is being walked, and whether its old value is used.
    target: Option<(&'a Expr<'a>, OldValue)>,
    /// The `for` and `foreach` loops around a place, outermost first.
    loops: Vec<&'a Stmt<'a>>,
    /// The classes and tables around a place, outermost first.
    objects: Vec<This<'a>>,
    /// Numbers of locals and loops outside of the open scopes.
    scopes: Vec<(usize, usize)>,
    /// What `this` will be in functions that are about to be walked.
    this_of: HashMap<*const Function<'a>, This<'a>>,
    found: Vec<Diagnostic>,
}

impl<'a, 'c> Context<'a, 'c> {
    /// The context at the beginning of a program.
    pub(super) fn new(source: &'a [u8], facts: &'c Facts<'a>, names: &'c KnownNames) -> Self {
        Context {
            source,
            facts,
            names,
            locals: Vec::new(),
            frames: vec![This::Root],
            target: None,
            loops: Vec::new(),
            objects: Vec::new(),
            scopes: Vec::new(),
            this_of: HashMap::new(),
            found: Vec::new(),
        }
    }

    /// What a name means here.
    pub(super) fn resolve(&self, name: &[u8]) -> Binding {
        match self.locals.iter().rposition(|local| local.name.name == name) {
            Some(index) => Binding::Local(index),
            None if name == b"vargv" => Binding::Constant,
            None if self.facts.constant(name).is_some() => Binding::Constant,
            None => Binding::Slot,
        }
    }

    /// What `this` is here, bound functions looked through.
    pub(super) fn this(&self) -> This<'a> {
        let mut frames = self.frames.iter().rev().copied();
        frames.find(|this| !matches!(this, This::Around)).unwrap_or(This::Root)
    }

    /// Whether a bare name may be a slot of an object that the text does not show.
    pub(super) fn this_may_have_anything(&self) -> bool {
        self.frames.iter().any(|this| match this {
            This::Unknown => true,
            This::Class(class) => !self.facts.ancestry(class).1,
            _ => false,
        })
    }

    /// Whether an expression is the target of the assignment around it.
    pub(super) fn is_target(&self, expr: &Expr<'a>) -> bool {
        self.target.is_some_and(|(target, _)| std::ptr::eq(target, expr))
    }

    /// Whether the host has said which names there are.
    pub(super) fn knows_names(&self) -> bool {
        self.names.root().is_object()
    }

    /// The text of a span.
    pub(super) fn text(&self, span: Span) -> &'a str {
        let bytes = self.source.get(span.start as usize..span.end as usize).unwrap_or_default();
        std::str::from_utf8(bytes).unwrap_or_default()
    }

    /// Notes what a lint has found.
    pub(super) fn report(&mut self, diagnostic: Diagnostic) {
        self.found.push(diagnostic);
    }

    /// What has been found.
    pub(super) fn into_found(self) -> Vec<Diagnostic> {
        self.found
    }
}

/// Keeps the context and asks the lints.
pub(super) struct Walker<'a, 'c> {
    pub(super) context: Context<'a, 'c>,
    pub(super) lints: Vec<Box<dyn Lint<'a> + 'a>>,
}

impl<'a> Walker<'a, '_> {
    fn ask(&mut self, mut question: impl FnMut(&mut (dyn Lint<'a> + 'a), &mut Context<'a, '_>)) {
        for lint in &mut self.lints {
            question(lint.as_mut(), &mut self.context);
        }
    }

    /// Ends the variables of the main function, for which no scope closes.
    pub(super) fn finish(&mut self) {
        self.end_locals(0);
    }

    fn end_locals(&mut self, first: usize) {
        for index in first..self.context.locals.len() {
            let local = self.context.locals[index];
            self.ask(|lint, context| lint.local_ended(context, local));
        }
        self.context.locals.truncate(first);
    }

    /// Remembers what `this` will be in a function.
    fn set_this(&mut self, function: &'a Function<'a>, this: This<'a>) {
        self.context.this_of.insert(std::ptr::from_ref(function), this);
    }

    /// What `this` is in a method that is stored in an object.
    fn this_in(&self, object: &Expr<'a>) -> This<'a> {
        match object.kind {
            ExprKind::This => This::Around,
            ExprKind::Name(name) | ExprKind::RootSlot(Ident { name, .. }) => self.this_in_named(name),
            _ => This::Unknown,
        }
    }

    fn this_in_named(&self, name: &[u8]) -> This<'a> {
        self.context.facts.class(name).map_or(This::Unknown, This::Class)
    }

    fn note_expr(&mut self, expr: &'a Expr<'a>) {
        match expr.kind {
            ExprKind::Assign(op, target, value) => {
                let old_value = if op == AssignOp::Set { OldValue::Dropped } else { OldValue::Used };
                self.context.target = Some((target, old_value));
                if let (
                    ExprKind::Member(object, _) | ExprKind::Index(object, _),
                    ExprKind::Function(function),
                ) = (target.kind, value.kind)
                {
                    let this = self.this_in(object);
                    self.set_this(function, this);
                }
            }
            ExprKind::IncDec { target, .. } => self.context.target = Some((target, OldValue::Used)),
            ExprKind::Call(Expr { kind: ExprKind::Member(object, method), .. }, arguments) => {
                if let ExprKind::Function(function) = object.kind {
                    let this = match (method.name, arguments.first().map(|first| first.kind)) {
                        (b"bindenv" | b"call" | b"pcall", Some(ExprKind::This)) => This::Around,
                        _ => This::Unknown,
                    };
                    self.set_this(function, this);
                }
            }
            ExprKind::Name(name) => {
                let is_written = |(target, old_value): (&Expr, OldValue)| {
                    std::ptr::eq(target, expr) && old_value == OldValue::Dropped
                };
                if !self.context.target.is_some_and(is_written)
                    && let Binding::Local(index) = self.context.resolve(name)
                {
                    self.context.locals[index].n_reads += 1;
                }
            }
            _ => {}
        }
    }

    fn note_stmt(&mut self, stmt: &'a Stmt<'a>) {
        match stmt.kind {
            StmtKind::Function([_], function) => {
                let this = if self.context.frames.len() == 1 { This::Root } else { This::Around };
                self.set_this(function, this);
            }
            StmtKind::Function([object, _], function) => {
                let this = self.this_in_named(object.name);
                self.set_this(function, this);
            }
            StmtKind::Function(_, function) => self.set_this(function, This::Unknown),
            _ => {}
        }
    }

    fn enter(&mut self, function: &'a Function<'a>) {
        let known = self.context.this_of.remove(&std::ptr::from_ref(function));
        // A bound environment is some object.
        let this = if function.env.is_some() { This::Unknown } else { known.unwrap_or(This::Free) };
        self.context.frames.push(this);
    }
}

impl<'a> Visitor<'a> for Walker<'a, '_> {
    fn expr(&mut self, expr: &'a Expr<'a>) {
        self.note_expr(expr);
        self.ask(|lint, context| lint.expr(context, expr));
    }

    fn stmt(&mut self, stmt: &'a Stmt<'a>) {
        self.note_stmt(stmt);
        self.ask(|lint, context| lint.stmt(context, stmt));
    }

    fn statements(&mut self, list: &'a [&'a Stmt<'a>]) {
        self.ask(|lint, context| lint.statements(context, list));
    }

    fn slot(&mut self, slot: &'a Slot<'a>) {
        if let ExprKind::Function(function) = slot.value.kind {
            let this = self.context.objects.last().copied().unwrap_or(This::Unknown);
            self.set_this(function, this);
        }
    }

    fn open(&mut self, scope: Scope<'a>) {
        self.context.scopes.push((self.context.locals.len(), self.context.loops.len()));
        match scope {
            Scope::Function(function) => self.enter(function),
            Scope::Loop(stmt) => self.context.loops.push(stmt),
            Scope::Class(class) => self.context.objects.push(This::Class(class)),
            Scope::Table(slots) => self.context.objects.push(This::Table(slots)),
            Scope::Block => {}
        }
        self.ask(|lint, context| lint.open(context, scope));
    }

    fn close(&mut self, scope: Scope<'a>) {
        self.ask(|lint, context| lint.close(context, scope));
        let (n_locals, n_loops) = self.context.scopes.pop().unwrap_or_default();
        self.end_locals(n_locals);
        self.context.loops.truncate(n_loops);
        match scope {
            Scope::Function(_) => drop(self.context.frames.pop()),
            Scope::Class(_) | Scope::Table(_) => drop(self.context.objects.pop()),
            Scope::Block | Scope::Loop(_) => {}
        }
    }

    fn declare(&mut self, name: Ident<'a>, kind: Declared) {
        let of_loop = if kind == Declared::Loop { self.context.loops.last().copied() } else { None };
        self.ask(|lint, context| lint.declare(context, name, kind));
        self.context.locals.push(Local { name, kind, n_reads: 0, of_loop });
    }
}
