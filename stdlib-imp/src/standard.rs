//! The standard libraries as programs find them: what is in the root table
//! beyond the base library of the VM.
//!
//! | library | its functions and classes |
//! | --- | --- |
//! | math | [`crate::math`]: the table `math`; in Squirrel 3 also its members, in the root table |
//! | string | [`crate::string`], [`crate::regexp`] |
//! | blob | [`crate::blob`] |
//! | system | [`crate::system`]: `clock`, `time`, `date` |
//!
//! The features `math` and `regexp` of this crate, which firmware can do without, leave these out.
//!
//! All of them are one table, so that a name is looked up once. It is static
//! data: installing it costs no memory, and an entry costs none until a program
//! uses it.
//!
//! ```
//! use tamias_stdlib_imp::standard;
//! use tamias_vm::{Config, Edition, Memory, Vm};
//!
//! let config = Config { edition: Edition::Squirrel3, ..Config::default() };
//! let mut vm = Vm::new(config, Memory::Host { limit: 1 << 20 }).unwrap();
//! for library in standard::libraries(config.edition) {
//!     assert!(vm.install(library));
//! }
//! ```

use crate::blob::{self, BLOB};
#[cfg(feature = "math")]
use crate::math::MATH;
#[cfg(feature = "regexp")]
use crate::regexp::{REGEXP, REGEXP2};
use crate::{string, system};
use tamias_vm::native::{Editions, Item, Library, Member};
use tamias_vm::{Edition, TypeMask, library};

/// `this` alone, which may be anything.
const NOTHING: &[TypeMask] = &[TypeMask::ANY];
/// `this` and one number.
const ONE_NUMBER: &[TypeMask] = &[TypeMask::ANY, TypeMask::NUMBER];
/// `this` and two numbers.
const TWO_NUMBERS: &[TypeMask] = &[TypeMask::ANY, TypeMask::NUMBER, TypeMask::NUMBER];
/// `this` and one string.
const ONE_STRING: &[TypeMask] = &[TypeMask::ANY, TypeMask::STRING];
/// `this` and two strings.
const TWO_STRINGS: &[TypeMask] = &[TypeMask::ANY, TypeMask::STRING, TypeMask::STRING];
/// `this`, two strings and a choice.
const TWO_STRINGS_AND_BOOL: &[TypeMask] =
    &[TypeMask::ANY, TypeMask::STRING, TypeMask::STRING, TypeMask::BOOL];

/// The libraries to install in a VM of this edition.
pub fn libraries(edition: Edition) -> &'static [&'static Library] {
    match edition {
        Edition::Imp | Edition::ImpCompat => const { &[&STANDARD] },
        #[cfg(feature = "math")]
        Edition::Squirrel3 => const { &[&STANDARD, &MATH] },
        #[cfg(not(feature = "math"))]
        Edition::Squirrel3 => const { &[&STANDARD] },
    }
}

/// What agents have beyond that. Nothing in edition `squirrel-3`, which has no sides.
pub fn agent_libraries(edition: Edition) -> &'static [&'static Library] {
    match edition {
        Edition::Imp | Edition::ImpCompat => const { &[&AGENT] },
        Edition::Squirrel3 => &[],
    }
}

library! {
    static AGENT: "agent standard" = [
        #[cfg(feature = "regexp")]
        Member::new("regexp2", Item::Class(&REGEXP2)),
    ];
}

library! {
    static STANDARD: "standard" = [
        #[cfg(feature = "math")]
        Member::new("math", Item::Library(&MATH)),
        #[cfg(feature = "regexp")]
        Member::new("regexp", Item::Class(&REGEXP)),
        Member::function("format", string::format, ONE_STRING).variadic(2),
        Member::function("split", string::split, TWO_STRINGS).only(Editions::IMP),
        Member::function("split", string::split, TWO_STRINGS_AND_BOOL).variadic(3).only(Editions::SQUIRREL_3),
        Member::function("strip", string::strip_both, ONE_STRING),
        Member::function("lstrip", string::strip_left, ONE_STRING),
        Member::function("rstrip", string::strip_right, ONE_STRING),
        Member::function("printf", string::printf, ONE_STRING).variadic(2).only(Editions::SQUIRREL_3),
        Member::function("escape", string::escape, ONE_STRING).only(Editions::SQUIRREL_3),
        Member::function("startswith", string::starts_with, TWO_STRINGS).only(Editions::SQUIRREL_3),
        Member::function("endswith", string::ends_with, TWO_STRINGS).only(Editions::SQUIRREL_3),
        Member::new("blob", Item::Class(&BLOB)),
        Member::function("castf2i", blob::cast_float, ONE_NUMBER),
        Member::function("casti2f", blob::cast_integer, ONE_NUMBER),
        Member::function("swap2", blob::swap_number_2, ONE_NUMBER),
        Member::function("swap4", blob::swap_number_4, ONE_NUMBER),
        Member::function("swapfloat", blob::swap_float, ONE_NUMBER),
        Member::function("clock", system::clock, NOTHING),
        Member::function("time", system::time, NOTHING),
        // The second argument chooses between local time and UTC in the reference. Here all times are UTC.
        Member::function("date", system::date, TWO_NUMBERS).variadic(1),
    ];
}
