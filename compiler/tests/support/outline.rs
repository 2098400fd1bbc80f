//! The syntax tree as text: statements as indented lines, expressions as
//! parenthesised prefix terms. Short enough to be read in a snapshot.

use std::fmt::Write;

use tamias_compiler::ast::*;

/// The outline of a whole program.
pub fn outline(program: &Program<'_>) -> String {
    let mut outline = Outline { text: String::new(), depth: 0 };
    outline.stmts(program.body);
    outline.text
}

struct Outline {
    text: String,
    depth: usize,
}

impl Outline {
    fn line(&mut self, line: &str) {
        writeln!(self.text, "{:1$}{line}", "", self.depth * 2).expect("a string can be written to");
    }

    fn nested(&mut self, line: &str, inner: impl FnOnce(&mut Self)) {
        self.line(line);
        self.depth += 1;
        inner(self);
        self.depth -= 1;
    }

    fn stmts(&mut self, stmts: &[&Stmt<'_>]) {
        stmts.iter().for_each(|stmt| self.stmt(stmt));
    }

    fn stmt(&mut self, stmt: &Stmt<'_>) {
        match stmt.kind {
            StmtKind::Empty => self.line("empty"),
            StmtKind::Break => self.line("break"),
            StmtKind::Continue => self.line("continue"),
            StmtKind::Error => self.line("error"),
            StmtKind::Expr(value) => self.line(&expr(value)),
            StmtKind::Throw(value) => self.line(&format!("throw {}", expr(value))),
            StmtKind::Return(value) => self.line(&format!("return {}", opt(value))),
            StmtKind::Yield(value) => self.line(&format!("yield {}", opt(value))),
            StmtKind::Local(variables) => {
                for (name, value) in variables {
                    self.line(&format!("local {} = {}", ident(*name), opt(*value)));
                }
            }
            StmtKind::Const(name, value) => self.line(&format!("const {} = {}", ident(name), scalar(value))),
            StmtKind::Enum(name, members) => self.nested(&format!("enum {}", ident(name)), |outline| {
                for (name, value) in members {
                    let value = value.map_or("-".to_owned(), scalar);
                    outline.line(&format!("{} = {value}", ident(*name)));
                }
            }),
            StmtKind::Block(body) => self.nested("block", |outline| outline.stmts(body)),
            StmtKind::LocalFunction(name, callee) => {
                self.function(&format!("local function {}", ident(name)), callee);
            }
            StmtKind::Function(path, callee) => {
                let path: Vec<_> = path.iter().map(|name| ident(*name)).collect();
                self.function(&format!("function {}", path.join("::")), callee);
            }
            StmtKind::Class(target, members) => self.class(&format!("class {}", expr(target)), members),
            StmtKind::If(condition, then, otherwise) => {
                self.nested(&format!("if {}", expr(condition)), |outline| outline.stmt(then));
                if let Some(otherwise) = otherwise {
                    self.nested("else", |outline| outline.stmt(otherwise));
                }
            }
            StmtKind::While(condition, body) => {
                self.nested(&format!("while {}", expr(condition)), |outline| outline.stmt(body));
            }
            StmtKind::DoWhile(body, condition) => {
                self.nested("do", |outline| outline.stmt(body));
                self.line(&format!("while {}", expr(condition)));
            }
            StmtKind::For { init, condition, step, body } => {
                self.nested(&format!("for {}; {}", opt(condition), opt(step)), |outline| {
                    init.into_iter().for_each(|init| outline.stmt(init));
                    outline.stmt(body);
                });
            }
            StmtKind::Foreach { index, value, container, body } => {
                let index = index.map_or("-".to_owned(), ident);
                let head = format!("foreach {index}, {} in {}", ident(value), expr(container));
                self.nested(&head, |outline| outline.stmt(body));
            }
            StmtKind::Switch { subject, cases, default } => {
                self.nested(&format!("switch {}", expr(subject)), |outline| {
                    for (value, body) in cases {
                        outline.nested(&format!("case {}", expr(value)), |outline| outline.stmts(body));
                    }
                    if let Some(body) = default {
                        outline.nested("default", |outline| outline.stmts(body));
                    }
                });
            }
            StmtKind::Try(body, name, handler) => {
                self.nested("try", |outline| outline.stmt(body));
                self.nested(&format!("catch {}", ident(name)), |outline| outline.stmt(handler));
            }
        }
    }

    fn function(&mut self, head: &str, function: &Function<'_>) {
        self.nested(&format!("{head}{}", signature(function)), |outline| match function.body {
            Body::Stmt(body) => outline.stmt(body),
            Body::Expr(value) => outline.line(&expr(value)),
        });
    }

    fn class(&mut self, head: &str, class: &Class<'_>) {
        let base = class.base.map_or(String::new(), |base| format!(" extends {}", expr(base)));
        let attributes =
            class.attributes.map_or(String::new(), |slots| format!(" </{} />", self::slots(slots)));
        self.nested(&format!("{head}{base}{attributes}"), |outline| {
            for member in class.members {
                let attributes =
                    member.attributes.map_or(String::new(), |slots| format!("</{} /> ", self::slots(slots)));
                let word = if member.is_static { "static " } else { "" };
                outline.line(&format!("{attributes}{word}{}", slot(&member.slot)));
            }
        });
    }
}

fn expr(expr: &Expr<'_>) -> String {
    match expr.kind {
        ExprKind::Null => "null".to_owned(),
        ExprKind::Bool(value) => value.to_string(),
        ExprKind::Int(value) => value.to_string(),
        ExprKind::Float(value) => format!("{value:?}"),
        ExprKind::Str(value) => string(value),
        ExprKind::This => "this".to_owned(),
        ExprKind::Base => "base".to_owned(),
        ExprKind::Error => "<error>".to_owned(),
        ExprKind::Name(name) => bytes(name),
        ExprKind::RootSlot(name) => format!("::{}", ident(name)),
        ExprKind::Member(object, name) => format!("{}.{}", self::expr(object), ident(name)),
        ExprKind::Paren(inner) => format!("({})", self::expr(inner)),
        ExprKind::Index(object, key) => format!("{}[{}]", self::expr(object), self::expr(key)),
        ExprKind::Call(callee, arguments) => format!("(call {}{})", self::expr(callee), exprs(arguments)),
        ExprKind::RawCall(arguments) => format!("(rawcall{})", exprs(arguments)),
        ExprKind::PostInit(call, slots) => format!("(init {}{})", self::expr(call), self::slots(slots)),
        ExprKind::Unary(op, operand) => format!("({op:?} {})", self::expr(operand)),
        ExprKind::Binary { op, left, right, .. } => {
            format!("({op:?} {} {})", self::expr(left), self::expr(right))
        }
        ExprKind::And(left, right) => format!("(And {} {})", self::expr(left), self::expr(right)),
        ExprKind::Or(left, right) => format!("(Or {} {})", self::expr(left), self::expr(right)),
        ExprKind::Ternary(condition, then, otherwise) => {
            format!("(? {} {} {})", self::expr(condition), self::expr(then), self::expr(otherwise))
        }
        ExprKind::Assign(op, target, value) => {
            format!("({op:?} {} {})", self::expr(target), self::expr(value))
        }
        ExprKind::IncDec { delta, fix, target } => format!("({fix:?}{delta:?} {})", self::expr(target)),
        ExprKind::Delete(target) => format!("(delete {})", self::expr(target)),
        ExprKind::Comma(items) => format!("(,{})", exprs(items)),
        ExprKind::Array(elements) => format!("[{}]", exprs(elements).trim_start()),
        ExprKind::Table(slots) => format!("{{{} }}", self::slots(slots)),
        ExprKind::Function(function) => inline_function(function),
        ExprKind::Class(class) => {
            let mut outline = Outline { text: String::new(), depth: 0 };
            outline.class("(class", class);
            outline.text.lines().map(str::trim).collect::<Vec<_>>().join(" ") + ")"
        }
    }
}

fn inline_function(function: &Function<'_>) -> String {
    let name = function.name.map_or(String::new(), |name| format!(" {}", ident(name)));
    match function.body {
        Body::Expr(value) => format!("(@{} {})", signature(function), expr(value)),
        Body::Stmt(body) => {
            let mut outline = Outline { text: String::new(), depth: 0 };
            outline.stmt(body);
            let body = outline.text.lines().map(str::trim).collect::<Vec<_>>().join("; ");
            format!("(function{name}{} {body})", signature(function))
        }
    }
}

fn signature(function: &Function<'_>) -> String {
    let env = function.env.map_or(String::new(), |env| format!("[{}]", expr(env)));
    let mut params: Vec<_> = function
        .params
        .iter()
        .map(|param| {
            let default = param.default.map_or(String::new(), |default| format!(" = {}", expr(default)));
            ident(param.name) + &default
        })
        .collect();
    params.extend(function.varargs.then(|| "...".to_owned()));
    format!("{env}({})", params.join(", "))
}

fn exprs(list: &[&Expr<'_>]) -> String {
    list.iter().map(|item| format!(" {}", expr(item))).collect()
}

fn slots(slots: &[Slot<'_>]) -> String {
    slots.iter().map(|item| format!(" {}", slot(item))).collect()
}

fn slot(slot: &Slot<'_>) -> String {
    format!("[{}] = {}", expr(slot.key), expr(slot.value))
}

fn opt(value: Option<&Expr<'_>>) -> String {
    value.map_or("-".to_owned(), expr)
}

fn scalar(scalar: Scalar<'_>) -> String {
    match scalar {
        Scalar::Int(value) => value.to_string(),
        Scalar::Float(value) => format!("{value:?}"),
        Scalar::Str(value) => string(value),
        Scalar::Bool(value) => value.to_string(),
    }
}

fn ident(ident: Ident<'_>) -> String {
    bytes(ident.name)
}

fn string(value: &[u8]) -> String {
    format!("\"{}\"", value.escape_ascii())
}

fn bytes(name: &[u8]) -> String {
    String::from_utf8_lossy(name).into_owned()
}
