//! What natives can find out about functions, threads and the stack.

use super::Registers;
use super::compare::{Order, order};
use super::stack::{ThreadState, ThreadStatus};
use super::vm::Vm;
use crate::heap::local::{Array, Closure, Cx, Local, Raise, Str, Table, Thread, strengthen};
use crate::program::Function;
use crate::value::Tag;
#[cfg(feature = "std")]
use crate::value::Value;
use core::cmp::Ordering;

/// What comparing two values comes to.
pub enum Comparison<'v> {
    /// They have an order.
    Order(Ordering),
    /// This `_cmp` metamethod decides: `this` is the left value, the argument the right one.
    Call {
        /// The metamethod.
        method: Local<'v>,
    },
}

/// What `getinfos` tells of a function of a program.
pub struct FunctionInfo<'v> {
    /// Its name.
    pub name: Option<Str<'v>>,
    /// The name of its source text.
    pub source: Option<Str<'v>>,
    /// The names of its parameters, `this` first; only as many as the image remembers.
    pub parameters: Array<'v>,
    /// Whether it takes any number of arguments.
    pub varargs: bool,
    /// Its default values.
    pub defaults: Array<'v>,
}

impl<'v> Cx<'v> {
    /// The order of two values as `<=>` and `sort` see it; incomparable values throw.
    pub fn compare(&mut self, left: Local<'v>, right: Local<'v>) -> Result<Comparison<'v>, Raise> {
        // SAFETY: both are valid during `'v`.
        unsafe {
            match order(self.vm(), left.value, right.value) {
                Order::Known(ordering) | Order::Unordered(ordering) => Ok(Comparison::Order(ordering)),
                Order::Metamethod(method) => Ok(Comparison::Call { method: Local::new(method) }),
                Order::None => Err(self.vm().comparison_error(left.value, right.value)),
            }
        }
    }

    /// What is known about a function of the program.
    pub fn function_info(&mut self, closure: Closure<'v>) -> Result<FunctionInfo<'v>, Raise> {
        // SAFETY: the closure is valid during `'v`; functions live as long as the VM.
        let function = unsafe { &*(*closure.object).function };
        let name = function.name().map(|name| self.string(name)).transpose()?;
        let first = function.code.wrapping_add(1);
        let source = function.source(first).map(|place| self.string(place.name)).transpose()?;
        let parameters = self.array(function.parameters as usize)?;
        for register in 0..function.parameters {
            let local = function.view().locals().find(|local| local.register == register);
            let name = match (local, register) {
                (Some(local), _) => self.string(local.name)?,
                (None, 0) => self.string(b"this")?,
                (None, _) if register + 1 == function.parameters && function.view().is_varargs() => {
                    self.string(b"vargv")?
                }
                (None, _) => self.string(b"")?,
            };
            parameters.push(self, name)?;
        }
        let defaults = self.array(function.defaults as usize)?;
        for position in 0..function.defaults as usize {
            // SAFETY: a closure has as many defaults as its function.
            let default = unsafe { *crate::heap::closure::defaults(closure.object).add(position) };
            defaults.push(self, Local::new(default))?;
        }
        Ok(FunctionInfo { name, source, parameters, varargs: function.view().is_varargs(), defaults })
    }

    /// The function that called this native.
    pub fn caller(&self) -> Local<'v> {
        self.frame(0).map_or(Local::NULL, |r| {
            // SAFETY: the slot below a function's base holds its closure.
            Local::new(unsafe { *r.base.sub(1) })
        })
    }

    /// The running functions of the program, innermost first: 0 is the caller of this native.
    fn frame(&self, level: usize) -> Option<Registers> {
        self.frame_of(self.heap().current, self.vm().calling, level)
    }

    /// The functions at work in a thread, innermost first.
    fn frame_of(&self, thread: *mut ThreadState, registers: Registers, level: usize) -> Option<Registers> {
        // SAFETY: walks the frames of the thread as they were made.
        unsafe {
            let mut r = registers;
            let mut frames = (*thread).frame_count();
            let mut continuations = (*thread).continuation_count;
            let mut level = level;
            loop {
                if r.pc == super::finish() {
                    continuations = continuations.checked_sub(1)?;
                    r.pc = (*(*thread).continuations.add(continuations)).pc;
                    continue;
                }
                if r.pc == super::halt() || r.pc == super::thread_end() {
                    return None;
                }
                if level == 0 {
                    return Some(r);
                }
                level -= 1;
                frames = frames.checked_sub(1)?;
                let frame = *(*thread).frames.add(frames);
                r.base = r.base.sub(frame.delta as usize);
                r.pc = frame.pc;
            }
        }
    }

    /// What a call is doing, as `getstackinfos` describes it: 0 is the native itself, 1 its caller.
    pub fn stack_info(&mut self, level: usize) -> Result<Option<Table<'v>>, Raise> {
        let Some(level) = level.checked_sub(1) else {
            let info = self.table(4)?;
            let locals = self.table(0)?;
            let name = self.string(b"getstackinfos")?;
            let source = self.string(b"NATIVE")?;
            info.set_named(self, "func", name)?;
            info.set_named(self, "src", source)?;
            info.set_named(self, "line", -1)?;
            info.set_named(self, "locals", locals)?;
            return Ok(Some(info));
        };
        match self.frame(level) {
            Some(r) => self.describe_frame(&r).map(Some),
            None => Ok(None),
        }
    }

    /// The same for a suspended thread: 0 is its innermost function.
    pub fn thread_stack_info(
        &mut self,
        thread: Thread<'v>,
        level: usize,
    ) -> Result<Option<Table<'v>>, Raise> {
        // SAFETY: the thread is valid during `'v`.
        let (state, status, saved) = unsafe {
            let state = &raw mut (*thread.object).state;
            (state, (*state).status, (*state).saved)
        };
        if status != ThreadStatus::Suspended {
            return Ok(None);
        }
        match self.frame_of(state, saved, level) {
            Some(r) => self.describe_frame(&r).map(Some),
            None => Ok(None),
        }
    }

    fn describe_frame(&mut self, r: &Registers) -> Result<Table<'v>, Raise> {
        let info = self.table(4)?;
        let locals = self.table(4)?;
        // SAFETY: as in `caller`; functions live as long as the VM.
        let function: &Function = unsafe { &*(*(*r.base.sub(1)).as_closure()).function };
        let name = function.name().map(|name| self.string(name)).transpose()?;
        let place = function.source(r.pc);
        let source = place.map(|place| self.string(place.name)).transpose()?;
        let line = place.map_or(-1, |place| place.line as i32);
        // SAFETY: register 0 is `this`.
        let this = Local::new(unsafe { *r.base });
        locals.set_named(self, "this", this)?;
        // SAFETY: `pc` is in the function's code.
        let position = unsafe { r.pc.offset_from(function.code) as u32 };
        for local in function.view().locals() {
            if local.start < position && position <= local.end {
                let name = self.string(local.name)?;
                // SAFETY: the verifier has checked the register.
                let value = Local::new(unsafe { *r.base.add(local.register as usize) });
                locals.set(self, name, value)?;
            }
        }
        let name = match name {
            Some(name) => name,
            None => self.string(b"unknown")?,
        };
        info.set_named(self, "func", name)?;
        info.set_named(self, "src", source)?;
        info.set_named(self, "line", line)?;
        info.set_named(self, "locals", locals)?;
        Ok(info)
    }

    /// The root table of a closure, if `setroot` gave it one of its own.
    pub fn closure_root(&self, closure: Closure<'v>) -> Local<'v> {
        // SAFETY: the closure is valid during `'v`.
        let root = unsafe { strengthen((*closure.object).root) };
        if root.is_table() { Local::new(root) } else { self.root().into() }
    }

    /// Gives a closure a root table of its own. It is held weakly.
    pub fn set_closure_root(&mut self, closure: Closure<'v>, root: Table<'v>) -> Result<(), Raise> {
        let weak = self.weak_reference(root.into())?;
        self.vm().closure_roots = true;
        self.heap().sites.clear();
        // SAFETY: the slot is in the closure.
        unsafe { self.heap().store(&raw mut (*closure.object).root, weak.value) };
        Ok(())
    }

    /// Replaces the root table. Returns the old one.
    pub fn set_root(&mut self, root: Table<'v>) -> Table<'v> {
        let old = self.root();
        self.heap().sites.clear();
        // SAFETY: the slot is a root.
        unsafe { self.heap().store_object(&raw mut self.heap().roots.root, root.object) };
        old
    }

    /// A new thread for a function.
    pub fn new_thread(&mut self, function: Local<'v>) -> Result<Thread<'v>, Raise> {
        // SAFETY: new objects are protected while a native runs; the new stack is empty.
        unsafe {
            let thread = self.heap().new_thread()?;
            let state = &raw mut (*thread).state;
            *(*state).stack = function.value;
            (*state).top = (*state).stack.add(1);
            Ok(Thread::new(thread))
        }
    }

    /// What a thread is doing: `idle`, `running` or `suspended`.
    pub fn thread_status(&self, thread: Thread<'v>) -> &'static str {
        // SAFETY: the thread is valid during `'v`.
        match unsafe { (*thread.object).state.status } {
            ThreadStatus::Idle => "idle",
            ThreadStatus::Running => "running",
            ThreadStatus::Suspended => "suspended",
        }
    }

    /// Whether the running thread can be suspended here, and if not, why.
    pub fn check_suspend(&mut self) -> Result<(), Raise> {
        // SAFETY: the running thread is valid.
        let (is_main, inside_native) = unsafe {
            let thread = self.heap().current;
            ((*thread).is_main, (*thread).is_inside_native())
        };
        if is_main {
            return Err(self.error(format_args!("cannot suspend an vm that is not running")));
        }
        if inside_native {
            return Err(self.error(format_args!("cannot suspend through native calls/metamethods")));
        }
        Ok(())
    }

    /// Frees unreachable cycles; returns how many objects that were. Only for natives that observe
    /// [`crate::native::Observes::Memory`].
    pub fn collect_garbage(&mut self) -> Result<usize, Raise> {
        // SAFETY: such natives have been reconciled before; what they hold is on the stack or new.
        Ok(unsafe { self.heap().collect_cycles() })
    }

    /// Compiles source text to a function.
    #[cfg(feature = "std")]
    pub fn compile_string(&mut self, source: Str<'v>, name: Str<'v>) -> Result<Local<'v>, Raise> {
        let Some(compiler) = self.vm().compiler() else {
            return Err(self.error(format_args!("this host has no compiler")));
        };
        let source = self.source_text(name.as_bytes(), source.as_bytes())?;
        let image = match compiler(&source) {
            Ok(image) => image,
            Err(message) => return Err(self.error(format_args!("{message}"))),
        };
        // SAFETY: new objects are protected while a native runs.
        let function = unsafe {
            let main = match self.vm().load_copy(&image) {
                Ok(main) => main,
                Err(super::program::LoadError::OutOfMemory) => {
                    return Err(self.heap().out_of_memory().into());
                }
                Err(error) => return Err(self.error(format_args!("{error}"))),
            };
            let closure = self.heap().new_closure(main, &[])?;
            Local::new(Value::from_closure(closure))
        };
        // Who has the table sees what the text declares at once.
        self.const_table()?;
        Ok(function)
    }

    /// Compiles source text to a function.
    #[cfg(not(feature = "std"))]
    pub fn compile_string(&mut self, _: Str<'v>, _: Str<'v>) -> Result<Local<'v>, Raise> {
        Err(self.error(format_args!("this host has no compiler")))
    }

    /// The error for a slot that does not exist.
    pub fn index_error(&mut self, key: Local<'v>) -> Raise {
        // SAFETY: the key is valid during `'v`.
        unsafe { self.vm().index_error(key.value) }
    }

    /// An own slot of a table, or a member of a class or instance: no delegates, no metamethods.
    pub fn raw_slot(&mut self, object: Local<'v>, key: Local<'v>) -> Result<Option<Local<'v>>, Raise> {
        if let Some(table) = object.as_table() {
            return Ok(table.get(self, key));
        }
        if let Some(class) = object.as_class() {
            return Ok(class.get(self, key));
        }
        Ok(object.as_instance().and_then(|instance| instance.get(self, key)))
    }

    /// Whether a value can be called without `_call`.
    pub fn is_function(&self, value: Local<'v>) -> bool {
        matches!(value.tag(), Tag::Closure | Tag::Native | Tag::NativeClosure)
    }
}

impl Vm {
    /// Remembers who calls a native, for [`Cx::caller`] and stack traces.
    pub(super) fn note_caller(&mut self, r: &Registers) {
        self.calling = *r;
    }
}
