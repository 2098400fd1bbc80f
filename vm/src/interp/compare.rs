//! Equality and order.

use super::Registers;
use super::stack::ContinuationKind;
use super::vm::Vm;
use crate::heap::class;
use crate::heap::local::Raise;
use crate::heap::object::Metamethod;
use crate::heap::string;
use crate::value::{Tag, Value};
use core::cmp::Ordering;
use tamias_bytecode::Edition;
use tamias_bytecode::op::{Instruction, Op};

/// The `==` operator. Objects by identity, strings by bytes, numbers by value; never calls anything.
/// In edition `imp-compat` floats are equal if their bits are.
///
/// # Safety
/// Both values must be valid.
#[cfg_attr(compact, inline(never))]
#[cfg_attr(not(compact), inline(always))]
pub(crate) unsafe fn equal(edition: Edition, left: Value, right: Value) -> bool {
    if left == right {
        return !left.is_float() || !left.as_float().is_nan() || edition == Edition::ImpCompat;
    }
    if edition == Edition::ImpCompat && left.is_float() && right.is_float() {
        return false;
    }
    if left.is_string() && right.is_string() {
        return string::equal(left.as_string(), right.as_string());
    }
    left.is_number() && right.is_number() && left.to_float() == right.to_float() && !left.both_int(right)
}

/// What comparing two values comes to.
pub(crate) enum Order {
    /// They have an order.
    Known(Ordering),
    /// At least one is NaN: equal to itself and above all numbers for `<=>`, unordered for the relations.
    Unordered(Ordering),
    /// The `_cmp` metamethod decides.
    Metamethod(Value),
    /// Values of these types have no order.
    None,
}

/// The order of two values. Strings compare by unsigned bytes, then by length; NUL is an ordinary byte
/// (COMPATIBILITY.md, "string ordering").
///
/// # Safety
/// Both values must be valid.
pub(crate) unsafe fn order(vm: &Vm, left: Value, right: Value) -> Order {
    if left.both_int(right) {
        return Order::Known(left.as_int().cmp(&right.as_int()));
    }
    if left.is_number() && right.is_number() {
        if vm.edition == Edition::ImpCompat {
            return Order::Known(reference_order(left, right));
        }
        let (left, right) = (left.to_float(), right.to_float());
        return match left.partial_cmp(&right) {
            Some(ordering) => Order::Known(ordering),
            None => Order::Unordered(left.is_nan().cmp(&right.is_nan())),
        };
    }
    if left == right {
        return Order::Known(Ordering::Equal);
    }
    if left.is_null() || right.is_null() {
        return Order::Known(right.is_null().cmp(&left.is_null()));
    }
    let same_type = left.tag().type_name() == right.tag().type_name();
    match left.tag() {
        Tag::String if right.is_string() => {
            let (left, right) = (string::bytes(left.as_string()), string::bytes(right.as_string()));
            Order::Known(match vm.edition {
                Edition::ImpCompat => up_to_nul(left).cmp(up_to_nul(right)),
                Edition::Imp | Edition::Squirrel3 => left.cmp(right),
            })
        }
        Tag::Table | Tag::Instance if left.tag() == right.tag() => {
            let method = vm.metamethod(left, Metamethod::Cmp);
            if method.is_null() { by_address(left, right) } else { Order::Metamethod(method) }
        }
        _ if same_type => by_address(left, right),
        _ => Order::None,
    }
}

/// The order of two numbers, at least one of which is a float, in impOS: floats are equal if their bits are, and what
/// is neither equal nor less is greater, NaN included.
fn reference_order(left: Value, right: Value) -> Ordering {
    let (l, r) = (left.to_float(), right.to_float());
    let is_equal = if left.is_float() && right.is_float() { left == right } else { l == r };
    match is_equal {
        true => Ordering::Equal,
        false if l < r => Ordering::Less,
        false => Ordering::Greater,
    }
}

/// What C's `strcmp` sees of a string, as impOS does.
fn up_to_nul(bytes: &[u8]) -> &[u8] {
    bytes.split(|byte| *byte == 0).next().unwrap_or_default()
}

fn by_address(left: Value, right: Value) -> Order {
    Order::Known(left.bits().cmp(&right.bits()))
}

/// Whether a relation holds for an ordering. `unordered` is set when NaN was involved.
fn holds(op: Op, ordering: Ordering, unordered: bool) -> bool {
    use Op::*;
    match op {
        Lt | JLt | JLtImm => !unordered && ordering.is_lt(),
        Le | JLe | JLeImm => !unordered && ordering.is_le(),
        Gt | JGt | JGtImm => !unordered && ordering.is_gt(),
        Ge | JGe | JGeImm => !unordered && ordering.is_ge(),
        JNotLt | JNotLtImm => !holds(Lt, ordering, unordered),
        JNotLe | JNotLeImm => !holds(Le, ordering, unordered),
        JNotGt | JNotGtImm => !holds(Gt, ordering, unordered),
        _ => !holds(Ge, ordering, unordered),
    }
}

/// Does a comparing instruction for any operands.
pub(super) unsafe fn compare(vm: &mut Vm, r: &mut Registers, op: Op, i: Instruction) -> Result<(), Raise> {
    use Op::*;
    let register = |number: u8| *r.base.add(number as usize);
    let (left, right) = match op {
        Lt | Le | Gt | Ge | Cmp => (register(i.b()), register(i.c())),
        JLtImm | JNotLtImm | JLeImm | JNotLeImm | JGtImm | JNotGtImm | JGeImm | JNotGeImm => {
            (register(i.a()), Value::int(i.b() as i8 as i32))
        }
        _ => (register(i.a()), register(i.b())),
    };
    match order(vm, left, right) {
        Order::Known(ordering) => apply(vm, r, op, i, ordering, false),
        Order::Unordered(ordering) => apply(vm, r, op, i, ordering, true),
        Order::Metamethod(method) => {
            vm.call_metamethod(r, method, &[left, right], ContinuationKind::Compare { instruction: i.0 })
        }
        Order::None => Err(vm.comparison_error(left, right)),
    }
}

/// Finishes a comparing instruction once the order is known.
pub(super) unsafe fn apply(
    vm: &mut Vm,
    r: &mut Registers,
    op: Op,
    i: Instruction,
    ordering: Ordering,
    unordered: bool,
) -> Result<(), Raise> {
    let dst = r.base.add(i.a() as usize);
    match op {
        Op::Cmp => *dst = Value::int(ordering as i32),
        Op::Lt | Op::Le | Op::Gt | Op::Ge => *dst = Value::bool(holds(op, ordering, unordered)),
        _ => {
            if holds(op, ordering, unordered) {
                return vm.jump(r, i.c() as i8 as i32);
            }
        }
    }
    Ok(())
}

impl Vm {
    /// The error for values without an order.
    pub(crate) unsafe fn comparison_error(&mut self, left: Value, right: Value) -> Raise {
        let (left, right) = (self.describe(left), self.describe(right));
        self.error_of(&[b"comparison between '", left.as_bytes(), b"' and '", right.as_bytes(), b"'"])
    }

    /// A metamethod of an instance or of a table with a delegate, or null. A delegate gives what it has itself; only
    /// what is read or set goes on to the delegate of the delegate, see [`super::accessor`].
    pub(crate) unsafe fn metamethod(&self, object: Value, which: Metamethod) -> Value {
        match object.tag() {
            Tag::Instance => class::metamethod((*object.as_instance()).class, which),
            Tag::Table => {
                let name = Value::from_string(self.heap.roots.metamethod_names[which as usize]);
                let delegate = (*object.as_table()).delegate;
                if delegate.is_null() {
                    return Value::NULL;
                }
                let entry = crate::heap::table::find(delegate, name);
                if entry.is_null() { Value::NULL } else { (*entry).value }
            }
            _ => Value::NULL,
        }
    }
}
