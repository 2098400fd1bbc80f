//! What the example firmwares share: registers, stack measuring, memory
//! protection and how a test on an emulated board ends.
//!
//! It is for Cortex-M without an operating system. A firmware for a product
//! takes these things from its own board support; they are here so that the
//! examples need no crate for a particular chip.
#![no_std]

pub mod exit;
pub mod mps2_uart;
pub mod mpu;
pub mod register;
pub mod stack;
