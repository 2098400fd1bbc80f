//! The forms in which an image goes into firmware.
//!
//! Each form has the bytes of the image under a symbol, and their number: C
//! and object files under `<symbol>` and `<symbol>_size`, a `size_t`; Rust as
//! a slice. All of them are read-only and aligned, so that the image runs where
//! the linker puts it.

pub use crate::object::UnknownTarget;
use std::fmt::{self, Write};

/// How an image is placed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placement {
    symbol: String,
    align: u32,
    section: Option<String>,
}

/// What is wrong with a placement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlacementError {
    /// The name is none in C and Rust.
    Symbol(String),
    /// Images start at a multiple of 4, and alignments are powers of two up to 65536.
    Alignment(u32),
    /// The name of a section has characters that must be quoted.
    Section(String),
}

impl fmt::Display for PlacementError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PlacementError::Symbol(name) => write!(f, "`{name}` is no name of a variable in C and Rust"),
            PlacementError::Alignment(align) => {
                write!(f, "cannot align to {align} bytes: use a power of two from 4 to 65536")
            }
            PlacementError::Section(name) => write!(f, "`{name}` is no name of a section"),
        }
    }
}

impl std::error::Error for PlacementError {}

/// What every image needs: it consists of words.
const MIN_ALIGN: u32 = tamias_bytecode::layout::ALIGNMENT;
const MAX_ALIGN: u32 = 1 << 16;

/// Words that cannot be names in C or Rust, although they look like names.
const KEYWORDS: &[&str] = &[
    "as",
    "async",
    "auto",
    "await",
    "break",
    "case",
    "char",
    "class",
    "const",
    "continue",
    "crate",
    "default",
    "delete",
    "do",
    "double",
    "dyn",
    "else",
    "enum",
    "extern",
    "false",
    "float",
    "fn",
    "for",
    "goto",
    "if",
    "impl",
    "in",
    "inline",
    "int",
    "let",
    "long",
    "loop",
    "main",
    "match",
    "mod",
    "move",
    "mut",
    "new",
    "private",
    "protected",
    "pub",
    "public",
    "ref",
    "register",
    "restrict",
    "return",
    "self",
    "short",
    "signed",
    "sizeof",
    "static",
    "struct",
    "super",
    "switch",
    "template",
    "this",
    "trait",
    "true",
    "type",
    "typedef",
    "union",
    "unsafe",
    "unsigned",
    "use",
    "virtual",
    "void",
    "volatile",
    "where",
    "while",
];

impl Placement {
    /// Under this symbol, at a multiple of 4, where the linker puts constants.
    ///
    /// # Errors
    /// If the symbol is no name of a variable.
    pub fn new(symbol: &str) -> Result<Placement, PlacementError> {
        let is_letter = |letter: char| letter.is_ascii_alphabetic() || letter == '_';
        let is_name = symbol.starts_with(is_letter)
            && symbol.chars().all(|letter| is_letter(letter) || letter.is_ascii_digit())
            && symbol.chars().any(|letter| letter != '_')
            && !KEYWORDS.contains(&symbol);
        if !is_name {
            return Err(PlacementError::Symbol(symbol.to_owned()));
        }
        Ok(Placement { symbol: symbol.to_owned(), align: MIN_ALIGN, section: None })
    }

    /// Under the name of a file, made a symbol.
    ///
    /// ```
    /// use tamias_build::emit::Placement;
    ///
    /// assert_eq!(Placement::for_file("src/2nd-device.nut").symbol(), "_2nd_device");
    /// ```
    #[must_use]
    pub fn for_file(file: &str) -> Placement {
        let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
        let stem = name.split('.').find(|part| !part.is_empty()).unwrap_or("image");
        let mut symbol: String =
            stem.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '_' }).collect();
        if symbol.starts_with(|first: char| first.is_ascii_digit()) {
            symbol.insert(0, '_');
        }
        Placement::new(&symbol).unwrap_or_else(|_| Placement {
            symbol: format!("image_{symbol}"),
            align: MIN_ALIGN,
            section: None,
        })
    }

    /// At a multiple of so many bytes.
    ///
    /// # Errors
    /// If that is not a power of two from 4 to 65536.
    pub fn align(self, align: u32) -> Result<Placement, PlacementError> {
        if !align.is_power_of_two() || !(MIN_ALIGN..=MAX_ALIGN).contains(&align) {
            return Err(PlacementError::Alignment(align));
        }
        Ok(Placement { align, ..self })
    }

    /// In this section, for which the linker script has a place.
    ///
    /// # Errors
    /// If it is no name of a section.
    pub fn section(self, section: &str) -> Result<Placement, PlacementError> {
        let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "._$-,".contains(letter);
        if section.is_empty() || !section.chars().all(is_plain) {
            return Err(PlacementError::Section(section.to_owned()));
        }
        Ok(Placement { section: Some(section.to_owned()), ..self })
    }

    /// The symbol.
    #[must_use]
    pub fn symbol(&self) -> &str {
        &self.symbol
    }

    pub(crate) fn alignment(&self) -> u32 {
        self.align
    }

    pub(crate) fn section_name(&self) -> Option<&str> {
        self.section.as_deref()
    }
}

/// A file in C (from C90 on, or C++) with the image as an array.
///
/// ```
/// use tamias_build::emit::{Placement, c_array};
///
/// let text = c_array(b"Tami", &Placement::for_file("device.nut"));
/// assert!(text.contains("const unsigned char device[4]"));
/// assert!(text.contains("0x54, 0x61, 0x6d, 0x69"));
/// ```
#[must_use]
pub fn c_array(image: &[u8], placement: &Placement) -> String {
    let Placement { symbol, align, section } = placement;
    let (guard, size) = (symbol.to_uppercase(), image.len());
    let section = section.as_deref().map(|name| format!(", section(\"{name}\")")).unwrap_or_default();
    let mut text = format!(
        "/* Made by tamias; do not edit. */\n\
         #include <stddef.h>\n\n\
         #if defined(__GNUC__) || defined(__ICCARM__)\n\
         #define {guard}_PLACE __attribute__((aligned({align}){section}))\n\
         #else\n\
         #error \"say here how this compiler aligns to {align} bytes\"\n\
         #endif\n\n\
         #ifdef __cplusplus\n\
         extern \"C\" {{\n\
         #endif\n\
         extern const unsigned char {symbol}[{size}];\n\
         extern const size_t {symbol}_size;\n\
         #ifdef __cplusplus\n\
         }}\n\
         #endif\n\n\
         const unsigned char {symbol}[{size}] {guard}_PLACE = {{\n"
    );
    for line in image.chunks(12) {
        let bytes: Vec<String> = line.iter().map(|byte| format!("0x{byte:02x}")).collect();
        // Writing to a string cannot fail.
        let _ = writeln!(text, "    {},", bytes.join(", "));
    }
    let _ = write!(text, "}};\nconst size_t {symbol}_size = sizeof {symbol};\n");
    text
}

/// A file in Rust with the image as a `pub static` slice; its name is the symbol in capitals. For `include!`.
///
/// ```
/// use tamias_build::emit::{Placement, rust_array};
///
/// let text = rust_array(b"Tami", &Placement::for_file("device.nut"));
/// assert!(text.contains("pub static DEVICE: &[u8]"));
/// ```
#[must_use]
pub fn rust_array(image: &[u8], placement: &Placement) -> String {
    let Placement { symbol, align, section } = placement;
    let (name, size) = (symbol.to_uppercase(), image.len());
    let section = section
        .as_deref()
        .map(|name| format!("    #[unsafe(link_section = \"{name}\")]\n"))
        .unwrap_or_default();
    let mut text = format!(
        "// Made by tamias; do not edit.\n\
         /// The image of a program.\n\
         pub static {name}: &[u8] = {{\n    \
             #[repr(C, align({align}))]\n    \
             struct Aligned([u8; {size}]);\n\
         {section}    \
             static IMAGE: Aligned = Aligned([\n"
    );
    for line in image.chunks(16) {
        let bytes: Vec<String> = line.iter().map(u8::to_string).collect();
        let _ = writeln!(text, "        {},", bytes.join(", "));
    }
    text.push_str("    ]);\n    &IMAGE.0\n};\n");
    text
}

/// A relocatable ELF object for a target such as `thumbv7em-none-eabihf`.
///
/// # Errors
/// If objects cannot be written for the target.
pub fn object(image: &[u8], placement: &Placement, target: &str) -> Result<Vec<u8>, UnknownTarget> {
    crate::object::object(image, placement, target)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symbols_are_names() {
        for name in ["device", "_1", "A9_b"] {
            assert!(Placement::new(name).is_ok(), "{name}");
        }
        for name in ["", "_", "1a", "a-b", "größe", "int", "fn"] {
            assert_eq!(Placement::new(name), Err(PlacementError::Symbol(name.to_owned())));
        }
        for (file, symbol) in [
            ("a/b/main.nut", "image_main"),
            ("x.device.nut", "x"),
            ("-", "image__"),
            ("C:\\own\\thermo stat.nut", "thermo_stat"),
            (".hidden", "hidden"),
        ] {
            assert_eq!(Placement::for_file(file).symbol(), symbol);
        }
    }

    #[test]
    fn placements_are_checked() {
        let placement = || Placement::new("device").expect("it is a name");
        for align in [0, 1, 2, 3, 12, 1 << 17] {
            assert_eq!(placement().align(align), Err(PlacementError::Alignment(align)));
        }
        for align in [4, 256, 65536] {
            assert_eq!(placement().align(align).map(|placement| placement.align), Ok(align));
        }
        for section in ["", "a b", "a\"", "a\\b", "a\nb"] {
            assert_eq!(placement().section(section), Err(PlacementError::Section(section.to_owned())));
        }
        assert!(placement().section(".rodata.program").is_ok());
    }
}
