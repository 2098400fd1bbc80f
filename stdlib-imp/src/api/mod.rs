//! The imp API as scripts find it: the objects `imp`, `server`, `agent` and
//! `hardware` of a device.
//!
//! All of it is static data like the standard libraries. What a module lacks is
//! absent: the slot does not exist, so that `"spiflash" in hardware` tells the
//! truth. Errors read `<what> in <object>.<method>(<parameters>)`.
//!
//! | file | object |
//! | --- | --- |
//! | `imp`, `net` | `imp`, `imp.net` |
//! | `server` | `server` |
//! | `agent` | `agent` |
//! | `hardware` | `hardware` |
//! | `parts` | how `hardware.pinA` and its like are found |
//! | `pin`, `i2c`, `spi`, `uart` | the objects of pins and buses |
//! | [`constants`] | what the compiler must know |
//!
//! [`crate::runtime::Runtime`] installs it. What is not here yet: `nv`,
//! `hardware.spiflash`, `sampler`, `fixedfrequencydac`, `dfsdm`, `usb`,
//! `bluetooth`, pin-triggered pulses and local networking.

pub(crate) mod agent;
mod arguments;
pub mod constants;
pub(crate) mod hardware;
pub(crate) mod i2c;
pub(crate) mod imp;
pub(crate) mod net;
pub(crate) mod parts;
pub(crate) mod pin;
pub(crate) mod server;
mod sleep;
pub(crate) mod spi;
pub(crate) mod uart;

use tamias_vm::library;
use tamias_vm::native::{Item, Member};

library! {
    /// The objects in the root table of a device.
    pub(crate) static DEVICE: "device" = [
        Member::new("imp", Item::Library(&imp::IMP)),
        Member::new("server", Item::Library(&server::SERVER)),
        Member::new("agent", Item::Library(&agent::AGENT)),
        Member::new("hardware", Item::Library(&hardware::HARDWARE)),
    ];
}

library! {
    /// The objects in the root table of an agent. What is not here yet: `device`, `http`, `mqtt`, storage.
    pub(crate) static AGENT: "agent" = [
        Member::new("imp", Item::Library(&imp::AGENT_IMP)),
        Member::new("server", Item::Library(&server::AGENT_SERVER)),
    ];
}

/// An entry of a library that some modules lack.
const fn optional(name: &'static str, property: tamias_vm::native::Property) -> Member {
    Member::new(name, Item::Property(property))
}
