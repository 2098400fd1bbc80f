//! What can be wrong with an image.
//!
//! The rules of the format are a table: each has a name, the section that it
//! is about and a sentence. The error message and the list in
//! `docs/image-format.md` come from it.

use core::fmt;

/// Why bytes are not an image that can be run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImageError {
    /// There are fewer bytes than the header says, or not even a header.
    TooShort,
    /// The first bytes are not those of an image.
    BadMagic,
    /// The image has a version of the format that this crate does not know.
    UnsupportedVersion(u8),
    /// The image is in an edition that this crate does not know.
    UnknownEdition(u8),
    /// The contents were damaged after the image was written.
    BadChecksum,
    /// The contents break a rule of the format.
    Invalid {
        /// The rule.
        rule: Rule,
        /// Where it is broken, in bytes from the start of the image.
        offset: u32,
    },
}

impl fmt::Display for ImageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ImageError::TooShort => f.write_str("the image is incomplete; transfer or compile it again"),
            ImageError::BadMagic => f.write_str("this is no image; compile the program first"),
            ImageError::UnsupportedVersion(version) => {
                write!(f, "the image has format version {version}, which is not supported; compile it again")
            }
            ImageError::UnknownEdition(edition) => {
                write!(f, "the image is in the unknown edition {edition}; compile it again")
            }
            ImageError::BadChecksum => f.write_str("the image is damaged; transfer or compile it again"),
            ImageError::Invalid { rule, offset } => {
                write!(
                    f,
                    "invalid image: {}, at offset {offset} in the {}",
                    rule.message(),
                    rule.section().name()
                )
            }
        }
    }
}

impl core::error::Error for ImageError {}

/// A part of an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// The first bytes, which say where the other sections are.
    Header,
    /// The strings and their index.
    Strings,
    /// The constants.
    Constants,
    /// The function table and the records without their code.
    Functions,
    /// The instructions.
    Code,
    /// The source table and the debug records.
    Debug,
}

impl Section {
    /// The name for messages.
    pub const fn name(self) -> &'static str {
        match self {
            Section::Header => "header",
            Section::Strings => "strings",
            Section::Constants => "constants",
            Section::Functions => "functions",
            Section::Code => "code",
            Section::Debug => "debug tables",
        }
    }
}

macro_rules! rules {
    ($($name:ident $section:ident $message:literal;)*) => {
        /// A rule of the image format that the verifier checks.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Rule {
            $(#[doc = concat!("Broken: ", $message, ".")] $name,)*
        }

        impl Rule {
            /// All rules.
            pub const ALL: &[Rule] = &[$(Rule::$name,)*];

            /// What is wrong if the rule is broken.
            pub const fn message(self) -> &'static str {
                match self {
                    $(Rule::$name => $message,)*
                }
            }

            /// The part of the image that the rule is about.
            pub const fn section(self) -> Section {
                match self {
                    $(Rule::$name => Section::$section,)*
                }
            }
        }
    };
}

rules! {
    ImageSize Header "the size is no multiple of four or out of range";
    ImageFlags Header "an unknown flag is set";
    SectionStart Header "a section does not start where the one before it ends";

    StringHeader Strings "a string does not begin with the header word of strings";
    StringLength Strings "a string does not end within the section";
    StringPadding Strings "a string is not followed by zeros up to the next multiple of four";
    StringHash Strings "a hash is not that of the string";
    StringOrder Strings "the strings are not in strictly ascending order of index entry and contents";
    BucketSize Strings "an entry of the index stands for too many strings";
    IndexSize Strings "the index has too many entries";
    IndexEntry Strings "an entry of the index does not refer to its first string";
    TablePadding Strings "the padding after a table of references is not zero";

    FunctionStart Functions "a function record does not start where the one before it ends";
    FunctionEnd Functions "a function record does not end within the section";
    FunctionFlags Functions "an unknown flag is set";
    FunctionName Functions "the name is no string";
    CodeSize Functions "there are no instructions or too many";
    ParameterCount Functions "there are fewer parameters than `this`, those with default values and `vargv`";
    RegisterCount Functions "there are fewer registers than parameters";
    MainFunction Functions "the main function has outers or default values";
    StringConstant Functions "a string constant is no string";
    OuterSource Functions "an outer has unknown bits set";
    RecordPadding Functions "the padding in a function record is not zero";
    TryRange Functions "a try range is empty or ends outside of the code";
    TryHandler Functions "a try handler is outside of the code";
    TryRegister Functions "a try register is no register of the function";
    TryOrder Functions "the try entries are not sorted by ascending end and descending start";
    LiveTopOrder Functions "the live tops are not in strictly ascending order";
    LiveTopPosition Functions "a live top is outside of the code";
    LiveTopRegisters Functions "a live top counts more registers than the function has";

    UnknownOp Code "an instruction has no valid op";
    UnusedOperand Code "an unused operand is not zero";
    RegisterOperand Code "an operand is no register of the function";
    CountOperand Code "a run of registers is empty";
    FlagOperand Code "an unknown flag is set in an operand";
    StringOperand Code "an operand is no string constant of the function or refers to no string";
    IntOperand Code "an operand is no integer constant of the function";
    FloatOperand Code "an operand is no float constant of the function";
    OuterOperand Code "an operand is no outer of the function";
    FunctionOperand Code "an operand is no function of the image, or none without default values where that has to be";
    JumpTarget Code "a jump leaves the code";
    CodeEnd Code "the last instruction can be followed by another one";
    CapturedRegister Code "a closure captures a register that the function does not have";
    CapturedOuter Code "a closure captures an outer that the function does not have";
    YieldOutsideGenerator Code "a function that is no generator yields";
    TailCallInGenerator Code "a generator makes a tail call";

    ConstantCount Constants "there are more constants than fit between the functions and the sources";
    ConstantName Constants "the name of a constant is no string";
    ConstantKind Constants "a constant is of an unknown kind";
    ConstantValue Constants "the value of a constant is not of its kind";
    EnumMember Constants "the members of an enum are not all there or are enums";

    StrippedDebug Debug "a stripped image has sources";
    SourceName Debug "the name of a source is no string";
    SourceOrder Debug "the sources are not in strictly ascending order of their lines";
    DebugStart Debug "a debug record does not start where the one before it ends";
    DebugEnd Debug "a debug record does not end within the image";
    DebugPadding Debug "the padding of a debug record is not zero";
    LineTable Debug "a line table cannot be decoded";
    LinePosition Debug "the entries of a line table are not ascending or leave the code";
    LocalName Debug "the name of a local variable is no string";
    LocalRegister Debug "the register of a local variable is no register of the function";
    LocalRange Debug "the range of a local variable ends before it starts or outside of the code";
    ImageEnd Debug "there are bytes after the last record";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_small() {
        assert_eq!(size_of::<ImageError>(), 8);
    }
}
