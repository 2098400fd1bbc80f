//! What natives can take their arguments as.

use super::{Array, Class, Closure, Generator, Instance, Local, Str, Table, Thread, WeakRef};
use crate::value::TypeMask;

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
