//! The log's table against a DynamoDB in this process, over the wire, with faults where they are planned.
#![allow(clippy::unwrap_used)]

mod appending;
mod cost;
mod ending;
mod resuming;
mod stand_in;
mod walking;
