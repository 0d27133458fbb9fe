//! EventBridge event patterns, as EventBridge Pipes apply them to stream records.
//! Pure: no I/O, no clock.
//!
//! # Layout
//! - `pattern`: one event pattern: parse and match
//! - `filter`: the patterns of a pipe; a record passes if one of them matches

pub mod filter;
pub mod pattern;
