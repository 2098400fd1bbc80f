//! Programs that are replaced in the field: power failures, damage, and images that do not fit.

mod flash;

use flash::{Flash, SECTOR, SIZE};
use tamias_firmware_shim::programs::{ProgramSlots, UpdateError};

const SLOT: u32 = 4 * SECTOR as u32;

fn open(flash: Flash) -> ProgramSlots<Flash> {
    ProgramSlots::new(flash, 0, SLOT).expect("the slots are sectors")
}

/// Stands for an image.
fn program(seed: usize, length: usize) -> Vec<u8> {
    (0..length).map(|position| (position * seed + position / 7) as u8).collect()
}

/// Installs a program in pieces of odd lengths.
fn install(slots: &mut ProgramSlots<Flash>, image: &[u8]) -> Result<(), UpdateError> {
    let mut update = slots.update(image.len() as u32)?;
    for piece in image.chunks(37) {
        update.write(piece)?;
    }
    update.finish()
}

/// The program that runs after the next start.
fn running(flash: &Flash) -> Option<Vec<u8>> {
    let place = open(flash.clone()).current()?;
    Some(flash.bytes[place.start as usize..place.end as usize].to_vec())
}

#[test]
fn the_newest_program_runs() {
    let mut slots = open(Flash::erased());
    assert_eq!(slots.current(), None);
    for (seed, length) in [(3, 100), (5, 960), (7, 0), (11, 8)] {
        install(&mut slots, &program(seed, length)).expect("it fits");
        slots = open(slots.into_flash());
        let place = slots.current().expect("it was installed");
        assert_eq!((place.start % 64, place.len()), (0, length));
        let flash = slots.into_flash();
        assert_eq!(running(&flash), Some(program(seed, length)));
        slots = open(flash);
    }
}

#[test]
fn a_power_failure_leaves_the_old_program() {
    let (old, new) = (program(3, 300), program(5, 411));
    let mut slots = open(Flash::erased());
    install(&mut slots, &program(9, 600)).expect("it fits");
    install(&mut slots, &old).expect("it fits");
    let flash = slots.into_flash();
    for last_bits in [0, 0xFF, 0x0F, 0xA5] {
        for power in 0.. {
            let mut slots = open(flash.with_power(power, last_bits));
            let done = install(&mut slots, &new);
            let after = slots.into_flash().powered();
            let found = running(&after).expect("there is always a program");
            if done.is_ok() {
                assert_eq!(found, new);
                // The slot is erased, then the image and its header are written in words of eight bytes.
                assert_eq!(power, SLOT as usize + new.len().next_multiple_of(8) + 24);
                break;
            }
            assert!(found == old || found == new, "with power for {power} bytes");
            // Only the padding of the last word was at stake.
            assert!(found == old || power > SLOT as usize + new.len() + 16, "with power for {power} bytes");
            let mut slots = open(after);
            install(&mut slots, &program(13, 500)).expect("the power is back");
            assert_eq!(running(&slots.into_flash()), Some(program(13, 500)));
        }
    }
}

#[test]
fn a_damaged_program_gives_way_to_the_one_before() {
    let (old, new) = (program(3, 300), program(5, 411));
    let mut slots = open(Flash::erased());
    install(&mut slots, &old).expect("it fits");
    install(&mut slots, &new).expect("it fits");
    let place = slots.current().expect("it was installed");
    let flash = slots.into_flash();
    for byte in place.start as usize..place.end as usize {
        let mut damaged = flash.clone();
        damaged.bytes[byte] ^= 0x10;
        assert_eq!(running(&damaged), Some(old.clone()));
    }
}

#[test]
fn an_update_that_is_not_finished_changes_nothing() {
    let mut slots = open(Flash::erased());
    install(&mut slots, &program(3, 300)).expect("it fits");
    let mut update = slots.update(10).expect("it fits");
    update.write(&[1; 9]).expect("it fits");
    assert_eq!(update.write(&[1; 2]), Err(UpdateError::TooLong));
    assert_eq!(update.finish(), Err(UpdateError::TooShort));
    assert_eq!(slots.update(SLOT).err(), Some(UpdateError::TooLong));
    assert_eq!(running(&slots.into_flash()), Some(program(3, 300)));
}

#[test]
fn slots_have_to_be_sectors() {
    assert_eq!(ProgramSlots::new(Flash::erased(), 0, 100).err(), Some(UpdateError::Layout));
    assert_eq!(ProgramSlots::new(Flash::erased(), 8, SLOT).err(), Some(UpdateError::Layout));
    assert!(SIZE >= 2 * SLOT as usize);
}
