//! Columns: what the author has aligned stays aligned.
//!
//! Rows of constants and comments at the ends of lines are often set below
//! each other. Where the places of consecutive lines had the same column in
//! the source, they get the same column again; all others are left alone.

use super::doc::Column;
use super::print::width;

/// A place that may belong to a column.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    /// Offset in the printed text.
    pub(super) at: usize,
    pub(super) kind: Column,
    /// Where it was in its line of the source.
    pub(super) source_column: usize,
}

/// A mark with its line.
#[derive(Clone, Copy)]
struct Place {
    mark: Mark,
    line: usize,
    line_start: usize,
    indent: usize,
}

/// Inserts blanks at the marks of columns.
pub(super) fn align(text: &[u8], marks: &[Mark]) -> Vec<u8> {
    let places = places(text, marks);
    let mut pads = vec![0; places.len()];
    for kind in [Column::Value, Column::Comment] {
        let members = members(&places, kind);
        for run in members.chunk_by(|a, b| is_same_column(kind, &places[*a], &places[*b])) {
            pad(text, &places, run, &mut pads);
        }
    }
    let mut out = Vec::with_capacity(text.len() + pads.iter().sum::<usize>());
    let mut start = 0;
    for (place, n_blanks) in places.iter().zip(pads) {
        out.extend_from_slice(&text[start..place.mark.at]);
        out.resize(out.len() + n_blanks, b' ');
        start = place.mark.at;
    }
    out.extend_from_slice(&text[start..]);
    out
}

fn places(text: &[u8], marks: &[Mark]) -> Vec<Place> {
    let (mut line, mut line_start, mut scanned) = (0, 0, 0);
    let mut places = Vec::with_capacity(marks.len());
    for mark in marks {
        for (distance, byte) in text[scanned..mark.at].iter().enumerate() {
            if *byte == b'\n' {
                line += 1;
                line_start = scanned + distance + 1;
            }
        }
        scanned = mark.at;
        let indent = text[line_start..].iter().take_while(|byte| **byte == b' ').count();
        places.push(Place { mark: *mark, line, line_start, indent });
    }
    places
}

/// The first place of a kind in each line.
fn members(places: &[Place], kind: Column) -> Vec<usize> {
    let mut members: Vec<usize> =
        (0..places.len()).filter(|index| places[*index].mark.kind == kind).collect();
    members.dedup_by_key(|index| places[*index].line);
    members
}

fn is_same_column(kind: Column, one: &Place, next: &Place) -> bool {
    let is_same_block = kind == Column::Comment || one.indent == next.indent;
    next.line == one.line + 1 && one.mark.source_column == next.mark.source_column && is_same_block
}

fn pad(text: &[u8], places: &[Place], run: &[usize], pads: &mut [usize]) {
    if run.len() < 2 {
        return;
    }
    // What has been inserted earlier in the same line counts.
    let end = |index: usize, pads: &[usize]| {
        let place = &places[index];
        let earlier = (0..index).rev().take_while(|other| places[*other].line == place.line);
        width(&text[place.line_start..place.mark.at]) + earlier.map(|other| pads[other]).sum::<usize>()
    };
    let widest = run.iter().map(|index| end(*index, pads)).max().unwrap_or(0);
    for index in run {
        pads[*index] = widest - end(*index, pads);
    }
}
