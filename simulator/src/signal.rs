//! Signals: physical quantities that change over virtual time.
//!
//! A signal is what a sensor measures or a pin's voltage follows. All but one
//! kind are functions of time alone. The exception is the [`Plant`], which has
//! state and is fed by an output of the board, so that a control loop closes.
//!
//! Plants advance in fixed steps on a grid of whole seconds. Stepping from one
//! observation to the next was rejected: the result would then depend on how
//! often somebody looks. The elementary functions come from `libm`, not from
//! the host, so that a trace is the same on every machine.

use std::f64::consts::TAU;

use tamias_stdlib_imp::board::{Level, PinId};

use crate::random_source::noise;

/// A signal in its [`SignalBank`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignalId(usize);

/// How a quantity changes over time. Times are in seconds of virtual time.
#[derive(Clone, Debug)]
pub enum Signal {
    /// It does not.
    Constant(f64),
    /// A straight line between two moments, level before and after.
    Ramp {
        /// Value up to `start`.
        from: f64,
        /// Value from `end`.
        to: f64,
        /// When it begins to change.
        start: f64,
        /// When it has changed.
        end: f64,
    },
    /// A sine wave.
    Sine {
        /// Its middle.
        mean: f64,
        /// Its height over the middle.
        amplitude: f64,
        /// Seconds from peak to peak.
        period: f64,
        /// The time of a peak.
        peak_at: f64,
    },
    /// Values at given times.
    Table(Table),
    /// Another signal with equally distributed noise.
    Noise {
        /// The signal without noise.
        of: SignalId,
        /// The greatest deviation.
        amplitude: f64,
        /// How long, in seconds, one deviation lasts.
        every: f64,
        /// What tells this noise from another.
        key: u64,
    },
    /// Something that the board itself heats.
    Plant(Plant),
}

/// Values at given times, the first value before and the last one after.
#[derive(Clone, Debug)]
pub struct Table {
    /// Pairs of seconds and value, in order of time.
    pub points: Vec<(f64, f64)>,
    /// What happens between two points.
    pub between: Between,
    /// After how many seconds the table starts again.
    pub repeat: Option<f64>,
}

/// What happens between two points of a [`Table`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Between {
    /// A straight line.
    #[default]
    Linear,
    /// The value of the earlier point.
    Step,
}

impl Table {
    fn value(&self, seconds: f64) -> f64 {
        let seconds = self.repeat.map_or(seconds, |period| seconds % period);
        let after = self.points.partition_point(|point| point.0 <= seconds);
        let Some(&(earlier, before)) = after.checked_sub(1).and_then(|index| self.points.get(index)) else {
            return self.points.first().map_or(0.0, |point| point.1);
        };
        match (self.between, self.points.get(after)) {
            (Between::Linear, Some(&(later, value))) => {
                before + (value - before) * (seconds - earlier) / (later - earlier)
            }
            _ => before,
        }
    }
}

/// A body with heat capacity that an output of the board heats and its
/// surroundings cool: a first-order lag.
#[derive(Clone, Debug)]
pub struct Plant {
    /// The output that heats.
    pub heater: PinId,
    /// The level at which it heats.
    pub active: Level,
    /// What the body settles to without heating.
    pub ambient: SignalId,
    /// By how much it settles above that with the heater always on.
    pub gain: f64,
    /// Seconds after which 63 % of a change have happened, at most
    /// [`MAX_TIME_CONSTANT`](Self::MAX_TIME_CONSTANT).
    pub time_constant: f64,
    /// The temperature, at first the initial one.
    pub value: f64,
    /// How strongly the heater is on now, 0 to 1.
    drive: f64,
    drive_since: u64,
    /// The drive so far in this step, times microseconds.
    drive_integral: f64,
}

impl Plant {
    /// The longest time constant, about 115 days.
    pub const MAX_TIME_CONSTANT: f64 = 1e7;

    /// A plant whose heater is off.
    #[must_use]
    pub fn new(
        heater: PinId,
        active: Level,
        ambient: SignalId,
        gain: f64,
        time_constant: f64,
        value: f64,
    ) -> Self {
        Self {
            heater,
            active,
            ambient,
            gain,
            time_constant,
            value,
            drive: 0.0,
            drive_since: 0,
            drive_integral: 0.0,
        }
    }

    fn set_drive(&mut self, now: u64, drive: f64) {
        self.integrate_drive(now);
        self.drive = drive;
    }

    fn integrate_drive(&mut self, now: u64) {
        self.drive_integral += self.drive * now.saturating_sub(self.drive_since) as f64;
        self.drive_since = now;
    }

    fn finish_step(&mut self, end: u64, ambient: f64) {
        self.integrate_drive(end);
        let mean_drive = self.drive_integral / STEP_MICROS as f64;
        self.drive_integral = 0.0;
        let target = ambient + self.gain * mean_drive;
        let share = 1.0 - libm::exp(-1.0 / self.time_constant);
        self.value += (target - self.value) * share;
    }

    /// Forgets the time before `moment` as if it had been spent as now.
    fn skip_to(&mut self, moment: u64) {
        self.drive_integral = 0.0;
        self.drive_since = moment;
    }
}

const STEP_MICROS: u64 = 1_000_000;

/// After so many time constants nothing is left of the past that a sensor with
/// 32 bits could tell.
const FORGOTTEN_AFTER: f64 = 40.0;

/// The signals of a board. A signal refers to earlier ones only, so they can be
/// evaluated without fear of a cycle.
#[derive(Clone, Debug, Default)]
pub struct SignalBank {
    signals: Vec<(String, Signal)>,
    /// The last grid point up to which the plants have advanced.
    stepped_to: u64,
}

impl SignalBank {
    /// Adds a signal that refers to none but those added before it.
    pub fn add(&mut self, name: &str, signal: Signal) -> SignalId {
        self.signals.push((name.to_owned(), signal));
        SignalId(self.signals.len() - 1)
    }

    /// The signal with this name.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<SignalId> {
        self.signals.iter().position(|(other, _)| other == name).map(SignalId)
    }

    /// The value at `now`, which must not be before the last [`advance_to`](Self::advance_to).
    #[must_use]
    pub fn value(&self, id: SignalId, now: u64) -> f64 {
        let seconds = now as f64 / 1e6;
        match &self.signals[id.0].1 {
            Signal::Constant(value) => *value,
            Signal::Ramp { from, to, start, end } => {
                let share = ((seconds - start) / (end - start)).clamp(0.0, 1.0);
                from + (to - from) * share
            }
            Signal::Sine { mean, amplitude, period, peak_at } => {
                let turn = ((seconds - peak_at) % period) / period;
                mean + amplitude * libm::cos(TAU * turn)
            }
            Signal::Table(table) => table.value(seconds),
            Signal::Noise { of, amplitude, every, key } => {
                self.value(*of, now) + amplitude * noise(*key, (seconds / every) as u64)
            }
            Signal::Plant(plant) => plant.value,
        }
    }

    /// Lets the plants catch up with time.
    pub(crate) fn advance_to(&mut self, now: u64) {
        let steps = now.saturating_sub(self.stepped_to) / STEP_MICROS;
        let horizon = self.plants().map(|plant| plant.time_constant).fold(0.0, f64::max) * FORGOTTEN_AFTER;
        if steps as f64 > horizon {
            self.stepped_to += (steps - horizon as u64) * STEP_MICROS;
            let stepped_to = self.stepped_to;
            self.plants_mut().for_each(|plant| plant.skip_to(stepped_to));
        }
        while now.saturating_sub(self.stepped_to) >= STEP_MICROS {
            self.step();
        }
    }

    fn step(&mut self) {
        let start = self.stepped_to;
        self.stepped_to += STEP_MICROS;
        for index in 0..self.signals.len() {
            let Signal::Plant(plant) = &self.signals[index].1 else { continue };
            let ambient = self.value(plant.ambient, start);
            if let Signal::Plant(plant) = &mut self.signals[index].1 {
                plant.finish_step(start + STEP_MICROS, ambient);
            }
        }
    }

    /// Tells every plant how strongly its heater is on from `now`.
    pub(crate) fn update_drives(&mut self, now: u64, drive_of: impl Fn(PinId, Level) -> f64) {
        self.advance_to(now);
        self.plants_mut().for_each(|plant| plant.set_drive(now, drive_of(plant.heater, plant.active)));
    }

    fn plants(&self) -> impl Iterator<Item = &Plant> {
        self.signals.iter().filter_map(|(_, signal)| match signal {
            Signal::Plant(plant) => Some(plant),
            _ => None,
        })
    }

    fn plants_mut(&mut self) -> impl Iterator<Item = &mut Plant> {
        self.signals.iter_mut().filter_map(|(_, signal)| match signal {
            Signal::Plant(plant) => Some(plant),
            _ => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: u64 = 1_000_000;

    fn values(signal: Signal, seconds: &[u64]) -> Vec<f64> {
        let mut bank = SignalBank::default();
        let id = bank.add("signal", signal);
        seconds.iter().map(|second| bank.value(id, second * SECOND)).collect()
    }

    #[test]
    fn a_ramp_is_level_at_both_ends() {
        let ramp = Signal::Ramp { from: 1.0, to: 3.0, start: 10.0, end: 20.0 };
        assert_eq!(values(ramp, &[0, 10, 15, 20, 99]), [1.0, 1.0, 2.0, 3.0, 3.0]);
    }

    #[test]
    fn a_sine_peaks_where_told() {
        let sine = Signal::Sine { mean: 5.0, amplitude: 2.0, period: 86_400.0, peak_at: 54_000.0 };
        let found = values(sine, &[54_000, 54_000 - 43_200, 54_000 + 864_000]);
        for (value, expected) in found.into_iter().zip([7.0, 3.0, 7.0]) {
            assert!((value - expected).abs() < 1e-9, "{value}");
        }
    }

    #[test]
    fn a_table_interpolates_steps_and_repeats() {
        let table = |between, repeat| {
            Signal::Table(Table { points: vec![(1.0, 10.0), (3.0, 20.0)], between, repeat })
        };
        assert_eq!(values(table(Between::Linear, None), &[0, 1, 2, 3, 9]), [10.0, 10.0, 15.0, 20.0, 20.0]);
        assert_eq!(values(table(Between::Step, None), &[0, 2, 3]), [10.0, 10.0, 20.0]);
        assert_eq!(values(table(Between::Linear, Some(4.0)), &[2, 6, 4]), [15.0, 15.0, 10.0]);
    }

    fn heated(now_and_drives: &[(u64, f64)], looks: &[u64]) -> f64 {
        let mut bank = SignalBank::default();
        let ambient = bank.add("ambient", Signal::Constant(10.0));
        let plant = Plant::new(PinId(0), Level::High, ambient, 20.0, 100.0, 10.0);
        let id = bank.add("room", Signal::Plant(plant));
        let mut events: Vec<(u64, Option<f64>)> =
            now_and_drives.iter().map(|&(at, drive)| (at, Some(drive))).collect();
        events.extend(looks.iter().map(|&at| (at, None)));
        events.sort_by_key(|event| event.0);
        for (now, drive) in events {
            bank.advance_to(now);
            if let Some(drive) = drive {
                bank.update_drives(now, |_, _| drive);
            }
        }
        bank.value(id, u64::MAX)
    }

    #[test]
    fn a_plant_follows_a_first_order_lag() {
        let value = heated(&[(0, 1.0)], &[100 * SECOND]);
        assert!((value - (10.0 + 20.0 * (1.0 - (-1.0_f64).exp()))).abs() < 1e-9, "{value}");
        let settled = heated(&[(0, 1.0)], &[100_000_000 * SECOND]);
        assert!((settled - 30.0).abs() < 1e-9, "{settled}");
    }

    #[test]
    fn looking_at_a_plant_does_not_change_it() {
        let drives = [(100, 1.0), (700_000, 0.0), (5_300_000, 0.25), (9_999_999, 1.0)];
        let often: Vec<u64> = (0..600).map(|index| index * 100_000).collect();
        let end = [60 * SECOND];
        assert_eq!(heated(&drives, &end).to_bits(), heated(&drives, &[&often[..], &end].concat()).to_bits());
    }
}
