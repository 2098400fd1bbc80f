//! Verification of the constants.

use super::{Contents, broken, require};
use crate::error::{ImageError, Rule};
use crate::layout::constant;

/// Checks the entries after the function records.
pub(super) fn check_constants(contents: &Contents) -> Result<(), ImageError> {
    let Some((mut entry, end)) = contents.header.constants(contents.bytes) else { return Ok(()) };
    while entry < end {
        let members = check_entry(contents, entry)?.unwrap_or(0);
        let members_end = constant::end(entry + constant::SIZE, members);
        require(members_end <= end.into(), Rule::EnumMember, entry)?;
        entry += constant::SIZE;
        while u64::from(entry) < members_end {
            require(check_entry(contents, entry)?.is_none(), Rule::EnumMember, entry)?;
            entry += constant::SIZE;
        }
    }
    Ok(())
}

/// Checks an entry; returns how many members follow it if it is an enum.
fn check_entry(contents: &Contents, entry: u32) -> Result<Option<u32>, ImageError> {
    let field = |field: u32| contents.u32_at(entry + field).ok_or(broken(Rule::ConstantCount, entry));
    require(contents.is_string(field(constant::NAME)?), Rule::ConstantName, entry + constant::NAME)?;
    let value = field(constant::VALUE)?;
    let is_value = match field(constant::KIND)? {
        constant::INT | constant::FLOAT => true,
        constant::BOOL => value <= 1,
        constant::STR => contents.is_string(value),
        constant::ENUM => return Ok(Some(value)),
        _ => return Err(broken(Rule::ConstantKind, entry + constant::KIND)),
    };
    require(is_value, Rule::ConstantValue, entry + constant::VALUE)?;
    Ok(None)
}
