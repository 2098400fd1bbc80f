//! The store in flash, with the power failing at every write.

mod flash;

use flash::{Flash, SECTOR};
use tamias_firmware_shim::store::FlashStore;
use tamias_stdlib_imp::board::{NonVolatile, StorageError, StoreArea};

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
    const NEW: &[u8] = b"the new data, of another length";
    let mut store = open(Flash::erased());
    store.store(StoreArea::Nv, b"first").expect("it fits");
    store.store(StoreArea::Nv, b"the old data").expect("it fits");
    let flash = store.into_flash();
    // The byte at which the power fails stays as it was, changes wholly or changes in part.
    for last_bits in [0, 0xFF, 0x0F, 0xA5] {
        let mut power = 0;
        while !stores_with(&flash.with_power(power, last_bits), NEW) {
            power += 1;
        }
        // The slot is erased, then the data and the header are written in words of eight bytes.
        assert_eq!(power, 2 * SECTOR + NEW.len().next_multiple_of(8) + 16);
    }
}

/// Whether there was power enough. If not the old data are there, or the new ones if only their last byte was at
/// stake; and they can be replaced once the power is back.
fn stores_with(flash: &Flash, new: &[u8]) -> bool {
    let mut store = open(flash.clone());
    let done = store.store(StoreArea::Nv, new);
    let mut after = open(store.into_flash().powered());
    let found = after.load(StoreArea::Nv).to_vec();
    match done {
        Ok(()) => assert_eq!(found, new),
        Err(error) => {
            assert_eq!(error, StorageError::Medium);
            assert!(found == b"the old data" || found == new, "{found:?} with power for {}", flash.power);
        }
    }
    after.store(StoreArea::Nv, b"again").expect("the power is back");
    assert_eq!(open(after.into_flash()).load(StoreArea::Nv), b"again");
    done.is_ok()
}

#[test]
fn slots_have_to_be_sectors() {
    assert_eq!(FlashStore::new(Flash::erased(), 0, 100).err(), Some(StorageError::Medium));
}
