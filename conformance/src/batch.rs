//! Batches: programs that another machine runs, and what it reports about them.
//!
//! A firmware cannot compile, and has no files. So programs are compiled here
//! into one file, which is put into the memory of the machine, and the machine
//! answers with a stream of records. Both formats are as plain as they can be,
//! because the other side has to be written for each machine:
//!
//! - A batch is little-endian words: `TBAT`, the number of programs, and for
//!   each the offset and length of its image, its edition and its call depth.
//! - A report is records of a letter, a length in two bytes, and so many bytes.
//!
//! The other side is in `firmware-shim/examples/mps2-an386`.

use crate::{Ending, Run};
use std::collections::BTreeMap;
use tamias_vm::Edition;

const MAGIC: &[u8; 4] = b"TBAT";
const ENTRY_BYTES: usize = 16;

/// A compiled program of a batch.
pub struct Program {
    /// The image.
    pub image: Vec<u8>,
    /// Its edition.
    pub edition: Edition,
    /// How deep its functions may call each other.
    pub call_depth: u32,
}

/// The file with these programs. Images start at multiples of eight.
pub fn write(programs: &[Program]) -> Vec<u8> {
    let mut entries = Vec::from(*MAGIC);
    entries.extend((programs.len() as u32).to_le_bytes());
    let mut images = Vec::new();
    let first = (entries.len() + programs.len() * ENTRY_BYTES).next_multiple_of(8);
    for program in programs {
        images.resize(images.len().next_multiple_of(8), 0);
        let edition = match program.edition {
            Edition::Imp => 0,
            Edition::ImpCompat => 1,
            Edition::Squirrel3 => 2,
        };
        let offset = (first + images.len()) as u32;
        for word in [offset, program.image.len() as u32, edition, program.call_depth] {
            entries.extend(word.to_le_bytes());
        }
        images.extend_from_slice(&program.image);
    }
    entries.resize(first, 0);
    entries.append(&mut images);
    entries
}

/// What a machine tells about a batch.
#[derive(Debug, Default)]
pub struct Report {
    /// By program, in the order of the batch.
    pub runs: Vec<Measured>,
    /// Facts about the whole.
    pub facts: BTreeMap<String, u64>,
    /// Whether the report has an end: the machine did not stop in between.
    pub is_complete: bool,
}

/// What became of a program on the machine.
#[derive(Debug)]
pub struct Measured {
    /// What it printed, and how it ended.
    pub run: Run,
    /// Instructions of the processor; 0 if they were not counted.
    pub instructions: u32,
}

/// Reads a report. What follows damage is ignored; then the report is not complete.
pub fn read(mut bytes: &[u8]) -> Report {
    let mut report = Report::default();
    while let [letter, low, high, rest @ ..] = bytes {
        let length = usize::from(u16::from_le_bytes([*low, *high]));
        let Some((record, later)) = rest.split_at_checked(length) else { break };
        bytes = later;
        read_record(&mut report, *letter, record);
    }
    report
}

fn read_record(report: &mut Report, letter: u8, record: &[u8]) {
    let text = || String::from_utf8_lossy(record).into_owned();
    match letter {
        b'P' => report.runs.push(Measured {
            run: Run { output: Vec::new(), ending: Ending::Timeout, trace: Vec::new() },
            instructions: 0,
        }),
        b'F' => {
            let text = text();
            if let Some((name, number)) = text.split_once('=') {
                report.facts.insert(name.to_string(), number.parse().unwrap_or_default());
            }
        }
        b'Z' => report.is_complete = true,
        _ => {
            let Some(measured) = report.runs.last_mut() else { return };
            match letter {
                b'O' => measured.run.output.extend_from_slice(record),
                b'D' => measured.run.ending = Ending::Done,
                b'E' => measured.run.ending = Ending::Error(text()),
                b'R' => measured.run.ending = Ending::Error(format!("refused: {}", text())),
                b'M' => measured.run.ending = Ending::OutOfMemory,
                b'I' => measured.instructions = record.try_into().map_or(0, u32::from_le_bytes),
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_are_aligned_and_found() {
        let program = |image: &[u8]| Program { image: image.to_vec(), edition: Edition::Imp, call_depth: 7 };
        let batch = write(&[program(b"first"), program(b"second")]);
        let word = |index: usize| {
            u32::from_le_bytes(batch[index * 4..][..4].try_into().expect("four bytes")) as usize
        };
        assert_eq!((&batch[..4], word(1)), (&MAGIC[..], 2));
        assert_eq!(&batch[word(2)..][..word(3)], b"first");
        assert_eq!(&batch[word(6)..][..word(7)], b"second");
        assert_eq!((word(2) % 8, word(6) % 8, word(8), word(9)), (0, 0, 0, 7));
    }

    #[test]
    fn reports_say_what_happened() {
        let report = read(b"P\x04\0\0\0\0\0O\x02\0hiO\x01\0!D\0\0I\x04\0\x05\0\0\0P\x04\0\x01\0\0\0E\x03\0badF\x07\0stack=9Z\0\0");
        assert!(report.is_complete);
        assert_eq!(report.runs[0].run.output, b"hi!");
        assert!(matches!(report.runs[0].run.ending, Ending::Done));
        assert_eq!(report.runs[0].instructions, 5);
        assert!(matches!(&report.runs[1].run.ending, Ending::Error(text) if text == "bad"));
        assert_eq!(report.facts["stack"], 9);
    }

    #[test]
    fn a_report_that_breaks_off_is_not_complete() {
        let report = read(b"P\x04\0\0\0\0\0O\xff\0hi");
        assert!(!report.is_complete);
        assert!(matches!(report.runs[0].run.ending, Ending::Timeout));
    }
}
