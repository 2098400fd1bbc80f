//! The table of constants: what `getconsttable` shows and `compilestring` knows.
//!
//! The compiler puts the values of constants into the code, so at run time
//! nobody needs the table until a program asks for it. Then it is made from
//! the lists in the images that are loaded. A program that never asks pays
//! nothing.

use crate::heap::local::{Cx, Local, Raise, Table};
use crate::program::LoadedProgram;
use core::ptr;
use tamias_bytecode::constants::{Constant, Constants};

impl<'v> Cx<'v> {
    /// The table of `getconsttable`.
    pub fn const_table(&mut self) -> Result<Table<'v>, Raise> {
        if self.heap().roots.constants.is_null() {
            let table = self.table(0)?;
            self.store_const_table(table);
        }
        let table = Table::new(self.heap().roots.constants);
        self.add_new_constants(table)?;
        Ok(table)
    }

    /// Replaces the table of `getconsttable`; returns the old one.
    pub fn set_const_table(&mut self, table: Table<'v>) -> Result<Table<'v>, Raise> {
        let old = self.const_table()?;
        self.store_const_table(table);
        Ok(old)
    }

    fn store_const_table(&mut self, table: Table<'v>) {
        // SAFETY: the slot is a root.
        unsafe { self.heap().store_object(&raw mut self.heap().roots.constants, table.object) };
    }

    /// Adds the constants of the programs that were loaded since the last time, the oldest first: of two with
    /// the same name the later one counts.
    fn add_new_constants(&mut self, table: Table<'v>) -> Result<(), Raise> {
        loop {
            let program = self.oldest_unlisted();
            if program.is_null() {
                return Ok(());
            }
            // SAFETY: programs live as long as the VM.
            let constants = unsafe { (*program).image.constants() };
            self.add_constants(table, constants)?;
            self.heap().listed = program;
        }
    }

    /// The first program after the last one whose constants are in the table, in the order of loading.
    fn oldest_unlisted(&mut self) -> *mut LoadedProgram {
        let heap = self.heap();
        let (mut program, mut oldest) = (heap.programs, ptr::null_mut());
        while program != heap.listed {
            oldest = program;
            // SAFETY: programs live as long as the VM.
            program = unsafe { (*program).next };
        }
        oldest
    }

    fn add_constants(&mut self, table: Table<'v>, constants: Constants) -> Result<(), Raise> {
        for (name, value) in constants {
            let name = self.string(name)?;
            let value = self.constant(value)?;
            table.set(self, name, value)?;
        }
        Ok(())
    }

    /// The value of a constant; an enum is a table of its members.
    fn constant(&mut self, value: Constant) -> Result<Local<'v>, Raise> {
        Ok(match value {
            Constant::Int(value) => value.into(),
            Constant::Float(value) => value.into(),
            Constant::Bool(value) => value.into(),
            Constant::Str(bytes) => self.string(bytes)?.into(),
            Constant::Enum(members) => {
                let table = self.table(0)?;
                // Members are scalars, so this goes no deeper.
                self.add_constants(table, members)?;
                table.into()
            }
        })
    }
}

#[cfg(feature = "std")]
pub use known::{ConstantValue, SourceCompiler, SourceText};

/// What the compiler of `compilestring` gets from the table.
#[cfg(feature = "std")]
mod known {
    use super::{Cx, Local, Raise, Table};
    use std::string::String;
    use std::vec::Vec;

    /// What `compilestring` compiles.
    #[derive(Clone, Debug)]
    pub struct SourceText {
        /// The text.
        pub text: Vec<u8>,
        /// Its name.
        pub name: Vec<u8>,
        /// The constants that it can use.
        pub constants: Vec<(Vec<u8>, ConstantValue)>,
    }

    /// The value of a constant.
    #[derive(Clone, Debug, PartialEq)]
    pub enum ConstantValue {
        /// An integer.
        Int(i32),
        /// A float.
        Float(f32),
        /// A bool.
        Bool(bool),
        /// A string.
        Str(Vec<u8>),
        /// An enum: its members, none of which is an enum.
        Enum(Vec<(Vec<u8>, ConstantValue)>),
    }

    /// Compiles source text for `compilestring` to an image that lists all its constants. The error is the message.
    pub type SourceCompiler = fn(&SourceText) -> Result<Vec<u8>, String>;

    impl<'v> Cx<'v> {
        /// The constants that source text can use now. What programs put into the table and what is no
        /// scalar or table of scalars has no place in code, and is left out.
        pub(crate) fn known_constants(&mut self) -> Result<Vec<(Vec<u8>, ConstantValue)>, Raise> {
            let table = self.const_table()?;
            Ok(entries(table, |value| match value.as_table() {
                Some(members) => Some(ConstantValue::Enum(entries(members, scalar))),
                None => scalar(value),
            }))
        }
    }

    fn entries<'v>(
        table: Table<'v>,
        constant: impl Fn(Local<'v>) -> Option<ConstantValue>,
    ) -> Vec<(Vec<u8>, ConstantValue)> {
        let (mut position, mut entries) = (0, Vec::new());
        while let Some((next, key, value)) = table.slot_from(position) {
            if let (Some(name), Some(value)) = (key.as_str(), constant(value)) {
                entries.push((name.as_bytes().to_vec(), value));
            }
            position = next;
        }
        entries
    }

    fn scalar(value: Local<'_>) -> Option<ConstantValue> {
        let float = || value.as_float().map(ConstantValue::Float);
        let bool = || value.as_bool().map(ConstantValue::Bool);
        let string = || value.as_str().map(|contents| ConstantValue::Str(contents.as_bytes().to_vec()));
        value.as_int().map(ConstantValue::Int).or_else(float).or_else(bool).or_else(string)
    }
}
