//! What the firmware tells about the programs: records of a letter, a length of
//! two bytes and so many bytes.

use tamias_example_support::mps2_uart as uart;

/// What a record is about.
#[derive(Clone, Copy)]
#[repr(u8)]
pub enum Record {
    /// A program starts.
    Program = b'P',
    /// It prints.
    Output = b'O',
    /// It has ended.
    Done = b'D',
    /// Nothing caught an error with this text.
    Error = b'E',
    /// It needs more memory than there is.
    OutOfMemory = b'M',
    /// It was not loaded, and why.
    Refused = b'R',
    /// How many instructions the processor took for it.
    Instructions = b'I',
    /// A fact about the whole run: a name, `=`, a number.
    Fact = b'F',
    /// The end of the report.
    End = b'Z',
}

/// Writes a record. What is longer than a length can say becomes several.
pub fn write(record: Record, bytes: &[u8]) {
    let mut rest = bytes;
    loop {
        let (part, later) = rest.split_at(rest.len().min(usize::from(u16::MAX)));
        uart::write(&[record as u8]);
        uart::write(&(part.len() as u16).to_le_bytes());
        uart::write(part);
        rest = later;
        if rest.is_empty() {
            return;
        }
    }
}

/// Writes a fact.
pub fn fact(name: &str, number: usize) {
    write(Record::Fact, alloc::format!("{name}={number}").as_bytes());
}
