//! Numbers of a deployment. Tests compare them with docs/reference/metrics.md and Terraform.

pub const ALARMS_PER_PIPE: u32 = 10;
/// An alarm over several metrics is billed for each of them.
pub const ALARM_METRICS_PER_PIPE: u32 = 16;
pub const OTHER_ALARMS: u32 = 27;
pub const OTHER_ALARM_METRICS: u32 = 36;

/// Emitted by every batch of a pipe.
pub const PIPE_METRICS: u32 = 26;
/// Metrics of `authorize`, `connect`, `disconnect` and `subscribe`, if each of them occurs.
pub const CLIENT_METRICS: u32 = 60;
pub const FANOUT_METRICS: u32 = 19;

pub const ENRICH_GB: f64 = 0.5;
pub const DISPATCH_GB: f64 = 1.0;
pub const FANOUT_GB: f64 = 1.0;
pub const CLIENT_FUNCTION_GB: f64 = 0.25;
pub const FUNCTIONS: u32 = 7;
/// `connections`, `log` and `rejected`.
pub const OWN_TABLES: u32 = 3;

/// Channels with more listeners are those of `fanout`.
pub const LARGE_AUDIENCE: u64 = 500;

/// Metrics that one run of the doctor reads.
pub const DOCTOR_METRICS_PER_PIPE: u32 = 23;
pub const DOCTOR_METRICS: u32 = 63;
