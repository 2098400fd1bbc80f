//! Choices: where a generator gets its decisions from.
//!
//! Either from a seed, then a number names a program for ever, or from bytes,
//! then a fuzzer that changes bytes changes decisions. When the bytes are used
//! up, every decision is the first one, so generators put first what ends them.

/// A source of decisions.
#[derive(Clone, Debug)]
pub struct Choices {
    source: Source,
}

#[derive(Clone, Debug)]
enum Source {
    Seed(u64),
    Bytes { bytes: Vec<u8>, next: usize },
}

impl Choices {
    /// Decisions that follow from a number.
    pub fn from_seed(seed: u64) -> Choices {
        Choices { source: Source::Seed(seed) }
    }

    /// Decisions that follow from bytes.
    pub fn from_bytes(bytes: &[u8]) -> Choices {
        Choices { source: Source::Bytes { bytes: bytes.to_vec(), next: 0 } }
    }

    /// A number below `end`, which is not 0.
    pub fn below(&mut self, end: usize) -> usize {
        debug_assert!(end > 0);
        match &mut self.source {
            Source::Seed(state) => (next_random(state) % end as u64) as usize,
            Source::Bytes { bytes, next } => {
                let byte = bytes.get(*next).copied().unwrap_or(0);
                *next += 1;
                usize::from(byte) % end
            }
        }
    }

    /// Whether something happens that happens in so many of 100 cases.
    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) >= 100 - percent.min(100)
    }

    /// One of some values, of which there is at least one.
    pub fn pick<'t, T>(&mut self, values: &'t [T]) -> &'t T {
        &values[self.below(values.len())]
    }

    /// Any 32 bits.
    pub fn bits(&mut self) -> u32 {
        (0..4).fold(0, |bits, _| bits << 8 | self.below(256) as u32)
    }
}

/// The next number of a sequence without short cycles (SplitMix64).
fn next_random(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mixed = (*state ^ (*state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_choices() {
        let draw = |seed| {
            let mut choices = Choices::from_seed(seed);
            (0..32).map(|_| choices.below(1000)).collect::<Vec<_>>()
        };
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
    }

    #[test]
    fn without_bytes_every_choice_is_the_first() {
        let mut choices = Choices::from_bytes(&[5]);
        assert_eq!(choices.below(10), 5);
        assert_eq!(choices.below(10), 0);
        assert!(!choices.chance(99));
    }
}
