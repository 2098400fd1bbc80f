//! The shape of a board file, as `serde` reads it.
//!
//! Only shape is checked here: keys, types, and words that must be one of a
//! few. What they refer to is checked in [`resolve`](super::resolve), for which
//! names and numbers keep their place in the file.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, Visitor};
use toml::Spanned;
use toml::value::Datetime;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BoardSchema {
    pub module: Spanned<String>,
    pub device_id: Option<Spanned<String>>,
    #[serde(default)]
    pub seed: u32,
    pub start: Option<Spanned<Datetime>>,
    #[serde(default)]
    pub supply: SupplySchema,
    #[serde(default)]
    pub signal: BTreeMap<Spanned<String>, SignalSchema>,
    #[serde(default)]
    pub plant: BTreeMap<Spanned<String>, PlantSchema>,
    #[serde(default)]
    pub input: Vec<InputSchema>,
    #[serde(default)]
    pub wire: Vec<WireSchema>,
    #[serde(default)]
    pub device: Vec<DeviceSchema>,
    #[serde(default)]
    pub uart: Vec<UartSchema>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct SupplySchema {
    pub volts: Option<Quantity>,
    pub battery: Option<Quantity>,
    pub light: Option<Quantity>,
}

/// A number, or the name of a signal.
pub(super) type Quantity = Spanned<NumberOrName>;

pub(super) enum NumberOrName {
    Number(f64),
    Name(String),
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum SignalSchema {
    Constant(Spanned<f64>),
    Ramp { from: Spanned<f64>, to: Spanned<f64>, start: Spanned<f64>, end: Spanned<f64> },
    Sine { mean: Spanned<f64>, amplitude: Spanned<f64>, period: Spanned<f64>, peak_at: Spanned<f64> },
    Table(TableSchema),
    Noise { of: Quantity, amplitude: Spanned<f64>, every: Spanned<f64> },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TableSchema {
    pub points: Spanned<Vec<(Spanned<f64>, Spanned<f64>)>>,
    #[serde(default)]
    pub between: BetweenSchema,
    pub repeat: Option<Spanned<f64>>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub(super) enum BetweenSchema {
    #[default]
    Linear,
    Step,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PlantSchema {
    pub heater: Spanned<String>,
    pub active: Option<Spanned<u8>>,
    pub ambient: Quantity,
    pub initial: Option<Spanned<f64>>,
    pub gain: Spanned<f64>,
    pub time_constant: Spanned<f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct InputSchema {
    pub pin: Spanned<String>,
    pub initial: Option<OutsideLevel>,
    #[serde(default)]
    pub pull: PullSchema,
    #[serde(default)]
    pub changes: Vec<(Spanned<f64>, OutsideLevel)>,
    pub repeat: Option<Spanned<f64>>,
    pub volts: Option<Quantity>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub(super) enum PullSchema {
    #[default]
    None,
    Up,
    Down,
}

/// `0`, `1`, or `"z"` for a line that is let go.
#[derive(Clone, Copy)]
pub(super) enum OutsideLevel {
    Low,
    High,
    Released,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WireSchema {
    pub pins: [Spanned<String>; 2],
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DeviceSchema {
    pub bus: Spanned<String>,
    pub address: Spanned<i64>,
    pub pointer_bytes: Option<Spanned<u8>>,
    #[serde(default)]
    pub stepping: SteppingSchema,
    #[serde(default)]
    pub absent: Vec<(Spanned<f64>, Spanned<f64>)>,
    #[serde(default)]
    pub register: Vec<RegisterSchema>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub(super) enum SteppingSchema {
    #[default]
    Hold,
    Byte,
    Register,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RegisterSchema {
    pub address: Spanned<i64>,
    pub width: Option<Spanned<u32>>,
    #[serde(default)]
    pub endian: EndianSchema,
    pub value: Option<Spanned<i64>>,
    #[serde(default)]
    pub writable: bool,
    pub signal: Option<Quantity>,
    pub scale: Option<Spanned<f64>>,
    pub offset: Option<Spanned<f64>>,
    pub bits: Option<Spanned<u32>>,
    #[serde(default)]
    pub signed: bool,
    pub shift: Option<Spanned<u32>>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub(super) enum EndianSchema {
    #[default]
    Big,
    Little,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UartSchema {
    pub port: Spanned<String>,
    #[serde(default)]
    pub receive: Vec<(Spanned<f64>, String)>,
    #[serde(default)]
    pub echo: bool,
}

impl<'de> Deserialize<'de> for NumberOrName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Expected;
        impl Visitor<'_> for Expected {
            type Value = NumberOrName;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a number or the name of a signal")
            }
            fn visit_i64<E: Error>(self, value: i64) -> Result<NumberOrName, E> {
                Ok(NumberOrName::Number(value as f64))
            }
            fn visit_f64<E: Error>(self, value: f64) -> Result<NumberOrName, E> {
                Ok(NumberOrName::Number(value))
            }
            fn visit_str<E: Error>(self, value: &str) -> Result<NumberOrName, E> {
                Ok(NumberOrName::Name(value.to_owned()))
            }
        }
        deserializer.deserialize_any(Expected)
    }
}

impl<'de> Deserialize<'de> for OutsideLevel {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Expected;
        impl Visitor<'_> for Expected {
            type Value = OutsideLevel;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("0, 1 or \"z\"")
            }
            fn visit_i64<E: Error>(self, value: i64) -> Result<OutsideLevel, E> {
                match value {
                    0 => Ok(OutsideLevel::Low),
                    1 => Ok(OutsideLevel::High),
                    _ => Err(E::invalid_value(serde::de::Unexpected::Signed(value), &self)),
                }
            }
            fn visit_str<E: Error>(self, value: &str) -> Result<OutsideLevel, E> {
                match value {
                    "z" => Ok(OutsideLevel::Released),
                    _ => Err(E::invalid_value(serde::de::Unexpected::Str(value), &self)),
                }
            }
        }
        deserializer.deserialize_any(Expected)
    }
}
