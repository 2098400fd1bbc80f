//! Functions: declarations, closures, calls.

use super::expression::DEPTH;
use super::scope::{Signature, Type};
use super::{FunctionKind, Generator, This};
use crate::program::Node;

impl Generator<'_> {
    /// A signature for functions whose calls cost nothing.
    pub(super) fn cheap_signature(&mut self) -> usize {
        let count = self.choices.below(3);
        let params = (0..count).map(|_| *self.choices.pick(&[Type::Int, Type::Int, Type::Str])).collect();
        let result = *self.choices.pick(&[Type::Int, Type::Int, Type::Str, Type::Bool]);
        self.add_signature(Signature { params, defaults: 0, varargs: false, result, cost: 1 })
    }

    fn add_signature(&mut self, signature: Signature) -> usize {
        self.signatures.push(signature);
        self.signatures.len() - 1
    }

    fn new_signature(&mut self) -> Signature {
        let count = self.choices.below(4);
        let params: Vec<Type> = (0..count).map(|_| self.any_type()).collect();
        let is_simple = |ty: &Type| matches!(ty, Type::Int | Type::Float | Type::Bool | Type::Str);
        let possible = params.iter().rev().take_while(|ty| is_simple(ty)).count();
        let defaults = if self.choices.chance(40) { self.choices.below(possible + 1) } else { 0 };
        let varargs = defaults == 0 && self.choices.chance(20);
        let result = match self.choices.below(3) {
            0 => self.any_type(),
            1 => Type::Str,
            _ => Type::Int,
        };
        Signature { params, defaults, varargs, result, cost: 1 }
    }

    /// A function with a signature whose calls cost nothing.
    pub(super) fn function_expression(&mut self, signature: usize, this: This) -> String {
        let Signature { params, result, .. } = self.signatures[signature].clone();
        let names: Vec<String> = params.iter().map(|_| self.fresh("x")).collect();
        let context = self.function_context(FunctionKind::Cheap, this, Some(result));
        let (body, _) = self.in_function(context, |inner| {
            for (name, ty) in names.iter().zip(&params) {
                inner.declare(name, *ty);
            }
            inner.value(result, 2)
        });
        match self.choices.below(3) {
            0 => format!("@({}) {body}", names.join(", ")),
            _ => format!("function({}) {{ return {body}; }}", names.join(", ")),
        }
    }

    pub(super) fn function_value(&mut self, signature: usize, depth: usize) -> String {
        let known = self.variable(Type::Function(signature));
        match known {
            Some(name) if depth == 0 || self.choices.chance(70) => name,
            _ => self.function_expression(signature, This::Unknown),
        }
    }

    /// `local f = function(…) {…}`, or a function in the root table.
    pub(super) fn function_declaration(&mut self) -> Node {
        let mut signature = self.new_signature();
        let name = self.fresh("f");
        let is_global = self.context.kind == FunctionKind::Main && self.choices.chance(50);
        let (head, body, cost) = self.function_parts(&signature);
        signature.cost = cost;
        let index = self.add_signature(signature);
        if is_global {
            self.functions.push((name.clone(), index));
            return Node::block(format!("function {name}({head}) {{"), body, "}");
        }
        self.declare_fixed(&name, Type::Function(index));
        Node::block(format!("local {name} = function({head}) {{"), body, "};")
    }

    /// Parameters, body and cost of a function.
    fn function_parts(&mut self, signature: &Signature) -> (String, Vec<Node>, u32) {
        let names: Vec<String> = signature.params.iter().map(|_| self.fresh("p")).collect();
        let head = self.parameters(&names, signature);
        let context = self.function_context(FunctionKind::Plain, This::Unknown, Some(signature.result));
        let (body, cost) = self.in_function(context, |inner| {
            inner.declare_parameters(&names, signature);
            inner.function_body()
        });
        (head, body, cost)
    }

    pub(super) fn declare_parameters(&mut self, names: &[String], signature: &Signature) {
        for (name, ty) in names.iter().zip(&signature.params) {
            self.declare(name, *ty);
        }
        if signature.varargs {
            self.declare("vargv", Type::Array);
        }
    }

    /// The text between the parentheses of a declaration.
    pub(super) fn parameters(&mut self, names: &[String], signature: &Signature) -> String {
        let first_default = names.len() - signature.defaults;
        let mut texts = Vec::new();
        for (index, (name, ty)) in names.iter().zip(&signature.params).enumerate() {
            texts.push(if index < first_default {
                name.clone()
            } else {
                format!("{name} = {}", self.value(*ty, 1))
            });
        }
        if signature.varargs {
            texts.push("...".to_string());
        }
        texts.join(", ")
    }

    /// Statements and a last `return`.
    pub(super) fn function_body(&mut self) -> Vec<Node> {
        let count = 1 + self.choices.below(5);
        let mut body = self.statements(count);
        if let Some(result) = self.context.result {
            let value = self.value(result, DEPTH);
            body.push(Node::line(match result {
                Type::Str => format!("return cut({value});"),
                _ => format!("return {value};"),
            }));
        }
        body
    }

    /// A function that calls itself. The mask bounds the depth, whatever the argument.
    pub(super) fn recursive_declaration(&mut self) -> Node {
        let name = self.fresh("r");
        let context = self.function_context(FunctionKind::Cheap, This::Unknown, None);
        let (depth, accumulator) = (self.fresh("n"), self.fresh("x"));
        let (value, _) = self.in_function(context, |inner| {
            inner.declare_fixed(&depth, Type::Int);
            inner.declare(&accumulator, Type::Int);
            inner.value(Type::Int, DEPTH)
        });
        let again = format!("{name}(({depth} & 7) - 1, {value})");
        let otherwise = match self.choices.below(3) {
            0 => again,
            1 => format!("1 + {again}"),
            _ => format!("{again} + {again}"),
        };
        let signature = Signature {
            params: vec![Type::Int, Type::Int],
            defaults: 0,
            varargs: false,
            result: Type::Int,
            cost: if otherwise.matches(&name).count() > 1 { 256 } else { 8 },
        };
        let index = self.add_signature(signature);
        self.functions.push((name.clone(), index));
        let line = format!("return ({depth} & 7) == 0 ? {accumulator} : {otherwise};");
        Node::block(format!("function {name}({depth}, {accumulator}) {{"), vec![Node::line(line)], "}")
    }

    /// Calls a function in a variable or in the root table.
    pub(super) fn function_call(&mut self, ty: Type, depth: usize) -> Option<String> {
        let mut found = self.functions.clone();
        for variable in self.scope.find(|variable| matches!(variable.ty, Type::Function(_))) {
            let Type::Function(signature) = variable.ty else { continue };
            found.push((variable.name, signature));
        }
        found.retain(|(_, index)| {
            let signature = &self.signatures[*index];
            self.is_a(signature.result, ty) && self.can_afford(signature.cost)
        });
        if found.is_empty() {
            return None;
        }
        let (name, index) = self.choices.pick(&found).clone();
        self.spend(self.signatures[index].cost);
        let arguments = self.arguments(index, depth);
        let separator = if arguments.is_empty() { "" } else { ", " };
        Some(match self.choices.below(12) {
            0 => format!("{name}.call(this{separator}{arguments})"),
            1 => format!("{name}.acall([this{separator}{arguments}])"),
            2 if !self.is_common() => format!("rawcall({name}, this{separator}{arguments})"),
            // Nothing else holds such a table, and in edition `squirrel-3` neither does the function.
            3 if !self.is_common() => format!("{name}.bindenv({{ a = 1 }})({arguments})"),
            3 => format!("{name}.bindenv(getroottable())({arguments})"),
            _ => format!("{name}({arguments})"),
        })
    }

    /// Arguments that fit a signature.
    pub(super) fn arguments(&mut self, signature: usize, depth: usize) -> String {
        let signature = self.signatures[signature].clone();
        let mut count = signature.params.len();
        if signature.defaults > 0 && self.choices.chance(50) {
            count -= self.choices.below(signature.defaults + 1);
        }
        let mut texts: Vec<String> =
            signature.params[..count].iter().map(|ty| self.value(*ty, depth.min(2))).collect();
        if signature.varargs {
            texts.extend((0..self.choices.below(3)).map(|_| self.any(1)).collect::<Vec<_>>());
        }
        // The message names the counts in Squirrel 3.2 only.
        if self.context.errors_are_caught && !self.is_common() && self.choices.chance(1) {
            texts.push("0".to_string());
        }
        texts.join(", ")
    }

    /// Closures that share a variable.
    pub(super) fn counter_declaration(&mut self) -> Node {
        let (maker, variable) = (self.fresh("make"), self.fresh("v"));
        let add = self.add_signature(Signature {
            params: vec![Type::Int],
            defaults: 0,
            varargs: false,
            result: Type::Int,
            cost: 1,
        });
        let get = self.add_signature(Signature {
            params: vec![],
            defaults: 0,
            varargs: false,
            result: Type::Int,
            cost: 1,
        });
        let shape = vec![("add".to_string(), Type::Function(add)), ("get".to_string(), Type::Function(get))];
        self.shapes.push(shape);
        let table = Type::Table(self.shapes.len() - 1);
        let change = *self.choices.pick(&["+= x", "-= x", "*= x", "= x"]);
        let start = self.value(Type::Int, 1);
        let text = format!(
            "local {maker} = (function(start) {{ local count = start; return {{ add = function(x) {{ count {change}; \
             return count; }}, get = @() count }}; }})({start});"
        );
        let _ = variable;
        self.declare_fixed(&maker, table);
        Node::line(text)
    }
}
