//! Shared code of all functions that use AWS.
//!
//! # Layout
//! - `configuration`: configures the SDK clients
//! - `environment`: reads environment variables
//! - `clock`: the current time in milliseconds, which benchmarks replace
//! - `item`: an item of DynamoDB as JSON, and as data
//! - `reason`: an error of an SDK in words
//! - `retry`: how often to retry, and how long to wait
//! - `storage`: the error of a DynamoDB table; `proof`: the proof of a success; `transaction`: why DynamoDB cancelled a transaction

mod clock;
mod configuration;
mod environment;
mod item;
mod proof;
mod reason;
mod retry;
mod storage;
mod transaction;

pub use aws_config::SdkConfig;
pub use clock::{now_in_milliseconds, replace_clock};
pub use configuration::configuration;
pub use environment::{MissingVariable, variable};
pub use item::{Fields, UnknownAttribute, UnreadableItem, from_item, item_json};
pub use proof::{Provable, Proven};
pub use reason::{causes, reason};
pub use retry::{RetryPolicy, backoff, jitter, pause, spread};
pub use storage::StorageError;
pub use transaction::{CONDITION_FAILED, CONFLICT, is_cancelled};
