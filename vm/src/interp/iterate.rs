//! `foreach`. Its block of registers holds the container, a state, the index
//! and the value; see [`Op::Foreach`](tamias_bytecode::op::Op::Foreach).

use super::Registers;
use super::stack::ContinuationKind;
use super::vm::Vm;
use crate::heap::local::Raise;
use crate::heap::object::{GeneratorStatus, Metamethod};
use crate::heap::{string, table};
use crate::value::{Tag, Value};
use tamias_bytecode::op::Instruction;

impl Vm {
    /// `foreachprep`
    pub(super) unsafe fn foreach_prepare(&mut self, r: &mut Registers, i: Instruction) -> Result<(), Raise> {
        let block = r.base.add(i.a() as usize);
        let container = *r.base.add(i.b() as usize);
        match container.tag() {
            Tag::Table | Tag::Array | Tag::String | Tag::Class | Tag::Generator => {}
            Tag::Instance => {
                let method = self.metamethod(container, Metamethod::Nexti);
                if method.is_null() && !(*container.as_instance()).native.is_buffer() {
                    return Err(self.error(format_args!("_nexti failed")));
                }
            }
            tag => return Err(self.error_of(&[b"cannot iterate ", tag.type_name().as_bytes()])),
        }
        *block = container;
        *block.add(1) = Value::int(0);
        *block.add(2) = Value::NULL;
        *block.add(3) = Value::NULL;
        self.jump(r, i.c() as i8 as i32)
    }

    /// `foreach`
    pub(super) unsafe fn foreach_next(&mut self, r: &mut Registers, i: Instruction) -> Result<(), Raise> {
        let block = r.base.add(i.a() as usize);
        let (container, state) = (*block, *block.add(1));
        let position = state.number();
        // A program that was not compiled by us could hand over any state: the verifier does not follow
        // registers. Positions are checked below, so a wrong one only iterates wrongly.
        match container.tag() {
            Tag::Array => {
                let array = container.as_array();
                if position >= (*array).length {
                    return Ok(());
                }
                let value = *(*array).elements.add(position as usize);
                self.foreach_store(r, i, position + 1, Value::int(position as i32), value)
            }
            Tag::Table => {
                let entry = table::entry_from(container.as_table(), position);
                if entry.is_null() {
                    return Ok(());
                }
                let next = entry.offset_from((*container.as_table()).entries) as u32 + 1;
                let (key, value) = ((*entry).key, (*entry).value);
                self.foreach_store(r, i, next, key, value)
            }
            Tag::String => match string::bytes(container.as_string()).get(position as usize) {
                None => Ok(()),
                Some(byte) => {
                    let byte = Value::int(*byte as i32);
                    self.foreach_store(r, i, position + 1, Value::int(position as i32), byte)
                }
            },
            Tag::Class => {
                let class = crate::heap::local::Class::new(container.as_class());
                match class.member_from(position as usize) {
                    None => Ok(()),
                    Some((next, key, value)) => self.foreach_store(r, i, next as u32, key.value, value.value),
                }
            }
            Tag::Generator => {
                let generator = container.as_generator();
                if (*generator).status == GeneratorStatus::Dead {
                    return Ok(());
                }
                let kind = ContinuationKind::ForeachGenerator { instruction: i.0 };
                self.resume_generator(r, generator, kind)
            }
            Tag::Instance if (*container.as_instance()).native.is_buffer() => {
                let buffer = (*container.as_instance()).native.as_buffer();
                if position >= (*buffer).length {
                    return Ok(());
                }
                let byte = Value::int(*(*buffer).data.add(position as usize) as i32);
                self.foreach_store(r, i, position + 1, Value::int(position as i32), byte)
            }
            _ => {
                let method = self.metamethod(container, Metamethod::Nexti);
                if method.is_null() {
                    return Err(self.error(format_args!("_nexti failed")));
                }
                let previous = *block.add(2);
                let kind = ContinuationKind::ForeachNext { instruction: i.0 };
                self.call_metamethod(r, method, &[container, previous], kind)
            }
        }
    }

    unsafe fn foreach_store(
        &mut self,
        r: &mut Registers,
        i: Instruction,
        state: u32,
        index: Value,
        value: Value,
    ) -> Result<(), Raise> {
        let block = r.base.add(i.a() as usize);
        *block.add(1) = Value::int(state as i32);
        *block.add(2) = index;
        // Everything above the block is dead at the head of the loop.
        *block.add(3) = Value::NULL;
        self.deliver_with_top(
            r,
            i.a() as usize + 4,
            value,
            ContinuationKind::ForeachValue { instruction: i.0 },
        )
    }

    /// `_nexti` has given the next index, or null at the end.
    pub(super) unsafe fn foreach_found(
        &mut self,
        r: &mut Registers,
        i: Instruction,
        index: Value,
    ) -> Result<(), Raise> {
        if index.is_null() {
            return Ok(());
        }
        let block = r.base.add(i.a() as usize);
        let kind = ContinuationKind::ForeachValue { instruction: i.0 };
        *block.add(2) = index;
        let container = *block;
        self.set_top_of_frame(r);
        match self.lookup(container, index)? {
            super::access::Lookup::Value(value) => self.deliver(r, value, kind),
            super::access::Lookup::Accessor(accessor) => self.ask_getter(r, accessor, index, kind),
            super::access::Lookup::Missing => Err(self.error(format_args!("_nexti returned an invalid idx"))),
        }
    }

    /// A generator has yielded a value to `foreach`.
    pub(super) unsafe fn foreach_deliver_generated(
        &mut self,
        r: &mut Registers,
        i: Instruction,
        value: Value,
    ) -> Result<(), Raise> {
        let block = r.base.add(i.a() as usize);
        let count = (*block.add(1)).number();
        *block.add(1) = Value::int(count.wrapping_add(1) as i32);
        *block.add(2) = Value::int(count as i32);
        *block.add(3) = value;
        self.jump(r, i.sbx() as i32)
    }
}
