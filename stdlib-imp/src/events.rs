//! Events: what interrupts tell the event loop.
//!
//! An interrupt handler posts an [`Event`] to an [`EventQueue`]; the runtime
//! takes it when no script is running. An event says *that* something happened,
//! not what: the handler reads the pin or the port, so an event that is posted
//! again before it was taken adds nothing and coalesces with the first one, as
//! documented for pin callbacks. That makes the number of queued events bounded
//! by the number of sources, and a queue of that capacity cannot overflow.
//!
//! The queue needs no lock, no critical section and no compare-and-swap, only
//! loads and stores, so it works on a Cortex-M0 as well: any number of
//! interrupts of any priority may post, one consumer takes. Each source has a
//! stamp, which is zero until it posts. A ring of events was rejected: several
//! producers can share one only with compare-and-swap or with interrupts off.
//! A plain set of pending bits would lose the order in which things happened.

use core::sync::atomic::{AtomicU32, Ordering};

use crate::board::{PinId, UartPort};

/// Something that happened outside the script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// There was at least one edge on a pin whose edges are watched.
    PinChanged(PinId),
    /// A serial port received data, finished sending or met an error.
    UartChanged(UartPort),
    /// The sampler has samples to take, or has lost some.
    SamplesReady,
    /// The sigma-delta filter has samples to take, or has lost some.
    FilteredSamplesReady,
    /// There is room for samples to play, or there was nothing to play.
    PlaybackHungry,
    /// The link to the server was made, has ended, has sent everything or has received a message.
    LinkChanged,
}

/// Pins that can post, enough for the largest module.
pub const MAX_PINS: usize = 64;

/// Serial ports that can post.
pub const MAX_UARTS: usize = 16;

/// The parts that exist at most once, in the order of their sources.
const SINGLE: [Event; 4] =
    [Event::SamplesReady, Event::FilteredSamplesReady, Event::PlaybackHungry, Event::LinkChanged];

const FIRST_SINGLE: usize = MAX_PINS + MAX_UARTS;
const SOURCES: usize = FIRST_SINGLE + SINGLE.len();

/// A queue of coalescing events in order of arrival.
///
/// ```
/// use tamias_stdlib_imp::board::PinId;
/// use tamias_stdlib_imp::events::{Event, EventQueue};
///
/// static EVENTS: EventQueue = EventQueue::new();
///
/// EVENTS.post(Event::PinChanged(PinId(3)));
/// EVENTS.post(Event::PinChanged(PinId(1)));
/// EVENTS.post(Event::PinChanged(PinId(3))); // A bounce: already known.
///
/// assert_eq!(EVENTS.take(), Some(Event::PinChanged(PinId(3))));
/// assert_eq!(EVENTS.take(), Some(Event::PinChanged(PinId(1))));
/// assert_eq!(EVENTS.take(), None);
/// ```
#[derive(Debug)]
pub struct EventQueue {
    /// By source: when it posted, on a clock that counts posts; zero if it has nothing to tell.
    stamps: [AtomicU32; SOURCES],
    /// The clock. Two interrupts of different priority may read the same time, and then the order of their
    /// events is that of their sources.
    posts: AtomicU32,
}

impl EventQueue {
    /// An empty queue, usable in a `static`.
    #[must_use]
    pub const fn new() -> Self {
        Self { stamps: [const { AtomicU32::new(0) }; SOURCES], posts: AtomicU32::new(0) }
    }

    /// Adds an event unless it is in the queue already. Pins and ports beyond
    /// [`MAX_PINS`] and [`MAX_UARTS`] do not exist and are ignored.
    pub fn post(&self, event: Event) {
        let Some(stamp) = source_of(event).map(|source| &self.stamps[source]) else { return };
        // If the consumer clears the stamp right after this look, it has not yet looked at what the event is
        // about, and sees what has just happened. The order of all these accesses is one that everybody
        // agrees on, or neither side might notice the other.
        if stamp.load(Ordering::SeqCst) != 0 {
            return;
        }
        let now = self.posts.load(Ordering::Relaxed).wrapping_add(1).max(1);
        self.posts.store(now, Ordering::Relaxed);
        stamp.store(now, Ordering::SeqCst);
    }

    /// Removes the oldest event. Edges from now on post a new one. For a single
    /// consumer: two at a time would see events twice.
    pub fn take(&self) -> Option<Event> {
        let now = self.posts.load(Ordering::Relaxed);
        let mut oldest = None;
        for (source, stamp) in self.stamps.iter().enumerate() {
            let stamp = stamp.load(Ordering::SeqCst);
            // How long ago; what was posted after the look at the clock is newest of all.
            let age = (now.wrapping_sub(stamp) as i32).max(0);
            if stamp != 0 && oldest.is_none_or(|(_, oldest_age)| age > oldest_age) {
                oldest = Some((source, age));
            }
        }
        let (source, _) = oldest?;
        self.stamps[source].store(0, Ordering::SeqCst);
        Some(event_of(source))
    }

    /// Whether there is nothing to take, for the decision to sleep.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.stamps.iter().all(|stamp| stamp.load(Ordering::SeqCst) == 0)
    }
}

impl Default for EventQueue {
    fn default() -> Self {
        Self::new()
    }
}

fn source_of(event: Event) -> Option<usize> {
    match event {
        Event::PinChanged(pin) => Some(usize::from(pin.0)).filter(|&index| index < MAX_PINS),
        Event::UartChanged(port) => {
            Some(usize::from(port.0)).filter(|&index| index < MAX_UARTS).map(|index| MAX_PINS + index)
        }
        single => SINGLE.iter().position(|other| *other == single).map(|index| FIRST_SINGLE + index),
    }
}

fn event_of(source: usize) -> Event {
    if source < MAX_PINS {
        Event::PinChanged(PinId(source as u8))
    } else if source < FIRST_SINGLE {
        Event::UartChanged(UartPort((source - MAX_PINS) as u8))
    } else {
        SINGLE[source - FIRST_SINGLE]
    }
}

#[cfg(test)]
mod tests {
    extern crate std;

    use std::sync::atomic::AtomicBool;
    use std::thread;
    use std::vec::Vec;

    use super::*;

    fn drain(queue: &EventQueue) -> Vec<Event> {
        core::iter::from_fn(|| queue.take()).collect()
    }

    #[test]
    fn every_source_fits_at_once_and_is_taken_in_order() {
        let queue = EventQueue::new();
        for _ in 0..10 {
            for source in 0..SOURCES {
                queue.post(event_of(source));
                queue.post(event_of(source));
            }
            let expected: Vec<Event> = (0..SOURCES).map(event_of).collect();
            assert_eq!(drain(&queue), expected);
            assert!(queue.is_empty());
        }
    }

    #[test]
    fn an_edge_after_dispatch_posts_again() {
        let queue = EventQueue::new();
        let event = Event::PinChanged(PinId(63));
        queue.post(event);
        assert_eq!(queue.take(), Some(event));
        queue.post(event);
        assert_eq!(drain(&queue), [event]);
    }

    #[test]
    fn sources_that_do_not_exist_are_ignored() {
        let queue = EventQueue::new();
        queue.post(Event::PinChanged(PinId(64)));
        queue.post(Event::UartChanged(UartPort(16)));
        assert!(queue.is_empty());
    }

    #[test]
    fn threads_lose_nothing() {
        // Each thread raises a flag before it posts; when all is done every flag
        // must have been seen by a take that came after it.
        const THREADS: usize = 4;
        const ROUNDS: usize = 20_000;
        let queue = EventQueue::new();
        let flags: Vec<AtomicBool> = (0..SOURCES).map(|_| AtomicBool::new(false)).collect();
        let finished = AtomicU32::new(0);
        thread::scope(|scope| {
            for thread_index in 0..THREADS {
                let (queue, flags, finished) = (&queue, &flags, &finished);
                scope.spawn(move || {
                    for round in 0..ROUNDS {
                        let source = (round * 7 + thread_index * 3) % SOURCES;
                        flags[source].store(true, Ordering::SeqCst);
                        queue.post(event_of(source));
                    }
                    finished.fetch_add(1, Ordering::SeqCst);
                });
            }
            loop {
                let all_posted = finished.load(Ordering::SeqCst) == THREADS as u32;
                match queue.take() {
                    Some(event) => flags[source_of(event).unwrap()].store(false, Ordering::SeqCst),
                    None if all_posted => break,
                    None => thread::yield_now(),
                }
            }
        });
        assert!(queue.is_empty());
        assert!(flags.iter().all(|flag| !flag.load(Ordering::SeqCst)));
    }
}
