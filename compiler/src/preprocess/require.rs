//! `#require`: libraries in the place of the lines that ask for them.
//!
//! `#require "Rocky.agent.lib.nut:3.0.0"` at the top of a program stands for
//! the text of that library in exactly that version. To the language the line
//! is a comment. Only comments and blank lines may precede it.

use super::{LibraryFailure, SourceLoader};
use crate::ast::Span;
use crate::codes;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::source_map::{Inclusion, InclusionKind, SourceMap};
use crate::syntax_error;

/// Most lines of a program that ask for libraries.
const MAX_LIBRARIES: usize = 100;

/// Puts the libraries into a program. The text and the map are left alone if there are none.
pub(super) fn require(
    text: &mut Vec<u8>,
    map: &mut SourceMap,
    loader: &mut dyn SourceLoader,
    diagnostics: &mut Vec<Diagnostic>,
) {
    if memchr::memmem::find(text, b"#require").is_none() {
        return;
    }
    let (lines, head_end) = head(text);
    warn_of_late_lines(text, head_end, diagnostics);
    if !lines.is_empty() {
        Requirer { text, map, loader, diagnostics, seen: Vec::new() }.run(&lines);
    }
}

/// The `#require` lines before the code, and where the code begins.
fn head(text: &[u8]) -> (Vec<Span>, usize) {
    let mut lines = Vec::new();
    let mut at = if text.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    loop {
        let rest = &text[at..];
        let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        match rest {
            [] => return (lines, at),
            [byte, ..] if byte.is_ascii_whitespace() => at += 1,
            [b'/', b'*', ..] => match memchr::memmem::find(&rest[2..], b"*/") {
                Some(length) => at += length + 4,
                None => return (lines, text.len()),
            },
            [b'#', ..] if is_require(rest) => {
                lines.push(Span::new(at as u32, (at + end) as u32));
                at += end;
            }
            [b'#', ..] | [b'/', b'/', ..] => at += end,
            _ => return (lines, at),
        }
    }
}

fn is_require(line: &[u8]) -> bool {
    line.strip_prefix(b"#require")
        .and_then(|rest| rest.first())
        .is_some_and(|byte| matches!(byte, b' ' | b'\t' | b'"'))
}

/// Lines after the beginning of the code do nothing.
fn warn_of_late_lines(text: &[u8], head_end: usize, diagnostics: &mut Vec<Diagnostic>) {
    for found in memchr::memmem::find_iter(&text[head_end..], b"\n#require").take(MAX_LIBRARIES) {
        let start = head_end + found + 1;
        if !is_require(&text[start..]) {
            continue;
        }
        let span = Span::new(start as u32, start as u32 + 8);
        let title = "`#require` after the beginning of the code does nothing";
        diagnostics.push(Diagnostic {
            severity: Severity::Warning,
            help: Some("move it to the top of the program".to_owned()),
            ..syntax_error::new(codes::REQUIRE_MISPLACED, title, span, "")
        });
    }
}

struct Requirer<'r> {
    text: &'r mut Vec<u8>,
    map: &'r mut SourceMap,
    loader: &'r mut dyn SourceLoader,
    diagnostics: &'r mut Vec<Diagnostic>,
    /// The names so far.
    seen: Vec<String>,
}

impl Requirer<'_> {
    fn run(&mut self, lines: &[Span]) {
        if let Some(line) = lines.get(MAX_LIBRARIES) {
            let title = format!("more than {MAX_LIBRARIES} libraries");
            return self.report(codes::REQUIRE_SYNTAX, title, *line, None);
        }
        let mut text = Vec::with_capacity(self.text.len());
        let mut pieces = Vec::new();
        let mut at = 0;
        for line in lines {
            if let Some((name, library)) = self.library(*line) {
                pieces.push((Span::new(at, line.start), *line, name, library));
                at = line.end;
            }
        }
        if pieces.is_empty() {
            return;
        }
        let mut map = self.map.without_text();
        let mut reported = std::mem::take(self.diagnostics);
        for (before, line, name, library) in pieces {
            text.extend_from_slice(&self.text[before.start as usize..before.end as usize]);
            map.append_from(self.map, before);
            let located = self.map.locate(line);
            let inclusion = map.add_inclusion(Inclusion {
                kind: InclusionKind::Library,
                file: located.file,
                span: located.span,
                parent: located.inclusion,
            });
            let file = map.add_file(&name, library.clone());
            map.append_copy(file, Span::new(0, library.len() as u32), Some(inclusion));
            text.extend_from_slice(&library);
        }
        let rest = Span::new(at, self.text.len() as u32);
        text.extend_from_slice(&self.text[at as usize..]);
        map.append_from(self.map, rest);
        // What was found in the old text is said of the files, where nothing moves.
        for diagnostic in &mut reported {
            diagnostic.span = self.map.span_of_located(diagnostic.span);
            diagnostic.labels.iter_mut().for_each(|label| label.span = self.map.span_of_located(label.span));
        }
        *self.diagnostics = reported;
        *self.text = text;
        *self.map = map;
    }

    /// The name and the text of the library that a line asks for; `None` if there is none, which has been
    /// reported.
    fn library(&mut self, line: Span) -> Option<(String, std::sync::Arc<[u8]>)> {
        let written = &self.text[line.start as usize + "#require".len()..line.end as usize];
        let written = String::from_utf8_lossy(written).trim().to_owned();
        let Some((name, version)) = parts(&written) else {
            let help = "write `#require \"Name.lib.nut:1.0.0\"`, with an exact version and nothing after it";
            self.report(codes::REQUIRE_SYNTAX, "this names no library", line, Some(help.to_owned()));
            return None;
        };
        if self.seen.iter().any(|seen| seen == name) {
            self.report(codes::REQUIRE_SYNTAX, format!("`{name}` is required twice"), line, None);
            return None;
        }
        self.seen.push(name.to_owned());
        match self.loader.library(name, version) {
            Ok(loaded) => Some((loaded.name, loaded.text)),
            Err(LibraryFailure { message, help, is_optional }) => {
                let code = if is_optional { codes::LIBRARY_LEFT_OUT } else { codes::LIBRARY_NOT_FOUND };
                let is_repeated = is_optional && self.diagnostics.iter().any(|other| other.code == code);
                if !is_repeated {
                    self.report(code, message, line, help);
                }
                None
            }
        }
    }

    /// Reports an error, or a warning if libraries are not asked for.
    fn report(&mut self, code: Code, title: impl Into<String>, span: Span, help: Option<String>) {
        let is_warning = code == codes::LIBRARY_LEFT_OUT || !self.loader.has_libraries();
        let severity = if is_warning { Severity::Warning } else { Severity::Error };
        let diagnostic = syntax_error::new(code, title, span, "");
        self.diagnostics.push(Diagnostic { severity, help, ..diagnostic });
    }
}

/// The name and the version of `"Name.lib.nut:1.0.0"`.
fn parts(written: &str) -> Option<(&str, &str)> {
    let (name, version) = written.strip_prefix('"')?.strip_suffix('"')?.split_once(':')?;
    let is_name = |text: &str| {
        !text.is_empty()
            && text.chars().all(|character| character.is_ascii_alphanumeric() || ".-_+".contains(character))
    };
    let mut numbers = version.split('.');
    let is_number = |text: &str| text.starts_with(|first: char| first.is_ascii_digit());
    let is_exact = numbers.by_ref().take(3).filter(|number| is_number(number)).count() == 3;
    // What follows the third number names a version before a release, as in `2.0.0-beta.1`.
    let is_exact = is_exact && (numbers.next().is_none() || version.contains('-'));
    (is_name(name) && is_name(version) && is_exact).then_some((name, version))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_exact_version_of_a_named_library_will_do() {
        assert_eq!(parts("\"Rocky.agent.lib.nut:3.0.0\""), Some(("Rocky.agent.lib.nut", "3.0.0")));
        assert_eq!(parts("\"a:2.0.0-beta.1\""), Some(("a", "2.0.0-beta.1")));
        for wrong in [
            "Rocky:1.0.0",
            "\"Rocky\"",
            "\"Rocky:1\"",
            "\"Rocky:1.0.x y\"",
            "\"../a:1.0.0\"",
            "\"a:1.0.0\";",
            "\"a:v1.0.0\"",
            "\"a:1.0.x\"",
            "\"a:1.x.0\"",
            "\"a:1.0.0.0\"",
        ] {
            assert_eq!(parts(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_head_ends_where_code_begins() {
        let text = b"\n// x\n/* y\n*/ #require \"a:1.0.0\"\n# other\n#require \"b:1.0.0\"\nlocal c;\n#require \"d:1.0.0\"";
        let (lines, end) = head(text);
        assert_eq!(lines.len(), 2);
        assert!(text[end..].starts_with(b"local c"));
    }
}
