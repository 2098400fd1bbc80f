//! Classes, instances and metamethods.

use super::scope::{Class, Operator, Signature, Type};
use super::{FunctionKind, Generator, This};
use crate::program::Node;

/// Statements that a call of a method is taken to run. The method that runs may be that of a class that extends the
/// known one.
const METHOD_COST: u32 = 30;

impl Generator<'_> {
    /// Whether a class is another one or extends it.
    pub(super) fn extends(&self, class: usize, wanted: usize) -> bool {
        std::iter::successors(Some(class), |class| self.classes[*class].base).any(|class| class == wanted)
    }

    /// A new instance, or one in a variable.
    pub(super) fn instance(&mut self, class: usize, depth: usize) -> String {
        if (depth == 0 || self.choices.chance(50))
            && let Some(name) = self.variable(Type::Instance(class))
        {
            return if self.choices.chance(10) { format!("(clone {name})") } else { name };
        }
        // A constructor that makes instances of its own class would not end.
        if self.unfinished_class.is_some_and(|unfinished| class >= unfinished) {
            return "null".to_string();
        }
        let Class { name, constructor, .. } = self.classes[class].clone();
        let arguments: Vec<String> =
            constructor.iter().map(|ty| self.value(*ty, depth.saturating_sub(1).min(1))).collect();
        format!("{name}({})", arguments.join(", "))
    }

    /// `class C extends B {…}` in the root table.
    pub(super) fn class_declaration(&mut self) -> Node {
        let name = self.fresh("C");
        let base = (!self.classes.is_empty() && self.choices.chance(50))
            .then(|| self.choices.below(self.classes.len()));
        let mut class = match base {
            Some(base) => Class { name: name.clone(), base: Some(base), ..self.classes[base].clone() },
            None => Class {
                name: name.clone(),
                base: None,
                fields: Vec::new(),
                methods: Vec::new(),
                statics: Vec::new(),
                constructor: Vec::new(),
                operators: Vec::new(),
            },
        };
        let mut members = self.fields(&mut class);
        let index = self.classes.len();
        self.classes.push(class);
        self.unfinished_class = Some(index);
        members.extend(self.statics(index));
        members.extend(self.methods(index));
        members.extend(self.operators(index));
        members.extend(self.constructor(index, base));
        self.unfinished_class = None;
        let extends = base.map_or_else(String::new, |base| format!(" extends {}", self.classes[base].name));
        let attributes = if self.choices.chance(10) { " </ note = 1 />" } else { "" };
        match self.choices.below(3) {
            0 => Node::block(format!("::{name} <- class{extends}{attributes} {{"), members, "};"),
            _ => Node::block(format!("class {name}{extends}{attributes} {{"), members, "}"),
        }
    }

    fn fields(&mut self, class: &mut Class) -> Vec<Node> {
        let mut members = Vec::new();
        for _ in 0..self.choices.below(4) {
            // Values of fields are shared by all instances: objects among them are, too.
            let ty =
                *self.choices.pick(&[Type::Int, Type::Int, Type::Str, Type::Float, Type::Bool, Type::Ints]);
            let name = self.fresh("m");
            let value = self.value(ty, 1);
            let attributes = if self.choices.chance(5) { "</ unit = \"V\" /> " } else { "" };
            members.push(Node::line(format!("{attributes}{name} = {value};")));
            class.fields.push((name, ty));
        }
        if !class.fields.is_empty() && class.base.is_some() && self.choices.chance(40) {
            let (name, ty) = self.choices.pick(&class.fields).clone();
            members.push(Node::line(format!("{name} = {};", self.value(ty, 1))));
        }
        members
    }

    fn statics(&mut self, class: usize) -> Vec<Node> {
        if self.choices.chance(70) {
            return Vec::new();
        }
        let (name, value) = (self.fresh("s"), self.value(Type::Int, 1));
        self.classes[class].statics.push((name.clone(), Type::Int));
        vec![Node::line(format!("static {name} = {value};"))]
    }

    fn constructor(&mut self, class: usize, base: Option<usize>) -> Option<Node> {
        // Without a constructor that of the base is used, and any arguments do if there is none.
        if self.choices.chance(40) {
            return None;
        }
        let params: Vec<Type> =
            (0..self.choices.below(3)).map(|_| *self.choices.pick(&[Type::Int, Type::Str])).collect();
        let names: Vec<String> = params.iter().map(|_| self.fresh("p")).collect();
        let head = names.join(", ");
        let context = self.function_context(FunctionKind::Plain, This::Instance { class, method: 0 }, None);
        let (mut body, _) = self.in_function(context, |inner| {
            names.iter().zip(&params).for_each(|(name, ty)| inner.declare(name, *ty));
            inner.context.cost_limit = METHOD_COST;
            inner.assignments_to_fields(class)
        });
        if let Some(base) = base {
            let arguments: Vec<String> =
                self.classes[base].constructor.clone().iter().map(|ty| self.value(*ty, 0)).collect();
            if self.has_constructor(base) {
                body.insert(0, Node::line(format!("base.constructor({});", arguments.join(", "))));
            }
        }
        self.classes[class].constructor = params;
        self.classes[class].methods.push(("constructor".to_string(), usize::MAX));
        Some(Node::block(format!("constructor({head}) {{"), body, "}"))
    }

    fn has_constructor(&self, class: usize) -> bool {
        self.classes[class].methods.iter().any(|(name, _)| name == "constructor")
    }

    fn assignments_to_fields(&mut self, class: usize) -> Vec<Node> {
        let fields = self.classes[class].fields.clone();
        let mut body = Vec::new();
        for (name, ty) in fields {
            if self.choices.chance(50) {
                let value = self.value(ty, 2);
                let this = if self.choices.chance(70) { "this." } else { "" };
                body.push(Node::line(format!("{this}{name} = {value};")));
            }
        }
        body
    }

    fn methods(&mut self, class: usize) -> Vec<Node> {
        let mut members = Vec::new();
        let inherited = self.classes[class].methods.clone();
        for (index, (name, signature)) in inherited.iter().enumerate() {
            if name != "constructor" && self.choices.chance(30) {
                members.push(self.method(class, index, name, *signature, true));
            }
        }
        for _ in 0..self.choices.below(3) {
            let params =
                (0..self.choices.below(3)).map(|_| *self.choices.pick(&[Type::Int, Type::Str, Type::Ints]));
            let params: Vec<Type> = params.collect();
            let result = *self.choices.pick(&[Type::Int, Type::Int, Type::Str, Type::Bool]);
            self.signatures.push(Signature {
                params,
                defaults: 0,
                varargs: false,
                result,
                cost: METHOD_COST,
            });
            let (name, signature) = (self.fresh("do"), self.signatures.len() - 1);
            let index = self.classes[class].methods.len();
            members.push(self.method(class, index, &name, signature, false));
            self.classes[class].methods.push((name, signature));
        }
        members
    }

    /// A method. It calls no functions, and of the methods of `this` only those before it: what it calls may be the
    /// method of a class that is not known yet.
    fn method(&mut self, class: usize, index: usize, name: &str, signature: usize, overrides: bool) -> Node {
        let signature = self.signatures[signature].clone();
        let names: Vec<String> = signature.params.iter().map(|_| self.fresh("p")).collect();
        let this = This::Instance { class, method: index };
        let context = self.function_context(FunctionKind::Cheap, this, Some(signature.result));
        let head = names.join(", ");
        let calls_base = overrides && self.choices.chance(50);
        let (body, _) = self.in_function(context, |inner| {
            inner.declare_parameters(&names, &signature);
            let mut body = Vec::new();
            if calls_base {
                let result = inner.fresh("v");
                body.push(Node::line(format!("local {result} = base.{name}({head});")));
                inner.declare(&result, signature.result);
            }
            let count = inner.choices.below(3);
            body.extend((0..count).map(|_| inner.simple_statement()).collect::<Vec<_>>());
            let value = inner.value(signature.result, 2);
            body.push(Node::line(match signature.result {
                Type::Str => format!("return cut({value});"),
                _ => format!("return {value};"),
            }));
            body
        });
        Node::block(format!("function {name}({head}) {{"), body, "}")
    }

    /// Metamethods.
    fn operators(&mut self, class: usize) -> Vec<Node> {
        let mut members = Vec::new();
        while self.choices.chance(40) && members.len() < 4 {
            let (operator, text) = self.operator(class);
            members.push(Node::line(text));
            if !self.classes[class].operators.contains(&operator) {
                self.classes[class].operators.push(operator);
            }
        }
        members
    }

    fn operator(&mut self, class: usize) -> (Operator, String) {
        let context = self.function_context(FunctionKind::Cheap, This::Instance { class, method: 0 }, None);
        let (made, _) = self.in_function(context, |inner| {
            inner.declare("other", Type::Int);
            inner.operator_text()
        });
        made
    }

    fn operator_text(&mut self) -> (Operator, String) {
        match self.choices.below(13) {
            11 => {
                let assignment = self.own_assignment();
                (Operator::Cloned, format!("function _cloned(other) {{ other = 4; {assignment} }}"))
            }
            0 => (Operator::Arithmetic("+"), format!("function _add(other) {{ return {}; }}", self.int(2))),
            1 => (Operator::Arithmetic("-"), format!("function _sub(other) {{ return {}; }}", self.int(2))),
            2 => (Operator::Arithmetic("*"), format!("function _mul(other) {{ return {}; }}", self.int(2))),
            3 => (Operator::Negate, format!("function _unm() {{ local other = 3; return {}; }}", self.int(2))),
            4 => {
                let sign = self.own_number();
                (Operator::Compare, format!("function _cmp(other) {{ return {sign} <=> other.number_(); }} function number_() {{ return {sign}; }}"))
            }
            5 => (Operator::Call, format!("function _call(env, other) {{ return {}; }}", self.int(2))),
            6 | 7 => (
                Operator::Get,
                format!(
                    "function _get(key) {{ local other = 2; if (typeof key == \"string\" && key.len() == 2 && key[0] == 'v') \
                     return {} + key[1]; throw null; }}",
                    self.int(1)
                ),
            ),
            8 => {
                let assignment = self.own_assignment();
                (
                    Operator::Set,
                    format!(
                        "function _set(key, other) {{ if (typeof key != \"string\" || key.len() != 2 || key[0] != 'v') throw \
                         null; {assignment} }}"
                    ),
                )
            }
            9 => (
                Operator::Iterate,
                "function _nexti(i) { return i == null ? \"v0\" : (i == \"v0\" ? \"v1\" : null); } function _get(key) { if (key \
                 == \"v0\" || key == \"v1\") return key + \"!\"; throw null; }"
                    .to_string(),
            ),
            10 => (Operator::Text, format!("function _tostring() {{ local other = 1; return \"<\" + {} + \">\"; }}", self.own_number())),
            _ => (Operator::TypeName, "function _typeof() { return \"Special\"; }".to_string()),
        }
    }

    /// An integer of `this`.
    fn own_number(&mut self) -> String {
        self.own_field(Type::Int).unwrap_or_else(|| "3".to_string())
    }

    fn own_assignment(&mut self) -> String {
        self.own_field(Type::Int).map_or_else(String::new, |field| format!("{field} = {};", self.int(1)))
    }

    fn own_field(&mut self, ty: Type) -> Option<String> {
        let This::Instance { class, .. } = self.context.this else { return None };
        let fields: Vec<String> = self.classes[class]
            .fields
            .iter()
            .filter(|(_, field)| *field == ty)
            .map(|(name, _)| format!("this.{name}"))
            .collect();
        (!fields.is_empty()).then(|| self.choices.pick(&fields).clone())
    }

    /// Calls a method of an instance, or of `this`.
    pub(super) fn method_call(&mut self, ty: Type, depth: usize) -> Option<String> {
        let mut found = Vec::new();
        if let This::Instance { class, method } = self.context.this {
            let earlier = self.classes[class].methods.iter().take(method);
            found.extend(earlier.map(|(name, signature)| ("this".to_string(), name.clone(), *signature)));
        } else if self.can_afford(METHOD_COST) {
            for variable in self.scope.find(|variable| matches!(variable.ty, Type::Instance(_))) {
                let Type::Instance(class) = variable.ty else { continue };
                let methods = self.classes[class].methods.iter();
                found.extend(
                    methods.map(|(name, signature)| (variable.name.clone(), name.clone(), *signature)),
                );
            }
        }
        found.retain(|(_, name, signature)| {
            name != "constructor" && self.is_a(self.signatures[*signature].result, ty)
        });
        if found.is_empty() {
            return None;
        }
        self.spend(METHOD_COST);
        let (object, name, signature) = self.choices.pick(&found).clone();
        let arguments = self.arguments(signature, depth);
        Some(match self.choices.below(6) {
            0 => format!("{object}[\"{name}\"]({arguments})"),
            1 if object == "this" => format!("{name}({arguments})"),
            _ => format!("{object}.{name}({arguments})"),
        })
    }

    /// Statements about an instance in a variable.
    pub(super) fn use_instance(&mut self) -> Node {
        let instances = self.scope.find(|variable| matches!(variable.ty, Type::Instance(_)));
        if instances.is_empty() {
            return self.declaration();
        }
        let variable = self.choices.pick(&instances).clone();
        let Type::Instance(class) = variable.ty else { return self.declaration() };
        let (name, place) = (variable.name, self.next_place());
        let has = |generator: &Self, operator| generator.classes[class].operators.contains(&operator);
        Node::line(match self.choices.below(10) {
            0 if has(self, Operator::Set) => format!("{name}.v1 = {};", self.value(Type::Int, 1)),
            1 if has(self, Operator::Iterate) => {
                format!("foreach (i, x in {name}) say({place}, [i, x]);")
            }
            2 if has(self, Operator::Compare) => {
                format!("say({place}, [{name} < {name}, sign({name} <=> clone {name})]);")
            }
            3 => format!("say({place}, {name}.getclass() == {});", self.classes[class].name),
            4 => format!("say({place}, {name} instanceof {});", self.choices.pick(&self.classes).name),
            5 if self.context.errors_are_caught => format!("{name}.nothing = {};", self.value(Type::Int, 1)),
            6 if self.context.errors_are_caught => format!("say({place}, {name} + 1);"),
            7 => self.use_class(class, place),
            8 => format!("say({place}, {name} == clone {name});"),
            _ => format!("say({place}, {name});"),
        })
    }

    fn use_class(&mut self, class: usize, place: usize) -> String {
        let Class { name, statics, fields, .. } = self.classes[class].clone();
        match self.choices.below(6) {
            0 if !statics.is_empty() => format!("say({place}, {name}.{});", self.choices.pick(&statics).0),
            1 if !fields.is_empty() => {
                format!("say({place}, \"{}\" in {name});", self.choices.pick(&fields).0)
            }
            2 if !fields.is_empty() => {
                format!("say({place}, {name}.getattributes(\"{}\"));", self.choices.pick(&fields).0)
            }
            3 => format!("say({place}, {name}.getbase() == null);"),
            4 if self.context.errors_are_caught => format!("{name}.extra <- {};", self.value(Type::Int, 1)),
            _ => format!("say({place}, {name}.instance());"),
        }
    }
}
