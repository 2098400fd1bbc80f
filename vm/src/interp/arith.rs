//! Arithmetic for all operands: mixed numbers, strings, metamethods, errors.

use super::Registers;
use super::literals;
use super::stack::ContinuationKind;
use super::vm::{Side, Vm};
use crate::heap::local::Raise;
use crate::heap::object::Metamethod;
use crate::value::{Tag, Value};
use tamias_bytecode::Edition;
use tamias_bytecode::op::{Instruction, Op};

/// What the five arithmetic instructions have in common.
struct Operator {
    symbol: char,
    metamethod: Metamethod,
}

fn operator(op: Op) -> Operator {
    let (symbol, metamethod) = match op {
        Op::Add | Op::AddImm | Op::AddStr | Op::StrAdd => ('+', Metamethod::Add),
        Op::Sub | Op::SubImm => ('-', Metamethod::Sub),
        Op::Mul | Op::MulImm => ('*', Metamethod::Mul),
        Op::Div | Op::DivImm => ('/', Metamethod::Div),
        _ => ('%', Metamethod::Modulo),
    };
    Operator { symbol, metamethod }
}

/// Does an arithmetic instruction for any operands.
pub(super) unsafe fn arithmetic(vm: &mut Vm, r: &mut Registers, op: Op, i: Instruction) -> Result<(), Raise> {
    let (left, right) = operands(vm, r, op, i);
    let operator = operator(op);
    // impOS does not look whether `%` has failed, and goes on with what happens to be in the register (language-imp
    // 1.2). That may be something that is no longer alive: here it is `null`.
    let forgets_errors = operator.symbol == '%' && vm.edition == Edition::ImpCompat;
    if left.is_number() && right.is_number() {
        let fails = forgets_errors && left.both_int(right) && right.as_int() == 0;
        *r.base.add(i.a() as usize) =
            if fails { Value::NULL } else { numbers(vm, operator.symbol, left, right)? };
        return Ok(());
    }
    if operator.symbol == '+' && (left.is_string() || right.is_string()) {
        return concatenate(vm, r, i, left, right);
    }
    let method = vm.metamethod(left, operator.metamethod);
    if !method.is_null() {
        return vm.call_metamethod(r, method, &[left, right], ContinuationKind::Store(i.a()));
    }
    if forgets_errors {
        *r.base.add(i.a() as usize) = Value::NULL;
        return Ok(());
    }
    let (left, right) = (left.tag().type_name(), right.tag().type_name());
    Err(vm.error_of(&[
        b"arith op ",
        &[operator.symbol as u8],
        b" on between '",
        left.as_bytes(),
        b"' and '",
        right.as_bytes(),
        b"'",
    ]))
}

/// The operands of an arithmetic instruction.
unsafe fn operands(vm: &Vm, r: &Registers, op: Op, i: Instruction) -> (Value, Value) {
    let left = match op {
        Op::StrAdd => literals::string(vm, r, i.b().into()),
        _ => *r.base.add(i.b() as usize),
    };
    let right = match op {
        Op::AddImm | Op::SubImm | Op::MulImm | Op::DivImm | Op::ModImm => Value::int(i.c() as i8 as i32),
        Op::AddStr => literals::string(vm, r, i.c().into()),
        _ => *r.base.add(i.c() as usize),
    };
    (left, right)
}

fn numbers(vm: &mut Vm, symbol: char, left: Value, right: Value) -> Result<Value, Raise> {
    if !left.both_int(right) {
        let (left, right) = (left.to_float(), right.to_float());
        return Ok(Value::float(match symbol {
            '+' => left + right,
            '-' => left - right,
            '*' => left * right,
            '/' => left / right,
            // C does it in double precision, which is the same: remainders are exact.
            _ => libm::fmodf(left, right),
        }));
    }
    let (left, right) = (left.as_int(), right.as_int());
    Ok(Value::int(match symbol {
        '+' => left.wrapping_add(right),
        '-' => left.wrapping_sub(right),
        '*' => left.wrapping_mul(right),
        '/' if right == 0 => return Err(vm.error(format_args!("division by zero"))),
        // language-imp 1.2: what a Cortex-M divide does; Squirrel 3.2 throws.
        '/' if left == i32::MIN && right == -1 && vm.edition == Edition::Squirrel3 => {
            return Err(vm.error(format_args!("integer overflow")));
        }
        '/' => left.wrapping_div(right),
        _ if right == 0 => return Err(vm.error(format_args!("modulo by zero"))),
        _ => left.wrapping_rem(right),
    }))
}

/// `+` with a string on either side. An operand with `_tostring` is converted by a call first; the
/// instruction then goes on in [`concatenate_texts`].
unsafe fn concatenate(
    vm: &mut Vm,
    r: &mut Registers,
    i: Instruction,
    left: Value,
    right: Value,
) -> Result<(), Raise> {
    for operand in [left, right] {
        let method = vm.tostring_method(operand);
        if !method.is_null() {
            return vm.call_metamethod(r, method, &[operand], ContinuationKind::Concat { instruction: i.0 });
        }
    }
    *r.base.add(i.a() as usize) = vm.concatenate_texts(left, right)?;
    Ok(())
}

/// Finishes a concatenation whose left or only convertible operand gave `text`.
pub(super) unsafe fn concatenate_converted(
    vm: &mut Vm,
    r: &mut Registers,
    i: Instruction,
    text: Value,
) -> Result<(), Raise> {
    let (left, right) = operands(vm, r, i.op().unwrap_or(Op::Add), i);
    // One of the two is a string, or `+` would not have come here: at most one was converted.
    let (left, right) = if vm.tostring_method(left).is_null() {
        (left, if text.is_string() { text } else { right })
    } else {
        (if text.is_string() { text } else { left }, right)
    };
    *r.base.add(i.a() as usize) = vm.concatenate_texts(left, right)?;
    Ok(())
}

/// Does a bitwise instruction for any operands.
pub(super) unsafe fn bitwise(vm: &mut Vm, r: &mut Registers, op: Op, i: Instruction) -> Result<(), Raise> {
    let left = *r.base.add(i.b() as usize);
    let right = match op {
        Op::BitAndImm | Op::BitOrImm | Op::ShlImm | Op::ShrImm | Op::UshrImm | Op::RotrImm => {
            Value::int(i.c() as i32)
        }
        _ => *r.base.add(i.c() as usize),
    };
    if !left.both_int(right) {
        let (left, right) = (left.tag().type_name(), right.tag().type_name());
        return Err(vm.error_of(&[
            b"bitwise op between '",
            left.as_bytes(),
            b"' and '",
            right.as_bytes(),
            b"'",
        ]));
    }
    let (left, right) = (left.as_int(), right.as_int());
    let result = match op {
        Op::BitAnd | Op::BitAndImm => left & right,
        Op::BitOr | Op::BitOrImm => left | right,
        Op::BitXor => left ^ right,
        Op::RotrImm => left.rotate_right(right as u32),
        Op::Shl | Op::ShlImm => shift(vm, right, |count| left << count, 0),
        Op::Shr | Op::ShrImm => shift(vm, right, |count| left >> count, left >> 31),
        _ => shift(vm, right, |count| (left as u32 >> count) as i32, 0),
    };
    *r.base.add(i.a() as usize) = Value::int(result);
    Ok(())
}

/// Counts beyond 31: on a device the low eight bits count and everything is shifted out, as ARM's register
/// shifts do; elsewhere the count is masked, as x86 does (language-imp 1.2).
fn shift(vm: &Vm, count: i32, shifted: impl Fn(u32) -> i32, shifted_out: i32) -> i32 {
    if vm.side == Side::Agent {
        return shifted(count as u32 & 31);
    }
    match count as u32 & 255 {
        count @ 0..=31 => shifted(count),
        _ => shifted_out,
    }
}

/// Does `-` for anything but numbers.
pub(super) unsafe fn negate(vm: &mut Vm, r: &mut Registers, i: Instruction) -> Result<(), Raise> {
    let operand = *r.base.add(i.b() as usize);
    let method = vm.metamethod(operand, Metamethod::Unm);
    if !method.is_null() {
        return vm.call_metamethod(r, method, &[operand], ContinuationKind::Store(i.a()));
    }
    Err(vm.error_of(&[b"attempt to negate a ", operand.tag().type_name().as_bytes()]))
}

/// Does `~` for anything but integers.
pub(super) unsafe fn bitwise_not(vm: &mut Vm, r: &mut Registers, i: Instruction) -> Result<(), Raise> {
    let operand: Tag = (*r.base.add(i.b() as usize)).tag();
    Err(vm.error_of(&[b"attempt to perform a bitwise op on a ", operand.type_name().as_bytes()]))
}
