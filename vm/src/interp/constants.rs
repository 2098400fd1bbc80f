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
pub use known::SourceCompiler;

/// What the compiler of `compilestring` gets from the table.
#[cfg(feature = "std")]
mod known {
    use super::{Cx, Local, Raise, Table};
    use std::string::{String, ToString};
    use std::vec::Vec;
    use tamias_bytecode::source::{ConstantValue, EnumMembers, SourceText};

    /// Compiles source text for `compilestring` to an image that lists all its constants. The error is the message.
    pub type SourceCompiler = fn(&SourceText) -> Result<Vec<u8>, String>;

    impl<'v> Cx<'v> {
        /// A text with the constants that it can use now. What programs put into the table and what is no
        /// scalar or table of scalars has no place in code, and is left out.
        pub(crate) fn source_text(&mut self, name: &[u8], text: &[u8]) -> Result<SourceText, Raise> {
            let table = self.const_table()?;
            Ok(SourceText {
                name: String::from_utf8_lossy(name).into_owned(),
                text: text.to_vec(),
                constants: scalars(table),
                enums: entries(table, |value| value.as_table().map(scalars)),
            })
        }
    }

    fn scalars(table: Table<'_>) -> EnumMembers {
        entries(table, scalar)
    }

    /// The slots with names that code can use.
    fn entries<'v, T>(table: Table<'v>, entry: impl Fn(Local<'v>) -> Option<T>) -> Vec<(String, T)> {
        let (mut position, mut entries) = (0, Vec::new());
        while let Some((next, key, value)) = table.slot_from(position) {
            let name = key.as_str().and_then(|name| std::str::from_utf8(name.as_bytes()).ok());
            if let (Some(name), Some(entry)) = (name, entry(value)) {
                entries.push((name.to_string(), entry));
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
