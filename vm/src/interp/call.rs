//! Calls of closures and classes. Native functions are called in `natives`.
//!
//! A call starts at the stack slot that holds the called value; `this` and the
//! other arguments follow. Its result goes to the same slot, and the caller
//! goes on at `r.pc`. That is true for every kind of callee, so instructions,
//! metamethods and natives all call in the same way.

use super::Registers;
use super::stack::{Continuation, ContinuationKind, Frame, WINDOW};
use super::vm::Vm;
use crate::heap::closure;
use crate::heap::local::{Raise, RaiseKind, strengthen};
use crate::heap::object::{Class, Closure, Metamethod};
use crate::native::NativeFunction;
use crate::number::{INTEGER_TEXT_CAPACITY, integer_to_text};
use crate::value::{Tag, Value};
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
                    return Err(self.error_of(&[
                        b"attempt to call '",
                        callee.tag().type_name().as_bytes(),
                        b"'",
                    ]));
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
        let first = slot.add(1).offset_from((*self.heap.current).stack) as usize;
        if function.is_generator() {
            self.new_generator(slot, callee)?;
        } else {
            self.enter(r, slot, callee)?;
        }
        if arguments < function.parameters as usize && !function.is_variadic() {
            self.announce_cloned_defaults(r, first, arguments, callee)?;
        }
        Ok(())
    }

    /// Calls `_cloned` of the instances that stand for missing arguments, as `clone` does, before the function
    /// that was just entered does anything, or before the caller gets the generator. What is called last runs
    /// first. The parameters are on the stack from `first` on.
    unsafe fn announce_cloned_defaults(
        &mut self,
        r: &mut Registers,
        first: usize,
        arguments: usize,
        callee: *mut Closure,
    ) -> Result<(), Raise> {
        if self.edition == Edition::Squirrel3 {
            return Ok(());
        }
        let (parameters, defaults) =
            ((*(*callee).function).parameters as usize, (*callee).default_count as usize);
        for position in (arguments..parameters).rev() {
            // The stack may move with every call.
            let copy = *(*self.heap.current).stack.add(first + position);
            if copy.tag() == Tag::Instance {
                let hook = self.metamethod(copy, Metamethod::Cloned);
                let original = *closure::defaults(callee).add(position + defaults - parameters);
                if !hook.is_null() {
                    // The parameters of a generator may lie above the registers of its caller.
                    let above = (*self.heap.current).stack.add(first + parameters);
                    let slot = self.reserve(r, above.max(r.base.add(self.registers_of(r))), WINDOW)?;
                    *slot = hook;
                    *slot.add(1) = copy;
                    *slot.add(2) = original;
                    self.call_continued(r, slot, 2, ContinuationKind::Discard, 0)?;
                }
            }
        }
        Ok(())
    }

    /// Makes sure that there are `slots` slots from `slot` on. Returns where `slot` is then.
    pub(super) unsafe fn reserve(
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
        let at_least: &[u8] = if at_least { b"at least " } else { b"" };
        let (mut passed_digits, mut required_digits) =
            ([0; INTEGER_TEXT_CAPACITY], [0; INTEGER_TEXT_CAPACITY]);
        self.error_of(&[
            b"wrong number of parameters (",
            integer_to_text(passed as i32, &mut passed_digits),
            b" passed, ",
            at_least,
            integer_to_text(required as i32, &mut required_digits),
            b" required)",
        ])
    }

    /// Enters a function whose arguments fit.
    pub(super) unsafe fn enter(
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
    #[cfg_attr(compact, inline(never))]
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
        member.as_function()
    }

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
            Err(Raise { .. }) => match self.heap.raised {
                RaiseKind::OutOfMemory => Err(super::Exit::OutOfMemory),
                RaiseKind::Halted => Err(super::Exit::Halted),
                _ => super::unwind::unwind(self, r).map_or(Ok(()), Err),
            },
        }
    }
}
