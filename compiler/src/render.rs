//! Rendering: diagnostics as text for people.
//!
//! The shape is that of the Rust compiler. What annotate-snippets cannot cope
//! with is prepared here: source text that is not UTF-8, and lines of any
//! length, of which only the surroundings of the mistake are shown.

use std::ops::Range;

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Snippet};

use crate::ast::Span;
use crate::diagnostic::{Diagnostic, Severity};
use crate::lines::LineIndex;

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

/// Renders the diagnostics of one source text.
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
pub struct Renderer<'s> {
    source: &'s [u8],
    source_name: &'s str,
    lines: LineIndex,
    renderer: annotate_snippets::Renderer,
}

impl<'s> Renderer<'s> {
    /// A renderer for the diagnostics of `source`.
    pub fn new(source: &'s [u8], source_name: &'s str, style: Style) -> Self {
        let renderer = match style {
            Style::Colored => annotate_snippets::Renderer::styled(),
            Style::Plain => annotate_snippets::Renderer::plain(),
        };
        Renderer { source, source_name, lines: LineIndex::new(source), renderer }
    }

    /// The diagnostic as text, without a line break at the end.
    pub fn render(&self, diagnostic: &Diagnostic) -> String {
        let level = match diagnostic.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let title = level.primary_title(&diagnostic.title).id(diagnostic.code.to_string());
        let excerpt = Excerpt::new(self.source, diagnostic);
        let far_labels = diagnostic.labels.iter().filter(|label| !excerpt.contains(label.span));
        let group = Group::with_title(title)
            .element(self.snippet(&excerpt, diagnostic))
            .elements(far_labels.map(|label| {
                Level::NOTE.message(format!("line {}: {}", self.lines.line(label.span.start), label.text))
            }))
            .elements(diagnostic.help.iter().map(|help| Level::HELP.message(help)));
        let rendered = self.renderer.render(&[group]);
        self.with_true_column(rendered, &excerpt, diagnostic.span)
    }

    /// All diagnostics, with an empty line after each.
    pub fn render_all(&self, diagnostics: &[Diagnostic]) -> String {
        diagnostics.iter().map(|diagnostic| self.render(diagnostic) + "\n\n").collect()
    }

    /// annotate-snippets counts columns in the excerpt; if that begins in the
    /// middle of a line, the place it prints is wrong.
    fn with_true_column(&self, rendered: String, excerpt: &Excerpt<'_>, span: Span) -> String {
        let line = self.lines.line(span.start);
        let line_start = self.lines.start(line) as usize;
        if excerpt.range.start <= line_start {
            return rendered;
        }
        let place = |column: usize| format!("{}:{line}:{column}", self.source_name);
        let shown = excerpt.text[..excerpt.position(span.start)].chars().count() + 1;
        let before = &self.source[line_start..span.start as usize];
        let true_column = before.iter().filter(|byte| !is_utf8_continuation(**byte)).count() + 1;
        rendered.replacen(&place(shown), &place(true_column), 1)
    }

    fn snippet(&self, excerpt: &Excerpt<'_>, diagnostic: &Diagnostic) -> Snippet<'_, Annotation<'_>> {
        let mark = |kind: AnnotationKind, span: Span, label: &str| {
            let label = (!label.is_empty()).then(|| label.to_owned());
            kind.span(excerpt.position(span.start)..excerpt.position(span.end)).label(label)
        };
        let near_labels = diagnostic.labels.iter().filter(|label| excerpt.contains(label.span));
        Snippet::source(excerpt.text.clone())
            .path(self.source_name)
            .line_start(self.lines.line(excerpt.range.start as u32) as usize)
            .annotation(mark(AnnotationKind::Primary, diagnostic.span, &diagnostic.label))
            .annotations(near_labels.map(|label| mark(AnnotationKind::Context, label.span, &label.text)))
    }
}

/// The part of a source text that is shown for a diagnostic.
struct Excerpt<'s> {
    source: &'s [u8],
    range: Range<usize>,
    /// The bytes as text, with an ellipsis where a line is cut.
    text: String,
    /// The length of the ellipsis at the beginning.
    n_prefix: usize,
}

impl<'s> Excerpt<'s> {
    fn new(source: &'s [u8], diagnostic: &Diagnostic) -> Self {
        let everything = diagnostic.labels.iter().fold(diagnostic.span, |span, label| span.to(label.span));
        let lines = whole_lines(source, everything);
        let range = if lines.len() <= MAX_WHOLE { lines } else { surroundings(source, diagnostic.span) };
        let ellipsis = |is_cut: bool| if is_cut { "…" } else { "" };
        let prefix = ellipsis(range.start > 0 && source[range.start - 1] != b'\n');
        let suffix = ellipsis(range.end < source.len() && source[range.end] != b'\n');
        let mut text = format!("{prefix}{}{suffix}", String::from_utf8_lossy(&source[range.clone()]));
        if text.ends_with('\n') {
            // annotate-snippets does not see an empty last line.
            text.push(' ');
        }
        Excerpt { source, range, text, n_prefix: prefix.len() }
    }

    fn contains(&self, span: Span) -> bool {
        self.range.start <= span.start as usize && span.end as usize <= self.range.end
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
