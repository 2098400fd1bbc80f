//! Walking over a tree: every node once, in the order of the text.
//!
//! A [`Visitor`] is told of each node before what is in it, of scopes when they
//! open and close, and of the variables that they declare, at the place from
//! which the name holds. It says nothing about what a name means; that is
//! [`crate::lint::context`]'s business.
//!
//! The height of trees is bounded, so the walk recurses; what may be longer
//! (sums, chains of member accesses and calls, `else if`) it walks with loops.

use crate::ast::{Body, Class, Expr, ExprKind, Function, Ident, Program, Slot, Stmt, StmtKind};

/// What made a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Declared {
    /// `local`
    Local,
    /// `local function`
    Function,
    /// A parameter, also `vargv`.
    Parameter,
    /// A variable in the head of a `for` or `foreach`.
    Loop,
    /// The name after `catch`.
    Caught,
}

/// A part of the text with names of its own.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Scope<'a> {
    /// A block, a branch or a case.
    Block,
    /// A `for` or `foreach`, its head included.
    Loop(&'a Stmt<'a>),
    /// The parameters and the body of a function.
    Function(&'a Function<'a>),
    /// The members of a class.
    Class(&'a Class<'a>),
    /// The slots of a table.
    Table(&'a [Slot<'a>]),
}

/// Is told what stands in a tree.
pub(crate) trait Visitor<'a> {
    /// An expression, before its parts.
    fn expr(&mut self, _expr: &'a Expr<'a>) {}
    /// A statement, before its parts.
    fn stmt(&mut self, _stmt: &'a Stmt<'a>) {}
    /// The statements of a block, a case or the program, before each of them.
    fn statements(&mut self, _list: &'a [&'a Stmt<'a>]) {}
    /// A slot of a table or class, before its value.
    fn slot(&mut self, _slot: &'a Slot<'a>) {}
    /// A scope begins.
    fn open(&mut self, _scope: Scope<'a>) {}
    /// A scope ends.
    fn close(&mut self, _scope: Scope<'a>) {}
    /// A variable exists from here to the end of the scope.
    fn declare(&mut self, _name: Ident<'a>, _kind: Declared) {}
}

/// Shows a program to a visitor.
pub(crate) fn walk<'a>(program: &Program<'a>, visitor: &mut dyn Visitor<'a>) {
    Walk { visitor, chain: Vec::new() }.statements(program.body);
}

/// Shows statements to a visitor, as if they were a program.
pub(crate) fn walk_statements<'a>(list: &'a [&'a Stmt<'a>], visitor: &mut dyn Visitor<'a>) {
    Walk { visitor, chain: Vec::new() }.statements(list);
}

/// Shows a function to a visitor.
pub(crate) fn walk_function<'a>(function: &'a Function<'a>, visitor: &mut dyn Visitor<'a>) {
    Walk { visitor, chain: Vec::new() }.function(function);
}

struct Walk<'v, 'a> {
    visitor: &'v mut dyn Visitor<'a>,
    /// Nodes whose first operand is being walked.
    chain: Vec<&'a Expr<'a>>,
}

impl<'a> Walk<'_, 'a> {
    fn statements(&mut self, list: &'a [&'a Stmt<'a>]) {
        self.visitor.statements(list);
        list.iter().for_each(|stmt| self.stmt(stmt));
    }

    fn in_scope(&mut self, scope: Scope<'a>, parts: impl FnOnce(&mut Self)) {
        self.visitor.open(scope);
        parts(self);
        self.visitor.close(scope);
    }

    fn block(&mut self, list: &'a [&'a Stmt<'a>]) {
        self.in_scope(Scope::Block, |walk| walk.statements(list));
    }

    /// A statement that is part of another one: a scope, whether it has braces or not.
    fn part(&mut self, stmt: &'a Stmt<'a>) {
        self.in_scope(Scope::Block, |walk| walk.stmt(stmt));
    }

    fn stmt(&mut self, mut stmt: &'a Stmt<'a>) {
        loop {
            self.visitor.stmt(stmt);
            match stmt.kind {
                StmtKind::If(condition, then, otherwise) => {
                    self.expr(condition);
                    self.part(then);
                    match otherwise {
                        // A chain of any length.
                        Some(next) if matches!(next.kind, StmtKind::If(..)) => stmt = next,
                        Some(last) => return self.part(last),
                        None => return,
                    }
                }
                _ => return self.stmt_parts(stmt),
            }
        }
    }

    fn stmt_parts(&mut self, stmt: &'a Stmt<'a>) {
        match stmt.kind {
            StmtKind::Expr(value) | StmtKind::Throw(value) => self.expr(value),
            StmtKind::Return(value) | StmtKind::Yield(value) => self.opt_expr(value),
            StmtKind::Block(list) => self.block(list),
            StmtKind::Local(list) => self.locals(list, Declared::Local),
            StmtKind::LocalFunction(name, function) => {
                self.function(function);
                self.visitor.declare(name, Declared::Function);
            }
            StmtKind::Function(_, function) => self.function(function),
            StmtKind::Class(target, class) => {
                self.expr(target);
                self.class(class);
            }
            StmtKind::While(condition, body) => {
                self.expr(condition);
                self.part(body);
            }
            StmtKind::DoWhile(body, condition) => {
                self.part(body);
                self.expr(condition);
            }
            StmtKind::For { .. } | StmtKind::Foreach { .. } => {
                self.in_scope(Scope::Loop(stmt), |walk| walk.loop_parts(stmt));
            }
            StmtKind::Switch { subject, cases, default } => {
                self.expr(subject);
                for (value, body) in cases {
                    self.expr(value);
                    self.block(body);
                }
                default.into_iter().for_each(|body| self.block(body));
            }
            StmtKind::Try(body, name, handler) => {
                self.part(body);
                self.in_scope(Scope::Block, |walk| {
                    walk.visitor.declare(name, Declared::Caught);
                    walk.part(handler);
                });
            }
            StmtKind::Empty
            | StmtKind::Const(..)
            | StmtKind::Enum(..)
            | StmtKind::If(..)
            | StmtKind::Break
            | StmtKind::Continue
            | StmtKind::Error => {}
        }
    }

    fn locals(&mut self, list: &'a [(Ident<'a>, Option<&'a Expr<'a>>)], kind: Declared) {
        for (name, value) in list {
            self.opt_expr(*value);
            self.visitor.declare(*name, kind);
        }
    }

    fn loop_parts(&mut self, stmt: &'a Stmt<'a>) {
        match stmt.kind {
            StmtKind::For { init, condition, step, body } => {
                match init.map(|init| (init, init.kind)) {
                    Some((init, StmtKind::Local(list))) => {
                        self.visitor.stmt(init);
                        self.locals(list, Declared::Loop);
                    }
                    Some((init, _)) => self.stmt(init),
                    None => {}
                }
                self.opt_expr(condition);
                self.opt_expr(step);
                self.part(body);
            }
            StmtKind::Foreach { index, value, container, body } => {
                self.expr(container);
                index.into_iter().chain([value]).for_each(|name| self.visitor.declare(name, Declared::Loop));
                self.part(body);
            }
            _ => {}
        }
    }

    fn function(&mut self, function: &'a Function<'a>) {
        // Defaults and the environment belong to the place where the function is made.
        self.opt_expr(function.env);
        function.params.iter().for_each(|param| self.opt_expr(param.default));
        self.in_scope(Scope::Function(function), |walk| {
            for param in function.params {
                walk.visitor.declare(param.name, Declared::Parameter);
            }
            match function.body {
                // The block of a function is no scope of its own.
                Body::Stmt(Stmt { kind: StmtKind::Block(list), .. }) => walk.statements(list),
                Body::Stmt(stmt) => walk.stmt(stmt),
                Body::Expr(value) => walk.expr(value),
            }
        });
    }

    fn class(&mut self, class: &'a Class<'a>) {
        self.opt_expr(class.base);
        self.attributes(class.attributes);
        self.in_scope(Scope::Class(class), |walk| {
            for member in class.members {
                walk.attributes(member.attributes);
                walk.one_slot(&member.slot);
            }
        });
    }

    fn attributes(&mut self, attributes: Option<&'a [Slot<'a>]>) {
        for slot in attributes.unwrap_or_default() {
            self.expr(slot.value);
        }
    }

    fn slots(&mut self, slots: &'a [Slot<'a>]) {
        slots.iter().for_each(|slot| self.one_slot(slot));
    }

    fn one_slot(&mut self, slot: &'a Slot<'a>) {
        self.expr(slot.key);
        self.visitor.slot(slot);
        self.expr(slot.value);
    }

    fn opt_expr(&mut self, expr: Option<&'a Expr<'a>>) {
        expr.into_iter().for_each(|expr| self.expr(expr));
    }

    fn expr(&mut self, mut expr: &'a Expr<'a>) {
        let n_outer = self.chain.len();
        loop {
            self.visitor.expr(expr);
            let Some(first) = first_of_chain(expr) else { break };
            self.chain.push(expr);
            expr = first;
        }
        self.expr_parts(expr);
        while self.chain.len() > n_outer
            && let Some(node) = self.chain.pop()
        {
            self.rest_of_chain(node);
        }
    }

    /// What a node of a chain has besides its first operand.
    fn rest_of_chain(&mut self, node: &'a Expr<'a>) {
        match node.kind {
            ExprKind::Binary { right, .. } => self.expr(right),
            ExprKind::Index(_, key) => self.expr(key),
            ExprKind::Call(_, arguments) => self.exprs(arguments),
            ExprKind::PostInit(_, slots) => self.in_scope(Scope::Table(slots), |walk| walk.slots(slots)),
            _ => {}
        }
    }

    fn exprs(&mut self, list: &'a [&'a Expr<'a>]) {
        list.iter().for_each(|expr| self.expr(expr));
    }

    fn expr_parts(&mut self, expr: &'a Expr<'a>) {
        match expr.kind {
            ExprKind::Paren(inner) | ExprKind::Unary(_, inner) | ExprKind::Delete(inner) => self.expr(inner),
            ExprKind::IncDec { target, .. } => self.expr(target),
            ExprKind::RawCall(list) | ExprKind::Comma(list) | ExprKind::Array(list) => self.exprs(list),
            ExprKind::And(left, right) | ExprKind::Or(left, right) | ExprKind::Assign(_, left, right) => {
                self.expr(left);
                self.expr(right);
            }
            ExprKind::Ternary(condition, then, otherwise) => {
                self.expr(condition);
                self.expr(then);
                self.expr(otherwise);
            }
            ExprKind::Function(function) => self.function(function),
            ExprKind::Class(class) => self.class(class),
            ExprKind::Table(slots) => self.in_scope(Scope::Table(slots), |walk| walk.slots(slots)),
            _ => {}
        }
    }
}

/// The first operand of a node that belongs to a chain of any length.
pub(crate) fn first_of_chain<'a>(expr: &Expr<'a>) -> Option<&'a Expr<'a>> {
    match expr.kind {
        ExprKind::Binary { left, .. } => Some(left),
        ExprKind::Member(object, _)
        | ExprKind::Index(object, _)
        | ExprKind::Call(object, _)
        | ExprKind::PostInit(object, _) => Some(object),
        _ => None,
    }
}
