//! Runs a batch of programs on a Cortex-M4F and reports what they print.
//!
//! The batch is put into memory beside the firmware, so that one firmware runs
//! the conformance collection, the benchmarks and anything else. Programs run
//! where they lie; the memory protection unit sees to it that nobody writes
//! there. How to start it stands in `../run-qemu`.
#![no_std]
#![no_main]

extern crate alloc;

mod batch;
mod counter;
mod report;

use alloc::format;
use core::any::Any;
use core::mem::MaybeUninit;
use core::panic::PanicInfo;
use cortex_m_rt::{ExceptionFrame, entry, exception};
use embedded_alloc::LlffHeap;
use report::Record;
use tamias_example_support::exit::{Status, exit};
use tamias_example_support::{mps2_uart as uart, mpu, stack};
use tamias_stdlib_imp::board::Clock;
use tamias_stdlib_imp::clock::HostClock;
use tamias_stdlib_imp::standard;
use tamias_vm::{Config, Failure, Memory, Outcome, Output, Vm};

#[global_allocator]
static ALLOCATOR: LlffHeap = LlffHeap::empty();
const ALLOCATOR_BYTES: usize = 64 * 1024;
static mut ALLOCATOR_REGION: [MaybeUninit<u8>; ALLOCATOR_BYTES] = [MaybeUninit::uninit(); ALLOCATOR_BYTES];

/// Where the emulator puts the batch: in the code memory, behind the firmware.
const BATCH: usize = 0x0008_0000;
const BATCH_BYTES: usize = 0x0038_0000;
/// The heap of the VM: the large memory of the board.
const HEAP: usize = 0x2100_0000;
const HEAP_BYTES: usize = 16 << 20;

#[entry]
fn main() -> ! {
    let floor = mpu::protect(22);
    stack::paint(floor);
    uart::start();
    // SAFETY: nobody else uses this region, and this happens once.
    unsafe { ALLOCATOR.init(&raw mut ALLOCATOR_REGION as usize, ALLOCATOR_BYTES) };
    // SAFETY: this is memory, the linker puts nothing there, and it is read-only from now on.
    let batch = unsafe { core::slice::from_raw_parts(core::ptr::without_provenance(BATCH), BATCH_BYTES) };
    for (index, program) in batch::programs(batch).enumerate() {
        report::write(Record::Program, &(index as u32).to_le_bytes());
        run(&program);
    }
    report::fact("stack", stack::deepest(floor));
    report::write(Record::End, &[]);
    exit(Status::Success)
}

/// Runs one program in a new VM.
fn run(program: &batch::Program) {
    let config =
        Config { edition: program.edition, call_depth: program.call_depth, seed: 1, ..Config::default() };
    // SAFETY: this is memory, the linker puts nothing there, and the VM before this one is gone.
    let region =
        unsafe { core::slice::from_raw_parts_mut(core::ptr::without_provenance_mut(HEAP), HEAP_BYTES) };
    let Ok(mut vm) = Vm::new(config, Memory::Region(region)) else {
        return report::write(Record::OutOfMemory, &[]);
    };
    vm.set_printer(print);
    for library in standard::libraries(config.edition) {
        vm.install(library);
    }
    let mut host = HostClock::new(StoppedClock);
    let main = match vm.load_static(program.image) {
        Ok(main) => main,
        Err(error) => return report::write(Record::Refused, format!("{error}").as_bytes()),
    };
    counter::start();
    let outcome = vm.start(&mut host, main);
    let instructions = counter::elapsed();
    match outcome {
        Ok(Outcome::Done | Outcome::Budget) => {
            vm.idle(&mut host);
            report::write(Record::Done, &[]);
        }
        Err(Failure::Uncaught) => vm.error_text(|text| report::write(Record::Error, text)),
        Err(_) => report::write(Record::OutOfMemory, &[]),
    }
    report::write(Record::Instructions, &instructions.to_le_bytes());
}

fn print(_: &mut dyn Any, _: Output, text: &[u8]) {
    report::write(Record::Output, text);
}

/// Programs of a batch do not read clocks.
struct StoppedClock;

impl Clock for StoppedClock {
    fn micros(&self) -> u64 {
        0
    }

    fn sleep_micros(&mut self, _: u64) {}
}

#[exception]
unsafe fn HardFault(frame: &ExceptionFrame) -> ! {
    report::write(Record::Refused, format!("hard fault at {:#x}", frame.pc()).as_bytes());
    exit(Status::Failure)
}

#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    report::write(Record::Refused, format!("{info}").as_bytes());
    exit(Status::Failure)
}
