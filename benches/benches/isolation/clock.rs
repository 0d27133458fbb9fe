use std::sync::OnceLock;
use std::time::SystemTime;

use tablecast_protocol::milliseconds;
use tokio::time::Instant;

static STARTED: OnceLock<(Instant, i64)> = OnceLock::new();

/// Makes the time of day of the functions follow the virtual time: leases and reports end by it.
pub fn replace() {
    STARTED.get_or_init(|| (Instant::now(), milliseconds(SystemTime::now())));
    tablecast_aws::replace_clock(now);
}

pub fn now() -> i64 {
    let (instant, milliseconds) = STARTED.get().unwrap();
    milliseconds + instant.elapsed().as_millis() as i64
}
