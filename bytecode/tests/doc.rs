//! The specification of the format agrees with the code.
//!
//! `docs/image-format.md` has generated parts between marker comments. This
//! test fails when they are out of date; `UPDATE_DOCS=1 cargo test` rewrites
//! them.

#[path = "common/generated.rs"]
mod generated;

use generated::with_part;
use std::fmt::Write;
use std::path::PathBuf;
use tamias_bytecode::error::{Rule, Section};
use tamias_bytecode::layout;
use tamias_bytecode::op::{Format, OPS, OpInfo, Operand};

fn specification() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/image-format.md")
}

/// The notation of an operand in the table of instructions.
fn operand_text(operand: Operand) -> &'static str {
    match operand {
        Operand::Unused => "–",
        Operand::Dst => "register, written",
        Operand::Src => "register, read",
        Operand::Both => "register, read and written",
        Operand::Dst2 => "two registers, written",
        Operand::Base => "first register of a run",
        Operand::Count => "length of the run",
        Operand::SImm8 => "i8",
        Operand::UImm8 => "u8",
        Operand::Str8 => "string, u8",
        Operand::Outer8 => "outer, u8",
        Operand::Jump8 => "jump, i8",
        Operand::SImm16 => "i16",
        Operand::UImm16 => "u16",
        Operand::Str16 => "string, u16",
        Operand::Int8 => "integer, u8",
        Operand::Int16 => "integer, u16",
        Operand::Float16 => "float, u16",
        Operand::Function16 => "function, u16",
        Operand::Jump16 => "jump, i16",
        Operand::Jump24 => "jump, i24",
    }
}

/// The operands with the names of the fields that hold them.
fn operands_text(info: &OpInfo) -> String {
    let fields: &[&str] = match info.format {
        Format::Abc => &["A", "B", "C"],
        Format::ABx => &["A", "Bx"],
        Format::J => &["J"],
    };
    let used = fields.iter().zip(info.operands).filter(|(_, operand)| *operand != Operand::Unused);
    let texts: Vec<String> =
        used.map(|(field, operand)| format!("{field}: {}", operand_text(operand))).collect();
    if texts.is_empty() { operand_text(Operand::Unused).to_string() } else { texts.join("; ") }
}

fn instructions() -> String {
    let mut text = String::from("| number | mnemonic | operands | meaning |\n| ---: | --- | --- | --- |\n");
    for (number, info) in OPS.iter().enumerate() {
        let meaning = info.meaning.replace('|', "\\|");
        writeln!(text, "| {number} | `{}` | {} | `` {meaning} `` |", info.mnemonic, operands_text(info))
            .unwrap();
    }
    text
}

fn rules() -> String {
    let mut text = String::new();
    for section in [
        Section::Header,
        Section::Strings,
        Section::Constants,
        Section::Functions,
        Section::Code,
        Section::Debug,
    ] {
        writeln!(text, "In the {}:\n", section.name()).unwrap();
        for rule in Rule::ALL.iter().filter(|rule| rule.section() == section) {
            writeln!(text, "- {}", rule.message()).unwrap();
        }
        text.push('\n');
    }
    text.trim_end().to_string() + "\n"
}

fn limits() -> String {
    let limits = [
        ("bytes of an image", u64::from(layout::MAX_IMAGE_SIZE)),
        ("functions of an image", layout::function::MAX_FUNCTIONS.into()),
        ("sources of an image", layout::function::MAX_SOURCES.into()),
        ("strings of an entry of the string index", layout::MAX_BUCKET.into()),
        ("bytes of a string", layout::string::MAX_LEN.into()),
        ("instructions of a function", layout::function::MAX_CODE_WORDS.into()),
        ("outers of a function", layout::function::MAX_OUTERS.into()),
        ("constants of each kind, try entries and live tops of a function", u16::MAX.into()),
        ("registers and parameters of a function", u8::MAX.into()),
    ];
    let mut text = String::from("| what | at most |\n| --- | ---: |\n");
    limits.iter().for_each(|(what, limit)| writeln!(text, "| {what} | {limit} |").unwrap());
    text
}

#[test]
fn the_specification_is_up_to_date() {
    let path = specification();
    let document = std::fs::read_to_string(&path).unwrap();
    let parts = [("limits", limits()), ("instructions", instructions()), ("rules", rules())];
    let expected = parts.iter().fold(document.clone(), |text, (name, part)| with_part(&text, name, part));
    if std::env::var_os("UPDATE_DOCS").is_some() {
        // Renamed, so that the other tests never see half of it.
        let temporary = path.with_extension("tmp");
        std::fs::write(&temporary, expected).unwrap();
        std::fs::rename(temporary, path).unwrap();
    } else {
        assert!(document == expected, "{} is out of date: run UPDATE_DOCS=1 cargo test", path.display());
    }
}

/// The value of a constant that the specification repeats as `name` at `position` of a table row.
#[track_caller]
fn assert_documented(document: &str, table: &str, fields: &[(&str, u32)]) {
    let start = document.find(table).unwrap_or_else(|| panic!("no heading {table}"));
    let section = &document[start..];
    for (name, position) in fields {
        let row = section.lines().find(|line| line.contains(&format!("`{name}`"))).unwrap_or_default();
        assert!(row.starts_with(&format!("| {position} |")), "{table}: {name} is at {position}, not: {row}");
    }
}

#[test]
fn positions_of_fields_are_those_of_the_code() {
    let document = std::fs::read_to_string(specification()).unwrap();
    assert_documented(
        &document,
        "## Header",
        &[
            ("magic", layout::header::MAGIC),
            ("version", layout::header::VERSION),
            ("edition", layout::header::EDITION),
            ("flags", layout::header::FLAGS),
            ("total_size", layout::header::TOTAL_SIZE),
            ("crc", layout::header::CRC),
            ("index_bits", layout::header::INDEX_BITS),
            ("strings_end", layout::header::STRINGS_END),
            ("last_function", layout::header::LAST_FUNCTION),
            ("source_count", layout::header::SOURCE_COUNT),
            ("sources", layout::header::SOURCES),
        ],
    );
    assert_documented(
        &document,
        "## Strings",
        &[("length", layout::string::LEN), ("bytes", layout::string::BYTES)],
    );
    assert_documented(
        &document,
        "## Constants",
        &[
            ("constant_name", layout::constant::NAME),
            ("kind", layout::constant::KIND),
            ("value", layout::constant::VALUE),
        ],
    );
    assert_documented(
        &document,
        "## Functions",
        &[
            ("code_words", layout::function::CODE_WORDS),
            ("flags", layout::function::FLAGS),
            ("n_strings", layout::function::N_STRINGS),
            ("n_registers", layout::function::N_REGISTERS),
            ("params_and_outers", layout::function::PARAMS_AND_OUTERS),
            ("ints_and_floats", layout::function::INTS_AND_FLOATS),
            ("packed", layout::function::PACKED),
            ("code_words_middle", layout::function::CODE_WORDS_MIDDLE),
            ("n_tries", layout::function::N_TRIES),
            ("n_live_tops", layout::function::N_LIVE_TOPS),
            ("n_defaults", layout::function::N_DEFAULTS),
            ("code_words_high", layout::function::CODE_WORDS_HIGH),
            ("n_strings_high", layout::function::N_STRINGS_HIGH),
            ("n_tries_high", layout::function::N_TRIES_HIGH),
            ("n_live_tops_high", layout::function::N_LIVE_TOPS_HIGH),
            ("params_and_outers_high", layout::function::PARAMS_AND_OUTERS_HIGH),
            ("n_ints_high", layout::function::N_INTS_HIGH),
            ("n_floats_high", layout::function::N_FLOATS_HIGH),
        ],
    );
    assert_documented(
        &document,
        "## Sources",
        &[
            ("first_line", layout::source::FIRST_LINE),
            ("source_name", layout::source::NAME),
            ("line", layout::source::LINE),
        ],
    );
    assert_documented(
        &document,
        "## Debug records",
        &[
            ("local_name", layout::local::NAME),
            ("register", layout::local::REGISTER),
            ("start", layout::local::START),
            ("end", layout::local::END),
        ],
    );
}

#[test]
fn the_string_header_word_is_documented() {
    let document = std::fs::read_to_string(specification()).unwrap();
    assert!(document.contains(&format!("`{:#06x}`", layout::string::static_word(0))));
}
