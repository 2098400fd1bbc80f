//! Strings, tables and arrays.

use super::machine::{Inner, Machine, Moment, inner, with_context};
use super::status::Status;
use super::value::{Kind, KindCode, Value};
use core::ffi::c_char;
use core::ptr;
use tamias_vm::{Cx, Local, Raise};

/// Stores a value, or `null` if there is none.
///
/// # Safety
/// 1. `place` can be written to.
pub(super) unsafe fn store(place: *mut Value, value: Result<Value, Status>) -> Status {
    // SAFETY: the caller's word.
    unsafe { place.write(value.unwrap_or(Value::NULL)) };
    value.err().unwrap_or(Status::Ok)
}

fn memory(_: Raise) -> Status {
    Status::ErrorMemory
}

/// Stores in `value` what the slot `key` of a table, class or instance holds, or the element at the integer `key` of
/// an array. Delegates and metamethods are not asked.
///
/// Returns TAMIAS_OK, TAMIAS_ERROR_ABSENT (`value` is `null` then), TAMIAS_ERROR_TYPE (no container),
/// TAMIAS_ERROR_ARGUMENT (a null pointer or a handle that is not valid), TAMIAS_ERROR_MEMORY or TAMIAS_ERROR_BUSY.
/// Between runs (release objects later) and in native functions. Not in interrupts.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamias_get(
    vm: *mut Machine,
    container: Value,
    key: Value,
    value: *mut Value,
) -> Status {
    if value.is_null() {
        return Status::ErrorArgument;
    }
    // SAFETY: the preconditions of the header.
    unsafe {
        let found = inner(vm, Moment::IdleOrNative)
            .and_then(|inner| with_context(inner, |cx, inner| get(cx, inner, container, key)));
        store(value, found)
    }
}

unsafe fn get(cx: &mut Cx<'_>, inner: *mut Inner, container: Value, key: Value) -> Result<Value, Status> {
    // SAFETY: the machine is that of the context; texts are valid, as the header demands.
    unsafe {
        let (container, key) = (container.to_local(cx, inner)?, key.to_local(cx, inner)?);
        let found = if let Some(array) = container.as_array() {
            let position = key.as_int().ok_or(Status::ErrorType)?;
            usize::try_from(position).ok().and_then(|position| array.get(position))
        } else if is_container(container) {
            cx.raw_slot(container, key).map_err(memory)?
        } else {
            return Err(Status::ErrorType);
        };
        let found = cx.slot_value(found.ok_or(Status::ErrorAbsent)?);
        Value::from_local(cx, inner, found)
    }
}

fn is_container(value: Local<'_>) -> bool {
    value.as_table().is_some() || value.as_class().is_some() || value.as_instance().is_some()
}

/// Creates or changes the slot `key` of a table, or changes the element at the integer `key` of an array; the length
/// of the array as `key` appends an element.
///
/// Returns TAMIAS_OK, TAMIAS_ERROR_ABSENT (beyond the end of the array), TAMIAS_ERROR_TYPE (no table or array, or a
/// key that cannot be one), TAMIAS_ERROR_ARGUMENT (a handle that is not valid), TAMIAS_ERROR_MEMORY or
/// TAMIAS_ERROR_BUSY. Between runs and in native functions. Not in interrupts.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamias_set(vm: *mut Machine, container: Value, key: Value, value: Value) -> Status {
    // SAFETY: the preconditions of the header.
    let set = unsafe {
        inner(vm, Moment::IdleOrNative)
            .and_then(|inner| with_context(inner, |cx, inner| set(cx, inner, container, key, value)))
    };
    set.err().unwrap_or(Status::Ok)
}

unsafe fn set(
    cx: &mut Cx<'_>,
    inner: *mut Inner,
    container: Value,
    key: Value,
    value: Value,
) -> Result<(), Status> {
    // SAFETY: the machine is that of the context; texts are valid, as the header demands.
    let (container, key, value) =
        unsafe { (container.to_local(cx, inner)?, key.to_local(cx, inner)?, value.to_local(cx, inner)?) };
    if let Some(table) = container.as_table() {
        if key.is_null() {
            return Err(Status::ErrorType);
        }
        return table.set(cx, key, value).map_err(memory);
    }
    let array = container.as_array().ok_or(Status::ErrorType)?;
    let position = key.as_int().ok_or(Status::ErrorType)?;
    match usize::try_from(position) {
        Ok(position) if position < array.len() => {
            array.set(cx, position, value);
            Ok(())
        }
        Ok(position) if position == array.len() => array.push(cx, value).map_err(memory),
        _ => Err(Status::ErrorAbsent),
    }
}

/// Makes an empty table (`kind` is TAMIAS_TABLE) or array (TAMIAS_ARRAY).
///
/// Returns TAMIAS_OK, TAMIAS_ERROR_ARGUMENT (a null pointer or another kind), TAMIAS_ERROR_MEMORY or
/// TAMIAS_ERROR_BUSY. Between runs (release the object later) and in native functions. Not in interrupts.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamias_new(vm: *mut Machine, kind: KindCode, value: *mut Value) -> Status {
    if value.is_null() {
        return Status::ErrorArgument;
    }
    // SAFETY: the preconditions of the header.
    unsafe {
        let made = inner(vm, Moment::IdleOrNative).and_then(|inner| {
            with_context(inner, |cx, inner| {
                let made: Local<'_> = if kind == Kind::Table as u32 {
                    cx.table(0).map_err(memory)?.into()
                } else if kind == Kind::Array as u32 {
                    cx.array(0).map_err(memory)?.into()
                } else {
                    return Err(Status::ErrorArgument);
                };
                Value::from_local(cx, inner, made)
            })
        });
        store(value, made)
    }
}

/// Makes a string of `length` bytes, which may be any. For NUL-terminated strings there is tamias_text().
///
/// Returns TAMIAS_OK, TAMIAS_ERROR_ARGUMENT (a null pointer), TAMIAS_ERROR_MEMORY or TAMIAS_ERROR_BUSY. Between runs
/// (release the string later) and in native functions. Not in interrupts.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamias_string(
    vm: *mut Machine,
    bytes: *const c_char,
    length: usize,
    value: *mut Value,
) -> Status {
    if value.is_null() || bytes.is_null() && length > 0 {
        return Status::ErrorArgument;
    }
    // SAFETY: the preconditions of the header.
    unsafe {
        let bytes = if length == 0 { &[] } else { core::slice::from_raw_parts(bytes.cast::<u8>(), length) };
        let made = inner(vm, Moment::IdleOrNative).and_then(|inner| {
            with_context(inner, |cx, inner| {
                let string = cx.string(bytes).map_err(memory)?;
                Value::from_local(cx, inner, string.into())
            })
        });
        store(value, made)
    }
}

/// Stores in `bytes` and `length` where the bytes of a string or blob are.
///
/// They are valid as long as the handle; those of a blob also only until the program runs again. They must not be
/// changed, and are not NUL-terminated.
///
/// Returns TAMIAS_OK, TAMIAS_ERROR_TYPE (neither string nor blob), TAMIAS_ERROR_ARGUMENT (a null pointer or a handle
/// that is not valid) or TAMIAS_ERROR_BUSY. Between runs and in native functions. Not in interrupts.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamias_bytes(
    vm: *mut Machine,
    value: Value,
    bytes: *mut *const c_char,
    length: *mut usize,
) -> Status {
    if bytes.is_null() || length.is_null() {
        return Status::ErrorArgument;
    }
    // SAFETY: the preconditions of the header.
    unsafe {
        let found = inner(vm, Moment::IdleOrNative).and_then(|inner| {
            with_context(inner, |cx, inner| {
                let object = value.object(cx, inner).ok_or(Status::ErrorType)?;
                bytes_of(cx, object)
            })
        });
        let (start, count) = found.unwrap_or((ptr::null(), 0));
        bytes.write(start.cast());
        length.write(count);
        found.err().unwrap_or(Status::Ok)
    }
}

fn bytes_of<'v>(cx: &mut Cx<'v>, value: Local<'v>) -> Result<(*const u8, usize), Status> {
    let bytes: &[u8] = match (value.as_str(), value.as_instance()) {
        (Some(string), _) => string.as_bytes(),
        (None, Some(instance)) => cx.bytes(instance).map_err(|_| Status::ErrorType)?,
        (None, None) => return Err(Status::ErrorType),
    };
    Ok((bytes.as_ptr(), bytes.len()))
}

/// Stores the length of a string or blob in bytes, of an array in elements, or of a table in slots.
///
/// Returns TAMIAS_OK, TAMIAS_ERROR_TYPE (something else), TAMIAS_ERROR_ARGUMENT (a null pointer or a handle that is
/// not valid) or TAMIAS_ERROR_BUSY. Between runs and in native functions. Not in interrupts.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamias_length(vm: *mut Machine, value: Value, length: *mut usize) -> Status {
    if length.is_null() {
        return Status::ErrorArgument;
    }
    // SAFETY: the preconditions of the header.
    unsafe {
        let found = inner(vm, Moment::IdleOrNative).and_then(|inner| {
            with_context(inner, |cx, inner| {
                let object = value.object(cx, inner).ok_or(Status::ErrorType)?;
                match (object.as_array(), object.as_table()) {
                    (Some(array), _) => Ok(array.len()),
                    (None, Some(table)) => Ok(table.len()),
                    (None, None) => bytes_of(cx, object).map(|(_, count)| count),
                }
            })
        });
        length.write(found.unwrap_or(0));
        found.err().unwrap_or(Status::Ok)
    }
}

/// Stores in `kept` a handle to the same object that lasts until it is given to tamias_release(). Values that are no
/// objects are copied.
///
/// Returns TAMIAS_OK, TAMIAS_ERROR_ARGUMENT (a null pointer or a handle that is not valid), TAMIAS_ERROR_MEMORY or
/// TAMIAS_ERROR_BUSY. Between runs and in native functions. Not in interrupts.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamias_keep(vm: *mut Machine, value: Value, kept: *mut Value) -> Status {
    if kept.is_null() {
        return Status::ErrorArgument;
    }
    // SAFETY: the preconditions of the header.
    unsafe {
        let made = inner(vm, Moment::IdleOrNative).and_then(|inner| {
            with_context(inner, |cx, inner| {
                let local = value.to_local(cx, inner)?;
                Value::kept(cx, local)
            })
        });
        store(kept, made)
    }
}

/// Lets go of a handle that lasts. It is not valid any more afterwards. Values that are no objects and temporary
/// handles may be given, too: nothing happens.
///
/// Returns TAMIAS_OK, TAMIAS_ERROR_ARGUMENT (no machine, or a handle that has been released already) or
/// TAMIAS_ERROR_BUSY. Between runs, while the program is interrupted, and in native functions. Not in interrupts.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamias_release(vm: *mut Machine, value: Value) -> Status {
    // SAFETY: the preconditions of the header.
    let released = unsafe {
        inner(vm, Moment::NotRunning).and_then(|inner| match value.kept_handle() {
            Some(handle) => release(inner, handle),
            None => Ok(()),
        })
    };
    released.err().unwrap_or(Status::Ok)
}

unsafe fn release(inner: *mut Inner, handle: tamias_vm::Handle) -> Result<(), Status> {
    // SAFETY: a context that is set is that of a native that waits for this call. Without one, nothing else
    // refers to the VM.
    unsafe {
        let context = (*inner).context;
        let is_released =
            if context.is_null() { (*inner).vm.release(handle) } else { (*context).release(handle) };
        if is_released { Ok(()) } else { Err(Status::ErrorArgument) }
    }
}
