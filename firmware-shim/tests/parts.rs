//! Scripts on a board whose drivers are mocks: each test says which transfers a program has to cause.

use embedded_hal_mock::eh1::delay::NoopDelay;
use embedded_hal_mock::eh1::digital::{Mock as Pin, State, Transaction as PinUse};
use embedded_hal_mock::eh1::i2c::{Mock as Bus, Transaction as Transfer};
use embedded_hal_mock::eh1::pwm::{Mock as Channel, Transaction as PwmUse};
use embedded_hal_mock::eh1::spi::{Mock as SpiMock, Transaction as SpiUse};
use embedded_io::ErrorType;
use std::cell::RefCell;
use std::convert::Infallible;
use std::mem::MaybeUninit;
use std::rc::Rc;
use tamias_compiler::{CompileOptions, ConstantValue, compile};
use tamias_firmware_shim::clock::CounterClock;
use tamias_firmware_shim::i2c::{FixedClock, I2cBuses};
use tamias_firmware_shim::pins::{DigitalInput, DigitalOutput, PinSet, PwmOutput};
use tamias_firmware_shim::spi::{FixedBus, SpiBuses};
use tamias_firmware_shim::uart::{Configure, ReceiveRing, SerialPorts};
use tamias_firmware_shim::{FirmwareBoard, region};
use tamias_stdlib_imp::api::constants::CONSTANTS;
use tamias_stdlib_imp::board::{
    BitOrder, ClockIdle, ClockSampling, Log, PinId, Severity, SpiSettings, SpiWires, UartError, UartPort,
    UartSettings, modules,
};
use tamias_stdlib_imp::events::{Event, EventQueue};
use tamias_stdlib_imp::runtime::{Next, Runtime, RuntimeConfig, StopReason};

/// What programs have logged.
#[derive(Clone, Default)]
struct Lines(Rc<RefCell<Vec<String>>>);

impl Log for Lines {
    fn line(&mut self, severity: Severity, text: &str) {
        let mark = if severity == Severity::Error { "ERROR: " } else { "" };
        self.0.borrow_mut().push(format!("{mark}{text}"));
    }
}

/// A firmware around a program.
struct Firmware {
    runtime: Runtime,
    now: Rc<RefCell<u64>>,
    lines: Lines,
}

impl Firmware {
    fn new(source: &str, parts: impl FnOnce(FirmwareBoard) -> FirmwareBoard) -> Firmware {
        let lines = Lines::default();
        let now = Rc::new(RefCell::new(0));
        let counter = now.clone();
        let clock = CounterClock::new(move || *counter.borrow(), NoopDelay::new());
        let board = parts(FirmwareBoard::new(&modules::IMP001, clock, lines.clone()));
        let memory: &'static mut [MaybeUninit<u8>] = Box::leak(Box::new([MaybeUninit::uninit(); 64 * 1024]));
        let mut runtime = Runtime::new(RuntimeConfig::default(), region(memory), Box::new(board))
            .expect("it is large enough");
        runtime.load_static(image(source)).expect("the program fits");
        Firmware { runtime, now, lines }
    }

    /// Runs until nothing can happen at this time any more.
    fn turn(&mut self) -> Next {
        loop {
            match self.runtime.poll() {
                Next::Ready => {}
                next => return next,
            }
        }
    }

    fn take_lines(&self) -> Vec<String> {
        self.lines.0.take()
    }
}

/// Compiles a program, and puts it where it stays, as in flash.
fn image(source: &str) -> &'static [u8] {
    let mut options = CompileOptions::new("test.nut", tamias_vm::Edition::Imp);
    let constants = CONSTANTS.iter();
    options.constants =
        constants.map(|(name, value)| ((*name).to_string(), ConstantValue::Int(*value))).collect();
    let compiled = compile(source.as_bytes(), &options);
    let bytes = compiled.image.expect("the program is right");
    // Images start at a multiple of four.
    let mut padded = vec![0; bytes.len() + 3];
    let skip = padded.as_ptr().align_offset(4);
    padded[skip..skip + bytes.len()].copy_from_slice(&bytes);
    let padded: &'static [u8] = Box::leak(padded.into_boxed_slice());
    &padded[skip..skip + bytes.len()]
}

#[test]
fn pins_are_driven_and_read() {
    let relay = Pin::new(&[PinUse::set(State::High), PinUse::set(State::Low)]);
    let button = Pin::new(&[PinUse::get(State::High)]);
    let fan = Channel::new(&[
        PwmUse::max_duty_cycle(1000),
        PwmUse::set_duty_cycle(500),
        PwmUse::max_duty_cycle(1000),
        PwmUse::set_duty_cycle(250),
    ]);
    let (mut relay_end, mut button_end, mut fan_end) = (relay.clone(), button.clone(), fan.clone());
    let pins = PinSet::new(&modules::IMP001)
        .with("pin1", DigitalOutput::new(relay))
        .with("pin2", DigitalInput::new(button))
        .with("pin5", PwmOutput::new(fan, 0.001));
    let program = "
        hardware.pin1.configure(DIGITAL_OUT, 1);
        hardware.pin1.write(0);
        hardware.pin2.configure(DIGITAL_IN);
        server.log(hardware.pin2.read());
        hardware.pin5.configure(PWM_OUT, 0.001, 0.5);
        hardware.pin5.write(0.25);
        try { hardware.pin1.configure(ANALOG_IN); } catch (error) { server.log(error); }
        try { hardware.pin7.configure(DIGITAL_IN); } catch (error) { server.log(error); }";
    let mut firmware = Firmware::new(program, |board| board.pins(pins));
    assert_eq!(firmware.turn(), Next::Idle);
    let lines = firmware.take_lines();
    assert_eq!(lines[0], "1");
    assert!(lines[1].starts_with("pin has no analog input"), "{lines:?}");
    assert!(lines[2].starts_with("pin does not exist"), "{lines:?}");
    relay_end.done();
    button_end.done();
    fan_end.done();
}

#[test]
fn i2c_transfers_and_their_errors() {
    use embedded_hal::i2c::{ErrorKind, NoAcknowledgeSource};
    let missing = ErrorKind::NoAcknowledge(NoAcknowledgeSource::Address);
    let bus = Bus::new(&[
        Transfer::write(0x48, vec![1, 0x60]),
        Transfer::write_read(0x48, vec![0], vec![0x19, 0x80]),
        Transfer::read(0x50, vec![0]).with_error(missing),
    ]);
    let mut end = bus.clone();
    let buses = I2cBuses::new(&modules::IMP001).with("i2c89", FixedClock(bus));
    let program = r#"
        i2c <- hardware.i2c89;
        server.log(i2c.write(0x90, "\x01\x60"));
        i2c.configure(CLOCK_SPEED_100_KHZ);
        server.log(i2c.write(0x90, "\x01\x60"));
        local bytes = i2c.read(0x90, "\x00", 2);
        server.log(format("%02x %02x", bytes[0], bytes[1]));
        server.log(i2c.read(0xA0, "", 1) + " " + i2c.readerror());"#;
    let mut firmware = Firmware::new(program, |board| board.i2c(buses));
    assert_eq!(firmware.turn(), Next::Idle);
    // Not enabled; written; 25.5 degrees; a missing device is a failed transmit select on an imp001.
    assert_eq!(firmware.take_lines(), ["-13", "0", "19 80", "(null : 0x0) -2"]);
    end.done();
}

#[test]
fn spi_transfers_with_a_chip_select() {
    let bus = SpiMock::new(&[
        SpiUse::transfer_in_place(vec![0x9F, 0], vec![0, 0xC2]),
        SpiUse::flush(),
        SpiUse::write_vec(vec![6]),
        SpiUse::flush(),
    ]);
    let mut end = bus.clone();
    let settings = SpiSettings {
        kilohertz: 1000,
        clock_idle: ClockIdle::Low,
        sampling: ClockSampling::FirstEdge,
        bit_order: BitOrder::MsbFirst,
        wires: SpiWires::Duplex,
        chip_select: None,
    };
    let buses = SpiBuses::new(&modules::IMP001).with("spi257", FixedBus { bus, settings });
    let program = r#"
        spi <- hardware.spi257;
        server.log(spi.configure(CLOCK_IDLE_LOW, 2000));
        local answer = spi.writeread("\x9f\x00");
        server.log(format("%02x", answer[1]));
        spi.write("\x06");
        try { spi.configure(CLOCK_IDLE_HIGH, 2000); } catch (error) { server.log(error); }"#;
    let mut firmware = Firmware::new(program, |board| board.spi(buses));
    assert_eq!(firmware.turn(), Next::Idle);
    let lines = firmware.take_lines();
    assert_eq!(lines[..2], ["1000", "c2"]);
    assert!(lines[2].starts_with("unsupported mode"), "{lines:?}");
    end.done();
}

/// A line that keeps what is sent.
#[derive(Clone, Default)]
struct Line(Rc<RefCell<Vec<u8>>>);

impl ErrorType for Line {
    type Error = Infallible;
}

impl embedded_io::Write for Line {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, Infallible> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}

impl Configure for Line {
    fn configure(&mut self, settings: &UartSettings) -> Result<u32, UartError> {
        if settings.baud == 115_200 { Ok(115_107) } else { Err(UartError::BaudRate) }
    }
}

#[test]
fn a_port_receives_by_interrupt() {
    static EVENTS: EventQueue = EventQueue::new();
    static RING: ReceiveRing<8> = ReceiveRing::new();
    let line = Line::default();
    let ports = SerialPorts::new(&modules::IMP001).with("uart57", line.clone(), &RING);
    let program = r#"
        uart <- hardware.uart57;
        server.log(uart.configure(115200, 8, PARITY_NONE, 1, NO_CTSRTS, function() {
            server.log("got " + uart.readstring());
        }));
        uart.write("hello");"#;
    let mut firmware = Firmware::new(program, |board| board.events(&EVENTS).uart(ports));
    assert_eq!(firmware.turn(), Next::Idle);
    assert_eq!(firmware.take_lines(), ["115107"]);
    assert_eq!(line.0.take(), b"hello");
    for byte in b"a line" {
        RING.push(*byte);
        EVENTS.post(Event::UartChanged(UartPort(1)));
    }
    assert_eq!(firmware.turn(), Next::Idle);
    assert_eq!(firmware.take_lines(), ["got a line"]);
}

#[test]
fn edges_and_timers_come_from_outside() {
    static EVENTS: EventQueue = EventQueue::new();
    let button = Pin::new(&[PinUse::get(State::Low), PinUse::get(State::High)]);
    let mut end = button.clone();
    let pins = PinSet::new(&modules::IMP001).with("pin8", DigitalInput::new(button));
    let program = r#"
        hardware.pin8.configure(DIGITAL_IN, @() server.log("level " + hardware.pin8.read()));
        imp.wakeup(2.5, @() server.log("time"));"#;
    let mut firmware = Firmware::new(program, |board| board.events(&EVENTS).pins(pins));
    assert_eq!(firmware.turn(), Next::At(2_500_000));
    let pin8 = modules::IMP001.pin("pin8").expect("it exists");
    // Several edges before anybody looks are one event.
    EVENTS.post(Event::PinChanged(pin8));
    EVENTS.post(Event::PinChanged(pin8));
    EVENTS.post(Event::PinChanged(PinId(63)));
    assert_eq!(firmware.turn(), Next::At(2_500_000));
    assert_eq!(firmware.take_lines(), ["level 0"]);
    firmware.now.replace(2_500_000);
    assert_eq!(firmware.turn(), Next::Idle);
    assert_eq!(firmware.take_lines(), ["time"]);
    EVENTS.post(Event::PinChanged(pin8));
    firmware.turn();
    assert_eq!(firmware.take_lines(), ["level 1"]);
    end.done();
}

#[test]
fn two_machines_share_nothing() {
    let mut one = Firmware::new("value <- 1; imp.wakeup(1, @() server.log(value));", |board| board);
    let mut other =
        Firmware::new("imp.wakeup(1, @() server.log(\"value\" in getroottable()));", |board| board);
    assert_eq!((one.turn(), other.turn()), (Next::At(1_000_000), Next::At(1_000_000)));
    one.now.replace(1_000_000);
    assert_eq!((one.turn(), other.turn()), (Next::Idle, Next::At(1_000_000)));
    other.now.replace(1_000_000);
    other.turn();
    assert_eq!((one.take_lines(), other.take_lines()), (vec!["1".into()], vec!["false".into()]));
}

#[test]
fn a_failed_program_starts_again_in_the_same_memory() {
    let mut firmware = Firmware::new("local a = []; while (true) a.append(blob(512));", |board| board);
    assert_eq!(firmware.turn(), Next::Stopped(StopReason::OutOfMemory));
    assert_eq!(firmware.take_lines().last().map(String::as_str), Some("out of memory"));
    let (board, memory) = firmware.runtime.into_parts();
    let memory = memory.expect("it came from a region");
    assert_eq!(memory.len(), 64 * 1024);
    let mut runtime =
        Runtime::new(RuntimeConfig::default(), region(memory), board).expect("it was large enough before");
    runtime.load_static(image("server.log(\"again\");")).expect("the program fits");
    assert_eq!(runtime.poll(), Next::Ready);
    assert_eq!(firmware.lines.0.take(), ["again"]);
}
