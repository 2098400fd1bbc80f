//! Values as text for people: what is in tables, arrays and instances, up to a limit.

use tamias_vm::{Cx, Local, Tag};

/// How deep tables are shown in tables.
const MAX_DEPTH: usize = 3;

/// How many entries are shown of each.
const MAX_ENTRIES: usize = 50;

/// How many bytes are shown of a string.
const MAX_STRING: usize = 500;

/// What fits on one line is shown there.
const WIDTH: usize = 80;

/// A value as text, perhaps of several lines.
pub fn value<'v>(cx: &mut Cx<'v>, value: Local<'v>) -> String {
    shown(cx, value, 0)
}

fn shown<'v>(cx: &mut Cx<'v>, value: Local<'v>, depth: usize) -> String {
    let value = value.strengthen();
    if let Some(text) = value.as_str() {
        return quoted(text.as_bytes());
    }
    match value.tag() {
        Tag::Null => "null".to_string(),
        Tag::Int | Tag::Float | Tag::Bool => plain(cx, value),
        Tag::Table | Tag::Array | Tag::Instance | Tag::Class if depth >= MAX_DEPTH => {
            format!("({} …)", value.type_name())
        }
        Tag::Table => entries(cx, value, depth, ["{", "}"]),
        Tag::Class => format!("class {}", entries(cx, value, depth, ["{", "}"])),
        Tag::Instance => instance(cx, value, depth),
        Tag::Array => elements(cx, value, depth),
        Tag::Closure | Tag::Native | Tag::NativeClosure => function(cx, value),
        _ => format!("({})", value.type_name()),
    }
}

fn plain<'v>(cx: &mut Cx<'v>, value: Local<'v>) -> String {
    match cx.plain_text(value) {
        Ok(text) => String::from_utf8_lossy(text.as_bytes()).into_owned(),
        Err(_) => format!("({})", value.type_name()),
    }
}

fn instance<'v>(cx: &mut Cx<'v>, value: Local<'v>, depth: usize) -> String {
    let Some(instance) = value.as_instance() else { return String::new() };
    if instance.is_blob() {
        let length = cx.bytes(instance).map_or(0, |bytes| bytes.len());
        return format!("(blob of {length} bytes)");
    }
    format!("instance {}", entries(cx, value, depth, ["{", "}"]))
}

fn function<'v>(cx: &mut Cx<'v>, value: Local<'v>) -> String {
    let Some(closure) = value.as_closure() else { return "(native function)".to_string() };
    let Ok(info) = cx.function_info(closure) else { return "(function)".to_string() };
    let name =
        info.name.map_or(String::new(), |name| format!(" {}", String::from_utf8_lossy(name.as_bytes())));
    // The first parameter is `this`.
    let names = (1..info.parameters.len()).filter_map(|position| info.parameters.get(position)?.as_str());
    let mut names: Vec<_> = names.map(|name| String::from_utf8_lossy(name.as_bytes()).into_owned()).collect();
    if info.varargs {
        names.retain(|name| name != "vargv");
        names.push("...".to_string());
    }
    format!("(function{name}({}))", names.join(", "))
}

/// The slots of a table, or the members of a class or instance that are no functions.
fn entries<'v>(cx: &mut Cx<'v>, value: Local<'v>, depth: usize, brackets: [&str; 2]) -> String {
    let mut items = Vec::new();
    let mut position = 0;
    loop {
        let next = match (value.as_table(), value.as_class(), value.as_instance()) {
            (Some(table), ..) => table.slot_from(position),
            (_, Some(class), _) => class.member_from(position),
            (_, _, Some(instance)) => {
                let member = instance.class().member_from(position);
                member.map(|(next, key, default)| (next, key, instance.get(cx, key).unwrap_or(default)))
            }
            _ => None,
        };
        let Some((next, key, slot)) = next else { break };
        position = next;
        if value.as_table().is_none() && cx.is_function(slot) {
            continue;
        }
        if items.len() == MAX_ENTRIES {
            items.push("…".to_string());
            break;
        }
        let shown_key = match key.as_str() {
            Some(name) if is_name(name.as_bytes()) => String::from_utf8_lossy(name.as_bytes()).into_owned(),
            _ => format!("[{}]", shown(cx, key, MAX_DEPTH)),
        };
        items.push(format!("{shown_key} = {}", shown(cx, slot, depth + 1)));
    }
    laid_out(&items, depth, brackets, " ")
}

fn elements<'v>(cx: &mut Cx<'v>, value: Local<'v>, depth: usize) -> String {
    let Some(array) = value.as_array() else { return String::new() };
    let mut items = Vec::new();
    for position in 0..array.len().min(MAX_ENTRIES) {
        let element = array.get(position).unwrap_or(Local::NULL);
        items.push(shown(cx, element, depth + 1));
    }
    if array.len() > MAX_ENTRIES {
        items.push(format!("… ({} in all)", array.len()));
    }
    laid_out(&items, depth, ["[", "]"], "")
}

/// On one line if that is possible.
fn laid_out(items: &[String], depth: usize, [open, close]: [&str; 2], pad: &str) -> String {
    if items.is_empty() {
        return format!("{open}{close}");
    }
    let line = items.join(", ");
    if line.len() <= WIDTH && !line.contains('\n') {
        return format!("{open}{pad}{line}{pad}{close}");
    }
    let (inner, outer) = ("    ".repeat(depth + 1), "    ".repeat(depth));
    format!("{open}\n{inner}{}\n{outer}{close}", items.join(&format!(",\n{inner}")))
}

fn is_name(text: &[u8]) -> bool {
    text.first().is_some_and(|byte| !byte.is_ascii_digit())
        && text.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
}

fn quoted(text: &[u8]) -> String {
    let shown = String::from_utf8_lossy(&text[..text.len().min(MAX_STRING)]);
    let mut out = String::from("\"");
    for character in shown.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            character if (character as u32) < 32 || character as u32 == 127 => {
                out.push_str(&format!("\\x{:02x}", character as u32));
            }
            character => out.push(character),
        }
    }
    out.push('"');
    if text.len() > MAX_STRING {
        out.push_str(&format!("… ({} bytes)", text.len()));
    }
    out
}
