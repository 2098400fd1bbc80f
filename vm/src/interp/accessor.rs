//! `_get` and `_set`: whom they belong to, and who is asked next.
//!
//! An instance has those of its class. A table is asked through its delegates, and
//! the last of them comes first: a delegate is a table that is read, too, together
//! with its own delegates, before the `_get` in it has its turn. So what a getter
//! sees as `this` is the table whose delegate it is in.

use super::Registers;
use super::access::Change;
use super::slow::access_of;
use super::stack::{ContinuationKind, Level};
use super::vm::Vm;
use crate::heap::class;
use crate::heap::local::Raise;
use crate::heap::object::Metamethod;
use crate::heap::table;
use crate::value::{Tag, Value};
use tamias_bytecode::op::Instruction;

/// A `_get` or `_set` that has to be asked.
#[derive(Clone, Copy)]
pub(crate) struct Accessor {
    method: Value,
    this: Value,
    level: Level,
}

impl Vm {
    /// The accessor of the most levels that are fewer than `below`.
    pub(super) unsafe fn accessor(&self, object: Value, which: Metamethod, below: Level) -> Option<Accessor> {
        match object.tag() {
            Tag::Instance if below > 0 => {
                let method = class::metamethod((*object.as_instance()).class, which);
                (!method.is_null()).then_some(Accessor { method, this: object, level: 0 })
            }
            Tag::Table => {
                let name = Value::from_string(self.heap.roots.metamethod_names[which as usize]);
                let mut last = None;
                let mut table = object.as_table();
                for level in 0..below {
                    let delegate = (*table).delegate;
                    if delegate.is_null() {
                        break;
                    }
                    let entry = table::find(delegate, name);
                    if !entry.is_null() {
                        let (method, this) = ((*entry).value, Value::from_table(table));
                        last = Some(Accessor { method, this, level });
                    }
                    table = delegate;
                }
                last
            }
            _ => None,
        }
    }

    /// Calls `_get`.
    pub(super) unsafe fn ask_getter(
        &mut self,
        r: &mut Registers,
        accessor: Accessor,
        key: Value,
        continuation: ContinuationKind,
    ) -> Result<(), Raise> {
        let level = accessor.level;
        let continuation = match continuation {
            ContinuationKind::Get { dst, instruction, .. } => {
                ContinuationKind::Get { dst, level, instruction }
            }
            ContinuationKind::GetCallee { dst, instruction, .. } => {
                ContinuationKind::GetCallee { dst, level, instruction }
            }
            other => other,
        };
        self.call_metamethod(r, accessor.method, &[accessor.this, key], continuation)
    }

    /// Calls `_set`.
    pub(super) unsafe fn ask_setter(
        &mut self,
        r: &mut Registers,
        accessor: Accessor,
        key: Value,
        value: Value,
        i: Instruction,
    ) -> Result<(), Raise> {
        let continuation = ContinuationKind::Set { level: accessor.level, instruction: i.0 };
        self.call_metamethod(r, accessor.method, &[accessor.this, key, value], continuation)
    }

    /// Goes on with a lookup after the `_get` of this level has said that there is no such slot.
    pub(super) unsafe fn get_below(
        &mut self,
        r: &mut Registers,
        i: Instruction,
        level: Level,
        continuation: ContinuationKind,
    ) -> Result<(), Raise> {
        let access = access_of(self, r, i);
        self.set_top_of_frame(r);
        match self.accessor(access.object, Metamethod::Get, level) {
            Some(accessor) => self.ask_getter(r, accessor, access.key, continuation),
            None => self.get_without_accessor(r, access.object, access.key, access.fallback, continuation),
        }
    }

    /// The same for a change and `_set`.
    pub(super) unsafe fn set_below(
        &mut self,
        r: &mut Registers,
        i: Instruction,
        level: Level,
    ) -> Result<(), Raise> {
        let access = access_of(self, r, i);
        self.set_top_of_frame(r);
        if let Some(accessor) = self.accessor(access.object, Metamethod::Set, level) {
            return self.ask_setter(r, accessor, access.key, access.value, i);
        }
        match self.change_in_root(r, access.key, access.value, access.fallback)? {
            Change::Done => Ok(()),
            _ => Err(self.index_error(access.key)),
        }
    }

    /// `in`, for a key that only a `_get` of fewer levels can know.
    pub(super) unsafe fn is_in_below(
        &mut self,
        r: &mut Registers,
        i: Instruction,
        level: Level,
    ) -> Result<(), Raise> {
        let (dst, key, object) = (i.a(), *r.base.add(i.b() as usize), *r.base.add(i.c() as usize));
        self.set_top_of_frame(r);
        let Some(Accessor { method, this, level }) = self.accessor(object, Metamethod::Get, level) else {
            *r.base.add(dst as usize) = Value::FALSE;
            return Ok(());
        };
        let continuation = ContinuationKind::In { dst, level, instruction: i.0 };
        self.call_metamethod(r, method, &[this, key], continuation)
    }
}
