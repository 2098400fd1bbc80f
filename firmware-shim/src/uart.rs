//! Serial ports from embedded-io.
//!
//! Sending is `embedded_io::Write`. Receiving cannot wait until a script asks:
//! the interrupt of the port puts each byte into a [`ReceiveRing`] and posts
//! `Event::UartChanged`. The ring is a static of the firmware and has one
//! producer and one consumer, so it needs neither a lock nor compare-and-swap.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::cell::Cell;
use core::sync::atomic::{AtomicU8, AtomicU32, Ordering};
use embedded_io::Write;
use tamias_stdlib_imp::board::{
    ModuleProfile, ReceivedByte, Uart, UartError, UartEvents, UartPort, UartSettings,
};

/// Bytes on their way from an interrupt to the script.
///
/// ```
/// use tamias_firmware_shim::uart::ReceiveRing;
///
/// static RING: ReceiveRing<4> = ReceiveRing::new();
///
/// for byte in *b"tamias" {
///     RING.push(byte); // In the interrupt of the port.
/// }
/// assert_eq!(RING.len(), 4); // The last two are lost, and that is not forgotten:
/// assert_eq!(RING.take_lost(), 2);
/// assert_eq!(RING.pop(), Some(b't'));
/// ```
#[derive(Debug)]
pub struct ReceiveRing<const SIZE: usize> {
    bytes: [AtomicU8; SIZE],
    /// Bytes ever put in and taken out.
    pushed: AtomicU32,
    popped: AtomicU32,
    /// Bytes ever lost, and of how many of them the consumer knows.
    lost: AtomicU32,
    lost_seen: AtomicU32,
}

impl<const SIZE: usize> ReceiveRing<SIZE> {
    const IS_POWER_OF_TWO: () = assert!(SIZE.is_power_of_two(), "positions wrap around");

    /// An empty ring, usable in a `static`. The size is a power of two.
    #[must_use]
    pub const fn new() -> Self {
        let () = Self::IS_POWER_OF_TWO;
        ReceiveRing {
            bytes: [const { AtomicU8::new(0) }; SIZE],
            pushed: AtomicU32::new(0),
            popped: AtomicU32::new(0),
            lost: AtomicU32::new(0),
            lost_seen: AtomicU32::new(0),
        }
    }

    /// Adds a byte, for one producer. If the ring is full the byte is lost.
    pub fn push(&self, byte: u8) {
        let pushed = self.pushed.load(Ordering::Relaxed);
        if pushed.wrapping_sub(self.popped.load(Ordering::Acquire)) as usize == SIZE {
            self.lost.store(self.lost.load(Ordering::Relaxed).wrapping_add(1), Ordering::Relaxed);
            return;
        }
        self.bytes[pushed as usize % SIZE].store(byte, Ordering::Relaxed);
        self.pushed.store(pushed.wrapping_add(1), Ordering::Release);
    }

    /// Takes the oldest byte, for one consumer.
    pub fn pop(&self) -> Option<u8> {
        let popped = self.popped.load(Ordering::Relaxed);
        if self.pushed.load(Ordering::Acquire) == popped {
            return None;
        }
        let byte = self.bytes[popped as usize % SIZE].load(Ordering::Relaxed);
        self.popped.store(popped.wrapping_add(1), Ordering::Release);
        Some(byte)
    }

    /// How many bytes wait.
    #[must_use]
    pub fn len(&self) -> usize {
        self.pushed.load(Ordering::Acquire).wrapping_sub(self.popped.load(Ordering::Acquire)) as usize
    }

    /// Whether no byte waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many bytes have been lost since the last call.
    pub fn take_lost(&self) -> u32 {
        let lost = self.lost.load(Ordering::Relaxed);
        let seen = self.lost_seen.load(Ordering::Relaxed);
        self.lost_seen.store(lost, Ordering::Relaxed);
        lost.wrapping_sub(seen)
    }
}

impl<const SIZE: usize> Default for ReceiveRing<SIZE> {
    fn default() -> Self {
        Self::new()
    }
}

/// The receiving side of a port, of whatever size its ring is.
pub trait Receive {
    /// The oldest byte.
    fn pop(&self) -> Option<u8>;
    /// How many bytes wait.
    fn len(&self) -> usize;
    /// Whether no byte waits.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// How many bytes have been lost since the last call.
    fn take_lost(&self) -> u32;
}

impl<const SIZE: usize> Receive for ReceiveRing<SIZE> {
    fn pop(&self) -> Option<u8> {
        ReceiveRing::pop(self)
    }

    fn len(&self) -> usize {
        ReceiveRing::len(self)
    }

    fn take_lost(&self) -> u32 {
        ReceiveRing::take_lost(self)
    }
}

/// What a port does when a script configures it; embedded-io has no word for it.
pub trait Configure {
    /// Takes the settings. The answer is the baud rate that was reached.
    ///
    /// # Errors
    /// If the port cannot do what they ask.
    fn configure(&mut self, settings: &UartSettings) -> Result<u32, UartError>;
}

/// A sender that is a port of its own and can be configured.
trait Sender {
    fn configure(&mut self, settings: &UartSettings) -> Result<u32, UartError>;
    fn send(&mut self, bytes: &[u8]);
    fn flush(&mut self);
}

impl<W: Write + Configure> Sender for W {
    fn configure(&mut self, settings: &UartSettings) -> Result<u32, UartError> {
        Configure::configure(self, settings)
    }

    fn send(&mut self, bytes: &[u8]) {
        // A line has no way to refuse.
        let _ = self.write_all(bytes);
    }

    fn flush(&mut self) {
        let _ = Write::flush(self);
    }
}

/// The serial ports of a board.
pub struct SerialPorts {
    profile: &'static ModuleProfile,
    ports: Vec<Option<Slot>>,
}

struct Slot {
    sender: Box<dyn Sender>,
    received: &'static dyn Receive,
    is_enabled: bool,
    /// Something has been sent since the events were taken.
    has_sent: Cell<bool>,
}

impl SerialPorts {
    /// No ports yet.
    pub fn new(profile: &'static ModuleProfile) -> Self {
        SerialPorts { profile, ports: profile.uart.iter().map(|_| None).collect() }
    }

    /// Makes `sender` and `received` the port that scripts call `name`.
    ///
    /// # Panics
    /// If the module has no port of this name: the firmware is wrong.
    #[must_use]
    pub fn with(
        mut self,
        name: &str,
        sender: impl Write + Configure + 'static,
        received: &'static dyn Receive,
    ) -> Self {
        let id = self.profile.uart_port(name).expect("the module has this port");
        let slot = Slot { sender: Box::new(sender), received, is_enabled: false, has_sent: Cell::new(false) };
        self.ports[usize::from(id.0)] = Some(slot);
        self
    }

    fn enabled(&self, port: UartPort) -> Option<&Slot> {
        self.ports.get(usize::from(port.0))?.as_ref().filter(|slot| slot.is_enabled)
    }

    fn enabled_mut(&mut self, port: UartPort) -> Option<&mut Slot> {
        self.ports.get_mut(usize::from(port.0))?.as_mut().filter(|slot| slot.is_enabled)
    }
}

impl Uart for SerialPorts {
    fn configure(&mut self, port: UartPort, settings: UartSettings) -> Result<u32, UartError> {
        let Some(Some(slot)) = self.ports.get_mut(usize::from(port.0)) else { return Err(UartError::Absent) };
        let reached = slot.sender.configure(&settings)?;
        slot.is_enabled = true;
        while slot.received.pop().is_some() {}
        slot.received.take_lost();
        slot.has_sent.set(false);
        Ok(reached)
    }

    fn disable(&mut self, port: UartPort) {
        if let Some(slot) = self.enabled_mut(port) {
            slot.is_enabled = false;
        }
    }

    fn read_byte(&mut self, port: UartPort) -> Option<ReceivedByte> {
        // When a byte came is not kept: that would take eight times the memory.
        self.enabled(port)?.received.pop().map(|byte| ReceivedByte { byte, interval_micros: 0 })
    }

    fn available(&self, port: UartPort) -> usize {
        self.enabled(port).map_or(0, |slot| slot.received.len())
    }

    fn write(&mut self, port: UartPort, bytes: &[u8]) -> Result<(), UartError> {
        let slot = self.enabled_mut(port).ok_or(UartError::NotEnabled)?;
        slot.sender.send(bytes);
        slot.has_sent.set(true);
        Ok(())
    }

    fn flush(&mut self, port: UartPort) {
        if let Some(slot) = self.enabled_mut(port) {
            slot.sender.flush();
        }
    }

    fn take_events(&mut self, port: UartPort) -> UartEvents {
        let mut events = UartEvents::default();
        let Some(slot) = self.enabled(port) else { return events };
        if !slot.received.is_empty() {
            events.insert(UartEvents::READ_READY);
        }
        if slot.received.take_lost() > 0 {
            events.insert(UartEvents::OVERRUN_ERROR);
        }
        if slot.has_sent.take() {
            events.insert(UartEvents::WRITE_DONE);
        }
        events
    }
}
