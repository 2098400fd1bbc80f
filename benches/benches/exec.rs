//! `exec/NAME`: the twenty-six programs at their small sizes, and `api/`: a new
//! virtual machine and calls in both directions. With the feature `peers` also
//! in Lua 5.4 and in the reference implementation, in the same process.
//!
//! The full sizes, and other interpreters, are the business of `compare.py`.

#[cfg(feature = "peers")]
mod peers;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use std::time::Duration;
use tamias_benches::{machine, small_benchmarks, start_and_finish};
use tamias_compiler::edition::Edition;
use tamias_compiler::{CompileOptions, compile};
use tamias_vm::{Cx, Flow, Returns, TypeMask, library, native::Member};

fn image(source: &str) -> Vec<u8> {
    let options = CompileOptions::new("program.nut", Edition::Squirrel3);
    compile(source.as_bytes(), &options).image.expect("the program is valid")
}

fn programs(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("exec");
    for benchmark in small_benchmarks() {
        let image = image(&benchmark.source);
        group.bench_function(BenchmarkId::new(&benchmark.name, "tamias"), |bencher| {
            bencher.iter(|| start_and_finish(&mut machine(), &image));
        });
        #[cfg(feature = "peers")]
        {
            peers::lua::exec(&mut group, &benchmark.name);
            peers::squirrel::exec(&mut group, &benchmark.name);
        }
    }
}

fn nothing<'v>(_: &mut Cx<'v>) -> Returns<'v> {
    Flow::null()
}

library! {
    /// A native that does nothing.
    static NATIVES: "natives" = [
        Member::function("nothing", nothing, &[TypeMask::ANY]),
    ];
}

/// The way from Rust into a script and back, and a thousand times from a script into Rust and back.
fn embedding(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("api");
    group.bench_function("new_vm/tamias", |bencher| bencher.iter(machine));
    let mut vm = machine();
    vm.install(&NATIVES);
    let program = "function f() {} function g() { for (local i = 0; i < 1000; i++) nothing(); }";
    start_and_finish(&mut vm, &image(program));
    for (name, function) in [("call_script/tamias", "f"), ("call_native_1000/tamias", "g")] {
        let handle = vm.with(&mut (), |cx| {
            let function = cx.root().get_named(cx, function).expect("the program defines it");
            cx.handle(function).expect("there is room")
        });
        group.bench_function(name, |bencher| bencher.iter(|| vm.call(&mut (), &handle, &[]).is_ok()));
    }
    #[cfg(feature = "peers")]
    {
        peers::lua::embedding(&mut group);
        peers::squirrel::embedding(&mut group);
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_secs(1));
    targets = embedding, programs
}
criterion_main!(benches);
