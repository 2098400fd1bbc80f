//! Values: eight bytes, copied freely.
//!
//! A value is a number, a constant of the language, a pointer to static data
//! or a pointer to a heap object. On 64-bit hosts it is one `u64` with the tag
//! in the top 16 bits and a 48-bit pointer or a 32-bit number below. On 32-bit
//! targets it is a payload word and a tag word. The tags are the same, and
//! nothing outside of this file knows the difference.
//!
//! A `Value` does not own what it points to. References from heap objects are
//! counted by [`crate::heap`], references from the stack are found by
//! scanning it. Natives do not see this type: they work with
//! [`crate::Local`], whose lifetime keeps it from outliving its object.

use crate::heap::object::{
    Array, Buffer, Class, Closure, Generator, Header, Instance, NativeClosure, Payload, StringObject, Table,
    Thread, WeakRef,
};
use crate::native::{Library, NativeFunction};

/// What a value is. Tags from [`Tag::String`] on point to heap objects.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(target_pointer_width = "32", repr(u32))]
#[cfg_attr(not(target_pointer_width = "32"), repr(u8))]
#[allow(missing_docs)]
pub enum Tag {
    /// Zero, so that "both are integers" is one test.
    Int = 0,
    Float = 1,
    Null = 2,
    Bool = 3,
    /// A native function in static memory.
    Native = 4,
    /// A library table in static memory, for example `math`.
    Library = 5,
    /// Marks a deleted table entry; never seen by programs.
    Hole = 6,
    String = 8,
    Table = 9,
    Array = 10,
    Closure = 11,
    NativeClosure = 12,
    Generator = 13,
    Class = 14,
    Instance = 15,
    WeakRef = 16,
    Thread = 17,
    /// The bytes of a blob; only in the hidden slot of an instance.
    Buffer = 18,
    /// The Rust data of a native object; only in the hidden slot of an instance.
    Payload = 19,
}

#[cfg(target_pointer_width = "64")]
mod layout {
    use super::Tag;

    /// A Squirrel value.
    #[derive(Clone, Copy, PartialEq, Eq)]
    #[repr(transparent)]
    pub struct Value(u64);

    impl Value {
        #[inline(always)]
        pub(crate) const fn from_number(tag: Tag, number: u32) -> Value {
            Value((tag as u64) << 48 | number as u64)
        }

        #[inline(always)]
        pub(crate) fn from_pointer<T>(tag: Tag, pointer: *const T) -> Value {
            debug_assert!(pointer as u64 >> 48 == 0);
            Value((tag as u64) << 48 | pointer as u64)
        }

        /// The low 32 bits: the number of an integer, float or bool.
        #[inline(always)]
        pub(crate) const fn number(self) -> u32 {
            self.0 as u32
        }

        #[inline(always)]
        pub(crate) fn pointer<T>(self) -> *mut T {
            (self.0 & 0xFFFF_FFFF_FFFF) as *mut T
        }

        #[inline(always)]
        pub(crate) const fn tag_number(self) -> u32 {
            (self.0 >> 48) as u32
        }

        /// All bits, for hashing.
        #[inline(always)]
        pub(crate) const fn bits(self) -> u64 {
            self.0
        }

        /// Whether both values are integers: one test, because the tag is zero.
        #[inline(always)]
        pub(crate) const fn both_int(self, other: Value) -> bool {
            (self.0 | other.0) >> 32 == 0
        }

        /// Whether neither value is a reference: one test, because tags of references have a bit beyond the third.
        #[inline(always)]
        pub(crate) const fn neither_reference(self, other: Value) -> bool {
            self.0 | other.0 < (Tag::String as u64) << 48
        }
    }
}

#[cfg(target_pointer_width = "32")]
mod layout {
    use super::Tag;

    /// A Squirrel value. A pair of words without an alignment of its own, so that functions get and return it in
    /// registers; with a `Tag` of a whole word, so that "no value" and "an error" fit into it, too.
    #[derive(Clone, Copy, PartialEq, Eq)]
    #[repr(C)]
    pub struct Value {
        payload: u32,
        tag: Tag,
    }

    impl Value {
        #[inline(always)]
        pub(crate) const fn from_number(tag: Tag, number: u32) -> Value {
            Value { payload: number, tag }
        }

        #[inline(always)]
        pub(crate) fn from_pointer<T>(tag: Tag, pointer: *const T) -> Value {
            Value { payload: pointer as u32, tag }
        }

        /// The number of an integer, float or bool.
        #[inline(always)]
        pub(crate) const fn number(self) -> u32 {
            self.payload
        }

        #[inline(always)]
        pub(crate) fn pointer<T>(self) -> *mut T {
            self.payload as *mut T
        }

        #[inline(always)]
        pub(crate) const fn tag_number(self) -> u32 {
            self.tag as u32
        }

        /// All bits, for hashing.
        #[inline(always)]
        pub(crate) const fn bits(self) -> u64 {
            (self.tag as u64) << 32 | self.payload as u64
        }

        /// Whether both values are integers: one test, because the tag is zero.
        #[inline(always)]
        pub(crate) const fn both_int(self, other: Value) -> bool {
            self.tag as u32 | other.tag as u32 == 0
        }

        /// Whether neither value is a reference: one test, because tags of references have a bit beyond the third.
        #[inline(always)]
        pub(crate) const fn neither_reference(self, other: Value) -> bool {
            self.tag as u32 | (other.tag as u32) < Tag::String as u32
        }
    }
}

pub use layout::Value;

/// What a value looks like in memory.
pub const VALUE_LAYOUT: &str = if cfg!(target_pointer_width = "64") {
    "one 64-bit word: a tag of 16 bits, and 48 bits for a pointer or number"
} else {
    "two 32-bit words: a pointer or number, and a tag"
};

const _: () = assert!(size_of::<Value>() == 8 && align_of::<Value>() == align_of::<usize>());

/// Accessors of pointer values. Each is defined by the tag that it expects.
macro_rules! pointer_accessors {
    ($($make:ident $is:ident $get:ident $tag:ident $object:ty;)*) => {
        impl Value {
            $(
                #[inline(always)]
                pub(crate) fn $make(pointer: *const $object) -> Value {
                    Value::from_pointer(Tag::$tag, pointer)
                }

                #[inline(always)]
                #[allow(dead_code)]
                pub(crate) fn $is(self) -> bool {
                    self.tag_number() == Tag::$tag as u32
                }

                #[inline(always)]
                pub(crate) fn $get(self) -> *mut $object {
                    debug_assert!(self.$is());
                    self.pointer()
                }
            )*
        }
    };
}

pointer_accessors! {
    from_native is_native as_native Native NativeFunction;
    from_library is_library as_library Library Library;
    from_string is_string as_string String StringObject;
    from_table is_table as_table Table Table;
    from_array is_array as_array Array Array;
    from_closure is_closure as_closure Closure Closure;
    from_native_closure is_native_closure as_native_closure NativeClosure NativeClosure;
    from_generator is_generator as_generator Generator Generator;
    from_class is_class as_class Class Class;
    from_instance is_instance as_instance Instance Instance;
    from_weakref is_weakref as_weakref WeakRef WeakRef;
    from_thread is_thread as_thread Thread Thread;
    from_buffer is_buffer as_buffer Buffer Buffer;
    from_payload is_payload as_payload Payload Payload;
}

#[cfg(target_pointer_width = "32")]
type TagNumber = u32;
#[cfg(not(target_pointer_width = "32"))]
type TagNumber = u8;

impl Value {
    /// `null`
    pub const NULL: Value = Value::from_number(Tag::Null, 0);
    /// `true`
    pub const TRUE: Value = Value::from_number(Tag::Bool, 1);
    /// `false`
    pub const FALSE: Value = Value::from_number(Tag::Bool, 0);
    /// The integer 0: all bits zero, so that zeroed memory holds valid values.
    pub const ZERO: Value = Value::from_number(Tag::Int, 0);
    /// A deleted table entry.
    pub(crate) const HOLE: Value = Value::from_number(Tag::Hole, 0);

    /// An integer.
    #[inline(always)]
    pub const fn int(number: i32) -> Value {
        Value::from_number(Tag::Int, number as u32)
    }

    /// A float.
    #[inline(always)]
    pub const fn float(number: f32) -> Value {
        Value::from_number(Tag::Float, number.to_bits())
    }

    /// A bool.
    #[inline(always)]
    pub const fn bool(truth: bool) -> Value {
        Value::from_number(Tag::Bool, truth as u32)
    }

    /// What it is.
    #[inline(always)]
    pub fn tag(self) -> Tag {
        // SAFETY: every value was made with the number of a tag.
        unsafe { core::mem::transmute::<TagNumber, Tag>(self.tag_number() as TagNumber) }
    }

    /// Whether it points to a heap object (or to a string in an image).
    #[inline(always)]
    pub(crate) const fn is_reference(self) -> bool {
        self.tag_number() >= Tag::String as u32
    }

    /// The header of the heap object that it points to.
    #[inline(always)]
    pub(crate) fn header(self) -> *mut Header {
        debug_assert!(self.is_reference());
        self.pointer()
    }

    /// Whether it is an integer.
    #[inline(always)]
    pub const fn is_int(self) -> bool {
        self.tag_number() == Tag::Int as u32
    }

    /// Whether it is a float.
    #[inline(always)]
    pub const fn is_float(self) -> bool {
        self.tag_number() == Tag::Float as u32
    }

    /// Whether it is `null`.
    #[inline(always)]
    pub const fn is_null(self) -> bool {
        self.tag_number() == Tag::Null as u32
    }

    /// Whether it is a bool.
    #[inline(always)]
    pub const fn is_bool(self) -> bool {
        self.tag_number() == Tag::Bool as u32
    }

    /// Whether it is an integer or a float.
    #[inline(always)]
    pub(crate) const fn is_number(self) -> bool {
        self.tag_number() <= Tag::Float as u32
    }

    /// The number of an integer.
    #[inline(always)]
    pub(crate) const fn as_int(self) -> i32 {
        self.number() as i32
    }

    /// The number of a float.
    #[inline(always)]
    pub(crate) const fn as_float(self) -> f32 {
        f32::from_bits(self.number())
    }

    /// Reads the float in a slot. On x86-64 that is a load of its own into a vector register: moving the number there
    /// from the register in which its tag was tested would take longer.
    ///
    /// # Safety
    /// There must be a float in the slot.
    #[inline(always)]
    pub(crate) unsafe fn load_float(slot: *const Value) -> f32 {
        #[cfg(all(target_arch = "x86_64", not(miri)))]
        // SAFETY: the number is in the low half of the slot.
        return unsafe { slot.cast::<f32>().read_volatile() };
        #[cfg(not(all(target_arch = "x86_64", not(miri))))]
        // SAFETY: slots hold values.
        return unsafe { (*slot).as_float() };
    }

    /// Writes a float to a slot. On x86-64 the tag is joined to the number in a vector register, for the same reason.
    ///
    /// # Safety
    /// The slot must be valid, and what was in it not counted.
    #[inline(always)]
    pub(crate) unsafe fn store_float(slot: *mut Value, number: f32) {
        #[cfg(all(target_arch = "x86_64", not(miri)))]
        // SAFETY: all x86-64 machines have SSE2, and the caller says that the slot is valid.
        unsafe {
            use core::arch::x86_64::{
                _mm_castps_si128, _mm_cvtsi128_si64, _mm_set_ps, _mm_set_ss, _mm_unpacklo_ps,
            };
            const { assert!(Tag::Float as u32 == 1) };
            let tag = _mm_set_ps(0.0, 0.0, 0.0, f32::from_bits(1 << 16));
            let joined = _mm_castps_si128(_mm_unpacklo_ps(_mm_set_ss(number), tag));
            slot.cast::<i64>().write(_mm_cvtsi128_si64(joined));
        }
        #[cfg(not(all(target_arch = "x86_64", not(miri))))]
        // SAFETY: the caller says that the slot is valid.
        unsafe {
            *slot = Value::float(number);
        }
    }

    /// An integer or float as a float.
    #[inline(always)]
    pub(crate) fn to_float(self) -> f32 {
        if self.is_int() { self.as_int() as f32 } else { self.as_float() }
    }

    /// `null`, `false`, `0` and `0.0` are false; all else is true.
    #[inline(always)]
    pub(crate) fn is_truthy(self) -> bool {
        match self.tag_number() {
            0 | 3 => self.number() != 0,
            1 => self.as_float() != 0.0,
            2 => false,
            _ => true,
        }
    }
}

/// A set of types, as native functions use it to check their arguments. The
/// order of the bits is the order of the names in error messages.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TypeMask(pub u32);

#[allow(missing_docs)]
impl TypeMask {
    pub const NULL: TypeMask = TypeMask(1);
    pub const INTEGER: TypeMask = TypeMask(1 << 1);
    pub const FLOAT: TypeMask = TypeMask(1 << 2);
    pub const BOOL: TypeMask = TypeMask(1 << 3);
    pub const STRING: TypeMask = TypeMask(1 << 4);
    pub const TABLE: TypeMask = TypeMask(1 << 5);
    pub const ARRAY: TypeMask = TypeMask(1 << 6);
    pub const CLOSURE: TypeMask = TypeMask(1 << 8);
    pub const NATIVE: TypeMask = TypeMask(1 << 9);
    pub const GENERATOR: TypeMask = TypeMask(1 << 10);
    pub const THREAD: TypeMask = TypeMask(1 << 12);
    pub const CLASS: TypeMask = TypeMask(1 << 14);
    pub const INSTANCE: TypeMask = TypeMask(1 << 15);
    pub const WEAKREF: TypeMask = TypeMask(1 << 16);
    pub const NUMBER: TypeMask = TypeMask::INTEGER.or(TypeMask::FLOAT);
    pub const FUNCTION: TypeMask = TypeMask::CLOSURE.or(TypeMask::NATIVE);
    pub const ANY: TypeMask = TypeMask(u32::MAX);

    /// Both sets together.
    pub const fn or(self, other: TypeMask) -> TypeMask {
        TypeMask(self.0 | other.0)
    }

    /// Whether all of `other` is in this set.
    pub const fn contains(self, other: TypeMask) -> bool {
        self.0 & other.0 == other.0
    }

    /// The type names in the order of error messages.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        (0..17).filter(move |bit| self.0 & 1 << bit != 0).filter_map(|bit| MASK_NAMES[bit])
    }
}

const MASK_NAMES: [Option<&str>; 17] = [
    Some("null"),
    Some("integer"),
    Some("float"),
    Some("bool"),
    Some("string"),
    Some("table"),
    Some("array"),
    None,
    Some("function"),
    Some("function"),
    Some("generator"),
    None,
    Some("thread"),
    None,
    Some("class"),
    Some("instance"),
    Some("weakref"),
];

impl Tag {
    /// The name of the type, as `type()` and error messages give it.
    pub fn type_name(self) -> &'static str {
        match self {
            Tag::Int => "integer",
            Tag::Float => "float",
            Tag::Null | Tag::Hole => "null",
            Tag::Bool => "bool",
            Tag::Native | Tag::Closure | Tag::NativeClosure => "function",
            Tag::Library | Tag::Table => "table",
            Tag::String => "string",
            Tag::Array => "array",
            Tag::Generator => "generator",
            Tag::Class => "class",
            Tag::Instance => "instance",
            Tag::WeakRef => "weakref",
            Tag::Thread => "thread",
            Tag::Buffer | Tag::Payload => "userdata",
        }
    }

    /// The type as a set of one.
    pub fn mask(self) -> TypeMask {
        match self {
            Tag::Int => TypeMask::INTEGER,
            Tag::Float => TypeMask::FLOAT,
            Tag::Null | Tag::Hole => TypeMask::NULL,
            Tag::Bool => TypeMask::BOOL,
            Tag::Native | Tag::NativeClosure => TypeMask::NATIVE,
            Tag::Closure => TypeMask::CLOSURE,
            Tag::Library | Tag::Table => TypeMask::TABLE,
            Tag::String => TypeMask::STRING,
            Tag::Array => TypeMask::ARRAY,
            Tag::Generator => TypeMask::GENERATOR,
            Tag::Class => TypeMask::CLASS,
            Tag::Instance => TypeMask::INSTANCE,
            Tag::WeakRef => TypeMask::WEAKREF,
            Tag::Thread => TypeMask::THREAD,
            Tag::Buffer | Tag::Payload => TypeMask(1 << 7),
        }
    }
}
