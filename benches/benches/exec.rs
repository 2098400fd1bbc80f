//! `exec/NAME`: the twenty-six programs at their small sizes; with the feature
//! `peers` also their Lua versions in Lua 5.4, in the same process.
//!
//! The full sizes, and other interpreters, are the business of `compare.py`.

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use tamias_benches::{machine, small_benchmarks, start_and_finish};
use tamias_compiler::edition::Edition;
use tamias_compiler::{CompileOptions, compile};

fn programs(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("exec");
    for benchmark in small_benchmarks() {
        let options = CompileOptions::new("program.nut", Edition::Squirrel3);
        let image = compile(benchmark.source.as_bytes(), &options).image.expect("the program is valid");
        group.bench_function(BenchmarkId::new(&benchmark.name, "tamias"), |bencher| {
            bencher.iter(|| start_and_finish(&mut machine(), &image));
        });
        #[cfg(feature = "peers")]
        peers::lua(&mut group, &benchmark.name);
    }
}

#[cfg(feature = "peers")]
mod peers {
    use criterion::{BenchmarkGroup, BenchmarkId, measurement::WallTime};
    use mlua::{Function, Lua};

    pub fn lua(group: &mut BenchmarkGroup<'_, WallTime>, name: &str) {
        let file = tamias_benches::folder().join(name).join(format!("{name}.lua"));
        let source = std::fs::read_to_string(file).expect("every benchmark has a Lua version");
        let source = tamias_benches::at_small_size(&source);
        let bytecode = {
            let function: Function = Lua::new().load(&source).into_function().expect("the program is valid");
            function.dump(false)
        };
        group.bench_function(BenchmarkId::new(name, "lua54"), |bencher| {
            bencher.iter(|| {
                let lua = Lua::new();
                let silent = lua.create_function(|_, _: mlua::MultiValue| Ok(())).expect("there is room");
                lua.globals().set("print", silent).expect("it is a table");
                lua.load(&bytecode).set_mode(mlua::ChunkMode::Binary).exec().expect("the program runs");
            });
        });
    }
}

/// A new virtual machine, and calls in both directions, beside Lua.
#[cfg(feature = "peers")]
fn embedding(criterion: &mut Criterion) {
    use mlua::{Function, Lua};
    let mut group = criterion.benchmark_group("api");
    group.bench_function("new_vm/lua54", |bencher| bencher.iter(Lua::new));
    let lua = Lua::new();
    let nothing = lua.create_function(|_, ()| Ok(())).expect("there is room");
    lua.globals().set("nothing", nothing).expect("it is a table");
    lua.load("function f() end function g() for i = 1, 1000 do nothing() end end")
        .exec()
        .expect("it is valid");
    for (name, function) in [("call_script/lua54", "f"), ("call_native_1000/lua54", "g")] {
        let function: Function = lua.globals().get(function).expect("the program defines it");
        group.bench_function(name, |bencher| bencher.iter(|| function.call::<()>(()).is_ok()));
    }
}

#[cfg(not(feature = "peers"))]
fn embedding(_: &mut Criterion) {}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10);
    targets = programs, embedding
}
criterion_main!(benches);
