//! What the parts of the pipeline take: `lex/`, `parse/`, `compile/`, `format/`, `verify/`, `load/`, `gc/`, `timers/`.
//!
//! Compiling is measured in lines per second: the throughput that criterion
//! calls elements is lines.

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;
use std::time::Duration;
use tamias_benches::{machine, small_benchmarks, start_and_finish};
use tamias_bytecode::Image;
use tamias_compiler::edition::Edition;
use tamias_compiler::{CompileOptions, compile, format, parse::parse, tokens};
use tamias_stdlib_imp::timers::TimerQueue;

/// Texts to compile: two benchmarks, all of them one after the other in one program, and a long program of these.
fn sources() -> Vec<(String, String)> {
    let all = small_benchmarks();
    let joined =
        all.iter().map(|benchmark| format!("function {}() {{\n{}\n}}\n", benchmark.name, benchmark.source));
    let joined: String = joined.collect();
    let mut sources = vec![("long".to_string(), joined.repeat(10)), ("all".to_string(), joined)];
    sources.extend(
        all.into_iter()
            .filter(|b| ["json", "factory"].contains(&b.name.as_str()))
            .map(|b| (b.name, b.source)),
    );
    sources
}

fn image(source: &str) -> Vec<u8> {
    let options = CompileOptions::new("program.nut", Edition::Squirrel3);
    compile(source.as_bytes(), &options).image.expect("the program is valid")
}

fn front_end(criterion: &mut Criterion) {
    for stage in ["lex", "parse", "compile", "format"] {
        let mut group = criterion.benchmark_group(stage);
        for (name, source) in sources() {
            let options = CompileOptions::new("program.nut", Edition::Squirrel3);
            group.throughput(Throughput::Elements(source.lines().count() as u64));
            group.bench_function(BenchmarkId::from_parameter(name), |bencher| {
                bencher.iter(|| match stage {
                    "lex" => tokens::count(source.as_bytes(), Edition::Squirrel3),
                    "parse" => {
                        let arena = Default::default();
                        parse(&arena, source.as_bytes(), "program.nut", Edition::Squirrel3).diagnostics.len()
                    }
                    "compile" => compile(source.as_bytes(), &options).image.map_or(0, |image| image.len()),
                    _ => format::format(source.as_bytes(), Edition::Squirrel3).map_or(0, |text| text.len()),
                });
            });
        }
    }
}

fn images(criterion: &mut Criterion) {
    for (name, source) in sources() {
        let image = image(&source);
        let mut group = criterion.benchmark_group("verify");
        group.throughput(Throughput::Bytes(image.len() as u64));
        group.bench_function(&name, |bencher| bencher.iter(|| Image::from_bytes(black_box(&image)).is_ok()));
        group.finish();
        let mut group = criterion.benchmark_group("load");
        group.throughput(Throughput::Bytes(image.len() as u64));
        group.bench_function(&name, |bencher| {
            bencher.iter_batched_ref(machine, |vm| vm.load(&image).is_ok(), BatchSize::SmallInput);
        });
        group.finish();
    }
}

/// A mark-sweep with this many arrays alive, each the element of another.
fn collecting(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("gc");
    for n_objects in [1_000, 10_000, 100_000] {
        let source = format!("live <- []; for (local i = 0; i < {n_objects}; i++) live.append([i]);");
        let mut vm = machine();
        start_and_finish(&mut vm, &image(&source));
        group.throughput(Throughput::Elements(n_objects));
        group.bench_function(BenchmarkId::from_parameter(n_objects), |bencher| {
            bencher.iter(|| vm.collect_cycles(&mut ()));
        });
    }
}

fn timers(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("timers");
    for n_timers in [1_000u64, 100_000, 1_000_000] {
        group.throughput(Throughput::Elements(n_timers));
        group.bench_function(BenchmarkId::from_parameter(n_timers), |bencher| {
            bencher.iter(|| {
                let mut queue = TimerQueue::with_limit(n_timers as usize);
                for number in 0..n_timers {
                    // Multiplying by an odd number visits the due times in no order.
                    let due = number.wrapping_mul(2_654_435_761) % n_timers;
                    queue.schedule(due, number).expect("there is room");
                }
                let mut sum = 0u64;
                while let Some((_, number)) = queue.pop_due(u64::MAX) {
                    sum = sum.wrapping_add(number);
                }
                sum
            });
        });
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_secs(1));
    targets = front_end, images, collecting, timers
}
criterion_main!(benches);
