//! What a prompt or an editor asks: which names an object has, and what is
//! behind them, without running any code of the program.

use super::vm::Vm;
use crate::builtins;
use crate::heap::local::{Cx, Local, Raise};
use crate::native::Library;
use crate::value::Value;

/// A chain of delegates or base classes that is longer than this is not followed to its end.
const MAX_CHAIN: usize = 1000;

impl<'v> Cx<'v> {
    /// The value that `object.name` would give, unless a metamethod has to say so.
    pub fn find(&mut self, object: Local<'v>, name: &[u8]) -> Result<Option<Local<'v>>, Raise> {
        let key: Local<'v> = self.string(name)?.into();
        // SAFETY: both are valid during `'v`, and new objects are protected while a context exists.
        let found = unsafe { self.vm().lookup_without_code(object.value, key.value)? };
        Ok(found.map(Local::new))
    }

    /// Calls `note` with each name that `object.name` can have: slots and members, those of delegates, base
    /// classes and libraries, and default methods. Some may come more than once.
    pub fn for_each_name(&mut self, object: Local<'v>, note: &mut dyn FnMut(&[u8])) {
        let mut note_key = |key: Local<'v>| {
            if let Some(name) = key.as_str() {
                note(name.as_bytes());
            }
        };
        let mut table = object.as_table();
        for _ in 0..MAX_CHAIN {
            let Some(current) = table else { break };
            let mut position = 0;
            while let Some((next, key, _)) = current.slot_from(position) {
                note_key(key);
                position = next;
            }
            table = current.delegate();
        }
        if let Some(class) =
            object.as_class().or_else(|| object.as_instance().map(|instance| instance.class()))
        {
            let mut position = 0;
            // Members of base classes are members of the class.
            while let Some((next, key, _)) = class.member_from(position) {
                note_key(key);
                position = next;
            }
            if let Some(native) = class.native() {
                self.note_library(native.members, note);
            }
        }
        if let Some(library) = self.library(object) {
            self.note_library(library, note);
        }
        if object.is_same(self.root().into()) {
            for library in self.vm().libraries.into_iter().flatten() {
                self.note_library(library, note);
            }
        }
        if let Some(library) = builtins::delegate(object.tag()) {
            self.note_library(library, note);
        }
    }

    fn library(&self, object: Local<'v>) -> Option<&'static Library> {
        // SAFETY: libraries are static.
        object.value.is_library().then(|| unsafe { &*object.value.as_library() })
    }

    fn note_library(&self, library: &'static Library, note: &mut dyn FnMut(&[u8])) {
        let edition = self.edition();
        for member in library.members.iter().filter(|member| member.editions.contains(edition)) {
            note(member.name().as_bytes());
        }
    }
}

impl Vm {
    /// The part of a lookup in which no code of the program runs.
    ///
    /// # Safety
    /// As for [`Vm::lookup`].
    unsafe fn lookup_without_code(&mut self, object: Value, key: Value) -> Result<Option<Value>, Raise> {
        if let Some(value) = self.raw_lookup(object, key)? {
            return Ok(Some(value));
        }
        match self.default_lookup(object, key)? {
            super::access::Lookup::Value(value) => Ok(Some(value)),
            _ => Ok(None),
        }
    }
}
