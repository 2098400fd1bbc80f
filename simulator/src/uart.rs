//! UARTs: FIFOs, line speed and what the other side sends.
//!
//! Bytes arrive and leave one after the other at the configured rate, so a
//! script that does not read in time loses bytes as on hardware. The other side
//! is either a script with times, or a wire from TX back to RX.

use std::collections::VecDeque;

use tamias_stdlib_imp::board::profile::UartProfile;
use tamias_stdlib_imp::board::{
    FlowControl, PinId, ReceivedByte, Uart, UartError, UartEvents, UartLines, UartPort, UartSettings,
};
use tamias_stdlib_imp::events::Event;

use crate::board::{BusSlot, SimulatedBoard};
use crate::trace::Bytes;

/// What is connected to a port.
#[derive(Clone, Debug, Default)]
pub(crate) struct FarSide {
    /// Bytes sent to the port, with the time at which the first one starts.
    pub script: Vec<(u64, Vec<u8>)>,
    pub echo: Echo,
}

/// Whether what the port sends comes back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Echo {
    #[default]
    Off,
    On,
}

/// A port with both of its FIFOs.
#[derive(Debug)]
pub(crate) struct SerialLine {
    far_side: FarSide,
    /// The burst of the script that is arriving or is next, and its next byte.
    burst: usize,
    burst_byte: usize,
    running: Option<Running>,
}

#[derive(Debug)]
struct Running {
    settings: UartSettings,
    baud: u32,
    received: VecDeque<ReceivedByte>,
    last_received: Option<u64>,
    /// Bytes on their way back, with their time of arrival.
    echoed: VecDeque<(u64, u8)>,
    /// When the last byte given to `write` will have been sent.
    busy_until: u64,
    /// When to report that sending has come so far.
    half_sent_at: Option<u64>,
    sent_at: Option<u64>,
    events: UartEvents,
}

/// The speed at which bytes pass unnoticed while a port is stopped.
const STOPPED_BAUD: u32 = 9_600;
const STOPPED_BITS_PER_BYTE: u32 = 10;

impl SerialLine {
    pub fn new(far_side: FarSide) -> Self {
        Self { far_side, burst: 0, burst_byte: 0, running: None }
    }

    pub fn stop(&mut self) {
        self.running = None;
    }

    /// When something happens by itself.
    pub fn next_change(&self) -> Option<u64> {
        let scripted = self.next_scripted().map(|(at, _)| at);
        let running = self.running.as_ref();
        let echoed = running.and_then(|running| running.echoed.front()).map(|&(at, _)| at);
        let half_sent = running.and_then(|running| running.half_sent_at);
        let sent = running.and_then(|running| running.sent_at);
        [scripted, echoed, half_sent, sent].into_iter().flatten().min()
    }

    /// Lets everything happen that is due.
    pub fn catch_up(&mut self, now: u64) -> Noticed {
        let before = self.running.as_ref().map(|running| running.events);
        while let Some((_, byte)) = self.next_scripted().filter(|&(at, _)| at <= now) {
            self.skip_scripted();
            if let Some(running) = &mut self.running {
                running.receive(byte, now);
            }
        }
        let Some(running) = &mut self.running else { return Noticed::Nothing };
        running.catch_up(now);
        if before == Some(running.events) { Noticed::Nothing } else { Noticed::Events }
    }

    /// The next byte of the script and the end of its time on the line.
    fn next_scripted(&self) -> Option<(u64, u8)> {
        let (start, bytes) = self.far_side.script.get(self.burst)?;
        let byte = *bytes.get(self.burst_byte)?;
        Some((start.saturating_add(self.line_time(self.burst_byte as u64 + 1)), byte))
    }

    fn skip_scripted(&mut self) {
        self.burst_byte += 1;
        let is_burst_over =
            self.far_side.script.get(self.burst).is_none_or(|(_, bytes)| self.burst_byte >= bytes.len());
        if is_burst_over {
            self.burst += 1;
            self.burst_byte = 0;
        }
    }

    fn line_time(&self, bytes: u64) -> u64 {
        match &self.running {
            Some(running) => running.line_time(bytes),
            None => line_time(bytes, STOPPED_BITS_PER_BYTE, STOPPED_BAUD),
        }
    }
}

/// Whether there is something to tell the script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Noticed {
    Nothing,
    Events,
}

impl Running {
    fn line_time(&self, bytes: u64) -> u64 {
        line_time(bytes, self.settings.bits_per_byte(), self.baud)
    }

    fn receive(&mut self, byte: u8, now: u64) {
        if self.settings.lines == UartLines::TransmitOnly {
            return;
        }
        let interval = self.last_received.map_or(0, |last| now - last);
        self.last_received = Some(now);
        if self.received.len() >= self.settings.receive_fifo {
            self.events.insert(UartEvents::OVERRUN_ERROR);
            return;
        }
        self.received
            .push_back(ReceivedByte { byte, interval_micros: interval.try_into().unwrap_or(u32::MAX) });
        self.events.insert(UartEvents::READ_READY);
    }

    fn catch_up(&mut self, now: u64) {
        while let Some(&(_, byte)) = self.echoed.front().filter(|&&(at, _)| at <= now) {
            self.echoed.pop_front();
            self.receive(byte, now);
        }
        if self.half_sent_at.take_if(|at| *at <= now).is_some() {
            self.events.insert(UartEvents::WRITE_HALF_DONE);
        }
        if self.sent_at.take_if(|at| *at <= now).is_some() {
            self.events.insert(UartEvents::WRITE_DONE);
        }
    }

    fn send(&mut self, bytes: &[u8], now: u64, echo: Echo) {
        let start = self.busy_until.max(now);
        if echo == Echo::On {
            let arrivals = bytes
                .iter()
                .zip(1..)
                .map(|(&byte, count)| (start.saturating_add(self.line_time(count)), byte));
            let arrivals: Vec<_> = arrivals.collect();
            self.echoed.extend(arrivals);
        }
        self.busy_until = start.saturating_add(self.line_time(bytes.len() as u64));
        let half_fifo = self.line_time(self.settings.transmit_fifo as u64 / 2);
        let half_sent_at = self.busy_until.saturating_sub(half_fifo);
        self.half_sent_at = (half_sent_at > now).then_some(half_sent_at);
        self.sent_at = Some(self.busy_until);
    }
}

fn lines_taken(profile: &UartProfile, settings: &UartSettings) -> [Option<PinId>; 4] {
    let tx = profile.tx.filter(|_| settings.lines != UartLines::ReceiveOnly);
    let rx = profile.rx.filter(|_| settings.lines != UartLines::TransmitOnly);
    match settings.flow_control {
        FlowControl::Off => [tx, rx, None, None],
        FlowControl::RtsCts => [tx, rx, profile.rts, profile.cts],
    }
}

fn line_time(bytes: u64, bits_per_byte: u32, baud: u32) -> u64 {
    let bits = bytes.saturating_mul(u64::from(bits_per_byte));
    bits.saturating_mul(1_000_000).div_ceil(u64::from(baud.max(1)))
}

impl Uart for SimulatedBoard {
    fn configure(&mut self, port: UartPort, settings: UartSettings) -> Result<u32, UartError> {
        let index = usize::from(port.0);
        let profile = self.profile.uart.get(index).ok_or(UartError::Absent)?;
        let baud = profile.actual_baud(settings.baud).ok_or(UartError::BaudRate)?;
        self.record(format_args!("{} configure {baud} baud", profile.name));
        self.disable_bus(BusSlot::Uart(port));
        self.claim_pins(BusSlot::Uart(port), lines_taken(profile, &settings));
        let now = self.now;
        self.uarts[index].running = Some(Running {
            settings,
            baud,
            received: VecDeque::new(),
            last_received: None,
            echoed: VecDeque::new(),
            busy_until: now,
            half_sent_at: None,
            sent_at: None,
            events: UartEvents::default(),
        });
        Ok(baud)
    }

    fn disable(&mut self, port: UartPort) {
        self.disable_bus(BusSlot::Uart(port));
    }

    fn read_byte(&mut self, port: UartPort) -> Option<ReceivedByte> {
        self.running(port)?.received.pop_front()
    }

    fn available(&self, port: UartPort) -> usize {
        let line = self.uarts.get(usize::from(port.0));
        line.and_then(|line| line.running.as_ref()).map_or(0, |running| running.received.len())
    }

    fn write(&mut self, port: UartPort, bytes: &[u8]) -> Result<(), UartError> {
        let now = self.now;
        let line = self.uarts.get_mut(usize::from(port.0)).ok_or(UartError::Absent)?;
        let running = line.running.as_mut().ok_or(UartError::NotEnabled)?;
        if running.settings.lines == UartLines::ReceiveOnly || bytes.is_empty() {
            return Ok(());
        }
        running.send(bytes, now, line.far_side.echo);
        let fifo = running.line_time(running.settings.transmit_fifo as u64);
        let accepted_at = running.busy_until.saturating_sub(fifo);
        let name = self.profile.uart[usize::from(port.0)].name;
        self.record(format_args!("{name} TX{}", Bytes(bytes)));
        self.advance_to(accepted_at);
        Ok(())
    }

    fn flush(&mut self, port: UartPort) {
        if let Some(busy_until) = self.running(port).map(|running| running.busy_until) {
            self.advance_to(busy_until);
        }
    }

    fn take_events(&mut self, port: UartPort) -> UartEvents {
        self.running(port).map(|running| std::mem::take(&mut running.events)).unwrap_or_default()
    }
}

impl SimulatedBoard {
    fn running(&mut self, port: UartPort) -> Option<&mut Running> {
        self.uarts.get_mut(usize::from(port.0))?.running.as_mut()
    }

    /// Lets the serial lines catch up with time.
    pub(crate) fn catch_up_uarts(&mut self) {
        for (index, line) in self.uarts.iter_mut().enumerate() {
            if line.catch_up(self.now) == Noticed::Events {
                self.events.post(Event::UartChanged(UartPort(index as u8)));
            }
        }
    }
}
