//! Methods of generators. Running them is the work of `resume` and `foreach`.

use super::common::{TOSTRING, WEAKREF};
use crate::heap::local::{Cx, Generator};
use crate::heap::object::GeneratorStatus;
use crate::library;
use crate::native::{Flow, Member, Returns};
use crate::value::TypeMask;

library! {
    /// Methods of generators.
    pub(super) static GENERATOR: "generator" = [
        Member::function("getstatus", status, &[TypeMask::GENERATOR]),
        TOSTRING,
        WEAKREF,
    ];
}

/// `getstatus()`: `"suspended"`, `"running"` or `"dead"`.
fn status<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let generator: Generator = cx.arg(0)?;
    let status = match generator.status() {
        GeneratorStatus::Suspended => "suspended",
        GeneratorStatus::Running => "running",
        GeneratorStatus::Dead => "dead",
    };
    let status = cx.string(status.as_bytes())?;
    Flow::value(status)
}
