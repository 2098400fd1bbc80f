//! What names mean at the place that is being generated.

/// What a value is known to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Type {
    Int,
    /// A float that is not NaN when it is in a variable.
    Float,
    Bool,
    /// A string of printable ASCII characters.
    Str,
    /// An array of integers.
    Ints,
    /// An array of strings.
    Strs,
    /// An array of anything.
    Array,
    /// A table that has at least the slots of a shape.
    Table(usize),
    /// A function with a signature.
    Function(usize),
    /// An instance of a class or of one that extends it.
    Instance(usize),
    /// A generator, in any state.
    Generator,
    /// A thread, in any state.
    Thread,
    /// Anything but a generator or a thread.
    Any,
}

/// What calls of a function look like.
#[derive(Clone, Debug)]
pub(super) struct Signature {
    pub(super) params: Vec<Type>,
    /// How many of the parameters have default values.
    pub(super) defaults: usize,
    pub(super) varargs: bool,
    pub(super) result: Type,
    /// Statements that a call runs, about.
    pub(super) cost: u32,
}

/// A class.
#[derive(Clone, Debug)]
pub(super) struct Class {
    pub(super) name: String,
    pub(super) base: Option<usize>,
    /// All fields, with those of the base.
    pub(super) fields: Vec<(String, Type)>,
    /// All methods, with the numbers of their signatures.
    pub(super) methods: Vec<(String, usize)>,
    pub(super) statics: Vec<(String, Type)>,
    pub(super) constructor: Vec<Type>,
    pub(super) operators: Vec<Operator>,
}

/// A metamethod that the generator uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    /// `_add`, `_sub` or `_mul` with an integer, giving an integer.
    Arithmetic(&'static str),
    /// `_unm`, giving an integer.
    Negate,
    /// `_cmp` with another instance.
    Compare,
    /// `_call` with an integer, giving an integer.
    Call,
    /// `_get` of names that begin with `v`, giving an integer.
    Get,
    /// `_set` of names that begin with `v`.
    Set,
    /// `_nexti` over a few indexes.
    Iterate,
    /// `_tostring`
    Text,
    /// `_typeof`
    TypeName,
    /// `_cloned`
    Cloned,
}

/// A variable.
#[derive(Clone, Debug)]
pub(super) struct Variable {
    pub(super) name: String,
    pub(super) ty: Type,
    /// Loop counters and what others rely on are not assigned to.
    pub(super) may_change: bool,
    /// Whether closures may capture it.
    pub(super) may_capture: bool,
    /// Depth of the function that it belongs to.
    pub(super) function: usize,
}

/// The variables that can be named.
#[derive(Debug, Default)]
pub(super) struct Scope {
    variables: Vec<Variable>,
    /// Depth of the function that is being generated.
    pub(super) function: usize,
}

impl Scope {
    pub(super) fn declare(&mut self, variable: Variable) {
        self.variables.push(variable);
    }

    /// Marks the beginning of a block, for [`Self::leave`].
    pub(super) fn enter(&self) -> usize {
        self.variables.len()
    }

    pub(super) fn leave(&mut self, mark: usize) {
        self.variables.truncate(mark);
    }

    /// The variables that are visible here and fit.
    pub(super) fn find(&self, fits: impl Fn(&Variable) -> bool) -> Vec<Variable> {
        let visible = |(index, variable): &(usize, &Variable)| {
            let is_reachable = variable.function == self.function || variable.may_capture;
            let later = &self.variables[index + 1..];
            is_reachable && !later.iter().any(|other| other.name == variable.name)
        };
        let fitting = self.variables.iter().enumerate().filter(visible).map(|(_, variable)| variable);
        fitting.filter(|variable| fits(variable)).cloned().collect()
    }

    /// The names of a function that is being generated.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.variables.iter().map(|variable| variable.name.as_str())
    }
}
