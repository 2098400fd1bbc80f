//! Where the lines of a device's log come from.
//!
//! A device names lines as `device_code:12`, and the number counts in the text
//! of the program, in which included files stand. The log says just that, as
//! on a device; what it means is said beside it, on standard error.

use crate::args::SideArg;
use anstream::eprintln;
use std::collections::HashSet;
use tamias_bytecode::Image;

/// The files that a program consists of.
pub struct Origins {
    /// From which line of the program on lines come from which file, and from which line of it.
    ranges: Vec<(u32, String, u32)>,
    told: HashSet<u32>,
    /// How the log calls the program.
    unit: &'static str,
}

impl Origins {
    /// Reads what an image remembers: nothing if it is stripped.
    pub fn of(image: &[u8], side: SideArg) -> Origins {
        let unit = match side {
            SideArg::Device => "device_code:",
            SideArg::Agent => "agent_code:",
        };
        let sources = Image::from_bytes(image).map(|image| {
            let ranges = image.sources().map(|(first_line, place)| {
                (first_line, String::from_utf8_lossy(place.name).into_owned(), place.line)
            });
            ranges.collect()
        });
        Origins { ranges: sources.unwrap_or_default(), told: HashSet::new(), unit }
    }

    /// Explains the line that a line of the log names, unless that has been done or is obvious.
    pub fn tell(&mut self, text: &str) {
        let Some((name, line, number)) = self.origin(text) else { return };
        if self.told.insert(number) {
            eprintln!("note: {}{number} is {name}:{line}", self.unit);
        }
    }

    /// The file and line, and the number by which the log names it; `None` if they are the same.
    fn origin(&self, text: &str) -> Option<(String, u32, u32)> {
        let (_, rest) = text.split_once(self.unit)?;
        let digits = rest.find(|character: char| !character.is_ascii_digit()).unwrap_or(rest.len());
        let number: u32 = rest[..digits].parse().ok()?;
        let index = self.ranges.partition_point(|(first_line, ..)| *first_line <= number).checked_sub(1)?;
        let (first_line, name, line) = &self.ranges[index];
        let line = line + (number - first_line);
        let is_obvious = line == number && *name == self.ranges[0].1;
        (!is_obvious).then(|| (name.clone(), line, number))
    }
}
