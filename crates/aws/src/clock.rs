use std::time::{SystemTime, UNIX_EPOCH};

/// The current time in milliseconds since the epoch.
pub fn now_in_milliseconds() -> i64 {
    milliseconds(SystemTime::now())
}

/// A time in milliseconds since the epoch.
pub fn milliseconds(time: SystemTime) -> i64 {
    time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as i64)
}
