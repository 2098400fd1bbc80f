//! Writing the list of constants.

use super::{StringOffsets, Writer};
use crate::draft::{ConstantDraft, ImageDraft, StringId};
use crate::layout::constant;

type Entry = (StringId, ConstantDraft);

impl Writer {
    /// Entries, then their number; nothing if there are none.
    pub(super) fn put_constants(&mut self, draft: &ImageDraft, strings: &StringOffsets) {
        if draft.constants.is_empty() {
            return;
        }
        let start = self.position();
        draft.constants.iter().for_each(|entry| self.put_constant(entry, strings));
        self.put_u32((self.position() - start) / constant::SIZE);
    }

    fn put_constant(&mut self, entry: &Entry, strings: &StringOffsets) {
        let (name, ConstantDraft::Enum(members)) = entry else { return self.put_scalar(entry, strings) };
        let scalars = members.iter().filter(|(_, value)| !matches!(value, ConstantDraft::Enum(_)));
        self.put_entry(*name, constant::ENUM, scalars.clone().count() as u32, strings);
        scalars.for_each(|member| self.put_scalar(member, strings));
    }

    fn put_scalar(&mut self, (name, value): &Entry, strings: &StringOffsets) {
        let (kind, value) = match value {
            ConstantDraft::Int(value) => (constant::INT, *value as u32),
            ConstantDraft::Float(value) => (constant::FLOAT, value.to_bits()),
            ConstantDraft::Bool(value) => (constant::BOOL, u32::from(*value)),
            ConstantDraft::Str(id) => (constant::STR, strings.of_id(*id)),
            ConstantDraft::Enum(_) => return,
        };
        self.put_entry(*name, kind, value, strings);
    }

    fn put_entry(&mut self, name: StringId, kind: u32, value: u32, strings: &StringOffsets) {
        self.put_u32(strings.of_id(name));
        self.put_u32(kind);
        self.put_u32(value);
    }
}

/// Names and strings of the constants and of the members of enums.
pub(super) fn constant_strings(draft: &ImageDraft) -> impl Iterator<Item = StringId> {
    let members = draft.constants.iter().flat_map(|(_, value)| match value {
        ConstantDraft::Enum(members) => members.as_slice(),
        _ => &[],
    });
    draft.constants.iter().chain(members).flat_map(|(name, value)| {
        let contents = if let ConstantDraft::Str(id) = value { Some(*id) } else { None };
        [*name].into_iter().chain(contents)
    })
}
