#![no_std]
pub mod op;
