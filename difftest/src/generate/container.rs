//! Arrays and tables: values and statements that change them.

use super::scope::Type;
use super::{FunctionKind, Generator, This};
use crate::program::Node;

/// Names of slots. One is also the name of a method of tables.
const SLOT_NAMES: &[&str] = &["a", "b", "c", "n", "item", "next", "value", "len"];
/// Slots that come and go.
const KEYS: &[&str] = &["\"k1\"", "\"k2\"", "\"k 3\"", "1", "2", "-1", "true", "2.5", "\"1\""];

impl Generator<'_> {
    pub(super) fn array(&mut self, ty: Type, depth: usize) -> String {
        let element = self.element_type(ty);
        if depth == 0 {
            return self.place(ty).unwrap_or_else(|| self.array_literal(element, 2, 0));
        }
        let inner = depth - 1;
        match self.choices.below(14) {
            0..=3 => {
                let count = self.choices.below(6);
                self.array_literal(element, count, inner)
            }
            4..=6 => self.place(ty).unwrap_or_else(|| self.array_literal(element, 3, 0)),
            7 => format!("array({}, {})", self.choices.below(5), self.value(element, inner)),
            8 => self.mapped(ty, inner),
            9 => self.filtered(ty, inner),
            10 => format!("(clone {})", self.operand(ty, inner)),
            11 => self.array_slice(ty, inner),
            12 if ty != Type::Ints => self.split(),
            12 | 13 => self.sorted(ty, inner),
            _ => self.result_of(ty, inner),
        }
    }

    fn element_type(&mut self, ty: Type) -> Type {
        match ty {
            Type::Ints => Type::Int,
            Type::Strs => Type::Str,
            _ => Type::Any,
        }
    }

    pub(super) fn array_literal(&mut self, element: Type, count: usize, depth: usize) -> String {
        let elements: Vec<String> = (0..count).map(|_| self.value(element, depth)).collect();
        format!("[{}]", elements.join(", "))
    }

    fn mapped(&mut self, ty: Type, depth: usize) -> String {
        let element = self.element_type(ty);
        let array = self.value(Type::Ints, depth);
        // The callback gets index and array as well in Squirrel 3.2.
        if !self.is_common() && self.choices.chance(30) {
            let lambda = self.lambda(&[Type::Int, Type::Int], element, depth.min(1));
            return format!("({array}).map({lambda})");
        }
        format!("({array}).map({})", self.lambda(&[Type::Int], element, depth.min(1)))
    }

    fn filtered(&mut self, ty: Type, depth: usize) -> String {
        let element = self.element_type(ty);
        let array = self.value(ty, depth);
        format!("({array}).filter({})", self.lambda(&[Type::Int, element], Type::Bool, depth.min(1)))
    }

    fn array_slice(&mut self, ty: Type, depth: usize) -> String {
        let array = self.value(ty, depth);
        match self.choices.below(3) {
            0 if self.context.errors_are_caught => {
                format!("({array}).slice({}, {})", self.choices.below(4), self.choices.below(5))
            }
            1 => format!("({array}).slice(0)"),
            _ => format!("({array}).slice(0, 0)"),
        }
    }

    fn split(&mut self) -> String {
        // Edition `imp` drops empty fields.
        let texts: &[&str] =
            if self.is_common() { &["\"a b c\"", "\"1,2\""] } else { &["\"a,b,,c\"", "\",x,\"", "\"\""] };
        let text = *self.choices.pick(texts);
        format!("split({text}, \", \")")
    }

    /// A sorted copy. `sort` returns nothing in Squirrel 3.0. The elements can be compared and the compare function
    /// has no effects: which elements are compared, and how often, depends on the algorithm.
    fn sorted(&mut self, ty: Type, depth: usize) -> String {
        let (array, comparable) = match ty {
            Type::Strs => (self.value(Type::Strs, depth), "@(x) \"\" + number(x)"),
            _ => (self.value(Type::Ints, depth), "number"),
        };
        let by = match self.choices.below(4) {
            0 | 1 => "",
            // Edition `imp` leaves equal elements in their order, the reference does not.
            2 if !self.is_common() && ty != Type::Strs => "@(x, y) (x & 7) <=> (y & 7)",
            _ => "@(x, y) y <=> x",
        };
        format!("(@(z) (z.sort({by}), z))(({array}).map({comparable}))")
    }

    /// Statements that change an array in a variable.
    pub(super) fn change_array(&mut self) -> Node {
        let arrays = self.scope.find(|v| matches!(v.ty, Type::Ints | Type::Strs | Type::Array));
        if arrays.is_empty() {
            return self.declaration();
        }
        let array = self.choices.pick(&arrays).clone();
        let (name, element) = (array.name, self.element_type(array.ty));
        Node::line(match self.choices.below(15) {
            0..=2 => format!("if ({name}.len() < 12) {name}.append({});", self.value(element, 2)),
            3 => format!("if ({name}.len() < 12) {name}.push({});", self.value(element, 1)),
            4 => format!("if ({name}.len() > 0) say({}, {name}.pop());", self.next_place()),
            5 => {
                format!("if ({name}.len() > 0) {{ {name}[{name}.len() - 1] = {}; }}", self.value(element, 2))
            }
            6 => format!("{name}.insert({}, {});", self.guarded_index(&name), self.value(element, 1)),
            7 => format!("if ({name}.len() > 1) say({}, {name}.remove(1));", self.next_place()),
            8 => format!("{name}.reverse();"),
            9 => format!("{name}.resize({}, {});", self.choices.below(8), self.value(element, 1)),
            10 => format!("if ({name}.len() < 12) {name}.extend({});", self.value(array.ty, 1)),
            11 => format!("say({}, {name}.find({}));", self.next_place(), self.value(element, 1)),
            12 => format!("say({}, [{name}.len(), {}]);", self.next_place(), self.top_of(&name)),
            13 => self.change_element(&name, element),
            _ => format!("say({}, {name});", self.next_place()),
        })
    }

    fn guarded_index(&mut self, name: &str) -> String {
        if self.context.errors_are_caught && self.choices.chance(20) {
            return self.choices.below(4).to_string();
        }
        format!("{name}.len() / 2")
    }

    fn top_of(&mut self, name: &str) -> String {
        if self.context.errors_are_caught && self.choices.chance(20) {
            return format!("{name}.top()");
        }
        format!("{name}.len() > 0 ? {name}.top() : null")
    }

    fn change_element(&mut self, name: &str, element: Type) -> String {
        let index = self.choices.below(4);
        if element != Type::Int {
            return format!("if ({index} in {name}) {name}[{index}] = {};", self.value(element, 1));
        }
        let change = match self.choices.below(4) {
            0 => format!("{name}[{index}]++"),
            1 => format!("{name}[{index}] *= {}", self.value(Type::Int, 1)),
            2 => format!("{name}[{index}] -= {name}[0]--"),
            _ => format!("{name}[{index}] += {}", self.value(Type::Int, 1)),
        };
        format!("if ({index} in {name}) {change};")
    }

    /// A table with the slots of a shape.
    pub(super) fn table(&mut self, shape: usize, depth: usize) -> String {
        let is_deep = depth == 0 || self.choices.chance(30);
        if is_deep && let Some(name) = self.variable(Type::Table(shape)) {
            return if self.choices.chance(30) { format!("(clone {name})") } else { name };
        }
        let slots = self.shapes[shape].clone();
        let texts: Vec<String> =
            slots.iter().map(|(name, ty)| self.slot_text(name, *ty, shape, depth)).collect();
        format!("{{ {} }}", texts.join(", "))
    }

    fn slot_text(&mut self, name: &str, ty: Type, shape: usize, depth: usize) -> String {
        let value = match ty {
            Type::Function(signature) => self.function_expression(signature, This::Table(shape)),
            _ => self.value(ty, depth.saturating_sub(1)),
        };
        match self.choices.below(4) {
            0 => format!("[\"{name}\"] = {value}"),
            1 => format!("\"{name}\": {value}"),
            _ => format!("{name} = {value}"),
        }
    }

    /// A kind of table.
    pub(super) fn new_shape(&mut self) -> usize {
        let mut names: Vec<&str> = SLOT_NAMES.to_vec();
        let mut slots = Vec::new();
        for _ in 0..1 + self.choices.below(4) {
            let name = names.remove(self.choices.below(names.len()));
            // Slots hold no tables or instances: shapes and classes would have to come before others.
            let ty = match self.choices.below(7) {
                0..=2 => Type::Int,
                3 => Type::Str,
                4 => Type::Float,
                5 => Type::Ints,
                _ => Type::Function(self.cheap_signature()),
            };
            slots.push((name.to_string(), ty));
        }
        self.shapes.push(slots);
        self.shapes.len() - 1
    }

    /// A key that may or may not be in a table.
    pub(super) fn key(&mut self, depth: usize) -> String {
        match self.choices.below(6) {
            0 if depth > 0 => self.operand(Type::Int, depth - 1),
            1 if depth > 0 => self.operand(Type::Str, depth - 1),
            2 => format!("\"{}\"", self.choices.pick(SLOT_NAMES)),
            _ => self.choices.pick(KEYS).to_string(),
        }
    }

    /// Statements that change a table in a variable.
    pub(super) fn change_table(&mut self) -> Node {
        let tables = self.scope.find(|v| matches!(v.ty, Type::Table(_)));
        if tables.is_empty() {
            return self.declaration();
        }
        let name = self.choices.pick(&tables).name.clone();
        let (key, place) = (self.choices.pick(KEYS).to_string(), self.next_place());
        Node::line(match self.choices.below(14) {
            0..=2 => format!("{name}[{key}] <- {};", self.value(Type::Int, 2)),
            3 => format!("{name}.k1 <- {};", self.value(Type::Int, 2)),
            4 => format!("if ({key} in {name}) say({place}, delete {name}[{key}]);"),
            5 => format!("{name}.rawset({key}, {});", self.value(Type::Int, 1)),
            6 => format!("say({place}, {name}.rawdelete({key}));"),
            7 => format!("say({place}, {name}.rawin({key}) ? {name}.rawget({key}) : \"none\");"),
            8 => format!("say({place}, {key} in {name} ? {name}[{key}] : \"none\");"),
            9 if self.context.errors_are_caught => format!("say({place}, {name}[{}]);", self.key(1)),
            10 if self.context.errors_are_caught => {
                format!("{name}[{}] = {};", self.key(1), self.value(Type::Int, 1))
            }
            11 if self.context.errors_are_caught => format!("say({place}, {name}[{key}]++);"),
            12 if !self.is_common() => {
                format!("say({place}, ({name}.keys().len() == {name}.values().len()));")
            }
            _ => format!("say({place}, {name});"),
        })
    }

    /// Calls a function in a slot of a table.
    pub(super) fn slot_call(&mut self, ty: Type, depth: usize) -> Option<String> {
        let mut found = Vec::new();
        for variable in self.scope.find(|variable| matches!(variable.ty, Type::Table(_))) {
            let Type::Table(shape) = variable.ty else { continue };
            for (slot, slot_type) in &self.shapes[shape] {
                if let Type::Function(signature) = slot_type
                    && self.is_a(self.signatures[*signature].result, ty)
                {
                    found.push((variable.name.clone(), slot.clone(), *signature));
                }
            }
        }
        if found.is_empty() || self.context.kind == FunctionKind::Cheap {
            return None;
        }
        let (name, slot, signature) = self.choices.pick(&found).clone();
        let arguments = self.arguments(signature, depth);
        Some(match self.choices.below(4) {
            0 => format!("{name}[\"{slot}\"]({arguments})"),
            _ => format!("{name}.{slot}({arguments})"),
        })
    }
}
