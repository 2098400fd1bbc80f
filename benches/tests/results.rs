//! The Squirrel versions of the benchmarks print what `expected.json` says, at their small sizes.

use tamias_benches::small_benchmarks;
use tamias_conformance::{Ending, Mode, run};
use tamias_vm::Edition;

#[test]
fn results_are_right() {
    let benchmarks = small_benchmarks();
    assert_eq!(benchmarks.len(), 26);
    for benchmark in benchmarks {
        let (name, expected) = (benchmark.name, benchmark.expected);
        let result = run(benchmark.source.as_bytes(), Edition::Squirrel3, Mode::Normal);
        assert!(matches!(result.ending, Ending::Done), "{name}: {:?}", result.ending);
        assert_eq!(String::from_utf8_lossy(&result.output).trim_end(), expected, "{name}");
    }
}
