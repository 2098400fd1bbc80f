//! The adaptor: gives tokens that mean different things different names.
//!
//! `(` may open a group, a head, a parameter list or the arguments of a call;
//! `-` may have one operand or two; a line break matters before `[` and `++`.
//! The grammar would be ambiguous if it had to find out. The adaptor knows:
//! one [`State`] says what may come next, a stack of open brackets says what
//! commas separate and where a closing bracket leads, and a stack of
//! [`Pending`] words says what the next bracket belongs to.
//!
//! It inserts no tokens. After a syntax error it gets back into step with the
//! parser: a bracket that cannot be closed any more is given up, and brackets
//! that the parser has thrown away are skipped.

mod recovery;

use recovery::MAX_DEPTH;

use crate::ast::Span;
use crate::edition::{Edition, Syntax};
use crate::lexer::{Lexeme, Lexemes};
use crate::lexical_error::Problem;
use crate::syntax_error;
use crate::token::{Context, Location, Token};
use crate::tree::Tree;

/// What may come next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// A statement may begin.
    Start,
    /// A statement has to follow that is part of another one.
    Body,
    /// The same for a function expression: a `{` opens something that ends like an operand.
    ExpressionBody,
    /// The `{` of a switch follows.
    SwitchBody,
    /// An operand has to begin.
    Operand,
    /// An operand is complete and may be continued.
    After,
    /// The same after the `)` of a call.
    AfterCall,
    /// After a postfix `++` or `--`: only binary operators may follow.
    AfterIncrement,
    /// Complete, and nothing can continue it.
    AfterKeyword,
    /// The name of a new variable or constant follows.
    Declaration,
    /// A slot of a table, class, attribute list or enum may begin.
    Member,
    /// Between `class` and its `{`.
    ClassHead,
}

impl State {
    fn is_after_operand(self) -> bool {
        matches!(self, State::After | State::AfterCall)
    }

    /// Whether something else may begin here without anything in between.
    fn is_complete(self) -> bool {
        matches!(self, State::After | State::AfterCall | State::AfterIncrement | State::AfterKeyword)
    }
}

/// What an open bracket contains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Statements: a block, a function body, a switch, the whole text.
    Block,
    /// An expression in parentheses, or the head of a statement.
    Group,
    /// The head of a `for`.
    ForHead,
    /// The head of a `foreach`.
    ForeachHead,
    /// Parameters of a function.
    Parameters,
    /// Arguments of a call.
    Arguments,
    /// The index or key, or the bound environment of a function.
    Index,
    /// Elements of an array.
    Array,
    /// Slots of a table or of an initialiser.
    Table,
    /// Members of a class.
    Class,
    /// Slots between `</` and `/>`.
    Attributes,
    /// Members of an enum.
    Enum,
}

impl Kind {
    fn closer(self) -> Token {
        match self {
            Kind::Block | Kind::Table | Kind::Class | Kind::Enum => Token::CloseBrace,
            Kind::Group | Kind::ForHead | Kind::ForeachHead | Kind::Parameters | Kind::Arguments => {
                Token::CloseParen
            }
            Kind::Index | Kind::Array => Token::CloseBracket,
            Kind::Attributes => Token::CloseAttributes,
        }
    }

    fn has_members(self) -> bool {
        matches!(self, Kind::Table | Kind::Class | Kind::Attributes | Kind::Enum)
    }
}

/// A bracket that has not been closed yet.
#[derive(Clone, Copy, Debug)]
struct Bracket {
    kind: Kind,
    span: Span,
    /// The state after its end.
    resume: State,
    /// How many pending words are older than it.
    n_pending: usize,
    /// The depth around it.
    depth: usize,
}

/// A word that waits for something to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pending {
    /// `if`, `while`, `catch`: a parenthesis.
    Head,
    /// `for`: a parenthesis.
    ForHead,
    /// `foreach`: a parenthesis.
    ForeachHead,
    /// `switch`: a parenthesis.
    SwitchHead,
    /// The `while` of a `do`: a parenthesis.
    DoHead,
    /// `function` of a statement or member, `constructor`: its parameters.
    Function,
    /// `function` of an expression: its parameters.
    FunctionExpression,
    /// `@`: its parameters.
    Lambda,
    /// `rawcall`: its arguments.
    Rawcall,
    /// `class` of a statement: its body.
    Class,
    /// `class` of an expression: its body.
    ClassExpression,
    /// `enum`: its body.
    Enum,
    /// `?`: a colon.
    Ternary,
    /// `case` and `default`: a colon.
    Case,
    /// `do`: its `while`.
    Do,
    /// `try`: its `catch`.
    Try,
    /// `local`: the end of the statement.
    Local,
    /// `const`: the end of the statement.
    Const,
}

/// The iterator that feeds the parser.
pub(crate) struct Adaptor<'t, 'a> {
    tree: &'t Tree<'a>,
    lexemes: Lexemes<'a>,
    edition: Edition,
    /// The lexeme after the current one.
    ahead: Lexeme,
    /// The token before the current one.
    previous: Token,
    state: State,
    brackets: Vec<Bracket>,
    /// What the innermost bracket contains.
    innermost: Kind,
    /// The innermost bracket is another one than for the token before.
    is_elsewhere: bool,
    pending: Vec<Pending>,
    /// How many pending words are older than the innermost bracket.
    n_outer_pending: usize,
    /// How much is unfinished: brackets, operators that wait for what is to
    /// their right, statements that wait for their last part.
    depth: usize,
    /// How many prefix operators wait for the next operand.
    n_prefixes: usize,
    /// Whether the lexemes are only followed, and the parser does not see them.
    is_skipping: bool,
    is_finished: bool,
}

impl<'t, 'a> Adaptor<'t, 'a> {
    pub(crate) fn new(tree: &'t Tree<'a>, source: &'a [u8], edition: Edition) -> Self {
        let mut lexemes = Lexemes::new(source, edition);
        Adaptor {
            tree,
            ahead: lexemes.next_lexeme(),
            lexemes,
            edition,
            previous: Token::Beginning,
            state: State::Start,
            brackets: Vec::new(),
            innermost: Kind::Block,
            is_elsewhere: false,
            pending: Vec::new(),
            n_outer_pending: 0,
            depth: 0,
            n_prefixes: 0,
            is_skipping: false,
            is_finished: false,
        }
    }

    /// The innermost bracket that nothing closed, for use after the end.
    pub(crate) fn unclosed(&self) -> Option<Span> {
        self.brackets.last().map(|bracket| bracket.span)
    }

    /// The lexical errors, for use after the end.
    pub(crate) fn into_problems(self) -> Vec<(Problem, Span)> {
        self.lexemes.into_problems()
    }

    fn next_token(&mut self) -> (Location, Token, Location) {
        loop {
            let lexeme = self.advance();
            let context = self.context(lexeme);
            if self.is_elsewhere {
                self.is_elsewhere = false;
                self.tree.set_innermost_bracket(self.brackets.last().map(|bracket| bracket.span));
            }
            let token = self.classify(lexeme);
            self.previous = lexeme.token;
            if let Some(token) = token {
                let start = Location { offset: lexeme.span.start, context };
                self.tree.set_next(start);
                let end = Location { offset: lexeme.span.end, context: Context::default() };
                return (start, token, end);
            }
        }
    }

    fn advance(&mut self) -> Lexeme {
        let lexeme = self.ahead;
        if lexeme.token != Token::End {
            self.ahead = self.lexemes.next_lexeme();
        }
        lexeme
    }

    fn context(&self, lexeme: Lexeme) -> Context {
        let wants = match self.state {
            State::Operand if self.is_constant_value() => Context::WANTS_SCALAR,
            State::Operand => Context::WANTS_OPERAND,
            State::Start | State::Body | State::ExpressionBody => Context::WANTS_STATEMENT,
            _ => Context::default(),
        };
        let after = Context::after(self.previous);
        wants.with(after).with(Context::at(lexeme.token)).with_if(lexeme.on_new_line, Context::ON_NEW_LINE)
    }

    /// The terminal for a lexeme; none if the parser is not to see it.
    fn classify(&mut self, lexeme: Lexeme) -> Option<Token> {
        use Token::*;
        let token = lexeme.token;
        if !self.is_skipping {
            if self.lacks_head(token) {
                return Some(self.skip_head(lexeme));
            }
            if self.skip_misplaced(lexeme) {
                return None;
            }
        }
        let terminal = match token {
            Identifier => self.name(),
            Rawcall | CurrentLine | CurrentFile if !self.edition.has_additions() => self.name(),
            Number | String | True | False | Null | This | Base | CurrentLine | CurrentFile => {
                self.literal(token)
            }
            Constructor => self.constructor(),

            If => self.keyword(lexeme, Some(Pending::Head), State::Operand),
            For => self.keyword(lexeme, Some(Pending::ForHead), State::Operand),
            Foreach => self.keyword(lexeme, Some(Pending::ForeachHead), State::Operand),
            Switch => self.keyword(lexeme, Some(Pending::SwitchHead), State::Operand),
            While => self.while_keyword(lexeme),
            Do => self.keyword(lexeme, Some(Pending::Do), State::Body),
            Try => self.keyword(lexeme, Some(Pending::Try), State::Body),
            Catch => self.catch_keyword(lexeme),
            Else => self.keyword(lexeme, None, State::Body),
            Break | Continue => self.keyword(lexeme, None, State::AfterKeyword),
            Case | Default => self.keyword(lexeme, Some(Pending::Case), State::Operand),
            Throw => self.keyword(lexeme, None, State::Operand),
            Return => self.opt_value(lexeme, ReturnValue),
            Yield => self.opt_value(lexeme, YieldValue),
            Local => self.keyword(lexeme, Some(Pending::Local), State::Declaration),
            Const => self.keyword(lexeme, Some(Pending::Const), State::Declaration),
            Enum => self.keyword(lexeme, Some(Pending::Enum), State::Operand),

            Function => self.function_keyword(),
            Class => self.class_keyword(),
            At => self.prefix_word(token, Pending::Lambda),
            Rawcall => self.prefix_word(token, Pending::Rawcall),
            Typeof | Clone | Delete | Resume | Not | Tilde => self.prefix(token),
            Static => self.static_keyword(),

            OpenParen => self.open_paren(lexeme),
            OpenBracket => self.open_bracket(lexeme),
            OpenBrace => self.open_brace(lexeme),
            OpenAttributes => self.open_attributes(lexeme),
            CloseParen | CloseBracket | CloseBrace | CloseAttributes => return self.close(lexeme),

            Semicolon => return self.semicolon(lexeme),
            Comma => self.comma(lexeme),
            Colon => self.colon(),
            DoubleColon => self.double_colon(),
            Minus => self.minus(),
            PlusPlus => self.increment(lexeme, PostIncrement),
            MinusMinus => self.increment(lexeme, PostDecrement),
            Question => self.ternary(),
            Assign | NewSlot | AssignAdd | AssignSub | AssignMul | AssignDiv | AssignMod => {
                self.depth += 1;
                self.operator(token)
            }
            In if !self.edition.in_binds_like_comparison() => self.operator(LooseIn),
            Instanceof if !self.edition.in_binds_like_comparison() => self.operator(LooseInstanceof),
            Ellipsis => self.enter(State::After, token),
            End => {
                self.is_finished = true;
                End
            }
            _ => self.operator(token),
        };
        Some(terminal)
    }

    fn enter(&mut self, state: State, token: Token) -> Token {
        self.state = state;
        token
    }

    fn operator(&mut self, token: Token) -> Token {
        self.enter(State::Operand, token)
    }

    fn prefix(&mut self, token: Token) -> Token {
        self.begin(token);
        self.depth += 1;
        self.n_prefixes += 1;
        self.operator(token)
    }

    /// A word that waits for a bracket, at the beginning of an operand.
    fn prefix_word(&mut self, token: Token, pending: Pending) -> Token {
        self.begin(token);
        self.wait_for_operand(token, pending)
    }

    fn wait_for_operand(&mut self, token: Token, pending: Pending) -> Token {
        self.depth += 1;
        self.pending.push(pending);
        self.operator(token)
    }

    fn ternary(&mut self) -> Token {
        self.wait_for_operand(Token::Question, Pending::Ternary)
    }

    /// After an operand: the prefix operators before it have what they wait for.
    fn operand(&mut self, state: State, token: Token) -> Token {
        self.depth -= self.n_prefixes;
        self.n_prefixes = 0;
        self.enter(state, token)
    }

    fn name(&mut self) -> Token {
        self.begin(Token::Identifier);
        let is_declared = self.state == State::Declaration;
        self.operand(if is_declared { State::AfterKeyword } else { State::After }, Token::Identifier)
    }

    fn literal(&mut self, token: Token) -> Token {
        self.begin(token);
        let is_constant = self.state == State::Operand && self.is_constant_value();
        self.operand(if is_constant { State::AfterKeyword } else { State::After }, token)
    }

    /// `constructor` is a keyword only where a member may begin.
    fn constructor(&mut self) -> Token {
        self.begin(Token::Constructor);
        if self.state != State::Member || self.innermost == Kind::Enum {
            return self.name();
        }
        self.wait_for_operand(Token::Constructor, Pending::Function)
    }

    /// A word that only statements contain.
    fn keyword(&mut self, lexeme: Lexeme, pending: Option<Pending>, next: State) -> Token {
        self.begin_keyword(lexeme);
        self.pending.extend(pending);
        self.enter(next, lexeme.token)
    }

    fn begin_keyword(&mut self, lexeme: Lexeme) {
        self.give_up_expression(lexeme);
        self.begin(lexeme.token);
        // An `else if` chain may have any length.
        if self.state == State::Body && self.previous != Token::Else {
            self.depth += 1;
        }
    }

    fn while_keyword(&mut self, lexeme: Lexeme) -> Token {
        self.begin_keyword(lexeme);
        let (token, pending) = if self.state != State::Body && self.top_pending() == Some(Pending::Do) {
            self.pending.pop();
            (Token::WhileOfDo, Pending::DoHead)
        } else {
            (Token::While, Pending::Head)
        };
        self.pending.push(pending);
        self.operator(token)
    }

    fn catch_keyword(&mut self, lexeme: Lexeme) -> Token {
        self.begin_keyword(lexeme);
        if self.top_pending() == Some(Pending::Try) {
            self.pending.pop();
        }
        self.pending.push(Pending::Head);
        self.operator(Token::Catch)
    }

    /// The value of `return` and `yield` has to begin on the same line.
    fn opt_value(&mut self, lexeme: Lexeme, with_value: Token) -> Token {
        let ends = matches!(self.ahead.token, Token::Semicolon | Token::CloseBrace | Token::End);
        if ends || self.ahead.on_new_line {
            return self.keyword(lexeme, None, State::AfterKeyword);
        }
        self.keyword(lexeme, None, State::Operand);
        with_value
    }

    fn function_keyword(&mut self) -> Token {
        self.begin(Token::Function);
        match self.state {
            State::Operand => self.wait_for_operand(Token::FunctionExpression, Pending::FunctionExpression),
            State::Declaration => {
                self.pending.pop();
                self.wait_for_operand(Token::Function, Pending::Function)
            }
            State::Member if self.ahead.token == Token::OpenParen => {
                // A constructor is the one member that has no name after its keyword.
                self.tree.report(syntax_error::unnamed_member(self.ahead.span));
                self.wait_for_operand(Token::Constructor, Pending::Function)
            }
            _ => self.wait_for_operand(Token::Function, Pending::Function),
        }
    }

    fn class_keyword(&mut self) -> Token {
        self.begin(Token::Class);
        let (token, pending) = match self.state {
            State::Operand => (Token::ClassExpression, Pending::ClassExpression),
            _ => (Token::Class, Pending::Class),
        };
        self.depth += 1;
        self.pending.push(pending);
        self.enter(State::ClassHead, token)
    }

    fn static_keyword(&mut self) -> Token {
        self.begin(Token::Static);
        Token::Static
    }

    fn open_paren(&mut self, lexeme: Lexeme) -> Token {
        let (kind, resume) = match self.top_pending() {
            Some(Pending::Head) => (Kind::Group, State::Body),
            Some(Pending::ForHead) => (Kind::ForHead, State::Body),
            Some(Pending::ForeachHead) => (Kind::ForeachHead, State::Body),
            Some(Pending::SwitchHead) => (Kind::Group, State::SwitchBody),
            Some(Pending::DoHead) => (Kind::Group, State::AfterKeyword),
            Some(Pending::Function) => (Kind::Parameters, State::Body),
            Some(Pending::FunctionExpression) => (Kind::Parameters, State::ExpressionBody),
            Some(Pending::Lambda) => (Kind::Parameters, State::Operand),
            Some(Pending::Rawcall) => (Kind::Arguments, State::AfterCall),
            _ if self.state.is_after_operand() => {
                return self.open(lexeme, Kind::Arguments, State::AfterCall, Token::OpenCall);
            }
            _ => {
                self.begin(Token::OpenParen);
                return self.open(lexeme, Kind::Group, State::After, Token::OpenParen);
            }
        };
        self.pending.pop();
        self.open(lexeme, kind, resume, Token::OpenParen)
    }

    fn open_bracket(&mut self, lexeme: Lexeme) -> Token {
        let is_environment = matches!(
            self.top_pending(),
            Some(Pending::Function | Pending::FunctionExpression | Pending::Lambda)
        );
        if is_environment {
            return self.open(lexeme, Kind::Index, State::After, Token::OpenBracket);
        }
        if self.state.is_after_operand() {
            let token = if lexeme.on_new_line { Token::OpenBracketOnNewLine } else { Token::OpenIndex };
            return self.open(lexeme, Kind::Index, State::After, token);
        }
        self.begin(Token::OpenBracket);
        let kind = if self.state == State::Member { Kind::Index } else { Kind::Array };
        self.open(lexeme, kind, State::After, Token::OpenBracket)
    }

    fn open_brace(&mut self, lexeme: Lexeme) -> Token {
        if self.state == State::AfterCall && self.edition.has_additions() {
            return self.open(lexeme, Kind::Table, State::After, Token::OpenInitializer);
        }
        if self.state != State::Operand
            && let Some(token) = self.open_declared_brace(lexeme)
        {
            return token;
        }
        self.give_up_head();
        self.begin(Token::OpenBrace);
        match self.state {
            State::Start | State::Body | State::SwitchBody => {
                self.open(lexeme, Kind::Block, self.after_statement(), Token::OpenBrace)
            }
            State::ExpressionBody => self.open(lexeme, Kind::Block, State::After, Token::OpenBrace),
            _ => self.open(lexeme, Kind::Table, State::After, Token::OpenTable),
        }
    }

    /// The body of the class or enum whose keyword is pending.
    fn open_declared_brace(&mut self, lexeme: Lexeme) -> Option<Token> {
        let (kind, resume, token) = match self.top_pending()? {
            Pending::Class => (Kind::Class, self.after_statement(), Token::OpenClass),
            Pending::ClassExpression => (Kind::Class, State::After, Token::OpenClass),
            Pending::Enum => (Kind::Enum, self.after_statement(), Token::OpenEnum),
            _ => return None,
        };
        self.pending.pop();
        Some(self.open(lexeme, kind, resume, token))
    }

    fn open_attributes(&mut self, lexeme: Lexeme) -> Token {
        let is_class_head = matches!(self.top_pending(), Some(Pending::Class | Pending::ClassExpression));
        let resume = if is_class_head { State::ClassHead } else { State::Member };
        self.open(lexeme, Kind::Attributes, resume, Token::OpenAttributes)
    }

    fn open(&mut self, lexeme: Lexeme, kind: Kind, resume: State, token: Token) -> Token {
        let depth = self.depth - self.n_prefixes;
        self.brackets.push(Bracket { kind, span: lexeme.span, resume, n_pending: self.pending.len(), depth });
        self.enter_bracket();
        self.depth += 1;
        self.n_prefixes = 0;
        let state = match kind {
            Kind::Block => State::Start,
            kind if kind.has_members() => State::Member,
            _ => State::Operand,
        };
        self.enter(state, token)
    }

    fn close(&mut self, lexeme: Lexeme) -> Option<Token> {
        let Some(position) = self.bracket_closed_by(lexeme.token) else {
            let open = self.brackets.last().map(|bracket| bracket.span);
            self.tree.report(syntax_error::unmatched(lexeme.token, lexeme.span, open));
            return None;
        };
        let bracket = self.brackets[position];
        self.pop_brackets(position);
        self.state = bracket.resume;
        if matches!(self.state, State::Start | State::Member) {
            self.reset_depth();
        }
        Some(lexeme.token)
    }

    /// The innermost bracket that a token closes. Braces cannot be closed from within anything else.
    fn bracket_closed_by(&self, closer: Token) -> Option<usize> {
        for (position, bracket) in self.brackets.iter().enumerate().rev() {
            match bracket.kind.closer() {
                token if token == closer => return Some(position),
                Token::CloseBrace => return None,
                _ => {}
            }
        }
        None
    }

    fn pop_brackets(&mut self, n_brackets: usize) {
        if let Some(bracket) = self.brackets.get(n_brackets) {
            self.pending.truncate(bracket.n_pending);
            self.depth = bracket.depth;
            self.n_prefixes = 0;
            self.brackets.truncate(n_brackets);
            self.enter_bracket();
        }
    }

    /// The innermost bracket has changed.
    fn enter_bracket(&mut self) {
        let innermost = self.brackets.last();
        self.innermost = innermost.map_or(Kind::Block, |bracket| bracket.kind);
        self.n_outer_pending = innermost.map_or(0, |bracket| bracket.n_pending);
        self.is_elsewhere = true;
    }

    /// Whatever was unfinished in the innermost bracket is complete.
    fn reset_depth(&mut self) {
        self.depth = self.brackets.last().map_or(0, |bracket| bracket.depth + 1);
        self.n_prefixes = 0;
    }

    fn semicolon(&mut self, lexeme: Lexeme) -> Option<Token> {
        let after_statement = self.after_statement();
        match self.state {
            State::Start if self.ends_branch_before_else() => return None,
            State::Start | State::Body => return Some(self.enter(after_statement, Token::EmptyStatement)),
            State::ExpressionBody => return Some(self.enter(State::AfterKeyword, Token::EmptyStatement)),
            _ => {}
        }
        self.give_up_brackets(|kind| kind != Kind::ForHead);
        self.drop_pending_words();
        Some(match self.innermost {
            Kind::ForHead => self.enter(State::Operand, Token::Semicolon),
            Kind::Class if self.state == State::Member => Token::MemberSeparator,
            kind if kind.has_members() && kind != Kind::Class => {
                self.tree.report(syntax_error::separator(Token::Semicolon, lexeme.span));
                self.enter(State::Member, Token::Separator)
            }
            _ => self.enter(self.after_statement(), Token::Semicolon),
        })
    }

    /// Squirrel 3.0.4 takes a `;` between the `}` of a branch and its `else`.
    fn ends_branch_before_else(&self) -> bool {
        self.edition.else_ends_branch()
            && self.previous == Token::CloseBrace
            && self.ahead.token == Token::Else
    }

    fn comma(&mut self, lexeme: Lexeme) -> Token {
        self.reset_depth();
        match self.innermost {
            Kind::Arguments | Kind::Array | Kind::Parameters => self.enter(State::Operand, Token::Separator),
            Kind::Class => {
                self.tree.report(syntax_error::separator(Token::Comma, lexeme.span));
                let is_field = self.state != State::Member;
                self.enter(State::Member, if is_field { Token::Semicolon } else { Token::MemberSeparator })
            }
            Kind::Table | Kind::Attributes | Kind::Enum => self.enter(State::Member, Token::Separator),
            Kind::Block | Kind::Group | Kind::ForHead | Kind::ForeachHead | Kind::Index => {
                let is_declaration = self.top_pending() == Some(Pending::Local);
                self.enter(if is_declaration { State::Declaration } else { State::Operand }, Token::Comma)
            }
        }
    }

    fn colon(&mut self) -> Token {
        let state = match self.top_pending() {
            Some(Pending::Case) => State::Start,
            _ => State::Operand,
        };
        if matches!(self.top_pending(), Some(Pending::Case | Pending::Ternary)) {
            self.pending.pop();
        }
        self.enter(state, Token::Colon)
    }

    fn double_colon(&mut self) -> Token {
        let continues_path = self.state == State::After && self.top_pending() == Some(Pending::Function);
        if !continues_path {
            self.begin(Token::DoubleColon);
        }
        self.enter(State::Operand, Token::DoubleColon)
    }

    fn minus(&mut self) -> Token {
        if self.state.is_after_operand() || self.state == State::AfterIncrement {
            return self.enter(State::Operand, Token::Minus);
        }
        let is_literal = self.ahead.token == Token::Number;
        self.prefix(if is_literal { Token::NegateNumber } else { Token::Negate })
    }

    fn increment(&mut self, lexeme: Lexeme, postfix: Token) -> Token {
        if self.state.is_after_operand() && !lexeme.on_new_line {
            return self.enter(State::AfterIncrement, postfix);
        }
        self.prefix(lexeme.token)
    }

    /// Called before every token that can only begin something: if something
    /// is complete, it ends here. This is the whole rule of juxtaposition.
    fn begin(&mut self, token: Token) {
        if self.state.is_complete() {
            match self.innermost {
                Kind::Block => {
                    self.drop_pending_words();
                    self.state = State::Start;
                }
                Kind::Array | Kind::Arguments => {
                    self.reset_depth();
                    self.state = State::Operand;
                }
                kind if kind.has_members() => {
                    self.drop_pending_words();
                    self.state = State::Member;
                }
                _ => {}
            }
        }
        let continues = matches!(token, Token::While | Token::Catch | Token::Else);
        if self.state == State::Start && !continues {
            // The body of a `do` or `try` has ended, and what follows is not what it waits for.
            while let Some(Pending::Do | Pending::Try) = self.top_pending() {
                self.pending.pop();
            }
        }
    }

    /// Whether an operand would be the value of a `const` or of an enum member.
    fn is_constant_value(&self) -> bool {
        self.top_pending() == Some(Pending::Const) || self.innermost == Kind::Enum
    }

    /// The last pending word in the innermost bracket.
    fn top_pending(&self) -> Option<Pending> {
        if self.pending.len() > self.n_outer_pending { self.pending.last().copied() } else { None }
    }

    /// Forgets the words that cannot wait beyond the end of a statement.
    fn drop_pending_words(&mut self) {
        while self.top_pending().is_some_and(|word| !matches!(word, Pending::Do | Pending::Try)) {
            self.pending.pop();
        }
        self.reset_depth();
    }

    fn after_statement(&self) -> State {
        if self.innermost.has_members() { State::Member } else { State::Start }
    }
}

impl Iterator for Adaptor<'_, '_> {
    type Item = (Location, Token, Location);

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_finished {
            return None;
        }
        let is_news = self.tree.take_news();
        if is_news && let Some(lost) = self.tree.take_lost() {
            self.skip_lost_brackets(lost);
        }
        if (is_news || self.depth > MAX_DEPTH) && self.ahead.token != Token::End {
            self.check_limits();
        }
        Some(self.next_token())
    }
}
