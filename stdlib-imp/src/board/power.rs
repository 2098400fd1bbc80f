//! Power: deep sleep, reset, the reason of the last boot, supply voltages.

/// The power control of a board.
pub trait Power {
    /// Why the module booted last.
    fn wake_reason(&self) -> WakeReason;

    /// Sleeps with everything off until `micros` have passed or the wake pin,
    /// if one is configured, is high.
    ///
    /// Hardware boots afterwards and never returns. A simulator returns in the
    /// moment of waking, with [`wake_reason`](Self::wake_reason) set and all
    /// pins and buses unconfigured; whoever runs the program then starts it anew.
    fn deep_sleep(&mut self, micros: u64);

    /// Restarts the module, as if for `reason`. Returns as `deep_sleep` does.
    fn reset(&mut self, reason: WakeReason);

    /// `hardware.voltage()`, if the module measures it.
    fn supply_volts(&mut self) -> Option<f32> {
        None
    }

    /// `hardware.vbat()`, if the module measures it.
    fn battery_volts(&mut self) -> Option<f32> {
        None
    }
}

/// The documented values of `hardware.wakereason()`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum WakeReason {
    /// Cold boot.
    PowerOn = 0,
    /// The time of a deep sleep ran out.
    Timer = 1,
    /// `imp.reset()`, or out of memory.
    SoftwareReset = 2,
    /// The wake pin went high.
    Pin = 3,
    /// New application code.
    NewSquirrel = 4,
    /// An uncaught error.
    SquirrelError = 5,
    /// New impOS.
    NewFirmware = 6,
    /// The end of a snooze-and-retry interval.
    Snooze = 7,
    /// The reset pin.
    HardwareReset = 8,
    /// BlinkUp.
    BlinkUp = 9,
    /// `server.restart()`.
    SoftwareRestart = 10,
    /// Supply restored while the battery domain stayed alive.
    PowerRestored = 11,
}

impl WakeReason {
    /// The number that a script sees.
    #[must_use]
    pub const fn code(self) -> i32 {
        self as i32
    }

    /// Whether the `nv` table survives a boot for this reason.
    #[must_use]
    pub const fn keeps_nv(self) -> bool {
        matches!(self, Self::Timer | Self::Pin | Self::Snooze)
    }
}
