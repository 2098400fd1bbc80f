//! The reference implementation through the crate `squirrel`, which contains
//! its source (the 3.1 line; integers of 64 bits, floats of 32).
//!
//! Its interface is that of C: this file is the only one of the benchmarks that
//! is `unsafe`, and nothing of it gets into the product. Programs are compiled
//! before they are measured; a program that fails ends the benchmark.

use criterion::{BatchSize, BenchmarkGroup, BenchmarkId, measurement::WallTime};
use squirrel::{
    HSQUIRRELVM, SQChar, SQInteger, sq_call, sq_close, sq_compilebuffer, sq_get, sq_newclosure, sq_newslot,
    sq_open, sq_pop, sq_pushroottable, sq_pushstring, sq_remove, sq_setprintfunc,
};
use std::ffi::CStr;

// The crate builds the standard libraries but does not declare their entry points.
// The crate declares the machine as a structure without fields.
#[allow(improper_ctypes)]
#[link(name = "sqstdlib_static", kind = "static")]
unsafe extern "C" {
    fn sqstd_register_bloblib(vm: HSQUIRRELVM) -> SQInteger;
    fn sqstd_register_mathlib(vm: HSQUIRRELVM) -> SQInteger;
    fn sqstd_register_stringlib(vm: HSQUIRRELVM) -> SQInteger;
}

/// Slots of a new stack, as its own command asks for.
const STACK: SQInteger = 1024;
/// No value is wanted, and no error handler.
const NO: squirrel::SQBool = 0;

/// Prints nothing.
extern "C" fn silent(_: HSQUIRRELVM) -> SQInteger {
    0
}

/// The native of `api/call_native_1000`.
extern "C" fn nothing(_: HSQUIRRELVM) -> SQInteger {
    0
}

/// A virtual machine that is closed when it is dropped.
struct Machine(HSQUIRRELVM);

impl Machine {
    fn new() -> Machine {
        // SAFETY: a new machine has room on its stack, and each call leaves it as it was.
        unsafe {
            let vm = sq_open(STACK);
            sq_setprintfunc(vm, None, None);
            sq_pushroottable(vm);
            sqstd_register_bloblib(vm);
            sqstd_register_mathlib(vm);
            sqstd_register_stringlib(vm);
            sq_pop(vm, 1);
            Machine(vm)
        }
    }

    /// Puts a function into the root table.
    fn define(&self, name: &CStr, function: extern "C" fn(HSQUIRRELVM) -> SQInteger) {
        // SAFETY: three values are pushed, two are taken by the slot, one by the pop.
        unsafe {
            sq_pushroottable(self.0);
            sq_pushstring(self.0, name.as_ptr(), -1);
            sq_newclosure(self.0, Some(function), 0);
            assert!(sq_newslot(self.0, -3, NO) >= 0);
            sq_pop(self.0, 1);
        }
    }

    /// Leaves the main function of a program on the stack.
    fn compile(&self, source: &str) {
        let name = c"program.nut";
        let text = source.as_ptr().cast::<SQChar>();
        // SAFETY: the text lives until the call returns and has this length.
        let result = unsafe { sq_compilebuffer(self.0, text, source.len() as SQInteger, name.as_ptr(), NO) };
        assert!(result >= 0, "the program is valid");
    }

    /// Leaves a function of the root table on the stack.
    fn get(&self, name: &CStr) {
        // SAFETY: the table below the function goes again.
        unsafe {
            sq_pushroottable(self.0);
            sq_pushstring(self.0, name.as_ptr(), -1);
            assert!(sq_get(self.0, -2) >= 0, "the program defines it");
            sq_remove(self.0, -2);
        }
    }

    /// Calls the function on the stack, which stays there.
    fn call(&self) {
        // SAFETY: the function is on the stack; the call takes its argument.
        unsafe {
            sq_pushroottable(self.0);
            assert!(sq_call(self.0, 1, NO, NO) >= 0, "the program runs");
        }
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        // SAFETY: the machine is used no more.
        unsafe { sq_close(self.0) }
    }
}

/// Runs a benchmark in a new machine; compiling it and its end are not measured.
pub fn exec(group: &mut BenchmarkGroup<'_, WallTime>, name: &str) {
    let source = super::program(name, "nut");
    let prepare = || {
        let machine = Machine::new();
        machine.define(c"print", silent);
        machine.compile(&source);
        machine
    };
    group.bench_function(BenchmarkId::new(name, "squirrel"), |bencher| {
        bencher.iter_batched_ref(prepare, |machine| machine.call(), BatchSize::PerIteration);
    });
}

/// A new machine, and calls in both directions.
pub fn embedding(group: &mut BenchmarkGroup<'_, WallTime>) {
    group.bench_function("new_vm/squirrel", |bencher| bencher.iter(Machine::new));
    let machine = Machine::new();
    machine.define(c"nothing", nothing);
    machine.compile("function f() {} function g() { for (local i = 0; i < 1000; i++) nothing(); }");
    machine.call();
    for (name, function) in [("call_script/squirrel", c"f"), ("call_native_1000/squirrel", c"g")] {
        machine.get(function);
        group.bench_function(name, |bencher| bencher.iter(|| machine.call()));
    }
}
