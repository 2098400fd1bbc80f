//! Operations on values of any type, most of which are errors, where errors are caught.

use super::Generator;
use super::scope::Type;
use crate::program::Node;

/// Methods of values, and of what is none.
const METHODS: &[&str] = &[
    "len",
    "append",
    "push",
    "pop",
    "top",
    "insert",
    "remove",
    "reverse",
    "sort",
    "slice",
    "extend",
    "find",
    "map",
    "filter",
    "reduce",
    "apply",
    "clear",
    "tostring",
    "tointeger",
    "tofloat",
    "toupper",
    "tolower",
    "rawget",
    "rawin",
    "rawdelete",
    "setdelegate",
    "getdelegate",
    "weakref",
    "ref",
    "call",
    "acall",
    "pcall",
    "bindenv",
    "getattributes",
    "setattributes",
    "instance",
    "getclass",
    "getbase",
    "getstatus",
    "newmember",
    "nothing",
];

impl Generator<'_> {
    /// An operation that may fail, and what it says.
    pub(super) fn mistake(&mut self) -> Node {
        let place = self.next_place();
        let text = self.mistaken_operation();
        Node::line(format!("try {{ say({place}, {text}); }} catch (e) {{ sayError({place}, e); }}"))
    }

    /// A value of any type in parentheses.
    fn thing(&mut self) -> String {
        match self.choices.below(12) {
            0 if !self.is_common() => "(null)".to_string(),
            1 => "({})".to_string(),
            2 => "(@(x) x)".to_string(),
            3 if !self.classes.is_empty() => self.choices.pick(&self.classes).name.clone(),
            4 => self.variable(Type::Generator).unwrap_or_else(|| "([])".to_string()),
            5 => "(::print)".to_string(),
            _ => format!("({})", self.any(1)),
        }
    }

    /// What can be a key: the reference takes null for the key of an unused node.
    fn mistaken_key(&mut self) -> String {
        match self.choices.below(3) {
            0 => "([])".to_string(),
            1 => "(1.5)".to_string(),
            _ => self.operand(Type::Int, 1),
        }
    }

    /// A value whose order is specified.
    fn scalar(&mut self) -> String {
        // The reference orders bools by memory that it did not set.
        let ty = *self.choices.pick(&[Type::Int, Type::Float, Type::Str]);
        if !self.is_common() && self.choices.chance(20) { "(null)".to_string() } else { self.operand(ty, 1) }
    }

    fn mistaken_operation(&mut self) -> String {
        let (left, right) = (self.thing(), self.thing());
        match self.choices.below(30) {
            // The text of null depends on the edition.
            0..=3 if self.is_common() => format!("{left} {} {right}", self.choices.pick(&["-", "*", "/"])),
            0..=3 => format!("{left} {} {right}", self.choices.pick(&["+", "-", "*", "/"])),
            4 => format!("{left} {} {right}", self.choices.pick(&["&", "|", "^"])),
            // What was meant as a mistake may be none, and then a shift by more than 31 depends on the edition.
            5 => format!("{left} {} ({right} & 31)", self.choices.pick(&["<<", ">>", ">>>"])),
            6 | 7 => {
                let op = *self.choices.pick(&["<", ">", "<=", ">="]);
                if self.choices.chance(50) {
                    format!("{} {op} {}", self.scalar(), self.scalar())
                } else {
                    format!("{left} {op} {}", self.scalar())
                }
            }
            8 => format!("-{left}"),
            9 => format!("~{left}"),
            // The message names the counts in Squirrel 3.2 only.
            10 if !self.is_common() => format!("{left}()"),
            11 if !self.is_common() => format!("{left}({right})"),
            12 => format!("{left}.a"),
            13 => format!("{left}[{right}]"),
            14 => format!("{left}.a = {right}"),
            15 => format!("{left}[{}] = 1", self.mistaken_key()),
            16 => format!("{left}.a <- {right}"),
            17 => format!("{left}[{right}] <- 1"),
            18 => format!("delete {left}.a"),
            19 => format!("delete {left}[{}]", self.mistaken_key()),
            20 => format!("(clone {left})"),
            21 => format!("{left} instanceof {right}"),
            22 if !self.is_common() => format!("{left} in {right}"),
            23 => format!("{left}.a += 1"),
            24 => format!("{left}.a++"),
            25 => format!("resume {left}"),
            26 => format!("(function() {{ foreach (i, x in {}) return x; }})()", self.iterable()),
            27 => self.mistaken_library_call(),
            _ => self.mistaken_method_call(left),
        }
    }

    /// What `foreach` may be given; tables have at most one slot, as their order is not specified.
    fn iterable(&mut self) -> String {
        match self.choices.below(4) {
            0 => "{ a = 1 }".to_string(),
            1 => self.operand(Type::Array, 1),
            _ => self.scalar(),
        }
    }

    fn mistaken_method_call(&mut self, object: String) -> String {
        // Edition `imp` has other messages for counts, other results of methods, and strong bound environments.
        if self.is_common() {
            return format!("{object}.nothing()");
        }
        let method = *self.choices.pick(METHODS);
        let mut arguments: Vec<String> = (0..self.choices.below(4)).map(|_| self.thing()).collect();
        if method == "rawdelete" && !arguments.is_empty() {
            arguments[0] = self.mistaken_key();
        }
        format!("{object}.{method}({})", arguments.join(", "))
    }

    fn mistaken_library_call(&mut self) -> String {
        if self.is_common() {
            // A bool would be an integer in edition `squirrel-3`.
            return "format(\"%d\", \"12\")".to_string();
        }
        let function = *self.choices.pick(&[
            "format",
            "strip",
            "split",
            "sqrt",
            "floor",
            "array",
            "assert",
            "type",
            "escape",
            "startswith",
            "endswith",
            "lstrip",
            "pow",
        ]);
        // The number of elements of an array: at most two digits.
        let first = if function == "array" { self.choices.below(20).to_string() } else { self.scalar() };
        let rest: Vec<String> = (0..self.choices.below(3)).map(|_| self.scalar()).collect();
        format!("{function}({})", [vec![first], rest].concat().join(", "))
    }
}
