//! Commas that are missing and that the language does not ask for.

use super::context::Context;
use super::{Lint, and_help, warning};
use crate::ast::{Expr, ExprKind, Span};
use crate::codes;

/// Arguments of a call, and strings of an array, that stand side by side. Elements of an array on lines of
/// their own are a style; side by side in a call, an operator or a comma was forgotten.
pub(super) struct MissingComma;

impl<'a> Lint<'a> for MissingComma {
    fn expr(&mut self, context: &mut Context<'a, '_>, expr: &'a Expr<'a>) {
        match expr.kind {
            ExprKind::Call(_, arguments) | ExprKind::RawCall(arguments) => {
                check(context, arguments, |_| true)
            }
            ExprKind::Array(elements) => {
                check(context, elements, |element| matches!(element.kind, ExprKind::Str(_)))
            }
            _ => {}
        }
    }
}

fn check<'a>(
    context: &mut Context<'a, '_>,
    list: &'a [&'a Expr<'a>],
    is_suspicious: impl Fn(&Expr<'a>) -> bool,
) {
    for pair in list.windows(2) {
        let between = context.text(Span::new(pair[0].span.end, pair[1].span.start));
        // A comment between them may have a comma or not: silence is better.
        let is_bare = between.bytes().all(|byte| matches!(byte, b' ' | b'\t'));
        if is_bare && is_suspicious(pair[0]) && is_suspicious(pair[1]) {
            let title = "two values stand side by side";
            let found = warning(codes::MISSING_COMMA, title, pair[1].span, "counts as another value");
            let are_texts = pair.iter().any(|value| matches!(value.kind, ExprKind::Str(_)));
            let help = if are_texts {
                "write a `,` between them, or a `+` to join them"
            } else {
                "write a `,` between them"
            };
            context.report(and_help(found, help));
        }
    }
}
