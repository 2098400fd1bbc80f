//! The structure of a text for the Builder: directives, their blocks, and text.
//!
//! The Builder reads lines. A line whose first word is a directive is one; a
//! line that begins with `@` and a blank is a comment; every other line is
//! text, in which `@{…}` are inline expressions. Conditions and other
//! arguments are not looked at here, but when they are executed.

use std::rc::Rc;

use crate::ast::Span;
use crate::codes;
use crate::diagnostic::Code;

/// Blocks are nested up to this depth.
const MAX_DEPTH: usize = 256;

/// Lines one after the other.
pub(super) type Block = Vec<Node>;

/// A directive or text.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) kind: NodeKind,
    /// The directive without its block; the text.
    pub(super) span: Span,
    /// The line in which it begins, from 1.
    pub(super) line: u32,
}

#[derive(Debug)]
pub(super) enum NodeKind {
    Text,
    /// `@{expression}`
    Inline(Span),
    Include {
        once: Once,
        source: Span,
    },
    Set {
        name: Span,
        value: Span,
    },
    /// The branches with their conditions; `@else` has none.
    If(Vec<(Option<Span>, Block)>),
    Macro {
        declaration: Span,
        body: Rc<Block>,
    },
    While {
        condition: Span,
        body: Block,
    },
    Repeat {
        count: Span,
        body: Block,
    },
    Error(Span),
    Warning(Span),
}

/// Whether a text is included again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Once {
    Always,
    Once,
}

/// Something wrong with the structure.
#[derive(Debug)]
pub(super) struct Problem {
    pub(super) code: Code,
    pub(super) title: String,
    pub(super) span: Span,
    pub(super) help: Option<&'static str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Directive {
    Include,
    Set,
    If,
    Elseif,
    Else,
    Endif,
    Macro,
    Endmacro,
    While,
    Endwhile,
    Repeat,
    Endrepeat,
    End,
    Error,
    Warning,
}

const DIRECTIVES: [(&str, Directive); 15] = [
    ("include", Directive::Include),
    ("set", Directive::Set),
    ("if", Directive::If),
    ("elseif", Directive::Elseif),
    ("else", Directive::Else),
    ("endif", Directive::Endif),
    ("macro", Directive::Macro),
    ("endmacro", Directive::Endmacro),
    ("while", Directive::While),
    ("endwhile", Directive::Endwhile),
    ("repeat", Directive::Repeat),
    ("endrepeat", Directive::Endrepeat),
    ("end", Directive::End),
    ("error", Directive::Error),
    ("warning", Directive::Warning),
];

/// The directive that a line is which begins with `@`, and where its argument begins.
pub(super) fn directive_of(line: &[u8]) -> Option<(Directive, usize)> {
    let rest = line.strip_prefix(b"@")?;
    let length = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
    let (_, directive) = DIRECTIVES.into_iter().find(|(name, _)| name.as_bytes() == &rest[..length])?;
    Some((directive, length + 1))
}

/// Where the expression of the `@{` at `start` of a line ends: the place of its `}`.
pub(super) fn inline_end(line: &[u8], start: usize) -> Option<usize> {
    let mut quote = None;
    let mut at = start + 2;
    while let Some(byte) = line.get(at) {
        match (quote, byte) {
            (None, b'}') => return Some(at),
            (None, b'"' | b'\'') => quote = Some(*byte),
            (Some(_), b'\\') => at += 1,
            (Some(open), _) if open == *byte => quote = None,
            _ => {}
        }
        at += 1;
    }
    // A quote may be open because the expression is wrong.
    memchr::memchr(b'}', line.get(start + 2..)?).map(|length| start + 2 + length)
}

/// Takes a text apart.
pub(super) fn parse(text: &[u8]) -> (Block, Vec<Problem>) {
    let mut parser = Parser { text, line: 0, open: Vec::new(), block: Vec::new(), problems: Vec::new() };
    let mut start = 0;
    while start < text.len() {
        let end = memchr::memchr(b'\n', &text[start..]).map_or(text.len(), |length| start + length + 1);
        parser.line += 1;
        parser.read_line(start, end);
        start = end;
    }
    parser.close_all();
    (parser.block, parser.problems)
}

/// A block that has begun and not ended.
struct Open {
    kind: OpenKind,
    span: Span,
    line: u32,
    /// The block around it, so far.
    around: Block,
}

enum OpenKind {
    /// Finished branches, and the condition of the one that is being read.
    If {
        branches: Vec<(Option<Span>, Block)>,
        condition: Option<Span>,
    },
    Macro(Span),
    While(Span),
    Repeat(Span),
}

impl OpenKind {
    fn name(&self) -> &'static str {
        match self {
            OpenKind::If { .. } => "@if",
            OpenKind::Macro(_) => "@macro",
            OpenKind::While(_) => "@while",
            OpenKind::Repeat(_) => "@repeat",
        }
    }

    fn end(&self) -> Directive {
        match self {
            OpenKind::If { .. } => Directive::Endif,
            OpenKind::Macro(_) => Directive::Endmacro,
            OpenKind::While(_) => Directive::Endwhile,
            OpenKind::Repeat(_) => Directive::Endrepeat,
        }
    }
}

struct Parser<'t> {
    text: &'t [u8],
    /// The number of the line that is being read.
    line: u32,
    open: Vec<Open>,
    /// The innermost block, so far.
    block: Block,
    problems: Vec<Problem>,
}

impl Parser<'_> {
    /// Reads the line from `start` up to `end`, its line break included.
    fn read_line(&mut self, start: usize, end: usize) {
        let line = &self.text[start..end];
        let indentation = line.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let content = &line[indentation..];
        if !content.starts_with(b"@") {
            return self.read_text(start, end);
        }
        match directive_of(content) {
            Some((directive, length)) => {
                let trimmed = content.trim_ascii_end().len();
                let from = start + indentation;
                let blanks = content[length..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
                let argument = (from + length + blanks).min(from + trimmed.max(length));
                let span = Span::new(from as u32, (from + trimmed) as u32);
                self.read_directive(directive, span, Span::new(argument as u32, (from + trimmed) as u32));
            }
            None if content.get(1).is_none_or(u8::is_ascii_whitespace) => {}
            None => self.read_text(start, end),
        }
    }

    fn read_text(&mut self, start: usize, end: usize) {
        let line = &self.text[start..end];
        let mut at = 0;
        for found in memchr::memmem::find_iter(line, b"@{") {
            if found < at {
                continue;
            }
            let Some(closing) = inline_end(line, found) else { break };
            self.add_text(start + at, start + found);
            let span = Span::new((start + found) as u32, (start + closing + 1) as u32);
            let expression = Span::new(span.start + 2, span.end - 1);
            self.add(NodeKind::Inline(expression), span);
            at = closing + 1;
        }
        self.add_text(start + at, end);
    }

    fn add_text(&mut self, start: usize, end: usize) {
        if start == end {
            return;
        }
        match self.block.last_mut() {
            Some(Node { kind: NodeKind::Text, span, .. }) if span.end as usize == start => {
                span.end = end as u32
            }
            _ => self.add(NodeKind::Text, Span::new(start as u32, end as u32)),
        }
    }

    fn add(&mut self, kind: NodeKind, span: Span) {
        self.block.push(Node { kind, span, line: self.line });
    }

    fn read_directive(&mut self, directive: Directive, span: Span, argument: Span) {
        use Directive::*;
        match directive {
            Else | Endif | Endmacro | Endwhile | Endrepeat | End => {
                if !self.is_blank(argument) {
                    self.report(codes::BUILDER_SYNTAX, "this directive has no argument", argument, None);
                }
            }
            Include | Set | If | Elseif | Macro | While | Repeat | Error | Warning => {
                if self.is_blank(argument) {
                    let title = format!("{} needs an argument", self.name(span));
                    self.report(codes::BUILDER_SYNTAX, title, span, None);
                }
            }
        }
        match directive {
            Include => self.include(span, argument),
            Set => self.set(span, argument),
            Error => self.add(NodeKind::Error(argument), span),
            Warning => self.add(NodeKind::Warning(argument), span),
            If => self.begin(OpenKind::If { branches: Vec::new(), condition: Some(argument) }, span),
            Macro => self.begin(OpenKind::Macro(argument), span),
            While => self.begin(OpenKind::While(argument), span),
            Repeat => self.begin(OpenKind::Repeat(argument), span),
            Elseif => self.next_branch(Some(argument), span),
            Else => self.next_branch(None, span),
            Endif | Endmacro | Endwhile | Endrepeat | End => self.end(directive, span),
        }
    }

    fn include(&mut self, span: Span, argument: Span) {
        let text = &self.text[argument.start as usize..argument.end as usize];
        let is_once = text.starts_with(b"once")
            && !text.get(4).is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'('));
        if !is_once {
            return self.add(NodeKind::Include { once: Once::Always, source: argument }, span);
        }
        let source = Span::new(argument.start + 4, argument.end);
        if self.is_blank(source) {
            self.report(codes::BUILDER_SYNTAX, "@include once needs an argument", span, None);
        }
        self.add(NodeKind::Include { once: Once::Once, source }, span);
    }

    fn set(&mut self, span: Span, argument: Span) {
        let text = &self.text[argument.start as usize..argument.end as usize];
        let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$');
        let length = text.iter().take_while(|byte| is_name(byte)).count();
        let blanks = text[length..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        let sign = usize::from(
            text[length + blanks..].starts_with(b"=") && !text[length + blanks..].starts_with(b"=="),
        );
        let name = Span::new(argument.start, argument.start + length as u32);
        let value = Span::new(argument.start + (length + blanks + sign) as u32, argument.end);
        let is_valid = length > 0 && !text[0].is_ascii_digit() && !self.is_blank(value);
        if is_valid {
            self.add(NodeKind::Set { name, value }, span);
        } else if !text.is_empty() {
            let help = Some("write `@set NAME = expression`");
            self.report(codes::BUILDER_SYNTAX, "@set needs a name and a value", argument, help);
        }
    }

    fn begin(&mut self, kind: OpenKind, span: Span) {
        if self.open.len() == MAX_DEPTH {
            self.report(codes::BUILDER_LIMIT, "directives are nested too deeply", span, None);
        }
        let around = std::mem::take(&mut self.block);
        self.open.push(Open { kind, span, line: self.line, around });
    }

    fn next_branch(&mut self, next: Option<Span>, span: Span) {
        let name = self.name(span);
        let Some(Open { kind: OpenKind::If { branches, condition }, .. }) = self.open.last_mut() else {
            let help = Some("put it between `@if` and `@endif`");
            return self.report(codes::BUILDER_BLOCK, format!("{name} without @if"), span, help);
        };
        let is_after_else = condition.is_none();
        branches.push((condition.take(), std::mem::take(&mut self.block)));
        *condition = next;
        if is_after_else {
            self.report(codes::BUILDER_BLOCK, format!("{name} after @else"), span, None);
        }
    }

    fn end(&mut self, directive: Directive, span: Span) {
        let name = self.name(span);
        let fits = |open: &Open| directive == Directive::End || directive == open.kind.end();
        match self.open.pop() {
            Some(open) if fits(&open) => self.close(open),
            Some(open) => {
                let title = format!("{name} does not end the {} of line {}", open.kind.name(), open.line);
                self.report(codes::BUILDER_BLOCK, title, span, Some("end blocks in the reverse order"));
                self.close(open);
            }
            None => self.report(codes::BUILDER_BLOCK, format!("{name} ends nothing"), span, None),
        }
    }

    fn close(&mut self, open: Open) {
        let body = std::mem::replace(&mut self.block, open.around);
        let kind = match open.kind {
            OpenKind::If { mut branches, condition } => {
                branches.push((condition, body));
                NodeKind::If(branches)
            }
            OpenKind::Macro(declaration) => NodeKind::Macro { declaration, body: Rc::new(body) },
            OpenKind::While(condition) => NodeKind::While { condition, body },
            OpenKind::Repeat(count) => NodeKind::Repeat { count, body },
        };
        // Beyond the limit, which has been reported, nothing is kept: not every walk could go so deep.
        if self.open.len() < MAX_DEPTH {
            self.block.push(Node { kind, span: open.span, line: open.line });
        }
    }

    fn close_all(&mut self) {
        while let Some(open) = self.open.pop() {
            let title = format!("{} without an end", open.kind.name());
            self.report(codes::BUILDER_BLOCK, title, open.span, Some("end it with `@end`"));
            self.close(open);
        }
    }

    fn is_blank(&self, span: Span) -> bool {
        let text = &self.text[span.start as usize..span.end as usize];
        let text = text.trim_ascii();
        text.is_empty() || text.starts_with(b"//")
    }

    /// A directive as it is written.
    fn name(&self, span: Span) -> String {
        let text = &self.text[span.start as usize..span.end as usize];
        let length = 1 + text[1..].iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        String::from_utf8_lossy(&text[..length]).into_owned()
    }

    fn report(&mut self, code: Code, title: impl Into<String>, span: Span, help: Option<&'static str>) {
        self.problems.push(Problem { code, title: title.into(), span, help });
    }
}
