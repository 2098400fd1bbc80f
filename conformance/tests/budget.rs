//! No loop escapes the budget.

use std::any::Any;
use tamias_compiler::{CompileOptions, compile};
use tamias_vm::{Config, Driver, Edition, Memory, Outcome, Vm};

/// Loops without end, each with another kind of jump at its end.
const LOOPS: &[&str] = &[
    "while (true) {}",
    "local x = 1, y = 2; while (x < y) {}",
    "local x = 1.5, y = 2.5; while (x < y) {}",
    "local x = 1, y = 2.5; while (x <= y) {}",
    "local x = 1; while (x < 2) {}",
    "local x = 1.5; while (x != 2) {}",
    "local x = 2; while (!(x < 2)) {}",
    "local x = \"a\"; while (x == \"a\") {}",
    "local x = \"a\", y = \"b\"; while (x < y) {}",
    "local x = {}; while (x) {}",
    "local x = null; while (x == null) {}",
    "local a = [], b = []; while (a != b) {}",
    "for (local i = 0; i < 10; i++) i = 0;",
    "local n = 10; for (local i = 0; i < n; i++) i = 0;",
    "local n = 10; for (local i = 0; i <= n; i++) i = 0;",
    "for (local i = 10; i > 0; i--) i = 10;",
    "for (local i = 0; i <= 10; i += 2) i = 0;",
    "foreach (x in [0]) while (x >= 0) {}",
    "local g = (function() { while (true) yield 1; })(); foreach (x in g) {}",
    "function f() { return f(); } f();",
    "do {} while (1 < 2);",
    "local i = 0; while (i < 10 && i >= 0) {}",
    "class C { function _cmp(other) { return -1; } } local c = C(), d = C(); while (c < d) {}",
];

#[test]
fn endless_loops_stop_and_go_on() {
    for source in LOOPS {
        for driver in Driver::AVAILABLE {
            let image =
                compile(source.as_bytes(), &CompileOptions::new("loop.nut", Edition::Squirrel3)).image;
            let config = Config {
                edition: Edition::Squirrel3,
                budget: Some(1000),
                driver: *driver,
                ..Config::default()
            };
            let mut vm = Vm::new(config, Memory::Host { limit: 16 << 20 }).expect("an empty VM fits");
            let program = vm.load(&image.expect("it compiles")).expect("it fits");
            let host: &mut dyn Any = &mut ();
            assert_eq!(vm.start(host, program), Ok(Outcome::Budget), "{source}");
            for _ in 0..3 {
                assert_eq!(vm.resume(host), Ok(Outcome::Budget), "{source}");
            }
        }
    }
}
