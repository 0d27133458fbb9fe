use std::sync::OnceLock;
use std::time::SystemTime;

use tablecast_protocol::milliseconds;

static REPLACEMENT: OnceLock<fn() -> i64> = OnceLock::new();

/// Reads the clock. Milliseconds since the epoch.
pub fn now_in_milliseconds() -> i64 {
    REPLACEMENT.get().map_or_else(|| milliseconds(SystemTime::now()), |now| now())
}

/// Replaces the clock of this process, where time is virtual. Only the first call counts.
pub fn replace_clock(now: fn() -> i64) {
    REPLACEMENT.get_or_init(|| now);
}
