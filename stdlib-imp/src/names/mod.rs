//! Names: what is in the root table of a program, for tools that check
//! programs without running them.
//!
//! They come from the tables that the runtime itself uses, so that what runs
//! and what a tool knows are the same: the libraries, and for pins, buses and
//! optional methods the profiles of the modules. To these, [`documented`] adds
//! what the imp API has and the runtime has not yet; programs that use it are
//! right, and tools should not complain.
//!
//! ```
//! use tamias_stdlib_imp::board::modules;
//! use tamias_stdlib_imp::names::{Place, Side, names};
//! use tamias_vm::Edition;
//!
//! let known = names(Edition::Imp, modules::find("imp001"), Some(Side::Device));
//! let place = |path: &str| known.iter().find(|name| name.path == path).map(|name| &name.place);
//! assert_eq!(place("hardware.pin1"), Some(&Place::Here));
//! assert!(matches!(place("hardware.pinA"), Some(Place::Elsewhere(_))));
//! ```

mod documented;

use crate::api::DEVICE;
use crate::board::modules;
use crate::board::profile::{ModuleFeature, ModuleProfile};
use crate::standard;
use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use documented::{CALLBACK_ARGUMENTS, DOCUMENTED, Documented};
use tamias_vm::builtins::{BASE, OBJECT_METHODS};
use tamias_vm::native::{Item, Library, Member};
use tamias_vm::{Edition, TypeMask};

/// Where a program runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// On the module.
    Device,
    /// In the cloud.
    Agent,
}

/// A slot that is reached from the root table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// Its path, for example `imp.wakeup`.
    pub path: String,
    /// The positions of the arguments that are functions to be called later.
    pub callbacks: Vec<usize>,
    /// Whether it exists.
    pub place: Place,
}

/// Where a name exists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// On the module and side in question.
    Here,
    /// Somewhere else, in words: `exists in agents only`.
    Elsewhere(String),
}

/// All names of an edition. Without a module or a side they are those of all modules or both sides.
#[must_use]
pub fn names(edition: Edition, module: Option<&ModuleProfile>, side: Option<Side>) -> Vec<Name> {
    let mut collector = Collector { edition, module, names: Vec::new() };
    collector.library("", &BASE, &Place::Here);
    for library in standard::libraries(edition) {
        collector.library("", library, &Place::Here);
    }
    if edition != Edition::Squirrel3 {
        let is_device = side != Some(Side::Agent);
        let place =
            if is_device { Place::Here } else { Place::Elsewhere("exists in devices only".to_owned()) };
        collector.library("", &DEVICE, &place);
        for documented in DOCUMENTED {
            collector.names.push(documented.name(module, side));
        }
    }
    collector.names
}

/// The names of the methods that tables, classes and instances have without being given any.
pub fn default_methods(edition: Edition) -> impl Iterator<Item = &'static str> {
    let members = OBJECT_METHODS.iter().flat_map(|library| library.members);
    members.filter(move |member| member.editions.contains(edition)).map(|member| member.name())
}

/// With how many arguments a function calls its callback: its path, the position of the callback, the number.
#[must_use]
pub fn callback_arguments() -> &'static [(&'static str, usize, usize)] {
    CALLBACK_ARGUMENTS
}

struct Collector<'m> {
    edition: Edition,
    module: Option<&'m ModuleProfile>,
    names: Vec<Name>,
}

impl Collector<'_> {
    fn library(&mut self, prefix: &str, library: &Library, place: &Place) {
        let edition = self.edition;
        for member in library.members.iter().filter(|member| member.editions.contains(edition)) {
            let path = format!("{prefix}{}", member.name());
            if let Some(Item::Library(library)) = member.as_item() {
                self.library(&format!("{path}."), library, place);
            }
            let place = match place {
                Place::Here => self.place(&path),
                Place::Elsewhere(_) => place.clone(),
            };
            self.names.push(Name { path, callbacks: callbacks(member), place });
        }
    }

    /// Whether a part or an optional method exists on the module.
    fn place(&self, path: &str) -> Place {
        let Some(module) = self.module else { return Place::Here };
        if has(module, path) {
            return Place::Here;
        }
        let others = modules::ALL.into_iter().filter(|module| has(module, path));
        Place::Elsewhere(exists_on(module, others.map(|module| module.name)))
    }
}

/// What to say of something that a module lacks.
fn exists_on<'n>(module: &ModuleProfile, others: impl Iterator<Item = &'n str>) -> String {
    let others: Vec<&str> = others.collect();
    let have = if others.len() == 1 { "has" } else { "have" };
    format!("does not exist on {}; {} {have} it", module.name, others.join(", "))
}

/// Whether a module has what stands in the libraries of all modules.
fn has(module: &ModuleProfile, path: &str) -> bool {
    let feature = match path {
        "hardware.voltage" => ModuleFeature::SupplyVoltage,
        "hardware.vbat" => ModuleFeature::BatteryVoltage,
        "hardware.lightlevel" => ModuleFeature::LightSensor,
        "imp.deepsleepfor" | "imp.deepsleepuntil" | "server.sleepfor" | "server.sleepuntil" => {
            ModuleFeature::DeepSleep
        }
        _ => return path.strip_prefix("hardware.").is_none_or(|name| has_part(module, name)),
    };
    module.has(feature)
}

fn has_part(module: &ModuleProfile, name: &str) -> bool {
    match name.as_bytes() {
        [b'p', b'i', b'n', ..] => module.pin(name).is_some(),
        [b'i', b'2', b'c', ..] => module.i2c_bus(name).is_some(),
        [b's', b'p', b'i', rest @ ..] if !rest.starts_with(b"flash") => module.spi_bus(name).is_some(),
        [b'u', b'a', b'r', b't', ..] => module.uart_port(name).is_some(),
        _ => true,
    }
}

/// Arguments that have to be functions are called later; the first type is that of `this`.
fn callbacks(member: &Member) -> Vec<usize> {
    let Some(function) = member.as_function() else { return Vec::new() };
    let is_callback =
        |types: TypeMask| types == TypeMask::FUNCTION || types == TypeMask::FUNCTION.or(TypeMask::NULL);
    let arguments = function.types.iter().skip(1).enumerate();
    arguments.filter(|(_, types)| is_callback(**types)).map(|(position, _)| position).collect()
}

impl Documented {
    fn name(&self, module: Option<&ModuleProfile>, side: Option<Side>) -> Name {
        let place = match (self.side, side) {
            (Some(Side::Agent), Some(Side::Device)) => Place::Elsewhere("exists in agents only".to_owned()),
            (Some(Side::Device), Some(Side::Agent)) => Place::Elsewhere("exists in devices only".to_owned()),
            _ => match module.filter(|module| self.side != Some(Side::Agent) && !self.is_on(module)) {
                Some(module) => {
                    let others = modules::ALL.into_iter().filter(|other| self.is_on(other));
                    Place::Elsewhere(exists_on(module, others.map(|other| other.name)))
                }
                None => Place::Here,
            },
        };
        Name { path: self.path.to_owned(), callbacks: self.callbacks.to_vec(), place }
    }

    fn is_on(&self, module: &ModuleProfile) -> bool {
        self.modules.is_empty() || self.modules.contains(&module.name)
    }
}

#[cfg(test)]
mod tests {
    extern crate std;

    use super::*;
    use std::collections::BTreeMap;

    fn places(module: &str, side: Side) -> BTreeMap<String, Vec<Place>> {
        let mut places: BTreeMap<String, Vec<Place>> = BTreeMap::new();
        for name in names(Edition::Imp, modules::find(module), Some(side)) {
            places.entry(name.path).or_default().push(name.place);
        }
        places
    }

    fn exists(module: &str, side: Side, path: &str) -> bool {
        places(module, side).get(path).is_some_and(|places| places.contains(&Place::Here))
    }

    #[test]
    fn sides_have_objects_of_their_own() {
        for (path, on_device, in_agent) in [
            ("imp.wakeup", true, true),
            ("imp.onidle", true, false),
            ("agent.send", true, false),
            ("device.send", false, true),
            ("http.jsonencode", false, true),
            ("server.save", false, true),
            ("format", true, true),
            ("compilestring", false, false),
        ] {
            assert_eq!(exists("imp006", Side::Device, path), on_device, "{path}");
            assert_eq!(exists("imp006", Side::Agent, path), in_agent, "{path}");
        }
    }

    #[test]
    fn modules_have_parts_of_their_own() {
        for (module, path, expected) in [
            ("imp001", "hardware.pin1", true),
            ("imp001", "hardware.pinA", false),
            ("imp006", "hardware.pinA", true),
            ("imp001", "hardware.spiflash", false),
            ("imp003", "hardware.spiflash", true),
            ("imp005", "imp.deepsleepfor", false),
            ("imp003", "hardware.vbat", true),
        ] {
            assert_eq!(exists(module, Side::Device, path), expected, "{module} {path}");
        }
    }

    #[test]
    fn callbacks_are_known_by_their_types() {
        let known = names(Edition::Imp, None, None);
        let callbacks = |path: &str| {
            let mut positions: Vec<usize> = known
                .iter()
                .filter(|name| name.path == path)
                .flat_map(|name| name.callbacks.clone())
                .collect();
            positions.dedup();
            positions
        };
        assert_eq!(callbacks("imp.wakeup"), [1]);
        assert_eq!(callbacks("agent.on"), [1]);
        assert_eq!(callbacks("device.on"), [1]);
        assert_eq!(callbacks("imp.sleep"), []);
    }
}
