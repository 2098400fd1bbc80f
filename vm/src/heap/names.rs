//! The names that the VM itself looks up, as strings in static memory: like
//! the literals of an image they are neither counted nor freed, and they cost
//! no heap but their place in the string table.

use super::object::{Header, Kind, METAMETHOD_NAMES, METAMETHODS, SPECIAL, STATIC, StringObject};
use tamias_bytecode::hash::hash_bytes;
use tamias_bytecode::layout::string::HASH_SHIFT;

/// Room for the bytes of the longest name and the NUL after it.
const CAPACITY: usize = 12;

/// A string object with its bytes.
#[repr(C)]
struct Name {
    object: StringObject,
    bytes: [u8; CAPACITY],
}

const fn name(text: &str) -> Name {
    let text = text.as_bytes();
    assert!(text.len() < CAPACITY);
    let mut bytes = [0; CAPACITY];
    let mut position = 0;
    while position < text.len() {
        bytes[position] = text[position];
        position += 1;
    }
    let word = Kind::String as u32 | STATIC | SPECIAL | hash_bytes(text) << HASH_SHIFT;
    Name { object: StringObject { header: Header { count: 0, word }, length: text.len() as u32 }, bytes }
}

static METAMETHODS_NAMED: [Name; METAMETHODS] = {
    let mut names = [const { name("") }; METAMETHODS];
    let mut position = 0;
    while position < METAMETHODS {
        names[position] = name(METAMETHOD_NAMES[position]);
        position += 1;
    }
    names
};

static CONSTRUCTOR: Name = name("constructor");

/// The name of a metamethod, by its number. Never written to.
pub(crate) fn metamethod(number: usize) -> *mut StringObject {
    (&raw const METAMETHODS_NAMED[number]).cast_mut().cast()
}

/// The name of constructors. Never written to.
pub(crate) fn constructor() -> *mut StringObject {
    (&raw const CONSTRUCTOR).cast_mut().cast()
}
