//! Programs that somebody is typing: cut at every byte, with a token missing,
//! doubled or replaced, and soups of tokens.
//!
//! Whatever the text, compiling it ends, soon and without a panic; the
//! messages are in the text and in its order; and there is either an image or
//! an error.

use proptest::prelude::*;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tamias_compiler::ast::Span;
use tamias_compiler::diagnostic::{Diagnostic, Severity};
use tamias_compiler::edition::Edition;
use tamias_compiler::lint::{KnownNames, Level, LintOptions, all};
use tamias_compiler::parse::parse;
use tamias_compiler::render::{Renderer, Style};
use tamias_compiler::tokens::keywords;
use tamias_compiler::{CompileOptions, compile};

/// Nothing of the size of these programs takes so long, on a machine however busy.
const LIMIT: Duration = Duration::from_secs(10);

/// Programs beyond this size are long because their parts repeat. Of what is before a cut in them, only the
/// brackets that are open and so many bytes are kept: a parse of all of it for each byte would take minutes.
const MAX_WHOLE: usize = 3000;
const WINDOW: usize = 64;

/// Parses a text and checks what is true of all texts.
fn check_parse(text: &[u8], edition: Edition) {
    let start = Instant::now();
    let arena = bumpalo::Bump::new();
    check_diagnostics(text, &parse(&arena, text, "test.nut", edition).diagnostics);
    assert!(start.elapsed() < LIMIT, "{}", text.escape_ascii());
}

/// Compiles a text, with all lints, and checks what is true of all texts.
fn check_compile(text: &[u8], options: &CompileOptions) {
    let start = Instant::now();
    let compilation = compile(text, options);
    check_diagnostics(text, &compilation.diagnostics);
    let has_errors = compilation.diagnostics.iter().any(|found| found.severity == Severity::Error);
    assert_eq!(compilation.image.is_none(), has_errors, "{}", text.escape_ascii());
    assert!(start.elapsed() < LIMIT, "{}", text.escape_ascii());
}

fn check_diagnostics(text: &[u8], diagnostics: &[Diagnostic]) {
    let is_inside = |span: Span| span.start <= span.end && span.end as usize <= text.len();
    for diagnostic in diagnostics {
        let labels = diagnostic.labels.iter().map(|label| label.span);
        assert!(labels.chain([diagnostic.span]).all(is_inside), "{diagnostic:?} in {}", text.escape_ascii());
    }
    let is_sorted = diagnostics.is_sorted_by_key(|diagnostic| diagnostic.span.start);
    assert!(is_sorted, "{diagnostics:?} in {}", text.escape_ascii());
}

fn options(edition: Edition) -> CompileOptions {
    let mut names = KnownNames::default();
    names.insert("print", &[]);
    names.insert("imp.wakeup", &[1]);
    let levels = all().map(|info| (info.code, Level::Warn)).collect();
    let mut options = CompileOptions::new("test.nut", edition);
    options.lints = Some(LintOptions { names: Some(names), levels, deny_warnings: false });
    options
}

/// All conformance programs.
fn programs() -> Vec<Vec<u8>> {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../conformance/cases")];
    let mut paths: Vec<PathBuf> = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("the folder exists") {
            let path = entry.expect("the folder can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "nut") {
                paths.push(path);
            }
        }
    }
    paths.sort();
    assert!(paths.len() > 400, "only {} programs found", paths.len());
    paths.iter().map(|path| std::fs::read(path).expect("the program can be read")).collect()
}

/// Does something with each program, on all processors.
fn for_each_program(work: impl Fn(&[u8]) + Sync) {
    let mut programs = programs();
    // The large ones first, so that the threads end together.
    programs.sort_by_key(|program| std::cmp::Reverse(program.len()));
    let next = std::sync::atomic::AtomicUsize::new(0);
    let n_threads = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..n_threads {
            scope.spawn(|| {
                while let Some(program) =
                    programs.get(next.fetch_add(1, std::sync::atomic::Ordering::Relaxed))
                {
                    work(program);
                }
            });
        }
    });
}

/// What is kept of the text before a cut.
struct Prefixes<'p> {
    program: &'p [u8],
    /// Offsets of the brackets that are open, by a count that knows no strings.
    open: Vec<usize>,
}

impl<'p> Prefixes<'p> {
    /// The text up to `end`, or what stands for it in a long program; `end` grows from call to call.
    fn up_to(&mut self, end: usize) -> std::borrow::Cow<'p, [u8]> {
        if self.program.len() <= MAX_WHOLE {
            return self.program[..end].into();
        }
        let window = end.saturating_sub(WINDOW);
        let start = self.program[..window].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let mut text = Vec::new();
        for open in self.open.iter().filter(|open| **open < start) {
            let line = self.program[..*open].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
            text.extend_from_slice(&self.program[line.max(open.saturating_sub(WINDOW))..=*open]);
        }
        text.extend_from_slice(&self.program[start..end]);
        text.into()
    }

    fn advance(&mut self, byte: u8, offset: usize) {
        match byte {
            b'(' | b'[' | b'{' => self.open.push(offset),
            b')' | b']' | b'}' => drop(self.open.pop()),
            _ => {}
        }
    }
}

#[test]
fn a_program_may_end_at_every_byte() {
    for_each_program(|program| {
        let options = Edition::ALL.map(options);
        let mut prefixes = Prefixes { program, open: Vec::new() };
        for end in 0..program.len() {
            let text = prefixes.up_to(end);
            // One edition for each byte, and each edition for bytes of all kinds.
            let options = &options[end % options.len()];
            if end % 64 == 0 {
                check_compile(&text, options)
            } else {
                check_parse(&text, options.edition)
            }
            prefixes.advance(program[end], end);
        }
    });
}

/// Where the words, numbers and signs of a program are. Strings need not be recognised.
fn tokens(program: &[u8]) -> Vec<std::ops::Range<usize>> {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < program.len() {
        let n_word = program[at..].iter().take_while(|byte| is_word(**byte)).count();
        let length = n_word.max(1);
        if !program[at].is_ascii_whitespace() {
            tokens.push(at..at + length);
        }
        at += length;
    }
    tokens
}

/// What may stand where something else should.
const OTHERS: [&[u8]; 16] = [
    b"(",
    b")",
    b"{",
    b"}",
    b"[",
    b"]",
    b";",
    b",",
    b"=",
    b"else",
    b"function",
    b"class",
    b"\"",
    b"@",
    b"</",
    b"1",
];

#[test]
fn a_token_may_be_missing_doubled_or_wrong() {
    for_each_program(|program| {
        let tokens = tokens(program);
        // About as many tokens of long programs as of short ones.
        let stride = 1 + tokens.len() * program.len() / 80_000;
        for (index, token) in tokens.iter().enumerate().step_by(stride) {
            let (before, after) = (&program[..token.start], &program[token.end..]);
            let doubled = [&program[token.clone()], b" ", &program[token.clone()]].concat();
            let other = OTHERS[index % OTHERS.len()];
            let middle: &[u8] = match index % 3 {
                0 => b"",
                1 => &doubled,
                _ => other,
            };
            check_parse(&[before, middle, after].concat(), Edition::ALL[index % Edition::ALL.len()]);
        }
    });
}

/// What is no word of the language, and what makes lexers stumble.
const OTHER_WORDS: &[&str] = &[
    "(", ")", "[", "]", "{", "}", "</", "/>", ";", ",", ":", "::", ".", "...", "?", "@", "=", "<-", "+=",
    "+", "-", "*", "/", "<", ">", "==", "&", "&&", "!", "~", "++", "--", "\n", "a", "b", "1", "2.5", "\"s\"",
    "'c'",
];

fn words() -> Vec<&'static str> {
    keywords(Edition::Squirrel3).chain(OTHER_WORDS.iter().copied()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_soup_of_tokens_is_a_program_or_not(
        words in proptest::collection::vec(proptest::sample::select(words()), 0..120),
        edition in proptest::sample::select(&Edition::ALL[..]),
    ) {
        let text = words.join(" ");
        check_compile(text.as_bytes(), &options(edition));
    }

    #[test]
    fn any_bytes_can_be_shown(bytes in proptest::collection::vec(any::<u8>(), 0..80), edition in proptest::sample::select(&Edition::ALL[..])) {
        let found = compile(&bytes, &options(edition)).diagnostics;
        check_diagnostics(&bytes, &found);
        Renderer::new(&bytes, "test.nut", Style::Plain).render_all(&found);
    }
}
