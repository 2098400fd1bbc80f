//! Strings.

use super::Generator;
use super::scope::{Operator, Type};

const STRINGS: &[&str] = &[
    "\"\"",
    "\"a\"",
    "\"b\"",
    "\"ab\"",
    "\"hello\"",
    "\"Hello, World\"",
    "\" padded \"",
    "\"12\"",
    "\"-7\"",
    "\"0x1f\"",
    "\"1.5\"",
    "\"a,b,,c\"",
    "\"tab\\tnew\\n\"",
    "\"quote\\\"\"",
    "\"back\\\\slash\"",
    "@\"verbatim \"\"x\"\"\"",
    "\"\\x41\\x7a\"",
    "\"the quick brown fox jumps over\"",
    "\"ABC\"",
    "\"abc\"",
    "\"abd\"",
    "\"len\"",
    "\"longer than forty bytes, so that it is not interned\"",
];

impl Generator<'_> {
    pub(super) fn text(&mut self, depth: usize) -> String {
        if depth == 0 {
            return match self.choices.below(3) {
                0 => self.string_literal(),
                _ => self.place(Type::Str).unwrap_or_else(|| self.string_literal()),
            };
        }
        let inner = depth - 1;
        match self.choices.below(17) {
            0 | 1 => self.string_literal(),
            2..=4 => self.place(Type::Str).unwrap_or_else(|| self.string_literal()),
            5..=7 => self.concatenation(inner),
            8 => self.slice(inner),
            9 => self.converted_case(inner),
            10 => self.either(Type::Str, depth),
            11 => self.result_of(Type::Str, inner),
            12 => self.formatted(inner),
            13 => self.number_text(inner),
            14 => format!("join({})", self.value(Type::Array, inner)),
            15 => self.name_of_type(inner),
            _ => self.text_of_instance(inner),
        }
    }

    pub(super) fn string_literal(&mut self) -> String {
        self.choices.pick(STRINGS).to_string()
    }

    fn concatenation(&mut self, depth: usize) -> String {
        let text = self.value(Type::Str, depth);
        let other = match self.choices.below(5) {
            0 => self.operand(Type::Int, depth),
            1 => self.operand(Type::Float, depth),
            2 => self.operand(Type::Bool, depth),
            // Edition `imp` has another text for null.
            3 if !self.is_common() => "null".to_string(),
            _ => self.operand(Type::Str, depth),
        };
        if self.choices.chance(30) {
            format!("cut({other} + {text})")
        } else {
            format!("cut({text} + {other})")
        }
    }

    fn slice(&mut self, depth: usize) -> String {
        let text = self.operand(Type::Str, depth);
        let (start, end) = (self.choices.below(4), self.choices.below(8));
        match self.choices.below(4) {
            0 if self.context.errors_are_caught => format!("{text}.slice({start}, {end})"),
            1 => format!("({text} + \"abcd\").slice({start})"),
            2 => format!("({text} + \"abcd\").slice(-{})", start + 1),
            _ => format!("({text} + \"abcdefgh\").slice({start}, {})", start + end % 4),
        }
    }

    fn converted_case(&mut self, depth: usize) -> String {
        let text = self.operand(Type::Str, depth);
        match self.choices.below(5) {
            0 => format!("{text}.toupper()"),
            1 => format!("{text}.tolower()"),
            2 => format!("strip({text})"),
            3 => format!("lstrip({text})"),
            _ => format!("rstrip({text})"),
        }
    }

    fn formatted(&mut self, depth: usize) -> String {
        // Edition `imp` takes no bools for integers here.
        if self.is_common() {
            return format!(
                "format(\"%d|%-6d|\", number({0}), number({0}))",
                self.value(Type::Int, depth.min(1))
            );
        }
        match self.choices.below(6) {
            0 => format!("format(\"%d|%5d|%-6d|\", {0}, {0}, {0})", self.operand(Type::Int, depth.min(1))),
            1 => format!("format(\"%x %X %08x\", {0}, {0}, {0})", self.operand(Type::Int, depth.min(1))),
            2 => format!("format(\"%.3f %e\", {0}, {0})", self.value(Type::Float, depth.min(1))),
            3 => format!("cut(format(\"<%s> %10s\", {0}, {0}))", self.operand(Type::Str, depth.min(1))),
            4 => format!("format(\"%c%c\", {} % 26 + 65, 'z')", "((7 * 13) | 0)"),
            _ => format!("format(\"%g %5.1f%%\", {0}, {0})", self.value(Type::Float, depth.min(1))),
        }
    }

    fn number_text(&mut self, depth: usize) -> String {
        match self.choices.below(4) {
            0 => format!("{}.tostring()", self.operand(Type::Int, depth)),
            1 => format!("({}).tostring()", self.value(Type::Float, depth)),
            2 => format!("((({} & 63) + 33).tochar())", self.operand(Type::Int, depth)),
            _ => format!("{}.tostring()", self.operand(Type::Bool, depth)),
        }
    }

    fn name_of_type(&mut self, depth: usize) -> String {
        let value = self.any(depth);
        if self.choices.chance(80) { format!("(typeof ({value}))") } else { format!("type({value})") }
    }

    fn text_of_instance(&mut self, depth: usize) -> String {
        match self.instance_with(|operator| matches!(operator, Operator::Text | Operator::TypeName)) {
            Some((instance, Operator::Text)) => format!("({instance} + {})", self.value(Type::Str, depth)),
            Some((instance, _)) => format!("(typeof {instance})"),
            None => self.concatenation(depth),
        }
    }
}
