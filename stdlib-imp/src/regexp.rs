//! The classes `regexp` and `regexp2`: compiled patterns.
//!
//! The engine is [`crate::text::regexp`]. An instance carries a compiled
//! pattern as its native data; results are tables with the slots `begin` and
//! `end`, which are positions of bytes.

use crate::text::regexp::{MatchError, PatternError, Regexp, Syntax};
use core::ops::Range;
use tamias_vm::native::{Cloning, Member, NativeClass};
use tamias_vm::{Cx, Edition, Flow, Instance, NativeData, Raise, Returns, Str, Table, TypeMask, library};

/// `this` of a method.
const THIS: TypeMask = TypeMask::INSTANCE;
/// `this`, a text and the position to start from.
const TEXT_AND_START: &[TypeMask] = &[THIS, TypeMask::STRING, TypeMask::NUMBER];

/// The class `regexp`.
pub static REGEXP: NativeClass =
    NativeClass { type_name: "regexp", members: &REGEXP_METHODS, cloning: Cloning::Refused };

library! {
    static REGEXP_METHODS: "regexp" = [
        Member::function("constructor", construct_regexp, &[THIS, TypeMask::STRING]),
        Member::function("capture", capture, TEXT_AND_START).variadic(2),
        Member::function("match", is_match, &[THIS, TypeMask::STRING]),
        Member::function("search", search, TEXT_AND_START).variadic(2),
        Member::function("subexpcount", group_count, &[THIS]),
    ];
}

/// The class `regexp2`.
pub static REGEXP2: NativeClass =
    NativeClass { type_name: "regexp2", members: &REGEXP2_METHODS, cloning: Cloning::Refused };

library! {
    static REGEXP2_METHODS: "regexp2" = [
        Member::function("constructor", construct_regexp2, &[THIS, TypeMask::STRING]),
        Member::function("capture", capture, TEXT_AND_START).variadic(2),
        Member::function("match", is_match, &[THIS, TypeMask::STRING]),
        Member::function("search", search, TEXT_AND_START).variadic(2),
        Member::function("subexpcount", group_count, &[THIS]),
    ];
}

/// The native data of an instance.
struct Pattern {
    regexp: Regexp,
}

impl NativeData for Pattern {
    const RELEASE_IS_OBSERVABLE: bool = false;
}

/// `regexp(pattern)`
fn construct_regexp<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let syntax = match cx.edition() {
        Edition::Imp | Edition::Squirrel3 => Syntax::Squirrel,
        Edition::ImpCompat => Syntax::SquirrelOfImpOs,
    };
    construct(cx, syntax)
}

/// `regexp2(pattern)`
fn construct_regexp2<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    construct(cx, Syntax::Re2)
}

fn construct<'v>(cx: &mut Cx<'v>, syntax: Syntax) -> Returns<'v> {
    let (this, pattern): (Instance, Str) = (cx.arg(0)?, cx.arg(1)?);
    match Regexp::new(pattern.as_bytes(), syntax) {
        Ok(regexp) => cx.set_native(this, Pattern { regexp })?,
        Err(PatternError::Malformed(message)) => return Err(cx.error(format_args!("{message}"))),
        Err(PatternError::OutOfMemory) => return Err(cx.out_of_memory()),
    }
    Flow::null()
}

/// The pattern in `this`.
fn this_pattern<'cx>(cx: &'cx mut Cx<'_>) -> Result<&'cx Regexp, Raise> {
    let this: Instance = cx.arg(0)?;
    Ok(&cx.native::<Pattern>(this)?.regexp)
}

/// The position in argument 2. One that is negative is beyond every text, as one that is too large.
fn start_argument(cx: &mut Cx<'_>) -> Result<usize, Raise> {
    let start = cx.arg::<Option<i32>>(2)?.unwrap_or(0);
    Ok(usize::try_from(start).unwrap_or(usize::MAX))
}

/// The answer of the matcher, or the error that it is for the script.
fn answer<T>(cx: &mut Cx<'_>, result: Result<T, MatchError>) -> Result<T, Raise> {
    result.map_err(|error| match error {
        MatchError::OutOfMemory => cx.out_of_memory(),
        MatchError::TooComplex => cx.error(format_args!("{}", error.message())),
    })
}

/// `match(text)`: whether the pattern matches the whole text.
fn is_match<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let text: Str = cx.arg(1)?;
    let result = this_pattern(cx)?.is_match(text.as_bytes());
    Flow::value(answer(cx, result)?)
}

/// `search(text [, start])`: the first match, or `null`.
fn search<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let text: Str = cx.arg(1)?;
    let start = start_argument(cx)?;
    let result = this_pattern(cx)?.search(text.as_bytes(), start);
    match answer(cx, result)? {
        Some(range) => Flow::value(range_table(cx, range)?),
        None => Flow::null(),
    }
}

/// `capture(text [, start])`: the first match and what its groups matched, or `null`.
fn capture<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let text: Str = cx.arg(1)?;
    let start = start_argument(cx)?;
    let pattern = this_pattern(cx)?;
    let syntax = pattern.syntax();
    let result = pattern.capture(text.as_bytes(), start);
    let Some(captures) = answer(cx, result)? else {
        return Flow::null();
    };
    let array = cx.array(captures.n_groups())?;
    for index in 0..captures.n_groups() {
        let table = match captures.group(index) {
            Some(range) if !range.is_empty() || syntax == Syntax::Re2 => range_table(cx, range)?,
            None if syntax == Syntax::Re2 => positions_table(cx, -1, -1)?,
            // A group that took no part and one that is empty look the same.
            _ => range_table(cx, 0..0)?,
        };
        array.push(cx, table)?;
    }
    Flow::value(array)
}

/// `subexpcount()`: the number of groups, the whole match included.
fn group_count<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let count = this_pattern(cx)?.n_groups();
    Flow::value(count)
}

fn range_table<'v>(cx: &mut Cx<'v>, range: Range<usize>) -> Result<Table<'v>, Raise> {
    positions_table(cx, range.start as i32, range.end as i32)
}

fn positions_table<'v>(cx: &mut Cx<'v>, begin: i32, end: i32) -> Result<Table<'v>, Raise> {
    let table = cx.table(2)?;
    table.set_named(cx, "begin", begin)?;
    table.set_named(cx, "end", end)?;
    Ok(table)
}
