//! Which references each kind of object holds: the one list that counting,
//! marking and the audit share.

use super::object::{
    Array, Class, Closure, Generator, Header, Instance, Kind, METAMETHODS, Member, NativeClosure, Outer,
    Table,
};
use crate::value::{Tag, Value};

/// Calls `visit` with every counted reference that the object holds. References to outers and classes that
/// are kept as pointers are passed as headers.
///
/// # Safety
/// The object must be well-formed.
#[inline(always)]
pub(super) unsafe fn references(header: *mut Header, mut visit: impl FnMut(*mut Header)) {
    #[cfg(compact)]
    each_reference::<dyn FnMut(*mut Header)>(header, &mut visit);
    #[cfg(not(compact))]
    each_reference(header, &mut visit);
}

unsafe fn each_reference<F: FnMut(*mut Header) + ?Sized>(header: *mut Header, visit: &mut F) {
    let mut value = |value: Value| {
        if value.is_reference() {
            visit(value.header());
        }
    };
    match (*header).kind() {
        Kind::Table => {
            let table = header.cast::<Table>();
            pointer((*table).delegate, &mut value);
            for position in 0..(*table).used as usize {
                let entry = *(*table).entries.add(position);
                value(entry.key);
                value(entry.value);
            }
        }
        Kind::Array => {
            let array = header.cast::<Array>();
            slice((*array).elements, (*array).length, &mut value);
        }
        Kind::Closure => {
            let closure = header.cast::<Closure>();
            value((*closure).environment);
            value((*closure).root);
            pointer((*closure).base, &mut value);
            for outer in 0..(*closure).outer_count as usize {
                pointer(*super::closure::outers(closure).add(outer), &mut value);
            }
            slice(super::closure::defaults(closure), (*closure).default_count as u32, &mut value);
        }
        Kind::NativeClosure => value((*header.cast::<NativeClosure>()).environment),
        Kind::Generator => {
            let generator = header.cast::<Generator>();
            pointer((*generator).closure, &mut value);
            slice((*generator).registers, (*generator).register_count, &mut value);
        }
        Kind::Class => {
            let class = header.cast::<Class>();
            pointer((*class).base, &mut value);
            pointer((*class).members, &mut value);
            members((*class).fields, (*class).field_count, &mut value);
            members((*class).methods, (*class).method_count, &mut value);
            if !(*class).metamethods.is_null() {
                slice((*class).metamethods, METAMETHODS as u32, &mut value);
            }
            value((*class).attributes);
            value((*class).constructor);
        }
        Kind::Instance => {
            let instance = header.cast::<Instance>();
            pointer((*instance).class, &mut value);
            value((*instance).native);
            slice(super::class::fields(instance), (*instance).field_count, &mut value);
        }
        Kind::Outer => value((*header.cast::<Outer>()).closed),
        Kind::String
        | Kind::WeakRef
        | Kind::Thread
        | Kind::Buffer
        | Kind::Payload
        | Kind::Storage
        | Kind::Free => {}
    }
}

/// A counted pointer, wrapped so that it takes the same path as a value. The tag does not matter there.
unsafe fn pointer<T>(object: *mut T, value: &mut impl FnMut(Value)) {
    if !object.is_null() {
        value(Value::from_pointer(Tag::Table, object));
    }
}

unsafe fn slice(values: *mut Value, count: u32, value: &mut impl FnMut(Value)) {
    for position in 0..count as usize {
        value(*values.add(position));
    }
}

unsafe fn members(list: *mut Member, count: u32, value: &mut impl FnMut(Value)) {
    for position in 0..count as usize {
        let member = *list.add(position);
        value(member.value);
        value(member.attributes);
    }
}
