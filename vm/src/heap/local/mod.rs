//! The safe view of values and objects: what natives and embedders work with.
//!
//! While a native function runs, nothing that it can reach is freed (rule 3 of
//! [`crate::heap`]). So it may hold values freely, as [`Local`]s and as typed
//! references such as [`Str`], [`Table`] or [`Instance`]. They carry the
//! lifetime `'v` of the native's run and cannot escape from it. What has to
//! live longer, for example a callback, is kept in a [`Handle`](super::handle::Handle).
//!
//! Reading an object needs only the reference to it. Changing one needs the
//! [`Cx`], because it may allocate and moves reference counts. Bytes of blobs
//! and Rust data of native objects are borrowed from the `Cx`, so that nothing
//! else can happen to them meanwhile. Contents of strings never change: they
//! are borrowed for `'v`.

mod argument;
mod class;
mod container;
mod cx;
mod native_data;

use super::object::{self, StringObject};
use super::string;
use super::{Heap, OutOfMemory};
use crate::native::{Library, NativeFunction};
use crate::value::{Tag, Value};
use core::marker::PhantomData;

pub use self::argument::FromArgument;
pub use self::cx::Cx;
pub use self::native_data::NativeData;
pub use crate::interp::inspect::Comparison;

/// Makes the lifetime of a run invariant, so that values of different runs do not mix.
type Brand<'v> = PhantomData<fn(&'v ()) -> &'v ()>;

/// The reason why a native (or anything in the VM) does not return a value: an error was thrown, or the VM
/// cannot go on. Which of them, and the error itself, is kept by the VM: so this takes no space in a `Result`,
/// and most of those fit into registers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Raise(());

/// What a [`Raise`] stands for.
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

impl Heap {
    /// Raises something else than a lack of memory.
    pub(crate) fn raise(&mut self, kind: RaiseKind) -> Raise {
        self.raised = kind;
        Raise(())
    }
}

/// The heap has noted it, see [`Heap::out_of_memory`].
impl From<OutOfMemory> for Raise {
    fn from(_: OutOfMemory) -> Raise {
        Raise(())
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
    pub fn equals(self, cx: &Cx<'v>, other: Local<'v>) -> bool {
        // SAFETY: both are valid during `'v`.
        unsafe { crate::interp::compare::equal(cx.edition(), self.value, other.value) }
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
