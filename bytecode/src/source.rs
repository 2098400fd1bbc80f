//! Source text that a program hands to a compiler while it runs.
//!
//! The machine knows the text and the constants, the compiler makes an image of
//! them; neither knows the other, and both know this.

use alloc::string::String;
use alloc::vec::Vec;

/// The value of a constant: it stands in the code wherever the name is used.
#[derive(Clone, Debug, PartialEq)]
pub enum ConstantValue {
    /// An integer.
    Int(i32),
    /// A float.
    Float(f32),
    /// A string.
    Str(Vec<u8>),
    /// A bool.
    Bool(bool),
}

/// The names of the members of an enum and their values.
pub type EnumMembers = Vec<(String, ConstantValue)>;

/// What `compilestring` compiles.
#[derive(Clone, Debug)]
pub struct SourceText {
    /// Its name.
    pub name: String,
    /// The text.
    pub text: Vec<u8>,
    /// The constants that it can use.
    pub constants: Vec<(String, ConstantValue)>,
    /// The enums that it can use.
    pub enums: Vec<(String, EnumMembers)>,
}
