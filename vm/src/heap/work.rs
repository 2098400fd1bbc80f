//! Counts the steps of loops whose length depends on how much there is: probes
//! of tables, moved entries, slots of stacks that are looked at, objects that a
//! collection visits.
//!
//! Tests compare the counts of runs of different sizes to see that no cost
//! grows faster than it should, which time on a busy machine would not show.
//! Copying bytes is not counted: a `memcpy` is not what makes programs slow.
//!
//! Tests can also let memory run out at any allocation.
//!
//! Optimised builds count nothing and have all the memory that there is.

#[cfg(all(feature = "std", debug_assertions))]
mod counting {
    use core::cell::Cell;

    std::thread_local! {
        static STEPS: Cell<u64> = const { Cell::new(0) };
        static ALLOCATIONS_LEFT: Cell<u64> = const { Cell::new(u64::MAX) };
    }

    #[inline(always)]
    pub(in crate::heap) fn count(steps: usize) {
        STEPS.set(STEPS.get() + steps as u64);
    }

    /// How many steps this thread has taken.
    pub fn steps() -> u64 {
        STEPS.get()
    }

    /// Lets memory run out for this thread after so many allocations; returns how many of the last limit are left.
    pub fn limit_allocations(count: u64) -> u64 {
        ALLOCATIONS_LEFT.replace(count)
    }

    /// Counts an allocation. False if there must be no more.
    #[inline(always)]
    pub(in crate::heap) fn may_allocate() -> bool {
        let left = ALLOCATIONS_LEFT.get();
        ALLOCATIONS_LEFT.set(left.saturating_sub(1));
        left > 0
    }
}

#[cfg(all(feature = "std", debug_assertions))]
pub use counting::{limit_allocations, steps};

#[cfg(all(feature = "std", debug_assertions))]
pub(super) use counting::{count, may_allocate};

/// Counts nothing.
#[cfg(not(all(feature = "std", debug_assertions)))]
#[inline(always)]
pub(super) fn count(_: usize) {}

/// There is no limit.
#[cfg(not(all(feature = "std", debug_assertions)))]
#[inline(always)]
pub(super) fn may_allocate() -> bool {
    true
}
