//! Literals, names, and everything in brackets.

use super::definitions::slots_height;
use super::{ClassParts, List, Parameters, Tree, above, from, span, tallest};
use crate::ast::{Body, Expr, ExprKind, Ident, Scalar, Slot, Span, Stmt};
use crate::lines::LineIndex;
use crate::literal::{self, Number};
use crate::parse::Origin;
use crate::token::Location;

impl<'a> Tree<'a> {
    fn number_at(&self, l: Location, r: Location) -> Number {
        literal::number_value(self.source_text(l, r), self.edition)
    }

    fn number_expr(&self, number: Number, span: Span) -> &'a Expr<'a> {
        let kind = match number {
            Number::Int(value) => ExprKind::Int(value),
            Number::Float(value) => ExprKind::Float(value),
        };
        self.expr(kind, span, 1)
    }

    pub(crate) fn number(&self, l: Location, r: Location) -> &'a Expr<'a> {
        self.number_expr(self.number_at(l, r), span(l, r))
    }

    pub(crate) fn negated_number(&self, l: Location, middle: Location, r: Location) -> &'a Expr<'a> {
        self.number_expr(self.number_at(middle, r).negated(), span(l, r))
    }

    pub(crate) fn scalar_number(&self, l: Location, r: Location) -> Scalar<'a> {
        self.number_at(l, r).into()
    }

    pub(crate) fn scalar_negated_number(&self, l: Location, r: Location) -> Scalar<'a> {
        self.number_at(l, r).negated().into()
    }

    pub(crate) fn string_value(&self, l: Location, r: Location) -> &'a [u8] {
        literal::string_value(self.arena, self.source_text(l, r), self.edition)
    }

    pub(crate) fn string(&self, l: Location, r: Location) -> &'a Expr<'a> {
        self.primary(ExprKind::Str(self.string_value(l, r)), l, r)
    }

    pub(crate) fn current_line(&self, l: Location, r: Location) -> &'a Expr<'a> {
        let line = match self.origin {
            Origin::File(_) => self.lines.get_or_init(|| LineIndex::new(self.source)).line(l.offset),
            Origin::Map(map) => map.place(map.locate(span(l, r))).line,
        };
        self.primary(ExprKind::Int(line as i32), l, r)
    }

    pub(crate) fn current_file(&self, l: Location, r: Location) -> &'a Expr<'a> {
        let name = match self.origin {
            Origin::File(name) => name,
            Origin::Map(map) => map.place(map.locate(span(l, r))).name,
        };
        self.primary(ExprKind::Str(name.as_bytes()), l, r)
    }

    /// An expression of one token.
    pub(crate) fn primary(&self, kind: ExprKind<'a>, l: Location, r: Location) -> &'a Expr<'a> {
        self.expr(kind, span(l, r), 1)
    }

    pub(crate) fn name(&self, name: Ident<'a>) -> &'a Expr<'a> {
        self.expr(ExprKind::Name(name.name), name.span, 1)
    }

    pub(crate) fn root_slot(&self, name: Ident<'a>, l: Location) -> &'a Expr<'a> {
        self.expr(ExprKind::RootSlot(name), from(l, name.span), 1)
    }

    /// Parentheses leave a node only where they change what is inside: `(a.b)()`
    /// does not pass `a`, and `(a) = 1` is an error.
    pub(crate) fn group(&self, inner: &'a Expr<'a>, l: Location, r: Location) -> &'a Expr<'a> {
        match inner.kind {
            ExprKind::Name(_) | ExprKind::RootSlot(_) | ExprKind::Member(..) | ExprKind::Index(..) => {
                self.expr(ExprKind::Paren(inner), span(l, r), above(inner.height))
            }
            kind => self.expr(kind, span(l, r), inner.height),
        }
    }

    pub(crate) fn array(&self, elements: List<'a, &'a Expr<'a>>, l: Location, r: Location) -> &'a Expr<'a> {
        let height = above(tallest(elements.iter().map(|element| element.height)));
        self.expr(ExprKind::Array(self.finish(elements)), span(l, r), height)
    }

    pub(crate) fn table(&self, slots: List<'a, Slot<'a>>, l: Location, r: Location) -> &'a Expr<'a> {
        let slots = self.finish(slots);
        self.expr(ExprKind::Table(slots), span(l, r), above(slots_height(slots)))
    }

    pub(crate) fn class_expression(&self, parts: &ClassParts<'a>, l: Location, r: Location) -> &'a Expr<'a> {
        let (class, height) = self.class(None, parts, l, r);
        self.expr(ExprKind::Class(class), class.span, above(height))
    }

    pub(crate) fn function_expression(
        &self,
        env: Option<&'a Expr<'a>>,
        params: &Parameters<'a>,
        body: &'a Stmt<'a>,
        l: Location,
    ) -> &'a Expr<'a> {
        self.anonymous(env, params, Body::Stmt(body), l)
    }

    pub(crate) fn lambda(
        &self,
        env: Option<&'a Expr<'a>>,
        params: &Parameters<'a>,
        body: &'a Expr<'a>,
        l: Location,
    ) -> &'a Expr<'a> {
        self.anonymous(env, params, Body::Expr(body), l)
    }

    fn anonymous(
        &self,
        env: Option<&'a Expr<'a>>,
        params: &Parameters<'a>,
        body: Body<'a>,
        l: Location,
    ) -> &'a Expr<'a> {
        let (function, height) = self.function(None, env, params, body, l);
        self.expr(ExprKind::Function(function), function.span, above(height))
    }
}

impl Number {
    fn negated(self) -> Number {
        match self {
            Number::Int(value) => Number::Int(value.wrapping_neg()),
            Number::Float(value) => Number::Float(-value),
        }
    }
}

impl From<Number> for Scalar<'_> {
    fn from(number: Number) -> Self {
        match number {
            Number::Int(value) => Scalar::Int(value),
            Number::Float(value) => Scalar::Float(value),
        }
    }
}
