//! Functions, classes, tables and enums.

use super::expression::Place;
use super::list::Layout;
use super::writer::Writer;
use crate::token::Token;

impl Writer<'_, '_> {
    // ---- Functions ----

    /// `function a::b(…) …` of a statement or member, also `constructor(…) …`.
    pub(super) fn function(&mut self) {
        let is_constructor = self.at(Token::Constructor);
        self.token();
        if !is_constructor {
            self.blank();
            self.token();
            while self.opt_token(Token::DoubleColon) {
                self.token();
            }
        }
        self.signature();
        self.body();
    }

    /// `function(…) …` as an operand. Without braces its body is an expression or a simple statement.
    pub(super) fn function_expression(&mut self) {
        self.token();
        self.signature();
        self.blank();
        match self.peek() {
            Token::OpenBrace => self.block(),
            Token::Return | Token::EmptyStatement => self.token(),
            Token::ReturnValue | Token::YieldValue | Token::Throw => {
                self.token();
                self.blank();
                self.expression(Place::Line);
            }
            _ => {
                self.expression(Place::Line);
            }
        }
    }

    /// `@(…) …`
    pub(super) fn lambda(&mut self) {
        self.token();
        self.signature();
        self.blank();
        self.expression(Place::Line);
    }

    /// The bound environment and the parameters.
    fn signature(&mut self) {
        if self.opt_token(Token::OpenBracket) {
            self.expression(Place::Line);
            self.token();
        }
        self.bracketed(Layout::Tight, |w| {
            w.token();
            if w.at(Token::Assign) {
                w.blank();
                w.token();
                w.blank();
                w.expression(Place::Line);
            }
        });
    }

    // ---- Classes ----

    pub(super) fn class_statement(&mut self) {
        self.token();
        self.blank();
        self.postfix();
        self.class_tail();
    }

    pub(super) fn class_expression(&mut self) {
        self.token();
        self.class_tail();
    }

    fn class_tail(&mut self) {
        if self.at(Token::Extends) {
            self.blank();
            self.token();
            self.blank();
            self.expression(Place::Line);
        }
        if self.at(Token::OpenAttributes) {
            self.blank();
            self.attributes();
        }
        self.blank();
        self.braced(Self::member);
    }

    fn member(&mut self) {
        if self.at(Token::OpenAttributes) {
            self.attributes();
            if self.is_on_new_line() { self.hard() } else { self.blank() }
        }
        if self.opt_token(Token::Static) {
            self.blank();
        }
        self.slot();
        if matches!(self.peek(), Token::Semicolon | Token::MemberSeparator) {
            self.token();
        }
    }

    fn attributes(&mut self) {
        self.bracketed(Layout::Spaced, Self::slot);
    }

    // ---- Tables and enums ----

    /// `{ … }` of a table or of an initialiser.
    pub(super) fn table(&mut self) {
        self.bracketed(Layout::Rows, Self::slot);
    }

    /// `enum name { … }`
    pub(super) fn enumeration(&mut self) {
        self.token();
        self.blank();
        self.token();
        self.blank();
        self.bracketed(Layout::Rows, |w| {
            w.token();
            if w.at(Token::Assign) {
                w.equals_value();
            }
        });
    }

    fn slot(&mut self) {
        match self.peek() {
            Token::Function | Token::Constructor => return self.function(),
            Token::OpenBracket => {
                self.token();
                self.comma_expression(Place::Line);
                self.token();
            }
            _ => self.token(),
        }
        if self.at(Token::Assign) {
            return self.equals_value();
        }
        self.token();
        self.blank();
        self.column();
        self.expression(Place::Line);
    }
}
