//! The soak: all of tablecast on one machine, with writers, clients and a seeded plan of faults.
//!
//! # Layout
//! - `addresses`: what the workload knows of the system
//! - `workload`: the writers and the clients; `oracle`: what must have arrived
#![allow(clippy::unwrap_used, clippy::expect_used, dead_code)]

mod addresses;
mod oracle;
mod workload;

fn main() {}
