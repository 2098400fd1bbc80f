//! The command line.

use crate::sources::Sources;
use clap::{Parser, Subcommand, ValueEnum};
use std::path::PathBuf;
use tamias_vm::{Edition, Side};

/// Squirrel for chips: compile and run programs for Electric Imp modules, and any other Squirrel.
#[derive(Parser)]
#[command(name = "tamias", version, arg_required_else_help = true)]
pub struct Args {
    /// When to use colours.
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto)]
    pub color: Color,
    /// With `--version`: say how this build runs programs.
    #[arg(long)]
    pub verbose: bool,
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Subcommand)]
pub enum Command {
    /// Run a program: on a simulated imp, or on this computer with `--edition squirrel-3`.
    Run(Run),
    /// Compile a program to an image.
    Compile(Compile),
    /// Look for errors in programs, and for what is probably not meant.
    Check(Check),
    /// The same, with a choice of what to look for.
    Lint(Lint),
    /// Explain a message by its code.
    Explain(Explain),
    /// Print a program after the Builder, with all included files and libraries in it.
    Preprocess(Preprocess),
    /// Measure how long programs take.
    Bench(crate::bench::Bench),
    /// Try out programs at a prompt.
    Repl(crate::repl::Repl),
    /// Format programs.
    Fmt(crate::fmt::Fmt),
    /// Show the instructions of a program or image.
    Disasm(Disasm),
}

/// `tamias run`
#[derive(clap::Args)]
pub struct Run {
    /// Source text or image; `-` for standard input.
    pub file: String,
    /// The dialect of a source text; an image has its own.
    #[arg(long, value_enum)]
    pub edition: Option<EditionArg>,
    /// The simulated module; the default is that of the board file, or imp006.
    #[arg(long)]
    pub module: Option<String>,
    /// Where the program runs: as an agent it finds `imp`, `server` and the standard libraries of agents.
    #[arg(long, value_enum, default_value_t = SideArg::Device)]
    pub side: SideArg,
    /// What is connected to the module: see docs/board-files.md.
    #[arg(long)]
    pub board: Option<PathBuf>,
    /// How long to run in virtual time, for example `90`, `500ms`, `15m` or `24h`; otherwise until nothing is
    /// pending.
    #[arg(long = "for", value_parser = parse_duration)]
    pub duration: Option<u64>,
    /// Size of the heap in bytes; the default is that of the module, or 1 GiB on this computer.
    #[arg(long)]
    pub heap: Option<usize>,
    /// Stop when the program, or one callback of it, takes more than this many loop turns and calls.
    #[arg(long)]
    pub budget: Option<u64>,
    /// Begin each line of the log with the virtual time.
    #[arg(long)]
    pub timestamps: bool,
    /// Print everything that happens on pins and buses to standard error.
    #[arg(long)]
    pub trace: bool,
    /// Check the heap at every instruction: for tests of tamias itself.
    #[arg(long, hide = true)]
    pub audit: bool,
    #[command(flatten)]
    pub sources: Sources,
}

/// `tamias compile`
#[derive(clap::Args)]
pub struct Compile {
    /// Source text; `-` for standard input.
    pub file: String,
    /// Where to write the image; `-` for standard output.
    #[arg(short, long, required_unless_present = "map")]
    pub output: Option<String>,
    /// In which form.
    #[arg(long, value_enum, default_value_t = Emit::Image, value_name = "FORM")]
    pub emit: Emit,
    /// The name of the array or symbol; the default is that of the output file.
    #[arg(long, value_name = "NAME")]
    pub symbol: Option<String>,
    /// Place the array or symbol at a multiple of this many bytes.
    #[arg(long, value_name = "BYTES")]
    pub align: Option<u32>,
    /// Place it in this section.
    #[arg(long, value_name = "NAME")]
    pub section: Option<String>,
    /// What the object file is for, for example `thumbv7em-none-eabihf`; the default is this computer.
    #[arg(long, value_name = "TRIPLE")]
    pub target: Option<String>,
    /// Write a rule for make to this file, which says which files the program consists of.
    #[arg(long, value_name = "FILE")]
    pub depfile: Option<String>,
    /// Print what the bytes of the image are for, and the memory that the program needs at its start.
    #[arg(long)]
    pub map: bool,
    /// Leave out line numbers and names of local variables.
    #[arg(long)]
    pub strip: bool,
    /// The dialect.
    #[arg(long, value_enum, default_value_t = EditionArg::Imp)]
    pub edition: EditionArg,
    /// The module whose code space the image has to fit.
    #[arg(long, default_value = "imp006")]
    pub module: String,
    #[command(flatten)]
    pub sources: Sources,
}

/// The form of an image.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Emit {
    /// As it is.
    Image,
    /// A file in C with an array.
    CArray,
    /// A file in Rust with a slice, for `include!`.
    RustArray,
    /// An ELF object with a symbol.
    Object,
}

/// `tamias check`
#[derive(clap::Args)]
pub struct Check {
    /// Source texts; `-` for standard input.
    #[arg(required = true)]
    pub files: Vec<String>,
    #[command(flatten)]
    pub options: CheckOptions,
}

/// What `check` and `lint` have in common.
#[derive(clap::Args)]
pub struct CheckOptions {
    /// The dialect.
    #[arg(long, value_enum, default_value_t = EditionArg::Imp)]
    pub edition: EditionArg,
    #[command(flatten)]
    pub sources: Sources,
    /// The module that the programs are for; otherwise what exists on any module counts as existing.
    #[arg(long)]
    pub module: Option<String>,
    /// Where the programs run; otherwise a file name with `device` or `agent` as a part of it decides.
    #[arg(long, value_enum)]
    pub side: Option<SideArg>,
    /// How to print messages.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

/// `tamias lint`
#[derive(clap::Args)]
pub struct Lint {
    /// Source texts; `-` for standard input.
    #[arg(required_unless_present = "list")]
    pub files: Vec<String>,
    #[command(flatten)]
    pub options: CheckOptions,
    /// Warn about something that is silent by default; `all` for everything.
    #[arg(long, value_name = "NAME")]
    pub warn: Vec<String>,
    /// Say nothing about it.
    #[arg(long, value_name = "NAME")]
    pub allow: Vec<String>,
    /// Make an error of it.
    #[arg(long, value_name = "NAME")]
    pub deny: Vec<String>,
    /// Make errors of all warnings.
    #[arg(long)]
    pub deny_warnings: bool,
    /// Print the names of all lints and what they are about.
    #[arg(long)]
    pub list: bool,
}

/// `tamias explain`
#[derive(clap::Args)]
pub struct Explain {
    /// Codes such as `SQ0203`, or names such as `unknown-name`.
    #[arg(required = true)]
    pub codes: Vec<String>,
}

/// `tamias preprocess`
#[derive(clap::Args)]
pub struct Preprocess {
    /// Source text; `-` for standard input.
    pub file: String,
    /// Where to write the text; `-` for standard output.
    #[arg(short, long, default_value = "-")]
    pub output: String,
    /// Say with `#line` where lines come from.
    #[arg(short = 'l', long)]
    pub control_lines: bool,
    #[command(flatten)]
    pub sources: Sources,
}

/// `tamias disasm`
#[derive(clap::Args)]
pub struct Disasm {
    /// Source text or image; `-` for standard input.
    pub file: String,
    /// The dialect of a source text.
    #[arg(long, value_enum, default_value_t = EditionArg::Imp)]
    pub edition: EditionArg,
    #[command(flatten)]
    pub sources: Sources,
}

/// A dialect.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum EditionArg {
    /// The language of impOS 42 with its defects mended.
    Imp,
    /// The same with the defects that programs can observe.
    ImpCompat,
    /// Squirrel 3.3 with 32-bit numbers.
    #[value(name = "squirrel-3")]
    Squirrel3,
}

impl From<EditionArg> for Edition {
    fn from(edition: EditionArg) -> Edition {
        match edition {
            EditionArg::Imp => Edition::Imp,
            EditionArg::ImpCompat => Edition::ImpCompat,
            EditionArg::Squirrel3 => Edition::Squirrel3,
        }
    }
}

/// Where a program runs.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SideArg {
    /// On the module.
    Device,
    /// In the cloud.
    Agent,
}

impl From<SideArg> for Side {
    fn from(side: SideArg) -> Side {
        match side {
            SideArg::Device => Side::Device,
            SideArg::Agent => Side::Agent,
        }
    }
}

/// How messages are printed.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people, on standard error.
    Text,
    /// One JSON object for each message, on standard output: see docs/diagnostics-json.md.
    Json,
}

/// When to use colours.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// If the output is a terminal and `NO_COLOR` is not set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl Color {
    /// Makes it so for everything that is printed.
    pub fn apply(self) {
        match self {
            Color::Auto => {}
            Color::Always => anstream::ColorChoice::Always.write_global(),
            Color::Never => anstream::ColorChoice::Never.write_global(),
        }
    }
}

/// Reads a duration with an optional unit; returns microseconds.
pub fn parse_duration(text: &str) -> Result<u64, String> {
    let digits =
        text.find(|character: char| !character.is_ascii_digit() && character != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let micros_per_unit = match unit {
        "us" => 1.0,
        "ms" => 1e3,
        "" | "s" => 1e6,
        "m" | "min" => 60e6,
        "h" => 3600e6,
        "d" => 86_400e6,
        _ => return Err(format!("unknown unit `{unit}`: use us, ms, s, m, h or d")),
    };
    let number: f64 = number.parse().map_err(|_| format!("`{text}` is no duration"))?;
    let micros = number * micros_per_unit;
    if micros < u64::MAX as f64 { Ok(micros.round() as u64) } else { Err("too long".to_string()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Args::command().debug_assert();
    }

    #[test]
    fn durations_have_units() {
        assert_eq!(parse_duration("24h"), Ok(86_400_000_000));
        assert_eq!(parse_duration("1.5"), Ok(1_500_000));
        assert_eq!(parse_duration("250ms"), Ok(250_000));
        assert!(parse_duration("5 apples").is_err());
        assert!(parse_duration("h").is_err());
    }
}
