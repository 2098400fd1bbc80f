//! Pieces: the tokens of a text with everything that stands between them.
//!
//! A piece has the terminal that the parser would see, so that whoever walks
//! over pieces knows a `{` of a table from one of a block. What the lexer skips
//! is found again in the gaps: comments, directives, and how many lines lie
//! between them. Every byte that is not white space belongs to one piece or
//! one comment.

use bumpalo::Bump;

use super::directive;
use crate::adaptor::Adaptor;
use crate::ast::Span;
use crate::edition::Edition;
use crate::lexer::Lexemes;
use crate::parse::Origin;
use crate::token::Token;
use crate::tree::Tree;

/// A token and what stands before it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    pub(super) token: Token,
    pub(super) span: Span,
    /// How many line breaks lie between it and what is before it.
    pub(super) lines_before: u32,
    /// Its first comment in the list; the last one is before that of the next piece.
    first_comment: usize,
    /// How many of its comments belong to the end of the previous piece's line.
    n_trailing: usize,
}

/// What kind of text between tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CommentKind {
    /// `// …` and `# …`, up to the end of the line.
    Line,
    /// `/* … */`
    Block,
    /// A line that has to stay as it is.
    Directive,
}

/// A comment or directive.
#[derive(Clone, Copy, Debug)]
pub(super) struct Comment {
    pub(super) kind: CommentKind,
    pub(super) span: Span,
    /// How many line breaks lie between it and what is before it.
    pub(super) lines_before: u32,
}

/// A text in pieces; the last one is the end of the text.
pub(super) struct Pieces<'a> {
    list: Vec<Piece>,
    comments: Vec<Comment>,
    plain: &'a [u8],
}

impl<'a> Pieces<'a> {
    /// Cuts a text into pieces. `plain` is the same text without directives, and has no syntax errors.
    pub(super) fn new(arena: &'a Bump, source: &[u8], plain: &[u8], edition: Edition) -> Self {
        let plain: &'a [u8] = arena.alloc_slice_copy(plain);
        let tree = Tree::new(arena, plain, Origin::File(""), edition);
        let mut terminals = Adaptor::new(&tree, plain, edition).peekable();
        let mut lexemes = Lexemes::new(plain, edition);
        let mut pieces = Pieces { list: Vec::new(), comments: Vec::new(), plain };
        let mut end = if source.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        loop {
            let lexeme = lexemes.next_lexeme();
            let terminal = terminals.next_if(|(start, _, _)| start.offset == lexeme.span.start);
            // The adaptor drops the `;` before an `else`.
            let token = terminal.map_or(lexeme.token, |(_, token, _)| token);
            let first_comment = pieces.comments.len();
            let span = if token == Token::End {
                Span::new(source.len() as u32, source.len() as u32)
            } else {
                lexeme.span
            };
            let lines_before = pieces.scan_gap(source, end as usize..span.start as usize);
            let mut piece = Piece { token, span, lines_before, first_comment, n_trailing: 0 };
            piece.n_trailing = pieces.n_trailing(&piece);
            pieces.list.push(piece);
            end = span.end;
            if token == Token::End {
                return pieces;
            }
        }
    }

    pub(super) fn get(&self, index: usize) -> &Piece {
        &self.list[index.min(self.list.len() - 1)]
    }

    /// The comments that end the line of the piece before this one.
    pub(super) fn trailing(&self, index: usize) -> &[Comment] {
        let piece = self.get(index);
        &self.comments[piece.first_comment..piece.first_comment + piece.n_trailing]
    }

    /// The comments before a piece that belong to it.
    pub(super) fn leading(&self, index: usize) -> &[Comment] {
        let piece = self.get(index);
        let end = self.list.get(index + 1).map_or(self.comments.len(), |next| next.first_comment);
        &self.comments[piece.first_comment + piece.n_trailing..end]
    }

    /// How many line breaks lie before a piece and its comments.
    pub(super) fn lines_before(&self, index: usize) -> u32 {
        self.leading(index).first().map_or(self.get(index).lines_before, |comment| comment.lines_before)
    }

    /// Whether the text has a line break anywhere in a range.
    pub(super) fn has_line_break(&self, span: Span) -> bool {
        self.plain[span.start as usize..span.end as usize].contains(&b'\n')
    }

    /// The tokens in order: what they mean, where they begin and their text.
    pub(super) fn tokens<'s>(&self, source: &'s [u8]) -> impl Iterator<Item = (Token, u32, &'s [u8])> {
        self.list.iter().map(|piece| (piece.token, piece.span.start, text(source, piece.span)))
    }

    /// The comments without white space, sorted: they may be indented anew, and move behind a `{`.
    pub(super) fn sorted_comments(&self, source: &[u8]) -> Vec<Vec<u8>> {
        let words = |comment: &Comment| -> Vec<u8> {
            let bytes = text(source, comment.span).iter().copied();
            bytes.filter(|byte| !byte.is_ascii_whitespace()).collect()
        };
        let mut comments: Vec<_> = self.comments.iter().map(words).collect();
        comments.sort();
        comments
    }

    /// Notes the comments of a gap; returns how many line breaks follow the last one.
    fn scan_gap(&mut self, source: &[u8], gap: std::ops::Range<usize>) -> u32 {
        let mut at = gap.start;
        let mut lines_before = 0;
        while at < gap.end {
            let rest = &source[at..gap.end];
            let (kind, length) = match rest {
                [b'\n', ..] => {
                    lines_before += 1;
                    at += 1;
                    continue;
                }
                [b'/', b'*', ..] => (CommentKind::Block, block_length(rest)),
                [b'#' | b'@', ..] if directive::is_directive(rest) => {
                    (CommentKind::Directive, line_length(rest))
                }
                [b'#', ..] | [b'/', b'/', ..] => (CommentKind::Line, line_length(rest)),
                _ => {
                    at += 1;
                    continue;
                }
            };
            let length = length.min(rest.len());
            // A directive keeps its indentation.
            let start = if kind == CommentKind::Directive { line_start(source, at) } else { at };
            let span = Span::new(start as u32, (at + length) as u32);
            self.comments.push(Comment { kind, span, lines_before });
            lines_before = 0;
            at += length;
        }
        lines_before
    }

    /// How many of the comments before a piece end the line of the previous piece.
    fn n_trailing(&self, piece: &Piece) -> usize {
        let comments = &self.comments[piece.first_comment..];
        if piece.first_comment == 0 && self.list.is_empty() {
            return 0;
        }
        let n_same_line = comments.iter().take_while(|comment| comment.lines_before == 0).count();
        let lines_after =
            comments.get(n_same_line).map_or(piece.lines_before, |comment| comment.lines_before);
        let ends_line = lines_after > 0 || piece.token == Token::End;
        if ends_line { n_same_line } else { 0 }
    }
}

fn text(source: &[u8], span: Span) -> &[u8] {
    &source[span.start as usize..span.end as usize]
}

fn block_length(text: &[u8]) -> usize {
    text[2..].windows(2).position(|pair| pair == b"*/").map_or(text.len(), |at| at + 4)
}

/// The length of a comment up to the end of the line, without blanks at its end.
fn line_length(text: &[u8]) -> usize {
    let line = text.iter().position(|byte| *byte == b'\n').unwrap_or(text.len());
    text[..line].trim_ascii_end().len()
}

fn line_start(source: &[u8], at: usize) -> usize {
    source[..at].iter().rposition(|byte| !matches!(byte, b' ' | b'\t')).map_or(0, |before| before + 1)
}
