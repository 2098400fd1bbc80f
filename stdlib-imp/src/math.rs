//! The math library: the table `math` of impOS, whose members are also in the
//! root table in Squirrel 3.
//!
//! Floats of the language are single precision, but C's math functions, which
//! the reference calls, are double precision: the argument is widened and the
//! result rounded once. So do we, with functions of our own, see
//! `math/elementary.rs`. The single-precision functions of `libm` would be
//! small, too, but in one of ten to fifty calls their last digit differs from
//! what a device gives.

mod elementary;

use tamias_vm::native::{Editions, Item, Member};
use tamias_vm::{Cx, Flow, Returns, TypeMask, library};

/// The largest result of `rand()`.
const RAND_MAX: i32 = i32::MAX;

/// `this` and one number.
const ONE_NUMBER: &[TypeMask] = &[TypeMask::ANY, TypeMask::NUMBER];
/// `this` and two numbers.
const TWO_NUMBERS: &[TypeMask] = &[TypeMask::ANY, TypeMask::NUMBER, TypeMask::NUMBER];

library! {
    /// What is in the table `math`. Squirrel 3 has the same in the root table.
    pub static MATH: "math" = [
        Member::function("abs", abs, ONE_NUMBER),
        Member::function("acos", acos, ONE_NUMBER),
        Member::function("asin", asin, ONE_NUMBER),
        Member::function("atan", atan, ONE_NUMBER),
        Member::function("atan2", atan2, TWO_NUMBERS),
        Member::function("ceil", ceil, ONE_NUMBER),
        Member::function("cos", cos, ONE_NUMBER),
        Member::function("exp", exp, ONE_NUMBER),
        Member::function("fabs", fabs, ONE_NUMBER),
        Member::function("floor", floor, ONE_NUMBER),
        Member::function("log", log, ONE_NUMBER),
        Member::function("log10", log10, ONE_NUMBER),
        Member::function("pow", pow, TWO_NUMBERS),
        Member::function("rand", rand, &[TypeMask::ANY]),
        Member::function("sin", sin, ONE_NUMBER),
        Member::function("sqrt", sqrt, ONE_NUMBER),
        Member::function("srand", keep_seed, ONE_NUMBER).only(Editions::IMP),
        Member::function("srand", srand, ONE_NUMBER).only(Editions::SQUIRREL_3),
        Member::function("tan", tan, ONE_NUMBER),
        Member::new("PI", Item::Float(core::f32::consts::PI)),
        Member::new("RAND_MAX", Item::Int(RAND_MAX)),
    ];
}

/// Defines natives of one number, by the double-precision function that they apply.
macro_rules! functions_of_one_number {
    ($($(#[$attribute:meta])* $name:ident;)*) => {
        $(
            $(#[$attribute])*
            fn $name<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
                of_one_number(cx, elementary::$name)
            }
        )*
    };
}

/// Applies a double-precision function to a number.
fn of_one_number<'v>(cx: &mut Cx<'v>, function: fn(f32) -> f64) -> Returns<'v> {
    let number: f32 = cx.arg(1)?;
    Flow::value(function(number) as f32)
}

/// Defines natives of one number whose result is the same in single precision: it is exact, or rounding it twice
/// cannot make a difference, as for square roots.
macro_rules! single_precision_functions {
    ($($(#[$attribute:meta])* $name:ident $function:ident;)*) => {
        $(
            $(#[$attribute])*
            fn $name<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
                let number: f32 = cx.arg(1)?;
                Flow::value(libm::$function(number))
            }
        )*
    };
}

single_precision_functions! {
    /// `ceil(number)`: rounds up to a whole number, which stays a float.
    ceil ceilf;
    /// `fabs(number)`: the magnitude as a float.
    fabs fabsf;
    /// `floor(number)`: rounds down to a whole number, which stays a float.
    floor floorf;
    /// `sqrt(number)`: the square root; NaN for negative numbers.
    sqrt sqrtf;
}

functions_of_one_number! {
    /// `acos(cosine)`: the angle in radians, 0 to pi.
    acos;
    /// `asin(sine)`: the angle in radians, -pi/2 to pi/2.
    asin;
    /// `atan(tangent)`: the angle in radians, -pi/2 to pi/2.
    atan;
    /// `cos(radians)`
    cos;
    /// `exp(exponent)`: the power of e.
    exp;
    /// `log(number)`: the natural logarithm.
    log;
    /// `log10(number)`: the decimal logarithm.
    log10;
    /// `sin(radians)`
    sin;
    /// `tan(radians)`
    tan;
}

/// Applies a double-precision function to two numbers.
fn of_two_numbers<'v>(cx: &mut Cx<'v>, function: fn(f32, f32) -> f64) -> Returns<'v> {
    let (first, second): (f32, f32) = (cx.arg(1)?, cx.arg(2)?);
    Flow::value(function(first, second) as f32)
}

/// `atan2(y, x)`: the angle of a point in radians, -pi to pi.
fn atan2<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    of_two_numbers(cx, elementary::atan2)
}

/// `pow(base, exponent)`
fn pow<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    of_two_numbers(cx, elementary::pow)
}

/// `abs(number)`: the magnitude of the whole part, as an integer. The smallest integer is its own magnitude.
fn abs<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let number: i32 = cx.arg(1)?;
    Flow::value(number.wrapping_abs())
}

/// `rand()`: a random integer from 0 to `RAND_MAX`.
fn rand<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let number = (cx.random() >> 1) as i32;
    Flow::value(number)
}

/// `srand(seed)` in Squirrel 3: the same seed gives the same numbers.
fn srand<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let seed: i32 = cx.arg(1)?;
    cx.seed_random(seed as u32);
    Flow::null()
}

/// `srand(seed)` of impOS has no effect: the generator is seeded when the program starts.
fn keep_seed<'v>(_cx: &mut Cx<'v>) -> Returns<'v> {
    Flow::null()
}
