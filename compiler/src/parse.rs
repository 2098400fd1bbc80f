//! The front end as one function: source text in, tree and diagnostics out.

use bumpalo::Bump;
use lalrpop_util::lalrpop_mod;

use crate::adaptor::Adaptor;
use crate::ast::{Program, Span};
use crate::codes;
use crate::diagnostic::{Diagnostic, Label};
use crate::edition::Edition;
use crate::lexer::Lexemes;
use crate::lines::LineIndex;
use crate::source_map::SourceMap;
use crate::syntax_error;
use crate::token::Token;
use crate::tree::Tree;

lalrpop_mod!(
    #[allow(clippy::all, missing_docs, unused)]
    grammar
);

lalrpop_mod!(
    #[allow(clippy::all, missing_docs, unused)]
    strict
);

/// A parsed source text.
#[derive(Clone, Debug)]
pub struct Parsed<'a> {
    /// The tree. What could not be understood is an error node, or missing.
    pub program: Program<'a>,
    /// What is wrong, in the order of the text and at most one for each line.
    pub diagnostics: Vec<Diagnostic>,
}

/// Where a source text comes from: what `__FILE__` and `__LINE__` stand for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Origin<'a> {
    /// It is the text of a file of this name.
    File(&'a str),
    /// The map knows the files.
    Map(&'a SourceMap),
}

/// Parses a source text. `source_name` is what `__FILE__` stands for.
///
/// The tree refers to `source` and to memory of `arena`. Depth of nesting costs
/// no native stack. A byte-order mark at the beginning is skipped; apart from
/// that the text may be any bytes at all.
pub fn parse<'a>(arena: &'a Bump, source: &'a [u8], source_name: &'a str, edition: Edition) -> Parsed<'a> {
    parse_from(arena, source, Origin::File(source_name), edition)
}

/// Parses a source text that comes from elsewhere.
pub(crate) fn parse_from<'a>(
    arena: &'a Bump,
    source: &'a [u8],
    origin: Origin<'a>,
    edition: Edition,
) -> Parsed<'a> {
    if source.len() > MAX_SOURCE {
        return too_large();
    }
    let tree = Tree::new(arena, source, origin, edition);
    let mut adaptor = Adaptor::new(&tree, source, edition);
    if let Ok(program) = strict::ProgramParser::new().parse(&tree, &mut adaptor) {
        return parsed(program, &tree, adaptor);
    }
    // From the beginning, because what the parser has on its stack cannot be handed over.
    let tree = Tree::new(arena, source, origin, edition);
    let mut adaptor = Adaptor::new(&tree, source, edition);
    let program = grammar::ProgramParser::new().parse(&tree, &mut adaptor).unwrap_or(EMPTY);
    parsed(program, &tree, adaptor)
}

fn parsed<'a>(program: Program<'a>, tree: &Tree<'a>, adaptor: Adaptor<'_, 'a>) -> Parsed<'a> {
    let (source, edition) = (tree.source(), tree.edition());
    let unclosed = adaptor.unclosed();
    let mut diagnostics = tree.take_diagnostics();
    if let Some(bracket) = unclosed {
        label_unclosed(&mut diagnostics, bracket, source, edition);
    }
    let problems = adaptor.into_problems();
    diagnostics.extend(problems.into_iter().map(|(problem, span)| problem.to_diagnostic(span, source)));
    Parsed { program, diagnostics: one_per_line(diagnostics, source) }
}

const EMPTY: Program<'static> = Program { body: &[], end: Span { start: 0, end: 0 } };

/// Longest text of a program, in bytes: it needs up to about sixty times as much memory to compile it.
pub const MAX_SOURCE: usize = 32 << 20;

fn too_large<'a>() -> Parsed<'a> {
    let title = format!("the source text is larger than {} MiB", MAX_SOURCE >> 20);
    let limit = MAX_SOURCE as u32;
    let span = Span::new(limit, limit);
    let diagnostic = syntax_error::new(codes::SOURCE_TOO_LARGE, title, span, "the limit is here");
    Parsed { program: EMPTY, diagnostics: vec![diagnostic] }
}

/// What is missing at the end of the text went wrong where a brace was opened.
fn label_unclosed(diagnostics: &mut [Diagnostic], bracket: Span, source: &[u8], edition: Edition) {
    let at_the_end = diagnostics.iter_mut().find(|diagnostic| diagnostic.span.start as usize == source.len());
    if let Some(diagnostic) = at_the_end {
        let span = misindented_brace(source, edition).unwrap_or(bracket);
        diagnostic.labels = vec![Label { span, text: "never closed".to_owned() }];
    }
}

/// The first brace whose `}` is indented less than the line of the brace: most
/// likely that `}` was meant for an outer one.
fn misindented_brace(source: &[u8], edition: Edition) -> Option<Span> {
    let mut lexemes = Lexemes::new(source, edition);
    let mut open = Vec::new();
    loop {
        let lexeme = lexemes.next_lexeme();
        match lexeme.token {
            Token::OpenBrace => open.push(lexeme.span),
            Token::CloseBrace => {
                let brace = open.pop()?;
                if lexeme.on_new_line && indentation(source, lexeme.span) < indentation(source, brace) {
                    return Some(brace);
                }
            }
            Token::End => return None,
            _ => {}
        }
    }
}

/// How many blanks the line of a span begins with.
fn indentation(source: &[u8], span: Span) -> usize {
    let line_start =
        source[..span.start as usize].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    source[line_start..].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count()
}

/// Sorts the diagnostics and keeps the first of each line: a second mistake on
/// a line is most often a consequence of the first.
fn one_per_line(mut diagnostics: Vec<Diagnostic>, source: &[u8]) -> Vec<Diagnostic> {
    if diagnostics.len() > 1 {
        let lines = LineIndex::new(source);
        diagnostics.sort_by_key(|diagnostic| diagnostic.span.start);
        diagnostics.dedup_by_key(|diagnostic| lines.line(diagnostic.span.start));
    }
    diagnostics
}
