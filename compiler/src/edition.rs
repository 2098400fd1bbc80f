//! The editions of the language, as far as syntax is concerned.
//!
//! The differences are few. Each is a question with a name here, so that the
//! rest of the front end never compares editions itself.

pub use tamias_bytecode::edition::Edition;

/// The questions about syntax that editions answer differently.
pub(crate) trait Syntax {
    /// `rawcall`, `__LINE__`, `__FILE__`, initialisers after calls, bound environments, `\u`.
    fn has_additions(self) -> bool;

    /// Whether `in` and `instanceof` bind like `<` rather than looser than `|`.
    fn in_binds_like_comparison(self) -> bool;

    /// Whether `if (a) b else c` may stand on one line; then a `}` alone does not end a branch.
    fn else_ends_branch(self) -> bool;

    /// Whether `a || b = c` and `!a = c` assign to the operand next to the `=`.
    fn assigns_to_last_operand(self) -> bool;

    /// How many hexadecimal digits `\x` takes in a string.
    fn max_hex_escape_digits(self) -> usize;
}

impl Syntax for Edition {
    fn has_additions(self) -> bool {
        self == Edition::Squirrel3
    }

    fn in_binds_like_comparison(self) -> bool {
        self == Edition::Squirrel3
    }

    fn else_ends_branch(self) -> bool {
        self != Edition::Squirrel3
    }

    fn assigns_to_last_operand(self) -> bool {
        self != Edition::Squirrel3
    }

    fn max_hex_escape_digits(self) -> usize {
        match self {
            Edition::Imp | Edition::ImpCompat => 4,
            Edition::Squirrel3 => 2,
        }
    }
}
