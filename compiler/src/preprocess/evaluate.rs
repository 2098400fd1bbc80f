//! The values of Builder expressions.
//!
//! A name is, in this order: an argument of the macro that is being executed
//! or of one that uses it, a variable of the command line or of the Builder, a
//! variable of `@set`, a variable of the environment. What is none of these is
//! null.

use std::cmp::Ordering;

use super::expression::{BinaryOp, Expr, ExprKind, Mistake};
use super::functions;
use super::machine::{Context, Machine, Stop};
use super::value::{TooLarge, Value};
use crate::codes;

/// How deep evaluations can be inside each other, through macros as well.
const MAX_DEPTH: u32 = 800;

/// Why there is no value.
pub(super) enum Failure {
    /// The expression is wrong; others may not be.
    Mistake(Mistake),
    /// It is no use to go on.
    Stop,
}

impl From<Mistake> for Failure {
    fn from(mistake: Mistake) -> Failure {
        Failure::Mistake(mistake)
    }
}

impl From<Stop> for Failure {
    fn from(_: Stop) -> Failure {
        Failure::Stop
    }
}

fn too_large(_: TooLarge, expr: &Expr) -> Failure {
    Mistake::new("the value is too large", expr.span).into()
}

fn mistake(message: impl Into<String>, expr: &Expr) -> Failure {
    Mistake::new(message, expr.span).into()
}

impl Machine<'_> {
    /// The value of an expression.
    pub(super) fn value(&mut self, expr: &Expr, context: &Context<'_>) -> Result<Value, Failure> {
        self.evaluation_depth += 1;
        if self.evaluation_depth > MAX_DEPTH {
            self.evaluation_depth -= 1;
            let title = "macros and expressions are nested too deeply";
            return Err(self.stop(codes::BUILDER_LIMIT, title, context.file(), expr.span, "").into());
        }
        let value = self.value_of_kind(expr, context);
        self.evaluation_depth -= 1;
        value
    }

    fn value_of_kind(&mut self, expr: &Expr, context: &Context<'_>) -> Result<Value, Failure> {
        match &expr.kind {
            ExprKind::Literal(value) => Ok(value.clone()),
            ExprKind::Name(name) => Ok(self.variable(name, context).unwrap_or(Value::Null)),
            ExprKind::Array(elements) => {
                let values = self.values(elements, context)?;
                Value::array(values).map_err(|error| too_large(error, expr))
            }
            ExprKind::Not(operand) => Ok(Value::Bool(!self.value(operand, context)?.is_true())),
            ExprKind::Negate(operand) => Ok(Value::Number(-self.value(operand, context)?.to_number())),
            ExprKind::Plus(operand) => self.value(operand, context),
            ExprKind::Binary(op, left, right) => self.binary(*op, left, right, expr, context),
            ExprKind::Conditional(parts) => {
                let [condition, consequent, alternate] = &**parts;
                let holds = self.value(condition, context)?.is_true();
                self.value(if holds { consequent } else { alternate }, context)
            }
            ExprKind::Member(object, member) => {
                let object_value = self.value(object, context)?;
                let member = self.value(member, context)?;
                member_of(&object_value, &member, expr)
            }
            ExprKind::Call(callee, arguments) => self.call(callee, None, arguments, expr, context),
        }
    }

    /// The values of several expressions.
    pub(super) fn values(&mut self, list: &[Expr], context: &Context<'_>) -> Result<Vec<Value>, Failure> {
        list.iter().map(|expr| self.value(expr, context)).collect()
    }

    fn binary(
        &mut self,
        op: BinaryOp,
        left: &Expr,
        right: &Expr,
        expr: &Expr,
        context: &Context<'_>,
    ) -> Result<Value, Failure> {
        if op == BinaryOp::Filter {
            return match &right.kind {
                ExprKind::Call(callee, arguments) => self.call(callee, Some(left), arguments, expr, context),
                _ => self.call(right, Some(left), &[], expr, context),
            };
        }
        let left = self.value(left, context)?;
        match op {
            BinaryOp::Or if left.is_true() => return Ok(left),
            BinaryOp::And if !left.is_true() => return Ok(left),
            _ => {}
        }
        let right = self.value(right, context)?;
        let number = |operation: fn(f64, f64) -> f64| {
            Ok(Value::Number(operation(left.to_number(), right.to_number())))
        };
        let holds = |test: fn(Ordering) -> bool| Ok(Value::Bool(left.compare(&right).is_some_and(test)));
        match op {
            BinaryOp::Or | BinaryOp::And | BinaryOp::Filter => Ok(right),
            BinaryOp::Equal => Ok(Value::Bool(left.equals(&right))),
            BinaryOp::NotEqual => Ok(Value::Bool(!left.equals(&right))),
            BinaryOp::Less => holds(Ordering::is_lt),
            BinaryOp::Greater => holds(Ordering::is_gt),
            BinaryOp::LessEqual => holds(Ordering::is_le),
            BinaryOp::GreaterEqual => holds(Ordering::is_ge),
            BinaryOp::Add => left.plus(&right).map_err(|error| too_large(error, expr)),
            BinaryOp::Subtract => number(|left, right| left - right),
            BinaryOp::Multiply => number(|left, right| left * right),
            BinaryOp::Divide | BinaryOp::Modulo if right.to_number() == 0.0 => {
                Err(mistake("division by zero", expr))
            }
            BinaryOp::Divide => number(|left, right| left / right),
            BinaryOp::Modulo => number(|left, right| left % right),
        }
    }

    /// Calls a function or macro. `filtered` is what stands before a filter.
    fn call(
        &mut self,
        callee: &Expr,
        filtered: Option<&Expr>,
        arguments: &[Expr],
        expr: &Expr,
        context: &Context<'_>,
    ) -> Result<Value, Failure> {
        let name = match &callee.kind {
            ExprKind::Name(name) if name == "defined" => {
                return self.defined(filtered.or(arguments.first()), expr, context);
            }
            ExprKind::Name(name) if self.is_function(name) => name.clone(),
            _ => match self.value(callee, context)? {
                Value::Text(text) => String::from_utf8_lossy(&text).into_owned(),
                Value::StringFunction(name) => name.to_owned(),
                _ => match &callee.kind {
                    ExprKind::Name(name) => name.clone(),
                    _ => return Err(mistake("this is no function", callee)),
                },
            },
        };
        let mut values = Vec::with_capacity(arguments.len() + 1);
        if let Some(filtered) = filtered {
            values.push(self.value(filtered, context)?);
        }
        values.append(&mut self.values(arguments, context)?);
        if let Some(definition) = self.find_macro(&name) {
            return Ok(Value::text(self.inline_macro(definition, values, expr.span, context)?));
        }
        if name == "include" {
            let Some(path) = values.first() else { return Err(mistake("include() needs a path", expr)) };
            let path = path.to_text().map_err(|error| too_large(error, expr))?;
            return Ok(Value::text(self.inline_include(&path, expr.span, context)?));
        }
        match functions::call(&name, &values) {
            Some(result) => result.map_err(|message| mistake(message, expr)),
            None => Err(mistake(format!("`{name}` is neither a function nor a macro"), callee)),
        }
    }

    fn is_function(&self, name: &str) -> bool {
        name == "include" || functions::exists(name) || self.find_macro(name).is_some()
    }

    fn defined(
        &mut self,
        argument: Option<&Expr>,
        expr: &Expr,
        context: &Context<'_>,
    ) -> Result<Value, Failure> {
        let Some(Expr { kind: ExprKind::Name(name), .. }) = argument else {
            return Err(mistake("defined() needs the name of a variable", expr));
        };
        Ok(Value::Bool(self.is_function(name) || self.program_variable(name, context).is_some()))
    }
}

/// A member of a value.
fn member_of(object: &Value, member: &Value, expr: &Expr) -> Result<Value, Failure> {
    let name = member.to_text().map_err(|error| too_large(error, expr))?;
    let found = match (object, &*name) {
        (Value::Loop(index), b"index") => Some(Value::Number(f64::from(*index))),
        (Value::Loop(index), b"iteration") => Some(Value::Number(f64::from(*index) + 1.0)),
        (Value::Array(array), b"length") => Some(Value::Number(array.elements.len() as f64)),
        (Value::Text(text), b"length") => {
            Some(Value::Number(String::from_utf8_lossy(text).chars().count() as f64))
        }
        (Value::Array(array), digits) => {
            let index = std::str::from_utf8(digits).ok().and_then(|digits| digits.parse::<usize>().ok());
            index.and_then(|index| array.elements.get(index)).cloned()
        }
        (Value::Strings, name) => functions::string_function(name).map(Value::StringFunction),
        _ => None,
    };
    let name = String::from_utf8_lossy(&name);
    let is_false = !object.is_true();
    found.ok_or_else(|| {
        let message = if is_false { "this has no members" } else { "there is no such member" };
        mistake(format!("{message}: `{name}`"), expr)
    })
}
