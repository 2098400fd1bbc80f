//! Cases that go on into the next one.

use super::context::Context;
use super::statements::ends_here;
use super::{Lint, and_help, warning};
use crate::ast::{Span, Stmt, StmtKind};
use crate::codes;

/// Says nothing if a comment between the cases contains the word `fall`.
pub(super) struct FallThrough;

impl<'a> Lint<'a> for FallThrough {
    fn stmt(&mut self, context: &mut Context<'a, '_>, stmt: &'a Stmt<'a>) {
        let StmtKind::Switch { cases, default, .. } = stmt.kind else { return };
        for (position, (value, body)) in cases.iter().enumerate() {
            let next = match cases.get(position + 1) {
                Some((next, _)) => next.span.start,
                None if default.is_some() => stmt.span.end,
                None => return,
            };
            let Some(last) = body.last() else { continue };
            let between = context.text(Span::new(last.span.end, next.max(last.span.end)));
            if !body.iter().copied().any(ends_here) && !between.to_ascii_lowercase().contains("fall") {
                let title = "this case goes on into the next one";
                let found = warning(codes::FALL_THROUGH, title, value.span, "has no `break`");
                context.report(and_help(found, "end it with `break`, or say `// falls through`"));
            }
        }
    }
}
