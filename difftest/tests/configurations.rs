//! A few thousand random programs in all of our own configurations. More run by hand: see the crate's front page.

use tamias_difftest::choices::Choices;
use tamias_difftest::configuration::Configuration;
use tamias_difftest::generate::{Dialect, generate};
use tamias_difftest::result::Ending;

/// Runs programs plainly and in other configurations. The results are the same.
fn check(dialect: Dialect, seeds: std::ops::Range<u64>, others: &[Configuration]) {
    let mut finished = 0;
    for seed in seeds.clone() {
        let source = generate(&mut Choices::from_seed(seed), dialect).to_string();
        let plain = Configuration::Plain.run(&source);
        assert!(!matches!(plain.ending, Ending::Crashed(_)), "program {seed}: {:?}", plain.ending);
        finished += u64::from(plain.ending == Ending::Done);
        for other in others {
            let contradiction = other.contradiction(&plain, &other.run(&source));
            assert_eq!(contradiction, None, "program {seed} in {other:?}; minimise it with the command");
        }
    }
    // Programs that end with an uncaught error say little.
    assert!(finished * 10 > (seeds.end - seeds.start) * 7, "{finished} programs ran to their end");
}

#[test]
fn optimised_and_not() {
    check(Dialect::Squirrel3, 0..1_000, &[Configuration::Unoptimised]);
}

#[test]
fn audited_and_not() {
    check(Dialect::Squirrel3, 1_000..1_400, &[Configuration::Audit]);
}

#[test]
fn in_other_circumstances() {
    let others =
        [Configuration::Match, Configuration::Stripped, Configuration::Interrupted, Configuration::Cramped];
    check(Dialect::Squirrel3, 1_400..2_000, &others);
}

#[test]
fn in_both_editions() {
    check(Dialect::Common, 2_000..3_000, &[Configuration::Imp]);
}
