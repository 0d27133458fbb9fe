//! Finds what is wrong with a deployment. Reads only, and changes nothing.
//!
//! # Layout
//! - `facts`: what is known about a deployment
//! - `read`: reads the facts from AWS; `aws`: the requests, and the permissions that they need
//! - `check`: from facts to findings; pure
//! - `code`: everything that can be found, with its remedy; `finding`: one that was found
//! - `alarms`: the alarms that a deployment has; `counters`, `metrics`: the metrics that are read
//! - `report`: findings as text, as JSON, and as one line for each part

pub mod alarms;
mod aws;
mod check;
pub mod code;
pub mod counters;
pub mod facts;
mod finding;
pub mod metrics;
mod read;
pub mod report;

pub use aws::{OPERATIONS, Operation, policy};
pub use check::diagnose;
pub use finding::Finding;
pub use read::{BusError, CannotRun, Target, bus_of, pipes_of, read_facts, rejected_of_local_mode};
