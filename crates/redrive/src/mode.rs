use crate::outcome::Outcome;

/// Seconds. Another run waits for so long after this one was killed.
pub const REDRIVE_TIMEOUT: i32 = 120;

/// Seconds for which messages are hidden from others while they are only shown.
pub const SHOW_TIMEOUT: i32 = 30;

/// A run redrives the records, or only shows what it would do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Show,
    Redrive,
}

impl Mode {
    pub fn redrives(self) -> bool {
        self == Self::Redrive
    }

    /// Seconds for which dead letters are hidden from other readers.
    pub fn timeout(self) -> i32 {
        match self {
            Self::Show => SHOW_TIMEOUT,
            Self::Redrive => REDRIVE_TIMEOUT,
        }
    }

    /// The outcome of a record that has events.
    pub fn delivered(self) -> Outcome {
        match self {
            Self::Show => Outcome::Redrivable,
            Self::Redrive => Outcome::Redriven,
        }
    }
}
