//! The Builder and `#require`, over files that are in memory.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use tamias_compiler::edition::Edition;
use tamias_compiler::preprocess::{
    LibraryFailure, LoadFailure, Loaded, Options, Preprocessed, Program, SourceLoader, preprocess,
    with_control_lines,
};
use tamias_compiler::render::{Renderer, Style};
use tamias_compiler::{CompileOptions, compile_mapped};

/// Files by location, and libraries as `name:version`.
#[derive(Default)]
struct Files(HashMap<String, Vec<u8>>);

impl Files {
    fn new(files: &[(&str, &str)]) -> Files {
        let own = |(name, text): &(&str, &str)| (name.to_string(), text.as_bytes().to_vec());
        Files(files.iter().map(own).collect())
    }
}

impl SourceLoader for Files {
    fn load(&mut self, location: &str) -> Result<Loaded, LoadFailure> {
        if location.ends_with("/folder") {
            let message = "it is a folder".to_owned();
            return Err(LoadFailure::Unreadable { message, help: None });
        }
        let text = self.0.get(location).ok_or(LoadFailure::NotFound)?;
        Ok(Loaded { name: location.trim_start_matches("/p/").to_owned(), text: text.clone().into() })
    }

    fn library(&mut self, name: &str, version: &str) -> Result<Loaded, LibraryFailure> {
        let key = format!("{name}:{version}");
        let failure = LibraryFailure { message: format!("no {key}"), help: None, is_optional: false };
        let text = self.0.get(&key).ok_or(failure)?;
        Ok(Loaded { name: key, text: text.clone().into() })
    }

    fn has_libraries(&self) -> bool {
        true
    }

    fn environment(&self, name: &str) -> Option<String> {
        (name == "HOME").then(|| "/home/me".to_owned())
    }
}

fn options() -> Options {
    let variables = vec![("FLAG".to_owned(), "5".to_owned())];
    Options { variables, folders: vec!["/here".to_owned()], ..Options::default() }
}

fn preprocessed(text: &str, files: &[(&str, &str)]) -> Preprocessed {
    let program = Program { name: "main.nut", location: "/p/main.nut", text: text.as_bytes() };
    preprocess(&program, &options(), &mut Files::new(files))
}

/// The text after preprocessing, in which nothing may be wrong.
fn text(text: &str, files: &[(&str, &str)]) -> String {
    let done = preprocessed(text, files);
    assert!(done.diagnostics.is_empty(), "{}", rendered(&done));
    String::from_utf8(done.text).expect("it is UTF-8")
}

fn rendered(done: &Preprocessed) -> String {
    Renderer::with_map(&done.map, Style::Plain).render_all(&done.diagnostics)
}

/// Code, place and title of each diagnostic.
fn problems(text: &str, files: &[(&str, &str)]) -> Vec<String> {
    let done = preprocessed(text, files);
    let described = done.diagnostics.iter().map(|diagnostic| {
        let place = done.map.place(done.map.locate(diagnostic.span));
        format!("{} {}:{}:{} {}", diagnostic.code, place.name, place.line, place.column, diagnostic.title)
    });
    described.collect()
}

#[test]
fn text_without_directives_is_left_alone() {
    for source in ["", "local f = @(x) x;\n", "x\r\n\0\u{e9}", "local s = @\"\n@include\n\";"] {
        assert_eq!(text(source, &[]), source);
    }
}

#[test]
fn directives_do_what_they_say() {
    let cases = [
        ("@set A = 2 // two\n@set B (A * 3)\n@{A + B}\n", "8\n"),
        ("@set A 1\n@set A A + 1\n[@{A}] @{A}@{A}\n", "[2] 22\n"),
        ("@if FLAG == 5\nyes\n@else\nno\n@endif\n", "yes\n"),
        ("@if !FLAG\na\n@elseif FLAG > 4 && FLAG < 6\nb\n@elseif true\nc\n@end\nd", "b\nd"),
        ("@set a = 3\n@while a > 0\n@{loop.index}:@{a}\n@set a = a - 1\n@endwhile\n", "0:3\n1:2\n2:1\n"),
        ("@repeat 2\n@repeat 2\n@{loop.iteration}\n@end\n@endrepeat\n", "1\n2\n1\n2\n"),
        ("@ comment\n  @\t\n@\n@if 1\n@end\n@other\n@@\nx", "@other\n@@\nx"),
        ("@set FLAG 6\n@{FLAG} @{HOME}\n", "5 /home/me\n"),
        ("\t@if 1\n\tx\n\t@end\n", "\tx\n"),
        ("@if 1\r\na\r\n@end\r\nb\r\n", "a\r\nb\r\n"),
        ("\"@{FLAG}\" @(x) x @\"v\" @{ FLAG } {}@{", "\"5\" @(x) x @\"v\" 5 {}@{"),
        ("@{\"}\" + '{'} @{defined(FLAG)} @{defined(nothing)}", "}{ true false"),
        ("@{__FILE__}:@{__LINE__}\n\n@{__PATH__}:@{__LINE__}", "main.nut:1\n\n/p:3"),
    ];
    for (source, expected) in cases {
        assert_eq!(text(source, &[]), expected, "{source}");
    }
}

#[test]
fn expressions_have_values() {
    let cases = [
        ("156*4+3", "627"),
        ("(256 - 128) / 2", "64"),
        ("7 % 4 - -1", "4"),
        ("true || false && false", "true"),
        ("null == false", "false"),
        ("'5' == 5 ? 'same' : 'other'", "same"),
        ("\"a\\\"b\\n\" + 1 + null", "a\"b\n1null"),
        ("[1, 'b', [2]][1] + [3, 4].length", "b2"),
        ("5|max(1, 2)", "5"),
        ("-5 | abs | max(2)", "5"),
        ("'a' + 'b' | escape", "ab"),
        ("'it\\'s'|escape", "it\\'s"),
        ("'abc'|base64", "YWJj"),
        ("S.toUpperCase('a') + ('b'|S.toUpperCase)", "AB"),
        ("1 < 2 == true", "true"),
        ("!undefined_thing", "true"),
        ("0.1 + 0.2", "0.30000000000000004"),
        ("1e3 /* thousand */ + .5;", "1000.5"),
    ];
    for (expression, expected) in cases {
        assert_eq!(text(&format!("@{{{expression}}}"), &[]), expected, "{expression}");
    }
}

#[test]
fn macros_have_arguments_and_can_be_used_in_both_ways() {
    let source = "@macro poem(a, b, c)\n  Roses are @{a},\n  violets are @{defined(c) ? c : b}\n@end\n\
                  s = @\"@{poem(\"red\", \"blue\")}\";\n@include poem('white', 'x', \"green\")\nend";
    let expected =
        "s = @\"  Roses are red,\n  violets are blue\";\n  Roses are white,\n  violets are green\nend";
    assert_eq!(text(source, &[]), expected);
    let nested =
        "@macro outer(x)\n<@{inner(x + 1)}>\n@end\n@macro inner(y)\n@{x}@{y}@{__LINE__}\n@end\n@{outer(1)}";
    assert_eq!(text(nested, &[]), "<125>");
    let recursive =
        "@macro count(n)\n@if n > 0\n@{n}\n@include count(n - 1)\n@end\n@end\n@include count(3)\n";
    assert_eq!(text(recursive, &[]), "3\n2\n1\n");
}

#[test]
fn files_are_included_where_they_are_found() {
    let files = [
        ("/p/a.nut", "a @{__FILE__}:@{__LINE__}\n@include \"sub/b.nut\"\n"),
        ("/p/sub/b.nut", "b @{__PATH__}\n@include __PATH__ + \"/../c.nut\"\n@include \"d.nut\""),
        ("/p/c.nut", "c, without a line break"),
        ("/p/d.nut", "d of the program\n"),
        ("/here/d.nut", "not this one\n"),
        ("/here/e.nut", "e of here\n"),
    ];
    let source = "@include \"a.nut\" // first\n@include once \"c.nut\"\n@include 'e.nut';\n@include once \".\\\\a.nut\"\n";
    let expected = "a a.nut:1\nb /p/sub\nc, without a line break\nd of the program\ne of here\n";
    assert_eq!(text(source, &files), expected);
    assert_eq!(text("x(@{include('c.nut')|escape});", &files), "x(c, without a line break);");
}

#[test]
fn remote_files_have_variables_and_neighbours() {
    let files = [
        ("github:u/r/lib/a.nut@v1", "@include \"b.nut\"\n@{__REPO_PREFIX__}@{__REPO_REF__} @{__PATH__}\n"),
        ("github:u/r/lib/b.nut@v1", "b\n"),
        ("https://host/x/c.nut", "@{__URL_ROOT__} @{__URL_PATH__} @{__REPO_REF__ || 'none'}\n"),
    ];
    let source = "@include once \"github:u/r/lib/a.nut@v1\"\n@include \"https://host/x/c.nut\"\n";
    assert_eq!(text(source, &files), "b\ngithub:u/rv1 github:u/r/lib\nhttps://host x/c.nut none\n");
}

#[test]
fn mistakes_are_reported_where_they_are() {
    let cases = [
        ("@if\nx\n@end", "SQ0701 main.nut:1:1 @if needs an argument"),
        ("@else", "SQ0702 main.nut:1:1 @else without @if"),
        ("@if 1\n@else\n@elseif 1\n@end", "SQ0702 main.nut:3:1 @elseif after @else"),
        ("x\n @endif", "SQ0702 main.nut:2:2 @endif ends nothing"),
        ("@if 1\n@while 0\n@endif\n@end", "SQ0702 main.nut:3:1 @endif does not end the @while of line 2"),
        ("x\n@macro m()\n", "SQ0702 main.nut:2:1 @macro without an end"),
        ("@end now", "SQ0701 main.nut:1:6 this directive has no argument"),
        ("@set 1 = 2", "SQ0701 main.nut:1:6 @set needs a name and a value"),
        ("@set A = ", "SQ0701 main.nut:1:6 @set needs a name and a value"),
        ("@include ~~~", "SQ0703 main.nut:1:10 this does not belong here"),
        ("@{1 +}", "SQ0703 main.nut:1:6 an expression is missing"),
        ("a @{f(1)} b", "SQ0703 main.nut:1:5 `f` is neither a function nor a macro"),
        ("@{1 / 0}", "SQ0703 main.nut:1:3 division by zero"),
        ("@{'abc}", "SQ0703 main.nut:1:3 the string has no end"),
        ("@{x.y}", "SQ0703 main.nut:1:3 this has no members: `y`"),
        ("@{NAME}", "SQ0707 main.nut:1:1 `NAME` is not defined, so `null` stands here"),
        ("@error \"no \" + FLAG", "SQ0705 main.nut:1:1 no 5"),
        ("@warning \"old\"", "SQ0706 main.nut:1:1 old"),
        ("@macro m()\n@end\n@macro m()\n@end", "SQ0708 main.nut:3:1 the macro `m` is declared twice"),
        ("@macro m\n@end", "SQ0703 main.nut:1:8 write the parameters after the name: `@macro name(a, b)`"),
        ("@include \"none.nut\"", "SQ0709 main.nut:1:1 there is no `none.nut`"),
        ("@include \"folder\"", "SQ0710 main.nut:1:1 cannot include `folder`: it is a folder"),
    ];
    for (source, expected) in cases {
        assert!(
            problems(source, &[]).contains(&expected.to_owned()),
            "{source}: {:?}",
            problems(source, &[])
        );
    }
}

#[test]
fn what_would_not_end_is_stopped_soon() {
    let files = [("/p/self.nut", "x\n@include \"other.nut\"\n"), ("/p/other.nut", "@include \"self.nut\"\n")];
    let cases = [
        ("@include \"self.nut\"", "SQ0711 self.nut:2:1 `self.nut` includes itself without end"),
        ("@while 1\n@end", "SQ0704 main.nut:1:1 the loop does not end within 100000 turns"),
        ("@repeat 1e9\nx\n@end", "SQ0704 main.nut:1:9 more than 100000 turns"),
        (
            "@repeat -1\n@end",
            "SQ0703 main.nut:1:9 the number of turns has to be a whole number, and not negative",
        ),
        (
            "@repeat 1000\n@repeat 2000\n@end\n@end",
            "SQ0704 main.nut:2:1 the Builder does not finish within 1000000 steps",
        ),
        (
            "@macro m()\n@include m()\n@end\n@include m()",
            "SQ0711 main.nut:2:1 `main.nut` includes itself without end",
        ),
        ("@macro m(n)\n@{m(n)}\n@end\n@{m(1)}", "SQ0711 main.nut:2:3 `main.nut` includes itself without end"),
        ("@set a 'x'\n@repeat 99\n@set a a + a\n@end", "SQ0703 main.nut:3:8 the value is too large"),
        (
            "@set a S.repeat('x', 4e6)\n@repeat 99\n@{a}\n@end",
            "SQ0704 main.nut:3:1 the text that the Builder makes is larger than 32 MiB",
        ),
    ];
    for (source, expected) in cases {
        let start = Instant::now();
        let found = problems(source, &files);
        assert!(found.contains(&expected.to_owned()), "{source}: {found:?}");
        assert!(start.elapsed() < Duration::from_secs(20), "{source}");
    }
    let nested = "@if 1\n".repeat(3000) + "x\n" + &"@end\n".repeat(3000);
    assert!(!problems(&nested, &[]).is_empty());
    let high = format!("@{{{}1{}}}", "(".repeat(30_000), ")".repeat(30_000));
    assert!(problems(&high, &[])[0].contains("nested too deeply"));
    let open = "@{\"".repeat(500_000);
    assert_eq!(text(&open, &[]), open);
}

#[test]
fn the_same_text_twice_is_pointed_out() {
    let files = [("/p/a.nut", "a\n"), ("/p/b.nut", "a\n")];
    let twice = "@include \"a.nut\"\n@include \"b.nut\"\n";
    assert_eq!(problems(twice, &files), ["SQ0712 main.nut:2:1 the same text is included twice"]);
    assert_eq!(text("@include \"a.nut\"\n@include once \"b.nut\"\n", &files), "a\n");
}

#[test]
fn messages_of_the_compiler_name_the_files() {
    let files = [("/p/lib.nut", "// lib\nlocal a = ;\n"), ("L.lib.nut:1.0.0", "local l = 1;\nlocal b = ;\n")];
    let source = "#require \"L.lib.nut:1.0.0\"\n@macro m()\nlocal d = ;\n@end\n@include \"lib.nut\"\n@include m()\nlocal c = ;\n";
    let done = preprocessed(source, &files);
    assert!(done.diagnostics.is_empty(), "{}", rendered(&done));
    let compilation = compile_mapped(&done.text, &done.map, &CompileOptions::new("main.nut", Edition::Imp));
    let text = Renderer::with_map(&done.map, Style::Plain).render_all(&compilation.diagnostics);
    insta::assert_snapshot!(text);
}

#[test]
fn libraries_stand_in_the_place_of_their_lines() {
    let files = [("A.lib.nut:1.0.0", "a <- 1;"), ("B.lib.nut:2.1.0", "b <- 2;\n")];
    let source = "// top\n#require \"A.lib.nut:1.0.0\"\n#require \"B.lib.nut:2.1.0\"\nc <- 3;\n";
    assert_eq!(text(source, &files), "// top\na <- 1;\nb <- 2;\n\nc <- 3;\n");
    let cases = [
        ("#require \"C.lib.nut:1.0.0\"", "SQ0721 main.nut:1:1 no C.lib.nut:1.0.0"),
        ("#require \"A.lib.nut\"", "SQ0723 main.nut:1:1 this names no library"),
        ("#require \"A.lib.nut:1.0.0\";", "SQ0723 main.nut:1:1 this names no library"),
        (
            "x;\n#require \"A.lib.nut:1.0.0\"",
            "SQ0724 main.nut:2:1 `#require` after the beginning of the code does nothing",
        ),
        (
            "#require \"A.lib.nut:1.0.0\"\n#require \"A.lib.nut:1.0.0\"",
            "SQ0723 main.nut:2:1 `A.lib.nut` is required twice",
        ),
    ];
    for (source, expected) in cases {
        assert_eq!(problems(source, &files), [expected], "{source}");
    }
}

#[test]
fn control_lines_say_where_lines_come_from() {
    let files = [("/p/lib.nut", "one\ntwo\n")];
    let done = preprocessed("a\n@include \"lib.nut\"\nb\n", &files);
    let text = String::from_utf8(with_control_lines(&done)).expect("it is UTF-8");
    assert_eq!(text, "#line 1 \"main.nut\"\na\n#line 1 \"lib.nut\"\none\ntwo\n#line 3 \"main.nut\"\nb\n");
}
