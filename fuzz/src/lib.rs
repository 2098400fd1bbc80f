//! What the fuzz targets have in common: running a program that may be anything.
#![forbid(unsafe_code)]

use tamias_bytecode::Image;
use tamias_bytecode::crc32::crc32;
use tamias_bytecode::layout::header;
use tamias_stdlib_imp::board::time::Clock;
use tamias_stdlib_imp::clock::HostClock;
use tamias_vm::{Config, Driver, Edition, Memory, Outcome, Side, Vm};

/// Bytes that a program may use.
const HEAP: usize = 256 << 10;
/// Jumps and calls until a program is stopped, and resumed.
const SLICE: u32 = 997;
/// How often a program is resumed.
const SLICES: usize = 20;

/// The edition that a byte stands for, and the rest of the input.
pub fn edition_and_rest(data: &[u8]) -> Option<(Edition, &[u8])> {
    let (first, rest) = data.split_first()?;
    let editions = [Edition::Imp, Edition::Squirrel3, Edition::ImpCompat];
    Some((editions[usize::from(*first) % editions.len()], rest))
}

/// Gives bytes the checksum of an image, so that they are not rejected for theirs.
pub fn seal(bytes: &mut [u8]) {
    let start = header::CRC_START as usize;
    if bytes.len() >= start {
        let sum = crc32(&bytes[start..]);
        bytes[header::CRC as usize..][..4].copy_from_slice(&sum.to_le_bytes());
    }
}

/// Runs an image, unless it is invalid, until it has taken long enough.
pub fn run_if_valid(bytes: &[u8]) {
    let Ok(image) = Image::from_bytes(bytes) else { return };
    let edition = image.edition();
    let config = Config { edition, side: Side::Device, budget: Some(SLICE), audit: false, call_depth: 300, seed: 1, driver: Driver::FASTEST, ..Config::default() };
    let Ok(mut vm) = Vm::new(config, Memory::Host { limit: HEAP }) else { return };
    for library in tamias_stdlib_imp::standard::libraries(edition) {
        if !vm.install(library) {
            return;
        }
    }
    let Ok(program) = vm.load(bytes) else { return };
    let mut host = HostClock::new(StoppedClock);
    let mut outcome = vm.start(&mut host, program);
    for _ in 0..SLICES {
        match outcome {
            Ok(Outcome::Budget) => outcome = vm.resume(&mut host),
            _ => break,
        }
    }
    if outcome.is_err() {
        vm.error_text(|text| text.len());
        vm.trace().count();
    }
    vm.collect_cycles(&mut host);
    vm.idle(&mut host);
}

struct StoppedClock;

impl Clock for StoppedClock {
    fn micros(&self) -> u64 {
        0
    }

    fn sleep_micros(&mut self, _: u64) {}
}
