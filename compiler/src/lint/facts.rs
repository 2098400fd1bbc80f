//! Facts: what a program makes, wherever it makes it.
//!
//! Squirrel resolves slots when it runs, so a lint cannot know what is in a
//! table at some moment. It can know what is nowhere: a name that no statement
//! of the whole program creates. These facts are collected before the lints
//! run, and they err on the side of silence.

use crate::ast::{
    AssignOp, BinaryOp, Body, Class, Expr, ExprKind, Function, Ident, Program, Slot, Span, Stmt, StmtKind,
};
use crate::visit::{self, Scope, Visitor};
use hashbrown::{HashMap, HashSet};

/// Longer lines of ancestors are not followed.
const MAX_ANCESTORS: usize = 50;

/// What a program makes.
#[derive(Debug, Default)]
pub(super) struct Facts<'a> {
    /// Names of slots that are created in any object, or asked for with `in`.
    slots: HashSet<&'a [u8]>,
    /// Bare names that are assigned to.
    assigned: HashSet<&'a [u8]>,
    /// Slots of the root table.
    roots: HashSet<&'a [u8]>,
    /// Constants and enums with the place of their first declaration.
    constants: HashMap<&'a [u8], Span>,
    /// Classes by name.
    classes: HashMap<&'a [u8], &'a Class<'a>>,
    /// All strings that some function returns: they may be the result of a `_typeof`.
    type_names: HashSet<&'a [u8]>,
    /// Names of variables that `local` declares anywhere.
    locals: HashSet<&'a [u8]>,
    /// Names after `extends`.
    bases: HashSet<&'a [u8]>,
    /// Whether slots are made in ways that cannot be followed.
    pub(super) is_open: bool,
    /// Whether there is anything but declarations: a file without is a part of other programs.
    pub(super) has_actions: bool,
    /// Functions and classes around the current place.
    depth: usize,
}

impl<'a> Facts<'a> {
    /// The facts about a program.
    pub(super) fn of(program: &Program<'a>) -> Self {
        let mut facts =
            Facts { has_actions: program.body.iter().copied().any(is_action), ..Facts::default() };
        visit::walk(program, &mut facts);
        facts
    }

    /// Notes a constant that the host declares.
    pub(super) fn add_host_constant(&mut self, name: &'a [u8]) {
        self.constants.entry(name).or_default();
    }

    /// Whether any object of the program may have a slot with this name.
    pub(super) fn may_be_slot(&self, name: &[u8]) -> bool {
        self.slots.contains(name)
    }

    /// Whether a bare name is assigned to anywhere.
    pub(super) fn is_assigned(&self, name: &[u8]) -> bool {
        self.assigned.contains(name)
    }

    /// Whether the program makes a slot of the root table with this name.
    pub(super) fn is_root_slot(&self, name: &[u8]) -> bool {
        self.roots.contains(name)
    }

    /// Where a constant or enum is declared.
    pub(super) fn constant(&self, name: &[u8]) -> Option<Span> {
        self.constants.get(name).copied()
    }

    /// A class by its name.
    pub(super) fn class(&self, name: &[u8]) -> Option<&'a Class<'a>> {
        self.classes.get(name).copied()
    }

    /// Whether `typeof` may give this text because the program says so.
    pub(super) fn is_own_type_name(&self, name: &[u8]) -> bool {
        self.type_names.contains(name)
    }

    /// Whether a class is derived from one that neither the program nor, by what `is_known` says, the host
    /// makes. Such a program is a part of another one.
    pub(super) fn has_unknown_base(&self, is_known: impl Fn(&[u8]) -> bool) -> bool {
        let is_made = |name: &[u8]| self.slots.contains(name) || self.locals.contains(name);
        self.bases.iter().any(|name| !is_made(name) && !is_known(name))
    }

    /// All names that the program makes, for suggestions.
    pub(super) fn names(&self) -> impl Iterator<Item = &'a [u8]> {
        self.slots.iter().chain(self.constants.keys()).copied()
    }

    /// The classes from one up to its oldest known ancestor, and whether that has no base.
    pub(super) fn ancestry(&self, class: &'a Class<'a>) -> (Vec<&'a Class<'a>>, bool) {
        let mut classes = vec![class];
        let mut current = class;
        while let Some(base) = current.base.filter(|_| classes.len() < MAX_ANCESTORS) {
            let (ExprKind::Name(name) | ExprKind::RootSlot(Ident { name, .. })) = base.kind else {
                return (classes, false);
            };
            match self.class(name) {
                Some(next) if !classes.iter().any(|known| std::ptr::eq(*known, next)) => {
                    classes.push(next);
                    current = next;
                }
                _ => return (classes, false),
            }
        }
        let is_complete = current.base.is_none();
        (classes, is_complete)
    }

    fn created(&mut self, target: &'a Expr<'a>) {
        match target.kind {
            ExprKind::Name(name) => {
                self.slots.insert(name);
                if self.depth == 0 {
                    self.roots.insert(name);
                }
            }
            ExprKind::RootSlot(ident) => {
                self.slots.insert(ident.name);
                self.roots.insert(ident.name);
            }
            ExprKind::Member(object, ident) => {
                self.slots.insert(ident.name);
                if is_root_table(object) {
                    self.roots.insert(ident.name);
                }
            }
            ExprKind::Index(object, key) => match key.kind {
                ExprKind::Str(name) => {
                    self.slots.insert(name);
                    if is_root_table(object) {
                        self.roots.insert(name);
                    }
                }
                _ => self.is_open |= is_root_table(object) || self.is_this_at_top(object),
            },
            _ => {}
        }
    }

    fn is_this_at_top(&self, object: &Expr<'a>) -> bool {
        self.depth == 0 && matches!(object.kind, ExprKind::This)
    }

    fn called(&mut self, callee: &'a Expr<'a>, arguments: &'a [&'a Expr<'a>]) {
        match callee.kind {
            ExprKind::Member(object, method) => {
                let makes_slots =
                    matches!(method.name, b"rawset" | b"newmember" | b"rawnewmember" | b"rawin");
                match arguments.first().map(|key| key.kind) {
                    Some(ExprKind::Str(name)) if makes_slots => {
                        self.slots.insert(name);
                        if is_root_table(object) {
                            self.roots.insert(name);
                        }
                    }
                    _ if makes_slots => self.is_open |= is_root_table(object),
                    _ => {}
                }
                // What a delegate of the root table has, everything has.
                self.is_open |= method.name == b"setdelegate" && is_root_table(object);
            }
            ExprKind::Name(b"setroottable" | b"compilestring" | b"dofile" | b"loadfile")
            | ExprKind::RootSlot(Ident {
                name: b"setroottable" | b"compilestring" | b"dofile" | b"loadfile",
                ..
            }) => {
                self.is_open = true;
            }
            _ => {}
        }
    }

    fn class_named(&mut self, target: &'a Expr<'a>, class: &'a Class<'a>) {
        if let ExprKind::Name(name)
        | ExprKind::RootSlot(Ident { name, .. })
        | ExprKind::Member(_, Ident { name, .. }) = target.kind
        {
            self.classes.insert(name, class);
        }
    }
}

impl<'a> Visitor<'a> for Facts<'a> {
    fn stmt(&mut self, stmt: &'a Stmt<'a>) {
        match stmt.kind {
            StmtKind::Function(path, _) => {
                if let Some(name) = path.last() {
                    self.slots.insert(name.name);
                    if path.len() == 1 && self.depth == 0 {
                        self.roots.insert(name.name);
                    }
                }
            }
            StmtKind::Class(target, class) => {
                self.created(target);
                self.class_named(target, class);
            }
            StmtKind::Const(name, _) | StmtKind::Enum(name, _) => {
                self.constants.entry(name.name).or_insert(name.span);
            }
            StmtKind::Return(Some(Expr { kind: ExprKind::Str(text), .. })) => {
                self.type_names.insert(text);
            }
            StmtKind::Local(list) => {
                for (name, value) in list {
                    self.locals.insert(name.name);
                    if let Some(Expr { kind: ExprKind::Class(class), .. }) = value {
                        self.classes.insert(name.name, class);
                    }
                }
            }
            _ => {}
        }
    }

    fn expr(&mut self, expr: &'a Expr<'a>) {
        match expr.kind {
            ExprKind::Assign(op, target, value) => {
                match target.kind {
                    _ if op == AssignOp::NewSlot => self.created(target),
                    ExprKind::Name(name) | ExprKind::RootSlot(Ident { name, .. }) => {
                        self.assigned.insert(name);
                    }
                    _ => {}
                }
                if let ExprKind::Class(class) = value.kind {
                    self.class_named(target, class);
                }
            }
            ExprKind::IncDec { target: Expr { kind: ExprKind::Name(name), .. }, .. } => {
                self.assigned.insert(name);
            }
            ExprKind::Binary { op: BinaryOp::In, left: Expr { kind: ExprKind::Str(name), .. }, .. } => {
                self.slots.insert(name);
            }
            ExprKind::Call(callee, arguments) => self.called(callee, arguments),
            _ => {}
        }
    }

    fn slot(&mut self, slot: &'a Slot<'a>) {
        if let ExprKind::Str(name) = slot.key.kind {
            self.slots.insert(name);
        }
    }

    fn open(&mut self, scope: Scope<'a>) {
        if let Scope::Class(Class { base: Some(Expr { kind: ExprKind::Name(name), .. }), .. }) = scope {
            self.bases.insert(name);
        }
        if let Scope::Function(Function {
            body: Body::Expr(Expr { kind: ExprKind::Str(text), .. }), ..
        }) = scope
        {
            self.type_names.insert(text);
        }
        if matches!(scope, Scope::Function(_) | Scope::Class(_)) {
            self.depth += 1;
        }
    }

    fn close(&mut self, scope: Scope<'a>) {
        if matches!(scope, Scope::Function(_) | Scope::Class(_)) {
            self.depth -= 1;
        }
    }
}

/// `getroottable()`
fn is_root_table(expr: &Expr<'_>) -> bool {
    match expr.kind {
        ExprKind::Call(callee, []) => {
            matches!(
                callee.kind,
                ExprKind::Name(b"getroottable") | ExprKind::RootSlot(Ident { name: b"getroottable", .. })
            )
        }
        _ => false,
    }
}

/// Whether a statement does more than to declare something.
fn is_action(stmt: &Stmt<'_>) -> bool {
    match stmt.kind {
        StmtKind::Expr(expr) => !matches!(
            expr.kind,
            ExprKind::Assign(
                AssignOp::NewSlot,
                _,
                Expr { kind: ExprKind::Class(_) | ExprKind::Function(_) | ExprKind::Table(_), .. }
            )
        ),
        StmtKind::Empty
        | StmtKind::LocalFunction(..)
        | StmtKind::Function(..)
        | StmtKind::Class(..)
        | StmtKind::Const(..)
        | StmtKind::Enum(..)
        | StmtKind::Error => false,
        StmtKind::Local(list) => list.iter().any(|(_, value)| {
            value.is_some_and(|value| !matches!(value.kind, ExprKind::Class(_) | ExprKind::Function(_)))
        }),
        _ => true,
    }
}
