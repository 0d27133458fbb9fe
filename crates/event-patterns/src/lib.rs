//! EventBridge event patterns, as EventBridge Pipes apply them to stream records.
//! Pure: no I/O, no clock.
//!
//! # Layout
//! - `pattern`: one event pattern: parse and match
//! - `filter`: the patterns of a pipe; a record passes if one of them matches
//! - `stream_record`: the form of a stream record, and the patterns that cannot match one

pub mod filter;
pub mod pattern;
pub mod stream_record;
