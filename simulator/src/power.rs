//! The parts of the board that have no lines: clock, log, power, storage, random.

use tamias_stdlib_imp::board::profile::ModuleFeature;
use tamias_stdlib_imp::board::{
    Clock, Log, NonVolatile, Power, Random, Severity, StorageError, StoreArea, WakeReason, WallTime,
};

use crate::board::SimulatedBoard;

/// The contents of the non-volatile store.
#[derive(Clone, Debug, Default)]
pub(crate) struct Store {
    nv: Vec<u8>,
    user_configuration: Vec<u8>,
}

impl Clock for SimulatedBoard {
    fn micros(&self) -> u64 {
        self.now
    }

    fn sleep_micros(&mut self, micros: u64) {
        self.advance_to(self.now.saturating_add(micros));
    }

    fn wall_time(&self) -> Option<WallTime> {
        let start = self.start?;
        let total_micros = self.now.saturating_add(u64::from(start.micros));
        let seconds = i64::try_from(total_micros / 1_000_000).ok()?;
        let micros = (total_micros % 1_000_000) as u32;
        Some(WallTime { unix_seconds: start.unix_seconds.checked_add(seconds)?, micros })
    }
}

impl Log for SimulatedBoard {
    fn line(&mut self, severity: Severity, text: &str) {
        let label = match severity {
            Severity::Log => "log",
            Severity::Error => "error",
            Severity::Status => "status",
        };
        self.record(format_args!("{label}: {text}"));
        if let Some(sink) = &mut self.log_sink {
            sink(self.now, severity, text);
        }
    }
}

impl Power for SimulatedBoard {
    fn wake_reason(&self) -> WakeReason {
        self.wake_reason
    }

    fn deep_sleep(&mut self, micros: u64) {
        self.record(format_args!("deep sleep for {} s", micros as f64 / 1e6));
        self.stop_buses();
        self.change_pins(|pins, witness| pins.power_down(witness));
        let deadline = self.now.saturating_add(micros);
        while !self.pins.is_wake_requested() && self.step_towards(deadline) {}
        let reason = if self.pins.is_wake_requested() { WakeReason::Pin } else { WakeReason::Timer };
        self.reset(reason);
    }

    fn reset(&mut self, reason: WakeReason) {
        self.stop_buses();
        self.change_pins(|pins, witness| pins.power_up(witness));
        // Edges before the boot have no handler.
        while self.events.take().is_some() {}
        if !reason.keeps_nv() {
            self.store.nv.clear();
        }
        self.wake_reason = reason;
        self.record(format_args!("boot, wake reason {}", reason.code()));
    }

    fn supply_volts(&mut self) -> Option<f32> {
        let is_measured = self.profile.has(ModuleFeature::SupplyVoltage);
        is_measured.then(|| self.signal_value(self.supply) as f32)
    }

    fn battery_volts(&mut self) -> Option<f32> {
        let is_measured = self.profile.has(ModuleFeature::BatteryVoltage);
        is_measured.then(|| self.signal_value(self.battery) as f32)
    }
}

impl NonVolatile for SimulatedBoard {
    fn load(&self, area: StoreArea) -> &[u8] {
        match area {
            StoreArea::Nv => &self.store.nv,
            StoreArea::UserConfiguration => &self.store.user_configuration,
        }
    }

    fn store(&mut self, area: StoreArea, bytes: &[u8]) -> Result<(), StorageError> {
        if bytes.len() > area.capacity() {
            return Err(StorageError::TooLong);
        }
        let stored = match area {
            StoreArea::Nv => &mut self.store.nv,
            StoreArea::UserConfiguration => &mut self.store.user_configuration,
        };
        stored.clear();
        stored.extend_from_slice(bytes);
        Ok(())
    }
}

impl Random for SimulatedBoard {
    fn fill(&mut self, into: &mut [u8]) {
        self.random.fill(into);
    }
}
