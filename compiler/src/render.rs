//! Rendering: diagnostics as text for people.
//!
//! The shape is that of the Rust compiler. What annotate-snippets cannot cope
//! with is prepared here: source text that is not UTF-8, and lines of any
//! length, of which only the surroundings of the mistake are shown.

use std::borrow::Cow;
use std::ops::Range;

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Message, Snippet};

use crate::ast::Span;
use crate::diagnostic::{Diagnostic, Severity};
use crate::source_map::{FileId, InclusionKind, Located, Place, SourceFile, SourceMap};

/// How the text is decorated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// With escape sequences for colours.
    Colored,
    /// Without.
    Plain,
}

/// Lines that are longer than this together are not shown whole.
const MAX_WHOLE: usize = 1 << 16;

/// Bytes that are then shown to each side of the mistake.
const MARGIN: usize = 200;

/// How many directives around a mistake are named.
const MAX_INCLUSIONS: usize = 8;

/// Renders the diagnostics of one program.
///
/// ```
/// use tamias_compiler::{edition::Edition, parse::parse, render::{Renderer, Style}};
///
/// let source = b"local a = 1 +\n";
/// let parsed = parse(&Default::default(), source, "device.nut", Edition::Imp).diagnostics;
/// let text = Renderer::new(source, "device.nut", Style::Plain).render(&parsed[0]);
/// assert!(text.starts_with("error[SQ0201]: expression expected\n --> device.nut:2:1\n"));
/// ```
#[derive(Clone, Debug)]
pub struct Renderer<'m> {
    map: Cow<'m, SourceMap>,
    renderer: annotate_snippets::Renderer,
}

impl<'m> Renderer<'m> {
    /// A renderer for the diagnostics of a program that is one source text.
    pub fn new(source: &[u8], source_name: &str, style: Style) -> Self {
        Self::with(Cow::Owned(SourceMap::of_file(source_name, source)), style)
    }

    /// A renderer for the diagnostics of a program with this map.
    pub fn with_map(map: &'m SourceMap, style: Style) -> Self {
        Self::with(Cow::Borrowed(map), style)
    }

    fn with(map: Cow<'m, SourceMap>, style: Style) -> Self {
        let renderer = match style {
            Style::Colored => annotate_snippets::Renderer::styled(),
            Style::Plain => annotate_snippets::Renderer::plain(),
        };
        Renderer { map, renderer }
    }

    /// The diagnostic as text, without a line break at the end.
    pub fn render(&self, diagnostic: &Diagnostic) -> String {
        let level = match diagnostic.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let located = self.map.locate(diagnostic.span);
        let labels: Vec<_> =
            diagnostic.labels.iter().map(|label| (self.map.locate(label.span), &*label.text)).collect();
        let title = level.primary_title(&diagnostic.title).id(diagnostic.code.to_string());
        let excerpt = Excerpt::new(self.map.file(located.file), located, &labels);
        let far_labels = labels.iter().filter(|(label, _)| !excerpt.contains(*label));
        let group = Group::with_title(title)
            .element(self.snippet(&excerpt, located, &diagnostic.label, &labels))
            .elements(far_labels.map(|(label, text)| self.far_label(located, *label, text)))
            .elements(self.inclusions(located).into_iter().map(|note| Level::NOTE.message(note)))
            .elements(diagnostic.help.iter().map(|help| Level::HELP.message(help)));
        let rendered = self.renderer.render(&[group]);
        self.with_true_column(rendered, &excerpt, located)
    }

    /// All diagnostics, with an empty line after each.
    pub fn render_all(&self, diagnostics: &[Diagnostic]) -> String {
        diagnostics.iter().map(|diagnostic| self.render(diagnostic) + "\n\n").collect()
    }

    /// A label that is not in the excerpt.
    fn far_label(&self, located: Located, label: Located, text: &str) -> Message<'_> {
        let place = self.map.place(label);
        Level::NOTE.message(if label.file == located.file {
            format!("line {}: {text}", place.line)
        } else {
            format!("{}:{}: {text}", place.name, place.line)
        })
    }

    /// The directives through which the text came into the program, innermost first.
    fn inclusions(&self, located: Located) -> Vec<String> {
        let mut notes = Vec::new();
        let mut next = located.inclusion;
        while let Some(id) = next.filter(|_| notes.len() < MAX_INCLUSIONS) {
            let inclusion = self.map.inclusion(id);
            let Place { name, line, .. } = self.map.file(inclusion.file).place(inclusion.span.start);
            notes.push(match &inclusion.kind {
                InclusionKind::File => format!("included at {name}:{line}"),
                InclusionKind::Macro(macro_name) => format!("in macro `{macro_name}`, used at {name}:{line}"),
                InclusionKind::Library => format!("required at {name}:{line}"),
            });
            next = inclusion.parent;
        }
        notes
    }

    /// annotate-snippets counts columns in the excerpt; if that begins in the
    /// middle of a line, the place it prints is wrong.
    fn with_true_column(&self, rendered: String, excerpt: &Excerpt<'_>, located: Located) -> String {
        let file = self.map.file(located.file);
        let start = located.span.start;
        let line_start = file.lines().start(file.lines().line(start)) as usize;
        if excerpt.range.start <= line_start {
            return rendered;
        }
        let Place { name, line, .. } = file.place(start);
        let place = |column: usize| format!("{name}:{line}:{column}");
        let shown = excerpt.text[..excerpt.position(start)].chars().count() + 1;
        let before = &file.text()[line_start..start as usize];
        let true_column = before.iter().filter(|byte| !is_utf8_continuation(**byte)).count() + 1;
        rendered.replacen(&place(shown), &place(true_column), 1)
    }

    fn snippet(
        &self,
        excerpt: &Excerpt<'_>,
        located: Located,
        label: &str,
        labels: &[(Located, &str)],
    ) -> Snippet<'_, Annotation<'_>> {
        let mark = |kind: AnnotationKind, span: Span, label: &str| {
            let label = (!label.is_empty()).then(|| label.to_owned());
            kind.span(excerpt.position(span.start)..excerpt.position(span.end)).label(label)
        };
        let file = self.map.file(located.file);
        // The lines of an excerpt are numbered as the line of the mistake is.
        let lines_before =
            file.lines().line(located.span.start) - file.lines().line(excerpt.range.start as u32);
        let place = file.place(located.span.start);
        let near_labels = labels.iter().filter(|(label, _)| excerpt.contains(*label));
        Snippet::source(excerpt.text.clone())
            .path(place.name.to_owned())
            .line_start(place.line.saturating_sub(lines_before) as usize)
            .annotation(mark(AnnotationKind::Primary, located.span, label))
            .annotations(near_labels.map(|(label, text)| mark(AnnotationKind::Context, label.span, text)))
    }
}

/// The part of a source text that is shown for a diagnostic.
struct Excerpt<'s> {
    file: FileId,
    source: &'s [u8],
    range: Range<usize>,
    /// The bytes as text, with an ellipsis where a line is cut.
    text: String,
    /// The length of the ellipsis at the beginning.
    n_prefix: usize,
}

impl<'s> Excerpt<'s> {
    fn new(file: &'s SourceFile, located: Located, labels: &[(Located, &str)]) -> Self {
        let source = file.text();
        let same_file = labels.iter().filter(|(label, _)| label.file == located.file);
        let everything = same_file.fold(located.span, |span, (label, _)| span.to(label.span));
        let lines = whole_lines(source, everything);
        let range = if lines.len() <= MAX_WHOLE { lines } else { surroundings(source, located.span) };
        let ellipsis = |is_cut: bool| if is_cut { "…" } else { "" };
        let prefix = ellipsis(range.start > 0 && source[range.start - 1] != b'\n');
        let suffix = ellipsis(range.end < source.len() && source[range.end] != b'\n');
        let mut text = format!("{prefix}{}{suffix}", String::from_utf8_lossy(&source[range.clone()]));
        if text.ends_with('\n') {
            // annotate-snippets does not see an empty last line.
            text.push(' ');
        }
        Excerpt { file: located.file, source, range, text, n_prefix: prefix.len() }
    }

    fn contains(&self, located: Located) -> bool {
        let span = located.span;
        located.file == self.file
            && self.range.start <= span.start as usize
            && span.end as usize <= self.range.end
    }

    /// Where a byte of the source is in the text; the nearest end if it is not shown.
    fn position(&self, offset: u32) -> usize {
        let end = (offset as usize).clamp(self.range.start, self.range.end);
        let before = String::from_utf8_lossy(&self.source[self.range.start..end]).len();
        self.text.floor_char_boundary(self.n_prefix + before)
    }
}

/// The lines that a span touches, without the last line break.
fn whole_lines(source: &[u8], span: Span) -> Range<usize> {
    let Range { start, end } = in_bounds(source, span);
    let line_start =
        source[..start].iter().rposition(|byte| *byte == b'\n').map_or(0, |position| position + 1);
    let line_end =
        source[end..].iter().position(|byte| *byte == b'\n').map_or(source.len(), |length| end + length);
    line_start..line_end
}

/// A bounded part of the lines around the beginning of a span.
fn surroundings(source: &[u8], span: Span) -> Range<usize> {
    let lines = whole_lines(source, Span::new(span.start, span.start));
    let start = span.start as usize;
    lines.start.max(start.saturating_sub(MARGIN))..lines.end.min(start + MARGIN)
}

fn in_bounds(source: &[u8], span: Span) -> Range<usize> {
    let end = source.len().min(span.end as usize);
    end.min(span.start as usize)..end
}

/// Whether a byte continues a character in UTF-8.
fn is_utf8_continuation(byte: u8) -> bool {
    byte & 0xc0 == 0x80
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codes;
    use crate::syntax_error;

    fn rendered(source: &[u8], span: Span) -> String {
        let diagnostic = syntax_error::new(codes::EXPRESSION_EXPECTED, "expression expected", span, "here");
        Renderer::new(source, "a.nut", Style::Plain).render(&diagnostic)
    }

    #[test]
    fn the_end_of_the_text_has_a_place() {
        assert_eq!(
            rendered(b"a =\n", Span::new(4, 4)),
            "error[SQ0201]: expression expected\n --> a.nut:2:1\n  |\n2 |\n  | ^ here"
        );
    }

    #[test]
    fn the_way_into_the_program_is_told() {
        let mut map = SourceMap::default();
        let main = map.add_file("main.nut", (*b"x\n@include \"lib.nut\"\n").into());
        let lib = map.add_file("lib.nut", (*b"// lib\ny = ;\n").into());
        map.append_copy(main, Span::new(0, 2), None);
        let inclusion = crate::source_map::Inclusion {
            kind: InclusionKind::File,
            file: main,
            span: Span::new(2, 20),
            parent: None,
        };
        let inclusion = map.add_inclusion(inclusion);
        map.append_copy(lib, Span::new(0, 13), Some(inclusion));
        let mut diagnostic =
            syntax_error::new(codes::EXPRESSION_EXPECTED, "expression expected", Span::new(13, 14), "");
        diagnostic.labels.push(crate::diagnostic::Label { span: Span::new(0, 1), text: "see".to_owned() });
        assert_eq!(
            Renderer::with_map(&map, Style::Plain).render(&diagnostic),
            "error[SQ0201]: expression expected\n --> lib.nut:2:5\n  |\n2 | y = ;\n  |     ^\n  |\n  \
             = note: main.nut:1: see\n  = note: included at main.nut:2"
        );
    }

    #[test]
    fn bytes_that_are_not_utf8_are_shown_as_such() {
        let text = rendered(b"\xff\xc3\xa9 = \xc3 1", Span::new(8, 9));
        assert!(text.contains("a.nut:1:8\n"), "{text}");
        assert!(text.contains("1 | \u{fffd}é = \u{fffd} 1\n"), "{text}");
        // A span that cuts a character in two must not matter.
        rendered("aé".as_bytes(), Span::new(2, 3));
    }

    #[test]
    fn only_the_surroundings_of_a_mistake_in_a_huge_line_are_shown() {
        let source = b"x + ".repeat(1_000_000);
        let text = rendered(&source, Span::new(2_000_000, 2_000_001));
        assert!(text.contains("a.nut:1:2000001\n"), "{text}");
        assert!(text.len() < 2_000, "{text}");
    }
}
