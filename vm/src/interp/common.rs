//! The second try: what is common, but needs a search, a count or more than
//! one kind of object.
//!
//! As in [`super::fast`] there is one function for each op, which returns
//! false when it has changed nothing and the slow path must do the
//! instruction. These may need as many machine registers as they like. What
//! they find they tell the site caches, so that the fast path finds it next
//! time.

#![allow(non_snake_case)]

use super::Registers;
use super::fast::{jump_if, outer, read_slot};
use super::literals;
use super::sites::Place;
use super::vm::Vm;
use crate::heap::nodes::TableOrder;
use crate::heap::object::{Class, Entry, Instance, SPECIAL, Table};
use crate::heap::{class, table};
use crate::native::Library;
use crate::value::Value;
use tamias_bytecode::op::Instruction;

macro_rules! register {
    ($r:ident, $number:expr) => {
        *$r.base.add($number as usize)
    };
}

/// Instructions without a second try.
macro_rules! always_slow {
    ($($name:ident)*) => {
        $(
            #[inline(always)]
            pub(super) unsafe fn $name(_: &mut Vm, _: &mut Registers, _: Instruction) -> bool {
                false
            }
        )*
    };
}

always_slow! {
    Move LoadNull LoadBool LoadImm LoadImm2 LoadInt LoadInts LoadFloat LoadStr LoadRoot LoadBase GetOuter CloseOuters
    GetMethodIndex Callee
    Call TailCall Return ReturnNull Yield Resume Throw
    Mod AddImm SubImm MulImm DivImm ModImm Neg
    BitAnd BitOr BitXor Shl Shr Ushr BitAndImm BitOrImm ShlImm ShrImm UshrImm RotrImm BitNot Not
    Cmp Instanceof
    Jmp JTrue JFalse JNull JNotNull
    JEqImm JNeImm JLtImm JNotLtImm JLeImm JNotLeImm JGtImm JNotGtImm JGeImm JNotGeImm
    IncJLt IncJLtImm IncJLe IncJLeImm DecJGt DecJGtImm DecJGe DecJGeImm ForeachPrepare
    Append BindEnv Clone Typeof Class Member AddStr StrAdd MemberStr
}

#[inline(always)]
pub(super) unsafe fn SetOuter(vm: &mut Vm, r: &mut Registers, i: Instruction) -> bool {
    vm.heap.store((*outer(r, i.b())).slot, register!(r, i.a()));
    true
}

/// The slot of a table with this key, or null.
#[cfg_attr(compact, inline(never))]
#[cfg_attr(not(compact), inline(always))]
unsafe fn table_slot(vm: &mut Vm, pc: *const u32, table: *mut Table, key: Value) -> *mut Value {
    let entry = table::find(table, key);
    if entry.is_null() {
        return core::ptr::null_mut();
    }
    vm.heap.sites.remember_position(pc, entry.offset_from((*table).entries) as u32);
    &raw mut (*entry).value
}

/// The field of an instance, or a member of its class, with this name; or null.
#[cfg_attr(compact, inline(never))]
#[cfg_attr(not(compact), inline(always))]
unsafe fn member_slot(vm: &mut Vm, pc: *const u32, instance: *mut Instance, key: Value) -> *mut Value {
    let class = (*instance).class;
    match class::member(class, key) {
        Some(class::MemberIndex::Field(index)) => {
            vm.heap.sites.remember_place(pc, class, Place::Field(index));
            class::fields(instance).add(index as usize)
        }
        Some(class::MemberIndex::Method(index)) => {
            vm.heap.sites.remember_place(pc, class, Place::Method(index));
            &raw mut (*(*class).methods.add(index as usize)).value
        }
        None => core::ptr::null_mut(),
    }
}

#[cfg_attr(compact, inline(never))]
#[cfg_attr(not(compact), inline(always))]
unsafe fn find_slot(vm: &mut Vm, pc: *const u32, object: Value, key: Value) -> *mut Value {
    if object.is_table() {
        table_slot(vm, pc, object.as_table(), key)
    } else if object.is_instance() {
        member_slot(vm, pc, object.as_instance(), key)
    } else if object.is_class() {
        method_slot(vm, pc, object.as_class(), key)
    } else {
        core::ptr::null_mut()
    }
}

/// The method or static member of a class whose members are fixed; or null.
#[cfg_attr(compact, inline(never))]
#[cfg_attr(not(compact), inline(always))]
unsafe fn method_slot(vm: &mut Vm, pc: *const u32, class: *mut Class, key: Value) -> *mut Value {
    match class::member(class, key) {
        Some(class::MemberIndex::Method(index)) if (*class).locked => {
            vm.heap.sites.remember_place(pc, class, Place::Method(index));
            &raw mut (*(*class).methods.add(index as usize)).value
        }
        _ => core::ptr::null_mut(),
    }
}

#[inline(always)]
pub(super) unsafe fn GetField(vm: &mut Vm, r: &mut Registers, i: Instruction) -> bool {
    let slot = find_slot(vm, r.pc, register!(r, i.b()), literals::string(vm, r, i.c().into()));
    let Some(value) = read_slot(slot) else { return false };
    register!(r, i.a()) = value;
    true
}

/// Changes an existing slot of a table or field of an instance.
#[cfg_attr(compact, inline(never))]
#[cfg_attr(not(compact), inline(always))]
unsafe fn change(vm: &mut Vm, pc: *const u32, object: Value, key: Value, value: Value) -> bool {
    let slot = if object.is_table() {
        table_slot(vm, pc, object.as_table(), key)
    } else if object.is_instance() {
        let instance = object.as_instance();
        match class::member((*instance).class, key) {
            Some(class::MemberIndex::Field(index)) => {
                vm.heap.sites.remember_place(pc, (*instance).class, Place::Field(index));
                class::fields(instance).add(index as usize)
            }
            _ => return false,
        }
    } else {
        return false;
    };
    if slot.is_null() {
        return false;
    }
    vm.heap.store(slot, value);
    true
}

#[inline(always)]
pub(super) unsafe fn SetField(vm: &mut Vm, r: &mut Registers, i: Instruction) -> bool {
    change(vm, r.pc, register!(r, i.a()), literals::string(vm, r, i.b().into()), register!(r, i.c()))
}

#[inline(always)]
pub(super) unsafe fn SetName(vm: &mut Vm, r: &mut Registers, i: Instruction) -> bool {
    change(vm, r.pc, register!(r, 0), literals::name(vm, r, i.bx()), register!(r, i.a()))
}

/// The position of a function in a library.
unsafe fn function_in(vm: &Vm, library: &'static Library, key: Value) -> Option<(u32, Value)> {
    let string = key.as_string();
    let hash = crate::heap::string::hash(string);
    let member = library.find(hash, crate::heap::string::bytes(string), vm.edition)?;
    let function = member.as_function()?;
    let position = (&raw const *member).offset_from(library.members.as_ptr()) as u32;
    Some((position, Value::from_native(function)))
}

/// A function of the installed libraries, if no slot of the root table hides it. `owner` is what the cache is for.
unsafe fn library_function<T>(vm: &mut Vm, pc: *const u32, owner: *const T, key: Value) -> Option<Value> {
    if vm.closure_roots || !(*vm.heap.roots.root).delegate.is_null() {
        return None;
    }
    for number in 0..vm.library_count {
        let Some(library) = vm.libraries[number] else { continue };
        let string = key.as_string();
        let hash = crate::heap::string::hash(string);
        if library.find(hash, crate::heap::string::bytes(string), vm.edition).is_some() {
            let (position, function) = function_in(vm, library, key)?;
            vm.heap.sites.remember_place(pc, owner, Place::Library((number as u32) << 8 | position));
            return Some(function);
        }
    }
    None
}

/// What a bare name stands for beyond `this`, as far as the cache knows: a slot of the root table or a library's
/// function.
#[inline(always)]
unsafe fn known_global(vm: &Vm, pc: *const u32, this: Value, key: Value) -> Option<Value> {
    let owner = if this.is_instance() { (*this.as_instance()).class } else { this.pointer() };
    match vm.heap.sites.place(pc, owner)? {
        Place::Root(position) => {
            let root = vm.heap.roots.root;
            if position >= (*root).used {
                return None;
            }
            let entry = (*root).entries.add(position as usize);
            if (*entry).key == key { read_slot(&raw const (*entry).value) } else { None }
        }
        Place::Library(position) => {
            let library = vm.libraries.get(position as usize >> 8).copied().flatten()?;
            function_at(library, position as usize & 0xFF)
        }
        _ => None,
    }
}

/// The function at a position of a library.
#[inline(always)]
unsafe fn function_at(library: &'static Library, position: usize) -> Option<Value> {
    library.members.get(position)?.as_function().map(|function| Value::from_native(function))
}

/// What a bare name stands for.
#[inline(always)]
unsafe fn name(vm: &mut Vm, pc: *const u32, this: Value, key: Value) -> Option<Value> {
    match known_global(vm, pc, this, key) {
        Some(value) => Some(value),
        None => find_name(vm, pc, this, key),
    }
}

#[inline(never)]
unsafe fn find_name(vm: &mut Vm, pc: *const u32, this: Value, key: Value) -> Option<Value> {
    let root = vm.heap.roots.root;
    if this.is_table() {
        let slot = table_slot(vm, pc, this.as_table(), key);
        if slot.is_null() && this.as_table() == root {
            return library_function(vm, pc, root, key);
        }
        return read_slot(slot);
    }
    if !this.is_instance() {
        return None;
    }
    let slot = member_slot(vm, pc, this.as_instance(), key);
    if !slot.is_null() {
        return read_slot(slot);
    }
    let class = (*this.as_instance()).class;
    let is_plain = (*class).metamethods.is_null() && (*class).native.is_null() && !vm.closure_roots;
    if !is_plain || vm.is_instance_method(key) {
        return None;
    }
    let entry = table::find(root, key);
    if entry.is_null() {
        return library_function(vm, pc, class, key);
    }
    let position = entry.offset_from((*root).entries) as u32;
    vm.heap.sites.remember_place(pc, class, Place::Root(position));
    read_slot(&raw const (*entry).value)
}

#[inline(always)]
pub(super) unsafe fn GetName(vm: &mut Vm, r: &mut Registers, i: Instruction) -> bool {
    let Some(value) = name(vm, r.pc, register!(r, 0), literals::name(vm, r, i.bx())) else {
        return false;
    };
    register!(r, i.a()) = value;
    true
}

#[inline(always)]
pub(super) unsafe fn GetNameCall(vm: &mut Vm, r: &mut Registers, i: Instruction) -> bool {
    let Some(value) = name(vm, r.pc, register!(r, 0), literals::name(vm, r, i.bx())) else {
        return false;
    };
    register!(r, i.a()) = value;
    *r.base.add(i.a() as usize + 1) = register!(r, 0);
    true
}

#[inline(always)]
pub(super) unsafe fn GetRoot(vm: &mut Vm, r: &mut Registers, i: Instruction) -> bool {
    if vm.closure_roots {
        return false;
    }
    let slot = table_slot(vm, r.pc, vm.heap.roots.root, literals::name(vm, r, i.bx()));
    let Some(value) = read_slot(slot) else { return false };
    register!(r, i.a()) = value;
    true
}

#[inline(always)]
pub(super) unsafe fn GetRootCall(vm: &mut Vm, r: &mut Registers, i: Instruction) -> bool {
    if vm.closure_roots {
        return false;
    }
    let root = vm.heap.roots.root;
    let slot = table_slot(vm, r.pc, root, literals::name(vm, r, i.bx()));
    let Some(value) = read_slot(slot) else { return false };
    register!(r, i.a()) = value;
    *r.base.add(i.a() as usize + 1) = Value::from_table(root);
    true
}

/// An element of a string or blob.
#[cfg_attr(compact, inline(never))]
#[cfg_attr(not(compact), inline(always))]
unsafe fn byte_at(container: Value, index: u32) -> Option<Value> {
    if container.is_string() {
        let string = container.as_string();
        if index < (*string).length {
            return Some(Value::int(*string.add(1).cast::<u8>().add(index as usize) as i32));
        }
    } else if container.is_instance() && (*container.as_instance()).native.is_buffer() {
        let buffer = (*container.as_instance()).native.as_buffer();
        if index < (*buffer).length {
            return Some(Value::int(*(*buffer).data.add(index as usize) as i32));
        }
    }
    None
}

/// Whether a key can be looked for as it is.
#[inline(always)]
unsafe fn is_key(key: Value) -> bool {
    !key.is_string() || (*key.header()).word & SPECIAL != 0
}

#[inline(always)]
pub(super) unsafe fn GetIndex(_: &mut Vm, r: &mut Registers, i: Instruction) -> bool {
    let (container, key) = (register!(r, i.b()), register!(r, i.c()));
    let value = if container.is_table() && is_key(key) {
        let entry = table::find(container.as_table(), key);
        if entry.is_null() { None } else { read_slot(&raw const (*entry).value) }
    } else if key.is_int() {
        byte_at(container, key.number())
    } else {
        None
    };
    let Some(value) = value else { return false };
    register!(r, i.a()) = value;
    true
}

#[inline(always)]
pub(super) unsafe fn GetIndexImm(_: &mut Vm, r: &mut Registers, i: Instruction) -> bool {
    let container = register!(r, i.b());
    let value = if container.is_table() {
        let entry = table::find(container.as_table(), Value::int(i.c() as i32));
        if entry.is_null() { None } else { read_slot(&raw const (*entry).value) }
    } else {
        byte_at(container, i.c() as u32)
    };
    let Some(value) = value else { return false };
    register!(r, i.a()) = value;
    true
}

#[inline(always)]
pub(super) unsafe fn SetIndex(vm: &mut Vm, r: &mut Registers, i: Instruction) -> bool {
    let (container, key, value) = (register!(r, i.a()), register!(r, i.b()), register!(r, i.c()));
    if container.is_array() && key.is_int() {
        let array = container.as_array();
        if key.number() < (*array).length {
            vm.heap.store((*array).elements.add(key.number() as usize), value);
            return true;
        }
    } else if container.is_table() && is_key(key) {
        let entry = table::find(container.as_table(), key);
        if !entry.is_null() {
            vm.heap.store(&raw mut (*entry).value, value);
            return true;
        }
    } else if container.is_instance() && key.is_int() && value.is_int() {
        let native = (*container.as_instance()).native;
        if native.is_buffer() && key.number() < (*native.as_buffer()).length {
            *(*native.as_buffer()).data.add(key.number() as usize) = value.number() as u8;
            return true;
        }
    }
    false
}

/// The method of an instance that the library of its native class has, if the cache knows it.
#[inline(always)]
unsafe fn known_native_method(vm: &Vm, pc: *const u32, object: Value) -> Option<Value> {
    if !object.is_instance() {
        return None;
    }
    let class = (*object.as_instance()).class;
    match vm.heap.sites.place(pc, class)? {
        Place::Native(position) => function_at((*class).native.as_ref()?.members, position as usize),
        _ => None,
    }
}

/// The method of an object of any type.
#[inline(never)]
unsafe fn find_method(vm: &mut Vm, pc: *const u32, object: Value, key: Value) -> Option<Value> {
    let slot = find_slot(vm, pc, object, key);
    if !slot.is_null() {
        return read_slot(slot);
    }
    if object.is_table() {
        return None;
    }
    if object.is_instance() {
        let class = (*object.as_instance()).class;
        let native = (*class).native.as_ref()?;
        let (position, function) = function_in(vm, native.members, key)?;
        vm.heap.sites.remember_place(pc, class, Place::Native(position));
        return Some(function);
    }
    if object.is_class() || object.is_library() || object.is_weakref() {
        return None;
    }
    let library = crate::builtins::delegate(object.tag())?;
    let (_, function) = function_in(vm, library, key)?;
    vm.heap.sites.remember_default_method(pc, object.tag_number(), function);
    Some(function)
}

#[inline(always)]
pub(super) unsafe fn GetMethod(vm: &mut Vm, r: &mut Registers, i: Instruction) -> bool {
    let object = register!(r, i.b());
    let found = match known_native_method(vm, r.pc, object) {
        Some(value) => Some(value),
        None => find_method(vm, r.pc, object, literals::string(vm, r, i.c().into())),
    };
    let Some(value) = found else { return false };
    register!(r, i.a()) = value;
    *r.base.add(i.a() as usize + 1) = object;
    true
}

/// Creates or changes a slot of a table without a delegate that has room for it.
#[cfg_attr(compact, inline(never))]
#[cfg_attr(not(compact), inline(always))]
unsafe fn new_slot(vm: &mut Vm, object: Value, key: Value, value: Value) -> bool {
    if !object.is_table() || !is_key(key) || key.is_null() {
        return false;
    }
    let table = object.as_table();
    let is_simple = (*table).delegate.is_null() && (*table).used < (*table).capacity;
    is_simple && vm.heap.table_set(table, key, value).is_ok()
}

#[inline(always)]
pub(super) unsafe fn NewField(vm: &mut Vm, r: &mut Registers, i: Instruction) -> bool {
    new_slot(vm, register!(r, i.a()), literals::string(vm, r, i.b().into()), register!(r, i.c()))
}

#[inline(always)]
pub(super) unsafe fn NewSlot(vm: &mut Vm, r: &mut Registers, i: Instruction) -> bool {
    new_slot(vm, register!(r, i.a()), register!(r, i.b()), register!(r, i.c()))
}

/// Whether nothing but the table itself decides what is in it.
#[inline(always)]
unsafe fn stands_alone(vm: &Vm, table: *const Table) -> bool {
    (*table).delegate.is_null() && table != vm.heap.roots.root
}

#[inline(always)]
pub(super) unsafe fn Delete(vm: &mut Vm, r: &mut Registers, i: Instruction) -> bool {
    let (object, key) = (register!(r, i.b()), register!(r, i.c()));
    if !object.is_table() || !is_key(key) || !(*object.as_table()).delegate.is_null() {
        return false;
    }
    let entry = table::find(object.as_table(), key);
    if entry.is_null() || (*entry).value.is_weakref() {
        return false;
    }
    if vm.heap.table_order == TableOrder::Nodes {
        // The table may need storage of another size.
        return false;
    }
    let Some(value) = vm.heap.table_delete(object.as_table(), key) else { return false };
    register!(r, i.a()) = value;
    true
}

#[inline(always)]
pub(super) unsafe fn In(vm: &mut Vm, r: &mut Registers, i: Instruction) -> bool {
    let (key, object) = (register!(r, i.b()), register!(r, i.c()));
    if !object.is_table() || !is_key(key) || !stands_alone(vm, object.as_table()) {
        return false;
    }
    register!(r, i.a()) = Value::bool(!table::find(object.as_table(), key).is_null());
    true
}

/// The next entry of a table.
#[inline(always)]
pub(super) unsafe fn Foreach(vm: &mut Vm, r: &mut Registers, i: Instruction) -> bool {
    let block = r.base.add(i.a() as usize);
    let (container, state) = (*block, *block.add(1));
    if !container.is_table() || !state.is_int() {
        return false;
    }
    let table = container.as_table();
    let entry = table::entry_from(table, state.number());
    if entry.is_null() {
        return true;
    }
    let Entry { key, value } = *entry;
    if value.is_weakref() || !super::fast::jump(vm, r, i.sbx() as i32) {
        return false;
    }
    *block.add(1) = Value::int(entry.offset_from((*table).entries) as i32 + 1);
    *block.add(2) = key;
    *block.add(3) = value;
    true
}

/// Equality of strings that are not the same object.
macro_rules! comparisons {
    ($($name:ident $jump:ident $with_constant:ident $is_wanted:ident;)*) => {
        $(
            #[inline(always)]
            pub(super) unsafe fn $name(vm: &mut Vm, r: &mut Registers, i: Instruction) -> bool {
                let is_equal = super::compare::equal(vm.edition, register!(r, i.b()), register!(r, i.c()));
                register!(r, i.a()) = Value::bool($is_wanted(is_equal));
                true
            }

            #[inline(always)]
            pub(super) unsafe fn $jump(vm: &mut Vm, r: &mut Registers, i: Instruction) -> bool {
                let is_equal = super::compare::equal(vm.edition, register!(r, i.a()), register!(r, i.b()));
                jump_if(vm, r, $is_wanted(is_equal), i.c() as i8 as i32)
            }

            #[inline(always)]
            pub(super) unsafe fn $with_constant(vm: &mut Vm, r: &mut Registers, i: Instruction) -> bool {
                let is_equal = super::compare::equal(vm.edition, register!(r, i.a()), literals::string(vm, r, i.b().into()));
                jump_if(vm, r, $is_wanted(is_equal), i.c() as i8 as i32)
            }
        )*
    };
}

#[inline(always)]
fn equal(is_equal: bool) -> bool {
    is_equal
}

#[inline(always)]
fn unequal(is_equal: bool) -> bool {
    !is_equal
}

comparisons! {
    Eq JEq JEqStr equal;
    Ne JNe JNeStr unequal;
}

// Their second try is a copy of what the slow path does, which saves nothing but time.
#[cfg(compact)]
always_slow! {
    Add Sub Mul Div
    Lt JLt JNotLt Le JLe JNotLe Gt JGt JNotGt Ge JGe JNotGe
}

/// Arithmetic with an integer and a float.
#[cfg(not(compact))]
macro_rules! mixed_arithmetic {
    ($($name:ident $operator:tt;)*) => {
        $(
            #[inline(always)]
            pub(super) unsafe fn $name(_: &mut Vm, r: &mut Registers, i: Instruction) -> bool {
                let (left, right) = (register!(r, i.b()), register!(r, i.c()));
                // Two integers come here only to be divided by what is no divisor.
                if !left.is_number() || !right.is_number() || left.both_int(right) {
                    return false;
                }
                register!(r, i.a()) = Value::float(left.to_float() $operator right.to_float());
                true
            }
        )*
    };
}

#[cfg(not(compact))]
mixed_arithmetic! {
    Add +;
    Sub -;
    Mul *;
    Div /;
}

/// Comparisons of an integer with a float.
#[cfg(not(compact))]
macro_rules! mixed_relations {
    ($($name:ident $if_true:ident $if_false:ident $operator:tt;)*) => {
        $(
            #[inline(always)]
            pub(super) unsafe fn $name(_: &mut Vm, r: &mut Registers, i: Instruction) -> bool {
                let (left, right) = (register!(r, i.b()), register!(r, i.c()));
                if !left.is_number() || !right.is_number() {
                    return false;
                }
                register!(r, i.a()) = Value::bool(left.to_float() $operator right.to_float());
                true
            }

            #[inline(always)]
            pub(super) unsafe fn $if_true(vm: &mut Vm, r: &mut Registers, i: Instruction) -> bool {
                let (left, right) = (register!(r, i.a()), register!(r, i.b()));
                // Two integers come here only when the budget is used up.
                if !left.is_number() || !right.is_number() || left.both_int(right) {
                    return false;
                }
                jump_if(vm, r, left.to_float() $operator right.to_float(), i.c() as i8 as i32)
            }

            #[inline(always)]
            pub(super) unsafe fn $if_false(vm: &mut Vm, r: &mut Registers, i: Instruction) -> bool {
                let (left, right) = (register!(r, i.a()), register!(r, i.b()));
                if !left.is_number() || !right.is_number() || left.both_int(right) {
                    return false;
                }
                // Not the inverse relation: with NaN both are false.
                let is_true = left.to_float() $operator right.to_float();
                jump_if(vm, r, !is_true, i.c() as i8 as i32)
            }
        )*
    };
}

#[cfg(not(compact))]
mixed_relations! {
    Lt JLt JNotLt <;
    Le JLe JNotLe <=;
    Gt JGt JNotGt >;
    Ge JGe JNotGe >=;
}

/// Prepares the heap for new objects. False if it has to be looked after first.
#[cfg_attr(compact, inline(never))]
#[cfg_attr(not(compact), inline(always))]
unsafe fn may_allocate(vm: &mut Vm, r: &Registers) -> bool {
    if vm.heap.wants_collection() {
        return false;
    }
    let top = r.base.add((*(*(*r.base.sub(1)).as_closure()).function).registers as usize);
    vm.set_top(top);
    vm.heap.protect_new_objects();
    true
}

#[inline(always)]
pub(super) unsafe fn NewTable(vm: &mut Vm, r: &mut Registers, i: Instruction) -> bool {
    if !may_allocate(vm, r) {
        return false;
    }
    let Ok(table) = vm.heap.new_table(i.bx() as u32) else { return false };
    register!(r, i.a()) = Value::from_table(table);
    true
}

#[inline(always)]
pub(super) unsafe fn NewArray(vm: &mut Vm, r: &mut Registers, i: Instruction) -> bool {
    if !may_allocate(vm, r) {
        return false;
    }
    let Ok(array) = vm.heap.new_array(i.bx() as usize) else { return false };
    register!(r, i.a()) = Value::from_array(array);
    true
}

#[inline(always)]
pub(super) unsafe fn Array(vm: &mut Vm, r: &mut Registers, i: Instruction) -> bool {
    if !may_allocate(vm, r) {
        return false;
    }
    let elements = core::slice::from_raw_parts(r.base.add(i.a() as usize), i.b() as usize);
    let Ok(array) = vm.heap.new_array_of(elements) else { return false };
    register!(r, i.a()) = Value::from_array(array);
    true
}

/// A closure without default values as a slot of a table.
#[inline(always)]
pub(super) unsafe fn Method(vm: &mut Vm, r: &mut Registers, i: Instruction) -> bool {
    let function = super::objects::method_function(r, i);
    if !register!(r, i.a()).is_table() || vm.closure_roots || !may_allocate(vm, r) {
        return false;
    }
    let Some(made) = vm.new_capturing_closure(r.base, function) else { return false };
    new_slot(vm, register!(r, i.a()), literals::string(vm, r, i.b().into()), made)
}

/// A closure without default values.
#[inline(always)]
pub(super) unsafe fn Closure(vm: &mut Vm, r: &mut Registers, i: Instruction) -> bool {
    let running = (*r.base.sub(1)).as_closure();
    let function = (*(*running).function).sibling(i.bx() as u32);
    if (*function).defaults > 0 || vm.closure_roots || !may_allocate(vm, r) {
        return false;
    }
    let Some(made) = vm.new_capturing_closure(r.base, function) else { return false };
    register!(r, i.a()) = made;
    true
}
