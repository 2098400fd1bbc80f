//! Cost that grows as it should: the steps that the heap takes are counted for three sizes of each program.
//!
//! What is counted is in `vm/src/heap/work.rs`. Only builds with debug assertions count.
#![cfg(debug_assertions)]

use tamias_conformance::{Ending, Mode, run_in};
use tamias_vm::Edition;
use tamias_vm::heap::work::steps;

/// Runs a program with a constant `N`. How many steps the heap took.
fn steps_of(program: &str, size: usize, heap: usize) -> u64 {
    let source = format!("const N = {size};\n{program}");
    let before = steps();
    let run = run_in(source.as_bytes(), Edition::Squirrel3, Mode::Normal, heap);
    assert!(matches!(run.ending, Ending::Done), "{:?}: {program}", run.ending);
    steps() - before
}

/// Checks that the steps of a program with a heap of any size grow no faster than its size.
fn check_linear(program: &str, size: usize) {
    check_linear_in(program, size, |_| 256 << 20);
}

/// Checks that the steps of a program grow no faster than its size, in a heap that depends on it.
///
/// Sixteen times the size may cost up to 32 times the steps: tables and arrays grow in leaps, so that the last size
/// may be just after one. What is quadratic costs 256 times as much, and n√n 64 times.
fn check_linear_in(program: &str, size: usize, heap: fn(usize) -> usize) {
    let sizes = [size, size * 4, size * 16];
    let counts = sizes.map(|size| steps_of(program, size, heap(size)));
    let exponent = (counts[2] as f64 / counts[0] as f64).ln() / 16_f64.ln();
    println!("exponent {exponent:.2}: {counts:?} steps for {sizes:?}");
    assert!(exponent < 1.25, "{counts:?} steps for {sizes:?}: {program}");
}

/// Checks that a program takes no more steps than this function of its size.
fn check_at_most(program: &str, limit: fn(usize) -> usize) {
    for size in [1000, 4000, 16_000] {
        let (steps, limit) = (steps_of(program, size, 256 << 20), limit(size) as u64);
        assert!(steps < limit, "{steps} steps, not {limit}, for {size}: {program}");
    }
}

#[test]
fn tables() {
    let fill = "local t = {}; for (local i = 0; i < N; i++) t[i * 7919] <- i;";
    check_linear(fill, 4000);
    check_linear(&format!("{fill} local sum = 0; for (local i = 0; i < N; i++) sum += t[i * 7919];"), 4000);
    check_linear(&format!("{fill} for (local i = 0; i < N; i++) if (i in t) delete t[i];"), 4000);
    check_linear(&format!("{fill} for (local i = 0; i < N; i++) delete t[i * 7919];"), 4000);
    check_linear("local t = {}; for (local i = 0; i < N; i++) t[\"key\" + i] <- i;", 4000);
}

/// Deleted slots stay behind as holes until the table is built anew.
#[test]
fn tables_whose_slots_come_and_go() {
    let churn = "local t = {}; for (local i = 0; i < N; i++) t[i] <- i;
        for (local i = 0; i < N * 4; i++) { delete t[i]; t[i + N] <- i; }";
    check_linear(churn, 2000);
    let drain = "local t = {}; for (local i = 0; i < N; i++) t[i] <- i;
        while (t.len()) { local first; foreach (key, value in t) { first = key; break; } delete t[first]; }";
    check_linear(drain, 2000);
    let queue = "local t = {}; for (local i = 0; i < N; i++) t[i] <- i;
        for (local i = 0; i < N; i++) {
            local first; foreach (key, value in t) { first = key; break; }
            delete t[first]; t[i + N] <- i;
        }";
    check_linear(queue, 2000);
}

#[test]
fn arrays() {
    check_linear("local a = []; for (local i = 0; i < N; i++) a.append(i);", 4000);
    check_linear("local a = []; for (local i = 0; i < N; i++) a.append([i]); while (a.len()) a.pop();", 4000);
    check_linear(
        "local a = []; for (local i = 0; i < N; i++) { a.append(i); if (i % 3 == 2) a.pop(); }",
        4000,
    );
}

/// Of a text that grows, every intermediate result is larger than all memory that was freed before it. It is copied
/// each time, as in the reference, so that there must be garbage collections in proportion to the copied bytes.
#[test]
fn texts_that_grow() {
    let grow = "local s = \"\"; for (local i = 0; i < N; i++) s += \"0123456789\";";
    check_at_most(grow, |size| 20 * size + 5 * size * size / 1000);
}

/// What is created far down must not make the whole stack be looked at for each object.
#[test]
fn garbage_of_deep_recursion() {
    let garbage = "function down(n) {
            if (n == 0) { for (local i = 0; i < N * 20; i++) { local t = { a = i }; } return 0; }
            return 1 + down(n - 1);
        }
        down(N);";
    check_at_most(garbage, |size| 25 * 20 * size);
}

#[test]
fn texts() {
    check_linear("local a = []; for (local i = 0; i < N; i++) a.append(\"text \" + i);", 4000);
    check_linear("local b = blob(); for (local i = 0; i < N; i++) b.writen(i, 'i');", 4000);
}

#[test]
fn deep_recursion() {
    let depth = "function down(n) { if (n == 0) return 0; return 1 + down(n - 1); } down(N);";
    check_at_most(depth, |size| 20 * size);
    let outers = "function down(n) { local f = function() { return n; }; if (n > 0) down(n - 1); return f(); } down(N);";
    check_at_most(outers, |size| 60 * size);
}

#[test]
fn what_refers_to_others() {
    let list = "local head = null; for (local i = 0; i < N; i++) head = { next = head }; head = null;";
    check_linear(list, 4000);
    check_linear("local a = []; for (local i = 0; i < N; i++) a.append({}.weakref());", 4000);
    let kept = "local a = [], w = []; for (local i = 0; i < N; i++) { local t = {}; a.append(t); w.append(t.weakref()); }
        a.clear();";
    check_linear(kept, 4000);
    let closures =
        "local a = []; for (local i = 0; i < N; i++) { local v = i; a.append(function() { return v++; }); }";
    check_linear(closures, 4000);
    let generators = "function count() { local i = 0; while (true) yield i++; }
        local a = []; for (local i = 0; i < N; i++) a.append(count());
        foreach (g in a) { resume g; resume g; }";
    check_linear(generators, 1000);
}

/// Rings that only a mark-sweep can free, in a heap with room for a few generations of them.
#[test]
fn cycles() {
    let rings = "for (local round = 0; round < 30; round++) {
            local first = { next = null }, last = first;
            for (local i = 0; i < N; i++) last = { next = last };
            first.next = last;
        }";
    check_linear_in(rings, 1000, |size| 200_000 + size * 1000);
}

/// Suspended threads keep their stacks, which must not be cleared again and again.
#[test]
fn threads() {
    let threads = "local all = [];
        for (local i = 0; i < N; i++) {
            local thread = newthread(function() { while (true) suspend(1); });
            thread.call();
            all.append(thread);
        }
        foreach (thread in all) thread.wakeup(1);";
    check_linear(threads, 200);
}
