//! Statements.

use super::doc::{Doc, Gap, Kind};
use super::expression::Place;
use super::writer::Writer;
use crate::token::Token;

/// What belongs to a head.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Body {
    /// `{ … }`
    Block,
    /// Any other statement.
    Statement,
}

impl<'a> Writer<'_, 'a> {
    /// Statements up to what ends their list.
    pub(super) fn statements(&mut self) {
        let mut is_first = true;
        while !self.ends_statements() {
            if self.at(Token::EmptyStatement) && !is_first && !self.is_after_comment() {
                // The `;` after the `}` of a class or function.
                self.token();
                continue;
            }
            if !is_first {
                self.statement_break();
            }
            is_first = false;
            self.statement();
        }
    }

    fn ends_statements(&self) -> bool {
        matches!(self.peek(), Token::CloseBrace | Token::Case | Token::Default | Token::End)
    }

    pub(super) fn statement(&mut self) {
        match self.peek() {
            Token::OpenBrace => self.block(),
            Token::EmptyStatement => self.token(),
            Token::Const => self.constant(),
            Token::Enum => self.enumeration(),
            Token::Class => self.class_statement(),
            Token::Switch => self.switch(),
            Token::If => self.if_chain(),
            Token::While => {
                self.keyword_with_head();
                self.body();
            }
            Token::For => self.for_loop(),
            Token::Foreach => self.foreach_loop(),
            Token::Try => self.try_catch(),
            Token::Function => {
                self.function();
            }
            Token::Local if self.peek_second() == Token::Function => {
                self.token();
                self.blank();
                self.function();
            }
            _ => {
                self.simple();
                self.opt_token(Token::Semicolon);
            }
        }
    }

    /// A statement that a `;` may end.
    fn simple(&mut self) {
        match self.peek() {
            Token::Local => self.locals(),
            Token::Return | Token::Yield | Token::Break | Token::Continue => self.token(),
            // The value has to begin on the line of the keyword.
            Token::ReturnValue | Token::YieldValue | Token::Throw => {
                self.token();
                self.blank();
                self.comma_expression(Place::Line);
            }
            Token::Do => {
                self.token();
                let body = self.body();
                self.break_before_keyword(body);
                self.keyword_with_head();
            }
            _ => {
                self.comma_expression(Place::Line);
            }
        }
    }

    fn constant(&mut self) {
        self.token();
        self.blank();
        self.token();
        self.equals_value();
        self.opt_token(Token::Semicolon);
    }

    fn locals(&mut self) {
        self.token();
        self.blank();
        let first = self.capture(Self::local);
        if !self.at(Token::Comma) {
            return self.push(first);
        }
        self.group(|w| {
            w.push(first);
            w.indent(|w| {
                while w.opt_token(Token::Comma) {
                    if w.is_on_new_line() {
                        w.hard()
                    } else {
                        w.line()
                    }
                    w.local();
                }
            });
        });
    }

    fn local(&mut self) {
        self.token();
        if self.at(Token::Assign) {
            self.equals_value();
        }
    }

    /// `= value`, which may be aligned with that of the lines around it.
    pub(super) fn equals_value(&mut self) {
        self.blank();
        self.column();
        self.token();
        self.blank();
        self.expression(Place::Line);
    }

    // ---- Blocks and bodies ----

    /// `{ … }`. On one line only if the author wrote it so, and it holds one statement and no other block.
    pub(super) fn block(&mut self) {
        let start = self.position();
        self.token();
        if self.at(Token::CloseBrace) && !self.is_after_comment() {
            return self.token();
        }
        self.pay_trailing();
        let n_blocks = self.n_blocks;
        let contents = self.capture(|w| {
            let first = w.position();
            w.statements();
            w.last_statement_comments(w.position() > first);
        });
        let is_innermost = self.n_blocks == n_blocks;
        self.n_blocks += 1;
        let is_one_line = is_innermost && !self.had_line_break(start, self.position()) && !contents.breaks;
        let gap = if is_one_line { Kind::Line(Gap::Line) } else { Kind::Hard(Gap::Line) };
        self.group(|w| {
            w.indent(|w| {
                w.push(Doc::leaf(gap));
                w.push(contents);
            });
            w.write(gap);
        });
        self.token();
    }

    /// The comments before the closing brace of statements or members.
    pub(super) fn last_statement_comments(&mut self, is_after_statement: bool) {
        if self.has_dangling_comments() {
            if is_after_statement {
                self.statement_break();
            }
            self.dangling_comments();
        }
    }

    /// The statement that belongs to a head, on the line of the head if the author wrote it there.
    pub(super) fn body(&mut self) -> Body {
        match self.peek() {
            Token::OpenBrace => {
                self.blank();
                self.block();
                return Body::Block;
            }
            Token::EmptyStatement if !self.is_after_comment() => self.token(),
            _ if self.is_on_new_line() => self.indent(|w| {
                w.hard();
                w.statement();
            }),
            _ => {
                self.blank();
                self.statement();
            }
        }
        Body::Statement
    }

    /// Between a body and the `else`, `catch` or `while` that continues it.
    fn break_before_keyword(&mut self, body: Body) {
        // In edition imp only a line break ends a branch that ends with a block, but is none.
        if self.is_after_comment_line() || body == Body::Statement && self.is_on_new_line() {
            self.hard();
        } else {
            self.blank();
        }
    }

    // ---- Statements with heads ----

    /// `if`, `while`, `switch` … and the parenthesis after it.
    fn keyword_with_head(&mut self) {
        self.token();
        self.blank();
        self.parenthesised();
    }

    fn if_chain(&mut self) {
        loop {
            self.keyword_with_head();
            let body = self.body();
            // A `;` between a branch and its `else`.
            self.opt_token(Token::Semicolon);
            if !self.at(Token::Else) {
                return;
            }
            self.break_before_keyword(body);
            self.token();
            if !self.at(Token::If) || self.is_after_comment_line() {
                self.body();
                return;
            }
            self.blank();
        }
    }

    fn for_loop(&mut self) {
        self.token();
        self.blank();
        self.group(|w| {
            w.token();
            w.indent(|w| {
                w.soft();
                if !w.at(Token::Semicolon) {
                    w.simple();
                }
                for _ in 0..2 {
                    w.token();
                    if !matches!(w.peek(), Token::Semicolon | Token::CloseParen) {
                        w.line();
                        w.comma_expression(Place::Bracket);
                    }
                }
            });
            w.soft();
            w.token();
        });
        self.body();
    }

    fn foreach_loop(&mut self) {
        self.token();
        self.blank();
        self.token();
        self.token();
        if self.opt_token(Token::Comma) {
            self.blank();
            self.token();
        }
        self.blank();
        self.token();
        self.blank();
        self.expression(Place::Line);
        self.token();
        self.body();
    }

    fn try_catch(&mut self) {
        self.token();
        let body = self.body();
        self.break_before_keyword(body);
        self.token();
        self.blank();
        for _ in 0..3 {
            self.token();
        }
        self.body();
    }

    fn switch(&mut self) {
        self.keyword_with_head();
        self.blank();
        self.braced(Self::case);
    }

    /// `{ … }` with one item below the other.
    pub(super) fn braced(&mut self, item: fn(&mut Self)) {
        self.token();
        if self.at(Token::CloseBrace) && !self.is_after_comment() {
            return self.token();
        }
        self.indent(|w| {
            w.hard();
            let mut is_first = true;
            while !w.at(Token::CloseBrace) {
                if !is_first {
                    w.statement_break();
                }
                is_first = false;
                item(w);
            }
            w.last_statement_comments(!is_first);
        });
        self.hard();
        self.token();
    }

    fn case(&mut self) {
        if self.opt_token(Token::Default) {
            self.token();
        } else {
            self.token();
            self.blank();
            self.expression(Place::Line);
            self.token();
        }
        let start = self.position() - 1;
        if self.ends_statements() {
            return;
        }
        if self.at(Token::OpenBrace) && !self.is_on_new_line() {
            self.blank();
            self.block();
            return self.indent(Self::more_statements);
        }
        self.case_statements(start);
    }

    /// All on one line if the author wrote them so.
    fn case_statements(&mut self, start: usize) {
        let statements = self.capture(|w| {
            while !w.ends_statements() {
                let gap = w.gap();
                w.write(Kind::Line(gap));
                w.statement();
            }
        });
        let is_one_line = !self.had_line_break(start, self.position() - 1);
        let doc = Doc::indent(self.slice(&[statements]));
        let group = Doc::group(self.slice(&[doc]));
        let broken = Doc::broken(self.shared(group));
        self.push(if is_one_line && !statements.breaks { group } else { broken });
    }

    fn more_statements(&mut self) {
        while !self.ends_statements() {
            self.statement_break();
            self.statement();
        }
    }
}
