//! Literals whose value is not what they look like.

use super::context::Context;
use super::{Lint, and_help, warning};
use crate::ast::{BinaryOp, Expr, ExprKind, Scalar, Span, Stmt, StmtKind};
use crate::codes;

/// Decimal numbers of more than 32 bits, of which only the low ones are kept.
pub(super) struct IntegerOverflow;

impl<'a> Lint<'a> for IntegerOverflow {
    fn expr(&mut self, context: &mut Context<'a, '_>, expr: &'a Expr<'a>) {
        if let ExprKind::Int(value) = expr.kind {
            check_integer(context, expr.span, value);
        }
    }

    fn stmt(&mut self, context: &mut Context<'a, '_>, stmt: &'a Stmt<'a>) {
        if let StmtKind::Const(name, Scalar::Int(value)) = stmt.kind {
            let after_name = context.text(Span::new(name.span.end, stmt.span.end));
            let n_before = after_name.find(|letter: char| letter == '-' || letter.is_ascii_digit());
            let start = name.span.end + n_before.unwrap_or(0) as u32;
            check_integer(context, Span::new(start, stmt.span.end), value);
        }
    }
}

fn check_integer(context: &mut Context<'_, '_>, span: Span, value: i32) {
    let written = context.text(span);
    let is_decimal =
        written.trim_start_matches(['-', ' ', '(']).starts_with(|first: char| ('1'..='9').contains(&first));
    let Ok(meant) = written.replace([' ', '(', ')'], "").parse::<i128>() else { return };
    // Masks and the codes of some chips are written as the decimal number of their bits.
    let is_small_negative = meant > 0 && (-0x1_0000..0).contains(&value) && meant <= i128::from(u32::MAX);
    if is_decimal && meant != i128::from(value) && !is_small_negative {
        let title = format!("{written} does not fit into 32 bits");
        let found = warning(codes::INTEGER_OVERFLOW, title, span, format!("is {value}"));
        let is_pattern = meant <= i128::from(u32::MAX) && meant > 0;
        context.report(match is_pattern {
            true => {
                and_help(found, format!("write 0x{meant:X} if the bits are meant, or {meant}.0 for a float"))
            }
            false => and_help(found, format!("write {meant}.0 for a float, which has 24 bits of precision")),
        });
    }
}

/// `\x` takes up to four digits on an imp and keeps the last two.
pub(super) struct HexEscapeOverflow;

impl<'a> Lint<'a> for HexEscapeOverflow {
    fn expr(&mut self, context: &mut Context<'a, '_>, expr: &'a Expr<'a>) {
        let ExprKind::Str(_) = expr.kind else { return };
        let start = expr.span.start as usize;
        let Some(source) = context.source.get(start..expr.span.end as usize) else { return };
        if source.first() != Some(&b'"') {
            return;
        }
        if let Some((at, length)) = surprising_escape(source) {
            let from = (start + at) as u32;
            let span = Span::new(from, from + length as u32);
            let written = context.text(span);
            let kept = &written[written.len() - 2..];
            let title = format!("`{written}` is one byte");
            let found = warning(
                codes::HEX_ESCAPE_OVERFLOW,
                title,
                span,
                format!("takes all of these digits; the byte is 0x{kept}"),
            );
            let (escape, rest) = written.split_at(4);
            context.report(and_help(
                found,
                format!("write `{escape}\" + \"{rest}` if two digits are meant, or `\\x00{kept}`"),
            ));
        }
    }
}

/// The first escape of a string whose digits are three, or four with something in the first two.
fn surprising_escape(source: &[u8]) -> Option<(usize, usize)> {
    let mut at = 0;
    while at + 1 < source.len() {
        if source[at] != b'\\' {
            at += 1;
            continue;
        }
        if source[at + 1] == b'x' {
            let digits = &source[at + 2..];
            let n_digits = digits.iter().take(4).take_while(|byte| byte.is_ascii_hexdigit()).count();
            if n_digits == 3 || (n_digits == 4 && !digits.starts_with(b"00")) {
                return Some((at, 2 + n_digits));
            }
        }
        at += 2;
    }
    None
}

/// `==` with a decimal fraction that floats cannot hold.
pub(super) struct InexactComparison;

impl<'a> Lint<'a> for InexactComparison {
    fn expr(&mut self, context: &mut Context<'a, '_>, expr: &'a Expr<'a>) {
        let ExprKind::Binary { op: BinaryOp::Eq | BinaryOp::Ne, left, right, .. } = expr.kind else { return };
        for side in [left, right] {
            let ExprKind::Float(value) = side.kind else { continue };
            let written = context.text(side.span);
            let meant: f64 = written.trim_matches(['(', ')']).parse().unwrap_or(f64::from(value));
            if meant != f64::from(value) {
                let title = format!("no float is exactly {written}");
                let found = warning(
                    codes::INEXACT_COMPARISON,
                    title,
                    side.span,
                    "rounded; results of calculations hardly ever equal it",
                );
                context.report(and_help(found, "compare with `<` and `>`, or with integers"));
            }
        }
    }
}

/// Numbers with a leading zero.
pub(super) struct OctalNumber;

impl<'a> Lint<'a> for OctalNumber {
    fn expr(&mut self, context: &mut Context<'a, '_>, expr: &'a Expr<'a>) {
        let ExprKind::Int(value) = expr.kind else { return };
        let written = context.text(expr.span).trim_start_matches(['-', '(', ' ']);
        let is_octal = written.len() > 1
            && written.bytes().all(|byte| byte.is_ascii_digit())
            && written.starts_with('0');
        if is_octal && value.unsigned_abs() > 7 {
            let found =
                warning(codes::OCTAL_NUMBER, format!("{written} is octal"), expr.span, format!("is {value}"));
            context.report(and_help(found, "remove the leading zero to make it decimal"));
        }
    }
}
