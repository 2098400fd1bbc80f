//! Built-in types and the base library: what every program can use without
//! loading anything.
//!
//! Each type has a static table of default methods, which a lookup reaches
//! last: after own slots, delegates and `_get`. A slot of the program with the
//! same name hides the method. The base library is the part of the root table
//! that belongs to the language itself; `math`, `blob` and their like are
//! libraries of another crate.
//!
//! Which methods exist depends on the edition. What is absent is really absent:
//! reading it throws `the index 'x' does not exist`.
//!
//! Methods that take a callback never wait for it on the native stack. They
//! keep their state in the locals of the native, ask for the call, and go on
//! when it has returned; see [`crate::native::Flow`].

mod array;
mod base;
mod class;
mod common;
mod function;
mod generator;
mod instance;
mod number;
mod sort;
mod string;
mod table;
mod thread;
mod weakref;

pub use base::BASE;

use crate::native::Library;
use crate::value::Tag;

/// The default methods of the types that can be `this` of a bare name.
pub const OBJECT_METHODS: [&Library; 3] = [&table::TABLE, &class::CLASS, &instance::INSTANCE];

/// The default methods of a type. `null` has none.
pub(crate) fn delegate(tag: Tag) -> Option<&'static Library> {
    match tag {
        Tag::Int | Tag::Float | Tag::Bool => Some(&number::NUMBER),
        Tag::String => Some(&string::STRING),
        Tag::Table | Tag::Library => Some(&table::TABLE),
        Tag::Array => Some(&array::ARRAY),
        Tag::Closure | Tag::Native | Tag::NativeClosure => Some(&function::FUNCTION),
        Tag::Generator => Some(&generator::GENERATOR),
        Tag::Class => Some(&class::CLASS),
        Tag::Instance => Some(&instance::INSTANCE),
        Tag::WeakRef => Some(&weakref::WEAKREF),
        Tag::Thread => Some(&thread::THREAD),
        Tag::Null | Tag::Hole | Tag::Buffer | Tag::Payload => None,
    }
}
