//! Names: locals, scopes, outers, and what a name stands for.
//!
//! A name is looked for among the locals of the running function, then those
//! of the functions around it, then in the constant table; what is left is a
//! slot of `this` or of the root table. A local that an inner function uses is
//! *captured*: it has to be detached from its register when its scope ends.

use super::Lowerer;
use super::constants::{Entry, Literal};
use super::function::{FunctionBuilder, Label, Limit, Register};
use crate::ast::Ident;
use tamias_bytecode::op::{Instruction, Op};
use tamias_bytecode::parts::OuterSource;

/// Outers that a function can have: an image counts them in a byte.
const MAX_OUTERS: usize = 255;

/// A local variable or parameter in scope.
#[derive(Clone, Copy, Debug)]
pub(super) struct Local<'a> {
    pub(super) name: &'a [u8],
    digest: Digest,
    pub(super) register: Register,
    /// Whether a closure refers to it.
    is_captured: bool,
    /// The first line where it is in scope.
    start: u32,
}

/// A few bytes of a name. Most names that are not the same differ in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Digest([u8; 4]);

impl Digest {
    fn of(name: &[u8]) -> Digest {
        match (name.len(), name) {
            (length, [first, .., last]) => Digest([length as u8, *first, *last, name[length / 2]]),
            (length, _) => Digest([length as u8, name.first().copied().unwrap_or_default(), 0, 0]),
        }
    }
}

/// Lines between which a register has a name, for debuggers.
#[derive(Clone, Copy, Debug)]
pub(super) struct LocalRange<'a> {
    pub(super) name: &'a [u8],
    pub(super) register: Register,
    pub(super) start: u32,
    pub(super) end: u32,
}

/// What a name stands for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Binding<'a> {
    /// A local of the running function.
    Local(Register),
    /// A local of an enclosing function, which becomes an outer when it is used.
    Outer(Captured),
    /// A constant.
    Literal(Literal<'a>),
    /// An enum.
    Enum,
    /// A slot of `this` or the root table.
    Slot,
}

/// A local of an enclosing function.
#[derive(Clone, Copy, Debug)]
pub(super) struct Captured {
    /// Index of the function in `Lowerer::enclosing`.
    depth: usize,
    /// Index in its locals.
    local: usize,
}

/// The state of a function before a scope was opened.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scope {
    n_locals: usize,
    top: Register,
}

/// Scopes and locals.
impl<'a> FunctionBuilder<'a> {
    /// Opens a scope.
    pub(super) fn open_scope(&self) -> Scope {
        Scope { n_locals: self.locals.len(), top: self.top() }
    }

    /// Makes the variable that lives in an allocated register known from here on.
    pub(super) fn declare(&mut self, name: &'a [u8], register: Register) {
        let start = self.here();
        self.locals.push(Local { name, digest: Digest::of(name), register, is_captured: false, start });
    }

    /// Ends a scope: detaches captured variables, forgets names, frees registers.
    pub(super) fn close_scope(&mut self, scope: Scope) {
        self.close_captured(scope.n_locals);
        self.forget_locals(scope.n_locals);
        self.set_top(scope.top);
    }

    /// Ends the names of the locals from the `first` on.
    pub(super) fn forget_locals(&mut self, first: usize) {
        let end = self.here();
        for local in self.locals.drain(first..) {
            let Local { name, register, start, .. } = local;
            self.local_ranges.push(LocalRange { name, register, start, end });
        }
    }

    /// Detaches the captured ones among the locals from the `first` on.
    pub(super) fn close_captured(&mut self, first: usize) {
        if let Some(register) = self.first_captured(first) {
            self.emit(Instruction::abc(Op::CloseOuters, register, 0, 0));
        }
    }

    /// The register of the first captured local, starting with the `first`.
    pub(super) fn first_captured(&self, first: usize) -> Option<Register> {
        self.locals[first..].iter().find(|local| local.is_captured).map(|local| local.register)
    }

    /// The place where a `break` goes to.
    pub(super) fn break_target(&self) -> Option<(Label, usize)> {
        self.breakables.last().map(|breakable| (breakable.end, breakable.locals_outside))
    }

    /// The place where a `continue` goes to.
    pub(super) fn continue_target(&self) -> Option<(Label, usize)> {
        let mut loops = self.breakables.iter().rev();
        loops.find_map(|breakable| Some((breakable.next?, breakable.locals_outside)))
    }

    fn find_local(&self, name: &[u8], digest: Digest) -> Option<usize> {
        self.locals.iter().rposition(|local| local.digest == digest && local.name == name)
    }

    /// The number of the outer that comes from `source`, which identifies the
    /// variable: the closure is made where the names of the parent are the same
    /// as while the function was lowered.
    fn outer_index(&mut self, source: OuterSource) -> u8 {
        if let Some(index) = self.outers.iter().position(|outer| *outer == source) {
            return index as u8;
        }
        if self.outers.len() == MAX_OUTERS {
            self.exceed(Limit::Registers);
            return 0;
        }
        self.outers.push(source);
        (self.outers.len() - 1) as u8
    }
}

/// Resolution of names.
impl<'a> Lowerer<'a> {
    /// What a name at a place of the text stands for.
    pub(super) fn resolve(&self, name: &[u8], place: u32) -> Binding<'a> {
        let digest = Digest::of(name);
        if let Some(local) = self.function.find_local(name, digest) {
            return Binding::Local(self.function.locals[local].register);
        }
        for (depth, function) in self.enclosing.iter().enumerate().rev() {
            if let Some(local) = function.find_local(name, digest) {
                return Binding::Outer(Captured { depth, local });
            }
        }
        match self.constants.get(name, place) {
            Some(Entry::Scalar(value)) => Binding::Literal(value),
            Some(Entry::Enum(_)) => Binding::Enum,
            None => Binding::Slot,
        }
    }

    /// The value of a member of an enum; `None` if there is no such member.
    pub(super) fn enum_member(&self, enum_name: &[u8], member: Ident<'a>) -> Option<Literal<'a>> {
        match self.constants.get(enum_name, member.span.start)? {
            Entry::Enum(members) => {
                members.iter().find(|(name, _)| *name == member.name).map(|(_, value)| *value)
            }
            Entry::Scalar(_) => None,
        }
    }

    /// Makes a local of an enclosing function an outer of the running one.
    /// Each function in between gets it as its own outer, too.
    pub(super) fn capture(&mut self, captured: Captured) -> u8 {
        let Captured { depth, local } = captured;
        let variable = &mut self.enclosing[depth].locals[local];
        variable.is_captured = true;
        let mut source = OuterSource::ParentRegister(variable.register);
        for function in &mut self.enclosing[depth + 1..] {
            source = OuterSource::ParentOuter(function.outer_index(source).into());
        }
        self.function.outer_index(source)
    }
}
