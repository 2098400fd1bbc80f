//! `tamias run`

pub mod device;
pub mod host;
mod origins;

use crate::args::{EditionArg, Run};
use crate::exit::Exit;
use crate::input::Input;
use crate::{input, report};
use tamias_bytecode::Image;
use tamias_vm::Edition;

/// Runs a program where its edition belongs: on a simulated imp or on this computer.
pub fn run(args: &Run) -> Exit {
    let (image, edition) = match load(args) {
        Ok(loaded) => loaded,
        Err(exit) => return exit,
    };
    if edition == Edition::Squirrel3 { host::run(args, &image) } else { device::run(args, &image, edition) }
}

/// Reads the program as an image.
fn load(args: &Run) -> Result<(Vec<u8>, Edition), Exit> {
    let image = match input::read_any(&args.file)? {
        Input::Image(image) => image,
        Input::Source(source) => {
            let edition = args.edition.unwrap_or(EditionArg::Imp);
            report::compile_source(&args.file, &source, edition, false, &args.sources)?
        }
    };
    match Image::from_bytes(&image).map(|image| image.edition()) {
        Ok(edition) => Ok((image, edition)),
        Err(error) => {
            report::error(&format!("`{}`: {error}", input::display_name(&args.file)));
            Err(Exit::ImageRejected)
        }
    }
}
