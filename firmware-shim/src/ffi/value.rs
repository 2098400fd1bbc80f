//! Values as C sees them.
//!
//! Numbers, bools and `null` travel as they are. Objects travel as handles of
//! two kinds. A *kept* handle is an entry of the VM's table, and lasts until it
//! is released. A *temporary* one is the place of a value among the arguments
//! and locals of the native function that runs: it costs no memory, and is void
//! when the function returns. Both carry a generation, so that a handle that
//! has outlived its value is noticed.

use super::machine::Inner;
use super::status::Status;
use core::ffi::{CStr, c_char};
use tamias_vm::{Cx, Local, Raise, Tag};

/// What a value is.
#[repr(u32)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// `null`
    Null = 0,
    /// `true` or `false`: as.integer is 1 or 0.
    Bool = 1,
    /// as.integer
    Integer = 2,
    /// as.number
    Float = 3,
    /// as.handle
    String = 4,
    /// as.handle
    Table = 5,
    /// as.handle
    Array = 6,
    /// A function of the program or a native one: as.handle.
    Function = 7,
    /// as.handle
    Instance = 8,
    /// A class, generator, thread or weak reference: as.handle.
    Other = 9,
    /// Only handed over to Tamias: a NUL-terminated string of C, as.text, from which a string is made.
    Text = 10,
    /// Only handed over to Tamias: the root table.
    Root = 11,
}

/// A kind in a value of C: any number. It is a `tamias_kind`.
pub type KindCode = u32;

const HANDLES: [Kind; 6] =
    [Kind::String, Kind::Table, Kind::Array, Kind::Function, Kind::Instance, Kind::Other];

/// Names an object of a machine. Made by Tamias alone; opaque.
#[repr(C)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Handle {
    /// Which one.
    pub index: u32,
    /// To notice that it is gone.
    pub generation: u32,
}

/// What is in a value.
#[repr(C)]
#[derive(Clone, Copy)]
pub union Content {
    /// TAMIAS_BOOL, TAMIAS_INTEGER
    pub integer: i32,
    /// TAMIAS_FLOAT
    pub number: f32,
    /// TAMIAS_TEXT
    pub text: *const c_char,
    /// Objects.
    pub handle: Handle,
}

/// A value. tamias_integer() and its relatives make one.
///
/// Handles that a native function gets, as arguments or from the calls that it makes, are void when it returns;
/// tamias_keep() makes one that lasts. Handles from calls outside of native functions last, and so do those of
/// tamias_keep(): give them to tamias_release() when they are no longer needed.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Value {
    /// What it is: TAMIAS_NULL, …
    pub kind: KindCode,
    /// What is in it.
    pub r#as: Content,
}

impl Handle {
    /// The handle in the table of the VM.
    pub(super) fn to_vm(self) -> tamias_vm::Handle {
        tamias_vm::Handle::from_parts(self.index, self.generation)
    }
}

/// Handles with this bit in the index are temporary.
const TEMPORARY: u32 = 1 << 31;
/// How many objects a native function can get hold of at a time, its arguments included.
const TEMPORARIES: usize = 160;

/// The temporary handles of the native function that runs.
pub(super) struct Temporaries {
    /// Which run it is.
    serial: u32,
    /// How many of the places in its window are taken.
    count: usize,
    /// What it has thrown.
    pub thrown: Option<Raise>,
    /// What it wants to be called when it returns: the place of the function, and the number of arguments after it.
    pub call: Option<(usize, usize)>,
}

impl Temporaries {
    pub const fn new() -> Temporaries {
        Temporaries { serial: 0, count: 0, thrown: None, call: None }
    }

    /// A native function with so many arguments begins.
    pub fn begin(&mut self, arguments: usize) {
        *self = Temporaries { serial: self.serial.wrapping_add(1), count: arguments, ..Temporaries::new() };
    }

    /// The native function has returned: its handles are void.
    pub fn end(&mut self) {
        self.count = 0;
    }

    /// The handle of an argument.
    pub fn argument(&self, position: usize) -> Handle {
        Handle { index: TEMPORARY | position as u32, generation: self.serial }
    }

    /// Makes a place for a value and returns its number.
    pub fn add<'v>(&mut self, cx: &mut Cx<'v>, value: Local<'v>) -> Result<usize, Status> {
        if self.count >= TEMPORARIES {
            return Err(Status::ErrorMemory);
        }
        let number = cx.push_local(value);
        self.count = number + 1;
        Ok(number)
    }

    fn get<'v>(&self, cx: &Cx<'v>, handle: Handle) -> Option<Local<'v>> {
        let number = (handle.index & !TEMPORARY) as usize;
        (handle.generation == self.serial && number < self.count).then(|| cx.local(number))
    }
}

impl Value {
    /// `null`
    pub(super) const NULL: Value = Value { kind: Kind::Null as u32, r#as: Content { integer: 0 } };

    /// The object that a handle names.
    ///
    /// # Safety
    /// 1. `inner` belongs to the machine of the context.
    pub(super) unsafe fn object<'v>(self, cx: &Cx<'v>, inner: *mut Inner) -> Option<Local<'v>> {
        if self.kind == Kind::Root as u32 {
            return Some(cx.root().into());
        }
        if !HANDLES.iter().any(|kind| *kind as u32 == self.kind) {
            return None;
        }
        // SAFETY: whatever C wrote into the union, all bits are a handle.
        let handle = unsafe { self.r#as.handle };
        let object = if handle.index & TEMPORARY != 0 {
            // SAFETY: nothing else refers to the temporaries.
            unsafe { (*inner).temporaries.get(cx, handle) }
        } else {
            cx.try_get(&handle.to_vm())
        };
        object.filter(|object| kind_of(*object) as u32 == self.kind)
    }

    /// The value in the VM.
    ///
    /// # Safety
    /// 1. `inner` belongs to the machine of the context.
    /// 2. If it is a text, it points to a NUL-terminated string.
    pub(super) unsafe fn to_local<'v>(self, cx: &mut Cx<'v>, inner: *mut Inner) -> Result<Local<'v>, Status> {
        const { assert!(size_of::<Content>() >= size_of::<Handle>()) };
        let is = |kind: Kind| self.kind == kind as u32;
        // SAFETY: all bits are integers and floats; the text is the caller's word.
        unsafe {
            if is(Kind::Null) {
                Ok(Local::NULL)
            } else if is(Kind::Bool) {
                Ok((self.r#as.integer != 0).into())
            } else if is(Kind::Integer) {
                Ok(self.r#as.integer.into())
            } else if is(Kind::Float) {
                Ok(self.r#as.number.into())
            } else if is(Kind::Text) {
                if self.r#as.text.is_null() {
                    return Err(Status::ErrorArgument);
                }
                let text = CStr::from_ptr(self.r#as.text).to_bytes();
                cx.string(text).map(Local::from).map_err(|_| Status::ErrorMemory)
            } else {
                self.object(cx, inner).ok_or(Status::ErrorArgument)
            }
        }
    }

    /// The value for C. An object gets a temporary handle in a native function, a kept one elsewhere.
    ///
    /// # Safety
    /// 1. `inner` belongs to the machine of the context.
    pub(super) unsafe fn from_local<'v>(
        cx: &mut Cx<'v>,
        inner: *mut Inner,
        local: Local<'v>,
    ) -> Result<Value, Status> {
        if let Some(scalar) = Value::from_scalar(local) {
            return Ok(scalar);
        }
        // SAFETY: nothing else refers to the temporaries.
        unsafe {
            if (*inner).context.is_null() {
                return Value::kept(cx, local);
            }
            let number = (*inner).temporaries.add(cx, local)?;
            Ok(Value::with_handle(local, (*inner).temporaries.argument(number)))
        }
    }

    /// The value for C, with a handle that lasts if it is an object.
    pub(super) fn kept<'v>(cx: &mut Cx<'v>, local: Local<'v>) -> Result<Value, Status> {
        if let Some(scalar) = Value::from_scalar(local) {
            return Ok(scalar);
        }
        let handle = cx.handle(local).map_err(|_| Status::ErrorMemory)?;
        let (index, generation) = handle.into_parts();
        if index & TEMPORARY != 0 {
            cx.release(tamias_vm::Handle::from_parts(index, generation));
            return Err(Status::ErrorMemory);
        }
        Ok(Value::with_handle(local, Handle { index, generation }))
    }

    /// The value of an argument, which has its place already.
    pub(super) fn of_argument(local: Local<'_>, position: usize, temporaries: &Temporaries) -> Value {
        Value::from_scalar(local).unwrap_or_else(|| Value::with_handle(local, temporaries.argument(position)))
    }

    /// The handle of the VM, if it is a kept one.
    pub(super) fn kept_handle(self) -> Option<tamias_vm::Handle> {
        if !HANDLES.iter().any(|kind| *kind as u32 == self.kind) {
            return None;
        }
        // SAFETY: whatever C wrote into the union, all bits are a handle.
        let handle = unsafe { self.r#as.handle };
        (handle.index & TEMPORARY == 0).then(|| handle.to_vm())
    }

    fn from_scalar(local: Local<'_>) -> Option<Value> {
        let content = match local.tag() {
            Tag::Null => return Some(Value::NULL),
            Tag::Float => Content { number: local.as_float()? },
            Tag::Int => Content { integer: local.as_int()? },
            Tag::Bool => Content { integer: local.as_bool()?.into() },
            _ => return None,
        };
        Some(Value { kind: kind_of(local) as u32, r#as: content })
    }

    fn with_handle(local: Local<'_>, handle: Handle) -> Value {
        Value { kind: kind_of(local) as u32, r#as: Content { handle } }
    }
}

fn kind_of(local: Local<'_>) -> Kind {
    match local.tag() {
        Tag::Null => Kind::Null,
        Tag::Bool => Kind::Bool,
        Tag::Int => Kind::Integer,
        Tag::Float => Kind::Float,
        Tag::String => Kind::String,
        Tag::Table => Kind::Table,
        Tag::Array => Kind::Array,
        Tag::Closure | Tag::Native | Tag::NativeClosure => Kind::Function,
        Tag::Instance => Kind::Instance,
        _ => Kind::Other,
    }
}
