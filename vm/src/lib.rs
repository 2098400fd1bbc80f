#![no_std]
pub mod number;
