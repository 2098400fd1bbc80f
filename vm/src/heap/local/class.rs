//! Classes and instances, as natives see them.

use super::native_data::{NativeData, payload};
use super::{Class, Cx, Instance, Local, Raise};
use crate::heap::{class, object, table};
use crate::native::NativeClass;

// SAFETY in the blocks below: objects are valid during `'v` (rule 3 of the heap), and only one native runs.

impl<'v> Class<'v> {
    /// The base class.
    pub fn base(self) -> Option<Class<'v>> {
        // SAFETY: see above.
        let base = unsafe { (*self.object).base };
        (!base.is_null()).then(|| Class::new(base))
    }

    /// Whether it is `ancestor` or derives from it.
    pub fn is_a(self, ancestor: Class<'v>) -> bool {
        // SAFETY: see above.
        unsafe { class::is_a(self.object, ancestor.object) }
    }

    /// Whether it has been instantiated or inherited.
    pub fn is_locked(self) -> bool {
        // SAFETY: see above.
        unsafe { (*self.object).locked }
    }

    /// The value of a member: a method, a static member, or the initial value of a field.
    pub fn get(self, cx: &Cx<'v>, name: impl Into<Local<'v>>) -> Option<Local<'v>> {
        self.member(cx, name.into()).map(|member| Local::new(member.value))
    }

    fn member(self, cx: &Cx<'v>, name: Local<'v>) -> Option<&'v mut object::Member> {
        // SAFETY: members do not move while the reference is used: both users copy or store at once.
        unsafe {
            let key = cx.heap().as_key(name.value)?;
            class::member(self.object, key).map(|index| &mut *class::member_at(self.object, index))
        }
    }

    /// Adds or replaces a member. False if the class is locked and its fields would change.
    pub fn set(
        self,
        cx: &mut Cx<'v>,
        name: impl Into<Local<'v>>,
        value: impl Into<Local<'v>>,
        is_static: bool,
    ) -> Result<bool, Raise> {
        let storage = if is_static { class::Storage::Static } else { class::Storage::Instance };
        // SAFETY: see above.
        unsafe {
            let name = cx.heap().intern_key(name.into().value)?;
            Ok(cx.heap().class_set(self.object, name, value.into().value, storage)?.is_some())
        }
    }

    /// The attributes of a member, or of the class itself. `None` if there is no such member.
    pub fn attributes(self, cx: &Cx<'v>, name: Option<Local<'v>>) -> Option<Local<'v>> {
        match name {
            // SAFETY: see above.
            None => Some(Local::new(unsafe { (*self.object).attributes })),
            Some(name) => self.member(cx, name).map(|member| Local::new(member.attributes)),
        }
    }

    /// Replaces attributes. Returns the old ones, `None` if there is no such member.
    pub fn set_attributes(
        self,
        cx: &mut Cx<'v>,
        name: Option<Local<'v>>,
        value: Local<'v>,
    ) -> Option<Local<'v>> {
        let slot = match name {
            // SAFETY: see above.
            None => unsafe { &raw mut (*self.object).attributes },
            Some(name) => &raw mut self.member(cx, name)?.attributes,
        };
        // SAFETY: the slot is in the class.
        unsafe {
            let old = *slot;
            cx.heap().store(slot, value.value);
            Some(Local::new(old))
        }
    }

    /// The native class that it is or derives from.
    pub fn native(self) -> Option<&'static NativeClass> {
        // SAFETY: native classes are static.
        unsafe { (*self.object).native.as_ref() }
    }

    /// A metamethod.
    pub fn metamethod(self, which: object::Metamethod) -> Option<Local<'v>> {
        // SAFETY: see above.
        let method = unsafe { class::metamethod(self.object, which) };
        (!method.is_null()).then(|| Local::new(method))
    }

    /// The member at or after `position` in the order of iteration, with the position to go on from.
    pub fn member_from(self, position: usize) -> Option<(usize, Local<'v>, Local<'v>)> {
        // SAFETY: see above.
        unsafe {
            let entry = table::entry_from((*self.object).members, position as u32);
            if entry.is_null() {
                return None;
            }
            let next = entry.offset_from((*(*self.object).members).entries) as usize + 1;
            let key = (*entry).key;
            let index = class::member(self.object, key)?;
            Some((next, Local::new(key), Local::new((*class::member_at(self.object, index)).value)))
        }
    }
}

impl<'v> Instance<'v> {
    /// Its class.
    pub fn class(self) -> Class<'v> {
        // SAFETY: see above.
        Class::new(unsafe { (*self.object).class })
    }

    /// The value of a field, or of a method or static member of its class.
    pub fn get(self, cx: &Cx<'v>, name: impl Into<Local<'v>>) -> Option<Local<'v>> {
        // SAFETY: field indexes of a class are valid for its instances.
        unsafe {
            let key = cx.heap().as_key(name.into().value)?;
            let class = (*self.object).class;
            class::member(class, key).map(|index| match index {
                class::MemberIndex::Field(index) => {
                    Local::new(*class::fields(self.object).add(index as usize))
                }
                method => Local::new((*class::member_at(class, method)).value),
            })
        }
    }

    /// Changes a field. False if there is none of this name.
    pub fn set(self, cx: &mut Cx<'v>, name: impl Into<Local<'v>>, value: impl Into<Local<'v>>) -> bool {
        // SAFETY: as in `get`.
        unsafe {
            let Some(key) = cx.heap().as_key(name.into().value) else { return false };
            match class::member((*self.object).class, key) {
                Some(class::MemberIndex::Field(index)) => {
                    cx.heap().store(class::fields(self.object).add(index as usize), value.into().value);
                    true
                }
                _ => false,
            }
        }
    }

    /// Whether it has Rust data of this type.
    pub fn has_native<T: NativeData>(self) -> bool {
        payload::<T>(self).is_some()
    }

    /// Whether it has bytes.
    pub fn is_blob(self) -> bool {
        // SAFETY: see above.
        unsafe { (*self.object).native.is_buffer() }
    }
}
