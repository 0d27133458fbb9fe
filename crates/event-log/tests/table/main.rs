//! The log's table over the wire, against a stand-in for DynamoDB with planned faults.
#![allow(clippy::unwrap_used)]

mod appending;
mod cost;
mod ending;
mod resuming;
mod stand_in;
mod walking;
