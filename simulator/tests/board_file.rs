//! Board files: the documented example is valid, and mistakes are located.

mod common;

use common::{board, i2c_bus, read_register};
use tamias_simulator::BoardSetup;
use tamias_stdlib_imp::board::{Board, Clock};

/// The only TOML block of the documentation.
fn documented_example() -> &'static str {
    let page = include_str!("../../docs/board-files.md");
    let (_, rest) = page.split_once("```toml\n").unwrap();
    rest.split_once("```").unwrap().0
}

#[test]
fn the_documented_example_works() {
    let mut board = board(documented_example());
    assert_eq!(board.profile().name, "imp006");
    assert_eq!(board.device_id(), 0x600a_0b0c_0d0e_0f10);
    // 04:00 UTC on 1 June 2024.
    assert_eq!(board.wall_time().unwrap().unix_seconds, 1_717_214_400);
    assert_eq!(board.signal("room"), Some(18.0));
    let bus = i2c_bus(&mut board, "i2cLM");
    // The chip's identity, then the weather in hundredths at its peak.
    assert_eq!(read_register(&mut board, bus, 0x32, 0x0f), Ok([0x33]));
    board.advance_to(32_400_000_000);
    assert_eq!(read_register(&mut board, bus, 0x32, 0x28), Ok(1800_u16.to_le_bytes()));
}

#[test]
fn every_module_can_be_simulated() {
    for module in tamias_stdlib_imp::board::modules::ALL {
        assert_eq!(board(&format!("module = '{}'", module.name)).profile().name, module.name);
    }
}

#[test]
fn mistakes_are_located() {
    let cases = [
        ("", "line 1, column 1: missing field `module`"),
        (
            "module = 'imp007'",
            "line 1, column 10: unknown module `imp007`, expected one of imp001, imp002, imp003, imp004m, imp005, imp006, impC001",
        ),
        ("module = 'imp006'\nsead = 1", "line 2, column 1: unknown field `sead`, expected one of"),
        ("module = 'imp006'\nseed = 'one'", "line 2, column 8: invalid type: string \"one\", expected u32"),
        (
            "module = 'imp006'\ndevice_id = '12'",
            "line 2, column 13: expected a device ID of 16 hexadecimal digits",
        ),
        ("module = 'imp006'\nstart = 2024-01-01", "line 2, column 9: expected a date and a time of day"),
        ("module = 'imp006'\n[signal.a]\nsine = { mean = 1 }", "line 3, column 8: missing field `amplitude`"),
        (
            "module = 'imp006'\n[signal.a]\nsquare = 1",
            "line 3, column 1: unknown variant `square`, expected one of",
        ),
        ("module = 'imp006'\nsignal.a.constant = nan", "line 2, column 21: expected a finite number"),
        (
            "module = 'imp006'\nsignal.a.table.points = [[1, 0], [1, 2]]",
            "line 2, column 35: expected a time after the one before",
        ),
        (
            "module = 'imp006'\nsignal.a.noise = { of = 'b', amplitude = 1, every = 1 }\nsignal.b.noise = { of = 'a', amplitude = 1, every = 1 }",
            "line 3, column 25: signal `a` depends on itself",
        ),
        ("module = 'imp006'\nsupply.volts = 'sun'", "line 2, column 16: unknown signal `sun`"),
        ("module = 'imp001'\n[[input]]\npin = 'pinA'", "line 3, column 7: imp001 has no pin `pinA`"),
        (
            "module = 'imp006'\n[[input]]\npin = 'pinA'\nchanges = [[0, 2]]",
            "line 4, column 16: invalid value: integer `2`, expected 0, 1 or \"z\"",
        ),
        (
            "module = 'imp006'\n[[input]]\npin = 'pinA'\nchanges = [[5, 1]]\nrepeat = 5",
            "line 5, column 10: expected a time after the last one in the list",
        ),
        (
            "module = 'imp006'\n[[device]]\nbus = 'i2c89'\naddress = 0x90",
            "line 3, column 7: imp006 has no I2C bus `i2c89`",
        ),
        (
            "module = 'imp006'\n[[device]]\nbus = 'i2cJK'\naddress = 0x91",
            "line 4, column 11: expected an 8-bit address, whose lowest bit is 0",
        ),
        (
            "module = 'imp006'\n[[device]]\nbus = 'i2cJK'\naddress = 0x90\n[[device.register]]\naddress = 0\nwidth = 9",
            "line 7, column 9: expected a number from 1 to 4",
        ),
        (
            "module = 'imp006'\n[[device]]\nbus = 'i2cJK'\naddress = 0x90\n[[device.register]]\naddress = 0\nscale = 2",
            "line 6, column 11: `scale`, `offset`, `bits`, `signed` and `shift` need a `signal`",
        ),
        (
            "module = 'imp006'\nplant.a = { heater = 'pinA', ambient = 0, gain = 1, time_constant = 0 }",
            "line 2, column 69: expected a number above zero",
        ),
    ];
    for (source, expected) in cases {
        let message = BoardSetup::parse(source).unwrap_err().to_string();
        assert!(message.starts_with(expected), "for\n{source}\nexpected {expected}\ngot      {message}");
    }
}
