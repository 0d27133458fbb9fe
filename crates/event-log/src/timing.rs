//! How long an append counts as unfinished.

use std::time::Duration;

/// How long a retried event keeps its offset. Later it gets a new one, because clients may have passed the
/// first.
const REUSE: Duration = Duration::from_secs(60);

/// The longest time that one dispatch pushes.
pub const MAX_PUSH_TIME: Duration = Duration::from_secs(120);

/// The clocks of two dispatchers may differ by this time. `clock` refuses a clock that differs by 9 seconds from
/// DynamoDB's, so two of them differ by 18 seconds at most.
const CLOCK_TOLERANCE: Duration = Duration::from_secs(20);

/// After this time, an append counts as delivered without a report: either its events reached everyone, or
/// their retry gets other offsets.
const DELIVERED_AFTER: Duration =
    Duration::from_secs(REUSE.as_secs() + MAX_PUSH_TIME.as_secs() + CLOCK_TOLERANCE.as_secs());

/// Returns whether a retry at `now` reuses the offset of an event. Both times are milliseconds since the
/// epoch.
pub fn is_reused(appended_at: i64, now: i64) -> bool {
    now.saturating_sub(appended_at) <= milliseconds(REUSE)
}

/// Returns whether an append may still be on its way to clients.
pub fn may_be_undelivered(appended_at: i64, now: i64) -> bool {
    now.saturating_sub(appended_at) <= milliseconds(DELIVERED_AFTER)
}

/// How long after newer events an event in order can be appended: the shards of a stream are read at different
/// speeds.
const SHARD_LAG: Duration = Duration::from_secs(10);

/// Returns whether an event that is appended now is too late behind one that was appended then.
pub fn is_overtaken(appended_at: i64, now: i64) -> bool {
    now.saturating_sub(appended_at) > milliseconds(SHARD_LAG)
}

/// The latest time that an event can have that was appended then.
pub fn latest_time(appended_at: i64) -> i64 {
    appended_at.saturating_add(milliseconds(CLOCK_TOLERANCE))
}

/// The time of an append. One that no clock can have shown counts as now: items that follow it would have it,
/// too, and expire too late.
pub fn plausible(appended_at: i64, now: i64) -> i64 {
    let is_future = appended_at.saturating_sub(now) > milliseconds(CLOCK_TOLERANCE);
    if is_future { now } else { appended_at }
}

fn milliseconds(duration: Duration) -> i64 {
    duration.as_secs() as i64 * 1000
}
