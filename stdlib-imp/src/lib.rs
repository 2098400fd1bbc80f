//! The Squirrel standard libraries and the imp API.
//!
//! Everything that a script reaches beyond the base library of the VM lives
//! here, written against the [`board`] traits: nothing in this crate knows how
//! a pin is driven or where time comes from. Interrupts talk to the runtime
//! through [`events`], `imp.wakeup` through [`timers`].

#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

pub mod board;
pub mod events;
pub mod timers;
