//! Elementary functions of single-precision numbers, computed in double
//! precision and rounded once, as C's functions do it for the reference.
//!
//! They are small rather than fast: three power series, whose coefficients
//! are shared, serve all of them. The functions of `libm` take five times the
//! flash without a double-precision processor. The results are the same: the
//! tests compare them with those of `libm`, rounded once.

use core::f64::consts::{FRAC_PI_2, LN_2, LN_10, PI};

/// 1/n!
const FACTORIAL: [f64; 18] = {
    let mut reciprocals = [1.0; 18];
    let mut factorial = 1.0;
    let mut n = 1;
    while n < 18 {
        factorial *= n as f64;
        reciprocals[n] = 1.0 / factorial;
        n += 1;
    }
    reciprocals
};

/// 1/(2n + 1)
const ODD: [f64; 12] = {
    let mut reciprocals = [1.0; 12];
    let mut n = 1;
    while n < 12 {
        reciprocals[n] = 1.0 / (2 * n + 1) as f64;
        n += 1;
    }
    reciprocals
};

/// The sum of every `step`-th coefficient from `first` on, times powers of `x`.
#[inline(never)]
fn series(coefficients: &[f64], first: usize, step: usize, x: f64) -> f64 {
    let mut sum = 0.0;
    for coefficient in coefficients.iter().skip(first).step_by(step).rev() {
        sum = sum * x + coefficient;
    }
    sum
}

/// 2/pi in binary, after 32 zero bits.
const TWO_OVER_PI: [u32; 9] = [
    0,
    0xA2F9_836E,
    0x4E44_1529,
    0xFC27_57D1,
    0xF534_DDC0,
    0xDB62_9599,
    0x3C43_9041,
    0xFE51_63AB,
    0xDEBB_C561,
];

/// The quadrant of an angle, and what is left of it: -pi/4 to pi/4.
#[allow(clippy::eq_op)] // As in C: the difference is the NaN of the processor.
fn quadrant(angle: f32) -> (u32, f64) {
    let magnitude = angle.to_bits() & 0x7FFF_FFFF;
    if !(0x3F00_0000..0x7F80_0000).contains(&magnitude) {
        // Below 1/2; or infinite, whose difference to itself is NaN.
        return (0, f64::from(if magnitude < 0x3F00_0000 { angle } else { angle - angle }));
    }
    // Of the product of the mantissa and 2/pi only the two bits before and the 62 after the point matter.
    let mantissa = u64::from(magnitude & 0x7F_FFFF | 0x80_0000);
    let bit = ((magnitude >> 23) - 120) as usize;
    let word = |number: usize| {
        let at = |position: usize| u64::from(TWO_OVER_PI.get(bit / 32 + position).copied().unwrap_or(0));
        (at(number) << 32 | at(number + 1)) << (bit % 32) >> 32
    };
    let product = mantissa.wrapping_mul(word(0) << 32 | word(1)).wrapping_add((mantissa * word(2)) >> 32);
    let quadrant = product.wrapping_add(1 << 61) >> 62;
    let rest = product.wrapping_sub(quadrant << 62) as i64 as f64 * (FRAC_PI_2 / (1u64 << 62) as f64);
    if angle < 0.0 { ((quadrant as u32).wrapping_neg(), -rest) } else { (quadrant as u32, rest) }
}

/// The sine of an angle that is so many quadrants more.
#[inline(never)]
fn sine_after(angle: f32, quadrants: u32) -> f64 {
    let (quadrant, rest) = quadrant(angle);
    let quadrant = quadrant.wrapping_add(quadrants);
    let square = -(rest * rest);
    let sine = if quadrant & 1 == 0 {
        rest * series(&FACTORIAL, 1, 2, square)
    } else {
        series(&FACTORIAL, 0, 2, square)
    };
    if quadrant & 2 == 0 { sine } else { -sine }
}

pub(super) fn sin(angle: f32) -> f64 {
    sine_after(angle, 0)
}

pub(super) fn cos(angle: f32) -> f64 {
    sine_after(angle, 1)
}

pub(super) fn tan(angle: f32) -> f64 {
    sin(angle) / cos(angle)
}

/// The power of e; infinite or zero where the result does not fit into single precision.
#[inline(never)]
fn power_of_e(exponent: f64) -> f64 {
    let approximate = exponent as f32;
    if approximate > 89.0 {
        return f64::INFINITY;
    }
    if approximate < -105.0 {
        return 0.0;
    }
    let scale = (approximate * core::f32::consts::LOG2_E + if approximate < 0.0 { -0.5 } else { 0.5 }) as i32;
    let power = series(&FACTORIAL, 0, 1, remainder_of_logarithm(exponent, -scale));
    power * f64::from_bits(((i64::from(scale) + 1023) << 52) as u64)
}

/// `number + scale * ln 2`. The first part of ln 2 has so few digits that its product is exact.
fn remainder_of_logarithm(number: f64, scale: i32) -> f64 {
    const HIGH: f64 = f64::from_bits(LN_2.to_bits() & !0xFFFF);
    /// What `LN_2 - HIGH` lacks of ln 2.
    const LOW: f64 = (LN_2 - HIGH) + 2.319_046_813_846_299_6e-17;
    let scale = f64::from(scale);
    (number + scale * HIGH) + scale * LOW
}

pub(super) fn exp(exponent: f32) -> f64 {
    power_of_e(f64::from(exponent))
}

#[inline(never)]
pub(super) fn log(number: f32) -> f64 {
    if !(number > 0.0 && number < f32::INFINITY) {
        return f64::from(if number == 0.0 {
            f32::NEG_INFINITY
        } else if number < 0.0 {
            f32::NAN
        } else {
            number
        });
    }
    // A number from the root of 1/2 to that of 2, and a power of two.
    let bits = f64::from(number).to_bits();
    let scale = (bits.wrapping_sub(core::f64::consts::FRAC_1_SQRT_2.to_bits()) as i64 >> 52) as i32;
    let mantissa = f64::from_bits(bits.wrapping_sub((i64::from(scale) << 52) as u64));
    let ratio = (mantissa - 1.0) / (mantissa + 1.0);
    remainder_of_logarithm(2.0 * ratio * series(&ODD, 0, 1, ratio * ratio), scale)
}

pub(super) fn log10(number: f32) -> f64 {
    log(number) / LN_10
}

pub(super) fn pow(base: f32, exponent: f32) -> f64 {
    if exponent == 0.0 || base == 1.0 {
        return 1.0;
    }
    let magnitude = libm::fabsf(base);
    // As an integer; what is too large for that is even.
    let whole = exponent as i32;
    let is_whole = whole as f32 == exponent || libm::fabsf(exponent) >= 16_777_216.0;
    if base < 0.0 && magnitude != f32::INFINITY && !is_whole {
        return f64::NAN;
    }
    let power = if is_whole && whole.unsigned_abs() <= 32 {
        product(f64::from(magnitude), whole)
    } else if magnitude == 1.0 {
        1.0
    } else if 2.0 * exponent == (2.0 * exponent) as i32 as f32 && libm::fabsf(exponent) <= 8.0 {
        // These come so near to the middle of two numbers that a logarithm would need more digits.
        product(root(f64::from(magnitude)), (2.0 * exponent) as i32)
    } else {
        exact(power_of_e(f64::from(exponent) * log(magnitude)))
    };
    let is_odd = whole & 1 != 0 && is_whole && libm::fabsf(exponent) < 16_777_216.0;
    if is_odd && base.is_sign_negative() { -power } else { power }
}

/// A small power, which is exact wherever the result has few digits.
fn product(base: f64, exponent: i32) -> f64 {
    let mut power = 1.0;
    for bit in (0..6).rev() {
        power *= power;
        if exponent.unsigned_abs() >> bit & 1 != 0 {
            power *= base;
        }
    }
    if exponent < 0 { 1.0 / power } else { power }
}

/// Mends a number that must be one of 25 bits: it lies in the middle of two of single precision, so that the error
/// of the logarithm would decide which way it is rounded.
fn exact(number: f64) -> f64 {
    let bits = number.to_bits();
    let near = bits.wrapping_add(1 << 27) & !((1 << 28) - 1);
    if bits.abs_diff(near) < 512 { f64::from_bits(near) } else { number }
}

pub(super) fn atan2(y: f32, x: f32) -> f64 {
    angle_of(f64::from(y), f64::from(x))
}

pub(super) fn atan(tangent: f32) -> f64 {
    angle_of(f64::from(tangent), 1.0)
}

pub(super) fn asin(sine: f32) -> f64 {
    angle_of(f64::from(sine), other_leg(sine))
}

pub(super) fn acos(cosine: f32) -> f64 {
    angle_of(other_leg(cosine), f64::from(cosine))
}

/// The other leg of a triangle with the hypotenuse 1.
fn other_leg(leg: f32) -> f64 {
    root((1.0 - f64::from(leg)) * (1.0 + f64::from(leg)))
}

/// The square root.
#[inline(never)]
fn root(square: f64) -> f64 {
    let approximate = libm::sqrtf(square as f32);
    let mut root = f64::from(approximate);
    if approximate > 0.0 && approximate < f32::INFINITY {
        // Each step doubles the number of correct digits.
        for _ in 0..2 {
            root = 0.5 * (root + square / root);
        }
    }
    root
}

/// The angle of a point, -pi to pi.
#[inline(never)]
fn angle_of(y: f64, x: f64) -> f64 {
    let magnitude = |number: f64| f64::from_bits(number.to_bits() & !(1 << 63));
    let (mut short, mut long) = (magnitude(y), magnitude(x));
    let is_steep = short > long;
    if is_steep {
        (short, long) = (long, short);
    }
    if long == f64::INFINITY {
        (short, long) = (if short == long { 1.0 } else { short * 0.0 }, 1.0);
    }
    // Turns it by the nearest multiple of pi/8, whose tangent is known.
    let (tangent, turned) = if short <= long * 0.198_912_367_379_658 {
        (0.0, 0.0)
    } else if short < long * 0.668_178_637_919_299 {
        (0.414_213_562_373_095_05, PI / 8.0)
    } else {
        (1.0, PI / 4.0)
    };
    let ratio = if short + long == 0.0 { 0.0 } else { (short - tangent * long) / (long + tangent * short) };
    let mut angle = turned + ratio * series(&ODD, 0, 1, -(ratio * ratio));
    if is_steep {
        angle = FRAC_PI_2 - angle;
    }
    if x.is_sign_negative() {
        angle = PI - angle;
    }
    if y.is_sign_negative() { -angle } else { angle }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;

    type Function = (&'static str, fn(f32) -> f64, fn(f64) -> f64);

    const FUNCTIONS: [Function; 9] = [
        ("sin", sin, libm::sin),
        ("cos", cos, libm::cos),
        ("tan", tan, libm::tan),
        ("exp", exp, libm::exp),
        ("log", log, libm::log),
        ("log10", log10, libm::log10),
        ("atan", atan, libm::atan),
        ("asin", asin, libm::asin),
        ("acos", acos, libm::acos),
    ];

    fn is_same(left: f64, right: f64) -> bool {
        let (left, right) = (left as f32, right as f32);
        left.to_bits() == right.to_bits() || left.is_nan() && right.is_nan()
    }

    /// Every `TAMIAS_MATH_STEP`-th number; all of them with 1, which takes minutes.
    fn step() -> usize {
        std::env::var("TAMIAS_MATH_STEP").ok().and_then(|step| step.parse().ok()).unwrap_or(20_011)
    }

    #[test]
    fn functions_of_one_number_are_those_of_c() {
        for (name, ours, theirs) in FUNCTIONS {
            let wrong = (0..=u32::MAX)
                .step_by(step())
                .map(f32::from_bits)
                .filter(|number| !is_same(ours(*number), theirs(f64::from(*number))));
            let mut count = 0;
            let mut first = None;
            for number in wrong {
                count += 1;
                first.get_or_insert(number);
            }
            std::eprintln!("{name}: {count} differ, {first:?}");
            assert!(count <= 64 / step() + 1, "{name}({first:?}), and {count} in all");
        }
    }

    const SPECIAL: [f32; 22] = [
        0.0,
        -0.0,
        1.0,
        -1.0,
        2.0,
        -2.0,
        3.0,
        -3.0,
        0.5,
        -0.5,
        1.5,
        -1.5,
        16_777_215.0,
        -16_777_215.0,
        16_777_216.0,
        1e38,
        -1e38,
        1e-45,
        -1e-45,
        f32::INFINITY,
        f32::NEG_INFINITY,
        f32::NAN,
    ];

    #[test]
    fn functions_of_two_numbers_are_those_of_c_for_special_numbers() {
        for first in SPECIAL {
            for second in SPECIAL {
                let (x, y) = (f64::from(first), f64::from(second));
                assert!(is_same(pow(first, second), libm::pow(x, y)), "pow({first}, {second})");
                assert!(is_same(atan2(first, second), libm::atan2(x, y)), "atan2({first}, {second})");
            }
        }
    }

    /// Powers that are exact, the middle of two numbers among them.
    #[test]
    fn exact_powers_are_those_of_c() {
        for exponent in [-2.0, -1.0, -0.5, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 8.0] {
            for base in 1..=70_000 {
                let (base, power) = (base as f32, exponent as f32);
                assert!(
                    is_same(pow(base, power), libm::pow(f64::from(base), exponent)),
                    "pow({base}, {power})"
                );
            }
        }
        for exponent in -160..130 {
            assert!(is_same(pow(2.0, exponent as f32), libm::pow(2.0, f64::from(exponent))), "{exponent}");
        }
    }

    #[test]
    fn functions_of_two_numbers_are_those_of_c() {
        let mut state = 1u64;
        let mut random = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 32) as u32
        };
        let count = 4_000_000_000 / step();
        let (mut powers, mut angles) = (0, 0);
        for _ in 0..count {
            let base = f32::from_bits(random() & 0x7FFF_FFFF);
            let exponent = (random() as i32 as f64 / 67_108_864.0) as f32;
            powers +=
                usize::from(!is_same(pow(base, exponent), libm::pow(f64::from(base), f64::from(exponent))));
            let (y, x) = (f32::from_bits(random()), f32::from_bits(random()));
            angles += usize::from(!is_same(atan2(y, x), libm::atan2(f64::from(y), f64::from(x))));
            let y = (random() as i32 as f64 / 67_108_864.0) as f32;
            angles +=
                usize::from(!is_same(atan2(y, exponent), libm::atan2(f64::from(y), f64::from(exponent))));
        }
        std::eprintln!("of {count}: pow {powers} differ, atan2 {angles}");
        assert!(
            powers <= count / 100_000 + 1 && angles <= count / 1_000_000 + 1,
            "{powers} {angles} of {count}"
        );
    }
}
