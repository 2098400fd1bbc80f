//! Tokens: the terminals of the grammar, and the places where they stand.
//!
//! A token is one byte and carries no text; whoever needs the text takes it
//! from the source. The first half of [`Token`] is what the lexer finds, the
//! second half what [`crate::adaptor`] makes of it: `(` that opens a group and
//! `(` that begins the arguments of a call are different terminals, which is
//! all it takes to make the language LALR(1).

use logos::Logos;

use crate::lexer;

/// A kind of token.
#[derive(Logos, Clone, Copy, Debug, PartialEq, Eq)]
#[logos(utf8 = false)]
#[logos(extras = lexer::Findings)]
pub enum Token {
    /// A name.
    #[regex("[A-Za-z_][A-Za-z0-9_]*")]
    Identifier,
    /// A number or a character literal.
    #[regex("[0-9]", lexer::scan_number)]
    #[token("'", lexer::scan_character)]
    Number,
    /// A string, plain or verbatim.
    #[token("\"", lexer::scan_string)]
    #[token("@\"", lexer::scan_verbatim)]
    String,

    /// `base`
    #[token("base")]
    Base,
    /// `break`
    #[token("break")]
    Break,
    /// `case`
    #[token("case")]
    Case,
    /// `catch`
    #[token("catch")]
    Catch,
    /// `class` of a statement.
    #[token("class")]
    Class,
    /// `clone`
    #[token("clone")]
    Clone,
    /// `const`
    #[token("const")]
    Const,
    /// `constructor` where a member may begin; elsewhere it is a name.
    #[token("constructor")]
    Constructor,
    /// `continue`
    #[token("continue")]
    Continue,
    /// `default`
    #[token("default")]
    Default,
    /// `delete`
    #[token("delete")]
    Delete,
    /// `do`
    #[token("do")]
    Do,
    /// `else`
    #[token("else")]
    Else,
    /// `enum`
    #[token("enum")]
    Enum,
    /// `extends`
    #[token("extends")]
    Extends,
    /// `false`
    #[token("false")]
    False,
    /// `for`
    #[token("for")]
    For,
    /// `foreach`
    #[token("foreach")]
    Foreach,
    /// `function` of a statement or member.
    #[token("function")]
    Function,
    /// `if`
    #[token("if")]
    If,
    /// `in` that binds like `<`.
    #[token("in")]
    In,
    /// `instanceof` that binds like `<`.
    #[token("instanceof")]
    Instanceof,
    /// `local`
    #[token("local")]
    Local,
    /// `null`
    #[token("null")]
    Null,
    /// `rawcall`
    #[token("rawcall")]
    Rawcall,
    /// `resume`
    #[token("resume")]
    Resume,
    /// `return` without a value.
    #[token("return")]
    Return,
    /// `static`
    #[token("static")]
    Static,
    /// `switch`
    #[token("switch")]
    Switch,
    /// `this`
    #[token("this")]
    This,
    /// `throw`
    #[token("throw")]
    Throw,
    /// `true`
    #[token("true")]
    True,
    /// `try`
    #[token("try")]
    Try,
    /// `typeof`
    #[token("typeof")]
    Typeof,
    /// `while` of a `while` loop.
    #[token("while")]
    While,
    /// `yield` without a value.
    #[token("yield")]
    Yield,
    /// `__LINE__`
    #[token("__LINE__")]
    CurrentLine,
    /// `__FILE__`
    #[token("__FILE__")]
    CurrentFile,

    /// `(` of a group, a head or a parameter list.
    #[token("(")]
    OpenParen,
    /// `)`
    #[token(")")]
    CloseParen,
    /// `[` of an array, a computed key or a bound environment.
    #[token("[")]
    OpenBracket,
    /// `]`
    #[token("]")]
    CloseBracket,
    /// `{` of a block, function body or switch.
    #[token("{")]
    OpenBrace,
    /// `}`
    #[token("}")]
    CloseBrace,
    /// `</`
    #[token("</")]
    OpenAttributes,
    /// `/>`
    #[token("/>")]
    CloseAttributes,

    /// `;` that ends something, or separates the parts of a `for` head.
    #[token(";")]
    Semicolon,
    /// `,` of a comma expression, a `local` list or a `foreach` head.
    #[token(",")]
    Comma,
    /// `:`
    #[token(":")]
    Colon,
    /// `::`
    #[token("::")]
    DoubleColon,
    /// `.`
    #[token(".")]
    #[token("..", lexer::report_two_dots)]
    Dot,
    /// `...`
    #[token("...")]
    Ellipsis,
    /// `?`
    #[token("?")]
    Question,
    /// `@`
    #[token("@")]
    At,

    /// `=`
    #[token("=")]
    Assign,
    /// `<-`
    #[token("<-")]
    NewSlot,
    /// `+=`
    #[token("+=")]
    AssignAdd,
    /// `-=`
    #[token("-=")]
    AssignSub,
    /// `*=`
    #[token("*=")]
    AssignMul,
    /// `/=`
    #[token("/=")]
    AssignDiv,
    /// `%=`
    #[token("%=")]
    AssignMod,

    /// `+`
    #[token("+")]
    Plus,
    /// `-` between operands.
    #[token("-")]
    Minus,
    /// `*`
    #[token("*")]
    Star,
    /// `/`
    #[token("/")]
    Slash,
    /// `%`
    #[token("%")]
    Percent,
    /// `<<`
    #[token("<<")]
    ShiftLeft,
    /// `>>`
    #[token(">>")]
    ShiftRight,
    /// `>>>`
    #[token(">>>")]
    UnsignedShiftRight,
    /// `<`
    #[token("<")]
    Less,
    /// `>`
    #[token(">")]
    Greater,
    /// `<=`
    #[token("<=")]
    LessEqual,
    /// `>=`
    #[token(">=")]
    GreaterEqual,
    /// `==`
    #[token("==")]
    Equal,
    /// `!=`
    #[token("!=")]
    NotEqual,
    /// `<=>`
    #[token("<=>")]
    Compare,
    /// `&`
    #[token("&")]
    Ampersand,
    /// `|`
    #[token("|")]
    Pipe,
    /// `^`
    #[token("^")]
    Caret,
    /// `&&`
    #[token("&&")]
    AndAnd,
    /// `||`
    #[token("||")]
    OrOr,
    /// `!`
    #[token("!")]
    Not,
    /// `~`
    #[token("~")]
    Tilde,
    /// `++` before its operand.
    #[token("++")]
    PlusPlus,
    /// `--` before its operand.
    #[token("--")]
    MinusMinus,

    /// `class` of an expression.
    ClassExpression,
    /// `function` of an expression.
    FunctionExpression,
    /// `while` that ends a `do`.
    WhileOfDo,
    /// `return` with a value.
    ReturnValue,
    /// `yield` with a value.
    YieldValue,
    /// `in` that binds looser than `|`.
    LooseIn,
    /// `instanceof` that binds looser than `|`.
    LooseInstanceof,
    /// `(` of call arguments.
    OpenCall,
    /// `[` of an index.
    OpenIndex,
    /// `[` that begins a line after an operand: always an error.
    OpenBracketOnNewLine,
    /// `{` of a table.
    OpenTable,
    /// `{` of an initialiser after a call.
    OpenInitializer,
    /// `{` of a class body.
    OpenClass,
    /// `{` of an enum.
    OpenEnum,
    /// `-` before its operand.
    Negate,
    /// `-` before a number, which it becomes part of.
    NegateNumber,
    /// `++` after its operand.
    PostIncrement,
    /// `--` after its operand.
    PostDecrement,
    /// `;` that is a statement of its own.
    EmptyStatement,
    /// `;` after a method.
    MemberSeparator,
    /// `,` between elements.
    Separator,
    /// What stands where the parenthesis of an `if`, `for`, `while`, `switch` or `catch` is missing; reported.
    MissingHead,
    /// The end of the text. A real terminal, so that it has a location.
    End,
    /// What is before the first token.
    Beginning,
}

/// The start or end of a token, and for a start, what stands around it.
///
/// The rules for the end of a statement depend on line breaks and on the
/// tokens to both sides. The grammar sees neither, so each location carries
/// what they need.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Location {
    /// Offset in the source text.
    pub offset: u32,
    pub(crate) context: Context,
}

/// What stands around a token, as a set of flags.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Context(u16);

impl Context {
    /// A line break stands before the token.
    pub(crate) const ON_NEW_LINE: Context = Context(1);
    /// The previous token is `}`.
    pub(crate) const AFTER_BRACE: Context = Context(2);
    /// The previous token is `;`.
    pub(crate) const AFTER_SEMICOLON: Context = Context(4);
    /// The token is `}` or the end of the text.
    pub(crate) const AT_CLOSE: Context = Context(8);
    /// The token is `;`.
    pub(crate) const AT_SEMICOLON: Context = Context(16);
    /// The token is `else`.
    pub(crate) const AT_ELSE: Context = Context(32);
    /// An operand has to begin here.
    pub(crate) const WANTS_OPERAND: Context = Context(64);
    /// A statement has to begin here.
    pub(crate) const WANTS_STATEMENT: Context = Context(128);
    /// The value of a constant has to stand here.
    pub(crate) const WANTS_SCALAR: Context = Context(256);

    /// What a token means for the next one.
    pub(crate) const fn after(previous: Token) -> Context {
        match previous {
            Token::CloseBrace => Context::AFTER_BRACE,
            Token::Semicolon => Context::AFTER_SEMICOLON,
            _ => Context(0),
        }
    }

    /// What a token means for itself.
    pub(crate) const fn at(token: Token) -> Context {
        match token {
            Token::CloseBrace | Token::End => Context::AT_CLOSE,
            Token::Semicolon => Context::AT_SEMICOLON,
            Token::Else => Context::AT_ELSE,
            _ => Context(0),
        }
    }

    /// This set together with `other`.
    pub(crate) const fn with(self, other: Context) -> Context {
        Context(self.0 | other.0)
    }

    /// This set together with `other` if a condition holds.
    pub(crate) fn with_if(self, condition: bool, other: Context) -> Context {
        if condition { self.with(other) } else { self }
    }

    /// Whether the sets have a member in common.
    pub(crate) fn has_any(self, other: Context) -> bool {
        self.0 & other.0 != 0
    }
}
