//! Calls of native functions: their arguments, and what they ask for.
//!
//! How a call is made in general is in `super::call`.

use super::Registers;
use super::stack::{Continuation, ContinuationKind, WINDOW};
use super::vm::Vm;
use crate::heap::buffer;
use crate::heap::local::{Cx, Raise};
use crate::native::{Flow, NativeFunction, Observes, Resume};
use crate::value::{Tag, TypeMask, Value};
use core::ptr;
use tamias_bytecode::Edition;

impl Vm {
    /// Calls a native function if there is nothing to do around the call: the arguments are as it wants them, and
    /// nothing waits that must be released first. `None` if there is.
    #[inline(always)]
    pub(super) unsafe fn call_directly(
        &mut self,
        r: &Registers,
        slot: *mut Value,
        arguments: usize,
    ) -> Option<(Result<Flow<'static>, Raise>, usize)> {
        let callee = *slot;
        if !callee.is_native() {
            return None;
        }
        let function = &*callee.as_native();
        let is_ready = arguments >= function.required as usize
            && arguments <= function.maximum as usize
            && arguments <= function.stringified_from as usize
            && function.observes == Observes::Nothing
            && !self.heap.has_waiting_hook()
            && !self.heap.wants_collection()
            && self.budget > 0
            && slot.add(WINDOW + 1) <= (*self.heap.current).soft_end;
        if !is_ready {
            return None;
        }
        for (position, expected) in function.types.iter().take(arguments).enumerate() {
            if !expected.contains((*slot.add(1 + position)).tag().mask()) {
                return None;
            }
        }
        self.set_top(slot.add(1 + arguments));
        self.heap.protect_new_objects();
        self.note_caller(r);
        let mut cx = Cx::new(self, slot.add(1), arguments);
        let flow = (function.call)(&mut cx);
        let values = cx.values();
        Some((flow, values))
    }

    /// Does what a native function called directly asked for.
    pub(super) unsafe fn follow_direct(
        &mut self,
        r: &mut Registers,
        slot: *mut Value,
        arguments: usize,
        (flow, values): (Result<Flow<'static>, Raise>, usize),
    ) -> Result<(), Raise> {
        self.follow(r, slot, arguments, values, flow?)
    }

    pub(super) unsafe fn check_arguments(
        &mut self,
        slot: *mut Value,
        arguments: usize,
        function: &NativeFunction,
    ) -> Result<(), Raise> {
        if arguments < function.required as usize
            || (function.maximum != 255 && arguments > function.maximum as usize)
        {
            return Err(self.error(format_args!("wrong number of parameters")));
        }
        for (position, expected) in function.types.iter().take(arguments).enumerate() {
            let argument = *slot.add(1 + position);
            if !expected.contains(argument.tag().mask()) {
                match self.text_of_blob(argument, *expected)? {
                    Some(text) if position > 0 => *slot.add(1 + position) = text,
                    _ => return Err(self.argument_error(position, argument, *expected)),
                }
            }
        }
        Ok(())
    }

    /// In the imp editions a blob is converted where a string is expected (language-imp 13).
    unsafe fn text_of_blob(&mut self, argument: Value, expected: TypeMask) -> Result<Option<Value>, Raise> {
        if self.edition == Edition::Squirrel3
            || argument.tag() != Tag::Instance
            || !(*argument.as_instance()).native.is_buffer()
            || !expected.contains(TypeMask::STRING)
        {
            return Ok(None);
        }
        let bytes = buffer::bytes((*argument.as_instance()).native.as_buffer());
        Ok(Some(Value::from_string(self.heap.new_string(bytes)?)))
    }

    pub(super) unsafe fn call_native(
        &mut self,
        r: &mut Registers,
        slot: *mut Value,
        arguments: usize,
        function: &'static NativeFunction,
    ) -> Result<(), Raise> {
        if !(*slot).is_native_closure() {
            self.check_arguments(slot, arguments, function)?;
        }
        let slot = self.reserve(r, slot, WINDOW + 1)?;
        for position in (function.stringified_from as usize)..arguments {
            let argument = *slot.add(1 + position);
            if argument.is_string() {
                continue;
            }
            let method = self.tostring_method(argument);
            if !method.is_null() {
                let above = slot.add(1 + arguments);
                *above = method;
                *above.add(1) = argument;
                let kind = ContinuationKind::Stringify { argument: position as u8 };
                return self.call_continued(r, above, 1, kind, arguments as u32);
            }
            *slot.add(1 + position) = Value::from_string(self.plain_text(argument)?);
        }
        let observed = match function.observes {
            Observes::Nothing => false,
            Observes::WeakReferences => self.may_observe_release(*slot.add(1)),
            Observes::Memory => true,
        };
        if observed || self.heap.has_waiting_hook() {
            self.heap.reconcile();
        }
        self.heap.protect_new_objects();
        self.note_caller(r);
        let mut cx = Cx::new(self, slot.add(1), arguments);
        let flow = (function.call)(&mut cx)?;
        let values = cx.values();
        self.follow(r, slot, arguments, values, flow)
    }

    /// Whether what a native reads from `object` depends on something that is waiting to be released.
    unsafe fn may_observe_release(&self, object: Value) -> bool {
        match object.tag() {
            Tag::WeakRef => self.heap.may_be_gone((*object.as_weakref()).target),
            _ => true,
        }
    }

    /// Does what a native asked for.
    pub(super) unsafe fn follow(
        &mut self,
        r: &mut Registers,
        slot: *mut Value,
        arguments: usize,
        values: usize,
        flow: Flow<'_>,
    ) -> Result<(), Raise> {
        match flow {
            Flow::Return(local) => {
                *slot = local.value;
                Ok(())
            }
            Flow::Call => {
                let pushed = self.request.pushed;
                let callee = slot.add(1 + values);
                match self.request.resume {
                    None => {
                        ptr::copy(callee, slot, pushed);
                        self.call_value(r, slot, pushed - 1)
                    }
                    Some(resume) => {
                        let window = (values as u32) << 16 | arguments as u32;
                        self.call_continued(r, callee, pushed - 1, ContinuationKind::Native(resume), window)
                    }
                }
            }
            Flow::Switch => self.switch_thread(r, slot, self.request.switch),
        }
    }

    /// Goes on with a native whose call has returned: the newest continuation says which. If it asks for another
    /// call with the same `resume`, as sorting and mapping do for each element, the continuation stays as it is.
    pub(super) unsafe fn resume_native(&mut self, r: &mut Registers, resume: Resume) -> Result<(), Raise> {
        let continuation = self.heap.newest_continuation();
        r.pc = continuation.pc;
        let (values, arguments) =
            ((continuation.window >> 16) as usize, (continuation.window & 0xFFFF) as usize);
        let result = (*self.heap.current).stack.add(continuation.result as usize);
        // The result is protected by its slot, which is the first above the window.
        self.set_top(result.add(1));
        let reserved = self.reserve(r, result.sub(1 + values), values + 2 + WINDOW);
        let slot = match reserved {
            Ok(slot) => slot,
            Err(raise) => {
                self.heap.pop_continuation();
                return Err(raise);
            }
        };
        let callee = slot.add(1 + values);
        if self.heap.wants_collection() {
            self.heap.collect_at_safe_point();
        }
        self.heap.protect_new_objects();
        let local = crate::heap::local::Local::new(*callee);
        self.note_caller(r);
        let mut cx = Cx::resumed(self, slot.add(1), arguments, values);
        let flow = resume(&mut cx, local);
        let values_now = cx.values();
        match flow {
            Ok(Flow::Call)
                if values_now == values
                    && self.request.resume.is_some_and(|next| ptr::fn_addr_eq(next, resume)) =>
            {
                r.pc = super::finish();
                self.call_again(r, callee, self.request.pushed - 1)
            }
            flow => {
                self.heap.pop_continuation();
                self.follow(r, slot, arguments, values_now, flow?)
            }
        }
    }

    /// Calls the value in `slot`, above which there is room for a window.
    pub(super) unsafe fn call_again(
        &mut self,
        r: &mut Registers,
        slot: *mut Value,
        arguments: usize,
    ) -> Result<(), Raise> {
        let callee = *slot;
        if callee.is_closure() && (*callee.as_closure()).direct_arguments == arguments as u32 {
            self.set_top(slot.add(1 + arguments));
            return self.enter(r, slot, callee.as_closure());
        }
        self.call_value(r, slot, arguments)
    }

    /// Goes on with the call of a native one of whose arguments has been converted.
    pub(super) unsafe fn resume_stringified(
        &mut self,
        r: &mut Registers,
        continuation: Continuation,
        argument: u8,
    ) -> Result<(), Raise> {
        let arguments = continuation.window as usize;
        let result = (*self.heap.current).stack.add(continuation.result as usize);
        let slot = result.sub(1 + arguments);
        let target = slot.add(1 + argument as usize);
        *target = if (*result).is_string() {
            *result
        } else {
            // A `_tostring` that gives no string: the default text.
            Value::from_string(self.plain_text(*target)?)
        };
        self.call_value(r, slot, arguments)
    }
}
