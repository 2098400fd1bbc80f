//! `format()`: C's `printf` over script values.
//!
//! A specifier is `%[-+ #0][width][.precision]type` with at most two digits for
//! width and precision. Its text is written straight to a [`Sink`]; the values
//! come from [`FormatArguments`], which the native function implements over its
//! parameters. Nothing is allocated here.

use tamias_vm::number::{
    FORMATTED_FLOAT_CAPACITY, FloatFormat, INTEGER_TEXT_CAPACITY, LetterCase, Notation, Radix, TrailingZeros,
    format_float, unsigned_to_text,
};

use super::{OutOfMemory, Sink};

/// The values after the format string.
pub trait FormatArguments {
    /// How many there are.
    fn count(&self) -> usize;

    /// The value as an integer (floats are truncated), None if it is no number.
    fn integer(&self, index: usize) -> Option<i32>;

    /// The value as a float (integers are converted), None if it is no number.
    fn float(&self, index: usize) -> Option<f32>;

    /// The bytes of the value, None if it is not a string.
    fn string(&self, index: usize) -> Option<&[u8]>;
}

/// Why a text could not be formatted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormatError {
    /// There are more specifiers than arguments.
    NotEnoughArguments,
    /// `%s` of something else.
    StringExpected,
    /// `%d` and the like of something that is no number.
    IntegerExpected,
    /// `%f` and the like of something that is no number.
    FloatExpected,
    /// The type of a specifier is none of the known letters.
    InvalidFormat,
    /// A width of three digits.
    WidthTooLong,
    /// A precision of three digits.
    PrecisionTooLong,
    /// More than twenty characters before the type.
    FormatTooLong,
    /// The sink has no room; not an error that scripts can catch.
    OutOfMemory,
}

/// Whose spelling of the messages is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wording {
    /// impOS and Squirrel 3.0.4: `not enough paramters`.
    Imp,
    /// Squirrel 3.1 and later: `not enough parameters`.
    Reference,
}

impl FormatError {
    /// The text that a script can catch.
    #[must_use]
    pub const fn message(self, wording: Wording) -> &'static str {
        match (self, wording) {
            (FormatError::NotEnoughArguments, Wording::Imp) => {
                "not enough paramters for the given format string"
            }
            (FormatError::NotEnoughArguments, Wording::Reference) => {
                "not enough parameters for the given format string"
            }
            (FormatError::StringExpected, _) => "string expected for the specified format",
            (FormatError::IntegerExpected, _) => "integer expected for the specified format",
            (FormatError::FloatExpected, _) => "float expected for the specified format",
            (FormatError::InvalidFormat, _) => "invalid format",
            (FormatError::WidthTooLong, _) => "width format too long",
            (FormatError::PrecisionTooLong, _) => "precision format too long",
            (FormatError::FormatTooLong, _) => "format too long",
            (FormatError::OutOfMemory, _) => "out of memory",
        }
    }
}

impl From<OutOfMemory> for FormatError {
    fn from(_: OutOfMemory) -> Self {
        FormatError::OutOfMemory
    }
}

/// Writes `format` with its specifiers replaced by the arguments. Surplus
/// arguments are ignored.
///
/// # Errors
///
/// The first [`FormatError`] from left to right; the sink then holds the text
/// before it.
pub fn format(
    format: &[u8],
    arguments: &dyn FormatArguments,
    sink: &mut dyn Sink,
) -> Result<(), FormatError> {
    let mut rest = format;
    let mut argument_index = 0;
    loop {
        let n_plain = rest.iter().position(|&byte| byte == b'%').unwrap_or(rest.len());
        let (plain, from_percent) = rest.split_at(n_plain);
        if !plain.is_empty() {
            sink.write(plain)?;
        }
        let Some((_, after_percent)) = from_percent.split_first() else {
            return Ok(());
        };
        if let Some(after_escape) = after_percent.strip_prefix(b"%") {
            sink.write(b"%")?;
            rest = after_escape;
            continue;
        }
        // The reference counts the arguments before it reads the specifier.
        if argument_index >= arguments.count() {
            return Err(FormatError::NotEnoughArguments);
        }
        let (specifier, after_specifier) = Specifier::parse(after_percent)?;
        specifier.write(arguments, argument_index, sink)?;
        argument_index += 1;
        rest = after_specifier;
    }
}

/// The most characters between `%` and the type.
const MAX_SPECIFIER_LENGTH: usize = 20;

/// On which side of a field its text is.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Alignment {
    #[default]
    Right,
    Left,
}

/// What fills a field up that is aligned to the right.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Filler {
    #[default]
    Spaces,
    Zeros,
}

/// What stands before a number that is not negative.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum PlusSign {
    #[default]
    Nothing,
    Space,
    Plus,
}

/// The `#` flag.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Form {
    #[default]
    Usual,
    Alternate,
}

/// The characters between `%` and the end of the type, understood.
#[derive(Clone, Copy, Default)]
struct Specifier {
    alignment: Alignment,
    filler: Filler,
    plus_sign: PlusSign,
    form: Form,
    width: usize,
    precision: Option<u8>,
    /// 0 when the format string ends too early.
    letter: u8,
}

impl Specifier {
    /// Reads the specifier after a `%`, and returns what follows it.
    fn parse(text: &[u8]) -> Result<(Self, &[u8]), FormatError> {
        let mut specifier = Specifier::default();
        let n_flags = text.iter().take_while(|&&byte| specifier.take_flag(byte)).count();
        let (width, mut rest) = take_number(&text[n_flags..]).ok_or(FormatError::WidthTooLong)?;
        specifier.width = usize::from(width);
        if let Some(after_point) = rest.strip_prefix(b".") {
            let precision;
            (precision, rest) = take_number(after_point).ok_or(FormatError::PrecisionTooLong)?;
            specifier.precision = Some(precision);
        }
        if text.len() - rest.len() > MAX_SPECIFIER_LENGTH {
            return Err(FormatError::FormatTooLong);
        }
        let (&letter, rest) = rest.split_first().unwrap_or((&0, &[]));
        specifier.letter = letter;
        Ok((specifier, rest))
    }

    /// Notes a flag, and says whether it was one.
    fn take_flag(&mut self, byte: u8) -> bool {
        match byte {
            b'-' => self.alignment = Alignment::Left,
            b'0' => self.filler = Filler::Zeros,
            b'+' => self.plus_sign = PlusSign::Plus,
            b' ' if self.plus_sign == PlusSign::Nothing => self.plus_sign = PlusSign::Space,
            b' ' => {}
            b'#' => self.form = Form::Alternate,
            _ => return false,
        }
        true
    }

    fn write(
        &self,
        arguments: &dyn FormatArguments,
        index: usize,
        sink: &mut dyn Sink,
    ) -> Result<(), FormatError> {
        let integer = || arguments.integer(index).ok_or(FormatError::IntegerExpected);
        match self.letter {
            b's' => {
                let text = arguments.string(index).ok_or(FormatError::StringExpected)?;
                let limit = self.precision.map_or(text.len(), usize::from);
                self.write_text(&text[..limit.min(text.len())], sink)?;
            }
            b'c' => self.write_text(&[integer()? as u8], sink)?,
            b'd' | b'i' => self.write_signed(integer()?, sink)?,
            b'u' | b'o' | b'x' | b'X' => self.write_unsigned(integer()? as u32, sink)?,
            b'f' | b'e' | b'E' | b'g' | b'G' => {
                self.write_float(arguments.float(index).ok_or(FormatError::FloatExpected)?, sink)?;
            }
            _ => return Err(FormatError::InvalidFormat),
        }
        Ok(())
    }

    fn write_text(&self, text: &[u8], sink: &mut dyn Sink) -> Result<(), OutOfMemory> {
        Field { sign: b"", n_zeros: 0, digits: text }.write(self, Filler::Spaces, sink)
    }

    fn write_signed(&self, value: i32, sink: &mut dyn Sink) -> Result<(), OutOfMemory> {
        let sign = self.sign(value < 0);
        let mut buffer = [0; INTEGER_TEXT_CAPACITY];
        let digits = unsigned_to_text(value.unsigned_abs(), Radix::Decimal, &mut buffer);
        self.write_integer(sign, digits, sink)
    }

    fn write_unsigned(&self, value: u32, sink: &mut dyn Sink) -> Result<(), OutOfMemory> {
        let (radix, prefix): (Radix, &[u8]) = match self.letter {
            b'o' => (Radix::Octal, b"0"),
            b'x' => (Radix::Hexadecimal(LetterCase::Lower), b"0x"),
            b'X' => (Radix::Hexadecimal(LetterCase::Upper), b"0X"),
            _ => (Radix::Decimal, b""),
        };
        let mut buffer = [0; INTEGER_TEXT_CAPACITY];
        let digits = unsigned_to_text(value, radix, &mut buffer);
        match (self.form, radix) {
            (Form::Usual, _) => self.write_integer(b"", digits, sink),
            // The octal prefix is a digit: the precision may have brought it.
            (Form::Alternate, Radix::Octal) => {
                let precision = usize::from(self.precision.unwrap_or(1));
                let needs_zero = precision <= digits.len() && (value != 0 || precision == 0);
                self.write_integer(if needs_zero { prefix } else { b"" }, digits, sink)
            }
            (Form::Alternate, _) if value == 0 => self.write_integer(b"", digits, sink),
            (Form::Alternate, _) => self.write_integer(prefix, digits, sink),
        }
    }

    /// The precision of an integer is its least number of digits, none at all
    /// for a zero with precision 0, and switches the `0` flag off.
    fn write_integer(&self, sign: &[u8], digits: &[u8], sink: &mut dyn Sink) -> Result<(), OutOfMemory> {
        let Some(precision) = self.precision else {
            return Field { sign, n_zeros: 0, digits }.write(self, self.filler, sink);
        };
        let digits = if precision == 0 && digits == b"0" { b"" } else { digits };
        let n_zeros = usize::from(precision).saturating_sub(digits.len());
        Field { sign, n_zeros, digits }.write(self, Filler::Spaces, sink)
    }

    fn write_float(&self, value: f32, sink: &mut dyn Sink) -> Result<(), OutOfMemory> {
        let is_negative = value.is_sign_negative() && !value.is_nan();
        let format = FloatFormat {
            notation: match self.letter {
                b'f' => Notation::Fixed,
                b'e' | b'E' => Notation::Scientific,
                _ => Notation::General,
            },
            precision: self.precision.unwrap_or(6),
            trailing_zeros: match self.form {
                Form::Usual => TrailingZeros::Drop,
                Form::Alternate => TrailingZeros::Keep,
            },
            letters: match self.letter {
                b'E' | b'G' => LetterCase::Upper,
                _ => LetterCase::Lower,
            },
        };
        let mut buffer = [0; FORMATTED_FLOAT_CAPACITY];
        let digits = format_float(value.abs(), format, &mut buffer);
        // C does not put zeros before words.
        let filler = if value.is_finite() { self.filler } else { Filler::Spaces };
        Field { sign: self.sign(is_negative), n_zeros: 0, digits }.write(self, filler, sink)
    }

    fn sign(&self, is_negative: bool) -> &'static [u8] {
        match self.plus_sign {
            _ if is_negative => b"-",
            PlusSign::Nothing => b"",
            PlusSign::Space => b" ",
            PlusSign::Plus => b"+",
        }
    }
}

/// Reads up to two digits; none mean 0. A third digit is an error.
fn take_number(text: &[u8]) -> Option<(u8, &[u8])> {
    let n_digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if n_digits > 2 {
        return None;
    }
    let (digits, rest) = text.split_at(n_digits);
    Some((digits.iter().fold(0, |number, digit| number * 10 + (digit - b'0')), rest))
}

/// The parts of a field from left to right, without what fills it up.
struct Field<'text> {
    sign: &'text [u8],
    n_zeros: usize,
    digits: &'text [u8],
}

impl Field<'_> {
    fn write(&self, specifier: &Specifier, filler: Filler, sink: &mut dyn Sink) -> Result<(), OutOfMemory> {
        let length = self.sign.len() + self.n_zeros + self.digits.len();
        let n_missing = specifier.width.saturating_sub(length);
        let (n_spaces_before, n_zeros, n_spaces_after) = match (specifier.alignment, filler) {
            (Alignment::Left, _) => (0, self.n_zeros, n_missing),
            (Alignment::Right, Filler::Zeros) => (0, self.n_zeros + n_missing, 0),
            (Alignment::Right, Filler::Spaces) => (n_missing, self.n_zeros, 0),
        };
        fill(b' ', n_spaces_before, sink)?;
        sink.write(self.sign)?;
        fill(b'0', n_zeros, sink)?;
        sink.write(self.digits)?;
        fill(b' ', n_spaces_after, sink)
    }
}

/// Writes `byte` so many times; width and precision are at most 99 each.
fn fill(byte: u8, count: usize, sink: &mut dyn Sink) -> Result<(), OutOfMemory> {
    if count == 0 {
        return Ok(());
    }
    let run = [byte; 99];
    sink.write(&run[..count.min(run.len())])
}
