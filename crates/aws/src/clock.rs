use std::time::SystemTime;

use tablecast_protocol::milliseconds;

/// Reads the clock. Milliseconds since the epoch.
pub fn now_in_milliseconds() -> i64 {
    milliseconds(SystemTime::now())
}
