//! Random programs that are well formed, end, and print what they compute.
//!
//! The generator knows the type of every expression and mostly uses it rightly.
//! Inside of `try` it sometimes does not, so that errors and their messages are
//! compared, too. A program depends on nothing but the choices it is made from.
//!
//! What may legitimately differ between implementations never occurs:
//!
//! | what | how it is avoided |
//! | --- | --- |
//! | addresses in texts | values are printed by `show` of the prelude; only scalars are concatenated |
//! | order of tables and classes | `show` sorts the names; loops over tables only count |
//! | order of objects by address | only scalars and instances with `_cmp` are compared with `<` |
//! | size of `<=>` of strings | only its sign is used |
//! | the sign of NaN, relations with NaN and -0.0 | floats pass through `clean` before they are stored, compared or printed |
//! | `rawset` on classes | only tables: the reference ignores that a class is locked |
//! | the course of `sort` | the elements can be compared, and the compare function has no effects |
//! | bools with `<` | only `==`: the reference compares memory that it did not set |
//! | the lost errors of `%` | its operands are certain to be numbers, and the right one not to be 0 |
//! | the least integer divided by -1 | divisors are literals, or dividends are small |
//! | signed characters, NUL | strings hold printable ASCII |
//! | `?` after a variable | the variable is compared: the reference may test an earlier comparison |
//! | null as key in `=` and `delete` | other keys: the reference finds unused nodes of the table |
//! | variables captured inside of `try` or in generators | closures capture neither: the reference gives them the wrong variable |
//! | calls of suspended threads | the status is asked before: the reference calls what lies on the stack |
//! | unbounded recursion | functions call only earlier ones, or themselves with a mask on the depth |
//! | when temporaries die | weak references are read in another function than the one that let go |

mod class;
mod container;
mod expression;
mod function;
mod mistake;
mod number;
mod object;
mod scope;
mod special;
mod statement;
mod text;

use crate::choices::Choices;
use crate::program::{Node, Program};
use scope::{Class, Scope, Signature, Type, Variable};

/// Which language a program is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// What the reference implementation of Squirrel 3.2 has.
    Squirrel3,
    /// What edition `imp` has as well, with the same meaning.
    Common,
}

/// Functions of all programs.
const PRELUDE: &str = include_str!("prelude.nut");
/// Statements that a function may run in one call, about.
const FUNCTION_COST: u32 = 150;
/// Statements that a program may run, about.
const PROGRAM_COST: u32 = 4_000;

/// Makes a program.
pub fn generate(choices: &mut Choices, dialect: Dialect) -> Program {
    let size = 12 + choices.below(40);
    let mut generator = Generator::new(choices, dialect, size);
    let nodes = generator.main();
    Program { prelude: PRELUDE, nodes }
}

struct Generator<'c> {
    choices: &'c mut Choices,
    dialect: Dialect,
    scope: Scope,
    signatures: Vec<Signature>,
    /// Functions in the root table.
    functions: Vec<(String, usize)>,
    /// Slots of the root table.
    globals: Vec<(String, Type)>,
    /// Constants and members of enums.
    constants: Vec<(String, Type)>,
    classes: Vec<Class>,
    /// The class whose members are being made.
    unfinished_class: Option<usize>,
    /// Names and types of the slots of tables.
    shapes: Vec<Vec<(String, Type)>>,
    context: Context,
    /// Whether only values of the same type can stand for one another.
    is_exact: bool,
    /// Statements that may still be made.
    size: usize,
    /// The last number that was used in a name or a place.
    last_number: usize,
}

/// What is around the place that is being generated.
#[derive(Clone, Debug)]
struct Context {
    this: This,
    /// What `return` has to give, in a function.
    result: Option<Type>,
    kind: FunctionKind,
    /// How many loops of the same function are around.
    loops: usize,
    /// How many loops and `switch` statements of the same function are around.
    breakables: usize,
    /// How many `try` bodies of the same function are around.
    tries: usize,
    /// Whether an error would be caught, or ends the program.
    errors_are_caught: bool,
    /// How often this place is reached in one call of the function, at most.
    weight: u32,
    /// Statements that the function runs so far.
    cost: u32,
    /// What `cost` must not exceed.
    cost_limit: u32,
}

/// What `this` is known to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum This {
    Unknown,
    /// A table of this shape.
    Table(usize),
    /// An instance of this class, in a method that may call those before this one.
    Instance {
        class: usize,
        method: usize,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FunctionKind {
    Main,
    Plain,
    /// A function whose calls do not count: it calls nothing and has no loops.
    Cheap,
    Generator,
    Thread,
}

impl<'c> Generator<'c> {
    fn new(choices: &'c mut Choices, dialect: Dialect, size: usize) -> Generator<'c> {
        let context = Context {
            this: This::Unknown,
            result: None,
            kind: FunctionKind::Main,
            loops: 0,
            breakables: 0,
            tries: 0,
            errors_are_caught: false,
            weight: 1,
            cost: 0,
            cost_limit: PROGRAM_COST,
        };
        Generator {
            choices,
            dialect,
            scope: Scope::default(),
            signatures: Vec::new(),
            functions: Vec::new(),
            globals: Vec::new(),
            constants: Vec::new(),
            classes: Vec::new(),
            unfinished_class: None,
            shapes: Vec::new(),
            context,
            is_exact: false,
            size,
            last_number: 0,
        }
    }

    fn main(&mut self) -> Vec<Node> {
        let mut nodes = Vec::new();
        while self.size > 0 {
            nodes.extend(self.top_level_statement());
        }
        nodes.push(self.say_everything());
        nodes
    }

    fn is_common(&self) -> bool {
        self.dialect == Dialect::Common
    }

    /// A name that nothing else has.
    fn fresh(&mut self, prefix: &str) -> String {
        self.last_number += 1;
        format!("{prefix}{}", self.last_number)
    }

    /// A name for a local variable: mostly a fresh one, sometimes one that hides another.
    fn local_name(&mut self) -> String {
        if self.choices.chance(6) {
            let names: Vec<String> = self.scope.names().map(str::to_string).collect();
            if !names.is_empty() {
                return self.choices.pick(&names).clone();
            }
        }
        self.fresh("v")
    }

    fn declare(&mut self, name: &str, ty: Type) {
        self.declare_variable(name, ty, true);
    }

    /// Declares a variable that is not assigned to.
    fn declare_fixed(&mut self, name: &str, ty: Type) {
        self.declare_variable(name, ty, false);
    }

    fn declare_variable(&mut self, name: &str, ty: Type, may_change: bool) {
        let may_capture = self.context.tries == 0
            && !matches!(self.context.kind, FunctionKind::Generator | FunctionKind::Thread);
        let function = self.scope.function;
        self.scope.declare(Variable { name: name.to_string(), ty, may_change, may_capture, function });
    }

    /// Whether running so many statements here is still possible.
    fn can_afford(&self, cost: u32) -> bool {
        let context = &self.context;
        context.kind != FunctionKind::Cheap
            && context.cost.saturating_add(context.weight.saturating_mul(cost)) <= context.cost_limit
    }

    fn spend(&mut self, cost: u32) {
        self.context.cost = self.context.cost.saturating_add(self.context.weight.saturating_mul(cost));
    }

    /// Generates something inside a new function.
    fn in_function<T>(&mut self, context: Context, inner: impl FnOnce(&mut Self) -> T) -> (T, u32) {
        let outer = std::mem::replace(&mut self.context, context);
        let mark = self.scope.enter();
        self.scope.function += 1;
        let made = inner(self);
        self.scope.function -= 1;
        self.scope.leave(mark);
        let context = std::mem::replace(&mut self.context, outer);
        (made, context.cost)
    }

    /// What is around the body of a function that is made here.
    fn function_context(&self, kind: FunctionKind, this: This, result: Option<Type>) -> Context {
        Context {
            this,
            result,
            kind,
            loops: 0,
            breakables: 0,
            tries: 0,
            // Calls may come from anywhere; most places where functions are called catch errors.
            errors_are_caught: true,
            weight: 1,
            cost: 1,
            cost_limit: FUNCTION_COST,
        }
    }

    /// An expression lambda whose calls cost nothing.
    fn lambda(&mut self, params: &[Type], result: Type, depth: usize) -> String {
        let names: Vec<String> = params.iter().map(|_| self.fresh("x")).collect();
        let context = self.function_context(FunctionKind::Cheap, This::Unknown, None);
        let (body, _) = self.in_function(context, |inner| {
            for (name, ty) in names.iter().zip(params) {
                inner.declare(name, *ty);
            }
            inner.value(result, depth)
        });
        let names = names.join(", ");
        match self.choices.below(3) {
            0 => format!("@({names}) {body}"),
            1 => format!("@({names}) ({body})"),
            _ => format!("function({names}) {{ return {body}; }}"),
        }
    }
}
