//! Source maps: from the text that is compiled to the files that people wrote.
//!
//! The Builder and `#require` put a program together from many files. What is
//! compiled is one text, and all spans are offsets into it. A map knows which
//! bytes of that text come from where, so that diagnostics, line tables and
//! stack traces can name the file and line that somebody has to open.
//!
//! The text consists of *segments*. A copied segment is a piece of a file as it
//! is there; a generated one is the value of an expression such as `@{NAME}`
//! and belongs to that expression as a whole. A segment also knows its
//! *inclusion*: the chain of directives through which it came into the text.
//!
//! Spans from [`FILES_BASE`] on are places in the files themselves. They are
//! for what is wrong with a directive, of which nothing is left in the text.
//!
//! Files can themselves be made from others and say so with control lines,
//! `#line 12 "file"` or `//line 12 "file"`; [`SourceFile::place`] follows them.
//!
//! [`crate::preprocess`] makes maps, [`crate::render`] shows what they say.

use std::cell::OnceCell;
use std::ops::RangeInclusive;
use std::sync::Arc;

use tamias_bytecode::draft::SourceRange;
use tamias_bytecode::layout::function::MAX_SOURCES;

use crate::ast::Span;
use crate::lines::LineIndex;

/// Offsets from here on are in the files, one after the other, instead of in the text.
pub const FILES_BASE: u32 = 1 << 31;

/// A file of a [`SourceMap`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(u32);

/// A directive of a [`SourceMap`] through which text was included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InclusionId(u32);

/// A file, or another text with a name, that is part of a program.
#[derive(Clone, Debug)]
pub struct SourceFile {
    name: String,
    text: Arc<[u8]>,
    /// Where the file begins in the space of offsets that starts at [`FILES_BASE`].
    base: u32,
    controls: Vec<ControlLine>,
    lines: OnceCell<LineIndex>,
}

/// A line that says where the lines after it come from.
#[derive(Clone, Debug, PartialEq, Eq)]
struct ControlLine {
    /// The line after the control line.
    from: u32,
    /// The number that this line shall have.
    line: u32,
    /// The name of the file from here on; `None` while nothing has changed that of the whole text.
    name: Option<Arc<str>>,
}

/// Where people look for something: a name of a file, a line and a column, both from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place<'m> {
    /// The file as messages call it.
    pub name: &'m str,
    /// The line.
    pub line: u32,
    /// The column, in bytes.
    pub column: u32,
}

/// Through which kind of directive text was included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InclusionKind {
    /// `@include` of a file.
    File,
    /// `@include` of the macro with this name.
    Macro(String),
    /// `#require` of a library.
    Library,
}

/// A directive through which text was included.
#[derive(Clone, Debug)]
pub struct Inclusion {
    /// What it includes.
    pub kind: InclusionKind,
    /// The file that has the directive.
    pub file: FileId,
    /// Where the directive is in that file.
    pub span: Span,
    /// The directive that included that file.
    pub parent: Option<InclusionId>,
}

/// A place in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Located {
    /// The file.
    pub file: FileId,
    /// Where it is in the file.
    pub span: Span,
    /// How the file came into the program.
    pub inclusion: Option<InclusionId>,
}

/// Bytes of the text that have one origin; they end where the next segment begins.
#[derive(Clone, Copy, Debug)]
struct Segment {
    /// Where it begins in the text.
    start: u32,
    file: FileId,
    origin: Origin,
    inclusion: Option<InclusionId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Origin {
    /// A copy of what is in the file from this offset on.
    Copied(u32),
    /// The value of the expression with this span.
    Generated(Span),
}

/// Which bytes of a text come from where. See the [module](self).
#[derive(Clone, Debug, Default)]
pub struct SourceMap {
    files: Vec<SourceFile>,
    inclusions: Vec<Inclusion>,
    segments: Vec<Segment>,
    /// Length of the text.
    len: u32,
}

impl SourceMap {
    /// The map of a text that is one file.
    ///
    /// ```
    /// use tamias_compiler::{ast::Span, source_map::SourceMap};
    ///
    /// let map = SourceMap::of_file("a.nut", b"local a;\n#line 20 \"b.nut\"\nlocal b;");
    /// let place = |offset| map.place(map.locate(Span::new(offset, offset)));
    /// assert_eq!((place(6).name, place(6).line, place(6).column), ("a.nut", 1, 7));
    /// assert_eq!((place(32).name, place(32).line), ("b.nut", 20));
    /// ```
    pub fn of_file(name: &str, text: &[u8]) -> SourceMap {
        let mut map = SourceMap::default();
        let file = map.add_file(name, text.into());
        map.append_copy(file, Span::new(0, text.len() as u32), None);
        map
    }

    /// Adds a file, of which nothing is in the text yet.
    pub(crate) fn add_file(&mut self, name: &str, text: Arc<[u8]>) -> FileId {
        let end = |file: &SourceFile| file.base.saturating_add(file.text.len() as u32).saturating_add(1);
        let base = self.files.last().map_or(FILES_BASE, end);
        let controls = control_lines(&text);
        self.files.push(SourceFile { name: name.to_owned(), text, base, controls, lines: OnceCell::new() });
        FileId(self.files.len() as u32 - 1)
    }

    /// Adds a directive that includes text.
    pub(crate) fn add_inclusion(&mut self, inclusion: Inclusion) -> InclusionId {
        self.inclusions.push(inclusion);
        InclusionId(self.inclusions.len() as u32 - 1)
    }

    /// Notes that the text goes on with these bytes of a file.
    pub(crate) fn append_copy(&mut self, file: FileId, span: Span, inclusion: Option<InclusionId>) {
        let start = self.len;
        self.len += span.end - span.start;
        let continues = self.segments.last().is_some_and(|last| match last.origin {
            Origin::Copied(from) => {
                (last.file, last.inclusion) == (file, inclusion) && from + (start - last.start) == span.start
            }
            Origin::Generated(_) => false,
        });
        if !continues {
            self.segments.push(Segment { start, file, origin: Origin::Copied(span.start), inclusion });
        }
    }

    /// Notes that the text goes on with `len` bytes that the expression at `span` stands for.
    pub(crate) fn append_generated(
        &mut self,
        file: FileId,
        span: Span,
        len: u32,
        inclusion: Option<InclusionId>,
    ) {
        let start = self.len;
        self.len += len;
        if len > 0 {
            self.segments.push(Segment { start, file, origin: Origin::Generated(span), inclusion });
        }
    }

    /// The map of a text that has bytes of this one's text, taken in pieces and with others in between.
    pub(crate) fn append_from(&mut self, other: &SourceMap, span: Span) {
        let first = other.segments.partition_point(|segment| segment.start <= span.start).saturating_sub(1);
        for (index, segment) in other.segments.iter().enumerate().skip(first) {
            if segment.start >= span.end {
                break;
            }
            let end = other.segments.get(index + 1).map_or(other.len, |next| next.start).min(span.end);
            let start = segment.start.max(span.start);
            match segment.origin {
                Origin::Copied(from) => {
                    let from = from + (start - segment.start);
                    self.append_copy(segment.file, Span::new(from, from + (end - start)), segment.inclusion);
                }
                Origin::Generated(span) => {
                    self.append_generated(segment.file, span, end - start, segment.inclusion);
                }
            }
        }
    }

    /// A map with the same files and inclusions for another text, which is empty yet.
    pub(crate) fn without_text(&self) -> SourceMap {
        SourceMap { files: self.files.clone(), inclusions: self.inclusions.clone(), ..SourceMap::default() }
    }

    /// The span for a place in a file that is not in the text.
    pub(crate) fn span_in_file(&self, file: FileId, span: Span) -> Span {
        let base = self.file(file).base;
        Span::new(base.saturating_add(span.start), base.saturating_add(span.end))
    }

    /// The same place as a span in its file, which stays valid when the text changes.
    pub(crate) fn span_of_located(&self, span: Span) -> Span {
        let located = self.locate(span);
        self.span_in_file(located.file, located.span)
    }

    /// A file.
    pub fn file(&self, id: FileId) -> &SourceFile {
        &self.files[id.0 as usize]
    }

    /// All files, in the order in which they were met; the program itself comes first.
    pub fn files(&self) -> &[SourceFile] {
        &self.files
    }

    /// A directive that included text.
    pub fn inclusion(&self, id: InclusionId) -> &Inclusion {
        &self.inclusions[id.0 as usize]
    }

    /// Where a span of the text is in the files.
    ///
    /// A span that reaches from one file into another one ends where its first file does.
    pub fn locate(&self, span: Span) -> Located {
        if span.start >= FILES_BASE {
            return self.locate_in_files(span);
        }
        let Some(index) = self.segment_at(span.start) else {
            return Located { file: FileId(0), span: Span::default(), inclusion: None };
        };
        let segment = self.segments[index];
        let located = |span| Located { file: segment.file, span, inclusion: segment.inclusion };
        match segment.origin {
            Origin::Generated(origin) => located(origin),
            Origin::Copied(from) => {
                let end = self.end_in_same_file(index, span.end.max(span.start));
                let start = from + (span.start - segment.start);
                located(Span::new(start, end.max(start)))
            }
        }
    }

    /// Where the byte before `end` is, if the segments from `index` on up to there are of one file.
    fn end_in_same_file(&self, index: usize, end: u32) -> u32 {
        let first = self.segments[index];
        let mut last_end = 0;
        for (position, segment) in self.segments.iter().enumerate().skip(index) {
            let same = (segment.file, segment.inclusion) == (first.file, first.inclusion);
            if !same || (position > index && segment.start >= end) {
                break;
            }
            let segment_end = self.segments.get(position + 1).map_or(self.len, |next| next.start);
            last_end = match segment.origin {
                Origin::Copied(from) => from + (end.min(segment_end) - segment.start),
                Origin::Generated(span) => span.end,
            };
        }
        last_end
    }

    fn locate_in_files(&self, span: Span) -> Located {
        let index = self.files.partition_point(|file| file.base <= span.start).saturating_sub(1);
        let file = &self.files[index];
        let end = |offset: u32| (offset - file.base).min(file.text.len() as u32);
        let span = Span::new(end(span.start), end(span.end.max(span.start)));
        Located { file: FileId(index as u32), span, inclusion: None }
    }

    /// The segment that has the byte at `offset`; at the end of the text the last one.
    fn segment_at(&self, offset: u32) -> Option<usize> {
        self.segments.partition_point(|segment| segment.start <= offset).checked_sub(1)
    }

    /// The name, line and column of a located span's beginning.
    pub fn place(&self, located: Located) -> Place<'_> {
        self.file(located.file).place(located.span.start)
    }

    /// Where the lines of the text come from, for the image. `lines` are those of the text.
    pub(crate) fn ranges(&self, lines: &LineIndex) -> Vec<SourceRange> {
        let mut ranges = Ranges::default();
        for (index, segment) in self.segments.iter().enumerate() {
            let first_line = lines.line(segment.start);
            let begins_line = lines.start(first_line) == segment.start;
            let next = self.segments.get(index + 1).map_or(self.len, |next| next.start);
            // What begins in the middle of a line does not decide where the line comes from.
            let first_line = if begins_line { first_line } else { first_line + 1 };
            let last_line = lines.line(next.max(1) - 1);
            if first_line > last_line {
                continue;
            }
            let file = self.file(segment.file);
            match segment.origin {
                Origin::Copied(from) => {
                    let line_start = lines.start(first_line);
                    ranges.add_copy(first_line, file, from + (line_start - segment.start), next - line_start);
                }
                Origin::Generated(span) => ranges.add_generated(first_line..=last_line, file, span.start),
            }
        }
        ranges.0
    }
}

/// Most ranges of an image.
const MAX_RANGES: usize = MAX_SOURCES as usize;

/// The name of the text of the program itself, for lines that are beyond [`MAX_RANGES`].
const WHOLE_TEXT: &str = "(text after the Builder)";

/// The ranges so far.
#[derive(Default)]
struct Ranges(Vec<SourceRange>);

impl Ranges {
    /// Adds the lines of a program from `first_line` on, which come from `offset` in a file and have `len` bytes.
    fn add_copy(&mut self, first_line: u32, file: &SourceFile, offset: u32, len: u32) {
        if offset == 0 {
            // Most programs are one file, whose lines nobody has to count here.
            self.push(first_line, &file.name, 1);
        } else {
            let place = file.place(offset);
            self.push(first_line, place.name, place.line);
        }
        if file.controls.is_empty() {
            return;
        }
        let physical = file.lines().line(offset);
        let last = file.lines().line(offset + len.max(1) - 1);
        let first = file.controls.partition_point(|control| control.from <= physical);
        for control in file.controls[first..].iter().take_while(|control| control.from <= last) {
            let place = file.place(file.lines().start(control.from));
            self.push(first_line + (control.from - physical), place.name, place.line);
        }
    }

    /// Adds lines of a program that all come from the line of `offset` in a file.
    fn add_generated(&mut self, lines: RangeInclusive<u32>, file: &SourceFile, offset: u32) {
        let place = file.place(offset);
        lines.for_each(|line| self.push(line, place.name, place.line));
    }

    fn push(&mut self, first_line: u32, name: &str, line: u32) {
        if let Some(last) = self.0.last() {
            let follows = last.name == name && last.line.wrapping_add(first_line - last.first_line) == line;
            if follows || last.first_line >= first_line || self.0.len() == MAX_RANGES {
                return;
            }
        }
        let is_last = self.0.len() == MAX_RANGES - 1;
        let (name, line) = if is_last { (WHOLE_TEXT, first_line) } else { (name, line) };
        self.0.push(SourceRange { first_line, name: name.to_owned(), line });
    }
}

impl SourceFile {
    /// The name in messages.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its bytes.
    pub fn text(&self) -> &[u8] {
        &self.text
    }

    /// Its lines as they are counted in the file, without regard to control lines.
    pub fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(&self.text))
    }

    /// What people call the place of a byte.
    pub fn place(&self, offset: u32) -> Place<'_> {
        let line = self.lines().line(offset);
        let column = offset - self.lines().start(line) + 1;
        let valid = &self.controls[..self.controls.partition_point(|control| control.from <= line)];
        let name = valid.last().and_then(|control| control.name.as_deref()).unwrap_or(&self.name);
        let line = valid.last().map_or(line, |control| control.line.saturating_add(line - control.from));
        Place { name, line, column }
    }
}

/// Finds the control lines of a text.
fn control_lines(text: &[u8]) -> Vec<ControlLine> {
    let mut controls: Vec<ControlLine> = Vec::new();
    let (mut number, mut counted) = (1, 0);
    for word in memchr::memmem::find_iter(text, b"line") {
        let before = text[..word].strip_suffix(b"#").or_else(|| text[..word].strip_suffix(b"//"));
        let Some(before) = before.filter(|before| before.is_empty() || before.ends_with(b"\n")) else {
            continue;
        };
        let rest = &text[before.len()..];
        let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        if let Some((line, name)) = control_line(&rest[..end]) {
            number += memchr::memchr_iter(b'\n', &text[counted..before.len()]).count() as u32;
            counted = before.len();
            let name = name.map(Arc::from).or_else(|| controls.last().and_then(|last| last.name.clone()));
            controls.push(ControlLine { from: number + 1, line, name });
        }
    }
    controls
}

/// Reads `#line 12 "file"`, the `"file"` of which may be missing.
fn control_line(line: &[u8]) -> Option<(u32, Option<String>)> {
    let rest = line.strip_prefix(b"#line").or_else(|| line.strip_prefix(b"//line"))?;
    let text = std::str::from_utf8(rest).ok()?.strip_prefix([' ', '\t'])?.trim();
    let digits = text.find(|character: char| !character.is_ascii_digit()).unwrap_or(text.len());
    let (number, rest) = text.split_at(digits);
    let name = match rest.trim() {
        "" => None,
        quoted => Some(quoted.strip_prefix('"')?.strip_suffix('"')?.replace("\\\"", "\"")),
    };
    Some((number.parse().ok()?, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text `one⏎` of a, `(6*7)` for `@{x}`, the rest of a's line, and a macro's line in b.
    fn sample() -> SourceMap {
        let mut map = SourceMap::default();
        let a = map.add_file("a.nut", (*b"one\n@{x} two\n@include b()\n").into());
        let b = map.add_file("b.nut", (*b"@macro b()\nthree\n@end\n").into());
        map.append_copy(a, Span::new(0, 4), None);
        map.append_generated(a, Span::new(4, 8), 5, None);
        map.append_copy(a, Span::new(8, 13), None);
        let inclusion = Inclusion {
            kind: InclusionKind::Macro("b".to_owned()),
            file: a,
            span: Span::new(13, 25),
            parent: None,
        };
        let inclusion = map.add_inclusion(inclusion);
        map.append_copy(b, Span::new(11, 17), Some(inclusion));
        map
    }

    fn located(map: &SourceMap, start: u32, end: u32) -> (u32, u32, u32) {
        let located = map.locate(Span::new(start, end));
        (located.file.0, located.span.start, located.span.end)
    }

    #[test]
    fn copied_bytes_are_found_and_generated_ones_are_their_expression() {
        let map = sample();
        assert_eq!(located(&map, 0, 3), (0, 0, 3));
        assert_eq!(located(&map, 5, 6), (0, 4, 8));
        assert_eq!(located(&map, 10, 13), (0, 9, 12));
        assert_eq!(located(&map, 14, 19), (1, 11, 16));
        assert_eq!(located(&map, 20, 20), (1, 17, 17));
    }

    #[test]
    fn a_span_over_several_segments_ends_in_its_first_file() {
        let map = sample();
        assert_eq!(located(&map, 1, 6), (0, 1, 8));
        assert_eq!(located(&map, 1, 12), (0, 1, 11));
        assert_eq!(located(&map, 1, 17), (0, 1, 13));
    }

    #[test]
    fn directives_have_spans_although_they_are_not_in_the_text() {
        let map = sample();
        let span = map.span_in_file(FileId(1), Span::new(17, 21));
        let place = map.place(map.locate(span));
        assert_eq!((place.name, place.line, place.column), ("b.nut", 3, 1));
    }

    #[test]
    fn lines_of_the_text_have_ranges_in_the_files() {
        let text = b"one\n(6*7) two\nthree\n";
        let ranges = sample().ranges(&LineIndex::new(text));
        let expected = [("a.nut", 1, 1), ("b.nut", 3, 2)];
        let found: Vec<_> = ranges.iter().map(|range| (&*range.name, range.first_line, range.line)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn control_lines_rename_and_renumber() {
        let text =
            b"a\n#line 10 \"x \\\"1\\\".nut\"\nb\nc\n//line 7\nd\n#liner 9\n#line x\n #line 1\n# line 2\ne";
        let map = SourceMap::of_file("main.nut", text);
        let file = &map.files()[0];
        let place = |line| {
            let place = file.place(file.lines().start(line));
            (place.name, place.line)
        };
        assert_eq!(place(1), ("main.nut", 1));
        assert_eq!(place(3), ("x \"1\".nut", 10));
        assert_eq!(place(4), ("x \"1\".nut", 11));
        assert_eq!(place(6), ("x \"1\".nut", 7));
        assert_eq!(place(11), ("x \"1\".nut", 12));
        let ranges = map.ranges(&LineIndex::new(text));
        let found: Vec<_> = ranges.iter().map(|range| (&*range.name, range.first_line, range.line)).collect();
        assert_eq!(found, [("main.nut", 1, 1), ("x \"1\".nut", 3, 10), ("x \"1\".nut", 6, 7)]);
    }
}
