//! Lambda's filter for JSON logs, as AWS documents it:
//! <https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html>

use serde_json::Value;
use tablecast_protocol::milliseconds_of;

pub const LEVELS: [&str; 6] = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];

/// Returns whether Lambda sends a line to CloudWatch. A line without a valid level or time has the level INFO.
pub fn keeps(application_log_level: &str, line: &Value) -> bool {
    let rank = |level: &str| LEVELS.iter().position(|known| *known == level);
    let is_timed = line["timestamp"].as_str().is_some_and(|time| milliseconds_of(time).is_some());
    let level = line["level"].as_str().filter(|_| is_timed).and_then(rank);
    // A function without a level of its own has INFO.
    level.or(rank("INFO")) >= rank(application_log_level).or(rank("INFO"))
}
