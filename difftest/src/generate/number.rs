//! Integers and floats.

use super::Generator;
use super::scope::{Operator, Type};

/// Integers at which something changes: immediate operands, 16 bits, 32 bits.
const EDGES: &[&str] = &[
    "127",
    "128",
    "-128",
    "-129",
    "255",
    "256",
    "32767",
    "32768",
    "-32768",
    "-32769",
    "65535",
    "65536",
    "16777216",
    "16777217",
    "2147483647",
    "-2147483647",
    "-2147483648",
    "0x7fffffff",
    "0xffffffff",
    "0x80000000",
    "017",
    "'a'",
    "'\\n'",
    "1000000007",
    "0xdeadbeef",
    "1000000",
    "999999",
];

const FLOATS: &[&str] = &[
    "0.0",
    "1.0",
    "-1.0",
    "0.5",
    "0.1",
    "2.5",
    "1e10",
    "1.5e-7",
    "3.4e38",
    "-3.4e38",
    "1e-45",
    "1.17549e-38",
    "16777216.0",
    "123456.789",
    "-0.001",
    "99999.95",
    "999999.5",
    "1000000.0",
    "0.0001",
    "0.00001234",
    "1e3",
    "7.",
    "2147483647.0",
    "-2147483648.0",
    "1e30",
    "100000.5",
    "3.14159274",
    "1.0e-10",
];

/// Operators that give an integer for any integers.
const TOTAL: &[&str] = &["+", "-", "*", "&", "|", "^", "<<", ">>", ">>>"];

impl Generator<'_> {
    pub(super) fn int(&mut self, depth: usize) -> String {
        if depth == 0 {
            return match self.choices.below(5) {
                0 => self.int_literal(),
                _ => self.place(Type::Int).unwrap_or_else(|| self.int_literal()),
            };
        }
        let inner = depth - 1;
        match self.choices.below(26) {
            0 | 1 => self.int_literal(),
            2..=4 => self.place(Type::Int).unwrap_or_else(|| self.int_literal()),
            5..=9 => self.sum(inner),
            10 => self.division(inner),
            11 => format!("{}{}", self.choices.pick(&["-", "~"]), self.operand(Type::Int, inner)),
            12 => self.either(Type::Int, depth),
            13 | 14 => self.result_of(Type::Int, inner),
            15 => self.length(inner),
            16 => self.element(inner),
            17 => self.assignment(inner),
            18 => self.conversion_to_int(inner),
            19 => format!("sign({} <=> {})", self.operand(Type::Int, inner), self.operand(Type::Int, inner)),
            20 => format!("sign({} <=> {})", self.operand(Type::Str, inner), self.operand(Type::Str, inner)),
            21 => format!("({} ? 1 : 0)", self.condition(inner)),
            22 => self.operator_of_instance(inner),
            23 => format!("number({})", self.any(inner)),
            24 => self.immediate_call(inner),
            _ => self.reduction(inner),
        }
    }

    pub(super) fn int_literal(&mut self) -> String {
        match self.choices.below(4) {
            0 => self.choices.pick(EDGES).to_string(),
            1 => (self.choices.bits() as i32).to_string(),
            _ => (self.choices.below(14) as i32 - 3).to_string(),
        }
    }

    /// Several operands without parentheses between them.
    fn sum(&mut self, depth: usize) -> String {
        let mut text = self.sum_operand(depth);
        for _ in 0..=self.choices.below(3) {
            // A shift by more than 31 depends on the edition.
            let ops = if self.is_common() { &TOTAL[..6] } else { TOTAL };
            let op = *self.choices.pick(ops);
            let right = self.sum_operand(depth);
            text = format!("{text} {op} {right}");
        }
        if self.choices.chance(15) {
            let (op, count) = (*self.choices.pick(&["<<", ">>", ">>>"]), self.choices.below(32));
            return format!("(({text}) {op} {count})");
        }
        format!("({text})")
    }

    fn sum_operand(&mut self, depth: usize) -> String {
        let operand = self.value(Type::Int, depth);
        let is_plain = operand.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.:()".contains(&byte));
        if is_plain { operand } else { format!("({operand})") }
    }

    /// `/` and `%`. The reference loses errors of `%`: its operands cannot be wrong.
    fn division(&mut self, depth: usize) -> String {
        let left = self.value(Type::Int, depth);
        match self.choices.below(5) {
            0 => format!("(({left}) / {})", self.divisor()),
            1 => format!("((({left}) | 0) % {})", self.divisor()),
            2 => format!("((({left}) >> 1) / ({}))", self.value(Type::Int, depth)),
            3 => format!("((({left}) & 0xffff) % (({} & 255) + 1))", self.operand(Type::Int, depth)),
            _ => format!("(({left}) / ({} & 15))", self.operand(Type::Int, depth)),
        }
    }

    fn divisor(&mut self) -> String {
        let divisors =
            ["1", "2", "-2", "3", "7", "-7", "10", "127", "128", "-128", "1000", "65536", "2147483647"];
        self.choices.pick(&divisors).to_string()
    }

    fn length(&mut self, depth: usize) -> String {
        match self.choices.below(3) {
            0 => format!("{}.len()", self.operand(Type::Str, depth)),
            _ => format!("{}.len()", self.operand(Type::Array, depth)),
        }
    }

    fn element(&mut self, depth: usize) -> String {
        let (array, index) = (self.value(Type::Ints, depth), self.value(Type::Int, depth));
        match self.choices.below(4) {
            0 if self.context.errors_are_caught => {
                format!("{}[{index}]", self.variable(Type::Ints).unwrap_or_else(|| "[1, 2]".to_string()))
            }
            1 => format!("{}[{}]", self.array_literal(Type::Int, 3, 0), self.choices.below(3)),
            _ => format!("at({array}, {index}, -1)"),
        }
    }

    /// An assignment in an expression.
    fn assignment(&mut self, depth: usize) -> String {
        let Some(target) = self.target(Type::Int) else { return self.int_literal() };
        match self.choices.below(6) {
            0 => format!("{target}++"),
            1 => format!("{target}--"),
            2 => format!("++{target}"),
            3 => format!("--{target}"),
            4 => format!("({target} = {})", self.value(Type::Int, depth)),
            _ => {
                let op = *self.choices.pick(&["+=", "-=", "*="]);
                format!("({target} {op} {})", self.value(Type::Int, depth))
            }
        }
    }

    fn conversion_to_int(&mut self, depth: usize) -> String {
        match self.choices.below(5) {
            // Out of range, the result depends on the side of edition `imp`.
            0 if self.is_common() => {
                format!("{}.tointeger()", self.choices.pick(&["1.5", "(-2.75)", "12345.678"]))
            }
            0 => format!("clean({}).tointeger()", self.float(depth)),
            1 => format!("\"{}\".tointeger()", self.choices.below(100_000)),
            2 => format!("{}.tointeger()", self.operand(Type::Int, depth)),
            3 => format!("{}.tointeger()", self.operand(Type::Bool, depth)),
            // The functions of math are in a table in edition `imp`.
            _ if self.is_common() => format!("number({})", self.value(Type::Int, depth)),
            _ => format!("abs({})", self.value(Type::Int, depth)),
        }
    }

    /// A metamethod of an instance.
    fn operator_of_instance(&mut self, depth: usize) -> String {
        let gives_int = |operator: &Operator| {
            matches!(operator, Operator::Arithmetic(_) | Operator::Negate | Operator::Call | Operator::Get)
        };
        let Some((instance, operator)) = self.instance_with(gives_int) else { return self.int(depth) };
        let operand = self.value(Type::Int, depth);
        match operator {
            Operator::Arithmetic(op) => format!("({instance} {op} ({operand}))"),
            Operator::Negate => format!("(-{instance})"),
            Operator::Get => format!("{instance}.v{}", self.choices.below(3)),
            _ => format!("{instance}({operand})"),
        }
    }

    fn immediate_call(&mut self, depth: usize) -> String {
        let lambda = self.lambda(&[Type::Int], Type::Int, depth);
        let argument = self.value(Type::Int, depth);
        match self.choices.below(3) {
            0 => format!("({lambda}).call(this, {argument})"),
            1 => format!("({lambda}).acall([this, {argument}])"),
            _ => format!("({lambda})({argument})"),
        }
    }

    fn reduction(&mut self, depth: usize) -> String {
        let array = self.value(Type::Ints, depth);
        let lambda = self.lambda(&[Type::Int, Type::Int], Type::Int, depth.min(1));
        format!("number(({array}).reduce({lambda}))")
    }

    /// A float that may be NaN.
    pub(super) fn float(&mut self, depth: usize) -> String {
        if depth == 0 {
            return match self.choices.below(3) {
                0 => self.place(Type::Float).unwrap_or_else(|| self.float_literal()),
                _ => self.float_literal(),
            };
        }
        let inner = depth - 1;
        match self.choices.below(14) {
            0 | 1 => self.float_literal(),
            2 | 3 => self.place(Type::Float).unwrap_or_else(|| self.float_literal()),
            4..=6 => self.float_sum(inner),
            7 => format!("(({}).tofloat() % {})", self.value(Type::Float, inner), self.float_literal()),
            8 => format!("{}.tofloat()", self.operand(Type::Int, inner)),
            9 => self.result_of(Type::Float, inner),
            10 => self.either(Type::Float, depth),
            11 => format!("-({})", self.float(inner)),
            12 => format!(
                "\"{}\".tofloat()",
                self.choices.pick(&["1.5", "-2", "1e3", "0.1", "123456789", "  7.5x"])
            ),
            _ => self.function_of_math(inner),
        }
    }

    pub(super) fn float_literal(&mut self) -> String {
        match self.choices.below(3) {
            0 => format!("{}.{}", self.choices.below(1000), self.choices.below(1000)),
            _ => self.choices.pick(FLOATS).to_string(),
        }
    }

    fn float_sum(&mut self, depth: usize) -> String {
        let op = *self.choices.pick(&["+", "-", "*", "/"]);
        match self.choices.below(4) {
            0 => format!("(({}).tofloat() {op} {})", self.value(Type::Int, depth), self.float(depth)),
            1 => format!("({} {op} {}.tofloat())", self.float(depth), self.operand(Type::Int, depth)),
            2 => format!("(({}) {op} ({}).tofloat())", self.value(Type::Int, depth), self.float(depth)),
            _ => format!("({} {op} {})", self.float(depth), self.float(depth)),
        }
    }

    /// Functions whose result is exact, or right to more digits than are shown.
    fn function_of_math(&mut self, depth: usize) -> String {
        if self.is_common() {
            return self.float(depth);
        }
        let function =
            *self.choices.pick(&["sqrt", "floor", "ceil", "fabs", "sin", "cos", "atan", "exp", "log"]);
        format!("{function}(clean({}))", self.float(depth))
    }
}
