use serde::Deserialize;
use serde::de::{Deserializer, Error};

/// Seconds since 1970 as any JSON number (RFC 7519, section 2). The fraction counts for nothing: a token ends up
/// to a second earlier, never later.
pub struct NumericDate(f64);

impl NumericDate {
    pub fn seconds(&self) -> u64 {
        // Saturates, so a number beyond all dates stays beyond them.
        self.0 as u64
    }
}

impl<'de> Deserialize<'de> for NumericDate {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let seconds = f64::deserialize(input)?;
        match (0.0..=u64::MAX as f64).contains(&seconds) {
            true => Ok(Self(seconds)),
            false => Err(D::Error::custom("is no time")),
        }
    }
}
