//! The Squirrel standard libraries and the imp API.
//!
//! Everything that a script reaches beyond the base library of the VM lives
//! here, written against the [`board`] traits: nothing in this crate knows how
//! a pin is driven or where time comes from. Interrupts talk to the runtime
//! through [`events`], `imp.wakeup` through [`timers`]. What scripts find is in
//! [`api`]; [`runtime::Runtime`] runs them.
//!
//! The standard libraries need no board: [`standard`] installs them in any VM,
//! and [`clock::HostClock`] tells a program the time where there is no runtime.

#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

pub mod api;
pub mod blob;
pub mod board;
pub mod clock;
pub mod events;
#[cfg(feature = "math")]
pub mod math;
pub mod names;
#[cfg(feature = "regexp")]
pub mod regexp;
pub mod runtime;
pub mod standard;
pub mod string;
pub mod system;
pub mod text;
pub mod timers;
