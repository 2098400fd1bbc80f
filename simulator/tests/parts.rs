//! Pins, buses and power of the simulated board, through the board traits.

mod common;

use common::{i2c_bus, imp006, pin, read_register};
use tamias_simulator::{OutsideDrive, SimulatedBoard, SpiDevice};
use tamias_stdlib_imp::board::profile::PinCapability;
use tamias_stdlib_imp::board::{
    BitOrder, Board, ChangeEvents, ChipSelect, ClockIdle, ClockSampling, Drive, FlowControl, I2cAddress,
    I2cError, Level, Parity, PinError, PinMode, Pull, PwmResolution, SpiError, SpiSettings, SpiWires,
    StopBits, StoreArea, UartError, UartEvents, UartLines, UartSettings, WakeReason, WordSize, modules,
};
use tamias_stdlib_imp::events::Event;

const INPUT: PinMode = PinMode::DigitalIn { pull: Pull::None, changes: ChangeEvents::On };

fn output(level: Level) -> PinMode {
    PinMode::DigitalOut { drive: Drive::PushPull, level }
}

fn lines(board: &SimulatedBoard) -> Vec<&str> {
    board.trace().lines().collect()
}

// Pins.

#[test]
fn scripted_edges_coalesce_until_they_are_taken() {
    let mut board = imp006("[[input]]\npin = 'pinB'\nchanges = [[1, 1], [1.000002, 0], [2, 1]]");
    let button = pin(&board, "pinB");
    board.pins().unwrap().configure(button, INPUT).unwrap();
    board.advance_to(1_500_000);
    assert_eq!(board.take_event(), Some(Event::PinChanged(button)));
    assert_eq!(board.take_event(), None);
    assert_eq!(board.pins().unwrap().read(button), Ok(0));
    board.advance_to_event(u64::MAX);
    assert_eq!((board.now(), board.pins().unwrap().read(button)), (2_000_000, Ok(1)));
    let expected = [
        "[0.000000] pinB DIGITAL_IN",
        "[1.000000] pinB 0->1",
        "[1.000002] pinB 1->0",
        "[2.000000] pinB 0->1",
    ];
    assert_eq!(lines(&board), expected);
}

#[test]
fn configuring_without_callback_or_at_a_level_posts_nothing() {
    let mut board = imp006("[[input]]\npin = 'pinB'\ninitial = 1\nchanges = [[1, 0]]");
    let button = pin(&board, "pinB");
    board.pins().unwrap().configure(button, INPUT).unwrap();
    assert_eq!(board.take_event(), None);
    let quiet = PinMode::DigitalIn { pull: Pull::Up, changes: ChangeEvents::Off };
    board.pins().unwrap().configure(button, quiet).unwrap();
    board.advance_to(2_000_000);
    assert_eq!(board.take_event(), None);
}

#[test]
fn an_open_drain_line_is_low_if_either_side_pulls() {
    let mut board = imp006("[[wire]]\npins = ['pinR', 'pinS']");
    let (near, far) = (pin(&board, "pinR"), pin(&board, "pinS"));
    let pins = board.pins().unwrap();
    let open_drain = PinMode::DigitalOut { drive: Drive::OpenDrainPullUp, level: Level::High };
    pins.configure(near, open_drain).unwrap();
    assert_eq!((pins.read(near), pins.read(far)), (Ok(1), Ok(1)));
    pins.configure(far, PinMode::DigitalOut { drive: Drive::OpenDrain, level: Level::Low }).unwrap();
    assert_eq!((pins.read(near), pins.read(far)), (Ok(0), Ok(0)));
    pins.write_level(far, Level::High).unwrap();
    assert_eq!(pins.read(near), Ok(1));
    board.drive_pin(near, OutsideDrive::Driven(Level::Low));
    assert_eq!(board.pin_level(far), Some(Level::Low));
}

#[test]
fn a_short_circuit_is_named() {
    let mut board = imp006("[[input]]\npin = 'pinA'\ninitial = 0");
    let shorted = pin(&board, "pinA");
    board.pins().unwrap().configure(shorted, output(Level::High)).unwrap();
    assert_eq!(lines(&board)[1], "[0.000000] pinA is driven high and low at once");
    assert_eq!(board.pins().unwrap().read(shorted), Ok(0));
}

#[test]
fn pins_refuse_what_their_module_lacks() {
    let mut board = imp006("");
    let (plain, absent) = (pin(&board, "pinA"), tamias_stdlib_imp::board::PinId(99));
    let pins = board.pins().unwrap();
    assert_eq!(pins.configure(plain, INPUT), Err(PinError::Lacks(PinCapability::StateChange)));
    assert_eq!(pins.configure(plain, PinMode::AnalogIn), Err(PinError::Lacks(PinCapability::AnalogIn)));
    assert_eq!(pins.mode(plain), None);
    assert_eq!(pins.configure(absent, output(Level::Low)), Err(PinError::Absent));
    assert_eq!(pins.read(absent), Err(PinError::Absent));
    assert_eq!(pins.write_level(plain, Level::High), Err(PinError::WrongMode));
    assert_eq!(pins.write_fraction(plain, 0.5), Err(PinError::WrongMode));
}

#[test]
fn imp005_pins_have_levels_from_power_on() {
    let mut board = SimulatedBoard::new(&modules::IMP005);
    let levels = ["pinA", "pinB", "pinC", "pinXB"].map(|name| {
        let pin = pin(&board, name);
        board.pins().unwrap().read(pin).unwrap()
    });
    assert_eq!(levels, [0, 1, 0, 1]);
}

#[test]
fn analog_input_has_twelve_bits_of_the_supply() {
    let mut board = imp006("[[input]]\npin = 'pinXA'\nvolts = 1.1\n[[input]]\npin = 'pinXB'\nvolts = 9");
    for (name, expected) in [("pinXA", 1365 << 4), ("pinXB", 4095 << 4), ("pinXC", 0)] {
        let input = pin(&board, name);
        board.pins().unwrap().configure(input, PinMode::AnalogIn).unwrap();
        assert_eq!(board.pins().unwrap().read(input), Ok(expected), "{name}");
    }
}

#[test]
fn pwm_has_a_level_at_every_moment() {
    let mut board = imp006("");
    let out = pin(&board, "pinF");
    let mode = PinMode::Pwm { period: 0.01, duty: 0.25, resolution: PwmResolution::KeepPeriod };
    board.pins().unwrap().configure(out, mode).unwrap();
    let mut high = 0;
    for _ in 0..1000 {
        board.advance_to(board.now() + 100);
        high += board.pins().unwrap().read(out).unwrap();
    }
    assert!((240..=260).contains(&high), "{high}");
    board.pins().unwrap().write_fraction(out, f32::NAN).unwrap();
    assert_eq!(lines(&board), ["[0.000000] pinF PWM_OUT 0.01 s duty 0.2500", "[0.100000] pinF duty 0.0000"]);
}

#[test]
fn each_pulse_counter_window_counts_for_itself() {
    let fan = "[[input]]\npin = 'pin1'\nchanges = [[0.005, 1], [0.01, 0]]\nrepeat = 0.02";
    let mut board = common::board(&format!("module = 'imp001'\n{fan}"));
    let counter = pin(&board, "pin1");
    for (window_micros, expected) in [(500_000, 25), (1_000_000, 50), (200_000, 10)] {
        let start = board.now();
        board
            .pins()
            .unwrap()
            .configure(counter, PinMode::PulseCounter { window_micros, divisor: 1 })
            .unwrap();
        assert_eq!(board.pulse_counter().unwrap().count(counter, window_micros), Ok(expected));
        assert_eq!(board.now() - start, window_micros);
    }
}

// I2C.

const SENSOR: &str = "
[signal.warm]
ramp = { from = 20, to = 30, start = 0, end = 10 }
[[device]]
bus = 'i2cJK'
address = 0x90
absent = [[5, 6]]
[[device.register]]
address = 0
width = 2
signal = 'warm'
scale = 16
signed = true
shift = 4
[[device.register]]
address = 1
width = 2
value = 0x60a0
writable = true
";

#[test]
fn a_sensor_follows_its_signal_and_disappears_for_a_while() {
    let mut board = imp006(SENSOR);
    let bus = i2c_bus(&mut board, "i2cJK");
    assert_eq!(read_register(&mut board, bus, 0x90, 0), Ok([0x14, 0x00]));
    board.advance_to(5_000_000);
    assert_eq!(read_register::<2>(&mut board, bus, 0x90, 0), Err(-2));
    board.advance_to(10_000_000);
    assert_eq!(read_register(&mut board, bus, 0x90, 0), Ok([0x1e, 0x00]));
    let address = I2cAddress::from_eight_bit(0x90);
    let i2c = board.i2c().unwrap();
    i2c.write(bus, address, &[1, 0x61, 0xa0]).unwrap();
    let mut config = [0; 2];
    i2c.read(bus, address, &[], &mut config).unwrap();
    assert_eq!(config, [0x61, 0xa0]);
    let expected = [
        "[0.000000] i2cJK configure 400000 Hz",
        "[0.000000] pinJ 0->1",
        "[0.000000] pinK 0->1",
        "[0.000000] i2cJK W 0x90 00",
        "[0.000045] i2cJK R 0x90 14 00",
        "[5.000000] i2cJK W 0x90 NACK",
        "[10.000000] i2cJK W 0x90 00",
        "[10.000045] i2cJK R 0x90 1e 00",
        "[10.000113] i2cJK W 0x90 01 61 a0",
        "[10.000203] i2cJK R 0x90 61 a0",
    ];
    assert_eq!(lines(&board), expected);
}

#[test]
fn a_bus_needs_to_be_enabled_and_a_device_to_be_there() {
    let mut board = imp006(SENSOR);
    let bus = board.profile().i2c_bus("i2cJK").unwrap();
    let (sensor, nobody) = (I2cAddress::from_eight_bit(0x90), I2cAddress::from_eight_bit(0x40));
    let i2c = board.i2c().unwrap();
    assert_eq!(i2c.write(bus, sensor, &[0]), Err(I2cError::NotEnabled));
    i2c.configure(bus, 100_000).unwrap();
    assert_eq!(i2c.write(bus, sensor, &[]), Ok(()));
    assert_eq!(i2c.write(bus, nobody, &[]), Err(I2cError::TransmitSelect));
    i2c.disable(bus);
    i2c.disable(bus);
    assert_eq!(i2c.read(bus, sensor, &[0], &mut [0]), Err(I2cError::NotEnabled));
    i2c.configure(bus, 100_000).unwrap();
    // Using one of its pins for something else ends the bus.
    let clock_line = pin(&board, "pinJ");
    board.pins().unwrap().configure(clock_line, output(Level::Low)).unwrap();
    assert_eq!(board.i2c().unwrap().write(bus, sensor, &[0]), Err(I2cError::NotEnabled));
}

// SPI.

/// Answers every byte with its complement.
struct Complement;

impl SpiDevice for Complement {
    fn select(&mut self, _select: ChipSelect) {}
    fn transfer(&mut self, bytes: &mut [u8]) {
        bytes.iter_mut().for_each(|byte| *byte = !*byte);
    }
}

fn spi_settings(chip_select: Option<ChipSelect>) -> SpiSettings {
    SpiSettings {
        kilohertz: 6_500,
        clock_idle: ClockIdle::Low,
        sampling: ClockSampling::FirstEdge,
        bit_order: BitOrder::MsbFirst,
        wires: SpiWires::Duplex,
        chip_select,
    }
}

#[test]
fn an_spi_device_listens_while_selected() {
    let mut board = imp006("");
    let bus = board.profile().spi_bus("spiEFGH").unwrap();
    let select = pin(&board, "pinH");
    board.attach_spi(bus, select, Box::new(Complement));
    let spi = board.spi().unwrap();
    let mut bytes = [0x0f, 0xf0];
    assert_eq!(spi.transfer(bus, &mut bytes), Err(SpiError::NotEnabled));
    assert_eq!(spi.configure(bus, spi_settings(Some(ChipSelect::Released))), Ok(6_000));
    spi.transfer(bus, &mut bytes).unwrap();
    assert_eq!(bytes, [0xff, 0xff]);
    spi.chip_select(bus, ChipSelect::Asserted).unwrap();
    bytes = [0x0f, 0xf0];
    spi.transfer(bus, &mut bytes).unwrap();
    assert_eq!(bytes, [0xf0, 0x0f]);
    spi.configure(bus, spi_settings(None)).unwrap();
    assert_eq!(spi.chip_select(bus, ChipSelect::Asserted), Err(SpiError::NoChipSelect));
}

// UART.

fn uart_settings(receive_fifo: usize) -> UartSettings {
    UartSettings {
        baud: 9_600,
        word_size: WordSize::Eight,
        parity: Parity::None,
        stop_bits: StopBits::One,
        flow_control: FlowControl::Off,
        lines: UartLines::Both,
        receive_fifo,
        transmit_fifo: UartSettings::DEFAULT_FIFO,
    }
}

#[test]
fn serial_bytes_arrive_one_by_one_and_overrun() {
    let mut board = imp006("[[uart]]\nport = 'uartABCD'\nreceive = [[0.5, 'lost'], [1, 'hello']]");
    let port = board.profile().uart_port("uartABCD").unwrap();
    board.advance_to(900_000);
    board.uart().unwrap().configure(port, uart_settings(4)).unwrap();
    board.advance_to_event(u64::MAX);
    assert_eq!(board.now(), 1_001_042);
    assert_eq!(board.take_event(), Some(Event::UartChanged(port)));
    board.advance_to(1_100_000);
    let uart = board.uart().unwrap();
    assert_eq!(uart.available(port), 4);
    let received: Vec<_> = std::iter::from_fn(|| uart.read_byte(port)).collect();
    assert_eq!(received.iter().map(|received| received.byte).collect::<Vec<u8>>(), b"hell");
    assert_eq!(received[1].interval_micros, 1_042);
    let events = uart.take_events(port);
    assert!(events.contains(UartEvents::READ_READY) && events.contains(UartEvents::OVERRUN_ERROR));
    assert!(uart.take_events(port).is_empty());
}

#[test]
fn writing_blocks_only_for_what_exceeds_the_fifo() {
    let mut board = imp006("[[uart]]\nport = 'uartABCD'\necho = true");
    let port = board.profile().uart_port("uartABCD").unwrap();
    let uart = board.uart().unwrap();
    assert_eq!(uart.write(port, b"x"), Err(UartError::NotEnabled));
    uart.configure(port, uart_settings(200)).unwrap();
    uart.write(port, &[b'x'; 80]).unwrap();
    assert_eq!(board.now(), 0);
    board.uart().unwrap().write(port, &[b'y'; 20]).unwrap();
    let byte_micros = 10_000_000 / 9_600;
    assert!(board.now().abs_diff(20 * byte_micros) < 20, "{}", board.now());
    board.uart().unwrap().flush(port);
    assert!(board.now().abs_diff(100 * byte_micros) < 100, "{}", board.now());
    let uart = board.uart().unwrap();
    assert_eq!(uart.available(port), 100);
    assert!(uart.take_events(port).contains(UartEvents::WRITE_DONE));
    // Starting a running port again drops what was buffered.
    uart.configure(port, uart_settings(200)).unwrap();
    assert_eq!((uart.available(port), uart.read_byte(port)), (0, None));
}

// Power.

#[test]
fn deep_sleep_ends_by_time_or_wake_pin_and_keeps_nv() {
    let mut board = imp006("[[input]]\npin = 'pinW'\ninitial = 0\nchanges = [[100, 1], [101, 0]]");
    let (wake, other) = (pin(&board, "pinW"), pin(&board, "pinA"));
    let pins = board.pins().unwrap();
    pins.configure(wake, PinMode::WakeUp { changes: ChangeEvents::On }).unwrap();
    pins.configure(other, output(Level::High)).unwrap();
    board.storage().unwrap().store(StoreArea::Nv, b"nv").unwrap();
    board.power().unwrap().deep_sleep(1_000_000_000);
    assert_eq!((board.now(), board.power().unwrap().wake_reason()), (100_000_000, WakeReason::Pin));
    // The edge that woke the module was before the program began.
    assert_eq!(board.take_event(), None);
    assert_eq!((board.pin_level(other), board.pins().unwrap().mode(wake)), (Some(Level::Low), None));
    board.power().unwrap().deep_sleep(50_000_000);
    assert_eq!((board.now(), board.power().unwrap().wake_reason()), (150_000_000, WakeReason::Timer));
    assert_eq!(board.storage().unwrap().load(StoreArea::Nv), b"nv");
    board.power().unwrap().reset(WakeReason::SoftwareReset);
    assert_eq!(board.storage().unwrap().load(StoreArea::Nv), b"");
}

#[test]
fn time_may_jump_to_its_end() {
    let plant = "plant.room = { heater = 'pinA', ambient = 3, gain = 1, time_constant = 60, initial = 20 }";
    let mut board = imp006(plant);
    board.clock().sleep_micros(u64::MAX);
    board.clock().sleep_micros(1);
    assert_eq!((board.now(), board.signal("room").map(f64::round)), (u64::MAX, Some(3.0)));
}
