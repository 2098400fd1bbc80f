//! The virtual machine as its embedder sees it.

#[cfg(feature = "std")]
use super::constants::SourceCompiler;
use super::driver::{self, Driver};
use super::program::{Function, LoadError, Trust};
use super::stack::ThreadStatus;
use super::{Exit, Registers};
use crate::heap::handle::Handle;
use crate::heap::local::{Cx, Local, Raise, RaiseKind};
use crate::heap::names;
use crate::heap::nodes::TableOrder;
use crate::heap::object::METAMETHODS;
use crate::heap::{Heap, Memory, OutOfMemory};
use crate::native::{Library, Request};
use crate::value::Value;
use core::any::Any;
use core::fmt;
use core::mem::MaybeUninit;
use core::ptr;
use tamias_bytecode::Edition;
use tamias_bytecode::parts::SourcePlace;

/// How many libraries can be installed.
const LIBRARIES: usize = 8;
/// How many functions of a stack trace are kept.
pub(super) const TRACE_LENGTH: usize = 32;

/// What a VM is made with.
#[derive(Clone, Copy, Debug)]
pub struct Config {
    /// The edition of the programs that it runs.
    pub edition: Edition,
    /// How deep functions may call each other before `stack overflow` is thrown.
    pub call_depth: u32,
    /// Backward jumps and calls that a run may take before it returns [`Outcome::Budget`]; `None` for no limit.
    pub budget: Option<u32>,
    /// Reconcile the heap at every instruction and compare all reference counts with a trace of the heap.
    /// For tests: it is a thousand times slower. It needs the feature `std`.
    pub audit: bool,
    /// Count the instructions, with the slower driver that the audit has too. It needs the feature `std`.
    pub count_instructions: bool,
    /// Seed of the random numbers.
    pub seed: u32,
    /// How the interpreter goes from one instruction to the next. The audit has its own way.
    pub driver: Driver,
    /// Where the programs run, which decides what the processor leaves open.
    pub side: Side,
}

/// Where programs of an imp edition run. Programs of `squirrel-3` count like agents.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Side {
    /// On a module, with an ARM processor: of the count of a shift the low eight bits matter, and floats that no
    /// integer holds are converted to the nearest one, NaN to 0.
    #[default]
    Device,
    /// On a server, with an x86 processor: of the count of a shift the low five bits matter, and floats that no
    /// integer holds are converted to -2147483648.
    Agent,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            edition: Edition::Imp,
            call_depth: 20_000,
            budget: None,
            audit: false,
            count_instructions: false,
            seed: 0x2545_F491,
            side: Side::default(),
            driver: Driver::FASTEST,
        }
    }
}

/// How a run ended that did not fail.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// The function has returned.
    Done,
    /// The budget is used up; [`Vm::resume`] goes on where it stopped.
    Budget,
}

/// Why a run failed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Failure {
    /// Nothing caught an error. [`Vm::error_text`] and [`Vm::trace`] tell more.
    Uncaught,
    /// Memory ran out.
    OutOfMemory,
    /// The VM is in the middle of another run.
    Busy,
    /// A native has ended the program with [`Cx::halt`].
    Halted,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Failure::Uncaught => "nothing caught a script error",
            Failure::OutOfMemory => "out of memory",
            Failure::Busy => "the virtual machine is in the middle of another run",
            Failure::Halted => "the program has ended itself",
        })
    }
}

impl core::error::Error for Failure {}

/// Where a program prints.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Output {
    /// `print`
    Print,
    /// `error`
    Error,
}

/// Receives what programs print: the host, where to, and the bytes.
pub type Printer = fn(&mut dyn Any, Output, &[u8]);

/// The main function of a loaded image.
#[derive(Clone, Copy)]
pub struct Program {
    main: *const Function,
}

/// A function in a stack trace.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TraceFrame {
    /// Its name; `None` if it is anonymous.
    pub function: Option<&'static [u8]>,
    /// The source text and the line in it; `None` if the image is stripped.
    pub source: Option<SourcePlace<'static>>,
    /// The line in the text of the program, in which included texts stand; `None` if the image is stripped.
    pub line: Option<u32>,
    /// Whether it is the main function of its image.
    pub is_main: bool,
}

#[derive(Clone, Copy)]
pub(super) struct TraceEntry {
    pub function: *const Function,
    pub pc: *const u32,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Ready,
    Suspended,
}

/// A virtual machine: a heap, a root table and the programs that run in it. VMs share nothing.
pub struct Vm {
    pub(crate) heap: Heap,
    pub(crate) edition: Edition,
    /// Whose arithmetic it has.
    pub(crate) side: Side,
    pub(crate) libraries: [Option<&'static Library>; LIBRARIES],
    pub(crate) library_count: usize,
    /// Backward jumps and calls until the interpreter stops.
    pub(crate) budget: u32,
    budget_limit: Option<u32>,
    pub(crate) frame_limit: usize,
    pub(crate) stack_limit: usize,
    /// Some closure has a root table of its own (`setroot`).
    pub(crate) closure_roots: bool,
    pub(super) trace: [TraceEntry; TRACE_LENGTH],
    pub(super) trace_length: usize,
    saved: Registers,
    /// Where the tail-call driver goes on after an instruction that it does the long way.
    #[cfg(tail_calls)]
    pub(super) running: Registers,
    /// Why it stops after a native function.
    #[cfg(tail_calls)]
    pub(super) stopped: Exit,
    pub(super) driver: Driver,
    /// Who called the native that runs.
    pub(super) calling: Registers,
    /// What the newest [`crate::native::Flow`] asks for, unless it is a result.
    pub(crate) request: Request,
    state: State,
    random: u32,
    printer: Option<Printer>,
    #[cfg(feature = "std")]
    compiler: Option<SourceCompiler>,
    #[cfg(feature = "std")]
    audit_countdown: u32,
    #[cfg(feature = "std")]
    counted: u64,
    #[cfg(feature = "std")]
    counts_only: bool,
}

impl Vm {
    /// Makes a VM in the memory that the embedder provides.
    pub fn new(config: Config, memory: Memory) -> Result<Vm, OutOfMemory> {
        let mut vm = Vm {
            heap: Heap::new(memory),
            edition: config.edition,
            side: if config.edition == Edition::Squirrel3 { Side::Agent } else { config.side },
            libraries: [None; LIBRARIES],
            library_count: 0,
            request: Request::NONE,
            budget: 0,
            budget_limit: config.budget,
            frame_limit: config.call_depth as usize,
            stack_limit: (config.call_depth as usize).saturating_mul(64).max(4096),
            closure_roots: false,
            trace: [TraceEntry { function: ptr::null(), pc: ptr::null() }; TRACE_LENGTH],
            trace_length: 0,
            saved: Registers { pc: ptr::null(), base: ptr::null_mut(), constants: ptr::null() },
            #[cfg(tail_calls)]
            running: Registers { pc: ptr::null(), base: ptr::null_mut(), constants: ptr::null() },
            #[cfg(tail_calls)]
            stopped: Exit::Done,
            driver: config.driver,
            calling: Registers { pc: ptr::null(), base: ptr::null_mut(), constants: ptr::null() },
            state: State::Ready,
            random: config.seed.max(1),
            printer: None,
            #[cfg(feature = "std")]
            compiler: None,
            #[cfg(feature = "std")]
            audit_countdown: 0,
            #[cfg(feature = "std")]
            counted: 0,
            #[cfg(feature = "std")]
            counts_only: !config.audit,
        };
        #[cfg(feature = "std")]
        {
            vm.heap.audit = config.audit || config.count_instructions;
        }
        if config.edition == Edition::ImpCompat {
            vm.heap.table_order = TableOrder::Nodes;
        }
        // SAFETY: nothing else uses the new heap; every object is made a root before the next allocation.
        unsafe {
            vm.heap.create_main_thread()?;
            vm.heap.protect_new_objects();
            vm.heap.roots.root = vm.heap.new_table(0)?;
            Heap::retain_object(vm.heap.roots.root);
            for position in 0..METAMETHODS {
                let name = vm.heap.intern_literal(names::metamethod(position))?;
                vm.heap.roots.metamethod_names[position] = name;
            }
            vm.heap.roots.constructor_name = vm.heap.intern_literal(names::constructor())?;
        }
        let installed = vm.install(&crate::builtins::BASE);
        debug_assert!(installed);
        Ok(vm)
    }

    /// Makes the entries of a library visible in the root table. Costs no heap. False if there are too many.
    pub fn install(&mut self, library: &'static Library) -> bool {
        if self.library_count == LIBRARIES {
            return false;
        }
        self.libraries[self.library_count] = Some(library);
        self.library_count += 1;
        true
    }

    /// Where the program runs. In edition `squirrel-3` that is always like an agent: on a computer.
    pub fn side(&self) -> Side {
        self.side
    }

    /// Sets where programs print.
    pub fn set_printer(&mut self, printer: Printer) {
        self.printer = Some(printer);
    }

    /// Sets what `compilestring` compiles with.
    #[cfg(feature = "std")]
    pub fn set_compiler(&mut self, compiler: SourceCompiler) {
        self.compiler = Some(compiler);
    }

    #[cfg(feature = "std")]
    pub(crate) fn compiler(&self) -> Option<SourceCompiler> {
        self.compiler
    }

    /// Verifies an image and loads a copy of it.
    pub fn load(&mut self, image: &[u8]) -> Result<Program, LoadError> {
        self.heap.protect_new_objects();
        // SAFETY: the copy is aligned and lives as long as the VM.
        Ok(Program { main: unsafe { self.load_copy(image) }? })
    }

    /// Verifies an image and loads it where it is, for example in flash.
    pub fn load_static(&mut self, image: &'static [u8]) -> Result<Program, LoadError> {
        self.heap.protect_new_objects();
        // SAFETY: the image outlives the VM.
        Ok(Program { main: unsafe { self.load_in_place(image, Trust::Nothing) }? })
    }

    /// As [`Vm::load_static`], for an image that was verified before, for example when it was written to flash: only
    /// its checksum is compared, which finds what has been damaged since.
    ///
    /// # Safety
    /// 1. [`Image::from_bytes`](tamias_bytecode::Image::from_bytes) has accepted this image before, or it comes from
    ///    the compiler.
    pub unsafe fn load_trusted(&mut self, image: &'static [u8]) -> Result<Program, LoadError> {
        self.heap.protect_new_objects();
        // SAFETY: the image outlives the VM; that it is valid is the caller's word.
        Ok(Program { main: unsafe { self.load_in_place(image, Trust::Contents) }? })
    }

    /// Runs the main function of a program. `host` is what natives get from [`Cx::host`].
    pub fn start(&mut self, host: &mut dyn Any, program: Program) -> Result<Outcome, Failure> {
        // SAFETY: new objects are protected, and the closure is on the stack before the next allocation.
        let main = unsafe {
            self.heap.protect_new_objects();
            let main = self.heap.new_closure(program.main, &[]);
            Value::from_closure(main.map_err(|OutOfMemory| Failure::OutOfMemory)?)
        };
        self.run_function(host, main, &[])
    }

    /// Calls a function with `this` = root table.
    pub fn call(
        &mut self,
        host: &mut dyn Any,
        function: &Handle,
        arguments: &[&Handle],
    ) -> Result<Outcome, Failure> {
        let mut values = [Value::NULL; 16];
        if arguments.len() > values.len() {
            return Err(Failure::OutOfMemory);
        }
        for (value, handle) in values.iter_mut().zip(arguments) {
            *value = self.heap.handles.get(handle);
        }
        let function = self.heap.handles.get(function);
        self.run_function(host, function, &values[..arguments.len()])
    }

    fn run_function(
        &mut self,
        host: &mut dyn Any,
        function: Value,
        arguments: &[Value],
    ) -> Result<Outcome, Failure> {
        if self.state == State::Suspended {
            return Err(Failure::Busy);
        }
        // SAFETY: the main thread is idle: its stack is free from its start, and has room for a window.
        unsafe {
            let stack = (*self.heap.current).stack;
            *stack = function;
            *stack.add(1) = self.root_value();
            for (position, argument) in arguments.iter().enumerate() {
                *stack.add(2 + position) = *argument;
            }
            (*self.heap.current).status = ThreadStatus::Running;
            let mut r = Registers { pc: super::halt(), base: stack, constants: ptr::null() };
            self.heap.host = erase_lifetime(host);
            self.refill_budget();
            let called = self.call_from_host(&mut r, stack, arguments.len() + 1);
            let outcome = match called {
                Ok(()) => self.run(&mut r),
                Err(exit) => self.conclude(exit, &r),
            };
            self.heap.host = no_host();
            outcome
        }
    }

    /// Goes on after [`Outcome::Budget`], with a full budget.
    pub fn resume(&mut self, host: &mut dyn Any) -> Result<Outcome, Failure> {
        if self.state != State::Suspended {
            return Ok(Outcome::Done);
        }
        self.state = State::Ready;
        self.refill_budget();
        let mut r = self.saved;
        // SAFETY: the registers are those of the run that stopped.
        unsafe {
            self.heap.host = erase_lifetime(host);
            let outcome = self.run(&mut r);
            self.heap.host = no_host();
            outcome
        }
    }

    unsafe fn run(&mut self, r: &mut Registers) -> Result<Outcome, Failure> {
        loop {
            let exit = driver::run(self, r);
            if exit == Exit::Budget && self.budget_limit.is_none() {
                self.refill_budget();
                continue;
            }
            return self.conclude(exit, r);
        }
    }

    unsafe fn conclude(&mut self, exit: Exit, r: &Registers) -> Result<Outcome, Failure> {
        match exit {
            Exit::Done => {
                (*self.heap.current).top = (*self.heap.current).stack.add(1);
                Ok(Outcome::Done)
            }
            Exit::Budget => {
                self.saved = *r;
                self.state = State::Suspended;
                Ok(Outcome::Budget)
            }
            Exit::Error => {
                self.abandon();
                Err(Failure::Uncaught)
            }
            Exit::OutOfMemory => {
                self.abandon();
                Err(Failure::OutOfMemory)
            }
            Exit::Halted => {
                self.abandon();
                Err(Failure::Halted)
            }
        }
    }

    /// Gives up a run that [`Outcome::Budget`] has ended, as if it had never been started.
    pub fn give_up(&mut self) {
        // SAFETY: between runs, the stacks are as the last run left them.
        unsafe { self.abandon() }
    }

    /// Gives up whatever is running.
    unsafe fn abandon(&mut self) {
        while !(*self.heap.current).is_main {
            let thread = self.heap.current;
            self.heap.close_outers((*thread).stack);
            (*thread).status = ThreadStatus::Idle;
            (*thread).drop_frames();
            (*thread).continuation_count = 0;
            (*thread).nesting = 0;
            (*thread).top = (*thread).stack.add(1);
            self.heap.current = (*thread).resumer;
            (*self.heap.current).is_clean = false;
            (*thread).resumer = ptr::null_mut();
        }
        let main = self.heap.current;
        self.heap.close_outers((*main).stack);
        (*main).drop_frames();
        (*main).continuation_count = 0;
        (*main).nesting = 0;
        (*main).top = (*main).stack;
        (*main).status = ThreadStatus::Idle;
        self.state = State::Ready;
    }

    fn refill_budget(&mut self) {
        self.budget = self.budget_limit.unwrap_or(u32::MAX);
    }

    /// How many instructions have been executed under [`Config::audit`] or [`Config::count_instructions`]; without
    /// them nobody counts.
    #[cfg(feature = "std")]
    #[must_use]
    pub fn instructions(&self) -> u64 {
        self.counted
    }

    /// Ends the VM and gives back the region that it was made in, for the next one. `None` if its memory is the
    /// system's. Dropping a VM instead forgets its region.
    #[must_use]
    pub fn into_region(self) -> Option<&'static mut [MaybeUninit<u8>]> {
        self.heap.into_region()
    }

    /// Changes the budget of the runs that follow.
    pub fn set_budget(&mut self, budget: Option<u32>) {
        self.budget_limit = budget;
    }

    /// What is left of the budget of the last run, in backward jumps and calls.
    pub fn budget_left(&self) -> u32 {
        self.budget
    }

    /// To be called between runs: releases everything that nothing references, the result of the last run
    /// included.
    pub fn idle(&mut self, host: &mut dyn Any) {
        if self.state == State::Suspended {
            return;
        }
        // SAFETY: nothing runs: the stack is dead.
        unsafe {
            self.heap.host = erase_lifetime(host);
            (*self.heap.current).top = (*self.heap.current).stack;
            self.heap.reconcile();
            self.heap.host = no_host();
        }
    }

    /// Frees unreachable cycles. Returns how many objects that were.
    pub fn collect_cycles(&mut self, host: &mut dyn Any) -> usize {
        // SAFETY: between runs and while suspended, everything alive is on stacks or counted.
        unsafe {
            self.heap.host = erase_lifetime(host);
            let freed = self.heap.collect_cycles();
            self.heap.host = no_host();
            freed
        }
    }

    /// Works with values and objects outside of a run. What the last run returned is [`Cx::result`].
    pub fn with<R>(&mut self, host: &mut dyn Any, work: impl for<'v> FnOnce(&mut Cx<'v>) -> R) -> R {
        // SAFETY: the context gets an empty window above everything that is alive.
        unsafe {
            self.heap.host = erase_lifetime(host);
            self.heap.protect_new_objects();
            let top = (*self.heap.current).top;
            let mut cx = Cx::new(self, top, 0);
            let result = work(&mut cx);
            self.heap.host = no_host();
            result
        }
    }

    /// Calls `read` with the text of the error that ended the last run.
    pub fn error_text<R>(&mut self, read: impl FnOnce(&[u8]) -> R) -> R {
        self.heap.protect_new_objects();
        // SAFETY: the error is a root; its text is used at once.
        unsafe {
            let error = self.heap.roots.error;
            match self.plain_text(error) {
                Ok(text) => read(crate::heap::string::bytes(text)),
                Err(_) => read(b"out of memory"),
            }
        }
    }

    /// Where the error of the last run was thrown, innermost function first.
    pub fn trace(&self) -> impl Iterator<Item = TraceFrame> + '_ {
        self.trace[..self.trace_length].iter().map(|entry| {
            // SAFETY: functions live as long as the VM.
            let function = unsafe { &*entry.function };
            TraceFrame {
                function: function.name(),
                source: function.source(entry.pc),
                line: function.line(entry.pc),
                is_main: function.index == 0,
            }
        })
    }

    /// Lets go of a handle; also while a run is suspended. Returns whether it was one of this VM.
    pub fn release(&mut self, handle: Handle) -> bool {
        self.heap.release_handle(handle)
    }

    /// Bytes that the heap can hold at most.
    pub fn memory_limit(&self) -> usize {
        self.heap.capacity()
    }

    /// Bytes that scripts use.
    pub fn memory_used(&self) -> usize {
        self.heap.used()
    }

    /// How many blocks of memory have been taken from the heap: objects, and what grows with them.
    #[cfg(feature = "std")]
    pub fn allocations(&self) -> u64 {
        self.heap.allocations()
    }

    /// Bytes that loaded programs use besides their images.
    pub fn program_memory(&self) -> usize {
        self.heap.program_bytes
    }

    /// Throws a value.
    pub(crate) fn throw(&mut self, value: Value) -> Raise {
        // SAFETY: the error is a root.
        unsafe {
            let slot = &raw mut self.heap.roots.error;
            self.heap.store(slot, value);
        }
        self.heap.raise(RaiseKind::Thrown)
    }

    /// Takes the error that was caught.
    pub(crate) fn take_error(&mut self) -> Value {
        let error = self.heap.roots.error;
        // SAFETY: the error is a root; the caller puts it on the stack at once.
        unsafe {
            let slot = &raw mut self.heap.roots.error;
            self.heap.store(slot, Value::NULL);
        }
        error
    }

    pub(crate) fn root_value(&self) -> Value {
        Value::from_table(self.heap.roots.root)
    }

    /// Whether instances have a default method of this name.
    pub(crate) unsafe fn is_instance_method(&self, key: Value) -> bool {
        let string = key.as_string();
        let Some(library) = crate::builtins::delegate(crate::value::Tag::Instance) else { return false };
        library
            .find(crate::heap::string::hash_of(string), crate::heap::string::bytes(string), self.edition)
            .is_some()
    }

    pub(crate) fn print(&mut self, output: Output, bytes: &[u8]) {
        if let Some(printer) = self.printer {
            // SAFETY: the host is valid while something runs.
            unsafe { printer(&mut *self.heap.host, output, bytes) };
        }
    }

    /// The next random number: xorshift.
    pub(crate) fn next_random(&mut self) -> u32 {
        let mut state = self.random;
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        self.random = state;
        state
    }

    pub(crate) fn seed_random(&mut self, seed: u32) {
        self.random = seed.wrapping_mul(0x9E37_79B1).max(1);
    }

    /// Counts an instruction and checks the heap before it.
    ///
    /// # Panics
    /// If a count is wrong: the audit is a test of the VM itself.
    #[cfg(feature = "std")]
    pub(super) unsafe fn audit_step(&mut self, r: &Registers) {
        if r.pc == super::halt() || r.pc == super::finish() || r.pc == super::thread_end() {
            return;
        }
        self.counted += 1;
        if self.counts_only {
            return;
        }
        self.set_top_of_frame(r);
        self.heap.reconcile();
        if self.audit_countdown == 0 {
            if let Err(kind) = self.heap.audit_counts() {
                panic!("the reference count of a {kind:?} is wrong");
            }
            // Tracing costs as much as the heap is large: large heaps are traced less often.
            self.audit_countdown = (self.heap.used() / 256) as u32;
        }
        self.audit_countdown = self.audit_countdown.saturating_sub(1);
    }
}

/// The VM keeps the host only while the call that it was passed to has not returned.
unsafe fn erase_lifetime(host: &mut dyn Any) -> *mut dyn Any {
    &raw mut *host
}

fn no_host() -> *mut dyn Any {
    struct NoHost;
    static mut NO_HOST: NoHost = NoHost;
    &raw mut NO_HOST
}

impl<'v> Cx<'v> {
    /// What the last run returned. Between runs only.
    pub fn result(&self) -> Local<'v> {
        // SAFETY: the slot is valid.
        unsafe { Local::new(*(*self.heap().current).stack) }
    }

    /// Prints.
    pub fn print(&mut self, bytes: &[u8], output: Output) {
        self.vm().print(output, bytes);
    }

    /// A random number.
    pub fn random(&mut self) -> u32 {
        self.vm().next_random()
    }

    /// Starts the random numbers anew.
    pub fn seed_random(&mut self, seed: u32) {
        self.vm().seed_random(seed);
    }
}
