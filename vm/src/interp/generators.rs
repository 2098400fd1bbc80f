//! Generators: a function whose registers wait in the heap between `yield` and `resume`.

use super::Registers;
use super::stack::{Continuation, ContinuationKind, WINDOW};
use super::vm::Vm;
use crate::heap::Heap;
use crate::heap::local::Raise;
use crate::heap::object::{Closure, Generator, GeneratorStatus, Kind};
use crate::value::Value;
use core::ptr;

impl Vm {
    pub(super) unsafe fn new_generator(
        &mut self,
        slot: *mut Value,
        callee: *mut Closure,
    ) -> Result<(), Raise> {
        let function = &*(*callee).function;
        let parameters = function.parameters as u32;
        let generator = self.heap.new_object::<Generator>(Kind::Generator, size_of::<Generator>())?;
        (*generator).closure = ptr::null_mut();
        (*generator).pc = function.code;
        (*generator).registers = ptr::null_mut();
        (*generator).register_count = 0;
        (*generator).status = GeneratorStatus::Suspended;
        self.heap.store_object(&raw mut (*generator).closure, callee);
        (*generator).registers = self.heap.allocate_storage::<Value>(function.registers as usize)?;
        self.save_registers(generator, slot.add(1), parameters)?;
        *slot = Value::from_generator(generator);
        Ok(())
    }

    /// Copies registers into a generator. It keeps the storage while it runs: most yield many times.
    unsafe fn save_registers(
        &mut self,
        generator: *mut Generator,
        base: *mut Value,
        count: u32,
    ) -> Result<(), Raise> {
        let mut registers = (*generator).registers;
        if registers.is_null() || Heap::storage_room(registers) < count as usize {
            registers = self.heap.allocate_storage::<Value>(count as usize)?;
            self.heap.free_storage((*generator).registers);
            (*generator).registers = registers;
        }
        for position in 0..count as usize {
            let value = *base.add(position);
            Heap::retain(value);
            *registers.add(position) = value;
        }
        (*generator).register_count = count;
        Ok(())
    }

    /// Runs a generator up to its next `yield`. `kind` says what to do with what it yields.
    pub(super) unsafe fn resume_generator(
        &mut self,
        r: &mut Registers,
        generator: *mut Generator,
        kind: ContinuationKind,
    ) -> Result<(), Raise> {
        match (*generator).status {
            GeneratorStatus::Dead => return Err(self.error(format_args!("resuming dead generator"))),
            GeneratorStatus::Running => return Err(self.error(format_args!("resuming active generator"))),
            GeneratorStatus::Suspended => {}
        }
        // The generator is kept in the slot below its closure while it runs.
        let holder = r.base.add(self.registers_of(r));
        *holder = Value::from_generator(generator);
        self.set_top(holder.add(1));
        let holder = self.reserve(r, holder, WINDOW + 2)?;
        let result = holder.add(1).offset_from((*self.heap.current).stack) as u32;
        self.heap.push_continuation(Continuation { kind, pc: r.pc, result, window: 0 })?;
        r.pc = super::finish();
        let callee = (*generator).closure;
        *holder.add(1) = Value::from_closure(callee);
        let count = (*generator).register_count as usize;
        for position in 0..count {
            *holder.add(2 + position) = *(*generator).registers.add(position);
        }
        self.set_top(holder.add(2 + count));
        self.enter(r, holder.add(1), callee)?;
        r.pc = (*generator).pc;
        (*generator).status = GeneratorStatus::Running;
        self.drop_saved_registers(generator);
        Ok(())
    }

    /// The saved registers are on the stack again.
    unsafe fn drop_saved_registers(&mut self, generator: *mut Generator) {
        let count = core::mem::replace(&mut (*generator).register_count, 0);
        for position in 0..count as usize {
            self.heap.discard(*(*generator).registers.add(position));
        }
    }

    /// Suspends the running generator: `value` is what it yields.
    pub(super) unsafe fn yield_value(&mut self, r: &mut Registers, value: Value) -> Result<(), Raise> {
        let holder = *r.base.sub(2);
        self.heap.close_outers(r.base);
        let generator = holder.as_generator();
        self.save_registers(generator, r.base, self.registers_of(r) as u32)?;
        (*generator).pc = r.pc;
        (*generator).status = GeneratorStatus::Suspended;
        *r.base.sub(1) = value;
        self.leave(r);
        Ok(())
    }

    /// Marks a generator whose function has returned or failed.
    pub(super) unsafe fn end_generator(&mut self, generator: *mut Generator) {
        if (*generator).status == GeneratorStatus::Running {
            (*generator).status = GeneratorStatus::Dead;
            self.drop_saved_registers(generator);
            let registers = core::mem::replace(&mut (*generator).registers, ptr::null_mut());
            self.heap.free_storage(registers);
            self.heap.store_object(&raw mut (*generator).closure, ptr::null_mut());
        }
    }
}
