//! Memory grows with the text and no faster.
//!
//! The allocator counts, so this test is alone in its file: others would run beside it.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};
use tamias_compiler::edition::Edition;
use tamias_compiler::{CompileOptions, compile};

/// The system's allocator with the number of bytes in use and its highest value.
struct Counting;

static IN_USE: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call is passed on unchanged to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let in_use = IN_USE.fetch_add(layout.size(), Ordering::Relaxed) + layout.size();
        PEAK.fetch_max(in_use, Ordering::Relaxed);
        // SAFETY: the caller keeps the rules of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        IN_USE.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: the caller keeps the rules of `dealloc`.
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Many functions with a bit of everything.
fn program(n_functions: usize) -> String {
    let function = |number: usize| {
        format!(
            "function f{number}(a, b = {number}) {{\n\
                 local t = {{ x = a, y{number} = [1, 2.5, \"text {number}\"] }};\n\
                 foreach (k, v in t) {{\n\
                     if (k == \"x\" && v != null) b += v; else b -= {number};\n\
                 }}\n\
                 return @(z) z + a * b - t.x;\n\
             }}\n"
        )
    };
    (0..n_functions).map(function).collect()
}

/// The most bytes in use while a program of this size is compiled.
fn peak(n_functions: usize) -> usize {
    let source = program(n_functions);
    let options = CompileOptions::new("program.nut", Edition::Imp);
    let before = IN_USE.load(Ordering::Relaxed);
    PEAK.store(before, Ordering::Relaxed);
    assert!(compile(source.as_bytes(), &options).image.is_some());
    PEAK.load(Ordering::Relaxed) - before
}

/// The most bytes in use while the end of a program turns out to be missing.
fn peak_of_failure(n_functions: usize) -> usize {
    let source = program(n_functions) + "function f(";
    let options = CompileOptions::new("program.nut", Edition::Imp);
    let before = IN_USE.load(Ordering::Relaxed);
    PEAK.store(before, Ordering::Relaxed);
    assert_eq!(compile(source.as_bytes(), &options).diagnostics.len(), 1);
    PEAK.load(Ordering::Relaxed) - before
}

#[test]
fn memory_is_linear_in_the_text() {
    let sizes = [500, 1000, 2000];
    let peaks = sizes.map(peak);
    // Vectors that grow by doubling may have reserved up to twice of what they hold.
    for (small, large) in peaks.iter().zip(&peaks[1..]) {
        let growth = *large as f64 / *small as f64;
        assert!(growth < 2.6, "twice the text takes {growth:.2} times the memory: {peaks:?}");
    }
    let growth = peaks[2] as f64 / peaks[0] as f64;
    assert!(growth < 5.0, "four times the text takes {growth:.2} times the memory: {peaks:?}");
    let per_byte = peaks[2] as f64 / program(sizes[2]).len() as f64;
    assert!(per_byte < 60.0, "{per_byte:.1} bytes for each byte of the text");
    // It has been read twice, and there are two trees.
    let per_byte = peak_of_failure(sizes[2]) as f64 / program(sizes[2]).len() as f64;
    assert!(per_byte < 60.0, "{per_byte:.1} bytes for each byte of a text with an error at its end");
}
