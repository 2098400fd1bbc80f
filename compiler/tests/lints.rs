//! Rendered warnings of small programs, one subject for each file of `lints/`.
//!
//! All lints are on in `opt_in.nut`, the default ones elsewhere.

use tamias_compiler::diagnostic::{Diagnostic, Severity};
use tamias_compiler::edition::Edition;
use tamias_compiler::lint::{self, KnownNames, Level, LintOptions};
use tamias_compiler::render::{Renderer, Style};
use tamias_compiler::{CompileOptions, ConstantValue, compile};

/// A small host.
fn names() -> KnownNames {
    let mut names = KnownNames::default();
    for path in ["server.log", "hardware.pin1", "getroottable", "imp.sleep"] {
        names.insert(path, &[]);
    }
    for path in ["imp.wakeup", "agent.on"] {
        names.insert(path, &[1]);
    }
    names.set_callback_arguments("imp.wakeup", 1, 0);
    names.set_callback_arguments("agent.on", 1, 1);
    names.insert_elsewhere("device", "exists in agents only");
    names.insert_elsewhere("hardware.pinA", "does not exist on imp001; imp003 has it");
    names.insert_method("len");
    names
}

fn options(levels: &[(&str, Level)]) -> CompileOptions {
    let mut lints = LintOptions { names: Some(names()), ..LintOptions::default() };
    for (name, level) in levels {
        let info = lint::find(name).unwrap_or_else(|| panic!("there is no lint {name}"));
        lints.levels.insert(info.code, *level);
    }
    let mut options = CompileOptions::new("test.nut", Edition::Imp);
    options.constants =
        ["LIMIT", "DIGITAL_IN"].map(|name| (name.to_string(), ConstantValue::Int(1))).to_vec();
    options.lints = Some(lints);
    options
}

fn diagnostics(source: &str, levels: &[(&str, Level)]) -> Vec<Diagnostic> {
    compile(source.as_bytes(), &options(levels)).diagnostics
}

fn names_of(diagnostics: &[Diagnostic]) -> Vec<&'static str> {
    let info = |diagnostic: &Diagnostic| tamias_compiler::codes::info(diagnostic.code);
    diagnostics.iter().filter_map(info).map(|info| info.name).collect()
}

#[test]
fn warnings() {
    insta::glob!("lints/*.nut", |path| {
        let source = std::fs::read_to_string(path).expect("the file is text");
        let all: Vec<_> = match path.ends_with("opt_in.nut") {
            true => lint::all().map(|info| (info.name, Level::Warn)).collect(),
            false => Vec::new(),
        };
        let found = diagnostics(&source, &all);
        let rendered = Renderer::new(source.as_bytes(), "test.nut", Style::Plain).render_all(&found);
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!("warning", format!("{source}\n----\n\n{rendered}"));
        });
    });
}

#[test]
fn levels_decide() {
    let source = "local a = 1; if (a = 2) server.log(a);";
    assert_eq!(names_of(&diagnostics(source, &[])), ["assignment-in-condition"]);
    assert!(diagnostics(source, &[("assignment-in-condition", Level::Allow)]).is_empty());
    let denied = compile(source.as_bytes(), &options(&[("assignment-in-condition", Level::Deny)]));
    assert_eq!(denied.diagnostics[0].severity, Severity::Error);
    assert!(denied.image.is_none());
    let mut strict = options(&[]);
    strict.lints.as_mut().expect("they are there").deny_warnings = true;
    assert!(compile(source.as_bytes(), &strict).image.is_none());
    assert!(compile(source.as_bytes(), &options(&[])).image.is_some());
}

#[test]
fn commas_may_be_asked_for() {
    let count = |source: &str| {
        let found = names_of(&diagnostics(source, &[("missing-comma", Level::Warn)]));
        assert!(found.iter().all(|name| *name == "missing-comma"), "{source} {found:?}");
        found.len()
    };
    assert_eq!(count("server.log(\"a\" \"b\");"), 1);
    assert_eq!(count("server.log(\"a\", \"b\");"), 0);
    assert_eq!(count("server.log([\"a\" \"b\", 1 2]);"), 1);
    assert_eq!(count("server.log([\n\"a\"\n\"b\"\n]);"), 0);
    assert_eq!(count("imp.sleep(1 /* , */ 2);"), 0);
}

#[test]
fn programs_with_errors_get_no_warnings() {
    let found = diagnostics("local a = 1; if (a = 2) a();\nbreak", &[]);
    assert_eq!(names_of(&found), ["break-outside-loop"]);
}

#[test]
fn names_need_a_host() {
    let mut options = options(&[]);
    options.lints = Some(LintOptions::default());
    assert!(compile(b"server.log(anything); x = 1;", &options).diagnostics.is_empty());
}

#[test]
fn long_chains_are_walked_without_the_native_stack() {
    let thread = std::thread::Builder::new().stack_size(1024 * 1024);
    let work = || {
        let chains = [
            format!("local a = 1; server.log(a{});", " + a".repeat(50_000)),
            format!("local a = imp; server.log(a{});", ".b()".repeat(50_000)),
            format!("local a = 1; if (a == 0) a = 0{}", "\nelse if (a) a = 0".repeat(50_000)),
            format!("local a = [{}];", "1, ".repeat(50_000)),
        ];
        for source in chains {
            diagnostics(&source, &lint::all().map(|info| (info.name, Level::Warn)).collect::<Vec<_>>());
        }
    };
    thread.spawn(work).expect("a thread can be started").join().expect("the stack suffices");
}
