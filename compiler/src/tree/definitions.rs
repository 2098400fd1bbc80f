//! Functions, classes and the slots of tables.

use super::{ClassParts, List, Parameters, Statement, Tree, above, from, opt_height, span, tallest};
use crate::ast::{Body, Class, Expr, ExprKind, Function, Ident, Member, Param, Slot, Span};
use crate::codes;
use crate::edition::Syntax;
use crate::syntax_error;
use crate::token::Location;

impl<'a> Tree<'a> {
    pub(crate) fn environment(&self, value: &'a Expr<'a>, l: Location) -> &'a Expr<'a> {
        if !self.edition.has_additions() {
            let bracket = Span::new(l.offset, l.offset + 1);
            let diagnostic = syntax_error::new(
                codes::NOT_IN_EDITION,
                "expected '('",
                bracket,
                "bound environments are part of the edition squirrel-3",
            );
            self.report(syntax_error::with_help(diagnostic, "call `bindenv` on the function"));
        }
        value
    }

    pub(crate) fn parameters(&self, list: List<'a, Param<'a>>) -> &'a Parameters<'a> {
        let list = self.finish(list);
        let n_required = list.iter().take_while(|param| param.default.is_none()).count();
        if let Some(param) = list[n_required..].iter().find(|param| param.default.is_none()) {
            let after = Span::new(
                param.name.span.end,
                self.source.len().min(param.name.span.end as usize + 1) as u32,
            );
            let diagnostic = syntax_error::new(codes::PARAMETER_WITHOUT_DEFAULT, "expected '='", after, "");
            self.report(syntax_error::with_label(
                diagnostic,
                list[n_required].name.span,
                "every parameter after this one needs a default, too",
            ));
        }
        self.arena.alloc(Parameters { list, varargs: false })
    }

    pub(crate) fn variable_parameters(
        &self,
        list: List<'a, Param<'a>>,
        l: Location,
        r: Location,
    ) -> &'a Parameters<'a> {
        let parameters = self.parameters(list);
        if let Some(param) = parameters.list.iter().find(|param| param.default.is_some()) {
            let title = "function with default parameters cannot have variable number of parameters";
            let diagnostic = syntax_error::new(codes::VARARGS_WITH_DEFAULTS, title, span(l, r), "");
            self.report(syntax_error::with_label(diagnostic, param.name.span, "has a default"));
        }
        self.arena.alloc(Parameters { varargs: true, ..*parameters })
    }

    pub(super) fn function(
        &self,
        name: Option<Ident<'a>>,
        env: Option<&'a Expr<'a>>,
        params: &Parameters<'a>,
        body: Body<'a>,
        l: Location,
    ) -> (&'a Function<'a>, u16) {
        let (body_span, body_height) = match body {
            Body::Stmt(stmt) => (stmt.span, stmt.height),
            Body::Expr(expr) => (expr.span, expr.height),
        };
        let defaults = tallest(params.list.iter().map(|param| opt_height(param.default)));
        let height = body_height.max(defaults).max(opt_height(env));
        let Parameters { list, varargs } = *params;
        let function = Function { name, env, params: list, varargs, body, span: from(l, body_span) };
        (self.arena.alloc(function), height)
    }

    pub(crate) fn method(
        &self,
        name: Ident<'a>,
        env: Option<&'a Expr<'a>>,
        params: &Parameters<'a>,
        body: Statement<'a>,
        l: Location,
    ) -> Slot<'a> {
        let (function, height) = self.function(Some(name), env, params, Body::Stmt(body.node), l);
        self.named_slot(name, self.expr(ExprKind::Function(function), function.span, above(height)))
    }

    pub(crate) fn named_slot(&self, name: Ident<'a>, value: &'a Expr<'a>) -> Slot<'a> {
        Slot { key: self.expr(ExprKind::Str(name.name), name.span, 1), value }
    }

    /// `name: value` in a table, as other languages write it.
    pub(crate) fn slot_with_colon(
        &self,
        name: Ident<'a>,
        value: &'a Expr<'a>,
        l: Location,
        r: Location,
    ) -> Slot<'a> {
        let diagnostic =
            syntax_error::new(codes::TOKEN_EXPECTED, "expected '='", span(l, r), "unexpected `:`");
        let name_text = String::from_utf8_lossy(name.name);
        let help = format!("write `{name_text} = …`, or put the key in quotes");
        self.report(syntax_error::with_help(diagnostic, help));
        self.named_slot(name, value)
    }

    pub(crate) fn class_parts(
        &self,
        base: Option<&'a Expr<'a>>,
        attributes: Option<&'a [Slot<'a>]>,
        members: List<'a, Member<'a>>,
    ) -> &'a ClassParts<'a> {
        self.arena.alloc(ClassParts { base, attributes, members: self.finish(members) })
    }

    pub(super) fn class(
        &self,
        name: Option<Ident<'a>>,
        parts: &ClassParts<'a>,
        l: Location,
        r: Location,
    ) -> (&'a Class<'a>, u16) {
        let ClassParts { base, attributes, members } = *parts;
        let member_height =
            |member: &Member<'a>| slot_height(&member.slot).max(member.attributes.map_or(0, slots_height));
        let height = tallest(members.iter().map(member_height));
        let height = height.max(opt_height(base)).max(attributes.map_or(0, slots_height));
        let class = Class { name, base, attributes, members, span: span(l, r) };
        (self.arena.alloc(class), height)
    }
}

pub(super) fn slot_height(slot: &Slot<'_>) -> u16 {
    slot.key.height.max(slot.value.height)
}

pub(super) fn slots_height(slots: &[Slot<'_>]) -> u16 {
    tallest(slots.iter().map(slot_height))
}
