//! Any bytes, as an image: rejected, or run for a while.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let mut bytes = data.to_vec();
    tamias_fuzz::seal(&mut bytes);
    tamias_fuzz::run_if_valid(&bytes);
});
