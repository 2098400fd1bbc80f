//! Builder expressions: from text to trees.
//!
//! Operators from loosest to tightest: `?:`, `||`, `&&`, `|` (a filter), `==`
//! and `!=`, `<` and its like, `+` and `-`, `*` `/` `%`, the unary ones, and
//! members and calls. `//` and `/* … */` are comments; a `;` may end an
//! expression. What the trees mean is in [`super::evaluate`].

use super::value::Value;
use crate::ast::Span;

/// Longest expression, in bytes.
const MAX_LENGTH: usize = 1 << 16;

/// Expressions are nested up to this height.
const MAX_HEIGHT: u32 = 200;

/// An expression.
#[derive(Clone, Debug)]
pub(super) struct Expr {
    pub(super) kind: ExprKind,
    /// Where it is in its file.
    pub(super) span: Span,
    height: u32,
}

#[derive(Clone, Debug)]
pub(super) enum ExprKind {
    Literal(Value),
    Name(String),
    Array(Vec<Expr>),
    Not(Box<Expr>),
    Negate(Box<Expr>),
    Plus(Box<Expr>),
    Binary(BinaryOp, Box<Expr>, Box<Expr>),
    Conditional(Box<[Expr; 3]>),
    /// An object and the name or number of a member.
    Member(Box<Expr>, Box<Expr>),
    Call(Box<Expr>, Vec<Expr>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BinaryOp {
    Or,
    And,
    Filter,
    Equal,
    NotEqual,
    Less,
    Greater,
    LessEqual,
    GreaterEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
}

/// The operators with how tightly they bind; a longer one comes before those that it begins with.
const OPERATORS: [(&str, BinaryOp, u8); 14] = [
    ("||", BinaryOp::Or, 1),
    ("&&", BinaryOp::And, 2),
    ("|", BinaryOp::Filter, 3),
    ("==", BinaryOp::Equal, 4),
    ("!=", BinaryOp::NotEqual, 4),
    ("<=", BinaryOp::LessEqual, 5),
    (">=", BinaryOp::GreaterEqual, 5),
    ("<", BinaryOp::Less, 5),
    (">", BinaryOp::Greater, 5),
    ("+", BinaryOp::Add, 6),
    ("-", BinaryOp::Subtract, 6),
    ("*", BinaryOp::Multiply, 7),
    ("/", BinaryOp::Divide, 7),
    ("%", BinaryOp::Modulo, 7),
];

/// What a backslash in a string means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Backslash {
    /// The beginning of an escape.
    Escape,
    /// The separator of a path on Windows.
    Separator,
}

/// What is wrong with an expression, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mistake {
    pub(super) message: String,
    pub(super) span: Span,
}

impl Mistake {
    pub(super) fn new(message: impl Into<String>, span: Span) -> Mistake {
        Mistake { message: message.into(), span }
    }
}

/// Parses the expression that takes up `span` of a file's text.
pub(super) fn parse(text: &[u8], span: Span, backslash: Backslash) -> Result<Expr, Mistake> {
    let source = &text[span.start as usize..span.end as usize];
    if source.len() > MAX_LENGTH {
        return Err(Mistake::new(format!("the expression is longer than {MAX_LENGTH} bytes"), span));
    }
    let mut parser = Parser { source, base: span.start, at: 0, backslash, depth: 0 };
    let expr = parser.expression()?;
    parser.skip_blanks();
    while parser.take(";") {
        parser.skip_blanks();
    }
    match parser.peek() {
        None => Ok(expr),
        Some(_) => Err(parser.unexpected()),
    }
}

struct Parser<'s> {
    source: &'s [u8],
    /// Where the expression begins in the file.
    base: u32,
    at: usize,
    backslash: Backslash,
    depth: u32,
}

impl Parser<'_> {
    fn expression(&mut self) -> Result<Expr, Mistake> {
        self.depth += 1;
        if self.depth > MAX_HEIGHT {
            return Err(self.too_high(self.span_from(self.at)));
        }
        let condition = self.binary(1)?;
        self.depth -= 1;
        if !self.take_operator("?") {
            return Ok(condition);
        }
        let consequent = self.expression()?;
        if !self.take_operator(":") {
            return Err(self.expected("`:`"));
        }
        let alternate = self.expression()?;
        let span = condition.span.to(alternate.span);
        let height = condition.height.max(consequent.height).max(alternate.height);
        self.made(ExprKind::Conditional(Box::new([condition, consequent, alternate])), span, height)
    }

    fn binary(&mut self, min_precedence: u8) -> Result<Expr, Mistake> {
        let mut left = self.unary()?;
        while let Some((op, precedence)) = self.opt_operator(min_precedence) {
            let right = self.binary(precedence + 1)?;
            let (span, height) = (left.span.to(right.span), left.height.max(right.height));
            left = self.made(ExprKind::Binary(op, Box::new(left), Box::new(right)), span, height)?;
        }
        Ok(left)
    }

    fn opt_operator(&mut self, min_precedence: u8) -> Option<(BinaryOp, u8)> {
        self.skip_blanks();
        let rest = &self.source[self.at..];
        let (text, op, precedence) =
            OPERATORS.into_iter().find(|(text, ..)| rest.starts_with(text.as_bytes()))?;
        if precedence < min_precedence {
            return None;
        }
        self.at += text.len();
        Some((op, precedence))
    }

    fn unary(&mut self) -> Result<Expr, Mistake> {
        self.skip_blanks();
        let start = self.at;
        let make: fn(Box<Expr>) -> ExprKind = match self.peek() {
            Some(b'!') => ExprKind::Not,
            Some(b'-') => ExprKind::Negate,
            Some(b'+') => ExprKind::Plus,
            _ => return self.postfix(),
        };
        self.at += 1;
        self.depth += 1;
        if self.depth > MAX_HEIGHT {
            return Err(self.too_high(self.span_from(start)));
        }
        let operand = self.unary()?;
        self.depth -= 1;
        let (span, height) = (self.span_from(start), operand.height);
        self.made(make(Box::new(operand)), span, height)
    }

    fn postfix(&mut self) -> Result<Expr, Mistake> {
        let start = self.at;
        let mut expr = self.primary()?;
        loop {
            self.skip_blanks();
            let height = expr.height;
            let (kind, other) = match self.peek() {
                Some(b'.') => {
                    self.at += 1;
                    self.skip_blanks();
                    let name = self.name().ok_or_else(|| self.expected("the name of a member"))?;
                    let member = self.leaf(ExprKind::Literal(Value::text(name)), self.span_from(start));
                    (ExprKind::Member(Box::new(expr), Box::new(member)), 0)
                }
                Some(b'[') => {
                    self.at += 1;
                    let member = self.expression()?;
                    self.close("]")?;
                    let other = member.height;
                    (ExprKind::Member(Box::new(expr), Box::new(member)), other)
                }
                Some(b'(') => {
                    self.at += 1;
                    let arguments = self.list(")")?;
                    let other = height_of(&arguments);
                    (ExprKind::Call(Box::new(expr), arguments), other)
                }
                _ => return Ok(expr),
            };
            expr = self.made(kind, self.span_from(start), height.max(other))?;
        }
    }

    fn primary(&mut self) -> Result<Expr, Mistake> {
        let start = self.at;
        let kind = match self.peek() {
            Some(quote @ (b'"' | b'\'')) => ExprKind::Literal(Value::text(self.string(quote)?)),
            Some(b'0'..=b'9' | b'.') => ExprKind::Literal(Value::Number(self.number()?)),
            Some(b'(') => {
                self.at += 1;
                let expr = self.expression()?;
                self.close(")")?;
                return Ok(expr);
            }
            Some(b'[') => {
                self.at += 1;
                let elements = self.list("]")?;
                let height = height_of(&elements);
                return self.made(ExprKind::Array(elements), self.span_from(start), height);
            }
            _ => match self.name().as_deref() {
                Some("true") => ExprKind::Literal(Value::Bool(true)),
                Some("false") => ExprKind::Literal(Value::Bool(false)),
                Some("null") => ExprKind::Literal(Value::Null),
                Some(name) => ExprKind::Name(name.to_owned()),
                None => return Err(self.unexpected()),
            },
        };
        Ok(self.leaf(kind, self.span_from(start)))
    }

    /// Expressions with commas between them, up to a bracket.
    fn list(&mut self, closer: &str) -> Result<Vec<Expr>, Mistake> {
        let mut list = Vec::new();
        if self.take_operator(closer) {
            return Ok(list);
        }
        loop {
            list.push(self.expression()?);
            if !self.take_operator(",") {
                break;
            }
        }
        self.close(closer)?;
        Ok(list)
    }

    fn close(&mut self, closer: &str) -> Result<(), Mistake> {
        if self.take_operator(closer) { Ok(()) } else { Err(self.expected(&format!("`{closer}`"))) }
    }

    fn name(&mut self) -> Option<String> {
        let is_first = |byte: &u8| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'$') || *byte >= 0x80;
        let rest = &self.source[self.at..];
        rest.first().filter(|byte| is_first(byte))?;
        let length = rest.iter().take_while(|byte| is_first(byte) || byte.is_ascii_digit()).count();
        self.at += length;
        Some(String::from_utf8_lossy(&rest[..length]).into_owned())
    }

    fn number(&mut self) -> Result<f64, Mistake> {
        let start = self.at;
        let digits = |parser: &mut Self| {
            while parser.peek().is_some_and(|byte| byte.is_ascii_digit()) {
                parser.at += 1;
            }
        };
        digits(self);
        if self.peek() == Some(b'.') {
            self.at += 1;
            digits(self);
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            digits(self);
        }
        let follows_name = self.peek().is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        let text = String::from_utf8_lossy(&self.source[start..self.at]);
        match text.parse() {
            Ok(number) if !follows_name => Ok(number),
            _ => Err(Mistake::new("this is no number", self.span_from(start))),
        }
    }

    fn string(&mut self, quote: u8) -> Result<Vec<u8>, Mistake> {
        let start = self.at;
        self.at += 1;
        let mut text = Vec::new();
        loop {
            let Some(byte) = self.peek() else {
                return Err(Mistake::new("the string has no end", self.span_from(start)));
            };
            self.at += 1;
            match byte {
                b'\\' if self.backslash == Backslash::Separator => text.push(b'/'),
                b'\\' => text.extend(self.escape()),
                _ if byte == quote => return Ok(text),
                _ => text.push(byte),
            }
        }
    }

    /// The byte that an escape stands for; its backslash has been read.
    fn escape(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(match byte {
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'b' => 0x08,
            b'f' => 0x0c,
            b'v' => 0x0b,
            other => other,
        })
    }

    /// Blanks and comments.
    fn skip_blanks(&mut self) {
        loop {
            let rest = &self.source[self.at..];
            self.at += match rest {
                [byte, ..] if byte.is_ascii_whitespace() => 1,
                [b'/', b'/', ..] => rest.len(),
                [b'/', b'*', ..] => {
                    let end = rest[2..].windows(2).position(|pair| pair == b"*/");
                    end.map_or(rest.len(), |end| end + 4)
                }
                _ => return,
            }
        }
    }

    fn peek(&self) -> Option<u8> {
        self.source.get(self.at).copied()
    }

    fn take(&mut self, text: &str) -> bool {
        let found = self.source[self.at..].starts_with(text.as_bytes());
        if found {
            self.at += text.len();
        }
        found
    }

    fn take_operator(&mut self, text: &str) -> bool {
        self.skip_blanks();
        self.take(text)
    }

    fn leaf(&self, kind: ExprKind, span: Span) -> Expr {
        Expr { kind, span, height: 1 }
    }

    /// An expression above others, the highest of which has this height.
    fn made(&self, kind: ExprKind, span: Span, height: u32) -> Result<Expr, Mistake> {
        if height >= MAX_HEIGHT {
            Err(self.too_high(span))
        } else {
            Ok(Expr { kind, span, height: height + 1 })
        }
    }

    fn too_high(&self, span: Span) -> Mistake {
        Mistake::new("the expression is nested too deeply", span)
    }

    fn span_from(&self, start: usize) -> Span {
        Span::new(self.base + start as u32, self.base + self.at as u32)
    }

    fn expected(&self, what: &str) -> Mistake {
        Mistake::new(format!("{what} expected"), self.span_of_next())
    }

    fn unexpected(&self) -> Mistake {
        let message =
            if self.peek().is_some() { "this does not belong here" } else { "an expression is missing" };
        Mistake::new(message, self.span_of_next())
    }

    /// The next character; the end if there is none.
    fn span_of_next(&self) -> Span {
        let rest = &self.source[self.at..];
        let character = String::from_utf8_lossy(&rest[..rest.len().min(4)]).chars().next();
        let length = character.map_or(0, |character| character.len_utf8().min(rest.len()));
        Span::new(self.base + self.at as u32, self.base + (self.at + length) as u32)
    }
}

fn height_of(list: &[Expr]) -> u32 {
    list.iter().map(|expr| expr.height).max().unwrap_or(0)
}
