use std::time::{SystemTime, UNIX_EPOCH};

use chrono::{DateTime, SecondsFormat};

/// Milliseconds since the Unix epoch; 0 for a time before it.
pub fn milliseconds(time: SystemTime) -> i64 {
    time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as i64)
}

/// Milliseconds since the Unix epoch of a time in RFC 3339. None if it is not one.
pub fn milliseconds_of(text: &str) -> Option<i64> {
    DateTime::parse_from_rfc3339(text).ok().map(|time| time.timestamp_millis())
}

/// Milliseconds since the Unix epoch, as RFC 3339 in UTC.
pub fn rfc3339(millis: i64) -> String {
    let time = DateTime::from_timestamp_millis(millis).unwrap_or_default();
    time.to_rfc3339_opts(SecondsFormat::Millis, true)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn milliseconds_are_counted_from_1970() {
        let after = Duration::from_millis(1_795_410_000_500);
        assert_eq!(milliseconds(UNIX_EPOCH + after), 1_795_410_000_500);
        assert_eq!((milliseconds(UNIX_EPOCH), milliseconds(UNIX_EPOCH - after)), (0, 0));
    }

    #[test]
    fn a_time_is_read_as_it_was_written() {
        assert_eq!(milliseconds_of(&rfc3339(1_795_410_000_500)), Some(1_795_410_000_500));
        assert_eq!(milliseconds_of("2026-11-23T06:00:00+01:00"), milliseconds_of("2026-11-23T05:00:00Z"));
        assert_eq!(milliseconds_of("yesterday"), None);
    }
}
