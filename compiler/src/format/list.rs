//! Lists in brackets: arguments, parameters, elements, slots; and parentheses.

use super::doc::{Doc, Gap, Kind};
use super::expression::{Place, Shape};
use super::writer::Writer;
use crate::token::Token;

/// How a list is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    /// `(a, b)`, or one item on each line.
    Tight,
    /// `</ a, b />`, or one item on each line.
    Spaced,
    /// `{ a, b }`; one item on each line also if the author began a line after the bracket.
    Rows,
}

/// An item with what separates it from the next one.
struct Item<'a> {
    doc: Doc<'a>,
    /// The `,` after it.
    comma: Option<Doc<'a>>,
    /// Whether the author began a line with it.
    is_on_new_line: bool,
    gap: Gap,
    first: Token,
}

fn is_closer(token: Token) -> bool {
    matches!(
        token,
        Token::CloseParen | Token::CloseBracket | Token::CloseBrace | Token::CloseAttributes | Token::End
    )
}

impl<'a> Writer<'_, 'a> {
    /// A list between brackets, with or without commas.
    pub(super) fn bracketed(&mut self, layout: Layout, item: impl Fn(&mut Self)) {
        let open = self.captured_token();
        if is_closer(self.peek()) && !self.is_after_comment() {
            self.push(open);
            return self.token();
        }
        let is_row = layout == Layout::Rows && self.is_on_new_line();
        let edge = if layout == Layout::Tight { Kind::Soft } else { Kind::Line(Gap::Line) };
        self.group(|w| {
            w.push(open);
            w.indent(|w| {
                w.write(if is_row { Kind::Hard(Gap::Line) } else { edge });
                w.items(&item);
            });
            w.write(edge);
            w.token();
        });
    }

    fn items(&mut self, item: &impl Fn(&mut Self)) {
        let mut is_first = true;
        while !is_closer(self.peek()) {
            if !is_first {
                let gap = self.gap();
                self.write(Kind::Line(gap));
            }
            is_first = false;
            item(self);
            if matches!(self.peek(), Token::Separator | Token::Comma) {
                self.token();
            }
        }
        self.last_comments(!is_first);
    }

    /// The comments before the closing bracket.
    fn last_comments(&mut self, is_after_item: bool) {
        if self.has_dangling_comments() {
            if is_after_item {
                let gap = self.gap();
                self.write(Kind::Line(gap));
            }
            self.dangling_comments();
        }
    }

    /// `[ … ]`: the rows of the author, filled up to the width.
    pub(super) fn array(&mut self) {
        let open = self.captured_token();
        if is_closer(self.peek()) && !self.is_after_comment() {
            self.push(open);
            return self.token();
        }
        let mut has_comments = self.is_after_comment();
        let items = self.captured_items(&mut has_comments);
        let has_rows = items.iter().any(|item| item.is_on_new_line);
        if let [item] = &items[..]
            && item.doc.breaks
            && !item.is_on_new_line
            && !has_comments
        {
            self.push(open);
            self.push(item.doc);
            self.push_comma(item);
            return self.token();
        }
        let is_plain = items.iter().all(|item| is_plain(item.first) && !item.doc.breaks);
        self.group(|w| {
            w.push(open);
            w.indent(|w| {
                w.push(Doc::leaf(if has_rows { Kind::Hard(Gap::Line) } else { Kind::Soft }));
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        w.push(Doc::leaf(match item.is_on_new_line {
                            true => Kind::Hard(item.gap),
                            false if has_rows || is_plain => Kind::Fill,
                            false => Kind::Line(Gap::Line),
                        }));
                    }
                    w.push(item.doc);
                    w.push_comma(item);
                }
                w.last_comments(!items.is_empty());
            });
            w.soft();
            w.token();
        });
    }

    fn push_comma(&mut self, item: &Item<'a>) {
        item.comma.into_iter().for_each(|comma| self.push(comma));
    }

    /// The items of a list, each as a document. Notes whether comments end their lines.
    fn captured_items(&mut self, has_comments: &mut bool) -> Vec<Item<'a>> {
        let mut items = Vec::new();
        while !is_closer(self.peek()) {
            let (is_on_new_line, gap, first) = (self.is_on_new_line(), self.gap(), self.peek());
            let doc = self.capture(|w| {
                w.expression(Place::Bracket);
            });
            *has_comments |= self.is_after_comment_line();
            let doc = self.with_trailing(doc);
            let comma = self.at(Token::Separator).then(|| self.captured_token());
            *has_comments |= self.is_after_comment_line();
            items.push(Item { doc, comma, is_on_new_line, gap, first });
        }
        items
    }

    /// `( … )` of a call. A function or table among the arguments keeps its
    /// place in the line; only where that is not possible, each has its own line.
    pub(super) fn arguments(&mut self) {
        let open = self.captured_token();
        if is_closer(self.peek()) && !self.is_after_comment() {
            self.push(open);
            return self.token();
        }
        let mut has_comments = self.is_after_comment_line();
        let items = self.captured_items(&mut has_comments);
        let last = self.capture(|w| w.last_comments(!items.is_empty()));
        let close = self.capture(Self::token);
        let expanded = self.expanded(open, &items, last, close);
        // Without a comma, the line break may be what separates them.
        let is_separated = |pair: &[Item<'a>]| pair[0].comma.is_some() || !pair[1].is_on_new_line;
        if has_comments || !items.windows(2).all(is_separated) {
            return self.push(Doc::broken(self.shared(expanded)));
        }
        let doc = self.hugging(open, &items, close, expanded);
        self.push(doc);
    }

    /// Each argument on a line of its own, unless all fit on one.
    fn expanded(&mut self, open: Doc<'a>, items: &[Item<'a>], last: Doc<'a>, close: Doc<'a>) -> Doc<'a> {
        self.capture(|w| {
            w.group(|w| {
                w.push(open);
                w.indent(|w| {
                    for (index, item) in items.iter().enumerate() {
                        let gap = Kind::Line(item.gap);
                        w.push(Doc::leaf(if index == 0 { Kind::Soft } else { gap }));
                        w.push(item.doc);
                        w.push_comma(item);
                    }
                    w.push(last);
                });
                w.push(Doc::leaf(Kind::Soft));
                w.push(close);
            });
        })
    }

    /// All in one row, even if some are longer than a line; `expanded` where that is not possible.
    fn hugging(&mut self, open: Doc<'a>, items: &[Item<'a>], close: Doc<'a>, expanded: Doc<'a>) -> Doc<'a> {
        let flat = self.row(open, items, close, None);
        if begins_lines(items) {
            return Doc::broken(self.shared(expanded));
        }
        if flat.breaks {
            let expanded = Doc::broken(self.shared(expanded));
            return Doc::choice(self.pair([flat, expanded]));
        }
        let long =
            items.iter().enumerate().rev().find_map(|(index, item)| Some((index, self.broken(item.doc)?)));
        let Some(long) = long else { return expanded };
        let hugging = self.row(open, items, close, Some(long));
        let expanded = Doc::broken(self.shared(expanded));
        let otherwise = Doc::choice(self.pair([hugging, expanded]));
        Doc::choice(self.pair([flat, otherwise]))
    }

    /// All in one row, one of them perhaps in another form.
    fn row(
        &mut self,
        open: Doc<'a>,
        items: &[Item<'a>],
        close: Doc<'a>,
        other: Option<(usize, Doc<'a>)>,
    ) -> Doc<'a> {
        self.capture(|w| {
            w.push(open);
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    w.push(Doc::leaf(Kind::Blank));
                }
                w.push(other.filter(|(at, _)| *at == index).map_or(item.doc, |(_, doc)| doc));
                w.push_comma(item);
            }
            w.push(close);
        })
    }

    /// The same with the last table, array or argument that can be broken on lines of its own.
    fn broken(&self, doc: Doc<'a>) -> Option<Doc<'a>> {
        match doc.kind {
            Kind::Group(docs) if self.begins_rows(docs) => Some(Doc::broken(self.shared(doc))),
            // The arguments of a call.
            Kind::Choice([_, Doc { kind: Kind::Choice([hugging, _]), .. }]) => Some(*hugging),
            Kind::Concat(docs) => {
                let (index, broken) = docs
                    .iter()
                    .enumerate()
                    .rev()
                    .find_map(|(index, doc)| Some((index, self.broken(*doc)?)))?;
                let mut docs = docs.to_vec();
                docs[index] = broken;
                Some(Doc::concat(self.slice(&docs)))
            }
            _ => None,
        }
    }

    /// Whether documents are those of a table or array, or of a block on one line.
    fn begins_rows(&self, docs: &[Doc<'a>]) -> bool {
        match docs.first().map(|doc| doc.kind) {
            Some(Kind::Text(span)) => matches!(self.byte(span), Some(b'{' | b'[')),
            Some(Kind::Indent(_)) => true,
            _ => false,
        }
    }

    /// `( … )` of a group or head.
    pub(super) fn parenthesised(&mut self) {
        let open = self.captured_token();
        let has_comments = self.is_after_comment();
        let mut shape = Shape::Operand;
        let contents = self.capture(|w| shape = w.comma_expression(Place::Bracket));
        if contents.breaks && shape == Shape::Operand && !has_comments && !self.is_after_comment() {
            self.push(open);
            self.push(contents);
            return self.token();
        }
        let contents = self.with_trailing(contents);
        let last = self.capture(|w| w.last_comments(true));
        let close = self.capture(Self::token);
        let lines = self.capture(|w| {
            w.group(|w| {
                w.push(open);
                w.indent(|w| [Doc::leaf(Kind::Soft), contents, last].into_iter().for_each(|doc| w.push(doc)));
                w.push(Doc::leaf(Kind::Soft));
                w.push(close);
            });
        });
        let broken = (shape == Shape::Operand && !lines.breaks).then(|| self.broken(contents)).flatten();
        let doc = broken.map_or(lines, |broken| {
            let flat = Doc::concat(self.slice(&[open, contents, close]));
            let hugging = Doc::concat(self.slice(&[open, broken, close]));
            let lines = Doc::broken(self.shared(lines));
            let otherwise = Doc::choice(self.pair([hugging, lines]));
            Doc::choice(self.pair([flat, otherwise]))
        });
        self.push(doc);
    }
}

/// Whether the author began a line with the first of several arguments, and one that is not the last takes several
/// lines. What the formatter itself gave a line of its own stays there.
fn begins_lines(items: &[Item<'_>]) -> bool {
    let [first, .., _] = items else { return false };
    first.is_on_new_line && items[..items.len() - 1].iter().any(|item| item.doc.breaks)
}

/// Whether an element is short enough to share its line with others.
fn is_plain(first: Token) -> bool {
    matches!(
        first,
        Token::Number
            | Token::String
            | Token::Identifier
            | Token::NegateNumber
            | Token::True
            | Token::False
            | Token::Null
    )
}
