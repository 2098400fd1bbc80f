//! Closures and the variables that they capture.

use super::object::{Class, Closure, Kind, NativeClosure, Outer};
use super::work::count;
use super::{Heap, OutOfMemory};
use crate::native::NativeFunction;
use crate::program::Function;
use crate::value::Value;
use core::ptr;

/// The outers of a closure.
///
/// # Safety
/// The closure must be valid.
#[inline(always)]
pub(crate) unsafe fn outers(closure: *mut Closure) -> *mut *mut Outer {
    closure.add(1).cast()
}

/// The default values of a closure.
///
/// # Safety
/// The closure must be valid.
#[inline(always)]
pub(crate) unsafe fn defaults(closure: *mut Closure) -> *mut Value {
    let end = outers(closure).add((*closure).outer_count as usize).cast::<u8>();
    end.add(end.align_offset(align_of::<Value>())).cast()
}

fn closure_size(outers: usize, defaults: usize) -> usize {
    size_of::<Closure>()
        + (outers * size_of::<*mut Outer>()).next_multiple_of(8)
        + defaults * size_of::<Value>()
}

impl Heap {
    /// A closure whose outers are still null; the caller fills them in (counted) before it allocates again.
    ///
    /// # Safety
    /// As [`Heap::allocate`]; `default_values` must be valid.
    pub(crate) unsafe fn new_closure(
        &mut self,
        function: *const Function,
        default_values: &[Value],
    ) -> Result<*mut Closure, OutOfMemory> {
        let outer_count = (*function).outer_count;
        let size = closure_size(outer_count as usize, default_values.len());
        let closure = self.new_object::<Closure>(Kind::Closure, size)?;
        (*closure).function = function;
        (*closure).direct_arguments = (*function).direct_arguments();
        (*closure).outer_count = outer_count;
        (*closure).default_count = default_values.len() as u16;
        (*closure).environment = Value::NULL;
        (*closure).root = Value::NULL;
        (*closure).base = ptr::null_mut();
        for position in 0..outer_count as usize {
            *outers(closure).add(position) = ptr::null_mut();
        }
        for (position, value) in default_values.iter().enumerate() {
            Heap::retain(*value);
            *defaults(closure).add(position) = *value;
        }
        Ok(closure)
    }

    /// A copy that shares the outers.
    ///
    /// # Safety
    /// As [`Heap::allocate`].
    pub(crate) unsafe fn clone_closure(
        &mut self,
        closure: *mut Closure,
    ) -> Result<*mut Closure, OutOfMemory> {
        let default_values =
            core::slice::from_raw_parts(defaults(closure), (*closure).default_count as usize);
        let copy = self.new_closure((*closure).function, default_values)?;
        for position in 0..(*closure).outer_count as usize {
            let outer = *outers(closure).add(position);
            Heap::retain_object(outer);
            *outers(copy).add(position) = outer;
        }
        (*copy).direct_arguments = (*closure).direct_arguments;
        self.store(&mut (*copy).environment, (*closure).environment);
        self.store(&mut (*copy).root, (*closure).root);
        self.store_object(&mut (*copy).base, (*closure).base);
        Ok(copy)
    }

    /// A copy whose `this` is always `environment`.
    ///
    /// # Safety
    /// As [`Heap::allocate`].
    pub(crate) unsafe fn bind_closure(
        &mut self,
        closure: *mut Closure,
        environment: Value,
    ) -> Result<*mut Closure, OutOfMemory> {
        let copy = self.clone_closure(closure)?;
        self.store(&mut (*copy).environment, environment);
        (*copy).direct_arguments = u32::MAX;
        Ok(copy)
    }

    /// A native function whose `this` is always `environment`.
    ///
    /// # Safety
    /// As [`Heap::allocate`].
    pub(crate) unsafe fn bind_native(
        &mut self,
        function: *const NativeFunction,
        environment: Value,
    ) -> Result<*mut NativeClosure, OutOfMemory> {
        let closure = self.new_object::<NativeClosure>(Kind::NativeClosure, size_of::<NativeClosure>())?;
        (*closure).function = function;
        Heap::retain(environment);
        (*closure).environment = environment;
        Ok(closure)
    }

    /// A copy for the class in which a method is defined, so that `base` means that class's base.
    ///
    /// # Safety
    /// As [`Heap::allocate`].
    pub(crate) unsafe fn closure_with_base(
        &mut self,
        closure: *mut Closure,
        base: *mut Class,
    ) -> Result<*mut Closure, OutOfMemory> {
        let copy = self.clone_closure(closure)?;
        self.store_object(&mut (*copy).base, base);
        Ok(copy)
    }

    /// The outer for a register of the running thread: the open one if there is one.
    ///
    /// # Safety
    /// As [`Heap::allocate`]; `slot` must be in the running thread's stack.
    pub(crate) unsafe fn open_outer(&mut self, slot: *mut Value) -> Result<*mut Outer, OutOfMemory> {
        let mut link: *mut *mut Outer = self.open_outers();
        while !(*link).is_null() && (**link).slot >= slot {
            count(1);
            if (**link).slot == slot {
                return Ok(*link);
            }
            link = &mut (**link).next_open;
        }
        let outer = self.new_object::<Outer>(Kind::Outer, size_of::<Outer>())?;
        (*outer).slot = slot;
        (*outer).closed = Value::NULL;
        // The allocation may have closed nothing, but it may have freed open outers: search again.
        let mut link: *mut *mut Outer = self.open_outers();
        while !(*link).is_null() && (**link).slot > slot {
            link = &mut (**link).next_open;
        }
        (*outer).next_open = *link;
        *link = outer;
        Ok(outer)
    }

    /// Detaches the open outers at `from` and above: from now on they own their values.
    ///
    /// # Safety
    /// `from` must be in the running thread's stack.
    pub(crate) unsafe fn close_outers(&mut self, from: *mut Value) {
        loop {
            let outer = *self.open_outers();
            if outer.is_null() || (*outer).slot < from {
                return;
            }
            *self.open_outers() = (*outer).next_open;
            let value = *(*outer).slot;
            Heap::retain(value);
            (*outer).closed = value;
            (*outer).slot = &raw mut (*outer).closed;
            (*outer).next_open = ptr::null_mut();
        }
    }

    /// Takes a dying outer out of the list of open ones.
    pub(super) unsafe fn forget_outer(&mut self, outer: *mut Outer) {
        if (*outer).slot == &raw mut (*outer).closed {
            return;
        }
        let mut thread = self.threads;
        while !thread.is_null() {
            let mut link: *mut *mut Outer = &mut (*thread).open_outers;
            while !(*link).is_null() {
                count(1);
                if *link == outer {
                    *link = (*outer).next_open;
                    (*outer).slot = &raw mut (*outer).closed;
                    return;
                }
                link = &mut (**link).next_open;
            }
            thread = (*thread).next;
        }
    }
}
