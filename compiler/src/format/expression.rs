//! Expressions.

use super::doc::{Doc, Gap, Kind};
use super::writer::Writer;
use crate::operators::Infix;
use crate::token::Token;

/// Where an expression stands, which decides how its further lines are indented.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// After something on the same line: further lines are indented.
    Line,
    /// Right inside a bracket, which indents already.
    Bracket,
}

/// What an expression is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// One operand with what is attached to it.
    Operand,
    /// Operands and operators between them.
    Operators,
}

/// An operand and the operator before it.
struct Operand<'a> {
    /// With its precedence; the first operand has none.
    operator: Option<(u8, Doc<'a>)>,
    doc: Doc<'a>,
    is_on_new_line: bool,
}

impl<'a> Writer<'_, 'a> {
    /// An expression, or several with commas between them.
    pub(super) fn comma_expression(&mut self, place: Place) -> Shape {
        let mut shape = self.expression(place);
        while self.opt_token(Token::Comma) {
            self.blank();
            self.expression(place);
            shape = Shape::Operators;
        }
        shape
    }

    pub(super) fn expression(&mut self, place: Place) -> Shape {
        let mut shape = Shape::Operand;
        let first = self.capture(|w| shape = w.operators(place));
        match self.peek() {
            Token::Question => {
                self.ternary(first);
                return Shape::Operators;
            }
            token if is_assignment(token) => {
                self.push(first);
                self.blank();
                if token == Token::Assign || token == Token::NewSlot {
                    self.column();
                }
                self.token();
                self.blank();
                self.expression(Place::Line);
                return Shape::Operators;
            }
            _ => self.push(first),
        }
        shape
    }

    /// `condition ? a : b`; a chain of them is one list of cases.
    fn ternary(&mut self, condition: Doc<'a>) {
        let mut condition = condition;
        let mut parts = Vec::new();
        loop {
            condition = self.with_trailing(condition);
            let question = self.is_on_new_line();
            let then = self.capture(|w| {
                w.token();
                w.blank();
                w.expression(Place::Line);
            });
            let then = self.with_trailing(then);
            let colon = self.is_on_new_line();
            let mark = self.capture(|w| {
                w.token();
                w.blank();
            });
            let otherwise = self.capture(|w| {
                w.operators(Place::Line);
            });
            parts.push((condition, question, then, colon, mark));
            condition = otherwise;
            if !self.at(Token::Question) {
                break;
            }
        }
        let last = self.capture(|w| {
            w.push(condition);
            if is_assignment(w.peek()) {
                w.blank();
                w.token();
                w.blank();
                w.expression(Place::Line);
            }
        });
        // A function among the branches does not move them to lines of their own.
        let has_long = last.breaks || parts.iter().any(|part| part.0.breaks || part.2.breaks);
        let gap = |is_on_new_line| match (has_long, is_on_new_line) {
            (true, true) => Kind::Hard(Gap::Line),
            (true, false) => Kind::Blank,
            (false, _) => Kind::Line(Gap::Line),
        };
        let has_lines = !has_long || parts.iter().any(|part| part.1 || part.3);
        self.group(|w| {
            let (first, ..) = parts[0];
            w.push(first);
            w.indent_if(has_lines, |w| {
                for (index, (_, question, then, colon, mark)) in parts.iter().enumerate() {
                    w.push(Doc::leaf(gap(*question)));
                    w.push(*then);
                    w.push(Doc::leaf(gap(*colon)));
                    w.push(*mark);
                    w.push(parts.get(index + 1).map_or(last, |next| next.0));
                }
            });
        });
    }

    /// Operands with binary operators between them.
    fn operators(&mut self, place: Place) -> Shape {
        let first = self.capture(Self::unary);
        if precedence(self.peek()).is_none() {
            self.push(first);
            return Shape::Operand;
        }
        let mut operands = vec![Operand { operator: None, doc: first, is_on_new_line: false }];
        while let Some(precedence) = precedence(self.peek()) {
            let is_operator_on_new_line = self.is_on_new_line();
            let operator = self.captured_token();
            let is_on_new_line = is_operator_on_new_line || self.is_on_new_line();
            let doc = self.capture(Self::unary);
            operands.push(Operand { operator: Some((precedence, operator)), doc, is_on_new_line });
        }
        self.fold(&operands, place);
        Shape::Operators
    }

    /// Groups operands, so that lines end at the operators that bind loosest.
    fn fold(&mut self, operands: &[Operand<'a>], place: Place) {
        let loosest =
            operands[1..].iter().filter_map(|operand| operand.operator).map(|(level, _)| level).min();
        let Some(loosest) = loosest else { return self.push(operands[0].doc) };
        let is_split = |operand: &Operand<'a>| operand.operator.is_some_and(|(level, _)| level == loosest);
        let mut starts: Vec<usize> =
            (1..operands.len()).filter(|index| is_split(&operands[*index])).collect();
        starts.push(operands.len());
        let parts: Vec<Doc<'a>> = std::iter::once(&0)
            .chain(&starts)
            .zip(&starts)
            .map(|(start, end)| self.capture(|w| w.fold(&operands[*start..*end], Place::Line)))
            .collect();
        let has_long = parts.iter().any(|part| part.breaks);
        let has_lines = !has_long || operands.iter().any(|operand| operand.is_on_new_line);
        self.group(|w| {
            w.push(parts[0]);
            let rest = w.capture(|w| {
                for (start, part) in starts.iter().zip(&parts[1..]) {
                    let operand = &operands[*start];
                    w.push(Doc::leaf(Kind::Blank));
                    operand.operator.into_iter().for_each(|(_, operator)| w.push(operator));
                    w.push(Doc::leaf(match (has_long, operand.is_on_new_line) {
                        (true, true) => Kind::Hard(Gap::Line),
                        (true, false) => Kind::Blank,
                        (false, _) => Kind::Line(Gap::Line),
                    }));
                    w.push(*part);
                }
            });
            w.indent_if(has_lines && place == Place::Line, |w| w.push(rest));
        });
    }

    fn unary(&mut self) {
        loop {
            match self.peek() {
                Token::Not | Token::Tilde | Token::PlusPlus | Token::MinusMinus => self.token(),
                Token::Negate | Token::NegateNumber => {
                    self.token();
                    if self.next_begins_with(b'-') {
                        self.blank();
                    }
                }
                Token::Typeof | Token::Clone | Token::Resume | Token::Delete => {
                    self.token();
                    if !self.at(Token::OpenParen) {
                        self.blank();
                    }
                }
                _ => return self.postfix(),
            }
        }
    }

    /// An operand with the names, indexes and calls after it.
    pub(super) fn postfix(&mut self) {
        self.primary();
        loop {
            match self.peek() {
                // A line that the author began with a `.` stays one.
                Token::Dot if self.is_on_new_line() => {
                    self.indent(|w| {
                        w.hard();
                        w.link();
                        while w.at(Token::Dot) && w.is_on_new_line() || w.is_link() {
                            if w.at(Token::Dot) && w.is_on_new_line() {
                                w.hard();
                            }
                            w.link();
                        }
                    });
                }
                _ if self.is_link() => self.link(),
                _ => return,
            }
        }
    }

    fn is_link(&self) -> bool {
        matches!(
            self.peek(),
            Token::Dot
                | Token::OpenIndex
                | Token::OpenCall
                | Token::OpenInitializer
                | Token::PostIncrement
                | Token::PostDecrement
        )
    }

    /// `.name`, `[key]`, `(arguments)`, `{ slots }`, `++` or `--`
    fn link(&mut self) {
        match self.peek() {
            Token::Dot => {
                // `5 .tostring()` without the blank would be a float.
                if self.is_after(Token::Number) && self.is_blank(self.piece().span.start.wrapping_sub(1)) {
                    self.blank();
                }
                self.token();
                self.token();
            }
            Token::OpenIndex => self.parenthesised(),
            Token::OpenCall => self.arguments(),
            Token::OpenInitializer => {
                self.blank();
                self.table();
            }
            _ => self.token(),
        }
    }

    fn primary(&mut self) {
        match self.peek() {
            Token::DoubleColon => {
                self.token();
                self.token();
            }
            Token::OpenParen => self.parenthesised(),
            Token::OpenBracket => self.array(),
            Token::OpenTable => self.table(),
            Token::ClassExpression => self.class_expression(),
            Token::FunctionExpression => self.function_expression(),
            Token::At => self.lambda(),
            Token::Rawcall => {
                self.token();
                self.arguments();
            }
            _ => self.token(),
        }
    }
}

fn is_assignment(token: Token) -> bool {
    matches!(
        token,
        Token::Assign
            | Token::NewSlot
            | Token::AssignAdd
            | Token::AssignSub
            | Token::AssignMul
            | Token::AssignDiv
            | Token::AssignMod
    )
}

/// How tightly a binary operator binds.
fn precedence(token: Token) -> Option<u8> {
    let infix = match token {
        Token::Star => Infix::Mul,
        Token::Slash => Infix::Div,
        Token::Percent => Infix::Mod,
        Token::Plus => Infix::Add,
        Token::Minus => Infix::Sub,
        Token::ShiftLeft => Infix::Shl,
        Token::ShiftRight => Infix::Shr,
        Token::UnsignedShiftRight => Infix::Ushr,
        Token::Less => Infix::Lt,
        Token::Greater => Infix::Gt,
        Token::LessEqual => Infix::Le,
        Token::GreaterEqual => Infix::Ge,
        Token::In => Infix::In,
        Token::Instanceof => Infix::Instanceof,
        Token::Equal => Infix::Eq,
        Token::NotEqual => Infix::Ne,
        Token::Compare => Infix::Cmp,
        Token::Ampersand => Infix::BitAnd,
        Token::Caret => Infix::BitXor,
        Token::Pipe => Infix::BitOr,
        Token::LooseIn => Infix::LooseIn,
        Token::LooseInstanceof => Infix::LooseInstanceof,
        Token::AndAnd => Infix::And,
        Token::OrOr => Infix::Or,
        _ => return None,
    };
    Some(infix.precedence())
}
