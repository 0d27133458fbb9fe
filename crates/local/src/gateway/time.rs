//! API Gateway's formats for a time in milliseconds since 1970.

use chrono::{DateTime, SecondsFormat, Utc};

/// The Common Log Format: `09/Feb/2024:18:11:43 +0000`.
pub fn common_log(epoch_millis: u64) -> String {
    utc(epoch_millis).format("%d/%b/%Y:%H:%M:%S +0000").to_string()
}

/// ISO 8601: `2024-02-09T18:11:43.420Z`.
pub fn iso8601(epoch_millis: u64) -> String {
    utc(epoch_millis).to_rfc3339_opts(SecondsFormat::Millis, true)
}

fn utc(epoch_millis: u64) -> DateTime<Utc> {
    let time = i64::try_from(epoch_millis).ok().and_then(DateTime::from_timestamp_millis);
    time.unwrap_or(DateTime::<Utc>::MAX_UTC)
}

#[cfg(test)]
mod tests;
