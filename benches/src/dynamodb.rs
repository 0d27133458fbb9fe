//! A stand-in for DynamoDB in this process, behind the HTTP client of the SDK. It responds after 5 ms.
//!
//! It enforces what DynamoDB enforces for each partition key: 1,000 write units and 3,000 read units a second.
//! More requests fail with `ThrottlingException`, as in tables that are billed by request, and the SDK retries
//! them. A write whose condition is false costs as much as writing the item that is there.
//!
//! # Layout
//! - `http`: requests and responses; `rejection`: errors
//! - `database`: the tables; `write`: the operations that write; `query`: those that read
//! - `partition`: the items of a partition key, and its limits, each a `bucket`; `units`: the cost of items
//! - `parser`: the text of a `condition` of writes and queries; `scalar`: the values that it compares
#![allow(clippy::unwrap_used)]

mod bucket;
mod condition;
mod database;
mod http;
mod parser;
mod partition;
mod query;
mod rejection;
mod scalar;
mod units;
mod write;

use std::ops::Sub;
use std::sync::{Arc, Mutex, MutexGuard};

use aws_sdk_dynamodb::config::retry::RetryPartition;
use aws_sdk_dynamodb::config::{BehaviorVersion, Region};
use aws_sdk_dynamodb::{Client, Config};
use aws_smithy_runtime_api::client::http::{SharedHttpConnector, http_client_fn};

pub use bucket::Bucket;
use database::Database;

#[derive(Debug, Clone, Default)]
pub struct StandIn(Arc<Mutex<Database>>);

/// The cost of all requests so far.
#[derive(Debug, Clone, Copy, Default)]
pub struct Counts {
    pub write_units: u64,
    pub read_units: u64,
    /// Writes whose condition was false.
    pub failed_writes: u64,
    pub throttled: u64,
}

impl Sub for Counts {
    type Output = Self;

    fn sub(self, earlier: Self) -> Self {
        Self {
            write_units: self.write_units - earlier.write_units,
            read_units: self.read_units - earlier.read_units,
            failed_writes: self.failed_writes - earlier.failed_writes,
            throttled: self.throttled - earlier.throttled,
        }
    }
}

impl StandIn {
    pub fn new() -> Self {
        Self::default()
    }

    /// Stores nothing: every channel seems to be new.
    pub fn forgetful() -> Self {
        let stand_in = Self::default();
        stand_in.database().forgets = true;
        stand_in
    }

    /// The client of one process. Processes do not share a budget of retries.
    pub fn client(&self, process: usize) -> Client {
        let connector = SharedHttpConnector::new(self.clone());
        let config = Config::builder().behavior_version(BehaviorVersion::latest());
        let config = config.region(Region::new("us-east-1")).endpoint_url("http://dynamodb").allow_no_auth();
        let config = config.retry_partition(RetryPartition::new(format!("process {process}")));
        let config = config.http_client(http_client_fn(move |_, _| connector.clone()));
        Client::from_conf(config.build())
    }

    pub fn counts(&self) -> Counts {
        self.database().counts
    }

    /// Copies all items of a table that contain a text, with each of these texts in its place.
    pub fn copy(&self, table: &str, text: &str, others: impl Iterator<Item = String>) {
        self.database().copy(table, text, others);
    }

    fn database(&self) -> MutexGuard<'_, Database> {
        self.0.lock().unwrap()
    }
}
