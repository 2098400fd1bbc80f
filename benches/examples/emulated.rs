//! Prepares programs for a microcontroller and judges what it reports.
//!
//! `pack` compiles a group of programs into a batch, `check` compares a report
//! about it with what the programs have to print. The groups are `collection`,
//! the conformance collection in both editions, and `benchmarks`. See
//! `tamias_conformance::batch` for the formats.

use std::collections::BTreeMap;
use std::fs;
use std::process::ExitCode;
use tamias_benches::small_benchmarks;
use tamias_compiler::{CompileOptions, compile};
use tamias_conformance::batch::{self, Measured, Program};
use tamias_conformance::cases::{self, Case, exceptions};
use tamias_conformance::{Ending, Mode, check, run, run_counted};
use tamias_vm::Edition;

/// As the conformance runner sets it.
const CALL_DEPTH: u32 = 20_000;

/// What only a host can do.
const COMPILES_WHILE_IT_RUNS: &[u8] = b"compilestring";

/// A program with what it has to print.
struct Task {
    name: String,
    source: Vec<u8>,
    expected: Vec<u8>,
    edition: Edition,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["pack", group, file] => pack(&tasks(group), file),
        ["check", "benchmarks", file] => check_benchmarks(file),
        ["check", group, file] => check_all(&tasks(group), file),
        _ => {
            eprintln!("usage: emulated (pack | check) (collection | benchmarks) FILE");
            ExitCode::from(2)
        }
    }
}

fn tasks(group: &str) -> Vec<Task> {
    if group == "benchmarks" { benchmarks() } else { collection() }
}

fn benchmarks() -> Vec<Task> {
    let task = |benchmark: tamias_benches::SmallBenchmark| Task {
        name: benchmark.name,
        source: benchmark.source.into_bytes(),
        expected: (benchmark.expected + "\n").into_bytes(),
        edition: Edition::Squirrel3,
    };
    small_benchmarks().into_iter().map(task).collect()
}

/// Every case in both editions, without those that the compiler rejects or that need one while they run.
fn collection() -> Vec<Task> {
    let not_in_imp = exceptions("not-in-imp.txt");
    let mut tasks = Vec::new();
    for Case { name, program } in cases::all() {
        let expected = fs::read(program.with_extension("out")).expect("cases have an output");
        let source = fs::read(&program).expect("cases can be read");
        let needs_a_compiler =
            source.windows(COMPILES_WHILE_IT_RUNS.len()).any(|part| part == COMPILES_WHILE_IT_RUNS);
        if needs_a_compiler || expected.starts_with(b"COMPILE ERROR") {
            continue;
        }
        for (group, edition) in [("squirrel-3", Edition::Squirrel3), ("imp", Edition::Imp)] {
            if edition == Edition::Imp && not_in_imp.contains(&name) {
                continue;
            }
            let name = format!("{group}/{name}");
            tasks.push(Task { name, source: source.clone(), expected: expected.clone(), edition });
        }
    }
    tasks
}

fn pack(tasks: &[Task], file: &str) -> ExitCode {
    let compiled = tasks.iter().map(|task| {
        let options = CompileOptions::new("case.nut", task.edition);
        let image = compile(&task.source, &options).image;
        let image = image.unwrap_or_else(|| panic!("{} does not compile", task.name));
        Program { image, edition: task.edition, call_depth: CALL_DEPTH }
    });
    let batch = batch::write(&compiled.collect::<Vec<_>>());
    fs::write(file, &batch).expect("the batch can be written");
    println!("{} programs, {} bytes", tasks.len(), batch.len());
    ExitCode::SUCCESS
}

/// Each program has to do the same as on this machine, where it has to do what is expected.
fn check_all(tasks: &[Task], file: &str) -> ExitCode {
    let report = batch::read(&fs::read(file).expect("the report can be read"));
    let (mut passed, mut here) = (0, 0);
    for (index, task) in tasks.iter().enumerate() {
        here += usize::from(check(&run(&task.source, task.edition, Mode::Normal), &task.expected).is_ok());
        let judged = match report.runs.get(index) {
            Some(Measured { run, .. }) => check(run, &task.expected),
            None => Err("not run".to_string()),
        };
        match judged {
            Ok(()) => passed += 1,
            Err(difference) => println!("{}: {difference}", task.name),
        }
    }
    print_facts(&report.facts);
    println!("{passed} of {} programs passed, {here} on this machine", tasks.len());
    exit_code(report.is_complete && passed == tasks.len() && here == tasks.len())
}

fn check_benchmarks(file: &str) -> ExitCode {
    let report = batch::read(&fs::read(file).expect("the report can be read"));
    let tasks = benchmarks();
    let mut passed = 0;
    let mut logarithms = 0.0;
    println!("| benchmark | instructions of the program | of the processor | ratio |");
    println!("| --- | ---: | ---: | ---: |");
    for (task, measured) in tasks.iter().zip(&report.runs) {
        if let Err(difference) = check(&measured.run, &task.expected) {
            println!("{}: {difference}", task.name);
            continue;
        }
        passed += 1;
        let (counted, executed) = run_counted(&task.source, task.edition);
        assert!(matches!(counted.ending, Ending::Done), "{} counts its instructions", task.name);
        let ratio = f64::from(measured.instructions) / executed as f64;
        logarithms += ratio.ln();
        println!("| {} | {executed} | {} | {ratio:.1} |", task.name, measured.instructions);
    }
    println!("| geometric mean | | | {:.1} |", (logarithms / f64::from(passed)).exp());
    print_facts(&report.facts);
    println!("{passed} of {} benchmarks passed", tasks.len());
    exit_code(report.is_complete && passed as usize == tasks.len())
}

fn print_facts(facts: &BTreeMap<String, u64>) {
    for (name, number) in facts {
        println!("{name}: {number}");
    }
}

fn exit_code(good: bool) -> ExitCode {
    if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
