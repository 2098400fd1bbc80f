//! A flash in memory whose power can fail.

use embedded_storage::nor_flash::{ErrorType, NorFlash, NorFlashError, NorFlashErrorKind, ReadNorFlash};

pub const SECTOR: usize = 256;
pub const SIZE: usize = 8 * SECTOR;

/// Every byte that is written or erased costs a unit of power. When none is left the byte at hand is torn: some of
/// its bits have changed, others have not. All calls after that fail, too.
#[derive(Clone)]
pub struct Flash {
    pub bytes: Vec<u8>,
    pub power: usize,
    /// The bits that still change in the byte at which the power fails.
    pub last_bits: u8,
}

#[derive(Debug)]
pub struct PowerFailure;

impl Flash {
    pub fn erased() -> Flash {
        Flash { bytes: vec![0xFF; SIZE], power: usize::MAX, last_bits: 0 }
    }

    /// The same flash when the power is back.
    pub fn powered(self) -> Flash {
        Flash { power: usize::MAX, ..self }
    }

    /// The same flash with power for so many bytes.
    pub fn with_power(&self, power: usize, last_bits: u8) -> Flash {
        Flash { bytes: self.bytes.clone(), power, last_bits }
    }

    fn change(&mut self, offset: usize, values: impl Iterator<Item = u8>) -> Result<(), PowerFailure> {
        for (position, value) in values.enumerate() {
            let byte = &mut self.bytes[offset + position];
            if self.power == 0 {
                *byte = *byte & !self.last_bits | value & self.last_bits;
                self.last_bits = 0;
                return Err(PowerFailure);
            }
            self.power -= 1;
            *byte = value;
        }
        Ok(())
    }
}

impl NorFlashError for PowerFailure {
    fn kind(&self) -> NorFlashErrorKind {
        NorFlashErrorKind::Other
    }
}

impl ErrorType for Flash {
    type Error = PowerFailure;
}

impl ReadNorFlash for Flash {
    const READ_SIZE: usize = 1;

    fn read(&mut self, offset: u32, into: &mut [u8]) -> Result<(), PowerFailure> {
        into.copy_from_slice(&self.bytes[offset as usize..][..into.len()]);
        Ok(())
    }

    fn capacity(&self) -> usize {
        SIZE
    }
}

impl NorFlash for Flash {
    const WRITE_SIZE: usize = 8;
    const ERASE_SIZE: usize = SECTOR;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), PowerFailure> {
        assert_eq!((from as usize % SECTOR, to as usize % SECTOR), (0, 0));
        self.change(from as usize, (from..to).map(|_| 0xFF))
    }

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), PowerFailure> {
        assert_eq!((offset as usize % Self::WRITE_SIZE, bytes.len() % Self::WRITE_SIZE), (0, 0));
        let old = &self.bytes[offset as usize..][..bytes.len()];
        assert!(
            self.power == 0 || old.iter().all(|byte| *byte == 0xFF),
            "flash is written once after it was erased"
        );
        self.change(offset as usize, bytes.iter().copied())
    }
}
