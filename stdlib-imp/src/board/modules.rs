//! The seven imp modules.
//!
//! Pins, roles, baud rates and code space are the vendor's. Where the published
//! pin tables leave a capability open, the best reading of the number of marks
//! in the row is used. Heap sizes marked *estimate* are ours: nothing has been
//! published.

use super::profile::{
    I2cProfile, ModuleFeature, ModuleForm, ModuleProfile, PinCapability, PinDefault, PinProfile,
    SpiChipSelect, SpiProfile, SpiRates, UartProfile,
};
use super::{I2cError, PinId};

use ModuleFeature::{BatteryVoltage, DeepSleep, LightSensor, NvTable, SupplyVoltage};
use PinCapability::{AnalogIn, AnalogOut, PulseCounter, Pwm, StateChange, WakeUp};
use PinDefault::{DrivenHigh, DrivenLow, PulledUp};

/// All modules, oldest first.
pub static ALL: [&ModuleProfile; 7] = [&IMP001, &IMP002, &IMP003, &IMP004M, &IMP005, &IMP006, &IMPC001];

/// The module that calls itself `name`.
///
/// ```
/// use tamias_stdlib_imp::board::modules;
///
/// let module = modules::find("imp006").unwrap();
/// assert!(module.i2c_bus("i2cJK").is_some());
/// assert!(module.i2c_bus("i2c89").is_none());
/// ```
#[must_use]
pub fn find(name: &str) -> Option<&'static ModuleProfile> {
    ALL.into_iter().find(|module| module.name == name)
}

/// The card.
pub static IMP001: ModuleProfile = ModuleProfile {
    name: "imp001",
    form: ModuleForm::Card,
    pins: IMP001_PINS,
    i2c: &[i2c("i2c89", IMP001_PINS, "", "89"), i2c("i2c12", IMP001_PINS, "", "12")],
    spi: &[spi("spi257", IMP001_PINS, "", "725-"), spi("spi189", IMP001_PINS, "", "891-")],
    uart: &[
        uart("uart1289", IMP001_PINS, "", "8921", (916, 7_500_000), 60_000_000),
        uart("uart57", IMP001_PINS, "", "57--", (458, 3_750_000), 30_000_000),
        uart("uart12", IMP001_PINS, "", "12--", (458, 3_750_000), 30_000_000),
    ],
    missing_device: I2cError::TransmitSelect,
    spi_rates: SpiRates::Halved { kilohertz: 60_000 },
    pwm_clock_hertz: 60_000_000,
    code_space: 128 * KIB,
    heap_bytes: 85 * KIB,
    features: &[SupplyVoltage, LightSensor, DeepSleep, NvTable],
};

const IMP001_PINS: &[PinProfile] = &[
    pin("pin1", &[AnalogIn, AnalogOut, Pwm, PulseCounter, WakeUp, StateChange]),
    pin("pin2", &[AnalogIn, Pwm, StateChange]),
    pin("pin5", &[AnalogIn, AnalogOut, Pwm, StateChange]),
    pin("pin7", &[AnalogIn, Pwm, StateChange]),
    pin("pin8", &[AnalogIn, Pwm, StateChange]),
    pin("pin9", &[AnalogIn, Pwm, StateChange]),
];

/// The solder-down form of imp001, with more pins.
pub static IMP002: ModuleProfile = ModuleProfile {
    name: "imp002",
    form: ModuleForm::SolderedModule,
    pins: IMP002_PINS,
    i2c: &[i2c("i2c89", IMP002_PINS, "", "89"), i2c("i2c12", IMP002_PINS, "", "12")],
    spi: &[spi("spi257", IMP002_PINS, "", "725-"), spi("spi189", IMP002_PINS, "", "891-")],
    uart: &[
        uart("uart1289", IMP002_PINS, "", "8921", (916, 7_500_000), 60_000_000),
        uart("uart57", IMP002_PINS, "", "57--", (458, 3_750_000), 30_000_000),
        uart("uart12", IMP002_PINS, "", "12--", (458, 3_750_000), 30_000_000),
        uart("uart6E", IMP002_PINS, "", "6E--", (916, 7_500_000), 60_000_000),
        uart("uartB", IMP002_PINS, "", "-B--", (458, 3_750_000), 30_000_000),
    ],
    missing_device: I2cError::TransmitSelect,
    spi_rates: SpiRates::Halved { kilohertz: 60_000 },
    pwm_clock_hertz: 60_000_000,
    code_space: 128 * KIB,
    heap_bytes: 85 * KIB,
    features: &[SupplyVoltage, LightSensor, DeepSleep, NvTable],
};

const IMP002_PINS: &[PinProfile] = &[
    pin("pin1", &[AnalogIn, AnalogOut, Pwm, PulseCounter, WakeUp, StateChange]),
    pin("pin2", &[AnalogIn, Pwm, StateChange]),
    pin("pin5", &[AnalogIn, AnalogOut, Pwm, StateChange]),
    pin("pin6", &[StateChange]),
    pin("pin7", &[AnalogIn, Pwm, StateChange]),
    pin("pin8", &[AnalogIn, Pwm, StateChange]),
    pin("pin9", &[AnalogIn, Pwm, StateChange]),
    pin("pinA", &[AnalogIn, StateChange]),
    pin("pinB", &[AnalogIn, StateChange]),
    pin("pinC", &[Pwm, StateChange]),
    pin("pinD", &[StateChange]),
    pin("pinE", &[StateChange]),
];

/// The first module with SPI flash for scripts.
pub static IMP003: ModuleProfile = ModuleProfile {
    name: "imp003",
    form: ModuleForm::SolderedModule,
    pins: IMP003_PINS,
    i2c: &[i2c("i2cFG", IMP003_PINS, "", "FG"), i2c("i2cAB", IMP003_PINS, "", "AB")],
    spi: &[spi("spiEBCA", IMP003_PINS, "", "EBCA"), spi("spiLGDK", IMP003_PINS, "", "LGDK")],
    uart: &[
        uart("uartFG", IMP003_PINS, "", "FG--", (550, 4_500_000), 36_000_000),
        uart("uartQRPW", IMP003_PINS, "", "QRPW", (550, 4_500_000), 36_000_000),
        uart("uartUVGD", IMP003_PINS, "", "UVGD", (550, 4_500_000), 36_000_000),
        uart("uartWJ", IMP003_PINS, "", "WJ--", (550, 4_500_000), 36_000_000),
        uart("uartDM", IMP003_PINS, "", "DM--", (550, 4_500_000), 36_000_000),
    ],
    missing_device: I2cError::TransmitSelect,
    spi_rates: SpiRates::Halved { kilohertz: 36_000 },
    pwm_clock_hertz: 36_000_000,
    code_space: 256 * KIB,
    // Estimate.
    heap_bytes: 120 * KIB,
    features: &[SupplyVoltage, BatteryVoltage, LightSensor, DeepSleep, NvTable],
};

const IMP003_PINS: &[PinProfile] = &[
    pin("pinA", &[AnalogIn, AnalogOut, StateChange]),
    pin("pinB", &[AnalogIn, Pwm, StateChange]),
    pin("pinC", &[AnalogIn, AnalogOut, Pwm, StateChange]),
    pin("pinD", &[Pwm]),
    pin("pinE", &[AnalogIn, Pwm, StateChange]),
    pin("pinF", &[AnalogIn, Pwm]),
    pin("pinG", &[Pwm]),
    pin("pinH", &[AnalogIn]),
    pin("pinJ", &[AnalogIn]),
    pin("pinK", &[AnalogIn, Pwm]),
    pin("pinL", &[Pwm]),
    pin("pinM", &[Pwm, PulseCounter, StateChange]),
    pin("pinN", &[AnalogIn]),
    pin("pinP", &[StateChange]),
    pin("pinQ", &[StateChange]),
    pin("pinR", &[StateChange]),
    pin("pinS", &[]),
    pin("pinT", &[StateChange]),
    pin("pinU", &[StateChange]),
    pin("pinV", &[StateChange]),
    pin("pinW", &[AnalogIn, WakeUp, StateChange]),
    pin("pinX", &[Pwm]),
    pin("pinY", &[]),
];

/// The small, low-power module.
pub static IMP004M: ModuleProfile = ModuleProfile {
    name: "imp004m",
    form: ModuleForm::SolderedModule,
    pins: IMP004M_PINS,
    i2c: &[i2c("i2cNM", IMP004M_PINS, "", "NM"), i2c("i2cQP", IMP004M_PINS, "", "QP")],
    spi: &[spi("spiAHSR", IMP004M_PINS, "", "AHSR"), spi("spiGJKL", IMP004M_PINS, "", "GJKL")],
    uart: &[
        uart("uartBCAW", IMP004M_PINS, "", "BCAW", (366, 3_000_000), 24_000_000),
        uart("uartFGJH", IMP004M_PINS, "", "FGJH", (732, 6_000_000), 48_000_000),
        uart("uartHJ", IMP004M_PINS, "", "HJ--", (732, 6_000_000), 48_000_000),
        uart("uartQ", IMP004M_PINS, "", "Q---", (366, 3_000_000), 24_000_000),
    ],
    missing_device: I2cError::TransmitSelect,
    spi_rates: SpiRates::Halved { kilohertz: 48_000 },
    pwm_clock_hertz: 96_000_000,
    code_space: 256 * KIB,
    heap_bytes: 184 * KIB,
    // No `nv` table: the vendor's text excludes this module.
    features: &[SupplyVoltage, BatteryVoltage, LightSensor, DeepSleep],
};

const IMP004M_PINS: &[PinProfile] = &[
    pin("pinA", &[AnalogIn, StateChange]),
    pin("pinB", &[AnalogIn, Pwm, PulseCounter]),
    pin("pinC", &[AnalogIn, Pwm]),
    pin("pinD", &[AnalogIn, Pwm, StateChange]),
    pin("pinE", &[StateChange]),
    pin("pinF", &[]),
    pin("pinG", &[]),
    pin("pinH", &[StateChange]),
    pin("pinJ", &[StateChange]),
    pin("pinK", &[Pwm, StateChange]),
    pin("pinL", &[Pwm, StateChange]),
    pin("pinM", &[Pwm]),
    pin("pinN", &[Pwm]),
    pin("pinP", &[Pwm, StateChange]),
    pin("pinQ", &[StateChange]),
    pin("pinR", &[StateChange]),
    pin("pinS", &[StateChange]),
    pin("pinW", &[AnalogIn, WakeUp, StateChange]),
];

/// The module with Ethernet and USB, without analog parts or deep sleep.
pub static IMP005: ModuleProfile = ModuleProfile {
    name: "imp005",
    form: ModuleForm::SolderedModule,
    pins: IMP005_PINS,
    i2c: &[i2c("i2cJK", IMP005_PINS, "", "JK"), i2c("i2c0", IMP005_PINS, "", "--")],
    spi: &[
        with_chip_select(spi("spiBCAD", IMP005_PINS, "", "BCAD")),
        with_chip_select(spi("spi0", IMP005_PINS, "", "----")),
    ],
    uart: &[
        exact_uart("uart0", (9_160, 4_000_000)),
        exact_uart("uart1", (35, 2_337_500)),
        exact_uart("uart2", (9_160, 4_000_000)),
    ],
    missing_device: I2cError::Nack,
    // One value is known: a request for 6000 gives 6400.
    spi_rates: SpiRates::Divided { kilohertz: 32_000 },
    pwm_clock_hertz: 160_000_000,
    code_space: 768 * KIB,
    // Estimate.
    heap_bytes: 1024 * KIB,
    features: &[LightSensor],
};

const IMP005_PINS: &[PinProfile] = &[
    pin("pinA", &[StateChange]).at_power_on(DrivenLow),
    pin("pinB", &[StateChange]).at_power_on(DrivenHigh),
    pin("pinC", &[StateChange]),
    pin("pinD", &[StateChange]).at_power_on(DrivenHigh),
    pin("pinE", &[Pwm, StateChange]).at_power_on(DrivenLow),
    pin("pinF", &[Pwm, StateChange]).at_power_on(DrivenLow),
    pin("pinG", &[Pwm, StateChange]).at_power_on(DrivenLow),
    pin("pinH", &[StateChange]),
    pin("pinJ", &[StateChange]).at_power_on(DrivenLow),
    pin("pinK", &[StateChange]).at_power_on(DrivenHigh),
    pin("pinL", &[StateChange]),
    pin("pinM", &[StateChange]),
    pin("pinN", &[StateChange]),
    pin("pinP", &[StateChange]),
    pin("pinQ", &[StateChange]).at_power_on(DrivenLow),
    pin("pinR", &[StateChange]),
    pin("pinS", &[Pwm, StateChange]).at_power_on(DrivenLow),
    pin("pinT", &[StateChange]),
    pin("pinU", &[Pwm, StateChange]).at_power_on(DrivenLow),
    pin("pinV", &[Pwm, StateChange]).at_power_on(DrivenLow),
    pin("pinW", &[StateChange]),
    pin("pinY", &[StateChange]),
    pin("pinXA", &[StateChange]),
    pin("pinXB", &[StateChange]).at_power_on(PulledUp),
    pin("pinXC", &[StateChange]).at_power_on(PulledUp),
    pin("pinXD", &[StateChange]).at_power_on(PulledUp),
    pin("pinXE", &[StateChange]).at_power_on(PulledUp),
];

/// The current module with the most pins, and the default of the simulator.
pub static IMP006: ModuleProfile = ModuleProfile {
    name: "imp006",
    form: ModuleForm::SolderedModule,
    pins: IMP006_PINS,
    i2c: &[
        i2c("i2cJK", IMP006_PINS, "", "JK"),
        i2c("i2cLM", IMP006_PINS, "", "LM"),
        i2c("i2cTU", IMP006_PINS, "", "TU"),
    ],
    spi: &[
        spi("spiEFGH", IMP006_PINS, "", "EFGH"),
        spi("spiXABCD", IMP006_PINS, "X", "ABCD"),
        spi("spiXPQRS", IMP006_PINS, "X", "PQRS"),
        spi("spiXTUVW", IMP006_PINS, "X", "TUVW"),
    ],
    uart: &[
        uart("uartABCD", IMP006_PINS, "", "ABCD", (366, 3_145_728), 25_165_824),
        uart("uartPQRS", IMP006_PINS, "", "PQRS", (366, 3_145_728), 25_165_824),
        uart("uartXEFGH", IMP006_PINS, "X", "EFGH", (366, 3_145_728), 25_165_824),
        uart("uartXJKLM", IMP006_PINS, "X", "JKLM", (366, 3_145_728), 25_165_824),
        uart("uartYABCD", IMP006_PINS, "Y", "ABCD", (366, 3_145_728), 25_165_824),
        uart("uartYEFGH", IMP006_PINS, "Y", "EFGH", (732, 6_291_456), 50_331_648),
        uart("uartYJKLM", IMP006_PINS, "Y", "JKLM", (732, 6_291_456), 50_331_648),
    ],
    missing_device: I2cError::TransmitSelect,
    spi_rates: SpiRates::Halved { kilohertz: 48_000 },
    pwm_clock_hertz: 100_663_296,
    code_space: 512 * KIB,
    // Estimate. More than imp004m's 184 KB, since the chip has far more memory
    // and runs programs twice the size; low enough that what fits here fits there.
    heap_bytes: 256 * KIB,
    features: &[SupplyVoltage, LightSensor, DeepSleep, NvTable],
};

// The vendor counts 54 pins but names 55; which one is too many is unknown.
const IMP006_PINS: &[PinProfile] = &[
    pin("pinA", &[]),
    pin("pinB", &[StateChange]),
    pin("pinC", &[]),
    pin("pinD", &[]),
    pin("pinE", &[StateChange]),
    pin("pinF", &[Pwm, StateChange]),
    pin("pinG", &[]),
    pin("pinH", &[StateChange]),
    pin("pinJ", &[Pwm]),
    pin("pinK", &[]),
    pin("pinL", &[]),
    pin("pinM", &[]),
    pin("pinN", &[Pwm, StateChange]),
    pin("pinP", &[]),
    pin("pinQ", &[]),
    pin("pinR", &[StateChange]),
    pin("pinS", &[StateChange]),
    pin("pinT", &[Pwm, StateChange]),
    pin("pinU", &[StateChange]),
    pin("pinV", &[Pwm, StateChange]),
    pin("pinW", &[AnalogIn, WakeUp, StateChange]),
    pin("pinXA", &[Pwm, AnalogIn]),
    pin("pinXB", &[Pwm, AnalogIn]),
    pin("pinXC", &[AnalogIn, AnalogOut]),
    pin("pinXD", &[AnalogIn, AnalogOut]),
    pin("pinXE", &[]),
    pin("pinXF", &[]),
    pin("pinXG", &[StateChange]),
    pin("pinXH", &[StateChange]),
    pin("pinXJ", &[]),
    pin("pinXK", &[]),
    pin("pinXL", &[]),
    pin("pinXM", &[]),
    pin("pinXN", &[]),
    pin("pinXP", &[]),
    pin("pinXQ", &[]),
    pin("pinXR", &[]),
    pin("pinXS", &[]),
    pin("pinXT", &[]),
    pin("pinXU", &[]),
    pin("pinXV", &[]),
    pin("pinXW", &[]),
    pin("pinYA", &[]),
    pin("pinYB", &[]),
    pin("pinYC", &[]),
    pin("pinYD", &[]),
    pin("pinYE", &[]),
    pin("pinYF", &[]),
    pin("pinYG", &[]),
    pin("pinYH", &[]),
    pin("pinYJ", &[]),
    pin("pinYK", &[]),
    pin("pinYL", &[]),
    pin("pinYM", &[]),
    pin("pinYN", &[]),
];

/// The cellular module.
pub static IMPC001: ModuleProfile = ModuleProfile {
    name: "impC001",
    form: ModuleForm::SolderedModule,
    pins: IMPC001_PINS,
    i2c: &[
        i2c("i2cJH", IMPC001_PINS, "", "JH"),
        i2c("i2cKL", IMPC001_PINS, "", "KL"),
        i2c("i2cXBA", IMPC001_PINS, "X", "BA"),
        i2c("i2cXDC", IMPC001_PINS, "X", "DC"),
    ],
    spi: &[
        spi("spiDCAB", IMPC001_PINS, "", "DCAB"),
        spi("spiPQRS", IMPC001_PINS, "", "PQRS"),
        spi("spiEVMT", IMPC001_PINS, "", "EVMT"),
        spi("spiYJTHU", IMPC001_PINS, "Y", "JTHU"),
        spi("spiYRFES", IMPC001_PINS, "Y", "RFES"),
    ],
    uart: &[
        uart("uartDCAB", IMPC001_PINS, "", "DCAB", (1_526, 12_500_000), 100_000_000),
        uart("uartEVMT", IMPC001_PINS, "", "EVMT", (1_526, 12_500_000), 100_000_000),
        uart("uartNU", IMPC001_PINS, "", "NU--", (1_526, 12_500_000), 100_000_000),
        uart("uartHJKL", IMPC001_PINS, "", "HJKL", (1_526, 12_500_000), 100_000_000),
        uart("uartPQSR", IMPC001_PINS, "", "PQSR", (1_526, 12_500_000), 100_000_000),
        uart("uartXBADC", IMPC001_PINS, "X", "BADC", (1_526, 12_500_000), 100_000_000),
        uart("uartYABCD", IMPC001_PINS, "Y", "ABCD", (1_526, 12_500_000), 100_000_000),
    ],
    missing_device: I2cError::Nack,
    spi_rates: SpiRates::Halved { kilohertz: 100_000 },
    pwm_clock_hertz: 100_000_000,
    code_space: 512 * KIB,
    // Estimate, as for imp006.
    heap_bytes: 256 * KIB,
    features: &[SupplyVoltage, BatteryVoltage, LightSensor, DeepSleep, NvTable],
};

// The Y bank is published in part; its other names follow from the count of 44.
const IMPC001_PINS: &[PinProfile] = &[
    pin("pinA", &[StateChange]),
    pin("pinB", &[]),
    pin("pinC", &[StateChange]),
    pin("pinD", &[Pwm, StateChange]),
    pin("pinE", &[Pwm]),
    pin("pinF", &[StateChange]),
    pin("pinG", &[]),
    pin("pinH", &[Pwm, StateChange]),
    pin("pinJ", &[Pwm, StateChange]),
    pin("pinK", &[]),
    pin("pinL", &[StateChange]),
    pin("pinM", &[Pwm, StateChange]),
    pin("pinN", &[]),
    pin("pinP", &[StateChange]),
    pin("pinQ", &[]),
    pin("pinR", &[]),
    pin("pinS", &[Pwm, StateChange]),
    pin("pinT", &[Pwm, StateChange]),
    pin("pinU", &[AnalogIn, Pwm]),
    pin("pinV", &[Pwm, StateChange]),
    pin("pinW", &[AnalogIn, WakeUp]),
    pin("pinXA", &[]),
    pin("pinXB", &[]),
    pin("pinXC", &[]),
    pin("pinXD", &[Pwm]),
    pin("pinYA", &[]),
    pin("pinYB", &[]),
    pin("pinYC", &[]),
    pin("pinYD", &[]),
    pin("pinYE", &[]),
    pin("pinYF", &[]),
    pin("pinYG", &[]),
    pin("pinYH", &[]),
    pin("pinYJ", &[]),
    pin("pinYK", &[]),
    pin("pinYL", &[StateChange]),
    pin("pinYM", &[]),
    pin("pinYN", &[]),
    pin("pinYP", &[]),
    pin("pinYQ", &[]),
    pin("pinYR", &[]),
    pin("pinYS", &[]),
    pin("pinYT", &[Pwm]),
    pin("pinYU", &[]),
];

const KIB: usize = 1024;

const fn pin(name: &'static str, capabilities: &[PinCapability]) -> PinProfile {
    PinProfile::new(name, capabilities)
}

/// `roles` are the pins in the order SCL, SDA, without the letter of the bank.
const fn i2c(name: &'static str, pins: &[PinProfile], bank: &str, roles: &str) -> I2cProfile {
    let [scl, sda] = pins_of(pins, bank, roles);
    I2cProfile { name, scl, sda }
}

/// `roles` are the pins in the order COPI, CIPO, SCLK, CS, with `-` for none.
const fn spi(name: &'static str, pins: &[PinProfile], bank: &str, roles: &str) -> SpiProfile {
    let [copi, cipo, sclk, cs] = pins_of(pins, bank, roles);
    SpiProfile { name, copi, cipo, sclk, cs, chip_select: chip_select_of(cs) }
}

// Libraries call `chipselect()` on every bus whose name includes a CS pin.
const fn chip_select_of(cs: Option<PinId>) -> SpiChipSelect {
    match cs {
        Some(_) => SpiChipSelect::Dedicated,
        None => SpiChipSelect::None,
    }
}

const fn with_chip_select(bus: SpiProfile) -> SpiProfile {
    SpiProfile { chip_select: SpiChipSelect::Dedicated, ..bus }
}

/// `roles` are the pins in the order TX, RX, RTS, CTS, with `-` for none.
const fn uart(
    name: &'static str,
    pins: &[PinProfile],
    bank: &str,
    roles: &str,
    bauds: (u32, u32),
    clock_hertz: u32,
) -> UartProfile {
    let [tx, rx, rts, cts] = pins_of(pins, bank, roles);
    UartProfile { name, tx, rx, rts, cts, bauds, clock_hertz: Some(clock_hertz) }
}

const fn exact_uart(name: &'static str, bauds: (u32, u32)) -> UartProfile {
    UartProfile { name, tx: None, rx: None, rts: None, cts: None, bauds, clock_hertz: None }
}

/// The pins that the letters of a bus name stand for. Runs in the compiler
/// only, where a panic is a build error.
const fn pins_of<const COUNT: usize>(
    pins: &[PinProfile],
    bank: &str,
    letters: &str,
) -> [Option<PinId>; COUNT] {
    assert!(letters.len() == COUNT);
    let mut found = [None; COUNT];
    let mut position = 0;
    while position < COUNT {
        let letter = letters.as_bytes()[position];
        if letter != b'-' {
            found[position] = Some(pin_called(pins, bank.as_bytes(), letter));
        }
        position += 1;
    }
    found
}

const fn pin_called(pins: &[PinProfile], bank: &[u8], letter: u8) -> PinId {
    let mut index = 0;
    while index < pins.len() {
        if is_pin_called(pins[index].name.as_bytes(), bank, letter) {
            return PinId(index as u8);
        }
        index += 1;
    }
    panic!("the module has no such pin")
}

const fn is_pin_called(name: &[u8], bank: &[u8], letter: u8) -> bool {
    const PREFIX: usize = "pin".len();
    if name.len() != PREFIX + bank.len() + 1 || name[name.len() - 1] != letter {
        return false;
    }
    let mut index = 0;
    while index < bank.len() {
        if name[PREFIX + index] != bank[index] {
            return false;
        }
        index += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pin_name(module: &ModuleProfile, pin: Option<PinId>) -> &'static str {
        pin.and_then(|pin| module.pin_profile(pin)).map_or("-", |profile| profile.name)
    }

    #[test]
    fn pin_counts_match_the_data_sheets() {
        let counts = ALL.map(|module| module.pins.len());
        assert_eq!(counts, [6, 12, 23, 18, 27, 55, 44]);
    }

    #[test]
    fn names_are_unique_and_within_the_event_queue() {
        for module in ALL {
            assert!(module.pins.len() <= crate::events::MAX_PINS);
            assert!(module.uart.len() <= crate::events::MAX_UARTS);
            for (index, pin) in module.pins.iter().enumerate() {
                assert_eq!(module.pin(pin.name), Some(PinId(index as u8)), "{} {}", module.name, pin.name);
            }
        }
    }

    #[test]
    fn roles_follow_the_naming_rule() {
        let bus = IMP006.spi[1];
        assert_eq!(pin_name(&IMP006, bus.copi), "pinXA");
        assert_eq!(pin_name(&IMP006, bus.cs), "pinXD");
        let port = IMPC001.uart[5];
        assert_eq!(pin_name(&IMPC001, port.tx), "pinXB");
        assert_eq!(pin_name(&IMPC001, port.cts), "pinXC");
        let old = IMP001.spi[0];
        assert_eq!(pin_name(&IMP001, old.copi), "pin7");
        assert_eq!(pin_name(&IMP001, old.cipo), "pin2");
        assert_eq!(pin_name(&IMP001, old.sclk), "pin5");
    }

    #[test]
    fn baud_rates_come_from_a_divided_clock() {
        let port = IMP003.uart[0];
        assert_eq!(port.actual_baud(115_200), Some(115_384));
        assert_eq!(port.actual_baud(4_500_000), Some(4_500_000));
        assert_eq!(port.actual_baud(549), None);
        assert_eq!(IMP005.uart[1].actual_baud(9_601), Some(9_601));
    }

    #[test]
    fn spi_rates_match_known_values() {
        assert_eq!(IMP001.spi_rates.actual(7_500), 7_500);
        assert_eq!(IMP003.spi_rates.actual(9_000), 9_000);
        assert_eq!(IMP004M.spi_rates.actual(6_500), 6_000);
        assert_eq!(IMP004M.spi_rates.actual(1), 187);
        assert_eq!(IMP005.spi_rates.actual(6_000), 6_400);
        assert_eq!(IMP005.spi_rates.actual(0), 125);
        assert_eq!(IMP005.spi_rates.actual(u32::MAX), 32_000);
    }
}
