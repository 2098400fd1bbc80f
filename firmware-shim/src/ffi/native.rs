//! Functions of C that programs call.
//!
//! A table of [`Native`]s stays where it is, for example in flash. The program
//! sees each entry as a slot with a function, which is [`CALL`] bound to the
//! number of the entry.

use super::machine::{Host, Inner, Machine, Moment, inner, with_context};
use super::status::{Code, Status};
use super::value::Value;
use core::any::Any;
use core::ffi::{CStr, c_char, c_void};
use core::ptr;
use tamias_vm::native::NativeFunction;
use tamias_vm::{Cx, Flow, Local, Output, Raise, Returns, Table, TypeMask};

/// How many arguments a function of C can take, and how many C can call a function of the program with.
pub const MAX_ARGUMENTS: usize = 15;

/// A function of C that programs call.
///
/// `arguments` has as many values as `count` says, the types are those of the table. What is stored in `result`,
/// which is `null` at first, is returned to the program if the function returns TAMIAS_OK. Anything else is thrown
/// as an error that the program can catch: TAMIAS_ERROR_SCRIPT throws what tamias_throw() was given, other errors
/// throw their text. Two cannot be caught: TAMIAS_ERROR_MEMORY, and TAMIAS_ERROR_HALTED, which ends the program.
///
/// The function may use the machine that called it, but neither run nor free it; it must not leave with longjmp().
pub type Function = Option<
    unsafe extern "C" fn(
        vm: *mut Machine,
        arguments: *const Value,
        count: usize,
        result: *mut Value,
        user: *mut c_void,
    ) -> Code,
>;

/// An entry of a table of native functions. Tables are best `static const`: they are not copied.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Native {
    /// What programs call it.
    pub name: *const c_char,
    /// What to call.
    pub function: Function,
    /// The types of the parameters, a letter each: `.` any, `o` null, `b` bool, `i` integer, `f` float, `n` integer
    /// or float, `s` string, `t` table, `a` array, `c` function, `x` instance, `y` class, `g` generator, `v` thread,
    /// `w` weak reference. `|` stands between alternatives. Parameters after a `?` may be left out, and a `*` at the
    /// end allows any further arguments. So `"is|o?n"` is an integer, a string or null, and perhaps a number. Null
    /// allows everything.
    pub parameters: *const c_char,
    /// What the function gets as its last argument.
    pub user: *mut c_void,
}

/// A table that was registered.
#[derive(Clone, Copy)]
pub(super) struct Module {
    natives: *const Native,
    count: usize,
}

/// What all functions of C are for the VM.
static CALL: NativeFunction = NativeFunction {
    name: "native",
    call,
    required: 1,
    maximum: 255,
    types: &[TypeMask::ANY],
    observes: tamias_vm::native::Observes::Nothing,
    stringified_from: 255,
};

/// The numbers of a table and an entry, in the value that a function is bound to.
const ENTRY_BITS: u32 = 16;

/// Makes the functions of a table slots of the table that programs find under `name`; a null pointer stands for the
/// root table. If there is no table of this name, it is made. Each function takes about 80 bytes of the heap.
///
/// `natives` must stay as it is until tamias_free(), with the strings in it; `count` is the number of entries.
/// A machine takes up to 8 tables of up to 65535 entries. Register before tamias_run(): a program that has begun
/// may have looked for a name already.
///
/// Returns TAMIAS_OK, TAMIAS_ERROR_ARGUMENT (a null pointer, a parameter list with an unknown letter, or too many
/// tables), TAMIAS_ERROR_TYPE (`name` is not a table), TAMIAS_ERROR_MEMORY, or TAMIAS_ERROR_BUSY. If it fails, some
/// of the functions may be there. Between runs. Not in interrupts.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamias_register(
    vm: *mut Machine,
    name: *const c_char,
    natives: *const Native,
    count: usize,
) -> Status {
    // SAFETY: the preconditions of the header.
    let registered = unsafe {
        inner(vm, Moment::Idle).and_then(|inner| {
            let _entered = (*inner).arena.enter();
            register(inner, name, Module { natives, count })
        })
    };
    registered.err().unwrap_or(Status::Ok)
}

unsafe fn register(inner: *mut Inner, name: *const c_char, module: Module) -> Result<(), Status> {
    // SAFETY: the preconditions of `tamias_register`.
    unsafe {
        if module.natives.is_null() || module.count >= 1 << ENTRY_BITS {
            return Err(Status::ErrorArgument);
        }
        for index in 0..module.count {
            (*module.natives.add(index)).check()?;
        }
        let modules = &mut (*inner).modules;
        let free = modules.iter().position(Option::is_none);
        let number = free.ok_or(Status::ErrorArgument)?;
        modules[number] = Some(module);
        let name = if name.is_null() { None } else { Some(CStr::from_ptr(name)) };
        with_context(inner, |cx, _| fill(cx, name, number, module))
    }
}

/// Makes the slots of a table.
fn fill(cx: &mut Cx<'_>, name: Option<&CStr>, number: usize, module: Module) -> Result<(), Status> {
    let memory = |_: Raise| Status::ErrorMemory;
    let table = match name {
        Some(name) => table_named(cx, name)?,
        None => cx.root(),
    };
    for index in 0..module.count {
        // SAFETY: the table has that many entries.
        let name = unsafe { CStr::from_ptr((*module.natives.add(index)).name) };
        let environment = Local::from((number << ENTRY_BITS | index) as i32);
        let function = cx.bind((&CALL).into(), environment).map_err(memory)?.unwrap_or(Local::NULL);
        let key = cx.string(name.to_bytes()).map_err(memory)?;
        table.set(cx, key, function).map_err(memory)?;
    }
    Ok(())
}

/// The table in this slot of the root table.
fn table_named<'v>(cx: &mut Cx<'v>, name: &CStr) -> Result<Table<'v>, Status> {
    let memory = |_: Raise| Status::ErrorMemory;
    let root = cx.root();
    let key = cx.string(name.to_bytes()).map_err(memory)?;
    match root.get(cx, key) {
        Some(value) => value.as_table().ok_or(Status::ErrorType),
        None => {
            let table = cx.table(0).map_err(memory)?;
            root.set(cx, key, table).map_err(memory)?;
            Ok(table)
        }
    }
}

impl Native {
    /// Whether the entry can be used.
    ///
    /// # Safety
    /// 1. The strings in it are null or NUL-terminated.
    unsafe fn check(&self) -> Result<(), Status> {
        let is_complete = !self.name.is_null() && self.function.is_some();
        // SAFETY: the caller's word.
        let mut parameters = unsafe { Parameters::new(self.parameters) };
        while let Some(parameter) = parameters.next() {
            parameter?;
        }
        if is_complete { Ok(()) } else { Err(Status::ErrorArgument) }
    }

    /// Checks the arguments of the native that runs.
    ///
    /// # Safety
    /// 1. [`Native::check`] has accepted the entry.
    unsafe fn check_arguments(&self, cx: &mut Cx<'_>) -> Result<(), Raise> {
        let passed = cx.arg_count() - 1;
        if self.parameters.is_null() {
            return Ok(());
        }
        // SAFETY: the caller's word.
        let mut parameters = unsafe { Parameters::new(self.parameters) };
        let mut position = 0;
        while let Some(parameter) = parameters.next() {
            if position == passed {
                break;
            }
            position += 1;
            let expected = parameter.unwrap_or(TypeMask::ANY);
            let value = cx.raw_arg(position);
            if !expected.contains(value.tag().mask()) {
                return Err(cx.type_error(position, value, expected));
            }
        }
        let is_short = passed < parameters.required();
        if is_short || passed > position && !parameters.takes_more() {
            return Err(cx.error(format_args!("wrong number of parameters")));
        }
        Ok(())
    }
}

/// Reads the types of parameters.
struct Parameters<'a> {
    letters: &'a [u8],
    position: usize,
}

impl<'a> Parameters<'a> {
    /// # Safety
    /// 1. `text` is null or NUL-terminated, and stays so.
    unsafe fn new(text: *const c_char) -> Parameters<'a> {
        // SAFETY: the caller's word.
        let letters = if text.is_null() { b"*" } else { unsafe { CStr::from_ptr(text) }.to_bytes() };
        Parameters { letters, position: 0 }
    }

    /// The types of the next parameter; an error for a letter that is none.
    fn next(&mut self) -> Option<Result<TypeMask, Status>> {
        if self.letter() == Some(b'?') {
            self.position += 1;
        }
        match self.letter()? {
            b'*' if self.position + 1 == self.letters.len() => None,
            _ => Some(self.alternatives()),
        }
    }

    fn alternatives(&mut self) -> Result<TypeMask, Status> {
        let mut types = self.type_letter()?;
        while self.letter() == Some(b'|') {
            self.position += 1;
            types = types.or(self.type_letter()?);
        }
        Ok(types)
    }

    fn type_letter(&mut self) -> Result<TypeMask, Status> {
        let letter = self.letter().ok_or(Status::ErrorArgument)?;
        self.position += 1;
        types_of(letter).ok_or(Status::ErrorArgument)
    }

    fn letter(&self) -> Option<u8> {
        self.letters.get(self.position).copied()
    }

    /// How many arguments there must be.
    fn required(&self) -> usize {
        let end = self.letters.iter().position(|letter| matches!(letter, b'?' | b'*'));
        let fixed = &self.letters[..end.unwrap_or(self.letters.len())];
        let joined = fixed.iter().filter(|letter| **letter == b'|').count();
        fixed.len() - 2 * joined
    }

    fn takes_more(&self) -> bool {
        self.letters.last() == Some(&b'*')
    }
}

fn types_of(letter: u8) -> Option<TypeMask> {
    Some(match letter {
        b'.' => TypeMask::ANY,
        b'o' => TypeMask::NULL,
        b'b' => TypeMask::BOOL,
        b'i' => TypeMask::INTEGER,
        b'f' => TypeMask::FLOAT,
        b'n' => TypeMask::NUMBER,
        b's' => TypeMask::STRING,
        b't' => TypeMask::TABLE,
        b'a' => TypeMask::ARRAY,
        b'c' => TypeMask::FUNCTION,
        b'x' => TypeMask::INSTANCE,
        b'y' => TypeMask::CLASS,
        b'g' => TypeMask::GENERATOR,
        b'v' => TypeMask::THREAD,
        b'w' => TypeMask::WEAKREF,
        _ => return None,
    })
}

/// Calls the function of C that `this` is the number of.
fn call<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let number = cx.this().as_int().unwrap_or(-1) as usize;
    let Some(machine) = cx.host::<Host>().map(|host| host.machine) else { return Flow::null() };
    // SAFETY: the host is that of a machine, which is in a run: nothing refers to its inside but by this pointer.
    unsafe {
        let inner = super::machine::running(machine);
        let (module, index) = (number >> ENTRY_BITS, number & ((1 << ENTRY_BITS) - 1));
        let modules = &(*inner).modules;
        let module = modules.get(module).copied().flatten().filter(|module| index < module.count);
        // Only a program that binds the function to another environment gets there.
        let Some(module) = module else { return Err(cx.error(format_args!("invalid environment"))) };
        let native = *module.natives.add(index);
        native.check_arguments(cx)?;
        call_function(cx, machine.cast_mut(), inner, &native)
    }
}

unsafe fn call_function<'v>(
    cx: &mut Cx<'v>,
    machine: *mut Machine,
    inner: *mut Inner,
    native: &Native,
) -> Returns<'v> {
    let count = cx.arg_count() - 1;
    if count > MAX_ARGUMENTS {
        return Err(cx.error(format_args!("wrong number of parameters")));
    }
    // SAFETY: while the function runs, the context is used through the machine only.
    unsafe {
        let temporaries = &raw mut (*inner).temporaries;
        (*temporaries).begin(cx.arg_count());
        let mut arguments = [Value::NULL; MAX_ARGUMENTS];
        for (position, argument) in arguments.iter_mut().enumerate().take(count) {
            *argument = Value::of_argument(cx.raw_arg(position + 1), position + 1, &*temporaries);
        }
        let mut result = Value::NULL;
        let Some(function) = native.function else { return Flow::null() };
        (*inner).context = ptr::from_mut(cx).cast();
        let code = function(machine, arguments.as_ptr(), count, &raw mut result, native.user);
        (*inner).context = ptr::null_mut();
        let flow = conclude(cx, inner, code, result);
        (*temporaries).end();
        flow
    }
}

/// What the VM does after a function of C.
unsafe fn conclude<'v>(cx: &mut Cx<'v>, inner: *mut Inner, code: Code, result: Value) -> Returns<'v> {
    // SAFETY: the temporaries are those of the function.
    let (thrown, call) = unsafe { ((*inner).temporaries.thrown, (*inner).temporaries.call) };
    match Status::from_code(code) {
        Some(Status::Ok) => match call {
            Some((place, count)) => {
                let this = Local::from(cx.root());
                let mut arguments = [Local::NULL; MAX_ARGUMENTS + 1];
                arguments[0] = this;
                for position in 0..count {
                    arguments[1 + position] = cx.local(place + 1 + position);
                }
                let function = cx.local(place);
                cx.apply(function, arguments[..=count].iter().copied())
            }
            // SAFETY: the machine is that of the context; a text is valid, as the header demands.
            None => match unsafe { result.to_local(cx, inner) } {
                Ok(value) => Flow::value(value),
                Err(Status::ErrorMemory) => Err(cx.out_of_memory()),
                Err(_) => Err(cx.error(format_args!("a native function returned an invalid value"))),
            },
        },
        Some(Status::ErrorScript) => Err(match thrown {
            Some(raise) => raise,
            None => cx.error(format_args!("a native function failed")),
        }),
        Some(Status::ErrorMemory) => Err(cx.out_of_memory()),
        Some(Status::ErrorHalted) => Err(cx.halt()),
        _ => {
            // SAFETY: the text is a constant.
            let text = unsafe { CStr::from_ptr(super::status::tamias_status_text(code)) };
            Err(cx.error(format_args!("{}", text.to_str().unwrap_or_default())))
        }
    }
}

/// Throws a value, usually a text: a native function calls this and returns what it returns.
///
/// Returns TAMIAS_ERROR_SCRIPT; or, if the value is not valid or does not fit into the memory, another error, which
/// may be returned as well. In native functions only.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamias_throw(vm: *mut Machine, value: Value) -> Status {
    // SAFETY: the preconditions of the header.
    unsafe {
        let inner = match inner(vm, Moment::Native) {
            Ok(inner) => inner,
            Err(status) => return status,
        };
        with_context(inner, |cx, inner| match value.to_local(cx, inner) {
            Ok(value) => {
                (*inner).temporaries.thrown = Some(cx.throw(value));
                Status::ErrorScript
            }
            Err(status) => status,
        })
    }
}

/// Has a function of the program called when the native function returns TAMIAS_OK: the result of that call is the
/// result of the native function. `this` is the root table. The last such call counts.
///
/// Returns TAMIAS_OK or TAMIAS_ERROR_ARGUMENT (a handle that is not valid, or more than TAMIAS_MAX_ARGUMENTS),
/// TAMIAS_ERROR_TYPE (no function), TAMIAS_ERROR_MEMORY. In native functions only.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamias_call_on_return(
    vm: *mut Machine,
    function: Value,
    arguments: *const Value,
    count: usize,
) -> Status {
    if count > MAX_ARGUMENTS || arguments.is_null() && count > 0 {
        return Status::ErrorArgument;
    }
    // SAFETY: the preconditions of the header.
    let result = unsafe {
        inner(vm, Moment::Native).and_then(|inner| {
            with_context(inner, |cx, inner| {
                let function = function.to_local(cx, inner)?;
                if !cx.is_function(function) {
                    return Err(Status::ErrorType);
                }
                let temporaries = &raw mut (*inner).temporaries;
                let place = (*temporaries).add(cx, function)?;
                for position in 0..count {
                    let argument = (*arguments.add(position)).to_local(cx, inner)?;
                    (*temporaries).add(cx, argument)?;
                }
                (*temporaries).call = Some((place, count));
                Ok(())
            })
        })
    };
    result.err().unwrap_or(Status::Ok)
}

/// Gives what a program prints to the output of the machine.
pub(super) fn print(host: &mut dyn Any, output: Output, bytes: &[u8]) {
    let Some(host) = host.downcast_ref::<Host>() else { return };
    // SAFETY: the host is that of a machine, which is in a run: nothing refers to its inside but by this pointer.
    unsafe {
        let inner = super::machine::running(host.machine);
        if let Some(function) = (*inner).output {
            function((*inner).user, output == Output::Error, bytes.as_ptr().cast(), bytes.len());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &CStr) -> Result<(usize, usize, bool), Status> {
        // SAFETY: the text outlives the reader.
        let mut parameters = unsafe { Parameters::new(text.as_ptr()) };
        let mut count = 0;
        while let Some(parameter) = parameters.next() {
            parameter?;
            count += 1;
        }
        Ok((count, parameters.required(), parameters.takes_more()))
    }

    #[test]
    fn parameters_are_read() {
        assert_eq!(read(c""), Ok((0, 0, false)));
        assert_eq!(read(c"i"), Ok((1, 1, false)));
        assert_eq!(read(c"is|o?n"), Ok((3, 2, false)));
        assert_eq!(read(c"?n"), Ok((1, 0, false)));
        assert_eq!(read(c"s*"), Ok((1, 1, true)));
        assert_eq!(read(c"*"), Ok((0, 0, true)));
        assert_eq!(read(c"n|s|o.?c*"), Ok((3, 2, true)));
        assert_eq!(read(c"q"), Err(Status::ErrorArgument));
        for wrong in [c"*i", c"|i", c"i|", c"i||s", c"??", c"i|?s"] {
            assert_eq!(read(wrong), Err(Status::ErrorArgument), "{wrong:?}");
        }
    }
}
