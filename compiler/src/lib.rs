//! The Squirrel compiler of Tamias.
//!
//! Source text goes in; a syntax tree, and in the end an image, comes out
//! together with a list of diagnostics. The compiler does no input or output,
//! never stops at the first error and never panics, whatever the text.
//!
//! The front end is a pipeline of four stages, each in its module:
//! The lexer cuts bytes into tokens, the adaptor gives tokens
//! that mean different things different names, an LALRPOP grammar recognises
//! the structure, and the tree builder makes [`ast`] nodes in an arena.
//! [`parse::parse`] runs them:
//!
//! ```
//! use tamias_compiler::{ast::StmtKind, edition::Edition, parse::parse};
//!
//! let arena = bumpalo::Bump::new();
//! let parsed = parse(&arena, b"local answer = 6 * 7", "answer.nut", Edition::Imp);
//! assert!(parsed.diagnostics.is_empty());
//! assert!(matches!(parsed.program.body[0].kind, StmtKind::Local(_)));
//! ```
#![forbid(unsafe_code)]

pub mod ast;
pub mod codes;
pub mod diagnostic;
pub mod edition;
pub mod format;
pub mod lines;
pub mod lint;
pub mod parse;
pub mod preprocess;
pub mod prompt;
pub mod render;
pub mod source_map;
pub mod tokens;

mod adaptor;
mod compile;
mod lexer;
mod lexical_error;
mod literal;
mod lower;
mod operators;
mod similar;
mod syntax_error;
mod token;
mod tree;
mod visit;

pub use compile::{
    Compilation, CompileOptions, ListConstants, Optimisation, compile, compile_mapped, compile_program,
    compile_string,
};
pub use tamias_bytecode::source::{ConstantValue, EnumMembers};
