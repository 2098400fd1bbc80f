//! Charts: the results as bars in an SVG file.

use super::baseline::Baseline;
use super::duration;
use super::measure::Figures;
use crate::exit::Exit;
use crate::report;
use std::fmt::Write;
use std::fs;
use std::path::Path;

const ROW: usize = 44;
const LEFT: usize = 240;
const BARS: f64 = 480.0;
const WIDTH: usize = LEFT + BARS as usize + 120;

/// Draws medians as bars, with those of the baseline above them.
pub fn draw(file: &Path, figures: &[Figures], before: Option<&Baseline>) -> Result<(), Exit> {
    fs::write(file, svg(figures, before)).map_err(|error| {
        report::error(&format!("cannot write `{}`: {error}", file.display()));
        Exit::Usage
    })
}

fn svg(figures: &[Figures], before: Option<&Baseline>) -> String {
    let old = |figure: &Figures| before.and_then(|before| before.median(&figure.name));
    let longest =
        figures.iter().flat_map(|figure| [Some(figure.median), old(figure)]).flatten().fold(0.0, f64::max);
    let height = 20 + ROW * figures.len();
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{height}\" font-family=\"sans-serif\" font-size=\"13\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
    );
    for (row, figure) in figures.iter().enumerate() {
        let top = 10 + ROW * row;
        let name = escaped(&figure.name);
        // Writing to a string does not fail.
        let _ =
            writeln!(out, "<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{name}</text>", LEFT - 10, top + 24);
        if let Some(old) = old(figure) {
            bar(&mut out, top + 2, old / longest, &format!("{} before", duration(old)), "#b8c4d0");
        }
        bar(&mut out, top + 18, figure.median / longest, &duration(figure.median), "#2f6f9f");
    }
    out.push_str("</svg>\n");
    out
}

fn bar(out: &mut String, top: usize, share: f64, label: &str, color: &str) {
    let length = share * BARS;
    let _ = writeln!(
        out,
        "<rect x=\"{LEFT}\" y=\"{top}\" width=\"{length:.1}\" height=\"14\" fill=\"{color}\"/>"
    );
    let _ = writeln!(
        out,
        "<text x=\"{:.1}\" y=\"{}\" font-size=\"11\">{label}</text>",
        LEFT as f64 + length + 6.0,
        top + 11
    );
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
