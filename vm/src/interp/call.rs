//! Calls: closures, natives, constructors, generators and threads.
//!
//! A call starts at the stack slot that holds the called value; `this` and the
//! other arguments follow. Its result goes to the same slot, and the caller
//! goes on at `r.pc`. That is true for every kind of callee, so instructions,
//! metamethods and natives all call in the same way.

use super::Registers;
use super::stack::{Continuation, ContinuationKind, Frame, ThreadStatus, WINDOW};
use super::vm::Vm;
use crate::heap::local::{Cx, Raise, RaiseKind, strengthen};
use crate::heap::object::{Class, Closure, Generator, GeneratorStatus, Kind, Metamethod};
use crate::heap::{Heap, buffer, closure};
use crate::native::{Flow, NativeFunction, Observes, Resume, ThreadSwitch};
use crate::value::{Tag, TypeMask, Value};
use core::ptr;
use tamias_bytecode::Edition;

/// How deep calls through metamethods and natives may nest: as in the reference, which programs and their tests
/// rely on. Here they cost no native stack.
const MAX_NESTING: u32 = 100;

impl Vm {
    /// Calls the value in `slot` with `arguments` arguments, `this` included. When this returns, the call is
    /// either done (its result is in `slot`) or a frame for it has been entered.
    ///
    /// # Safety
    /// `slot` and the arguments must be in the running thread's stack, and nothing above them alive.
    pub(super) unsafe fn call_value(
        &mut self,
        r: &mut Registers,
        slot: *mut Value,
        arguments: usize,
    ) -> Result<(), Raise> {
        self.set_top(slot.add(1 + arguments));
        let callee = *slot;
        match callee.tag() {
            Tag::Closure => self.call_closure(r, slot, arguments, callee.as_closure()),
            Tag::Native => self.call_native(r, slot, arguments, &*callee.as_native()),
            Tag::NativeClosure => {
                let function = &*(*callee.as_native_closure()).function;
                let environment = (*callee.as_native_closure()).environment;
                if self.edition == Edition::Squirrel3 {
                    // The check of `this` looks at the original one; see reference semantics, section 6.
                    self.check_arguments(slot, arguments, function)?;
                    *slot.add(1) = environment;
                } else {
                    // impOS checks what is bound: `pin.write.bindenv(pin)` is a free function (language-imp 6).
                    *slot.add(1) = environment;
                    self.check_arguments(slot, arguments, function)?;
                }
                self.call_native(r, slot, arguments, function)
            }
            Tag::Class => self.construct(r, slot, arguments, callee.as_class()),
            _ => {
                let method = self.metamethod(callee, Metamethod::Call);
                if method.is_null() {
                    return Err(self.error(format_args!("attempt to call '{}'", callee.tag().type_name())));
                }
                // `_call` gets the object as `this` and the original `this` as its first argument.
                ptr::copy(slot.add(1), slot.add(2), arguments);
                *slot.add(1) = callee;
                *slot = method;
                self.call_value(r, slot, arguments + 1)
            }
        }
    }

    unsafe fn call_closure(
        &mut self,
        r: &mut Registers,
        slot: *mut Value,
        arguments: usize,
        callee: *mut Closure,
    ) -> Result<(), Raise> {
        let environment = (*callee).environment;
        if !environment.is_null() {
            if environment.is_weakref() && self.heap.may_be_gone((*environment.as_weakref()).target) {
                self.heap.reconcile();
            }
            *slot.add(1) = strengthen(environment);
        }
        let function = &*(*callee).function;
        let slot = self.reserve(r, slot, WINDOW + 1)?;
        self.fit_arguments(slot, arguments, callee)?;
        if function.is_generator() {
            return self.new_generator(slot, callee);
        }
        self.enter(r, slot, callee)?;
        if arguments < function.parameters as usize && !function.is_variadic() {
            self.announce_cloned_defaults(r, arguments, callee)?;
        }
        Ok(())
    }

    /// Calls `_cloned` of the instances that stand for missing arguments, as `clone` does, before the function
    /// that was just entered does anything. What is called last runs first.
    unsafe fn announce_cloned_defaults(
        &mut self,
        r: &mut Registers,
        arguments: usize,
        callee: *mut Closure,
    ) -> Result<(), Raise> {
        if self.edition == Edition::Squirrel3 {
            return Ok(());
        }
        // The stack may move with every call.
        let base = r.base.offset_from((*self.heap.current).stack) as usize;
        let (parameters, defaults) =
            ((*(*callee).function).parameters as usize, (*callee).default_count as usize);
        for position in (arguments..parameters).rev() {
            let copy = *(*self.heap.current).stack.add(base + position);
            if copy.tag() == Tag::Instance {
                let hook = self.metamethod(copy, Metamethod::Cloned);
                let original = *closure::defaults(callee).add(position + defaults - parameters);
                if !hook.is_null() {
                    self.call_metamethod(r, hook, &[copy, original], ContinuationKind::Discard)?;
                }
            }
        }
        Ok(())
    }

    /// Makes sure that there are `slots` slots from `slot` on. Returns where `slot` is then.
    unsafe fn reserve(
        &mut self,
        r: &mut Registers,
        slot: *mut Value,
        slots: usize,
    ) -> Result<*mut Value, Raise> {
        if slot.add(slots) <= (*self.heap.current).soft_end {
            return Ok(slot);
        }
        let size = slot.offset_from((*self.heap.current).stack) as usize;
        if size > self.stack_limit {
            return Err(self.error(format_args!("stack overflow")));
        }
        let moved = self.heap.reserve_stack(slot, slots)?;
        r.base = r.base.wrapping_byte_offset(moved);
        Ok(slot.wrapping_byte_offset(moved))
    }

    /// Brings the arguments into the form of the parameters: defaults filled in, `vargv` made.
    unsafe fn fit_arguments(
        &mut self,
        slot: *mut Value,
        arguments: usize,
        callee: *mut Closure,
    ) -> Result<(), Raise> {
        let function = &*(*callee).function;
        let parameters = function.parameters as usize;
        if function.is_variadic() {
            let fixed = parameters - 1;
            if arguments < fixed {
                return Err(self.count_error(arguments, fixed, true));
            }
            let rest = self.heap.new_array(arguments - fixed)?;
            for position in fixed..arguments {
                self.heap.array_push(rest, *slot.add(1 + position))?;
            }
            *slot.add(1 + fixed) = Value::from_array(rest);
        } else if arguments != parameters {
            let defaults = (*callee).default_count as usize;
            if arguments > parameters || arguments + defaults < parameters {
                return Err(self.count_error(arguments, parameters, false));
            }
            for position in arguments..parameters {
                let default = *closure::defaults(callee).add(position + defaults - parameters);
                *slot.add(1 + position) = self.default_value(default)?;
                self.set_top(slot.add(2 + position));
            }
        }
        self.set_top(slot.add(1 + parameters));
        Ok(())
    }

    /// In the imp editions each call gets its own copy of a container that is a default value
    /// (COMPATIBILITY.md, "default parameters").
    unsafe fn default_value(&mut self, default: Value) -> Result<Value, Raise> {
        if self.edition == Edition::Squirrel3 {
            return Ok(default);
        }
        match default.tag() {
            Tag::Table | Tag::Array | Tag::Instance => self.plain_clone(default),
            _ => Ok(default),
        }
    }

    fn count_error(&mut self, passed: usize, required: usize, at_least: bool) -> Raise {
        if self.edition != Edition::Squirrel3 {
            return self.error(format_args!("wrong number of parameters"));
        }
        let at_least = if at_least { "at least " } else { "" };
        self.error(format_args!(
            "wrong number of parameters ({passed} passed, {at_least}{required} required)"
        ))
    }

    /// Enters a function whose arguments fit.
    unsafe fn enter(
        &mut self,
        r: &mut Registers,
        slot: *mut Value,
        callee: *mut Closure,
    ) -> Result<(), Raise> {
        self.budget = self.budget.saturating_sub(1);
        let thread = self.heap.current;
        if (*thread).frame_count() >= self.frame_limit {
            return Err(self.error(format_args!("stack overflow")));
        }
        if (*thread).frame_top == (*thread).frame_end {
            self.heap.grow_frames()?;
        }
        let base = slot.add(1);
        let delta = base.offset_from(r.base) as u32;
        *(*thread).frame_top = Frame { pc: r.pc, constants: r.constants, delta };
        (*thread).frame_top = (*thread).frame_top.add(1);
        let function = (*callee).function;
        r.pc = (*function).code;
        r.constants = (*function).constants;
        r.base = base;
        Ok(())
    }

    /// `return f(…)`: the window moves down over the running function's. As in the reference only functions of
    /// programs are called like that: what is native can ask who called it, and its errors are those of its caller.
    pub(super) unsafe fn tail_call(
        &mut self,
        r: &mut Registers,
        register: u8,
        arguments: usize,
    ) -> Result<(), Raise> {
        let callee = *r.base.add(register as usize);
        if callee.tag() != Tag::Closure || (*(*callee.as_closure()).function).is_generator() {
            return self.call_and_return(r, r.base.add(register as usize), arguments);
        }
        self.heap.close_outers(r.base);
        let slot = r.base.sub(1);
        ptr::copy(r.base.add(register as usize), slot, 1 + arguments);
        self.leave(r);
        self.call_value(r, slot, arguments)
    }

    /// Calls the value in `slot` and then returns its result from the running function.
    unsafe fn call_and_return(
        &mut self,
        r: &mut Registers,
        slot: *mut Value,
        arguments: usize,
    ) -> Result<(), Raise> {
        self.set_top(slot.add(1 + arguments));
        let result = slot.offset_from((*self.heap.current).stack) as u32;
        let continuation = Continuation { kind: ContinuationKind::Return, pc: r.pc, result, window: 0 };
        self.heap.push_continuation(continuation)?;
        r.pc = super::finish();
        self.call_value(r, slot, arguments)
    }

    /// Returns from the running function.
    pub(super) unsafe fn return_value(&mut self, r: &mut Registers, value: Value) {
        self.heap.close_outers(r.base);
        *r.base.sub(1) = value;
        self.leave(r);
    }

    /// Goes back to the caller. The slot of the call is the one below the old base.
    pub(super) unsafe fn leave(&mut self, r: &mut Registers) {
        let thread = self.heap.current;
        (*thread).frame_top = (*thread).frame_top.sub(1);
        let frame = *(*thread).frame_top;
        r.base = r.base.sub(frame.delta as usize);
        r.pc = frame.pc;
        r.constants = frame.constants;
    }

    /// Calls a metamethod above the running function's registers.
    pub(super) unsafe fn call_metamethod(
        &mut self,
        r: &mut Registers,
        method: Value,
        arguments: &[Value],
        kind: ContinuationKind,
    ) -> Result<(), Raise> {
        // The arguments may be on the stack only as operands: they are copied before anything is allocated.
        let slot = r.base.add(self.registers_of(r));
        *slot = method;
        for (position, argument) in arguments.iter().enumerate() {
            *slot.add(1 + position) = *argument;
        }
        self.call_continued(r, slot, arguments.len(), kind, 0)
    }

    /// Calls the value in `slot` and then does what `kind` says.
    pub(super) unsafe fn call_continued(
        &mut self,
        r: &mut Registers,
        slot: *mut Value,
        arguments: usize,
        kind: ContinuationKind,
        window: u32,
    ) -> Result<(), Raise> {
        self.set_top(slot.add(1 + arguments));
        if (*self.heap.current).nesting >= MAX_NESTING {
            return Err(self.error(format_args!("Native stack overflow")));
        }
        let result = slot.offset_from((*self.heap.current).stack) as u32;
        self.heap.push_continuation(Continuation { kind, pc: r.pc, result, window })?;
        r.pc = super::finish();
        self.call_value(r, slot, arguments)
    }

    /// Number of registers of the running function.
    pub(super) unsafe fn registers_of(&self, r: &Registers) -> usize {
        (*(*(*r.base.sub(1)).as_closure()).function).registers as usize
    }

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

    unsafe fn check_arguments(
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

    unsafe fn call_native(
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
    unsafe fn follow(
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
            Flow::Call { pushed, resume: None } => {
                ptr::copy(slot.add(1 + values), slot, pushed);
                self.call_value(r, slot, pushed - 1)
            }
            Flow::Call { pushed, resume: Some(resume) } => {
                let callee = slot.add(1 + values);
                let window = (values as u32) << 16 | arguments as u32;
                self.call_continued(r, callee, pushed - 1, ContinuationKind::Native(resume), window)
            }
            Flow::Switch(switch) => self.switch_thread(r, slot, switch),
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
            Ok(Flow::Call { pushed, resume: Some(next) })
                if values_now == values && ptr::fn_addr_eq(next, resume) =>
            {
                r.pc = super::finish();
                self.call_again(r, callee, pushed - 1)
            }
            flow => {
                self.heap.pop_continuation();
                self.follow(r, slot, arguments, values_now, flow?)
            }
        }
    }

    /// Calls the value in `slot`, above which there is room for a window.
    unsafe fn call_again(
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

    unsafe fn construct(
        &mut self,
        r: &mut Registers,
        slot: *mut Value,
        arguments: usize,
        class: *mut Class,
    ) -> Result<(), Raise> {
        let slot = self.reserve(r, slot, WINDOW + 2)?;
        let instance = Value::from_instance(self.heap.new_instance(class)?);
        *slot.add(1) = instance;
        let constructor = (*class).constructor;
        if constructor.is_null() {
            return match self.native_constructor(class) {
                Some(function) => {
                    self.call_native(r, slot, arguments, function)?;
                    *slot = *slot.add(1);
                    Ok(())
                }
                None => {
                    *slot = instance;
                    Ok(())
                }
            };
        }
        // The instance takes the place of the class, where the result of the call is expected. The constructor is
        // called one slot higher, where its own result harms nobody: so nothing has to be done when it returns.
        for position in (1..arguments).rev() {
            *slot.add(2 + position) = *slot.add(1 + position);
        }
        *slot = instance;
        *slot.add(1) = constructor;
        *slot.add(2) = instance;
        self.call_again(r, slot.add(1), arguments)
    }

    unsafe fn native_constructor(&self, class: *mut Class) -> Option<&'static NativeFunction> {
        let native = (*class).native.as_ref()?;
        let name = self.heap.roots.constructor_name;
        let member = native.members.find(
            crate::heap::string::hash_of(name),
            crate::heap::string::bytes(name),
            self.edition,
        )?;
        match &member.item {
            crate::native::Item::Function(function) => Some(function),
            _ => None,
        }
    }

    // Generators.

    unsafe fn new_generator(&mut self, slot: *mut Value, callee: *mut Closure) -> Result<(), Raise> {
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

    // Threads. The native's window is at `slot`: the thread or root table, then what it was given.

    unsafe fn switch_thread(
        &mut self,
        r: &mut Registers,
        slot: *mut Value,
        switch: ThreadSwitch,
    ) -> Result<(), Raise> {
        if switch == ThreadSwitch::Suspend {
            return self.suspend_thread(r, slot);
        }
        let arguments = (*self.heap.current).top.offset_from(slot) as usize - 1;
        let thread = &raw mut (*(*slot.add(1)).as_thread()).state;
        // The result of this call arrives where the native was called.
        *slot = *slot.add(1);
        let resumer = self.heap.current;
        (*resumer).saved = *r;
        (*resumer).result = slot.offset_from((*resumer).stack) as u32;
        (*resumer).top = slot.add(1);
        (*thread).resumer = resumer;
        (*thread).status = ThreadStatus::Running;
        let is_quiet = switch == ThreadSwitch::WakeupThrow && arguments > 2 && !(*slot.add(3)).is_truthy();
        (*thread).ends_quietly = is_quiet;
        self.heap.current = thread;
        (*thread).is_clean = false;
        if switch != ThreadSwitch::Call {
            let value = if arguments > 1 { *slot.add(2) } else { Value::NULL };
            *r = (*thread).saved;
            let wakened = (*thread).stack.add((*thread).result as usize);
            *wakened = value;
            if switch == ThreadSwitch::WakeupThrow {
                return Err(self.throw(value));
            }
            return Ok(());
        }
        // The function is in slot 0 of the new stack and stays there for the next call of the thread.
        let stack = (*thread).stack;
        *stack.add(1) = *stack;
        *stack.add(2) = self.root_value();
        for position in 1..arguments {
            *stack.add(2 + position) = *slot.add(1 + position);
        }
        (*thread).drop_frames();
        (*thread).continuation_count = 0;
        (*thread).nesting = 0;
        *r = Registers { pc: super::thread_end(), base: stack, constants: r.constants };
        self.call_value(r, stack.add(1), arguments)
    }

    unsafe fn suspend_thread(&mut self, r: &mut Registers, slot: *mut Value) -> Result<(), Raise> {
        let thread = self.heap.current;
        if (*thread).is_main {
            return Err(self.error(format_args!("cannot suspend an vm that is not running")));
        }
        if (*thread).is_inside_native() {
            return Err(self.error(format_args!("cannot suspend through native calls/metamethods")));
        }
        // The native's own slot is where `wakeup` puts its value.
        let value = if (*thread).top > slot.add(2) { *slot.add(2) } else { *slot.add(1) };
        (*thread).result = slot.offset_from((*thread).stack) as u32;
        (*thread).top = slot.add(1);
        (*thread).saved = *r;
        (*thread).status = ThreadStatus::Suspended;
        self.return_to_resumer(r, value);
        Ok(())
    }

    unsafe fn return_to_resumer(&mut self, r: &mut Registers, value: Value) {
        let thread = self.heap.current;
        let resumer = (*thread).resumer;
        (*thread).resumer = ptr::null_mut();
        self.heap.current = resumer;
        (*resumer).is_clean = false;
        *r = (*resumer).saved;
        *(*resumer).stack.add((*resumer).result as usize) = value;
    }
}

/// The function of a thread has returned: its result is in slot 1 of the thread's stack.
pub(super) unsafe fn thread_end(vm: &mut Vm, r: &mut Registers) -> Result<(), Raise> {
    let thread = vm.heap.current;
    let value = *(*thread).stack.add(1);
    vm.end_thread(r, value);
    Ok(())
}

impl Vm {
    /// Ends the running thread: it is idle again, and `value` goes to whoever ran it.
    pub(super) unsafe fn end_thread(&mut self, r: &mut Registers, value: Value) {
        let thread = self.heap.current;
        self.heap.close_outers((*thread).stack);
        (*thread).status = ThreadStatus::Idle;
        (*thread).top = (*thread).stack.add(1);
        (*thread).drop_frames();
        (*thread).continuation_count = 0;
        (*thread).nesting = 0;
        self.return_to_resumer(r, value);
    }
}

impl Vm {
    /// The embedder's call: as [`Vm::call`], with errors taken to where the embedder sees them.
    pub(super) unsafe fn call_from_host(
        &mut self,
        r: &mut Registers,
        slot: *mut Value,
        arguments: usize,
    ) -> Result<(), super::Exit> {
        self.heap.protect_new_objects();
        match self.call_value(r, slot, arguments) {
            Ok(()) => Ok(()),
            Err(Raise(RaiseKind::OutOfMemory)) => Err(super::Exit::OutOfMemory),
            Err(Raise(RaiseKind::Halted)) => Err(super::Exit::Halted),
            Err(_) => super::unwind::unwind(self, r).map_or(Ok(()), Err),
        }
    }
}
