//! Timers: a queue of payloads by due time.
//!
//! Due times are 64-bit microseconds, so the whole documented range of
//! `imp.wakeup` (124 days) and any uptime fit without wrapping. Timers with the
//! same due time fire in the order of their creation. The queue owns a payload,
//! usually a callback, exactly as long as the timer waits: firing and
//! cancelling both hand it back, so nothing is kept alive by a stale handle.
//!
//! A binary heap holds the order; slots hold the payloads and know their place
//! in the heap, which makes cancelling O(log n) as well. Lazily skipping
//! cancelled entries was rejected: a program that re-arms a watchdog a thousand
//! times a second would grow the heap for 124 days.

use alloc::vec::Vec;
use core::fmt;

/// The handle of a timer. It stays unique when its slot is used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TimerId {
    slot: u32,
    sequence: u64,
}

/// Timers that wait, with a payload each.
///
/// ```
/// use tamias_stdlib_imp::timers::TimerQueue;
///
/// let mut timers = TimerQueue::with_limit(100);
/// let late = timers.schedule(2_000_000, "late").unwrap();
/// timers.schedule(1_000_000, "soon").unwrap();
///
/// assert_eq!(timers.next_due(), Some(1_000_000));
/// assert_eq!(timers.pop_due(999_999), None);
/// assert_eq!(timers.pop_due(1_000_000).map(|(_, name)| name), Some("soon"));
/// assert_eq!(timers.cancel(late), Some("late"));
/// assert_eq!(timers.cancel(late), None);
/// ```
#[derive(Debug)]
pub struct TimerQueue<T> {
    /// A binary min-heap by `(due, sequence)`.
    heap: Vec<HeapEntry>,
    slots: Vec<Slot<T>>,
    /// The first of the free slots, which are chained.
    free_slot: Option<u32>,
    next_sequence: u64,
    limit: usize,
}

#[derive(Clone, Copy, Debug)]
struct HeapEntry {
    due: u64,
    sequence: u64,
    slot: u32,
}

impl HeapEntry {
    fn key(&self) -> (u64, u64) {
        (self.due, self.sequence)
    }
}

#[derive(Debug)]
enum Slot<T> {
    Waiting { heap_index: u32, payload: T },
    Free { next: Option<u32> },
}

impl<T> TimerQueue<T> {
    /// An empty queue that never holds more than `limit` timers.
    #[must_use]
    pub const fn with_limit(limit: usize) -> Self {
        let limit = if limit > u32::MAX as usize { u32::MAX as usize } else { limit };
        Self { heap: Vec::new(), slots: Vec::new(), free_slot: None, next_sequence: 0, limit }
    }

    /// Adds a timer.
    ///
    /// # Errors
    /// Hands the payload back if the limit is reached or memory is short.
    pub fn schedule(&mut self, due: u64, payload: T) -> Result<TimerId, T> {
        if self.heap.len() >= self.limit || self.heap.try_reserve(1).is_err() {
            return Err(payload);
        }
        let slot = self.take_slot(payload)?;
        let sequence = self.next_sequence;
        self.next_sequence += 1;
        self.heap.push(HeapEntry { due, sequence, slot });
        self.sift_up(self.heap.len() - 1);
        Ok(TimerId { slot, sequence })
    }

    /// Removes a timer before it fires. `None` if it has fired or was cancelled.
    pub fn cancel(&mut self, id: TimerId) -> Option<T> {
        let heap_index = self.heap_index(id)?;
        self.remove(heap_index).map(|(_, payload)| payload)
    }

    /// Removes the first timer that is due at `now`.
    pub fn pop_due(&mut self, now: u64) -> Option<(TimerId, T)> {
        if self.next_due()? > now {
            return None;
        }
        self.remove(0)
    }

    /// When the first timer is due.
    #[must_use]
    pub fn next_due(&self) -> Option<u64> {
        self.heap.first().map(|entry| entry.due)
    }

    /// Whether the timer still waits.
    #[must_use]
    pub fn is_waiting(&self, id: TimerId) -> bool {
        self.heap_index(id).is_some()
    }

    /// How many timers wait.
    #[must_use]
    pub fn len(&self) -> usize {
        self.heap.len()
    }

    /// Whether no timer waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.heap.is_empty()
    }

    /// The payloads of all waiting timers, in no particular order: roots for a
    /// garbage collector.
    pub fn payloads(&self) -> impl Iterator<Item = &T> {
        self.slots.iter().filter_map(|slot| match slot {
            Slot::Waiting { payload, .. } => Some(payload),
            Slot::Free { .. } => None,
        })
    }

    fn take_slot(&mut self, payload: T) -> Result<u32, T> {
        // The heap index is set when the entry finds its place.
        let waiting = |payload| Slot::Waiting { heap_index: 0, payload };
        if let Some(slot) = self.free_slot {
            let entry = &mut self.slots[slot as usize];
            if let Slot::Free { next } = *entry {
                self.free_slot = next;
            }
            *entry = waiting(payload);
            return Ok(slot);
        }
        if self.slots.try_reserve(1).is_err() {
            return Err(payload);
        }
        let slot = self.slots.len() as u32;
        self.slots.push(waiting(payload));
        Ok(slot)
    }

    fn heap_index(&self, id: TimerId) -> Option<usize> {
        let Slot::Waiting { heap_index, .. } = self.slots.get(id.slot as usize)? else { return None };
        let heap_index = *heap_index as usize;
        (self.heap.get(heap_index)?.sequence == id.sequence).then_some(heap_index)
    }

    fn remove(&mut self, heap_index: usize) -> Option<(TimerId, T)> {
        let entry = self.heap.swap_remove(heap_index);
        if heap_index < self.heap.len() {
            // The entry from the end may belong above or below its new place.
            let settled = self.sift_up(heap_index);
            self.sift_down(settled);
        }
        let freed = Slot::Free { next: self.free_slot };
        self.free_slot = Some(entry.slot);
        let id = TimerId { slot: entry.slot, sequence: entry.sequence };
        match core::mem::replace(&mut self.slots[entry.slot as usize], freed) {
            Slot::Waiting { payload, .. } => Some((id, payload)),
            Slot::Free { .. } => None,
        }
    }

    fn sift_up(&mut self, start: usize) -> usize {
        let entry = self.heap[start];
        let mut hole = start;
        while hole > 0 {
            let parent = (hole - 1) / 2;
            if self.heap[parent].key() <= entry.key() {
                break;
            }
            self.place(hole, self.heap[parent]);
            hole = parent;
        }
        self.place(hole, entry);
        hole
    }

    fn sift_down(&mut self, start: usize) {
        let entry = self.heap[start];
        let mut hole = start;
        while let Some(child) = self.smaller_child(hole) {
            if entry.key() <= self.heap[child].key() {
                break;
            }
            self.place(hole, self.heap[child]);
            hole = child;
        }
        self.place(hole, entry);
    }

    fn smaller_child(&self, parent: usize) -> Option<usize> {
        let left = 2 * parent + 1;
        let right = left + 1;
        let left_key = self.heap.get(left)?.key();
        match self.heap.get(right) {
            Some(entry) if entry.key() < left_key => Some(right),
            _ => Some(left),
        }
    }

    fn place(&mut self, index: usize, entry: HeapEntry) {
        self.heap[index] = entry;
        if let Slot::Waiting { heap_index, .. } = &mut self.slots[entry.slot as usize] {
            *heap_index = index as u32;
        }
    }
}

/// A length of time as a script gives it: seconds, integer or float.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Seconds {
    /// An integer argument.
    Integer(i32),
    /// A float argument.
    Float(f32),
}

/// Why an interval cannot be a timer's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IntervalError {
    /// Above 2^30 centiseconds, about 124 days.
    TooLong,
    /// Not a number.
    NotANumber,
}

impl fmt::Display for IntervalError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::TooLong => "interval too long",
            Self::NotANumber => "interval is not a number",
        })
    }
}

impl core::error::Error for IntervalError {}

const CENTISECONDS_PER_SECOND: u64 = 100;
const MICROS_PER_CENTISECOND: u64 = 10_000;
const MAX_CENTISECONDS: u64 = 1 << 30;

/// The interval of `imp.wakeup()` in microseconds.
///
/// The resolution is a centisecond. What lies between two is rounded up, so
/// that a timer never fires before its time; a negative interval is zero. A
/// float that is the nearest one to a whole number of centiseconds means that
/// number: `0.1` is 10 centiseconds although its binary form is a trifle above.
///
/// # Errors
/// If the interval is above the documented maximum, which must not wrap into a
/// short one, or is not a number.
pub fn interval_to_micros(interval: Seconds) -> Result<u64, IntervalError> {
    let centiseconds = match interval {
        Seconds::Integer(seconds) => u64::from(seconds.max(0).unsigned_abs()) * CENTISECONDS_PER_SECOND,
        Seconds::Float(seconds) if seconds.is_nan() => return Err(IntervalError::NotANumber),
        Seconds::Float(seconds) => centiseconds_of_float(seconds),
    };
    if centiseconds > MAX_CENTISECONDS {
        return Err(IntervalError::TooLong);
    }
    Ok(centiseconds * MICROS_PER_CENTISECOND)
}

fn centiseconds_of_float(seconds: f32) -> u64 {
    // Exact: the product of a 24-bit and a 7-bit number fits an f64. The casts
    // saturate, so infinity and negative numbers need no case of their own.
    let scaled = f64::from(seconds) * CENTISECONDS_PER_SECOND as f64;
    let nearest = (scaled + 0.5) as u64;
    if (nearest as f64 / CENTISECONDS_PER_SECOND as f64) as f32 == seconds {
        return nearest;
    }
    let whole = scaled as u64;
    if (whole as f64) < scaled { whole.saturating_add(1) } else { whole }
}

#[cfg(test)]
mod tests {
    extern crate std;

    use std::vec;

    use super::*;

    const SECOND: u64 = 1_000_000;

    fn micros(interval: Seconds) -> u64 {
        interval_to_micros(interval).unwrap()
    }

    #[test]
    fn integers_are_exact() {
        for seconds in [0, 1, 4294, 4295, 5000, 86_400, 10_737_418] {
            assert_eq!(micros(Seconds::Integer(seconds)), seconds as u64 * SECOND);
            assert_eq!(micros(Seconds::Float(seconds as f32)), seconds as u64 * SECOND);
        }
        assert_eq!(micros(Seconds::Integer(i32::MIN)), 0);
    }

    #[test]
    fn every_centisecond_written_as_a_float_means_itself() {
        for centiseconds in 0..100_000_u32 {
            let seconds = (f64::from(centiseconds) / 100.0) as f32;
            assert_eq!(micros(Seconds::Float(seconds)), u64::from(centiseconds) * 10_000, "{seconds}");
        }
    }

    #[test]
    fn fractions_of_a_centisecond_round_up() {
        assert_eq!(micros(Seconds::Float(0.0101)), 20_000);
        assert_eq!(micros(Seconds::Float(0.001)), 10_000);
        assert_eq!(micros(Seconds::Float(f32::MIN_POSITIVE)), 10_000);
        assert_eq!(micros(Seconds::Float(f32::from_bits(1))), 10_000);
        assert_eq!(micros(Seconds::Float(-0.0)), 0);
        assert_eq!(micros(Seconds::Float(-3.5)), 0);
        assert_eq!(micros(Seconds::Float(f32::NEG_INFINITY)), 0);
        // 4294.967296 is above 2^32 microseconds; as a float it is 4294.96728515625.
        assert_eq!(micros(Seconds::Float(4_294.967_3)), 4_294_970_000);
    }

    #[test]
    fn intervals_beyond_the_maximum_are_refused() {
        let too_long = Err(IntervalError::TooLong);
        assert_eq!(interval_to_micros(Seconds::Integer(10_737_419)), too_long);
        assert_eq!(interval_to_micros(Seconds::Integer(i32::MAX)), too_long);
        assert_eq!(interval_to_micros(Seconds::Float(10_737_419.0)), too_long);
        assert_eq!(interval_to_micros(Seconds::Float(f32::INFINITY)), too_long);
        assert_eq!(interval_to_micros(Seconds::Float(f32::NAN)), Err(IntervalError::NotANumber));
    }

    #[test]
    fn long_timers_fire_at_their_time_and_not_modulo_32_bits() {
        let mut timers = TimerQueue::with_limit(usize::MAX);
        let start = 123_456_789;
        let durations = [
            86_400 * SECOND,
            4_294 * SECOND,
            10_737_418 * SECOND,
            4_294_967_296,
            5_000 * SECOND,
            4_294_967_295,
        ];
        for duration in durations {
            timers.schedule(start + duration, duration).unwrap();
        }
        let mut sorted = durations;
        sorted.sort_unstable();
        for duration in sorted {
            let due = timers.next_due().unwrap();
            assert_eq!(due, start + duration);
            assert!(timers.pop_due(due - 1).is_none());
            assert_eq!(timers.pop_due(due).unwrap().1, duration);
        }
        assert!(timers.is_empty());
    }

    #[test]
    fn the_limit_hands_the_payload_back() {
        let mut timers = TimerQueue::with_limit(1);
        timers.schedule(1, "first").unwrap();
        assert_eq!(timers.schedule(1, "second"), Err("second"));
        timers.pop_due(1).unwrap();
        timers.schedule(1, "third").unwrap();
        assert_eq!(timers.payloads().collect::<Vec<_>>(), [&"third"]);
    }

    #[test]
    fn a_handle_never_denotes_a_later_timer_in_the_same_slot() {
        let mut timers = TimerQueue::with_limit(10);
        let first = timers.schedule(1, 1).unwrap();
        assert_eq!(timers.cancel(first), Some(1));
        let second = timers.schedule(2, 2).unwrap();
        assert!(!timers.is_waiting(first) && timers.is_waiting(second));
        assert_eq!(timers.cancel(first), None);
        assert_eq!(timers.cancel(second), Some(2));
    }

    #[test]
    fn a_million_timers_are_scheduled_cancelled_and_fired() {
        const COUNT: u64 = 1_000_000;
        let mut timers = TimerQueue::with_limit(COUNT as usize);
        // Multiplying by an odd number permutes the due times.
        let due = |index: u64| index.wrapping_mul(0x9e37_79b9) % COUNT;
        let ids: Vec<TimerId> = (0..COUNT).map(|index| timers.schedule(due(index), index).unwrap()).collect();
        for index in (0..COUNT).step_by(2) {
            assert_eq!(timers.cancel(ids[index as usize]), Some(index));
        }
        let mut previous = (0, 0);
        let mut fired = 0;
        while let Some((_, index)) = timers.pop_due(COUNT) {
            assert!(index % 2 == 1 && (due(index), index) >= previous);
            previous = (due(index), index);
            fired += 1;
        }
        assert_eq!(fired, COUNT / 2);
    }

    /// The obvious implementation: a list, searched every time.
    #[derive(Default)]
    struct Model {
        timers: Vec<(u64, u64)>,
        created: u64,
    }

    impl Model {
        fn schedule(&mut self, due: u64) -> u64 {
            self.created += 1;
            self.timers.push((due, self.created));
            self.created
        }

        fn remove(&mut self, number: u64) -> Option<u64> {
            let index = self.timers.iter().position(|timer| timer.1 == number)?;
            Some(self.timers.remove(index).1)
        }

        fn pop_due(&mut self, now: u64) -> Option<u64> {
            let first = self.timers.iter().min().filter(|timer| timer.0 <= now)?.1;
            self.remove(first)
        }
    }

    #[derive(Clone, Debug)]
    enum Action {
        Schedule { after: u64 },
        Cancel { which: usize },
        Advance { by: u64 },
    }

    fn action() -> impl proptest::strategy::Strategy<Value = Action> {
        use proptest::prelude::*;
        // Few distinct times, so that ties are common, and the long ones of the
        // documented range.
        let after = prop_oneof![
            0_u64..4,
            proptest::sample::select(vec![4_294_967_296, 5_000 * SECOND, 10_737_418 * SECOND]),
        ];
        prop_oneof![
            after.prop_map(|after| Action::Schedule { after }),
            any::<usize>().prop_map(|which| Action::Cancel { which }),
            (0_u64..5_000_000_000).prop_map(|by| Action::Advance { by }),
            (0_u64..4).prop_map(|by| Action::Advance { by }),
        ]
    }

    proptest::proptest! {
        #[test]
        fn agrees_with_the_model(actions in proptest::collection::vec(action(), 0..200)) {
            let mut timers = TimerQueue::with_limit(usize::MAX);
            let mut model = Model::default();
            let mut ids = Vec::new();
            let mut now = 0;
            for action in actions {
                match action {
                    Action::Schedule { after } => {
                        let number = model.schedule(now + after);
                        ids.push((timers.schedule(now + after, number).unwrap(), number));
                    }
                    Action::Cancel { which } if !ids.is_empty() => {
                        let (id, number) = ids[which % ids.len()];
                        proptest::prop_assert_eq!(timers.cancel(id), model.remove(number));
                    }
                    Action::Cancel { .. } => {}
                    Action::Advance { by } => {
                        now += by;
                        while let Some(number) = model.pop_due(now) {
                            proptest::prop_assert_eq!(timers.pop_due(now).map(|(_, number)| number), Some(number));
                        }
                        proptest::prop_assert!(timers.pop_due(now).is_none());
                    }
                }
                proptest::prop_assert_eq!(timers.len(), model.timers.len());
            }
        }
    }
}
