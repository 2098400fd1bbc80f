//! Lua 5.4 through the crate `mlua`, which contains its source.

use criterion::{BenchmarkGroup, BenchmarkId, measurement::WallTime};
use mlua::{Function, Lua, MultiValue};

/// Runs a benchmark from precompiled code in a new state.
pub fn exec(group: &mut BenchmarkGroup<'_, WallTime>, name: &str) {
    let source = super::program(name, "lua");
    let compiler = Lua::new();
    let function: Function = compiler.load(&source).into_function().expect("the program is valid");
    let bytecode = function.dump(true);
    group.bench_function(BenchmarkId::new(name, "lua54"), |bencher| {
        bencher.iter(|| {
            let lua = Lua::new();
            let silent = lua.create_function(|_, _: MultiValue| Ok(())).expect("there is room");
            lua.globals().set("print", silent).expect("it is a table");
            lua.load(&bytecode).set_mode(mlua::chunk::ChunkMode::Binary).exec().expect("the program runs");
        });
    });
}

/// A new state, and calls in both directions.
pub fn embedding(group: &mut BenchmarkGroup<'_, WallTime>) {
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
