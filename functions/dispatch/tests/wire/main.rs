//! Dispatch over the wire, with the real SDK clients, against a stand-in for AWS.
#![allow(clippy::unwrap_used)]

mod appending;
mod batch;
mod broken;
mod channels;
mod cost;
mod crash;
mod end_to_end;
mod late;
mod metrics;
mod publish;
mod push;
mod rejected;
mod stand_in;
mod trace;
mod units;
