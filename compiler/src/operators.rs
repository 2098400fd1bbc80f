//! Binary operators: precedence and how a row of operands becomes a tree.
//!
//! The grammar has one level for all of them, because eleven levels would take
//! every literal through eleven reductions. It collects operands and operators
//! in a [`Chain`]; whatever binds tighter than the next operator is folded
//! into a node as soon as that operator is seen.

use crate::ast::{BinaryOp, Expr, Span};

/// A binary operator as the grammar sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Infix {
    Mul,
    Div,
    Mod,
    Add,
    Sub,
    Shl,
    Shr,
    Ushr,
    Lt,
    Gt,
    Le,
    Ge,
    In,
    Instanceof,
    Eq,
    Ne,
    Cmp,
    BitAnd,
    BitXor,
    BitOr,
    LooseIn,
    LooseInstanceof,
    And,
    Or,
}

/// What an operator means, once precedence is settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    Binary(BinaryOp),
    And,
    Or,
}

impl Infix {
    /// Higher binds tighter.
    pub(crate) fn precedence(self) -> u8 {
        match self {
            Infix::Mul | Infix::Div | Infix::Mod => 11,
            Infix::Add | Infix::Sub => 10,
            Infix::Shl | Infix::Shr | Infix::Ushr => 9,
            Infix::Lt | Infix::Gt | Infix::Le | Infix::Ge | Infix::In | Infix::Instanceof => 8,
            Infix::Eq | Infix::Ne | Infix::Cmp => 7,
            Infix::BitAnd => 6,
            Infix::BitXor => 5,
            Infix::BitOr => 4,
            Infix::LooseIn | Infix::LooseInstanceof => 3,
            Infix::And => 2,
            Infix::Or => 1,
        }
    }

    fn is_right_associative(self) -> bool {
        matches!(self, Infix::And | Infix::Or)
    }

    /// Whether an operator to the left of `next` takes the operand between them.
    fn goes_before(self, next: Infix) -> bool {
        match self.precedence().cmp(&next.precedence()) {
            std::cmp::Ordering::Less => false,
            std::cmp::Ordering::Equal => !next.is_right_associative(),
            std::cmp::Ordering::Greater => true,
        }
    }

    /// The operator of the tree.
    pub(crate) fn meaning(self) -> Meaning {
        Meaning::Binary(match self {
            Infix::Mul => BinaryOp::Mul,
            Infix::Div => BinaryOp::Div,
            Infix::Mod => BinaryOp::Mod,
            Infix::Add => BinaryOp::Add,
            Infix::Sub => BinaryOp::Sub,
            Infix::Shl => BinaryOp::Shl,
            Infix::Shr => BinaryOp::Shr,
            Infix::Ushr => BinaryOp::Ushr,
            Infix::Lt => BinaryOp::Lt,
            Infix::Gt => BinaryOp::Gt,
            Infix::Le => BinaryOp::Le,
            Infix::Ge => BinaryOp::Ge,
            Infix::In | Infix::LooseIn => BinaryOp::In,
            Infix::Instanceof | Infix::LooseInstanceof => BinaryOp::Instanceof,
            Infix::Eq => BinaryOp::Eq,
            Infix::Ne => BinaryOp::Ne,
            Infix::Cmp => BinaryOp::Cmp,
            Infix::BitAnd => BinaryOp::BitAnd,
            Infix::BitXor => BinaryOp::BitXor,
            Infix::BitOr => BinaryOp::BitOr,
            Infix::And => return Meaning::And,
            Infix::Or => return Meaning::Or,
        })
    }
}

/// A left operand and its operator, waiting for the right operand.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Waiting<'a> {
    pub(crate) left: &'a Expr<'a>,
    pub(crate) op: Infix,
    pub(crate) op_span: Span,
    outer: Option<&'a Waiting<'a>>,
}

/// The operands read so far: the last one, and those before it with their operators.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Chain<'a> {
    last: &'a Expr<'a>,
    waiting: Option<&'a Waiting<'a>>,
}

/// Makes a node of a waiting operand and the right operand.
pub(crate) type Combine<'f, 'a> = &'f dyn Fn(&Waiting<'a>, &'a Expr<'a>) -> &'a Expr<'a>;

impl<'a> Chain<'a> {
    /// A chain of one operand. Most of them stay so, and cost nothing.
    pub(crate) fn new(operand: &'a Expr<'a>) -> Self {
        Chain { last: operand, waiting: None }
    }

    /// Adds an operator. What is returned waits in the arena; [`Chain::with_operand`] goes on with it.
    pub(crate) fn wait(self, op: Infix, op_span: Span, combine: Combine<'_, 'a>) -> Waiting<'a> {
        let mut left = self.last;
        let mut waiting = self.waiting;
        while let Some(previous) = waiting.filter(|previous| previous.op.goes_before(op)) {
            left = combine(previous, left);
            waiting = previous.outer;
        }
        Waiting { left, op, op_span, outer: waiting }
    }

    /// The chain that ends with an operator and its right operand.
    pub(crate) fn with_operand(waiting: &'a Waiting<'a>, operand: &'a Expr<'a>) -> Self {
        Chain { last: operand, waiting: Some(waiting) }
    }

    /// Folds everything that still waits.
    pub(crate) fn finish(self, combine: Combine<'_, 'a>) -> &'a Expr<'a> {
        let mut last = self.last;
        let mut waiting = self.waiting;
        while let Some(previous) = waiting {
            last = combine(previous, last);
            waiting = previous.outer;
        }
        last
    }
}
