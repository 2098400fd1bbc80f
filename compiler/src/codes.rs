//! The codes of all diagnostics.
//!
//! A code is a promise: it is printed, searched for on the web and listed in
//! build scripts, so it never changes its meaning and is never given again.
//! The hundreds name the stage: 01 lexical, 02 syntax, 03 names and scopes,
//! 04 limits; 05 and 06 are lints (see [`crate::lint`]), 05 about names and
//! callbacks, 06 about everything else.
//!
//! Each code has a page in `docs/errors/`, which [`page`] gives.

use crate::diagnostic::Code;

/// An entry of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeInfo {
    /// The number, printed as `SQ0101`.
    pub code: Code,
    /// The name for documents and settings.
    pub name: &'static str,
    /// What the diagnostic is about, in one line.
    pub title: &'static str,
}

/// Looks a code up.
pub fn info(code: Code) -> Option<&'static CodeInfo> {
    ALL.iter().find(|entry| entry.code == code)
}

/// The page about a code, in Markdown.
///
/// ```
/// use tamias_compiler::codes;
///
/// let page = codes::page(codes::UNFINISHED_STRING).unwrap();
/// assert!(page.starts_with("# SQ0104: unfinished-string\n"));
/// ```
pub fn page(code: Code) -> Option<&'static str> {
    PAGES.iter().find(|(known, _)| *known == code).map(|(_, page)| *page)
}

macro_rules! codes {
    ($($constant:ident = $number:literal, $name:literal, $title:literal;)*) => {
        $(
            #[doc = concat!("`", $name, "`: ", $title, ".")]
            pub const $constant: Code = Code($number);
        )*

        /// All codes, in ascending order.
        pub const ALL: &[CodeInfo] = &[
            $(CodeInfo { code: $constant, name: $name, title: $title },)*
        ];

        /// The pages, apart from the other table so that programs which never show them need not contain them.
        const PAGES: &[(Code, &str)] = &[
            $(($constant, include_str!(concat!("../../docs/errors/SQ0", $number, ".md"))),)*
        ];
    };
}

codes! {
    INVALID_CHARACTER = 101, "invalid-character", "a character that no token can start with";
    CONTROL_CHARACTER = 102, "control-character", "a control character outside of strings and comments";
    UNFINISHED_COMMENT = 103, "unfinished-comment", "a block comment without `*/`";
    UNFINISHED_STRING = 104, "unfinished-string", "a string without its closing quote";
    NEWLINE_IN_STRING = 105, "newline-in-string", "a line break in a string that is not verbatim";
    UNKNOWN_ESCAPE = 106, "unknown-escape", "a backslash before a character that cannot be escaped";
    ESCAPE_WITHOUT_DIGITS = 107, "escape-without-digits", "a `\\x` or `\\u` without hexadecimal digits";
    EMPTY_CHARACTER = 108, "empty-character", "a character literal with nothing in it";
    LONG_CHARACTER = 109, "long-character", "a character literal with more than one byte";
    INVALID_OCTAL = 110, "invalid-octal", "an octal number with the digit 8 or 9";
    LONG_HEX = 111, "long-hex", "a hexadecimal number with more than eight digits";
    SECOND_EXPONENT = 112, "second-exponent", "a number with two exponents";
    EMPTY_EXPONENT = 113, "empty-exponent", "an exponent without digits";
    TWO_DOTS = 114, "two-dots", "two dots that are neither `.` nor `...`";

    EXPRESSION_EXPECTED = 201, "expression-expected", "something else where an expression has to be";
    TOKEN_EXPECTED = 202, "token-expected", "something else where one certain token has to be";
    STATEMENT_NOT_ENDED = 203, "statement-not-ended", "two statements on a line without `;` between them";
    BRACKET_ON_NEW_LINE = 204, "bracket-on-new-line", "a `[` that begins a line after an expression";
    NOT_ASSIGNABLE = 205, "not-assignable", "an assignment to something that is not a variable or slot";
    NOT_INCREMENTABLE = 206, "not-incrementable", "`++` or `--` on something that is not a variable or slot";
    NOT_DELETABLE = 207, "not-deletable", "`delete` of something that is not a slot";
    SCALAR_EXPECTED = 208, "scalar-expected", "a constant whose value is not a literal";
    PARAMETER_WITHOUT_DEFAULT = 209, "parameter-without-default", "a parameter without default after one with default";
    VARARGS_WITH_DEFAULTS = 210, "varargs-with-defaults", "`...` in a function with default parameters";
    INVALID_CLASS_NAME = 211, "invalid-class-name", "a class statement whose name cannot be stored to";
    RAWCALL_ARGUMENTS = 212, "rawcall-arguments", "`rawcall` without a function and its `this`";
    NOT_IN_EDITION = 213, "not-in-edition", "syntax that only a later edition of the language has";
    UNMATCHED_BRACKET = 214, "unmatched-bracket", "a closing bracket without an opening one";
    BODY_ENDED = 215, "body-ended", "a `;` between the body of `do` or `try` and its `while` or `catch`";
    UNKNOWN_OPERATOR = 216, "unknown-operator", "an operator of another language";
    MISPLACED_KEYWORD = 217, "misplaced-keyword", "`else`, `catch` or `case` without what it continues";

    BREAK_OUTSIDE_LOOP = 301, "break-outside-loop", "`break` outside of a loop or `switch`";
    CONTINUE_OUTSIDE_LOOP = 302, "continue-outside-loop", "`continue` outside of a loop";
    NEW_SLOT_ON_LOCAL = 303, "new-slot-on-local", "`<-` on a local variable";
    DELETE_LOCAL = 304, "delete-local", "`delete` of a local variable";
    CLASS_IN_LOCAL = 305, "class-in-local", "a class statement whose name is a local variable";
    UNKNOWN_ENUM_MEMBER = 306, "unknown-enum-member", "a member that the enum does not have";
    ENUM_WITHOUT_MEMBER = 307, "enum-without-member", "an enum used as if it were a value";
    CONSTANT_CHANGED = 308, "constant-changed", "an assignment to a constant";

    NESTED_TOO_DEEPLY = 401, "nested-too-deeply", "expressions or statements inside each other beyond the limit";
    SOURCE_TOO_LARGE = 402, "source-too-large", "a source text of more than 32 MiB";
    TOO_MANY_LOCALS = 403, "too-many-locals", "a function that needs more registers than there are";
    TOO_MANY_LITERALS = 404, "too-many-literals", "a function with more constants than can be numbered";
    TOO_MANY_ERRORS = 405, "too-many-errors", "a text with so many errors that the rest was not read";
    TOO_MUCH_CODE = 406, "too-much-code", "a function with more instructions than an image can hold";

    UNKNOWN_NAME = 501, "unknown-name", "a name that nothing can resolve";
    UNKNOWN_MEMBER = 502, "unknown-member", "a member that an object of the imp API does not have";
    UNDECLARED_ASSIGNMENT = 503, "undeclared-assignment", "an assignment to a name that nothing creates";
    UNBOUND_CALLBACK = 504, "unbound-callback", "a callback that uses `this` and is not bound to it";
    CAPTURED_LOOP_VARIABLE = 505, "captured-loop-variable", "a callback that uses the variable of a loop";
    CALLBACK_PARAMETERS = 506, "callback-parameters", "a callback with another number of parameters than it gets";

    ASSIGNMENT_IN_CONDITION = 601, "assignment-in-condition", "`=` where `==` is probably meant";
    UNREACHABLE_CODE = 602, "unreachable-code", "statements that are never reached";
    NO_EFFECT = 603, "no-effect", "a statement that does nothing";
    DUPLICATE_KEY = 604, "duplicate-key", "two slots or members with the same name";
    DUPLICATE_CONDITION = 605, "duplicate-condition", "a condition that has been tested already";
    IMPOSSIBLE_TYPE = 606, "impossible-type", "`typeof` compared with a text that is no type";
    MISLEADING_PRECEDENCE = 607, "misleading-precedence", "an operator that binds otherwise than it reads";
    NULL_RESULT = 608, "null-result", "the result of an array method that returns nothing";
    CHANGED_WHILE_ITERATED = 609, "changed-while-iterated", "an array that changes while `foreach` goes over it";
    SELF_ASSIGNMENT = 610, "self-assignment", "something assigned to itself";
    SELF_COMPARISON = 611, "self-comparison", "something compared with itself";
    INTEGER_OVERFLOW = 612, "integer-overflow", "a number that does not fit into 32 bits";
    HEX_ESCAPE_OVERFLOW = 613, "hex-escape-overflow", "a `\\x` that takes more than two digits";
    INEXACT_COMPARISON = 614, "inexact-comparison", "`==` with a fraction that floats cannot hold";
    UNUSED_LOCAL = 615, "unused-local", "a local variable whose value is never used";
    UNUSED_PARAMETER = 616, "unused-parameter", "a parameter that is never used";
    SHADOWED_LOCAL = 617, "shadowed-local", "a variable that hides another one of the same name";
    FALL_THROUGH = 618, "fall-through", "a case that goes on into the next one";
    OCTAL_NUMBER = 619, "octal-number", "a number with a leading zero";
    UNKNOWN_LINT = 620, "unknown-lint", "a comment that allows a lint which does not exist";
    MISSING_COMMA = 621, "missing-comma", "two arguments without a comma between them";

    BUILDER_SYNTAX = 701, "builder-syntax", "a directive of the Builder without what it needs, or with too much";
    BUILDER_BLOCK = 702, "builder-block", "a block of the Builder that has no end, or an end without a block";
    BUILDER_EXPRESSION = 703, "builder-expression", "an expression of the Builder that has no value";
    BUILDER_LIMIT = 704, "builder-limit", "directives of the Builder that do not come to an end or make too much text";
    BUILDER_ERROR = 705, "builder-error", "`@error`";
    BUILDER_WARNING = 706, "builder-warning", "`@warning`";
    BUILDER_UNDEFINED = 707, "builder-undefined", "`@{NAME}` for a variable that nobody has set";
    MACRO_REDECLARED = 708, "macro-redeclared", "a macro with the name of another one";
    INCLUDE_NOT_FOUND = 709, "include-not-found", "an included file that is nowhere to be found";
    INCLUDE_UNREADABLE = 710, "include-unreadable", "an included file that cannot be read";
    INCLUDE_CYCLE = 711, "include-cycle", "a file that includes itself, or a macro that uses itself, without end";
    INCLUDED_TWICE = 712, "included-twice", "the same text included in two places";
    LIBRARY_NOT_FOUND = 721, "library-not-found", "a required library that is not in the library folder";
    LIBRARY_LEFT_OUT = 722, "library-left-out", "a required library, without a folder of libraries";
    REQUIRE_SYNTAX = 723, "require-syntax", "a `#require` that does not name one exact version of a library";
    REQUIRE_MISPLACED = 724, "require-misplaced", "a `#require` after the beginning of the code";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_ascend_and_names_are_unique() {
        assert!(ALL.windows(2).all(|pair| pair[0].code < pair[1].code));
        let mut names: Vec<_> = ALL.iter().map(|entry| entry.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), ALL.len());
    }

    #[test]
    fn a_code_prints_with_four_digits() {
        assert_eq!(INVALID_CHARACTER.to_string(), "SQ0101");
        assert_eq!(info(INVALID_CHARACTER).map(|entry| entry.name), Some("invalid-character"));
    }
}
