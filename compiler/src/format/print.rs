//! The printer: decides which line breaks of a document are taken.
//!
//! A group stays on one line if what it contains, and what follows it up to the
//! next place for a line break, fits. The stack of what is left to print is
//! explicit, so depth costs no native stack; looking ahead ends at the end of
//! the line, so time is linear in the text.

use super::align::{Mark, align};
use super::doc::{Column, Doc, Gap, Kind};
use crate::ast::Span;

/// The width that lines are to have at most.
const WIDTH: usize = 100;

/// The width of one level of indentation.
const INDENT: usize = 4;

/// Columns further to the right are nobody's work.
const MAX_COLUMN: usize = 1000;

/// How far apart tabulators are in the source text.
const TAB: usize = 4;

/// Prints a document with text from `source`.
pub(super) fn print(document: &Doc<'_>, source: &[u8]) -> Vec<u8> {
    let mut printer = Printer::new(source);
    printer.print(document);
    let Printer { out, marks, .. } = printer;
    let mut text = align(&out, &marks);
    let length = text.trim_ascii_end().len();
    text.truncate(length);
    if text.len() > leading_mark(source).len() {
        text.push(b'\n');
    }
    if is_crlf(source) { with_crlf(&text) } else { text }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Flat,
    Broken,
}

/// A document that is left to print.
#[derive(Clone, Copy)]
struct Task<'a> {
    indent: usize,
    mode: Mode,
    doc: &'a Doc<'a>,
}

impl<'a> Task<'a> {
    fn with_mode(self, mode: Mode) -> Self {
        Task { mode, ..self }
    }

    fn with_doc(self, doc: &'a Doc<'a>) -> Self {
        Task { doc, ..self }
    }

    fn indented(self) -> Self {
        Task { indent: self.indent + INDENT, ..self }
    }

    /// What a group that has to be broken consists of.
    fn push_broken(self, tasks: &mut Vec<Task<'a>>) {
        match self.doc.kind {
            Kind::Group(docs) => self.with_mode(Mode::Broken).push_all(docs, tasks),
            _ => tasks.push(self),
        }
    }

    /// Pushes documents so that the first one is on top.
    fn push_all(self, docs: &'a [Doc<'a>], tasks: &mut Vec<Task<'a>>) {
        tasks.extend(docs.iter().rev().map(|doc| self.with_doc(doc)));
    }
}

struct Printer<'s> {
    source: &'s [u8],
    out: Vec<u8>,
    /// The width of the line so far.
    column: usize,
    /// The indentation of the line if nothing has been printed on it.
    pending_indent: Option<usize>,
    /// Comments for the end of the line.
    suffixes: Vec<Span>,
    marks: Vec<Mark>,
}

impl<'s> Printer<'s> {
    fn new(source: &'s [u8]) -> Self {
        let mark = leading_mark(source);
        Printer {
            source,
            out: mark.to_vec(),
            column: 0,
            pending_indent: Some(0),
            suffixes: Vec::new(),
            marks: Vec::new(),
        }
    }

    fn print<'a>(&mut self, document: &'a Doc<'a>) {
        let mut tasks = vec![Task { indent: 0, mode: Mode::Broken, doc: document }];
        while let Some(task) = tasks.pop() {
            self.print_task(task, &mut tasks);
        }
        self.write_suffixes();
    }

    fn print_task<'a>(&mut self, task: Task<'a>, tasks: &mut Vec<Task<'a>>) {
        let Task { indent, mode, doc } = task;
        match doc.kind {
            Kind::Text(span) => self.text(span),
            Kind::Comment(span) => self.comment(span),
            Kind::Suffix(span) => self.suffixes.push(span),
            Kind::Verbatim(span) => self.verbatim(span),
            Kind::Column(offset) => self.mark(Column::Value, offset),
            Kind::Blank => self.blank(),
            Kind::Line(_) | Kind::Fill if mode == Mode::Flat => self.blank(),
            Kind::Soft if mode == Mode::Flat => {}
            Kind::Fresh if self.pending_indent.is_some() => {}
            Kind::Fill if self.next_fits(tasks) => self.blank(),
            Kind::Soft | Kind::Fresh | Kind::Fill => self.end_line(indent, Gap::Line),
            Kind::Hard(gap) | Kind::Line(gap) => self.end_line(indent, gap),
            Kind::Concat(docs) => task.push_all(docs, tasks),
            Kind::Indent(docs) => task.indented().push_all(docs, tasks),
            Kind::Group(docs) => {
                let flat = task.with_mode(Mode::Flat);
                let is_flat = mode == Mode::Flat || !doc.breaks && self.fits(0, Some(flat), tasks);
                let mode = if is_flat { Mode::Flat } else { Mode::Broken };
                task.with_mode(mode).push_all(docs, tasks);
            }
            Kind::Broken(inner) => task.with_doc(inner).push_broken(tasks),
            Kind::Choice([first, second]) => {
                let first = task.with_doc(first);
                if mode == Mode::Flat || self.fits(0, Some(first.with_mode(Mode::Flat)), tasks) {
                    let mode = if first.doc.breaks { Mode::Broken } else { Mode::Flat };
                    tasks.push(first.with_mode(mode));
                } else {
                    tasks.push(task.with_doc(second).with_mode(Mode::Broken));
                }
            }
        }
    }

    /// Whether the next document fits on the rest of the line, after a blank.
    fn next_fits(&self, tasks: &[Task<'_>]) -> bool {
        let Some((next, rest)) = tasks.split_last() else { return true };
        self.fits(1, Some(next.with_mode(Mode::Flat)), rest)
    }

    /// Whether what follows fits on the rest of the line, after `n_blanks` blanks.
    fn fits<'a>(&self, n_blanks: usize, first: Option<Task<'a>>, rest: &[Task<'a>]) -> bool {
        let column = self.pending_indent.unwrap_or(self.column);
        let Some(mut room) = WIDTH.checked_sub(column + n_blanks) else { return false };
        let mut rest = rest.iter().rev().copied();
        let mut tasks: Vec<Task<'_>> = first.into_iter().collect();
        while let Some(task) = tasks.pop().or_else(|| rest.next()) {
            let Some(width) = self.width_of(task, &mut tasks) else { return true };
            match room.checked_sub(width) {
                Some(left) => room = left,
                None => return false,
            }
            if self.ends_line(task.doc) {
                return true;
            }
        }
        true
    }

    /// The width of a document on one line, without what it pushes; none if the line ends there.
    fn width_of<'a>(&self, task: Task<'a>, tasks: &mut Vec<Task<'a>>) -> Option<usize> {
        match task.doc.kind {
            Kind::Text(span) | Kind::Comment(span) => {
                return Some(width(self.slice(span).split(|byte| *byte == b'\n').next().unwrap_or_default()));
            }
            Kind::Hard(_) | Kind::Fresh | Kind::Verbatim(_) => return None,
            Kind::Soft | Kind::Line(_) | Kind::Fill if task.mode == Mode::Broken => return None,
            Kind::Line(_) | Kind::Fill | Kind::Blank => return Some(1),
            Kind::Soft | Kind::Suffix(_) | Kind::Column(_) => {}
            Kind::Concat(docs) | Kind::Indent(docs) => task.push_all(docs, tasks),
            Kind::Group(docs) => {
                // What comes after the text in question may be broken.
                let mode = if task.doc.breaks { Mode::Broken } else { task.mode };
                task.with_mode(mode).push_all(docs, tasks);
            }
            Kind::Broken(inner) => task.with_doc(inner).push_broken(tasks),
            Kind::Choice([first, _]) => tasks.push(task.with_doc(first)),
        }
        Some(0)
    }

    /// Whether a string or comment goes on in the next line.
    fn ends_line(&self, doc: &Doc<'_>) -> bool {
        matches!(doc.kind, Kind::Text(span) | Kind::Comment(span) if self.slice(span).contains(&b'\n'))
    }

    fn slice(&self, span: Span) -> &'s [u8] {
        &self.source[span.start as usize..span.end as usize]
    }

    fn blank(&mut self) {
        if self.pending_indent.is_none() && self.out.last() != Some(&b' ') {
            self.out.push(b' ');
            self.column += 1;
        }
    }

    fn begin_line(&mut self) {
        if let Some(indent) = self.pending_indent.take() {
            self.out.resize(self.out.len() + indent, b' ');
            self.column = indent;
        }
    }

    fn text(&mut self, span: Span) {
        self.begin_line();
        let text = self.slice(span);
        self.out.extend_from_slice(text);
        self.column = match text.iter().rposition(|byte| *byte == b'\n') {
            Some(last) => width(&text[last + 1..]),
            None => self.column + width(text),
        };
    }

    /// The lines of a block comment move with their first one.
    fn comment(&mut self, span: Span) {
        self.begin_line();
        let new_column = self.column;
        let old_column = column(self.source, span.start as usize).unwrap_or(new_column);
        let mut lines = self.slice(span).split(|byte| *byte == b'\n');
        let first = lines.next().unwrap_or_default().trim_ascii_end();
        self.out.extend_from_slice(first);
        self.column += width(first);
        for line in lines {
            self.out.push(b'\n');
            let text = line.trim_ascii();
            let indent = columns(&line[..line.len() - line.trim_ascii_start().len()]);
            if !text.is_empty() {
                let indent = (indent + new_column).saturating_sub(old_column);
                self.out.resize(self.out.len() + indent, b' ');
                self.column = indent + width(text);
            }
            self.out.extend_from_slice(text);
        }
    }

    fn verbatim(&mut self, span: Span) {
        if self.pending_indent.is_none() {
            self.end_line(0, Gap::Line);
        }
        self.pending_indent = None;
        self.text(span);
    }

    fn mark(&mut self, kind: Column, offset: u32) {
        if let Some(source_column) = column(self.source, offset as usize) {
            self.marks.push(Mark { at: self.out.len(), kind, source_column });
        }
    }

    fn write_suffixes(&mut self) {
        for span in std::mem::take(&mut self.suffixes) {
            self.blank();
            self.mark(Column::Comment, span.start);
            self.comment(span);
        }
    }

    fn end_line(&mut self, indent: usize, gap: Gap) {
        self.write_suffixes();
        if self.pending_indent.is_none() {
            let length = self.out.len() - self.out.iter().rev().take_while(|byte| **byte == b' ').count();
            self.out.truncate(length);
        }
        self.out.push(b'\n');
        if gap == Gap::EmptyLine {
            self.out.push(b'\n');
        }
        self.column = 0;
        self.pending_indent = Some(indent);
    }
}

/// The byte-order mark, if the text begins with one.
fn leading_mark(source: &[u8]) -> &[u8] {
    if source.starts_with(b"\xef\xbb\xbf") { &source[..3] } else { b"" }
}

/// How many characters; bytes that are no UTF-8 count one each.
pub(super) fn width(text: &[u8]) -> usize {
    text.iter().filter(|byte| **byte & 0xc0 != 0x80).count()
}

/// The width of blanks and tabulators.
fn columns(text: &[u8]) -> usize {
    text.iter().fold(0, |column, byte| match byte {
        b'\t' => (column / TAB + 1) * TAB,
        byte if byte & 0xc0 == 0x80 => column,
        _ => column + 1,
    })
}

/// The column of an offset in its line, unless the line is too long to be looked through again and again.
fn column(source: &[u8], offset: usize) -> Option<usize> {
    let mark = leading_mark(source).len();
    let first = offset.saturating_sub(MAX_COLUMN).max(mark.min(offset));
    let start = source[first..offset].iter().rposition(|byte| *byte == b'\n').map(|at| first + at + 1);
    let start = start.or((first <= mark).then_some(first))?;
    Some(columns(&source[start..offset]))
}

/// The first line break decides for the file.
fn is_crlf(source: &[u8]) -> bool {
    source.iter().position(|byte| *byte == b'\n').is_some_and(|at| at > 0 && source[at - 1] == b'\r')
}

fn with_crlf(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + text.len() / 16);
    for byte in text {
        if *byte == b'\n' && out.last() != Some(&b'\r') {
            out.push(b'\r');
        }
        out.push(*byte);
    }
    out
}
