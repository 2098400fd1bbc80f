//! What an image and its program take: `tamias compile --map`.
//!
//! The bytes of the image are counted. The memory is partly computed and
//! partly measured, and the text says which is which: what loading takes on a
//! microcontroller follows from the number of functions; what the program
//! creates is what its main function leaves behind here, on a simulated module
//! with nothing connected to it.

use std::fmt::Write;
use tamias_bytecode::{Edition, Image};
use tamias_simulator::{BoardSetup, SimulatedBoard};
use tamias_stdlib_imp::board::ModuleProfile;
use tamias_stdlib_imp::runtime::{Next, Runtime, RuntimeConfig, StopReason};
use tamias_vm::{Config, FUNCTION_BYTES_32, Memory, PROGRAM_BYTES_32};

/// How many calls and backward jumps a main function may take that is measured.
const BUDGET: u32 = 10_000_000;
/// What the measured program may use, in bytes.
const HEAP: usize = 64 << 20;

/// The map of an image, as text.
pub fn map(image: &[u8], profile: &'static ModuleProfile) -> String {
    let Ok(image) = Image::from_bytes(image) else { return String::new() };
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = write_functions(&mut text, &image);
    let _ = write_sections(&mut text, &image);
    let _ = write_memory(&mut text, &image, profile);
    text
}

/// The functions, the largest first.
fn write_functions(text: &mut String, image: &Image<'_>) -> std::fmt::Result {
    let mut functions: Vec<_> = image.function_sizes().enumerate().collect();
    functions.sort_by_key(|(index, (_, size))| (std::cmp::Reverse(*size), *index));
    writeln!(text, " bytes  registers  function")?;
    for (_, (function, size)) in functions {
        let name = function.name().map_or("(anonymous)".into(), String::from_utf8_lossy);
        write!(text, "{size:6}  {:9}  {name}", function.n_registers())?;
        let line = function.positions().next().map(|(_, position)| position.line);
        match line.and_then(|line| image.source_place(line)) {
            Some(place) => writeln!(text, " {}:{}", String::from_utf8_lossy(place.name), place.line)?,
            None => writeln!(text)?,
        }
    }
    Ok(())
}

fn write_sections(text: &mut String, image: &Image<'_>) -> std::fmt::Result {
    let sizes = image.sizes();
    let parts = [
        (sizes.functions, format!("in {} functions", image.function_count())),
        (sizes.strings, format!("in {} strings", image.strings().count())),
        (sizes.indexes, "in the indexes of strings and functions".to_owned()),
        (sizes.constants, "in constants and enumerations".to_owned()),
        (sizes.debug, "in debug tables, which `--strip` leaves out".to_owned()),
        (sizes.header, "in the header".to_owned()),
    ];
    writeln!(text)?;
    for (size, what) in parts {
        writeln!(text, "{size:6}  {what}")?;
    }
    writeln!(text, "{:6}  in all: flash", image.size())
}

fn write_memory(text: &mut String, image: &Image<'_>, profile: &'static ModuleProfile) -> std::fmt::Result {
    let functions = image.function_count() as usize;
    let loaded = PROGRAM_BYTES_32 + functions * FUNCTION_BYTES_32;
    writeln!(text)?;
    writeln!(
        text,
        "{loaded:6}  of memory to load it on a 32-bit microcontroller, computed: {PROGRAM_BYTES_32} and \
         {FUNCTION_BYTES_32} for each function"
    )?;
    match created(image, profile) {
        Ok(bytes) => writeln!(
            text,
            "{bytes:6}  of memory more when its main function has returned, measured here on a bare {}; \
             a 32-bit processor needs less",
            profile.name
        ),
        Err(reason) => writeln!(text, "     ?  of memory more when its main function has returned: {reason}"),
    }
}

/// Bytes that the main function leaves behind.
fn created(image: &Image<'_>, profile: &'static ModuleProfile) -> Result<usize, &'static str> {
    if image.edition() == Edition::Squirrel3 {
        return Err("that is measured in the imp editions only");
    }
    let mut board = SimulatedBoard::from_setup(BoardSetup::bare(profile));
    board.set_log_sink(Box::new(|_, _, _| {}));
    let vm = Config { edition: image.edition(), budget: Some(BUDGET), ..Config::default() };
    let config = RuntimeConfig { vm, ..RuntimeConfig::default() };
    let Ok(mut runtime) = Runtime::new(config, Memory::Host { limit: HEAP }, Box::new(board)) else {
        return Err("there is no memory to measure it");
    };
    runtime.load(image.bytes()).map_err(|_| "it cannot be loaded")?;
    let before = runtime.memory_used();
    match runtime.poll() {
        Next::Stopped(StopReason::Error) => Err("it fails on a bare module"),
        Next::Stopped(StopReason::OutOfMemory) => Err("it runs out of memory"),
        Next::Stopped(StopReason::Budget) => Err("it does not return soon"),
        _ => Ok(runtime.memory_used().saturating_sub(before)),
    }
}
