//! Logs and metrics of every function, for CloudWatch.
//!
//! # Layout
//! - `logs`: a log in the format and at the level that Lambda's configuration names
//! - `failure`: the error of an invocation
//! - `metrics`: log lines that are also metrics; `refusals`: the metrics of refused connections

mod failure;
mod logs;
mod metrics;
mod refusals;

pub use failure::failure;
pub use logs::{start, start_without};
pub use metrics::Metrics;
