//! The blob library: the class `blob`, a growable array of bytes with a read
//! and write position, and the functions that look at numbers as bytes.
//!
//! The bytes belong to the VM, so that they count as memory of the program;
//! `blob[i]`, `foreach` and `clone` are built into it. Numbers in blobs are
//! little-endian.

use tamias_vm::native::{Cloning, Member, NativeClass};
use tamias_vm::{Cx, Edition, Flow, Instance, Raise, Returns, Str, TypeMask, library};

/// `this` of a method.
const THIS: TypeMask = TypeMask::INSTANCE;
/// A string, or a blob to be taken as one.
const TEXT: TypeMask = TypeMask::STRING.or(TypeMask::INSTANCE);

/// The class `blob`.
pub static BLOB: NativeClass =
    NativeClass { type_name: "blob", members: &BLOB_METHODS, cloning: Cloning::CopyBytes };

library! {
    static BLOB_METHODS: "blob" = [
        Member::function("constructor", constructor, &[THIS, TypeMask::NUMBER]).variadic(1),
        Member::function("eos", is_at_end, &[THIS]),
        Member::function("flush", flush, &[THIS]),
        Member::function("len", length, &[THIS]),
        Member::function("readblob", read_blob, &[THIS, TypeMask::NUMBER]),
        Member::function("readn", read_number, &[THIS, TypeMask::NUMBER]),
        Member::function("readstring", read_string, &[THIS, TypeMask::NUMBER]),
        Member::function("resize", resize, &[THIS, TypeMask::NUMBER]),
        Member::function("seek", seek, &[THIS, TypeMask::NUMBER, TypeMask::NUMBER]).variadic(2),
        Member::function("swap2", swap_pairs, &[THIS]),
        Member::function("swap4", swap_quads, &[THIS]),
        Member::function("tell", tell, &[THIS]),
        Member::function("tostring", to_string, &[THIS]),
        Member::function("writeblob", write_blob, &[THIS, TypeMask::INSTANCE]),
        Member::function("writen", write_number, &[THIS, TypeMask::NUMBER, TypeMask::NUMBER]),
        Member::function("writestring", write_string, &[THIS, TEXT]),
    ];
}

/// How a number is stored, by the letter that `readn` and `writen` take.
#[derive(Clone, Copy)]
enum NumberFormat {
    Signed8,
    Unsigned8,
    Signed16,
    Unsigned16,
    Signed32,
    Float32,
    Float64,
}

impl NumberFormat {
    fn from_letter(letter: i32) -> Option<NumberFormat> {
        Some(match u8::try_from(letter).ok()? {
            b'c' => NumberFormat::Signed8,
            b'b' => NumberFormat::Unsigned8,
            b's' => NumberFormat::Signed16,
            b'w' => NumberFormat::Unsigned16,
            // `l` is an integer of the language, which has 32 bits.
            b'i' | b'l' => NumberFormat::Signed32,
            b'f' => NumberFormat::Float32,
            b'd' => NumberFormat::Float64,
            _ => return None,
        })
    }
}

/// The blob in `this`, with its position and length.
fn this_blob<'v>(cx: &mut Cx<'v>) -> Result<(Instance<'v>, usize, usize), Raise> {
    let blob: Instance = cx.arg(0)?;
    let length = cx.bytes(blob)?.len();
    Ok((blob, cx.position(blob)?, length))
}

/// The length or count in an argument; negative ones are `None`.
fn size_argument(cx: &mut Cx<'_>, position: usize) -> Result<Option<usize>, Raise> {
    let size: i32 = cx.arg(position)?;
    Ok(usize::try_from(size).ok())
}

/// `blob([size])`: a blob of so many zeros.
fn constructor<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let blob: Instance = cx.arg(0)?;
    // The reference ignores the size if anything comes after it.
    let size = if cx.arg_count() == 2 { size_argument(cx, 1)? } else { Some(0) };
    match size {
        Some(size) => cx.set_blob(blob, size)?,
        None => return Err(cx.error(format_args!("cannot create blob with negative size"))),
    }
    Flow::null()
}

/// `len()`: the number of bytes.
fn length<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let (_, _, length) = this_blob(cx)?;
    Flow::value(length)
}

/// `tell()`: the position.
fn tell<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let (_, position, _) = this_blob(cx)?;
    Flow::value(position)
}

/// `eos()`: 1 at the end, otherwise `null`.
fn is_at_end<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let (_, position, length) = this_blob(cx)?;
    Flow::value((position == length).then_some(1))
}

/// `flush()`: nothing, for streams in general.
fn flush<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    this_blob(cx)?;
    Flow::null()
}

/// `seek(offset [, origin])`: moves the position, counted from the beginning (`'b'`), the current position
/// (`'c'`) or the end (`'e'`). Returns 0, or -1 if that is outside of the blob.
fn seek<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let (blob, position, length) = this_blob(cx)?;
    let offset: i32 = cx.arg(1)?;
    let origin = if cx.arg_count() > 2 { cx.arg(2)? } else { i32::from(b'b') };
    let start = match u8::try_from(origin) {
        Ok(b'b') => 0,
        Ok(b'c') => position,
        Ok(b'e') => length,
        _ => return Err(cx.error(format_args!("invalid origin"))),
    };
    let target = usize::try_from(start as i64 + i64::from(offset)).ok().filter(|target| *target <= length);
    match target {
        Some(target) => {
            cx.set_position(blob, target)?;
            Flow::value(0)
        }
        None => Flow::value(-1),
    }
}

/// `resize(size)`: cuts the blob. As in the reference a larger size only makes room, which the VM does by
/// itself when bytes are written: the length stays.
fn resize<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let (blob, _, length) = this_blob(cx)?;
    match size_argument(cx, 1)? {
        Some(size) if size < length => cx.resize_bytes(blob, size)?,
        Some(_) => {}
        None => return Err(cx.error(format_args!("resize failed"))),
    }
    Flow::null()
}

/// Takes the next `N` bytes and moves the position behind them.
fn take_bytes<'v, const N: usize>(cx: &mut Cx<'v>, blob: Instance<'v>) -> Result<[u8; N], Raise> {
    let position = cx.position(blob)?;
    let bytes = cx.bytes(blob)?;
    match bytes.get(position..).and_then(|rest| rest.first_chunk::<N>()) {
        Some(chunk) => {
            let chunk = *chunk;
            cx.set_position(blob, position + N)?;
            Ok(chunk)
        }
        None => {
            // The reference has read what is left before it finds it too little.
            let length = bytes.len();
            cx.set_position(blob, length)?;
            Err(cx.error(format_args!("io error")))
        }
    }
}

/// The format letter in an argument.
fn format_argument(cx: &mut Cx<'_>, position: usize) -> Result<NumberFormat, Raise> {
    let letter = cx.arg(position)?;
    match NumberFormat::from_letter(letter) {
        Some(format) => Ok(format),
        None => Err(cx.error(format_args!("invalid format"))),
    }
}

/// `readn(format)`: the number at the position.
fn read_number<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let blob: Instance = cx.arg(0)?;
    match format_argument(cx, 1)? {
        NumberFormat::Signed8 => Flow::value(i32::from(i8::from_le_bytes(take_bytes(cx, blob)?))),
        NumberFormat::Unsigned8 => Flow::value(i32::from(u8::from_le_bytes(take_bytes(cx, blob)?))),
        NumberFormat::Signed16 => Flow::value(i32::from(i16::from_le_bytes(take_bytes(cx, blob)?))),
        NumberFormat::Unsigned16 => Flow::value(i32::from(u16::from_le_bytes(take_bytes(cx, blob)?))),
        NumberFormat::Signed32 => Flow::value(i32::from_le_bytes(take_bytes(cx, blob)?)),
        NumberFormat::Float32 => Flow::value(f32::from_le_bytes(take_bytes(cx, blob)?)),
        NumberFormat::Float64 => Flow::value(f64::from_le_bytes(take_bytes(cx, blob)?) as f32),
    }
}

/// `writen(number, format)`: writes a number at the position.
fn write_number<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let blob: Instance = cx.arg(0)?;
    let format = format_argument(cx, 2)?;
    let (integer, float): (i32, f32) = (cx.arg(1)?, cx.arg(1)?);
    match format {
        NumberFormat::Signed8 | NumberFormat::Unsigned8 => put_bytes(cx, blob, &[integer as u8])?,
        NumberFormat::Signed16 | NumberFormat::Unsigned16 => {
            put_bytes(cx, blob, &(integer as u16).to_le_bytes())?;
        }
        NumberFormat::Signed32 => put_bytes(cx, blob, &integer.to_le_bytes())?,
        NumberFormat::Float32 => put_bytes(cx, blob, &float.to_le_bytes())?,
        NumberFormat::Float64 => put_bytes(cx, blob, &f64::from(float).to_le_bytes())?,
    }
    Flow::null()
}

/// Makes room for `count` bytes at the position. Returns where they go; the position is behind them.
fn advance<'v>(cx: &mut Cx<'v>, blob: Instance<'v>, count: usize) -> Result<usize, Raise> {
    let position = cx.position(blob)?;
    let end = position.saturating_add(count);
    if end > cx.bytes(blob)?.len() {
        cx.resize_bytes(blob, end)?;
    }
    cx.set_position(blob, end)?;
    Ok(position)
}

/// Writes bytes at the position.
fn put_bytes<'v>(cx: &mut Cx<'v>, blob: Instance<'v>, contents: &[u8]) -> Result<(), Raise> {
    let position = advance(cx, blob, contents.len())?;
    if let Some(room) = cx.bytes(blob)?.get_mut(position..position + contents.len()) {
        room.copy_from_slice(contents);
    }
    Ok(())
}

/// `readblob(size)`: the next bytes as a blob; less if there are not so many, but at least one.
fn read_blob<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let (blob, position, length) = this_blob(cx)?;
    let count = size_argument(cx, 1)?.unwrap_or(0).min(length - position);
    if count == 0 {
        return Err(cx.error(format_args!("no data left to read")));
    }
    let copy = cx.new_blob(&BLOB, count)?;
    cx.copy_bytes(blob, position..position + count, copy, 0)?;
    cx.set_position(blob, position + count)?;
    Flow::value(copy)
}

/// `readstring(size)`: the next bytes as a string; less if there are not so many.
fn read_string<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let (blob, position, length) = this_blob(cx)?;
    let count = size_argument(cx, 1)?.unwrap_or(0).min(length - position);
    let text = cx.string_of_bytes(blob, position..position + count)?;
    cx.set_position(blob, position + count)?;
    Flow::value(text)
}

/// `tostring()`: all bytes as a string.
fn to_string<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let (blob, _, length) = this_blob(cx)?;
    Flow::value(cx.string_of_bytes(blob, 0..length)?)
}

/// Writes all bytes of another blob at the position. Returns how many.
fn put_blob<'v>(cx: &mut Cx<'v>, blob: Instance<'v>, source: Instance<'v>) -> Result<usize, Raise> {
    let count = cx.bytes(source)?.len();
    let position = advance(cx, blob, count)?;
    cx.copy_bytes(source, 0..count, blob, position)?;
    Ok(count)
}

/// `writeblob(blob)`: writes the bytes of another blob at the position. In Squirrel 3 the result is their number.
fn write_blob<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let (blob, source): (Instance, Instance) = (cx.arg(0)?, cx.arg(1)?);
    let count = put_blob(cx, blob, source)?;
    match cx.edition() {
        Edition::Imp | Edition::ImpCompat => Flow::null(),
        Edition::Squirrel3 => Flow::value(count),
    }
}

/// `writestring(text)`: writes the bytes of a string at the position, or of a blob that stands for one.
fn write_string<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let blob: Instance = cx.arg(0)?;
    match cx.raw_arg(1).as_instance() {
        Some(source) => {
            put_blob(cx, blob, source)?;
        }
        None => {
            let text: Str = cx.arg(1)?;
            put_bytes(cx, blob, text.as_bytes())?;
        }
    }
    Flow::null()
}

/// Reverses the bytes in each whole group of `size`.
fn swap_groups<'v>(cx: &mut Cx<'v>, size: usize) -> Returns<'v> {
    let blob: Instance = cx.arg(0)?;
    for group in cx.bytes(blob)?.chunks_exact_mut(size) {
        group.reverse();
    }
    Flow::null()
}

/// `swap2()`: exchanges the bytes of each pair.
fn swap_pairs<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    swap_groups(cx, 2)
}

/// `swap4()`: reverses the bytes of each group of four.
fn swap_quads<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    swap_groups(cx, 4)
}

/// `castf2i(float)`: the integer with the same bits.
pub(crate) fn cast_float<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let number: f32 = cx.arg(1)?;
    Flow::value(number.to_bits() as i32)
}

/// `casti2f(integer)`: the float with the same bits.
pub(crate) fn cast_integer<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let number: i32 = cx.arg(1)?;
    Flow::value(f32::from_bits(number as u32))
}

/// `swap2(integer)`: the low two bytes exchanged, 0 to 65535.
pub(crate) fn swap_number_2<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let number: i32 = cx.arg(1)?;
    Flow::value(i32::from((number as u16).swap_bytes()))
}

/// `swap4(integer)`: the four bytes reversed.
pub(crate) fn swap_number_4<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let number: i32 = cx.arg(1)?;
    Flow::value(number.swap_bytes())
}

/// `swapfloat(float)`: the four bytes reversed.
pub(crate) fn swap_float<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let number: f32 = cx.arg(1)?;
    Flow::value(f32::from_bits(number.to_bits().swap_bytes()))
}
