//! Diagnostics as JSON for other programs: docs/diagnostics-json.md describes it.

use serde_json::{Value, json};
use tamias_compiler::ast::Span;
use tamias_compiler::codes;
use tamias_compiler::diagnostic::{Diagnostic, Severity};
use tamias_compiler::source_map::{SourceFile, SourceMap};

/// One line for each diagnostic.
pub fn lines(map: &SourceMap, diagnostics: &[Diagnostic]) -> String {
    let places = Places { map };
    diagnostics.iter().map(|diagnostic| format!("{}\n", object(diagnostic, &places))).collect()
}

fn object(diagnostic: &Diagnostic, places: &Places<'_>) -> Value {
    let severity = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let labels: Vec<Value> = diagnostic
        .labels
        .iter()
        .map(|label| {
            let mut object = places.range(label.span);
            object["message"] = label.text.as_str().into();
            object
        })
        .collect();
    let mut object = places.range(diagnostic.span);
    object["code"] = diagnostic.code.to_string().into();
    object["name"] = codes::info(diagnostic.code).map(|info| info.name).into();
    object["severity"] = severity.into();
    object["message"] = diagnostic.title.as_str().into();
    object["label"] = diagnostic.label.as_str().into();
    object["labels"] = labels.into();
    object["help"] = diagnostic.help.as_deref().into();
    object
}

/// Turns spans into places that editors understand.
struct Places<'m> {
    map: &'m SourceMap,
}

impl Places<'_> {
    fn range(&self, span: Span) -> Value {
        let located = self.map.locate(span);
        let file = self.map.file(located.file);
        let name = file.place(located.span.start).name;
        json!({ "file": name, "start": place(file, located.span.start), "end": place(file, located.span.end) })
    }
}

fn place(file: &SourceFile, offset: u32) -> Value {
    let start = file.lines().start(file.lines().line(offset)) as usize;
    let before = &file.text()[start..(offset as usize).clamp(start, file.text().len())];
    let column = String::from_utf8_lossy(before).chars().count() + 1;
    json!({ "line": file.place(offset).line, "column": column, "offset": offset })
}
