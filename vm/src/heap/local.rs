//! The safe view of values and objects: what natives and embedders work with.
//!
//! While a native function runs, nothing that it can reach is freed (rule 3 of
//! [`crate::heap`]). So it may hold values freely, as [`Local`]s and as typed
//! references such as [`Str`], [`Table`] or [`Instance`]. They carry the
//! lifetime `'v` of the native's run and cannot escape from it. What has to
//! live longer, for example a callback, is kept in a [`Handle`].
//!
//! Reading an object needs only the reference to it. Changing one needs the
//! [`Cx`], because it may allocate and moves reference counts. Bytes of blobs
//! and Rust data of native objects are borrowed from the `Cx`, so that nothing
//! else can happen to them meanwhile. Contents of strings never change: they
//! are borrowed for `'v`.

use super::object::{self, Buffer, Header, Kind, Payload, PayloadVtable, SPECIAL, StringObject};
use super::{Heap, OutOfMemory, array, buffer, class, string, table};
pub use crate::interp::inspect::Comparison;
use crate::native::{Flow, Library, NativeClass, NativeFunction, Resume, Returns};
use crate::value::{Tag, TypeMask, Value};
use crate::vm::{Side, Vm};
use core::any::{Any, TypeId};
use core::fmt;
use core::marker::PhantomData;
use core::ops::Range;
use core::ptr;
use tamias_bytecode::Edition;

/// Makes the lifetime of a run invariant, so that values of different runs do not mix.
type Brand<'v> = PhantomData<fn(&'v ()) -> &'v ()>;

/// The reason why a native (or anything in the VM) does not return a value: an error was thrown, or the VM
/// cannot go on. The error itself is kept by the VM.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Raise(pub(crate) RaiseKind);

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum RaiseKind {
    /// A value was thrown; `try` can catch it.
    Thrown,
    /// Not catchable: the program ends.
    OutOfMemory,
    /// Not catchable: the instruction budget is used up; the program can go on later.
    Budget,
    /// Not catchable: a native has ended the program, see [`Cx::halt`].
    Halted,
}

impl From<OutOfMemory> for Raise {
    fn from(_: OutOfMemory) -> Raise {
        Raise(RaiseKind::OutOfMemory)
    }
}

/// A value during the run of a native.
#[derive(Clone, Copy)]
pub struct Local<'v> {
    pub(crate) value: Value,
    brand: Brand<'v>,
}

impl<'v> Local<'v> {
    /// `null`
    pub const NULL: Local<'v> = Local { value: Value::NULL, brand: PhantomData };

    pub(crate) fn new(value: Value) -> Local<'v> {
        Local { value, brand: PhantomData }
    }

    /// What it is.
    pub fn tag(self) -> Tag {
        self.value.tag()
    }

    /// The name of its type, as `type()` gives it.
    pub fn type_name(self) -> &'static str {
        self.value.tag().type_name()
    }

    /// Whether it is `null`.
    pub fn is_null(self) -> bool {
        self.value.is_null()
    }

    /// Whether conditions take it for true.
    pub fn is_truthy(self) -> bool {
        self.value.is_truthy()
    }

    /// The number, if it is an integer.
    pub fn as_int(self) -> Option<i32> {
        self.value.is_int().then(|| self.value.as_int())
    }

    /// The number, if it is a float.
    pub fn as_float(self) -> Option<f32> {
        self.value.is_float().then(|| self.value.as_float())
    }

    /// The number, if it is an integer or a float.
    pub fn to_float(self) -> Option<f32> {
        self.value.is_number().then(|| self.value.to_float())
    }

    /// The truth, if it is a bool.
    pub fn as_bool(self) -> Option<bool> {
        self.value.is_bool().then(|| self.value == Value::TRUE)
    }

    /// Whether both are the same value: numbers of the same type by value, strings by bytes, objects by
    /// identity. Not the `==` operator, see [`Local::equals`].
    pub fn is_same(self, other: Local<'v>) -> bool {
        self.value == other.value || self.is_equal_string(other)
    }

    fn is_equal_string(self, other: Local<'v>) -> bool {
        match (self.as_str(), other.as_str()) {
            (Some(left), Some(right)) => left.as_bytes() == right.as_bytes(),
            _ => false,
        }
    }

    /// The `==` operator: never calls metamethods.
    pub fn equals(self, other: Local<'v>) -> bool {
        // SAFETY: both are valid during `'v`.
        unsafe { crate::interp::compare::equal(self.value, other.value) }
    }

    /// Replaces a weak reference by its target, or by `null` if that is gone: what reading a slot does.
    pub fn strengthen(self) -> Local<'v> {
        // SAFETY: valid during `'v`; who observes weak references has reconciled before.
        Local::new(unsafe { strengthen(self.value) })
    }
}

/// Replaces a weak reference by its target.
///
/// # Safety
/// `value` must be valid.
#[inline(always)]
pub(crate) unsafe fn strengthen(value: Value) -> Value {
    if value.is_weakref() { (*value.as_weakref()).target } else { value }
}

impl<'v> From<i32> for Local<'v> {
    fn from(number: i32) -> Self {
        Local::new(Value::int(number))
    }
}

impl<'v> From<f32> for Local<'v> {
    fn from(number: f32) -> Self {
        Local::new(Value::float(number))
    }
}

impl<'v> From<bool> for Local<'v> {
    fn from(truth: bool) -> Self {
        Local::new(Value::bool(truth))
    }
}

impl<'v, T: Into<Local<'v>>> From<Option<T>> for Local<'v> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Local::NULL, Into::into)
    }
}

impl<'v> From<&'static NativeFunction> for Local<'v> {
    fn from(function: &'static NativeFunction) -> Self {
        Local::new(Value::from_native(function))
    }
}

impl<'v> From<&'static Library> for Local<'v> {
    fn from(library: &'static Library) -> Self {
        Local::new(Value::from_library(library))
    }
}

/// The position of a length or index as an integer value.
impl<'v> From<usize> for Local<'v> {
    fn from(number: usize) -> Self {
        Local::new(Value::int(number as i32))
    }
}

/// Defines a typed reference to an object.
macro_rules! references {
    ($($(#[$attribute:meta])* $name:ident $object:ty, $is:ident $get:ident $make:ident $as:ident;)*) => {
        $(
            $(#[$attribute])*
            #[derive(Clone, Copy)]
            pub struct $name<'v> {
                pub(crate) object: *mut $object,
                brand: Brand<'v>,
            }

            impl<'v> $name<'v> {
                #[allow(dead_code)]
                pub(crate) fn new(object: *mut $object) -> Self {
                    $name { object, brand: PhantomData }
                }
            }

            impl<'v> From<$name<'v>> for Local<'v> {
                fn from(reference: $name<'v>) -> Self {
                    Local::new(Value::$make(reference.object))
                }
            }

            impl<'v> Local<'v> {
                /// The object, if it is one of this type.
                pub fn $as(self) -> Option<$name<'v>> {
                    self.value.$is().then(|| $name::new(self.value.$get()))
                }
            }
        )*
    };
}

references! {
    /// A string.
    Str StringObject, is_string as_string from_string as_str;
    /// A table.
    Table object::Table, is_table as_table from_table as_table;
    /// An array.
    Array object::Array, is_array as_array from_array as_array;
    /// A class.
    Class object::Class, is_class as_class from_class as_class;
    /// An instance.
    Instance object::Instance, is_instance as_instance from_instance as_instance;
    /// A closure of the program.
    Closure object::Closure, is_closure as_closure from_closure as_closure;
    /// A native function that is bound to an environment.
    BoundNative object::NativeClosure, is_native_closure as_native_closure from_native_closure as_bound_native;
    /// A generator.
    Generator object::Generator, is_generator as_generator from_generator as_generator;
    /// A weak reference.
    WeakRef object::WeakRef, is_weakref as_weakref from_weakref as_weakref;
    /// A thread.
    Thread object::Thread, is_thread as_thread from_thread as_thread;
}

// SAFETY in the blocks below: objects are valid during `'v` (rule 3 of the heap), and only one native runs.

impl<'v> Str<'v> {
    /// The bytes.
    pub fn as_bytes(self) -> &'v [u8] {
        // SAFETY: strings do not change.
        unsafe { string::bytes(self.object) }
    }

    /// Number of bytes.
    pub fn len(self) -> usize {
        self.as_bytes().len()
    }

    /// Whether it has no bytes.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }
}

impl<'v> Table<'v> {
    /// Number of slots.
    pub fn len(self) -> usize {
        // SAFETY: see above.
        unsafe { (*self.object).live as usize }
    }

    /// Whether it has no slots.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The value of an own slot, weak references included. `null` is no key.
    pub fn get(self, cx: &Cx<'v>, key: impl Into<Local<'v>>) -> Option<Local<'v>> {
        // SAFETY: see above.
        unsafe {
            let key = cx.heap().as_key(key.into().value)?;
            let entry = table::find(self.object, key);
            if entry.is_null() { None } else { Some(Local::new((*entry).value)) }
        }
    }

    /// The value of the own slot with this name.
    pub fn get_named(self, cx: &Cx<'v>, name: &str) -> Option<Local<'v>> {
        // SAFETY: see above.
        unsafe {
            let key =
                cx.heap().find_interned(tamias_bytecode::hash::hash_bytes(name.as_bytes()), name.as_bytes());
            if key.is_null() {
                return None;
            }
            let entry = table::find(self.object, Value::from_string(key));
            if entry.is_null() { None } else { Some(Local::new((*entry).value)) }
        }
    }

    /// Creates or changes an own slot. The key must not be `null`.
    pub fn set(
        self,
        cx: &mut Cx<'v>,
        key: impl Into<Local<'v>>,
        value: impl Into<Local<'v>>,
    ) -> Result<(), Raise> {
        let (key, value) = (key.into(), value.into());
        if key.is_null() {
            return Err(cx.error(format_args!("null cannot be used as index")));
        }
        // SAFETY: see above.
        unsafe {
            let key = cx.heap().intern_key(key.value)?;
            Ok(cx.heap().table_set(self.object, key, value.value)?)
        }
    }

    /// Creates or changes the own slot with this name.
    pub fn set_named(self, cx: &mut Cx<'v>, name: &str, value: impl Into<Local<'v>>) -> Result<(), Raise> {
        let key = cx.string(name.as_bytes())?;
        self.set(cx, key, value)
    }

    /// Deletes an own slot and returns what was in it.
    pub fn delete(self, cx: &mut Cx<'v>, key: impl Into<Local<'v>>) -> Option<Local<'v>> {
        // SAFETY: see above.
        unsafe {
            let key = cx.heap().as_key(key.into().value)?;
            cx.heap().table_delete(self.object, key).map(Local::new)
        }
    }

    /// Deletes all own slots.
    pub fn clear(self, cx: &mut Cx<'v>) {
        // SAFETY: see above.
        unsafe { cx.heap().table_clear(self.object) }
    }

    /// The slot at or after `position` in the order of iteration, with the position to go on from.
    pub fn slot_from(self, position: usize) -> Option<(usize, Local<'v>, Local<'v>)> {
        // SAFETY: see above.
        unsafe {
            let entry = table::entry_from(self.object, position as u32);
            if entry.is_null() {
                return None;
            }
            let next = entry.offset_from((*self.object).entries) as usize + 1;
            Some((next, Local::new((*entry).key), Local::new((*entry).value)))
        }
    }

    /// The delegate.
    pub fn delegate(self) -> Option<Table<'v>> {
        // SAFETY: see above.
        let delegate = unsafe { (*self.object).delegate };
        (!delegate.is_null()).then(|| Table::new(delegate))
    }

    /// Sets or removes the delegate. False if that would make a cycle; nothing is changed then.
    #[must_use]
    pub fn set_delegate(self, cx: &mut Cx<'v>, delegate: Option<Table<'v>>) -> bool {
        let mut ancestor = delegate;
        while let Some(table) = ancestor {
            if table.object == self.object {
                return false;
            }
            ancestor = table.delegate();
        }
        let delegate = delegate.map_or(ptr::null_mut(), |table| table.object);
        cx.heap().sites.clear();
        // SAFETY: see above.
        unsafe { cx.heap().store_object(&mut (*self.object).delegate, delegate) };
        true
    }
}

impl<'v> Array<'v> {
    /// Number of elements.
    pub fn len(self) -> usize {
        // SAFETY: see above.
        unsafe { (*self.object).length as usize }
    }

    /// Whether it has no elements.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// An element, weak references included.
    pub fn get(self, position: usize) -> Option<Local<'v>> {
        // SAFETY: see above.
        unsafe { array::elements(self.object).get(position).copied().map(Local::new) }
    }

    /// Changes an element; does nothing if there is none.
    pub fn set(self, cx: &mut Cx<'v>, position: usize, value: impl Into<Local<'v>>) {
        if position < self.len() {
            // SAFETY: the position is in range.
            unsafe { cx.heap().store((*self.object).elements.add(position), value.into().value) }
        }
    }

    /// Appends an element.
    pub fn push(self, cx: &mut Cx<'v>, value: impl Into<Local<'v>>) -> Result<(), Raise> {
        // SAFETY: see above.
        Ok(unsafe { cx.heap().array_push(self.object, value.into().value) }?)
    }

    /// Inserts an element. False if `position` is above the length.
    pub fn insert(
        self,
        cx: &mut Cx<'v>,
        position: usize,
        value: impl Into<Local<'v>>,
    ) -> Result<bool, Raise> {
        if position > self.len() {
            return Ok(false);
        }
        // SAFETY: the position is in range.
        unsafe { cx.heap().array_insert(self.object, position, value.into().value) }?;
        Ok(true)
    }

    /// Removes an element and returns it.
    pub fn remove(self, cx: &mut Cx<'v>, position: usize) -> Option<Local<'v>> {
        if position >= self.len() {
            return None;
        }
        // SAFETY: the position is in range.
        Some(Local::new(unsafe { cx.heap().array_remove(self.object, position) }))
    }

    /// Cuts the array, or fills it up to the new length.
    pub fn resize(self, cx: &mut Cx<'v>, length: usize, fill: impl Into<Local<'v>>) -> Result<(), Raise> {
        // SAFETY: see above.
        Ok(unsafe { cx.heap().array_resize(self.object, length, fill.into().value) }?)
    }

    /// Exchanges two elements; both positions must be in range.
    pub fn swap(self, left: usize, right: usize) {
        if left < self.len() && right < self.len() {
            // SAFETY: both positions are in range; counts do not change.
            unsafe { ptr::swap((*self.object).elements.add(left), (*self.object).elements.add(right)) }
        }
    }

    /// A new array with copies of `length` elements from `start` on; the range is cut to what exists.
    pub fn slice(self, cx: &mut Cx<'v>, start: usize, length: usize) -> Result<Array<'v>, Raise> {
        let start = start.min(self.len());
        let length = length.min(self.len() - start);
        // SAFETY: the range is in bounds.
        Ok(Array::new(unsafe { cx.heap().array_slice(self.object, start, length) }?))
    }
}

impl<'v> Class<'v> {
    /// The base class.
    pub fn base(self) -> Option<Class<'v>> {
        // SAFETY: see above.
        let base = unsafe { (*self.object).base };
        (!base.is_null()).then(|| Class::new(base))
    }

    /// Whether it is `ancestor` or derives from it.
    pub fn is_a(self, ancestor: Class<'v>) -> bool {
        // SAFETY: see above.
        unsafe { class::is_a(self.object, ancestor.object) }
    }

    /// Whether it has been instantiated or inherited.
    pub fn is_locked(self) -> bool {
        // SAFETY: see above.
        unsafe { (*self.object).locked }
    }

    /// The value of a member: a method, a static member, or the initial value of a field.
    pub fn get(self, cx: &Cx<'v>, name: impl Into<Local<'v>>) -> Option<Local<'v>> {
        self.member(cx, name.into()).map(|member| Local::new(member.value))
    }

    fn member(self, cx: &Cx<'v>, name: Local<'v>) -> Option<&'v mut object::Member> {
        // SAFETY: members do not move while the reference is used: both users copy or store at once.
        unsafe {
            let key = cx.heap().as_key(name.value)?;
            class::member(self.object, key).map(|index| &mut *class::member_at(self.object, index))
        }
    }

    /// Adds or replaces a member. False if the class is locked and its fields would change.
    pub fn set(
        self,
        cx: &mut Cx<'v>,
        name: impl Into<Local<'v>>,
        value: impl Into<Local<'v>>,
        is_static: bool,
    ) -> Result<bool, Raise> {
        let storage = if is_static { class::Storage::Static } else { class::Storage::Instance };
        // SAFETY: see above.
        unsafe {
            let name = cx.heap().intern_key(name.into().value)?;
            Ok(cx.heap().class_set(self.object, name, value.into().value, storage)?.is_some())
        }
    }

    /// The attributes of a member, or of the class itself. `None` if there is no such member.
    pub fn attributes(self, cx: &Cx<'v>, name: Option<Local<'v>>) -> Option<Local<'v>> {
        match name {
            // SAFETY: see above.
            None => Some(Local::new(unsafe { (*self.object).attributes })),
            Some(name) => self.member(cx, name).map(|member| Local::new(member.attributes)),
        }
    }

    /// Replaces attributes. Returns the old ones, `None` if there is no such member.
    pub fn set_attributes(
        self,
        cx: &mut Cx<'v>,
        name: Option<Local<'v>>,
        value: Local<'v>,
    ) -> Option<Local<'v>> {
        let slot = match name {
            // SAFETY: see above.
            None => unsafe { &raw mut (*self.object).attributes },
            Some(name) => &raw mut self.member(cx, name)?.attributes,
        };
        // SAFETY: the slot is in the class.
        unsafe {
            let old = *slot;
            cx.heap().store(slot, value.value);
            Some(Local::new(old))
        }
    }

    /// The native class that it is or derives from.
    pub fn native(self) -> Option<&'static NativeClass> {
        // SAFETY: native classes are static.
        unsafe { (*self.object).native.as_ref() }
    }

    /// A metamethod.
    pub fn metamethod(self, which: object::Metamethod) -> Option<Local<'v>> {
        // SAFETY: see above.
        let method = unsafe { class::metamethod(self.object, which) };
        (!method.is_null()).then(|| Local::new(method))
    }

    /// The member at or after `position` in the order of iteration, with the position to go on from.
    pub fn member_from(self, position: usize) -> Option<(usize, Local<'v>, Local<'v>)> {
        // SAFETY: see above.
        unsafe {
            let entry = table::entry_from((*self.object).members, position as u32);
            if entry.is_null() {
                return None;
            }
            let next = entry.offset_from((*(*self.object).members).entries) as usize + 1;
            let key = (*entry).key;
            let index = class::member(self.object, key)?;
            Some((next, Local::new(key), Local::new((*class::member_at(self.object, index)).value)))
        }
    }
}

impl<'v> Instance<'v> {
    /// Its class.
    pub fn class(self) -> Class<'v> {
        // SAFETY: see above.
        Class::new(unsafe { (*self.object).class })
    }

    /// The value of a field, or of a method or static member of its class.
    pub fn get(self, cx: &Cx<'v>, name: impl Into<Local<'v>>) -> Option<Local<'v>> {
        // SAFETY: field indexes of a class are valid for its instances.
        unsafe {
            let key = cx.heap().as_key(name.into().value)?;
            let class = (*self.object).class;
            class::member(class, key).map(|index| match index {
                class::MemberIndex::Field(index) => {
                    Local::new(*class::fields(self.object).add(index as usize))
                }
                method => Local::new((*class::member_at(class, method)).value),
            })
        }
    }

    /// Changes a field. False if there is none of this name.
    pub fn set(self, cx: &mut Cx<'v>, name: impl Into<Local<'v>>, value: impl Into<Local<'v>>) -> bool {
        // SAFETY: as in `get`.
        unsafe {
            let Some(key) = cx.heap().as_key(name.into().value) else { return false };
            match class::member((*self.object).class, key) {
                Some(class::MemberIndex::Field(index)) => {
                    cx.heap().store(class::fields(self.object).add(index as usize), value.into().value);
                    true
                }
                _ => false,
            }
        }
    }

    /// Whether it has Rust data of this type.
    pub fn has_native<T: NativeData>(self) -> bool {
        payload::<T>(self).is_some()
    }

    /// Whether it has bytes.
    pub fn is_blob(self) -> bool {
        // SAFETY: see above.
        unsafe { (*self.object).native.is_buffer() }
    }
}

impl<'v> Closure<'v> {
    /// Number of parameters that it declares, `this` included.
    pub fn parameter_count(self) -> usize {
        // SAFETY: functions live as long as the VM.
        unsafe { (*(*self.object).function).parameters as usize }
    }
}

impl<'v> WeakRef<'v> {
    /// The object, unless it is gone.
    pub fn target(self) -> Local<'v> {
        // SAFETY: see above.
        Local::new(unsafe { (*self.object).target })
    }
}

impl<'v> Generator<'v> {
    /// What it is doing.
    pub fn status(self) -> object::GeneratorStatus {
        // SAFETY: see above.
        unsafe { (*self.object).status }
    }
}

/// Rust data that an instance of a native class can carry.
pub trait NativeData: Any {
    /// Called when the instance is released, at the moment at which a program can tell (when the last
    /// reference goes, or at the end of the VM). `host` is what the embedder passed to the VM.
    fn release(self, host: &mut dyn Any)
    where
        Self: Sized,
    {
        let _ = host;
    }

    /// Whether programs can observe the release: the VM then releases such objects before every native
    /// call that follows, rather than when convenient.
    const RELEASE_IS_OBSERVABLE: bool = true;
}

fn vtable_of<T: NativeData>() -> &'static PayloadVtable {
    struct Table<T>(PhantomData<T>);
    impl<T: NativeData> Table<T> {
        const VTABLE: &'static PayloadVtable = &PayloadVtable {
            type_id: TypeId::of::<T>(),
            offset: size_of::<Payload>().next_multiple_of(align_of::<T>()),
            release: release::<T>,
        };
    }
    /// # Safety
    /// `data` must point to a valid `T`, which is gone afterwards.
    unsafe fn release<T: NativeData>(data: *mut u8, host: &mut dyn Any) {
        data.cast::<T>().read().release(host);
    }
    Table::<T>::VTABLE
}

fn payload<T: NativeData>(instance: Instance<'_>) -> Option<*mut T> {
    // SAFETY: the type identifier says what the data is.
    unsafe {
        let native = (*instance.object).native;
        if !native.is_payload() {
            return None;
        }
        let vtable = (*native.as_payload()).vtable;
        (vtable.type_id == TypeId::of::<T>())
            .then(|| native.as_payload().cast::<u8>().add(vtable.offset).cast::<T>())
    }
}

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

/// What an argument can be taken as.
pub trait FromArgument<'v>: Sized {
    /// What the argument is taken for, or `None` if it cannot be.
    fn from_argument(value: Local<'v>) -> Option<Self>;

    /// The types that can be taken, for the error message.
    const TYPES: TypeMask;
}

macro_rules! from_argument {
    ($($type:ty, $types:expr, $convert:expr;)*) => {
        $(impl<'v> FromArgument<'v> for $type {
            fn from_argument(value: Local<'v>) -> Option<Self> {
                let convert: fn(Local<'v>) -> Option<Self> = $convert;
                convert(value)
            }
            const TYPES: TypeMask = $types;
        })*
    };
}

from_argument! {
    Local<'v>, TypeMask::ANY, Some;
    i32, TypeMask::NUMBER, |value| value.as_int().or_else(|| value.as_float().map(|number| number as i32));
    f32, TypeMask::NUMBER, Local::to_float;
    bool, TypeMask::ANY, |value| Some(value.is_truthy());
    Str<'v>, TypeMask::STRING, Local::as_str;
    Table<'v>, TypeMask::TABLE, Local::as_table;
    Array<'v>, TypeMask::ARRAY, Local::as_array;
    Class<'v>, TypeMask::CLASS, Local::as_class;
    Instance<'v>, TypeMask::INSTANCE, Local::as_instance;
    Closure<'v>, TypeMask::CLOSURE, Local::as_closure;
    Generator<'v>, TypeMask::GENERATOR, Local::as_generator;
    WeakRef<'v>, TypeMask::WEAKREF, Local::as_weakref;
    Thread<'v>, TypeMask::THREAD, Local::as_thread;
}

/// Missing arguments and `null` are `None`.
impl<'v, T: FromArgument<'v>> FromArgument<'v> for Option<T> {
    fn from_argument(value: Local<'v>) -> Option<Self> {
        if value.is_null() { Some(None) } else { T::from_argument(value).map(Some) }
    }
    const TYPES: TypeMask = T::TYPES.or(TypeMask::NULL);
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
    pub fn raw_arg(&self, position: usize) -> Local<'v> {
        if position >= self.arguments {
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
        Ok(Flow::Call { pushed, resume: Some(resume) })
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
        Ok(Flow::Call { pushed, resume: None })
    }

    /// Asks for a call of `function` with these arguments, the first of them as `this`; its result is the result
    /// of the native.
    pub fn apply(
        &mut self,
        function: impl Into<Local<'v>>,
        arguments: impl IntoIterator<Item = Local<'v>>,
    ) -> Returns<'v> {
        let pushed = self.push_call(function.into(), arguments.into_iter());
        Ok(Flow::Call { pushed, resume: None })
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
    pub fn error(&mut self, message: fmt::Arguments<'_>) -> Raise {
        self.vm().error(message)
    }

    /// Throws a value.
    pub fn throw(&mut self, value: impl Into<Local<'v>>) -> Raise {
        self.vm().throw(value.into().value)
    }

    /// Ends the program: nothing can catch it, and the embedder gets [`crate::Failure::Halted`]. For natives
    /// that never return, such as one that restarts the device.
    pub fn halt(&mut self) -> Raise {
        Raise(RaiseKind::Halted)
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
        // SAFETY: as in `string`.
        Ok(Table::new(unsafe { self.heap().new_table(capacity.min(1 << 24) as u32) }?))
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

    /// Lets go of a handle.
    pub fn release(&mut self, handle: Handle) {
        self.heap().release_handle(handle);
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

/// Keeps a value alive until it is released. A handle that is dropped instead keeps its value for the life
/// of the VM.
#[must_use = "a handle keeps its value until it is released"]
#[derive(Debug)]
pub struct Handle {
    index: u32,
    generation: u32,
}

struct HandleSlot {
    /// Counted; `null` when free.
    value: Value,
    generation: u32,
    next_free: u32,
}

/// The handles of a VM.
pub(crate) struct HandleTable {
    slots: *mut HandleSlot,
    length: u32,
    capacity: u32,
    first_free: u32,
}

const NO_SLOT: u32 = u32::MAX;

impl HandleTable {
    pub(crate) const fn new() -> HandleTable {
        HandleTable { slots: ptr::null_mut(), length: 0, capacity: 0, first_free: NO_SLOT }
    }

    fn slot(&self, handle: &Handle) -> Option<*mut HandleSlot> {
        // SAFETY: slots below `length` are initialised.
        unsafe {
            if handle.index >= self.length {
                return None;
            }
            let slot = self.slots.add(handle.index as usize);
            ((*slot).generation == handle.generation).then_some(slot)
        }
    }

    /// The value; `null` for a handle of another VM.
    pub(crate) fn get(&self, handle: &Handle) -> Value {
        // SAFETY: the slot is valid.
        self.slot(handle).map_or(Value::NULL, |slot| unsafe { (*slot).value })
    }

    pub(super) fn for_each(&self, visit: &mut impl FnMut(Value)) {
        for index in 0..self.length as usize {
            // SAFETY: slots below `length` are initialised.
            visit(unsafe { (*self.slots.add(index)).value });
        }
    }
}

impl Heap {
    /// # Safety
    /// As [`Heap::allocate`].
    pub(crate) unsafe fn new_handle(&mut self, value: Value) -> Result<Handle, OutOfMemory> {
        if self.handles.first_free == NO_SLOT {
            if self.handles.length == self.handles.capacity {
                self.grow_handles()?;
            }
            let index = self.handles.length;
            self.handles.slots.add(index as usize).write(HandleSlot {
                value: Value::NULL,
                generation: 0,
                next_free: NO_SLOT,
            });
            self.handles.length += 1;
            self.handles.first_free = index;
        }
        let index = self.handles.first_free;
        let slot = self.handles.slots.add(index as usize);
        self.handles.first_free = (*slot).next_free;
        Heap::retain(value);
        (*slot).value = value;
        Ok(Handle { index, generation: (*slot).generation })
    }

    unsafe fn grow_handles(&mut self) -> Result<(), OutOfMemory> {
        let capacity = (self.handles.capacity as usize * 2).max(8);
        let slots = self.allocate_storage::<HandleSlot>(capacity)?;
        if self.handles.length > 0 {
            slots.copy_from_nonoverlapping(self.handles.slots, self.handles.length as usize);
        }
        self.free_storage(self.handles.slots);
        self.handles.slots = slots;
        self.handles.capacity = capacity as u32;
        Ok(())
    }

    pub(crate) fn release_handle(&mut self, handle: Handle) {
        // SAFETY: the slot is valid and its value is counted.
        unsafe {
            if let Some(slot) = self.handles.slot(&handle) {
                let value = core::mem::replace(&mut (*slot).value, Value::NULL);
                (*slot).generation = (*slot).generation.wrapping_add(1);
                (*slot).next_free = self.handles.first_free;
                self.handles.first_free = handle.index;
                self.discard(value);
            }
        }
    }

    /// The class object of a native class, made when it is first asked for.
    ///
    /// # Safety
    /// As [`Heap::allocate`].
    pub(crate) unsafe fn class_of_native(
        &mut self,
        description: &'static NativeClass,
    ) -> Result<*mut object::Class, OutOfMemory> {
        let mut entry = self.native_classes;
        while !entry.is_null() {
            if ptr::eq((*entry).description, description) {
                return Ok((*entry).class);
            }
            entry = (*entry).next;
        }
        let class = self.new_class(ptr::null_mut())?;
        (*class).native = description;
        let entry = self.allocate_storage::<super::NativeClassEntry>(1)?;
        Heap::retain_object(class);
        entry.write(super::NativeClassEntry { description, class, next: self.native_classes });
        self.native_classes = entry;
        Ok(class)
    }
}
