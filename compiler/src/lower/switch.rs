//! `switch`.
//!
//! Tests lie between the bodies: a body is entered by falling through its
//! test, and skips the next test at its end. That is shorter than all tests
//! before all bodies, as most bodies end with `break` or `return`.

use super::Lowerer;
use super::condition::When;
use super::function::{Breakable, Label, Register};
use crate::ast::{BinaryOp, Expr, Stmt};

impl<'a> Lowerer<'a> {
    /// Lowers a `switch`. Values of cases are computed when it is their turn.
    pub(super) fn switch(
        &mut self,
        subject: &'a Expr<'a>,
        cases: &'a [(&'a Expr<'a>, &'a [&'a Stmt<'a>])],
        default: Option<&'a [&'a Stmt<'a>]>,
    ) {
        let top = self.function.top();
        let subject = self.operand(subject);
        let end = self.function.new_label();
        let locals_outside = self.function.locals.len();
        self.function.breakables.push(Breakable { end, next: None, locals_outside });
        let mut body = self.function.new_label();
        let last = cases.len().saturating_sub(1);
        for (index, (value, statements)) in cases.iter().enumerate() {
            if statements.is_empty() && index < last {
                self.test_case(subject, value, When::True, body);
                continue;
            }
            let next_test = self.function.new_label();
            self.test_case(subject, value, When::False, next_test);
            self.function.bind(body);
            self.scoped_statements(statements);
            body = self.function.new_label();
            self.function.jump(body);
            self.function.bind(next_test);
        }
        self.function.bind(body);
        self.scoped_statements(default.unwrap_or_default());
        self.function.breakables.pop();
        self.function.bind(end);
        self.function.set_top(top);
    }

    fn test_case(&mut self, subject: Register, value: &'a Expr<'a>, when: When, target: Label) {
        let top = self.function.top();
        let comparison = self.compare_with(BinaryOp::Eq, subject, value, value.span.start);
        self.branch_comparison(comparison, when, target);
        self.function.set_top(top);
    }
}
