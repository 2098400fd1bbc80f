//! Methods of weak references. They show only where a weak reference itself
//! is at hand: in variables and arguments. Slots give its target.

use super::common::{TOSTRING, WEAKREF as WEAKREF_METHOD};
use crate::heap::local::{Cx, WeakRef};
use crate::library;
use crate::native::{Flow, Member, Observes, Returns};
use crate::value::TypeMask;

library! {
    /// Methods of weak references.
    pub(super) static WEAKREF: "weakref" = [
        Member::function("ref", target, &[TypeMask::WEAKREF]).observes(Observes::WeakReferences),
        TOSTRING,
        WEAKREF_METHOD,
    ];
}

/// `ref()`: the target, or `null` if it is gone.
fn target<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let reference: WeakRef = cx.arg(0)?;
    Flow::value(reference.target())
}
