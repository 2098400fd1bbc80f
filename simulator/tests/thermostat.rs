//! A day of the thermostat example: the loop closes, the sensor fails for five
//! minutes, and a second run is the same to the microsecond.

mod common;

use common::{board, i2c_bus, pin, read_register};
use tamias_simulator::{Keep, SimulatedBoard};
use tamias_stdlib_imp::board::{Board, Drive, Level, Log, PinMode, Severity};

const BOARD: &str = include_str!("../../examples/thermostat/board.toml");
const SECOND: u64 = 1_000_000;
const HOUR: u64 = 3600 * SECOND;

/// The control program, in Rust: every minute, on below 19.5 and off above 20.5.
/// It switches off when the sensor does not answer.
fn run_a_day(mut visit: impl FnMut(&SimulatedBoard, Result<f64, i32>)) -> SimulatedBoard {
    let mut board = board(BOARD);
    let bus = i2c_bus(&mut board, "i2cJK");
    let relay = pin(&board, "pinA");
    let off = PinMode::DigitalOut { drive: Drive::PushPull, level: Level::Low };
    board.pins().unwrap().configure(relay, off).unwrap();
    for minute in 0..24 * 60 {
        board.advance_to(minute * 60 * SECOND);
        let reading = read_register(&mut board, bus, 0x90, 0);
        let degrees = reading.map(|bytes| f64::from(i16::from_be_bytes(bytes) >> 4) / 16.0);
        match degrees {
            Ok(degrees) if degrees < 19.5 => board.pins().unwrap().write_level(relay, Level::High).unwrap(),
            Ok(degrees) if degrees <= 20.5 => {}
            Ok(_) => board.pins().unwrap().write_level(relay, Level::Low).unwrap(),
            Err(code) => {
                board.line(Severity::Error, &format!("I2C read error: {code}"));
                board.pins().unwrap().write_level(relay, Level::Low).unwrap();
            }
        }
        visit(&board, degrees);
    }
    board
}

#[test]
fn the_room_stays_warm_while_the_weather_changes() {
    let mut switched = 0;
    let mut previous = None;
    run_a_day(|board, _| {
        let level = board.pin_level(pin(board, "pinA"));
        switched += u32::from(previous.replace(level) != Some(level));
        // The heating needs its time in the morning, and loses to the night.
        if (8 * HOUR..22 * HOUR).contains(&board.now()) {
            let room = board.signal("room").unwrap();
            assert!((19.0..21.0).contains(&room), "{room} at {}", board.now());
        }
    });
    assert!((6..200).contains(&switched), "{switched}");
}

#[test]
fn the_sensor_fails_for_five_minutes() {
    let mut failures = Vec::new();
    let board = run_a_day(|board, degrees| {
        if let Err(code) = degrees {
            failures.push((board.now() / (60 * SECOND), code));
        }
    });
    assert_eq!(failures, [(900, -2), (901, -2), (902, -2), (903, -2), (904, -2)]);
    let errors = board.trace().lines().filter(|line| line.ends_with("error: I2C read error: -2"));
    assert_eq!(errors.count(), 5);
}

#[test]
fn two_runs_leave_the_same_trace() {
    let first = run_a_day(|_, _| ());
    let second = run_a_day(|_, _| ());
    assert_eq!(first.trace(), second.trace());
    assert!(first.trace().lines().len() > 2 * 24 * 60);
}

#[test]
fn a_bounded_trace_is_the_end_of_the_whole_one() {
    let mut board = run_a_day(|_, _| ());
    let whole: Vec<String> = board.trace().lines().map(str::to_owned).collect();
    board.keep_trace(Keep::Last(100));
    assert!(board.trace().lines().eq(whole[whole.len() - 100..].iter().map(String::as_str)));
    assert_eq!(board.trace().dropped(), whole.len() as u64 - 100);
}
