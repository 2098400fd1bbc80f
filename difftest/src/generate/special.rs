//! Statements of particular forms, and what makes functions large.

use super::expression::DEPTH;
use super::scope::Type;
use super::{FunctionKind, Generator, This};
use crate::program::Node;

impl Generator<'_> {
    /// Closures that capture variables of a loop and are called after it.
    pub(super) fn captured_in_loop(&mut self) -> Node {
        if self.context.tries > 0
            || matches!(self.context.kind, FunctionKind::Generator | FunctionKind::Thread)
        {
            return self.say();
        }
        let (closures, counter, inner) = (self.fresh("fs"), self.fresh("i"), self.fresh("v"));
        let mark = self.scope.enter();
        self.declare_fixed(&counter, Type::Int);
        let start = self.value(Type::Int, 1);
        self.declare(&inner, Type::Int);
        let (first, second) = (self.lambda(&[], Type::Int, 2), self.lambda(&[], Type::Int, 2));
        let change = self.value(Type::Int, 1);
        self.context.loops += 1;
        self.context.breakables += 1;
        let leave = self.leave_statement();
        self.context.loops -= 1;
        self.context.breakables -= 1;
        self.scope.leave(mark);
        let head = match self.choices.below(4) {
            0 => format!("foreach ({counter} in [1, 2, 3]) {{"),
            1 => format!("for (local {counter} = 3; {counter}--; ) {{"),
            _ => format!("for (local {counter} = 0; {counter} < 3; {counter}++) {{"),
        };
        let leave = if matches!(&leave, Node::Line(text) if text.contains("continue") || text.contains("break"))
        {
            leave
        } else {
            Node::line(";")
        };
        let body = vec![
            Node::line(format!("local {inner} = {start};")),
            Node::line(format!("{closures}.append({first});")),
            leave,
            Node::line(format!("{closures}.append({second});")),
            Node::line(format!("{inner} += {change};")),
        ];
        let place = self.next_place();
        let nodes = vec![
            Node::line(format!("local {closures} = [];")),
            Node::block(head, body, "}"),
            Node::line(format!("foreach (f in {closures}) say({place}, f());")),
        ];
        Node::block("{", nodes, "}")
    }

    /// Assignments in one another, and to places whose keys have effects.
    pub(super) fn combined_assignment(&mut self) -> Node {
        let Some(first) = self.changeable(Type::Int) else { return self.declaration() };
        let second = self.target(Type::Int).unwrap_or_else(|| first.clone());
        let value = self.value(Type::Int, DEPTH);
        let place = self.next_place();
        let small = self.value(Type::Int, 1);
        Node::line(match self.choices.below(9) {
            0 => format!("{first} = {second} = {value};"),
            1 => format!("{first} += {second} -= {value};"),
            2 => format!("say({place}, {first} + ({first} = {value}) + {first});"),
            3 => format!("say({place}, [{first}, {first}++, ++{first}, {first} = {small}, {first}]);"),
            4 => format!(
                "{first} = 0; local a = [5, 6, 7]; a[{first}++] = {first}; a[{first}++] += {first}++; say({place}, a);"
            ),
            5 => format!("say({place}, ({first} = {small}, {second} = {value}, {first} - {second}));"),
            6 => format!("local a = {small}, b = a, c; c = a = b + {first}; say({place}, [a, b, c]);"),
            7 => format!("{first} = {first}++ + {small};"),
            _ => format!(
                "local t = {{ x = {small} }}; t[\"x\"] += t.x++ * {first}; t.y <- t.x = {value}; say({place}, t);"
            ),
        })
    }

    /// Statements without braces, and separated as seldom as may be.
    pub(super) fn one_line_statement(&mut self) -> Node {
        let (condition, place) = (self.condition(2), self.next_place());
        let (first, second) = (self.any(1), self.any(1));
        match self.choices.below(6) {
            0 => Node::line(format!("if ({condition}) say({place}, {first});")),
            1 => Node::line(format!("if ({condition}) say({place}, {first}); else say({place}, {second});")),
            2 => Node::line(format!("for (local i = 0; i < 2; i++) if ({condition}) say({place}, {first});")),
            3 => Node::line(format!(
                "{{ local i = 2; do {{ say({place}, {first}) }} while (--i > 0 && {condition}) }}"
            )),
            4 => Node::line(format!("try {{ throw {first} }} catch (x) say({place}, x);")),
            _ => Node::line(format!("say({place}, {condition} ? {first} : {second});;")),
        }
    }

    /// What makes numbers of constants and registers large, and distances of jumps far.
    pub(super) fn ballast(&mut self) -> Node {
        let place = self.next_place();
        if self.choices.chance(60) || self.context.kind == FunctionKind::Cheap {
            return self.say();
        }
        let count = *self.choices.pick(&[40, 130, 270]);
        match self.choices.below(4) {
            0 => {
                let strings: Vec<String> = (0..count).map(|index| format!("\"{place}_{index}\"")).collect();
                Node::line(format!("say({place}, [{}].len());", strings.join(", ")))
            }
            1 => {
                let numbers: Vec<String> =
                    (0..count).map(|index| (100_000 * place + index).to_string()).collect();
                Node::line(format!("say({place}, [{}].top());", numbers.join(", ")))
            }
            2 => {
                let name = self.fresh("v");
                let line = vec![format!("{name} = {name} * 3 + 1;"); count.min(130)].join(" ");
                let condition = self.bool(2);
                Node::line(format!("local {name} = 1; if ({condition}) {{ {line} }}; say({place}, {name});"))
            }
            _ => {
                let name = self.fresh("v");
                let names: Vec<String> =
                    (0..count.min(60)).map(|index| format!("{name}_{index} = {index}")).collect();
                let last = count.min(60) - 1;
                Node::line(format!(
                    "{{ local {}; say({place}, {name}_0 - {name}_{last}); }}",
                    names.join(", ")
                ))
            }
        }
    }

    /// Writes to a blob, and reads from it.
    pub(super) fn blob_statements(&mut self) -> Node {
        let name = self.fresh("b");
        let place = self.next_place();
        let mut body = vec![Node::line(format!("local {name} = blob({});", self.choices.below(6)))];
        for _ in 0..1 + self.choices.below(6) {
            let text = self.blob_statement(&name, place);
            body.push(Node::line(format!("try {{ {text} }} catch (e) {{ sayError({place}, e); }}")));
        }
        Node::block("{", body, "}")
    }

    fn blob_statement(&mut self, name: &str, place: usize) -> String {
        // Reading signed and wide formats is the same everywhere; `l` is a word of the machine in the reference.
        let format = *self.choices.pick(&["'i'", "'s'", "'w'", "'c'", "'b'", "'f'"]);
        match self.choices.below(10) {
            0..=2 if format == "'f'" => format!("{name}.writen({}, 'f');", self.value(Type::Float, 1)),
            0..=2 => format!("{name}.writen({}, {format});", self.value(Type::Int, 1)),
            3 | 4 => format!("say({place}, {name}.readn({format}));"),
            5 => {
                format!("{name}.seek({}, '{}');", self.choices.below(6), self.choices.pick(&["b", "c", "e"]))
            }
            6 => format!("say({place}, [{name}.len(), {name}.tell()]);"),
            7 => format!("{name}[{}] = {};", self.choices.below(5), self.value(Type::Int, 1)),
            8 => format!("say({place}, {name}[{}]);", self.choices.below(5)),
            _ => format!("{name}.swap2();"),
        }
    }

    /// Forms that came with Squirrel 3.1 and 3.2.
    pub(super) fn later_form(&mut self) -> Node {
        if self.is_common() {
            return self.say();
        }
        let place = self.next_place();
        let (value, other) = (self.value(Type::Int, 2), self.value(Type::Int, 1));
        let text = self.value(Type::Str, 1);
        let in_table = {
            self.shapes.push(vec![("k".to_string(), Type::Int)]);
            let shape = self.shapes.len() - 1;
            let context = self.function_context(FunctionKind::Cheap, This::Table(shape), None);
            self.in_function(context, |inner| inner.int(2)).0
        };
        Node::line(match self.choices.below(9) {
            0 => format!("say({place}, (@() {{ x = 0 }})() {{ x = {value} }});"),
            1 => format!(
                "local env = {{ k = {other} }}; say({place}, function[env]() {{ return {in_table}; }}());"
            ),
            2 => format!("local env = {{ k = {other} }}; say({place}, (@[env]() {in_table})());"),
            3 => format!("say({place}, rawcall(@(x) this.k + x, {{ k = {value} }}, {other}));"),
            4 => {
                format!("say({place}, [startswith({text}, \"a\"), endswith({text}, \"b\"), escape({text})]);")
            }
            5 => format!("say({place}, {{ a = {value}, b = {other} }}.map(@(k, v) v + 1).len());"),
            6 => format!("say({place}, {{ a = {value}, b = {other} }}.filter(@(k, v) v > 3));"),
            7 => format!(
                "say({place}, [{value}, {other}].append(5).reverse().map(@(v, i, a) v + i + a.len()));"
            ),
            _ => format!("say({place}, [{value}, {other}].reduce(@(a, b) a - b, {other}));"),
        })
    }
}
