//! Expressions of any type.

use super::scope::{Operator, Type, Variable};
use super::{FunctionKind, Generator, This};

/// How deep expressions nest.
pub(super) const DEPTH: usize = 3;

/// Values of a wrong type, for places where errors are caught. All are scalars: others show addresses.
const WRONG: &[&str] = &["null", "true", "\"w\"", "7", "2.5", "\"\"", "false", "-1"];

impl Generator<'_> {
    /// An expression that mostly has this type.
    pub(super) fn value(&mut self, ty: Type, depth: usize) -> String {
        if self.context.errors_are_caught && self.choices.chance(1) {
            // Edition `imp` has another text for null.
            let wrong = if self.is_common() { &WRONG[1..] } else { WRONG };
            return self.choices.pick(wrong).to_string();
        }
        self.right_value(ty, depth)
    }

    fn right_value(&mut self, ty: Type, depth: usize) -> String {
        match ty {
            Type::Int => self.int(depth),
            Type::Float => format!("clean({})", self.float(depth)),
            Type::Bool => self.bool(depth),
            Type::Str => self.text(depth),
            Type::Ints | Type::Strs | Type::Array => self.array(ty, depth),
            Type::Table(shape) => self.table(shape, depth),
            Type::Function(signature) => self.function_value(signature, depth),
            Type::Instance(class) => self.instance(class, depth),
            Type::Generator | Type::Thread => "null".to_string(),
            Type::Any => self.any(depth),
        }
    }

    /// A value that can be shown, of any type.
    pub(super) fn any(&mut self, depth: usize) -> String {
        let ty = self.any_type();
        match self.choices.below(12) {
            0 => "null".to_string(),
            1 => self.variable(Type::Any).unwrap_or_else(|| "null".to_string()),
            _ => self.right_value(ty, depth.saturating_sub(1)),
        }
    }

    /// A type of values that variables, fields and parameters can have.
    pub(super) fn any_type(&mut self) -> Type {
        let simple = [Type::Int, Type::Str, Type::Float, Type::Bool, Type::Ints, Type::Strs, Type::Array];
        match self.choices.below(13) {
            0..=2 => Type::Int,
            3 => Type::Str,
            4 if !self.shapes.is_empty() => Type::Table(self.choices.below(self.shapes.len())),
            5 if !self.classes.is_empty() => Type::Instance(self.choices.below(self.classes.len())),
            _ => *self.choices.pick(&simple),
        }
    }

    /// The name of a variable that has this type.
    pub(super) fn variable(&mut self, ty: Type) -> Option<String> {
        let found = self.variables(ty);
        (!found.is_empty()).then(|| self.choices.pick(&found).name.clone())
    }

    /// The name of a variable of this type that may be assigned to.
    pub(super) fn changeable(&mut self, ty: Type) -> Option<String> {
        let found = self.scope.find(|variable| variable.ty == ty && variable.may_change);
        (!found.is_empty()).then(|| self.choices.pick(&found).name.clone())
    }

    fn variables(&self, ty: Type) -> Vec<Variable> {
        self.scope.find(|variable| self.is_a(variable.ty, ty))
    }

    /// Whether values of one type can stand for those of another.
    pub(super) fn is_a(&self, ty: Type, wanted: Type) -> bool {
        match (ty, wanted) {
            _ if self.is_exact => ty == wanted,
            (Type::Instance(class), Type::Instance(wanted)) => self.extends(class, wanted),
            (Type::Ints | Type::Strs, Type::Array) => true,
            _ => ty == wanted,
        }
    }

    /// A place to read from that has this type: a variable, a slot, a field, a constant.
    pub(super) fn place(&mut self, ty: Type) -> Option<String> {
        match self.choices.below(8) {
            0 => self.slot(ty),
            1 => self.field(ty),
            2 => self.own_member(ty),
            3 => self.global(ty),
            4 => self.constant(ty),
            _ => self.variable(ty),
        }
        .or_else(|| self.variable(ty))
    }

    /// A place to assign to, whose type is exactly this one: what reads from it may expect no other.
    pub(super) fn target(&mut self, ty: Type) -> Option<String> {
        self.is_exact = true;
        let target = match self.choices.below(6) {
            0 => self.slot(ty),
            1 => self.field(ty),
            2 => self.own_member(ty),
            3 => self.global(ty),
            _ => None,
        };
        self.is_exact = false;
        target.or_else(|| self.changeable(ty))
    }

    /// A slot of a table in a variable.
    fn slot(&mut self, ty: Type) -> Option<String> {
        let mut found = Vec::new();
        for variable in self.scope.find(|variable| matches!(variable.ty, Type::Table(_))) {
            let Type::Table(shape) = variable.ty else { continue };
            let fitting = self.shapes[shape].iter().filter(|(_, slot)| self.is_a(*slot, ty));
            found.extend(fitting.map(|(name, _)| (variable.name.clone(), name.clone())));
        }
        self.member_of(found)
    }

    /// A field of an instance in a variable.
    fn field(&mut self, ty: Type) -> Option<String> {
        let mut found = Vec::new();
        for variable in self.scope.find(|variable| matches!(variable.ty, Type::Instance(_))) {
            let Type::Instance(class) = variable.ty else { continue };
            let fitting = self.classes[class].fields.iter().filter(|(_, field)| self.is_a(*field, ty));
            found.extend(fitting.map(|(name, _)| (variable.name.clone(), name.clone())));
        }
        self.member_of(found)
    }

    /// A slot or field of `this`.
    fn own_member(&mut self, ty: Type) -> Option<String> {
        let members = match self.context.this {
            This::Unknown => return None,
            This::Table(shape) => &self.shapes[shape],
            This::Instance { class, .. } => &self.classes[class].fields,
        };
        let fitting = members.iter().filter(|(_, member)| self.is_a(*member, ty));
        let found: Vec<_> = fitting.map(|(name, _)| ("this".to_string(), name.clone())).collect();
        if !found.is_empty() && self.choices.chance(30) {
            return Some(self.choices.pick(&found).1.clone());
        }
        self.member_of(found)
    }

    fn member_of(&mut self, found: Vec<(String, String)>) -> Option<String> {
        if found.is_empty() {
            return None;
        }
        let (object, name) = self.choices.pick(&found).clone();
        Some(match self.choices.below(5) {
            0 => format!("{object}[\"{name}\"]"),
            _ => format!("{object}.{name}"),
        })
    }

    fn global(&mut self, ty: Type) -> Option<String> {
        let found: Vec<String> = self
            .globals
            .iter()
            .filter(|(_, global)| self.is_a(*global, ty))
            .map(|(name, _)| name.clone())
            .collect();
        if found.is_empty() {
            return None;
        }
        let name = self.choices.pick(&found).clone();
        Some(if self.choices.chance(40) { format!("::{name}") } else { name })
    }

    fn constant(&mut self, ty: Type) -> Option<String> {
        let found: Vec<String> = self
            .constants
            .iter()
            .filter(|(_, constant)| *constant == ty)
            .map(|(name, _)| name.clone())
            .collect();
        (!found.is_empty()).then(|| self.choices.pick(&found).clone())
    }

    /// One of two values of a type.
    pub(super) fn either(&mut self, ty: Type, depth: usize) -> String {
        let (first, second) = (self.value(ty, depth - 1), self.value(ty, depth - 1));
        match self.choices.below(4) {
            0 => format!("({first} || {second})"),
            1 => format!("({first} && {second})"),
            _ => format!("({} ? {first} : {second})", self.condition(depth - 1)),
        }
    }

    /// A truth value before `?`. The reference tests the last comparison instead of a variable that comes after it.
    pub(super) fn condition(&mut self, depth: usize) -> String {
        let condition = self.bool(depth);
        let is_name = condition.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_()".contains(&byte));
        if is_name { format!("({condition} != false)") } else { condition }
    }

    /// A truth value.
    pub(super) fn bool(&mut self, depth: usize) -> String {
        if depth == 0 {
            return match self.choices.below(3) {
                0 => self.choices.pick(&["true", "false"]).to_string(),
                _ => self.place(Type::Bool).unwrap_or_else(|| "true".to_string()),
            };
        }
        let inner = depth - 1;
        match self.choices.below(16) {
            0 => self.place(Type::Bool).unwrap_or_else(|| "false".to_string()),
            1..=4 => self.relation(Type::Int, inner),
            5 => self.relation(Type::Str, inner),
            6 => self.relation(Type::Float, inner),
            7 => format!("!{}", self.operand(Type::Bool, inner)),
            8 => format!("({} && {})", self.bool(inner), self.bool(inner)),
            9 => format!("({} || {})", self.bool(inner), self.bool(inner)),
            10 => format!("({} == {})", self.any(inner), self.any(inner)),
            11 => format!("({} != {})", self.any(inner), self.any(inner)),
            12 => self.membership(inner),
            13 => self.mixed_relation(inner),
            14 => self.result_of(Type::Bool, inner),
            _ => self.nullness(inner),
        }
    }

    /// An expression in parentheses.
    pub(super) fn operand(&mut self, ty: Type, depth: usize) -> String {
        format!("({})", self.value(ty, depth))
    }

    fn relation(&mut self, ty: Type, depth: usize) -> String {
        let op = *self.choices.pick(&["<", ">", "<=", ">=", "==", "!="]);
        let (left, right) = (self.value(ty, depth), self.value(ty, depth));
        format!("(({left}) {op} ({right}))")
    }

    /// A comparison of an integer with a float.
    fn mixed_relation(&mut self, depth: usize) -> String {
        let op = *self.choices.pick(&["<", ">", "<=", ">=", "==", "!="]);
        let (int, float) = (self.value(Type::Int, depth), self.value(Type::Float, depth));
        if self.choices.chance(50) {
            format!("(({int}) {op} ({float}))")
        } else {
            format!("(({float}) {op} ({int}))")
        }
    }

    fn nullness(&mut self, depth: usize) -> String {
        let op = *self.choices.pick(&["==", "!="]);
        let value = self.any(depth);
        if self.choices.chance(70) { format!("({value} {op} null)") } else { format!("(null {op} {value})") }
    }

    fn membership(&mut self, depth: usize) -> String {
        if !self.classes.is_empty() && self.choices.chance(40) {
            let class = self.choices.below(self.classes.len());
            let name = self.classes[class].name.clone();
            return format!("({} instanceof {name})", self.any(depth));
        }
        // Edition `imp` asks delegates and `_get`, too.
        let tables =
            if self.is_common() { Vec::new() } else { self.scope.find(|v| matches!(v.ty, Type::Table(_))) };
        if tables.is_empty() {
            return format!("({} in {})", self.value(Type::Int, depth), self.value(Type::Ints, depth));
        }
        let table = self.choices.pick(&tables).name.clone();
        let key = self.key(depth);
        if self.choices.chance(70) { format!("({key} in {table})") } else { format!("{table}.rawin({key})") }
    }

    /// Calls a function that gives this type, if there is one.
    pub(super) fn result_of(&mut self, ty: Type, depth: usize) -> String {
        let call = match self.choices.below(3) {
            0 => self.method_call(ty, depth),
            1 => self.slot_call(ty, depth),
            _ => None,
        };
        match call.or_else(|| self.function_call(ty, depth)) {
            Some(call) => call,
            None => self.place(ty).unwrap_or_else(|| self.simple(ty)),
        }
    }

    /// A value that needs nothing.
    pub(super) fn simple(&mut self, ty: Type) -> String {
        match ty {
            Type::Int => self.int(0),
            Type::Float => self.float_literal(),
            Type::Bool => self.choices.pick(&["true", "false"]).to_string(),
            Type::Str => self.text(0),
            Type::Ints | Type::Strs | Type::Array => "[]".to_string(),
            _ => self.right_value(ty, 0),
        }
    }

    /// An instance in a variable whose class has a metamethod.
    pub(super) fn instance_with(&mut self, wanted: impl Fn(&Operator) -> bool) -> Option<(String, Operator)> {
        let mut found = Vec::new();
        for variable in self.scope.find(|variable| matches!(variable.ty, Type::Instance(_))) {
            let Type::Instance(class) = variable.ty else { continue };
            let operators = self.classes[class].operators.iter().filter(|operator| wanted(operator));
            found.extend(operators.map(|operator| (variable.name.clone(), *operator)));
        }
        if found.is_empty() || self.context.kind == FunctionKind::Cheap {
            return None;
        }
        Some(self.choices.pick(&found).clone())
    }
}
