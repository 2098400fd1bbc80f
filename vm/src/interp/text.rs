//! Values as text: conversions, concatenation, and how error messages name
//! values.

use super::vm::Vm;
use crate::heap::local::Raise;
use crate::heap::object::{Metamethod, StringObject};
use crate::heap::string;
use crate::number::{
    self, FLOAT_TEXT_CAPACITY, FORMATTED_FLOAT_CAPACITY, INTEGER_TEXT_CAPACITY, LetterCase, Radix,
};
use crate::value::{Tag, Value};
use core::fmt::{self, Write};
use tamias_bytecode::Edition;

/// Error messages are cut to this many bytes.
const MESSAGE_CAPACITY: usize = 400;
/// How much of a string a message quotes.
const QUOTE_LENGTH: usize = 50;

/// Room for the text of anything but a string: the longest is a type with its number.
const PLAIN_TEXT_CAPACITY: usize = 40;

/// A small text under construction. What does not fit is cut.
pub(crate) struct Text<const CAPACITY: usize> {
    bytes: [u8; CAPACITY],
    length: usize,
}

/// The text of an error.
type Message = Text<MESSAGE_CAPACITY>;
/// The text of anything but a string.
type PlainText = Text<PLAIN_TEXT_CAPACITY>;

impl<const CAPACITY: usize> Text<CAPACITY> {
    pub(crate) fn new() -> Self {
        Text { bytes: [0; CAPACITY], length: 0 }
    }

    pub(crate) fn push(&mut self, bytes: &[u8]) {
        let room = &mut self.bytes[self.length..];
        let count = bytes.len().min(room.len());
        room[..count].copy_from_slice(&bytes[..count]);
        self.length += count;
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.length]
    }
}

impl<const CAPACITY: usize> Write for Text<CAPACITY> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.push(text.as_bytes());
        Ok(())
    }
}

/// How an error message names a value: numbers and strings by their text, others by their type. It is a copy,
/// because throwing the message may free what it names.
pub(crate) struct Description {
    message: [u8; QUOTE_LENGTH],
    length: u8,
}

impl Description {
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.message[..self.length as usize]
    }
}

impl Vm {
    /// How an error message names a value.
    pub(crate) fn describe(&self, value: Value) -> Description {
        let mut description = Description { message: [0; QUOTE_LENGTH], length: 0 };
        let mut put = |bytes: &[u8]| {
            let length = bytes.len().min(QUOTE_LENGTH);
            description.message[..length].copy_from_slice(&bytes[..length]);
            description.length = length as u8;
        };
        match value.tag() {
            // SAFETY: the value is valid.
            Tag::String => put(unsafe { string::bytes(value.as_string()) }),
            Tag::Int => put(number::integer_to_text(value.as_int(), &mut [0; INTEGER_TEXT_CAPACITY])),
            Tag::Float => {
                let format = number::FloatFormat::general(14);
                put(number::format_float(value.as_float(), format, &mut [0; FORMATTED_FLOAT_CAPACITY]));
            }
            tag => put(tag.type_name().as_bytes()),
        }
        description
    }

    /// Throws a string.
    #[inline(always)]
    pub(crate) fn error(&mut self, message: fmt::Arguments<'_>) -> Raise {
        // Most messages are constant. Where all are, the linker drops what formats the others.
        match message.as_str() {
            Some(text) => self.error_bytes(text.as_bytes()),
            None => self.formatted_error(message),
        }
    }

    /// Throws a string that is made of these parts.
    #[cold]
    pub(crate) fn error_of(&mut self, parts: &[&[u8]]) -> Raise {
        let mut text = Message::new();
        for part in parts {
            text.push(part);
        }
        self.error_bytes(text.as_bytes())
    }

    #[cold]
    fn formatted_error(&mut self, message: fmt::Arguments<'_>) -> Raise {
        let mut text = Message::new();
        // Writing to a message cannot fail.
        let _ = text.write_fmt(message);
        self.error_bytes(text.as_bytes())
    }

    #[cold]
    pub(crate) fn error_bytes(&mut self, message: &[u8]) -> Raise {
        // SAFETY: new objects are protected while something runs.
        match unsafe { self.heap.new_string(message) } {
            Ok(string) => self.throw(Value::from_string(string)),
            Err(out_of_memory) => out_of_memory.into(),
        }
    }

    /// The error for an argument of a wrong type.
    pub(crate) fn argument_error(
        &mut self,
        position: usize,
        value: Value,
        expected: crate::value::TypeMask,
    ) -> Raise {
        let mut text = Message::new();
        text.push(b"parameter ");
        text.push(number::integer_to_text(position as i32, &mut [0; INTEGER_TEXT_CAPACITY]));
        text.push(b" has an invalid type '");
        text.push(value.tag().type_name().as_bytes());
        text.push(b"' ; expected: '");
        for (count, name) in expected.names().enumerate() {
            text.push(if count == 0 { b"" } else { b"|" });
            text.push(name.as_bytes());
        }
        text.push(b"'");
        self.error_bytes(text.as_bytes())
    }

    /// The `_tostring` metamethod of a value, or null.
    pub(crate) unsafe fn tostring_method(&self, value: Value) -> Value {
        self.metamethod(value, Metamethod::Tostring)
    }

    /// The text of a value without `_tostring`.
    ///
    /// # Safety
    /// New objects must be protected.
    pub(crate) unsafe fn plain_text(&mut self, value: Value) -> Result<*mut StringObject, Raise> {
        if value.is_string() {
            return Ok(value.as_string());
        }
        let mut text = PlainText::new();
        self.write_text(value, &mut text);
        Ok(self.heap.new_string(text.as_bytes())?)
    }

    /// Writes the text of anything but a string.
    unsafe fn write_text(&self, value: Value, text: &mut PlainText) {
        match value.tag() {
            Tag::Int => text.push(number::integer_to_text(value.as_int(), &mut [0; INTEGER_TEXT_CAPACITY])),
            Tag::Float => text.push(number::float_to_text(value.as_float(), &mut [0; FLOAT_TEXT_CAPACITY])),
            Tag::Bool => text.push(if value.is_truthy() { b"true" } else { b"false" }),
            Tag::Null if self.edition == Edition::Squirrel3 => text.push(b"null"),
            Tag::Null => text.push(b"(null : 0x0)"),
            tag => {
                let mut digits = [0; INTEGER_TEXT_CAPACITY];
                text.push(b"(");
                text.push(tag.type_name().as_bytes());
                text.push(b" : 0x");
                text.push(number::unsigned_to_text(
                    self.object_id(value) as u32,
                    Radix::Hexadecimal(LetterCase::Lower),
                    &mut digits,
                ));
                text.push(b")");
            }
        }
    }

    /// A number that no other living object has. It is the position in the heap rather than the address, so
    /// that the same program prints the same on every run.
    unsafe fn object_id(&self, value: Value) -> usize {
        self.heap.position_of(value.pointer::<u8>())
    }

    /// The concatenation of two values, without `_tostring`.
    ///
    /// # Safety
    /// New objects must be protected.
    pub(crate) unsafe fn concatenate_texts(&mut self, left: Value, right: Value) -> Result<Value, Raise> {
        let (mut left_room, mut right_room) = (PlainText::new(), PlainText::new());
        let left = self.text_of(left, &mut left_room);
        let right = self.text_of(right, &mut right_room);
        let made = self.heap.concatenation(left, right)?;
        Ok(Value::from_string(made))
    }

    unsafe fn text_of<'a>(&self, value: Value, room: &'a mut PlainText) -> &'a [u8] {
        if value.is_string() {
            return string::bytes(value.as_string());
        }
        self.write_text(value, room);
        room.as_bytes()
    }
}
