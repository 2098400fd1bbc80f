//! The constants of the imp API.
//!
//! They are entries of the constant table, not of the root table: a program may
//! use them in `const`, `enum` and `case`, and cannot assign them. So they are
//! a matter of the compiler, to which [`CONSTANTS`] is handed.
//!
//! Some numbers have never been published, and programs compare by name. Those
//! are ours; they are marked below.

/// Defines the constants and the list of all of them.
macro_rules! constants {
    ($($name:ident = $value:expr;)*) => {
        $(
            #[allow(missing_docs)]
            pub const $name: i32 = $value;
        )*

        /// All constants, by name.
        ///
        /// ```
        /// use tamias_stdlib_imp::api::constants::CONSTANTS;
        ///
        /// assert!(CONSTANTS.contains(&("SERVER_CONNECTED", 5)));
        /// ```
        pub const CONSTANTS: &[(&str, i32)] = &[$((stringify!($name), $name)),*];
    };
}

constants! {
    // Results of calls that send.
    SEND_ERROR_NOT_CONNECTED = 1;
    SEND_ERROR_TIMEOUT = 2;
    SEND_ERROR_DISCONNECTED = 3;
    SEND_ERROR_WOULDBLOCK = 4;

    // Policies of the connection. The numbers are ours.
    SUSPEND_ON_ERROR = 0;
    RETURN_ON_ERROR = 1;
    RETURN_ON_ERROR_NO_DISCONNECT = 2;
    WAIT_TIL_SENT = 0;
    WAIT_FOR_ACK = 1;

    // Reasons that callbacks of the connection get.
    NOT_CONNECTED = 0;
    NO_WIFI = 1;
    NO_LINK = 1;
    NO_IP_ADDRESS = 2;
    NOT_RESOLVED = 3;
    NO_SERVER = 4;
    SERVER_CONNECTED = 5;
    NO_PROXY = 6;
    NOT_AUTHORISED = 7;
    NO_MODEM = 8;
    SIM_ERROR = 9;
    NO_REGISTRATION = 10;
    REGISTRATION_DENIED = 11;
    NO_PPP_CONNECTION = 12;

    SHUTDOWN_NEWSQUIRREL = 1;
    SHUTDOWN_NEWFIRMWARE = 2;
    SHUTDOWN_OTHER = 3;

    SUNDAY = 0;
    MONDAY = 1;
    TUESDAY = 2;
    WEDNESDAY = 3;
    THURSDAY = 4;
    FRIDAY = 5;
    SATURDAY = 6;

    WAKEREASON_POWER_ON = 0;
    WAKEREASON_TIMER = 1;
    WAKEREASON_SW_RESET = 2;
    WAKEREASON_PIN = 3;
    // The old name.
    WAKEREASON_PIN1 = 3;
    WAKEREASON_NEW_SQUIRREL = 4;
    WAKEREASON_SQUIRREL_ERROR = 5;
    WAKEREASON_NEW_FIRMWARE = 6;
    WAKEREASON_SNOOZE = 7;
    WAKEREASON_HW_RESET = 8;
    WAKEREASON_BLINKUP = 9;
    WAKEREASON_SW_RESTART = 10;
    WAKEREASON_POWER_RESTORED = 11;

    // Ours.
    ENVIRONMENT_CARD = 0;
    ENVIRONMENT_MODULE = 1;
    ENVIRONMENT_AGENT = 2;
    PROXY_TYPE_HTTP = 0;
    CONFIG_WIFI = 1;
    CONFIG_STATIC_NETWORK = 2;
    CONFIG_PROXY = 4;
    BLINKUP_FAST = 1;
    BLINKUP_ACTIVEHIGH = 2;

    // Modes of pins. Up to DIGITAL_IN_WAKEUP the numbers are known, the others are ours.
    DIGITAL_IN = 256;
    DIGITAL_IN_PULLUP = 512;
    DIGITAL_IN_PULLDOWN = 768;
    DIGITAL_OUT = 1024;
    DIGITAL_OUT_OD = 1280;
    DIGITAL_OUT_OD_PULLUP = 1536;
    DIGITAL_IN_WAKEUP = 2560;
    ANALOG_IN = 1792;
    ANALOG_OUT = 2048;
    PWM_OUT = 2304;
    PWM_OUT_STEPS = 2816;
    PULSE_COUNTER = 3072;
    PTPG_OUT_ACTIVE_HIGH = 3328;
    PTPG_OUT_ACTIVE_LOW = 3584;

    // The value is the frequency.
    CLOCK_SPEED_10_KHZ = 10_000;
    CLOCK_SPEED_50_KHZ = 50_000;
    CLOCK_SPEED_100_KHZ = 100_000;
    CLOCK_SPEED_400_KHZ = 400_000;

    MSB_FIRST = 0;
    CLOCK_IDLE_LOW = 0;
    SIMPLEX_RX = 1;
    SIMPLEX_TX = 2;
    CLOCK_IDLE_HIGH = 4;
    CLOCK_2ND_EDGE = 8;
    LSB_FIRST = 16;
    NO_SCLK = 32;
    USE_CS_L = 64;

    // Ours.
    PARITY_NONE = 0;
    PARITY_EVEN = 1;
    PARITY_ODD = 2;
    NO_CTSRTS = 1;
    NO_TX = 2;
    NO_RX = 4;
    TIMING_ENABLED = 8;
    CALLBACK_WITH_FLAGS = 16;

    READ_READY = 1;
    WRITE_DONE = 2;
    NOISE_ERROR = 4;
    FRAME_ERROR = 8;
    PARITY_ERROR = 16;
    OVERRUN_ERROR = 32;
    LINE_IDLE = 64;
    WRITE_HALF_DONE = 128;

    SPIFLASH_POSTVERIFY = 1;
    SPIFLASH_PREVERIFY = 2;

    // Ours.
    NORMALISE = 1;
    A_LAW_COMPRESS = 2;
    A_LAW_DECOMPRESS = 1;
    AUDIO = 2;
    SYNC = 1;
    USB_DEVICE_CONNECTED = 1;
    USB_DEVICE_DISCONNECTED = 2;
    USB_TRANSFER_COMPLETED = 3;
    USB_UNRECOVERABLE_ERROR = 4;

    // Arguments of hardware.configure(), which does nothing. Ours.
    UART_57 = 1;
    UART_12 = 2;
    UART_1289 = 3;
    SPI_257 = 4;
    SPI_189 = 5;
    I2C_89 = 6;
    I2C_12 = 7;
}

#[cfg(test)]
mod tests {
    extern crate std;

    use super::CONSTANTS;
    use std::collections::BTreeSet;

    #[test]
    fn names_are_unique() {
        let names: BTreeSet<&str> = CONSTANTS.iter().map(|(name, _)| *name).collect();
        assert_eq!(names.len(), CONSTANTS.len());
    }
}
