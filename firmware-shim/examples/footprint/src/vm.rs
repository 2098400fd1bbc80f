//! A VM with the libraries that are linked in, and nothing around it.

use crate::{fact, fail, program};
use core::any::Any;
use core::mem::MaybeUninit;
use tamias_example_support::mps2_uart as uart;
use tamias_vm::{Config, Failure, Memory, Outcome, Output, Vm};

const HEAP_BYTES: usize = 1 << 20;
static mut HEAP: [MaybeUninit<u8>; HEAP_BYTES] = [MaybeUninit::uninit(); HEAP_BYTES];

/// Runs the program.
pub fn measure() {
    // SAFETY: nobody else uses this region, and this happens once.
    let region = unsafe { &mut *(&raw mut HEAP) };
    let Ok(mut vm) = Vm::new(Config { seed: 1, ..Config::default() }, Memory::Region(region)) else {
        fail("the heap is too small");
    };
    vm.set_printer(print);
    #[cfg(feature = "standard")]
    for library in tamias_stdlib_imp::standard::libraries(tamias_vm::Edition::Imp) {
        vm.install(library);
    }
    fact("vm", size_of::<Vm>());
    fact("idle", vm.memory_used());
    let Ok(main) = vm.load_static(program()) else { fail("the program was refused") };
    fact("loaded", vm.memory_used() + vm.program_memory());
    let outcome = vm.start(&mut (), main);
    match outcome {
        Ok(Outcome::Done) => vm.idle(&mut ()),
        Ok(Outcome::Budget) => fail("budget"),
        Err(Failure::Uncaught) => vm.error_text(|text| uart::write(text)),
        Err(_) => fail("the program needs more memory"),
    }
    fact("ended", vm.memory_used());
}

fn print(_: &mut dyn Any, _: Output, text: &[u8]) {
    uart::write(text);
}
