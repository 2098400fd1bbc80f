//! Native functions, classes and libraries: what scripts can call that is
//! written in Rust.
//!
//! A native function is a plain `fn`. Its name, the number and types of its
//! arguments and the editions that have it stand in a [`Library`], a static
//! table with a hash index that lives in flash: installing a library costs no
//! heap, and neither does calling what is in it.
//!
//! ```
//! use tamias_vm::{Array, Cx, Flow, Returns, TypeMask, library, native::Member};
//!
//! /// `sum(numbers)`: the sum of an array of integers.
//! fn sum<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
//!     let numbers: Array = cx.arg(1)?;
//!     let mut total = 0i32;
//!     for position in 0..numbers.len() {
//!         match numbers.get(position).and_then(|value| value.as_int()) {
//!             Some(number) => total = total.wrapping_add(number),
//!             None => return Err(cx.error(format_args!("element {position} is not an integer"))),
//!         }
//!     }
//!     Flow::value(total)
//! }
//!
//! library! {
//!     /// Example library.
//!     pub static EXAMPLE: "example" = [
//!         Member::function("sum", sum, &[TypeMask::ANY, TypeMask::ARRAY]),
//!     ];
//! }
//! # fn main() {}
//! ```
//!
//! The VM checks the arguments against the table before it calls, with the
//! reference's error texts, so that conversions in the body do not fail.
//! What a native gets is described in [`crate::heap::local`]; what it may
//! return in [`Flow`].

use crate::heap::local::{Cx, Local, Raise};
use crate::value::TypeMask;
use tamias_bytecode::Edition;
use tamias_bytecode::hash::hash_bytes;

/// What a native function returns.
pub type Returns<'v> = Result<Flow<'v>, Raise>;

/// A native function. Argument 0 is `this`.
pub type Native = for<'v> fn(&mut Cx<'v>) -> Returns<'v>;

/// Goes on with a native after a function that it asked for has returned. Arguments and locals of the
/// native are as it left them.
pub type Resume = for<'v> fn(&mut Cx<'v>, Local<'v>) -> Returns<'v>;

/// Makes the value of a slot when it is read. It gets the name of the slot, so that one function may serve
/// many. `None`: there is no such slot after all.
pub type Property = for<'v> fn(&mut Cx<'v>, &'static str) -> Result<Option<Local<'v>>, Raise>;

/// What happens after a native function.
pub enum Flow<'v> {
    /// It is done.
    Return(Local<'v>),
    /// A script function (or anything that can be called) runs first, without native recursion: the native
    /// goes on in `resume` with its result. Made by [`Cx::call_then`], which notes what to call in the VM.
    Call,
    /// Thread natives only: see [`crate::builtins`].
    #[doc(hidden)]
    Switch,
}

/// What a native asks the VM to do, besides returning a value.
#[derive(Clone, Copy)]
pub(crate) struct Request {
    /// For [`Flow::Call`]: number of values that are on the stack for it, the function included.
    pub pushed: usize,
    /// For [`Flow::Call`]: where the native goes on; `None`: the result of the call is the result of the native.
    pub resume: Option<Resume>,
    /// For [`Flow::Switch`].
    pub switch: ThreadSwitch,
}

impl Request {
    pub(crate) const NONE: Request = Request { pushed: 0, resume: None, switch: ThreadSwitch::Call };
}

/// What the natives of threads ask the interpreter to do.
#[doc(hidden)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ThreadSwitch {
    /// Run the thread in argument 0 from its start with the other arguments.
    Call,
    /// Go on with the thread in argument 0; argument 1 is the result of its `suspend`.
    Wakeup,
    /// As `Wakeup`, but argument 1 is thrown there.
    WakeupThrow,
    /// Suspend the running thread; argument 1 is the result for whoever runs it.
    Suspend,
}

impl<'v> Flow<'v> {
    /// Returns a value.
    pub fn value(value: impl Into<Local<'v>>) -> Returns<'v> {
        Ok(Flow::Return(value.into()))
    }

    /// Returns `null`.
    pub fn null() -> Returns<'v> {
        Ok(Flow::Return(Local::NULL))
    }
}

/// A set of editions.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Editions(u8);

impl Editions {
    /// All.
    pub const ALL: Editions = Editions(7);
    /// `imp` and `imp-compat`.
    pub const IMP: Editions = Editions(3);
    /// `squirrel-3`
    pub const SQUIRREL_3: Editions = Editions(4);

    /// Whether the edition is in the set.
    pub const fn contains(self, edition: Edition) -> bool {
        self.0 & 1 << edition as u8 != 0
    }
}

/// A native function with what the VM must know to call it.
pub struct NativeFunction {
    /// Its name, for stack traces and `getinfos`.
    pub name: &'static str,
    /// The function.
    pub call: Native,
    /// Smallest number of arguments, `this` included.
    pub required: u8,
    /// Largest number of arguments, `this` included; 255 for any number.
    pub maximum: u8,
    /// Accepted types by argument; further ones are not checked.
    pub types: &'static [TypeMask],
    /// What the result depends on.
    pub observes: Observes,
    /// Arguments from this one on are turned into strings first, calling `_tostring` where there is one;
    /// 255 for none.
    pub stringified_from: u8,
}

/// What a native can notice of the moment at which objects are released.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Observes {
    /// Nothing.
    Nothing,
    /// Whether the target of the weak reference in argument 0 still exists, or of those inside of it.
    WeakReferences,
    /// How much memory is in use.
    Memory,
}

impl NativeFunction {
    /// A function that takes exactly as many arguments as there are types.
    pub const fn new(name: &'static str, call: Native, types: &'static [TypeMask]) -> NativeFunction {
        NativeFunction {
            name,
            call,
            required: types.len() as u8,
            maximum: types.len() as u8,
            types,
            observes: Observes::Nothing,
            stringified_from: 255,
        }
    }
}

/// An entry of a [`Library`]. There are hundreds of them in the flash of a microcontroller, so that each
/// name stands in them once.
pub struct Member {
    entry: Entry,
    /// Where it exists.
    pub editions: Editions,
}

enum Entry {
    Function(NativeFunction),
    Item(&'static str, Item),
}

/// What an entry of a [`Library`] is that is no function.
pub enum Item {
    /// An integer.
    Int(i32),
    /// A float.
    Float(f32),
    /// A bool.
    Bool(bool),
    /// A string.
    Str(&'static str),
    /// A table of further entries, for example `math`.
    Library(&'static Library),
    /// A class, made when it is first used.
    Class(&'static NativeClass),
    /// A value that is made when it is read, for example a pin.
    Property(Property),
}

impl Member {
    /// An entry that exists in all editions.
    pub const fn new(name: &'static str, item: Item) -> Member {
        Member { entry: Entry::Item(name, item), editions: Editions::ALL }
    }

    /// The name of the slot.
    pub const fn name(&self) -> &'static str {
        match &self.entry {
            Entry::Function(function) => function.name,
            Entry::Item(name, _) => name,
        }
    }

    /// What it is, if it is a function.
    #[inline]
    pub const fn as_function(&self) -> Option<&NativeFunction> {
        match &self.entry {
            Entry::Function(function) => Some(function),
            Entry::Item(..) => None,
        }
    }

    /// What it is, if it is no function.
    #[inline]
    pub const fn as_item(&self) -> Option<&Item> {
        match &self.entry {
            Entry::Function(_) => None,
            Entry::Item(_, item) => Some(item),
        }
    }

    /// A function that takes exactly as many arguments (with `this`) as there are types.
    pub const fn function(name: &'static str, call: Native, types: &'static [TypeMask]) -> Member {
        Member { entry: Entry::Function(NativeFunction::new(name, call, types)), editions: Editions::ALL }
    }

    /// The same with the first `required` arguments (with `this`) only; the others may be left out.
    pub const fn required(self, required: u8) -> Member {
        self.arity(required, None)
    }

    /// The same with any number of further arguments.
    pub const fn variadic(self, required: u8) -> Member {
        self.arity(required, Some(255))
    }

    const fn arity(mut self, required: u8, maximum: Option<u8>) -> Member {
        if let Entry::Function(function) = &mut self.entry {
            function.required = required;
            if let Some(maximum) = maximum {
                function.maximum = maximum;
            }
        }
        self
    }

    /// The same, existing in these editions only.
    pub const fn only(mut self, editions: Editions) -> Member {
        self.editions = editions;
        self
    }

    /// The same, noting what it observes.
    pub const fn observes(mut self, what: Observes) -> Member {
        if let Entry::Function(function) = &mut self.entry {
            function.observes = what;
        }
        self
    }

    /// The same with all arguments from `first` on turned into strings.
    pub const fn stringified_from(mut self, first: u8) -> Member {
        if let Entry::Function(function) = &mut self.entry {
            function.stringified_from = first;
        }
        self
    }
}

/// A static table of functions, constants and classes. Made with [`library!`](crate::library).
pub struct Library {
    /// Its name.
    pub name: &'static str,
    /// Its entries. A name may stand in it once for each edition.
    pub members: &'static [Member],
    /// For each hash the position of an entry plus one, or 0; see [`build_index`].
    index: &'static [u8],
}

impl Library {
    /// For use by [`library!`](crate::library).
    #[doc(hidden)]
    pub const fn new(name: &'static str, members: &'static [Member], index: &'static [u8]) -> Library {
        Library { name, members, index }
    }

    /// The entry with this name in this edition.
    #[inline]
    pub fn find(&self, hash: u32, name: &[u8], edition: Edition) -> Option<&'static Member> {
        let mask = self.index.len() - 1;
        let mut position = hash as usize & mask;
        loop {
            let number = self.index[position];
            if number == 0 {
                return None;
            }
            let member = &self.members[number as usize - 1];
            if member.name().as_bytes() == name && member.editions.contains(edition) {
                return Some(member);
            }
            position = (position + 1) & mask;
        }
    }
}

/// Size of the index for this many entries: a power of two, at most half full.
#[doc(hidden)]
pub const fn index_size(members: usize) -> usize {
    assert!(members < 255);
    let size = (members * 2).next_power_of_two();
    if size < 2 { 2 } else { size }
}

/// The index of a library: open addressing with linear probing.
#[doc(hidden)]
pub const fn build_index<const SIZE: usize>(members: &[Member]) -> [u8; SIZE] {
    let mut index = [0; SIZE];
    let mut number = 0;
    while number < members.len() {
        let mut position = hash_bytes(members[number].name().as_bytes()) as usize & (SIZE - 1);
        while index[position] != 0 {
            position = (position + 1) & (SIZE - 1);
        }
        index[position] = number as u8 + 1;
        number += 1;
    }
    index
}

/// Defines a static [`Library`](crate::native::Library).
#[macro_export]
macro_rules! library {
    ($(#[$attribute:meta])* $visibility:vis static $name:ident: $text:literal = [$($member:expr),* $(,)?];) => {
        $(#[$attribute])*
        $visibility static $name: $crate::native::Library = {
            const MEMBERS: &[$crate::native::Member] = &[$($member),*];
            const SIZE: usize = $crate::native::index_size(MEMBERS.len());
            static INDEX: [u8; SIZE] = $crate::native::build_index(MEMBERS);
            $crate::native::Library::new($text, MEMBERS, &INDEX)
        };
    };
}

/// A class whose methods are native. Its instances may carry Rust data ([`Cx::new_native`]) or bytes
/// ([`Cx::new_blob`]).
pub struct NativeClass {
    /// What `typeof` says of an instance.
    pub type_name: &'static str,
    /// Its methods; `constructor` is called for new instances.
    pub members: &'static Library,
    /// What `clone` does with the native data of an instance.
    pub cloning: Cloning,
}

/// What `clone` does with the native data of an instance.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cloning {
    /// Copies the bytes of a blob.
    CopyBytes,
    /// Throws `this object cannot be cloned`.
    Refused,
}
