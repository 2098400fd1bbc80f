//! Completion: the names that can follow what has been typed.
//!
//! They come from the live objects, so what the user has just defined is among
//! them. Nothing is run for it: metamethods and properties are not asked.

use super::commands;
use super::session::Session;
use std::collections::BTreeSet;
use tamias_compiler::tokens::keywords;
use tamias_vm::{Cx, Local};

/// What can stand at the end of `line`: where the name begins, and the names.
pub fn complete(session: &mut Session, line: &str) -> (usize, Vec<String>) {
    if line.starts_with('.') && !line.contains(' ') {
        let names = commands::NAMES.iter().filter(|name| name.starts_with(line));
        return (0, names.map(|name| (*name).to_string()).collect());
    }
    let start = line.len() - trailing(line, |byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let prefix = &line[start..];
    let before = &line[..start];
    let edition = session.edition();
    let mut names = BTreeSet::new();
    let mut note = |name: &str| {
        if name.starts_with(prefix) && (!prefix.is_empty() || !name.starts_with('_')) {
            names.insert(name.to_string());
        }
    };
    match before.strip_suffix('.') {
        Some(object) => members(session, object, &mut note),
        None => {
            session.with(|cx| note_names(cx, cx.root().into(), &mut note));
            if !before.ends_with("::") {
                keywords(edition).for_each(&mut note);
                session.constant_names().for_each(note);
            }
        }
    }
    (start, names.into_iter().collect())
}

/// The names after `object.`, where that is a chain of names.
fn members(session: &mut Session, object: &str, note: &mut dyn FnMut(&str)) {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b':');
    let path = &object[object.len() - trailing(object, is_part)..];
    session.enum_members(path).for_each(&mut *note);
    let path = path.trim_start_matches("::");
    let is_literal = object.ends_with('"');
    session.with(|cx| {
        let found = match is_literal {
            true => cx.string(b"").ok().map(Local::from),
            false => resolve(cx, path),
        };
        if let Some(found) = found {
            note_names(cx, found, note);
        }
    });
}

/// What a chain of names leads to.
fn resolve<'v>(cx: &mut Cx<'v>, path: &str) -> Option<Local<'v>> {
    let root: Local<'v> = cx.root().into();
    path.split('.').try_fold(root, |object, name| match name {
        "this" => Some(object),
        name => cx.find(object, name.as_bytes()).ok().flatten().map(Local::strengthen),
    })
}

fn note_names<'v>(cx: &mut Cx<'v>, object: Local<'v>, note: &mut dyn FnMut(&str)) {
    cx.for_each_name(object, &mut |name| {
        if let Ok(name) = std::str::from_utf8(name) {
            note(name);
        }
    });
}

/// How many bytes at the end of a text satisfy a condition.
fn trailing(text: &str, condition: impl Fn(u8) -> bool) -> usize {
    text.bytes().rev().take_while(|byte| condition(*byte)).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::EditionArg;

    fn names(session: &mut Session, line: &str) -> Vec<String> {
        complete(session, line).1
    }

    #[test]
    fn live_objects_are_completed() {
        let mut session = Session::new(EditionArg::Imp, "imp006").unwrap_or_else(|_| panic!("imp006 exists"));
        let source = "local sensor = { reading = 1, reset = 2 }; sensor.setdelegate({ retry = 3 }); enum Mode { ON, OFF }";
        assert!(session.run(source).is_ok());
        assert_eq!(names(&mut session, "print(sens"), ["sensor"]);
        assert_eq!(names(&mut session, "sensor.re"), ["reading", "reset", "retry"]);
        assert!(names(&mut session, "::sensor.").contains(&"rawget".to_string()));
        assert_eq!(names(&mut session, "x = Mode."), ["OFF", "ON"]);
        assert_eq!(names(&mut session, "\"abc\".tou"), ["toupper"]);
        assert_eq!(names(&mut session, "imp.wak"), ["wakeup"]);
        assert_eq!(names(&mut session, "DIGITAL_OUT_OD_P"), ["DIGITAL_OUT_OD_PULLUP"]);
        assert_eq!(names(&mut session, "fore"), ["foreach"]);
        assert_eq!(names(&mut session, ".dis"), [".disasm"]);
        assert!(names(&mut session, "nothing.").is_empty());
    }
}
