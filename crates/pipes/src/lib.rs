//! Runs pipes as EventBridge Pipes does, and serves the EventBridge Pipes API.
//!
//! # Layout
//! - `config`: what the runner needs to know about a pipe
//! - `source`, `dead_letters`, `invoke`: the interfaces to the stream, to the dead letters and to
//!   Lambda functions
//! - `runner`: reads the stream, filters, batches, invokes enrichment and target, retries, writes dead
//!   letters
//! - `aws`: pipes between AWS resources: DynamoDB Streams, Lambda and SQS; `arn`: their names
//! - `api`: the EventBridge Pipes API over HTTP
//! - `server`: an HTTP server for this machine; `loopback`: protects servers on this machine against DNS rebinding

pub mod api;
mod arn;
mod aws;
mod config;
pub mod dead_letters;
pub mod invoke;
pub mod loopback;
mod runner;
pub mod server;
pub mod source;

pub use aws::{AwsPipes, Lambda, record_json};
pub use aws::{Position, ShardPage, ShardReadError, shard_iterator, shard_page};
pub use config::{PipeConfig, RetryPolicy};
pub use runner::{FilteredRecord, Monitor, Pipe, StartError, Status};
pub use tablecast_event_patterns::filter::Filter;
