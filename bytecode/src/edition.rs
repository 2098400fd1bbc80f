//! Editions: which dialect of Squirrel a program is written in.
//!
//! The compiler obeys it, and the image records it so that the right library
//! functions are installed. There is one VM for all of them.

/// A dialect of Squirrel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Edition {
    /// The language of impOS with its bugs fixed.
    #[default]
    Imp = 0,
    /// The language of impOS with its observable bugs.
    ImpCompat = 1,
    /// The superset with the features of Squirrel 3.
    Squirrel3 = 2,
}

impl Edition {
    /// All editions.
    pub const ALL: [Edition; 3] = [Edition::Imp, Edition::ImpCompat, Edition::Squirrel3];

    /// The name that users write.
    ///
    /// ```
    /// use tamias_bytecode::edition::Edition;
    ///
    /// assert_eq!(Edition::from_name(Edition::ImpCompat.name()), Some(Edition::ImpCompat));
    /// ```
    pub const fn name(self) -> &'static str {
        match self {
            Edition::Imp => "imp",
            Edition::ImpCompat => "imp-compat",
            Edition::Squirrel3 => "squirrel-3",
        }
    }

    /// The edition with this name, if there is one.
    pub fn from_name(name: &str) -> Option<Edition> {
        Self::ALL.into_iter().find(|edition| edition.name() == name)
    }

    /// The edition with this number in images, if there is one.
    pub fn from_byte(byte: u8) -> Option<Edition> {
        Self::ALL.into_iter().find(|edition| *edition as u8 == byte)
    }
}

impl core::fmt::Display for Edition {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.name())
    }
}
