//! The log's table over the wire, against a stand-in for DynamoDB with planned faults.
#![allow(clippy::unwrap_used)]

mod appending;
mod broken;
mod clocks;
mod cost;
mod damaged;
mod ending;
mod following;
mod large;
mod late;
mod resuming;
mod stand_in;
mod walking;
mod withdrawn;
