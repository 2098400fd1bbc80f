//! Documents with parts that are made by a test, between marker comments.

/// Replaces what is between the markers of a generated part.
pub fn with_part(document: &str, name: &str, part: &str) -> String {
    let begin = format!("<!-- begin generated: {name} -->\n");
    let end = format!("<!-- end generated: {name} -->");
    let (before, rest) = document.split_once(&begin).unwrap_or_else(|| panic!("no marker {begin}"));
    let (_, after) = rest.split_once(&end).unwrap_or_else(|| panic!("no marker {end}"));
    format!("{before}{begin}\n{part}\n{end}{after}")
}
