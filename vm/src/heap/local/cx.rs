//! The context of a running native function.

use super::native_data::{NativeData, payload, vtable_of};
use super::{Array, Brand, Class, FromArgument, Instance, Local, Raise, RaiseKind, Str, Table};
use crate::heap::handle::Handle;
use crate::heap::object::{Buffer, Header, Kind, Payload, SPECIAL};
use crate::heap::{Heap, buffer, object};
use crate::native::{Flow, NativeClass, NativeFunction, Resume, Returns, ThreadSwitch};
use crate::value::{TypeMask, Value};
use crate::vm::{Side, Vm};
use core::any::Any;
use core::fmt;
use core::marker::PhantomData;
use core::ops::Range;
use core::ptr;
use tamias_bytecode::Edition;

/// The context of a running native function: its arguments and everything that it may do.
pub struct Cx<'v> {
    vm: *mut Vm,
    /// Argument 0.
    window: *mut Value,
    /// Number of arguments.
    arguments: usize,
    /// Number of arguments and locals.
    values: usize,
    brand: Brand<'v>,
}

impl<'v> Cx<'v> {
    /// # Safety
    /// `window` must hold `arguments` values, and be in the running thread's stack with room for
    /// [`crate::interp::stack::WINDOW`] slots; nothing that the native can reach may be freed while it runs.
    pub(crate) unsafe fn new(vm: *mut Vm, window: *mut Value, arguments: usize) -> Cx<'v> {
        Cx { vm, window, arguments, values: arguments, brand: PhantomData }
    }

    /// # Safety
    /// As [`Cx::new`]; `values` counts the locals too.
    pub(crate) unsafe fn resumed(vm: *mut Vm, window: *mut Value, arguments: usize, values: usize) -> Cx<'v> {
        Cx { vm, window, arguments, values, brand: PhantomData }
    }

    pub(crate) fn values(&self) -> usize {
        self.values
    }

    #[allow(clippy::mut_from_ref)]
    pub(crate) fn vm(&self) -> &mut Vm {
        // SAFETY: the VM outlives the native; no reference to it is kept across calls.
        unsafe { &mut *self.vm }
    }

    #[allow(clippy::mut_from_ref)]
    pub(crate) fn heap(&self) -> &mut Heap {
        &mut self.vm().heap
    }

    /// Number of arguments, `this` included.
    pub fn arg_count(&self) -> usize {
        self.arguments
    }

    /// `this`.
    pub fn this(&self) -> Local<'v> {
        self.raw_arg(0)
    }

    /// An argument as it is; `null` if it is missing. Argument 0 is `this`.
    #[cfg_attr(compact, inline(never))]
    pub fn raw_arg(&self, position: usize) -> Local<'v> {
        // Read so that an optimising compiler does not make each caller load the fields and pass them.
        #[cfg(compact)]
        // SAFETY: a reference is valid.
        let arguments = unsafe { (&raw const self.arguments).read_volatile() };
        #[cfg(not(compact))]
        let arguments = self.arguments;
        if position >= arguments {
            return Local::NULL;
        }
        // SAFETY: the window holds that many values.
        Local::new(unsafe { *self.window.add(position) })
    }

    /// An argument, converted. Argument 0 is `this`; missing ones are `null`.
    pub fn arg<T: FromArgument<'v>>(&mut self, position: usize) -> Result<T, Raise> {
        let value = self.raw_arg(position);
        match T::from_argument(value) {
            Some(converted) => Ok(converted),
            None => Err(self.type_error(position, value, T::TYPES)),
        }
    }

    /// The error for an argument of a wrong type.
    pub fn type_error(&mut self, position: usize, value: Local<'v>, expected: TypeMask) -> Raise {
        self.vm().argument_error(position, value.value, expected)
    }

    /// Keeps a value for the native while it waits for a function that it has called. Returns its number.
    pub fn push_local(&mut self, value: impl Into<Local<'v>>) -> usize {
        assert!(self.values < 200, "a native keeps a handful of locals");
        // SAFETY: the window has room for 256 slots. What is above the top does not survive a reconciliation.
        unsafe {
            *self.window.add(self.values) = value.into().value;
            (*self.heap().current).top = self.window.add(self.values + 1);
        }
        self.values += 1;
        self.values - 1
    }

    /// A value that was kept with [`Cx::push_local`].
    pub fn local(&self, number: usize) -> Local<'v> {
        assert!(number < self.values);
        // SAFETY: the window holds that many values.
        Local::new(unsafe { *self.window.add(number) })
    }

    /// Replaces a kept value.
    pub fn set_local(&mut self, number: usize, value: impl Into<Local<'v>>) {
        assert!(number < self.values);
        // SAFETY: the window holds that many values.
        unsafe { *self.window.add(number) = value.into().value };
    }

    /// Asks for a call of `function`. The native has to return the result of this method at once; it goes on
    /// in `resume` with the result of the function.
    pub fn call_then(
        &mut self,
        function: impl Into<Local<'v>>,
        this: impl Into<Local<'v>>,
        arguments: &[Local<'v>],
        resume: Resume,
    ) -> Returns<'v> {
        let values = [this.into()].into_iter().chain(arguments.iter().copied());
        let pushed = self.push_call(function.into(), values);
        self.request(pushed, Some(resume))
    }

    /// Asks for a call of `function`, whose result is the result of the native.
    pub fn tail_call(
        &mut self,
        function: impl Into<Local<'v>>,
        this: impl Into<Local<'v>>,
        arguments: impl IntoIterator<Item = Local<'v>>,
    ) -> Returns<'v> {
        self.apply(function, [this.into()].into_iter().chain(arguments))
    }

    /// Asks for a call of `function` with the arguments of the native from `first` on, the first of them as
    /// `this`; its result is the result of the native.
    pub fn forward(&mut self, function: Local<'v>, first: usize) -> Returns<'v> {
        let mut pushed = self.push_call(function, core::iter::empty());
        for position in first..self.arguments {
            pushed += self.push_value(pushed, self.raw_arg(position));
        }
        self.request(pushed, None)
    }

    /// Asks for a call of `function` with these arguments, the first of them as `this`; its result is the result
    /// of the native.
    pub fn apply(
        &mut self,
        function: impl Into<Local<'v>>,
        arguments: impl IntoIterator<Item = Local<'v>>,
    ) -> Returns<'v> {
        let pushed = self.push_call(function.into(), arguments.into_iter());
        self.request(pushed, None)
    }

    /// What reading a slot with this value gives: a weak reference's target, unless that is gone or only waits
    /// to be released.
    pub fn slot_value(&mut self, value: Local<'v>) -> Local<'v> {
        // SAFETY: the value is valid during `'v`; what this native holds is protected.
        unsafe {
            if value.value.is_weakref() && self.heap().may_be_gone((*value.value.as_weakref()).target) {
                self.heap().reconcile_for_memory();
            }
        }
        value.strengthen()
    }

    fn request(&mut self, pushed: usize, resume: Option<Resume>) -> Returns<'v> {
        let request = &mut self.vm().request;
        request.pushed = pushed;
        request.resume = resume;
        Ok(Flow::Call)
    }

    /// Asks for a change of the running thread.
    pub(crate) fn switch(&mut self, switch: ThreadSwitch) -> Returns<'v> {
        self.vm().request.switch = switch;
        Ok(Flow::Switch)
    }

    fn push_call(&mut self, function: Local<'v>, values: impl Iterator<Item = Local<'v>>) -> usize {
        let mut pushed = self.push_value(0, function);
        for value in values {
            pushed += self.push_value(pushed, value);
        }
        pushed
    }

    /// Puts a value above the native's own and what has been pushed. Returns how many that were: what does not
    /// fit into the window is left out, and the call fails by its count.
    fn push_value(&mut self, pushed: usize, value: Local<'v>) -> usize {
        if self.values + pushed >= 254 {
            return 0;
        }
        // SAFETY: the window has room for 256 slots.
        unsafe { *self.window.add(self.values + pushed) = value.value };
        1
    }

    /// The edition that the VM runs.
    pub fn edition(&self) -> Edition {
        self.vm().edition
    }

    /// Where the program runs.
    pub fn side(&self) -> Side {
        self.vm().side
    }

    /// Throws a string.
    #[inline(always)]
    pub fn error(&mut self, message: fmt::Arguments<'_>) -> Raise {
        self.vm().error(message)
    }

    /// Throws a string that is made of these parts. Other than [`Cx::error`] it needs no formatting.
    pub fn error_of(&mut self, parts: &[&[u8]]) -> Raise {
        self.vm().error_of(parts)
    }

    /// Throws a value.
    pub fn throw(&mut self, value: impl Into<Local<'v>>) -> Raise {
        self.vm().throw(value.into().value)
    }

    /// Ends the program: nothing can catch it, and the embedder gets [`crate::Failure::Halted`]. For natives
    /// that never return, such as one that restarts the device.
    pub fn halt(&mut self) -> Raise {
        self.heap().raise(RaiseKind::Halted)
    }

    /// Ends the program as if memory had run out: nothing can catch it, and the embedder gets
    /// [`crate::Failure::OutOfMemory`]. For natives that keep data elsewhere.
    pub fn out_of_memory(&mut self) -> Raise {
        self.heap().out_of_memory().into()
    }

    /// A string with these bytes.
    pub fn string(&mut self, contents: &[u8]) -> Result<Str<'v>, Raise> {
        // SAFETY: natives are protected by the mark.
        Ok(Str::new(unsafe { self.heap().new_string(contents) }?))
    }

    /// The string of `length` bytes that `fill` writes; it gets zeros.
    pub fn string_with(&mut self, length: usize, fill: impl FnOnce(&mut [u8])) -> Result<Str<'v>, Raise> {
        // SAFETY: as in `string`.
        Ok(Str::new(unsafe { self.heap().new_string_with(length, fill) }?))
    }

    /// A new table with room for `capacity` slots.
    pub fn table(&mut self, capacity: usize) -> Result<Table<'v>, Raise> {
        let capacity = match self.edition() {
            Edition::Imp | Edition::Squirrel3 => capacity.min(1 << 24) as u32,
            // Tables that natives make begin small in the reference: the order of slots shows it.
            Edition::ImpCompat => 0,
        };
        // SAFETY: as in `string`.
        Ok(Table::new(unsafe { self.heap().new_table(capacity) }?))
    }

    /// A new empty array with room for `capacity` elements.
    pub fn array(&mut self, capacity: usize) -> Result<Array<'v>, Raise> {
        // SAFETY: as in `string`.
        Ok(Array::new(unsafe { self.heap().new_array(capacity) }?))
    }

    /// The class object of a native class.
    pub fn native_class(&mut self, description: &'static NativeClass) -> Result<Class<'v>, Raise> {
        // SAFETY: as in `string`.
        Ok(Class::new(unsafe { self.heap().class_of_native(description) }?))
    }

    /// An instance of a class without a call of its constructor.
    pub fn instance(&mut self, class: Class<'v>) -> Result<Instance<'v>, Raise> {
        // SAFETY: as in `string`.
        Ok(Instance::new(unsafe { self.heap().new_instance(class.object) }?))
    }

    /// A new instance of a native class with Rust data.
    pub fn new_native<T: NativeData>(
        &mut self,
        description: &'static NativeClass,
        data: T,
    ) -> Result<Instance<'v>, Raise> {
        let class = self.native_class(description)?;
        let instance = self.instance(class)?;
        self.set_native(instance, data)?;
        Ok(instance)
    }

    /// Gives an instance Rust data; what it had before is released. For constructors.
    pub fn set_native<T: NativeData>(&mut self, instance: Instance<'v>, data: T) -> Result<(), Raise> {
        const { assert!(align_of::<T>() <= object::GRANULE) };
        let vtable = vtable_of::<T>();
        // SAFETY: the data is written before anything else is allocated.
        unsafe {
            let heap = self.heap();
            let payload = heap.allocate(vtable.offset + size_of::<T>(), Kind::Payload)?.cast::<Payload>();
            (&raw mut (*payload).vtable).write(vtable);
            payload.cast::<u8>().add(vtable.offset).cast::<T>().write(data);
            if T::RELEASE_IS_OBSERVABLE {
                (*payload.cast::<Header>()).word |= SPECIAL;
            }
            heap.enter_zct(payload.cast());
            heap.store(&raw mut (*instance.object).native, Value::from_payload(payload));
        }
        Ok(())
    }

    /// The Rust data of an instance; an error if it has none of this type.
    pub fn native<T: NativeData>(&mut self, instance: Instance<'v>) -> Result<&mut T, Raise> {
        match payload::<T>(instance) {
            // SAFETY: the borrow of the `Cx` keeps everybody else away.
            Some(data) => Ok(unsafe { &mut *data }),
            None => Err(self.error(format_args!("invalid type tag"))),
        }
    }

    /// A new instance of a native class with `length` zero bytes.
    pub fn new_blob(
        &mut self,
        description: &'static NativeClass,
        length: usize,
    ) -> Result<Instance<'v>, Raise> {
        let class = self.native_class(description)?;
        let instance = self.instance(class)?;
        self.set_blob(instance, length)?;
        Ok(instance)
    }

    /// Gives an instance `length` zero bytes. For constructors.
    pub fn set_blob(&mut self, instance: Instance<'v>, length: usize) -> Result<(), Raise> {
        // SAFETY: as in `string`.
        unsafe {
            let buffer = self.heap().new_buffer(length)?;
            self.heap().store(&raw mut (*instance.object).native, Value::from_buffer(buffer));
        }
        Ok(())
    }

    fn buffer(&mut self, instance: Instance<'v>) -> Result<*mut Buffer, Raise> {
        // SAFETY: see above.
        let native = unsafe { (*instance.object).native };
        if native.is_buffer() {
            Ok(native.as_buffer())
        } else {
            Err(self.error(format_args!("the blob is invalid")))
        }
    }

    /// The bytes of an instance; an error if it has none.
    pub fn bytes(&mut self, instance: Instance<'v>) -> Result<&mut [u8], Raise> {
        let buffer = self.buffer(instance)?;
        // SAFETY: the borrow of the `Cx` keeps everybody else away.
        Ok(unsafe { buffer::bytes(buffer) })
    }

    /// The read and write position in the bytes of an instance.
    pub fn position(&mut self, instance: Instance<'v>) -> Result<usize, Raise> {
        let buffer = self.buffer(instance)?;
        // SAFETY: see above.
        Ok(unsafe { (*buffer).position as usize })
    }

    /// Moves the position; it is cut to the length.
    pub fn set_position(&mut self, instance: Instance<'v>, position: usize) -> Result<(), Raise> {
        let buffer = self.buffer(instance)?;
        // SAFETY: see above.
        unsafe { (*buffer).position = position.min((*buffer).length as usize) as u32 };
        Ok(())
    }

    /// Cuts the bytes of an instance or fills them up with zeros.
    pub fn resize_bytes(&mut self, instance: Instance<'v>, length: usize) -> Result<(), Raise> {
        let buffer = self.buffer(instance)?;
        // SAFETY: as in `string`.
        Ok(unsafe { self.heap().buffer_resize(buffer, length) }?)
    }

    /// Copies the bytes in `range` of one instance to `position` of another or of the same, where they may
    /// overlap. What is outside of either is left out.
    pub fn copy_bytes(
        &mut self,
        source: Instance<'v>,
        range: Range<usize>,
        target: Instance<'v>,
        position: usize,
    ) -> Result<(), Raise> {
        let (source, target) = (self.buffer(source)?, self.buffer(target)?);
        // SAFETY: start and position are within the buffers, and so is what follows them up to `count`.
        unsafe {
            let (source_length, target_length) = ((*source).length as usize, (*target).length as usize);
            let start = range.start.min(source_length);
            let position = position.min(target_length);
            let count = range.end.min(source_length).saturating_sub(start).min(target_length - position);
            if count > 0 {
                ptr::copy((*source).data.add(start), (*target).data.add(position), count);
            }
        }
        Ok(())
    }

    /// The string of the bytes in `range` of an instance; what is outside of them is left out.
    pub fn string_of_bytes(&mut self, instance: Instance<'v>, range: Range<usize>) -> Result<Str<'v>, Raise> {
        let buffer = self.buffer(instance)?;
        // SAFETY: the heap does not move, and the instance keeps its buffer while the string is made.
        let bytes = unsafe { buffer::bytes(buffer) };
        let end = range.end.min(bytes.len());
        self.string(bytes.get(range.start..end).unwrap_or_default())
    }

    /// The weak reference to a value; numbers, bools and `null` are their own.
    pub fn weak_reference(&mut self, target: Local<'v>) -> Result<Local<'v>, Raise> {
        if !target.value.is_reference() || target.value.is_weakref() {
            return Ok(target);
        }
        // SAFETY: as in `string`.
        Ok(Local::new(Value::from_weakref(unsafe { self.heap().weak_reference(target.value) }?)))
    }

    /// A copy of a function with `this` fixed. `None` if it is no function.
    pub fn bind(&mut self, function: Local<'v>, environment: Local<'v>) -> Result<Option<Local<'v>>, Raise> {
        self.vm().bind(function.value, environment.value).map(|bound| bound.map(Local::new))
    }

    /// The root table.
    pub fn root(&self) -> Table<'v> {
        Table::new(self.heap().roots.root)
    }

    /// The text of a value without calling `_tostring`: numbers, strings, `(table : 0x…)`.
    pub fn plain_text(&mut self, value: Local<'v>) -> Result<Str<'v>, Raise> {
        // SAFETY: as in `string`.
        unsafe { self.vm().plain_text(value.value).map(Str::new) }
    }

    /// Keeps a value beyond the run of the native.
    pub fn handle(&mut self, value: impl Into<Local<'v>>) -> Result<Handle, Raise> {
        // SAFETY: as in `string`.
        Ok(unsafe { self.heap().new_handle(value.into().value) }?)
    }

    /// The value of a handle.
    pub fn get(&self, handle: &Handle) -> Local<'v> {
        Local::new(self.heap().handles.get(handle))
    }

    /// The value of a handle, if it is one of this VM and has not been released: for handles whose numbers come
    /// from elsewhere.
    pub fn try_get(&self, handle: &Handle) -> Option<Local<'v>> {
        self.heap().handles.try_get(handle).map(Local::new)
    }

    /// Lets go of a handle. Returns whether it was one of this VM.
    pub fn release(&mut self, handle: Handle) -> bool {
        self.heap().release_handle(handle)
    }

    /// What the embedder passed to the VM for its natives, if it is of this type.
    pub fn host<T: Any>(&mut self) -> Option<&mut T> {
        // SAFETY: set by the VM for the time of the run; borrowed like the `Cx`.
        unsafe { (*self.heap().host).downcast_mut() }
    }

    /// Bytes that the heap can hold at most: nothing larger can ever become a value.
    pub fn memory_limit(&self) -> usize {
        self.heap().capacity()
    }

    /// Bytes that scripts can still allocate.
    pub fn memory_free(&self) -> usize {
        self.heap().capacity().saturating_sub(self.heap().used() + self.heap().program_bytes)
    }

    /// The native function that a value is, if it is one.
    pub fn native_function(&self, value: Local<'v>) -> Option<&'static NativeFunction> {
        // SAFETY: native functions are static.
        unsafe {
            if value.value.is_native() {
                value.value.as_native().as_ref()
            } else if value.value.is_native_closure() {
                (*value.value.as_native_closure()).function.as_ref()
            } else {
                None
            }
        }
    }
}
