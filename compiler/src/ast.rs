//! The syntax tree.
//!
//! All nodes live in one [`bumpalo::Bump`] arena and are plain `Copy` data, so
//! a tree of any depth is dropped without walking it. Names and string
//! contents are byte slices: Squirrel source is bytes, not UTF-8.
//!
//! The tree is built by the grammar (`grammar.lalrpop`) and consumed by
//! [`crate::compile()`]. It resolves nothing: a [`ExprKind::Name`] may be a local,
//! an outer, a constant, an enum or a slot of `this`.
//!
//! Depth: every [`Expr`] and [`Stmt`] stores its `height`. A node above
//! [`MAX_HEIGHT`] is replaced by an error node when it is built, so walks may
//! recurse. Chains that are legal at any length do not count: a `Binary` that is
//! the left operand of a `Binary` (`a + b + c …`), a `Member`, `Index`, `Call` or
//! `PostInit` that is the object of another one (`a.b().c …`), and an `If` that
//! is the `else` branch of an `If`. Walk these with a loop.

/// A half-open range of byte offsets in the source text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset after the last byte.
    pub end: u32,
}

impl Span {
    /// The range from `start` up to but excluding `end`.
    pub fn new(start: u32, end: u32) -> Self {
        Span { start, end }
    }

    /// The smallest range that covers both.
    pub fn to(self, other: Span) -> Span {
        Span { start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

/// Nodes nested deeper than this are reported and replaced by error nodes.
pub const MAX_HEIGHT: u16 = 250;

/// A name and where it stands.
#[derive(Clone, Copy, Debug)]
pub struct Ident<'a> {
    /// The bytes of the name.
    pub name: &'a [u8],
    /// Where it stands.
    pub span: Span,
}

/// A whole source file: the body of the main function.
#[derive(Clone, Copy, Debug)]
pub struct Program<'a> {
    /// The statements in order.
    pub body: &'a [&'a Stmt<'a>],
    /// The end of the source, for the implicit `return`.
    pub end: Span,
}

/// A statement.
#[derive(Clone, Copy, Debug)]
pub struct Stmt<'a> {
    /// What it is.
    pub kind: StmtKind<'a>,
    /// From its first to after its last token.
    pub span: Span,
    /// Nesting height, see the module documentation.
    pub height: u16,
}

/// The kinds of statements.
#[derive(Clone, Copy, Debug)]
pub enum StmtKind<'a> {
    /// `;`
    Empty,
    /// An expression (possibly a comma expression) whose value is dropped.
    Expr(&'a Expr<'a>),
    /// `{ … }`
    Block(&'a [&'a Stmt<'a>]),
    /// `local a, b = 2`
    Local(&'a [(Ident<'a>, Option<&'a Expr<'a>>)]),
    /// `local function f() {}`
    LocalFunction(Ident<'a>, &'a Function<'a>),
    /// `function a::b() {}`: creates the slot named last in the object that the other names lead to.
    Function(&'a [Ident<'a>], &'a Function<'a>),
    /// `class target {}`: the target as for [`ExprKind::Assign`].
    Class(&'a Expr<'a>, &'a Class<'a>),
    /// `const NAME = scalar`
    Const(Ident<'a>, Scalar<'a>),
    /// `enum NAME { … }`: members with the values that the declaration gives them.
    Enum(Ident<'a>, &'a [(Ident<'a>, Option<Scalar<'a>>)]),
    /// `if (condition) then else otherwise`
    If(&'a Expr<'a>, &'a Stmt<'a>, Option<&'a Stmt<'a>>),
    /// `while (condition) body`
    While(&'a Expr<'a>, &'a Stmt<'a>),
    /// `do body while (condition)`
    DoWhile(&'a Stmt<'a>, &'a Expr<'a>),
    /// `for (init; condition; step) body`; `init` is a `Local` or `Expr` statement.
    For {
        /// Runs once, in the scope of the loop.
        init: Option<&'a Stmt<'a>>,
        /// Absent means forever.
        condition: Option<&'a Expr<'a>>,
        /// Runs after each turn, also after `continue`.
        step: Option<&'a Expr<'a>>,
        /// The loop body.
        body: &'a Stmt<'a>,
    },
    /// `foreach (index, value in container) body`
    Foreach {
        /// The first of two names.
        index: Option<Ident<'a>>,
        /// The only, or the second name.
        value: Ident<'a>,
        /// What is iterated.
        container: &'a Expr<'a>,
        /// The loop body.
        body: &'a Stmt<'a>,
    },
    /// `switch (subject) { cases default }`
    Switch {
        /// The compared value.
        subject: &'a Expr<'a>,
        /// `case value: body`, in order.
        cases: &'a [(&'a Expr<'a>, &'a [&'a Stmt<'a>])],
        /// The body after `default:`.
        default: Option<&'a [&'a Stmt<'a>]>,
    },
    /// `try body catch (name) handler`
    Try(&'a Stmt<'a>, Ident<'a>, &'a Stmt<'a>),
    /// `return value`
    Return(Option<&'a Expr<'a>>),
    /// `yield value`
    Yield(Option<&'a Expr<'a>>),
    /// `throw value`
    Throw(&'a Expr<'a>),
    /// `break`
    Break,
    /// `continue`
    Continue,
    /// Something that could not be parsed; already reported.
    Error,
}

/// The value of a `const` or of an enum member.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scalar<'a> {
    /// An integer.
    Int(i32),
    /// A float.
    Float(f32),
    /// A string.
    Str(&'a [u8]),
    /// `true` or `false`.
    Bool(bool),
}

/// An expression.
#[derive(Clone, Copy, Debug)]
pub struct Expr<'a> {
    /// What it is.
    pub kind: ExprKind<'a>,
    /// From its first to after its last token (parentheses included).
    pub span: Span,
    /// Nesting height, see the module documentation.
    pub height: u16,
}

/// The kinds of expressions.
#[derive(Clone, Copy, Debug)]
pub enum ExprKind<'a> {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// An integer or character literal; `-` before a literal is folded.
    Int(i32),
    /// A float literal; `-` before a literal is folded.
    Float(f32),
    /// A string literal with its escapes decoded, also `__FILE__`.
    Str(&'a [u8]),
    /// `this`
    This,
    /// `base`
    Base,
    /// A bare name.
    Name(&'a [u8]),
    /// `::name`
    RootSlot(Ident<'a>),
    /// `object.name`
    Member(&'a Expr<'a>, Ident<'a>),
    /// A `Name`, `RootSlot`, `Member` or `Index` in parentheses: not a target, and `(a.b)()` does not
    /// pass `a` as `this`. Parentheses around anything else leave no node.
    Paren(&'a Expr<'a>),
    /// `object[key]`
    Index(&'a Expr<'a>, &'a Expr<'a>),
    /// `callee(arguments)`
    Call(&'a Expr<'a>, &'a [&'a Expr<'a>]),
    /// `rawcall(function, this, arguments)`; at least two arguments.
    RawCall(&'a [&'a Expr<'a>]),
    /// `call() { slots }`: sets slots of the result of the call.
    PostInit(&'a Expr<'a>, &'a [Slot<'a>]),
    /// `-x`, `!x`, `~x`, `typeof x`, `clone x`, `resume x`
    Unary(UnaryOp, &'a Expr<'a>),
    /// An arithmetic, bitwise, comparing, `in` or `instanceof` operator. `op_span` is the operator token.
    Binary {
        /// The operator.
        op: BinaryOp,
        /// Left operand, evaluated first. May be a chain of any length.
        left: &'a Expr<'a>,
        /// Right operand.
        right: &'a Expr<'a>,
        /// The operator token.
        op_span: Span,
    },
    /// `a && b`
    And(&'a Expr<'a>, &'a Expr<'a>),
    /// `a || b`
    Or(&'a Expr<'a>, &'a Expr<'a>),
    /// `condition ? a : b`
    Ternary(&'a Expr<'a>, &'a Expr<'a>, &'a Expr<'a>),
    /// `target = value`, `<-`, `+=` …; the target is a `Name`, `RootSlot`, `Member` or `Index`
    /// (anything else has been reported and is an `Error` here).
    Assign(AssignOp, &'a Expr<'a>, &'a Expr<'a>),
    /// `++x`, `x--` …; the target as for `Assign`.
    IncDec {
        /// `++` or `--`.
        delta: Delta,
        /// Before or after the target.
        fix: Fix,
        /// What is changed.
        target: &'a Expr<'a>,
    },
    /// `delete target`; the target is a `Name`, `RootSlot`, `Member` or `Index`.
    Delete(&'a Expr<'a>),
    /// `a, b, c`: at least two; the value is the last one's.
    Comma(&'a [&'a Expr<'a>]),
    /// `function(…) {}` or `@(…) expr`
    Function(&'a Function<'a>),
    /// `class {}`
    Class(&'a Class<'a>),
    /// `{ slots }`
    Table(&'a [Slot<'a>]),
    /// `[ elements ]`
    Array(&'a [&'a Expr<'a>]),
    /// Something that could not be parsed; already reported.
    Error,
}

/// Prefix operators that change nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnaryOp {
    /// `-`
    Neg,
    /// `!`
    Not,
    /// `~`
    BitNot,
    /// `typeof`
    Typeof,
    /// `clone`
    Clone,
    /// `resume`
    Resume,
}

/// Infix operators that evaluate both operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryOp {
    /// `+`
    Add,
    /// `-`
    Sub,
    /// `*`
    Mul,
    /// `/`
    Div,
    /// `%`
    Mod,
    /// `<<`
    Shl,
    /// `>>`
    Shr,
    /// `>>>`
    Ushr,
    /// `&`
    BitAnd,
    /// `|`
    BitOr,
    /// `^`
    BitXor,
    /// `==`
    Eq,
    /// `!=`
    Ne,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
    /// `<=>`
    Cmp,
    /// `in`
    In,
    /// `instanceof`
    Instanceof,
}

/// What an assignment does with the old value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AssignOp {
    /// `=`
    Set,
    /// `<-`
    NewSlot,
    /// `+=`
    Add,
    /// `-=`
    Sub,
    /// `*=`
    Mul,
    /// `/=`
    Div,
    /// `%=`
    Mod,
}

/// `++` or `--`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delta {
    /// `++`
    Inc,
    /// `--`
    Dec,
}

/// Where `++` or `--` stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fix {
    /// `++x`: the value is the new one.
    Pre,
    /// `x++`: the value is the old one.
    Post,
}

/// A function, method, constructor or lambda.
#[derive(Clone, Copy, Debug)]
pub struct Function<'a> {
    /// For messages and stack traces; `None` for anonymous functions.
    pub name: Option<Ident<'a>>,
    /// `function[env](…)`: evaluated and bound when the function is created.
    pub env: Option<&'a Expr<'a>>,
    /// The declared parameters, without `this`.
    pub params: &'a [Param<'a>],
    /// Ends with `...`; the rest arrives in `vargv`.
    pub varargs: bool,
    /// What runs.
    pub body: Body<'a>,
    /// From `function`, `constructor` or `@` to after the body.
    pub span: Span,
}

/// A declared parameter.
#[derive(Clone, Copy, Debug)]
pub struct Param<'a> {
    /// Its name.
    pub name: Ident<'a>,
    /// Its default; parameters with defaults are the last ones.
    pub default: Option<&'a Expr<'a>>,
}

/// The body of a function.
#[derive(Clone, Copy, Debug)]
pub enum Body<'a> {
    /// One statement, most often a block.
    Stmt(&'a Stmt<'a>),
    /// The expression of a lambda, returned.
    Expr(&'a Expr<'a>),
}

/// A class.
#[derive(Clone, Copy, Debug)]
pub struct Class<'a> {
    /// The name under which it is stored, for messages.
    pub name: Option<Ident<'a>>,
    /// `extends base`
    pub base: Option<&'a Expr<'a>>,
    /// `</ … />` of the class.
    pub attributes: Option<&'a [Slot<'a>]>,
    /// Its members in order.
    pub members: &'a [Member<'a>],
    /// From `class` to after `}`.
    pub span: Span,
}

/// A member of a class.
#[derive(Clone, Copy, Debug)]
pub struct Member<'a> {
    /// Name and value.
    pub slot: Slot<'a>,
    /// `static`
    pub is_static: bool,
    /// `</ … />` before it.
    pub attributes: Option<&'a [Slot<'a>]>,
}

/// A slot of a table, class, attribute list or post-call initialiser.
#[derive(Clone, Copy, Debug)]
pub struct Slot<'a> {
    /// The key: a `Str` expression for `name = …`, `function name`, `constructor` and `"name": …`.
    pub key: &'a Expr<'a>,
    /// The value.
    pub value: &'a Expr<'a>,
}
