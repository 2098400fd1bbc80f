//! Scripts on a board whose drivers are mocks: each test says which transfers a program has to cause.

#[path = "support/firmware.rs"]
mod firmware;

use embedded_hal_mock::eh1::digital::{Mock as Pin, State, Transaction as PinUse};
use embedded_hal_mock::eh1::i2c::{Mock as Bus, Transaction as Transfer};
use embedded_hal_mock::eh1::pwm::{Mock as Channel, Transaction as PwmUse};
use embedded_hal_mock::eh1::spi::{Mock as SpiMock, Transaction as SpiUse};
use embedded_io::ErrorType;
use firmware::Firmware;
use std::cell::RefCell;
use std::convert::Infallible;
use std::rc::Rc;
use tamias_firmware_shim::i2c::{FixedClock, I2cBuses};
use tamias_firmware_shim::pins::{DigitalInput, DigitalOutput, PinSet, PwmOutput};
use tamias_firmware_shim::spi::{FixedBus, SpiBuses};
use tamias_firmware_shim::uart::{Configure, ReceiveRing, SerialPorts};
use tamias_stdlib_imp::board::{
    BitOrder, ClockIdle, ClockSampling, PinId, SpiSettings, SpiWires, UartError, UartPort, UartSettings,
    modules,
};
use tamias_stdlib_imp::events::{Event, EventQueue};
use tamias_stdlib_imp::runtime::Next;

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
    firmware.now.set(2_500_000);
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
    one.now.set(1_000_000);
    assert_eq!((one.turn(), other.turn()), (Next::Idle, Next::At(1_000_000)));
    other.now.set(1_000_000);
    other.turn();
    assert_eq!((one.take_lines(), other.take_lines()), (vec!["1".into()], vec!["false".into()]));
}
