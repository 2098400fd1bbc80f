//! `tamias bench`: how long programs take.
//!
//! Each run gets a virtual machine of its own; making it and loading the image
//! are not measured. One more run of each counts instructions and allocations. Files are measured in turns, so that whatever disturbs
//! the computer disturbs all of them. Results can be kept as a [`baseline`]
//! and drawn as a [`chart`].

mod baseline;
mod chart;
mod measure;

use crate::args::EditionArg;
use crate::exit::Exit;
use crate::sources::Sources;
use crate::{input, report};
use anstream::println;
use baseline::Baseline;
use measure::{Figures, Subject};
use std::path::PathBuf;

/// `tamias bench`
#[derive(clap::Args)]
pub struct Bench {
    /// Source texts.
    #[arg(required = true)]
    files: Vec<String>,
    /// The dialect. There is no device: only the language and its standard libraries.
    #[arg(long, value_enum, default_value_t = EditionArg::Squirrel3)]
    edition: EditionArg,
    /// How often each program is run after the warm-up; otherwise as often as fits in two seconds, at least ten times.
    #[arg(long)]
    repetitions: Option<usize>,
    /// Keep the results under this name.
    #[arg(long, value_name = "NAME")]
    save: Option<String>,
    /// Compare with the results kept under this name.
    #[arg(long, value_name = "NAME")]
    baseline: Option<String>,
    /// Draw the results into an SVG file.
    #[arg(long, value_name = "FILE")]
    chart: Option<PathBuf>,
    #[command(flatten)]
    sources: Sources,
}

/// Measures programs.
pub fn bench(args: &Bench) -> Exit {
    match try_bench(args) {
        Ok(()) => Exit::Success,
        Err(exit) => exit,
    }
}

fn try_bench(args: &Bench) -> Result<(), Exit> {
    let before = args.baseline.as_deref().map(Baseline::load).transpose()?;
    let mut subjects = Vec::new();
    for file in &args.files {
        let source = input::read(file)?;
        let image = report::compile_source(file, &source, args.edition, false, &args.sources)?;
        subjects.push(Subject::new(file, image, args.edition.into()));
    }
    let figures = measure::measure(&mut subjects, args.repetitions)?;
    print_table(&figures, before.as_ref());
    if let Some(name) = &args.save {
        Baseline::new(&figures).save(name)?;
    }
    match &args.chart {
        Some(file) => chart::draw(file, &figures, before.as_ref()),
        None => Ok(()),
    }
}

/// One line for each program.
fn print_table(figures: &[Figures], before: Option<&Baseline>) {
    let width = figures.iter().map(|figure| figure.name.chars().count()).max().unwrap_or(0).max(7);
    let last = if before.is_some() { "  against before" } else { "" };
    println!(
        "{:width$}  {:>10}  {:>10}  {:>6}  {:>13}  {:>11}  {:>12}{last}",
        "program", "median", "best", "runs", "instructions", "allocations", "heap"
    );
    for figure in figures {
        let change = before.map(|before| match before.median(&figure.name) {
            Some(old) => format!("  {:.3}×", figure.median / old),
            None => "  new".to_string(),
        });
        println!(
            "{:width$}  {:>10}  {:>10}  {:>6}  {:>13}  {:>11}  {:>12}{}",
            figure.name,
            duration(figure.median),
            duration(figure.best),
            figure.runs,
            figure.instructions,
            figure.allocations,
            format!("{} B", figure.heap),
            change.unwrap_or_default()
        );
    }
}

/// Seconds in a unit that fits.
fn duration(seconds: f64) -> String {
    match seconds {
        s if s >= 1.0 => format!("{s:.3} s"),
        s if s >= 1e-3 => format!("{:.3} ms", s * 1e3),
        s => format!("{:.2} µs", s * 1e6),
    }
}
