//! The constant table: `const` and `enum` declarations and their values.
//!
//! A declaration holds from its place in the text onward, whatever the scope.
//! Code is not always lowered in the order of the text (the condition of a
//! loop comes after its body), so each declaration keeps its place and each
//! use asks for what was declared before it.

use crate::ast::{Ident, Scalar};
use crate::compile::CompileOptions;
use crate::{ConstantValue, EnumMembers};
use hashbrown::HashMap;

/// A value that is known at compile time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Literal<'a> {
    Null,
    Bool(bool),
    Int(i32),
    Float(f32),
    Str(&'a [u8]),
}

impl Literal<'_> {
    /// Whether it counts as true in a condition.
    pub(super) fn is_true(self) -> bool {
        match self {
            Literal::Null => false,
            Literal::Bool(value) => value,
            Literal::Int(value) => value != 0,
            Literal::Float(value) => value != 0.0,
            Literal::Str(_) => true,
        }
    }
}

impl<'a> From<Scalar<'a>> for Literal<'a> {
    fn from(scalar: Scalar<'a>) -> Self {
        match scalar {
            Scalar::Int(value) => Literal::Int(value),
            Scalar::Float(value) => Literal::Float(value),
            Scalar::Str(bytes) => Literal::Str(bytes),
            Scalar::Bool(value) => Literal::Bool(value),
        }
    }
}

/// What a name in the constant table stands for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Entry<'t, 'a> {
    Scalar(Literal<'a>),
    Enum(&'t [(&'a [u8], Literal<'a>)]),
}

#[derive(Debug)]
enum Declared<'a> {
    Scalar(Literal<'a>),
    Enum(Vec<(&'a [u8], Literal<'a>)>),
}

#[derive(Debug)]
struct Declaration<'a> {
    /// Offset in the source text; 0 for those that the host supplies.
    place: u32,
    value: Declared<'a>,
}

/// All constants of a program.
#[derive(Debug, Default)]
pub(super) struct ConstantTable<'a> {
    declarations: HashMap<&'a [u8], Vec<Declaration<'a>>>,
    /// Names in the order of their first declaration in the program.
    declared_here: Vec<&'a [u8]>,
}

impl<'a> ConstantTable<'a> {
    /// A table with the constants of the host.
    pub(super) fn new(options: &'a CompileOptions) -> Self {
        let mut table = ConstantTable::default();
        for (name, value) in &options.constants {
            table.supply(name, Declared::Scalar(value.into()));
        }
        for (name, members) in &options.enums {
            let members = members.iter().map(|(member, value)| (member.as_bytes(), value.into()));
            table.supply(name, Declared::Enum(members.collect()));
        }
        table
    }

    fn supply(&mut self, name: &'a str, value: Declared<'a>) {
        self.declarations.entry(name.as_bytes()).or_default().push(Declaration { place: 0, value });
    }

    /// Enters `const name = value`.
    pub(super) fn declare(&mut self, name: Ident<'a>, value: Literal<'a>) {
        self.enter(name, Declared::Scalar(value));
    }

    /// Enters an enum. Members without a value count from 0.
    pub(super) fn declare_enum(&mut self, name: Ident<'a>, members: &[(Ident<'a>, Option<Scalar<'a>>)]) {
        let mut next = 0;
        let mut values: Vec<(&[u8], Literal)> = Vec::with_capacity(members.len());
        for (member, scalar) in members {
            let value = scalar.map_or_else(|| count(&mut next), Literal::from);
            match values.iter_mut().find(|(known, _)| *known == member.name) {
                Some((_, known)) => *known = value,
                None => values.push((member.name, value)),
            }
        }
        self.enter(name, Declared::Enum(values));
    }

    fn enter(&mut self, name: Ident<'a>, value: Declared<'a>) {
        let declarations = self.declarations.entry(name.name).or_default();
        if declarations.iter().all(|declaration| declaration.place == 0) {
            self.declared_here.push(name.name);
        }
        declarations.push(Declaration { place: name.span.end, value });
    }

    /// What a name at a place of the text stands for, if it is a constant there.
    pub(super) fn get(&self, name: &[u8], place: u32) -> Option<Entry<'_, 'a>> {
        let declarations = self.declarations.get(name)?;
        // Declarations are entered in the order of the text, except for those
        // in conditions, which cannot contain any.
        let declaration = declarations.iter().rfind(|declaration| declaration.place <= place)?;
        Some(match &declaration.value {
            Declared::Scalar(value) => Entry::Scalar(*value),
            Declared::Enum(members) => Entry::Enum(members),
        })
    }

    /// What the program declared, with the last value of each name: scalars and enums.
    pub(super) fn into_declared(self) -> (EnumMembers, Vec<(String, EnumMembers)>) {
        let (mut scalars, mut enums) = (Vec::new(), Vec::new());
        for name in &self.declared_here {
            let last = self.declarations.get(name).and_then(|declarations| declarations.last());
            match last.map(|declaration| &declaration.value) {
                Some(Declared::Scalar(value)) => scalars.extend(owned(name, *value)),
                Some(Declared::Enum(members)) => {
                    let members = members.iter().filter_map(|(member, value)| owned(member, *value));
                    enums.push((text(name), members.collect()));
                }
                None => {}
            }
        }
        (scalars, enums)
    }
}

fn count<'a>(next: &mut i32) -> Literal<'a> {
    let value = *next;
    *next = next.wrapping_add(1);
    Literal::Int(value)
}

impl<'a> From<&'a ConstantValue> for Literal<'a> {
    fn from(value: &'a ConstantValue) -> Self {
        match value {
            ConstantValue::Int(value) => Literal::Int(*value),
            ConstantValue::Float(value) => Literal::Float(*value),
            ConstantValue::Bool(value) => Literal::Bool(*value),
            ConstantValue::Str(bytes) => Literal::Str(bytes),
        }
    }
}

fn owned(name: &[u8], value: Literal) -> Option<(String, ConstantValue)> {
    let value = match value {
        Literal::Int(value) => ConstantValue::Int(value),
        Literal::Float(value) => ConstantValue::Float(value),
        Literal::Str(bytes) => ConstantValue::Str(bytes.to_vec()),
        Literal::Bool(value) => ConstantValue::Bool(value),
        // No declaration has this value.
        Literal::Null => return None,
    };
    Some((text(name), value))
}

/// A name, which consists of ASCII characters only.
fn text(name: &[u8]) -> String {
    String::from_utf8_lossy(name).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ast::Span;

    fn ident(name: &'static str, start: u32) -> Ident<'static> {
        Ident { name: name.as_bytes(), span: Span::new(start, start + name.len() as u32) }
    }

    fn int_at(table: &ConstantTable, name: &str, place: u32) -> Option<i32> {
        match table.get(name.as_bytes(), place)? {
            Entry::Scalar(Literal::Int(value)) => Some(value),
            _ => None,
        }
    }

    #[test]
    fn a_constant_holds_from_its_declaration_to_the_next() {
        let mut table = ConstantTable::default();
        table.declare(ident("A", 10), Literal::Int(1));
        table.declare(ident("A", 20), Literal::Int(2));
        assert_eq!([5, 15, 25].map(|place| int_at(&table, "A", place)), [None, Some(1), Some(2)]);
    }

    #[test]
    fn a_program_replaces_constants_of_the_host() {
        let mut options = CompileOptions::new("", Default::default());
        options.constants.push(("A".to_string(), ConstantValue::Int(1)));
        let mut table = ConstantTable::new(&options);
        assert_eq!(int_at(&table, "A", 0), Some(1));
        table.declare(ident("A", 10), Literal::Int(2));
        assert_eq!(int_at(&table, "A", 11), Some(2));
        assert_eq!(table.into_declared().0, [("A".to_string(), ConstantValue::Int(2))]);
    }

    #[test]
    fn explicit_values_do_not_move_the_counter_of_an_enum() {
        let mut table = ConstantTable::default();
        let members = [(ident("A", 4), None), (ident("B", 6), Some(Scalar::Int(7))), (ident("C", 8), None)];
        table.declare_enum(ident("E", 0), &members);
        let Some(Entry::Enum(members)) = table.get(b"E", 9) else { panic!("no enum") };
        let values: Vec<Literal> = members.iter().map(|(_, value)| *value).collect();
        assert_eq!(values, [Literal::Int(0), Literal::Int(7), Literal::Int(1)]);
    }
}
