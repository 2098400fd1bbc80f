//! Delegation, weak references, generators and threads.

use super::expression::DEPTH;
use super::scope::Type;
use super::{FunctionKind, Generator, This};
use crate::program::Node;

impl Generator<'_> {
    /// A table that delegates to another.
    pub(super) fn delegation(&mut self) -> Node {
        let tables = self.scope.find(|variable| matches!(variable.ty, Type::Table(_)));
        if tables.is_empty() || self.choices.chance(50) {
            return self.table_with_metamethods();
        }
        let table = self.choices.pick(&tables).clone();
        let name = self.fresh("v");
        let own = self.value(Type::Int, 2);
        let node =
            Node::line(format!("local {name} = {{ own = {own} }}; {name}.setdelegate({});", table.name));
        self.declare(&name, table.ty);
        node
    }

    fn table_with_metamethods(&mut self) -> Node {
        let (name, place) = (self.fresh("v"), self.next_place());
        self.shapes.push(vec![("n".to_string(), Type::Int)]);
        let shape = self.shapes.len() - 1;
        let context = self.function_context(FunctionKind::Cheap, This::Table(shape), None);
        let (texts, _) = self.in_function(context, |inner| {
            inner.declare("x", Type::Int);
            (inner.int(2), inner.int(2), inner.int(1), inner.int(1))
        });
        let (add, call, get, delete) = texts;
        let start = self.value(Type::Int, 1);
        let operand = self.value(Type::Int, 1);
        let head = format!("local {name} = {{ n = {start} }}; {name}.setdelegate({{");
        let members = vec![
            Node::line(format!("function _add(x) {{ return {add}; }}")),
            Node::line(format!("function _call(env, x) {{ return {call}; }}")),
            Node::line(format!(
                "function _get(key) {{ local x = 2; if (key == \"dynamic\") return {get}; throw null; }}"
            )),
            Node::line("function _set(key, x) { if (key != \"dynamic\") throw null; this.n = x; }"),
            Node::line(format!(
                "function _delslot(key) {{ local x = 1; if (key == \"gone\") return {delete}; return delete this[key]; }}"
            )),
            Node::line("function _newslot(key, x) { this.rawset(key, [x]); }"),
            Node::line("function _tostring() { return \"table \" + this.n; }"),
            Node::line("function _typeof() { return \"special\"; }"),
            Node::line("function _cloned(original) { this.n = original.n + 1; }"),
        ];
        let uses = [
            format!("say({place}, {name} + {operand});"),
            format!("say({place}, {name}({operand}));"),
            format!("say({place}, {name}.dynamic);"),
            format!("{name}.dynamic = {operand};"),
            format!("say({place}, delete {name}.gone);"),
            format!("{name}.fresh <- {operand};"),
            format!("say({place}, \"\" + {name});"),
            format!("say({place}, typeof {name});"),
            format!("say({place}, (clone {name}).n);"),
        ];
        let body =
            (0..2 + self.choices.below(5)).map(|_| Node::line(self.choices.pick(&uses).clone())).collect();
        self.declare_fixed(&name, Type::Table(shape));
        Node::parts(vec![(head, members), ("});".to_string(), vec![]), ("{".to_string(), body)], "}")
    }

    /// A weak reference, read while and after its target is kept.
    pub(super) fn weak_reference(&mut self) -> Node {
        let (keep, make, read) = (self.fresh("keep"), self.fresh("make"), self.fresh("read"));
        let place = self.next_place();
        let target = match self.choices.below(3) {
            0 => "[1, 2]".to_string(),
            1 => self.array(Type::Ints, 1),
            _ => format!("{{ a = {} }}", self.value(Type::Int, 1)),
        };
        // What is in a variable lives on: the reference keeps it.
        let target = format!("clone ({target})");
        let let_go = *self.choices.pick(&[
            "keep[0] = null",
            "keep[0] = 5",
            "keep.clear()",
            "keep.remove(0)",
            "keep.len()",
        ]);
        let let_go = let_go.replace("keep", &keep);
        let body = vec![
            Node::line(format!("local {keep} = [null];")),
            Node::line(format!(
                "local {make} = function() {{ local t = {target}; {keep}[0] = t; return t.weakref(); }};"
            )),
            Node::line(format!(
                "local {read} = function(w) {{ say({place}, [typeof w, typeof w.ref(), typeof [w][0]]); }};"
            )),
            Node::line(format!("local w = {make}();")),
            Node::line(format!("{read}(w);")),
            Node::line(format!("(function() {{ {let_go}; }})();")),
            Node::line(format!("{read}(w);")),
        ];
        Node::block("{", body, "}")
    }

    /// A generator in a variable.
    pub(super) fn generator_declaration(&mut self) -> Node {
        let (name, parameter) = (self.fresh("g"), self.fresh("p"));
        let argument = self.value(Type::Int, 1);
        let context = self.function_context(FunctionKind::Generator, This::Unknown, Some(Type::Int));
        let (body, cost) = self.in_function(context, |inner| {
            inner.declare(&parameter, Type::Int);
            let count = 1 + inner.choices.below(4);
            let mut body = inner.statements(count);
            body.push(inner.yield_statement());
            if inner.choices.chance(50) {
                body.push(Node::line(format!("return {};", inner.value(Type::Int, 2))));
            }
            body
        });
        self.spend(cost);
        self.declare_fixed(&name, Type::Generator);
        Node::block(format!("local {name} = (function({parameter}) {{"), body, format!("}})({argument});"))
    }

    pub(super) fn yield_statement(&mut self) -> Node {
        match self.choices.below(8) {
            0 => Node::line("yield;"),
            _ => Node::line(format!("yield {};", self.any(2))),
        }
    }

    /// Statements about a generator in a variable.
    pub(super) fn use_generator(&mut self) -> Node {
        let Some(name) = self.variable(Type::Generator) else { return self.generator_declaration() };
        let place = self.next_place();
        let tried =
            |text: String| Node::line(format!("try {{ {text} }} catch (e) {{ sayError({place}, e); }}"));
        match self.choices.below(6) {
            0 => Node::line(format!("say({place}, {name}.getstatus());")),
            1 => tried(format!(
                "foreach (i, x in {name}) {{ say({place}, [i, x]); if (i == {}) break; }}",
                self.choices.below(4)
            )),
            2 => tried(format!("foreach (x in {name}) say({place}, x);")),
            3 => tried(format!("say({place}, [resume {name}, resume {name}]);")),
            _ => tried(format!("say({place}, resume {name});")),
        }
    }

    /// A thread in a variable. Edition `imp` has none.
    pub(super) fn thread_declaration(&mut self) -> Node {
        if self.is_common() {
            return self.generator_declaration();
        }
        let (name, parameter) = (self.fresh("t"), self.fresh("p"));
        let context = self.function_context(FunctionKind::Thread, This::Unknown, Some(Type::Int));
        let (body, cost) = self.in_function(context, |inner| {
            inner.declare(&parameter, Type::Int);
            let count = 1 + inner.choices.below(4);
            let mut body = inner.statements(count);
            body.push(inner.suspend_statement());
            if inner.choices.chance(50) {
                body.push(Node::line(format!("return {};", inner.value(Type::Int, 2))));
            }
            body
        });
        self.spend(cost * 3);
        self.declare_fixed(&name, Type::Thread);
        Node::block(format!("local {name} = newthread(function({parameter}) {{"), body, "});")
    }

    pub(super) fn suspend_statement(&mut self) -> Node {
        let value = self.any(2);
        match self.changeable(Type::Any) {
            Some(name) if self.choices.chance(50) => Node::line(format!("{name} = suspend({value});")),
            _ => Node::line(format!("say({}, suspend({value}));", self.next_place())),
        }
    }

    /// Statements about a thread in a variable.
    pub(super) fn use_thread(&mut self) -> Node {
        let Some(name) = self.variable(Type::Thread) else { return self.thread_declaration() };
        let place = self.next_place();
        let argument = self.value(Type::Int, DEPTH - 1);
        let tried =
            |text: String| Node::line(format!("try {{ {text} }} catch (e) {{ sayError({place}, e); }}"));
        match self.choices.below(6) {
            0 => Node::line(format!("say({place}, {name}.getstatus());")),
            // The reference calls what lies on the stack of a suspended thread.
            1 | 2 => tried(format!(
                "if ({name}.getstatus() != \"suspended\") say({place}, {name}.call({argument}));"
            )),
            _ => tried(format!("say({place}, {name}.wakeup({argument}));")),
        }
    }
}
