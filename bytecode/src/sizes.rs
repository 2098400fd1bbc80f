//! What the bytes of an image are for.

use crate::function::FunctionView;
use crate::image::Image;

/// How many bytes of an image are for what. The sum is the size of the image.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sizes {
    /// The header.
    pub header: u32,
    /// Names and literals.
    pub strings: u32,
    /// The index by which strings are found, and the table of the functions.
    pub indexes: u32,
    /// The functions with their code, numbers and tables.
    pub functions: u32,
    /// Constants and enumerations that programs can ask for at run time.
    pub constants: u32,
    /// Names of source texts, line numbers and names of local variables.
    pub debug: u32,
}

impl<'a> Image<'a> {
    /// What the bytes of the image are for.
    ///
    /// ```
    /// # use tamias_bytecode::Image;
    /// # use tamias_bytecode::draft::{FunctionDraft, ImageDraft};
    /// # use tamias_bytecode::op::{Instruction, Op};
    /// # use tamias_bytecode::write::{Debug, write};
    /// # let mut draft = ImageDraft::default();
    /// # let code = vec![Instruction::abc(Op::ReturnNull, 0, 0, 0)];
    /// # draft.functions.push(FunctionDraft { n_params: 1, n_registers: 1, code, ..Default::default() });
    /// # let bytes = write(&draft, Debug::Strip)?;
    /// let image = Image::from_bytes(&bytes)?;
    /// let sizes = image.sizes();
    /// let sum = sizes.header + sizes.strings + sizes.indexes + sizes.functions + sizes.constants + sizes.debug;
    /// assert_eq!(sum, image.size());
    /// assert_eq!(image.function_sizes().map(|(_, size)| size).sum::<u32>(), sizes.functions);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn sizes(&self) -> Sizes {
        let (strings_end, records, records_end, sources) = self.boundaries();
        Sizes {
            header: self.strings_offset(),
            strings: strings_end - self.strings_offset(),
            indexes: records - strings_end,
            functions: records_end - records,
            constants: sources - records_end,
            debug: self.size() - sources,
        }
    }

    /// The functions in the order of the image, with the bytes that each takes without its debug tables.
    pub fn function_sizes(&self) -> impl Iterator<Item = (FunctionView<'a>, u32)> + use<'a> {
        let (_, _, end, _) = self.boundaries();
        let ends = self.functions().skip(1).map(|next| next.offset()).chain([end]);
        self.functions().zip(ends).map(|(function, end)| (function, end - function.offset()))
    }

    /// Where the strings, the indexes, the functions and the constants end.
    fn boundaries(&self) -> (u32, u32, u32, u32) {
        let header = self.header();
        let records_end = header.constants(self.bytes()).map_or(header.sources, |(start, _)| start);
        (header.strings_end, header.records(), records_end, header.sources)
    }
}
