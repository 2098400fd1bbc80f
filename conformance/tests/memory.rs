//! Programs in heaps of all sizes: what does not fit ends as out of memory, and nothing else happens.

use std::fs;
use std::path::Path;
use tamias_conformance::{Ending, Mode, run_in};
use tamias_vm::Edition;

/// Runs a case in heaps from one in which not even the virtual machine fits to one that is large enough. The output
/// of a run that ends is that of every other one.
fn squeeze(case: &str) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let source = fs::read(root.join(case).with_extension("nut")).expect("the case exists");
    let expected = fs::read(root.join(case).with_extension("out")).expect("the case has an output");
    let (mut ended, mut exhausted) = (0, 0);
    for heap in (10_000..150_000).step_by(1_093) {
        let run = run_in(&source, Edition::Squirrel3, Mode::Normal, heap);
        match run.ending {
            Ending::OutOfMemory => exhausted += 1,
            Ending::Done => {
                assert_eq!(run.output, expected, "{case} in {heap} bytes");
                ended += 1;
            }
            other => panic!("{case} in {heap} bytes: {other:?}"),
        }
    }
    assert!(ended > 0 && exhausted > 0, "{case}: {ended} runs ended, {exhausted} did not");
}

#[test]
fn strings_and_tables() {
    squeeze("programs/json-codec");
    squeeze("programs/huffman");
}

#[test]
fn closures_and_callbacks() {
    squeeze("programs/promises");
    squeeze("programs/event-emitter");
}

#[test]
fn generators_and_threads() {
    squeeze("programs/generator-scheduler");
    squeeze("threads/scheduler");
}

#[test]
fn blobs_and_cycles() {
    squeeze("programs/lz77-blob");
    squeeze("gc/stress");
}
