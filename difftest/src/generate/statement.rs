//! Statements.

use super::expression::DEPTH;
use super::scope::Type;
use super::{FunctionKind, Generator};
use crate::program::Node;

impl Generator<'_> {
    /// One or more statements outside of all functions, most of them where errors are caught.
    pub(super) fn top_level_statement(&mut self) -> Vec<Node> {
        self.size = self.size.saturating_sub(1);
        match self.choices.below(20) {
            0..=2 => vec![self.function_declaration()],
            3 => vec![self.recursive_declaration()],
            4 | 5 => vec![self.class_declaration()],
            6 => vec![self.global_declaration()],
            7 => vec![self.constant_declaration()],
            8 => vec![self.counter_declaration()],
            9 => vec![self.generator_declaration()],
            10 => vec![self.thread_declaration()],
            11 => {
                self.new_shape();
                vec![self.declaration()]
            }
            12 | 13 => vec![self.declaration()],
            14 => vec![self.statement()],
            _ => vec![self.try_statement()],
        }
    }

    /// The number of a place that prints.
    pub(super) fn next_place(&mut self) -> usize {
        self.last_number += 1;
        self.last_number
    }

    /// Prints all variables at the end.
    pub(super) fn say_everything(&mut self) -> Node {
        let variables = self.scope.find(|variable| !matches!(variable.ty, Type::Function(_)));
        let mut names: Vec<String> = variables.into_iter().map(|variable| variable.name).collect();
        names.extend(self.globals.iter().map(|(name, _)| name.clone()));
        let body = names.iter().map(|name| Node::line(format!("say(\"{name}\", {name});"))).collect();
        Node::block("{", body, "}")
    }

    pub(super) fn statements(&mut self, count: usize) -> Vec<Node> {
        (0..count).map(|_| self.statement()).collect()
    }

    /// A block of statements with a scope of its own.
    fn body(&mut self) -> Vec<Node> {
        let mark = self.scope.enter();
        let count = 1 + self.choices.below(3);
        let body = self.statements(count);
        self.scope.leave(mark);
        body
    }

    pub(super) fn statement(&mut self) -> Node {
        self.size = self.size.saturating_sub(1);
        self.spend(1);
        if self.size == 0 || !self.can_afford(4) {
            return self.simple_statement();
        }
        match self.choices.below(48) {
            0..=4 => self.declaration(),
            5..=9 => self.assignment_statement(),
            10..=12 => self.say(),
            13 | 14 => self.if_statement(),
            15..=17 => self.loop_statement(),
            18 => self.switch_statement(),
            19 | 20 => self.try_statement(),
            21..=23 => self.change_array(),
            24..=26 => self.change_table(),
            27..=29 => self.use_instance(),
            30 => self.delegation(),
            31 => self.weak_reference(),
            32 => self.use_generator(),
            33 => self.use_thread(),
            34 => self.leave_statement(),
            35 => self.throw_statement(),
            36 => self.pause_statement(),
            37 => Node::block("{", self.body(), "}"),
            38 => self.function_declaration_inside(),
            39 | 40 => self.mistake(),
            41 => self.captured_in_loop(),
            42 => self.combined_assignment(),
            43 => self.one_line_statement(),
            44 => self.ballast(),
            45 => self.blob_statements(),
            46 => self.later_form(),
            _ => self.call_statement(),
        }
    }

    /// A statement that needs no others.
    pub(super) fn simple_statement(&mut self) -> Node {
        match self.choices.below(3) {
            0 => self.say(),
            1 => self.declaration(),
            _ => self.assignment_statement(),
        }
    }

    fn function_declaration_inside(&mut self) -> Node {
        if self.scope.function > 2 { self.say() } else { self.function_declaration() }
    }

    pub(super) fn say(&mut self) -> Node {
        let (place, value) = (self.next_place(), self.any(DEPTH));
        Node::line(format!("say({place}, {value});"))
    }

    pub(super) fn declaration(&mut self) -> Node {
        let ty = if self.choices.chance(8) { Type::Any } else { self.any_type() };
        let value = self.value(ty, DEPTH);
        let name = self.local_name();
        self.declare(&name, ty);
        match ty {
            Type::Str => Node::line(format!("local {name} = cut({value});")),
            _ => Node::line(format!("local {name} = {value};")),
        }
    }

    fn assignment_statement(&mut self) -> Node {
        let ty = self.any_type();
        let Some(target) = self.target(ty) else { return self.declaration() };
        let op = if ty == Type::Int { *self.choices.pick(&["=", "=", "+=", "-=", "*="]) } else { "=" };
        let value = self.value(ty, DEPTH);
        if ty == Type::Int && self.choices.chance(15) {
            return Node::line(format!("{target}{};", self.choices.pick(&["++", "--"])));
        }
        Node::line(match ty {
            Type::Str => format!("{target} = cut({value});"),
            _ => format!("{target} {op} {value};"),
        })
    }

    fn if_statement(&mut self) -> Node {
        let mut parts = vec![(format!("if ({}) {{", self.bool(DEPTH)), self.body())];
        while self.choices.chance(35) && parts.len() < 4 {
            parts.push((format!("}} else if ({}) {{", self.bool(DEPTH)), self.body()));
        }
        if self.choices.chance(50) {
            parts.push(("} else {".to_string(), self.body()));
        }
        Node::parts(parts, "}")
    }

    fn loop_statement(&mut self) -> Node {
        let rounds = 1 + self.choices.below(6);
        if self.context.kind == FunctionKind::Cheap
            || self.context.loops > 2
            || !self.can_afford(rounds as u32 * 4)
        {
            return self.say();
        }
        let weight = self.context.weight;
        let mark = self.scope.enter();
        self.context.weight *= rounds as u32;
        self.context.loops += 1;
        self.context.breakables += 1;
        let node = match self.choices.below(7) {
            0 | 1 => self.counting_loop(rounds),
            2 => self.while_loop(rounds),
            3 => self.do_loop(rounds),
            4 => self.foreach_array(rounds),
            5 => self.foreach_text(),
            _ => self.foreach_table(),
        };
        self.context.loops -= 1;
        self.context.breakables -= 1;
        self.context.weight = weight;
        self.scope.leave(mark);
        node
    }

    fn counting_loop(&mut self, rounds: usize) -> Node {
        let name = self.fresh("i");
        let head = match self.choices.below(5) {
            0 => format!("for (local {name} = {rounds}; {name} > 0; {name}--) {{"),
            1 => format!("for (local {name} = 0; {name} < {}; {name} += 2) {{", rounds * 2),
            2 => format!("for (local {name} = 0, end = {rounds}; {name} < end; ++{name}) {{"),
            3 => format!("for (local {name} = -1; {name} <= {}; {name} += 1) {{", rounds as i32 - 3),
            _ => format!("for (local {name} = 0; {name} < {rounds}; {name}++) {{"),
        };
        self.declare_fixed(&name, Type::Int);
        Node::block(head, self.body(), "}")
    }

    /// A loop that runs out of fuel.
    fn while_loop(&mut self, rounds: usize) -> Node {
        let fuel = self.fresh("fuel");
        let head = format!("for (local {fuel} = {rounds}; {fuel}-- > 0 && {}; ) {{", self.bool(2));
        let body = self.body();
        if self.choices.chance(50) {
            return Node::block(head, body, "}");
        }
        let head = format!("local {fuel} = {rounds}; while ({fuel}-- > 0) {{");
        Node::parts(vec![("{".to_string(), vec![Node::block(head, body, "}")])], "}")
    }

    fn do_loop(&mut self, rounds: usize) -> Node {
        let fuel = self.fresh("fuel");
        let body = self.body();
        let inner = Node::block(
            format!("local {fuel} = {rounds}; do {{"),
            body,
            format!("}} while (--{fuel} > 0 && {});", self.bool(2)),
        );
        Node::block("{", vec![inner], "}")
    }

    fn foreach_array(&mut self, rounds: usize) -> Node {
        let (index, element) = (self.fresh("i"), self.fresh("x"));
        let array = self.array_literal(Type::Int, rounds, 1);
        let head = match self.choices.below(3) {
            0 => format!("foreach ({element} in {array}) {{"),
            _ => {
                self.declare_fixed(&index, Type::Int);
                format!("foreach ({index}, {element} in {array}) {{")
            }
        };
        self.declare(&element, Type::Int);
        Node::block(head, self.body(), "}")
    }

    fn foreach_text(&mut self) -> Node {
        let element = self.fresh("c");
        let text = self.value(Type::Str, 1);
        self.context.weight *= 4;
        self.declare(&element, Type::Int);
        Node::block(format!("foreach ({element} in ({text} + \"ab\").slice(0, 2)) {{"), self.body(), "}")
    }

    /// The order of tables is not specified: only a sum is shown.
    fn foreach_table(&mut self) -> Node {
        let (sum, place) = (self.fresh("sum"), self.next_place());
        let shape =
            if self.shapes.is_empty() { self.new_shape() } else { self.choices.below(self.shapes.len()) };
        let table = self.table(shape, 1);
        let body = vec![
            Node::line(format!("local {sum} = 0;")),
            Node::line(format!("foreach (k, x in {table}) {sum} += number(k) * 31 + number(x);")),
            Node::line(format!("say({place}, {sum});")),
        ];
        Node::block("{", body, "}")
    }

    fn switch_statement(&mut self) -> Node {
        let ty = *self.choices.pick(&[Type::Int, Type::Int, Type::Str]);
        let subject = self.value(ty, 2);
        self.context.breakables += 1;
        let mut parts = vec![(format!("switch ({subject}) {{"), Vec::new())];
        for _ in 0..1 + self.choices.below(4) {
            let head = match self.choices.below(4) {
                0 => format!("case {}:", self.any(1)),
                _ => format!("case {}:", self.value(ty, 1)),
            };
            let mut body = self.body();
            if self.choices.chance(60) {
                body.push(Node::line("break;"));
            }
            parts.push((head, body));
        }
        if self.choices.chance(50) {
            parts.push(("default:".to_string(), self.body()));
        }
        self.context.breakables -= 1;
        Node::parts(parts, "}")
    }

    pub(super) fn try_statement(&mut self) -> Node {
        let was_caught = std::mem::replace(&mut self.context.errors_are_caught, true);
        self.context.tries += 1;
        let body = self.body();
        self.context.tries -= 1;
        self.context.errors_are_caught = was_caught;
        let (error, place) = (self.fresh("e"), self.next_place());
        let mut handler = vec![Node::line(format!("sayError({place}, {error});"))];
        if self.choices.chance(30) {
            handler.extend(self.body());
        }
        Node::parts(vec![("try {".to_string(), body), (format!("}} catch ({error}) {{"), handler)], "}")
    }

    fn throw_statement(&mut self) -> Node {
        if !self.context.errors_are_caught {
            return self.say();
        }
        // If nothing catches it, an object may be shown by its `_tostring`, or not.
        let ty = *self.choices.pick(&[Type::Int, Type::Str, Type::Bool, Type::Float, Type::Ints]);
        let value = self.value(ty, 1);
        match self.choices.below(3) {
            0 => Node::line(format!("throw {value};")),
            1 => {
                Node::line(format!("if ({}) throw \"oops \" + {};", self.bool(2), self.operand(Type::Int, 1)))
            }
            _ => Node::line(format!("if ({}) throw {value};", self.bool(2))),
        }
    }

    /// `break`, `continue` or `return`.
    pub(super) fn leave_statement(&mut self) -> Node {
        let condition = self.bool(2);
        let leave = match self.choices.below(4) {
            0 if self.context.breakables > 0 => "break;".to_string(),
            1 | 2 if self.context.loops > 0 => "continue;".to_string(),
            _ => match self.context.result {
                Some(Type::Str) => format!("return cut({});", self.value(Type::Str, 2)),
                Some(result) => format!("return {};", self.value(result, 2)),
                None => return self.say(),
            },
        };
        Node::line(format!("if ({condition}) {leave}"))
    }

    /// `yield` or `suspend`, where they may stand.
    fn pause_statement(&mut self) -> Node {
        match self.context.kind {
            FunctionKind::Generator => self.yield_statement(),
            FunctionKind::Thread => self.suspend_statement(),
            _ => self.say(),
        }
    }

    fn call_statement(&mut self) -> Node {
        let ty = *self.choices.pick(&[Type::Int, Type::Str]);
        let call = self.result_of(ty, 2);
        Node::line(format!("say({}, {call});", self.next_place()))
    }

    fn global_declaration(&mut self) -> Node {
        let ty = *self.choices.pick(&[Type::Int, Type::Str, Type::Ints, Type::Float]);
        let name = self.fresh("global");
        let value = self.value(ty, 2);
        self.globals.push((name.clone(), ty));
        Node::line(match self.choices.below(2) {
            0 => format!("{name} <- {value};"),
            _ => format!("::{name} <- {value};"),
        })
    }

    fn constant_declaration(&mut self) -> Node {
        if self.choices.chance(50) {
            let name = self.fresh("E");
            let value = self.int_literal();
            self.constants.push((format!("{name}.a"), Type::Int));
            self.constants.push((format!("{name}.b"), Type::Int));
            self.constants.push((format!("{name}.s"), Type::Str));
            return Node::line(format!("enum {name} {{ a, b = {value}, s = \"text\" }}"));
        }
        let name = self.fresh("K");
        let (ty, value) = match self.choices.below(3) {
            0 => (Type::Str, "\"constant\"".to_string()),
            1 => (Type::Float, "2.5".to_string()),
            _ => (Type::Int, self.int_literal()),
        };
        self.constants.push((name.clone(), ty));
        Node::line(format!("const {name} = {value};"))
    }
}
