//! The constants of an image: what `const` and `enum` declare.
//!
//! The values stand in the code wherever a name is used, so a program needs no
//! constants at run time. Only `getconsttable`, `setconsttable` and
//! `compilestring` can tell that there were any: for programs that call them
//! the compiler lists the declarations in the image. All other images have no
//! such list.

use crate::bytes::u32_at;
use crate::image::Image;
use crate::layout::constant;

/// The value of a constant.
#[derive(Clone, Debug)]
pub enum Constant<'a> {
    /// An integer.
    Int(i32),
    /// A float.
    Float(f32),
    /// A bool.
    Bool(bool),
    /// A string.
    Str(&'a [u8]),
    /// An enum: its members and their values, none of which is an enum.
    Enum(Constants<'a>),
}

/// Constants by name: all of an image, or the members of an enum.
#[derive(Clone, Debug)]
pub struct Constants<'a> {
    image: Image<'a>,
    /// Offset of the next entry.
    next: u32,
    /// Where the entries end.
    end: u32,
}

impl<'a> Constants<'a> {
    pub(crate) fn new(image: Image<'a>, start: u32, end: u32) -> Constants<'a> {
        Constants { image, next: start, end }
    }

    /// Takes the entries of an enum from what comes next.
    fn members(&mut self, count: u32) -> Constants<'a> {
        let start = self.next;
        self.next = constant::end(start, count).min(self.end.into()) as u32;
        Constants { image: self.image, next: start, end: self.next }
    }
}

impl<'a> Iterator for Constants<'a> {
    type Item = (&'a [u8], Constant<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        if self.next >= self.end {
            return None;
        }
        let field = |field: u32| u32_at(self.image.bytes(), self.next + field);
        let (name, kind, value) = (field(constant::NAME)?, field(constant::KIND)?, field(constant::VALUE)?);
        self.next += constant::SIZE;
        let value = match kind {
            constant::INT => Constant::Int(value as i32),
            constant::FLOAT => Constant::Float(f32::from_bits(value)),
            constant::BOOL => Constant::Bool(value != 0),
            constant::STR => Constant::Str(self.image.string(value)),
            _ => Constant::Enum(self.members(value)),
        };
        Some((self.image.string(name), value))
    }
}
