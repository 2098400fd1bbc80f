//! Comments that silence lints: `// tamias: allow(unknown-name)`.
//!
//! At the end of a line the comment is about that line; on a line of its own,
//! about the next line that is not such a comment. `allow-file(…)` is about the
//! whole text. Several names are separated by commas.

use super::{and_help, find, warning};
use crate::ast::Span;
use crate::codes;
use crate::diagnostic::{Code, Diagnostic};
use crate::lines::LineIndex;
use crate::similar::closest;
use hashbrown::HashSet;

const MARK: &[u8] = b"tamias:";

/// What the comments of a text allow.
#[derive(Debug, Default)]
pub(super) struct Allowances {
    /// Lints and the lines where they are silent; line 0 is the whole text.
    allowed: HashSet<(Code, u32)>,
    /// Names that are no lints.
    unknown: Vec<Diagnostic>,
    lines: Option<LineIndex>,
}

impl Allowances {
    /// Reads the comments of a text.
    pub(super) fn read(source: &[u8]) -> Self {
        let mut allowances = Allowances::default();
        let mut waiting = Vec::new();
        let mut offset = 0;
        for (index, line) in source.split(|byte| *byte == b'\n').enumerate() {
            let number = index as u32 + 1;
            let has_code = match comment(line) {
                Some((code, start)) => {
                    let is_alone = code.trim_ascii().is_empty();
                    allowances.read_comment(&line[start..], offset + start, number, is_alone, &mut waiting);
                    !is_alone
                }
                None => !line.trim_ascii().is_empty(),
            };
            if has_code {
                allowances.allowed.extend(waiting.drain(..).map(|lint| (lint, number)));
            }
            offset += line.len() + 1;
        }
        if !allowances.allowed.is_empty() {
            allowances.lines = Some(LineIndex::new(source));
        }
        allowances
    }

    fn read_comment(
        &mut self,
        comment: &[u8],
        offset: usize,
        line: u32,
        is_alone: bool,
        waiting: &mut Vec<Code>,
    ) {
        let Some((word, names, start)) = directive(comment) else { return };
        let mut at = offset + start;
        for part in names.split(|byte| *byte == b',') {
            let name = String::from_utf8_lossy(part.trim_ascii()).into_owned();
            let span = Span::new(at as u32, (at + part.len()) as u32);
            at += part.len() + 1;
            match find(&name) {
                Some(lint) if word == b"allow-file" => drop(self.allowed.insert((lint.code, 0))),
                Some(lint) if is_alone => waiting.push(lint.code),
                Some(lint) => drop(self.allowed.insert((lint.code, line))),
                None => self.unknown.push(unknown_lint(&name, span)),
            }
        }
    }

    /// Removes what is allowed, and adds what is wrong with the comments themselves.
    pub(super) fn apply(self, found: &mut Vec<Diagnostic>) {
        if let Some(lines) = &self.lines {
            found.retain(|diagnostic| {
                let line = lines.line(diagnostic.span.start);
                ![0, line].iter().any(|at| self.allowed.contains(&(diagnostic.code, *at)))
            });
        }
        found.extend(self.unknown);
    }
}

/// The code before a comment that may be for us, and where the comment begins.
fn comment(line: &[u8]) -> Option<(&[u8], usize)> {
    let mark = line.windows(MARK.len()).position(|window| window == MARK)?;
    let before = &line[..mark];
    let start = before
        .windows(2)
        .rposition(|pair| pair == b"//")
        .or_else(|| before.iter().rposition(|byte| *byte == b'#'))?;
    let is_directive = before[start..].iter().all(|byte| matches!(byte, b'/' | b'#' | b' ' | b'\t'));
    // An odd number of quotes before it: it is in a string.
    let is_in_string = line[..start].iter().filter(|byte| **byte == b'"').count() % 2 == 1;
    (is_directive && !is_in_string).then(|| (&line[..start], start))
}

/// The word, the text between the parentheses, and where that begins.
fn directive(comment: &[u8]) -> Option<(&[u8], &[u8], usize)> {
    let after = comment.windows(MARK.len()).position(|window| window == MARK)? + MARK.len();
    let open = after + comment[after..].iter().position(|byte| *byte == b'(')?;
    let close = open + comment[open..].iter().position(|byte| *byte == b')')?;
    let word = comment[after..open].trim_ascii();
    matches!(word, b"allow" | b"allow-file").then(|| (word, &comment[open + 1..close], open + 1))
}

fn unknown_lint(name: &str, span: Span) -> Diagnostic {
    let found = warning(codes::UNKNOWN_LINT, format!("there is no lint `{name}`"), span, "");
    match closest(name, super::all().map(|info| info.name)) {
        Some(lint) => and_help(found, format!("write `{lint}`")),
        None => and_help(found, "`tamias lint --list` shows all"),
    }
}
