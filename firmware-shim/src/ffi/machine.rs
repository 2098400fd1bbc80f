//! A machine in memory of its caller.

use super::memory::Arena;
use super::native::{Module, print};
use super::report::LastError;
use super::status::Status;
use super::value::{Handle, Temporaries};
use core::cell::UnsafeCell;
use core::ffi::{c_char, c_void};
use core::mem::MaybeUninit;
use core::ptr;
use core::sync::atomic::{AtomicU32, Ordering};
use tamias_stdlib_imp::events::EventQueue;
use tamias_stdlib_imp::standard;
use tamias_vm::{Config, Cx, Edition, Memory, Program, Vm};

/// At which multiple the memory of a machine best starts. Up to this many bytes are lost otherwise.
pub const ALIGNMENT: usize = 8;

/// How many events there are: 0 to 31.
pub const EVENT_COUNT: usize = 32;

/// Marks memory that holds a machine.
const MAGIC: u32 = u32::from_le_bytes(*b"TmVM");

/// How many tables of native functions a machine can have.
const MODULES: usize = 8;

/// A virtual machine. C sees a pointer to it and nothing of what is inside.
///
/// One task uses a machine at a time; two machines may be used by two tasks at the same time (on targets without
/// an operating system see tamias_create()). tamias_post() and tamias_has_events() may be called by interrupts.
pub struct Machine {
    magic: AtomicU32,
    /// Shared with interrupts.
    pub(super) events: EventQueue,
    inner: UnsafeCell<MaybeUninit<Inner>>,
}

/// What belongs to the task that uses the machine.
pub(super) struct Inner {
    pub vm: Vm,
    /// What natives get from the VM.
    pub host: Host,
    pub output: OutputFunction,
    pub user: *mut c_void,
    /// The context of the native function that runs. Null if none runs.
    pub context: *mut Cx<'static>,
    pub temporaries: Temporaries,
    /// The main function, until it has been started.
    pub main: Option<Program>,
    /// The program was interrupted.
    pub is_suspended: bool,
    /// A call has come into the VM and has not returned.
    pub is_running: bool,
    pub modules: [Option<Module>; MODULES],
    /// What is called for an event.
    pub handlers: [Option<Handle>; EVENT_COUNT],
    pub last_error: LastError,
    pub region_bytes: usize,
    pub arena: Arena,
}

/// The host of the VM: the way back to the machine.
pub(super) struct Host {
    pub machine: *const Machine,
}

/// Takes what a program prints: the user pointer of the configuration, whether it is an error, and the bytes,
/// which are not NUL-terminated and valid until the function returns. It must not call any function of Tamias.
pub type OutputFunction =
    Option<unsafe extern "C" fn(user: *mut c_void, is_error: bool, bytes: *const c_char, length: usize)>;

/// What a machine is made with. All zeros are the default.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Configuration {
    /// The edition of the programs: TAMIAS_EDITION_IMP, …
    pub edition: u32,
    /// How deep functions may call each other before `stack overflow` is thrown; 0 for 200.
    pub call_depth: u32,
    /// Seed of the random numbers; 0 for a fixed one.
    pub seed: u32,
    /// Bytes of the memory that the standard library may use for itself, for `format()` and regular expressions;
    /// 0 for 1024. Where there is an operating system, this comes from its allocator, and the number is ignored.
    pub library_bytes: u32,
    /// Takes what programs print; null to drop it.
    pub output: OutputFunction,
    /// The first argument of `output`.
    pub user: *mut c_void,
}

/// The language of impOS with its defects mended.
pub const EDITION_IMP: u32 = 0;
/// The language of impOS as it is.
pub const EDITION_IMP_COMPAT: u32 = 1;
/// Squirrel 3.
pub const EDITION_SQUIRREL_3: u32 = 2;

const _: () = assert!(
    EDITION_IMP == Edition::Imp as u32
        && EDITION_IMP_COMPAT == Edition::ImpCompat as u32
        && EDITION_SQUIRREL_3 == Edition::Squirrel3 as u32
);

const DEFAULT_CALL_DEPTH: u32 = 200;

impl Configuration {
    const DEFAULT: Configuration = Configuration {
        edition: EDITION_IMP,
        call_depth: 0,
        seed: 0,
        library_bytes: 0,
        output: None,
        user: ptr::null_mut(),
    };

    fn vm(&self) -> Option<Config> {
        let default = Config::default();
        Some(Config {
            edition: Edition::from_byte(u8::try_from(self.edition).ok()?)?,
            call_depth: if self.call_depth == 0 { DEFAULT_CALL_DEPTH } else { self.call_depth },
            seed: if self.seed == 0 { default.seed } else { self.seed },
            ..default
        })
    }
}

/// Who may call a function of the C face.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Moment {
    /// Between two runs.
    Idle,
    /// Between two runs, or while the program is interrupted.
    IdleOrSuspended,
    /// Between two runs, or in a native function.
    IdleOrNative,
    /// In a native function.
    Native,
    /// Between two runs, while the program is interrupted, or in a native function.
    NotRunning,
}

/// The inside of a machine, for a call at a certain moment.
///
/// # Safety
/// 1. `machine` is null, or points to memory of the size of a machine.
/// 2. Nobody else uses the machine but interrupts, and they use its events only.
pub(super) unsafe fn inner(machine: *const Machine, moment: Moment) -> Result<*mut Inner, Status> {
    // SAFETY: the first obligation. Only parts of the machine are referred to.
    unsafe {
        if !is_machine(machine) {
            return Err(Status::ErrorArgument);
        }
        let inner = running(machine);
        let in_native = !(*inner).context.is_null();
        let is_between = !(*inner).is_running && !(*inner).is_suspended;
        let is_allowed = match moment {
            Moment::Idle => is_between,
            Moment::IdleOrSuspended => !(*inner).is_running,
            Moment::IdleOrNative => is_between || in_native,
            Moment::Native => in_native,
            Moment::NotRunning => in_native || !(*inner).is_running,
        };
        if is_allowed { Ok(inner) } else { Err(Status::ErrorBusy) }
    }
}

/// The inside of a machine whose program runs.
///
/// # Safety
/// 1. `machine` is one, and its program runs.
pub(super) unsafe fn running(machine: *const Machine) -> *mut Inner {
    // SAFETY: the caller's word.
    unsafe { UnsafeCell::raw_get(&raw const (*machine).inner).cast() }
}

/// Whether there is a machine at this place.
///
/// # Safety
/// 1. `machine` is null, or points to readable memory of the size of a machine.
pub(super) unsafe fn is_machine(machine: *const Machine) -> bool {
    // SAFETY: the caller's word.
    !machine.is_null() && machine.is_aligned() && unsafe { (*machine).magic.load(Ordering::Relaxed) } == MAGIC
}

/// Works with values: in the context of the native function that runs, or in one of its own between two runs.
///
/// # Safety
/// 1. `inner` was returned by [`inner`] for a moment at which values may be used.
pub(super) unsafe fn with_context<R>(
    inner: *mut Inner,
    work: impl for<'v> FnOnce(&mut Cx<'v>, *mut Inner) -> R,
) -> R {
    // SAFETY: a context that is set is that of a native that waits for this call. Without one, nothing else
    // refers to the VM and its host.
    unsafe {
        let context = (*inner).context;
        if !context.is_null() {
            return work(&mut *context, inner);
        }
        let (vm, host) = (&raw mut (*inner).vm, &raw mut (*inner).host);
        (*vm).with(&mut *host, |cx| work(cx, inner))
    }
}

/// Makes a machine in `size` bytes at `memory`, and stores a pointer to it, which lies in this memory, in `vm`.
///
/// The memory must be writable, must not be used for anything else until tamias_free(), and should start at a
/// multiple of TAMIAS_ALIGNMENT. On a 32-bit processor less than 2 KB of it are for the machine itself and 1 KB for the
/// standard library; the rest is the heap, of which an empty machine uses 3 KB: see tamias_statistics().
/// `configuration` may be null for the default; it is copied.
///
/// Between two machines nothing is shared. There is one exception on targets without an operating system: the
/// working memory of the standard library belongs to the machine whose call began last. There a task that uses one
/// machine must not be interrupted in a call by a task that uses another and then waits for something; a task of
/// higher priority that runs its call to the end is fine.
///
/// Returns TAMIAS_OK, TAMIAS_ERROR_ARGUMENT (a null pointer, or an unknown edition), or TAMIAS_ERROR_MEMORY (the
/// memory is too small). Not in interrupts.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamias_create(
    memory: *mut c_void,
    size: usize,
    configuration: *const Configuration,
    vm: *mut *mut Machine,
) -> Status {
    if memory.is_null() || vm.is_null() {
        return Status::ErrorArgument;
    }
    // SAFETY: it is null or points to a configuration.
    let configuration = unsafe { configuration.as_ref() }.copied().unwrap_or(Configuration::DEFAULT);
    // SAFETY: the memory is the caller's to give, and so is the place of the result.
    unsafe {
        match create(memory.cast(), size, &configuration) {
            Ok(made) => {
                *vm = made;
                Status::Ok
            }
            Err(status) => {
                *vm = ptr::null_mut();
                status
            }
        }
    }
}

/// # Safety
/// 1. `memory` points to `size` writable bytes that belong to nobody else until the machine is freed.
unsafe fn create(
    memory: *mut u8,
    size: usize,
    configuration: &Configuration,
) -> Result<*mut Machine, Status> {
    let config = configuration.vm().ok_or(Status::ErrorArgument)?;
    let skip = memory.align_offset(ALIGNMENT.max(align_of::<Machine>()));
    let arena_bytes = Arena::size(configuration.library_bytes);
    let fixed = skip.saturating_add(size_of::<Machine>()).saturating_add(arena_bytes);
    let heap_bytes = size.checked_sub(fixed).ok_or(Status::ErrorMemory)?;
    // SAFETY: all parts lie within the memory, one after the other.
    unsafe {
        let machine = memory.add(skip).cast::<Machine>();
        let arena = memory.add(skip + size_of::<Machine>());
        let heap = core::slice::from_raw_parts_mut(arena.add(arena_bytes).cast(), heap_bytes);
        (&raw mut (*machine).magic).write(AtomicU32::new(0));
        (&raw mut (*machine).events).write(EventQueue::new());
        let mut vm = Vm::new(config, Memory::Region(heap))?;
        for library in standard::libraries(config.edition) {
            let installed = vm.install(library);
            debug_assert!(installed);
        }
        vm.set_printer(print);
        let inner = running(machine);
        inner.write(Inner {
            vm,
            host: Host { machine },
            output: configuration.output,
            user: configuration.user,
            context: ptr::null_mut(),
            temporaries: Temporaries::new(),
            main: None,
            is_suspended: false,
            is_running: false,
            modules: [const { None }; MODULES],
            handlers: [const { None }; EVENT_COUNT],
            last_error: LastError::None,
            region_bytes: size,
            arena: Arena::new(arena, arena_bytes),
        });
        (*machine).magic.store(MAGIC, Ordering::Relaxed);
        Ok(machine)
    }
}

/// Ends a machine. Its memory is the caller's again, and all handles are void.
///
/// Nothing may use the machine any more, interrupts included: switch off those that post to it first.
/// The next program gets a new machine, in the same memory if you like.
///
/// Returns TAMIAS_OK, TAMIAS_ERROR_ARGUMENT (no machine), or TAMIAS_ERROR_BUSY (in a native function of the
/// machine). Not in interrupts.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tamias_free(vm: *mut Machine) -> Status {
    // SAFETY: the preconditions of the header; nothing refers to the machine afterwards.
    unsafe {
        match inner(vm, Moment::IdleOrSuspended) {
            Ok(inner) => {
                let _entered = (*inner).arena.enter();
                (*vm).magic.store(0, Ordering::Relaxed);
                ptr::drop_in_place(inner);
                Status::Ok
            }
            Err(status) => status,
        }
    }
}
