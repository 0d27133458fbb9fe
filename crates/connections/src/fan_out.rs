//! The channels that `fanout` pushes, because `dispatch` cannot push them in time.
//!
//! A run begins when `dispatch` covers events that it does not push itself, and it ends when `fanout` has pushed
//! all covered events. Both are conditional writes of one item. So either the events are covered and `fanout`
//! goes on, or the run has ended and `dispatch` begins another.
//!
//! # Layout
//! - `run`: a run and its parts; `item`: its item
//! - `cover`: begins or extends a run, for `dispatch`
//! - `serve`: reads a run, leases a part, moves its cursor, and ends the run, for `fanout`; `repair`: replaces a damaged
//!   run
//! - `list`: all runs; `worker_reports`: the live workers, which share the rate of `@connections`
//! - `update`: a conditional write of one item

mod cover;
mod item;
mod list;
mod repair;
mod run;
mod serve;
mod update;
mod worker_reports;

pub(crate) use item::{CHANNEL, source_of};
pub use list::LISTS;
pub use run::{Part, Run};
pub use worker_reports::WorkerReport;
