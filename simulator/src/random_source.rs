//! Randomness that is the same in every run.
//!
//! SplitMix64: a counter and a mixing function. It is small, good enough for
//! noise and `math.rand`, and of no cryptographic value, which a simulator that
//! must be reproducible could not offer anyway.

/// A seeded stream of random numbers.
#[derive(Clone, Debug)]
pub struct RandomSource {
    state: u64,
}

const INCREMENT: u64 = 0x9e37_79b9_7f4a_7c15;

impl RandomSource {
    /// The stream that belongs to a seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// The next number.
    pub fn next_u64(&mut self) -> u64 {
        self.state = self.state.wrapping_add(INCREMENT);
        mix(self.state)
    }

    /// Fills a buffer.
    pub fn fill(&mut self, into: &mut [u8]) {
        for chunk in into.chunks_mut(8) {
            let bytes = self.next_u64().to_le_bytes();
            chunk.copy_from_slice(&bytes[..chunk.len()]);
        }
    }
}

/// A number from -1 to 1 that depends on the arguments only: noise that can be
/// sampled at any time, in any order.
pub(crate) fn noise(key: u64, position: u64) -> f64 {
    let bits = mix(key ^ mix(position.wrapping_add(INCREMENT))) >> 11;
    // 53 random bits, so that every value is exact.
    bits as f64 / (1_u64 << 52) as f64 - 1.0
}

const fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stream_is_splitmix64() {
        // The published first outputs for seed 1234567.
        let mut random = RandomSource::new(1_234_567);
        assert_eq!(random.next_u64(), 6_457_827_717_110_365_317);
        assert_eq!(random.next_u64(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn noise_stays_in_range_and_averages_out() {
        let sum: f64 = (0..10_000).map(|position| noise(7, position)).sum();
        assert!(sum.abs() < 200.0, "{sum}");
        assert!((0..10_000).all(|position| noise(7, position).abs() <= 1.0));
    }
}
