//! The Tamias virtual machine: values, heap, interpreter, built-in types and
//! the native-function API.
#![no_std]

#[cfg(feature = "std")]
extern crate std;

pub mod builtins;
pub mod heap;
mod interp;
pub mod native;
pub mod number;
pub mod value;

pub use heap::handle::Handle;
pub use heap::local::{
    Array, BoundNative, Class, Closure, Cx, FromArgument, Generator, Instance, Local, NativeData, Raise, Str,
    Table, Thread, WeakRef,
};
pub use heap::{Memory, OutOfMemory};
#[cfg(feature = "std")]
pub use interp::constants::SourceCompiler;
pub use interp::driver::Driver;
pub use interp::inspect::{Comparison, FunctionInfo};
pub use interp::program::{FUNCTION_BYTES_32, LoadError, PROGRAM_BYTES_32};
pub use interp::sites::SITE_CACHES;
pub use interp::vm::{Config, Failure, Outcome, Output, Printer, Program, Side, TraceFrame, Vm};
pub use native::{Editions, Flow, Returns};
pub use tamias_bytecode::Edition;
pub use value::{Tag, TypeMask, VALUE_LAYOUT, Value};

pub(crate) use interp::{program, vm};
