//! Loaded images.
//!
//! Code runs in place from the image. Beside it the loader keeps one
//! [`Function`] for each function and, on hosts, its constants as values: see
//! [`super::literals`].

use super::literals::Constant;
use super::vm::Vm;
use crate::heap::local::Raise;
#[cfg(not(in_place))]
use crate::heap::object::StringObject;
#[cfg(not(in_place))]
use crate::value::Value;
use core::fmt;
#[cfg(not(in_place))]
use tamias_bytecode::layout::Width;
use tamias_bytecode::layout::string::POINTER_BIAS;
use tamias_bytecode::parts::{OuterSource, SourcePlace};
use tamias_bytecode::{Edition, FunctionView, Image, ImageError};

/// What a loader may rely on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Trust {
    /// The bytes may be anything.
    Nothing,
    /// They have been verified before, but may have been damaged since.
    Contents,
}

/// A function of a loaded image.
pub(crate) struct Function {
    /// Its first instruction.
    pub code: *const u32,
    /// See [`super::literals`].
    pub constants: *const Constant,
    /// Its integer constants, followed by its float constants, in the image.
    #[cfg(in_place)]
    pub ints: *const u32,
    /// Number of integer constants.
    #[cfg(in_place)]
    pub int_count: u16,
    /// The image that it belongs to.
    pub program: *const LoadedProgram,
    /// Its number in the image.
    pub index: u32,
    /// Position of the first integer among the constants: strings come first, then integers, then floats.
    #[cfg(not(in_place))]
    pub first_int: u16,
    /// Position of the first float among the constants.
    #[cfg(not(in_place))]
    pub first_float: u32,
    /// Number of outers.
    pub outer_count: u16,
    /// Number of parameters, with `this` and `vargv`.
    pub parameters: u8,
    /// Number of registers.
    pub registers: u8,
    /// Number of parameters with default values.
    pub defaults: u8,
    is_variadic: bool,
    is_generator: bool,
}

/// Bytes that a 32-bit microcontroller needs for each function of a program, besides the image.
pub const FUNCTION_BYTES_32: usize = 32;

/// Bytes that a 32-bit microcontroller needs for a program besides its image and its functions, with the headers of
/// the two blocks.
pub const PROGRAM_BYTES_32: usize = 56;

#[cfg(all(in_place, target_pointer_width = "32"))]
const _: () = {
    use crate::heap::object::{GRANULE, Header};
    assert!(size_of::<Function>() == FUNCTION_BYTES_32);
    let program = (size_of::<LoadedProgram>() + size_of::<Header>()).next_multiple_of(GRANULE);
    assert!(program + size_of::<Header>() == PROGRAM_BYTES_32);
};

/// Where an error is handled.
pub(super) struct Handler {
    /// First instruction of the handler.
    pub pc: u32,
    /// Register that gets the error.
    pub register: u8,
}

/// An image in the memory of a VM.
pub(crate) struct LoadedProgram {
    pub next: *mut LoadedProgram,
    pub image: Image<'static>,
    pub functions: *mut Function,
    /// The constants of all functions. Counted.
    #[cfg(not(in_place))]
    pub constants: *mut Value,
    #[cfg(not(in_place))]
    pub constant_count: usize,
}

impl Function {
    /// See [`crate::heap::object::Closure::direct_arguments`].
    pub(crate) fn direct_arguments(&self) -> u32 {
        if self.is_variadic || self.is_generator { u32::MAX } else { self.parameters as u32 }
    }

    pub(super) fn is_variadic(&self) -> bool {
        self.is_variadic
    }

    pub(super) fn is_generator(&self) -> bool {
        self.is_generator
    }

    fn image(&self) -> &Image<'static> {
        // SAFETY: programs live as long as the VM.
        unsafe { &(*self.program).image }
    }

    pub(crate) fn view(&self) -> FunctionView<'static> {
        self.image().function(self.index).expect("the loader took the index from the image")
    }

    /// The function with this number in the same image.
    pub(super) unsafe fn sibling(&self, index: u32) -> *const Function {
        (*self.program).functions.add(index as usize)
    }

    pub(super) fn outer_source(&self, position: usize) -> OuterSource {
        self.view().outer(position as u16).expect("the verifier has checked the outers")
    }

    /// The number of the instruction before `pc`: the one that is being executed.
    fn executing(&self, pc: *const u32) -> u32 {
        // SAFETY: `pc` is in or right after the function's code.
        unsafe { pc.offset_from(self.code) as u32 }.wrapping_sub(1)
    }

    /// The innermost handler for an error in the instruction before `pc`.
    pub(super) fn handler(&self, pc: *const u32) -> Option<Handler> {
        let entry = self.view().try_at(self.executing(pc))?;
        Some(Handler { pc: entry.handler, register: entry.register })
    }

    /// How many registers are alive at the instruction before `pc`.
    pub(super) fn live_top(&self, pc: *const u32) -> usize {
        self.view().live_top(self.executing(pc)) as usize
    }

    /// Line of the program of the instruction before `pc`, if the image has debug tables.
    pub(crate) fn line(&self, pc: *const u32) -> Option<u32> {
        self.view().position(self.executing(pc)).map(|position| position.line)
    }

    /// Where the instruction before `pc` comes from, with the line in that source text.
    pub(crate) fn source(&self, pc: *const u32) -> Option<SourcePlace<'static>> {
        self.image().source_place(self.line(pc).unwrap_or(1))
    }

    /// Its name, if it has one.
    pub(crate) fn name(&self) -> Option<&'static [u8]> {
        self.view().name()
    }
}

/// Why an image could not be loaded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LoadError {
    /// It is damaged, of another version or no image at all.
    Image(ImageError),
    /// Its edition is not the one that the VM was made for.
    Edition(Edition),
    /// It does not fit into the heap.
    OutOfMemory,
    /// The bytes do not start at a multiple of four.
    Misaligned,
    /// There is an image already, and this build runs one without copying its constants.
    SecondImage,
    /// It has more names and literals than this build can refer to without copying its constants.
    WideImage,
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LoadError::Image(error) => error.fmt(f),
            LoadError::Edition(edition) => {
                write!(f, "the image is for edition {}, the VM runs another one", edition.name())
            }
            LoadError::OutOfMemory => f.write_str("the image does not fit into the heap"),
            LoadError::SecondImage => f.write_str("a program is loaded already"),
            LoadError::WideImage => f.write_str("the image has more than 256 KB of names and literals"),
            LoadError::Misaligned => f.write_str("the image must start at a multiple of four bytes"),
        }
    }
}

impl core::error::Error for LoadError {}

impl From<Raise> for LoadError {
    fn from(_: Raise) -> LoadError {
        LoadError::OutOfMemory
    }
}

impl From<crate::heap::OutOfMemory> for LoadError {
    fn from(_: crate::heap::OutOfMemory) -> LoadError {
        LoadError::OutOfMemory
    }
}

impl Vm {
    /// Copies an image into the memory of the VM and loads it.
    pub(super) unsafe fn load_copy(&mut self, bytes: &[u8]) -> Result<*const Function, LoadError> {
        // Block sizes are rounded up, and a chunk has a header.
        self.heap.raise_limit(bytes.len() + 256);
        let words = self.heap.allocate_storage::<u32>(bytes.len().div_ceil(4))?;
        let copy = core::slice::from_raw_parts_mut(words.cast::<u8>(), bytes.len());
        copy.copy_from_slice(bytes);
        let copy = core::slice::from_raw_parts(words.cast::<u8>(), bytes.len());
        let loaded = self.load_in_place(copy, Trust::Nothing);
        if matches!(loaded, Err(error) if error != LoadError::OutOfMemory) {
            // Only then is nothing of it in use.
            self.heap.free_storage(words);
        }
        loaded
    }

    /// Loads an image that stays where it is.
    ///
    /// # Safety
    /// 1. The bytes do not change as long as the VM exists.
    /// 2. If their contents are trusted, they have been verified before.
    pub(super) unsafe fn load_in_place(
        &mut self,
        bytes: &'static [u8],
        trust: Trust,
    ) -> Result<*const Function, LoadError> {
        if !(bytes.as_ptr() as usize).is_multiple_of(4) {
            return Err(LoadError::Misaligned);
        }
        let image = match trust {
            Trust::Nothing => Image::from_bytes(bytes),
            Trust::Contents => Image::from_bytes_trusted(bytes),
        };
        let image = image.map_err(LoadError::Image)?;
        if image.edition() != self.edition {
            return Err(LoadError::Edition(image.edition()));
        }
        #[cfg(in_place)]
        if !self.heap.programs.is_null() {
            return Err(LoadError::SecondImage);
        } else if image.width() == tamias_bytecode::layout::Width::Wide {
            return Err(LoadError::WideImage);
        }
        let used = self.heap.used();
        let functions = self.load_functions(bytes.as_ptr(), image)?;
        self.heap.program_bytes += self.heap.used() - used;
        Ok(functions)
    }

    unsafe fn load_functions(
        &mut self,
        bytes: *const u8,
        image: Image<'static>,
    ) -> Result<*const Function, LoadError> {
        let count = image.function_count() as usize;
        self.heap.raise_limit(count * size_of::<Function>() + 256);
        let functions = self.heap.allocate_storage::<Function>(count)?;
        let program = self.heap.allocate_storage::<LoadedProgram>(1)?;
        program.write(LoadedProgram {
            next: self.heap.programs,
            image,
            functions,
            #[cfg(not(in_place))]
            constants: core::ptr::null_mut(),
            #[cfg(not(in_place))]
            constant_count: 0,
        });
        for (index, view) in image.functions().enumerate() {
            functions.add(index).write(Function {
                code: bytes.add(view.code_offset() as usize).cast(),
                constants: bytes.add(view.strings_offset() as usize).cast(),
                #[cfg(in_place)]
                ints: bytes.add(view.ints_offset() as usize).cast(),
                #[cfg(in_place)]
                int_count: view.n_ints(),
                program,
                index: index as u32,
                #[cfg(not(in_place))]
                first_int: view.n_strings(),
                #[cfg(not(in_place))]
                first_float: view.n_strings() as u32 + view.n_ints() as u32,
                outer_count: view.n_outers(),
                parameters: view.n_params(),
                registers: view.n_registers(),
                defaults: view.n_defaults(),
                is_variadic: view.is_varargs(),
                is_generator: view.is_generator(),
            });
        }
        // From here on the constants are roots.
        self.heap.programs = program;
        self.load_literals(bytes, program)?;
        Ok(functions)
    }
}

/// Constants in the image.
#[cfg(in_place)]
impl Vm {
    unsafe fn load_literals(
        &mut self,
        bytes: *const u8,
        program: *mut LoadedProgram,
    ) -> Result<(), LoadError> {
        let image = &(*program).image;
        // Literals have no reference count: pointers are to where it would be.
        self.heap.literals = bytes.add((image.strings_offset() - POINTER_BIAS) as usize);
        self.heap.adopt_literals();
        Ok(())
    }
}

/// Constants as values.
#[cfg(not(in_place))]
impl Vm {
    unsafe fn load_literals(
        &mut self,
        bytes: *const u8,
        program: *mut LoadedProgram,
    ) -> Result<(), LoadError> {
        let image = (*program).image;
        let count_of = |view: &FunctionView<'_>| {
            1 + view.n_strings() as usize + view.n_ints() as usize + view.n_floats() as usize
        };
        let name_count = names_end(&image);
        let count: usize = name_count + image.functions().map(|view| count_of(&view)).sum::<usize>();
        self.heap.raise_limit(count * size_of::<Value>() + 256);
        let constants = self.heap.allocate_storage::<Value>(count)?;
        for position in 0..count {
            *constants.add(position) = Value::NULL;
        }
        (*program).constants = constants;
        (*program).constant_count = count;
        if name_count > 0 {
            for offset in image.strings() {
                let reference = (offset - image.strings_offset()) / 4;
                *constants.add(reference as usize) = self.load_string(bytes, offset)?;
            }
        }
        let mut next = constants.add(name_count);
        for (index, view) in image.functions().enumerate() {
            // In a wide image the operands are numbers of constants.
            let distance = if name_count > 0 { next.add(1).offset_from(constants) } else { 0 };
            *next = Value::int(distance as i32);
            next = next.add(1);
            (*(*program).functions.add(index)).constants = next;
            next = self.load_constants(bytes, &view, next)?;
        }
        Ok(())
    }

    /// The string at an offset of the image, or the one that has been there before with the same bytes. Counted.
    unsafe fn load_string(&mut self, image: *const u8, offset: u32) -> Result<Value, LoadError> {
        // Literals have no reference count: the pointer is to where it would be.
        let literal = image.wrapping_add((offset - POINTER_BIAS) as usize).cast::<StringObject>().cast_mut();
        let string = self.heap.intern_literal(literal)?;
        crate::heap::Heap::retain_object(string);
        Ok(Value::from_string(string))
    }

    unsafe fn load_constants(
        &mut self,
        image: *const u8,
        view: &FunctionView<'_>,
        mut slot: *mut Value,
    ) -> Result<*mut Value, LoadError> {
        for index in 0..view.n_strings() {
            *slot = self.load_string(image, view.string_constant_offset(index).unwrap_or_default())?;
            slot = slot.add(1);
        }
        for index in 0..view.n_ints() {
            *slot = Value::int(view.int_constant(index).unwrap_or_default());
            slot = slot.add(1);
        }
        for index in 0..view.n_floats() {
            *slot = Value::float(view.float_constant(index).unwrap_or_default());
            slot = slot.add(1);
        }
        Ok(slot)
    }
}

/// One more than the largest reference to a string; 0 if the operands of instructions are no references.
#[cfg(not(in_place))]
fn names_end(image: &Image<'_>) -> usize {
    match image.width() {
        Width::Wide => 0,
        Width::Compact => {
            image.strings().last().map_or(0, |last| (last - image.strings_offset()) as usize / 4 + 1)
        }
    }
}
