//! The client against servers that each test controls.
//!
//! - `rules`: the machine, one rule after the other
//! - `simulation`: the machine and a simulated server, whatever fails
//! - `shell`: the client over real connections
//! - `server_events`: the events of all these servers

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod rules;
mod server_events;
mod shell;
mod simulation;
