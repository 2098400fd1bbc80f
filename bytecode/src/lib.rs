#![no_std]
#![deny(unsafe_code)]
//! The image format of Tamias: compiled Squirrel programs as one blob of bytes.
//!
//! An image holds functions with their code, strings and debug tables. It is
//! the same on every machine and is executed in place, from a file in memory
//! or from flash. This crate owns everything that is said about it: the
//! instructions ([`op`]), where things are ([`layout`]), how images are written
//! ([`write`](mod@write)), verified ([`verify`]) and read ([`Image`]), and shown
//! ([`disasm`]). It knows nothing of source texts, values or the heap. The
//! format is specified in `docs/image-format.md`.
//!
//! A program that answers with 42, from draft to disassembly:
//!
//! ```
//! use tamias_bytecode::Image;
//! use tamias_bytecode::disasm::disassemble;
//! use tamias_bytecode::draft::{FunctionDraft, ImageDraft, Position, SourceRange};
//! use tamias_bytecode::op::{Instruction, Op};
//! use tamias_bytecode::write::{Debug, write};
//!
//! let mut draft = ImageDraft::default();
//! draft.sources.push(SourceRange::whole("answer.nut"));
//! draft.functions.push(FunctionDraft {
//!     n_params: 1,
//!     n_registers: 2,
//!     code: vec![Instruction::asbx(Op::LoadImm, 1, 42), Instruction::abc(Op::Return, 1, 0, 0)],
//!     positions: vec![(0, Position { line: 1, column: 8 })],
//!     ..Default::default()
//! });
//! let bytes = write(&draft, Debug::Keep)?;
//!
//! // Whatever the bytes are, this never panics, and an image that it returns is safe to run.
//! let image = Image::from_bytes(&bytes)?;
//!
//! let mut text = String::new();
//! disassemble(&image, &|_| Some(b"return 42"), &mut text)?;
//! assert_eq!(text, "\
//! function 0 main: 1 parameter, 2 registers
//!                      answer.nut:1 | return 42
//!   0000  1:8      loadimm     r1 42
//!   0001           return      r1
//! ");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Features
//!
//! - `alloc` (default): drafts, the writer, the disassembler and source texts. Without it
//!   images can be verified and read, which needs no memory at all.
//!
//! # Limits
//!
//! An image has up to 1 GiB, 65 536 functions and 65 536 sources. A function
//! has up to 255 registers, 2^24 instructions, 255 outers, and 65 535 constants
//! of each kind. The writer rejects what exceeds them.

#[cfg(feature = "alloc")]
extern crate alloc;

mod bytes;
pub mod constants;
pub mod crc32;
#[cfg(feature = "alloc")]
pub mod disasm;
#[cfg(feature = "alloc")]
pub mod draft;
pub mod edition;
pub mod error;
pub mod function;
pub mod hash;
pub mod image;
pub mod layout;
mod lines;
pub mod op;
pub mod parts;
pub mod registers;
pub mod sizes;
#[cfg(feature = "alloc")]
pub mod source;
pub mod verify;
#[cfg(feature = "alloc")]
pub mod write;

pub use crate::edition::Edition;
pub use crate::error::{ImageError, Rule};
pub use crate::function::FunctionView;
pub use crate::image::Image;
