//! Syntax errors in words.
//!
//! Titles are those of the reference where it has one. The parser offers the
//! list of terminals that would have been accepted; it is long and contains
//! names that only the grammar understands, so the first rule that fits
//! decides what to say.

use crate::ast::Span;
use crate::codes;
use crate::diagnostic::{Code, Diagnostic, Label, Severity};
use crate::similar::closest;
use crate::token::{Context, Token};

/// A token that does not fit, and what the parser knows about the place.
pub(crate) struct Unexpected<'s> {
    pub(crate) token: Token,
    pub(crate) span: Span,
    pub(crate) context: Context,
    /// The bracket that it stands in, if that is known.
    pub(crate) bracket: Option<Span>,
    /// The terminals that would fit, as the grammar spells them.
    pub(crate) expected: &'s [String],
    pub(crate) source: &'s [u8],
}

/// An error with a label at its place.
#[cold]
pub(crate) fn new(code: Code, title: impl Into<String>, span: Span, label: impl Into<String>) -> Diagnostic {
    Diagnostic {
        code,
        severity: Severity::Error,
        title: title.into(),
        span,
        label: label.into(),
        labels: Vec::new(),
        help: None,
    }
}

/// The same with a hint what to do.
pub(crate) fn with_help(diagnostic: Diagnostic, help: impl Into<String>) -> Diagnostic {
    Diagnostic { help: Some(help.into()), ..diagnostic }
}

/// The same with a label at another place.
pub(crate) fn with_label(mut diagnostic: Diagnostic, span: Span, text: &str) -> Diagnostic {
    diagnostic.labels.push(Label { span, text: text.to_owned() });
    diagnostic
}

/// A closing bracket that closes nothing; `open` is the innermost bracket that is open there.
#[cold]
pub(crate) fn unmatched(closer: Token, span: Span, open: Option<Span>) -> Diagnostic {
    let closer = match closer {
        Token::CloseParen => ")",
        Token::CloseBracket => "]",
        Token::CloseBrace => "}",
        _ => "/>",
    };
    let diagnostic = new(codes::UNMATCHED_BRACKET, format!("unexpected '{closer}'"), span, "closes nothing");
    match open {
        Some(open) => with_label(diagnostic, open, "this one is open"),
        None => diagnostic,
    }
}

/// A `;` between slots, or a `,` between members.
#[cold]
pub(crate) fn separator(separator: Token, span: Span) -> Diagnostic {
    let label = match separator {
        Token::Semicolon => "slots and enum members are separated by `,` or by nothing",
        _ => "members of a class are separated by `;` or by nothing",
    };
    new(codes::TOKEN_EXPECTED, "expected 'IDENTIFIER'", span, label)
}

/// Something else where the parenthesis of an `if`, `for`, `while`, `switch` or `catch` has to be.
pub(crate) fn missing_head(span: Span) -> Diagnostic {
    let diagnostic = new(codes::TOKEN_EXPECTED, "expected '('", span, "needs parentheses around it");
    with_help(diagnostic, "write the condition as in `if (a == b)`")
}

/// Something among the members of a class, or the slots of a table, that is none.
pub(crate) fn not_a_member(span: Span, lacks_value: bool) -> Diagnostic {
    match lacks_value {
        true => new(codes::TOKEN_EXPECTED, "expected '='", span, "the value of the slot follows a `=`"),
        false => {
            new(codes::TOKEN_EXPECTED, "expected 'IDENTIFIER'", span, "not the beginning of a slot or member")
        }
    }
}

/// A list of captured variables after the parameters of a function.
pub(crate) fn free_variables(span: Span) -> Diagnostic {
    let diagnostic = new(codes::EXPRESSION_EXPECTED, "expression expected", span, "a body has to follow");
    with_help(diagnostic, "leave the list of variables out: functions see the variables around them")
}

/// Something that is no name where a parameter has to be.
pub(crate) fn not_a_parameter(span: Span) -> Diagnostic {
    new(codes::TOKEN_EXPECTED, "expected 'IDENTIFIER'", span, "not a parameter")
}

/// A second operand where only one may stand in a bracket.
pub(crate) fn not_adjacent(wanted: &str, span: Span, bracket: Span, source: &[u8]) -> Diagnostic {
    let diagnostic = new(
        codes::TOKEN_EXPECTED,
        format!("expected {wanted}"),
        span,
        "does not belong to what is before it",
    );
    let diagnostic = with_label(diagnostic, bracket, "opened here");
    match logical_word(span, source) {
        Some(help) => with_help(diagnostic, help),
        None => diagnostic,
    }
}

/// What to write instead of a word between two operands.
fn logical_word(span: Span, source: &[u8]) -> Option<&'static str> {
    let next = source.get(span.start as usize..span.end as usize).unwrap_or_default();
    match (previous_word(source, span.start), next) {
        (_, b"and") => Some("write `&&`"),
        (_, b"or") => Some("write `||`"),
        (_, b"is") => Some("write `==`, or `instanceof` for a class"),
        (b"not", _) => Some("write `!`"),
        _ => None,
    }
}

/// A function without a name in a class or table; `span` is that of its `(`.
#[cold]
pub(crate) fn unnamed_member(span: Span) -> Diagnostic {
    new(codes::TOKEN_EXPECTED, "expected 'IDENTIFIER'", span, "the function needs a name")
}

/// A statement that does not end where it should.
pub(crate) fn statement_not_ended(span: Span, source: &[u8]) -> Diagnostic {
    let title = "end of statement expected (; or lf)";
    if is_in_constant(span, source) {
        let diagnostic = new(codes::SCALAR_EXPECTED, title, span, "constants are not computed");
        return with_help(diagnostic, CONSTANT_HELP);
    }
    let label = "another statement begins on the same line";
    let diagnostic = new(codes::STATEMENT_NOT_ENDED, title, span, label);
    match advice(span, source) {
        Some(help) => with_help(diagnostic, help),
        None => diagnostic,
    }
}

const CONSTANT_HELP: &str = "write the result, or use a variable or a slot of the root table";

/// Whether an operator stands after the value of a constant, on the same line.
fn is_in_constant(span: Span, source: &[u8]) -> bool {
    let next = source.get(span.start as usize).copied().unwrap_or_default();
    let line = before(source, span.start).rsplit(|byte| matches!(byte, b'\n' | b';')).next();
    b"+-*/%&|^<>([.?".contains(&next)
        && line.is_some_and(|line| line.trim_ascii_start().starts_with(b"const "))
}

/// What to do about a statement that does not end before `span`.
fn advice(span: Span, source: &[u8]) -> Option<String> {
    if let Some(help) = logical_word(span, source) {
        return Some(help.to_owned());
    }
    let word = previous_word(source, span.start);
    let next = source.get(span.start as usize..span.end as usize).unwrap_or_default();
    let help = match (word, next) {
        (b"var" | b"let" | b"const", _) => "declare variables with `local`",
        (b"func" | b"def" | b"fn" | b"sub", _) => "define functions with `function`",
        (b"print" | b"echo", _) => "put the value in parentheses",
        (b"elseif" | b"elif" | b"elsif", _) => "write `else if`",
        (b"import" | b"include" | b"using", _) => "libraries are named by `#require` lines at the beginning",
        _ if matches!(before(source, span.start), [.., b'0'..=b'9', b'.']) => {
            "put the number in parentheses to call a method on it"
        }
        (_, b"{") => return head_advice(source, span.start),
        (_, b"elseif" | b"elif" | b"elsif") => "write `else if`",
        (_, b":") if source.get(span.end as usize) == Some(&b'=') => "assign with `=`",
        _ if misspelt(next) == Some("else") => "did you mean `else`?",
        _ => return misspelt(word).map(|keyword| format!("did you mean `{keyword}`?")),
    };
    Some(help.to_owned())
}

/// A `{` after what looks like a call: the head of a statement of another language, or a misspelt one.
fn head_advice(source: &[u8], brace: u32) -> Option<String> {
    let text = before(source, brace).trim_ascii_end();
    let head = text.strip_suffix(b")")?;
    let mut depth = 1;
    let open = head.iter().rposition(|byte| {
        depth += i32::from(*byte == b')') - i32::from(*byte == b'(');
        depth == 0
    })?;
    match previous_word(source, open as u32) {
        b"elseif" | b"elif" | b"elsif" => Some("write `else if`".to_owned()),
        b"unless" => Some("write `if (!(…))`".to_owned()),
        b"until" => Some("write `while (!(…))`".to_owned()),
        b"except" | b"rescue" => Some("write `catch`".to_owned()),
        word => misspelt(word).map(|keyword| format!("did you mean `{keyword}`?")),
    }
}

/// Words with which statements begin or go on.
const KEYWORDS: [&str; 22] = [
    "break", "case", "catch", "class", "const", "continue", "default", "delete", "else", "enum", "extends",
    "for", "foreach", "function", "local", "resume", "return", "switch", "throw", "try", "while", "yield",
];

/// The keyword that a word was most likely meant to be.
fn misspelt(word: &[u8]) -> Option<&'static str> {
    closest(std::str::from_utf8(word).ok()?, KEYWORDS.into_iter())
}

/// The diagnostic for a token that the parser could not use.
pub(crate) fn unexpected(unexpected: &Unexpected<'_>) -> Diagnostic {
    let (code, title) = unexpected.code_and_title();
    let mut diagnostic = new(code, title, unexpected.span, unexpected.label());
    diagnostic.help = unexpected.help();
    match unexpected.bracket {
        Some(bracket) if unexpected.missing_closer().is_some() => {
            with_label(diagnostic, bracket, "opened here")
        }
        _ => diagnostic,
    }
}

impl Unexpected<'_> {
    fn code_and_title(&self) -> (Code, String) {
        let (code, title) = self.expectation();
        let is_about_structure = matches!(code, codes::EXPRESSION_EXPECTED | codes::STATEMENT_NOT_ENDED);
        match self.token {
            Token::Else | Token::Catch | Token::Case | Token::Default if is_about_structure => {
                (codes::MISPLACED_KEYWORD, title)
            }
            _ if self.foreign_operator().is_some() => (codes::UNKNOWN_OPERATOR, title),
            _ if code == codes::STATEMENT_NOT_ENDED && is_in_constant(self.span, self.source) => {
                (codes::SCALAR_EXPECTED, title)
            }
            _ => (code, title),
        }
    }

    /// What would fit here, in the words of the reference.
    fn expectation(&self) -> (Code, String) {
        if self.token == Token::OpenBracketOnNewLine {
            let title = "cannot brake deref/or comma needed after [exp]=exp slot declaration";
            return (codes::BRACKET_ON_NEW_LINE, title.to_owned());
        }
        if self.context.has_any(Context::WANTS_SCALAR) && self.fits("NUM") {
            let or_string = if self.text() == "-" { "" } else { " or string" };
            return (codes::SCALAR_EXPECTED, format!("scalar expected : integer,float{or_string}"));
        }
        if self.wants_name() {
            return expected("IDENTIFIER");
        }
        if let Some(closer) = self.missing_closer() {
            let or_comma = if closer == ")" && self.fits(",sep") { " or ','" } else { "" };
            return (codes::TOKEN_EXPECTED, format!("expected '{closer}'{or_comma}"));
        }
        if self.wants_expression() {
            let found = if self.token == Token::CloseParen { ", found ')'" } else { "" };
            return (codes::EXPRESSION_EXPECTED, format!("expression expected{found}"));
        }
        match CONTINUATIONS.iter().find(|(terminal, _)| self.fits(terminal)) {
            Some((_, name)) => expected(name),
            None if self.fits(";") && !self.fits("EOF") => expected(";"),
            None if self.fits(";") => {
                (codes::STATEMENT_NOT_ENDED, "end of statement expected (; or lf)".to_owned())
            }
            None => (codes::EXPRESSION_EXPECTED, "expression expected".to_owned()),
        }
    }

    fn wants_expression(&self) -> bool {
        let wants = Context::WANTS_OPERAND.with(Context::WANTS_STATEMENT);
        // On a new line, something that does not continue the statement should begin one.
        let begins_statement = self.context.has_any(Context::ON_NEW_LINE) && self.fits("local");
        (self.context.has_any(wants) || begins_statement) && self.fits("NUM")
    }

    /// The closing bracket that has to stand here; where an expression would do as well, only at
    /// the end of the text.
    fn missing_closer(&self) -> Option<&'static str> {
        // Statements end before these, too.
        let ends_statements = matches!(self.token, Token::End | Token::Case | Token::Default);
        if self.wants_expression() && !ends_statements {
            return None;
        }
        [")", "]", "}"].into_iter().find(|closer| self.fits(closer))
    }

    fn fits(&self, terminal: &str) -> bool {
        self.expected.iter().any(|expected| expected.trim_matches('"') == terminal)
    }

    /// Whether nothing but a name would fit; after `local` also `function` would.
    fn wants_name(&self) -> bool {
        let is_name = |terminal: &String| matches!(terminal.trim_matches('"'), "ID" | "function");
        self.fits("ID") && self.expected.iter().all(is_name)
    }

    fn label(&self) -> String {
        let text = self.text();
        if self.foreign_operator().is_some() {
            return match self.token {
                Token::Plus => "there is no unary `+`".to_owned(),
                _ => format!("there is no operator `{}`", self.whole_operator()),
            };
        }
        match self.token {
            Token::End => "the text ends here".to_owned(),
            Token::OpenBracketOnNewLine => "continues the line before, which is not allowed".to_owned(),
            Token::String => "unexpected string".to_owned(),
            Token::Number => "unexpected number".to_owned(),
            _ if self.wants_name() && text.starts_with(|first: char| first.is_ascii_alphabetic()) => {
                format!("`{text}` is a reserved word")
            }
            Token::Else => "`else` without `if`".to_owned(),
            Token::Catch => "`catch` without `try`".to_owned(),
            Token::Case | Token::Default => format!("`{text}` outside of a `switch`, or after `default`"),
            _ => format!("unexpected `{text}`"),
        }
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(self.bytes()).into_owned()
    }

    fn bytes(&self) -> &[u8] {
        &self.source[self.span.start as usize..self.span.end as usize]
    }

    fn help(&self) -> Option<String> {
        if let Some(help) = self.foreign_operator() {
            return Some(help.to_owned());
        }
        if let Some(help) = self.fixed_help() {
            return Some(help.to_owned());
        }
        let (code, _) = self.code_and_title();
        match code {
            codes::STATEMENT_NOT_ENDED => advice(self.span, self.source),
            codes::SCALAR_EXPECTED if is_in_constant(self.span, self.source) => {
                Some(CONSTANT_HELP.to_owned())
            }
            codes::TOKEN_EXPECTED if self.fits("catch") && self.token == Token::Identifier => {
                Some("write `catch (error)`".to_owned())
            }
            _ => None,
        }
    }

    fn fixed_help(&self) -> Option<&'static str> {
        let before = before(self.source, self.span.start);
        let help = match self.token {
            Token::OpenBracketOnNewLine => "put the `[` on the line before, or a `;` or `,` at its end",
            Token::Identifier if self.fits("in") && self.bytes() == b"of" => "write `in`",
            Token::Identifier
                if self.fits("(") && previous_word(self.source, self.span.start) == b"function" =>
            {
                "leave the name out: only function statements have one"
            }
            _ if before.ends_with(b"@") => {
                "run the Builder over the text first: this is one of its directives"
            }
            Token::Else => "remove the `;` or the statements between the branch and its `else`",
            _ => return None,
        };
        Some(help)
    }

    /// What to write instead of an operator that other languages have.
    fn foreign_operator(&self) -> Option<&'static str> {
        let before = before(self.source, self.span.start);
        let follows = |operators: &[&[u8]]| operators.iter().any(|operator| before.ends_with(operator));
        Some(match self.token {
            Token::Assign if follows(&[b"==", b"!="]) => "compare with `==` and `!=`; there is no `===`",
            Token::Assign if follows(&[b"&", b"|", b"^", b"<<", b">>"]) => {
                "write the operator out, as in `a = a & b`; there is no short form of it"
            }
            Token::Assign if follows(&[b":"]) => "assign with `=`",
            Token::Plus if self.context.has_any(Context::WANTS_OPERAND) && !follows(&[b"+"]) => {
                "leave the sign out; there is no unary `+`"
            }
            Token::Star if follows(&[b"*"]) => "use `math.pow(a, b)`",
            Token::Greater if follows(&[b"="]) => "write a lambda as `@(a) a + 1`",
            Token::Greater if follows(&[b"-"]) => "reach members with `.`",
            Token::Greater if follows(&[b"<"]) => "compare with `!=`",
            Token::Question if follows(&[b"?"]) => "write `a != null ? a : b`",
            Token::Dot if follows(&[b"?"]) => "write `a != null ? a.b : null`",
            _ => return None,
        })
    }

    /// The token with the signs directly before it.
    fn whole_operator(&self) -> String {
        let before = before(self.source, self.span.start);
        let is_sign = |byte: &u8| b"&|^<>=!?*+-:".contains(byte);
        let length = before.iter().rev().take_while(|byte| is_sign(byte)).count();
        let start = self.span.start as usize - length;
        String::from_utf8_lossy(&self.source[start..self.span.end as usize]).into_owned()
    }
}

/// Terminals that continue something, the most telling ones first, with their names in messages.
const CONTINUATIONS: [(&str, &str); 8] = [
    ("in", "in"),
    ("in_loose", "in"),
    ("while(do)", "while"),
    ("catch", "catch"),
    ("(", "("),
    ("=", "="),
    (":", ":"),
    ("/>", "/>"),
];

fn expected(name: &str) -> (Code, String) {
    (codes::TOKEN_EXPECTED, format!("expected '{name}'"))
}

/// The text directly before a place, without line breaks in between.
fn before(source: &[u8], offset: u32) -> &[u8] {
    &source[..offset as usize]
}

/// The word before a place and the blanks that follow it.
fn previous_word(source: &[u8], offset: u32) -> &[u8] {
    let text = before(source, offset).trim_ascii_end();
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let length = text.iter().rev().take_while(|byte| is_part(byte)).count();
    &text[text.len() - length..]
}
