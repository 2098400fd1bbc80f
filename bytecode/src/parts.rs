//! Small parts of functions that drafts and images have in common.

/// A range of instructions with a handler for what is thrown in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TryEntry {
    /// First protected instruction.
    pub start: u32,
    /// First instruction after the protected ones.
    pub end: u32,
    /// Where execution continues.
    pub handler: u32,
    /// Register that receives the thrown value.
    pub register: u8,
}

/// Where a closure gets an outer from when it is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OuterSource {
    /// A register of the function that makes the closure.
    ParentRegister(u8),
    /// An outer of the function that makes the closure.
    ParentOuter(u16),
}

/// A line of a source text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SourcePlace<'a> {
    /// The name of the text.
    pub name: &'a [u8],
    /// The line in it, from 1.
    pub line: u32,
}

/// A place in the text of a program: the one text in which all included ones stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Line of the program, from 1.
    pub line: u32,
    /// Column, from 1; 0 if unknown.
    pub column: u32,
}
