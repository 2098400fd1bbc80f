//! Register maps: the sensor that a board file describes.
//!
//! The device keeps a pointer to a register. A write sets it with its first
//! bytes and stores the others; a read delivers bytes from it on. A register
//! holds a number that the controller may change, or shows a signal the way a
//! converter would: scaled, rounded, limited to its bits and shifted into place.

use crate::i2c::{DeviceContext, I2cDevice, Nack};
use crate::signal::SignalId;

/// A device made of registers.
#[derive(Clone, Debug)]
pub struct RegisterMap {
    /// The registers, in order of address.
    pub registers: Vec<Register>,
    /// How many bytes at the start of a write are the pointer, 0 to 2.
    pub pointer_bytes: usize,
    /// Where the pointer goes after a byte.
    pub stepping: Stepping,
    /// From when until when, in microseconds, the device does not answer.
    pub absent: Vec<(u64, u64)>,
    /// The position of the next byte.
    pub cursor: Cursor,
}

/// Where the pointer goes after a byte.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stepping {
    /// Through the bytes of the register, again and again.
    #[default]
    Hold,
    /// To the next byte; every byte has an address of its own.
    Byte,
    /// Through the bytes of the register, then to the next register.
    Register,
}

/// The position of the next byte to transfer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cursor {
    address: u32,
    /// Bytes already transferred of the register at `address`; with
    /// [`Stepping::Byte`] always zero.
    offset: u32,
}

/// A register.
#[derive(Clone, Debug)]
pub struct Register {
    /// Its address, for [`Stepping::Byte`] that of its first byte.
    pub address: u32,
    /// Its length in bytes, 1 to 4.
    pub width: u32,
    /// The order of its bytes.
    pub byte_order: ByteOrder,
    /// What it holds.
    pub content: Content,
}

/// The order of the bytes of a register.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ByteOrder {
    /// Most significant first.
    #[default]
    Big,
    /// Least significant first.
    Little,
}

/// What a register holds.
#[derive(Clone, Debug)]
pub enum Content {
    /// A number that the controller can only read.
    Fixed(u32),
    /// A number that the controller can change.
    Writable(u32),
    /// A signal, converted.
    Measured(Conversion),
}

/// From a quantity to the number in a register:
/// `round(value * scale + offset)`, limited to `bits` and shifted left.
#[derive(Clone, Debug)]
pub struct Conversion {
    /// The quantity.
    pub signal: SignalId,
    /// Steps per unit.
    pub scale: f64,
    /// Steps at zero.
    pub offset: f64,
    /// Bits of the result, 1 to 32.
    pub bits: u32,
    /// Whether the result has a sign.
    pub sign: Sign,
    /// Bits that stay free below the result.
    pub shift: u32,
}

/// Whether a number has a sign, which is then in two's complement.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sign {
    /// It has not.
    #[default]
    Unsigned,
    /// It has.
    Signed,
}

/// What a read delivers where there is no register: an idle line.
const NOTHING: u8 = 0xff;

impl Conversion {
    fn convert(&self, value: f64) -> u32 {
        let steps = (value * self.scale + self.offset).round();
        let range = 2.0_f64.powi(self.bits as i32);
        let (lowest, highest) = match self.sign {
            Sign::Unsigned => (0.0, range - 1.0),
            Sign::Signed => (-range / 2.0, range / 2.0 - 1.0),
        };
        let limited = steps.clamp(lowest, highest) as i64;
        let mask = (1_u64 << self.bits) - 1;
        ((limited as u64 & mask) << self.shift) as u32
    }
}

impl Register {
    fn number(&self, context: &DeviceContext<'_>) -> u32 {
        match &self.content {
            Content::Fixed(number) | Content::Writable(number) => *number,
            Content::Measured(conversion) => conversion.convert(context.value(conversion.signal)),
        }
    }

    /// How far the byte at `offset` is shifted within the number.
    fn bit_position(&self, offset: u32) -> u32 {
        8 * match self.byte_order {
            ByteOrder::Big => self.width - 1 - offset,
            ByteOrder::Little => offset,
        }
    }

    fn byte(&self, offset: u32, context: &DeviceContext<'_>) -> u8 {
        (self.number(context) >> self.bit_position(offset)) as u8
    }

    fn set_byte(&mut self, offset: u32, byte: u8) {
        let position = self.bit_position(offset);
        if let Content::Writable(number) = &mut self.content {
            *number = (*number & !(0xff << position)) | u32::from(byte) << position;
        }
    }
}

impl RegisterMap {
    fn check_present(&self, now: u64) -> Result<(), Nack> {
        let is_absent = self.absent.iter().any(|&(from, until)| (from..until).contains(&now));
        if is_absent { Err(Nack) } else { Ok(()) }
    }

    /// The register under the cursor and the offset of the byte within it.
    fn current(&self) -> Option<(usize, u32)> {
        let Cursor { address, offset } = self.cursor;
        let index = self.registers.partition_point(|register| register.address <= address).checked_sub(1)?;
        let register = &self.registers[index];
        let offset = match self.stepping {
            Stepping::Byte => address - register.address,
            Stepping::Hold | Stepping::Register if register.address == address => offset,
            Stepping::Hold | Stepping::Register => return None,
        };
        (offset < register.width).then_some((index, offset))
    }

    fn step(&mut self) {
        let current = self.current();
        if self.stepping == Stepping::Byte {
            let addresses = 1 << (8 * self.pointer_bytes);
            self.cursor.address = (self.cursor.address + 1) % addresses;
            return;
        }
        let Some((index, offset)) = current else { return };
        self.cursor.offset = (offset + 1) % self.registers[index].width;
        if self.cursor.offset == 0 && self.stepping == Stepping::Register {
            self.cursor.address = self.registers[(index + 1) % self.registers.len()].address;
        }
    }
}

impl I2cDevice for RegisterMap {
    fn write(&mut self, context: &DeviceContext<'_>, bytes: &[u8]) -> Result<(), Nack> {
        self.check_present(context.now_micros)?;
        let Some((pointer, data)) = bytes.split_at_checked(self.pointer_bytes) else { return Ok(()) };
        if !pointer.is_empty() {
            let address = pointer.iter().fold(0, |address, &byte| address << 8 | u32::from(byte));
            self.cursor = Cursor { address, offset: 0 };
        }
        for &byte in data {
            if let Some((index, offset)) = self.current() {
                self.registers[index].set_byte(offset, byte);
            }
            self.step();
        }
        Ok(())
    }

    fn read(&mut self, context: &DeviceContext<'_>, into: &mut [u8]) -> Result<(), Nack> {
        self.check_present(context.now_micros)?;
        self.cursor.offset = 0;
        for byte in into {
            *byte =
                self.current().map_or(NOTHING, |(index, offset)| self.registers[index].byte(offset, context));
            self.step();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signal::{Signal, SignalBank};

    fn register(address: u32, width: u32, byte_order: ByteOrder, content: Content) -> Register {
        Register { address, width, byte_order, content }
    }

    fn map(stepping: Stepping, registers: Vec<Register>) -> RegisterMap {
        RegisterMap { registers, pointer_bytes: 1, stepping, absent: Vec::new(), cursor: Cursor::default() }
    }

    fn read(map: &mut RegisterMap, pointer: u8, count: usize) -> Vec<u8> {
        let signals = SignalBank::default();
        let context = DeviceContext { now_micros: 0, signals: &signals };
        let mut bytes = vec![0; count];
        map.write(&context, &[pointer]).unwrap();
        map.read(&context, &mut bytes).unwrap();
        bytes
    }

    fn write(map: &mut RegisterMap, bytes: &[u8]) {
        let signals = SignalBank::default();
        map.write(&DeviceContext { now_micros: 0, signals: &signals }, bytes).unwrap();
    }

    fn two_words() -> Vec<Register> {
        vec![
            register(0, 2, ByteOrder::Big, Content::Writable(0x1234)),
            register(2, 2, ByteOrder::Little, Content::Fixed(0x5678)),
        ]
    }

    #[test]
    fn the_pointer_holds_or_steps() {
        assert_eq!(read(&mut map(Stepping::Hold, two_words()), 0, 3), [0x12, 0x34, 0x12]);
        assert_eq!(read(&mut map(Stepping::Register, two_words()), 0, 5), [0x12, 0x34, 0x78, 0x56, 0x12]);
        assert_eq!(read(&mut map(Stepping::Byte, two_words()), 1, 4), [0x34, 0x78, 0x56, 0xff]);
        assert_eq!(read(&mut map(Stepping::Hold, two_words()), 9, 2), [0xff, 0xff]);
    }

    #[test]
    fn only_writable_registers_change() {
        let mut device = map(Stepping::Register, two_words());
        write(&mut device, &[0, 0xab, 0xcd, 0xee, 0xff]);
        assert_eq!(read(&mut device, 0, 4), [0xab, 0xcd, 0x78, 0x56]);
        write(&mut device, &[]);
        write(&mut device, &[0, 0x11]);
        assert_eq!(read(&mut device, 0, 2), [0x11, 0xcd]);
    }

    #[test]
    fn a_plain_expander_has_no_pointer() {
        let mut device = map(Stepping::Hold, vec![register(0, 1, ByteOrder::Big, Content::Writable(0))]);
        device.pointer_bytes = 0;
        write(&mut device, &[0x5a]);
        let signals = SignalBank::default();
        let mut byte = [0];
        device.read(&DeviceContext { now_micros: 0, signals: &signals }, &mut byte).unwrap();
        assert_eq!(byte, [0x5a]);
    }

    #[test]
    fn conversion_rounds_limits_and_shifts() {
        let mut signals = SignalBank::default();
        let signal = signals.add("signal", Signal::Constant(0.0));
        let mut conversion =
            Conversion { signal, scale: 16.0, offset: 0.0, bits: 12, sign: Sign::Signed, shift: 4 };
        assert_eq!(conversion.convert(25.0), 0x1900);
        assert_eq!(conversion.convert(-0.0625), 0xfff0);
        assert_eq!(conversion.convert(1000.0), 0x7ff0);
        assert_eq!(conversion.convert(-1000.0), 0x8000);
        assert_eq!(conversion.convert(f64::NAN), 0);
        conversion = Conversion { sign: Sign::Unsigned, bits: 32, shift: 0, scale: 1.0, ..conversion };
        assert_eq!(conversion.convert(-5.0), 0);
        assert_eq!(conversion.convert(1e20), u32::MAX);
    }
}
