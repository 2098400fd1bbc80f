//! Parts that most boards lack: absent by default, and reached when they are there.

use std::cell::RefCell;
use std::rc::Rc;
use tamias_firmware_shim::FirmwareBoard;
use tamias_firmware_shim::pulses::{EdgeCounter, PulseCounters};
use tamias_stdlib_imp::board::sampling::{ClockEdge, FilterOrder};
use tamias_stdlib_imp::board::{
    Board, Clock, DisconnectReason, FilterSettings, LinkStatus, Log, Message, PinError, PinId, Playback,
    PlaybackIdle, PlaybackOutput, PlaybackSettings, Received, SampleForm, SampleStream, Sampler, SendError,
    ServerLink, Severity, SigmaDeltaFilter, StreamError, Taken, WakePins, modules,
};

struct Bare;

impl Clock for Bare {
    fn micros(&self) -> u64 {
        0
    }

    fn sleep_micros(&mut self, _: u64) {}
}

impl Log for Bare {
    fn line(&mut self, _: Severity, _: &str) {}
}

fn bare() -> FirmwareBoard {
    FirmwareBoard::new(&modules::IMP001, Bare, Bare)
}

/// A board as the runtime sees it.
fn finished(board: FirmwareBoard) -> Box<dyn Board> {
    Box::new(board)
}

#[test]
fn everything_is_absent_by_default() {
    let mut board = finished(bare());
    assert!(board.pins().is_none() && board.wake_pins().is_none() && board.pulse_counter().is_none());
    assert!(board.i2c().is_none() && board.spi().is_none() && board.uart().is_none());
    assert!(board.sampler().is_none() && board.sigma_delta_filter().is_none() && board.playback().is_none());
    assert!(board.power().is_none() && board.storage().is_none() && board.random().is_none());
    assert!(board.server_link().is_none() && board.light_level().is_none());
}

/// Samples that count up, on as many channels as are asked for.
#[derive(Default)]
struct Ramp {
    channels: usize,
    hertz: f32,
    next: u16,
    is_running: bool,
}

impl SampleStream for Ramp {
    fn start(&mut self) -> Result<(), StreamError> {
        if self.channels == 0 {
            return Err(StreamError::NotConfigured);
        }
        self.is_running = true;
        Ok(())
    }

    fn stop(&mut self) {
        self.is_running = false;
    }

    fn reset(&mut self) {
        *self = Ramp::default();
    }

    fn hertz(&self) -> f32 {
        self.hertz
    }

    fn take(&mut self, into: &mut [u8]) -> Taken {
        let mut bytes = 0;
        for frame in into.chunks_exact_mut(2 * self.channels.max(1)).filter(|_| self.is_running) {
            self.next += 1;
            frame.chunks_exact_mut(2).for_each(|sample| sample.copy_from_slice(&self.next.to_le_bytes()));
            bytes += frame.len();
        }
        Taken { bytes, waiting: 0, lost: 0 }
    }
}

impl Sampler for Ramp {
    fn configure(&mut self, pins: &[PinId], hertz: f32, _: SampleForm) -> Result<(), StreamError> {
        if let Some(bad) = pins.iter().find(|pin| pin.0 > 5) {
            return Err(StreamError::BadPin(*bad));
        }
        (self.channels, self.hertz) = (pins.len(), hertz);
        Ok(())
    }
}

impl SigmaDeltaFilter for Ramp {
    fn configure(&mut self, settings: FilterSettings, _: SampleForm) -> Result<(), StreamError> {
        let bit_clock = 2_048_000.0;
        self.channels = 1;
        self.hertz = bit_clock / (f32::from(settings.decimation) * f32::from(settings.integration));
        Ok(())
    }
}

#[test]
fn samples_come_in_frames_of_all_channels() {
    let mut board = finished(bare().sampler(Ramp::default()).sigma_delta_filter(Ramp::default()));
    let sampler = board.sampler().expect("it was added");
    assert_eq!(sampler.start(), Err(StreamError::NotConfigured));
    let form = SampleForm::default();
    assert_eq!(sampler.configure(&[PinId(6)], 8000.0, form), Err(StreamError::BadPin(PinId(6))));
    sampler.configure(&[PinId(0), PinId(1)], 8000.0, form).expect("both exist");
    sampler.start().expect("it is configured");
    let mut buffer = [0; 10];
    assert_eq!(sampler.take(&mut buffer), Taken { bytes: 8, waiting: 0, lost: 0 });
    assert_eq!(buffer, [1, 0, 1, 0, 2, 0, 2, 0, 0, 0]);
    let filter = board.sigma_delta_filter().expect("it was added");
    let settings = FilterSettings {
        order: FilterOrder::Sinc(3),
        decimation: 128,
        integration: 1,
        offset: 0,
        right_shift: 8,
        edge: ClockEdge::Rising,
    };
    filter.configure(settings, form).expect("it can do that");
    assert_eq!(filter.hertz(), 16_000.0);
}

/// Has room for six bytes.
#[derive(Default)]
struct Speaker(Option<PlaybackSettings>, usize);

impl Playback for Speaker {
    fn configure(&mut self, output: PlaybackOutput, settings: PlaybackSettings) -> Result<(), StreamError> {
        if output == PlaybackOutput::PwmPair {
            return Err(StreamError::Unsupported);
        }
        self.0 = Some(settings);
        Ok(())
    }

    fn write(&mut self, samples: &[u8]) -> usize {
        let taken = samples.len().min(6 - self.1) & !1;
        self.1 += taken;
        taken
    }

    fn waiting(&self) -> usize {
        self.1
    }

    fn start(&mut self) -> Result<(), StreamError> {
        self.0.map(|_| ()).ok_or(StreamError::NotConfigured)
    }

    fn stop(&mut self) {
        self.1 = 0;
    }

    fn take_underruns(&mut self) -> u32 {
        0
    }
}

#[test]
fn playback_takes_what_it_has_room_for() {
    let mut board = finished(bare().playback(Speaker::default()));
    let playback = board.playback().expect("it was added");
    let settings =
        PlaybackSettings { hertz: 8000.0, encoding: Default::default(), idle: PlaybackIdle::Middle };
    assert_eq!(playback.configure(PlaybackOutput::PwmPair, settings), Err(StreamError::Unsupported));
    playback.configure(PlaybackOutput::Pin(PinId(0)), settings).expect("it can do that");
    assert_eq!((playback.write(&[0; 5]), playback.write(&[0; 5]), playback.waiting()), (4, 2, 6));
}

/// Notes what becomes of the wake pin.
#[derive(Clone, Default)]
struct Armed(Rc<RefCell<Vec<u8>>>);

impl WakePins for Armed {
    fn arm(&mut self, pin: PinId) -> Result<(), PinError> {
        self.0.borrow_mut().push(pin.0);
        Ok(())
    }

    fn disarm(&mut self, pin: PinId) {
        self.0.borrow_mut().retain(|other| *other != pin.0);
    }
}

/// Counts a pulse for each call.
struct Pulses(u32);

impl EdgeCounter for Pulses {
    fn start(&mut self) {
        self.0 = 0;
    }

    fn stop(&mut self) -> u32 {
        self.0 + 1234
    }
}

#[test]
fn pulses_are_counted_for_a_window() {
    use embedded_hal_mock::eh1::delay::CheckedDelay;
    use embedded_hal_mock::eh1::delay::Transaction;
    let delay = CheckedDelay::new(&[Transaction::delay_us(500_000)]);
    let mut end = delay.clone();
    let counters = PulseCounters::new(&modules::IMP001, delay).with("pin1", Pulses(0));
    let armed = Armed::default();
    let mut board = finished(bare().pulse_counter(counters).wake_pins(armed.clone()));
    let counter = board.pulse_counter().expect("it was added");
    assert_eq!(counter.count(PinId(0), 500_000), Ok(1234));
    assert_eq!(counter.count(PinId(1), 500_000), Err(PinError::Absent));
    let wake_pins = board.wake_pins().expect("they were added");
    wake_pins.arm(PinId(0)).expect("it can wake");
    assert_eq!(*armed.0.borrow(), [0]);
    wake_pins.disarm(PinId(0));
    assert!(armed.0.borrow().is_empty());
    end.done();
}

/// A server that sends back what it gets.
#[derive(Default)]
struct Echo(bool, Option<(Vec<u8>, Vec<u8>)>);

impl ServerLink for Echo {
    fn status(&self) -> LinkStatus {
        if self.0 { LinkStatus::Connected } else { LinkStatus::Disconnected(DisconnectReason::Requested) }
    }

    fn connect(&mut self, _: u64) {
        self.0 = true;
    }

    fn disconnect(&mut self) {
        self.0 = false;
    }

    fn send(&mut self, message: Message<'_>) -> Result<(), SendError> {
        match message {
            _ if !self.0 => Err(SendError::NotConnected),
            Message::ToAgent { name, data } => {
                self.1 = Some((name.to_vec(), data.to_vec()));
                Ok(())
            }
            Message::Log(_) | Message::Error(_) => Ok(()),
        }
    }

    fn flush(&mut self, _: u64) -> bool {
        self.0
    }

    fn receive(&mut self, into_name: &mut [u8], into_data: &mut [u8]) -> Option<Received> {
        let (name, data) = self.1.take()?;
        into_name[..name.len()].copy_from_slice(&name);
        into_data[..data.len()].copy_from_slice(&data);
        Some(Received { name_bytes: name.len(), data_bytes: data.len() })
    }
}

#[test]
fn a_link_carries_messages_while_it_is_connected() {
    let mut board = finished(bare().server_link(Echo::default()));
    let link = board.server_link().expect("it was added");
    assert_eq!(link.send(Message::Log("lost")), Err(SendError::NotConnected));
    link.connect(10_000_000);
    assert_eq!((link.status(), link.signal_strength()), (LinkStatus::Connected, None));
    link.send(Message::ToAgent { name: b"reading", data: b"\x01\x02" }).expect("it is connected");
    assert!(link.flush(0));
    let (mut name, mut data) = ([0; 8], [0; 8]);
    assert_eq!(link.receive(&mut name, &mut data), Some(Received { name_bytes: 7, data_bytes: 2 }));
    assert_eq!((&name[..7], &data[..2]), (&b"reading"[..], &[1, 2][..]));
    assert_eq!(link.receive(&mut name, &mut data), None);
}
