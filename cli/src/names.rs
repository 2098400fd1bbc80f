//! What exists where a program is to run, as the lints want to know it.

use crate::args::{CheckOptions, SideArg};
use crate::compile::unknown_module;
use crate::exit::Exit;
use crate::report;
use std::path::Path;
use tamias_compiler::lint::KnownNames;
use tamias_stdlib_imp::board::modules;
use tamias_stdlib_imp::board::profile::ModuleProfile;
use tamias_stdlib_imp::names::{self, Place, Side};
use tamias_vm::Edition;

/// Where programs are to run.
pub struct Target {
    edition: Edition,
    module: Option<&'static ModuleProfile>,
    side: Option<Side>,
}

impl Target {
    /// What the arguments say. The failure has been reported when this returns.
    pub fn of(args: &CheckOptions) -> Result<Target, Exit> {
        let module = match &args.module {
            None => None,
            Some(name) => Some(modules::find(name).ok_or_else(|| {
                report::error(&unknown_module(name));
                Exit::Usage
            })?),
        };
        let side = args.side.map(|side| match side {
            SideArg::Device => Side::Device,
            SideArg::Agent => Side::Agent,
        });
        Ok(Target { edition: args.edition.into(), module, side })
    }
}

/// The names that a program in a file finds.
pub fn of(target: &Target, file: &str) -> KnownNames {
    let side = target.side.or_else(|| side_of(file));
    let mut known = KnownNames::default();
    let names = names::names(target.edition, target.module, side);
    for name in names.iter().filter(|name| name.place == Place::Here) {
        known.insert(&name.path, &name.callbacks);
    }
    for name in &names {
        if let Place::Elsewhere(place) = &name.place {
            known.insert_elsewhere(&name.path, place);
        }
    }
    for (path, position, n_passed) in names::callback_arguments() {
        known.set_callback_arguments(path, *position, *n_passed);
    }
    names::default_methods(target.edition).for_each(|name| known.insert_method(name));
    known
}

/// The side by the custom of naming files `agent.nut` or `pump.device.nut`.
fn side_of(file: &str) -> Option<Side> {
    let name = Path::new(file).file_name()?.to_str()?;
    let has_part = |word: &str| name.split('.').any(|part| part == word);
    match (has_part("device"), has_part("agent")) {
        (true, false) => Some(Side::Device),
        (false, true) => Some(Side::Agent),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_tell_the_side() {
        for (file, side) in [
            ("src/agent.nut", Some(Side::Agent)),
            ("pump.device.nut", Some(Side::Device)),
            ("device/pump.nut", None),
            ("agents.nut", None),
            ("device.agent.nut", None),
            ("-", None),
        ] {
            assert_eq!(side_of(file), side, "{file}");
        }
    }
}
