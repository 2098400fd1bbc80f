//! What goes wrong in the field, and what the firmware gets to know of it.

#[path = "support/firmware.rs"]
mod firmware;

use embedded_hal_mock::eh1::delay::NoopDelay;
use firmware::{Firmware, Lines, image, in_flash, memory};
use tamias_firmware_shim::clock::CounterClock;
use tamias_firmware_shim::{FirmwareBoard, region};
use tamias_stdlib_imp::board::{WakeReason, modules};
use tamias_stdlib_imp::runtime::{Next, Runtime, RuntimeConfig, StopReason};
use tamias_vm::{Config, LoadError};

const BUDGET: u32 = 10_000;

fn limited() -> RuntimeConfig {
    RuntimeConfig { vm: Config { budget: Some(BUDGET), ..Config::default() }, ..RuntimeConfig::default() }
}

fn runtime(bytes: usize) -> Option<Runtime> {
    let clock = CounterClock::new(|| 0, NoopDelay::new());
    let board = FirmwareBoard::new(&modules::IMP001, clock, Lines::default());
    Runtime::new(RuntimeConfig::default(), region(memory(bytes)), Box::new(board)).ok()
}

#[test]
fn a_program_starts_again_in_the_same_memory_and_is_told_why() {
    let program = r#"
        switch (hardware.wakereason()) {
            case WAKEREASON_POWER_ON:
                local kept = [];
                while (true) kept.append(blob(512));
            case WAKEREASON_SW_RESET:
                server.log("after running out of memory");
                throw "nobody catches this";
            case WAKEREASON_SQUIRREL_ERROR:
                server.log("after an error");
                while (true) {}
            case WAKEREASON_HW_RESET:
                server.log("after running wild");
        }"#;
    let mut firmware = Firmware::with_config(limited(), program, |board| board);
    let mut log = Vec::new();
    for reason in [StopReason::OutOfMemory, StopReason::Error, StopReason::Budget] {
        assert_eq!(firmware.turn(), Next::Stopped(reason));
        log.extend(firmware.take_lines());
        // It stays ended until somebody does something about it.
        if reason != StopReason::Budget {
            assert_eq!(firmware.turn(), Next::Stopped(reason));
        }
        firmware = firmware.start_again(limited(), program, reason);
    }
    assert_eq!(firmware.turn(), Next::Idle);
    log.extend(firmware.take_lines());
    log.retain(|line| !line.starts_with("ERROR:   "));
    assert_eq!(
        log,
        [
            "out of memory",
            "after running out of memory",
            "ERROR: nobody catches this",
            "after an error",
            "after running wild"
        ]
    );
}

#[test]
fn the_embedder_may_give_a_runaway_callback_more_time() {
    let program = "local sum = 0; for (local i = 0; i < 25000; i++) sum += i; server.log(sum);";
    let mut firmware = Firmware::with_config(limited(), program, |board| board);
    assert_eq!(firmware.turn(), Next::Stopped(StopReason::Budget));
    assert_eq!(firmware.turn(), Next::Stopped(StopReason::Budget));
    assert_eq!(firmware.turn(), Next::Idle);
    assert_eq!(firmware.take_lines(), ["312487500"]);
}

#[test]
fn a_runaway_callback_does_not_end_the_others() {
    let program = r#"
        imp.wakeup(1, function() { while (true) {} });
        imp.wakeup(2, @() server.log("on time"));"#;
    let mut firmware = Firmware::with_config(limited(), program, |board| board);
    assert_eq!(firmware.turn(), Next::At(1_000_000));
    firmware.now.set(1_000_000);
    assert_eq!(firmware.turn(), Next::Stopped(StopReason::Budget));
    firmware.runtime.go_on();
    assert_eq!(firmware.turn(), Next::At(2_000_000));
    firmware.now.set(2_000_000);
    assert_eq!(firmware.turn(), Next::Idle);
    assert_eq!(firmware.take_lines(), ["on time"]);
}

#[test]
fn an_image_with_any_byte_damaged_is_refused() {
    let good = image("server.log(1.5 + \"text\");");
    for position in 0..good.len() {
        let mut bytes = good.to_vec();
        bytes[position] ^= 0x10;
        let mut runtime = runtime(64 * 1024).expect("it is large enough");
        let refused = runtime.load_static(in_flash(&bytes));
        assert!(matches!(refused, Err(LoadError::Image(_))), "byte {position}: {refused:?}");
    }
    let half = in_flash(&good[..good.len() / 2]);
    let refused = runtime(64 * 1024).expect("it is large enough").load_static(half);
    assert!(matches!(refused, Err(LoadError::Image(_))));
    let erased = in_flash(&[0xFF; 4096]);
    let refused = runtime(64 * 1024).expect("it is large enough").load_static(erased);
    assert!(matches!(refused, Err(LoadError::Image(_))));
}

#[test]
fn a_heap_that_is_too_small_is_noticed_at_the_start() {
    let program = image("function one() { return [1, 2, 3]; } server.log(one().len());");
    let mut outcomes = [0; 4];
    for bytes in (0..64 * 1024).step_by(512) {
        let Some(mut runtime) = runtime(bytes) else {
            outcomes[0] += 1;
            continue;
        };
        match runtime.load_static(program) {
            Err(LoadError::OutOfMemory) => outcomes[1] += 1,
            Err(error) => panic!("{bytes} bytes: {error}"),
            Ok(()) => match runtime.poll() {
                Next::Stopped(StopReason::OutOfMemory) => outcomes[2] += 1,
                Next::Ready => outcomes[3] += 1,
                next => panic!("{bytes} bytes: {next:?}"),
            },
        }
    }
    // Too small for a machine, for the image, for the program; and enough. More memory is never worse.
    assert!(outcomes[0] > 0 && outcomes[3] > 0, "{outcomes:?}");
}

#[test]
fn a_native_that_fails_is_an_error_of_the_script() {
    let program = r#"
        try { hardware.pin1.configure(DIGITAL_OUT); } catch (error) { server.log(error); }
        server.log("pin1" in hardware);
        try { imp.wakeup("soon", @() null); } catch (error) { server.log(error); }
        hardware.i2c89.configure(100000);"#;
    let mut firmware = Firmware::new(program, |board| board);
    assert_eq!(firmware.turn(), Next::Stopped(StopReason::Error));
    let lines = firmware.take_lines();
    assert_eq!(lines[..2], ["the index 'pin1' does not exist", "false"]);
    assert!(lines[2].starts_with("parameter 1 has an invalid type"), "{lines:?}");
    assert!(lines[3].starts_with("ERROR: the index 'i2c89' does not exist"), "{lines:?}");
    assert_eq!(StopReason::Error.wake_reason(), Some(WakeReason::SquirrelError));
}
