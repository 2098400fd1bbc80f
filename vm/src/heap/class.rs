//! Classes and instances: members, layout, inheritance.
//!
//! A class maps each name to a field or a method. Fields have an initial value
//! that every new instance gets; methods (and static members) live in the
//! class. The map is copied when a class is derived, so a lookup never walks
//! the bases. Fields keep their index in derived classes.

use super::object::{Class, Instance, Kind, METAMETHODS, Member, Metamethod};
use super::table::find;
use super::{Heap, NativeClassEntry, OutOfMemory};
use crate::native::NativeClass;
use crate::value::Value;
use core::ptr;

/// Where a member is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum MemberIndex {
    /// A field of the instances.
    Field(u32),
    /// A method or static member.
    Method(u32),
}

impl MemberIndex {
    #[inline(always)]
    fn from_value(value: Value) -> MemberIndex {
        let number = value.number();
        if number & 1 == 0 { MemberIndex::Field(number >> 1) } else { MemberIndex::Method(number >> 1) }
    }

    fn to_value(self) -> Value {
        match self {
            MemberIndex::Field(index) => Value::int((index << 1) as i32),
            MemberIndex::Method(index) => Value::int((index << 1 | 1) as i32),
        }
    }
}

/// Whether a new member belongs to the class or to each instance. Functions always belong to the class.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Storage {
    Static,
    Instance,
}

/// The fields of an instance.
///
/// # Safety
/// The instance must be valid.
#[inline(always)]
pub(crate) unsafe fn fields(instance: *mut Instance) -> *mut Value {
    instance.add(1).cast()
}

const _: () = assert!(size_of::<Instance>().is_multiple_of(align_of::<Value>()));

/// Where the member of this (interned) name is.
///
/// # Safety
/// Class and name must be valid.
#[cfg_attr(compact, inline(never))]
#[cfg_attr(not(compact), inline(always))]
pub(crate) unsafe fn member(class: *const Class, name: Value) -> Option<MemberIndex> {
    let entry = find((*class).members, name);
    if entry.is_null() { None } else { Some(MemberIndex::from_value((*entry).value)) }
}

/// The value and attributes behind an index.
///
/// # Safety
/// The index must come from [`member`] of the same class.
#[inline(always)]
pub(crate) unsafe fn member_at(class: *const Class, index: MemberIndex) -> *mut Member {
    match index {
        MemberIndex::Field(index) => (*class).fields.add(index as usize),
        MemberIndex::Method(index) => (*class).methods.add(index as usize),
    }
}

/// Whether `class` is `ancestor` or derives from it.
///
/// # Safety
/// Both must be valid.
pub(crate) unsafe fn is_a(mut class: *const Class, ancestor: *const Class) -> bool {
    while !class.is_null() {
        if class == ancestor {
            return true;
        }
        class = (*class).base;
    }
    false
}

/// A metamethod of a class, or null.
///
/// # Safety
/// The class must be valid.
#[cfg_attr(compact, inline(never))]
#[cfg_attr(not(compact), inline(always))]
pub(crate) unsafe fn metamethod(class: *const Class, which: Metamethod) -> Value {
    if (*class).metamethods.is_null() { Value::NULL } else { *(*class).metamethods.add(which as usize) }
}

/// Locks a class and those that it extends.
///
/// # Safety
/// The class must be valid.
#[cold]
unsafe fn lock(class: *mut Class) {
    let mut class = class;
    while !class.is_null() {
        (*class).locked = true;
        class = (*class).base;
    }
}

impl Heap {
    /// A new class, derived from `base` unless that is null. What is added to `base` later
    /// does not reach it.
    ///
    /// # Safety
    /// As [`Heap::allocate`].
    pub(crate) unsafe fn new_class(&mut self, base: *mut Class) -> Result<*mut Class, OutOfMemory> {
        let class = self.new_object::<Class>(Kind::Class, size_of::<Class>())?;
        let header = ptr::read(&(*class).header);
        class.write(Class {
            header,
            base: ptr::null_mut(),
            members: ptr::null_mut(),
            fields: ptr::null_mut(),
            methods: ptr::null_mut(),
            metamethods: ptr::null_mut(),
            attributes: Value::NULL,
            native: ptr::null(),
            constructor: Value::NULL,
            field_count: 0,
            field_capacity: 0,
            method_count: 0,
            method_capacity: 0,
            locked: false,
        });
        if base.is_null() {
            let members = self.new_table(0)?;
            self.store_object(&mut (*class).members, members);
            return Ok(class);
        }
        self.store_object(&mut (*class).base, base);
        (*class).native = (*base).native;
        self.store(&mut (*class).constructor, (*base).constructor);
        let members = self.clone_table((*base).members)?;
        self.store_object(&mut (*class).members, members);
        for position in 0..(*base).field_count as usize {
            self.push_member(class, MemberIndex::Field(0), *(*base).fields.add(position))?;
        }
        for position in 0..(*base).method_count as usize {
            self.push_member(class, MemberIndex::Method(0), *(*base).methods.add(position))?;
        }
        if !(*base).metamethods.is_null() {
            self.ensure_metamethods(class)?;
            for position in 0..METAMETHODS {
                self.store((*class).metamethods.add(position), *(*base).metamethods.add(position));
            }
        }
        Ok(class)
    }

    unsafe fn ensure_metamethods(&mut self, class: *mut Class) -> Result<(), OutOfMemory> {
        if (*class).metamethods.is_null() {
            let metamethods = self.allocate_storage::<Value>(METAMETHODS)?;
            for position in 0..METAMETHODS {
                *metamethods.add(position) = Value::NULL;
            }
            (*class).metamethods = metamethods;
        }
        Ok(())
    }

    /// Appends to the fields or methods; the number in `kind` does not matter.
    unsafe fn push_member(
        &mut self,
        class: *mut Class,
        kind: MemberIndex,
        member: Member,
    ) -> Result<MemberIndex, OutOfMemory> {
        let is_field = matches!(kind, MemberIndex::Field(_));
        let (list, count, capacity) = if is_field {
            ((*class).fields, (*class).field_count, (*class).field_capacity)
        } else {
            ((*class).methods, (*class).method_count, (*class).method_capacity)
        };
        let mut list = list;
        if count == capacity {
            let grown = self.allocate_storage::<Member>((count as usize + count as usize / 2).max(4))?;
            if !list.is_null() {
                grown.copy_from_nonoverlapping(list, count as usize);
            }
            self.free_storage(list);
            list = grown;
            let capacity = Heap::storage_room(grown) as u32;
            if is_field {
                ((*class).fields, (*class).field_capacity) = (grown, capacity);
            } else {
                ((*class).methods, (*class).method_capacity) = (grown, capacity);
            }
        }
        Heap::retain(member.value);
        Heap::retain(member.attributes);
        *list.add(count as usize) = member;
        if is_field {
            (*class).field_count += 1;
            Ok(MemberIndex::Field(count))
        } else {
            (*class).method_count += 1;
            Ok(MemberIndex::Method(count))
        }
    }

    /// Which metamethod this (interned) name is.
    ///
    /// # Safety
    /// `name` must be valid.
    pub(crate) unsafe fn metamethod_index(&self, name: Value) -> Option<usize> {
        if !name.is_string() {
            return None;
        }
        self.roots.metamethod_names.iter().position(|candidate| *candidate == name.as_string())
    }

    /// Adds or replaces a member. `None` if the class is locked and this would change its fields.
    ///
    /// # Safety
    /// As [`Heap::allocate`]; `name` must be interned and not null.
    pub(crate) unsafe fn class_set(
        &mut self,
        class: *mut Class,
        name: Value,
        mut value: Value,
        storage: Storage,
    ) -> Result<Option<()>, OutOfMemory> {
        let is_function = value.is_closure() || value.is_native_closure() || value.is_native();
        let belongs_to_class = is_function || storage == Storage::Static;
        if (*class).locked {
            if !belongs_to_class {
                return Ok(None);
            }
            self.sites.clear();
        }
        if is_function && let Some(index) = self.metamethod_index(name) {
            self.ensure_metamethods(class)?;
            self.store((*class).metamethods.add(index), value);
            return Ok(Some(()));
        }
        if value.is_closure() && !(*class).base.is_null() {
            value = Value::from_closure(self.closure_with_base(value.as_closure(), (*class).base)?);
        }
        match member(class, name) {
            // A field that becomes a function stays a field, with the function as its initial value.
            Some(index @ MemberIndex::Field(_)) => {
                self.store(&mut (*member_at(class, index)).value, value);
                return Ok(Some(()));
            }
            Some(index @ MemberIndex::Method(_)) if belongs_to_class => {
                self.store(&mut (*member_at(class, index)).value, value);
            }
            _ => {
                let kind = if belongs_to_class { MemberIndex::Method(0) } else { MemberIndex::Field(0) };
                let index = self.push_member(class, kind, Member { value, attributes: Value::NULL })?;
                self.table_set((*class).members, name, index.to_value())?;
            }
        }
        if name.is_string() && name.as_string() == self.roots.constructor_name {
            self.store(&mut (*class).constructor, value);
        }
        Ok(Some(()))
    }

    /// A new instance with the initial values of its fields. The class and those that it extends get locked.
    ///
    /// # Safety
    /// As [`Heap::allocate`].
    #[inline]
    pub(crate) unsafe fn new_instance(&mut self, class: *mut Class) -> Result<*mut Instance, OutOfMemory> {
        let count = (*class).field_count as usize;
        let instance =
            self.new_object::<Instance>(Kind::Instance, size_of::<Instance>() + count * size_of::<Value>())?;
        if !(*class).locked {
            lock(class);
        }
        (*class).header.count += 1;
        (*instance).class = class;
        (*instance).native = Value::NULL;
        (*instance).field_count = count as u32;
        for position in 0..count {
            let value = (*(*class).fields.add(position)).value;
            Heap::retain(value);
            *fields(instance).add(position) = value;
        }
        Ok(instance)
    }

    /// A copy of an instance. Its native data is not copied: the caller sees to that.
    ///
    /// # Safety
    /// As [`Heap::allocate`].
    pub(crate) unsafe fn clone_instance(
        &mut self,
        instance: *mut Instance,
    ) -> Result<*mut Instance, OutOfMemory> {
        let copy = self.new_instance((*instance).class)?;
        for position in 0..(*instance).field_count as usize {
            self.store(fields(copy).add(position), *fields(instance).add(position));
        }
        Ok(copy)
    }

    /// The class object of a native class, made when it is first asked for.
    ///
    /// # Safety
    /// As [`Heap::allocate`].
    pub(crate) unsafe fn class_of_native(
        &mut self,
        description: &'static NativeClass,
    ) -> Result<*mut Class, OutOfMemory> {
        let mut entry = self.native_classes;
        while !entry.is_null() {
            if ptr::eq((*entry).description, description) {
                return Ok((*entry).class);
            }
            entry = (*entry).next;
        }
        let class = self.new_class(ptr::null_mut())?;
        (*class).native = description;
        let entry = self.allocate_storage::<NativeClassEntry>(1)?;
        Heap::retain_object(class);
        entry.write(NativeClassEntry { description, class, next: self.native_classes });
        self.native_classes = entry;
        Ok(class)
    }
}
