//! Expressions with operands.

use super::definitions::slots_height;
use super::{List, Tree, above, from, is_target, span, tallest, to};
use crate::ast::{AssignOp, Delta, Expr, ExprKind, Fix, Ident, Slot, Span, UnaryOp};
use crate::codes;
use crate::diagnostic::Code;
use crate::edition::Syntax;
use crate::operators::{Chain, Infix, Meaning, Waiting};
use crate::syntax_error;
use crate::token::Location;

impl<'a> Tree<'a> {
    pub(crate) fn comma(&self, list: List<'a, &'a Expr<'a>>) -> &'a Expr<'a> {
        let items = self.finish(list);
        let height = above(tallest(items.iter().map(|item| item.height)));
        let whole = items[0].span.to(items[items.len() - 1].span);
        self.expr(ExprKind::Comma(items), whole, height)
    }

    pub(crate) fn member(&self, object: &'a Expr<'a>, name: Ident<'a>) -> &'a Expr<'a> {
        self.expr(ExprKind::Member(object, name), object.span.to(name.span), postfix_height(object, 0))
    }

    pub(crate) fn index(&self, object: &'a Expr<'a>, key: &'a Expr<'a>, r: Location) -> &'a Expr<'a> {
        self.expr(ExprKind::Index(object, key), to(object.span, r), postfix_height(object, key.height))
    }

    pub(crate) fn call(
        &self,
        callee: &'a Expr<'a>,
        arguments: List<'a, &'a Expr<'a>>,
        r: Location,
    ) -> &'a Expr<'a> {
        let tallest_argument = tallest(arguments.iter().map(|argument| argument.height));
        let kind = ExprKind::Call(callee, self.finish(arguments));
        self.expr(kind, to(callee.span, r), postfix_height(callee, tallest_argument))
    }

    pub(crate) fn initializer(
        &self,
        call: &'a Expr<'a>,
        slots: List<'a, Slot<'a>>,
        r: Location,
    ) -> &'a Expr<'a> {
        let slots = self.finish(slots);
        let height = postfix_height(call, slots_height(slots));
        self.expr(ExprKind::PostInit(call, slots), to(call.span, r), height)
    }

    pub(crate) fn rawcall(
        &self,
        arguments: List<'a, &'a Expr<'a>>,
        l: Location,
        r: Location,
    ) -> &'a Expr<'a> {
        let height = above(tallest(arguments.iter().map(|argument| argument.height)));
        let arguments = self.finish(arguments);
        if arguments.len() >= 2 {
            return self.expr(ExprKind::RawCall(arguments), span(l, r), height);
        }
        self.report_at(
            codes::RAWCALL_ARGUMENTS,
            "rawcall requires at least 2 parameters",
            span(l, r),
            "needs the function and its `this`",
        );
        self.expr(ExprKind::Error, span(l, r), 0)
    }

    pub(crate) fn unary(&self, op: UnaryOp, operand: &'a Expr<'a>, l: Location) -> &'a Expr<'a> {
        self.expr(ExprKind::Unary(op, operand), from(l, operand.span), above(operand.height))
    }

    pub(crate) fn infix(
        &self,
        chain: Chain<'a>,
        op: Infix,
        operand: &'a Expr<'a>,
        l: Location,
        r: Location,
    ) -> Chain<'a> {
        let waiting = chain.wait(op, span(l, r), &|waiting, right| self.combine(waiting, right));
        Chain::with_operand(self.arena.alloc(waiting), operand)
    }

    pub(crate) fn fold(&self, chain: Chain<'a>) -> &'a Expr<'a> {
        chain.finish(&|waiting, right| self.combine(waiting, right))
    }

    fn combine(&self, waiting: &Waiting<'a>, right: &'a Expr<'a>) -> &'a Expr<'a> {
        let Waiting { left, op, op_span, .. } = *waiting;
        let whole = left.span.to(right.span);
        match op.meaning() {
            Meaning::Binary(op) => {
                let height = above(right.height).max(match left.kind {
                    ExprKind::Binary { .. } => left.height,
                    _ => above(left.height),
                });
                self.expr(ExprKind::Binary { op, left, right, op_span }, whole, height)
            }
            Meaning::And => {
                self.expr(ExprKind::And(left, right), whole, above(left.height.max(right.height)))
            }
            Meaning::Or => self.expr(ExprKind::Or(left, right), whole, above(left.height.max(right.height))),
        }
    }

    pub(crate) fn ternary(
        &self,
        condition: &'a Expr<'a>,
        then: &'a Expr<'a>,
        otherwise: &'a Expr<'a>,
    ) -> &'a Expr<'a> {
        let height = above(condition.height.max(then.height).max(otherwise.height));
        let whole = condition.span.to(otherwise.span);
        self.expr(ExprKind::Ternary(condition, then, otherwise), whole, height)
    }

    pub(crate) fn assign(
        &self,
        op: AssignOp,
        target: &'a Expr<'a>,
        value: &'a Expr<'a>,
        l: Location,
        r: Location,
    ) -> &'a Expr<'a> {
        let target = match target.kind {
            _ if is_target(target) => target,
            ExprKind::And(left, right) if self.edition.assigns_to_last_operand() => {
                let right = self.assign(op, right, value, l, r);
                let height = above(left.height.max(right.height));
                return self.expr(ExprKind::And(left, right), left.span.to(right.span), height);
            }
            ExprKind::Or(left, right) if self.edition.assigns_to_last_operand() => {
                let right = self.assign(op, right, value, l, r);
                let height = above(left.height.max(right.height));
                return self.expr(ExprKind::Or(left, right), left.span.to(right.span), height);
            }
            ExprKind::Unary(unary_op, operand) if self.edition.assigns_to_last_operand() => {
                let operand = self.assign(op, operand, value, l, r);
                let whole = target.span.to(operand.span);
                return self.expr(ExprKind::Unary(unary_op, operand), whole, above(operand.height));
            }
            _ => self.not_a_target(target, span(l, r), codes::NOT_ASSIGNABLE, "can't assign expression"),
        };
        let height = above(target.height.max(value.height));
        self.expr(ExprKind::Assign(op, target, value), target.span.to(value.span), height)
    }

    pub(crate) fn postfix(
        &self,
        delta: Delta,
        target: &'a Expr<'a>,
        l: Location,
        r: Location,
    ) -> &'a Expr<'a> {
        self.inc_dec(delta, Fix::Post, target, span(l, r), to(target.span, r))
    }

    pub(crate) fn prefix(
        &self,
        delta: Delta,
        target: &'a Expr<'a>,
        l: Location,
        r: Location,
    ) -> &'a Expr<'a> {
        self.inc_dec(delta, Fix::Pre, target, span(l, r), from(l, target.span))
    }

    fn inc_dec(
        &self,
        delta: Delta,
        fix: Fix,
        target: &'a Expr<'a>,
        op_span: Span,
        whole: Span,
    ) -> &'a Expr<'a> {
        let title = "can't '++' or '--' an expression";
        let target = if is_target(target) {
            target
        } else {
            self.not_a_target(target, op_span, codes::NOT_INCREMENTABLE, title)
        };
        self.expr(ExprKind::IncDec { delta, fix, target }, whole, above(target.height))
    }

    pub(crate) fn delete(&self, target: &'a Expr<'a>, l: Location) -> &'a Expr<'a> {
        let target = if is_target(target) {
            target
        } else {
            let keyword = Span::new(l.offset, l.offset + "delete".len() as u32);
            self.not_a_target(target, keyword, codes::NOT_DELETABLE, "can't delete an expression")
        };
        self.expr(ExprKind::Delete(target), from(l, target.span), above(target.height))
    }

    /// Reports a wrong target at its operator, where the reference notices it.
    fn not_a_target(&self, target: &'a Expr<'a>, operator: Span, code: Code, title: &str) -> &'a Expr<'a> {
        let diagnostic = syntax_error::new(code, title, operator, "");
        self.report(syntax_error::with_label(diagnostic, target.span, "not a variable or a slot"));
        self.expr(ExprKind::Error, target.span, 0)
    }
}

/// The height of a node that continues `object`. A chain of any length is as
/// high as its highest part.
fn postfix_height(object: &Expr<'_>, part: u16) -> u16 {
    let object_height = match object.kind {
        ExprKind::Member(..) | ExprKind::Index(..) | ExprKind::Call(..) | ExprKind::PostInit(..) => {
            object.height
        }
        _ => above(object.height),
    };
    object_height.max(above(part))
}
