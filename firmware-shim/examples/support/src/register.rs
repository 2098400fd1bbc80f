//! Registers of peripherals.

/// One 32-bit register at a fixed address.
#[derive(Clone, Copy)]
pub struct Register(*mut u32);

// A register is the same from wherever it is looked at.
unsafe impl Sync for Register {}

impl Register {
    /// The register at `address`.
    ///
    /// # Safety
    /// 1. There is a peripheral register at the address, and reading or writing
    ///    it cannot break memory safety, as that of a DMA controller could.
    pub const unsafe fn at(address: usize) -> Register {
        Register(address as *mut u32)
    }

    /// What it says.
    #[inline(always)]
    pub fn read(self) -> u32 {
        // SAFETY: promised when the register was made.
        unsafe { self.0.read_volatile() }
    }

    /// Writes all of it.
    #[inline(always)]
    pub fn write(self, bits: u32) {
        // SAFETY: promised when the register was made.
        unsafe { self.0.write_volatile(bits) }
    }

    /// Sets some of its bits.
    pub fn set(self, bits: u32) {
        self.write(self.read() | bits);
    }

    /// Clears some of its bits.
    pub fn clear(self, bits: u32) {
        self.write(self.read() & !bits);
    }
}

/// A block of registers, each known by its offset.
#[derive(Clone, Copy)]
pub struct Registers(usize);

impl Registers {
    /// The peripheral at `base`.
    ///
    /// # Safety
    /// 1. As [`Register::at`], for each offset that is used.
    pub const unsafe fn at(base: usize) -> Registers {
        Registers(base)
    }

    /// The register at this offset.
    #[inline(always)]
    pub const fn at_offset(self, offset: usize) -> Register {
        // SAFETY: promised when the block was made.
        unsafe { Register::at(self.0 + offset) }
    }
}
