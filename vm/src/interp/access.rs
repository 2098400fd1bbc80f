//! Slots: reading, changing, creating and deleting them, and `in`.

use super::Registers;
use super::accessor::Accessor;
use super::stack::{ContinuationKind, Level};
use super::vm::Vm;
use crate::heap::class::{self, MemberIndex, Storage};
use crate::heap::local::{Cx, Local, Raise, strengthen};
use crate::heap::object::Metamethod;
use crate::heap::table;
use crate::native::{Item, Member};
use crate::value::{Tag, Value};
use tamias_bytecode::op::Instruction;

/// The outcome of a lookup.
pub(crate) enum Lookup {
    /// Found. Weak references are not replaced yet.
    Value(Value),
    /// `_get` has to be asked, with the key as its argument.
    Accessor(Accessor),
    /// Not found.
    Missing,
}

/// The outcome of a change.
pub(super) enum Change {
    Done,
    /// `_set` has to be asked, with key and value.
    Accessor(Accessor),
    /// This metamethod has to be called with key and value.
    Metamethod(Value),
    Missing,
}

/// What misses are looked up in after the object itself.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Fallback {
    None,
    /// A bare name, or a slot of `this`.
    Root,
}

impl Vm {
    /// Looks a slot up: own slots and members, delegates, `_get`, default methods.
    ///
    /// # Safety
    /// Values must be valid; natives' protection must be on (properties allocate).
    pub(crate) unsafe fn lookup(&mut self, object: Value, key: Value) -> Result<Lookup, Raise> {
        if let Some(value) = self.raw_lookup(object, key)? {
            return Ok(Lookup::Value(value));
        }
        // A table with a delegate finds the default methods through it, so before `_get` is asked.
        if object.is_table()
            && !(*object.as_table()).delegate.is_null()
            && let Lookup::Value(value) = self.default_lookup(object, key)?
        {
            return Ok(Lookup::Value(value));
        }
        match self.accessor(object, Metamethod::Get, Level::MAX) {
            Some(accessor) => Ok(Lookup::Accessor(accessor)),
            None => self.default_lookup(object, key),
        }
    }

    /// The part of a lookup that comes before `_get`.
    pub(super) unsafe fn raw_lookup(&mut self, object: Value, key: Value) -> Result<Option<Value>, Raise> {
        match object.tag() {
            Tag::Table => {
                let Some(key) = self.heap.as_key(key) else {
                    return self.static_root_lookup(object, key);
                };
                let mut table = object.as_table();
                while !table.is_null() {
                    let entry = table::find(table, key);
                    if !entry.is_null() {
                        return Ok(Some((*entry).value));
                    }
                    table = (*table).delegate;
                }
                self.static_root_lookup(object, key)
            }
            Tag::Array if key.is_number() => {
                let index = index_of(key);
                let array = object.as_array();
                Ok((index >= 0 && (index as u32) < (*array).length)
                    .then(|| *(*array).elements.add(index as usize)))
            }
            Tag::String if key.is_number() => {
                let bytes = crate::heap::string::bytes(object.as_string());
                let index = index_of(key) as i64;
                let position = if index < 0 { index + bytes.len() as i64 } else { index };
                Ok(usize::try_from(position)
                    .ok()
                    .and_then(|at| bytes.get(at))
                    .map(|byte| Value::int(*byte as i32)))
            }
            Tag::Class => self.member_lookup(object.as_class(), key),
            Tag::Instance => {
                let instance = object.as_instance();
                if (*instance).native.is_buffer() && key.is_number() {
                    let buffer = (*instance).native.as_buffer();
                    let index = index_of(key);
                    if index < 0 || index as u32 >= (*buffer).length {
                        return Err(self.error(format_args!("index out of range")));
                    }
                    return Ok(Some(Value::int(*(*buffer).data.add(index as usize) as i32)));
                }
                if let Some(key) = self.heap.as_key(key)
                    && let Some(MemberIndex::Field(index)) = class::member((*instance).class, key)
                {
                    return Ok(Some(*class::fields(instance).add(index as usize)));
                }
                self.member_lookup((*instance).class, key)
            }
            Tag::Library => {
                let library = &*object.as_library();
                self.library_lookup(library, key)
            }
            _ => Ok(None),
        }
    }

    unsafe fn member_lookup(
        &mut self,
        class: *mut crate::heap::object::Class,
        key: Value,
    ) -> Result<Option<Value>, Raise> {
        if let Some(key) = self.heap.as_key(key)
            && let Some(index) = class::member(class, key)
        {
            return Ok(Some((*class::member_at(class, index)).value));
        }
        match (*class).native.as_ref() {
            Some(native) => self.library_lookup(native.members, key),
            None => Ok(None),
        }
    }

    /// The libraries' entries are slots of the root table that nothing has replaced.
    unsafe fn static_root_lookup(&mut self, object: Value, key: Value) -> Result<Option<Value>, Raise> {
        if object.as_table() != self.heap.roots.root || !key.is_string() {
            return Ok(None);
        }
        for position in 0..self.library_count {
            let library = self.libraries[position];
            if let Some(library) = library
                && let Some(value) = self.library_lookup(library, key)?
            {
                return Ok(Some(value));
            }
        }
        Ok(None)
    }

    unsafe fn library_lookup(
        &mut self,
        library: &'static crate::native::Library,
        key: Value,
    ) -> Result<Option<Value>, Raise> {
        if !key.is_string() {
            return Ok(None);
        }
        let string = key.as_string();
        let hash = crate::heap::string::hash(string);
        match library.find(hash, crate::heap::string::bytes(string), self.edition) {
            Some(member) => self.member_value(member),
            None => Ok(None),
        }
    }

    unsafe fn member_value(&mut self, member: &'static Member) -> Result<Option<Value>, Raise> {
        let Some(item) = member.as_item() else {
            return Ok(member.as_function().map(|function| Value::from_native(function)));
        };
        Ok(Some(match item {
            Item::Int(number) => Value::int(*number),
            Item::Float(number) => Value::float(*number),
            Item::Bool(truth) => Value::bool(*truth),
            Item::Str(text) => Value::from_string(self.heap.new_string(text.as_bytes())?),
            Item::Library(library) => Value::from_library(*library),
            Item::Class(description) => Value::from_class(self.heap.class_of_native(description)?),
            Item::Property(read) => {
                let top = (*self.heap.current).top;
                // A property is read in the middle of an instruction: it gets an empty window above it.
                let mut cx = Cx::new(self, top, 0);
                return Ok(read(&mut cx, member.name())?.map(|local: Local<'_>| local.value));
            }
        }))
    }

    /// Default methods of the type.
    pub(super) unsafe fn default_lookup(&mut self, object: Value, key: Value) -> Result<Lookup, Raise> {
        let Some(library) = crate::builtins::delegate(object.tag()) else { return Ok(Lookup::Missing) };
        Ok(self.library_lookup(library, key)?.map_or(Lookup::Missing, Lookup::Value))
    }

    /// The root table for a running function.
    pub(super) unsafe fn root_of(&self, r: &Registers) -> Value {
        if self.closure_roots {
            let root = strengthen((*(*r.base.sub(1)).as_closure()).root);
            if root.is_table() {
                return root;
            }
        }
        Value::from_table(self.heap.roots.root)
    }

    /// Reads a slot into a register: everything that `getfield` and its relatives do.
    pub(super) unsafe fn get(
        &mut self,
        r: &mut Registers,
        object: Value,
        key: Value,
        fallback: Fallback,
        continuation: ContinuationKind,
    ) -> Result<(), Raise> {
        match self.lookup(object, key)? {
            Lookup::Value(value) => self.deliver(r, value, continuation),
            Lookup::Accessor(accessor) => self.ask_getter(r, accessor, key, continuation),
            Lookup::Missing => self.get_from_root(r, key, fallback, continuation),
        }
    }

    /// What a lookup finds when nobody has a `_get` that knows better.
    pub(super) unsafe fn get_without_accessor(
        &mut self,
        r: &mut Registers,
        object: Value,
        key: Value,
        fallback: Fallback,
        continuation: ContinuationKind,
    ) -> Result<(), Raise> {
        match self.default_lookup(object, key)? {
            Lookup::Value(value) => self.deliver(r, value, continuation),
            _ => self.get_from_root(r, key, fallback, continuation),
        }
    }

    unsafe fn get_from_root(
        &mut self,
        r: &mut Registers,
        key: Value,
        fallback: Fallback,
        continuation: ContinuationKind,
    ) -> Result<(), Raise> {
        if fallback == Fallback::Root {
            let root = self.root_of(r);
            if let Some(value) = self.raw_lookup(root, key)? {
                return self.deliver(r, value, continuation);
            }
        }
        Err(self.index_error(key))
    }

    /// Puts a value that was read from a slot where it belongs. Weak references are replaced by their
    /// targets: that is a moment at which a program can notice what is still alive.
    pub(super) unsafe fn deliver(
        &mut self,
        r: &mut Registers,
        mut value: Value,
        continuation: ContinuationKind,
    ) -> Result<(), Raise> {
        if value.is_weakref() {
            if self.heap.may_be_gone((*value.as_weakref()).target) {
                self.reconcile_exactly(r);
            }
            value = strengthen(value);
        }
        match continuation {
            ContinuationKind::Get { dst, .. } => *r.base.add(dst as usize) = value,
            ContinuationKind::GetCallee { dst, instruction, .. } => {
                // `this` is written last: its register may hold an operand of the lookup.
                let this = super::slow::access_of(self, r, Instruction(instruction)).object;
                *r.base.add(dst as usize) = value;
                *r.base.add(dst as usize + 1) = this;
            }
            ContinuationKind::ForeachValue { instruction } => {
                let i = Instruction(instruction);
                *r.base.add(i.a() as usize + 3) = value;
                return self.jump(r, i.sbx() as i32);
            }
            _ => {}
        }
        Ok(())
    }

    /// Changes an existing slot.
    pub(super) unsafe fn change(
        &mut self,
        r: &Registers,
        object: Value,
        key: Value,
        value: Value,
        fallback: Fallback,
    ) -> Result<Change, Raise> {
        if self.raw_change(object, key, value)? {
            return Ok(Change::Done);
        }
        match self.accessor(object, Metamethod::Set, Level::MAX) {
            Some(accessor) => Ok(Change::Accessor(accessor)),
            None => self.change_in_root(r, key, value, fallback),
        }
    }

    /// The last resort of a change: a slot of the root table.
    pub(super) unsafe fn change_in_root(
        &mut self,
        r: &Registers,
        key: Value,
        value: Value,
        fallback: Fallback,
    ) -> Result<Change, Raise> {
        if fallback == Fallback::Root {
            let root = self.root_of(r);
            if self.raw_change(root, key, value)? {
                return Ok(Change::Done);
            }
        }
        Ok(Change::Missing)
    }

    unsafe fn raw_change(&mut self, object: Value, key: Value, value: Value) -> Result<bool, Raise> {
        match object.tag() {
            Tag::Table => {
                let Some(interned) = self.heap.as_key(key) else { return Ok(false) };
                let mut table = object.as_table();
                while !table.is_null() {
                    let entry = table::find(table, interned);
                    if !entry.is_null() {
                        self.heap.store(&raw mut (*entry).value, value);
                        return Ok(true);
                    }
                    table = (*table).delegate;
                }
                // Replacing an entry of a library gives the root table a slot of its own.
                if self.static_root_lookup(object, key)?.is_some() {
                    self.heap.table_set(object.as_table(), interned, value)?;
                    return Ok(true);
                }
                Ok(false)
            }
            Tag::Array => {
                if !key.is_number() {
                    return Err(self.indexing_error(object, key));
                }
                let (array, index) = (object.as_array(), index_of(key));
                if index < 0 || index as u32 >= (*array).length {
                    return Err(self.index_error(key));
                }
                self.heap.store((*array).elements.add(index as usize), value);
                Ok(true)
            }
            Tag::Instance => {
                let instance = object.as_instance();
                if (*instance).native.is_buffer() && key.is_number() {
                    return self.change_byte(instance, key, value).map(|()| true);
                }
                if let Some(key) = self.heap.as_key(key)
                    && let Some(MemberIndex::Field(index)) = class::member((*instance).class, key)
                {
                    self.heap.store(class::fields(instance).add(index as usize), value);
                    return Ok(true);
                }
                if (*instance).native.is_buffer() {
                    return Err(self.argument_error(1, key, crate::value::TypeMask::NUMBER));
                }
                Ok(false)
            }
            tag => Err(self.error_of(&[b"trying to set '", tag.type_name().as_bytes(), b"'"])),
        }
    }

    unsafe fn change_byte(
        &mut self,
        instance: *mut crate::heap::object::Instance,
        key: Value,
        value: Value,
    ) -> Result<(), Raise> {
        let buffer = (*instance).native.as_buffer();
        if !value.is_number() {
            let expected = crate::value::TypeMask::NUMBER;
            return Err(self.argument_error(2, value, expected));
        }
        let index = index_of(key);
        if index < 0 || index as u32 >= (*buffer).length {
            return Err(self.error(format_args!("index out of range")));
        }
        *(*buffer).data.add(index as usize) = index_of(value) as u8;
        Ok(())
    }

    /// Creates a slot, or finds the metamethod that does.
    pub(super) unsafe fn create(&mut self, object: Value, key: Value, value: Value) -> Result<Change, Raise> {
        if key.is_null() {
            return Err(self.error(format_args!("null cannot be used as index")));
        }
        match object.tag() {
            Tag::Table => {
                let key = self.heap.intern_key(key)?;
                if !(*object.as_table()).delegate.is_null() && table::find(object.as_table(), key).is_null() {
                    let method = self.metamethod(object, Metamethod::NewSlot);
                    if !method.is_null() {
                        return Ok(Change::Metamethod(method));
                    }
                }
                self.heap.table_set(object.as_table(), key, value)?;
                Ok(Change::Done)
            }
            Tag::Instance => {
                let method = self.metamethod(object, Metamethod::NewSlot);
                if method.is_null() {
                    return Err(
                        self.error(format_args!("class instances do not support the new slot operator"))
                    );
                }
                Ok(Change::Metamethod(method))
            }
            Tag::Class => {
                self.add_member(object, key, value, Storage::Instance)?;
                Ok(Change::Done)
            }
            _ => Err(self.indexing_error(object, key)),
        }
    }

    /// Adds a member to a class, or throws because the class is locked.
    pub(crate) unsafe fn add_member(
        &mut self,
        class: Value,
        key: Value,
        value: Value,
        storage: Storage,
    ) -> Result<(), Raise> {
        let key = self.heap.intern_key(key)?;
        match self.heap.class_set(class.as_class(), key, value, storage)? {
            Some(()) => Ok(()),
            None => {
                Err(self.error(format_args!("trying to modify a class that has already been instantiated")))
            }
        }
    }

    /// Deletes a slot; its value is what the expression is worth.
    pub(super) unsafe fn delete(
        &mut self,
        r: &mut Registers,
        dst: u8,
        object: Value,
        key: Value,
    ) -> Result<(), Raise> {
        if object.is_table() || object.is_instance() {
            let method = self.metamethod(object, Metamethod::DelSlot);
            if !method.is_null() {
                return self.call_metamethod(r, method, &[object, key], ContinuationKind::Store(dst));
            }
        }
        match object.tag() {
            Tag::Table => {
                let removed = match self.heap.as_key(key) {
                    Some(key) => self.heap.table_delete(object.as_table(), key),
                    None => None,
                };
                match removed {
                    Some(value) => *r.base.add(dst as usize) = strengthen(value),
                    None => return Err(self.index_error(key)),
                }
                Ok(())
            }
            Tag::Instance => Err(self.error(format_args!("cannot delete a slot from instance"))),
            tag => Err(self.error_of(&[b"attempt to delete a slot from a ", tag.type_name().as_bytes()])),
        }
    }

    /// Whether `key in object`, as far as that is known without `_get`.
    pub(super) unsafe fn contains(&mut self, object: Value, key: Value) -> Result<bool, Raise> {
        let in_range = |length: i64, from_end: bool| {
            key.is_number() && {
                let index = index_of(key) as i64;
                index < length && index >= if from_end { -length } else { 0 }
            }
        };
        Ok(match object.tag() {
            Tag::Array => in_range((*object.as_array()).length as i64, false),
            Tag::String => in_range((*object.as_string()).length as i64, true),
            Tag::Instance if (*object.as_instance()).native.is_buffer() && key.is_number() => {
                in_range((*(*object.as_instance()).native.as_buffer()).length as i64, false)
            }
            Tag::Table if self.edition == tamias_bytecode::Edition::Squirrel3 => {
                let own = match self.heap.as_key(key) {
                    Some(key) => !table::find(object.as_table(), key).is_null(),
                    None => false,
                };
                own || self.static_root_lookup(object, key)?.is_some()
            }
            Tag::Table | Tag::Class | Tag::Instance | Tag::Library => self.raw_lookup(object, key)?.is_some(),
            _ => false,
        })
    }

    /// `the index 'K' does not exist`
    pub(crate) unsafe fn index_error(&mut self, key: Value) -> Raise {
        let key = self.describe(key);
        self.error_of(&[b"the index '", key.as_bytes(), b"' does not exist"])
    }

    unsafe fn indexing_error(&mut self, object: Value, key: Value) -> Raise {
        let (object, key) = (object.tag().type_name(), key.tag().type_name());
        self.error_of(&[b"indexing ", object.as_bytes(), b" with ", key.as_bytes()])
    }
}

/// A number as an index: floats are cut.
pub(super) fn index_of(key: Value) -> i32 {
    if key.is_int() { key.as_int() } else { key.as_float() as i32 }
}
