//! Images as object files.

use crate::emit::Placement;
use object::elf;
use object::write::{Object, Symbol, SymbolSection};
use object::{
    Architecture, BinaryFormat, Endianness, FileFlags, SectionKind, SymbolFlags, SymbolKind, SymbolScope,
};
use std::fmt;

/// Objects cannot be written for this target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownTarget(pub String);

impl fmt::Display for UnknownTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known: Vec<&str> = TARGETS.iter().map(|(prefix, ..)| *prefix).collect();
        write!(f, "unknown target `{}`: it should begin with one of {}", self.0, known.join(", "))
    }
}

impl std::error::Error for UnknownTarget {}

/// By the beginning of the target's name: the architecture, the size of `size_t`, and the flags of the file. Longer
/// names stand first.
const TARGETS: &[(&str, Architecture, usize, elf::FileFlags)] = &[
    ("thumb", Architecture::Arm, 4, elf::EF_ARM_EABI_VER5),
    ("armv", Architecture::Arm, 4, elf::EF_ARM_EABI_VER5),
    ("arm-", Architecture::Arm, 4, elf::EF_ARM_EABI_VER5),
    ("aarch64", Architecture::Aarch64, 8, elf::FileFlags(0)),
    ("riscv32", Architecture::Riscv32, 4, elf::EF_RISCV_RVC),
    ("riscv64", Architecture::Riscv64, 8, elf::EF_RISCV_RVC),
    ("xtensa", Architecture::Xtensa, 4, elf::FileFlags(0x300)),
    ("i686", Architecture::I386, 4, elf::FileFlags(0)),
    ("x86_64", Architecture::X86_64, 8, elf::FileFlags(0)),
];

pub(crate) fn object(image: &[u8], placement: &Placement, target: &str) -> Result<Vec<u8>, UnknownTarget> {
    let unknown = || UnknownTarget(target.to_owned());
    let found = TARGETS.iter().find(|(prefix, ..)| target.starts_with(prefix));
    let (_, architecture, word, flags) = *found.ok_or_else(unknown)?;
    // Of these systems the object files are not ELF.
    if ["darwin", "apple", "windows", "uefi", "wasm"].iter().any(|part| target.contains(part)) {
        return Err(unknown());
    }
    let mut object = Object::new(BinaryFormat::Elf, architecture, Endianness::Little);
    object.flags = FileFlags::Elf { os_abi: elf::ELFOSABI_NONE, abi_version: 0, e_flags: flags };
    let symbol = placement.symbol();
    let default = format!(".rodata.{symbol}");
    let section = placement.section_name().unwrap_or(&default);
    add(&mut object, section, symbol, image, placement.alignment().into());
    let size = &(image.len() as u64).to_le_bytes()[..word];
    add(&mut object, &format!(".rodata.{symbol}_size"), &format!("{symbol}_size"), size, word as u64);
    // Without it linkers make the stack executable where there is an operating system.
    object.add_section(Vec::new(), b".note.GNU-stack".to_vec(), SectionKind::Other);
    Ok(object.write().expect("two symbols and their bytes fit into any object"))
}

/// Adds constants under a symbol, in a section of their own.
fn add(object: &mut Object<'_>, section: &str, symbol: &str, bytes: &[u8], align: u64) {
    let section = object.add_section(Vec::new(), section.as_bytes().to_vec(), SectionKind::ReadOnlyData);
    let offset = object.append_section_data(section, bytes, align);
    object.add_symbol(Symbol {
        name: symbol.as_bytes().to_vec(),
        value: offset,
        size: bytes.len() as u64,
        kind: SymbolKind::Data,
        scope: SymbolScope::Dynamic,
        weak: false,
        section: SymbolSection::Section(section),
        flags: SymbolFlags::None,
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_known_by_their_names() {
        let placement = Placement::for_file("device.nut");
        for target in ["thumbv6m-none-eabi", "riscv32imac-unknown-none-elf", "x86_64-unknown-linux-gnu"] {
            let object = object(b"Tami", &placement, target).expect("it is known");
            assert!(object.starts_with(b"\x7fELF"), "{target}");
        }
        for target in ["", "z80", "x86_64-pc-windows-msvc", "aarch64-apple-darwin"] {
            assert_eq!(object(b"Tami", &placement, target), Err(UnknownTarget(target.to_owned())));
        }
    }
}
