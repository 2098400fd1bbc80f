//! How long the memory manager stops a program: reconciliations and mark-sweeps
//! with 100 KB, 1 MB and 100 MB alive, as a table in Markdown.
//!
//! A *reconciliation* frees what waits in the zero-count table. What it does
//! depends on how much waits and how deep the stack is, not on how much is
//! alive. A *mark-sweep* looks for cycles and visits everything.
//!
//! Run with `cargo run --release -p tamias-benches --example pauses`. With an
//! argument it does one thing only, for counting instructions:
//! `pauses SHAPE MEGABYTES mark-sweeps` makes so many mark-sweeps.

use std::env;
use std::time::Instant;
use tamias_benches::{machine, start_and_finish};
use tamias_compiler::edition::Edition;
use tamias_compiler::{CompileOptions, compile};
use tamias_vm::Vm;

/// What is alive: a name, the program that makes it until the heap has grown by `bytes`, and about what one of its
/// elements takes.
const SHAPES: &[(&str, &str, usize)] = &[
    ("readings: tables of three slots", "live.append({ id = i, value = i * 0.5, unit = \"K\" })", 144),
    ("objects: instances with two fields", "live.append(Node(i, live[live.len() - 1]))", 56),
    ("numbers: arrays of 100", "live.append(array(100, i))", 848),
];

const SIZES: &[(&str, usize)] = &[("100 KB", 100_000), ("1 MB", 1_000_000), ("100 MB", 100_000_000)];

/// Each figure is the smallest of so many: others use the computer, too. What takes longer than a time slice of
/// a busy one is better measured by its CPU time: run `time pauses numbers 100 1`, then with 21 mark-sweeps.
const REPETITIONS: usize = 9;

fn image(source: &str) -> Vec<u8> {
    let options = CompileOptions::new("program.nut", Edition::Squirrel3);
    compile(source.as_bytes(), &options).image.expect("the program is valid")
}

/// A machine in which about so many bytes are alive.
fn filled(element: &str, element_size: usize, bytes: usize) -> Vm {
    let source = format!(
        "class Node {{ constructor(n, previous) {{ number = n; next = previous; }} number = 0; next = null; }}
        live <- [null];
        for (local i = 0; i < {}; i++) {element};
        function nothing() {{}}
        function garbage(n) {{ for (local i = 0; i < n; i++) [i]; }}",
        bytes / element_size
    );
    let mut vm = machine();
    start_and_finish(&mut vm, &image(&source));
    vm
}

fn smallest(measure: impl FnMut() -> f64) -> f64 {
    std::iter::repeat_with(measure).take(REPETITIONS).fold(f64::INFINITY, f64::min)
}

fn seconds(work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_secs_f64()
}

/// A reconciliation with so many arrays waiting.
fn reconciliation(vm: &mut Vm, waiting: usize) -> f64 {
    let garbage = vm.with(&mut (), |cx| {
        let function = cx.root().get_named(cx, "garbage").expect("the program defines it");
        cx.handle(function).expect("there is room")
    });
    smallest(|| {
        let count =
            vm.with(&mut (), |cx| cx.handle(tamias_vm::Local::from(waiting as i32)).expect("there is room"));
        assert!(vm.call(&mut (), &garbage, &[&count]).is_ok());
        seconds(|| vm.idle(&mut ()))
    })
}

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if let [shape, megabytes, count] = arguments.as_slice() {
        let (_, element, size) = SHAPES.iter().find(|(name, ..)| name.starts_with(shape)).expect("a shape");
        let mut vm = filled(element, *size, (megabytes.parse::<f64>().expect("a number") * 1e6) as usize);
        for _ in 0..count.parse().expect("a number") {
            vm.collect_cycles(&mut ());
        }
        return;
    }
    println!(
        "| alive | bytes | nothing waits | 1,000 arrays wait | mark-sweep |\n| --- | ---: | ---: | ---: | ---: |"
    );
    for (name, element, element_size) in SHAPES {
        for (size, bytes) in SIZES {
            let mut vm = filled(element, *element_size, *bytes);
            let idle = smallest(|| seconds(|| vm.idle(&mut ())));
            let waiting = reconciliation(&mut vm, 1000);
            let sweep = smallest(|| seconds(|| assert_eq!(vm.collect_cycles(&mut ()), 0)));
            println!(
                "| {name}, {size} | {} | {:.1} µs | {:.1} µs | {:.3} ms |",
                vm.memory_used(),
                idle * 1e6,
                waiting * 1e6,
                sweep * 1e3
            );
        }
    }
}
