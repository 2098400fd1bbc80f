//! Pins and buses as slots of `hardware`.
//!
//! The names of all modules are entries of one library. Whether the module at
//! hand has the part is looked up in its profile when the slot is read. The
//! object is made then, and it is the same at every later reading.

use super::{i2c, pin, spi, uart};
use crate::board::{I2cBus, ModuleProfile, PinId, SpiBus, UartPort};
use crate::runtime::state::{RuntimeState, kept_value, state};
use tamias_vm::native::{Item, Member};
use tamias_vm::{Cx, Instance, Local, Raise};

/// A pin or bus of a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Pin(PinId),
    I2c(I2cBus),
    Spi(SpiBus),
    Uart(UartPort),
}

impl Part {
    /// The part that scripts call `name`, if the module has it and the board lets scripts use it.
    fn find(state: &mut RuntimeState, name: &str) -> Option<Part> {
        let profile = state.profile();
        let board = &mut state.board;
        if name.starts_with("pin") {
            profile.pin(name).filter(|_| board.pins().is_some()).map(Part::Pin)
        } else if name.starts_with("i2c") {
            profile.i2c_bus(name).filter(|_| board.i2c().is_some()).map(Part::I2c)
        } else if name.starts_with("spi") {
            profile.spi_bus(name).filter(|_| board.spi().is_some()).map(Part::Spi)
        } else {
            profile.uart_port(name).filter(|_| board.uart().is_some()).map(Part::Uart)
        }
    }

    /// Its place among all parts of the module.
    fn index(self, profile: &ModuleProfile) -> usize {
        let first_i2c = profile.pins.len();
        let first_spi = first_i2c + profile.i2c.len();
        let first_uart = first_spi + profile.spi.len();
        match self {
            Part::Pin(PinId(number)) => usize::from(number),
            Part::I2c(I2cBus(number)) => first_i2c + usize::from(number),
            Part::Spi(SpiBus(number)) => first_spi + usize::from(number),
            Part::Uart(UartPort(number)) => first_uart + usize::from(number),
        }
    }

    fn new_object<'v>(self, cx: &mut Cx<'v>) -> Result<Instance<'v>, Raise> {
        match self {
            Part::Pin(pin) => pin::new_object(cx, pin),
            Part::I2c(bus) => i2c::new_object(cx, bus),
            Part::Spi(bus) => spi::new_object(cx, bus),
            Part::Uart(port) => uart::new_object(cx, port),
        }
    }
}

/// How many parts a module has.
pub(crate) fn part_count(profile: &ModuleProfile) -> usize {
    profile.pins.len() + profile.i2c.len() + profile.spi.len() + profile.uart.len()
}

/// An entry of `hardware` for a pin or bus of some module.
pub(super) const fn part(name: &'static str) -> Member {
    Member::new(name, Item::Property(read_part))
}

fn read_part<'v>(cx: &mut Cx<'v>, name: &'static str) -> Result<Option<Local<'v>>, Raise> {
    let Some(part) = Part::find(state(cx), name) else { return Ok(None) };
    let index = part.index(state(cx).profile());
    if let Some(object) = kept_value(cx, |state| &mut state.part_objects[index]) {
        return Ok(Some(object));
    }
    let object = part.new_object(cx)?;
    state(cx).part_objects[index] = Some(cx.handle(object)?);
    Ok(Some(object.into()))
}

#[cfg(test)]
mod tests {
    extern crate std;

    use super::*;
    use crate::api::hardware::HARDWARE;
    use crate::board::modules;
    use std::vec::Vec;

    #[test]
    fn every_part_of_every_module_is_listed_once() {
        let mut listed: Vec<&str> = HARDWARE.members.iter().map(|member| member.name()).collect();
        for module in modules::ALL {
            let pins = module.pins.iter().map(|pin| pin.name);
            let buses = module.i2c.iter().map(|bus| bus.name).chain(module.spi.iter().map(|bus| bus.name));
            for name in pins.chain(buses).chain(module.uart.iter().map(|port| port.name)) {
                assert!(listed.contains(&name), "{} {name}", module.name);
            }
        }
        let count = listed.len();
        listed.sort_unstable();
        listed.dedup();
        assert_eq!(listed.len(), count);
    }

    #[test]
    fn parts_have_places_of_their_own() {
        for module in modules::ALL {
            let last_port = UartPort(module.uart.len() as u8 - 1);
            assert_eq!(Part::Uart(last_port).index(module), part_count(module) - 1);
            assert_eq!(Part::I2c(I2cBus(0)).index(module), module.pins.len());
        }
    }
}
