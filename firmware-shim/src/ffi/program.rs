//! Images, runs and events.

use super::machine::{EVENT_COUNT, Inner, Machine, Moment, inner, is_machine, with_context};
use super::native::MAX_ARGUMENTS;
use super::report::LastError;
use super::status::Status;
use super::value::Value;
use core::ffi::c_void;
use tamias_stdlib_imp::board::PinId;
use tamias_stdlib_imp::events::Event;
use tamias_vm::{Cx, Failure, Handle, LoadError, Outcome};

/// What is done with an image before it is run.
#[repr(u32)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Check {
    /// Every rule of the format is checked: any bytes can be handed over.
    Verify = 0,
    /// The checksum is compared, no more. For images that were verified before, for example when they were received
    /// and written to flash. An image that was made to deceive can do anything then.
    Checksum = 1,
}

/// A check that C asks for: any number. It is a `tamias_check`.
pub type CheckCode = u32;

/// Loads a program. Its main function runs with the next tamias_run().
///
/// The image stays where it is and is executed there, for example in flash: it must start at a multiple of 4 bytes
/// and stay unchanged until tamias_free(). `size` may be larger than the image, so that a whole partition can be
/// handed over. `check` is TAMIAS_VERIFY or TAMIAS_CHECKSUM.
///
/// Returns TAMIAS_OK, TAMIAS_ERROR_ARGUMENT (a null pointer), TAMIAS_ERROR_IMAGE (see tamias_last_error()),
/// TAMIAS_ERROR_MEMORY, or TAMIAS_ERROR_BUSY (a program runs; on microcontrollers also: there is one already).
/// Between runs. Not in interrupts.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamias_load(
    vm: *mut Machine,
    image: *const c_void,
    size: usize,
    check: CheckCode,
) -> Status {
    if image.is_null() {
        return Status::ErrorArgument;
    }
    // SAFETY: the preconditions of the header: nobody changes the image while the machine exists.
    let loaded = unsafe {
        let bytes = core::slice::from_raw_parts(image.cast::<u8>(), size);
        inner(vm, Moment::Idle).and_then(|inner| load(inner, bytes, check))
    };
    loaded.err().unwrap_or(Status::Ok)
}

/// # Safety
/// 1. If the check is that of the checksum, the image has been verified before.
unsafe fn load(inner: *mut Inner, image: &'static [u8], check: CheckCode) -> Result<(), Status> {
    // SAFETY: between runs nothing else refers to the VM.
    let vm = unsafe { &mut (*inner).vm };
    let loaded = if check == Check::Verify as u32 {
        vm.load_static(image)
    } else if check == Check::Checksum as u32 {
        // SAFETY: the caller's word.
        unsafe { vm.load_trusted(image) }
    } else {
        return Err(Status::ErrorArgument);
    };
    // SAFETY: as above.
    unsafe {
        (*inner).last_error = loaded.err().map_or(LastError::None, LastError::Load);
        (*inner).main = Some(loaded.map_err(|error: LoadError| Status::from(error))?);
    }
    Ok(())
}

/// Runs the next function of the program: the main function at first, what was interrupted, or the handler of the
/// event that was posted first.
///
/// `budget` limits how long that may take, in calls of functions and backward jumps; 0 is no limit. What is not done
/// then goes on with the next tamias_run().
///
/// A main loop:
///
/// ```c
///     for (;;) {
///         tamias_status status = tamias_run(vm, 10000);
///         feed_the_watchdog();
///         if (status == TAMIAS_IDLE) wait_for_interrupt();
///         else if (status < 0) report_and_start_again(status);
///     }
/// ```
///
/// Returns TAMIAS_OK (the function has returned; tamias_result() has its result), TAMIAS_IDLE (nothing to run),
/// TAMIAS_BUDGET, TAMIAS_ERROR_SCRIPT, TAMIAS_ERROR_MEMORY, TAMIAS_ERROR_HALTED, or TAMIAS_ERROR_ARGUMENT,
/// TAMIAS_ERROR_BUSY. After an error of the program its other handlers can still run; after TAMIAS_ERROR_MEMORY a
/// new machine is the better choice. Not in native functions and interrupts.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamias_run(vm: *mut Machine, budget: u32) -> Status {
    // SAFETY: the preconditions of the header.
    unsafe {
        match inner(vm, Moment::IdleOrSuspended) {
            Ok(inner) => {
                let _entered = (*inner).arena.enter();
                run(vm, inner, budget)
            }
            Err(status) => status,
        }
    }
}

unsafe fn run(machine: *const Machine, inner: *mut Inner, budget: u32) -> Status {
    // SAFETY: natives get at the inside through pointers to other fields.
    unsafe {
        let (vm, host) = (&mut (*inner).vm, &mut (*inner).host);
        if (*inner).is_suspended {
            return finish(inner, budget, |vm, host| vm.resume(host));
        }
        // Lets go of the result of the last run.
        vm.idle(host);
        if let Some(main) = (*inner).main.take() {
            return finish(inner, budget, |vm, host| vm.start(host, main));
        }
        while let Some(event) = (*machine).events.take() {
            let Event::PinChanged(PinId(number)) = event else { continue };
            let handlers = &(*inner).handlers;
            let Some(Some(handler)) = handlers.get(usize::from(number)) else { continue };
            let handler = handler.to_vm();
            return finish(inner, budget, |vm, host| vm.call(host, &handler, &[]));
        }
        Status::Idle
    }
}

/// Runs something in the VM and notes how that ended.
///
/// # Safety
/// 1. The machine may run.
unsafe fn finish(
    inner: *mut Inner,
    budget: u32,
    run: impl FnOnce(&mut tamias_vm::Vm, &mut super::machine::Host) -> Result<Outcome, Failure>,
) -> Status {
    // SAFETY: natives get at the inside through pointers to other fields.
    unsafe {
        let (vm, host) = (&mut (*inner).vm, &mut (*inner).host);
        vm.set_budget((budget != 0).then_some(budget));
        (*inner).is_running = true;
        let outcome = run(vm, host);
        (*inner).is_running = false;
        (*inner).is_suspended = outcome == Ok(Outcome::Budget);
        match outcome {
            Ok(Outcome::Done) => Status::Ok,
            Ok(Outcome::Budget) => Status::Budget,
            Err(failure) => {
                (*inner).last_error = LastError::Run(failure);
                failure.into()
            }
        }
    }
}

/// Calls a function of the program, with the root table as `this`.
///
/// `budget` is as in tamias_run(). If TAMIAS_BUDGET is returned, tamias_run() goes on until it returns something
/// else. The result is that of tamias_result().
///
/// Returns TAMIAS_OK, TAMIAS_BUDGET, TAMIAS_ERROR_ARGUMENT (a null pointer, a handle that is not valid, or more than
/// TAMIAS_MAX_ARGUMENTS), TAMIAS_ERROR_SCRIPT, TAMIAS_ERROR_MEMORY, TAMIAS_ERROR_HALTED or TAMIAS_ERROR_BUSY.
/// Between runs. Not in native functions (tamias_call_on_return() is for them) and interrupts.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamias_call(
    vm: *mut Machine,
    function: Value,
    arguments: *const Value,
    count: usize,
    budget: u32,
) -> Status {
    if count > MAX_ARGUMENTS || arguments.is_null() && count > 0 {
        return Status::ErrorArgument;
    }
    // SAFETY: the preconditions of the header.
    unsafe {
        let inner = match inner(vm, Moment::Idle) {
            Ok(inner) => inner,
            Err(status) => return status,
        };
        let _entered = (*inner).arena.enter();
        let arguments = if count == 0 { &[] } else { core::slice::from_raw_parts(arguments, count) };
        let mut handles = [const { None }; MAX_ARGUMENTS + 1];
        let prepared = with_context(inner, |cx, inner| prepare(cx, inner, function, arguments, &mut handles));
        let status = match (prepared, &handles[0]) {
            (Ok(()), Some(function)) => call(inner, function, &handles[1..=count], budget),
            (prepared, _) => prepared.err().unwrap_or(Status::ErrorArgument),
        };
        // What runs is on the stack of the VM by now.
        let machine = &mut (*inner).vm;
        for handle in handles.into_iter().flatten() {
            machine.release(handle);
        }
        status
    }
}

/// Makes handles of the function and its arguments.
unsafe fn prepare(
    cx: &mut Cx<'_>,
    inner: *mut Inner,
    function: Value,
    arguments: &[Value],
    handles: &mut [Option<Handle>],
) -> Result<(), Status> {
    for (value, handle) in [function].iter().chain(arguments).zip(handles) {
        // SAFETY: the machine is that of the context; texts are valid, as the header demands.
        let local = unsafe { value.to_local(cx, inner) }?;
        *handle = Some(cx.handle(local).map_err(|_| Status::ErrorMemory)?);
    }
    Ok(())
}

unsafe fn call(inner: *mut Inner, function: &Handle, arguments: &[Option<Handle>], budget: u32) -> Status {
    let mut references = [function; MAX_ARGUMENTS];
    for (reference, argument) in references.iter_mut().zip(arguments.iter().flatten()) {
        *reference = argument;
    }
    let references = &references[..arguments.len()];
    // SAFETY: the machine may run.
    unsafe { finish(inner, budget, |vm, host| vm.call(host, function, references)) }
}

/// Stores the result of the function that has run last in `result`: after tamias_run() or tamias_call() has returned
/// TAMIAS_OK. If it is an object, give it to tamias_release() later.
///
/// Returns TAMIAS_OK, TAMIAS_ERROR_ARGUMENT (a null pointer), TAMIAS_ERROR_MEMORY or TAMIAS_ERROR_BUSY. Between runs.
/// Not in native functions and interrupts.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamias_result(vm: *mut Machine, result: *mut Value) -> Status {
    if result.is_null() {
        return Status::ErrorArgument;
    }
    // SAFETY: the preconditions of the header.
    unsafe {
        let value = inner(vm, Moment::Idle).and_then(|inner| {
            with_context(inner, |cx, inner| {
                let local = cx.result();
                Value::from_local(cx, inner, local)
            })
        });
        super::object::store(result, value)
    }
}

/// Sets the function that tamias_run() calls, without arguments, when the event is posted; `null` for none.
/// It may be a temporary handle, for example an argument of a native function. The function before is let go of.
///
/// Returns TAMIAS_OK, TAMIAS_ERROR_ARGUMENT (no such event, or a handle that is not valid), TAMIAS_ERROR_TYPE (no
/// function), TAMIAS_ERROR_MEMORY or TAMIAS_ERROR_BUSY. Between runs and in native functions. Not in interrupts.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamias_on(vm: *mut Machine, event: u32, function: Value) -> Status {
    if event as usize >= EVENT_COUNT {
        return Status::ErrorArgument;
    }
    // SAFETY: the preconditions of the header.
    let set = unsafe {
        inner(vm, Moment::IdleOrNative).and_then(|inner| {
            with_context(inner, |cx, inner| set_handler(cx, inner, event as usize, function))
        })
    };
    set.err().unwrap_or(Status::Ok)
}

unsafe fn set_handler(
    cx: &mut Cx<'_>,
    inner: *mut Inner,
    event: usize,
    function: Value,
) -> Result<(), Status> {
    // SAFETY: the machine is that of the context; a text is valid, as the header demands.
    unsafe {
        let function = function.to_local(cx, inner)?;
        let handler = if function.is_null() {
            None
        } else if cx.is_function(function) {
            let kept = Value::kept(cx, function)?;
            Some(kept.r#as.handle)
        } else {
            return Err(Status::ErrorType);
        };
        let handlers = &mut (*inner).handlers;
        if let Some(old) = core::mem::replace(&mut handlers[event], handler) {
            cx.release(old.to_vm());
        }
        Ok(())
    }
}

/// Tells the machine that something has happened: tamias_run() will call the function that was set with tamias_on().
/// An event that is posted again before it is taken is one event. `event` is below TAMIAS_EVENT_COUNT; others are
/// ignored, as is a null pointer.
///
/// May be called by interrupts of any priority, by other tasks, and in native functions, at any time between
/// tamias_create() and tamias_free(). It takes a bounded number of instructions and no lock.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamias_post(vm: *const Machine, event: u32) {
    // SAFETY: the preconditions of the header; only the events are referred to.
    unsafe {
        if (event as usize) < EVENT_COUNT && is_machine(vm) {
            (*vm).events.post(Event::PinChanged(PinId(event as u8)));
        }
    }
}

/// Whether events wait. For the decision to sleep: look with interrupts disabled, and wait for an interrupt if it is
/// false; on a Cortex-M `wfi` wakes up although they are disabled.
///
/// May be called anywhere, as tamias_post().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamias_has_events(vm: *const Machine) -> bool {
    // SAFETY: the preconditions of the header; only the events are referred to.
    unsafe { is_machine(vm) && !(*vm).events.is_empty() }
}
