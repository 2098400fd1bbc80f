//! From the shape of a board file to a board's setup.
//!
//! Names become pins, buses and signals of the module; numbers are checked for
//! what they are used for, so that nothing behind this can meet a period of
//! zero or a register of nine bytes.

use std::collections::BTreeMap;
use std::ops::Range;

use tamias_stdlib_imp::board::{I2cAddress, Level, ModuleProfile, PinId, Pull, WallTime, modules};
use toml::Spanned;
use toml::value::{Datetime, Offset};

use super::schema::{
    BetweenSchema, BoardSchema, DeviceSchema, EndianSchema, InputSchema, NumberOrName, OutsideLevel,
    PlantSchema, PullSchema, Quantity, RegisterSchema, SignalSchema, SteppingSchema, SupplySchema,
    TableSchema, UartSchema, WireSchema,
};
use super::{
    BATTERY, BoardFileError, BoardSetup, DEFAULT_BATTERY, DEFAULT_SUPPLY, LIGHT, SUPPLY, default_device_id,
};
use crate::input::ScriptedInput;
use crate::pins::OutsideDrive;
use crate::register_map::{ByteOrder, Content, Conversion, Cursor, Register, RegisterMap, Sign, Stepping};
use crate::signal::{Between, Plant, Signal, SignalBank, SignalId, Table};
use crate::uart::{Echo, FarSide};

type Result<T> = std::result::Result<T, BoardFileError>;

/// The latest time in a board file: about 31,000 years.
const MAX_SECONDS: f64 = 1e12;

/// How many signals may depend on each other in a row.
const MAX_CHAIN: usize = 64;

pub(super) fn resolve(source: &str, schema: BoardSchema) -> Result<BoardSetup> {
    let profile = find_module(source, &schema.module)?;
    let mut resolver = Resolver {
        source,
        profile,
        definitions: BTreeMap::new(),
        signals: SignalBank::default(),
        in_progress: Vec::new(),
    };
    let device_id = schema.device_id.map(|id| resolver.device_id(&id)).transpose()?;
    let start = schema.start.map(|start| resolver.wall_time(&start)).transpose()?;
    resolver.define(schema.signal, schema.plant)?;
    let [supply, battery, light] = resolver.supply(schema.supply)?;
    let mut setup = BoardSetup {
        profile,
        device_id: device_id.unwrap_or_else(|| default_device_id(profile)),
        seed: u64::from(schema.seed),
        start,
        signals: SignalBank::default(),
        supply,
        battery,
        light,
        wires: resolver.each(schema.wire, Resolver::wire)?,
        connections: Vec::new(),
        voltages: Vec::new(),
        inputs: Vec::new(),
        devices: Vec::new(),
        serial: profile.uart.iter().map(|_| FarSide::default()).collect(),
    };
    schema.input.into_iter().try_for_each(|input| resolver.input(input, &mut setup))?;
    schema.device.into_iter().try_for_each(|device| resolver.device(device, &mut setup))?;
    schema.uart.into_iter().try_for_each(|uart| resolver.uart(uart, &mut setup))?;
    resolver.resolve_all()?;
    setup.signals = resolver.signals;
    Ok(setup)
}

fn find_module(source: &str, name: &Spanned<String>) -> Result<&'static ModuleProfile> {
    modules::find(name.get_ref()).ok_or_else(|| {
        let known: Vec<&str> = modules::ALL.iter().map(|module| module.name).collect();
        let message = format!("unknown module `{}`, expected one of {}", name.get_ref(), known.join(", "));
        BoardFileError::new(source, name.span(), message)
    })
}

struct Resolver<'a> {
    source: &'a str,
    profile: &'static ModuleProfile,
    /// Signals that have been read but are not in the bank yet.
    definitions: BTreeMap<String, Definition>,
    signals: SignalBank,
    /// The names of the signals that are being resolved, to notice a cycle.
    in_progress: Vec<String>,
}

enum Definition {
    Signal(SignalSchema),
    Plant(PlantSchema),
}

impl Resolver<'_> {
    fn error<T>(&self, span: Range<usize>, message: impl Into<String>) -> Result<T> {
        Err(BoardFileError::new(self.source, span, message.into()))
    }

    fn each<S, T>(&mut self, items: Vec<S>, resolve: impl Fn(&mut Self, S) -> Result<T>) -> Result<Vec<T>> {
        items.into_iter().map(|item| resolve(self, item)).collect()
    }

    // Numbers.

    fn finite(&self, number: &Spanned<f64>) -> Result<f64> {
        let value = *number.get_ref();
        if value.is_finite() { Ok(value) } else { self.error(number.span(), "expected a finite number") }
    }

    fn positive(&self, number: &Spanned<f64>) -> Result<f64> {
        let value = self.finite(number)?;
        if value > 0.0 { Ok(value) } else { self.error(number.span(), "expected a number above zero") }
    }

    fn seconds(&self, number: &Spanned<f64>) -> Result<f64> {
        let value = *number.get_ref();
        if (0.0..=MAX_SECONDS).contains(&value) {
            Ok(value)
        } else {
            self.error(number.span(), "expected a time of 0 seconds or more")
        }
    }

    fn micros(&self, number: &Spanned<f64>) -> Result<u64> {
        Ok((self.seconds(number)? * 1e6).round() as u64)
    }

    /// The span and value of an optional number, or its default.
    fn within<T: Copy + PartialOrd + std::fmt::Display>(
        &self,
        number: Option<&Spanned<T>>,
        default: T,
        (lowest, highest): (T, T),
    ) -> Result<T> {
        let Some(number) = number else { return Ok(default) };
        let value = *number.get_ref();
        if lowest <= value && value <= highest {
            Ok(value)
        } else {
            self.error(number.span(), format!("expected a number from {lowest} to {highest}"))
        }
    }

    // Names.

    fn pin(&self, name: &Spanned<String>) -> Result<PinId> {
        let found = self.profile.pin(name.get_ref());
        found.map_or_else(|| self.unknown("pin", name), Ok)
    }

    fn unknown<T>(&self, kind: &str, name: &Spanned<String>) -> Result<T> {
        self.error(name.span(), format!("{} has no {kind} `{}`", self.profile.name, name.get_ref()))
    }

    fn device_id(&self, id: &Spanned<String>) -> Result<u64> {
        let text = id.get_ref();
        let is_hexadecimal = text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        match u64::from_str_radix(text, 16) {
            Ok(number) if is_hexadecimal => Ok(number),
            _ => self.error(id.span(), "expected a device ID of 16 hexadecimal digits"),
        }
    }

    fn wall_time(&self, start: &Spanned<Datetime>) -> Result<WallTime> {
        let Datetime { date: Some(date), time: Some(time), offset } = start.get_ref() else {
            return self.error(start.span(), "expected a date and a time of day");
        };
        let offset_minutes = match offset {
            Some(Offset::Custom { minutes }) => i64::from(*minutes),
            Some(Offset::Z) | None => 0,
        };
        let days = days_since_1970(i64::from(date.year), i64::from(date.month), i64::from(date.day));
        let minutes = (days * 24 + i64::from(time.hour)) * 60 + i64::from(time.minute) - offset_minutes;
        Ok(WallTime {
            unix_seconds: minutes * 60 + i64::from(time.second.unwrap_or(0)),
            micros: time.nanosecond.unwrap_or(0) / 1000,
        })
    }

    // Signals.

    /// Notes the definitions. They are resolved when somebody refers to them,
    /// so that their order in the file does not matter.
    fn define(
        &mut self,
        signals: BTreeMap<Spanned<String>, SignalSchema>,
        plants: BTreeMap<Spanned<String>, PlantSchema>,
    ) -> Result<()> {
        let signals = signals.into_iter().map(|(name, signal)| (name, Definition::Signal(signal)));
        let plants = plants.into_iter().map(|(name, plant)| (name, Definition::Plant(plant)));
        for (name, definition) in signals.chain(plants) {
            let span = name.span();
            let name = name.into_inner();
            if self.definitions.contains_key(&name) {
                return self.error(span, format!("`{name}` is both a signal and a plant"));
            }
            self.definitions.insert(name, definition);
        }
        Ok(())
    }

    /// Resolves what nobody referred to, because it may still be wrong.
    fn resolve_all(&mut self) -> Result<()> {
        while let Some((name, definition)) = self.definitions.pop_first() {
            self.add_defined(name, definition)?;
        }
        Ok(())
    }

    fn supply(&mut self, supply: SupplySchema) -> Result<[SignalId; 3]> {
        Ok([
            self.supply_part(SUPPLY, supply.volts, DEFAULT_SUPPLY)?,
            self.supply_part(BATTERY, supply.battery, DEFAULT_BATTERY)?,
            self.supply_part(LIGHT, supply.light, 0.0)?,
        ])
    }

    fn supply_part(&mut self, name: &str, quantity: Option<Quantity>, default: f64) -> Result<SignalId> {
        match quantity {
            Some(quantity) => self.quantity(&quantity, name),
            None => Ok(self.signals.add(name, Signal::Constant(default))),
        }
    }

    /// The signal that a number (which gets a `name` of its own) or a name denotes.
    fn quantity(&mut self, quantity: &Quantity, name: &str) -> Result<SignalId> {
        match quantity.get_ref() {
            NumberOrName::Number(number) => {
                let number = self.finite(&Spanned::new(quantity.span(), *number))?;
                Ok(self.signals.add(name, Signal::Constant(number)))
            }
            NumberOrName::Name(name) => self.named_signal(quantity.span(), name),
        }
    }

    fn named_signal(&mut self, span: Range<usize>, name: &str) -> Result<SignalId> {
        if let Some(signal) = self.signals.find(name) {
            return Ok(signal);
        }
        if let Some((name, definition)) = self.definitions.remove_entry(name) {
            if self.in_progress.len() >= MAX_CHAIN {
                return self.error(span, "too many signals depend on each other");
            }
            return self.add_defined(name, definition);
        }
        if self.in_progress.iter().any(|other| other == name) {
            return self.error(span, format!("signal `{name}` depends on itself"));
        }
        self.error(span, format!("unknown signal `{name}`"))
    }

    fn add_defined(&mut self, name: String, definition: Definition) -> Result<SignalId> {
        self.in_progress.push(name.clone());
        let signal = match definition {
            Definition::Signal(signal) => self.signal(&name, signal)?,
            Definition::Plant(plant) => self.plant(&name, plant)?,
        };
        self.in_progress.pop();
        Ok(self.signals.add(&name, signal))
    }

    fn signal(&mut self, name: &str, schema: SignalSchema) -> Result<Signal> {
        Ok(match schema {
            SignalSchema::Constant(value) => Signal::Constant(self.finite(&value)?),
            SignalSchema::Ramp { from, to, start, end } => {
                let (from, to) = (self.finite(&from)?, self.finite(&to)?);
                let start = self.seconds(&start)?;
                if self.seconds(&end)? <= start {
                    return self.error(end.span(), "expected an `end` after `start`");
                }
                Signal::Ramp { from, to, start, end: *end.get_ref() }
            }
            SignalSchema::Sine { mean, amplitude, period, peak_at } => Signal::Sine {
                mean: self.finite(&mean)?,
                amplitude: self.finite(&amplitude)?,
                period: self.positive(&period)?,
                peak_at: self.finite(&peak_at)?,
            },
            SignalSchema::Table(table) => Signal::Table(self.table(&table)?),
            SignalSchema::Noise { of, amplitude, every } => Signal::Noise {
                of: self.quantity(&of, &format!("{name}.of"))?,
                amplitude: self.finite(&amplitude)?,
                every: self.positive(&every)?,
                key: hash(name),
            },
        })
    }

    fn table(&self, schema: &TableSchema) -> Result<Table> {
        let mut points: Vec<(f64, f64)> = Vec::new();
        for (at, value) in schema.points.get_ref() {
            let seconds = self.seconds(at)?;
            if points.last().is_some_and(|last| last.0 >= seconds) {
                return self.error(at.span(), "expected a time after the one before");
            }
            points.push((seconds, self.finite(value)?));
        }
        let Some(last) = points.last() else {
            return self.error(schema.points.span(), "expected at least one point");
        };
        let repeat = schema.repeat.as_ref().map(|repeat| self.repeat_after(repeat, last.0)).transpose()?;
        let between = match schema.between {
            BetweenSchema::Linear => Between::Linear,
            BetweenSchema::Step => Between::Step,
        };
        Ok(Table { points, between, repeat })
    }

    /// A period after which a list of times starts again.
    fn repeat_after(&self, repeat: &Spanned<f64>, last: f64) -> Result<f64> {
        let period = self.seconds(repeat)?;
        if period > last && period >= 1e-6 {
            Ok(period)
        } else {
            self.error(repeat.span(), "expected a time after the last one in the list")
        }
    }

    fn plant(&mut self, name: &str, schema: PlantSchema) -> Result<Signal> {
        let heater = self.pin(&schema.heater)?;
        let active = match self.within(schema.active.as_ref(), 1, (0, 1))? {
            0 => Level::Low,
            _ => Level::High,
        };
        let ambient = self.quantity(&schema.ambient, &format!("{name}.ambient"))?;
        let gain = self.finite(&schema.gain)?;
        let time_constant = self.positive(&schema.time_constant)?;
        self.within(Some(&schema.time_constant), 0.0, (0.0, Plant::MAX_TIME_CONSTANT))?;
        let initial = match &schema.initial {
            Some(initial) => self.finite(initial)?,
            None => self.signals.value(ambient, 0),
        };
        Ok(Signal::Plant(Plant::new(heater, active, ambient, gain, time_constant, initial)))
    }

    // Pins.

    fn wire(&mut self, schema: WireSchema) -> Result<(PinId, PinId)> {
        let [first, second] = &schema.pins;
        Ok((self.pin(first)?, self.pin(second)?))
    }

    fn input(&mut self, schema: InputSchema, setup: &mut BoardSetup) -> Result<()> {
        let pin = self.pin(&schema.pin)?;
        let pull = match schema.pull {
            PullSchema::None => Pull::None,
            PullSchema::Up => Pull::Up,
            PullSchema::Down => Pull::Down,
        };
        let initial = schema.initial.map_or(OutsideDrive::Released, outside_drive);
        setup.connections.push((pin, initial, pull));
        if let Some(volts) = &schema.volts {
            let name = format!("{}.volts", schema.pin.get_ref());
            setup.voltages.push((pin, self.quantity(volts, &name)?));
        }
        let mut changes: Vec<(u64, OutsideDrive)> = Vec::new();
        for (at, level) in &schema.changes {
            let micros = self.micros(at)?;
            if changes.last().is_some_and(|last| last.0 >= micros) {
                return self.error(at.span(), "expected a time after the one before");
            }
            changes.push((micros, outside_drive(*level)));
        }
        let last = changes.last().map_or(0.0, |last| last.0 as f64 / 1e6);
        let repeat = match &schema.repeat {
            Some(repeat) => {
                self.repeat_after(repeat, last)?;
                Some(self.micros(repeat)?)
            }
            None => None,
        };
        setup.inputs.push(ScriptedInput::new(pin, changes, repeat));
        Ok(())
    }

    // Buses.

    fn device(&mut self, schema: DeviceSchema, setup: &mut BoardSetup) -> Result<()> {
        let Some(bus) = self.profile.i2c_bus(schema.bus.get_ref()) else {
            return self.unknown("I2C bus", &schema.bus);
        };
        let eight_bit = self.within(Some(&schema.address), 0, (0, 0xfe))?;
        if eight_bit % 2 != 0 {
            return self.error(schema.address.span(), "expected an 8-bit address, whose lowest bit is 0");
        }
        let address = I2cAddress::from_eight_bit(eight_bit as i32);
        if setup.devices.iter().any(|(other_bus, other, _)| (*other_bus, *other) == (bus, address)) {
            return self.error(schema.address.span(), "there is another device at this address");
        }
        let pointer_bytes = self.within(schema.pointer_bytes.as_ref(), 1, (0, 2))?;
        let stepping = match schema.stepping {
            SteppingSchema::Hold => Stepping::Hold,
            SteppingSchema::Byte => Stepping::Byte,
            SteppingSchema::Register => Stepping::Register,
        };
        let registers = self.registers(schema.register, schema.bus.get_ref(), pointer_bytes, stepping)?;
        let absent = self.each(schema.absent, |resolver, (from, until)| {
            let window = (resolver.micros(&from)?, resolver.micros(&until)?);
            if window.0 < window.1 {
                Ok(window)
            } else {
                resolver.error(until.span(), "expected a later time")
            }
        })?;
        let pointer_bytes = usize::from(pointer_bytes);
        let map = RegisterMap { registers, pointer_bytes, stepping, absent, cursor: Cursor::default() };
        setup.devices.push((bus, address, map));
        Ok(())
    }

    fn registers(
        &mut self,
        schemas: Vec<RegisterSchema>,
        bus: &str,
        pointer_bytes: u8,
        stepping: Stepping,
    ) -> Result<Vec<Register>> {
        let highest = (1_i64 << (8 * pointer_bytes)) - 1;
        let mut registers: Vec<(Register, Range<usize>)> = Vec::new();
        for schema in schemas {
            let address = self.within(Some(&schema.address), 0, (0, highest))?;
            let register = self.register(&schema, address as u32, &format!("{bus} register {address}"))?;
            registers.push((register, schema.address.span()));
        }
        registers.sort_by_key(|(register, _)| register.address);
        for pair in registers.windows(2) {
            let [(earlier, _), (later, span)] = pair else { continue };
            let size = if stepping == Stepping::Byte { earlier.width } else { 1 };
            if earlier.address + size > later.address {
                return self.error(span.clone(), "this register overlaps with another one");
            }
        }
        Ok(registers.into_iter().map(|(register, _)| register).collect())
    }

    fn register(&mut self, schema: &RegisterSchema, address: u32, name: &str) -> Result<Register> {
        let width = self.within(schema.width.as_ref(), 1, (1, 4))?;
        let content = match (&schema.signal, &schema.value) {
            (Some(signal), None) if !schema.writable => {
                Content::Measured(self.conversion(schema, signal, 8 * width, name)?)
            }
            (None, value) if !has_conversion(schema) => {
                let limit = (1_i64 << (8 * width)) - 1;
                let value = self.within(value.as_ref(), 0, (0, limit))? as u32;
                if schema.writable { Content::Writable(value) } else { Content::Fixed(value) }
            }
            (None, _) => {
                let message = "`scale`, `offset`, `bits`, `signed` and `shift` need a `signal`";
                return self.error(schema.address.span(), message);
            }
            (Some(signal), _) => {
                return self
                    .error(signal.span(), "a register with a `signal` has no `value` and is not `writable`");
            }
        };
        let byte_order = match schema.endian {
            EndianSchema::Big => ByteOrder::Big,
            EndianSchema::Little => ByteOrder::Little,
        };
        Ok(Register { address, width, byte_order, content })
    }

    fn conversion(
        &mut self,
        schema: &RegisterSchema,
        signal: &Quantity,
        register_bits: u32,
        name: &str,
    ) -> Result<Conversion> {
        let shift = self.within(schema.shift.as_ref(), 0, (0, register_bits - 1))?;
        let free_bits = register_bits - shift;
        Ok(Conversion {
            signal: self.quantity(signal, name)?,
            scale: schema.scale.as_ref().map_or(Ok(1.0), |scale| self.finite(scale))?,
            offset: schema.offset.as_ref().map_or(Ok(0.0), |offset| self.finite(offset))?,
            bits: self.within(schema.bits.as_ref(), free_bits, (1, free_bits))?,
            sign: if schema.signed { Sign::Signed } else { Sign::Unsigned },
            shift,
        })
    }

    fn uart(&mut self, schema: UartSchema, setup: &mut BoardSetup) -> Result<()> {
        let Some(port) = self.profile.uart_port(schema.port.get_ref()) else {
            return self.unknown("UART", &schema.port);
        };
        let mut script: Vec<(u64, Vec<u8>)> = Vec::new();
        for (at, text) in schema.receive {
            let micros = self.micros(&at)?;
            if script.last().is_some_and(|last| last.0 >= micros) {
                return self.error(at.span(), "expected a time after the one before");
            }
            if !text.is_empty() {
                script.push((micros, text.into_bytes()));
            }
        }
        let echo = if schema.echo { Echo::On } else { Echo::Off };
        setup.serial[usize::from(port.0)] = FarSide { script, echo };
        Ok(())
    }
}

fn has_conversion(schema: &RegisterSchema) -> bool {
    schema.signed
        || schema.scale.is_some()
        || schema.offset.is_some()
        || schema.bits.is_some()
        || schema.shift.is_some()
}

fn outside_drive(level: OutsideLevel) -> OutsideDrive {
    match level {
        OutsideLevel::Low => OutsideDrive::Driven(Level::Low),
        OutsideLevel::High => OutsideDrive::Driven(Level::High),
        OutsideLevel::Released => OutsideDrive::Released,
    }
}

/// Days from 1970-01-01 to a date of the Gregorian calendar. Years are counted
/// from March, so that the leap day is the last one of its year.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    const DAYS_TO_1970: i64 = 719_468;
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    year * 365 + leap_days + (month * 153 + 2) / 5 + day - 1 - DAYS_TO_1970
}

/// FNV-1a, to tell the noise of one signal from that of another by its name.
fn hash(name: &str) -> u64 {
    name.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_become_days() {
        assert_eq!(days_since_1970(1970, 1, 1), 0);
        assert_eq!(days_since_1970(2000, 2, 29), 11_016);
        assert_eq!(days_since_1970(2024, 3, 1), 19_783);
        assert_eq!(days_since_1970(1969, 12, 31), -1);
    }
}
