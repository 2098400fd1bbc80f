//! Memory that runs out at any allocation: a program either ends as out of memory, or as it does with enough.
//!
//! Only builds with debug assertions can let that happen.
#![cfg(debug_assertions)]

use std::fs;
use std::path::Path;
use tamias_conformance::{Ending, Mode, run_in};
use tamias_vm::Edition;
use tamias_vm::heap::work::limit_allocations;

const HEAP: usize = 16 << 20;
/// Runs of each program: for short ones that is every allocation.
const RUNS: u64 = 700;

/// Runs a case that is left without memory after each number of allocations up to the one that it needs.
fn exhaust(case: &str) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let source = fs::read(root.join(case).with_extension("nut")).expect("the case exists");
    let expected = fs::read(root.join(case).with_extension("out")).expect("the case has an output");
    limit_allocations(u64::MAX - 1);
    let run = run_in(&source, Edition::Squirrel3, Mode::Normal, HEAP);
    assert!(matches!(run.ending, Ending::Done));
    let needed = u64::MAX - 1 - limit_allocations(u64::MAX);
    let mut exhausted = 0;
    for limit in (0..needed).step_by((needed / RUNS).max(1) as usize) {
        limit_allocations(limit);
        let run = run_in(&source, Edition::Squirrel3, Mode::Normal, HEAP);
        limit_allocations(u64::MAX);
        match run.ending {
            Ending::OutOfMemory => exhausted += 1,
            // The last allocations are those of optional things, such as a larger table of what waits.
            Ending::Done => assert_eq!(run.output, expected, "{case} after {limit} allocations"),
            other => panic!("{case} after {limit} of {needed} allocations: {other:?}"),
        }
    }
    assert!(exhausted > 0, "{case} needs no memory");
}

#[test]
fn slots_and_members() {
    exhaust("tables/growth");
    exhaust("programs/json-codec");
    exhaust("metamethods/get-set");
}

#[test]
fn closures_and_callbacks() {
    exhaust("free-variables/by-reference");
    exhaust("programs/promises");
    exhaust("sort/custom-compare");
}

#[test]
fn generators_threads_and_weak_references() {
    exhaust("programs/generator-scheduler");
    exhaust("threads/scheduler");
    exhaust("weakref/in-containers");
}

#[test]
fn blobs_and_errors() {
    exhaust("programs/lz77-blob");
    exhaust("try-catch/nested-rethrow");
}
