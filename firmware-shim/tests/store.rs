//! The store in flash, with the power failing at every write.

use embedded_storage::nor_flash::{ErrorType, NorFlash, NorFlashError, NorFlashErrorKind, ReadNorFlash};
use tamias_firmware_shim::store::FlashStore;
use tamias_stdlib_imp::board::{NonVolatile, StorageError, StoreArea};

const SECTOR: usize = 256;
const SIZE: usize = 8 * SECTOR;

/// A flash in memory whose power fails after so many bytes have been changed.
#[derive(Clone)]
struct Flash {
    bytes: Vec<u8>,
    power: usize,
}

impl Flash {
    fn erased() -> Flash {
        Flash { bytes: vec![0xFF; SIZE], power: usize::MAX }
    }

    fn change(&mut self, offset: usize, values: impl Iterator<Item = u8>) -> Result<(), PowerFailure> {
        for (position, value) in values.enumerate() {
            self.power = self.power.checked_sub(1).ok_or(PowerFailure)?;
            self.bytes[offset + position] = value;
        }
        Ok(())
    }
}

#[derive(Debug)]
struct PowerFailure;

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
        self.change(from as usize, (from..to).map(|_| 0xFF))
    }

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), PowerFailure> {
        assert_eq!((offset as usize % Self::WRITE_SIZE, bytes.len() % Self::WRITE_SIZE), (0, 0));
        let old = self.bytes[offset as usize..][..bytes.len()].to_vec();
        assert!(old.iter().all(|byte| *byte == 0xFF), "flash is written once after it was erased");
        self.change(offset as usize, bytes.iter().copied())
    }
}

fn open(flash: Flash) -> FlashStore<Flash> {
    FlashStore::new(flash, 0, 2 * SECTOR as u32).expect("the slots are sectors")
}

#[test]
fn the_newest_data_are_found_again() {
    let mut store = open(Flash::erased());
    assert_eq!(store.load(StoreArea::Nv), b"");
    for text in [&b"one"[..], b"two, which is longer than a word", b"", b"three"] {
        store.store(StoreArea::Nv, text).expect("it fits");
        store.store(StoreArea::UserConfiguration, b"mine").expect("it fits");
        store = open(store.into_flash());
        assert_eq!(
            (store.load(StoreArea::Nv), store.load(StoreArea::UserConfiguration)),
            (text, &b"mine"[..])
        );
    }
    assert_eq!(store.store(StoreArea::Nv, &[1; 2 * SECTOR]), Err(StorageError::TooLong));
    assert_eq!(store.load(StoreArea::Nv), b"three");
}

#[test]
fn a_power_failure_leaves_the_old_or_the_new_data() {
    let mut store = open(Flash::erased());
    store.store(StoreArea::Nv, b"first").expect("it fits");
    store.store(StoreArea::Nv, b"the old data").expect("it fits");
    let flash = store.into_flash();
    for power in 0.. {
        let mut store = open(Flash { power, ..flash.clone() });
        let done = store.store(StoreArea::Nv, b"the new data, of another length");
        let after = open(Flash { power: usize::MAX, ..store.into_flash() });
        match done {
            Ok(()) => {
                assert_eq!(after.load(StoreArea::Nv), b"the new data, of another length");
                break;
            }
            Err(error) => {
                assert_eq!(error, StorageError::Medium);
                assert_eq!(after.load(StoreArea::Nv), b"the old data", "with power for {power} bytes");
            }
        }
    }
}

#[test]
fn slots_have_to_be_sectors() {
    assert_eq!(FlashStore::new(Flash::erased(), 0, 100).err(), Some(StorageError::Medium));
}
