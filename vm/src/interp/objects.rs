//! Instructions that make objects.

use super::Registers;
use super::stack::ContinuationKind;
use super::vm::Vm;
use crate::heap::class::Storage;
use crate::heap::local::Raise;
use crate::heap::object::{Closure, Metamethod};
use crate::heap::{Heap, buffer, closure};
use crate::native::Cloning;
use crate::program::Function;
use crate::value::{Tag, Value};
use core::ptr;
use tamias_bytecode::Edition;
use tamias_bytecode::op::Instruction;
use tamias_bytecode::parts::OuterSource;

/// The function of which `method` makes a closure.
pub(super) unsafe fn method_function(r: &Registers, i: Instruction) -> *const Function {
    let running = (*(*r.base.sub(1)).as_closure()).function;
    (*running).sibling((*running).index + 1 + i.c() as u32)
}

impl Vm {
    /// `closure`: the default values are in the registers above the result.
    pub(super) unsafe fn make_closure(&mut self, r: &mut Registers, i: Instruction) -> Result<(), Raise> {
        let running = (*r.base.sub(1)).as_closure();
        let function = (*(*running).function).sibling(i.bx() as u32);
        let first_default = r.base.add(i.a() as usize + 1);
        let defaults = core::slice::from_raw_parts(first_default, (*function).defaults as usize);
        for default in defaults {
            self.check_default(*default)?;
        }
        *r.base.add(i.a() as usize) = self.new_inner_closure(r, function, defaults)?;
        Ok(())
    }

    /// The closure of `method`.
    pub(super) unsafe fn make_method(&mut self, r: &Registers, i: Instruction) -> Result<Value, Raise> {
        self.new_inner_closure(r, method_function(r, i), &[])
    }

    unsafe fn new_inner_closure(
        &mut self,
        r: &Registers,
        function: *const Function,
        defaults: &[Value],
    ) -> Result<Value, Raise> {
        let made = self.heap.new_closure(function, defaults)?;
        self.capture(r.base, made)?;
        if self.closure_roots {
            let root = (*(*r.base.sub(1)).as_closure()).root;
            self.heap.store(&raw mut (*made).root, root);
        }
        Ok(Value::from_closure(made))
    }

    /// Gives a new closure its outers. `base` is that of the function around it.
    unsafe fn capture(&mut self, base: *mut Value, made: *mut Closure) -> Result<(), Raise> {
        let running = (*base.sub(1)).as_closure();
        let function = (*made).function;
        for position in 0..(*function).outer_count as usize {
            let outer = match (*function).outer_source(position) {
                OuterSource::ParentRegister(register) => self.heap.open_outer(base.add(register as usize))?,
                OuterSource::ParentOuter(index) => *closure::outers(running).add(index as usize),
            };
            Heap::retain_object(outer);
            *closure::outers(made).add(position) = outer;
        }
        Ok(())
    }

    /// A closure without default values, or `None` if there is no memory.
    pub(super) unsafe fn new_capturing_closure(
        &mut self,
        base: *mut Value,
        function: *const Function,
    ) -> Option<Value> {
        let made = self.heap.new_closure(function, &[]).ok()?;
        self.capture(base, made).ok()?;
        Some(Value::from_closure(made))
    }

    /// In the imp editions containers are copied for each call, so they must be values that can be.
    fn check_default(&mut self, default: Value) -> Result<(), Raise> {
        let refused = matches!(default.tag(), Tag::Generator | Tag::Thread | Tag::WeakRef);
        if refused && self.edition != Edition::Squirrel3 {
            return Err(self.error(format_args!("cannot use non-cloneable type for default parameter")));
        }
        Ok(())
    }

    /// A copy of a function with `this` fixed; `None` if it is no function.
    pub(crate) fn bind(&mut self, function: Value, environment: Value) -> Result<Option<Value>, Raise> {
        // SAFETY: both values are valid; new objects are protected.
        unsafe {
            Ok(Some(match function.tag() {
                Tag::Closure => {
                    // language-imp 6: impOS keeps the environment alive, stock Squirrel does not.
                    let environment = if self.edition == Edition::Squirrel3 {
                        Value::from_weakref(self.heap.weak_reference(environment)?)
                    } else {
                        environment
                    };
                    Value::from_closure(self.heap.bind_closure(function.as_closure(), environment)?)
                }
                Tag::Native => {
                    Value::from_native_closure(self.heap.bind_native(function.as_native(), environment)?)
                }
                Tag::NativeClosure => Value::from_native_closure(
                    self.heap.bind_native((*function.as_native_closure()).function, environment)?,
                ),
                _ => return Ok(None),
            }))
        }
    }

    /// `bindenv`
    pub(super) unsafe fn bind_environment(&mut self, r: &mut Registers, i: Instruction) -> Result<(), Raise> {
        let (function, environment) = (*r.base.add(i.a() as usize), *r.base.add(i.b() as usize));
        if !matches!(environment.tag(), Tag::Table | Tag::Array | Tag::Class | Tag::Instance) {
            let kind = environment.tag().type_name();
            return Err(self.error_of(&[b"cannot bind a ", kind.as_bytes(), b" as environment object"]));
        }
        if let Some(bound) = self.bind(function, environment)? {
            *r.base.add(i.a() as usize) = bound;
        }
        Ok(())
    }

    /// `class`: base and attributes are in the registers above the result.
    pub(super) unsafe fn make_class(&mut self, r: &mut Registers, i: Instruction) -> Result<(), Raise> {
        let dst = r.base.add(i.a() as usize);
        let base = if i.b() & 1 != 0 {
            let base = *dst.add(1);
            if !base.is_class() {
                let kind = base.tag().type_name();
                return Err(self.error_of(&[b"trying to inherit from a ", kind.as_bytes()]));
            }
            base.as_class()
        } else {
            ptr::null_mut()
        };
        let class = self.heap.new_class(base)?;
        let attributes = if i.b() & 2 != 0 { *dst.add(2) } else { Value::NULL };
        self.heap.store(&raw mut (*class).attributes, attributes);
        *dst = Value::from_class(class);
        let hook = crate::heap::class::metamethod(class, Metamethod::Inherited);
        if !hook.is_null() {
            return self.call_metamethod(r, hook, &[*dst, attributes], ContinuationKind::Discard);
        }
        Ok(())
    }

    /// `member`
    /// `members`: a member without attributes that is not static.
    pub(super) unsafe fn make_named_member(
        &mut self,
        r: &mut Registers,
        class: Value,
        key: Value,
        value: Value,
    ) -> Result<(), Raise> {
        if !class.is_class() {
            return Err(self.error(format_args!("object must be a class")));
        }
        let hook = crate::heap::class::metamethod(class.as_class(), Metamethod::NewMember);
        if hook.is_null() {
            return self.add_member(class, key, value, Storage::Instance);
        }
        let arguments = [class, key, value, Value::NULL, Value::FALSE];
        self.call_metamethod(r, hook, &arguments, ContinuationKind::Discard)
    }

    pub(super) unsafe fn make_member(&mut self, r: &mut Registers, i: Instruction) -> Result<(), Raise> {
        let class = *r.base.add(i.a() as usize);
        if !class.is_class() {
            return Err(self.error(format_args!("object must be a class")));
        }
        let first = r.base.add(i.b() as usize);
        let (key, value) = (*first, *first.add(1));
        let attributes = if i.c() & 2 != 0 { *first.add(2) } else { Value::NULL };
        if key.is_null() {
            return Err(self.error(format_args!("null cannot be used as index")));
        }
        let is_static = i.c() & 1 != 0;
        let hook = crate::heap::class::metamethod(class.as_class(), Metamethod::NewMember);
        if !hook.is_null() {
            let arguments = [class, key, value, attributes, Value::bool(is_static)];
            return self.call_metamethod(r, hook, &arguments, ContinuationKind::Discard);
        }
        self.add_member(class, key, value, if is_static { Storage::Static } else { Storage::Instance })?;
        if i.c() & 2 != 0 {
            let key = self.heap.intern_key(key)?;
            if let Some(index) = crate::heap::class::member(class.as_class(), key) {
                let member = crate::heap::class::member_at(class.as_class(), index);
                self.heap.store(&raw mut (*member).attributes, attributes);
            }
        }
        Ok(())
    }

    /// `append`: elements are in the registers above the array.
    pub(super) unsafe fn append(&mut self, r: &mut Registers, i: Instruction) -> Result<(), Raise> {
        let array = *r.base.add(i.a() as usize);
        if !array.is_array() {
            return Err(self.error(format_args!("object must be an array")));
        }
        for position in 1..=i.b() as usize {
            self.heap.array_push(array.as_array(), *r.base.add(i.a() as usize + position))?;
        }
        Ok(())
    }

    /// `clone`
    pub(super) unsafe fn clone_value(&mut self, r: &mut Registers, i: Instruction) -> Result<(), Raise> {
        let original = *r.base.add(i.b() as usize);
        let copy = self.plain_clone(original)?;
        if copy.is_table() || copy.is_instance() {
            let hook = self.metamethod(copy, Metamethod::Cloned);
            if !hook.is_null() {
                // `_cloned` may end in a call that takes over its frame, so the copy is kept below that.
                let holder = r.base.add(self.registers_of(r));
                for (position, value) in [copy, hook, copy, original].into_iter().enumerate() {
                    *holder.add(position) = value;
                }
                return self.call_continued(r, holder.add(1), 2, ContinuationKind::Cloned(i.a()), 0);
            }
        }
        *r.base.add(i.a() as usize) = copy;
        Ok(())
    }

    /// A shallow copy, without `_cloned`.
    pub(crate) unsafe fn plain_clone(&mut self, original: Value) -> Result<Value, Raise> {
        match original.tag() {
            Tag::Table => Ok(Value::from_table(self.heap.clone_table(original.as_table())?)),
            Tag::Array => {
                let array = original.as_array();
                Ok(Value::from_array(self.heap.array_slice(array, 0, (*array).length as usize)?))
            }
            Tag::Instance => {
                let copy = self.heap.clone_instance(original.as_instance())?;
                self.clone_native_data(original, copy)?;
                Ok(Value::from_instance(copy))
            }
            // Values without identity are their own copies in the reference only for these:
            tag => Err(self.error_of(&[b"cloning a ", tag.type_name().as_bytes()])),
        }
    }

    unsafe fn clone_native_data(
        &mut self,
        original: Value,
        copy: *mut crate::heap::object::Instance,
    ) -> Result<(), Raise> {
        let native = (*original.as_instance()).native;
        if native.is_null() {
            return Ok(());
        }
        let class = (*(*original.as_instance()).class).native.as_ref();
        if !native.is_buffer() || class.is_none_or(|class| class.cloning == Cloning::Refused) {
            return Err(self.error(format_args!("this object cannot be cloned")));
        }
        let bytes = buffer::bytes(native.as_buffer());
        let made = self.heap.new_buffer(bytes.len())?;
        buffer::bytes(made).copy_from_slice(bytes);
        self.heap.store(&raw mut (*copy).native, Value::from_buffer(made));
        Ok(())
    }

    /// `typeof`
    pub(super) unsafe fn typeof_value(&mut self, r: &mut Registers, i: Instruction) -> Result<(), Raise> {
        let value = *r.base.add(i.b() as usize);
        let method = self.metamethod(value, Metamethod::Typeof);
        if !method.is_null() {
            return self.call_metamethod(r, method, &[value], ContinuationKind::Store(i.a()));
        }
        let mut name = value.tag().type_name();
        if value.is_instance()
            && let Some(native) = (*(*value.as_instance()).class).native.as_ref()
        {
            name = native.type_name;
        }
        *r.base.add(i.a() as usize) = Value::from_string(self.heap.new_string(name.as_bytes())?);
        Ok(())
    }

    /// `instanceof`
    pub(super) unsafe fn instanceof(&mut self, r: &mut Registers, i: Instruction) -> Result<(), Raise> {
        let (object, class) = (*r.base.add(i.b() as usize), *r.base.add(i.c() as usize));
        if !class.is_class() {
            let (class, object) = (class.tag().type_name(), object.tag().type_name());
            return Err(self.error_of(&[
                b"cannot apply instanceof between a ",
                class.as_bytes(),
                b" and a ",
                object.as_bytes(),
            ]));
        }
        let result =
            object.is_instance() && crate::heap::class::is_a((*object.as_instance()).class, class.as_class());
        *r.base.add(i.a() as usize) = Value::bool(result);
        Ok(())
    }
}
