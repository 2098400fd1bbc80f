//! Recovery: how the adaptor gets back into step with the program after a mistake.

use super::{Adaptor, Bracket, Kind, Pending, State};
use crate::ast::Span;
use crate::codes;
use crate::lexer::Lexeme;
use crate::syntax_error;
use crate::token::Token;

/// Deeper nesting than this ends the parse. The tree has a lower limit for its
/// nodes; this one is for the stack of the parser, because recovery from an
/// error takes time that grows with the square of its height.
pub(super) const MAX_DEPTH: usize = 1000;

impl Adaptor<'_, '_> {
    /// Gives up brackets that cannot contain what comes; braces can contain everything.
    #[inline(never)]
    pub(super) fn give_up_brackets(&mut self, is_given_up: impl Fn(Kind) -> bool) {
        let kept =
            |bracket: &Bracket| bracket.kind.closer() == Token::CloseBrace || !is_given_up(bracket.kind);
        let n_kept = self.brackets.iter().rposition(kept).map_or(0, |position| position + 1);
        self.pop_brackets(n_kept);
    }

    /// A statement keyword at the beginning of a line where an expression is
    /// not finished: the expression has been forgotten.
    pub(super) fn give_up_expression(&mut self, lexeme: Lexeme) {
        let is_expected = matches!(self.state, State::Start | State::Body | State::ExpressionBody);
        // A `for` declares its variable in its head, on whichever line.
        let begins_head = self.innermost == Kind::ForHead && self.previous == Token::OpenParen;
        if !lexeme.on_new_line || is_expected || begins_head {
            return;
        }
        self.give_up_brackets(|_| true);
        if self.innermost == Kind::Block {
            self.drop_pending_words();
            self.state = State::Start;
        }
    }

    /// A `{` after the operand of an unclosed head is the body.
    pub(super) fn give_up_head(&mut self) {
        if let Some(bracket) = self.brackets.last().copied()
            && self.state.is_complete()
            && matches!(bracket.resume, State::Body | State::ExpressionBody | State::SwitchBody)
            && bracket.kind.closer() == Token::CloseParen
        {
            self.pop_brackets(self.brackets.len() - 1);
            self.state = bracket.resume;
        }
    }

    /// Whether a word that needs a parenthesis is not followed by one.
    pub(super) fn lacks_head(&self, token: Token) -> bool {
        use Pending::{DoHead, ForHead, ForeachHead, Head, SwitchHead};
        let waits_for_head =
            matches!(self.top_pending(), Some(Head | ForHead | ForeachHead | SwitchHead | DoHead));
        token != Token::OpenParen && waits_for_head
    }

    /// Skips what stands in place of a head: the rest of the line, or up to the body.
    #[cold]
    pub(super) fn skip_head(&mut self, lexeme: Lexeme) -> Token {
        self.tree.report(syntax_error::missing_head(lexeme.span));
        self.state = match self.pending.pop() {
            Some(Pending::SwitchHead) => State::SwitchBody,
            Some(Pending::DoHead) => State::AfterKeyword,
            _ => State::Body,
        };
        while !self.ahead.on_new_line
            && !matches!(self.ahead.token, Token::OpenBrace | Token::Semicolon | Token::End)
        {
            self.advance();
        }
        Token::MissingHead
    }

    /// Skips and reports what the parser would not recover from as well.
    #[inline]
    pub(super) fn skip_misplaced(&mut self, lexeme: Lexeme) -> bool {
        let token = lexeme.token;
        if self.begins_free_variables(token) {
            self.skip_free_variables(lexeme);
            return true;
        }
        match self.innermost {
            Kind::Table | Kind::Class | Kind::Attributes | Kind::Enum if self.cannot_be_member(token) => {
                self.skip_member(lexeme);
            }
            Kind::Parameters if self.cannot_be_parameter(token) || self.cannot_be_adjacent(token) => {
                self.skip_operand(lexeme);
            }
            Kind::Group | Kind::Index if self.cannot_be_adjacent(token) => self.skip_operand(lexeme),
            _ => return false,
        }
        true
    }

    /// Whether a token makes no sense among the members of a class or the slots of a table.
    fn cannot_be_member(&self, token: Token) -> bool {
        let may_begin = self.state == State::Member || self.state.is_complete();
        let is_key = matches!(token, Token::Identifier | Token::String);
        may_begin && !is_key && (begins_operand(token) || begins_statement(token))
    }

    /// Skips the rest of the line and reports it, so that the other members are read.
    #[cold]
    fn skip_member(&mut self, lexeme: Lexeme) {
        let lacks_value = self.state.is_complete() && self.previous == Token::Identifier;
        self.tree.report(syntax_error::not_a_member(lexeme.span, lacks_value));
        self.state = State::Operand;
        self.skip_until(|ahead| ahead.on_new_line || ahead.token == Token::CloseBrace, State::Member);
    }

    /// Whether a `:` follows the parameters of a function. In Squirrel 2 the
    /// variables that it captures were listed there.
    fn begins_free_variables(&self, token: Token) -> bool {
        let is_body = matches!(self.state, State::Body | State::ExpressionBody);
        token == Token::Colon && is_body && self.previous == Token::CloseParen
    }

    /// Skips the list; the body that follows is read as if it were not there.
    #[cold]
    fn skip_free_variables(&mut self, lexeme: Lexeme) {
        self.tree.report(syntax_error::free_variables(lexeme.span));
        let state = self.state;
        self.state = State::Operand;
        self.skip_until(|ahead| ahead.on_new_line || ahead.token == Token::OpenBrace, state);
    }

    /// Whether something that is no name stands where a parameter begins.
    fn cannot_be_parameter(&self, token: Token) -> bool {
        let begins = matches!(self.previous, Token::OpenParen | Token::Comma) && self.state == State::Operand;
        let is_value = begins_operand(token) && token != Token::Identifier;
        begins && (is_value || token == Token::Comma)
    }

    /// Whether two operands stand side by side where no list is.
    fn cannot_be_adjacent(&self, token: Token) -> bool {
        self.state.is_complete() && begins_operand(token)
    }

    /// Skips what cannot be understood up to the next comma or the end of the bracket.
    #[cold]
    fn skip_operand(&mut self, lexeme: Lexeme) {
        let bracket = self.brackets.last().map_or(lexeme.span, |bracket| bracket.span);
        let source = self.tree.source();
        self.tree.report(match self.innermost {
            Kind::Parameters if !self.state.is_complete() => syntax_error::not_a_parameter(lexeme.span),
            Kind::Parameters => syntax_error::not_adjacent("')' or ','", lexeme.span, bracket, source),
            Kind::Group => syntax_error::not_adjacent("')'", lexeme.span, bracket, source),
            _ => syntax_error::not_adjacent("']'", lexeme.span, bracket, source),
        });
        if lexeme.token == Token::Comma {
            return;
        }
        let ends = [
            Token::Comma,
            Token::Semicolon,
            Token::OpenBrace,
            Token::CloseParen,
            Token::CloseBracket,
            Token::CloseBrace,
        ];
        self.skip_until(|ahead| ahead.on_new_line || ends.contains(&ahead.token), State::After);
    }

    /// Skips lexemes, and whole brackets, until one satisfies a condition or the innermost bracket ends.
    fn skip_until(&mut self, is_end: impl Fn(Lexeme) -> bool, state: State) {
        let n_brackets = self.brackets.len();
        while self.ahead.token != Token::End && !(self.brackets.len() == n_brackets && is_end(self.ahead)) {
            self.skip_lexeme();
            if self.brackets.len() < n_brackets {
                return;
            }
        }
        self.reset_depth();
        self.state = state;
        self.tree.expect_consequences_until(self.ahead.span.start);
    }

    /// Follows a lexeme without looking for more mistakes in it.
    fn skip_lexeme(&mut self) {
        let lexeme = self.advance();
        self.is_skipping = true;
        self.classify(lexeme);
        self.is_skipping = false;
        self.previous = lexeme.token;
    }

    /// Skips the brackets that the parser has thrown away with what was before them.
    #[cold]
    pub(super) fn skip_lost_brackets(&mut self, lost: Span) {
        let is_lost = |bracket: &Bracket| lost.start <= bracket.span.start && bracket.span.start < lost.end;
        let Some(n_kept) = self.brackets.iter().position(is_lost) else { return };
        while self.brackets.len() > n_kept && self.ahead.token != Token::End {
            self.skip_lexeme();
        }
        self.tree.expect_consequences_until(self.ahead.span.start);
    }

    /// Ends the text early when going on would take too long to be useful.
    #[cold]
    pub(super) fn check_limits(&mut self) {
        if self.depth > MAX_DEPTH {
            self.tree.report_nested_too_deeply(self.ahead.span);
        } else if self.tree.has_too_many_errors() {
            self.tree.report(syntax_error::new(
                codes::TOO_MANY_ERRORS,
                "too many errors",
                self.ahead.span,
                "not read from here on",
            ));
        } else {
            return;
        }
        self.tree.ignore_further_errors();
        self.ahead.token = Token::End;
    }
}

/// Whether a token can only be the beginning of an operand, in every edition.
fn begins_operand(token: Token) -> bool {
    use Token::*;
    matches!(
        token,
        Identifier | Number | String | True | False | Null | This | Base | At | Not | Tilde | Typeof | Clone
    ) || matches!(token, Delete | Resume)
}

/// Whether a token can only be the beginning of a statement that is no expression.
fn begins_statement(token: Token) -> bool {
    use Token::*;
    matches!(
        token,
        If | For | Foreach | Switch | Do | Try | Break | Continue | Return | Yield | Throw | Local | Const
    ) || matches!(token, Enum | Class | Case | Default)
}
