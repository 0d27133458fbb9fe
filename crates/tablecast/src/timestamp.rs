//! Points in time on the command line.

use tablecast_aws::now_in_milliseconds;
use tablecast_bus::{DateTime, DateTimeFormat};

use crate::duration;

/// A point in time on the command line: `2026-11-23T09:00:00Z`, or `2h` for two hours ago.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp(i64);

impl Timestamp {
    pub fn parse(text: &str) -> Result<Self, String> {
        if let Ok(ago) = duration::parse(text) {
            return Ok(Self(now_in_milliseconds() - 1000 * i64::from(ago.0)));
        }
        Self::parse_rfc3339(text)
            .ok_or_else(|| "write a time such as 2026-11-23T09:00:00Z, or 2h for two hours ago".to_owned())
    }

    pub fn parse_rfc3339(text: &str) -> Option<Self> {
        let time = DateTime::from_str(text, DateTimeFormat::DateTimeWithOffset).ok()?;
        time.to_millis().ok().map(Self)
    }

    /// Returns milliseconds since the Unix epoch.
    pub fn milliseconds(self) -> i64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_a_time_before_now() {
        let parse = |text: &str| Timestamp::parse(text).unwrap();
        assert!(parse("2h") < parse("1h") && parse("1h") < parse("1s"));
        for text in ["", "yesterday", "2026-11-23", "-1h", "2026-11-23T09:00:00"] {
            assert!(Timestamp::parse(text).is_err(), "{text}");
        }
    }
}
